"""Findings over time in the store: pending levels, messages told at least once, what people did."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checker.compare import acknowledge, compare, snooze
from checker.errors import StoreError, UsageError
from checker.model import (
    Ack,
    EventKind,
    Incident,
    Known,
    Level,
    Outcome,
    Pending,
    Presence,
    Reading,
    Scope,
    Statement,
    Tell,
    Verb,
)
from checker.model.wire import dump_incident, load_incident
from checker.store import Act, Store, open_store
from tests.unit.store.story import ACCOUNT, ON_BOTH, contents, day, key, reading, run_of, tell, visit

HOUR = timedelta(hours=1)


def _names(store: Store) -> list[str]:
    return [one.message for one in store.untold()]


@ON_BOTH
class TestState:
    """Whatever the state machine remembers comes back as it was."""

    def test_every_field_of_a_state_comes_back(self, store: Store) -> None:
        """Pendings with their readings, streaks, levels, the finding with its acknowledgement."""
        last, good, down = (reading(key(), level, on=on) for on, level in enumerate(list(Level)[:3]))
        ack = Ack("ann", "case \N{SNOWMAN}", day(1), Level.CRITICAL, "abc", until=day(9))
        incident = Incident(
            "x-1", Level.DEACTIVATED, Level.CRITICAL, ack, day(8), day(3), 2, "group-1", day(2), 1, day(9)
        )
        state = Known(
            key(), last, good, opened_at=day(0), had_incident=True, vanished=True, unreadable_streak=1,
            absent_streak=2, not_observed_streak=3, absent_since=day(4),
            pending_down=Pending(down, 2, day(6)), levels="0123", told=Level.WARNING, flapping=True, number=7,
            incident=incident, unreadable_told=day(6), flap_told=day(7), was_read=True,
            accepted=Ack("bo", "not here", day(2), Level.UNKNOWN, "def"),
        )  # fmt: skip

        store.record(run_of(), {key(): state}, {})

        assert store.known(*ACCOUNT) == {key(): state}
        assert load_incident(dump_incident(incident)) == incident

    def test_a_pending_reading_is_not_stored_again(self, store: Store, url: str) -> None:
        """It refers to the row it was read in, run after run."""
        for on, level in enumerate([Level.CRITICAL, Level.WARNING, None, None]):
            tell(store, visit(reading(key(), level, on=on)), on=on)

        assert len(contents(url)["readings"]) == 4
        pending = store.known(*ACCOUNT)[key()].pending_down
        assert pending is not None
        assert pending.reading == reading(key(), Level.WARNING, on=1)

    def test_only_what_is_open_is_a_finding(self, store: Store) -> None:
        """Green and closed keys are left out; what cannot be read is there for who may accept it."""
        doubted = reading(key("b"), Level.CRITICAL, disputed=True)
        lost = reading(key("d"), None)
        tell(store, visit(reading(key("a"), Level.CRITICAL), doubted, reading(key("c")), lost))

        assert sorted(of.metric for of in store.findings()) == ["a", "b"]
        assert sorted(of.metric for of in store.findings(or_unread=True)) == ["a", "b", "d"]

    def test_what_is_accepted_as_unreadable_is_kept(self, store: Store) -> None:
        """With who and why, in the journal too, run after run, until it is read."""
        of = key("lost")
        tell(store, visit(reading(of, None)))
        act = Act(day(0), "ack", "ann", "not in our country")

        accepted = store.act(of, act, lambda state: acknowledge(state, "ann", act.reason, day(0)))
        tell(store, visit(reading(of, None, 1)), on=1)
        held = store.known(*ACCOUNT)[of]
        tell(store, visit(reading(of, on=2)), on=2)

        assert held.accepted == accepted.accepted
        assert (held.is_accepted(day(1)), held.never_readable) == (True, True)
        assert [one.reason for one in store.acts(of)] == [act.reason]
        assert store.known(*ACCOUNT)[of].accepted is None

    def test_a_disputed_reading_can_be_searched_for(self, store: Store, url: str) -> None:
        """It stands beside its record, and what each source said comes back with that."""
        said = Statement("health: the code", native="NORMAL", level=Level.OK)
        doubted = reading(key(), Level.CRITICAL, disputed=True, claims=(said,))
        tell(store, visit(doubted, reading(key("b"))))

        assert [row[-1] for row in contents(url)["readings"]] == [True, False]
        assert store.known(*ACCOUNT)[key()].good == doubted

    def test_incidents_are_kept_after_they_closed(self, store: Store, url: str) -> None:
        """When each opened and closed, and how bad it was."""
        levels = [Level.WARNING, Level.CRITICAL, Level.OK, Level.OK, Level.WARNING]
        for on, level in enumerate(levels):
            tell(store, visit(reading(key(), level, on=on)), on=on)

        rows = contents(url)["incidents"]
        assert [(row[2][:10], row[3] and row[3][:10], row[4]) for row in rows] == [
            ("2026-03-01", "2026-03-04", "critical"),
            ("2026-03-05", None, "warning"),
        ]


@ON_BOTH
class TestMessages:
    """The outbox: what is to be told, and when it was."""

    def test_a_red_is_one_message_until_it_was_told(self, store: Store) -> None:
        """It waits as long as nobody told it, and is never told after that."""
        tell(store, visit(reading(key("a"))))
        run, _ = tell(store, visit(reading(key("a"), Level.CRITICAL, on=1)), on=1)

        (one,) = store.untold()
        assert (one.run_id, one.kind, one.tell, one.keys) == (run.run_id, "new", Tell.AT_ONCE, (key("a"),))
        assert one.changes == (replace(run.changes[0], late=True),)
        assert one.message == f"{run.changes[0].incident}/{run.changes[0].number}/new"

        store.mark_told([one.message], day(1), "terminal")
        assert store.untold() == []
        tell(store, visit(reading(key("a"), Level.CRITICAL, on=1)), on=2)
        assert [one.kind for one in store.untold()] == ["reminder"]

    def test_a_run_that_ended_before_it_told_leaves_it_to_the_next(self, store: Store) -> None:
        """The next run has nothing new, and finds the message."""
        tell(store, visit(reading(key())))
        tell(store, visit(reading(key(), Level.CRITICAL, on=1)), on=1)
        run, _ = tell(store, visit(reading(key(), Level.CRITICAL, on=1)), on=2)

        assert run.changes == ()
        assert next((one.run_id, one.kind) for one in store.untold()) == ("run-1", "new")

    def test_an_event_is_one_message_for_all_its_changes(self, store: Store) -> None:
        """Forty reds of a first run: one row in the outbox, which brings all forty back."""
        run, _ = tell(store, visit(*(reading(key(f"m{n}"), Level.CRITICAL) for n in range(40))))

        (one,) = store.untold()
        assert one.event == run.events[0]
        assert (one.kind, len(one.keys), len(one.changes)) == (EventKind.INVENTORY, 40, 40)
        assert store.run(run.run_id).events == run.events

    def test_reminders_of_an_account_are_one_message(self, store: Store) -> None:
        """However many findings are still open."""
        reds = [reading(key(f"m{n}"), Level.CRITICAL) for n in range(3)]
        tell(store, visit(*reds))
        store.mark_told(_names(store), day(0), "terminal")
        run, _ = tell(store, visit(*reds), on=2)

        (one,) = store.untold()
        assert (one.kind, one.tell, len(one.keys), one.changes) == ("reminder", Tell.DIGEST, 3, ())
        assert run.changes == ()

    def test_what_is_not_told_has_no_message(self, store: Store) -> None:
        """A better level that is not believed yet is a change and no news."""
        tell(store, visit(reading(key(), Level.CRITICAL)))
        store.mark_told(_names(store), day(0), "terminal")
        run, _ = tell(store, visit(reading(key(), on=1)), on=1)

        assert [change.verb for change in run.changes] == [Verb.IMPROVING]
        assert store.untold() == []

    def test_visits_that_reached_nothing_are_one_message_each_class(self, store: Store) -> None:
        """With the sites they were meant for."""
        lost = Reading(key(), Presence.NOT_OBSERVED, day(0))
        tell(store, visit(lost, outcome=Outcome.CAPTCHA))

        (one,) = store.untold()
        assert (one.kind, one.changes) == ("not_observed", ())

    def test_telling_an_unknown_message_changes_nothing(self, store: Store, url: str) -> None:
        """Nor telling none."""
        tell(store, visit(reading(key(), Level.CRITICAL)))
        before = contents(url)

        store.mark_told(["nobody/9/new"], day(1), "x")
        store.mark_told([], day(1), "x")

        assert contents(url) == before

    def test_it_keeps_when_and_by_what_it_was_told_first(self, store: Store, url: str) -> None:
        """Told a second time, the first stays."""
        tell(store, visit(reading(key(), Level.CRITICAL)))
        names = _names(store)

        store.mark_told(names, day(1), "terminal")
        store.mark_told(names, day(2), "mail")

        assert contents(url)["outbox"][0][-2:] == ("2026-03-02T08:30:00.000000+00:00", "terminal")


@ON_BOTH
class TestPeople:
    """Acknowledged, snoozed: the state and the journal in one transaction."""

    def _ack(self, store: Store) -> Known:
        act = Act(day(1), "ack", "ann", "case 7", day(9), Level.CRITICAL)
        return store.act(key(), act, lambda state: acknowledge(state, "ann", "case 7", day(1), day(9)))

    def test_an_acknowledgement_is_kept_and_noted(self, store: Store) -> None:
        """Who, why, until when, and of which level."""
        tell(store, visit(reading(key(), Level.CRITICAL)))

        after = self._ack(store)

        assert store.known(*ACCOUNT)[key()] == after
        assert store.acts(key()) == [Act(day(1), "ack", "ann", "case 7", day(9), Level.CRITICAL)]
        assert store.acts(key("other")) == []

    def test_one_that_is_refused_leaves_no_trace(self, store: Store, url: str) -> None:
        """Nothing is open: neither state nor journal."""
        tell(store, visit(reading(key())))
        before = contents(url)

        with pytest.raises(ValueError, match="nothing is open"):
            store.act(key(), Act(day(1), "snooze"), lambda state: snooze(state, day(9)))

        assert contents(url) == before

    def test_it_survives_the_run_that_read_before_it(self, store: Store, url: str) -> None:
        """A run holds the store from look-up to writing: an acknowledgement waits, and is not lost."""
        red = reading(key(), Level.CRITICAL)
        tell(store, visit(red))
        with open_store(url, patience=0.05) as other:
            with store.transaction():
                tell(store, visit(red), on=1)
                with pytest.raises(StoreError, match="another"):
                    self._ack(other)
            self._ack(other)

        incident = store.known(*ACCOUNT)[key()].incident
        assert incident is not None
        assert incident.ack is not None

    def test_a_transaction_that_fails_is_undone(self, store: Store, url: str) -> None:
        """Everything in it, what was recorded too."""
        before = contents(url)

        def fail_midway() -> None:
            with store.transaction():
                tell(store, visit(reading(key(), Level.CRITICAL)))
                assert len(store.untold()) == 1
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_midway()

        assert contents(url) == before
        assert store.untold() == []


@ON_BOTH
class TestLooking:
    """What the lists of the command line are made from."""

    def test_the_changes_of_a_key_run_from_old_to_new(self, store: Store) -> None:
        """Each with its run."""
        for on, level in enumerate([Level.WARNING, Level.CRITICAL, Level.DEACTIVATED]):
            tell(store, visit(reading(key(), level, on=on)), on=on)

        told = [(at, run_id, change.verb) for at, run_id, change in store.changes(key())]
        assert told == [
            (day(0), "run-0", Verb.NEW),
            (day(1), "run-1", Verb.WORSENED),
            (day(2), "run-2", Verb.WORSENED),
        ]
        assert [run_id for _, run_id, _ in store.changes(key(), limit=1)] == ["run-2"]

    def test_what_the_last_run_of_an_account_made_worse(self, store: Store) -> None:
        """Not what an earlier one did, and not what it made better."""
        tell(store, visit(reading(key("a"), Level.CRITICAL), reading(key("b"))))
        assert store.changed_last([key("a"), key("b")]) == {key("a")}

        tell(store, visit(reading(key("a"), on=1), reading(key("b"), Level.WARNING, on=1)), on=1)
        assert store.changed_last([key("a"), key("b")]) == {key("b")}

    @pytest.mark.parametrize(
        ("name", "run_id"), [("last", "run-2"), ("last~0", "run-2"), ("last~2", "run-0"), ("run-1", "run-1")]
    )
    def test_a_run_is_named_by_its_place_from_the_end(self, store: Store, name: str, run_id: str) -> None:
        """Or by its id, which is looked up by whoever needs it."""
        for on in range(3):
            tell(store, visit(reading(key(), on=on)), on=on)

        assert store.run_named(name) == run_id

    def test_a_run_before_the_first_is_refused(self, store: Store) -> None:
        """With what to type to see them."""
        tell(store, visit(reading(key())))

        with pytest.raises(UsageError, match="there are only 1 runs"):
            store.run_named("last~1")


@ON_BOTH
def test_the_comparison_of_a_scope_that_is_not_visited_is_left_alone(store: Store) -> None:
    """A run that visits one site keeps the findings of another, with their deadlines announced."""
    far = reading(key(site="CA"), Level.CRITICAL, deadline=day(9), scope=Scope.ACCOUNT)
    tell(store, visit(far))
    comparison = compare(store.known(*ACCOUNT), [visit(reading(key()))], day(3))

    assert [(change.key, change.verb) for change in comparison.changes] == [(key(site="CA"), Verb.DEADLINE)]
    store.record(replace(run_of(on=3), changes=comparison.changes), comparison.known, {})
    assert store.findings()[key(site="CA")].number == 2
