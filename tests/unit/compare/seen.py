"""Readings and visits in few words, for the tests of the comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from hypothesis import strategies as st

from checker.compare import Comparison, compare
from checker.model import (
    Change,
    Claim,
    Key,
    Known,
    Level,
    Origin,
    Outcome,
    Presence,
    Rank,
    Reading,
    Registration,
    Says,
    Scope,
    Site,
    Verb,
    Visit,
    settle,
)

START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
US = Site("US", "ATVPDKIKX0DER", "United States", Registration.ACTIVE)
CA = Site("CA", "A2EUQ1WTGCTBG2", "Canada", Registration.PENDING)
PAGE = Origin("dashboard", "document", ".rating")
REPORT = Origin("", "the report", "status")
OK, WARNING, CRITICAL, DEACTIVATED = Level.OK, Level.WARNING, Level.CRITICAL, Level.DEACTIVATED

ALARMS = (Verb.NEW, Verb.REGRESSED, Verb.WORSENED)
METRICS = ("orders.defect_rate", "orders.late_rate", "policy.ip", "account.status", "account.health_rating")
ITEMS = ("", "B01", "B02")


def key(metric: str = "orders.defect_rate", *, item: str = "", site: Site = US, shop: str = "") -> Key:
    """Return a key of the one account there is."""
    return Key("amazon", "main", site.code, metric, shop or site.shop, item=item)


def shown(of: Key, level: Level = OK, **fields: Any) -> Reading:
    """Return what a page showed."""
    given: dict[str, Any] = {"observed_at": START, "origin": PAGE, "scope": Scope.METRIC, **fields}
    return Reading(of, Presence.SHOWN, level=level, **given)


def lost(of: Key, presence: Presence = Presence.UNREADABLE, **fields: Any) -> Reading:
    """Return that nothing with a level was read."""
    given: dict[str, Any] = {"observed_at": START, "origin": PAGE, **fields}
    return Reading(of, presence, **given)


def whole(metric: str, presence: Presence = Presence.SHOWN, *, shop: str = "") -> Reading:
    """Return the reading of a list that proves which items of a metric there are."""
    return lost(key(f"{metric}.list", shop=shop), presence, scope=Scope.LIST, covers=f"{metric}@")


def visit(*readings: Reading, site: Site = US, outcome: Outcome = Outcome.READ) -> Visit:
    """Return a visit in which this was read."""
    return Visit("amazon", "main", site, outcome, readings=readings)


def days(*visits: Visit | Iterable[Visit], apart: timedelta = timedelta(days=1)) -> list[Comparison]:
    """Compare one run after another, each with all that was known before it; return what each came to."""
    known: Mapping[Key, Known] = {}
    told = []
    for number, of_day in enumerate(visits):
        run = [of_day] if isinstance(of_day, Visit) else list(of_day)
        now = START + number * apart
        comparison = compare(known, [at(one, now) for one in run], now)
        known = {**known, **comparison.known}
        told.append(replace(comparison, known=known))
    return told


def at(one: Visit, now: datetime) -> Visit:
    """Return the visit as made at that moment."""
    return replace(one, readings=tuple(replace(reading, observed_at=now) for reading in one.readings))


def disputed(of: Key, level: Level = CRITICAL, **fields: Any) -> Reading:
    """Return a red that the page's own code speaks against, as `settle` makes it."""
    given: dict[str, Any] = {"observed_at": START, "scope": Scope.METRIC, **fields}
    pill = Claim(of, Says.SHOWN, level=level, native="At risk", rank=Rank.ATTRIBUTE, origin=PAGE, **given)
    code = Claim(of, Says.SHOWN, level=OK, native="NORMAL", origin=REPORT, observed_at=START)
    return settle([pill, code])


def verbs(changes: Iterable[Change]) -> list[Verb]:
    """Return what happened, in order."""
    return [change.verb for change in changes]


def alarms(changes: Iterable[Change]) -> list[Change]:
    """Return what a seller must hear at once."""
    return [change for change in changes if change.verb in ALARMS]


_KEYS = [key(metric, item=item, site=site) for metric in METRICS for item in ITEMS for site in (US, CA)]
# Drawn in few draws: to draw a reading field by field costs more than what is done with it.
_TOLD = [
    {"scope": scope, "origin": origin, "reason": reason}
    for scope in (Scope.ACCOUNT, Scope.METRIC, Scope.ITEM, Scope.LIST)
    for origin in (PAGE, REPORT, Origin())
    for reason in ("", "late", "counterfeit")
]
_UNSHOWN = [presence for presence in Presence if presence is not Presence.SHOWN]
keys = st.sampled_from(_KEYS)


def readings(*, levels: bool = True) -> st.SearchStrategy[Reading]:
    """Return a strategy for readings; without `levels`, for such that nothing can be concluded from."""
    nothing = st.builds(
        lambda of, told, said: lost(of, said[0], covers=said[1], **told),
        keys,
        st.sampled_from(_TOLD),
        st.sampled_from(list(product(_UNSHOWN, ("", "policy.ip@") if levels else ("",)))),
    )
    if not levels:
        return nothing
    return nothing | st.builds(
        lambda of, told, level: shown(of, level, **told), keys, st.sampled_from(_TOLD), st.sampled_from(Level)
    )


def visits(outcomes: Iterable[Outcome] = Outcome, *, levels: bool = True) -> st.SearchStrategy[Visit]:
    """Return a strategy for visits whose readings may be of either site, and of one key twice."""
    return st.builds(
        lambda of, site, outcome: visit(*of, site=site, outcome=outcome),
        st.lists(readings(levels=levels), max_size=12),
        st.sampled_from([US, CA]),
        st.sampled_from(list(outcomes)),
    )
