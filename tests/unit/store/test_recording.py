"""What a run stored comes back as it was, and what is known is the sum of all runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from checker.compare import compare
from checker.errors import StoreError
from checker.model import (
    Cause,
    CauseKind,
    Change,
    Comparator,
    Key,
    Known,
    Level,
    Outcome,
    Presence,
    Reading,
    Registration,
    Run,
    Scope,
    Target,
    Unit,
    Verb,
    Visit,
)
from checker.model.wire import dump_visit, load_visit
from checker.store import Store
from tests.unit.store.story import (
    ACCOUNT,
    CA,
    ON_BOTH,
    contents,
    day,
    key,
    reading,
    run_of,
    tell,
    visit,
    whole_list,
)

pytestmark = ON_BOTH

ITEM = key("policy.violations", item="B0ABC")
SHANGHAI = timezone(timedelta(hours=8))
FULL = Reading(
    key("orders.defect_rate"),
    Presence.SHOWN,
    day(0).astimezone(SHANGHAI),
    Level.WARNING,
    native="需要关注",
    language="zh",
    value=Decimal("0.0090"),
    unit=Unit.FRACTION,
    numerator=Decimal(9),
    denominator=Decimal("1E+3"),
    target=Target(Decimal("0.01"), Comparator.LT, critical=Decimal("0.02")),
    window_days=60,
    deadline=day(9).astimezone(SHANGHAI),
    details=(("ASIN", "B0'; DROP TABLE readings; --"),),
    evidence=("a.png",),
)


def _every_presence() -> list[Reading]:
    shown = [reading(key(f"shown.{level}"), level) for level in Level]
    others = [presence for presence in Presence if presence is not Presence.SHOWN]
    return shown + [Reading(key(f"other.{presence}"), presence, day(0)) for presence in others]


def test_a_run_with_every_presence_and_level_comes_back(store: Store) -> None:
    """Whatever a widget can say is stored and read back exactly, digits and zones included."""
    run, _ = tell(
        store, visit(*_every_presence(), FULL), visit(reading(key(site="CA"), Level.CRITICAL), site=CA)
    )

    back = store.run(run.run_id)

    assert back == run
    assert str(back.visits[0].readings[-1].value) == "0.0090"
    assert {change.verb for change in back.changes} >= {Verb.NEW, Verb.UNREADABLE}


def test_a_visit_that_ended_anyhow_comes_back(store: Store) -> None:
    """A visit without readings or times is kept with its outcome, its site and its words."""
    bare = [
        Visit(
            *ACCOUNT,
            replace(CA, code=f"{outcome}.{registration}", registration=registration),
            outcome,
            detail="\N{PILE OF POO} 'quoted'\n",
            blocked=3,
        )
        for outcome in Outcome
        for registration in Registration
    ]
    run = run_of(*bare)

    store.record(run, {}, {})

    assert store.run("run-0") == run


def test_a_change_comes_back(store: Store) -> None:
    """Every field of a change of every sort survives, with its reading and without."""
    told = Cause(CauseKind.POLICY, "a: b")
    changes = [
        change
        for verb in Verb
        for change in (
            Change(verb, key("coverage"), Level.UNKNOWN),
            Change(verb, FULL.key, FULL.level, Level.OK, told, "why", day(-3), FULL, incident=f"{verb}-1"),
        )
    ]
    run = replace(run_of(visit(FULL)), changes=tuple(changes))

    store.record(run, {}, {})

    assert store.run("run-0") == run


def test_what_no_database_can_hold_becomes_the_replacement_character(store: Store) -> None:
    """Half a surrogate pair or a NUL in what a page said costs that character, not the run."""
    said = replace(reading(key()), native="\udfff")
    broken = replace(visit(said, outcome=Outcome.PARTIAL), detail="a\ud800b\0c")

    store.record(run_of(broken), {}, {})

    back = store.run("run-0").visits[0]
    assert back.detail == "a\ufffdb\ufffdc"
    assert back.readings[0].native == "\ufffd"


def test_the_state_after_a_run_is_what_was_compared(store: Store) -> None:
    """What the next run looks up is exactly what this one concluded."""
    _, known = tell(store, visit(*_every_presence(), FULL))

    assert store.known(*ACCOUNT) == known
    assert store.all_known() == known


def test_an_error_never_replaces_the_last_good_reading(store: Store) -> None:
    """After a red that can no longer be read the red is still known, and since when it is open."""
    red = reading(key(), Level.CRITICAL, value=Decimal("0.90"))
    tell(store, visit(red))
    tell(store, visit(reading(key(), None, on=1)), on=1)
    tell(store, visit(reading(key(), None, on=2)), on=2)

    state = store.known(*ACCOUNT)[key()]

    assert state.last == reading(key(), None, on=2)
    assert (state.good, state.opened_at, state.had_incident) == (red, day(0), True)
    assert state.unreadable_streak == 2
    assert str(state.good and state.good.value) == "0.90"


def test_a_good_reading_that_stays_is_not_stored_again(store: Store, url: str) -> None:
    """A state that refers to an older reading refers to its row; no reading is stored twice."""
    tell(store, visit(reading(key())))
    tell(store, visit(reading(key(), None, on=1)), on=1)
    tell(store, visit(reading(key(), None, on=2)), on=2)

    rows = contents(url)

    assert len(rows["readings"]) == 3
    assert rows["known"][0][4:7] == (3, 1, 3)


def test_a_good_reading_known_only_by_its_content_is_found(store: Store, url: str) -> None:
    """States that went through another process are the same readings, though other objects."""
    tell(store, visit(reading(key())))
    state = store.known(*ACCOUNT)[key()]
    copy = load_visit(dump_visit(visit(state.last))).readings[0]

    store.record(run_of(on=1), {key(): replace(state, last=copy, good=copy, had_incident=True)}, {})

    assert len(contents(url)["readings"]) == 1
    assert store.known(*ACCOUNT)[key()].had_incident


def test_an_item_gone_from_its_list_is_part_of_the_history(store: Store) -> None:
    """What no page showed but a whole list proves is stored, with the change it made, outside the visit."""
    item = reading(ITEM, Level.CRITICAL, scope=Scope.ITEM)
    tell(store, visit(whole_list(), item))
    tell(store, visit(whole_list(on=1), on=1), on=1)
    run, known = tell(store, visit(whole_list(on=2), on=2), on=2)

    back = store.run("run-2")
    past = [entry.reading.presence for entry in store.history(ITEM)]

    assert run.changes[0].verb is Verb.RESOLVED
    assert back == run
    assert len(back.visits[0].readings) == 1
    assert store.known(*ACCOUNT)[ITEM] == known[ITEM]
    assert past == [Presence.SHOWN, Presence.NONE, Presence.NONE]


def test_a_state_whose_good_and_last_were_never_stored_is_kept_in_order(store: Store) -> None:
    """Both readings get rows, the good one before the last."""
    good, last = reading(key()), reading(key(), None, on=1)

    store.record(run_of(), {key(): Known(key(), last, good)}, {})

    assert store.known(*ACCOUNT) == {key(): Known(key(), last, good)}
    assert [entry.reading for entry in store.history(key())] == [good, last]


def test_a_change_may_tell_of_an_earlier_reading(store: Store, url: str) -> None:
    """A reminder of a known red refers to the row of that red."""
    tell(store, visit(reading(key(), Level.CRITICAL)))
    state = store.known(*ACCOUNT)[key()]
    reminder = Change(Verb.WORSENED, key(), Level.CRITICAL, reading=state.good)

    store.record(replace(run_of(on=1), changes=(reminder,)), {}, {})

    assert store.last_run() == replace(run_of(on=1), changes=(reminder,))
    assert len(contents(url)["readings"]) == 1


def test_a_reading_nothing_was_concluded_from_is_the_last_seen(store: Store) -> None:
    """The conclusions of earlier runs stay, the newest reading is added, and nothing is open by itself."""
    red, again, fresh = (
        reading(of, Level.CRITICAL, on=on) for of, on in ((key(), 0), (key(), 1), (key("b"), 1))
    )
    _, before = tell(store, visit(red))

    store.record(run_of(visit(again, fresh), on=1), {}, {})

    assert store.known(*ACCOUNT) == {
        key(): replace(before[key()], last=again),
        key("b"): Known(key("b"), fresh, was_read=True),
    }


def test_a_dry_run_is_never_stored(store: Store) -> None:
    """The caller's mistake is loud, and leaves no trace."""
    with pytest.raises(ValueError, match="dry run"):
        store.record(replace(run_of(), dry_run=True), {}, {})

    assert store.runs() == []


