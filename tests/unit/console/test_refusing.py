"""What lies over a page is refused, one above the other; what decides or informs is not touched."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from flows.etsy import EtsyFlow
from tests.unit.console.local import local_console, page_of

BASE: Final = EtsyFlow().toml
COMMON: Final[dict[str, Any]] = {
    "overlays": [overlay.model_dump(mode="json", exclude_defaults=True) for overlay in BASE.overlays],
    "phrases": {name: {lang: list(words) for lang, words in t.items()} for name, t in BASE.phrases.items()},
}
TOUR: Final = ("Take a quick tour", "Start", "Not now")
COOKIES: Final = ("We value your privacy. You can change this at any time.", "Accept all", "Reject all")
GERMAN: Final = ("Wir verwenden Cookies.", "Alle akzeptieren", "Alle ablehnen")
THREAT: Final = ("Your account is at risk of deactivation.", "Start", "Not now")
OFFER: Final = ("Do you take part in the new programme?", "Start", "Decline")
TERMS: Final = ("Our privacy policy has changed.", "Agree", "Decline")


def dialog(says: tuple[str, str, str]) -> str:
    """Return what lies over the page, in classes that nobody knows; what is pressed in it is gone."""
    text, yes, no = says
    buttons = "".join(
        f"<button onclick=\"document.title += '{name};'; this.parentElement.remove()\">{name}</button>"
        for name in (yes, no)
    )
    style = "position:fixed;left:0;right:0;bottom:0;height:90px;background:#fff"
    return f'<div role=dialog class="css-x1" style="{style}"><p>{text}</p>{buttons}</div>'


@pytest.mark.parametrize(
    ("over", "pressed", "stays"),
    [
        ([TOUR], "Not now;", []),
        ([COOKIES], "Reject all;", []),
        ([GERMAN], "Alle ablehnen;", []),
        ([COOKIES, TOUR], "Not now;Reject all;", []),
        ([TOUR, COOKIES], "Reject all;Not now;", []),
        ([TOUR, COOKIES, TOUR], "Not now;Reject all;Not now;", []),
        ([THREAT], "", [THREAT]),
        ([COOKIES, THREAT], "", [COOKIES, THREAT]),
        ([THREAT, COOKIES], "Reject all;", [THREAT]),
        ([OFFER], "", [OFFER]),
        ([TERMS], "", [TERMS]),
    ],
)
def test_what_lies_over_a_page_is_refused(
    shared_browser: Browser, over: list[tuple[str, str, str]], pressed: str, stays: list[tuple[str, str, str]]
) -> None:
    """The uppermost first; a threat is read and left, and a "Decline" is pressed of cookies alone."""
    page = page_of("".join(map(dialog, over)))
    with local_console(shared_browser, {"/health": page}, **COMMON) as local:
        seen = local.console.open("health")

        assert local.console.raw.title() == pressed
        assert [says for says in over if says[0] in seen.text] == stays
