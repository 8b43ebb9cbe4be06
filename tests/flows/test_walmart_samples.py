"""The Walmart answers of which public material gives the shape: every field filled in, and found again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest

from checker.errors import Stop
from checker.flow import Console, Document, Heard, Page, Recorder, documents_of, page_claims
from checker.model import Comparator, Level, Presence, Reading, Site, TargetOrigin, Trend, settle_all
from checker.testing import name_of
from flows.walmart import WalmartFlow
from tests.flows.answered import Answered
from tests.samples import sample

FLOW = WalmartFlow()
SITE = Site("US", "US", "United States", locale="en_US")
RECORDER = Recorder(
    "walmart", "main", SITE, FLOW.version, lambda: datetime(2026, 3, 1, tzinfo=UTC), "en", numbers="en_US"
)
API = "/v3/insights/performance"
FILLED: dict[str, Any] = {
    "cumulativeRate": Decimal("96.4"),
    "cumulativeRateTrend": "GREEN_UP",
    "overallRate": Decimal("1.9"),
    "overallTrend": "RED_UP",
    "sellerAccountableRate": Decimal("1.2"),
    "sellerAccountableTrend": "RED_DOWN",
    "riskLevel": "GOOD",
    "performanceRiskLevel": "GOOD",
    "standard": "2% or less",
    "impactedCustomerCount": 7,
    "ordersImpacted": 9,
    "gmvLoss": Decimal("120.50"),
    "reportDuration": 60,
    "updatedTimestamp": "2026-03-01T00:00:00Z",
}
"""A value of our own for every field of the shape that holds one."""
ONE_RATE = {name: v for name, v in FILLED.items() if not name.startswith(("overall", "sellerAcc"))}
TWO_RATES = {name: value for name, value in FILLED.items() if not name.startswith("cumulative")}


def heard(body: Any, path: str = "/x") -> Heard:
    """Return an answer that came from a path."""
    return Heard(path, {}, 200, path, body)


def summary(name: str, fields: dict[str, Any]) -> Heard:
    """Return a summary of those fields, in the envelope of the shape, from the address of its metric."""
    return heard({"status": "OK", "payload": fields}, f"{API}/{name}/summary")


def read(*answers: Heard, html: str = "") -> dict[str, Reading]:
    """Return what the flow reads of a performance page with these answers."""
    page = Page("performance", "/kpi", 200, f"<html lang=en><body><main>{html}</main></body></html>")

    def documents(name: str) -> Sequence[Document]:
        return documents_of(name, FLOW.toml.answers[name].form, answers)

    found = settle_all(page_claims(RECORDER, FLOW.toml, page, documents))
    return {name_of(reading.key): reading for reading in found}


def card(label: str, *said: str) -> str:
    """Return a card with a label and what it says."""
    return f"<div><h3>{label}</h3>{''.join(f'<p>{text}</p>' for text in said)}</div>"


def test_every_field_of_the_shape_has_a_place_here() -> None:
    """A field that public material names and this test does not fill in would go unread unnoticed."""
    lists = {"sellerAccountableDrivers", "nonAccountableDrivers", "recommendations"}

    assert set(sample("walmart-insights-summary.shape.json")["payload"]) == {*FILLED, *lists}


def test_a_metric_with_one_rate_is_read_from_its_summary() -> None:
    """Rate, trend, risk, window and what was impacted; a standard that is met."""
    advice = {"standard": "90% or more", "recommendations": [{"recommendation": "Ship on time."}]}

    reading = read(summary("otd", ONE_RATE | advice))["orders.on_time_delivery_rate"]

    assert reading.target is not None
    assert (reading.value, reading.level, reading.native) == (Decimal("0.964"), Level.OK, "GOOD")
    assert (reading.trend, reading.window_days) == (Trend.BETTER, 60)
    assert (reading.target.value, reading.target.comparator) == (Decimal("0.9"), Comparator.GTE)
    assert dict(reading.details) == {
        "ordersImpacted": "9",
        "impactedCustomerCount": "7",
        "gmvLoss": "120.50",
        "updatedTimestamp": "2026-03-01T00:00:00Z",
        "standard": "90% or more",
        "recommendation": "Ship on time.",
    }


def test_a_metric_with_two_rates_keeps_the_sellers_fault_apart() -> None:
    """What the seller is accountable for, and everything, each with its own trend."""
    found = read(summary("cancellations", TWO_RATES))

    own, overall = found["orders.cancellation_rate"], found["walmart.cancellation_rate_overall"]
    assert (own.value, own.trend, own.level) == (Decimal("0.012"), Trend.WORSE, Level.OK)
    assert (overall.value, overall.trend, overall.level) == (Decimal("0.019"), Trend.WORSE, Level.OK)


def test_what_buyers_cause_is_judged_by_nobody() -> None:
    """Returns of 9 % in all are no red where the seller's own part is within the standard."""
    found = read(summary("returns", TWO_RATES | {"overallRate": Decimal(9)}))

    assert found["orders.return_rate"].level is Level.OK
    assert (found["walmart.return_rate_overall"].value, found["walmart.return_rate_overall"].level) == (
        Decimal("0.09"),
        Level.UNKNOWN,
    )


