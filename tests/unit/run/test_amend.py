"""What a reading mended afterwards means: news where nobody read since, a gap filled where somebody did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checker.compare import compare
from checker.model import (
    Key,
    Known,
    Level,
    Outcome,
    Presence,
    Reading,
    Registration,
    Scope,
    Site,
    Verb,
    Visit,
)
from checker.run.amend import Amended, amend, mended

RATING = Key("shop", "main", "US", "account.health_rating")
ITEM = Key("shop", "main", "US", "policy.violations.listing", item="PV-1")
LIST = Key("shop", "main", "US", "policy.list", variant="listing")
US = Site("US", "US", "United States", Registration.ACTIVE)
FIRST = datetime(2026, 11, 20, 7, tzinfo=UTC)

O, W, C, U = Level.OK, Level.WARNING, Level.CRITICAL, None  # noqa: E741 - a day that was ok, and so on
"""A day's reading of the rating: a level, or none where it could not be read."""


def a_reading(key: Key, level: Level | None, day: int, **fields: object) -> Reading:
    """Return what was read on that day; without a level it could not be read."""
    at = FIRST + timedelta(days=day)
    if level is None:
        return Reading(key, Presence.UNREADABLE, at, scope=Scope.ACCOUNT, reason="redesigned")
    return replace(Reading(key, Presence.SHOWN, at, level, Scope.ACCOUNT, native=level.value), **fields)  # type: ignore[arg-type]


def a_visit(day: int, *readings: Reading) -> Visit:
    """Return that day's visit."""
    at = FIRST + timedelta(days=day)
    unread = any(reading.presence is Presence.UNREADABLE for reading in readings)
    outcome = Outcome.PARTIAL if unread else Outcome.READ
    return Visit("shop", "main", US, outcome, readings=readings, started_at=at, finished_at=at)


class Story:
    """Days that were read as they came, and then mended."""

    def __init__(self, *days: Level | None) -> None:
        self.known: dict[Key, Known] = {}
        self.told: list[Verb] = []
        self.history = [a_reading(RATING, level, day) for day, level in enumerate(days)]
        for day, reading in enumerate(self.history):
            made = compare(self.known, [a_visit(day, reading)], FIRST + timedelta(days=day))
            self.known |= made.known
            self.told += [change.verb for change in made.changes if change.verb.is_alarm]

    def mend(self, **days: Level) -> Amended:
        """Mend days, e.g. `day1=C`."""
        visits = []
        for name, level in sorted(days.items()):
            reading = a_reading(RATING, level, int(name.removeprefix("day")), repaired="run")
            visits.append((a_visit(int(name.removeprefix("day")), reading), {RATING}))
        return amend(self.known, visits, lambda key: [one for one in self.history if one.key == key])


def verbs(amended: Amended) -> list[Verb]:
    """Return what is told, but for that something can be read again."""
    return [change.verb for change in amended.changes if change.verb is not Verb.READABLE]


CASES: Sequence[tuple[str, tuple[Level | None, ...], dict[str, Level], list[Verb]]] = (
    ("the last day is red", (O, U), {"day1": C}, [Verb.NEW]),
    ("the last day is ok", (O, U), {"day1": O}, []),
    ("nothing was ever known", (U,), {"day0": C}, [Verb.NEW]),
    ("two red days, told once", (O, U, U), {"day1": C, "day2": C}, [Verb.NEW]),
    ("a red day, then an ok one, which is not enough", (O, U, U), {"day1": C, "day2": O}, [Verb.NEW]),
    (
        "a red day, then two ok ones",
        (O, U, U, U),
        {"day1": C, "day2": O, "day3": O},
        [Verb.NEW, Verb.RESOLVED],
    ),
    ("the red was known and is still there", (C, U), {"day1": C}, []),
    ("the red was known and was ok once", (C, U), {"day1": O}, []),
    ("the red was known and is over", (C, U, U), {"day1": O, "day2": O}, [Verb.RESOLVED]),
    ("the red got worse", (W, U), {"day1": C}, [Verb.WORSENED]),
    ("told a day later already", (O, U, C), {"day1": C}, []),
    ("worse a day later already", (O, U, C), {"day1": W}, []),
    ("between two days of the same red", (C, U, C), {"day1": C}, []),
    ("an ok day between two of the same red", (C, U, C), {"day1": O}, []),
    ("came and went unseen", (O, U, O), {"day1": C}, [Verb.NEW, Verb.RESOLVED]),
    ("came and went over two days", (O, U, U, O), {"day1": C, "day2": C}, [Verb.NEW, Verb.RESOLVED]),
    ("worse for a day", (W, U, W), {"day1": C}, [Verb.WORSENED]),
    ("better for a day", (C, U, C), {"day1": W}, []),
)


