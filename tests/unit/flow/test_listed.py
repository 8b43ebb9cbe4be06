"""Lists of single things an answer holds: every open one is told, and only a whole list proves one gone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.flow import ItemRows, item_claims
from checker.model import Claim, Kind, Level, Presence, Reading, Says, Scope, Unit, settle_all
from checker.model.strictjson import loads
from tests.unit.flow.declaring import claims_of, doc, only, recorder, toml_of

SHOWN, LOST, NONE = Presence.SHOWN, Presence.UNREADABLE, Presence.NONE
OPEN = {"id": "1", "state": "open"}
LISTED = """
[[items]]
metric = "policy.violations.listing"
list = "notices"
answer = "list"
rows = "rows"
id = ["id"]
total = ["total"]
"""


def notices(**changes: Any) -> ItemRows:
    """Return a list of notices, with what a test changes of it."""
    declared = {
        "metric": "policy.violations.listing",
        "list": "notices",
        "answer": "list",
        "rows": "rows",
        "id": ["id"],
        "state": "state",
        "codes": "state",
        "points": ["points"],
        "reason": ["why"],
        "deadline": ["end", "until"],
        "details": {"title": "title"},
        "total": ["total"],
    }
    return ItemRows.model_validate({**declared, **changes})


def claimed(*bodies: Any, **changes: Any) -> list[Claim]:
    """Return the claims of a list."""
    return list(item_claims(recorder(), notices(**changes), bodies, toml_of(""), "health"))


def read(*bodies: Any, **changes: Any) -> dict[str, Reading]:
    """Return the readings of a list by their item, the list's own under nothing."""
    return {r.key.item: r for r in settle_all(claimed(*bodies, **changes))}


def test_every_open_entry_is_an_item_of_its_own() -> None:
    """With its points, its earliest deadline and its words; a closed one is left out."""
    body = loads(
        '{"total": 3, "rows": [{"id": 7, "state": "open", "points": 2, "why": "late", "title": "Lamp",'
        ' "end": 1772409600, "until": "2026-03-05T00:00:00Z"}, {"id": "8", "state": "warned"},'
        ' {"id": "9", "state": "closed"}]}'
    )

    found = read(body)

    assert set(found) == {"7", "8", ""}
    seven, whole = found["7"], found[""]
    assert (seven.level, seven.value, seven.kind, seven.unit) == (
        Level.CRITICAL,
        Decimal(2),
        Kind.POINTS,
        Unit.POINTS,
    )
    assert (seven.deadline, seven.details) == (datetime(2026, 3, 2, tzinfo=UTC), (("title", "Lamp"),))
    assert (seven.native, seven.reason, seven.scope) == ("open", "late", Scope.ITEM)
    assert seven.origin.rule == "rows[]"
    assert (found["8"].level, found["8"].kind) == (Level.WARNING, Kind.STATUS)
    assert (whole.presence, whole.value, whole.covers) == (SHOWN, Decimal(2), "policy.violations.listing@")
    assert (whole.level, whole.scope, whole.key.metric, whole.key.variant) == (
        Level.UNKNOWN,
        Scope.LIST,
        "policy.list",
        "notices",
    )


