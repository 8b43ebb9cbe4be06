"""Amazon's public samples and label keys, read as a page's own: what is red, why, and what must not be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from html import escape
from typing import Any

import pytest

from checker.flow import (
    Document,
    Heard,
    Page,
    Recorder,
    banner_claims,
    documents_of,
    page_claims,
    whole_page_claims,
)
from checker.model import CauseKind, Claim, Comparator, Level, Presence, Reading, Says, Site, settle_all
from checker.testing import name_of
from flows.amazon import AmazonFlow
from flows.amazon.report import read_report
from flows.amazon.standing import in_own_words, rating_claims
from flows.amazon.violations import category_of
from tests.samples import sample, sample_bytes

FLOW = AmazonFlow()
TOML = FLOW.toml
NOW = datetime(2026, 11, 20, tzinfo=UTC)
INDIA = next(row.site() for row in TOML.sites if row.code == "IN")


def recorder(site: Site = INDIA) -> Recorder:
    """Return what writes the claims of an Indian store, as the sample's."""
    return Recorder("amazon", "main", site, FLOW.version, lambda: NOW, "en", "en_IN", "en_IN")


def page(body: str, name: str = "policies") -> Page:
    """Return a page of the console."""
    return Page(name, f"/{name}", 200, f'<html lang="en"><body><main>{body}</main></body></html>')


def named(claims: Iterable[Claim]) -> dict[str, Reading]:
    """Return what claims come to, by name."""
    return {name_of(reading.key): reading for reading in settle_all(claims)}


def risk(**facts: Any) -> dict[str, Any]:
    """Return the healthy answer of getriskbanner with some facts changed."""
    body = sample("amazon-getriskbanner.healthy.shape.json")
    return {**body, "riskData": {**body["riskData"], **facts}}


def told(body: Any, *, deeper: bool = False, path: str = "/any/where") -> dict[str, Reading]:
    """Return what the policy page makes of an answer of getriskbanner, found by what it holds alone."""
    heard = Heard(path, {}, 200, f"https://console{path}", {"data": [{"it": body}]} if deeper else body)
    spec = TOML.answers["risk_banner"]

    def documents(name: str) -> tuple[Document, ...]:
        return documents_of(name, spec.form, [heard]) if name == "risk_banner" else ()

    return named(page_claims(recorder(), TOML, page(""), documents, name="policies"))


@pytest.mark.parametrize("deeper", [False, True])
def test_a_healthy_account_is_well_with_all_its_keys(*, deeper: bool) -> None:
    """Fifteen keys that are null, empty or false say nothing; dormancy that is null is no dormancy."""
    readings = told(risk(), deeper=deeper)

    assert {
        name: reading.level for name, reading in readings.items() if "." in name and not reading.key.item
    } == {
        "account.status": Level.OK,
        "account.health_rating": Level.OK,
        "account.funds_hold": Level.OK,
        "amazon.seller_fulfilled_block": Level.OK,
    }
    assert not any(reading.disputed for reading in readings.values())


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"suspendReason": "POLICY"}, Level.CRITICAL),
        ({"suspendSubReason": "RELATED"}, Level.CRITICAL),
        ({"blockedReason": "MFN"}, Level.CRITICAL),
        ({"blockedSubReason": "MFN"}, Level.CRITICAL),
        ({"appealStatus": "REJECTED"}, Level.CRITICAL),
        ({"proactiveAppealStatus": "DENIED"}, Level.CRITICAL),
        ({"capabilities": [{"capabilityName": "SELL", "capabilityValue": "BLOCKED"}]}, Level.CRITICAL),
        (
            {"capabilities": [{"capabilityValue": "NormalStatus"}, {"capabilityValue": "SuspendedStatus"}]},
            Level.CRITICAL,
        ),
        ({"isZeroToleranceActive": True}, Level.CRITICAL),
        ({"isZeroToleranceTriggered": True}, Level.CRITICAL),
        ({"zeroToleranceViolationReasonCodes": ["COUNTERFEIT"]}, Level.CRITICAL),
        ({"zeroToleranceRvWarnReasons": ["REPEAT"]}, Level.WARNING),
        ({"isDormantSellerSuspended": True}, Level.DEACTIVATED),
    ],
)
def test_what_is_bad_by_its_own_name_is_red_beside_a_normal_code(
    facts: Mapping[str, Any], level: Level
) -> None:
    """The code says NORMAL: the red is disputed, with both sides, and neither unreadable nor fine."""
    status = told(risk(**facts))["account.status"]

    assert (status.presence, status.level, status.disputed) == (Presence.SHOWN, level, True)
    assert "NORMAL" in status.contradicts