@pytest.mark.parametrize(("name", "days", "mended_days", "expected"), CASES, ids=[c[0] for c in CASES])
def test_what_is_told(
    name: str, days: tuple[Level | None, ...], mended_days: dict[str, Level], expected: list[Verb]
) -> None:
    """A red nobody was told of is told once; one that is known is not told again."""
    assert expected == verbs(Story(*days).mend(**mended_days))


def test_a_red_mended_before_the_day_it_was_told_begins_then() -> None:
    """The finding that is open is known to have begun on the mended day."""
    amended = Story(O, U, C).mend(day1=C)

    assert amended.known[RATING].opened_at == FIRST + timedelta(days=1)


def test_what_was_read_later_stays_what_is_known() -> None:
    """A mended day in the past touches neither the last look nor the last good reading."""
    story = Story(O, U, O)
    amended = story.mend(day1=C)

    after = amended.known[RATING]
    assert (after.last, after.good, after.is_open) == (
        story.known[RATING].last,
        story.known[RATING].good,
        False,
    )
    assert after.had_incident


def test_a_later_day_that_is_still_unread_is_the_last_look() -> None:
    """What could not be read since is not shown as read: the streak and the last look stay."""
    story = Story(O, U, U)
    after = story.mend(day1=O).known[RATING]

    assert after.last.presence is Presence.UNREADABLE
    assert after.unreadable_streak == 2
    assert after.good is not None
    assert after.good.observed_at == FIRST + timedelta(days=1)


def test_a_violation_of_a_day_whose_list_was_read_since_came_and_went() -> None:
    """It is told as new and over, and is not left open: the list of a later day does not name it."""
    whole = a_reading(LIST, O, 2, covers="policy.violations.listing", scope=Scope.LIST)
    known = {LIST: Known(LIST, last=whole, good=whole)}
    item = a_reading(ITEM, C, 1, scope=Scope.ITEM, repaired="run")
    amended = amend(known, [(a_visit(1, item), {ITEM})], lambda key: [whole] if key == LIST else [])

    assert verbs(amended) == [Verb.NEW, Verb.RESOLVED]
    assert not amended.known[ITEM].is_open


def test_an_open_violation_that_was_read_is_not_closed_by_mending_another_key() -> None:
    """Only what was mended is looked at: what the visit read then is neither told nor changed again."""
    item = a_reading(ITEM, C, 0, scope=Scope.ITEM)
    first = compare({}, [a_visit(0, item, a_reading(RATING, None, 0))], FIRST)
    repaired = a_reading(RATING, O, 0, repaired="run")
    amended = amend(first.known, [(a_visit(0, item, repaired), {RATING})], lambda _key: [])

    assert set(amended.known) == {RATING}


def test_only_what_could_not_be_read_is_mended() -> None:
    """What was read stays as it was, whatever today's flow says; time and pictures are the day's."""
    lost = replace(a_reading(RATING, None, 0), evidence=("a.png",))
    then = a_visit(0, lost, a_reading(LIST, O, 0))
    late = timedelta(seconds=1)
    now = a_visit(
        0,
        replace(a_reading(RATING, C, 0), observed_at=FIRST - late),
        a_reading(LIST, C, 0),
        a_reading(ITEM, C, 0),
    )
    made = mended(then, now, "run")

    assert [(one.key, one.level, one.repaired) for one in made] == [(RATING, C, "run"), (ITEM, C, "run")]
    assert (made[0].observed_at, made[0].evidence) == (FIRST, ("a.png",))
    assert mended(a_visit(0, a_reading(LIST, O, 0)), now, "run") == ()
