"""E2: both changes of summer time: a schedule by the wall clock makes nothing stale, told twice or missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from checker.compare import compare, is_stale
from checker.model import Key, Known, Rules
from checker.model.dates import deadline_in, end_of
from checker.notify.routes import quiet_until
from checker.schedule import crontab, systemd
from checker.schedule.plan import Plan
from tests.unit.compare.seen import CRITICAL, OK, alarms, at, key, shown, visit

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
RATE = key()
RED, GREEN = visit(shown(RATE, CRITICAL)), visit(shown(RATE, OK))
# The days on which the clocks change, in either zone.
SPRING = {BERLIN: date(2026, 3, 29), NEW_YORK: date(2026, 3, 8)}
AUTUMN = {BERLIN: date(2026, 10, 25), NEW_YORK: date(2026, 11, 1)}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = pytest.mark.parametrize("zone", [BERLIN, NEW_YORK], ids=str)


def daily(zone: ZoneInfo, of: date, clock: time, days: int = 4) -> Iterator[datetime]:
    """Yield when a cron that knows the wall clock alone runs: never in a gap, twice where it repeats."""
    for number in range(-days, days + 1):
        wall = datetime.combine(of + number * DAY, clock)
        moments = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        yield from sorted(one for one in moments if one.astimezone(zone).replace(tzinfo=None) == wall)


@ZONES
@pytest.mark.parametrize("clock", [time(1, 30), time(2, 30), time(3, 0), time(23, 59)], ids=str)
@pytest.mark.parametrize("changes", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_e2_a_red_is_told_once_and_never_stale(
    zone: ZoneInfo, clock: time, changes: dict[ZoneInfo, date]
) -> None:
    """A daily run of which one is left out, or comes twice: one alarm, a reminder a day at most, no stale."""
    known: dict[Key, Known] = {}
    told, reminded, before = [], list[datetime](), None
    for now in daily(zone, changes[zone], clock):
        if before is not None:
            assert not is_stale(known[RATE], now, Rules())
        day = compare(known, [at(RED, now)], now)
        known |= day.known
        told += alarms(day.changes)
        reminded += [now] * len(day.reminders)
        before = now

    assert len(told) == 1
    assert reminded
    assert all(later - sooner >= DAY for sooner, later in pairwise(reminded))


@ZONES
def test_e2_the_hour_that_comes_twice_counts_as_it_passed(zone: ZoneInfo) -> None:
    """Two good reads at the same wall time, an hour apart, are two; less than half an hour is one."""
    first, second = (
        datetime.combine(AUTUMN[zone], time(1 if zone is NEW_YORK else 2, 30), zone).replace(fold=fold)
        for fold in (0, 1)
    )
    known = compare({}, [at(RED, first - DAY)], (first - DAY).astimezone(UTC)).known
    better = compare(known, [at(GREEN, first.astimezone(UTC))], first.astimezone(UTC)).known
    soon = first.astimezone(UTC) + timedelta(minutes=29)

    assert second.astimezone(UTC) - first.astimezone(UTC) == HOUR
    assert compare(better, [at(GREEN, soon)], soon).known[RATE].is_open
    later = second.astimezone(UTC)
    assert not compare(better, [at(GREEN, later)], later).known[RATE].is_open


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        (BERLIN, SPRING[BERLIN], datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)),
        (BERLIN, AUTUMN[BERLIN], datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
        (NEW_YORK, SPRING[NEW_YORK], datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC)),
        (NEW_YORK, AUTUMN[NEW_YORK], datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC)),
    ],
)
def test_e2_a_due_day_ends_when_it_is_over_there(zone: ZoneInfo, day: date, ends: datetime) -> None:
    """The day of the change has 23 or 25 hours, and its last second is the site's."""
    assert end_of(day, str(zone)) == ends
    assert deadline_in(f"Appeal by {day:%B} {day.day}, {day.year}", "en_US", str(zone)) == ends


@ZONES
@pytest.mark.parametrize("changes", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("ends", [time(1, 45), time(2, 30), time(7, 0)], ids=str)
def test_e2_quiet_hours_end_by_the_clock_on_the_wall(
    zone: ZoneInfo, changes: dict[ZoneInfo, date], ends: time
) -> None:
    """In each quarter of that night: quiet while the clock says so, and then until a moment still to come."""
    begins = time(22, 0)
    night = datetime.combine(changes[zone] - DAY, time(21, 0), zone).astimezone(UTC)
    for quarter in range(14 * 4):
        now = night + quarter * timedelta(minutes=15)
        clock = now.astimezone(zone).time()
        until = quiet_until((begins, ends), zone, now)
        assert (until is not None) == (clock >= begins or clock < ends)
        if until is not None:
            assert now < until <= now + timedelta(hours=11)
            assert quiet_until((begins, ends), zone, until + HOUR) is None


def test_e2_what_is_installed_names_times_of_the_day_and_no_zone(tmp_path: Path) -> None:
    """Timer and crontab leave the change of the clocks to those who know it: no time is computed by us."""
    from checker.report.words import words_for

    plan = Plan("checker", ("/bin/checker",), tmp_path / "c.toml", (time(2, 30),), 0, (), 60)
    timer = systemd.files(plan, isolated=False, confined=False)["checker.timer"]

    assert "OnCalendar=*-*-* 02:30:00\n" in timer
    # A run that fell into the gap, or into a night the machine was off, is made up for.
    assert "Persistent=true" in timer
    assert b"\n30 2 * * * /bin/checker run" in crontab.block(plan, words_for("en"))