@pytest.mark.parametrize(
    ("bodies", "changes", "presence"),
    [
        (({"total": 0, "rows": []},), {}, NONE),
        (({"rows": []},), {}, LOST),
        (({"rows": []},), {"total": []}, LOST),
        (({"rows": []},), {"total": [], "proves_empty": True}, NONE),
        (({"rows": None},), {"total": [], "proves_empty": True}, NONE),
        (({},), {"total": [], "proves_empty": True}, LOST),
        (({"rows": [], "next": False},), {"total": [], "more": ["next"]}, NONE),
        (({"rows": [], "next": None},), {"total": [], "more": ["next"]}, LOST),
        (({"rows": [], "next": True},), {"total": [], "more": ["next"]}, LOST),
        (({"total": 2, "rows": [], "next": False},), {"more": ["next"]}, LOST),
        (({"total": 2, "rows": []},), {}, LOST),
        (({"total": 1, "rows": [OPEN], "next": "x"},), {"more": ["next"]}, LOST),
        (({"total": 1, "rows": [OPEN], "next": "false"},), {"more": ["next"]}, LOST),
        (({"total": 1, "rows": [OPEN], "next": ""},), {"more": ["next"]}, SHOWN),
        (({"total": 2, "rows": [OPEN]},), {}, LOST),
        (({"total": 0, "rows": [OPEN]},), {}, LOST),
        (({"rows": [OPEN]},), {}, SHOWN),
        (({"rows": {"a": OPEN}},), {}, SHOWN),
        (({"total": 1, "rows": [{"state": "open"}]},), {}, LOST),
        (({"total": 1, "rows": [{"id": ["1"], "state": "open"}]},), {}, LOST),
        (({"total": 1, "rows": ["1"]},), {}, LOST),
        (({"total": 2, "rows": [OPEN, OPEN]},), {}, LOST),
        (({"total": 1, "rows": [OPEN]}, {"total": 1, "rows": [OPEN]}), {}, SHOWN),
        (({"total": 2, "rows": [OPEN, OPEN | {"why": "another"}]},), {}, LOST),
        (({"total": 1, "rows": [{"id": "1", "state": "closed"}]},), {}, NONE),
        (({"total": 2, "rows": [OPEN]}, {"total": 2, "rows": [OPEN | {"id": "2"}]}), {}, SHOWN),
        (({"total": 2, "rows": [OPEN]}, {"total": 3, "rows": [OPEN | {"id": "2"}]}), {}, LOST),
        ((), {}, LOST),
        ((None,), {}, LOST),
        (("x",), {}, LOST),
        (({"total": 0, "rows": None},), {}, LOST),
        (({"total": 0, "rows": "none"},), {}, LOST),
    ],
)
def test_only_a_whole_list_proves_anything(
    bodies: tuple[Any, ...], changes: dict[str, Any], presence: Presence
) -> None:
    """A list that is cut, doubled, silent about its length or not there says that it is unreadable."""
    listed = read(*bodies, **changes)[""]

    assert listed.presence is presence, listed.reason
    assert (presence is LOST) == (listed.covers == "")


@pytest.mark.parametrize(
    ("entry", "native"),
    [
        ({"id": "1", "state": "pondering"}, "pondering"),
        ({"id": "1", "state": ""}, ""),
        ({"id": "1", "state": ["closed"]}, ""),
        ({"id": "1"}, ""),
        ({"id": "1", "state": "pondering", "over": "2026-02-01T00:00:00Z"}, "pondering"),
    ],
)
def test_an_entry_in_an_unknown_state_is_unreadable(entry: dict[str, Any], native: str) -> None:
    """And it is not called closed, even if its end has passed."""
    found = read({"total": 1, "rows": [entry]}, ends=["over"])

    assert (found["1"].presence, found["1"].native) == (LOST, native)


@pytest.mark.parametrize(
    ("over", "is_open"),
    [
        ("2026-02-28T00:00:00Z", False),
        ("2026-03-01T08:30:00Z", False),
        ("2026-03-01T08:30:01Z", True),
        ("soon", True),
        (None, True),
    ],
)
def test_an_entry_whose_end_has_passed_is_closed(over: Any, *, is_open: bool) -> None:
    """An end that cannot be read has not passed."""
    found = read({"total": 1, "rows": [{"id": "1", "over": over}]}, ends=["over"], state="", codes="")

    assert ("1" in found) is is_open
    assert (found[""].presence is NONE) is not is_open


def test_what_an_entry_lists_is_told_one_by_one() -> None:
    """`within`: each member takes the list's place; an entry without such a list is one thing itself."""
    body: dict[str, Any] = {
        "total": 2,
        "rows": [{"id": "A", "codes": [{"code": "X"}, {"code": "Y"}]}, {"id": "B", "codes": []}],
    }

    told = read(body, within="codes", id=["id", "codes.code"], state="", codes="")

    assert {"A-X", "A-Y"} <= set(told)
    assert told[""].presence is LOST
    whole = read({"total": 1, "rows": body["rows"][:1]}, within="codes", id=["id", "codes.code"], state="")
    assert (whole[""].presence, whole[""].value) == (SHOWN, Decimal(2))