def test_all_of_it_at_once_is_red() -> None:
    """NORMAL beside a blocked reason, a rejected appeal and SELL=BLOCKED is red."""
    capabilities = [{"capabilityName": "SELL", "capabilityValue": "BLOCKED"}]
    status = told(risk(blockedReason="X", appealStatus="REJECTED", capabilities=capabilities))[
        "account.status"
    ]

    assert (status.level, status.disputed) == (Level.CRITICAL, True)


def test_dormancy_as_a_text_is_believed() -> None:
    """A text is no truth value: only what it says of trouble is believed."""
    assert told(risk(isDormantSellerSuspended="true"))["account.status"].level is Level.DEACTIVATED


@pytest.mark.parametrize("value", ["false", 1, "yes", {"a": 1}])
def test_what_is_no_truth_value_is_neither_dormancy_nor_fine(value: Any) -> None:
    """Only `true` means dormancy, and what is not understood is not fine."""
    status = told(risk(isDormantSellerSuspended=value))["account.status"]

    assert status.presence is Presence.UNREADABLE


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"activeHoldDisbursementReasons": ["RESERVE"]}, Level.CRITICAL),
        ({"holdDisbursementDueToINFORMAct": True}, Level.CRITICAL),
        ({"holdDisbursementDueToINFORMAct": "true"}, Level.CRITICAL),
        ({"holdDisbursementDueToINFORMAct": "false"}, None),
        ({"activeHoldDisbursementReasons": "true"}, None),
        ({"activeHoldDisbursementReasons": None}, None),
    ],
)
def test_held_funds(facts: Mapping[str, Any], level: Level | None) -> None:
    """A hold of `"true"` is not "not held"."""
    hold = told(risk(**facts))["account.funds_hold"]

    assert hold.level is (level or Level.UNKNOWN)
    assert hold.level is not Level.OK


def test_another_marketplaces_answer_says_nothing_of_this_one() -> None:
    """An answer carries the id of its marketplace: one of another store is not believed."""
    status = told({**risk(), "marketplaceId": "ATVPDKIKX0DER"})["account.status"]

    assert status.presence is Presence.UNREADABLE


# Banners...


def red_label(key: str) -> str:
    """Return a label as it was served, its gaps filled."""
    text: str = sample("amazon-ahd-red-labels.en.json")["labels"][key]
    return re.sub(r"\$\{\w+\}", "December 3, 2026", text.replace("\\", "")).strip()


def banners(text: str, labels: Mapping[str, str]) -> dict[str, Reading]:
    """Return what the banners of a page come to."""
    shown = page(
        f'<div class="a-box a-alert" role="alert"><h2>{escape(re.sub("<[^>]*>", "", text))}</h2></div>'
    )
    return named(banner_claims(recorder(), TOML, shown, labels))


