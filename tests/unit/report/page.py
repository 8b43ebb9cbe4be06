"""A story's page, parsed, and the pictures of the sample."""

from __future__ import annotations

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser

from checker.report.html import render_html
from tests.unit.report.samples import NOW, Story, png

PICTURES = {
    "run2/CA/status-crop.png": png(40, 20, 10),
    "run2/CA/page-dashboard-d1.png": png(80, 90, 20),
    "run2/US/page-policies-d2.png": png(80, 90, 30),
    "run2/US/violation-crop.png": png(40, 20, 40),
    "run2/US/page-dashboard-d1.png": png(80, 90, 50),
}


def page_of(
    told: Story, pictures: Mapping[str, bytes] | None = None, language: str = "en"
) -> LexborHTMLParser:
    """Return a story's page, parsed."""
    have = PICTURES if pictures is None else pictures
    text = render_html(told.run, told.known, told.places, have.get, now=NOW, language=language)
    return LexborHTMLParser(text)


def texts(page: LexborHTMLParser, css: str) -> list[str]:
    """Return the texts of what matches, spaces folded."""
    return [" ".join(node.text(separator=" ").split()) for node in page.css(css)]
