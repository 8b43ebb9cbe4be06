"""Which language a page is in, and how it prints numbers: decided once a page; pure.

What the page says of itself is believed unless it proves otherwise: templates often say "en" whatever they
hold, and "1,234.5 %" on a page in German is printed the English way.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, Literal, NamedTuple

from babel import Locale, UnknownLocaleError

from checker.flow.page import Page
from checker.flow.page_words import fold, primary, words_in
from checker.model.numbers import known_locale

__all__ = ["PageLocale", "page_locale"]

_MOST_TEXT: Final = 40_000
_COMMON_LANGUAGES: Final = (
    "de", "es", "pt", "fr", "it", "nl", "pl", "cs", "sk", "hu", "sv", "tr", "vi", "id",
)  # fmt: skip
# So many more of another language's words, and so many times more, prove that a page is not in its own.
_PROOF_WORDS: Final = 12
_PROOF_TIMES: Final = 3
_FEWEST_WORDS: Final = 3
# A word that stands there again and again is still one: short ones are words of several languages.
_FEWEST_DIFFERENT: Final = 3
_SCRIPT_LETTERS: Final = 12

# What groups may be: three figures, or two of them before the last three, as in India.
_GROUPED: Final = re.compile(r"\d{1,3}(?:\.\d{2,3}){0,5}\.\d{3}")

_Format = Literal["point", "comma", "blank", "apostrophe"]
_NUMBER: Final = re.compile(r"(?<![\w.,])\d{1,12}(?:[.,'’\u00a0\u202f\u2009 ]\d{1,9}){0,6}(?![\w])")
_PERCENT_AFTER: Final = re.compile(r"[\u00a0\u202f ]?[%٪％]")
_LOCALES: Final[dict[_Format, str]] = {
    "point": "en_US", "comma": "de_DE", "blank": "fr_FR", "apostrophe": "de_CH",
}  # fmt: skip
# A few that contradict are slips of whoever wrote them; one in so many is not.
_SLIP: Final = 10


class PageLocale(NamedTuple):
    """A page's language, and how it prints numbers.

    language: a tag such as "de" or "zh-TW"; nothing where nothing says.
    locale: the locale its numbers are printed in, for what needs one.
    numbers: the same for reading values; None where the page prints numbers in ways that contradict, so that
        only what every way reads alike is read.
    """

    language: str
    locale: str
    numbers: str | None


def page_locale(page: Page, site_locale: str) -> PageLocale:
    """Return a page's language and number format: its own, by what it says of itself and by what it holds.

    Args:
        page: The page.
        site_locale: The locale of the site it belongs to, for what the page leaves open.

    Raises:
        ValueError: If Babel does not know `site_locale`.
    """
    Locale.parse(site_locale.replace("-", "_"))
    text = page.text[:_MOST_TEXT]
    proven = _formats(text)
    said = page.language.strip()
    language = _language(said, text, site_locale, proven) or site_locale.replace("_", "-")
    locale = _locale(language, site_locale)
    if len(proven) > 1:
        return PageLocale(language, locale, None)
    for one in proven:
        if not _prints(locale, one):
            locale = site_locale if _prints(site_locale, one) else _LOCALES[one]
    return PageLocale(language, locale, locale)


def _language(declared: str, text: str, site_locale: str, proven: Collection[_Format]) -> str:
    """Return the language a page says, or the one its words prove.

    English sentences that nobody translated prove nothing on a page that prints its numbers as its own
    language does and English does not: English words are known on every page anyhow.
    """
    known = declared if known_locale(declared.replace("-", "_"), "") else ""
    by_script = _by_script(text)
    if by_script:
        return known if primary(known) in by_script else by_script[0]
    said = Counter(fold(text).split())
    english = set(words_in("pagewords.toml", "common", "en"))
    words = {each: set(words_in("pagewords.toml", "common", each)) - english for each in _COMMON_LANGUAGES}
    words["en"] = english
    hits = {each: sum(said[fold(word)] for word in words[each]) for each in ("en", *_COMMON_LANGUAGES)}
    best = max(hits, key=lambda each: hits[each])
    own = hits.get(primary(known), 0)
    fewest = _PROOF_WORDS // 3 if best == primary(site_locale) else _PROOF_WORDS
    if known and (primary(known) not in hits or hits[best] < max(fewest, own * _PROOF_TIMES)):
        return known
    if known and sum(fold(word) in said for word in words[best]) < _FEWEST_DIFFERENT:
        return known
    if known and best == "en" and any(_prints(known, one) and not _prints("en", one) for one in proven):
        return known
    others = max((count for each, count in hits.items() if each != best), default=0)
    clear = hits[best] >= _FEWEST_WORDS and hits[best] > others
    return best if clear else known


def _by_script(text: str) -> tuple[str, ...]:
    """Return the languages written in the script most letters are of; none for Latin letters.

    Names, codes and brands are in Latin letters everywhere: a third of the letters in another is enough.
    """
    counts: Counter[str] = Counter()
    for char in text:
        if char.isalpha():
            counts[_script(char)] += 1
    total = sum(counts.values())
    counts.pop("latin", None)
    asian = counts["han"] + counts["kana"]
    if counts["kana"] * 10 > asian > _SCRIPT_LETTERS:
        counts["kana"], counts["han"] = asian, 0
    if not counts:
        return ()
    script, most = counts.most_common(1)[0]
    if most < _SCRIPT_LETTERS or most * 3 < total:
        return ()
    languages: dict[str, tuple[str, ...]] = {
        "han": ("zh",), "kana": ("ja",), "hangul": ("ko",), "thai": ("th",),
        "arabic": ("ar", "fa", "ur"),
        "cyrillic": ("ru", "uk", "bg", "sr", "kk"), "hebrew": ("he",),
        "devanagari": ("hi", "mr"), "greek": ("el",),
    }  # fmt: skip
    return languages.get(script, ())


def _script(char: str) -> str:
    if char.isascii():
        return "latin"
    name = unicodedata.name(char, "")
    for start, script in (
        ("CJK", "han"), ("HIRAGANA", "kana"), ("KATAKANA", "kana"), ("HANGUL", "hangul"), ("THAI", "thai"),
        ("ARABIC", "arabic"), ("CYRILLIC", "cyrillic"), ("HEBREW", "hebrew"), ("DEVANAGARI", "devanagari"),
        ("GREEK", "greek"),
    ):  # fmt: skip
        if name.startswith(start):
            return script
    return "latin"


def _locale(language: str, site_locale: str) -> str:
    """Return the locale of a language: with its own country, else the site's if it speaks it."""
    tag = language.replace("-", "_")
    own = known_locale(tag, "")
    if own and "_" in tag:
        return own
    if primary(language) == primary(site_locale):
        return site_locale
    return own or site_locale


