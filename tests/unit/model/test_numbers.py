"""Numbers are read as their locale prints them, or not at all (A5, D11)."""

from __future__ import annotations

import string
from decimal import Decimal, localcontext

import pytest
from babel.numbers import format_currency, format_decimal, format_percent, parse_decimal
from hypothesis import example, given
from hypothesis import strategies as st

from checker.model.numbers import Amount, as_fraction, parse_number, parse_ratio

LOCALES = [
    "en_US", "de_DE", "fr_FR", "sv_SE", "pl_PL", "es_ES", "it_IT", "nl_NL", "tr_TR", "pt_BR",
    "ja_JP", "zh_CN", "ar_EG", "ar_SA", "en_IN",
]  # fmt: skip

# What each console prints: (locale, text, value, percent).
PRINTED = [
    ("en_US", "0.35%", "0.35", True),
    ("en_US", "1,234.5%", "1234.5", True),
    ("en_US", "1,234", "1234", False),
    ("en_US", "1.234", "1.234", False),
    ("en_US", "1234567", "1234567", False),
    ("en_US", "  98.70 %\n", "98.70", True),
    ("en-US", "0", "0", False),
    ("de_DE", "1.234,5 %", "1234.5", True),
    ("de_DE", "0,35\u00a0%", "0.35", True),
    ("de_DE", "1.234", "1234", False),
    ("de_DE", "1234,5", "1234.5", False),
    ("fr_FR", "1\u00a0234,5 %", "1234.5", True),
    ("fr_FR", "1\u202f234,5\u202f%", "1234.5", True),
    ("fr_FR", "1 234 567", "1234567", False),
    ("fr_FR", "0,7%", "0.7", True),
    ("sv_SE", "1\u00a0234,5 %", "1234.5", True),
    ("sv_SE", "\u22123", "-3", False),
    ("pl_PL", "1\u00a0234,5%", "1234.5", True),
    ("pl_PL", "12\u2009345", "12345", False),
    ("es_ES", "1.234,5 %", "1234.5", True),
    ("es_ES", "1234,5", "1234.5", False),
    ("it_IT", "1.234,5%", "1234.5", True),
    ("nl_NL", "1.234,5%", "1234.5", True),
    ("tr_TR", "%12,5", "12.5", True),
    ("tr_TR", "% 1.234,5", "1234.5", True),
    ("tr_TR", "-%12,5", "-12.5", True),
    ("tr_TR", "12,5%", "12.5", True),
    ("pt_BR", "1.234,5%", "1234.5", True),
    ("ja_JP", "１２．５％", "12.5", True),
    ("ja_JP", "１，２３４", "1234", False),
    ("ja_JP", "0.35％", "0.35", True),
    ("zh_CN", "１２．５％", "12.5", True),
    ("zh_CN", "1,234.5%", "1234.5", True),
    ("ar_EG", "١٢٬٣٤٥٫٦٪", "12345.6", True),
    ("ar_EG", "\u200f١٢٬٣٤٥٫٦\u00a0٪\u061c", "12345.6", True),
    ("ar_EG", "12,345.6%", "12345.6", True),
    ("ar_EG", "12٬345٫6", "12345.6", False),
    ("ar_EG", "\u061c-٣", "-3", False),
    ("ar_SA", "٠٫٣٥٪", "0.35", True),
    ("ar_SA", "12,345.6٪", "12345.6", True),
    ("ar_SA", "\u2067٩٩\u2069", "99", False),
    ("fa_IR", "۱۲٬۳۴۵٫۶٪", "12345.6", True),
    ("en_IN", "1,23,456", "123456", False),
    ("en_IN", "12,34,56,789.5%", "123456789.5", True),
    ("en_IN", "12,345", "12345", False),
    ("hi_IN", "१,२३,४५६", "123456", False),
    ("th_TH", "๑๒.๕%", "12.5", True),
    ("de_CH", "1'234.5", "1234.5", False),
    ("en_US", "\u200e-\u200b3", "-3", False),
    ("en_US", "+5", "5", False),
    ("en_US", "1\u200b2\ufeff3", "123", False),
]

