"""What a run's visits, changes and open findings come to as one exit code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checker.model import (
    FACTS,
    Change,
    Exit,
    Key,
    Known,
    Level,
    Outcome,
    Presence,
    Reading,
    Registration,
    Run,
    Site,
    Verb,
    Visit,
    exit_code,
    visit_exit,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEY = Key("amazon", "main", "US", "account.status")


def visit(outcome: Outcome = Outcome.READ, registration: Registration = Registration.ACTIVE) -> Visit:
    """Return a visit that ended so."""
    return Visit("amazon", "main", Site("US", "US", "US", registration), outcome)


def known(level: Level, *, is_open: bool = True) -> Known:
    """Return a key at that level."""
    reading = Reading(KEY, Presence.SHOWN, AT, level)
    return Known(KEY, reading, reading, opened_at=AT if is_open else None)


@pytest.mark.parametrize(
    ("registration", "code"),
    [
        (Registration.ACTIVE, Exit.INCOMPLETE),
        (Registration.DORMANT, Exit.INCOMPLETE),
        (Registration.UNKNOWN, Exit.INCOMPLETE),
        (Registration.PENDING, Exit.OK),
        (Registration.NOT_REGISTERED, Exit.OK),
    ],
)
def test_a_site_out_of_reach(registration: Registration, code: Exit) -> None:
    """Only a site never opened may be out of reach without anything being amiss."""
    assert code == visit_exit(visit(Outcome.NOT_REACHABLE, registration))


def test_every_registration_was_thought_of() -> None:
    """The table above is complete."""
    assert len(Registration) == 5


@pytest.mark.parametrize("registration", Registration)
def test_any_other_outcome_has_its_own_code(registration: Registration) -> None:
    """How far a site was opened excuses nothing but its being out of reach."""
    others = [outcome for outcome in Outcome if outcome is not Outcome.NOT_REACHABLE]

    codes = {outcome: visit_exit(visit(outcome, registration)) for outcome in others}
    assert codes == {outcome: FACTS[outcome].exit for outcome in others}


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("fail_on", [Level.WARNING, Level.CRITICAL, Level.DEACTIVATED])
def test_alarms_count_from_the_level_asked_for(verb: Verb, fail_on: Level) -> None:
    """New, regressed and worsened mean 10, unless they lie below `fail_on`; so does a site that was lost."""
    alarms = verb in (Verb.NEW, Verb.REGRESSED, Verb.WORSENED)
    lost = verb is Verb.REGISTRATION_CHANGED

    codes = {level: exit_code([visit()], [Change(verb, KEY, level)], [], fail_on) for level in Level}
    assert codes == {
        level: Exit.NEW if lost or (alarms and not fail_on.worse_than(level)) else Exit.OK for level in Level
    }


@pytest.mark.parametrize(
    ("level", "fail_on", "code"),
    [
        (Level.WARNING, Level.WARNING, Exit.WARNING),
        (Level.WARNING, Level.CRITICAL, Exit.OK),
        (Level.CRITICAL, Level.WARNING, Exit.CRITICAL),
        (Level.CRITICAL, Level.CRITICAL, Exit.CRITICAL),
        (Level.CRITICAL, Level.DEACTIVATED, Exit.OK),
        (Level.DEACTIVATED, Level.DEACTIVATED, Exit.CRITICAL),
    ],
)
def test_what_is_open_and_known(level: Level, fail_on: Level, code: Exit) -> None:
    """A known red is 11, a known warning 12, and below `fail_on` neither counts."""
    assert code == exit_code([visit()], [], [known(level)], fail_on)
    assert exit_code([visit()], [], [known(level, is_open=False)], fail_on) == Exit.OK


@pytest.mark.parametrize(
    ("visits", "changes", "states", "code"),
    [
        ([], [], [], Exit.OK),
        ([visit()], [], [known(Level.CRITICAL), known(Level.WARNING)], Exit.CRITICAL),
        ([visit(), visit(Outcome.PARTIAL)], [], [known(Level.CRITICAL)], Exit.INCOMPLETE),
        ([visit(Outcome.CAPTCHA)], [], [known(Level.CRITICAL)], Exit.PERSON),
        ([visit(Outcome.CAPTCHA)], [Change(Verb.NEW, KEY, Level.WARNING)], [], Exit.NEW),
        ([visit(Outcome.WRONG_PLACE)], [Change(Verb.NEW, KEY, Level.CRITICAL)], [], Exit.SAFETY),
        ([visit(Outcome.SKIPPED), visit(Outcome.CREDENTIALS_REFUSED)], [], [], Exit.CREDENTIALS),
        ([visit(Outcome.BUSY)], [], [known(Level.WARNING)], Exit.WARNING),
    ],
)
def test_the_gravest_wins(
    visits: list[Visit], changes: list[Change], states: list[Known], code: Exit
) -> None:
    """Visits, changes and open findings are weighed together."""
    assert code == exit_code(visits, changes, states)


def test_a_run_lists_its_readings_in_order() -> None:
    """The readings of every visit, one after the other."""
    first, second = known(Level.OK).last, known(Level.WARNING).last
    site = Site("US", "US", "US")
    visits = tuple(Visit("amazon", "main", site, Outcome.READ, readings=(r,)) for r in (first, second))

    assert [first, second] == list(Run("r", AT, AT, visits, (), 0).readings)
