"""JSON from outside is read in one way, or refused with the place (D8)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checker.model.strictjson import BadJson, loads

# (document, what the message must say, line, column)
REFUSED = [
    ('{"a": 1, "a": 2}', 'the key "a" stands twice', 1, 10),
    ('{"a": 1,\n "b": {"c": 1,\n  "c": 1}}', 'the key "c" stands twice', 3, 3),
    ('{"a": 1, "\\u0061": 2}', 'the key "a" stands twice', 1, 10),
    ('[{"a": "a"}, {"a": {"a": 1}, "a" : 2}]', 'the key "a" stands twice', 1, 30),
    ('{"\\u001b[31m": 1, "\\u001b[31m": 2}', 'the key "\\u001b[31m" stands twice', 1, 19),
    ("[NaN]", "NaN is not a JSON number", 1, 2),
    ('["NaN", "Infinity",\n Infinity]', "Infinity is not a JSON number", 2, 2),
    ('{"a": -Infinity}', "-Infinity is not a JSON number", 1, 7),
    ("[1, 1e401]", 'the number "1e401" is out of range', 1, 5),
    ("1E-999999999", "out of range", 1, 1),
    ("[0.5e99999999999999999999]", "out of range", 1, 2),
    ("[1, " + "9" * 5000 + "]", "a number of 5000 characters", 1, 5),
    ("0." + "1" * 5000, "a number of 5002 characters", 1, 1),
    ("", "not valid JSON: expecting value", 1, 1),
    ("   ", "not valid JSON", 1, 4),
    ("{} {}", "not valid JSON: extra data", 1, 4),
    ("[1]\n]", "not valid JSON: extra data", 2, 1),
    ("[1,]", "not valid JSON", 1, 4),
    ("{'a': 1}", "not valid JSON", 1, 2),
    ("[1, // one\n 2]", "not valid JSON", 1, 5),
    ('["a\nb"]', "not valid JSON: invalid control character", 1, 4),
    ('["abc', "not valid JSON: unterminated string", 1, 2),
    ("[01]", "not valid JSON", 1, 3),
    ("]" * 500 + "[" * 500, "nested deeper", 1, 601),
    ("\ufeff{}", "a byte order mark before the document", 1, 1),
    ('["\\ud83d"]', "half of a surrogate pair", 1, 3),
    ('["\\ude00\\ud83d"]', "half of a surrogate pair", 1, 3),
    ('["\\\\ud83d", "\\ud83dx"]', "half of a surrogate pair", 1, 14),
    ('["\ud83d"]', "half of a surrogate pair", 1, 3),
    (b'{"a":\n "\xff"}', "not UTF-8", 2, 3),
    (b'"\xed\xa0\xbd"', "not UTF-8", 1, 2),
    ('{"a": 1}'.encode("utf-16"), "not UTF-8", 1, 1),
    (b"{} trailing", "extra data", 1, 4),
]

plain_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def test_numbers_keep_what_was_written() -> None:
    """Fractions come as exact Decimals and whole numbers as ints."""
    document = loads('{"rate": 0.0035, "count": 7, "small": 1e-7, "half": 1.50}')

    assert document == {
        "rate": Decimal("0.0035"),
        "count": 7,
        "small": Decimal("1e-7"),
        "half": Decimal("1.5"),
    }
    assert [type(value) for value in document.values()] == [Decimal, int, Decimal, Decimal]
    assert str(document["half"]) == "1.50"


@pytest.mark.parametrize(
    "text", ["null", "true", '"é 🎉"', '"\\ud83c\\udf89"', "[]", "{}", '{"a": {"a": 1}}']
)
def test_ordinary_documents_are_read_as_ever(text: str) -> None:
    """What is plain JSON is read as the standard library reads it, from text and from bytes."""
    assert loads(text) == loads(text.encode()) == json.loads(text)


@pytest.mark.parametrize(("document", "says", "line", "column"), REFUSED)
def test_d8_bad_documents_are_refused_with_the_place(
    document: str | bytes, says: str, line: int, column: int
) -> None:
    """Each refusal tells what is wrong and where to look."""
    with pytest.raises(BadJson) as caught:
        loads(document)

    assert says in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).endswith(f"(line {line}, column {column})")


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', '[\n{"a" : [ "]" ,'])
def test_d8_ten_thousand_levels_are_refused_before_recursion(opening: str) -> None:
    """A document too deep is our own error, never a RecursionError, closed or not."""
    with pytest.raises(BadJson, match="nested deeper than 100 levels"):
        loads(opening * 10_000)


def test_d8_the_last_allowed_level_is_read() -> None:
    """A hundred levels are read, one more is refused at the bracket that opens it."""
    assert loads("[" * 100 + "]" * 100) is not None

    with pytest.raises(BadJson) as caught:
        loads("[\n" * 101 + "]" * 101)

    assert (caught.value.line, caught.value.column) == (101, 1)


def test_d8_brackets_inside_strings_are_no_depth() -> None:
    """Only what nests counts, whatever a string holds."""
    text = json.dumps({"text": "[{" * 10_000 + '\\"[' * 500})

    assert loads(text) == json.loads(text)


@pytest.mark.parametrize("document", [b'"aaaaaaaa"', '"aaaaaaaa"', '"éééé"', "[1,2,3,4]" * 1_000_000])
def test_d8_too_large_is_refused(document: str | bytes) -> None:
    """The limit is in bytes, for text too."""
    with pytest.raises(BadJson, match="larger than 9 bytes"):
        loads(document, max_bytes=9)


def test_d8_more_than_ten_megabytes_is_refused_by_default() -> None:
    """Ten million bytes are the most anyone may send."""
    with pytest.raises(BadJson, match="larger than 10,000,000 bytes"):
        loads(b'"' + b"a" * 10_000_000 + b'"')


@pytest.mark.parametrize("unit", ['"', '\\"', '"\\', '"":', "[]", "\\u", "\\ud800", "0", "-", '{"":'])
def test_d11_hostile_repetition_is_refused_in_one_pass(unit: str) -> None:
    """A quarter of a megabyte of the worst text ends in a refusal; a quadratic scan would not end at all."""
    with pytest.raises(BadJson):
        loads(unit * 250_000)


def test_a_long_key_is_cut_in_the_message() -> None:
    """The message stays short however long the repeated key is."""
    key = "k" * 5000

    with pytest.raises(BadJson, match=r"k{39}…") as caught:
        loads(f'{{"{key}": 1, "{key}": 2}}')

    assert len(str(caught.value)) < 120


@given(plain_json)
def test_what_json_writes_is_read_back(document: Any) -> None:
    """Every document with distinct keys and characters that exist survives the round trip."""
    assert loads(json.dumps(document)) == document
    assert loads(json.dumps(document, ensure_ascii=False).encode()) == document


@given(st.one_of(st.binary(), st.text(), st.text(alphabet='{}[]",:\\ud8dc0123eE+-.Na \n')))
@example('{"a":1,"a":')
@example('["\\')
def test_nothing_else_is_ever_raised(data: str | bytes) -> None:
    """Whatever comes in, the answer is a document the standard library also reads, or BadJson."""
    try:
        document = loads(data)
    except BadJson:
        return

    other = json.loads(data)
    assert [isinstance(document, kind) for kind in (dict, list, str)] == [
        isinstance(other, kind) for kind in (dict, list, str)
    ]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "a\n", "é"]), st.integers(0, 3)), max_size=4))
def test_a_key_twice_is_always_found(pairs: list[tuple[str, int]]) -> None:
    """An object is read exactly when its keys are distinct."""
    text = "{" + ", ".join(f"{json.dumps(key)}: {value}" for key, value in pairs) + "}"

    if len({key for key, _ in pairs}) == len(pairs):
        assert loads(text) == dict(pairs)
    else:
        with pytest.raises(BadJson, match="stands twice"):
            loads(text)
