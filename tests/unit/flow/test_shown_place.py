"""Which of a console's sites a page shows."""

from __future__ import annotations

import pytest

from checker.flow.shown_place import ShownPlace, misplaced, shown_place
from checker.model import Site
from tests.unit.flow.declaring import MY, page, toml_of

MORE = """
[[sites]]
code = "DE"
native_id = "MPID-3"
label = "Amazonia"
country = "DE"
names = ["Amazonia Deutschland"]
locale = "de_DE"
[[sites]]
code = "NG"
native_id = "MPID-4"
label = "Niger"
"""
CHOSEN = "<select><option>Singapore</option><option selected>{}</option></select>"


def of(body: str, site: Site = MY, language: str = "en") -> ShownPlace:
    """Return which site a page shows."""
    return shown_place(page(body, language=language), toml_of(MORE), site, language)


@pytest.mark.parametrize(
    "body",
    [
        CHOSEN.format("Malaysia"),
        CHOSEN.format("MALAYSIA"),
        CHOSEN.format("My shop in Malaysia (main)"),
        "<select><option value=MPID-1 selected>x</option></select>",
        "<button aria-pressed=true aria-label=Malaysia>x</button>",
        "<li class='tab active'>Malaysia</li><li class=tab>Singapore</li>",
        "<a aria-current=page>Malaysia</a>",
        "<h1>Malaysia</h1>",
        "<header><button aria-haspopup=true>Malaysia</button></header>",
        "<header><span>Ann Goods</span><span class=x>Malaysia</span></header>",
        "<div role=banner><div><b>Ann Goods</b><div>Malaysia</div></div></div>",
    ],
)
def test_what_is_chosen_or_a_heading_says_it(body: str) -> None:
    """By name, id or country."""
    assert of(body) == ShownPlace(is_ours=True)
    assert of(body).problem == ""


@pytest.mark.parametrize(
    ("body", "others"),
    [
        (CHOSEN.format("Singapore"), ("Singapore",)),
        ("<h1>Singapore</h1><h2>Malaysia</h2>", ("Singapore",)),
        (CHOSEN.format("Singapore") + "<h1>Malaysia</h1>", ("Singapore",)),
        ("<header><span>Singapore</span></header>", ("Singapore",)),
    ],
)
def test_another_site_is_named(body: str, others: tuple[str, ...]) -> None:
    """What is marked as chosen goes before headings; two at once are none."""
    shown = of(body)

    assert (shown.is_ours, shown.others) == (False, others)
    assert shown.problem == f"the page shows {', '.join(others)}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>Malaysia</p>",
        "<select><option>Malaysia</option></select>",
        "<a aria-current=false>Malaysia</a>",
        "<h1>Malaysian food</h1>",
        "<header><span>Food of Malaysia</span></header>",
        "<header><span>Malaysia</span><span>Singapore</span></header>",
        "<div><span>Malaysia</span></div>",
        f"<h1>Malaysia {'and much more ' * 9}</h1>",
        "<h1 data-checker-hidden=''>Malaysia</h1>",
    ],
)
def test_what_does_not_say_it_is_nobodys(body: str) -> None:
    """Prose, what is not chosen, a part of a word, what nobody sees."""
    shown = of(body)

    assert not shown.is_ours
    assert shown.problem == "the page does not show which site it is about"


def test_a_country_is_known_in_the_pages_language() -> None:
    """And in the site's own, and in English; a flow adds other names."""
    german = Site("DE", "MPID-3", "Amazonia", country="DE", locale="de_DE")

    for name, language in (("Allemagne", "fr"), ("Deutschland", "fr"), ("Germany", "fr")):
        assert of(CHOSEN.format(name), german, language).is_ours, name
    assert of(CHOSEN.format("Amazonia Deutschland"), german).is_ours
    assert not of(CHOSEN.format("Allemagne"), german).is_ours


def test_a_site_that_only_the_console_lists_has_its_label() -> None:
    """It is in no table of ours."""
    thai = Site("TH", "MPID-9", "Shop Bangkok")

    assert of(CHOSEN.format("Shop Bangkok"), thai).is_ours
    assert not of(CHOSEN.format("Malaysia"), thai).is_ours


def test_a_short_name_is_no_part_of_a_word() -> None:
    """`MY` is the whole text, or nothing."""
    short = "[[sites]]\ncode = 'XY'\nnative_id = 'XY'\nlabel = 'XY'\n"
    site = Site("XY", "XY", "XY")

    assert shown_place(page("<h1>XY</h1>"), toml_of(short), site, "en").is_ours
    assert not shown_place(page("<h1>XY of ours</h1>"), toml_of(short), site, "en").is_ours


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (CHOSEN.format("Malaysia"), ""),
        (CHOSEN.format("Singapore"), "the page shows Singapore"),
        ("<a aria-current=page>MPID-3</a>", "the page shows Amazonia"),
        ("<h1>Singapore</h1>", "the page shows Singapore"),
        (CHOSEN.format("Malaysia") + "<h1>Singapore</h1>", ""),
        # Every site that is in use is marked so, or all that may be chosen: nothing is said of one.
        ("<li class=active>Malaysia</li><li class=active>Singapore</li>", ""),
        # What only mentions a country.
        (CHOSEN.format("English (Singapore)"), ""),
        (CHOSEN.format("Chinese - Singapore"), ""),
        ("<h1>How shops in Singapore are rated</h1>", ""),
        ("<h2>Singapore</h2>", ""),
        ("<header><span>Singapore</span></header>", ""),
        ("<p>Singapore</p>", ""),
    ],
)
def test_a_page_that_need_not_show_its_site_is_held_against_another_only(body: str, problem: str) -> None:
    """What is chosen on it, or its title, that is the name of another site and no more."""
    assert misplaced(page(body), toml_of(MORE), MY, "en", must_show=False) == problem


def test_a_page_that_must_show_its_site_counts_by_that_alone() -> None:
    """As `shown_place` says."""
    assert misplaced(page(CHOSEN.format("Malaysia")), toml_of(MORE), MY, "en", must_show=True) == ""
    assert "does not show which site" in misplaced(page("<p>x"), toml_of(MORE), MY, "en", must_show=True)
