"""What stands beside a label on the page, as claims."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checker.flow import CardRow, card_claims
from checker.flow.declared import CodedMetric
from checker.model import (
    Claim,
    Comparator,
    Kind,
    Level,
    Presence,
    Rank,
    Says,
    Target,
    TargetOrigin,
    Unit,
    settle,
)
from tests.unit.flow.declaring import only, page, read, recorder, toml_of

LATE = {"metric": "orders.late", "page": "health", "labels": ["Late shipments"], "sane": [0, 1]}
RATE = "<div><p>Late shipments</p>{}</div>"
STATUS = {
    "metric": "account.status",
    "page": "health",
    "labels": ["Account health"],
    "says": "word",
    "words": "level",
}


def beside(
    body: str,
    language: str = "en",
    numbers: str | None = "en_US",
    rivals: tuple[str, ...] = (),
    **row: Any,
) -> list[Claim]:
    """Return what a page says beside the labels of a card."""
    declared = CardRow.model_validate((STATUS if "says" in row else LATE) | row)
    writes = recorder(language, numbers=numbers)
    key = writes.key(declared.metric)
    shown = page(body, language=language)
    return list(card_claims(writes, toml_of(""), shown, key, declared, name="health", rivals=rivals))


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<b>1.2%</b>", "0.012"),
        ("<b>1.2 %</b>", "0.012"),
        ("<b>0%</b>", "0"),
        ("<b>12.50%</b>", "0.125"),
    ],
)
def test_a_rate_is_a_fraction_exactly(html: str, value: str) -> None:
    """Percent exists on screens only."""
    (claim,) = beside(RATE.format(html))

    assert (claim.value, claim.unit, claim.kind, claim.rank) == (
        Decimal(value),
        Unit.FRACTION,
        Kind.RATE,
        Rank.WORD,
    )
    assert (claim.origin.page, claim.origin.source, claim.origin.rule) == (
        "health",
        "the page",
        "beside 'Late shipments'",
    )
    assert claim.origin.picture


def test_a_number_without_a_percent_sign_is_no_rate() -> None:
    """And a percentage is no count."""
    assert beside(RATE.format("<b>12</b>")) == []
    count: dict[str, Any] = {"unit": "count", "kind": "count", "sane": None}
    assert [claim.value for claim in beside(RATE.format("<b>12</b>"), **count)] == [Decimal(12)]
    assert beside(RATE.format("<b>12%</b>"), **count) == []


@pytest.mark.parametrize(
    ("html", "better", "level"),
    [
        ("<b>0</b>", "lower", Level.OK),
        ("<b>0 orders</b>", "lower", Level.OK),
        ("<b>0 orders</b><i>4.2%</i>", "lower", Level.WARNING),
        # How many are bad says nothing without out of how many, and none that are good are not 0 %.
        ("<b>2 orders</b>", "lower", Level.UNKNOWN),
        ("<b>$0</b>", "lower", Level.UNKNOWN),
        ("<b>0 orders</b>", "higher", Level.UNKNOWN),
    ],
)
def test_none_of_what_is_bad_is_a_rate_of_nothing(html: str, better: str, level: Level) -> None:
    """A console may print a count where there is nothing to be counted."""
    table = ["lt", "0.04"] if better == "lower" else ["gt", "0.04"]
    said = beside(RATE.format(html), better=better, table=table)

    assert settle(said).level is level if said else level is Level.UNKNOWN


def test_a_page_is_read_in_its_own_number_format() -> None:
    """12,5 % of a German page; where nothing says which format it is, nothing is guessed."""
    assert [c.value for c in beside(RATE.format("<b>12,5 %</b>"), "de", "de_DE")] == [Decimal("0.125")]
    assert all(c.value != Decimal("1.250") for c in beside(RATE.format("<b>1.250 %</b>"), "en", None))


def test_counts_beside_a_rate_are_what_it_rests_on() -> None:
    """3 of 240 orders; a rate of no orders is not rated."""
    (claim,) = beside(RATE.format("<b>1.25%</b><i>3 of 240 orders</i>"))
    (none,) = beside(RATE.format("<b>0%</b><i>0 of 0 orders</i>"), table=["lte", "0.04"])

    assert (claim.numerator, claim.denominator) == (Decimal(3), Decimal(240))
    assert settle([none]).presence is Presence.NOT_RATED


@pytest.mark.parametrize(
    ("html", "row", "target"),
    [
        ("<b>1.2%</b><i>Target: &lt; 4%</i>", {}, Target(Decimal("0.04"), Comparator.LT)),
        ("<b>1.2%</b><i>Target: ≤ 4%</i>", {}, Target(Decimal("0.04"), Comparator.LTE)),
        ("<b>1.2%</b><i>Target: 4%</i>", {"better": "lower"}, Target(Decimal("0.04"), Comparator.LTE)),
        ("<b>1.2%</b><i>Target: 4%</i>", {}, None),
        ("<b>1.2%</b><i>Target: ≥ 4%</i>", {"better": "lower"}, None),
        (
            "<b>1.2%</b>",
            {"table": ["lte", "0.04"]},
            Target(Decimal("0.04"), Comparator.LTE, TargetOrigin.TABLE),
        ),
    ],
)
def test_a_limit_that_the_page_prints(html: str, row: dict[str, Any], target: Target | None) -> None:
    """With its comparison, or the side on which the metric is better; else our own copy of the public one."""
    claims = beside(RATE.format(html), **row)

    assert claims[0].target == target


@pytest.mark.parametrize("dash", ["—", "N/A", "-"])
def test_a_dash_says_that_there_is_nothing(dash: str) -> None:
    """It is no zero, and not fine."""
    (claim,) = beside(RATE.format(f"<b>{dash}</b>"))

    assert (claim.says, claim.native) == (Says.NOT_RATED, dash)


@pytest.mark.parametrize(
    ("text", "better", "limit", "level"),
    [
        ("&lt; 0.1%", "lower", "0.04", Level.OK),
        ("&lt; 9%", "lower", "0.04", Level.UNKNOWN),
        ("&gt; 9%", "lower", "0.04", Level.WARNING),
        ("&gt; 1%", "lower", "0.04", Level.UNKNOWN),
        ("&gt; 99%", "higher", "0.95", Level.OK),
        ("&gt; 9%", "higher", "0.95", Level.UNKNOWN),
        ("&lt; 9%", "higher", "0.95", Level.WARNING),
    ],
)
def test_a_bound_has_a_level_only_where_it_alone_decides(
    text: str, better: str, limit: str, level: Level
) -> None:
    """A rate below 0.1 % is fine under a limit of 4 %; one below 9 % may be anything."""
    comparator = "lte" if better == "lower" else "gte"

    claims = beside(RATE.format(f"<b>{text}</b>"), better=better, table=[comparator, limit])

    assert [(claim.level, claim.value) for claim in claims] == [(level, None)]
    assert all((claim.says is Says.UNREADABLE) is (level is Level.UNKNOWN) for claim in claims)


POINTS = (
    "<table><tr><th>Metric</th><th>My shop</th><th>Penalty points</th></tr>"
    "<tr><td>Late shipments</td><td>2 %</td><td>{}</td></tr>"
    "<tr><td>Cancellations</td><td>1 %</td><td>{}</td></tr></table>"
    "<div><p>Points this quarter</p><b>9</b></div>"
)


@pytest.mark.parametrize(
    ("points", "level"), [((0, 0), Level.UNKNOWN), ((0, 1), Level.UNKNOWN), ((0, 4), Level.WARNING)]
)
def test_what_a_label_heads_is_that_of_its_rows(points: tuple[int, int], level: Level) -> None:
    """No points for each of two metrics are not the points of the shop; too many for one are too many."""
    row: dict[str, Any] = {"labels": ["Penalty points"], "unit": "points", "kind": "points", "sane": [0, 99]}
    claims = beside(POINTS.format(*points), better="lower", table=["lt", "3"], **row)
    reading = settle(claims)

    assert reading.level is level
    assert (reading.presence is Presence.UNREADABLE) is (level is Level.UNKNOWN)


def test_a_column_of_one_row_is_that_of_its_label() -> None:
    """A table on its side."""
    html = "<table><tr><th>Late shipments</th><th>Other</th></tr><tr><td>1%</td><td>2%</td></tr></table>"

    assert [claim.value for claim in beside(html)] == [Decimal("0.01")]


def test_what_is_not_on_the_page_says_nothing() -> None:
    """Whether it must be there is the engine's question."""
    assert beside("<p>Early shipments</p><b>1%</b>") == []