# What no console of that locale prints as one number.
UNREADABLE = [
    ("de_DE", "0.35%"),
    ("de_DE", "1,234.5"),
    ("de_DE", "0.350"),
    ("en_US", "1.234,5 %"),
    ("en_US", "1,23"),
    ("en_US", "12,5%"),
    ("en_US", "0,350"),
    ("en_US", "1.2.3"),
    ("en_US", "12,34,5"),
    ("en_US", "1,23,456"),
    ("en_US", "1234,567"),
    ("en_US", "1,,234"),
    ("en_US", ",123"),
    ("en_US", "1,234,"),
    ("en_US", "1.234,567"),
    ("en_US", ".5"),
    ("en_US", "5."),
    ("en_US", "007"),
    ("en_US", "1 234"),
    ("en_US", "1'234"),
    ("en_IN", "123,456"),
    ("en_IN", "1,23,45"),
    ("fr_FR", "1.234,5"),
    ("fr_FR", "12 34"),
    ("fr_FR", "1\u00a0234\u202f567"),
    ("fr_FR", "7\t120"),
    ("fr_FR", "7\n120"),
    ("fr_FR", "1  234"),
    ("pt_BR", "0.5%"),
    ("tr_TR", "%0.5"),
    ("ar_EG", "١٢,٥"),
    ("ar_EG", "١٬٢٣٤.٥"),
    ("ar_EG", "1,234٫5"),
    ("ar_EG", "١٢٬٣٤٥٫٦ ٪ ٪"),
    ("ar_EG", "٫ ١٢٬٣٤٥٫٦٪"),
    ("ar_EG", "١٢،٥"),
    ("en_US", "12٫5"),
    ("en_US", "1٢"),
    ("ar_EG", "١۲"),
    ("en_US", "12²"),
    ("en_US", "½"),
    ("en_US", "1½"),
    ("en_US", "①"),
    ("ja_JP", "2万"),
    ("ja_JP", "十二"),
    ("en_US", "12‰"),
    ("en_US", "1e5"),
    ("en_US", "1_000"),
    ("en_US", "0x10"),
    ("en_US", "3 4"),
    ("en_US", "3/4"),
    ("en_US", "3–4%"),
    ("en_US", "0.1% - 0.2%"),
    ("en_US", "12:30"),
    ("en_US", "2024-01-02"),
    ("en_US", "5 days"),
    ("en_US", "B07"),
    ("en_US", "99+"),
    ("en_US", "(3)"),
    ("en_US", "3-"),
    ("en_US", "- 3"),
    ("en_US", "– 3"),
    ("en_US", "–3"),
    ("en_US", "--3"),
    ("en_US", "+-3"),
    ("en_US", "%12%"),
    ("en_US", "12%%"),
    ("en_US", "≤ 2%"),
    ("en_US", "~3"),
    ("en_US", "<<1"),
    ("en_US", "1<"),
    ("en_US", "<"),
    ("en_US", "&lt; 0.1%"),
    ("en_US", "less than 0.1%"),
    ("en_US", "\u202e12\u202c"),
    ("en_US", "\u202d12"),
    ("en_US", "#12"),
    ("en_US", "12\x00"),
    ("en_US", "\x1b[32m12"),
    ("en_US", "1" * 201),
    ("en_US", " " * 200 + "1"),
]  # fmt: skip

NOTHING = [
    "",
    " ",
    "\u00a0",
    "–",
    "-",
    "—",
    "−",
    "--",
    "N/A",
    "n/a",
    "k. A.",
    "NaN",
    "∞",
    "%",
    "٪",
    "$",
    ".",
    ",",
]

BOUNDS = [
    ("en_US", "<0.1 %", "0.1", "less_than"),
    ("en_US", "< 0.1%", "0.1", "less_than"),
    ("en_US", "> 99%", "99", "more_than"),
    ("de_DE", "<\u00a00,1 %", "0.1", "less_than"),
    ("tr_TR", "<%0,1", "0.1", "less_than"),
    ("ja_JP", "＜０．１％", "0.1", "less_than"),
    ("ar_EG", "\u200f< ٠٫١٪", "0.1", "less_than"),
    ("en_US", "> -5%", "-5", "more_than"),
]