@pytest.mark.parametrize("name", ["itemNotReceived", "inr", "item-not-received"])
def test_a_metric_has_several_names(name: str) -> None:
    """Public material disagrees on the word in the address."""
    assert read(summary(name, TWO_RATES))["orders.item_not_received_rate"].value == Decimal("0.012")


def test_each_risk_word_speaks() -> None:
    """Two fields that differ are two claims: the worse one counts, and is disputed."""
    reading = read(summary("otd", ONE_RATE | {"standard": None, "performanceRiskLevel": "URGENT REVIEW"}))

    assert reading["orders.on_time_delivery_rate"].level is Level.CRITICAL
    assert reading["orders.on_time_delivery_rate"].disputed


def test_a_family_nobody_knows_is_told() -> None:
    """A new summary is a metric of its own, with its risk."""
    found = read(summary("giftWrap", ONE_RATE | {"riskLevel": "URGENT REVIEW"}))

    assert found["walmart.metric_giftwrap"].level is Level.CRITICAL


def test_no_content_is_not_enough_data() -> None:
    """204 is a state of its own, not a failure and not a zero."""
    page = Page("performance", "/kpi", 200, "<html lang=en><body></body></html>")
    nothing = Document("summary", {}, ("otd",), f"{API}/otd/summary", {}, 204, f"{API}/otd/summary")

    found = settle_all(
        page_claims(RECORDER, FLOW.toml, page, lambda name: [nothing] if name == "summary" else [])
    )

    by_name = {name_of(reading.key): reading for reading in found}
    assert by_name["orders.on_time_delivery_rate"].presence is Presence.NOT_RATED


@pytest.mark.parametrize(
    ("label", "metric"),
    [
        ("Returns", "orders.return_rate"),
        ("Return rate", "orders.return_rate"),
        ("Item not received", "orders.item_not_received_rate"),
        ("INR", "orders.item_not_received_rate"),
        ("On-time delivery (OTD)", "orders.on_time_delivery_rate"),
        ("Late shipments", "orders.late_shipment_rate"),
    ],
)
def test_a_card_is_read_by_any_published_label(label: str, metric: str) -> None:
    """The words of a card decide: "Returns 7.4 % Urgent review" is a red."""
    reading = read(html=card(label, "7.4%", "Urgent review"))[metric]

    assert (reading.level, reading.value) == (Level.CRITICAL, Decimal("0.074"))


def test_an_unknown_risk_word_is_never_outvoted() -> None:
    """A rate of 1.9 % within 2 % that the console calls "Elevated" is unreadable, with the word."""
    reading = read(html=card("Negative feedback rate", "1.9%", "Elevated", "Standard: 2% or less"))

    assert reading["feedback.negative_rate"].presence is Presence.UNREADABLE
    assert "Elevated" in reading["feedback.negative_rate"].reason


