"""A stop says what was met, what was turned away, and the line of an override that would help."""

from __future__ import annotations

from checker.console.explain import explained
from checker.console.guard import Blocked
from checker.console.states import Look, Moment
from checker.errors import Stop
from checker.flow import Page
from checker.model import Outcome
from flows.etsy import EtsyFlow

TOML = EtsyFlow().toml
PAGE = Page("x", "/odd?token=abc", 200, f"<body><p>{'Some words. ' * 60}</p></body>", "Odd <page>")
LOOK = Look(PAGE, TOML, Moment())


def test_what_was_met_is_told_without_the_query() -> None:
    """Title, path and the first words, in one line that is not too long."""
    told = explained(Stop(Outcome.UNKNOWN_PAGE, "no page the flow knows"), LOOK, TOML, [])

    assert told.startswith("no page the flow knows; met /odd (title 'Odd <page>') which says 'Some words.")
    assert "abc" not in told
    assert len(told) <= 400
    assert "\n" not in told


def test_what_was_turned_away_comes_with_what_would_allow_it() -> None:
    """As the guard says it, the last one."""
    first = Blocked("GET", "https://www.etsy.com/appeal", "/appeal", "Document", "nothing allows it")
    last = Blocked("POST", "https://id.other.example/in", "/in", "Fetch", "[hosts] also would")

    told = explained(Stop(Outcome.TIMEOUT, "nothing came"), None, TOML, [first, last])

    assert told == "nothing came; turned away: POST id.other.example/in ([hosts] also would)"


def test_the_nearest_state_is_named_with_what_it_lacks() -> None:
    """So that its marker can be mended."""
    page = Page("x", "/your/shops/me/health", 302, "<body><p>Store Manager</p></body>")

    told = explained(Stop(Outcome.UNKNOWN_PAGE, "unknown"), Look(page, TOML, Moment()), TOML, [])

    assert "nearest to 'signed in': url fits, text not" in told


def test_a_secret_the_page_shows_is_not_repeated() -> None:
    """In whatever case it is shown."""
    page = Page("x", "/x", 200, "<body><p>Welcome SELLER@shop.example and more</p></body>")

    told = explained(
        Stop(Outcome.TIMEOUT, "x"), Look(page, TOML, Moment()), TOML, [], ["seller@shop.example"]
    )

    assert "shop.example" not in told.casefold()
    assert "Welcome ***" in told
