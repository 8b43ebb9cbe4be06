"""`checker import amazon-report`: a real document, through the same records, store and report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.model import Exit
from tests.e2e.seller import Seller

SAMPLE = (
    Path(__file__).resolve().parents[3] / "shared/facts/samples/accountHealthReport-2020-11-18.sample.json"
)


def _counter(count: int, status: str = "BAD") -> dict[str, Any]:
    span = {"reportingDateFrom": "2026-05-24T00:00Z", "reportingDateTo": "2026-11-19T23:59Z"}
    return {
        "reportingDateRange": span,
        "defectsCount": count,
        "status": status,
        "targetValue": 0,
        "targetCondition": "EQUALS",
    }


def _document() -> dict[str, Any]:
    """Return a made-up report that breaks the published schema the way the published sample does."""
    return {
        "accountStatuses": [
            {"marketplaceId": "ATVPDKIKX0DER", "status": "AT_RISK"},
            {"marketplaceId": "A1AM78C64UM0Y8", "status": "SUSPENDED"},
            {"marketplaceId": "A0NEWSTORE99", "status": "NORMAL"},
        ],
        "performanceMetrics": [
            {
                "marketplaceId": "ATVPDKIKX0DER",
                "prefulfillmentCancelRate": {
                    "orderCount": 200,
                    "cancellationCount": 3,
                    "rate": 0.015,
                    "status": "GOOD",
                    "targetValue": 0.025,
                    "targetCondition": "LESS_THAN",
                },
                "documentRequest": _counter(8, "GOOD"),
                "warningState": [{"warningType": "spammingSellerMessaging", "status": "BAD"}],
                "accountHealthRating": {"ahrStatus": "WARNED"},
                "listingPolicyViolations": _counter(4),
                "somethingNobodyKnows": _counter(2),
            }
        ],
    }


def _readings(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {reading["key"].removeprefix("amazon/main/"): reading for reading in document["readings"]}


def _import(seller: Seller, document: object) -> dict[str, Any]:
    path = seller.home / "report.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    done = seller.here("import", "amazon-report", str(path), "--json")
    assert done.code == Exit.NEW, done.err
    return done.document


def test_every_field_arrives_in_both_spellings(seller: Seller) -> None:
    """What the schema calls otherwise, or not at all, is read; nothing that is missing is an error."""
    readings = _readings(_import(seller, _document()))

    assert (
        readings["MX/account.status"]["level"],
        readings["MX/account.status"]["native"],
    ) == ("deactivated", "SUSPENDED")
    assert (
        readings["US/orders.cancellation_rate"]["value"],
        readings["US/orders.cancellation_rate"]["denominator"],
    ) == ("0.015", "200")
    assert readings["US/policy.violations.regulatory@documents"]["value"] == "8"
    assert readings["US/amazon.warning_state"]["level"] == "critical"
    assert readings["US/account.health_rating"]["level"] == "warning"
    assert readings["US/policy.violations.listing"]["window_days"] == 180
    assert readings["US/amazon.report_field@somethingNobodyKnows"]["level"] == "critical"
    assert "A0NEWSTORE99/account.status" in readings


def test_the_new_spellings_of_the_schema_arrive_too(seller: Seller) -> None:
    """A document that follows the schema gives the same keys."""
    document = _document()
    metrics = document["performanceMetrics"][0]
    metrics["preFulfillmentCancellationRate"] = metrics.pop("prefulfillmentCancelRate")
    metrics["documentRequests"] = metrics.pop("documentRequest")
    metrics["warningStates"] = metrics.pop("warningState")
    metrics["accountHealthRating"] = {"accountHealthRatingStatus": "WARNED", "ahrScore": 150}
    readings = _readings(_import(seller, document))

    assert readings["US/orders.cancellation_rate"]["value"] == "0.015"
    assert readings["US/policy.violations.regulatory@documents"]["value"] == "8"
    assert (
        readings["US/account.health_rating"]["level"],
        readings["US/account.health_rating"]["value"],
    ) == ("warning", "150")


def test_the_same_report_again_is_no_news(seller: Seller) -> None:
    """Importing it twice announces nothing twice."""
    _import(seller, _document())
    done = seller.here("import", "amazon-report", str(seller.home / "report.json"), "--json")

    assert (done.code, done.document["changes"]) == (Exit.CRITICAL, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"accountStatuses": 1}',
        '{"accountStatuses": [], "performanceMetrics": []}',
        '{"a": 1, "a": 2}',
        "<html>",
    ],
)
def test_a_file_that_is_no_report_is_refused_and_nothing_is_lost(seller: Seller, text: str) -> None:
    """One clear message, exit 64, and no store is touched."""
    path = seller.home / "report.json"
    path.write_text(text, encoding="utf-8")
    done = seller.here("import", "amazon-report", str(path))

    assert done.code == Exit.USAGE
    assert "GET_V2_SELLER_PERFORMANCE_REPORT" in done.err
    assert "Traceback" not in done.err


def test_a_missing_file_and_an_unknown_kind_are_named(seller: Seller) -> None:
    """The message says which file, or which kinds there are."""
    missing = seller.here("import", "amazon-report", "no-such.json")
    unknown = seller.here("import", "ebay-thing", "no-such.json")

    assert (missing.code, "no-such.json" in missing.err) == (Exit.USAGE, True)
    assert (unknown.code, "amazon-report" in unknown.err) == (Exit.USAGE, True)


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the published sample does not lie beside this checkout")
def test_the_published_sample_arrives_whole(seller: Seller) -> None:
    """Every value of the document Amazon publishes is among the readings."""
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    metrics = sample["performanceMetrics"][0]
    readings = _readings(_import(seller, SAMPLE.read_text(encoding="utf-8")))

    values = {reading["value"] for reading in readings.values()}
    rates = [entry["rate"] for entry in metrics.values() if isinstance(entry, dict) and "rate" in entry]
    counts = [
        entry["defectsCount"]
        for entry in metrics.values()
        if isinstance(entry, dict) and "defectsCount" in entry
    ]
    assert {str(number) for number in (*rates, *counts)} <= values
    assert {site: readings[f"{site}/account.status"]["native"] for site in ("US", "CA", "MX")} == {
        "US": "AT_RISK",
        "CA": "NORMAL",
        "MX": "SUSPENDED",
    }
