"""B10: whatever breaks between browser and console has its class; nothing is green by it, nobody is let in twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
    """A console, the proxy it is reached through, and a profile that is signed in."""

    driver: Driver
    proxy: FaultProxy
    profile: Profile


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
        yield Line(driver, proxy, profile)


@pytest.mark.parametrize(
    ("fault", "outcomes"),
    [
        ("reset", {Outcome.UNREACHABLE}),
        ("half", {Outcome.UNREACHABLE}),
        ("drip", {Outcome.TIMEOUT}),
        ("hang", {Outcome.TIMEOUT}),
        ("429", {Outcome.RATE_LIMITED}),
        ("503", {Outcome.SITE_DOWN}),
        ("portal", {Outcome.UNKNOWN_PAGE}),
    ],
)
def test_b10_a_page_that_does_not_come_whole(line: Line, fault: Fault, outcomes: set[Outcome]) -> None:
    """The visit ends in the class of what happened, nothing of it is green, and no password is sent."""
    line.proxy.breaks(PAGE, fault)
    story = line.driver.play("healthy", {SHOP}, profile=line.profile)
    line.proxy.mend()

    print("DBG", fault, story.ended, story.outcomes, [v.detail for v in story.visits], story.green(SHOP) if story.visits else None, line.proxy.seen.count(("GET", PAGE)))
    assert False
    assert {visit.outcome for visit in story.visits} <= outcomes
    assert not story.green(SHOP)
    assert not any(method == "POST" and path == SIGN_IN for method, path in line.proxy.seen)


@pytest.mark.parametrize("fault", ["reset", "half", "drip", "hang", "429", "503", "portal"])
def test_b10_an_answer_that_does_not_come_whole(line: Line, fault: Fault) -> None:
    """What it alone says is not green; a console that asks to be left alone is left alone."""
    line.proxy.breaks(SUMMARY, fault)
    story = line.driver.play("healthy", {SHOP}, profile=line.profile)
    line.proxy.mend()

    r = story.readings(SHOP).get(RATE) if story.visits else None
    print("DBG", fault, story.ended, story.outcomes, [v.detail for v in story.visits], r and (r.presence, r.level, r.reason), len(story.green(SHOP)) if story.visits else 0)
    assert False
    rate = story.readings(SHOP).get(RATE)
    assert rate is None or rate.level is not Level.OK


@pytest.mark.parametrize("fault", ["reset", "half", "drip", "hang", "429", "503", "portal"])
def test_b10_a_sign_in_that_breaks_off_is_not_tried_again(line: Line, fault: Fault) -> None:
    """Whether the console has the password nobody knows: it is sent once, and the run says how it ended."""
    line.proxy.breaks(SIGN_IN, fault, "POST")
    story = line.driver.play("healthy", {SHOP})
    sent = line.proxy.seen.count(("POST", SIGN_IN))
    line.proxy.mend()

    print("DBG", fault, story.ended, story.detail, sent)
    assert False
    assert sent == 1
    assert story.ended is not Outcome.READ