def test_a_run_is_stored_once(store: Store, url: str) -> None:
    """A second run of the same id is refused, and nothing of it is kept."""
    tell(store, visit(reading(key())))
    before = contents(url)

    with pytest.raises(StoreError, match="run_id"):
        tell(store, visit(reading(key(), Level.CRITICAL)))

    assert contents(url) == before


def test_a_state_of_another_key_is_refused(store: Store, url: str) -> None:
    """A state under the wrong key would be a wrong finding: nothing of the run is stored."""
    with pytest.raises(ValueError, match="its last reading is of"):
        store.record(run_of(), {key(): Known(key(), reading(key("b")))}, {})

    assert contents(url)["runs"] == []


def test_an_account_read_through_the_store_is_as_if_it_had_been_kept_in_memory(store: Store) -> None:
    """Twelve days of reds, greens, unreadable and vanished widgets leave the same states either way."""
    levels: list[Level | None] = [Level.OK, Level.CRITICAL, None, Level.WARNING, Level.DEACTIVATED]
    memory: dict[Key, Known] = {}
    told: list[Run] = []
    for on in range(12):
        shown = [reading(key(f"m{n}"), levels[(on * (n + 2) + n) % 5], on=on) for n in range(4)]
        items = [
            reading(key("policy.violations", item=f"i{on // 3}"), Level.CRITICAL, on=on, scope=Scope.ITEM)
        ]
        one = visit(*shown, whole_list(on=on), *items, on=on)
        memory |= compare(memory, [one], day(on)).known

        told.append(tell(store, one, on=on)[0])

    assert store.all_known() == memory
    assert [store.run(row.run_id) for row in reversed(store.runs())] == told


def test_settled_fields_do_not_leak_between_states(store: Store) -> None:
    """Flags and streaks of each state are its own when many are written at once."""
    fields: list[dict[str, Any]] = [{"vanished": True}, {"absent_streak": 4}, {"unreadable_streak": 2}, {}]
    states = {key(f"m{n}"): Known(key(f"m{n}"), reading(key(f"m{n}")), **one) for n, one in enumerate(fields)}

    store.record(run_of(), states, {})

    assert store.all_known() == states
