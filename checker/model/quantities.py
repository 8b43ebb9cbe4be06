"""What a console prints in one place, with everything it says of it: value, bound, count and base; pure.

    read_quantity("3 %(1)", "en_US")                  value 3, percent, count 1
    read_quantity("0.5 % (12 of 2,400 orders)", …)    value 0.5, percent, count 12 of 2400
    read_quantity("12 / 480", "en_US")                value 12, count 12 of 480
    read_quantity("≤ 4 %", "en_US")                   value 4, percent, bound "at_most"
    read_quantity("—", "en_US")                       value None: the console says that there is none
    read_quantity("1.234", None)                      None: 1234 or 1.234, and nothing says which

Where no locale is known, what reads the same in every format is read, and what one format alone can have
printed; what two formats read differently is two readings of `read_quantities`. Every step is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from babel import Locale, UnknownLocaleError

from checker.model.numbers import INVISIBLE, MAX_LENGTH, OF_WORDS, parse_number
from checker.model.words import fold_word

__all__ = [
    "FOOTNOTE",
    "NOTHING",
    "Quantity",
    "QuantityBound",
    "read_quantities",
    "read_quantity",
    "says_nothing",
]

QuantityBound = Literal["exact", "less_than", "more_than", "at_most", "at_least"]

FOOTNOTE: Final = "\ue000"
"""Stands before and after what a page sets as superscript or subscript."""

NOTHING: Final = frozenset(
    # Dashes of every length, and the words for "no value" and for "too little to judge".
    {
        "-",
        "–",
        "—",
        "―",
        "−",
        "‒",
        "--",
        "---",
        "——",
        "- -",
        "n/a",
        "na",
        "n.a.",
        "n. a.",
        "- %",
        "-%",
        "–%",
        "—%",
    }
    | {"– %", "— %", "--%", "-- %", "nan", "null", "none", "no data", "not available", "not rated"}
    | {"not enough data", "not enough data yet", "insufficient data", "no data yet", "not enough orders"}
    | {
        "k. a.",
        "k.a.",
        "暂无",
        "暂无数据",
        "無資料",
        "暫無",
        "暫無數據",
        "无数据",
        "データなし",
        "該当なし",
        "없음",
        "нет данных",
        "数据不足",
        "數據不足",
        "недостаточно данных",
        "nicht genügend daten",
    }
    | {
        "keine daten",
        "sin datos",
        "sem dados",
        "aucune donnée",
        "nessun dato",
        "geen gegevens",
        "brak danych",
    }
    | {
        "veri yok",
        "chưa có dữ liệu",
        "tidak ada data",
        "ไม่มีข้อมูล",
        "لا توجد بيانات",
        "nd",
        "n/d",
        "s/d",
        "s/o",
    }
    | {"not enough transactions", "not enough sales", "too few orders", "too few transactions"}
    | {"no data available", "not applicable", "not rated yet", "not yet rated", "no orders", "no sales"}
    | {"no orders yet", "no sales yet", "zu wenig daten", "nicht bewertet", "noch nicht bewertet"}
    | {"sin datos suficientes", "datos insuficientes", "sin calificar", "no aplica", "no disponible"}
    | {"dados insuficientes", "não aplicável", "não disponível", "données insuffisantes", "pas de données"}
    | {"non disponible", "dati insufficienti", "non disponibile", "onvoldoende gegevens", "za mało danych"}
    | {"brak oceny", "belum ada data", "data tidak cukup", "tiada data", "chưa đủ dữ liệu", "ข้อมูลไม่เพียงพอ"}
    | {"недостаточно заказов", "нет оценки", "データがありません", "データ不足", "데이터 없음", "데이터 부족"}
    | {"尚未评级", "暂未评级", "未评级", "暂无评级", "尚無資料", "資料不足"}
)

_BOUNDS: Final[tuple[tuple[str, QuantityBound], ...]] = (
    ("<=", "at_most"), (">=", "at_least"), ("≤", "at_most"), ("≦", "at_most"), ("⩽", "at_most"),
    ("≥", "at_least"), ("≧", "at_least"), ("⩾", "at_least"), ("<", "less_than"), (">", "more_than"),
    ("less than ", "less_than"), ("fewer than ", "less_than"), ("more than ", "more_than"),
    ("at most ", "at_most"), ("at least ", "at_least"), ("up to ", "at_most"),
)  # fmt: skip
_OPEN_END: Final = re.compile(r"\d\s?[%٪％]\s?\+$")
_PERCENT_WORDS: Final = frozenset(
    {"percent", "per cent", "pct", "prozent", "pour cent", "por ciento", "por cento", "per cento", "procent"}
    | {"procento", "процент", "процента", "процентов", "パーセント", "퍼센트", "yüzde", "phần trăm", "persen"}
)
# As printed beside a number they multiply it in every language that uses them; "M" is a million in English
# and a thousand in Roman numerals, so it counts on an English page only.
_MAGNITUDES: Final = {"k": 3, "万": 4, "萬": 4, "만": 4, "億": 8, "亿": 8, "억": 8}
_ENGLISH_MAGNITUDES: Final = {"m": 6, "mn": 6}
# The ways numbers are punctuated; each is asked where no locale is known.
_FORMATS: Final = ("en_US", "de_DE", "fr_FR", "de_CH", "en_IN", "ar_EG")

_NUMERAL: Final = re.compile(r"\d(?:[\d.,'’٫٬  \u2009\u202f\u2007]{0,40}\d)?")
# "3 %(1)", "3% (12 of 480 orders)", "12 (2.5 %)": one thing, and one in brackets after it.
_BRACKETED: Final = re.compile(r"^([^()（）]{1,80})[(（]([^()（）]{1,80})[)）]$")
_FOOTNOTES: Final = re.compile(f"{FOOTNOTE}[^{FOOTNOTE}]{{0,20}}{FOOTNOTE}")
_JOINERS: Final = frozenset("/⁄∕／")
_UNIT_WORDS: Final = 3
# Words that are printed right behind a number and do not change it: "12min"; "5m" may be millions.
_TOUCHING: Final = frozenset({"min", "mins", "h", "hr", "hrs", "hours", "minutes", "days", "sec", "secs"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """One value as a console prints it.

    value: as printed, so that 12.5 % is 12.5; None where the console says that there is none.
    count, of: how many events it rests on, and out of how many, where the text says so.
    unit: the word that follows a bare number: "orders", "days", "件".
    rounded: whether it was printed in short form: 1.2k.
    """

    value: Decimal | None
    percent: bool = False
    bound: QuantityBound = "exact"
    count: Decimal | None = None
    of: Decimal | None = None
    unit: str = ""
    currency: str | None = None
    rounded: bool = False

    @property
    def fraction(self) -> Decimal | None:
        """The value as a fraction of one: a percent divided by a hundred, anything else as it is."""
        if self.value is None or not self.percent:
            return self.value
        sign, digits, exponent = self.value.as_tuple()
        return Decimal((sign, digits, int(exponent) - 2))


def says_nothing(text: str, more: frozenset[str] = frozenset()) -> bool:
    """Tell whether a text is how consoles print that there is no value: a dash, "N/A", "no data".

    Args:
        text: What stands where a value would.
        more: Further words of the page's language, folded.
    """
    if len(text) > MAX_LENGTH:
        return False
    folded = fold_word(_FOOTNOTES.sub("", text)).strip(" .。:：")
    return bool(folded) and (folded in NOTHING or folded in more or f"{folded}." in NOTHING)


def read_quantity(text: str, locale: str | None, language: str = "") -> Quantity | None:
    """Return the one thing a text says, or None where it says nothing, or nothing certain.

    Args:
        text: What the page prints; line breaks in it part numbers, and a value from its count.
        locale: How the page prints numbers, or None where that is not known.
        language: The page's language, for "of" and words after a number; the locale's by default.

    Raises:
        ValueError: If Babel does not know the locale. No text raises.
    """
    found = read_quantities(text, locale, language)
    return found[0] if len(found) == 1 else None


def read_quantities(text: str, locale: str | None, language: str = "") -> tuple[Quantity, ...]:
    """Return every reading of a text: one where it is certain, none where it is no quantity.

    Args:
        text: What the page prints.
        locale: How the page prints numbers, or None where that is not known.
        language: The page's language.

    Raises:
        ValueError: If Babel does not know the locale. No text raises.
    """
    if len(text) > MAX_LENGTH:
        return ()
    if says_nothing(text):
        return (Quantity(None),)
    if not any(char.isdecimal() for char in text):
        return ()
    cleaned = _cleaned(text)
    if cleaned is None:
        return ()
    if locale is not None:
        found = _read(cleaned, locale, language or locale.replace("-", "_").partition("_")[0])
        return () if found is None else (found,)
    readings = {_read(cleaned, one, language or "en") for one in _FORMATS} - {None}
    return tuple(sorted((each for each in readings if each is not None), key=repr))


def _cleaned(text: str) -> str | None:
    """Return the text without footnote marks; None if a raised figure touches a digit: note or power?"""
    for found in _FOOTNOTES.finditer(text):
        raised = text[found.start() + 1 : found.end() - 1].strip()
        before = text[: found.start()].rstrip(" ")[-1:]
        if raised.strip("()").isdecimal() and not raised.startswith("(") and before.isdecimal():
            return None
    lines = [" ".join(line.split(" ")).strip() for line in _FOOTNOTES.sub(" ", text).split("\n")]
    return "\n".join(line for line in lines if line).translate(INVISIBLE)


def _read(text: str, locale: str, language: str) -> Quantity | None:
    """Return what a text says in one format."""
    whole = _simple(text, locale, language)
    if whole is not None:
        return whole
    bracketed = _BRACKETED.match(text)
    first, second = (bracketed[1].strip(), bracketed[2].strip()) if bracketed else _two_parts(text)
    if not second:
        return None
    main, aside = _simple(first, locale, language), _simple(second, locale, language)
    if main is None or aside is None or main.value is None or aside.value is None:
        return None
    if aside.percent and not main.percent:
        main, aside = aside, main
    if not main.percent or aside.percent or main.count is not None or not _counts(aside):
        return None
    # Without brackets a bare number beside a percentage may be anything.
    if not bracketed and aside.of is None and not aside.unit:
        return None
    return replace(main, count=aside.value, of=aside.of)


def _counts(aside: Quantity) -> bool:
    value = aside.value
    exact = aside.bound == "exact" and aside.currency is None and not aside.rounded
    return exact and value is not None and value >= 0 and value == value.to_integral_value()


def _two_parts(text: str) -> tuple[str, str]:
    """Return a value and what stands on the next line, after a dot or a percent sign beside it."""
    for mark in ("\n", "·", "•", "|", ";"):
        parts = [part.strip() for part in text.split(mark)]
        if len(parts) == 2 and all(parts):  # noqa: PLR2004
            return parts[0].strip("()（） "), parts[1].strip("()（） ")
    head, sign, tail = text.partition("%")
    return (head + sign, tail.strip()) if sign and tail.strip() else (text, "")


def _simple(text: str, locale: str, language: str) -> Quantity | None:
    """Return what a text without brackets says: one number, or a part of a whole."""
    if "\n" in text:
        return None
    bound, rest = _bound(text)
    amount = parse_number(_with_percent_sign(rest), locale)
    if amount is not None:
        if bound != "exact" and amount.bound != "exact":
            return None
        return Quantity(
            amount.value,
            amount.percent,
            bound if bound != "exact" else amount.bound,
            currency=amount.currency,
        )
    ratio = _ratio(rest, locale, language)
    if ratio is not None:
        part, of, unit = ratio
        return Quantity(part, bound=bound, count=part, of=of, unit=unit)
    return _with_unit(rest, bound, locale, language)


def _bound(text: str) -> tuple[QuantityBound, str]:
    folded = text.casefold()
    for sign, bound in _BOUNDS:
        if folded.startswith(sign) and len(folded) == len(text):
            return bound, text[len(sign) :].strip()
    whole = text.strip()
    # "90 %+" is what is asked for; of "99+" only so many were counted.
    return ("at_least", whole[:-1].strip()) if _OPEN_END.search(whole) else ("exact", whole)


def _with_percent_sign(text: str) -> str:
    words = text.rstrip(".").casefold()
    last = max((place for place, char in enumerate(words) if char.isdecimal()), default=-1)
    if last >= 0 and words[last + 1 :].strip() in _PERCENT_WORDS:
        return text[: last + 1] + "%"
    return text


def _ratio(text: str, locale: str, language: str) -> tuple[Decimal, Decimal, str] | None:
    """Return (part, whole, unit) of "7 of 2,000 orders" or "12 / 480"."""
    runs = list(_NUMERAL.finditer(text))
    if len(runs) != 2 or text[: runs[0].start()].strip():  # noqa: PLR2004
        return None
    between = text[runs[0].end() : runs[1].start()].strip().casefold()
    words = between.split()
    # The words of a page and its numbers may be of two languages.
    of_words = _of_words(language) | _of_words(locale)
    joins = between in _JOINERS or (bool(words) and words[-1] in of_words)
    if not joins or len(words) > _UNIT_WORDS or not all(word.isalpha() or word in _JOINERS for word in words):
        return None
    numbers = [parse_number(run.group(), locale) for run in runs]
    part, whole = (None if each is None or each.value % 1 else each.value for each in numbers)
    unit = _unit(text[runs[1].end() :], locale)
    if part is None or whole is None or unit is None:
        return None
    return part, whole, unit


def _with_unit(text: str, bound: QuantityBound, locale: str, language: str) -> Quantity | None:
    """Return a number with a word after it: "12 orders", "3 件", "1.2k"."""
    found = _NUMERAL.match(text.lstrip("+"))
    if found is None:
        return None
    amount = parse_number(found.group(), locale)
    after = text.lstrip("+")[found.end() :]
    if amount is None:
        return None
    folded = after.strip().casefold()
    power = _MAGNITUDES.get(folded)
    if power is None and language.partition("-")[0].partition("_")[0] == "en":
        power = _ENGLISH_MAGNITUDES.get(folded)
    if power is not None:
        return Quantity(amount.value.scaleb(power), bound=bound, rounded=True)
    unit = _unit(after, locale)
    return Quantity(amount.value, bound=bound, unit=unit) if unit else None


def _unit(after: str, locale: str) -> str | None:
    """Return the words after a number, nothing if there are none, None if they change what it says."""
    text = after.strip(" .。")
    if not text:
        return ""
    touches = not after[:1].isspace() and after[:1].isascii() and text.casefold() not in _TOUCHING
    words = text.replace("-", " ").split()
    if not words or touches or len(words) > _UNIT_WORDS or not all(_is_word(word) for word in words):
        return None
    first = words[0].casefold()
    if first in _changing_words(locale) or first[0] in _MAGNITUDES or first[0] in "千百十천백":
        return None
    return " ".join(words)


def _is_word(word: str) -> bool:
    return all(char.isalpha() or ord(char) in range(0x0300, 0x0370) or char in "()'’" for char in word)


@lru_cache(maxsize=64)
def _changing_words(locale: str) -> frozenset[str]:
    """Return the words that make a number another: thousand, million, names of months."""
    words = {"k", "m", "b", "t", "mn", "bn", "mil", "mio", "tsd", "tys", "lakh", "crore", "l", "cr"}
    for tag in (locale, "en"):
        try:
            babel = Locale.parse(tag.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
        forms = babel.compact_decimal_formats
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                months = babel.months.get(context, {}).get(width, {}).values()
                words.update(re.findall(r"[^\W\d_]+", " ".join(months).casefold()))
        for width in ("long", "short"):
            for plurals in forms[width].values() if width in forms else ():
                for pattern in plurals.values():
                    words.update(re.findall(r"[^\W\d_]+", pattern.pattern.casefold()))
    return frozenset(words)


def _of_words(language: str) -> frozenset[str]:
    primary = language.replace("_", "-").partition("-")[0]
    return frozenset({"of"} | OF_WORDS.get(primary, set()))