def test_what_is_nearer_to_another_label_is_not_ours() -> None:
    """Two cards in a row."""
    body = "<div><p>Late shipments</p><p>Cancellations</p><b>7%</b></div>"

    assert [c.value for c in beside(body, rivals=("Cancellations",))] == []


@pytest.mark.parametrize(
    ("html", "language", "says", "level"),
    [
        ("<b>Healthy</b>", "en", Says.SHOWN, Level.OK),
        ("<b>AT RISK</b>", "en", Says.SHOWN, Level.CRITICAL),
        ("<b>Top Rated as of 20 Oct 2026</b>", "en", Says.SHOWN, Level.OK),
        ("<b>Gefährdet</b>", "de", Says.SHOWN, Level.CRITICAL),
        ("<b>Healthy</b>", "de", Says.SHOWN, Level.OK),
        ("<b>Gefährdet</b>", "en", Says.UNKNOWN, Level.UNKNOWN),
        ("<b>Splendid</b>", "en", Says.UNKNOWN, Level.UNKNOWN),
        ("<b>Not healthy</b>", "en", Says.UNKNOWN, Level.UNKNOWN),
        ("<b>No data</b>", "en", Says.NOT_RATED, Level.UNKNOWN),
    ],
)
def test_a_status_word_is_known_or_not_fine(html: str, language: str, says: Says, level: Level) -> None:
    """In the page's language or in English."""
    claims = beside(f"<div><p>Account health</p>{html}</div>", language, says="word")

    assert [(claim.says, claim.level) for claim in claims] == [(says, level)]
    assert claims[0].kind is Kind.STATUS


