"""B10: whatever breaks on the line has its class; nothing is green by it, and no secret goes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from checker.console import Bounds
from checker.model import Level, Outcome
from checker.testing import Driver, Login, Profile
from fixtures.common import serve
from tests.faults.network import Fault, FaultProxy, faulty
from tests.flows.conftest import flow_of

SHOP = "US/10001"
PAGE = "/partner-analytics/performance/fulfillment/kpi"
SUMMARY = "/api/aurora/v3/insights/performance/otd/summary"
RATE = "orders.on_time_delivery_rate"
SIGN_IN = "/authorize"
BOUNDS = Bounds(page=8.0, answer=1.5, pause=0.0, site=6.0, steady=0.3)


@dataclass(frozen=True)
class Line:
    """A console, the proxy it is reached through, a profile that is signed in, and the rate as it is."""

    driver: Driver
    proxy: FaultProxy
    profile: Profile
    rate: Decimal | None


@pytest.fixture(scope="module")
def line(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A console behind a proxy; the first play signs in."""
    with serve("walmart", "healthy") as replica, faulty(replica) as (seen, proxy):
        replica.set_latency(5)
        account = replica.account
        login = Login(account.username, account.password, account.totp_secret)
        root = tmp_path_factory.mktemp("b10")
        driver = Driver(shared_browser, flow_of("walmart"), seen, login, root, BOUNDS)
        profile = Profile()
        well = driver.play("healthy", {SHOP}, profile=profile)
        assert well.outcomes == {SHOP: Outcome.READ}
        yield Line(driver, proxy, profile, well.reading(SHOP, RATE).value)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("cut", Outcome.UNREACHABLE),
        ("reset", Outcome.UNREACHABLE),
        ("half", Outcome.UNREACHABLE),
        ("drip", Outcome.TIMEOUT),
        ("hang", Outcome.TIMEOUT),
        ("429", Outcome.RATE_LIMITED),
        ("503", Outcome.SITE_DOWN),
        ("portal", Outcome.UNKNOWN_PAGE),
        ("elsewhere", Outcome.UNREACHABLE),
    ],
)
def test_b10_a_page_that_does_not_come_whole(line: Line, fault: Fault, outcome: Outcome) -> None:
    """The visit ends in the class of what happened, nothing of it is green, and no password is sent."""
    line.proxy.breaks(PAGE, fault)
    story = line.driver.play("healthy", {SHOP}, profile=line.profile)
    line.proxy.mend()

    assert [visit.outcome for visit in story.visits] == [outcome]
    # What the page before it said of the partner stays.
    assert story.green(SHOP) <= {"account.status"}
    assert ("POST", SIGN_IN) not in line.proxy.seen
    assert "POST" not in {method for method, _ in line.proxy.at_portal}


@pytest.mark.parametrize("fault", ["cut", "reset", "half", "drip", "hang", "503", "portal", "elsewhere"])
def test_b10_an_answer_that_does_not_come_whole(line: Line, fault: Fault) -> None:
    """The page itself says the rate: read there, or not at all, and never from half of an answer."""
    line.proxy.breaks(SUMMARY, fault)
    story = line.driver.play("healthy", {SHOP}, profile=line.profile)
    line.proxy.mend()

    rate = story.readings(SHOP).get(RATE)
    assert rate is None or rate.level is not Level.OK or rate.value == line.rate
    assert ("POST", SIGN_IN) not in line.proxy.seen


def test_b10_a_console_that_asks_to_be_left_alone_is_left_alone(line: Line) -> None:
    """One answer with 429 and Retry-After ends the visit; the next site is not gone to."""
    line.proxy.breaks(SUMMARY, "429")
    story = line.driver.play("healthy", {SHOP, "US/10002"}, profile=line.profile)
    line.proxy.mend()

    assert [visit.outcome for visit in story.visits] == [Outcome.RATE_LIMITED, Outcome.SKIPPED]


@pytest.mark.parametrize("fault", ["cut", "hang", "429", "503", "portal", "elsewhere"])
def test_b10_a_sign_in_that_breaks_off_is_not_tried_again(line: Line, fault: Fault) -> None:
    """Whether the console has the password nobody knows: it is sent once, and nobody is said to be in."""
    line.proxy.breaks(SIGN_IN, fault, "POST")
    story = line.driver.play("healthy", {SHOP})
    sent = line.proxy.seen.count(("POST", SIGN_IN))
    line.proxy.mend()

    assert (sent, story.visits) == (1, [])
    assert story.ended is not Outcome.READ
    assert "POST" not in {method for method, _ in line.proxy.at_portal}
