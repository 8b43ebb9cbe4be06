"""A value with all that a console prints with it: count, bound, base, or that there is none (A5)."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model.quantities import Quantity, read_quantities, read_quantity, says_nothing


def q(
    value: str | None, sign: str = "", *, count: int | None = None, of: int | None = None, **more: object
) -> Quantity:
    """Return a quantity; `sign` is "%" for a percentage."""
    whole = [None if number is None else Decimal(number) for number in (count, of)]
    return Quantity(
        None if value is None else Decimal(value),
        sign == "%",
        count=whole[0],
        of=whole[1],
        **more,  # type: ignore[arg-type]
    )


READ = [
    ("en_US", "3 %(1)", q("3", "%", count=1)),
    ("en_US", "3% (1)", q("3", "%", count=1)),
    ("ja_JP", "３％（１）", q("3", "%", count=1)),
    ("en_US", "0 % (0)", q("0", "%", count=0)),
    ("en_US", "0.5 % (12 of 2,400 orders)", q("0.5", "%", count=12, of=2400)),
    ("en_US", "0.5% (12/2,400)", q("0.5", "%", count=12, of=2400)),
    ("de_DE", "0,5 % (12 von 2.400 Bestellungen)", q("0.5", "%", count=12, of=2400)),
    ("en_US", "2.5 %\n12 of 480", q("2.5", "%", count=12, of=480)),
    ("en_US", "2.5 % 12 of 480 orders", q("2.5", "%", count=12, of=480)),
    ("en_US", "12 (2.5 %)", q("2.5", "%", count=12)),
    ("en_US", "12 / 480", q("12", count=12, of=480)),
    ("en_US", "12/480", q("12", count=12, of=480)),
    ("en_US", "12 of 480", q("12", count=12, of=480)),
    ("en_US", "12 out of 480 orders", q("12", count=12, of=480, unit="orders")),
    ("es_MX", "12 de 480 ventas", q("12", count=12, of=480, unit="ventas")),
    ("en_US", "<0.1 %", q("0.1", "%", bound="less_than")),
    ("en_US", "≤ 4%", q("4", "%", bound="at_most")),
    ("en_US", "<= 4%", q("4", "%", bound="at_most")),
    ("en_US", "≥95 %", q("95", "%", bound="at_least")),
    ("en_US", "less than 0.1%", q("0.1", "%", bound="less_than")),
    ("de_DE", "1.234,5 %", q("1234.5", "%")),
    ("en_US", "1,234.5%", q("1234.5", "%")),
    ("tr_TR", "%12,5", q("12.5", "%")),
    ("ar_EG", "١٢٫٥٪", q("12.5", "%")),
    ("ar_EG", "٪١٢٫٥", q("12.5", "%")),
    ("ja_JP", "１２．５％", q("12.5", "%")),
    ("hi_IN", "१२.५%", q("12.5", "%")),
    ("fr_FR", "1\u202f234,5\u00a0%", q("1234.5", "%")),
    ("de_CH", "1'234.5", q("1234.5")),
    ("en_US", "3 percent", q("3", "%")),
    ("de_DE", "3,5 Prozent", q("3.5", "%")),
    ("en_US", "1.2k", q("1.2E+3", rounded=True)),
    ("zh_CN", "1.2万", q("1.2E+4", rounded=True)),
    ("en_US", "1.2M", q("1.2E+6", rounded=True)),
    ("en_US", "12 orders", q("12", unit="orders")),
    ("en_US", "1.5 days", q("1.5", unit="days")),
    ("ja_JP", "3件", q("3", unit="件")),
    ("en_US", "3 %\ue0001\ue000", q("3", "%")),
    ("en_US", "—", q(None)),
    ("de_DE", "–", q(None)),
    ("en_US", "N/A", q(None)),
    ("en_US", "no data", q(None)),
    ("zh_CN", "暂无数据", q(None)),
    ("en_US", "-- %", q(None)),
]

NOT_READ = [
    ("en_US", "12\ue0001\ue000"),  # a footnote, or twelve to the power of one
    ("en_US", "10\ue0003\ue000"),
    ("en_US", "5 %5"),
    ("en_US", "2.5 %\n12"),
    ("en_US", "1.2% 3%"),
    ("en_US", "1.2% (3%)"),
    ("en_US", "1.2% (-3)"),
    ("en_US", "3 (4)"),
    ("fr_FR", "1\n234"),
    ("fr_FR", "1,2 M"),
    ("en_US", "2 million"),
    ("de_DE", "1,234.5%"),
    ("en_US", "1.234,5 %"),
    ("en_US", "Top 10"),
    ("en_US", "3 Dec 2026"),
    ("en_US", "12 March"),
    ("de_DE", "12 März"),
    ("en_US", "B07"),
    ("en_US", "7 of 2 million orders"),
    ("zh_CN", "7/2万件"),
    ("en_US", "99+"),
    ("en_US", "0 -"),
    ("zh_CN", "≤0 - -"),
    ("en_US", "1" * 201),
    ("en_US", ""),
    ("en_US", "Good"),
]


@pytest.mark.parametrize(("locale", "text", "read"), READ)
def test_what_stands_in_one_place_is_read_as_one_thing(locale: str, text: str, read: Quantity) -> None:
    """With its count, its bound, its unit, or as the statement that there is nothing."""
    assert read_quantity(text, locale) == read


@pytest.mark.parametrize(("locale", "text"), NOT_READ)
def test_what_is_not_certain_is_not_read(locale: str, text: str) -> None:
    """Two values, another locale's number, a date, a note that may be a power."""
    assert read_quantity(text, locale) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.234", ["1.234", "1234"]),
        ("1,234", ["1.234", "1234"]),
        ("1,234.5%", ["1234.5"]),
        ("1.234,5 %", ["1234.5"]),
        ("1'234.5", ["1234.5"]),
        ("0.35 %", ["0.35"]),
        ("12", ["12"]),
        ("1.2.3", []),
    ],
)
def test_without_a_locale_only_what_all_agree_on_is_certain(text: str, values: list[str]) -> None:
    """What only one format can have printed is read; what two read differently is two readings, and none."""
    readings = read_quantities(text, None)

    assert sorted(str(reading.value) for reading in readings) == values
    assert (read_quantity(text, None) is not None) is (len(values) == 1)