def _formats(text: str) -> set[_Format]:
    """Return the ways of printing numbers that a page's own numbers prove; slips aside."""
    proofs: Counter[_Format] = Counter()
    for found in _NUMBER.finditer(text):
        percent = _PERCENT_AFTER.match(text, found.end()) is not None
        proofs.update(_proofs(found.group(), percent=percent))
    # Blanks and apostrophes group; only the decimal mark contradicts another.
    if proofs["point"] and proofs["comma"]:
        few, many = sorted((proofs["point"], proofs["comma"]))
        if few * _SLIP > many:
            return {"point", "comma"}
        return {"point"} if proofs["point"] > proofs["comma"] else {"comma"}
    if proofs["comma"] and proofs["blank"]:
        return {"blank"}
    if proofs["point"] and proofs["apostrophe"]:
        return {"apostrophe"}
    return {one for one in ("point", "comma") if proofs[one]}


def _proofs(number: str, *, percent: bool) -> Iterable[_Format]:
    """Return what one number proves: 1,234.5 and 0.35 % the point, 1.234,5 and 12,5 % the comma."""
    marks = [char for char in number if not char.isdecimal()]
    if not marks:
        return []
    last = marks[-1]
    tail = len(number) - number.rindex(last) - 1
    decimal: _Format | None = {".": "point", ",": "comma"}.get(last)  # type: ignore[assignment]
    if len(marks) == 1:
        # One mark with three figures after it may group; any other with a percent sign is decimal.
        leading_zero = number.startswith("0") and number.index(last) == 1
        return [decimal] if decimal and percent and (tail != 3 or leading_zero) else []  # noqa: PLR2004
    first = marks[0]
    if decimal is None or len(set(marks)) != 2 or marks.count(last) != 1 or first == last:  # noqa: PLR2004
        return []
    whole = re.split(r"\D", number[: number.rindex(last)])
    if not _GROUPED.fullmatch(".".join(whole)):
        return []
    if first in "'’":
        return [decimal, "apostrophe"]
    if first not in ".,":
        return [decimal, "blank"]
    return [decimal]


def _prints(locale: str, one: _Format) -> bool:
    """Tell whether a locale prints numbers in this way."""
    try:
        symbols = Locale.parse(locale.replace("-", "_")).number_symbols["latn"]
    except (UnknownLocaleError, ValueError):
        return False
    decimal, group = symbols["decimal"], symbols["group"]
    if one == "point":
        return bool(decimal == ".")
    if one == "comma":
        return bool(decimal == ",")
    if one == "blank":
        return bool(decimal == "," and group.isspace())
    return bool(decimal == "." and group in "'’")