def test_of_several_words_each_that_is_known_is_heard() -> None:
    """One that nobody knows beside one that is known is prose, unless it is drawn as an alarm."""
    calm = "<div><p>Account health</p><b>Healthy</b><i>Details</i></div>"
    alarm = "<div><p>Account health</p><b>Healthy</b><i data-checker-tone=red>Frozen</i></div>"
    both = "<div><p>Account health</p><b>Healthy</b><i>At risk</i></div>"

    assert settle(beside(calm, says="word")).level is Level.OK
    assert settle(beside(alarm, says="word")).presence is Presence.UNREADABLE
    assert settle(beside(both, says="word")).disputed


def test_a_number_and_its_word_are_two_claims() -> None:
    """A green number beside a red word is a disputed red."""
    row = (
        '\n[[cards]]\nmetric = "orders.late"\npage = "health"\nlabels = ["Late shipments"]\nwords = "level"\n'
    )
    row += 'table = ["lte", "0.04"]\n'

    reading = only(row, body=RATE.format("<b>1.2%</b><i>At risk</i>"))

    assert (reading.level, reading.disputed, reading.value) == (Level.CRITICAL, True, Decimal("0.012"))


def test_the_title_of_the_page_and_the_label_again_are_no_status_words() -> None:
    """Of a page with one card only, or a gauge that is named as its card is; a title that is known is one."""
    shown = "<main><h1>{}</h1><div><h3>Account health</h3><p>Account health</p>{}</div></main>"

    for body in ("", "<i role=meter aria-label='Account health' aria-valuenow=3></i>"):
        assert beside(shown.format("Performance", body), says="word") == []
    (claim,) = beside(shown.format("At Risk", ""), says="word")
    assert claim.level is Level.CRITICAL


def test_words_that_stand_beside_numbers_are_no_status() -> None:
    """`neutral` names them."""
    row = (
        '\n[[cards]]\nmetric = "orders.late"\npage = "health"\nlabels = ["Late shipments"]\nwords = "level"\n'
    )

    assert only(row, body=RATE.format("<b>1.2%</b><i>orders</i>")).presence is Presence.SHOWN