MONEY = [
    ("en_US", "$1,234.50", "1234.50", "USD"),
    ("en_US", "-$1,234.50", "-1234.50", "USD"),
    ("en_US", "$-5", "-5", "USD"),
    ("en_CA", "$12", "12", "CAD"),
    ("en_CA", "US$12", "12", "USD"),
    ("de_DE", "1.234,50\u00a0€", "1234.50", "EUR"),
    ("nl_NL", "€\u00a0-1.234,50", "-1234.50", "EUR"),
    ("pl_PL", "1\u00a0234,50 zł", "1234.50", "PLN"),
    ("sv_SE", "1 234 kr", "1234", "SEK"),
    ("pt_BR", "R$\u00a01.234,50", "1234.50", "BRL"),
    ("ja_JP", "￥1,234", "1234", "JPY"),
    ("ja_JP", "¥1,234", "1234", "JPY"),
    ("zh_CN", "¥1,234", "1234", "CNY"),
    ("en_US", "USD 12.00", "12.00", "USD"),
    ("en_US", "12.00 CAD", "12.00", "CAD"),
]

NOT_MONEY = [
    ("en_US", "ALL 12"),
    ("en_US", "TOP 10"),
    ("en_US", "USD 12"),
    ("en_US", "XXX 12.00"),
    ("en_US", "¤12"),
    ("en_US", "usd 12.00"),
    ("en_US", "$12%"),
    ("en_US", "$12 USD"),
    ("en_US", "$ - 5"),
    ("en_US", "$1.2M"),
    ("fr_FR", "12 F"),
    ("es_ES", "$12"),
]

RATIOS = [
    ("en_US", "7 of 2,000 orders", 7, 2000),
    ("en_US", "7 out of 2,000", 7, 2000),
    ("en_US", "(7 of 20)", 7, 20),
    ("en_US", "Orders: 7 of 20.", 7, 20),
    ("en_US", "7/2,000", 7, 2000),
    ("en_US", "7 ⁄ 20", 7, 20),
    ("en_US", "0 of 0 orders", 0, 0),
    ("en_US", "9 of 7", 9, 7),
    ("en_IN", "7 of 1,23,456", 7, 123456),
    ("de_DE", "7/2.000", 7, 2000),
    ("de_DE", "7 von 2.000 Bestellungen", 7, 2000),
    ("fr_FR", "7 sur 2\u202f000 commandes", 7, 2000),
    ("fr_FR", "7 commandes sur 2 000", 7, 2000),
    ("es_ES", "7 de 2.000 pedidos", 7, 2000),
    ("pt_BR", "7 de 2.000", 7, 2000),
    ("it_IT", "7 di 2.000 ordini", 7, 2000),
    ("it_IT", "7 su 2.000", 7, 2000),
    ("nl_NL", "7 van de 2.000 bestellingen", 7, 2000),
    ("pl_PL", "7 z 2\u00a0000", 7, 2000),
    ("sv_SE", "7 av 2\u00a0000 ordrar", 7, 2000),
    ("ar_EG", "٧ من ٢٬٠٠٠", 7, 2000),
    ("ja_JP", "7 件 / 2,000 件", 7, 2000),
    ("ja_JP", "７／２，０００", 7, 2000),
    ("zh_CN", "7/2,000", 7, 2000),
    ("zh_CN", "订单7/20", 7, 20),
]