RED_LABELS = [
    ("ahd_banner_account_atrisk_header", "account.status", Level.WARNING, CauseKind.ACCOUNT_ACTION),
    ("ahd_banner_account_pending_header", "account.status", Level.CRITICAL, CauseKind.ACCOUNT_ACTION),
    ("ahd_aef_deactivated_card_title", "account.status", Level.DEACTIVATED, CauseKind.ACCOUNT_ACTION),
    ("DENVER_ACCOUNT_DEACTIVATED", "account.status", Level.DEACTIVATED, CauseKind.ACCOUNT_ACTION),
    ("AHD_NEW_STACKED_ENFORCEMENT_ACCOUNT_DEACTIVATED", "account.status", Level.DEACTIVATED, None),
    ("AHD_BANNER_STACKED_ENFORCEMENT_HEADER", "account.status", Level.DEACTIVATED, None),
    ("AHD_BANNER_STACKED_ENFORCEMENT_VAT", "account.status", Level.CRITICAL, CauseKind.ACCOUNT_ACTION),
    ("ahd_aef_at_risk_HD_card_title", "account.status", Level.WARNING, None),
    ("ahd_aef_at_risk_HD_card_title", "account.funds_hold", Level.CRITICAL, None),
    ("ahd_aef_pending_deactivation_HD_card_title", "account.status", Level.CRITICAL, None),
    ("ahd_aef_pending_deactivation_HD_card_title", "account.funds_hold", Level.CRITICAL, None),
    ("ahd_aef_action_HD", "account.funds_hold", Level.CRITICAL, None),
    ("ahd_action_panel_hd", "account.funds_hold", Level.CRITICAL, None),
    ("ahd_aef_pending_critical_message", "account.status", Level.WARNING, None),
    ("ahd_cakyc_priority_action", "amazon.identity_check", Level.WARNING, CauseKind.IDENTITY_CHECK),
    ("ahd_cakyc_rap_action", "amazon.identity_check", Level.WARNING, CauseKind.IDENTITY_CHECK),
    ("ahd_brkyc_priority_action", "amazon.identity_check", Level.WARNING, CauseKind.IDENTITY_CHECK),
    ("ahd_brkyc_rap_deactivated_message", "account.status", Level.DEACTIVATED, CauseKind.IDENTITY_CHECK),
    (
        "ahd_SOrigin_priority_action",
        "amazon.identity_check@beneficial_owner",
        Level.WARNING,
        CauseKind.IDENTITY_CHECK,
    ),
    ("ahd_SOrigin_rap_deactivated_intro", "account.status", Level.DEACTIVATED, None),
    ("AHD_W8_SUSPENSION_BANNER", "account.status", Level.DEACTIVATED, CauseKind.ACCOUNT_ACTION),
    ("ahd_ahr_repeatviolator_atrisk_banner", "account.status", Level.WARNING, CauseKind.POLICY),
    ("ahd_ahr_repeatviolator_deactivated_banner", "account.status", Level.DEACTIVATED, CauseKind.POLICY),
    ("AHR_RV_preview_period", "account.status", Level.WARNING, CauseKind.POLICY),
    ("ahd_aef_action_panel_RA_reason", "account.status", Level.CRITICAL, CauseKind.POLICY),
    ("dropship_block", "account.status", Level.DEACTIVATED, CauseKind.POLICY),
]


@pytest.mark.parametrize(("key", "name", "level", "cause"), RED_LABELS)
@pytest.mark.parametrize("known", [True, False], ids=["by its label file", "without label files"])
def test_a_red_state_in_the_consoles_own_words(
    key: str, name: str, level: Level, cause: CauseKind | None, *, known: bool
) -> None:
    """Its level and cause stand in the key of its label; the English text is known as it was served."""
    text = red_label(key)
    reading = banners(text, {key: text, "other": "Something else"} if known else {})[name]

    assert reading.level is level
    assert cause is None or (reading.cause is not None and reading.cause.kind is cause)


def test_a_label_file_in_any_language_is_enough() -> None:
    """No word of the text decides: the same key in Danish says the same."""
    text = "Din konto er i fare for at blive deaktiveret."
    reading = banners(text, {"ahd_banner_account_atrisk_header": text})["account.status"]

    assert reading.level is Level.WARNING


def test_an_identity_check_explains_a_red_status_and_makes_none() -> None:
    """Its cause is a claim on the account status that has no level of its own."""
    status = banners(red_label("ahd_cakyc_priority_action"), {})["account.status"]

    assert status.level is Level.UNKNOWN
    assert status.cause is not None
    assert status.cause.kind is CauseKind.IDENTITY_CHECK


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (
            "AHD_BANNER_DE_WEEE_RISK",
            "Your listings are at imminent risk of deactivation: add your WEEE number for these products.",
        ),
        (
            "AHD_BANNER_TR_EARTHQUAKE",
            "Orders affected by the earthquake do not count; your account is not at risk.",
        ),
        (
            "ahd_strike_banner",
            "Late orders due to the postal strike are excluded: no account will be deactivated.",
        ),
        ("ahd_aha_enrolment_card", "Enrol in Account Health Assurance: we will not deactivate your account."),
    ],
)
@pytest.mark.parametrize("known", [True, False], ids=["by its label file", "without label files"])
def test_a_banner_that_must_not_fire(key: str, text: str, *, known: bool) -> None:
    """Bad words about listings, forgiven delays and promises make no account red, and no status unknown."""
    shown = page(f'<div class="a-box a-alert a-alert-warning" role="alert"><h2>{text}</h2></div>')
    labels = {key: text} if known else {}
    claims = list(banner_claims(recorder(), TOML, shown, labels))
    claims += whole_page_claims(recorder(), TOML, shown, claims)

    assert not any(claim.level.is_open or claim.says is Says.UNKNOWN for claim in claims)


