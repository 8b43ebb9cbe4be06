"""Numbers as a console prints them: read in the page's own locale, or not read at all.

    parse_number("1.234,5 %", "de_DE")          Amount(Decimal("1234.5"), percent=True)
    parse_number("<0.1%", "en_US")              Amount(Decimal("0.1"), percent=True, bound="less_than")
    parse_number("0.35%", "de_DE")              None: there "." groups thousands, and 0.35 is no group
    parse_ratio("7 of 2,000 orders", "en_US")   (Decimal(7), Decimal(2000))

A value is never guessed: what the locale cannot have printed is None, and so is "N/A". Separators,
group sizes, currency signs and the words for "thousand" are Babel's. Every step is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision

__all__ = [
    "INVISIBLE",
    "OF_WORDS",
    "Amount",
    "Bound",
    "as_fraction",
    "known_locale",
    "parse_number",
    "parse_ratio",
]

Bound = Literal["exact", "less_than", "more_than"]

MAX_LENGTH = 200

_BOUNDS: dict[str, Bound] = {"<": "less_than", ">": "more_than"}
_MINUS = "-\N{MINUS SIGN}\N{SMALL HYPHEN-MINUS}"
_SIGNS = "+" + _MINUS
_PERCENT = "%\N{ARABIC PERCENT SIGN}\N{SMALL PERCENT SIGN}"
# Blanks that stand inside a number. Tab and newline part the cells of a table, never the groups of a number.
_BLANKS = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
_SEPARATORS = ".,\N{ARABIC DECIMAL SEPARATOR}\N{ARABIC THOUSANDS SEPARATOR}" + _APOSTROPHES + _BLANKS
# Marks that change nothing a reader sees in a number: zero-width, directional marks, embeddings, isolates.
# The two overrides (U+202D, U+202E) are left in, and so refused: under them 12 is seen as 21.
INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, *range(0x200B, 0x2010), 0x202A, 0x202B, 0x202C, *range(0x2060, 0x206A), 0xFEFF]
)
# The zero of each digit row that marketplaces use, with CLDR's name for the row; Babel holds no digits.
_DIGIT_ROWS = {
    ord("0"): "latn",
    0x0660: "arab",
    0x06F0: "arabext",
    0x0966: "deva",
    0x09E6: "beng",
    0x0E50: "thai",
}
_SLASHES = frozenset("/\N{FRACTION SLASH}\N{DIVISION SLASH}")
_NEIGHBOURS = _SLASHES | frozenset(".,;:()")
# "of" where it stands between the part and the whole, in that order. Japanese, Chinese, Korean and Turkish
# say the whole first, so only the slash and the English word are read there.
OF_WORDS = {
    "ar": {"من"},
    "de": {"von"},
    "es": {"de"},
    "fr": {"de", "sur"},
    "it": {"di", "su"},
    "nl": {"van", "de"},  # "7 van de 2.000"
    "pl": {"z"},
    "pt": {"de"},
    "sv": {"av"},
}
# After these "2" is not two, in whatever language the page is.
_ENGLISH_MAGNITUDES = frozenset(
    {"k", "m", "b", "t", "mn", "bn", "thousand", "million", "billion", "trillion"},
)
# ISO 4217 has a code for "no currency", which Babel lists with the sign "¤".
_NO_CURRENCY = "XXX"

_INTEGER_RUN = re.compile(rf"\d+(?:[{re.escape(_SEPARATORS)}]\d+)*")


@dataclass(frozen=True, slots=True)
class Amount:
    """One number with everything the text said about it; ``value`` is as printed, so 12.5 % is 12.5.

    ``currency`` is the ISO code the locale gives to the sign: a bare "$" is USD in en_US, CAD in en_CA.
    """

    value: Decimal
    percent: bool
    bound: Bound
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class _Symbols:
    """How one digit row is punctuated: the decimal mark and the marks that may part the groups."""

    decimal: str
    groups: str


@dataclass(frozen=True, slots=True)
class _Habits:
    """How one locale prints numbers, taken from Babel once."""

    symbols: dict[str, tuple[_Symbols, ...]]
    primary: int
    secondary: int
    currencies: dict[str, str]
    codes: frozenset[str]
    magnitudes: frozenset[str]
    magnitudes_wide: frozenset[str]
    of_words: frozenset[str]


def parse_number(text: str, locale: str) -> Amount | None:
    """Return the one number the text holds, or None where this locale gives it no single reading.

    Known signs around the number are read: a percent sign on either side, minus and plus, "<" and ">",
    the locale's currency signs, and an ISO code beside an amount with decimals. Anything else is None.

    Raises:
        ValueError: Babel does not know the locale. No text raises.
    """
    habits = _habits(locale)
    found = _split(_clean(text)) if len(text) <= MAX_LENGTH else None
    if found is None:
        return None
    before, body, after = found
    bound, before = _take_bound(before)
    negative, before = _take_sign(before)
    digits = _read_body(body, habits)
    unit = _read_unit(before, after, habits, digits)
    if digits is None or unit is None:
        return None
    value = Decimal(f"-{digits}" if negative else digits)
    return Amount(value, unit == "%", bound, None if unit in ("", "%") else unit)


def parse_ratio(text: str, locale: str) -> tuple[Decimal, Decimal] | None:
    """Return (part, whole) from "7 of 2,000 orders", or None.

    The text must hold exactly two whole numbers, joined by a slash or by the locale's word for "of";
    words may follow each of them, unless they mean thousand or million. Nothing is swapped or checked:
    "9 of 7" is (9, 7).

    Raises:
        ValueError: Babel does not know the locale. No text raises.
    """
    habits = _habits(locale)
    cleaned = _clean(text) if len(text) <= MAX_LENGTH else ""
    runs = list(_INTEGER_RUN.finditer(cleaned))
    if len(runs) != 2:  # noqa: PLR2004 - a ratio has two sides
        return None
    part, whole = runs
    numerator, denominator = (_read_whole_number(run.group(), habits) for run in runs)
    if numerator is None or denominator is None:
        return None
    between = cleaned[part.end() : whole.start()]
    readable = (
        _is_label(cleaned[: part.start()])
        and _is_joiner(between, habits)
        and _counts_units(between, habits)
        and _counts_units(cleaned[whole.end() :], habits)
    )
    return (numerator, denominator) if readable else None


def known_locale(tag: str, otherwise: str) -> str:
    """Return a page's own language if Babel knows it, else `otherwise`: a page may say anything."""
    try:
        _habits(tag)
    except ValueError:
        return otherwise
    return tag


