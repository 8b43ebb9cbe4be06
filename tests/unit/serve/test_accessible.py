"""axe-core finds nothing serious on the pages and in the report, folded parts included, in light and dark."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from checker.report.html import write_html
from tests.unit.report.page import PICTURES
from tests.unit.report.samples import NOW, two_days
from tests.unit.serve.story import Seller
from tests.unit.serve.test_serve_browser import PAGES, SIZES, opened, served

_GRAVE = ("serious", "critical")
_RUN = """async () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(one => [one.impact, one.id, one.nodes.map(node => node.html)]);
}"""


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def _grave(page: Page) -> list[list[object]]:
    """Return what is wrong with a page that keeps somebody from using it."""
    page.evaluate(_axe())
    return [one for one in page.evaluate(_RUN) if one[0] in _GRAVE]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_serious_on_any_page(shared_browser: Browser, seller: Seller, size: str, scheme: str) -> None:
    """Whatever there is to be seen of a seller."""
    with served(seller) as address, opened(shared_browser, size, scheme) as (page, _):
        found = {}
        for path in PAGES:
            page.goto(address + path)
            found[path] = _grave(page)

    assert found == {path: [] for path in PAGES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_serious_in_a_report(
    shared_browser: Browser, tmp_path: Path, language: str, size: str, scheme: str
) -> None:
    """Reds with pictures, tables, what was not read, every site."""
    told, out = two_days(), tmp_path / "report.html"
    write_html(out, told.run, told.known, told.places, PICTURES.get, now=NOW, language=language)
    with opened(shared_browser, size, scheme) as (page, _):
        page.goto(out.as_uri())

        assert _grave(page) == []


def test_what_is_serious_is_found(shared_browser: Browser) -> None:
    """A picture without a text, and grey on grey."""
    with opened(shared_browser, "desk") as (page, _):
        page.set_content(
            '<html lang="en"><img src="data:,"><p style="color:#aaa;background:#bbb">faint</p></html>'
        )

        assert {name for _, name, _ in _grave(page)} == {
            "image-alt",
            "color-contrast",
            "document-title",
        }