def test_a_card_that_must_be_there_and_is_not() -> None:
    """One that need not says nothing."""
    card = '\n[[cards]]\nmetric = "orders.late"\npage = "health"\nlabels = ["Late shipments"]\n'

    assert only(card).reason == "its label is not on the page"
    assert read(card + "required = false\n") == {}


WATCHED = "<div><p>Late shipments</p><p><b>1.2%</b></p><p>3 of 250 orders</p><div>{}</div></div>"


@pytest.mark.parametrize(
    "mark",
    [
        "Under observation",
        "Target missed",
        "Fails expectations this month",
        "Warning: you must improve by Dec 20, 2026",
        "Critical. Appeal this until the 3rd of May to stay in business",
        "At risk \N{EN DASH} your rate has been rising above the limit",
    ],
)
def test_what_judges_beside_a_good_number_is_read_by_somebody(mark: str) -> None:
    """Words that could name a limit and name none, and sentences that begin with a word of alarm."""
    found = settle(beside(WATCHED.format(mark), words="level", table=["lt", 0.04], better="lower"))

    assert found.level is not Level.OK


@pytest.mark.parametrize(
    ("said", "language", "level"),
    [
        ("Por encima del 4% permitido", "es", Level.WARNING),
        ("Por debajo del 4% permitido", "es", Level.OK),
        ("Acima de 4% permitido", "pt", Level.WARNING),
        ("Over the 4% allowed", "en", Level.WARNING),
        ("Over the 4% allowed, your listings are shown further down", "en", Level.OK),
        ("Allowed: 4%", "en", Level.OK),
    ],
)
def test_a_limit_that_the_value_is_said_to_lie_beyond_is_a_red(
    said: str, language: str, level: Level
) -> None:
    """The console judges in these words, whatever the number beside them: a red that is disputed."""
    body = f"<div><p>Late shipments</p><p><b>1.2%</b></p><p>{said}</p></div>"

    assert settle(beside(body, language, table=["lt", 0.04], better="lower")).level is level


@pytest.mark.parametrize(
    "mark",
    [
        "Target",
        "Under 4%",
        "Minimum standard",
        "Learn more about how late shipments are counted",
        "Failed deliveries of this month",
        "Poor ratings: how are they counted?",
        "Critical: above 6%",
        "<i>Critical: customers notice it all the time</i><i>Good: customers do not notice it</i>",
        "Good: you are among the best sellers of this month",
    ],
)
def test_what_only_explains_a_number_does_not_judge_it(mark: str) -> None:
    """Limits, help, and the legend of a scale."""
    found = settle(beside(WATCHED.format(mark), words="level", table=["lt", 0.04], better="lower"))

    assert found.level is Level.OK


@pytest.mark.parametrize("said", ["Level: No data", "Level：N/A", "No data"])
def test_a_word_for_nothing_behind_its_own_name_says_nothing(said: str) -> None:
    """A shop without data is not rated, whatever the page calls what it has none of."""
    html = f"<div><p>Late shipments</p><p>-</p><p>{said}</p></div>"

    assert settle(beside(html, words="level")).presence is Presence.NOT_RATED


def test_a_status_word_right_behind_a_duration_is_none_of_its_unit() -> None:
    """Both in one cell: it is read in minutes all the same."""
    html = "<dl><dt>Late shipments</dt><dd>21 min <i>Fine</i></dd></dl>"

    assert settle(beside(html, kind="duration", unit="minutes", sane=[0, 100])).value == Decimal(21)


