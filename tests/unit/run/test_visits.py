"""Visiting the sites of an account in turn: one look or two, what ends a visit, what ends the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checker.console import LiveConsole
from checker.console.seen import SeenPages
from checker.errors import NotProven, PagesUnread, Stop
from checker.flow import Console, Flow, Heard, Page, Recorder, SiteToml
from checker.model import (
    Claim,
    Key,
    Level,
    Origin,
    Outcome,
    Presence,
    Reading,
    Registration,
    Reread,
    Says,
    Site,
    Visit,
    settle,
)
from checker.run.visits import ENDS_ACCOUNT, Before, not_listed, visit_sites, wants_second_look
from tests.unit.flow.declaring import toml_of

_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_LOST = Says.UNREADABLE
_DECLARED = '\n[[cards]]\nmetric = "account.status"\npage = "health"\nlabels = ["Account health"]\n'

Said = Claim | Stop | Page


def _site(code: str, registration: Registration = Registration.ACTIVE) -> Site:
    return Site(code, code, code, registration)


def _claim(
    code: str, level: Level = Level.OK, says: Says = Says.SHOWN, metric: str = "account.status", **fields: Any
) -> Claim:
    key = Key("shop", "main", code, metric)
    level = level if says is Says.SHOWN else Level.UNKNOWN
    fields.setdefault("origin", Origin("health", "the status answer", "status"))
    return Claim(key, says, _AT, level, **fields)


def _page(body: str = "", *, ready: bool = True, name: str = "health") -> Page:
    return Page(name, "/health", 200, f"<html><body>{body}</body></html>", ready=ready)


class ShopFlow(Flow):
    """Yields what a test wrote for each site, one list for each look; a Stop is raised, a page is seen."""

    marketplace = "shop"

    def __init__(
        self, said: Mapping[str, Sequence[Sequence[Said]]], entering: Mapping[str, Stop] | None = None
    ) -> None:
        super().__init__()
        self._said = {code: list(looks) for code, looks in said.items()}
        self._entering = entering or {}
        self.looks: list[str] = []

    @property
    def toml(self) -> SiteToml:
        """What is declared of the console."""
        return toml_of(_DECLARED)

    def sites(self, console: Console) -> Sequence[Site]:  # noqa: ARG002 - nothing is opened here
        """List the sites a test wrote something for."""
        return [_site(code) for code in self._said]

    def enter(self, console: Console, site: Site) -> Site:  # noqa: ARG002 - see `sites`
        """Go to a site, or not."""
        if site.code in self._entering:
            raise self._entering[site.code]
        return site

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Yield what this look says; the last one says the same again."""
        looks = self._said[site.code]
        self.looks.append(site.code)
        for said in looks.pop(0) if len(looks) > 1 else looks[0]:
            if isinstance(said, Stop):
                raise said
            if isinstance(said, Page):
                cast("Any", console).seen.leave()
                cast("Any", console).seen.note(said)
            else:
                yield said


def _console(**more: Any) -> Any:
    def recorder(site: Site, _page: Page | None = None) -> Recorder:
        return Recorder("shop", "main", site, "shop 1.0", lambda: _AT, "en", "en_US", "en_US")

    began: list[str] = []
    seen = SeenPages()

    def as_it_is() -> Page:
        raise Stop(Outcome.CRASHED, "no browser here")

    return SimpleNamespace(
        picture=lambda _rule: b"png",
        displayed=("health", 1),
        heard=more.pop("heard", list),
        follow=more.pop("follow", None),
        claims=lambda _site, _page: iter(more.get("declared", ())),
        guard=SimpleNamespace(total=0),
        seen=seen,
        leave=seen.leave,
        page=more.pop("page", as_it_is),
        begin_site=lambda: began.append("site"),
        begin_look=lambda: began.append("look"),
        began=began,
        recorder=recorder,
        **more,
    )


