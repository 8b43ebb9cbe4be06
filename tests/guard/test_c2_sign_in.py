"""C2: a sign-in page that would carry a secret away gets none, or it does not leave."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as DrivenBrowser

from checker.browser.launch import Launch
from checker.console import Phase, sign_in
from checker.errors import Stop
from checker.model import FACTS, Exit, Outcome
from fixtures.common import Replica
from fixtures.hostile.pages import SIGN_IN
from tests.guard.visiting import PASSWORD, Seller, visiting

REFUSED = [
    "action-elsewhere",
    "method-get",
    "button-elsewhere",
    "button-get",
    "action-late",
    "hop-elsewhere",
    "focus-elsewhere",
    "focus-late",
    "action-at-press",
    "action-at-submit",
    "box-moves",
]
"""Forms of the console's own page whose secret would end up elsewhere."""

OWN = {"sign-in": "/signin", "action-unlisted": "/deed/unlisted-action"}
"""Forms that send to the console's own origin, and where: on a path that is listed, and on another."""


def _ended(browser: DrivenBrowser, launch: Launch, hostile: Replica, scenario: str) -> Outcome:
    hostile.use(scenario)
    hostile.log.clear()
    with visiting(browser, launch, Phase.SIGN_IN) as console:
        try:
            sign_in(console, Seller())
        except Stop as stop:
            return stop.outcome
    return Outcome.READ


def _leaked(hostile: Replica) -> list[str]:
    """Return what shows that the secret left: a request to the foreign host, or an address that holds it."""
    return [
        f"{record.method} {record.host}{record.path}"
        for record in hostile.log
        if record.host.startswith("localhost") or PASSWORD in record.query or "password" in record.query
    ]


@pytest.mark.parametrize("scenario", REFUSED)
def test_a_form_that_leads_elsewhere_is_a_safety_stop(
    browser: DrivenBrowser, launch: Launch, hostile: Replica, scenario: str
) -> None:
    """Another host, an unlisted address, a GET, a button or a redirect of its own: exit 24, nothing left."""
    outcome = _ended(browser, launch, hostile, scenario)

    assert outcome is Outcome.UNSAFE_PAGE
    assert FACTS[outcome].exit is Exit.SAFETY
    assert _leaked(hostile) == []


def test_nothing_is_typed_into_a_frame(browser: DrivenBrowser, launch: Launch, hostile: Replica) -> None:
    """A form inside a frame of another host is not the console's: it is not even loaded."""
    outcome = _ended(browser, launch, hostile, "framed")

    assert outcome is Outcome.UNKNOWN_PAGE
    assert _leaked(hostile) == []
    assert hostile.log.password_posts() == []


def test_a_script_that_listens_gets_nothing_out(
    browser: DrivenBrowser, launch: Launch, hostile: Replica
) -> None:
    """What a script of the page reads while it is typed finds no way to another host, and ends the visit."""
    outcome = _ended(browser, launch, hostile, "listener")

    assert outcome is Outcome.UNSAFE_PAGE
    assert _leaked(hostile) == []


@pytest.mark.parametrize("scenario", OWN)
def test_a_form_that_is_as_it_should_be_is_sent_once(
    browser: DrivenBrowser, launch: Launch, hostile: Replica, scenario: str
) -> None:
    """The traps above are told from these, or they would prove nothing."""
    assert _ended(browser, launch, hostile, scenario) is Outcome.READ
    assert [record.path for record in hostile.log.password_posts()] == [OWN[scenario]]


def test_every_trap_is_sprung() -> None:
    """No sign-in page of the replica is left out of these tests."""
    assert set(SIGN_IN) == {*REFUSED, *OWN, "framed", "listener"}
