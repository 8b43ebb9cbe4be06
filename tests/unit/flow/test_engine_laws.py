"""Arbitrary JSON in place of an answer is never fine unless it says so, and never breaks the reading."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.flow import words_in
from checker.model import Level, Presence, Reading
from checker.model.wire import dump_reading, load_reading
from tests.unit.flow.declaring import doc, read

_ROWS = """
[[statuses]]
metric = "account.status"
answer = "profile"
path = ["state"]
codes = "verdict"
[[statuses]]
metric = "account.held"
answer = "profile"
path = ["held"]
codes = "flag"
[[statuses]]
metric = "account.reasons"
answer = "profile"
path = ["reasons"]
filled = "critical"
empty = "ok"
[[metrics]]
metric = "orders.late"
answer = "profile"
rows = "metrics"
where = { key = "LATE" }
value = ["value.rate", "value"]
base = ["value.of"]
verdict = ["level"]
target = ["limit"]
comparator = "lte"
scale = "percent"
sane = [0, 1]
table = ["lte", "0.04"]
low_volume = 100
[[coded]]
answer = "list"
rows = "rows"
code = ["code"]
value = ["value"]
verdict = ["level"]
target = ["limit"]
map = "all"
unit_of = ["unit"]
condition = ["how"]
[metric_maps.all]
CHAT = { metric = "chat.rate", better = "higher" }
[[items]]
metric = "policy.violations"
list = "notices"
answer = "list"
rows = "rows"
id = ["code"]
state = "state"
codes = "state"
total = ["total"]
more = ["more"]
ends = ["end"]
"""

_WORDS = [
    *("GOOD", "BAD", "NONE", "SPLENDID", "LATE", "CHAT", "PERCENT", "FURLONG", "<", "AT_LEAST", "ABOUT"),
    *("open", "warned", "closed", "true", "false", "null", "", " ", "-", "N/A", "0", "1.5", "3 %", "1,5"),
    *("2020-01-01T00:00:00Z", "\u202e0", "NaN"),
]
_NAMES = [
    *("state", "held", "reasons", "metrics", "key", "value", "rate", "of", "level", "limit", "code", "unit"),
    *("how", "rows", "total", "more", "end"),
]
_NUMBERS = [*range(-2, 201), *(Decimal(text) for text in ("0.5", "1.5", "99.9", "1e300", "-1e-300"))]


def _made(dice: random.Random, depth: int = 0) -> Any:
    """Return a value of JSON, made by chance of words and names that mean something, and of others."""
    kind = dice.randrange(2 if depth < _DEEPEST else 1)
    if kind and dice.randrange(2):
        return [_made(dice, depth + 1) for _ in range(dice.randrange(4))]
    if kind:
        return {dice.choice(_NAMES): _made(dice, depth + 1) for _ in range(dice.randrange(6))}
    return dice.choice((None, dice.randrange(2) == 1, dice.choice(_WORDS), dice.choice(_NUMBERS)))


def _many() -> list[Any]:
    """Return many values, always the same ones, the plainest first."""
    dice = random.Random(20261124)  # noqa: S311 - a story, not a secret
    return sorted((_made(dice) for _ in range(_MANY)), key=lambda value: len(repr(value)))


_DEEPEST = 4
_MANY = 4000
# Drawn whole: drawn part by part, nine tenths of the time were Hypothesis's own.
_json = st.deferred(lambda: st.sampled_from(_many()))
_number = st.one_of(st.integers(0, 100), st.sampled_from(["1.5", "3 %"]), _json)
_metric = st.fixed_dictionaries(
    {"key": st.just("LATE") | _json, "value": _number},
    optional={"level": st.sampled_from(["GOOD", "BAD"]) | _json, "limit": _number},
)
_row = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["CHAT", "A", "B"]) | _json,
        "value": _number,
        "state": st.sampled_from(_WORDS) | _json,
    },
    optional={
        "level": st.sampled_from(["GOOD", "BAD"]) | _json,
        "limit": _number,
        "unit": st.just("PERCENT") | _json,
        "how": st.just("AT_LEAST") | _json,
        "end": _json,
    },
)
_profile = st.fixed_dictionaries(
    {},
    optional={
        "state": st.just("GOOD") | _json,
        "held": st.booleans() | _json,
        "reasons": _json,
        "metrics": st.lists(_metric, max_size=3) | _json,
    },
)
_list = st.fixed_dictionaries(
    {"rows": st.lists(_row, max_size=3) | _json}, optional={"total": _number, "more": st.booleans() | _json}
)
_several = st.lists(_profile | _json, max_size=2)

_NOTHING: tuple[Any, ...] = (None, "", " ", "-", "N/A", [], {})


def _readings(profiles: list[Any], lists: list[Any]) -> dict[str, Reading]:
    given_ = [doc(value, path=f"/p/{place}") for place, value in enumerate(profiles)]
    given_ += [doc(value, "list", path=f"/l/{place}") for place, value in enumerate(lists)]
    return read(_ROWS, *given_)


def _is(value: Any, wanted: Any) -> bool:
    """Tell whether a JSON value is that one, of that kind: 0 is not false."""
    return type(value) is type(wanted) and bool(value == wanted)


def _written(value: Any) -> str:
    """Return a value as an entry is called by it: a truth value as JSON writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _at(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _stated(profiles: list[Any], name: str) -> list[Any]:
    return [profile[name] for profile in profiles if isinstance(profile, dict) and name in profile]


def _exact(value: Any) -> Decimal | None:
    """Return what a number or plain digits say; a sign of percent only says what it is anyhow."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    text = value.removesuffix("%").strip() if isinstance(value, str) else ""
    return Decimal(text) if text.replace(".", "", 1).isdigit() and text.isascii() else None


def _entries(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield value
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _said_ok(entry: Any, value: Decimal | None, *, at_most: Decimal | None) -> bool:
    """Tell whether an entry states that it is fine: by its word, or by a number that meets a limit."""
    level = _at(entry, "level")
    if _is(level, "GOOD"):
        return value is not None
    return level in _NOTHING and value is not None and at_most is not None and value <= at_most


@settings(max_examples=150, deadline=None)
@given(_several, st.lists(_list | _json, max_size=2))
def test_whatever_comes_is_read_and_can_be_kept(profiles: list[Any], lists: list[Any]) -> None:
    """No answer raises; each key has one reading, which the store can hold; what must be there is named."""
    found = _readings(profiles, lists)

    assert {"account.status", "account.held", "account.reasons", "orders.late", "chat.rate"} <= set(found)
    for reading in found.values():
        assert load_reading(dump_reading(reading)) == reading


@settings(max_examples=250, deadline=None)
@given(_several)
def test_a_status_is_fine_only_where_an_answer_says_its_word(profiles: list[Any]) -> None:
    """The known code, the false of a flag, the empty list of reasons: and nothing that merely looks so."""
    found = _readings(profiles, [])

    if found["account.status"].level is Level.OK:
        said = _stated(profiles, "state")
        assert said
        assert all(_is(state, "GOOD") for state in said)
    if found["account.held"].level is Level.OK:
        said = _stated(profiles, "held")
        assert said
        assert all(held is False for held in said)
    if found["account.reasons"].level is Level.OK:
        said = _stated(profiles, "reasons")
        assert said
        assert all(reasons is False or reasons in ([], {}, "") for reasons in said)


@settings(max_examples=300, deadline=None)
@given(st.lists(_profile, max_size=2))
def test_a_number_is_fine_only_where_an_answer_says_so(profiles: list[Any]) -> None:
    """By its known verdict, or against a limit that is one; no other entry of it says otherwise."""
    reading = _readings(profiles, [])["orders.late"]
    if reading.level is not Level.OK:
        return

    entries = [
        entry
        for profile in profiles
        for entry in _entries(profile.get("metrics"))
        if str(_at(entry, "key")).casefold() == "late"
    ]
    levels = [_at(entry, "level") for entry in entries]
    fine = []
    for entry in entries:
        value = _at(entry, "value")
        rate = _exact(value["rate"] if isinstance(value, dict) and "rate" in value else value)
        limit = _exact(_at(entry, "limit"))
        stated = _at(entry, "limit")
        ours = Decimal(4) if stated in _NOTHING else None
        fine.append(_said_ok(entry, rate, at_most=ours if limit is None else limit))
    assert any(fine)
    assert all(_is(level, "GOOD") or level in _NOTHING or _is(level, "NONE") for level in levels)


@settings(max_examples=300, deadline=None)
@given(st.lists(_list, max_size=2))
def test_a_coded_number_is_fine_only_where_its_entry_says_so(lists: list[Any]) -> None:
    """By its known verdict in a known unit, or at least as much as a limit whose comparison is known."""
    reading = _readings([], lists)["chat.rate"]
    if reading.level is not Level.OK:
        return

    entries = [
        entry
        for each in lists
        for entry in _entries(each["rows"])
        if str(_at(entry, "code")).casefold() == "chat"
        or "CHAT" in (each["rows"] if isinstance(each["rows"], dict) else ())
    ]
    fine = []
    for entry in entries:
        value, limit = _exact(_at(entry, "value")), _exact(_at(entry, "limit"))
        met = (
            value is not None and limit is not None and value >= limit and _is(_at(entry, "how"), "AT_LEAST")
        )
        level = _at(entry, "level")
        fine.append(
            _is(_at(entry, "unit"), "PERCENT")
            and ((_is(level, "GOOD") and value is not None) or (level in _NOTHING and met))
        )
    assert any(fine)
    # A limit whose comparison nobody knows, or that lies on the other side, is no limit that was met.
    assert all(_is(_at(entry, "how"), "AT_LEAST") or _exact(_at(entry, "limit")) is None for entry in entries)


@settings(max_examples=300, deadline=None)
@given(st.lists(_list, min_size=1, max_size=2))
@example([{"rows": [{"code": False}]}])
def test_a_list_proves_nothing_gone_that_it_does_not_prove(lists: list[Any]) -> None:
    """Where it says that it is whole, every entry that is not closed is told, and as many came as it says."""
    found = _readings([], lists)
    listed = found["policy.list@notices"]
    if not listed.covers:
        return

    assert listed.presence in (Presence.SHOWN, Presence.NONE)
    entries: list[Any] = []
    for each in lists:
        rows = each["rows"]
        assert isinstance(rows, (list, dict))
        entries += rows.values() if isinstance(rows, dict) else rows
    told = {reading.key.item for reading in found.values() if reading.key.metric == "policy.violations"}
    for entry in entries:
        state = _at(entry, "state")
        over = (
            isinstance(_at(entry, "end"), str)
            and _at(entry, "end").startswith("2020")
            and state in ("open", "warned")
        )
        assert (
            words_in(_at(entry, "code")) in told
            or _is(state, "closed")
            or over
            or isinstance(_at(entry, "end"), int)
        )
    totals = {Decimal(each["total"]) for each in lists if type(each.get("total")) is int}
    distinct = {repr(entry) for entry in entries}
    assert totals <= {Decimal(len(distinct))}