def _visits(
    flow: ShopFlow, sites: Sequence[Site], root: Path, console: Any = None, **how: Any
) -> list[Visit]:
    console = console or _console()
    seen = visit_sites(
        flow, cast("LiveConsole", console), "main", sites, root, Path("run"), lambda: _AT, **how
    )
    return [visit for visit, _ in seen]


def _visit(root: Path, *looks: Sequence[Said], **how: Any) -> Visit:
    (visit,) = _visits(ShopFlow({"MY": looks}), [_site("MY")], root, **how)
    return visit


def _by_metric(visit: Visit) -> dict[str, Reading]:
    return {reading.key.metric: reading for reading in visit.readings}


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.READ, [_claim("MY")]),
        (Outcome.READ, [_claim("MY", Level.CRITICAL)]),
        (Outcome.PARTIAL, [_claim("MY", says=_LOST)]),
        (Outcome.PARTIAL, [_claim("MY", says=Says.UNKNOWN, native="Splendid")]),
        (Outcome.SITE_DOWN, [_claim("MY"), Stop(Outcome.SITE_DOWN, "500")]),
        (Outcome.TIMEOUT, [Stop(Outcome.TIMEOUT, "late")]),
    ],
)
def test_how_a_visit_ends(tmp_path: Path, outcome: Outcome, said: Sequence[Said]) -> None:
    """As its flow says; a visit with something unreadable is never called read."""
    visit = _visit(tmp_path, said)

    assert visit.outcome is outcome
    assert len(visit.readings) == sum(isinstance(entry, Claim) for entry in said)
    assert visit.started_at == visit.finished_at == _AT


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_ends_the_account(tmp_path: Path, outcome: Outcome) -> None:
    """After some endings the other sites are skipped, after others they are visited."""
    flow = ShopFlow({"MY": [[Stop(outcome, "why")]], "SG": [[_claim("SG")]]})

    first, second = _visits(flow, [_site("MY"), _site("SG")], tmp_path)

    assert first.outcome is outcome
    assert (second.outcome is Outcome.SKIPPED) is (outcome in ENDS_ACCOUNT)
    assert bool(second.readings) is (outcome not in ENDS_ACCOUNT)


def test_nothing_of_a_wrong_place_is_kept(tmp_path: Path) -> None:
    """What was read before it was known where we are may belong to another shop."""
    visit = _visit(tmp_path, [_claim("MY"), Stop(Outcome.WRONG_PLACE, "another shop")])

    assert (visit.outcome, visit.readings, visit.notice) == (Outcome.WRONG_PLACE, (), "")


@pytest.mark.parametrize(
    ("stop", "read"),
    [
        (PagesUnread(Outcome.UNKNOWN_PAGE, "policies"), True),
        (NotProven(Outcome.UNKNOWN_PAGE, "whose is it"), False),
        (Stop(Outcome.UNKNOWN_PAGE, "what is it"), False),
    ],
)
def test_an_unknown_page_leaves_what_another_one_shows(tmp_path: Path, stop: Stop, *, read: bool) -> None:
    """The last page that was read is read whole; one that does not say whose it is, is not."""
    shown = _page("<div role=alert>Your account has been suspended</div>")

    visit = _visit(tmp_path, [shown, _claim("MY"), stop], has_time=lambda: False)

    assert visit.outcome is Outcome.UNKNOWN_PAGE
    assert _by_metric(visit)["account.status"].level.is_red is read


def test_a_wrong_place_at_the_second_look_takes_the_first_with_it(tmp_path: Path) -> None:
    """Nobody knows since when it was the wrong one."""
    visit = _visit(tmp_path, [_claim("MY", Level.CRITICAL)], [Stop(Outcome.WRONG_PLACE, "another shop")])

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
    flow = ShopFlow({"MY": [[]]}, {"MY": Stop(outcome, "closed")})

    (visit,) = _visits(flow, [_site("MY", registration)], tmp_path)

    closed = unopened and outcome is not Outcome.UNKNOWN_PAGE
    assert visit.outcome is (Outcome.NOT_REACHABLE if closed else outcome)