NO_RATIO = [
    ("ja_JP", "2,000 件中 7 件"),
    ("zh_CN", "2,000 个订单中的 7 个"),
    ("tr_TR", "2000 de 7"),
    ("tr_TR", "2.000 siparişten 7"),
    ("de_DE", "7 of 2,000"),
    ("en_US", "7 von 2.000"),
    ("en_US", "7 of 2.000"),
    ("en_US", "7.5 of 10"),
    ("en_US", "7 of 20 of 30"),
    ("en_US", "7/20/2024"),
    ("en_US", "7 - 20"),
    ("en_US", "7, 20"),
    ("en_US", "7:20"),
    ("en_US", "7 and 20"),
    ("en_US", "7 of -20"),
    ("en_US", "-7 of 20"),
    ("en_US", "< 7 of 20"),
    ("en_US", "7 of < 20"),
    ("en_US", "7% of 20"),
    ("en_US", "7 of 20%"),
    ("en_US", "7 of 20 %"),
    ("en_US", "7 of 20+"),
    ("en_US", "7 of 20²"),
    ("en_US", "7 of $20"),
    ("en_US", "7k/20k"),
    ("en_US", "7 of 2K"),
    ("en_US", "7 of 2 million orders"),
    ("en_US", "B7 of 20"),
    ("en_US", "07/20"),
    ("de_DE", "7 von 2 Mio. Bestellungen"),
    ("pt_BR", "7 de 2 mil pedidos"),
    ("pl_PL", "7 z 2 tys. zamówień"),
    ("zh_CN", "7/2万件"),
    ("zh_CN", "7/2 千件"),
    ("ko_KR", "7/2천"),
    ("en_IN", "7 of 2L"),
    ("en_US", "7 of"),
    ("en_US", "7"),
    ("en_US", ""),
    ("en_US", "–"),
    ("en_US", "7 of 20" + " " * 200),
]

# 15 whole digits and 8 decimals: more than any console shows, less than Babel's 28 digits of precision.
amounts = st.decimals(Decimal(-(10**15)), Decimal(10**15), allow_nan=False, allow_infinity=False, places=8)
locales = st.sampled_from(LOCALES)
numberlike = st.text(alphabet=string.digits + ".,'% -+<>\u00a0\u202f\u2212٫٬٪٠١٢٣۴۵１２．$€", max_size=20)
texts = st.one_of(st.text(max_size=250), numberlike)


@pytest.mark.parametrize(("locale", "text", "value", "percent"), PRINTED)
def test_a5_printed_numbers_are_read(locale: str, text: str, value: str, percent: bool) -> None:
    """What a console of that locale prints is read with its value, its sign and its unit."""
    assert parse_number(text, locale) == Amount(Decimal(value), percent, "exact")


@pytest.mark.parametrize(("locale", "text"), UNREADABLE)
def test_a5_what_the_locale_cannot_have_printed_is_unreadable(locale: str, text: str) -> None:
    """Another locale's convention, two numbers, words and marks give no value instead of a guess."""
    assert parse_number(text, locale) is None


@pytest.mark.parametrize("locale", LOCALES)
def test_a5_nothing_is_never_zero(locale: str) -> None:
    """A dash, N/A and an empty box are no value, in every locale."""
    assert {text: parse_number(text, locale) for text in NOTHING} == dict.fromkeys(NOTHING)


@pytest.mark.parametrize(("locale", "text", "value", "bound"), BOUNDS)
def test_a5_bounds_are_kept(locale: str, text: str, value: str, bound: str) -> None:
    """Less than a tenth of a percent is not a tenth of a percent."""
    amount = parse_number(text, locale)

    assert amount is not None
    assert (amount.value, amount.bound) == (Decimal(value), bound)


@pytest.mark.parametrize(("locale", "text", "value", "currency"), MONEY)
def test_money_has_the_currency_the_locale_gives_it(
    locale: str, text: str, value: str, currency: str
) -> None:
    """A sign or a code beside an amount becomes the ISO code."""
    assert parse_number(text, locale) == Amount(
        Decimal(value), percent=False, bound="exact", currency=currency
    )


@pytest.mark.parametrize(("locale", "text"), NOT_MONEY)
def test_words_that_are_also_codes_are_not_money(locale: str, text: str) -> None:
    """A tab named ALL and a list named TOP 10 are not lek and pa'anga."""
    assert parse_number(text, locale) is None


@pytest.mark.parametrize(("locale", "text", "part", "whole"), RATIOS)
def test_ratios_are_read_in_their_order(locale: str, text: str, part: int, whole: int) -> None:
    """Two whole numbers with a slash or the locale's word for "of" are a part and a whole."""
    assert parse_ratio(text, locale) == (Decimal(part), Decimal(whole))


@pytest.mark.parametrize(("locale", "text"), NO_RATIO)
def test_doubtful_ratios_are_unreadable(locale: str, text: str) -> None:
    """An unknown order, a third number, a bound or a word for thousand gives no ratio."""
    assert parse_ratio(text, locale) is None