def test_a_list_may_be_split_into_metrics() -> None:
    """Each metric has its own proof that its entries are all there are."""
    body = {"total": 3, "rows": [{"id": "1", "kind": 5}, {"id": "2", "kind": 9}, {"id": "3", "kind": 7}]}
    kinds = {"5": "policy.violations.fulfilment", "7": "policy.violations.listing@photo"}

    found = settle_all(claimed(body, by="kind", kinds=kinds, state="", codes=""))

    assert [(r.key.metric, r.key.variant, r.key.item) for r in found] == [
        ("policy.violations.fulfilment", "", "1"),
        ("policy.violations.listing", "", "2"),
        ("policy.violations.listing", "photo", "3"),
        ("policy.list", "notices.listing", ""),
        ("policy.list", "notices.fulfilment", ""),
        ("policy.list", "notices.photo", ""),
    ]
    assert {r.covers: r.value for r in found[3:]} == {
        "policy.violations.fulfilment@": Decimal(1),
        "policy.violations.listing@": Decimal(1),
        "policy.violations.listing@photo": Decimal(1),
    }


def test_entries_that_contradict_each_other_are_both_heard() -> None:
    """One id with two states: the red is told, and the list proves nothing."""
    found = read({"total": 2, "rows": [OPEN | {"state": "warned"}, OPEN]})

    assert found["1"].level is Level.CRITICAL
    assert found[""].reason == "one entry stands twice in the list"


def test_a_closed_entry_that_stands_there_again_as_open_is_told() -> None:
    """Whichever comes first."""
    closed = OPEN | {"state": "closed"}

    assert read({"total": 2, "rows": [closed, OPEN]})["1"].level is Level.CRITICAL
    assert read({"total": 2, "rows": [OPEN, closed]})["1"].level is Level.CRITICAL


def test_a_list_of_a_page_is_read_with_everything_else_declared() -> None:
    """What did not come says so, and what need not be there says nothing."""
    whole = claims_of(LISTED, doc({"total": 1, "rows": [{"id": "1"}]}, "list"))

    assert [(c.key.metric, c.says, c.level) for c in whole] == [
        ("policy.violations.listing", Says.SHOWN, Level.CRITICAL),
        ("policy.list", Says.SHOWN, Level.UNKNOWN),
    ]
    assert only(LISTED).reason == "the list answer did not come"
    assert claims_of(LISTED + "required = false\n") == []


def test_a_list_that_need_not_be_there_does_not_doubt_what_else_is_said_of_it() -> None:
    """Its claim that it could not be read is not a required one."""
    (lost,) = claimed({"rows": "x"}, required=False)

    assert (lost.says, lost.required) == (Says.UNREADABLE, False)


@pytest.mark.parametrize(
    ("body", "until"),
    [
        (
            "<ul><li>Item 100963774: Prohibited. Fix by 9 March 2026</li></ul>",
            datetime(2026, 3, 9, tzinfo=UTC),
        ),
        (
            (
                "<table><tr><td>100963774</td><td>Prohibited</td><td>Respond by 9 March 2026</td></tr>"
                "<tr><td>100963775</td><td>Prohibited</td><td>Respond by 5 March 2026</td></tr></table>"
            ),
            datetime(2026, 3, 9, tzinfo=UTC),
        ),
        # Another's day, the day on which it happened, and a number that only begins alike.
        ("<p>Item 100963775: Fix by 9 March 2026</p>", None),
        ("<p>Item 100963774, removed on 9 March 2026</p>", None),
        ("<p>Item 1009637745: Fix by 9 March 2026</p>", None),
    ],
)
def test_a_day_that_only_the_page_names_beside_an_item_is_its_deadline(
    body: str, until: datetime | None
) -> None:
    """The page says by when, the answer what: both are of the same item, and neither is lost."""
    entries = [{"id": "100963774"}, {"id": "100963775", "end": 1772700000}]

    claims = claims_of(f"{LISTED}deadline = ['end']\n", doc({"rows": entries, "total": 2}, "list"), body=body)
    item = next(reading for reading in settle_all(claims) if reading.key.item == "100963774")

    assert (item.level, item.disputed) == (Level.CRITICAL, False)
    assert (item.deadline and item.deadline.date()) == (until and until.date())