@pytest.mark.parametrize(
    ("second", "presence", "level", "disputed"),
    [
        (_claim("MY"), Presence.SHOWN, Level.OK, False),
        (_claim("MY", Level.CRITICAL), Presence.SHOWN, Level.CRITICAL, True),
        (_claim("MY", says=Says.UNKNOWN, native="?"), Presence.UNREADABLE, Level.UNKNOWN, False),
        (_claim("MY", says=_LOST), Presence.UNREADABLE, Level.UNKNOWN, False),
        (_claim("MY", says=_LOST, required=False), Presence.SHOWN, Level.OK, False),
    ],
)
def test_two_claims_of_one_key_are_one_reading(
    tmp_path: Path, second: Claim, presence: Presence, level: Level, *, disputed: bool
) -> None:
    """Neither is chosen: `settle` decides."""
    (reading,) = _visit(tmp_path, [_claim("MY"), second]).readings

    assert (reading.presence, reading.level, reading.disputed) == (presence, level, disputed)


class TestSecondLook:
    """What is newly red or unreadable is looked at once more, after a fresh load."""

    def test_a_red_that_is_there_again_is_firm(self, tmp_path: Path) -> None:
        """Both looks say so, and the console loads its pages anew in between."""
        console = _console()

        (reading,) = _visit(tmp_path, [_claim("MY", Level.CRITICAL)], console=console).readings

        assert (reading.level, reading.disputed, reading.reread) == (Level.CRITICAL, False, Reread.AGREES)
        assert {said.look for said in reading.claims} == {1, 2}
        assert console.began == ["site", "look"]

    def test_a_red_that_says_ok_at_the_second_look_is_disputed(self, tmp_path: Path) -> None:
        """The second look adds its claim, and takes none away."""
        (reading,) = _visit(tmp_path, [_claim("MY", Level.DEACTIVATED)], [_claim("MY")]).readings

        assert (reading.level, reading.disputed) == (Level.DEACTIVATED, True)
        assert reading.reread is Reread.DISAGREES

    def test_a_red_that_is_not_drawn_again_is_disputed(self, tmp_path: Path) -> None:
        """Nobody names it at the second look: it was there, and may be a fault of the display."""
        red = _claim("MY", Level.CRITICAL, metric="account.notice", native="Your account is deactivated")

        readings = _by_metric(_visit(tmp_path, [_claim("MY"), red], [_claim("MY")]))

        notice = readings["account.notice"]
        assert (notice.level, notice.disputed, notice.reread) == (Level.CRITICAL, True, Reread.DISAGREES)
        assert "at the second look" in notice.contradicts
        assert notice.claims[0].reason == "not there at the second look"
        assert readings["account.status"].level is Level.OK

    def test_what_only_the_second_look_sees_is_told(self, tmp_path: Path) -> None:
        """A list that had not finished."""
        late = _claim("MY", Level.CRITICAL, metric="policy.violations")

        readings = _by_metric(_visit(tmp_path, [_claim("MY", says=_LOST)], [_claim("MY"), late]))

        assert (readings["account.status"].level, readings["policy.violations"].level) == (
            Level.OK,
            Level.CRITICAL,
        )

    @pytest.mark.parametrize("outcome", [o for o in Outcome if o not in ENDS_ACCOUNT])
    def test_a_look_that_could_not_be_made_changes_nothing(self, tmp_path: Path, outcome: Outcome) -> None:
        """What the first look said stands as it was, and is no dispute."""
        red = _claim("MY", Level.CRITICAL)

        visit = _visit(tmp_path, [red], [Stop(outcome, "why")])

        (reading,) = visit.readings
        assert visit.outcome is Outcome.READ
        assert reading == replace(settle([red]), evidence=reading.evidence, claims=reading.claims)
        assert (reading.disputed, reading.reread) == (False, Reread.NONE)

    def test_what_half_a_look_said_before_it_failed_is_kept(self, tmp_path: Path) -> None:
        """And what it did not get to is not said to be gone."""
        reds = [_claim("MY", Level.CRITICAL), _claim("MY", Level.CRITICAL, metric="account.notice")]

        readings = _by_metric(_visit(tmp_path, reds, [_claim("MY"), Stop(Outcome.SITE_DOWN, "500")]))

        assert readings["account.status"].disputed
        assert not readings["account.notice"].disputed

    def test_a_look_that_ends_the_account_ends_it(self, tmp_path: Path) -> None:
        """What the first look said is kept; the next site is skipped."""
        outcome = next(o for o in ENDS_ACCOUNT if o is not Outcome.WRONG_PLACE)
        flow = ShopFlow({"MY": [[_claim("MY", Level.CRITICAL)], [Stop(outcome, "why")]], "SG": [[]]})

        first, second = _visits(flow, [_site("MY"), _site("SG")], tmp_path)

        assert (first.outcome, second.outcome) == (outcome, Outcome.SKIPPED)
        assert [reading.level for reading in first.readings] == [Level.CRITICAL]

    @pytest.mark.parametrize("has_time", [True, False])
    def test_is_made_only_where_there_is_time(self, tmp_path: Path, *, has_time: bool) -> None:
        """The deadline of the account goes first."""
        flow = ShopFlow({"MY": [[_claim("MY", Level.CRITICAL)]]})

        _visits(flow, [_site("MY")], tmp_path, has_time=lambda: has_time)

        assert len(flow.looks) == 1 + has_time

    def test_is_not_made_of_what_is_known(self, tmp_path: Path) -> None:
        """A red that is open already, as it is."""
        red = _claim("MY", Level.CRITICAL)
        flow = ShopFlow({"MY": [[red]]})

        _visits(flow, [_site("MY")], tmp_path, before=Before(open={str(red.key): settle([red]).fingerprint}))

        assert flow.looks == ["MY"]

    def test_a_picture_shows_what_the_first_look_saw(self, tmp_path: Path) -> None:
        """It is not taken again."""
        drawn: list[str] = []
        console = _console()

        def picture(rule: str) -> bytes:
            drawn.append(rule)
            return b"png %d" % len(drawn)

        console.picture = picture
        (reading,) = _visit(tmp_path, [_claim("MY", Level.CRITICAL)], console=console).readings

        assert len(reading.evidence) == len(drawn) == 1