@pytest.mark.parametrize(
    ("cells", "value", "level"),
    [
        # Value, limit, what it was before, and the points that it brought.
        (("5 days", "&lt;2 days", "1.0 days", "0"), None, Level.WARNING),
        (("0.9 days", "&lt;2 days", "1.0 days", "0"), None, Level.OK),
        (("Now: 5 days", "Target: &lt;2 days", "Previous: 1.0 days", "0"), None, Level.UNKNOWN),
        (("5 days", "Target: &lt;2 days", "Previous: 1.0 days", "0"), "5", Level.WARNING),
        (("0.9 days", "Target: &lt;2 days", "0"), "0.9", Level.OK),
        (("<b>0.9</b><i> days</i>", "0"), "0.9", Level.UNKNOWN),
        (("0",), "0", Level.UNKNOWN),
    ],
)
def test_of_several_durations_none_is_how_far_back_and_a_bare_number_is_none(
    cells: tuple[str, ...], value: str | None, level: Level
) -> None:
    """Beside days a number of points is no duration; which of two durations it is nobody guesses."""
    row: dict[str, Any] = {"kind": "duration", "unit": "days", "sane": [0, 99], "better": "lower"}
    body = "".join(f"<td>{cell}</td>" for cell in ("Late shipments", *cells))

    claims = beside(f"<table><tr>{body}</tr></table>", **row)
    reading = settle(claims) if claims else None

    told = (None, Level.UNKNOWN) if reading is None else (reading.value, reading.level)
    assert told == (None if value is None else Decimal(value), level)


def test_a_bare_duration_is_no_number_where_the_console_counts_in_another_unit() -> None:
    """1 800 beside a time that answers give in seconds is half an hour, and no 30 hours."""
    row: dict[str, Any] = {"kind": "duration", "unit": "minutes", "sane": [0, 9000], "table": ["lt", 60]}
    coded = row | {"labels": ["Late shipments"], "metric": "orders.late", "better": "lower"}

    assert settle(beside(RATE.format("<p>1,800</p>"), **row)).level is Level.WARNING
    for bare, fits in (("1,800", False), ("30 min", True)):
        declared = CodedMetric.model_validate(coded | {"bare": False})
        shown = page(RATE.format(f"<p>{bare}</p>"))
        key = recorder().key("orders.late")
        assert bool(list(card_claims(recorder(), toml_of(""), shown, key, declared))) is fits


@pytest.mark.parametrize(
    "card",
    [
        "<div><div><h3>Late shipments</h3><b>1.2%</b></div><p>Over the 1% allowed</p></div>",
        "<div><p>Over the 1% allowed</p><div><h3>Late shipments</h3><b>1.2%</b></div></div>",
        "<li><dl><dt>Late shipments</dt><dd>1.2%</dd></dl><small>Target: under 1%</small></li>",
        "<div><div><h3>Late shipments</h3><b>1.2%</b></div><div><i>Target</i> <i>under 1%</i></div></div>",
    ],
)
def test_a_limit_outside_of_the_box_of_label_and_value_counts(card: str) -> None:
    """It is of the same card; our own, which is looser, is no reason to call the value fine."""
    other = "<div><div><h3>Returns</h3><b>0.2%</b></div><p>Target: under 9%</p></div>"
    row: dict[str, Any] = {"better": "lower", "table": ["lt", "0.04"]}

    assert settle(beside(card, **row)).level is Level.WARNING
    for body in (card + other, other + card):
        assert settle(beside(f"<main>{body}</main>", rivals=("Returns",), **row)).level is Level.WARNING
        assert settle(beside(f"<main>{body}</main>", **row)).level is Level.WARNING


@pytest.mark.parametrize(
    "page",
    [
        "<div><h3>{0}</h3><b>12%</b><p>Respond by December 9, 2026</p></div><div><h3>{1}</h3>{2}</div>",
        (
            "<table><tr><td>{0}</td><td>12%</td><td>Respond by December 9, 2026</td></tr>"
            "<tr><td>{1}</td><td>1%</td><td>{2}</td></tr></table>"
        ),
    ],
)
def test_the_day_that_a_card_names_is_its_deadline(page: str) -> None:
    """In the card or row of its own, and in no other one's."""
    other = "Appeal by December 5, 2026"
    own = page.format("Late shipments", "Cancellation rate", other)
    none = own.replace("Respond by December 9, 2026", "Updated on December 1, 2026")

    found = [beside(html, rivals=("Cancellation rate",))[0].deadline for html in (own, none)]

    assert found == [datetime(2026, 12, 9, 23, 59, 59, tzinfo=UTC), None]