def test_our_own_limit_counts_only_where_the_console_states_none() -> None:
    """The text of the console wins; our table says at most a warning."""
    stated = read(html=card("Return rate", "7.4%", "Good", "Standard: Below 10%"))["orders.return_rate"]
    ours = read(html=card("Return rate", "7.4%"))["orders.return_rate"]

    assert stated.target is not None
    assert ours.target is not None
    assert (stated.level, stated.target.comparator) == (Level.OK, Comparator.LT)
    assert (ours.level, ours.target.origin) == (Level.WARNING, TargetOrigin.TABLE)


def test_the_tables_are_those_of_the_sample() -> None:
    """Every limit of the public mirror, current and upcoming, as it states it."""
    published = sample("walmart-performance-standards.2026.json")
    metrics = FLOW.toml.metric_maps["performance"] | FLOW.toml.metric_maps["judged_overall"]

    for row in (*published["performanceStandards"], *published["upcomingStandards"]):
        assert metrics[row["metric"]].table == (row["op"], Decimal(row["percent"]).scaleb(-2)), row


@pytest.mark.parametrize(
    ("holder", "metric"),
    [
        ("otdKpiResponse", "orders.on_time_delivery_rate"),
        ("vtrKpiResponse", "orders.valid_tracking_rate"),
        ("responsivenessKpiResponse", "service.response_rate"),
        ("refundKpiResponse", "orders.refund_rate"),
        ("cancelKpiResponse", "walmart.cancellation_rate_overall"),
    ],
)
@pytest.mark.parametrize("as_list", [True, False])
def test_the_kpi_answer_is_read_by_the_fields_of_its_shape(holder: str, metric: str, as_list: bool) -> None:
    """Each null of the shape, filled in, is the value of one metric, in a list or without one."""
    response = sample("walmart-kpi-graphql.shape.json")["response"]
    holders = response["data"]["performance_getKpiSummary"]
    for entries in holders.values():
        for entry in entries:
            entry.update(dict.fromkeys(entry, Decimal("91.5")))
    # A field of the same name elsewhere is another metric's.
    holders["refundKpiResponse"][0]["overallRate"] = Decimal(3)
    if not as_list:
        holders[holder] = holders[holder][0]

    assert read(heard(response, "/performance/graphql"))[metric].value == Decimal("0.915")


def test_the_one_post_that_is_declared_is_the_one_of_the_shape() -> None:
    """Its path and operation are those public material names."""
    request = sample("walmart-kpi-graphql.shape.json")["request"]
    (declared,) = FLOW.toml.reads

    assert request["url"].endswith(declared.path)
    assert request["operationName"] == declared.operation


def test_the_addresses_of_the_api_are_hints() -> None:
    """Both spellings of each family, wherever the console puts them."""
    for name, words in {"itemNotReceived": ("itemNotReceived", "inr"), "ots": ("ots", "sss/ots")}.items():
        for word in words:
            path = f"/api/aurora{API}/{word}/summary"
            assert re.fullmatch(FLOW.toml.answers[name].path, path), path


class _Asked(Answered):
    """Notes with which parameters its page is opened."""

    queries: tuple[dict[str, str], ...] = ()

    def open(self, name: str, /, **query: str) -> Page:
        """Return the one page, which never shows another partner."""
        self.queries += (query,)
        return super().open(name)


@pytest.mark.parametrize(
    ("link", "parameter"),
    [
        ("/home?account=20002#top", "account"),
        ("/home?page=20002", "page"),
        # What holds the number of the partner that is shown, or of none, is no switch to the other.
        ("/report?id=10001", "partnerId"),
        ("/help", "partnerId"),
    ],
)
def test_what_a_partner_is_called_in_addresses_is_learned_from_the_picker(link: str, parameter: str) -> None:
    """The console is asked by the name that its picker has every other partner under, whatever that is."""
    flow = WalmartFlow()
    partners = [{"partnerId": number, "partnerName": number, "launched": True} for number in (10001, 20002)]
    html = f"<html lang=en><body><header>10001</header><a href='{link}'>Two</a></body></html>"
    console = _Asked(flow, datetime(2026, 3, 1, tzinfo=UTC), [{"partners": partners}], html)

    _, second = flow.sites(cast("Console", console))
    with pytest.raises(Stop, match="goes on showing 10001"):
        list(flow.read(cast("Console", console), second))

    assert console.queries[-1] == {parameter: "20002"}