def test_what_had_a_verdict_and_has_none_now_is_unreadable(tmp_path: Path) -> None:
    """Law 6, of what was known before the visit."""
    silent = _claim("MY", Level.UNKNOWN)

    visit = _visit(tmp_path, [silent], before=Before(judged=[str(silent.key)]))

    assert (visit.outcome, visit.readings[0].presence) == (Outcome.PARTIAL, Presence.UNREADABLE)


class TestWholePages:
    """What a page shows and nothing declared reads is claimed when it is left."""

    ALERT = "<div role=alert>Something about your shop was changed by us</div>"

    def test_a_page_is_read_whole_when_another_is_opened_or_the_visit_ends(self, tmp_path: Path) -> None:
        """An alert nobody understands keeps the status from being green."""
        looks: list[list[Said]] = [
            [_page(self.ALERT), _claim("MY"), _page(name="other")],
            [_page(self.ALERT), _claim("MY")],
        ]
        for said in looks:
            readings = _by_metric(_visit(tmp_path, said))
            assert readings["account.status"].presence is Presence.UNREADABLE
            assert readings["account.status"].native == "Something about your shop was changed by us"
            assert readings["coverage.read"].covers == "page:health"

    def test_a_page_nothing_was_read_of_is_left_alone(self, tmp_path: Path) -> None:
        """Such as a picker on the way."""
        visit = _visit(tmp_path, [_page(self.ALERT, name="picker"), _claim("MY")])

        assert [reading.key.metric for reading in visit.readings] == ["account.status"]

    def test_each_look_reads_the_pages_it_leaves(self, tmp_path: Path) -> None:
        """A banner of the first look only is a disputed red, whatever the second does not draw."""
        banner = "<div role=alert>Your account has been deactivated</div>"

        readings = _by_metric(_visit(tmp_path, [_page(banner), _claim("MY")], [_page(), _claim("MY")]))

        status = readings["account.status"]
        assert (status.level, status.disputed) == (Level.CRITICAL, True)
        assert {said.look for said in readings["coverage.read"].claims} == {1, 2}

    def test_what_no_rule_reads_is_found_by_each_look(self, tmp_path: Path) -> None:
        """What the first look found does not count as read by a rule: it would silence the second one."""
        pill = "<p class=badge>Suspended</p>"
        for body in ("<div role=alert>Your account has been deactivated</div>", pill):
            looks: list[list[Said]] = [[_page(body), _claim("MY", metric="orders.late")]] * 2
            status = _by_metric(_visit(tmp_path, *looks))["account.status"]

            assert status.level is Level.CRITICAL
            assert {said.look for said in status.claims} == {1, 2}
            assert not any(said.says is Says.NONE for said in status.claims)

    LINK = "<a href=/violations>Violations</a>"

    def _with_part(self, root: Path, part: Said, declared: Sequence[Claim] = ()) -> tuple[Visit, list[str]]:
        """Return a visit whose health page links to a part, and what was opened of it."""
        opened: list[str] = []

        def follow(name: str, address: str) -> Page:
            opened.append(f"{name} {address}")
            if isinstance(part, Stop):
                raise part
            return cast("Page", console.seen.note(part))

        console = _console(follow=follow, declared=declared)
        return _visit(root, [_page(self.LINK), _claim("MY")], console=console), opened

    def test_what_a_health_page_links_to_as_a_part_of_it_is_read_whole(self, tmp_path: Path) -> None:
        """A red that stands behind a tab is told like one that does not; each look opens it once."""
        visit, opened = self._with_part(tmp_path, _page("<p class=badge>Suspended</p>"))

        status = _by_metric(visit)["account.status"]
        assert (status.level, status.disputed) == (Level.CRITICAL, True)
        assert [one.partition(" ")[0] for one in opened] == ["health"] * 2

    def test_what_is_declared_is_read_of_a_part_where_nothing_else_says_it(self, tmp_path: Path) -> None:
        """What the page itself said stays as it is."""
        declared = [_claim("MY", Level.CRITICAL), _claim("MY", metric="orders.late")]
        visit, _ = self._with_part(tmp_path, _page(), declared)

        readings = _by_metric(visit)
        assert readings["account.status"].level is Level.OK
        assert readings["orders.late"].level is Level.OK

    @pytest.mark.parametrize("met", [Outcome.UNKNOWN_PAGE, Outcome.SESSION_EXPIRED, Outcome.STEP_UP])
    def test_a_part_that_cannot_be_opened_changes_nothing(self, tmp_path: Path, met: Outcome) -> None:
        """What was read is what there is; nothing is latched for a page that nobody asked for."""
        visit, opened = self._with_part(tmp_path, Stop(met, "no"))

        assert (visit.outcome, len(opened)) == (Outcome.READ, 1)

    def test_a_console_that_says_stop_is_heeded_at_a_part_too(self, tmp_path: Path) -> None:
        """429 there is 429."""
        visit, _ = self._with_part(tmp_path, Stop(Outcome.RATE_LIMITED, "429"))

        assert visit.outcome is Outcome.RATE_LIMITED

    def test_what_a_page_was_given_is_read_whole_as_well(self, tmp_path: Path) -> None:
        """A code that no rule reads says what no part of the page shows."""
        body = {"seller": {"accountStatus": "SUSPENDED"}}
        given = [Heard("/api/overview", {}, 200, "https://console.test/api/overview", body)]
        console = _console(heard=lambda: given)

        visit = _visit(tmp_path, [_page(), _claim("MY")], console=console)

        status = _by_metric(visit)["account.status"]
        assert (status.level, status.disputed) == (Level.CRITICAL, True)

    @pytest.mark.parametrize(
        ("now", "presence"),
        [
            ({}, Presence.UNREADABLE),
            ({"url": "https://console.example/login"}, Presence.SHOWN),
            ({"ready": False}, Presence.SHOWN),
        ],
    )
    def test_a_page_is_looked_at_once_more_before_it_is_left(
        self, tmp_path: Path, now: dict[str, Any], presence: Presence
    ) -> None:
        """What it drew meanwhile is seen, if it is still that page and whole."""
        console = _console(page=lambda: replace(_page(self.ALERT), **now))

        status = _by_metric(_visit(tmp_path, [_page(), _claim("MY")], console=console))["account.status"]

        assert status.presence is presence

    def test_a_page_left_after_the_visit_says_nothing(self, tmp_path: Path) -> None:
        """Nobody listens any more, also where the visit was stopped."""
        console = _console()
        heard: list[Reading] = []
        said: list[Said] = [_page(self.ALERT), _claim("MY"), Stop(Outcome.SITE_DOWN, "500")]

        _visit(tmp_path, said, console=console, heard=heard.append)
        console.seen.note(_page(self.ALERT))
        console.seen.leave()

        assert [reading.level for reading in heard] == [Level.OK]


