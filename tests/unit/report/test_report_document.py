"""The JSON documents and their schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from checker.compare.confirmed import asks
from checker.model import Key, Level, Outcome, Presence
from checker.model.confirmed import Answer, Confirmation
from checker.report.document import (
    as_json,
    history_document,
    history_schema,
    run_document,
    run_schema,
    state_document,
    state_schema,
)
from tests.unit.report.hostile import HOSTILE, hostile_story
from tests.unit.report.samples import DAY_ONE, DAY_TWO, NOW, Story, rate, reading, story, two_days, visit

SCHEMAS = [run_schema(), state_schema(), history_schema()]


def validate(document: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the document if the schema, formats included, accepts it."""
    value = json.loads(document)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(value)
    return dict(value)


def as_run(told: Story) -> dict[str, Any]:
    """Return a story's run as a validated document."""
    return validate(as_json(run_document(told.run)), run_schema())


class TestSchemas:
    """What `checker schema` prints."""

    @pytest.mark.parametrize("schema", SCHEMAS)
    def test_each_is_json_schema_2020_12(self, schema: dict[str, Any]) -> None:
        """Each is valid in the dialect it names."""
        jsonschema.Draft202012Validator.check_schema(schema)

        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    @pytest.mark.parametrize("schema", SCHEMAS)
    def test_every_object_is_closed_complete_and_described(self, schema: dict[str, Any]) -> None:
        """No unknown field, none missing, none without a description."""
        for shape in _objects(schema):
            assert shape["additionalProperties"] is False
            assert set(shape["required"]) == set(shape["properties"])
            assert all(field.get("description") for field in shape["properties"].values())

    def test_an_unknown_field_is_refused(self) -> None:
        """A document with one field more is not this document."""
        document = json.loads(as_json(run_document(two_days().run)))
        document["visits"][0]["password"] = "x"

        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document, run_schema())


class TestRunDocument:
    """What `run --json` prints."""

    def test_a_whole_run_is_valid(self) -> None:
        """Every visit, reading and change of the sample is in it."""
        told = two_days()
        document = as_run(told)

        assert len(document["visits"]) == len(told.run.visits)
        assert len(document["readings"]) == len(list(told.run.readings))
        assert len(document["changes"]) == len(told.run.changes)

    def test_numbers_are_exact_strings(self) -> None:
        """A rate keeps every digit and never becomes a binary fraction."""
        one = rate("US", "orders.defect_rate", 1, 1, "0.01", DAY_TWO)
        exact = replace(one, value=Decimal("0.00350000000000000001"), numerator=Decimal("1E+3"))
        document = as_run(story([visit("US", [exact])]))

        shown = document["readings"][0]
        assert shown["value"] == "0.00350000000000000001"
        assert shown["numerator"] == "1000"
        assert (shown["target"], shown["comparator"], shown["meets_target"]) == ("0.01", "lt", True)

    def test_zero_is_a_value_and_nothing_is_null(self) -> None:
        """Zero stays "0"; empty texts become null."""
        zero = reading("US", "policy.violations.listing", value=Decimal(0))
        document = as_run(story([visit("US", [zero])]))

        shown = document["readings"][0]
        assert shown["value"] == "0"
        assert [shown[name] for name in ("native", "variant", "item", "reason", "link", "target")] == [
            None
        ] * 6
        assert (shown["details"], shown["evidence"]) == ([], [])

    def test_times_are_utc_with_z(self) -> None:
        """A time in another zone is the same moment, written in UTC."""
        tokyo = datetime(2025, 12, 3, 9, 0, tzinfo=timezone(timedelta(hours=9)))
        document = as_run(story([visit("US", [reading("US", "account.status", deadline=tokyo)])]))

        assert document["readings"][0]["deadline"] == "2025-12-03T00:00:00Z"
        assert document["started_at"] == "2025-11-24T04:12:00Z"

    def test_a_visit_says_who_must_act_and_how(self) -> None:
        """The outcome's facts stand beside it."""
        document = as_run(story([visit("UK", [], Outcome.CAPTCHA, "a puzzle")]))

        shown = document["visits"][0]
        assert (shown["outcome"], shown["actor"], shown["detail"]) == ("captcha", "seller", "a puzzle")
        assert "checker login" in shown["advice"]

    def test_a_change_carries_cause_support_and_deadline(self) -> None:
        """The new red of Canada says why and by when."""
        changes = as_run(two_days())["changes"]

        canada = next(c for c in changes if c["site"] == "CA" and c["metric"] == "account.status")
        assert (canada["verb"], canada["level"], canada["cause"]) == ("new", "critical", "identity_check")
        assert canada["support"] == "the banner asks for identity documents within 60 days"
        assert canada["deadline"] == "2026-01-23T08:00:00Z"

    def test_hostile_text_is_data(self) -> None:
        """Every field full of markup, controls and lone surrogates still gives one valid document."""
        document = as_json(run_document(hostile_story().run))

        assert not {"\x1b", "\x9b", "\u202e"} & set(document)
        assert validate(document, run_schema())["readings"][0]["native"].startswith(HOSTILE[:20])


