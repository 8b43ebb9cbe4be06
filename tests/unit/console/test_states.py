"""Recognising a page: the first state wins, and an exception takes it back."""

from __future__ import annotations

import pytest

from checker.console.states import Look, Moment, led_elsewhere, recognise, stop_for
from checker.flow import Page, SiteToml
from checker.flow.site_toml import State
from checker.model import Outcome
from flows.etsy import EtsyFlow
from flows.lazada import LazadaFlow

_STATES = [
    {
        "name": "captcha",
        "act": "stop",
        "outcome": Outcome.CAPTCHA,
        "markers": ["#captcha"],
        "unless": ["#invisible"],
    },
    {"name": "too many", "act": "stop", "outcome": "rate_limited", "markers": [{"text": "Too many"}]},
    {"name": "gone", "act": "stop", "outcome": "unknown_page", "markers": [{"status": 404}]},
    {
        "name": "terms",
        "act": "stop",
        "outcome": "action_needed",
        "markers": [{"url": "^/terms", "css": "form"}],
    },
    {"name": "alert", "act": "stop", "outcome": "action_needed", "markers": [{"says": ".alert"}]},
    {"name": "hidden token", "act": "wait", "markers": [{"css": "meta.token", "visible": False}]},
    {"name": "in", "act": "arrived", "markers": [{"title": "home"}, "a.inbox"]},
]
_TOML = SiteToml.model_validate(EtsyFlow().toml.model_dump() | {"states": _STATES})


OFFER = "<h2>What's new</h2><button>Skip</button>"
TOUR = f"<div role=dialog>{OFFER}</div>"
AROUND = "<p>You have no orders to send today. Good morning!</p>"


@pytest.mark.parametrize(
    ("name", "body", "reading"),
    [
        ("arrived", f"{AROUND}{TOUR}", True),
        ("arrived", f"{'<a href=/x>Orders</a>' * 5}{OFFER}", True),
        # A step of the sign-in, which the next run takes.
        ("offer", TOUR, True),
        ("offer", f"{AROUND}{OFFER}", True),
        ("offer", f"<h1>Add a phone number</h1>{AROUND}{TOUR}", True),
        ("offer", f"{AROUND}{TOUR}", False),
    ],
)
def test_an_offer_that_lies_over_a_page_is_not_the_page(name: str, body: str, *, reading: bool) -> None:
    """Once signed in, where the page has a menu, or goes on around the dialog that holds all of it."""
    found = Look(_page(body), EtsyFlow().toml, Moment()).state(reading=reading)

    assert found is not None
    assert found.name == name


def _page(body: str, url: str = "/x", status: int = 200, title: str = "") -> Page:
    return Page("x", url, status, f"<html><body>{body}</body></html>", title)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("captcha", _page('<i id="captcha">x</i><a class="inbox">y</a>')),
        ("in", _page('<i id="captcha">x</i><i id="invisible">x</i><a class="inbox">y</a>')),
        ("too many", _page("<h1>TOO MANY requests</h1>")),
        ("gone", _page("nothing", status=404)),
        ("terms", _page("<form>x</form>", url="/terms?a=b")),
        (None, _page("<form>x</form>", url="/other")),
        (None, _page("x", url="/terms")),
        ("in", _page("x", title="My Home page")),
        (None, _page('<i id="captcha" data-checker-hidden="">x</i>')),
        ("hidden token", _page('<meta class="token" data-checker-hidden="">')),
        ("alert", _page('<p class="alert">something</p>')),
        (None, _page('<p class="alert"></p>')),
        (None, _page('<p class="alert"> <i data-checker-hidden="">something</i></p>')),
        (None, _page("")),
    ],
)
def test_a_page_is_recognised(name: str | None, page: Page) -> None:
    """By what a person can see of it, in the order the states are listed."""
    state = recognise(page, _TOML)

    assert (None if state is None else state.name) == name


@pytest.mark.parametrize(
    ("url", "meant", "elsewhere"),
    [
        ("https://sellercenter.lazada.sg/portal/apps/account", "sellercenter.lazada.sg", False),
        ("https://sellercenter.lazada.com.my/portal/home", "sellercenter.lazada.sg", True),
        ("https://acs-m.lazada.com.my/x", "sellercenter.lazada.sg", False),
        ("http://127.0.0.1:8123/portal/home", "sellercenter.lazada.sg", False),
        ("https://sellercenter.lazada.com.my/portal/home", "", False),
        ("about:blank", "sellercenter.lazada.sg", False),
    ],
)
def test_another_sites_host_is_another_place(url: str, meant: str, elsewhere: bool) -> None:
    """Only where a site was meant, and the browser stands on the host of another one."""
    stop = led_elsewhere(url, meant, LazadaFlow().toml)

    assert (None if stop is None else stop.outcome) == (Outcome.WRONG_PLACE if elsewhere else None)


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        ("user", Outcome.SESSION_EXPIRED),
        ("credentials", Outcome.SESSION_EXPIRED),
        ("open", Outcome.SESSION_EXPIRED),
        ("password", Outcome.STEP_UP),
        ("code", Outcome.STEP_UP),
        ("press", Outcome.SESSION_EXPIRED),
        ("wait", Outcome.UNKNOWN_PAGE),
        ("arrived", None),
    ],
)
def test_what_stands_where_a_page_should_be_ends_the_visit(act: str, outcome: Outcome | None) -> None:
    """Any step of the sign-in but the secret alone means that the session is over."""
    press = [{"role": "button", "name": "x"}] if act in ("press", "open") else []
    state = State.model_validate({"name": "x", "act": act, "markers": ["#x"], "press": press})

    stop = stop_for(state, "health")

    assert (None if stop is None else stop.outcome) == outcome
