"""Reading a JSON answer by what site.toml declares: every way an answer can be less than it should be."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checker.errors import ConfigError
from checker.flow import (
    Answer,
    ItemRows,
    MetricRow,
    Recorder,
    SiteToml,
    StatusRow,
    body_of,
    dig,
    item_readings,
    load_site_toml,
    metric_reading,
    number,
    status_reading,
    there,
)
from checker.model import Comparator, DecidedBy, Kind, Level, Presence, Reading, Scope, Site, Trend, Unit
from checker.model.strictjson import loads

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
RECORDER = Recorder("shop", "main", Site("MY", "MY", "Malaysia"), "shop 1.0", lambda: AT, "en")
SHOWN, LOST, NOT_RATED, NONE = Presence.SHOWN, Presence.UNREADABLE, Presence.NOT_RATED, Presence.NONE
FILE = """
sites = []
[flow]
marketplace = "shop"
title = "Shop"
version = "1.0"
contract = 1
[hosts]
start = "shop.example"
[pages.home]
path = "/"
[signin]
start = "home"
posts = ["/login"]
user = { box = ["#u"], submit = ["#s"] }
password = { box = ["#p"], submit = ["#s"] }
[[states]]
name = "in"
act = "arrived"
markers = ["h1"]
[answers.profile]
path = "/api/profile"
[codes.verdict]
GOOD = "ok"
BAD = "critical"
NONE = "unknown"
[codes.state]
open = "critical"
warned = "warning"
closed = "ok"
[conditions]
"<" = "lt"
[trends.trend]
UP = "better"
"""


@pytest.fixture(scope="module")
def toml(tmp_path_factory: pytest.TempPathFactory) -> SiteToml:
    """Return a small site.toml."""
    path = tmp_path_factory.mktemp("flow") / "site.toml"
    path.write_text(FILE, "utf-8")
    return load_site_toml(path)


def rate(**changes: Any) -> MetricRow:
    """Return a rate found in a list, with what a test changes of it."""
    declared = {
        "metric": "orders.late_shipment_rate",
        "answer": "profile",
        "rows": "metrics",
        "where": {"key": "LATE"},
        "value": ["value.rate", "value"],
        "base": ["value.of"],
        "verdict": ["level"],
        "target": ["limit"],
        "comparator": "lte",
        "scale": "percent",
        "sane": [0, 1],
        "trend": ["trend"],
    }
    return MetricRow.model_validate({**declared, **changes})


def entry(text: str) -> Any:
    """Return an answer whose list holds the entries of `text`."""
    return loads(f'{{"metrics": [{text}]}}')


class TestMetric:
    """One number of an answer."""

    @pytest.mark.parametrize(
        ("text", "presence", "level", "value"),
        [
            ('{"key": "LATE", "value": 1.5, "level": "GOOD", "limit": 3}', SHOWN, Level.OK, "0.015"),
            ('{"key": "LATE", "value": {"rate": 1.5, "of": 40}, "level": "GOOD"}', SHOWN, Level.OK, "0.015"),
            ('{"key": "LATE", "value": 0, "level": "GOOD"}', SHOWN, Level.OK, "0"),
            ('{"key": "LATE", "value": 4, "level": "BAD", "limit": 3}', SHOWN, Level.CRITICAL, "0.04"),
            ('{"key": "LATE", "value": 2, "limit": 3}', SHOWN, Level.OK, "0.02"),
            ('{"key": "LATE", "value": 4, "limit": 3}', SHOWN, Level.WARNING, "0.04"),
            ('{"key": "LATE", "value": 2}', SHOWN, Level.UNKNOWN, "0.02"),
            (
                '{"key": "LATE", "value": {"rate": 0, "of": 0}, "level": "GOOD"}',
                NOT_RATED,
                Level.UNKNOWN,
                None,
            ),
            ('{"key": "LATE", "value": 4, "level": "GOOD", "limit": 3}', LOST, Level.UNKNOWN, "0.04"),
            ('{"key": "LATE", "value": 1, "level": "SPLENDID"}', LOST, Level.UNKNOWN, "0.01"),
            ('{"key": "LATE", "value": 777, "level": "GOOD"}', LOST, Level.UNKNOWN, None),
            ('{"key": "LATE", "value": "1.5", "level": "GOOD"}', LOST, Level.UNKNOWN, None),
            ('{"key": "LATE", "value": true, "level": "GOOD"}', LOST, Level.UNKNOWN, None),
            ('{"key": "LATE", "value": null, "level": "GOOD"}', LOST, Level.UNKNOWN, None),
            ('{"key": "LATE", "level": "GOOD"}', LOST, Level.UNKNOWN, None),
            ('{"key": "OTHER", "value": 1, "level": "GOOD"}', LOST, Level.UNKNOWN, None),
            ('{"key": "LATE", "value": 1}, {"key": "LATE", "value": 1}', LOST, Level.UNKNOWN, None),
        ],
    )
    def test_what_an_entry_says(
        self, toml: SiteToml, text: str, presence: Presence, level: Level, value: str | None
    ) -> None:
        """Only a whole and undoubted entry is shown; a green that misses its own limit is not believed."""
        reading = metric_reading(RECORDER, rate(), entry(text), toml)

        assert reading is not None
        assert (presence, level) == (reading.presence, reading.level), reading.reason
        assert (None if value is None else Decimal(value)) == reading.value

    @pytest.mark.parametrize(
        "body", [None, {}, {"metrics": None}, {"metrics": {}}, {"metrics": "x"}, [], "x"]
    )
    def test_an_answer_of_another_shape_is_unreadable(self, toml: SiteToml, body: Any) -> None:
        """It says which answer, and makes nothing up."""
        reading = metric_reading(RECORDER, rate(), body, toml)

        assert reading is not None
        assert LOST is reading.presence
        assert "profile answer" in reading.reason

    def test_what_not_every_account_has_may_be_missing(self, toml: SiteToml) -> None:
        """An optional entry that is not there says nothing; an answer that never came is unreadable still."""
        assert metric_reading(RECORDER, rate(optional=True), {"metrics": []}, toml) is None
        lost = metric_reading(RECORDER, rate(optional=True), None, toml)
        assert lost is not None
        assert LOST is lost.presence

    def test_a_null_may_be_the_consoles_word_for_not_rated(self, toml: SiteToml) -> None:
        """Where the flow says so; a red beside the null is not waved through."""
        new, red = (
            entry('{"key": "LATE", "value": null}'),
            entry('{"key": "LATE", "value": null, "level": "BAD"}'),
        )

        calm = metric_reading(RECORDER, rate(null="not_rated"), new, toml)
        odd = metric_reading(RECORDER, rate(null="not_rated"), red, toml)

        assert calm is not None
        assert odd is not None
        assert (calm.presence, odd.presence) == (NOT_RATED, LOST)

    def test_at_low_volume_a_verdict_may_disagree_with_its_number(self, toml: SiteToml) -> None:
        """Both are kept, and the verdict decides."""
        few = entry('{"key": "LATE", "value": {"rate": 40, "of": 5}, "level": "GOOD", "limit": 3}')

        reading = metric_reading(RECORDER, rate(low_volume=100), few, toml)

        assert reading is not None
        assert (reading.level, reading.meets_target) == (Level.OK, False)

    def test_everything_else_an_entry_says_is_kept(self, toml: SiteToml) -> None:
        """Trend, target with its condition and its second step, counts as text."""
        row = rate(
            comparator=None,
            condition=["how"],
            critical=["danger"],
            numbers="text",
            numerator=["value.part"],
            window_days=30,
        )
        body = entry(
            '{"key": "LATE", "value": {"rate": "9.5", "part": "3", "of": "31"}, "limit": "5", "danger": "8",'
            ' "how": "<", "trend": "UP"}'
        )

        reading = metric_reading(RECORDER, row, body, toml, page="health")

        assert reading is not None
        assert reading.target is not None
        assert (reading.level, reading.decided_by) == (Level.CRITICAL, DecidedBy.PAYLOAD)
        assert (Decimal("0.05"), Comparator.LT) == (reading.target.value, reading.target.comparator)
        assert (Decimal(3), Decimal(31), Trend.BETTER, 30) == (
            reading.numerator,
            reading.denominator,
            reading.trend,
            reading.window_days,
        )
        assert (reading.kind, reading.unit, reading.origin.page) == (Kind.RATE, Unit.FRACTION, "health")

    @pytest.mark.parametrize(
        ("scale", "value"),
        [("bare", "125"), ("fraction", "125"), ("percent", "1.25"), ("millionth", "0.000125")],
    )
    def test_a_number_is_scaled_as_declared_never_by_its_size(
        self, toml: SiteToml, scale: str, value: str
    ) -> None:
        """The same digits mean what the flow says they mean."""
        body = entry('{"key": "LATE", "value": 125}')

        reading = metric_reading(RECORDER, rate(scale=scale, sane=None), body, toml)

        assert reading is not None
        assert Decimal(value) == reading.value

    def test_our_own_table_says_at_most_a_warning(self, toml: SiteToml) -> None:
        """Where the console gives no limit, a copy of a public one may warn."""
        body = entry('{"key": "LATE", "value": 90}')

        reading = metric_reading(RECORDER, rate(table=["lte", "0.03"]), body, toml)

        assert reading is not None
        assert (reading.level, reading.decided_by) == (Level.WARNING, DecidedBy.TABLE)


@pytest.mark.parametrize(
    ("body", "presence", "level"),
    [
        ({"state": "GOOD"}, SHOWN, Level.OK),
        ({"state": "BAD"}, SHOWN, Level.CRITICAL),
        ({"state": "SPLENDID"}, LOST, Level.UNKNOWN),
        ({"state": ""}, LOST, Level.UNKNOWN),
        ({"state": None}, NOT_RATED, Level.UNKNOWN),
        ({"state": ["GOOD"]}, LOST, Level.UNKNOWN),
        ({}, LOST, Level.UNKNOWN),
        (None, LOST, Level.UNKNOWN),
    ],
)
def test_a_status_code(toml: SiteToml, body: Any, presence: Presence, level: Level) -> None:
    """A code that is in the table decides; any other is unreadable with the code kept."""
    row = StatusRow(
        metric="account.status", answer="profile", path=("state",), codes="verdict", null="not_rated"
    )

    reading = status_reading(RECORDER, row, body, toml)

    assert reading is not None
    assert (presence, level, Scope.ACCOUNT) == (reading.presence, reading.level, reading.scope)


def notices(**changes: Any) -> ItemRows:
    """Return a list of notices, with what a test changes of it."""
    declared = {
        "metric": "policy.violations.listing",
        "list": "notices",
        "answer": "profile",
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


def read(toml: SiteToml, *bodies: Any, **changes: Any) -> dict[str, Reading]:
    """Return the readings of a list by their item, the list's own under nothing."""
    return {r.key.item: r for r in item_readings(RECORDER, notices(**changes), bodies, toml)}


