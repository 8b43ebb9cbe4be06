"""An answer is known by what it holds: wherever it lies, whatever it is wrapped in, however it is spelt."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.flow.documents import MAX_DEPTH, NOT_THERE, Heard, Shape, documents_of, plain_json, reach
from checker.model.strictjson import loads

LEVEL = {"standardsLevel": "TOP_RATED", "cycle": {"cycleType": "CURRENT"}, "program": "PROGRAM_US"}
SHAPE = Shape.of(("standardsLevel", "cycle.cycleType=CURRENT", "?program"))

NAMES = st.text(st.characters(codec="ascii", categories=["Ll", "Nd"]), min_size=1, max_size=6).map(
    lambda name: f"x{name}"
)
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
OTHERS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def heard(body: Any, path: str = "/api/x", **changed: Any) -> Heard:
    """Return an answer as it came in."""
    fields: dict[str, Any] = {"query": {}, "status": 200, "url": f"https://shop.example{path}"} | changed
    return Heard(path, body=body, **fields)


def in_list(draw: Callable[..., Any], value: Any) -> Any:
    """Put a value among others."""
    before, after = draw(st.lists(OTHERS, max_size=2)), draw(st.lists(OTHERS, max_size=2))
    return [*before, value, *after]


def in_map(draw: Callable[..., Any], value: Any) -> Any:
    """Put a value under a name, beside others."""
    return draw(st.dictionaries(NAMES, OTHERS, max_size=2)) | {draw(NAMES): value}


def in_text(draw: Callable[..., Any], value: Any) -> Any:
    """Write a value out, as a string that holds JSON."""
    return {draw(NAMES): draw(st.sampled_from(["", " ", "\n"])) + json.dumps(value)}


@st.composite
def wrapped(draw: Callable[..., Any]) -> Any:
    """Return the level under any wrappers."""
    value: Any = LEVEL
    for wrap in draw(st.lists(st.sampled_from([in_list, in_map, in_text]), max_size=6)):
        value = wrap(draw, value)
    return value


@given(wrapped())
def test_a_shape_is_found_under_any_wrapper(body: Any) -> None:
    """Lists, maps and JSON in strings, in any order and number, do not hide what fits."""
    found = documents_of("current", SHAPE, [heard(loads(json.dumps(body)))])

    assert [document.value for document in found] == [LEVEL]


@given(wrapped())
def test_the_keys_lead_to_the_document(body: Any) -> None:
    """Whoever follows them through the answer, strings unpacked on the way, comes to what was found."""
    (document,) = documents_of("current", SHAPE, [heard(body)])
    value = body
    for key in document.keys:
        value = json.loads(value) if isinstance(value, str) else value
        value = value[key]

    assert (json.loads(value) if isinstance(value, str) else value) == document.value


@given(OTHERS)
def test_what_does_not_fit_is_not_found(body: Any) -> None:
    """No answer without the fields is taken for one with them."""
    assert documents_of("current", SHAPE, [heard(body)]) == ()


SPELT = [
    "late_shipment_rate",
    "lateShipmentRate",
    "LateShipmentRate",
    "late-shipment-rate",
    "LATE_SHIPMENT_RATE",
]


@pytest.mark.parametrize("declared", SPELT)
@pytest.mark.parametrize("given_as", SPELT)
def test_a_name_is_its_words(declared: str, given_as: str) -> None:
    """However a field is spelt, it is found, and read by the same name."""
    (document,) = documents_of("x", Shape.of((declared, "score")), [heard({given_as: 3, "score": 1})])

    assert reach(document.value, declared) == 3


def test_the_very_name_goes_first() -> None:
    """Of two spellings in one object the declared one is read."""
    assert reach({"lateRate": 1, "late_rate": 2}, "late_rate") == 2
    assert reach({"late_rate": 2, "lateRate": 1}, "lateRate") == 1
    assert reach({"a": {"b": None}}, "a.b") is None
    assert reach({"a": [1]}, "a.b") is NOT_THERE


def test_a_map_of_documents_is_none_itself() -> None:
    """Each of them is one, under whatever number it stands."""
    body = {"71": LEVEL, "72": LEVEL | {"name": "other"}}

    assert [one.value for one in documents_of("x", SHAPE, [heard(body)])] == list(body.values())


def test_the_outermost_fit_is_the_document() -> None:
    """A document that holds another of its own shape is one document."""
    outer = LEVEL | {"before": LEVEL}

    assert [one.value for one in documents_of("x", SHAPE, [heard({"data": outer})])] == [outer]


def test_all_that_fit_are_found() -> None:
    """A list of them and a map of them are several, in their order."""
    shape = Shape.of(("rate",))
    body = {"list": [{"rate": 1}, {"rate": 2}], "map": {"MY": {"rate": 3}, "SG": {"rate": 4}}}
    found = documents_of("x", shape, [heard(body)])

    assert [one.value["rate"] for one in found] == [1, 2, 3, 4]
    assert found[2].keys == ("map", "MY")


@pytest.mark.parametrize(
    ("fields", "body", "fits"),
    [
        (("a|b",), {"b": 1}, True),
        (("a|b",), {"c": 1}, False),
        (("a.b|c",), {"a": {"b": 0}}, True),
        (("a",), {"a": None}, True),
        (("a=x",), {"a": None}, False),
        (("a=some word",), {"a": "SOME_WORD"}, True),
        (("a=true",), {"a": True}, True),
        (("a=1",), {"a": True}, False),
        (("rows.id",), {"rows": [{"no": 1}, {"id": 2}]}, True),
        (("rows.id",), {"rows": []}, False),
        (("rows.id", "total"), {"rows": [], "total": 0}, True),
        (("rows.id", "total"), {"rows": None, "total": 0}, True),
        (("rows.id", "total"), {"rows": [{"no": 1}], "total": 0}, False),
        (("rows.id",), {"rows": {"71": {"no": 1}, "72": {"id": 2}}}, True),
        (("rows.id",), {"rows": {"first": {"id": 1}}}, False),
        (("rows.id",), {"rows": {"71": {"id": 1}, "72": 2}}, False),
        (("id",), {"71": 1}, False),
        (("?a", "?b", "?c"), {"a": 1}, False),
        (("?a", "?b", "?c"), {"a": 1, "c": 2}, True),
        (("?a",), {"a": 1}, True),
    ],
)
def test_what_a_field_asks(fields: tuple[str, ...], body: Any, fits: bool) -> None:
    """Alternatives, values, entries of lists, what is empty, and what need not be there."""
    assert bool(documents_of("x", Shape.of(fields), [heard(body)])) is fits


@pytest.mark.parametrize("fields", [("",), ("a b",), ("a..b",), ("?",), ("a|",), ("a=",)])
def test_what_is_no_field_is_refused(fields: tuple[str, ...]) -> None:
    """A typing mistake never makes a shape that nothing fits."""
    with pytest.raises(ValueError, match="not a field of a shape"):
        Shape.of(fields)


@pytest.mark.parametrize(
    ("body", "path", "query"),
    [
        ({"rate": 1}, "/api/otd/summary", {}),
        ({"rate": 1}, "/api/sellerOnTimeDelivery", {}),
        ({"rate": 1}, "/api", {"metric": "on-time-delivery"}),
        ({"onTimeDelivery": {"rate": 1}}, "/api", {}),
        ([{"metric": "OTD", "rate": 1}], "/api", {}),
    ],
)
def test_what_is_built_alike_is_told_apart_by_what_names_it(
    body: Any, path: str, query: dict[str, str]
) -> None:
    """A part of the address, a key on the way or a text of its own; without one it is another's."""
    shape = Shape.of(("rate",), ("otd", "on time delivery"))

    assert len(documents_of("otd", shape, [heard(body, path, query=query)])) == 1
    assert documents_of("otd", shape, [heard({"rate": 1}, "/api/methodology")]) == ()