def as_fraction(amount: Amount) -> Decimal:
    """Return the value as a fraction of one: 12.5 % is exactly 0.125; what is no percent stays as it is."""
    if not amount.percent:
        return amount.value
    # Built from its digits, not divided: a division would round to the precision the caller happens to have.
    sign, digits, exponent = amount.value.as_tuple()
    return Decimal((sign, digits, int(exponent) - 2))


@lru_cache(maxsize=64)
def _habits(identifier: str) -> _Habits:
    try:
        locale = Locale.parse(identifier.replace("-", "_"))
    except UnknownLocaleError as error:
        raise ValueError(f"Babel does not know the locale {identifier!r}") from error
    magnitudes = frozenset(_magnitudes(locale)) | _ENGLISH_MAGNITUDES
    primary, secondary = locale.decimal_formats[None].grouping
    return _Habits(
        symbols={row: tuple(_symbols(locale, row)) for row in _DIGIT_ROWS.values()},
        primary=primary,
        secondary=secondary,
        currencies=_currency_signs(locale, magnitudes),
        codes=frozenset(locale.currencies) - {_NO_CURRENCY},
        magnitudes=magnitudes,
        magnitudes_wide=frozenset(word for word in magnitudes if _is_wide(word[0])),
        of_words=frozenset({"of"} | OF_WORDS.get(locale.language, set())),
    )


