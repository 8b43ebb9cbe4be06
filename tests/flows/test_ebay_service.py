"""eBay's service metrics: whose they are, by what the page shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checker.model import Presence, Reading, Site, settle
from flows.ebay import EbayFlow
from flows.ebay.service import service_claims
from tests.unit.flow.declaring import page

SITE = Site("US", "PROGRAM_US", "United States", locale="en_US")
METRIC = "orders.not_as_described_rate"
CARD = "<section><h2>Item not as described</h2><p>Your rate is 1.2%</p><p>Average</p></section>"


def read(region: str) -> Reading:
    """Return what is read of a page with no answer behind it, that shows a region this way."""
    flow, seen = EbayFlow(), page(f"<main>{region}{CARD}</main>", name="service")
    recorder = flow.recorder("main", SITE, seen, lambda: datetime(2026, 12, 1, tzinfo=UTC))
    claims = [one for one in service_claims(recorder, seen, [], flow.toml) if one.key.metric == METRIC]
    return settle(claims)


@pytest.mark.parametrize(
    "region", ["", "<select><option selected>United States<option>Germany</select>", "<h1>United States</h1>"]
)
def test_a_page_that_shows_no_other_region_is_read(region: str) -> None:
    """One that names ours, or none: that it names any is not known."""
    assert read(region).presence is Presence.SHOWN


@pytest.mark.parametrize(
    "region",
    [
        "<select><option>United States<option selected>Germany</select>",
        "<nav><a href='?region=US'>United States</a><a aria-current=page href='?region=DE'>Germany</a></nav>",
        "<h1>Germany</h1>",
    ],
)
def test_what_is_shown_of_another_region_is_not_ours(region: str) -> None:
    """The console may ignore what we ask for, and show the region that was looked at last."""
    reading = read(region)

    assert (reading.presence, reading.level.is_red) == (Presence.UNREADABLE, False)
    assert "Germany" in reading.reason
