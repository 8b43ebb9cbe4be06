"""What the store is asked for is found, in the order a person expects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.errors import UsageError
from checker.model import (
    Key,
    Known,
    Level,
    Outcome,
    Place,
    Presence,
    Reading,
    Scope,
    Visit,
)
from checker.store import Store
from tests.unit.store.story import (
    ACCOUNT,
    CA,
    ON_BOTH,
    US,
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


def test_only_the_sites_asked_for_are_looked_up(store: Store) -> None:
    """The states of other sites and other accounts stay out of a run's way."""
    tell(store, visit(reading(key())), visit(reading(key(site="CA")), site=CA))
    other = Reading(Key("amazon", "other", "US", "m"), Presence.NONE, day(0))
    store.record(
        run_of(Visit("amazon", "other", US, Outcome.READ, readings=(other,)), on=1),
        {other.key: Known(other.key, other)},
        {},
    )

    assert set(store.known(*ACCOUNT)) == {key(), key(site="CA")}
    assert set(store.known(*ACCOUNT, {"CA"})) == {key(site="CA")}
    assert store.known(*ACCOUNT, []) == {}
    assert store.known("ebay", "main") == {}
    assert len(store.all_known()) == 3


def test_a_history_runs_from_old_to_new(store: Store) -> None:
    """Each entry names its run; a limit keeps the newest; an unknown key has none."""
    for on in range(5):
        tell(store, visit(reading(key(), on=on), reading(key("other"), on=on)), on=on)

    assert [(entry.run_id, entry.reading) for entry in store.history(key())] == [
        (f"run-{on}", reading(key(), on=on)) for on in range(5)
    ]
    assert [entry.run_id for entry in store.history(key(), limit=2)] == ["run-3", "run-4"]
    assert store.history(key(), limit=0) == []
    assert store.history(key("never")) == []


def test_a_key_read_twice_in_a_run_has_both_readings(store: Store) -> None:
    """A flow that reads a widget twice loses neither, and the visit keeps its order."""
    first, other, second = reading(key()), reading(key("other")), reading(key(), link="/seen/again")
    run, _ = tell(store, visit(first, other, second))

    assert store.run("run-0") == run
    assert [entry.reading for entry in store.history(key())] == [first, second]


@pytest.mark.parametrize(
    ("fragment", "found"),
    [
        ("amazon/main/US/policy.violations", ["amazon/main/US/policy.violations"]),
        ("POLICY.violations", ["amazon/main/US/policy.violations", "amazon/main/US/policy.violations:B0ABC"]),
        ("b0abc", ["amazon/main/US/policy.violations:B0ABC"]),
        ("us/orders", ["amazon/main/US/orders.defect_rate"]),
        (
            "defect_rate",
            ["amazon/main/CA/orders.defect_rate", "amazon/main/US/orders.defect_rate"],
        ),
        ("%", []),
        ("orders_defect", []),
    ],
)
def test_a_fragment_finds_the_keys_it_may_mean(store: Store, fragment: str, found: list[str]) -> None:
    """A key written in full is alone; otherwise those that end in the fragment come first."""
    tell(
        store,
        visit(whole_list(), reading(ITEM, Level.CRITICAL, scope=Scope.ITEM), reading(key())),
        visit(reading(key(site="CA")), site=CA),
    )

    assert [str(one) for one in store.find_keys(fragment)] == found


def test_the_sites_listed_last_are_remembered(store: Store, url: str) -> None:
    """A site that is no longer listed is not given back, and is not forgotten either."""
    assert store.sites(*ACCOUNT) == {}
    store.record(run_of(), {}, {ACCOUNT: [US, CA]})
    store.record(run_of(on=1), {}, {ACCOUNT: [replace(US, label="USA")], ("amazon", "other"): [CA]})

    rows = {row[2]: row[4:7] for row in contents(url)["sites"] if row[1] == "main"}

    assert store.sites(*ACCOUNT) == {Place(*ACCOUNT, "US"): replace(US, label="USA")}
    assert store.vanished_sites(*ACCOUNT) == {Place(*ACCOUNT, "CA"): CA}
    assert store.sites("amazon", "other") == {Place("amazon", "other", "CA"): CA}
    assert rows["US"][0] < rows["US"][1]
    assert rows["CA"][2] == 0


def test_a_picker_that_named_nothing_says_nothing(store: Store) -> None:
    """An empty listing, as of a failed sign-in, takes no site away."""
    store.record(run_of(), {}, {ACCOUNT: [US, CA]})
    store.record(run_of(on=1), {}, {ACCOUNT: []})

    assert {place.site for place in store.sites(*ACCOUNT)} == {"US", "CA"}


def test_the_last_run_is_the_one_recorded_last(store: Store) -> None:
    """Runs are listed in the order they were recorded, though the clock went back in between."""
    assert store.last_run() is None
    for on in (5, 9, 2):
        store.record(run_of(visit(on=on), on=on), {}, {})

    assert [row.run_id for row in store.runs()] == ["run-2", "run-9", "run-5"]
    assert [row.started_at for row in store.runs(limit=1)] == [day(2)]
    assert store.last_run() == run_of(visit(on=2), on=2)


def test_a_run_that_is_not_there_is_named(store: Store) -> None:
    """Asking for an unknown run tells how to list those there are."""
    with pytest.raises(UsageError, match=r"(?s)no run nothing.*checker runs"):
        store.run("nothing")