def _symbols(locale: Locale, row: str) -> Iterator[_Symbols]:
    # Latin digits are also printed with the locale's own marks, as in Babel's Arabic: 1٬234٫5.
    for system in {row, locale.default_numbering_system} if row == "latn" else {row}:
        own = locale.number_symbols.get(system, {})
        # A row without marks of its own has the Latin ones (CLDR's alias).
        marks = own if "decimal" in own and "group" in own else locale.number_symbols["latn"]
        yield _Symbols(marks["decimal"], _alike(marks["group"]))


def _alike(group: str) -> str:
    """Return the marks that stand for the locale's own: pages fold their blanks and their apostrophes."""
    return next((marks for marks in (_BLANKS, _APOSTROPHES) if group in marks), group)


def _currency_signs(locale: Locale, magnitudes: frozenset[str]) -> dict[str, str]:
    """Return the signs that name one currency here; a sign that is only an ISO code is left to _read_code."""
    signs: dict[str, str] = {}
    refused = {""} | set(locale.currencies)
    for code, symbol in locale.currency_symbols.items():
        sign = _clean(symbol)
        # One plain letter is too little to go by: F was the French franc and may be Fahrenheit.
        letter = len(sign) == 1 and sign.isalpha() and not _is_wide(sign)
        if letter or sign in signs or sign.casefold() in magnitudes or code == _NO_CURRENCY:
            refused.add(sign)
        signs[sign] = code
    return {sign: code for sign, code in signs.items() if sign not in refused}


def _magnitudes(locale: Locale) -> Iterator[str]:
    """Yield this locale's words and letters for thousand, million and so on, without their full stops."""
    for width in ("long", "short"):
        forms = locale.compact_decimal_formats
        for plurals in forms[width].values() if width in forms else ():
            for pattern in plurals.values():
                yield from _words(pattern.pattern)


def _words(text: str) -> list[str]:
    """Return the runs of letters, folded for comparing."""
    letters = "".join(char if char.isalpha() or unicodedata.combining(char) else " " for char in text)
    return letters.casefold().split()


def _clean(text: str) -> str:
    """Return the text without invisible marks, full-width forms made narrow, blanks at the ends cut."""
    return "".join(map(_narrow, text.translate(INVISIBLE))).strip()


def _narrow(char: str) -> str:
    # Only the full-width forms: normalising everything would also turn 12² into 122.
    return unicodedata.normalize("NFKC", char) if unicodedata.east_asian_width(char) == "F" else char


def _split(text: str) -> tuple[str, str, str] | None:
    """Cut the text at its first and after its last digit."""
    places = [place for place, char in enumerate(text) if char.isdecimal()]
    if not places:
        return None
    first, last = places[0], places[-1] + 1
    return text[:first], text[first:last], text[last:]


def _take_bound(before: str) -> tuple[Bound, str]:
    bound = _BOUNDS.get(before[:1], "exact")
    return bound, before if bound == "exact" else before[1:].lstrip()


def _take_sign(before: str) -> tuple[bool, str]:
    """Take a sign from the front ("-$5", "-%5") or from beside the number ("$ -5").

    A dash with a blank after it is a bullet or stands for "nothing": it is left, and so refused.
    """
    if before[:1] and before[0] in _SIGNS and not before[1:2].isspace():
        return before[0] in _MINUS, before[1:]
    if before[-1:] and before[-1] in _SIGNS and len(before) > 1:
        return before[-1] in _MINUS, before[:-1]
    return False, before


