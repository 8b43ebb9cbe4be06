"""What the rows that site.toml declares come to, of answers and pages: codes, numbers, whose they are."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from checker.model import (
    Comparator,
    DecidedBy,
    Kind,
    Level,
    Presence,
    Rank,
    Reading,
    Scope,
    Target,
    TargetOrigin,
    Trend,
    Unit,
)
from checker.model.strictjson import loads
from tests.unit.flow.declaring import claims_of, doc, only, page, read

OK, WARNING, CRITICAL, UNKNOWN = Level.OK, Level.WARNING, Level.CRITICAL, Level.UNKNOWN
SHOWN, LOST, NOT_RATED, NONE = Presence.SHOWN, Presence.UNREADABLE, Presence.NOT_RATED, Presence.NONE


def status(**more: str) -> str:
    """Return a declared status, with what a test changes of it, as TOML."""
    fields = {"metric": '"account.status"', "answer": '"profile"', "path": '["state"]', "codes": '"verdict"'}
    return _table("statuses", fields | more)


def metric(**more: str) -> str:
    """Return a declared rate found in a list, with what a test changes of it, as TOML."""
    fields = {
        "metric": '"orders.late"',
        "answer": '"profile"',
        "rows": '"metrics"',
        "where": '{ key = "LATE" }',
        "value": '["value.rate", "value"]',
        "base": '["value.of"]',
        "verdict": '["level"]',
        "target": '["limit"]',
        "comparator": '"lte"',
        "scale": '"percent"',
        "sane": "[0, 1]",
        "trend": '["trend"]',
    }
    return _table("metrics", fields | more)


def coded(metrics: str, **more: str) -> str:
    """Return a declared list of numbers told apart by a code, as TOML."""
    fields = {
        "answer": '"list"',
        "rows": '"rows"',
        "code": '["code"]',
        "value": '["value"]',
        "verdict": '["level"]',
        "target": '["limit"]',
        "map": '"all"',
    }
    return _table("coded", fields | more) + "[metric_maps.all]\n" + metrics


LATE = 'LATE = { metric = "orders.late", scale = "percent", better = "lower", sane = [0, 1] }\n'
CHAT = 'CHAT = { metric = "chat.rate", scale = "percent", better = "higher", required = false }\n'


def _table(name: str, fields: dict[str, str]) -> str:
    lines = [f"{key} = {value}" for key, value in fields.items() if value]
    return "\n".join([f"\n[[{name}]]", *lines, ""])


def said(reading: Reading) -> tuple[Presence, Level]:
    """Return what a reading comes to."""
    return reading.presence, reading.level


class TestStatuses:
    """A code or word that says how something stands."""

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("GOOD", (SHOWN, OK)),
            ("BAD", (SHOWN, CRITICAL)),
            ("SPLENDID", (LOST, UNKNOWN)),
            ("good", (LOST, UNKNOWN)),
            ("", (LOST, UNKNOWN)),
            ("NONE", (NOT_RATED, UNKNOWN)),
            (None, (LOST, UNKNOWN)),
            (["GOOD"], (LOST, UNKNOWN)),
            ({"GOOD": 1}, (LOST, UNKNOWN)),
            (True, (LOST, UNKNOWN)),
            (0, (LOST, UNKNOWN)),
        ],
    )
    def test_a_code_is_known_or_not_fine(self, state: Any, expected: tuple[Presence, Level]) -> None:
        """A code of the table decides; whatever else stands there is unreadable."""
        reading = only(status(), doc({"state": state}))

        assert said(reading) == expected, reading.reason
        assert reading.scope is Scope.ACCOUNT

    @pytest.mark.parametrize(
        ("null", "expected"),
        [
            ("unreadable", (LOST, UNKNOWN)),
            ("not_rated", (NOT_RATED, UNKNOWN)),
            ("none", (NONE, UNKNOWN)),
            ("silent", (LOST, UNKNOWN)),
        ],
    )
    def test_a_null_means_what_the_file_says(self, null: str, expected: tuple[Presence, Level]) -> None:
        """Where it says nothing, nobody speaks of what must be there."""
        assert said(only(status(null=f'"{null}"'), doc({"state": None}))) == expected

    @pytest.mark.parametrize(
        ("metrics", "presence"), [([], NOT_RATED), ([{"key": "LATE"}], LOST), (None, LOST), ({}, LOST)]
    )
    def test_a_null_beside_an_empty_list_of_numbers_is_not_rated(
        self, metrics: object, presence: Presence
    ) -> None:
        """What the level would be made of is not there yet; beside numbers a null says nothing."""
        declared = status(unrated='["metrics"]')

        assert only(declared, doc({"state": None, "metrics": metrics})).presence is presence
        assert said(only(declared, doc({"state": "BAD", "metrics": metrics}))) == (SHOWN, CRITICAL)

    def test_what_is_silent_and_not_required_says_nothing(self) -> None:
        """No reading is made of it."""
        silent = status(null='"silent"', required="false")

        assert claims_of(silent, doc({"state": None})) == []
        assert claims_of(status(required="false"), doc({"other": 1})) == []

    @pytest.mark.parametrize(
        ("found", "expected"),
        [
            (["REASON_1", "REASON_2"], (SHOWN, CRITICAL)),
            ("FRAUD", (SHOWN, CRITICAL)),
            ({"code": 7}, (SHOWN, CRITICAL)),
            (True, (SHOWN, CRITICAL)),
            ([], (SHOWN, OK)),
            ({}, (SHOWN, OK)),
            ("", (SHOWN, OK)),
            (False, (SHOWN, OK)),
            (None, (SHOWN, OK)),
            ("true", (LOST, UNKNOWN)),
            ("false", (LOST, UNKNOWN)),
            ("None", (LOST, UNKNOWN)),
            (1, (LOST, UNKNOWN)),
            (0, (LOST, UNKNOWN)),
            (Decimal("0.5"), (LOST, UNKNOWN)),
        ],
    )
    def test_a_fact_that_is_bad_by_its_own_name(self, found: Any, expected: tuple[Presence, Level]) -> None:
        """A list, text or object with anything in it is bad; a number or `"false"` is neither yes nor no."""
        filled = status(codes="", path='["reasons"]', filled='"critical"', empty='"ok"', null='"empty"')

        reading = only(filled, doc({"reasons": found}))

        assert said(reading) == expected, reading.reason

    def test_an_empty_list_of_reasons_says_nothing_where_nothing_is_declared_of_it(self) -> None:
        """Two rows of one key: the code says ok, and the reasons speak only if there are any."""
        both = status() + status(codes="", path='["reasons"]', filled='"critical"', null='"silent"')

        calm = only(both, doc({"state": "GOOD", "reasons": []}))
        told = only(both, doc({"state": "GOOD", "reasons": ["FRAUD", "DEBT"]}))

        assert said(calm) == (SHOWN, OK)
        assert (said(told), told.disputed) == ((SHOWN, CRITICAL), True)
        assert 'critical "FRAUD, DEBT"' in told.contradicts

    @pytest.mark.parametrize(
        ("held", "expected"),
        [
            (False, (SHOWN, OK)),
            (True, (SHOWN, CRITICAL)),
            ("false", (LOST, UNKNOWN)),
            ("true", (SHOWN, CRITICAL)),
            (0, (LOST, UNKNOWN)),
            ("no", (LOST, UNKNOWN)),
        ],
    )
    def test_a_text_is_no_truth_value(self, held: Any, expected: tuple[Presence, Level]) -> None:
        """`"false"` is not "not held"; of `"true"` only the trouble is believed."""
        assert said(only(status(codes='"flag"'), doc({"state": held}))) == expected

    def test_words_of_the_file_are_codes_as_well(self) -> None:
        """Whatever case they are written in."""
        worded = status(codes="", words='"level"')

        assert said(only(worded, doc({"state": "healthy"}))) == (SHOWN, OK)
        assert said(only(worded, doc({"state": "At Risk"}))) == (SHOWN, CRITICAL)
        assert said(only(worded, doc({"state": "Splendid"}))) == (LOST, UNKNOWN)

    def test_what_stands_beside_a_code_is_kept(self) -> None:
        """Its reason where it is red, the earliest deadline, details verbatim."""
        row = status(reason='["why"]', deadline='["until", "end"]', details='{ plan = "plan.name" }')
        body = {
            "state": "BAD",
            "why": "R7",
            "until": "2026-03-09T00:00:00Z",
            "end": "2026-03-05T00:00:00Z",
            "plan": {"name": "Pro"},
        }

        red, green = only(row, doc(body)), only(row, doc(body | {"state": "GOOD"}))

        assert (red.reason, green.reason) == ("R7", "")
        assert (red.deadline and red.deadline.day, red.details) == (5, (("plan", "Pro"),))
        assert (red.origin.page, red.origin.source, red.origin.rule) == (
            "health",
            "the profile answer",
            "state",
        )

    def test_the_same_status_of_two_documents_is_heard_from_both(self) -> None:
        """Neither is chosen."""
        reading = only(status(), doc({"state": "GOOD"}, path="/a"), doc({"state": "BAD"}, path="/b"))

        assert (said(reading), reading.disputed) == ((SHOWN, CRITICAL), True)

    def test_a_call_made_again_replaces_what_it_brought_before(self) -> None:
        """The latest answer of one address is what is so now."""
        assert said(only(status(), doc({"state": "BAD"}), doc({"state": "GOOD"}))) == (SHOWN, OK)


class TestRequired:
    """What must be there, and that nobody speaks of."""

    @pytest.mark.parametrize(
        ("given", "how", "reason"),
        [
            ([], {}, "the profile answer did not come"),
            ([doc({"other": 1})], {}, "not in the profile answer"),
            ([doc({"other": 1})], {"shown": page(ready=False)}, "the page never finished loading"),
        ],
    )
    def test_it_says_why(self, given: list[Any], how: dict[str, Any], reason: str) -> None:
        """Which answer, and whether it came."""
        reading = only(status(), *given, **how)

        assert (reading.presence, reading.reason) == (LOST, reason)

    def test_a_label_is_a_second_chance(self) -> None:
        """What is in no answer may stand on the page; where it does not, both are named."""
        labelled = status(labels='["Account health"]', words='"level"')

        assert said(only(labelled, body="<p>Account health <b>At risk</b></p>")) == (SHOWN, CRITICAL)
        lost = only(labelled, doc({"other": 1}))
        assert lost.reason == "neither in an answer nor on the page"

    def test_a_page_that_never_finished_is_not_read(self) -> None:
        """What stands on it may be half of the truth."""
        labelled = status(labels='["Account health"]', words='"level"')
        half = page("<p>Account health <b>Healthy</b></p>", ready=False)

        assert said(only(labelled, shown=half)) == (LOST, UNKNOWN)


def entry(text: str) -> Any:
    """Return a document whose list holds the entries of `text`."""
    return doc(loads(f'{{"metrics": [{text}]}}'))


class TestMetrics:
    """One number of an answer."""

    @pytest.mark.parametrize(
        ("text", "presence", "level", "value"),
        [
            ('{"key": "LATE", "value": 1.5, "level": "GOOD", "limit": 3}', SHOWN, OK, "0.015"),
            ('{"key": "LATE", "value": {"rate": 1.5, "of": 40}, "level": "GOOD"}', SHOWN, OK, "0.015"),
            ('{"key": "late", "value": 1.5, "level": "GOOD"}', SHOWN, OK, "0.015"),
            ('{"key": "LATE", "value": 0, "level": "GOOD"}', SHOWN, OK, "0"),
            ('{"key": "LATE", "value": 4, "level": "BAD", "limit": 3}', SHOWN, CRITICAL, "0.04"),
            ('{"key": "LATE", "value": 2, "limit": 3}', SHOWN, OK, "0.02"),
            ('{"key": "LATE", "value": 4, "limit": 3}', SHOWN, WARNING, "0.04"),
            ('{"key": "LATE", "value": 2}', SHOWN, UNKNOWN, "0.02"),
            ('{"key": "LATE", "value": {"rate": 0, "of": 0}, "level": "GOOD"}', NOT_RATED, UNKNOWN, None),
            ('{"key": "LATE", "value": 1, "level": "SPLENDID"}', LOST, UNKNOWN, "0.01"),
            ('{"key": "LATE", "value": 1, "level": ["BAD"], "limit": 3}', LOST, UNKNOWN, "0.01"),
            ('{"key": "LATE", "value": 1, "level": {"x": 1}, "limit": 3}', LOST, UNKNOWN, "0.01"),
            ('{"key": "LATE", "value": 1, "level": 7, "limit": 3}', LOST, UNKNOWN, "0.01"),
            ('{"key": "LATE", "value": 777, "level": "GOOD"}', LOST, UNKNOWN, None),
            ('{"key": "LATE", "value": "1.5", "level": "GOOD"}', SHOWN, OK, "0.015"),
            ('{"key": "LATE", "value": "1.5 %", "level": "GOOD"}', SHOWN, OK, "0.015"),
            ('{"key": "LATE", "value": "1,5", "level": "GOOD"}', LOST, UNKNOWN, None),
            ('{"key": "LATE", "value": "few", "level": "GOOD"}', LOST, UNKNOWN, None),
            ('{"key": "LATE", "value": true, "level": "GOOD"}', LOST, UNKNOWN, None),
            ('{"key": "LATE", "value": null, "level": "GOOD"}', LOST, UNKNOWN, None),
            ('{"key": "LATE", "value": "N/A", "level": "GOOD"}', LOST, UNKNOWN, None),
            ('{"key": "LATE", "value": null, "level": "BAD"}', SHOWN, CRITICAL, None),
            ('{"key": "LATE", "level": "GOOD"}', LOST, UNKNOWN, None),
            ('{"key": "OTHER", "value": 1, "level": "GOOD"}', LOST, UNKNOWN, None),
            ('{"key": "LATE", "value": 1}, {"key": "LATE", "value": 1}', SHOWN, UNKNOWN, "0.01"),
            ('{"key": "LATE", "value": 1}, {"key": "LATE", "value": 2}', LOST, UNKNOWN, None),
            ('{"key": "LATE", "value": 2, "limit": "soon"}', SHOWN, UNKNOWN, "0.02"),
            ('{"key": "LATE", "value": 2, "limit": [3]}', SHOWN, UNKNOWN, "0.02"),
            ('{"key": "LATE", "value": 2, "limit": "-"}', SHOWN, UNKNOWN, "0.02"),
        ],
    )
    def test_what_an_entry_says(self, text: str, presence: Presence, level: Level, value: str | None) -> None:
        """Only a whole and undoubted entry is green; what nobody understands beside it keeps it from that."""
        reading = only(metric(), entry(text))

        assert said(reading) == (presence, level), reading.reason
        assert (None if value is None else Decimal(value)) == reading.value

    def test_a_green_that_misses_its_own_limit_is_a_disputed_warning(self) -> None:
        """A6: neither is chosen, and both sides are kept."""
        reading = only(metric(), entry('{"key": "LATE", "value": 4, "level": "GOOD", "limit": 3}'))

        assert (said(reading), reading.disputed, reading.value) == ((SHOWN, WARNING), True, Decimal("0.04"))
        assert "GOOD" in reading.contradicts

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"metrics": None},
            {"metrics": {}},
            {"metrics": "x"},
            {"metrics": 1},
            {"metrics": [[]]},
            [],
            "x",
        ],
    )
    def test_an_answer_of_another_shape_is_unreadable(self, body: Any) -> None:
        """It says which answer, and makes nothing up."""
        reading = only(metric(), doc(body))

        assert said(reading) == (LOST, UNKNOWN)
        assert "profile answer" in reading.reason

    def test_a_map_and_a_lone_entry_are_read_as_a_list_is(self) -> None:
        """Consoles wrap the same entry in either."""
        one = {"key": "LATE", "value": 1, "level": "GOOD"}

        for wrapped in ({"a": one}, one, [one]):
            assert said(only(metric(), doc({"metrics": wrapped}))) == (SHOWN, OK)
        assert said(only(metric(where=""), doc({"metrics": one}))) == (SHOWN, OK)

    def test_a_null_may_be_the_consoles_word_for_not_rated(self) -> None:
        """Where the file says so; neither a red nor an unknown word beside the null is waved through."""
        row = metric(null='"not_rated"')

        assert said(only(row, entry('{"key": "LATE", "value": null}'))) == (NOT_RATED, UNKNOWN)
        assert said(only(row, entry('{"key": "LATE", "value": null, "level": "GOOD"}')))[0] is NOT_RATED
        assert said(only(row, entry('{"key": "LATE", "value": null, "level": "BAD"}'))) == (SHOWN, CRITICAL)
        assert said(only(row, entry('{"key": "LATE", "value": null, "level": "HELD"}'))) == (LOST, UNKNOWN)

    def test_at_low_volume_a_verdict_may_disagree_with_its_number(self) -> None:
        """Both are kept, and the verdict decides."""
        few = entry('{"key": "LATE", "value": {"rate": 40, "of": 5}, "level": "GOOD", "limit": 3}')

        reading = only(metric(low_volume="100"), few)

        assert (reading.level, reading.disputed, reading.meets_target) == (OK, False, False)

    def test_no_verdict_of_the_console_is_not_green(self) -> None:
        """Its own code for "no verdict" beside a limit that is met."""
        none = entry('{"key": "LATE", "value": 1, "level": "NONE", "limit": 3}')

        assert said(only(metric(), none)) == (SHOWN, UNKNOWN)

    def test_a_verdict_that_is_the_text_of_a_truth_value_is_not_believed(self) -> None:
        """`"false"` where `false` would be fine."""
        for level, expected in (("false", OK), ('"false"', UNKNOWN), ('"true"', CRITICAL)):
            one = entry(f'{{"key": "LATE", "value": 1, "level": {level}}}')
            assert only(metric(codes='"flag"'), one).level is expected

    def test_everything_else_an_entry_says_is_kept(self) -> None:
        """Trend, target with its condition and its second step, counts, window, currency, details."""
        row = metric(
            comparator="",
            condition='["how"]',
            second='["danger"]',
            numerator='["value.part"]',
            window='["from", "until"]',
            details='{ note = "note" }',
            currency='["currency"]',
            deadline='["due"]',
        )
        one = entry(
            '{"key": "LATE", "value": {"rate": "9.5", "part": "3", "of": "31"}, "limit": "5", "danger": "8",'
            ' "how": "<", "trend": "UP", "from": "2026-01-01T00:00:00Z", "until": "2026-01-31T00:00:00Z",'
            ' "note": "n", "currency": "MYR", "due": "2026-03-09T00:00:00Z"}'
        )

        reading = only(row, one)

        assert (reading.level, reading.decided_by) == (CRITICAL, DecidedBy.PAYLOAD)
        assert reading.target == Target(Decimal("0.05"), Comparator.LT, critical=Decimal("0.08"))
        assert (reading.numerator, reading.denominator) == (Decimal(3), Decimal(31))
        assert (reading.trend, reading.window_days) == (Trend.BETTER, 30)
        assert (reading.details, reading.currency) == ((("note", "n"),), "MYR")
        assert reading.deadline is not None
        assert (reading.kind, reading.unit, reading.origin.page) == (Kind.RATE, Unit.FRACTION, "health")
        assert reading.origin.rule == "metrics[key=LATE]"

    @pytest.mark.parametrize(
        ("scale", "value"),
        [("bare", "125"), ("fraction", "125"), ("percent", "1.25"), ("millionth", "0.000125")],
    )
    def test_a_number_is_scaled_as_declared_never_by_its_size(self, scale: str, value: str) -> None:
        """The same digits mean what the file says they mean."""
        row = metric(scale=f'"{scale}"', sane="")

        assert only(row, entry('{"key": "LATE", "value": 125}')).value == Decimal(value)

    def test_our_own_table_says_at_most_a_warning(self) -> None:
        """Where the console gives no limit; critical only where the platform itself acts at a second line."""
        bad = entry('{"key": "LATE", "value": 90}')

        ours = only(metric(table='["lte", "0.03"]'), bad)
        enforced = only(metric(table='["lte", "0.03"]', critical="0.1"), bad)

        assert (ours.level, ours.decided_by) == (WARNING, DecidedBy.TABLE)
        assert (enforced.level, enforced.decided_by) == (CRITICAL, DecidedBy.TABLE)
        assert ours.target is not None
        assert ours.target.origin is TargetOrigin.TABLE

    @pytest.mark.parametrize("limit", ['"see policy"', "[3]", '{"x": 1}', "true"])
    def test_our_own_table_makes_nothing_green_whose_limit_could_not_be_read(self, limit: str) -> None:
        """The console states a limit, in words that are no number: ours may warn in its place, no more."""
        row = metric(table='["lte", "0.03"]', comparator="")
        fine, bad = (entry(f'{{"key": "LATE", "value": {value}, "limit": {limit}}}') for value in (1, 9))

        assert said(only(row, fine)) == (SHOWN, UNKNOWN)
        assert said(only(row, bad)) == (SHOWN, WARNING)
        assert said(only(row, entry('{"key": "LATE", "value": 1, "limit": "-"}'))) == (SHOWN, OK)

    def test_a_rate_held_against_percents_is_unreadable(self) -> None:
        """A rate of 0.9 against a limit of 5 is not fine."""
        row = metric(scale='"fraction"')

        assert said(only(row, entry('{"key": "LATE", "value": 0.9, "limit": 5}'))) == (LOST, UNKNOWN)

    def test_the_number_and_what_the_page_shows_are_two_claims(self) -> None:
        """The page may round; a number that differs is told, and the level stands."""
        row = metric(labels='["Late shipments"]')
        one = entry('{"key": "LATE", "value": 1.52, "level": "GOOD"}')

        same = only(row, one, body="<div><p>Late shipments</p><b>1.5%</b></div>")
        other = only(row, one, body="<div><p>Late shipments</p><b>1.9%</b></div>")

        assert (said(same), same.value) == ((SHOWN, OK), Decimal("0.0152"))
        assert (said(other), other.value) == ((SHOWN, OK), None)
        assert [claim.rank for claim in same.claims] == [Rank.ANSWER, Rank.WORD]
        assert "two numbers" in other.contradicts


class TestCoded:
    """Numbers told apart by a code."""

    @pytest.mark.parametrize(
        ("rows", "entries"),
        [
            ("rows", {"rows": [{"code": "LATE", "value": 2, "level": "GOOD"}]}),
            ("rows", {"rows": [{"code": "late", "value": 2, "level": "GOOD"}]}),
            ("rows", {"rows": {"LATE": {"value": 2, "level": "GOOD"}}}),
            (
                "rows.*.list",
                {"rows": [{"list": [{"code": "LATE", "value": 2, "level": "GOOD"}]}, {"list": []}]},
            ),
            ("rows.*.list", {"rows": {"a": {"list": {"LATE": {"value": 2, "level": "GOOD"}}}}}),
        ],
    )
    def test_lists_maps_and_groups_are_read_alike(self, rows: str, entries: Any) -> None:
        """A code stands in the entry or is its key."""
        found = read(coded(LATE, rows=f'"{rows}"'), doc(entries, "list"))

        assert list(found) == ["orders.late"]
        assert (said(found["orders.late"]), found["orders.late"].value) == ((SHOWN, OK), Decimal("0.02"))

    @pytest.mark.parametrize(
        "given",
        [
            doc({"value": 2, "level": "GOOD"}, "list", "metrics", "LATE"),
            doc({"value": 2, "level": "GOOD"}, "list", path="/api/late/summary"),
            doc({"value": 2, "level": "GOOD"}, "list", path="/api/summary", metric="late"),
        ],
    )
    def test_each_document_may_be_an_entry_named_by_its_address(self, given: Any) -> None:
        """By a key on the way to it, or a part of the call that brought it."""
        found = read(coded(LATE, rows="", by_address="true"), given)

        assert said(found["orders.late"]) == (SHOWN, OK)

    def test_other_names_of_a_code(self) -> None:
        """`aka` names the same; the first of an entry's codes that is known decides."""
        metrics = 'LATE = { metric = "orders.late", scale = "percent", aka = ["lateShipmentRate"] }\n'
        row = coded(metrics, code='["name", "code"]')

        one = read(row, doc({"rows": [{"code": "late_shipment_rate", "value": 2, "level": "BAD"}]}, "list"))
        two = read(row, doc({"rows": [{"name": "x", "code": "LATE", "value": 2, "level": "BAD"}]}, "list"))

        assert said(one["orders.late"]) == said(two["orders.late"]) == (SHOWN, CRITICAL)

    def test_a_number_is_no_other_number(self) -> None:
        """Code -1 is not code 1."""
        metrics = '1 = { metric = "orders.late", scale = "percent" }\n'

        found = read(coded(metrics), doc({"rows": [{"code": -1, "value": 2, "level": "GOOD"}]}, "list"))

        assert said(found["orders.late"]) == (LOST, UNKNOWN)

    @pytest.mark.parametrize(
        ("entries", "expected"),
        [
            ([{"code": "LATE", "value": 1}], ["orders.late"]),
            ([{"code": "NEW", "value": 1}], ["orders.late_new"]),
            ([], ["orders.late"]),
        ],
    )
    def test_one_code_may_stand_in_anothers_place(self, entries: Any, expected: list[str]) -> None:
        """Where one of `instead` is there it need not be; where none is, it is missing."""
        metrics = (
            'LATE = { metric = "orders.late", instead = ["NEW"] }\n'
            'NEW = { metric = "orders.late_new", required = false }\n'
        )

        assert list(read(coded(metrics), doc({"rows": entries}, "list"))) == expected

    def test_what_stands_in_anothers_place_is_what_the_page_calls_so(self) -> None:
        """The page has one name for both: it is not read as the other one as well."""
        metrics = (
            'LATE = { metric = "orders.late", labels = ["Late"], instead = ["NEW"] }\n'
            'NEW = { metric = "orders.late_new", required = false }\n'
        )
        body = "<div><p>Late</p><p>4 %</p></div>"
        new = doc({"rows": [{"code": "NEW", "value": 1}]}, "list")

        assert list(read(coded(metrics), new, body=body)) == ["orders.late_new"]
        assert list(read(coded(metrics), doc({"rows": []}, "list"), body=body)) == ["orders.late"]

    def test_a_code_nobody_knows_is_told_under_its_own_name(self) -> None:
        """With its verdict, if the console gives one; a text is kept and judged by nobody."""
        body = {
            "rows": [
                {"code": "LATE", "value": 1, "level": "GOOD"},
                {"code": "Brand New!", "value": 3, "level": "BAD"},
                {"code": "TEXT", "value": "see below"},
                {"code": "ODD", "value": 3, "level": "SPLENDID"},
            ]
        }

        found = read(coded(LATE), doc(body, "list"))
        named = read(coded(LATE, unknown='"shop.metric_{code}"'), doc(body, "list"))

        assert (said(found["shop.brand_new"]), found["shop.brand_new"].value) == (
            (SHOWN, CRITICAL),
            Decimal(3),
        )
        assert (said(found["shop.text"]), found["shop.text"].native) == ((SHOWN, UNKNOWN), "see below")
        assert said(found["shop.odd"]) == (LOST, UNKNOWN)
        assert {"shop.metric_brand_new", "shop.metric_text"} <= set(named)

    def test_of_several_rows_over_one_list_one_tells_what_nobody_knows(self) -> None:
        """`others = false` leaves unknown codes to the other row."""
        body = doc({"rows": [{"code": "LATE", "value": 1}, {"code": "NEW", "value": 1}]}, "list")

        assert set(read(coded(LATE, others="false"), body)) == {"orders.late"}

    def test_headlines_of_groups_are_left_out(self) -> None:
        """Codes that `skip` wholly matches."""
        body = doc({"rows": [{"code": "LATE", "value": 1}, {"code": "GROUP_1", "value": 1}]}, "list")

        assert set(read(coded(LATE, skip='"GROUP_.*"'), body)) == {"orders.late"}

    def test_an_entry_that_names_nothing_makes_the_list_unreadable(self) -> None:
        """Nobody knows what it would have said."""
        found = read(coded(LATE), doc({"rows": [{"value": 9, "level": "BAD"}, "x"]}, "list"))

        assert (found["policy.list@list"].presence, found["policy.list@list"].scope) == (LOST, Scope.LIST)
        assert found["policy.list@list"].reason == "2 entries that do not say what they are"

    def test_an_empty_list_may_say_that_nothing_was_rated_yet(self) -> None:
        """Where the file says so; else what must be there is missing."""
        empty = doc({"rows": []}, "list")

        assert said(read(coded(LATE, empty='"not_rated"'), empty)["orders.late"])[0] is NOT_RATED
        assert said(read(coded(LATE), empty)["orders.late"])[0] is LOST
        assert said(read(coded(LATE + CHAT), empty)["orders.late"])[0] is LOST
        assert "chat.rate" not in read(coded(LATE + CHAT), empty)

    @pytest.mark.parametrize(
        ("entry", "value", "level"),
        [
            ({"value": 2, "unit": "PERCENT", "limit": 3, "how": "LESS_THAN_PERCENT"}, "0.02", OK),
            ({"value": 2, "unit": "percent", "limit": 3, "how": "LESS_THAN"}, "0.02", OK),
            ({"value": 4, "unit": "PERCENT", "limit": 3, "how": "LESS_THAN_PERCENT"}, "0.04", WARNING),
            ({"value": 4, "unit": "FURLONGS", "limit": 3, "how": "LESS_THAN"}, None, UNKNOWN),
            ({"value": 4, "limit": 3, "how": "LESS_THAN"}, None, UNKNOWN),
            ({"value": 2, "unit": "PERCENT", "limit": 3, "how": "ABOUT_PERCENT"}, "0.02", UNKNOWN),
            ({"value": 2, "unit": "PERCENT", "limit": 1, "how": "AT_LEAST"}, "0.02", UNKNOWN),
            ({"value": 400, "unit": "PERCENT", "limit": 3, "how": "LESS_THAN"}, None, UNKNOWN),
            ({"value": 2, "unit": "PERCENT", "how": "LESS_THAN"}, "0.02", UNKNOWN),
        ],
    )
    def test_units_and_comparisons_are_known_or_not_fine(
        self, entry: dict[str, Any], value: str | None, level: Level
    ) -> None:
        """An unknown unit, an unknown comparison, a limit on the wrong side: none of it is green."""
        row = coded(LATE, unit_of='["unit"]', condition='["how"]', target_unit_of='["unit"]')

        reading = read(row, doc({"rows": [{"code": "LATE", **entry}]}, "list"))["orders.late"]

        assert (reading.level, reading.value) == (level, None if value is None else Decimal(value))
        assert reading.presence is (SHOWN if level is not UNKNOWN or "limit" not in entry else LOST)

    def test_a_red_beside_an_unknown_unit_is_told(self) -> None:
        """The number is unreadable, the verdict is not."""
        row = coded(LATE, unit_of='["unit"]')
        body = {"rows": [{"code": "LATE", "value": 4, "unit": "FURLONGS", "level": "BAD"}]}

        assert said(read(row, doc(body, "list"))["orders.late"]) == (SHOWN, CRITICAL)

    def test_stars_and_points_keep_their_own_unit(self) -> None:
        """They come as plain numbers: what they are is known from what they count."""
        metrics = 'STARS = { metric = "shop.rating", kind = "score", unit = "stars", better = "higher" }\n'
        body = {"rows": [{"code": "STARS", "value": 4.8, "unit": "HOURS", "limit": 4}]}

        reading = read(coded(metrics, unit_of='["unit"]'), doc(loads(json.dumps(body)), "list"))[
            "shop.rating"
        ]

        assert (reading.unit, reading.value, reading.level) == (Unit.STARS, Decimal("4.8"), OK)

    @pytest.mark.parametrize(
        ("code", "value", "limit", "level"),
        [("LATE", 2, 3, OK), ("LATE", 4, 3, WARNING), ("CHAT", 90, 85, OK), ("CHAT", 80, 85, WARNING)],
    )
    def test_the_better_side_says_how_a_limit_is_held(
        self, code: str, value: int, limit: int, level: Level
    ) -> None:
        """Where the console names no comparison."""
        body = {"rows": [{"code": code, "value": value, "limit": limit}]}
        key = {"LATE": "orders.late", "CHAT": "chat.rate"}[code]

        assert read(coded(LATE + CHAT), doc(body, "list"))[key].level is level

    def test_what_the_page_calls_an_entry_is_looked_for_beside_that_label(self) -> None:
        """The label comes with the answer, the number beside it is a second claim."""
        row = coded(LATE, label_of='["title"]')
        body = {"rows": [{"code": "LATE", "value": 2, "level": "GOOD", "title": "Slow parcels"}]}

        reading = read(row, doc(body, "list"), body="<div><p>Slow parcels</p><b>7%</b></div>")["orders.late"]

        assert [claim.value for claim in reading.claims] == [Decimal("0.02"), Decimal("0.07")]
        assert reading.value is None

    def test_a_projection_is_a_key_of_its_own(self) -> None:
        """What stands beside a label is of now, and no claim of it."""
        metrics = 'LATE = { metric = "orders.late", scale = "percent", labels = ["Late orders"] }\n'
        body = doc({"rows": [{"code": "LATE", "value": 2, "level": "GOOD"}]}, "list")

        found = read(coded(metrics, cycle='"projected"'), body, body="<div><p>Late orders</p><b>9%</b></div>")

        assert list(found) == ["orders.late+projected"]
        assert found["orders.late+projected"].value == Decimal("0.02")


