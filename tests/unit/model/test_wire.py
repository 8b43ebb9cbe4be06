"""A record comes back from its text as it was, and nothing else is taken for a record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import (
    Cause,
    CauseKind,
    Comparator,
    Cycle,
    DecidedBy,
    Key,
    Kind,
    Level,
    Origin,
    Outcome,
    Presence,
    Rank,
    Reading,
    Registration,
    Says,
    Scope,
    Site,
    Statement,
    Target,
    TargetOrigin,
    Trend,
    Unit,
    Visit,
)
from checker.model.wire import (
    WireError,
    dump_reading,
    dump_site,
    dump_visit,
    load_reading,
    load_site,
    load_visit,
)

AT = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
KEY = Key("amazon", "main", "US", "orders.defect_rate", variant="mfn")
READING = Reading(KEY, Presence.SHOWN, AT, Level.OK, value=Decimal("0.90"), unit=Unit.FRACTION)

# What a page can say: any character but half a surrogate pair, which JSON in UTF-8 cannot carry.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.decimals(allow_nan=False, allow_infinity=False)
times = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - the zone is drawn beside it
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30))]),
)
pairs = st.lists(st.tuples(text, text), max_size=3).map(tuple)
keys = st.builds(
    Key,
    marketplace=text,
    account=text,
    site=text,
    metric=text,
    shop=text,
    variant=text,
    item=text,
    cycle=st.sampled_from(Cycle),
)
targets = st.builds(
    Target,
    value=numbers,
    comparator=st.sampled_from(Comparator),
    origin=st.sampled_from(TargetOrigin),
    critical=st.none() | numbers,
)


causes = st.builds(Cause, kind=st.sampled_from(CauseKind), support=text)
statements = st.builds(
    Statement,
    source=text,
    rule=text,
    rank=st.sampled_from(Rank),
    look=st.integers(1, 2),
    says=st.sampled_from(Says),
    level=st.sampled_from(Level),
    native=text,
    value=st.none() | numbers,
    reason=text,
)


def _reading(presence: Presence, level: Level, fields: dict[str, Any]) -> Reading:
    return Reading(presence=presence, level=level if presence is Presence.SHOWN else Level.UNKNOWN, **fields)


readings = st.builds(
    _reading,
    st.sampled_from(Presence),
    st.sampled_from(Level),
    st.fixed_dictionaries(
        {"key": keys, "observed_at": times},
        optional={
            "scope": st.sampled_from(Scope),
            "kind": st.sampled_from(Kind),
            "native": text,
            "language": text,
            "value": st.none() | numbers,
            "unit": st.none() | st.sampled_from(Unit),
            "currency": text,
            "numerator": st.none() | numbers,
            "denominator": st.none() | numbers,
            "target": st.none() | targets,
            "decided_by": st.sampled_from(DecidedBy),
            "trend": st.none() | st.sampled_from(Trend),
            "window_days": st.none() | st.integers(0, 400),
            "reason": text,
            "cause": st.none() | causes,
            "disputed": st.booleans(),
            "claims": st.lists(statements, max_size=3).map(tuple),
            "deadline": st.none() | times,
            "link": text,
            "origin": st.builds(
                Origin, page=text, source=text, rule=text, place=st.integers(0, 9), picture=text
            ),
            "covers": text,
            "contradicts": text,
            "details": pairs,
            "flow": text,
            "evidence": st.lists(text, max_size=2).map(tuple),
        },
    ),
)
sites = st.builds(
    Site,
    code=text,
    native_id=text,
    label=text,
    registration=st.sampled_from(Registration),
    zone=text,
    handles=pairs,
    sources=st.lists(text, max_size=2).map(tuple),
)
visits = st.builds(
    Visit,
    marketplace=text,
    account=text,
    site=sites,
    outcome=st.sampled_from(Outcome),
    detail=text,
    readings=st.lists(readings, max_size=3).map(tuple),
    started_at=st.none() | times,
    finished_at=st.none() | times,
    blocked=st.integers(0, 1000),
)


def _digits(reading: Reading) -> tuple[str, str, str]:
    return str(reading.value), str(reading.numerator), str(reading.target)


def _document(**changes: object) -> dict[str, Any]:
    return {**json.loads(dump_reading(READING)), **changes}


@given(readings)
def test_a_reading_comes_back_as_it_was(reading: Reading) -> None:
    """Every field of a reading survives, and so does every digit of its numbers."""
    back = load_reading(dump_reading(reading))

    assert back == reading
    assert _digits(back) == _digits(reading)
    assert dump_reading(back) == dump_reading(reading)


@given(sites)
def test_a_site_comes_back_as_it_was(site: Site) -> None:
    """Every field of a site survives."""
    assert load_site(dump_site(site)) == site


@given(visits)
def test_a_visit_comes_back_as_it_was(visit: Visit) -> None:
    """A visit survives with its site and its readings in their order."""
    back = load_visit(dump_visit(visit))

    assert back == visit
    assert [_digits(reading) for reading in back.readings] == [_digits(reading) for reading in visit.readings]


@pytest.mark.parametrize("digits", ["0.90", "0.9", "0", "-0", "0E-10", "1E+3", "12345678901234567890.10"])
def test_the_digits_of_a_number_are_kept(digits: str) -> None:
    """0.90 and 0.9 are equal, and still not the same text."""
    back = load_reading(dump_reading(replace(READING, value=Decimal(digits))))

    assert str(back.value) == digits


def test_times_are_written_in_utc() -> None:
    """A moment told in Shanghai time is written in UTC and is still the same moment."""
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))

    written = dump_reading(replace(READING, observed_at=shanghai))

    assert '"observed_at":"2026-03-01T08:30:00.123456Z"' in written
    assert load_reading(written).observed_at == shanghai


def test_the_text_is_one_line() -> None:
    """Line ends in what a page said do not break a pipe that is read by lines."""
    visit = Visit("amazon", "main", Site("US", "1", "a\nb\r\u2028"), Outcome.READ, readings=(READING,))

    assert len(dump_visit(visit).split("\n")) == 1


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    """One broken character of a page costs that character, not the record."""
    broken = replace(READING, native="a\ud800b", details=(("\udc00", "ok \U0001f600"),))

    back = load_reading(dump_reading(broken))

    assert back == replace(READING, native="a\ufffdb", details=(("\ufffd", "ok \U0001f600"),))


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("name", ["value", "numerator", "denominator"])
def test_a_number_that_is_not_finite_is_not_written(name: str, number: str) -> None:
    """A NaN is refused where it would be written, not found years later where it is read."""
    changes: dict[str, Any] = {name: Decimal(number)}

    with pytest.raises(WireError, match="not a number a record can hold"):
        dump_reading(replace(READING, **changes))


def test_a_visit_time_without_a_zone_is_not_written() -> None:
    """A time without a zone means nothing on another machine."""
    naive = AT.replace(tzinfo=None)

    with pytest.raises(WireError, match="without a zone"):
        dump_visit(Visit("amazon", "main", Site("US", "1", "US"), Outcome.READ, started_at=naive))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (_document(surprise=1), "unknown name 'surprise'"),
        (_document(key={**_document()["key"], "colour": "red"}), "unknown name 'colour' in key"),
        (_document(origin={"page": "x", "depth": [[1]]}), "unknown name 'depth' in origin"),
        (_document(level="purple"), "level: Input should be"),
        (_document(presence="none"), "only what was shown has a level"),
        (_document(value="NaN"), "value"),
        (_document(value=0.9), "value is not written"),
        (_document(value="0_9"), "value is not written"),
        (_document(value="٩"), "value is not written"),
        (_document(window_days="7"), "window_days"),
        (_document(observed_at="2026-03-01T08:30:00"), "without a zone"),
        (_document(observed_at="2026-03-01T16:30:00+08:00"), "observed_at is not written"),
        (_document(observed_at=1772353800), "observed_at: Input should be"),
        (_document(details=[["a", "b", "c"]]), "details"),
        ([], "not a record"),
    ],
)
def test_what_is_not_a_record_is_refused(document: object, problem: str) -> None:
    """Unknown names, closed words that are not in the list, floats and local times are refused by name."""
    with pytest.raises(WireError) as refusal:
        load_reading(json.dumps(document))

    assert problem in str(refusal.value)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        '{"a":',
        "null",
        "\ud800",
        dump_reading(READING).replace('"value":', '"value":"0.1","value":'),
        dump_reading(READING).replace('"native":""', '"native":"","x":NaN'),
        dump_reading(READING).replace('"native":""', '"native":"","x":' + "[" * 10_000 + "]" * 10_000),
        dump_reading(READING).replace('"native":""', '"native":"\\ud800"'),
    ],
)
def test_broken_json_is_refused(broken: str) -> None:
    """Cut, doubled, endless or deeply nested JSON is a WireError like any other."""
    with pytest.raises(WireError):
        load_reading(broken)


def test_a_record_written_before_a_field_existed_is_still_read() -> None:
    """A missing name takes the record's default, so the history outlives new fields."""
    old = _document()
    del old["contradicts"], old["origin"]

    assert load_reading(json.dumps(old, indent=1)) == READING


def test_a_refusal_does_not_repeat_what_the_page_said() -> None:
    """The message names the field and keeps the value to itself."""
    with pytest.raises(WireError) as refusal:
        load_reading(json.dumps(_document(value="  1", native="Kontonummer 12345")))

    assert "12345" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", None),
        ("dormant: nothing was sold", Cause(CauseKind.DORMANT, "nothing was sold")),
        ("anything an override wrote", Cause(CauseKind.UNKNOWN, "anything an override wrote")),
    ],
)
def test_a_cause_written_as_text_is_still_read(text: str, cause: Cause | None) -> None:
    """Records from before causes had a type come back, whatever their cause said."""
    record = json.loads(dump_reading(READING))
    record["cause"] = text

    assert load_reading(json.dumps(record)).cause == cause