class TestItems:
    """A list of single things."""

    def test_every_open_entry_is_an_item_of_its_own(self, toml: SiteToml) -> None:
        """With its points, its earliest deadline and its words; a closed one is left out."""
        body = loads(
            '{"total": 3, "rows": [{"id": 7, "state": "open", "points": 2, "why": "late", "title": "Lamp",'
            ' "end": 1772409600, "until": "2026-03-05T00:00:00Z"}, {"id": "8", "state": "warned"},'
            ' {"id": "9", "state": "closed"}]}'
        )

        found = read(toml, body)

        assert {"7", "8", ""} == set(found)
        assert (Level.CRITICAL, Decimal(2), Kind.POINTS) == (
            found["7"].level,
            found["7"].value,
            found["7"].kind,
        )
        assert datetime(2026, 3, 2, tzinfo=UTC) == found["7"].deadline
        assert found["7"].details == (("title", "Lamp"),)
        assert (found["8"].level, found[""].covers) == (Level.WARNING, "policy.violations.listing@")
        assert (SHOWN, Decimal(2)) == (found[""].presence, found[""].value)

    @pytest.mark.parametrize(
        ("bodies", "changes", "presence"),
        [
            (({"total": 0, "rows": []},), {}, NONE),
            (({"rows": []},), {}, LOST),
            (({"rows": []},), {"total": []}, LOST),
            (({"rows": []},), {"total": [], "proves_empty": True}, NONE),
            (({"rows": [], "next": False},), {"total": [], "more": ["next"]}, NONE),
            (({"rows": [], "next": None},), {"total": [], "more": ["next"]}, LOST),
            (({"rows": [], "next": True},), {"total": [], "more": ["next"]}, LOST),
            (({"total": 2, "rows": [], "next": False},), {"more": ["next"]}, LOST),
            (({"total": 2, "rows": []},), {}, LOST),
            (({"total": 1, "rows": [{"id": "1", "state": "open"}], "next": "x"},), {"more": ["next"]}, LOST),
            (({"total": 2, "rows": [{"id": "1", "state": "open"}]},), {}, LOST),
            (({"total": 1, "rows": [{"state": "open"}]},), {}, LOST),
            (({"total": 2, "rows": [{"id": "1", "state": "open"}] * 2},), {}, LOST),
            (({"total": 1, "rows": [{"id": "1", "state": "closed"}]},), {}, NONE),
            (
                (
                    {"total": 2, "rows": [{"id": "1", "state": "open"}]},
                    {"total": 2, "rows": [{"id": "2", "state": "open"}]},
                ),
                {},
                SHOWN,
            ),
            (
                (
                    {"total": 2, "rows": [{"id": "1", "state": "open"}]},
                    {"total": 3, "rows": [{"id": "2", "state": "open"}]},
                ),
                {},
                LOST,
            ),
            ((), {}, LOST),
            ((None,), {}, LOST),
            (({"total": 0, "rows": None},), {}, LOST),
        ],
    )
    def test_only_a_whole_list_proves_anything(
        self, toml: SiteToml, bodies: tuple[Any, ...], changes: dict[str, Any], presence: Presence
    ) -> None:
        """A list that is cut, doubled, silent about its length or not there says that it is unreadable."""
        listed = read(toml, *bodies, **changes)[""]

        assert presence is listed.presence, listed.reason
        assert (presence is LOST) == (listed.covers == "")

    def test_an_entry_in_an_unknown_state_is_unreadable(self, toml: SiteToml) -> None:
        """And it is not called closed."""
        found = read(toml, {"total": 1, "rows": [{"id": "1", "state": "pondering"}]})

        assert (found["1"].presence, found["1"].native) == (LOST, "pondering")

    def test_a_list_may_be_split_into_metrics(self, toml: SiteToml) -> None:
        """Each metric has its own proof that its entries are all there are."""
        rows = notices(by="kind", kinds={"5": "policy.violations.fulfilment"}, state="", codes="")
        body = {"total": 2, "rows": [{"id": "1", "kind": 5}, {"id": "2", "kind": 9}]}

        found = list(item_readings(RECORDER, rows, [body], toml))

        assert [(r.key.metric, r.key.item) for r in found] == [
            ("policy.violations.fulfilment", "1"),
            ("policy.violations.listing", "2"),
            ("policy.list", ""),
            ("policy.list", ""),
        ]
        assert {"policy.violations.fulfilment@", "policy.violations.listing@"} == {
            r.covers for r in found[2:]
        }


