"""Whatever a console says, the page stays inert (cases D1 and D3)."""

from __future__ import annotations

import pytest

from checker.report._parts import language_tag, safe_link
from checker.report.html import render_html
from tests.unit.report.hostile import hostile_story
from tests.unit.report.page import page_of
from tests.unit.report.samples import NOW, two_days

OWN_TAGS = """
    html head meta title style body a header div p span h1 h2 h3 ul li b main section article bdi dl dt dd
    aside nav details summary small table caption thead tbody tr th td figure figcaption img code footer
"""


class TestInert:
    """Whatever a console says is text."""

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_d1_hostile_text_in_every_field_is_inert(self, language: str) -> None:
        """No element, attribute or link of the page comes from page text."""
        page = page_of(hostile_story(), {}, language)

        assert {node.tag for node in page.css("*")} <= set(OWN_TAGS.split())
        for node in page.css("*"):
            assert not [name for name in node.attributes if name.startswith("on") or name == "style"]
        assert all(node.attributes["href"].startswith("#") for node in page.css("a"))  # type: ignore[union-attr]
        assert len(page.css("style")) == 1
        assert "{{ 7*7 }}" in page.css_first("body").text()

    def test_d3_hidden_characters_are_shown(self) -> None:
        """Controls, overrides and zero-width marks are escapes on the page."""
        told = hostile_story()
        text = render_html(told.run, told.known, told.places, _nothing, now=NOW)

        assert not {"\x1b", "\x9b", "\u202e", "\u200b", "\u2066", "\x07", "\ud800"} & set(text)
        assert "\\x1b[31m" in text

    def test_the_policy_forbids_whatever_would_slip_through(self) -> None:
        """No script, nothing loaded, pictures from inside only; it stands before anything else could load."""
        page = page_of(two_days())
        policy = page.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]

        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        assert not page.css("script, iframe, object, embed, link, form, base, svg")

    @pytest.mark.parametrize(
        "link",
        [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//evil.example/x",
            "https://user:pw@evil.example",
            "https://exa\u202emple.com",
            "https://a b",
            "https:\\\\evil",
            "https://[bad",
            "http://",
            "https://x/" + "a" * 3000,
            "",
        ],
    )
    def test_only_plain_web_addresses_become_links(self, link: str) -> None:
        """Everything else stays text."""
        assert safe_link(link) == ""

    def test_links_open_without_handing_anything_over(self) -> None:
        """A console's address is a link with no opener and no referrer."""
        page = page_of(two_days())
        links = page.css("a[href^=http]")

        assert {node.attributes["rel"] for node in links} == {"noopener noreferrer"}
        assert "https://sellercentral.amazon.ca/performance/dashboard" in {
            n.attributes["href"] for n in links
        }

    @pytest.mark.parametrize(
        ("language", "tag"), [("ja", "ja"), ("zh_CN", "zh-CN"), ('" onload="x', ""), ("", ""), ("en\n", "")]
    )
    def test_a_language_is_a_tag_or_nothing(self, language: str, tag: str) -> None:
        """What a page calls its language cannot leave the attribute."""
        assert language_tag(language) == tag


def _nothing(_: str) -> None:
    """Have no evidence at all."""