def _read_body(body: str, habits: _Habits) -> str | None:
    """Return the digits in plain form ("1234.5"), or None unless every fitting punctuation agrees on them."""
    rows = {ord(char) - unicodedata.decimal(char) for char in body if char.isdecimal()}
    if len(rows) != 1:
        return None
    plain = "".join(str(unicodedata.decimal(char, char)) for char in body)
    symbols = habits.symbols.get(_DIGIT_ROWS.get(rows.pop(), ""), ())
    readings = {_read_digits(plain, marks, habits) for marks in symbols} - {None}
    return readings.pop() if len(readings) == 1 else None


def _read_digits(plain: str, marks: _Symbols, habits: _Habits) -> str | None:
    whole, mark, decimals = plain.partition(marks.decimal)
    if mark and not _all_digits(decimals):
        return None
    separators = {char for char in whole if not _is_digit(char)}
    if len(separators) > 1 or not separators.issubset(marks.groups):
        return None
    groups = whole.split(separators.pop()) if separators else [whole]
    # "0,350" in en_US is another locale's 0.350; "007" is a name, not a number.
    if whole.startswith("0") and whole != "0":
        return None
    if len(groups) > 1 and not _well_grouped(groups, habits):
        return None
    return "".join(groups) + (f".{decimals}" if mark else "")


def _well_grouped(groups: list[str], habits: _Habits) -> bool:
    first, *middle, last = groups
    return (
        len(last) == habits.primary
        and all(len(group) == habits.secondary for group in middle)
        and 1 <= len(first) <= habits.secondary
    )


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9"


def _all_digits(text: str) -> bool:
    return text != "" and all(map(_is_digit, text))


def _read_unit(before: str, after: str, habits: _Habits, digits: str | None) -> str | None:
    """Return "%", an ISO currency code, "" for a bare number, or None for anything else beside it."""
    unit = before.strip() or after.strip()
    if before.strip() and after.strip():
        return None
    if unit == "":
        return unit
    if unit in tuple(_PERCENT):
        return "%"
    return habits.currencies.get(unit) or _read_code(unit, habits, digits)


def _read_code(unit: str, habits: _Habits, digits: str | None) -> str | None:
    # Only with that currency's own decimals: ALL and TOP are codes too, but "ALL 12" is a tab, "TOP 10" a
    # list. Yen and won, which have none, are read by their sign alone.
    decimals = len((digits or "").partition(".")[2])
    return unit if unit in habits.codes and decimals and get_currency_precision(unit) == decimals else None


def _read_whole_number(run: str, habits: _Habits) -> Decimal | None:
    digits = _read_body(run, habits)
    return Decimal(digits) if digits is not None and digits.isdecimal() else None


def _is_label(before: str) -> bool:
    """Tell whether only words stand before the first number: "Orders: ", but not "< ", "-" or "B"."""
    last = before.rstrip()[-1:]
    if last != "" and not last.isalpha() and last not in ":(":
        return False
    return not _touches(before[-1:])


def _is_joiner(between: str, habits: _Habits) -> bool:
    *words, joiner = between.split() or [""]
    if joiner not in _SLASHES and joiner.casefold() not in habits.of_words:
        return False
    return all(word.isalpha() for word in words)


def _counts_units(after: str, habits: _Habits) -> bool:
    """Tell whether a whole number stands as it is before this text: "2 orders" does, "2 mil" does not."""
    if _touches(after[:1]) or any(_changes_a_number(char) for char in after):
        return False
    words = _words(after)
    if not words:
        return True
    # East Asian text has no blanks, so there the first sign decides: 2万件 is 20,000.
    first = words[0][0]
    return words[0] not in habits.magnitudes and not first.isnumeric() and first not in habits.magnitudes_wide


def _touches(char: str) -> bool:
    """Tell whether this character, next to a digit, makes it part of something else: "7k", "2,000+", "B7"."""
    return char != "" and not char.isspace() and not _is_wide(char) and char not in _NEIGHBOURS


def _changes_a_number(char: str) -> bool:
    return char in _PERCENT or char == "\N{PER MILLE SIGN}" or (char.isnumeric() and not char.isalpha())


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) == "W"