@pytest.mark.parametrize(
    ("text", "fraction"),
    [("12.5%", "0.125"), ("0.35%", "0.0035"), ("100%", "1"), ("-3%", "-0.03"), ("3", "3"), ("0%", "0")],
)
def test_percents_become_fractions(text: str, fraction: str) -> None:
    """A percent is divided by a hundred, a plain number stays."""
    amount = parse_number(text, "en_US")

    assert amount is not None
    assert as_fraction(amount) == Decimal(fraction)


def test_fractions_are_exact_whatever_the_context() -> None:
    """No digit is lost, even where the caller computes with three."""
    with localcontext() as context:
        context.prec = 3
        fraction = as_fraction(Amount(Decimal("1" * 50), percent=True, bound="exact"))

    assert fraction == Decimal("1" * 48 + ".11")


@pytest.mark.parametrize("parse", [parse_number, parse_ratio])
@pytest.mark.parametrize("locale", ["xx_YY", "", "not a locale", "en_US_POSIX_x_y_z"])
def test_unknown_locales_are_named(parse: object, locale: str) -> None:
    """A locale Babel does not know is a mistake in a site's file, not an unreadable page."""
    assert callable(parse)

    with pytest.raises(ValueError, match="locale"):
        parse("1", locale)


@given(amounts, locales, st.booleans())
def test_decimals_round_trip(value: Decimal, locale: str, grouped: bool) -> None:
    """What Babel prints as a number in a locale is read back as the same number."""
    text = format_decimal(value, locale=locale, decimal_quantization=False, group_separator=grouped)

    assert parse_number(text, locale) == Amount(value, percent=False, bound="exact")


@given(amounts, locales, st.sampled_from(["default", "latn"]))
def test_percents_round_trip(value: Decimal, locale: str, system: str) -> None:
    """What Babel prints as a percentage is read back exactly, with either row of symbols."""
    text = format_percent(value, locale=locale, decimal_quantization=False, numbering_system=system)

    amount = parse_number(text, locale)

    assert amount is not None
    assert (as_fraction(amount), amount.percent) == (value, True)


@given(amounts, st.sampled_from(["ar_EG", "ar_SA"]), st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
def test_arabic_digits_round_trip(value: Decimal, locale: str, row: str) -> None:
    """Babel prints Latin digits; the same text in Arabic-Indic or Persian ones says the same."""
    text = format_decimal(value, locale=locale, decimal_quantization=False, numbering_system="arab")

    digits = str.maketrans(string.digits, row)

    assert parse_number(text.translate(digits), locale) == Amount(value, percent=False, bound="exact")


@given(amounts.map(lambda value: round(value, 2)), locales, st.sampled_from(["EUR", "USD", "GBP"]))
def test_money_round_trips(value: Decimal, locale: str, code: str) -> None:
    """An amount of money Babel prints is read back with its currency."""
    text = format_currency(value, code, locale=locale)

    assert parse_number(text, locale) == Amount(value, percent=False, bound="exact", currency=code)


@given(texts, locales)
@example("\ud800", "en_US")
@example("\U0001d7d9", "en_US")
def test_no_text_raises(text: str, locale: str) -> None:
    """Whatever a page holds, the answer is a value or none."""
    assert isinstance(parse_number(text, locale), Amount | None)
    assert isinstance(parse_ratio(text, locale), tuple | None)


@given(numberlike, locales)
def test_what_is_read_is_what_babel_would_read(text: str, locale: str) -> None:
    """A bare Latin number we accept has the value Babel's own, more lenient, parser gives it."""
    amount = parse_number(text, locale)
    if amount is None or not set(text.strip()) <= set(string.digits + ".,"):
        return

    assert amount.value == parse_decimal(text.strip(), locale=locale)


def test_d11_long_hostile_text_is_not_even_looked_at() -> None:
    """Beyond 200 characters nothing is parsed, however numeric it looks."""
    hostile = "1," * 5_000_000

    assert parse_number(hostile, "en_US") is None
    assert parse_ratio(hostile + "/" + hostile, "en_US") is None
