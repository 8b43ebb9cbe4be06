"""What holds for any readings in any order: never a false green, no alarm twice, none missed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checker.compare import compare
from checker.model import Key, Known, Level, Outcome, Presence, Scope, Verb, Visit
from tests.unit.compare.seen import START, alarms, at, days, keys, shown, verbs, visit, visits
from tests.unit.compare.seen import key as key_of

red = st.sampled_from([Level.WARNING, Level.CRITICAL, Level.DEACTIVATED])
mostly_read = st.sampled_from([Outcome.READ, Outcome.PARTIAL])


@given(first=st.lists(visits([Outcome.READ]), max_size=3), failed=st.lists(visits(levels=False), max_size=6))
def test_failed_runs_are_never_green(first: list[Visit], failed: list[Visit]) -> None:
    """However many runs read nothing: nothing is resolved or improved, and no good reading is lost."""
    before, *rest = days(first, *failed)

    assert not {Verb.RESOLVED, Verb.IMPROVED} & {v for day in rest for v in verbs(day.changes)}
    assert not [change for day in rest for change in day.changes if change.level is Level.OK]
    for key, state in before.known.items():
        for day in rest:
            assert (state.good, state.opened_at) == (day.known[key].good, day.known[key].opened_at)


@given(history=st.lists(visits(), max_size=4), last=visits())
def test_the_same_visit_twice_alarms_once(history: list[Visit], last: Visit) -> None:
    """What was told is not told again, whatever it was and whatever came before."""
    *_, again = days(*history, last, last)

    assert alarms(again.changes) == []


@given(history=st.lists(visits(), max_size=4), last=visits())
def test_an_alarm_is_told_once_per_key_and_run(history: list[Visit], last: Visit) -> None:
    """One run never says the same thing of one key in two ways."""
    told = days(*history, [last, last])

    keys_told = [change.key for change in alarms(told[-1].changes)]
    assert sorted(set(keys_told)) == sorted(keys_told)


@given(history=st.lists(visits(), max_size=4), key=keys, level=red, outcome=st.sampled_from(Outcome))
def test_a_red_that_is_new_or_worse_is_always_told(
    history: list[Visit], key: Key, level: Level, outcome: Outcome
) -> None:
    """No failure, drift, absence or list of before can swallow it."""
    *before, after = days([], *history, visit(shown(key, level, scope=Scope.ACCOUNT), outcome=outcome))
    known: Known | None = before[-1].known.get(key)

    told = [change for change in alarms(after.changes) if change.key == key]
    fresh = known is None or not known.is_open or level.worse_than(known.level)
    assert len(told) == 1 if fresh else len(told) <= 1
    assert after.known[key].is_open
    assert not level.worse_than(after.known[key].level)


@given(history=st.lists(visits(), max_size=5), last=visits())
def test_only_an_ok_that_was_read_or_a_whole_list_resolves(history: list[Visit], last: Visit) -> None:
    """Every `resolved` has its proof in the very visit that told it."""
    *_, day = days(*history, last)

    oks = {r.key for r in last.readings if r.level is Level.OK}
    lists = [r for r in last.readings if r.covers and r.presence in (Presence.SHOWN, Presence.NONE)]
    for change in day.changes:
        if change.verb is Verb.RESOLVED:
            assert change.key in oks or (change.key.item and lists)


@given(history=st.lists(visits(), min_size=1, max_size=6))
def test_an_open_finding_is_known_by_its_worst_news(history: list[Visit]) -> None:
    """What is open has a good reading that is not ok; what was never open has no past."""
    *_, day = days(*history)

    for state in day.known.values():
        assert not state.is_open or state.level.is_open
        assert not state.is_open or state.had_incident
        assert state.good is None or state.good.presence is Presence.SHOWN
        assert not state.vanished or state.is_open


@given(history=st.lists(visits(), max_size=4), last=visits())
def test_it_is_a_function_of_what_it_is_given(history: list[Visit], last: Visit) -> None:
    """The same question has the same answer, and only keys that were touched come back."""
    known = days([], *history)[-1].known
    one, other = (compare(known, [at(last, START)], START) for _ in range(2))

    assert one == other
    touched = {r.key for r in last.readings} | {k for k in known if k.place == last.place}
    assert set(one.known) <= touched


@given(level=red, times=st.integers(2, 20))
def test_red_and_green_in_turn(level: Level, times: int) -> None:
    """Case A11: the first red is told, and no later one, for no green between them was believed."""
    key = key_of("orders.late_rate")

    told = days(*[visit(shown(key, level)), visit(shown(key, Level.OK))] * times)

    assert [change.verb for day in told for change in alarms(day.changes)] == [Verb.NEW]
    assert Verb.RESOLVED not in [verb for day in told for verb in verbs(day.changes)]
    assert told[-1].known[key].is_open