class TestPlace:
    """Whose an answer is."""

    PLACED = '\n[answers.here]\nshape = ["x"]\nplace = ["shop.id", "?mpid"]\n{more}\n'

    def _status(self, more: str = "") -> str:
        return self.PLACED.format(more=more) + status(answer='"here"', page='"health"')

    @pytest.mark.parametrize(
        "given",
        [
            doc({"state": "GOOD", "shop": {"id": "MPID-1"}}, "here"),
            doc({"state": "GOOD", "shop": {"id": "mpid-1"}}, "here"),
            doc({"state": "GOOD", "shop": {"id": "MY"}}, "here"),
            doc({"state": "GOOD"}, "here", mpid="MPID-1"),
        ],
    )
    def test_an_answer_of_this_site_is_read(self, given: Any) -> None:
        """By the id or code in it, or the parameter it was asked with."""
        assert said(only(self._status(), given)) == (SHOWN, OK)

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            (doc({"state": "GOOD", "shop": {"id": "MPID-2"}}, "here"), "is of MPID-2, not of MPID-1"),
            (doc({"state": "GOOD"}, "here", mpid="MPID-2"), "is of MPID-2, not of MPID-1"),
            (
                doc({"state": "GOOD", "mpid": "MPID-2"}, "here", mpid="MPID-1"),
                "is of MPID-2, not of MPID-1",
            ),
            (doc({"state": "GOOD"}, "here"), "does not say which site it is of"),
            (doc({"state": "GOOD", "shop": {"id": ["MPID-1"]}}, "here"), "does not say which site it is of"),
        ],
    )
    def test_an_answer_of_another_site_or_of_none_is_not(self, given: Any, reason: str) -> None:
        """Its green is not ours, and it is said whose it is."""
        reading = only(self._status(), given)

        assert said(reading) == (LOST, UNKNOWN)
        assert reason in reading.reason

    def test_of_several_sites_answers_ours_is_read(self) -> None:
        """The other's red is not ours either."""
        mine = doc({"state": "GOOD", "shop": {"id": "MPID-1"}}, "here", path="/a")
        theirs = doc({"state": "BAD", "shop": {"id": "MPID-2"}}, "here", path="/b")

        assert said(only(self._status(), theirs, mine)) == (SHOWN, OK)

    def test_a_site_may_have_other_names_in_an_answer(self) -> None:
        """As the file lists them."""
        aliased = self._status('aliases = { MY = ["kuala"] }')

        assert said(only(aliased, doc({"state": "BAD", "shop": {"id": "Kuala"}}, "here"))) == (
            SHOWN,
            CRITICAL,
        )

    def test_what_does_not_say_it_may_be_believed_where_the_page_proves_the_site(self) -> None:
        """`place_optional`; another site's answer is another site's still."""
        optional = self._status("place_optional = true")

        assert said(only(optional, doc({"state": "GOOD"}, "here"))) == (SHOWN, OK)
        other = doc({"state": "GOOD", "shop": {"id": "MPID-2"}}, "here")
        assert said(only(optional, other)) == (LOST, UNKNOWN)

    def test_an_answer_is_told_apart_by_what_it_holds(self) -> None:
        """`of`: the current cycle's and not the projected one's, either of several words."""
        row = '\n[answers.here]\nshape = ["x"]\nof = { cycle = "CURRENT|NOW" }\n'
        row += status(answer='"here"', page='"health"')
        now = doc({"state": "GOOD", "cycle": "now"}, "here", path="/a")
        later = doc({"state": "BAD", "cycle": "PROJECTED"}, "here", path="/b")

        assert said(only(row, now, later)) == (SHOWN, OK)
        assert said(only(row, later)) == (LOST, UNKNOWN)

    def test_words_of_a_page_that_shows_another_site_are_not_ours(self) -> None:
        """`shows_place`: the label is there, and belongs to whom the page shows."""
        row = '\n[pages.standing]\npath = "/s"\nshows_place = true\n' + status(
            page='"standing"', labels='["Account health"]', words='"level"'
        )
        body = "<select><option selected>{}</option></select><p>Account health <b>Healthy</b></p>"

        ours = only(row, shown=page(body.format("Malaysia"), name="standing"))
        theirs = only(row, shown=page(body.format("Singapore"), name="standing"))

        assert said(ours) == (SHOWN, OK)
        assert said(theirs) == (LOST, UNKNOWN)
        assert "the page shows Singapore" in theirs.reason

    def test_any_page_that_shows_another_site_is_not_ours(self) -> None:
        """Without `shows_place` too: a console may show the site that was looked at last."""
        row = status(labels='["Account health"]', words='"level"', page='"health"')
        body = "<select><option selected>{}</option></select><p>Account health <b>Healthy</b></p>"

        ours, neither, theirs = (
            only(row, shown=page(body.format(name))) for name in ("Malaysia", "Monthly", "Singapore")
        )

        assert said(ours) == said(neither) == (SHOWN, OK)
        assert said(theirs) == (LOST, UNKNOWN)
        assert "the page shows Singapore" in theirs.reason


def test_only_rows_of_the_open_page_are_read() -> None:
    """Those that name it, and those of an answer it fetches."""
    rows = '\n[pages.other]\npath = "/o"\n' + status() + status(metric='"other.status"', page='"other"')

    assert [str(claim.key.metric) for claim in claims_of(rows, doc({"state": "GOOD"}))] == ["account.status"]
    assert [
        str(claim.key.metric) for claim in claims_of(rows, doc({"state": "GOOD"}), shown=page(name="other"))
    ] == ["other.status"]
