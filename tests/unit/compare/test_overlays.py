"""Acknowledged, snoozed, stale; deadlines that near; flapping; what may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checker.compare import (
    acknowledge,
    active_ack,
    compare,
    is_accepted,
    is_snoozed,
    is_stale,
    key_id,
    may_show,
    roll_up_levels,
    snooze,
    unacknowledge,
)
from checker.compare.deadlines import step_name, steps_passed
from checker.compare.flapping import flaps, with_level
from checker.compare.machine import step
from checker.compare.observations import Observation
from checker.compare.overlays import elapsed, incident_id, incident_of, is_due, is_muted
from checker.model import (
    Ack,
    DecidedBy,
    Known,
    Level,
    Presence,
    Reading,
    Rules,
    Scope,
    Tell,
    Verb,
)
from tests.unit.compare.seen import (
    CRITICAL,
    DEACTIVATED,
    OK,
    START,
    WARNING,
    at,
    days,
    key,
    lost,
    shown,
    verbs,
    visit,
)

RATE = key()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = Rules()


def _open(level: Level = CRITICAL, **fields: object) -> Known:
    return days(visit(shown(RATE, level, **fields)))[0].known[RATE]


class TestAcknowledged:
    """Somebody knows of it as it stands."""

    def test_names_who_why_when_and_what(self) -> None:
        """All of it is kept with the finding."""
        state = acknowledge(_open(), "ann", "case 7", START, START + DAY)

        good = state.good
        assert good is not None
        assert state.incident is not None
        assert state.incident.ack == Ack("ann", "case 7", START, CRITICAL, good.fingerprint, START + DAY)

    @pytest.mark.parametrize(("by", "reason"), [("", "why"), ("  ", "why"), ("ann", ""), ("ann", " ")])
    def test_wants_an_author_and_a_reason(self, by: str, reason: str) -> None:
        """Without either it is refused."""
        with pytest.raises(ValueError, match="an author and a reason"):
            acknowledge(_open(), by, reason, START)

    def test_is_refused_where_nothing_is_open(self) -> None:
        """There is nothing to know of; the same for a snooze."""
        well = days(visit(shown(RATE, OK)))[0].known[RATE]

        with pytest.raises(ValueError, match="nothing is open at amazon/main/US/orders"):
            acknowledge(well, "ann", "why", START)
        with pytest.raises(ValueError, match="nothing is open at amazon/main/US/orders"):
            snooze(well, START + DAY)

    def test_ends_when_it_was_said_to(self) -> None:
        """Until then it holds, and not at that moment."""
        state = acknowledge(_open(), "ann", "why", START, START + DAY)

        assert active_ack(state, START + DAY - HOUR) is not None
        assert active_ack(state, START + DAY) is None
        assert active_ack(acknowledge(_open(), "ann", "why", START), START + 999 * DAY) is not None
        assert active_ack(_open(), START) is None

    def test_can_be_taken_back(self) -> None:
        """With the snooze; where there is neither, nothing changes."""
        state = snooze(acknowledge(_open(), "ann", "why", START), START + DAY)

        assert unacknowledge(state) == _open()
        assert unacknowledge(_open()) == _open()
        bare = Known(RATE, shown(RATE))
        assert unacknowledge(bare) is bare

    def test_survives_getting_better_and_dies_when_it_is_over(self) -> None:
        """Critical, acknowledged, a warning, ok."""
        known = {RATE: acknowledge(_open(), "ann", "why", START)}
        acks = []
        for number, level in enumerate([WARNING, WARNING, OK, OK], start=1):
            now = START + number * DAY
            known |= compare(known, [at(visit(shown(RATE, level)), now)], now).known
            acks.append(active_ack(known[RATE], now) is not None)

        assert acks == [True, True, True, False]


class TestSnoozed:
    """No reminders for a while."""

    def test_holds_until_its_end(self) -> None:
        """And not at that moment."""
        state = snooze(_open(), START + DAY)

        assert is_snoozed(state, START + DAY - HOUR)
        assert not is_snoozed(state, START + DAY)
        assert not is_snoozed(_open(), START)
        assert not is_snoozed(Known(RATE, shown(RATE)), START)

    def test_mutes_like_an_acknowledgement(self) -> None:
        """Either is enough."""
        assert is_muted(snooze(_open(), START + DAY), START)
        assert is_muted(acknowledge(_open(), "ann", "why", START), START)
        assert not is_muted(_open(), START)

    def test_a_worse_level_is_told_all_the_same_and_ends_it(self) -> None:
        """A snooze mutes reminders and nothing else."""
        known = {RATE: snooze(_open(WARNING), START + 30 * DAY)}
        day = compare(known, [at(visit(shown(RATE, CRITICAL)), START + DAY)], START + DAY)

        assert [(change.verb, change.tell) for change in day.changes] == [(Verb.WORSENED, Tell.AT_ONCE)]
        assert not is_snoozed(day.known[RATE], START + DAY)


class TestReminders:
    """What is open and nobody knows of is mentioned once a day."""

    @pytest.mark.parametrize(
        ("hours", "reminded"), [((23,), [0]), ((24,), [1]), ((24, 47, 48), [1, 0, 1]), ((1, 25), [0, 1])]
    )
    def test_once_a_day(self, hours: tuple[int, ...], reminded: list[int]) -> None:
        """Counted from when it was last told."""
        known = {RATE: _open()}
        told = []
        for hour in hours:
            now = START + hour * HOUR
            day = compare(known, [at(visit(shown(RATE, CRITICAL)), now)], now)
            known |= day.known
            told.append(len(day.reminders))
            assert day.changes == ()

        assert told == reminded

    @pytest.mark.parametrize("muted", ["ack", "snooze"])
    def test_not_of_what_somebody_knows(self, muted: str) -> None:
        """Acknowledged or snoozed."""
        state = _open()
        state = acknowledge(state, "a", "b", START) if muted == "ack" else snooze(state, START + 3 * DAY)
        now = START + 2 * DAY

        assert compare({RATE: state}, [at(visit(shown(RATE, CRITICAL)), now)], now).reminders == ()

    def test_not_of_what_is_ok(self) -> None:
        """Nothing is open."""
        assert days(visit(shown(RATE, OK)), visit(shown(RATE, OK)))[-1].reminders == ()


class TestDeadlines:
    """Announced at 7 days, 72 hours, 24 hours and when it passes, each once."""

    @pytest.mark.parametrize(
        ("left", "steps"),
        [
            (8 * DAY, 0), (7 * DAY + HOUR, 0), (7 * DAY, 1), (73 * HOUR, 1), (72 * HOUR, 2), (25 * HOUR, 2),
            (24 * HOUR, 3), (HOUR, 3), (timedelta(0), 4), (-DAY, 4),
        ],
    )  # fmt: skip
    def test_the_steps(self, left: timedelta, steps: int) -> None:
        """At the step, not before it."""
        assert steps_passed(START + left, START) == steps

    def test_no_deadline_has_no_steps(self) -> None:
        """There is nothing to announce."""
        assert steps_passed(None, START) == 0

    def test_the_steps_have_names(self) -> None:
        """One for each."""
        assert [step_name(n) for n in (1, 2, 3, 4)] == [
            "less than 7 days left",
            "less than 72 hours left",
            "less than 24 hours left",
            "passed",
        ]

    def test_each_is_announced_once_read_or_not(self) -> None:
        """Ten days, looked at twice a day; on half of the days nobody gets there."""
        red = visit(shown(RATE, CRITICAL, deadline=START + 10 * DAY))
        failed = visit(lost(RATE, Presence.NOT_OBSERVED))
        told = days(red, *[red, failed] * 11, apart=12 * HOUR)
        changes = [(number, c.detail) for number, day in enumerate(told) for c in day.changes[-1:]]

        assert changes == [
            (0, ""),
            (6, "less than 7 days left"),
            (14, "less than 72 hours left"),
            (18, "less than 24 hours left"),
            (20, "passed"),
        ]

    def test_a_finding_told_late_tells_its_deadline_with_it(self) -> None:
        """Two days left when it is first seen: the next announcement is at 24 hours."""
        red = visit(shown(RATE, CRITICAL, deadline=START + 50 * HOUR))
        told = days(red, red, red, apart=13 * HOUR)

        assert [verbs(day.changes) for day in told] == [[Verb.NEW], [], [Verb.DEADLINE]]

    def test_one_that_nobody_visits_is_announced_too(self) -> None:
        """A deadline on a site that was not asked for."""
        state = _open(deadline=START + 8 * DAY)
        now = START + 2 * DAY
        other = key("m")

        day = compare({RATE: state}, [at(visit(shown(other, OK)), now)], now)

        (change,) = day.changes
        assert (change.key, change.verb, change.tell, change.level) == (
            RATE,
            Verb.DEADLINE,
            Tell.AT_ONCE,
            CRITICAL,
        )
        assert (change.since, change.reading) == (START, state.good)
        assert day.known[RATE].incident is not None

    def test_an_acknowledged_one_is_announced(self) -> None:
        """Knowing of it does not stop the clock."""
        state = acknowledge(_open(deadline=START + 8 * DAY), "ann", "why", START)
        now = START + 2 * DAY

        day = compare({RATE: state}, [at(visit(shown(RATE, CRITICAL, deadline=START + 8 * DAY)), now)], now)

        assert verbs(day.changes) == [Verb.DEADLINE]

    def test_one_that_is_over_is_not_announced(self) -> None:
        """Resolved, or never open."""
        ok = visit(shown(RATE, OK, deadline=START + 8 * DAY))
        red = visit(shown(RATE, CRITICAL, deadline=START + 8 * DAY))

        told = days(red, ok, ok, ok, ok, apart=12 * HOUR)

        assert Verb.DEADLINE not in [verb for day in told[3:] for verb in verbs(day.changes)]

    def test_a_clock_set_back_announces_nothing_again(self) -> None:
        """What was announced stays announced."""
        red = visit(shown(RATE, CRITICAL, deadline=START + 8 * DAY))
        known = {RATE: _open(deadline=START + 8 * DAY)}
        told = []
        for days_on in (2, 0, 2):
            now = START + days_on * DAY
            day = compare(known, [at(red, now)], now)
            known |= day.known
            told.append(verbs(day.changes))

        assert told == [[Verb.DEADLINE], [], []]

    def test_issue11_10_a_clock_that_was_far_ahead_mutes_no_step(self) -> None:
        """What was announced years early is announced in its time as well."""
        red = visit(shown(RATE, CRITICAL, deadline=START + 8 * DAY))
        known = {RATE: _open(deadline=START + 8 * DAY)}
        told = []
        for days_on in (3650, 0, 2, 6, 7.5, 8):
            now = START + days_on * DAY
            day = compare(known, [at(red, now)], now)
            known |= day.known
            told.append([change.detail for change in day.changes])

        assert told == [
            ["passed"],
            [],
            ["less than 7 days left"],
            ["less than 72 hours left"],
            ["less than 24 hours left"],
            ["passed"],
        ]

    def test_issue11_7_a_deadline_that_is_not_drawn_is_announced_all_the_same(self) -> None:
        """Its steps come in their time, from what was told."""
        red = visit(shown(RATE, CRITICAL, deadline=START + 8 * DAY))
        bare = visit(shown(RATE, CRITICAL))
        told = days(red, *[bare] * 9)

        steps = [change.detail for day in told for change in day.changes if change.verb is Verb.DEADLINE]
        assert steps == [
            "less than 7 days left",
            "less than 72 hours left",
            "less than 24 hours left",
            "passed",
        ]

    def test_another_deadline_of_a_better_level_is_announced_by_its_own_steps(self) -> None:
        """The steps of the old one do not count for the new."""
        critical = visit(shown(RATE, CRITICAL, deadline=START + 2 * DAY))
        warning = visit(shown(RATE, WARNING, deadline=START + 8 * DAY))

        told = days(critical, warning, warning, apart=12 * HOUR)

        assert [verbs(day.changes) for day in told] == [
            [Verb.NEW],
            [Verb.IMPROVING],
            [Verb.IMPROVED, Verb.DEADLINE],
        ]
        incident = told[-1].known[RATE].incident
        assert incident is not None
        assert incident.deadline_steps == 1


class TestStale:
    """Nothing was said of it for two periods and the grace."""

    def test_by_the_limit(self) -> None:
        """Fifty hours by default, and not a second earlier."""
        state = _open()

        assert not is_stale(state, START + 50 * HOUR, RULES)
        assert is_stale(state, START + 50 * HOUR + timedelta(seconds=1), RULES)
        assert is_stale(state, START + 5 * HOUR, Rules(period=HOUR, grace=HOUR))

    @pytest.mark.parametrize("presence", [Presence.UNREADABLE, Presence.NOT_OBSERVED])
    def test_a_look_that_read_nothing_does_not_refresh(self, presence: Presence) -> None:
        """The age is that of the last answer."""
        state = replace(_open(), last=lost(RATE, presence, observed_at=START + 60 * HOUR))

        assert is_stale(state, START + 60 * HOUR, RULES)

    @pytest.mark.parametrize("presence", [Presence.NONE, Presence.NOT_RATED, Presence.NOT_REGISTERED])
    def test_an_absence_is_an_answer(self, presence: Presence) -> None:
        """The console said that it is not there."""
        state = replace(_open(), last=lost(RATE, presence, observed_at=START + 60 * HOUR))

        assert not is_stale(state, START + 60 * HOUR, RULES)

    def test_what_was_never_answered_is_not_stale(self) -> None:
        """It is unknown, which is said elsewhere."""
        assert not is_stale(Known(RATE, lost(RATE)), START + 999 * DAY, RULES)


class TestTime:
    """A clock that was set back has measured nothing."""

    def test_elapsed_is_never_negative(self) -> None:
        """Nor counted from nothing."""
        assert elapsed(START, START + HOUR) == HOUR
        assert elapsed(START, START - HOUR) == timedelta(0)
        assert elapsed(None, START) == timedelta(0)

    def test_due_is_at_the_time_and_when_never_told(self) -> None:
        """Not a second before."""
        assert is_due(None, DAY, START)
        assert is_due(START, DAY, START + DAY)
        assert not is_due(START, DAY, START + DAY - timedelta(seconds=1))


class TestFlapping:
    """Thirty per cent of the last twenty steps begin it, less than a quarter end it."""

    @pytest.mark.parametrize(
        ("levels", "before", "now"),
        [
            ("0202020", False, True), ("020202", False, False), ("020202", True, True),
            ("02020", True, False),
            ("", False, False), ("000000000000000000000", True, False), ("0123012", False, True),
        ],
    )  # fmt: skip
    def test_the_two_limits(self, levels: str, before: bool, now: bool) -> None:
        """Six changes begin, five keep, four end."""
        assert flaps(levels, before) is now

    def test_twenty_one_levels_are_kept(self) -> None:
        """The oldest goes first."""
        levels = ""
        for number in range(30):
            levels = with_level(levels, DEACTIVATED if number == 29 else (OK, WARNING)[number % 2])

        assert levels == "10" * 10 + "3"


class TestNames:
    """Incidents and keys have names for good."""

    def test_a_key_has_one_short_name(self) -> None:
        """Ten signs a shell takes, different for different keys."""
        assert key_id(RATE) == key_id(key())
        assert len(key_id(RATE)) == 10
        assert key_id(RATE) != key_id(key("m"))
        assert key_id(RATE).isalnum()

    def test_an_incident_is_named_by_its_number(self) -> None:
        """The next finding of the key is another."""
        state = Known(RATE, shown(RATE), number=4)

        assert incident_id(state) == f"{key_id(RATE)}-5"

    def test_a_finding_of_an_older_version_gets_one(self) -> None:
        """Told already at its level, since it opened."""
        state = Known(RATE, shown(RATE, CRITICAL), shown(RATE, CRITICAL), opened_at=START)

        incident = incident_of(state)
        assert (incident.id, incident.max_level, incident.notified_max) == (
            f"{key_id(RATE)}-1",
            CRITICAL,
            CRITICAL,
        )
        assert incident.told_at == START


def _state(last: Reading, good: Reading | None = None, **fields: object) -> Known:
    return replace(Known(RATE, last, good), **fields)  # type: ignore[arg-type]  # fields of Known, by name


_RED, _OK, _WARN = shown(RATE, CRITICAL), shown(RATE, OK), shown(RATE, WARNING)
_DOUBTED = shown(RATE, CRITICAL, disputed=True)


@pytest.mark.parametrize(
    ("state", "fresh", "level", "certain"),
    [
        (_state(_OK, _OK), True, OK, True),
        (_state(_OK, _OK), False, Level.UNKNOWN, False),
        (_state(_DOUBTED, _DOUBTED, opened_at=START), True, CRITICAL, False),
        (_state(_RED, _DOUBTED, opened_at=START), True, CRITICAL, False),
        (_state(_OK, replace(_DOUBTED)), True, OK, True),
        (_state(_RED, _RED, opened_at=START), True, CRITICAL, True),
        (_state(_RED, _RED, opened_at=START), False, CRITICAL, False),
        (_state(lost(RATE), _RED, opened_at=START), True, CRITICAL, False),
        (_state(_OK, _RED, opened_at=START), True, CRITICAL, True),
        (_state(_OK, _WARN, opened_at=START), True, WARNING, True),
        (_state(_RED, _WARN, opened_at=START), True, CRITICAL, True),
        (_state(_OK, _OK, opened_at=START), True, WARNING, True),
        (_state(lost(RATE), _OK), True, Level.UNKNOWN, False),
        (_state(lost(RATE, Presence.NOT_OBSERVED), _OK), True, Level.UNKNOWN, False),
        (_state(lost(RATE, Presence.NONE), _OK), True, None, True),
        (_state(lost(RATE, Presence.NOT_RATED), _WARN, opened_at=START), True, WARNING, False),
        (_state(shown(RATE, Level.UNKNOWN), _OK), True, None, True),
        (_state(shown(RATE, Level.UNKNOWN), _WARN, opened_at=START), True, Level.UNKNOWN, True),
        (_state(shown(RATE, Level.UNKNOWN, scope=Scope.ACCOUNT)), True, Level.UNKNOWN, True),
        (_state(shown(RATE, Level.UNKNOWN, native="Odd")), True, Level.UNKNOWN, True),
        (_state(shown(RATE, Level.UNKNOWN, native="3", decided_by=DecidedBy.PAYLOAD)), True, None, True),
    ],
)
def test_what_may_be_shown(state: Known, fresh: bool, level: Level | None, certain: bool) -> None:
    """Green only if it was read, is believed, and nothing speaks against it."""
    shown_as = may_show(state, fresh=fresh)

    assert (shown_as.level, shown_as.certain) == (level, certain)


def _lost_with(**fields: object) -> Known:
    return _state(lost(RATE, reason="no match"), None, **fields)


class TestAccepted:
    """What cannot be read, and somebody knows."""

    @pytest.mark.parametrize("presence", [Presence.UNREADABLE, Presence.NOT_OBSERVED])
    def test_an_unread_key_can_be_acknowledged(self, presence: Presence) -> None:
        """Without a finding: it is accepted, from then on and until an end that was given."""
        state = _state(lost(RATE, presence))

        accepted = acknowledge(state, "ann", "not in our country", START, START + DAY)

        assert not is_accepted(state, START)
        assert [is_accepted(accepted, START + n * DAY) for n in (0, 1)] == [True, False]
        assert accepted.accepted == Ack(
            "ann", "not in our country", START, Level.UNKNOWN, state.last.fingerprint, START + DAY
        )
        assert accepted.incident is None
        assert not is_accepted(unacknowledge(accepted), START)

    def test_an_open_finding_is_acknowledged_and_not_accepted(self) -> None:
        """It is known to be red: that it cannot be read now is no reason to be quiet of the rest."""
        state = _state(lost(RATE), _RED, opened_at=START)

        acked = acknowledge(state, "ann", "seen", START)

        assert acked.accepted is None
        assert active_ack(acked, START) is not None

    def test_what_is_in_order_cannot_be_acknowledged(self) -> None:
        """There is nothing to know of."""
        with pytest.raises(ValueError, match="nothing is open"):
            acknowledge(_state(_OK, _OK), "ann", "why", START)

    @pytest.mark.parametrize(
        "reading",
        [_OK, lost(RATE, Presence.NONE), shown(RATE, Level.UNKNOWN), _RED],
        ids=["ok", "none", "a number", "red"],
    )
    def test_it_ends_when_it_is_read(self, reading: Reading) -> None:
        """What was readable and is no more is loud again."""
        accepted = acknowledge(_lost_with(), "ann", "why", START)
        read = step(accepted, Observation(reading), START, Rules()).state

        assert read.accepted is None
        assert read.was_read

    def test_it_is_not_told_while_it_holds(self) -> None:
        """However long it goes on."""
        accepted = acknowledge(_lost_with(unreadable_streak=3), "ann", "why", START)

        made = step(accepted, Observation(lost(RATE)), START + 9 * DAY, Rules())

        assert (made.verb, made.tell, made.state.accepted) == (Verb.UNREADABLE, Tell.NOT, accepted.accepted)

    def test_what_was_never_readable_is_told_once(self) -> None:
        """And what was readable once, every day."""
        told = []
        for was_read in (False, True):
            state = _lost_with(was_read=was_read)
            tells = []
            for number in range(4):
                made = step(state, Observation(lost(RATE)), START + number * DAY, Rules())
                tells.append(made.tell is not Tell.NOT)
                state = made.state
            told.append(tells)
            assert state.never_readable is not was_read

        assert told == [[True, False, False, False], [True, True, True, True]]


class TestIssue11x10:
    """A clock that was far ahead once mutes nothing for as long as it was."""

    YEARS = timedelta(days=3650)

    def test_what_was_told_in_the_future_was_never_told(self) -> None:
        """A little ahead, as a zone gone wrong, is waited out; years are not."""
        day = timedelta(days=1)

        assert [is_due(START + ahead, day, START) for ahead in (day, day + timedelta(seconds=1))] == [
            False,
            True,
        ]

    def test_reminders_go_on(self) -> None:
        """One run in the far future, and the next at the right time reminds."""
        state = step(None, Observation(_RED), START, Rules()).state
        ahead = step(state, Observation(_RED), START + self.YEARS, Rules())
        back = step(ahead.state, Observation(_RED), START + DAY, Rules())

        assert (ahead.remind, back.remind) == (True, True)

    def test_what_was_answered_in_the_future_is_stale(self) -> None:
        """How old it is, nobody knows."""
        dated = replace(_RED, observed_at=START + self.YEARS)

        assert is_stale(_state(dated, dated, opened_at=START), START, Rules())


@pytest.mark.parametrize(
    ("levels", "worst", "counts"),
    [
        ([], Level.UNKNOWN, []),
        ([OK, OK], OK, [(OK, 2)]),
        ([OK, WARNING, Level.UNKNOWN], Level.UNKNOWN, [(Level.UNKNOWN, 1), (WARNING, 1), (OK, 1)]),
        ([OK, Level.UNKNOWN, CRITICAL], CRITICAL, [(CRITICAL, 1), (Level.UNKNOWN, 1), (OK, 1)]),
        ([CRITICAL, CRITICAL, DEACTIVATED], DEACTIVATED, [(DEACTIVATED, 1), (CRITICAL, 2)]),
        ([WARNING, OK], WARNING, [(WARNING, 1), (OK, 1)]),
    ],
)
def test_a_roll_up_counts_everything(
    levels: list[Level], worst: Level, counts: list[tuple[Level, int]]
) -> None:
    """Deactivated, critical, unknown, warning, ok: the worst decides, and the counts are told with it."""
    rolled = roll_up_levels(levels)

    assert (rolled.worst, list(rolled.counts), rolled.total) == (worst, counts, len(levels))