class TestStateAndHistory:
    """What `show --json` and `history --json` print."""

    def test_what_could_not_be_read_keeps_its_level_and_says_how_old_it_is(self) -> None:
        """An unreadable widget shows yesterday's level, yesterday's time and today's presence."""
        state = validate(as_json(state_document(two_days().known, NOW)), state_schema())

        lost = next(k for k in state["known"] if k["presence"] == "unreadable")
        assert (lost["level"], lost["unreadable_streak"], lost["is_open"]) == ("ok", 1, False)
        assert lost["age_seconds"] == (NOW - DAY_ONE).total_seconds()
        assert lost["reason"] == "two candidates for .sp-middle-col"

    def test_what_was_never_read_has_no_age(self) -> None:
        """A key that was only ever unrated is unknown, with no time of reading."""
        state = json.loads(as_json(state_document(two_days().known, NOW)))

        never = next(k for k in state["known"] if k["presence"] == "not_rated")
        assert (never["level"], never["read_at"], never["age_seconds"]) == ("unknown", None, None)

    def test_what_a_person_said_of_a_reading_is_said_with_whether_it_still_holds(self) -> None:
        """Null where nobody said anything; once it is read by another rule it holds no more."""
        known = two_days().known
        asked = next(state for state in known.values() if asks(state))
        said = Confirmation.of(asked.last, Answer.WRONG, "Ann", NOW, "5 %")
        other = replace(said, rule="another rule")

        told = [
            {k["key"]: k["confirmed"] for k in validate(as_json(document), state_schema())["known"]}
            for document in (
                state_document(known, NOW, {asked.key: said}),
                state_document(known, NOW, {asked.key: other}),
            )
        ]

        now, later = (one.pop(str(asked.key)) for one in told)
        assert (now["answer"], now["by"], now["says"], now["holds"]) == ("wrong", "Ann", "5 %", True)
        assert later["holds"] is False
        assert set(told[0].values()) == {None}

    def test_history_is_oldest_first(self) -> None:
        """Points come in the order of time, whatever order they were given in."""
        days = [DAY_TWO, DAY_ONE]
        points = [reading("US", "account.status", at, native=str(n)) for n, at in enumerate(days)]
        key = Key("amazon", "main", "US", "account.status")
        history = validate(as_json(history_document(key, points)), history_schema())

        assert history["key"] == "amazon/main/US/account.status"
        assert [point["native"] for point in history["points"]] == ["1", "0"]

    def test_an_unread_point_is_not_ok(self) -> None:
        """A reading that was not shown has no level to take for green."""
        point = reading(
            "US", "account.status", datetime(2025, 1, 1, tzinfo=UTC), presence=Presence.UNREADABLE
        )
        history = history_document(point.key, [point])

        assert history.points[0].level is Level.UNKNOWN


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    shapes = [schema, *schema.get("$defs", {}).values()]
    return (shape for shape in shapes if shape.get("type") == "object")