def test_the_day_in_a_banners_sentence_is_its_deadline() -> None:
    """The banner is known by its heading; a day of another box is none of its own."""
    heading = "Your account is at risk of deactivation"
    card = f"<div><h2>{heading}</h2><p>Send the documents by 20 December 2026 to avoid it.</p></div>"
    shown = page(f"<main>{card}<div><p>Respond by 6 December 2026</p></div></main>")
    alone = page(f"<h2>{heading}</h2><p>Orders</p><p>Returns</p><p>Respond by 6 December 2026</p>")

    (claim,) = banner_claims(recorder(), TOML, shown, {})
    (without,) = banner_claims(recorder(), TOML, alone, {})

    assert claim.deadline == datetime(2026, 12, 20, 18, 29, 59, tzinfo=UTC)
    assert without.deadline is None


def test_a_help_text_that_speaks_of_risk_is_no_banner() -> None:
    """Only what begins with a label is that banner."""
    shown = page("<p>A score from 100 to 199 means your account is at risk of deactivation.</p>")

    assert list(banner_claims(recorder(), TOML, shown, {})) == []


# The dashboard...

ROW = '<div class="r"><span>{}</span><b>{}</b></div>'
HEADER = '<header><span class="pill ahr-status-badge-great">Healthy</span></header>'


def dashboard(body: str) -> dict[str, Reading]:
    """Return what the dashboard's own words come to, under the shell's own pill."""
    shown = page(HEADER + "<nav><a>Product Policy Compliance</a></nav>" + body, "dashboard")
    toml = in_own_words(TOML, {}, shown)
    declared = page_claims(recorder(), toml, shown, lambda _name: (), name="dashboard")
    return named([*rating_claims(recorder(), toml, shown, "N/A"), *declared])


@pytest.mark.parametrize(
    ("score", "word", "level"),
    [
        ("524", "Healthy", Level.OK),
        ("200", "Healthy", Level.OK),
        ("250", "Healthy", Level.OK),
        ("164", "At Risk", Level.WARNING),
        ("62", "Unhealthy", Level.CRITICAL),
        ("0", "Critical", Level.CRITICAL),
    ],
)
def test_the_rating_is_read_by_its_label_and_not_its_ticks(score: str, word: str, level: Level) -> None:
    """No class is known: the number beside the label, the word of its card; no tick, and no header."""
    card = (
        f"<section><h2>Policy Compliance</h2><span>{word}</span><h4>Account Health Rating</h4>"
        f"<div><h3>{score}</h3><p><i>0</i> <i>100</i> <i>200</i> <i>1000</i></p></div></section>"
    )
    rating = dashboard(card)["account.health_rating"]

    assert (rating.value, rating.level) == (Decimal(score), level)


@pytest.mark.parametrize(
    ("word", "tone", "level"),
    [
        ("Healthy", "green", Level.OK),
        ("At Risk", "amber", Level.WARNING),
        ("Unhealthy", "red", Level.CRITICAL),
        ("Whatever", "red", Level.UNKNOWN),
        ("", "", Level.UNKNOWN),
    ],
)
def test_the_ratings_pill_may_stand_beside_the_title_of_its_card(word: str, tone: str, level: Level) -> None:
    """In a head of its own, in elements of the console's own; without it half of the card is missing."""
    card = (
        "<ahd-card data-checker-shadow><section><header><h2>Policy Compliance</h2>"
        f"<kat-status data-checker-shadow><b data-checker-tone='{tone}'>{word}</b></kat-status></header>"
        "<div><span>Account Health Rating</span><b>742</b></div>"
        "<div><i>0</i> <i>100</i> <i>200</i> <i>1000</i></div>"
        "<details open><summary>All Issues</summary><p><span>Listing Policy Violations</span><b>0</b></p>"
        "</details></section></ahd-card>"
    )
    rating = dashboard(card)["account.health_rating"]

    assert (rating.level, rating.value) == (level, Decimal(742))
    assert (rating.presence is Presence.UNREADABLE) == (level is Level.UNKNOWN)