def test_what_is_known_of_a_key_is_heard_with_each_claim(tmp_path: Path) -> None:
    """For what is shown while a run is under way."""
    heard: list[Reading] = []

    _visit(tmp_path, [_claim("MY"), _claim("MY", Level.CRITICAL)], heard=heard.append, has_time=lambda: False)

    assert [(reading.level, reading.disputed) for reading in heard] == [
        (Level.OK, False),
        (Level.CRITICAL, True),
    ]


def test_blocked_requests_of_a_visit_are_counted(tmp_path: Path) -> None:
    """Those of the visit, not those before it."""
    console = _console()
    console.guard.total = 3

    def more(_reading: Reading) -> None:
        console.guard.total += 2

    assert _visit(tmp_path, [_claim("MY")], console=console, heard=more).blocked == 2


_OK, _RED = (settle([_claim("MY", level)]) for level in (Level.OK, Level.CRITICAL))
_WARNING = settle([_claim("MY", Level.WARNING)])
_UNREAD, _NONE = (settle([_claim("MY", says=says)]) for says in (_LOST, Says.NONE))
_KEY = str(_RED.key)


@pytest.mark.parametrize(
    ("readings", "known", "wanted"),
    [
        ([], {}, False),
        ([_OK, _NONE], {}, False),
        ([_RED], {}, True),
        ([_OK, _WARNING], {}, True),
        ([_RED], {_KEY: _RED.fingerprint}, False),
        ([_RED], {_KEY: _WARNING.fingerprint}, True),
        ([settle([_claim("MY", Level.CRITICAL, reason="another")])], {_KEY: _RED.fingerprint}, True),
        ([_UNREAD], {}, True),
        ([_UNREAD], {_KEY: "unreadable"}, False),
        ([_UNREAD], {_KEY: _RED.fingerprint}, True),
        ([_RED], {_KEY: "unreadable"}, True),
    ],
)
def test_only_news_is_looked_at_twice(
    readings: list[Reading], known: dict[str, str], *, wanted: bool
) -> None:
    """A red or an unreadable widget that was not there before; what is known costs no second look."""
    assert wants_second_look(readings, known) is wanted


def test_a_site_the_console_no_longer_lists() -> None:
    """It has its visit, and the visit says why there is nothing in it."""
    visit = not_listed("shop", "main", "TH")

    assert (visit.site.code, visit.outcome) == ("TH", Outcome.NOT_REACHABLE)
    assert visit.detail