@pytest.mark.parametrize(
    ("path", "found"),
    [("a.b", 1), ("a.c", None), ("l.1", 3), ("l.7", None), ("l.x", None), ("", True), ("a.b.c", None)],
)
def test_a_path_leads_to_a_value_or_nowhere(path: str, found: Any) -> None:
    """Keys, places in lists, and nothing past the end."""
    value = {"a": {"b": 1}, "l": [2, 3]}

    assert (value if found is True else found) == dig(value, path)


def test_of_several_paths_the_first_that_is_there_decides() -> None:
    """A null that is there is there."""
    assert there({"a": None, "b": 2}, ["x", "a", "b"]) is None
    assert there({"b": 2}, ["a", "b"]) == 2


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        (1, False, "1"),
        (Decimal("1.5"), False, "1.5"),
        ("1.5", True, "1.5"),
        ("1.5", False, None),
        ("1,5", True, None),
        (True, True, None),
        (None, True, None),
        ("", True, None),
        ("1e9", True, None),
        ([1], True, None),
    ],
)
def test_a_number_is_exact_or_none(value: Any, text: bool, found: str | None) -> None:
    """Text is read only where the flow says that numbers come as text, and only plain."""
    assert (None if found is None else Decimal(found)) == number(value, text=text)


def test_only_an_answer_that_came_whole_has_a_body() -> None:
    """An error's body is not the answer."""
    assert body_of(None) is None
    assert body_of(Answer("a", "/a", 500, {}, {"x": 1})) is None
    assert body_of(Answer("a", "/a", 200, {}, {"x": 1})) == {"x": 1}


def test_a_row_that_names_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """Every name is checked before a page is opened, and all problems are listed at once."""
    path = tmp_path / "site.toml"
    path.write_text(
        FILE
        + '[[metrics]]\nmetric = "m"\nanswer = "nowhere"\nvalue = ["x"]\nverdict = ["v"]\ncodes = "strange"\n'
        + 'trend = ["t"]\ntrends = "odd"\n',
        "utf-8",
    )

    with pytest.raises(ConfigError) as refused:
        load_site_toml(path)

    for complaint in ("no answer 'nowhere'", "no codes 'strange'", "no trends 'odd'"):
        assert complaint in refused.value.message