@pytest.mark.parametrize(
    ("title", "rating"),
    [
        (
            "<b>Healthy</b>",
            "<span>Account Health Rating</span><i>742</i><b data-checker-tone=red>Whatever</b>",
        ),
        ("<b>Healthy</b>", "<span>Account Health Rating</span><i>50</i>"),
        ("<b>Healthy</b>", "<span>Account Health Rating</span><i>742</i><b>Unhealthy</b>"),
        ("<b>Healthy</b> <b>Unhealthy</b>", "<span>Account Health Rating</span><i>742</i>"),
        ("", "<span>Account Health Rating</span><i>742</i>"),
    ],
)
def test_a_good_word_beside_the_title_outvotes_nothing(title: str, rating: str) -> None:
    """What stands beside the rating goes first, and the number has its say."""
    card = f"<section><header><h2>Policy Compliance</h2>{title}</header><div>{rating}</div></section>"
    rest = "<p>" + "What buyers and the law ask of you stands in the policies of this store. " * 6 + "</p>"

    assert dashboard(card + rest)["account.health_rating"].level is not Level.OK


def test_the_headers_own_pill_never_counts() -> None:
    """A page that is not there shows it too."""
    assert dashboard("<h1>Page not found</h1>")["account.health_rating"].presence is Presence.UNREADABLE


def test_two_columns_beside_one_label() -> None:
    """The order defect rate stands twice in one row, in the order of the column heads."""
    table = (
        "<table><tr><th></th><th>Fulfilled by Amazon</th><th>Seller Fulfilled</th></tr>"
        "<tr><td>Order Defect Rate</td><td>0.16 %(3)</td><td>4.2 %</td></tr></table>"
    )
    readings = dashboard(table)

    assert readings["orders.defect_rate@afn"].value == Decimal("0.0016")
    assert readings["orders.defect_rate@mfn"].level is Level.WARNING


# ... and the report.


def imported(body: bytes) -> dict[str, dict[str, Reading]]:
    """Return what a report comes to, by site and name."""
    found = read_report(body, "main", lambda: NOW, toml=TOML, flow=FLOW.version)
    return {one.site.code: named(one.claims) for one in found}


def test_a_live_report_is_read_with_what_the_schema_lacks() -> None:
    """The score, the ten-day rate, the warnings, and a low-volume verdict that stands."""
    germany = imported(sample_bytes("sp-api-seller-performance.live-shape.json"))["DE"]

    assert (germany["account.status"].level, germany["account.status"].disputed) == (Level.OK, False)
    rating = germany["account.health_rating"]
    assert (rating.value, rating.level) == (Decimal(300), Level.OK)
    assert germany["orders.late_shipment_rate"].window_days == 30
    assert germany["orders.late_shipment_rate@10d"].window_days == 10
    assert germany["amazon.policy_warnings"].value == 0
    assert (germany["orders.on_time_delivery_rate"].level, germany["orders.on_time_delivery_rate"].value) == (
        Level.OK,
        Decimal("0.5"),
    )
    assert germany["orders.invoice_defect_rate"].presence is Presence.NOT_RATED


def test_the_published_sample_is_read_in_both_spellings() -> None:
    """SUSPENDED, the other spellings, and a warning state on the account status."""
    found = imported(sample_bytes("accountHealthReport-2020-11-18.sample.json"))

    assert found["MX"]["account.status"].level is Level.DEACTIVATED
    assert (found["US"]["account.status"].level, found["US"]["account.status"].native) == (
        Level.WARNING,
        "AT_RISK",
    )
    assert found["US"]["amazon.warning_state"].level is Level.CRITICAL
    assert found["US"]["orders.cancellation_rate"].value == Decimal("0.005")
    assert found["US"]["policy.violations.regulatory@documents"].value == 8
    target = found["US"]["orders.on_time_delivery_rate"].target
    assert target is not None
    assert (target.comparator, target.value) == (Comparator.GT, Decimal("0.95"))


@pytest.mark.parametrize(
    ("entry", "category"),
    [
        ({"violationId": "V-1", "metricName": "ListingPolicy"}, "ListingPolicy"),
        (
            {"violationId": "V-1", "reason": {"reason": "GTIN", "metricName": "ListingPolicy"}},
            "ListingPolicy",
        ),
        (
            {"defectId": "D-1", "defectType": "ProductCondition", "issue": {"metricName": "x"}},
            "ProductCondition",
        ),
        ({"violationId": "V-1", "reason": {"reason": "GTIN"}}, ""),
    ],
)
def test_a_violation_names_its_category_wherever_it_stands(entry: dict[str, Any], category: str) -> None:
    """Its own name goes first, then what stands beside its reason."""
    assert category_of(entry) == category
