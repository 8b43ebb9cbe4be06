"""What lies over a page is refused where its words tell what it is, and stays where they do not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from checker.errors import Stop
from checker.model import Outcome
from flows.etsy import EtsyFlow
from tests.unit.console.local import local_console, page_of

BASE = EtsyFlow().toml.model_dump()
AWAY = "document.querySelectorAll('button').forEach(b => b.onclick = () => b.parentElement.remove());"


@pytest.mark.parametrize(
    ("says", "refuses", "stays"),
    [
        ("We value your privacy", "Reject all", False),
        ("This site uses cookies", "Only necessary", False),
        ("Cookie-Einstellungen: Cookies", "Ablehnen", False),
        # What is rejected here is no cookie.
        ("A buyer wants to send order 12 back", "Reject", True),
        ("Your privacy settings put your account at risk", "Decline", True),
        ("This site uses cookies", "Settings", True),
        ("A new agreement on buyers' data, in which your privacy is described", "Decline", True),
    ],
)
def test_consent_is_refused_by_what_it_says(
    shared_browser: Browser, says: str, refuses: str, *, stays: bool
) -> None:
    """Whatever its classes are called; another dialog with such a button is left alone."""
    box = (
        f"<div role=dialog class=_x7><p>{says}</p><button>Accept all</button><button>{refuses}</button></div>"
    )
    changed = {name: BASE[name] for name in ("overlays", "phrases")}

    with local_console(shared_browser, {"/health": page_of(box, AWAY)}, **changed) as local:
        page = local.console.open("health")

    assert (says in page.text) is stays
    assert local.asked.count("/health") == 1


@pytest.mark.parametrize(
    ("name", "pressed"),
    [
        ("Next", True),
        ("Green Garden Ltd", True),
        ("Reactivate account", False),
        ("Delete shop", False),
        ("关闭店铺", False),
        ("Konto schließen", False),
    ],
)
def test_11_1_what_acts_on_the_account_is_not_pressed_whatever_a_control_of_site_toml_leads_to(
    shared_browser: Browser, name: str, *, pressed: bool
) -> None:
    """The flow's rule may lead to another thing on this console than on the one it was written from.

    It is no outcome that a store nobody opened would quietly be passed over for.
    """
    html = page_of(
        f"<p>Here</p><button id=b>{name}</button>", "b.onclick = () => document.title = 'pressed';"
    )
    changed = {"phrases": BASE["phrases"], "controls": {"more": ["#b"]}}

    with local_console(shared_browser, {"/health": html}, **changed) as local:
        local.console.open("health")
        if pressed:
            local.console.press("more")
        else:
            with pytest.raises(Stop, match="may act on the account") as stopped:
                local.console.press("more")
            assert stopped.value.outcome is Outcome.UNKNOWN_PAGE
        assert (local.console.raw.title() == "pressed") is pressed