def test_its_own_address_goes_first_and_needs_no_name() -> None:
    """The hint decides the order, never whether an answer is one."""
    shape = Shape.of(("rate",), ("otd",))
    other, own = heard({"otd": {"rate": 1}}), heard({"rate": 2}, "/hinted", name="otd")

    assert [one.value["rate"] for one in documents_of("otd", shape, [other, own])] == [2, 1]


def test_without_a_shape_the_address_decides() -> None:
    """The whole answer is the document, and no other answer is."""
    own, other = heard({"a": 1}, name="x"), heard({"a": 2})

    assert [one.value for one in documents_of("x", None, [other, own])] == [{"a": 1}]


def test_what_was_asked_for_is_of_the_name_asked() -> None:
    """It says so, and is no document of another name."""
    asked = heard({"rate": 1}, name="x", asked=True)

    assert [one.asked for one in documents_of("x", Shape.of(("rate",)), [asked])] == [True]
    assert documents_of("y", Shape.of(("rate",)), [asked]) == ()


def test_what_a_poll_repeats_counts_once() -> None:
    """The same words from the same address are one document; another value is another one."""
    answers = [heard({"rate": rate}) for rate in (1, 1, 2)]

    assert [one.value["rate"] for one in documents_of("x", Shape.of(("rate",)), answers)] == [1, 2]


@pytest.mark.parametrize("depth", [MAX_DEPTH - 2, MAX_DEPTH * 100])
def test_hostile_depth_ends_in_an_answer(depth: int) -> None:
    """What is too deep is not found, and nothing breaks; what is not is found."""
    body: Any = LEVEL
    for _ in range(depth):
        body = [body]

    assert len(documents_of("x", SHAPE, [heard(body)])) == (depth < MAX_DEPTH)


@pytest.mark.parametrize("prefix", [")]}'\n", ")]}',\n", "for(;;);", "for (;;);", "while(1);", "{}&&", "  "])
def test_what_guards_json_against_scripts_is_taken_off(prefix: str) -> None:
    """What a server puts before JSON does not make it unreadable."""
    assert loads(plain_json(f'{prefix}{{"a": 1}}'.encode())) == {"a": 1}


@pytest.mark.parametrize("data", [b'{"a": 1}', b"[]", b"for(;;);<html>", b""])
def test_what_is_not_guarded_stays_as_it_is(data: bytes) -> None:
    """Nothing else is taken off."""
    assert plain_json(data) == data


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ([], True),
        ([{"id": 1}], True),
        ({"17": {"id": 1}}, True),
        (None, True),
        ({"count": 2, "status": "BAD"}, False),
        ({}, False),
        (2, False),
        ("none", False),
    ],
)
def test_a_field_may_have_to_be_a_list(value: Any, fits: bool) -> None:
    """A count under the same name is none: what is waited for has not come with it."""
    shape = Shape.of(("violations=[]|defects=[]", "?nextPageToken"))

    assert bool(documents_of("list", shape, [heard({"data": {"defects": value}})])) is fits
