"""Which language a page is in, and how it prints numbers: the page's own proof goes first (A5)."""

from __future__ import annotations

import pytest

from checker.flow import Page
from checker.flow.page_language import page_locale

GERMAN = "Ihre Rate ist gut und Sie erfüllen die Vorgaben für Verkäufer, die nicht mit Mängeln liefern."
ENGLISH = (
    "We know that the storm is late for the orders of your shop, and this is not held against your account"
    " with the rest of the shops to the south."
)
SPANISH = (
    "El nivel de tu cuenta es bueno para los pedidos del mes, con todas las ventas de su tienda y una lista."
)


def page(text: str, language: str) -> Page:
    """Return a page that says it is in a language."""
    lang = f" lang='{language}'" if language else ""
    return Page("p", "/p", 200, f"<!doctype html><html{lang}><body><p>{text}</p></body></html>")


@pytest.mark.parametrize(
    ("declared", "text", "site", "language"),
    [
        ("de", GERMAN, "de_DE", "de"),
        ("", GERMAN, "en_US", "de"),
        ("", "x", "pt_BR", "pt-BR"),
        ("xx-yy", "x", "fr_FR", "fr-FR"),
        ("pt-BR", "x", "pt_BR", "pt-BR"),
        ("en", "您的账户健康评分为良好，请继续保持良好的状态", "zh_CN", "zh"),
        ("zh-TW", "帳戶健康狀況良好請繼續保持", "zh_TW", "zh-TW"),
        ("en", "アカウントの健全性は良好です、このままお続けください", "ja_JP", "ja"),
        ("en", "계정 상태가 좋습니다 계속 유지하십시오", "ko_KR", "ko"),
        ("en", SPANISH, "es_MX", "es"),
        ("en", "Late shipment rate of the orders of your account in Shop Müller GmbH und Co", "de_DE", "en"),
        ("fr", "OK", "de_DE", "fr"),
        ("de", f"Zielwert: unter 4 % 1,69 % {ENGLISH}", "en_US", "de"),
        ("de", f"Target: under 4% 1.69% {ENGLISH}", "en_US", "en"),
        ("de", ENGLISH, "en_US", "en"),
        ("en", f"{GERMAN} {GERMAN} 1.69%", "de_DE", "de"),
        ("es", "Índice de pedidos con retraso de envío, 4 de 1.930 pedidos. " * 9, "es_MX", "es"),
        ("pt", "Saúde do vendedor na loja do Brasil, atraso na entrega do pedido. " * 9, "pt_BR", "pt"),
        ("fr", "Taux de retard de livraison de commandes de la boutique. " * 9, "fr_FR", "fr"),
        (
            "en",
            "Váš účet není omezen, vaše nabídky se prodávají pro všechny nebo při akci. " * 3,
            "pl_PL",
            "cs",
        ),
        ("en", "Váš účet nie je obmedzený, vaše ponuky sú pre všetkých alebo pri akcii. " * 3, "pl_PL", "sk"),
        (
            "en",
            "A fiókod nem korlátozott, és az ajánlataid meg vannak jelenítve, vagy egy nap. " * 3,
            "pl_PL",
            "hu",
        ),
        ("es", "Est. per day, est. per week, est. per month. " * 9, "es_ES", "es"),
    ],
)
def test_the_language_is_what_the_page_says_or_proves(
    declared: str, text: str, site: str, language: str
) -> None:
    """Its own word for it, unless what it holds proves another; the site's where nothing says."""
    assert page_locale(page(text, declared), site).language == language


@pytest.mark.parametrize(
    ("declared", "text", "site", "numbers"),
    [
        ("de", "1.234,5 %", "de_DE", "de_DE"),
        ("de", "1,234.5%", "de_DE", "en_US"),
        ("de", "1,234.5%", "en_GB", "en_GB"),
        ("en", "0,5 % und 1,25 %", "en_US", "de_DE"),
        ("en", "1.2%", "en_IN", "en_IN"),
        ("es", "1.5%", "es_MX", "es_MX"),
        ("fr", "1\u202f234,5 %", "fr_FR", "fr_FR"),
        ("de", "1'234.5 %", "de_DE", "de_CH"),
        ("de", "am 24.12.2026 um 12.30, Version 3.5.1", "de_DE", "de_DE"),
        ("en", "1,234 orders", "en_US", "en_US"),
        ("de", "0,5 % 1.5% 2.5% 3,5 %", "de_DE", None),
        ("de", "0,5 % " * 40 + "1.5%", "de_DE", "de_DE"),
        ("", "x", "ja_JP", "ja_JP"),
    ],
)
def test_numbers_are_in_the_format_the_page_proves(
    declared: str, text: str, site: str, numbers: str | None
) -> None:
    """A number only one format can have printed decides; proofs that contradict leave it open."""
    assert page_locale(page(text, declared), site).numbers == numbers


def test_a_locale_for_the_rest_is_always_there() -> None:
    """Whatever the numbers say."""
    assert page_locale(page("0,5 % 1.5%", "de"), "de_DE").locale == "de_DE"


def test_an_unknown_site_locale_is_a_mistake_of_the_site_file() -> None:
    """It raises, as no page does."""
    with pytest.raises(ValueError, match="locale"):
        page_locale(page("x", "de"), "not a locale")


def test_d11_hostile_text_is_read_once() -> None:
    """A page of digits and marks takes no time."""
    hostile = page("1,1.1,1 " * 200_000 + "1" * 100_000, "en")

    assert page_locale(hostile, "en_US").language == "en"
