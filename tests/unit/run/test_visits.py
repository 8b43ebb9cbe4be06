"""Visiting the sites of an account in turn: what ends a visit, and what ends the account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from checker.console import LiveConsole
from checker.console.seen import SeenPages
from checker.errors import Stop
from checker.flow import Console, Flow
from checker.model import (
    DecidedBy,
    Key,
    Level,
    Outcome,
    Presence,
    Reading,
    Registration,
    Site,
    Visit,
)
from checker.run.visits import ENDS_ACCOUNT, not_listed, visit_sites

_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def _site(code: str, registration: Registration = Registration.ACTIVE) -> Site:
    return Site(code, code, code, registration)


def _reading(code: str, level: Level = Level.OK, presence: Presence = Presence.SHOWN) -> Reading:
    decided = DecidedBy.NATIVE if level is not Level.UNKNOWN else DecidedBy.NOTHING
    return Reading(Key("shop", "main", code, "account.status"), presence, _AT, level, decided_by=decided)


_UNREADABLE = (Level.UNKNOWN, Presence.UNREADABLE)


class ShopFlow(Flow):
    """Yields what a test wrote for each site; a Stop among it is raised there."""

    marketplace = "shop"

    def __init__(
        self, said: dict[str, Sequence[Reading | Stop]], entering: dict[str, Stop] | None = None
    ) -> None:
        super().__init__()
        self._said = said
        self._entering = entering or {}

    def sites(self, console: Console) -> Sequence[Site]:  # noqa: ARG002 - nothing is opened here
        return [_site(code) for code in self._said]

    def enter(self, console: Console, site: Site) -> Site:  # noqa: ARG002 - see `sites`
        if site.code in self._entering:
            raise self._entering[site.code]
        return site

    def read(self, console: Console, site: Site) -> Iterator[Reading]:  # noqa: ARG002 - see `sites`
        for said in self._said[site.code]:
            if isinstance(said, Stop):
                raise said
            yield said


def _visits(flow: ShopFlow, sites: Sequence[Site], root: Path) -> list[Visit]:
    console = SimpleNamespace(
        picture=lambda _rule: b"png",
        displayed=("health", 1),
        guard=SimpleNamespace(total=0),
        seen=SeenPages(),
        begin_site=lambda: None,
        begin_look=lambda: None,
    )
    seen = visit_sites(flow, cast("LiveConsole", console), "main", sites, root, Path("run"), lambda: _AT)
    return [visit for visit, _ in seen]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.READ, [_reading("MY")]),
        (Outcome.PARTIAL, [_reading("MY", *_UNREADABLE)]),
        (Outcome.SITE_DOWN, [_reading("MY"), Stop(Outcome.SITE_DOWN, "500")]),
        (Outcome.TIMEOUT, [Stop(Outcome.TIMEOUT, "late")]),
    ],
)
def test_how_a_visit_ends(tmp_path: Path, outcome: Outcome, said: Sequence[Reading | Stop]) -> None:
    """As its flow says; a visit with something unreadable is never called read."""
    (visit,) = _visits(ShopFlow({"MY": said}), [_site("MY")], tmp_path)

    assert visit.outcome is outcome
    assert len(visit.readings) == sum(isinstance(entry, Reading) for entry in said)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_ends_the_account(tmp_path: Path, outcome: Outcome) -> None:
    """After some endings the other sites are skipped, after others they are visited."""
    flow = ShopFlow({"MY": [Stop(outcome, "why")], "SG": [_reading("SG")]})

    first, second = _visits(flow, [_site("MY"), _site("SG")], tmp_path)

    assert first.outcome is outcome
    assert (second.outcome is Outcome.SKIPPED) is (outcome in ENDS_ACCOUNT)
    assert bool(second.readings) is (outcome not in ENDS_ACCOUNT)


def test_nothing_of_a_wrong_place_is_kept(tmp_path: Path) -> None:
    """What was read before it was known where we are may belong to another shop."""
    flow = ShopFlow({"MY": [_reading("MY"), Stop(Outcome.WRONG_PLACE, "another shop")]})

    (visit,) = _visits(flow, [_site("MY")], tmp_path)

    assert (visit.outcome, visit.readings) == (Outcome.WRONG_PLACE, ())


@pytest.mark.parametrize("outcome", [Outcome.FORBIDDEN, Outcome.UNKNOWN_PAGE, Outcome.NOT_REACHABLE])
@pytest.mark.parametrize(
    ("registration", "unopened"),
    [
        (Registration.PENDING, True),
        (Registration.NOT_REGISTERED, True),
        (Registration.ACTIVE, False),
        (Registration.DORMANT, False),
    ],
)
def test_a_store_never_opened_may_be_closed_to_us(
    tmp_path: Path, outcome: Outcome, registration: Registration, *, unopened: bool
) -> None:
    """That is no fault of the visit there; for one that trades, or on a page nobody knows, it is (11.6)."""
    flow = ShopFlow({"MY": []}, {"MY": Stop(outcome, "closed")})

    (visit,) = _visits(flow, [_site("MY", registration)], tmp_path)

    closed = unopened and outcome is not Outcome.UNKNOWN_PAGE
    assert visit.outcome is (Outcome.NOT_REACHABLE if closed else outcome)


@pytest.mark.parametrize(
    ("presence", "level", "second"),
    [
        (Presence.SHOWN, Level.OK, _reading("MY")),
        (Presence.UNREADABLE, Level.UNKNOWN, _reading("MY", Level.CRITICAL)),
        (Presence.UNREADABLE, Level.UNKNOWN, _reading("MY", *_UNREADABLE)),
    ],
)
def test_two_readings_of_one_key(tmp_path: Path, presence: Presence, level: Level, second: Reading) -> None:
    """Where they agree there is one; where they do not, neither is chosen."""
    (visit,) = _visits(ShopFlow({"MY": [_reading("MY"), second]}), [_site("MY")], tmp_path)

    (reading,) = visit.readings
    assert (reading.presence, reading.level) == (presence, level)


def test_a_site_the_console_no_longer_lists() -> None:
    """It has its visit, and the visit says why there is nothing in it."""
    visit = not_listed("shop", "main", "TH")

    assert (visit.site.code, visit.outcome) == ("TH", Outcome.NOT_REACHABLE)
    assert visit.detail
