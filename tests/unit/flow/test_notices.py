"""A console's own notice of trouble: only where pages put such things, and only if a person could see it."""

from __future__ import annotations

import pytest

from checker.console.seen import SeenPages
from checker.flow import Page, notice_on

SAID = "We are aware of an issue affecting Account Health."


def _page(body: str, name: str = "p") -> Page:
    return Page(name, "/p", 200, f"<!doctype html><html><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f'<div role="alert">{SAID}</div>', SAID),
        (f'<div class="kat-banner warning"><p>{SAID}</p></div>', SAID),
        (f'<kat-alert id="a">{SAID}</kat-alert>', SAID),
        ('<div role="status">Datos: PROBLEMAS TÉCNICOS en curso</div>', "Datos: PROBLEMAS TÉCNICOS en curso"),
        ('<div id="top-notice">目前系统故障，请稍候</div>', "目前系统故障，请稍候"),
        (f'<div role="alert">{SAID * 20}</div>', ""),
        (f'<div role="alert" data-checker-hidden="">{SAID}</div>', ""),
        (f"<p>{SAID}</p>", ""),
        ('<div role="alert">Your account is at risk of deactivation.</div>', ""),
        ("", ""),
    ],
)
def test_a_notice_is_a_banner_that_speaks_of_trouble(body: str, said: str) -> None:
    """In any language; help texts, hidden boxes, whole pages and the seller's own trouble are none."""
    assert notice_on(_page(body)) == said


def test_a_flow_may_know_other_words() -> None:
    """Of its own console, case aside; what is said is cut where it grows long."""
    body = f'<div role="alert">Bitte Geduld: Umbau. {"x" * 400}</div>'

    assert notice_on(_page(body)) == ""
    assert notice_on(_page(body), ["UMBAU"]).startswith("Bitte Geduld: Umbau. xxx")
    assert len(notice_on(_page(body), ["umbau"])) == 200


def test_a_visit_has_the_notice_of_any_of_its_pages() -> None:
    """As each was seen last; the next visit begins without."""
    seen = SeenPages(["umbau"])
    seen.note(_page("<p>a</p>", "home"))
    seen.note(_page('<div role="alert">Umbau</div>', "health"))

    assert seen.notice() == "Umbau"
    seen.note(_page("<p>better</p>", "health"))
    assert seen.notice() == ""
    seen.note(_page('<div role="alert">Umbau</div>', "health"))
    seen.forget()
    assert (seen.notice(), seen.structure_of("home")) == ("", "")