@pytest.mark.parametrize(
    ("quantity", "fraction"),
    [(q("12.5", "%"), "0.125"), (q("3"), "3"), (q("0", "%"), "0.00"), (q(None), None)],
)
def test_a_percentage_as_a_fraction(quantity: Quantity, fraction: str | None) -> None:
    """A hundredth of what is printed; anything else as it is."""
    assert quantity.fraction == (None if fraction is None else Decimal(fraction))


def test_a_language_may_have_its_own_words_for_nothing() -> None:
    """As the page's words say."""
    assert not says_nothing("geen waarde")
    assert says_nothing("Geen waarde", frozenset({"geen waarde"}))


@given(
    st.text(max_size=220) | st.text("0123456789 .,-–%/()<≤+ofkm件\ue000\n", max_size=24),
    st.sampled_from(["en_US", "de_DE", "ar_EG", "ja_JP", None]),
)
def test_no_text_raises(text: str, locale: str | None) -> None:
    """Whatever a page holds, the answer is a quantity or none."""
    assert isinstance(read_quantity(text, locale), Quantity | None)


@pytest.mark.parametrize(
    "text", ["1," * 100, "(" * 200, "1 of " * 40, "% " * 100, "1 1 " * 50, "\ue000" * 200]
)
def test_d11_hostile_texts_take_no_time(text: str) -> None:
    """Two hundred characters are read in milliseconds, whatever they are."""
    before = time.process_time()
    for locale in ("en_US", "de_DE", None):
        read_quantity(text, locale)

    assert time.process_time() - before < 5
