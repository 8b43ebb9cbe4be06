"""What a health page keeps behind links of its own."""

from __future__ import annotations

import pytest

from checker.flow.parts import further_parts
from tests.unit.flow.declaring import page, toml_of

LINK = "<nav><a href='{}'>{}</a></nav>"


def parts(body: str, language: str = "en") -> list[str]:
    """Return the paths and queries of what the health page links to and is one more part of it."""
    seen = page(body, language=language)
    return [url.removeprefix("https://console.test") for url in further_parts(seen, toml_of(""))]


@pytest.mark.parametrize(
    "name",
    [
        "Customer experience",
        "VIOLATIONS",
        "Service metrics",
        "违规记录",
        "Infrações",
        "Vi phạm",
        "Pelanggaran",
    ],
)
def test_a_part_is_known_by_its_name(name: str) -> None:
    """In any language, whatever its address is."""
    assert [one.rpartition("/")[2] for one in parts(LINK.format("/x/part-2", name))] == ["part-2"]


@pytest.mark.parametrize(
    "link",
    [
        LINK.format("/x", "Orders"),
        LINK.format("/x", "Learn how violations are counted"),
        LINK.format("#violations", "Violations"),
        LINK.format("/university/violations", "Violations"),
        LINK.format("/x/help-center/12?a=1", "Violations"),
        LINK.format("javascript:go()", "Violations"),
        "<div data-checker-hidden=''><a href=/x data-checker-hidden=''>Violations</a></div>",
        "<button>Violations</button>",
        "<p>Violations</p>",
    ],
)
def test_nothing_else_is_followed(link: str) -> None:
    """Help, other pages, what nobody sees, what is no link."""
    assert parts(link) == []


def test_an_address_that_is_none_is_passed_over() -> None:
    """A page may write what it likes."""
    assert parts(LINK.format("http://[::1", "Violations")) == []
