"""What a short printed phrase says: its numbers, and what each of them is; pure.

pieces("1.2 % (target: under 4 %)", …)     1.2 % value, 4 % target
pieces("Last 30 days", …)                  no number: how far back is no value
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from checker.flow.page_words import fold, page_words
from checker.model.quantities import Quantity, read_quantity

__all__ = ["Piece", "Role", "pieces", "role_of"]

Role = Literal["value", "target", "previous", "average", "count", "window"]

_ROLES: Final[tuple[Role, ...]] = ("target", "previous", "average")
_LONGEST: Final = 200
_MOST_PIECES: Final = 8
# Where one thing ends and the next begins.
_BREAK: Final = re.compile(
    r"\n|\||·|•|;|；|,\s|，|\((?=[^\d\W])|（(?=[^\d\W])|(?<=[\d%٪％)）])\s+(?=[^\W\d_])|(?<=\D)\)|\)$|）"
)
_CLOSED: Final = re.compile(r"[\n|·•;；，()（）]|,\s")
_APART: Final = re.compile(r"[:：.!。！]\s|\s[-–—]\s")
_NUMBER: Final = re.compile(
    r"(?:[<>≤≥≦≧⩽⩾]=?\s?)?[%٪％]?[-−]?\d(?:[\d.,'’٫٬  \u2009\u202f]{0,30}\d)?(?:[\u00a0\u202f ]?[%٪％])?"
)
_MOST_WORDS: Final = 8
# Nobody prints a value so: at most and at least say what it may be.
_LIMITS: Final = frozenset({"at_most", "at_least"})
_PERCENTS: Final = frozenset("%٪％")
# How much it has changed: "▲ 0.1 %", "(+0.1 %)"; "-0.1 %" only where nothing else is said, or it is a range.
_CHANGE: Final = re.compile(
    r"[(（]?(?:[▲▼△▽▴▾↑↓⬆⬇↗↘⇧⇩]\s?[-+−]?|(?<![\w.,%])[+＋]\s?|^[-−]\s?(?=[\d.,]+\s?[%％]$))"
    r"(?P<by>\d(?:[\d.,]*\d)?\s?[%٪％]?)(?:\s?(?:pp|p\.p\.|pts?)\b\.?)?[)）]?"
)
# "3" on one line, "/ 10" on the next: out of how many.
_OUT_OF: Final = re.compile(r"[/⁄∕／]\s?(?=\d)")
_OUT_OF_BELOW: Final = re.compile(r"\n(?=[/⁄∕／]\s?\d)")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing a phrase says. header: the words that say what it is; is_whole: it is all of the phrase."""

    text: str
    quantity: Quantity | None
    role: Role = "value"
    header: str = ""
    is_whole: bool = False


def role_of(words: str, language: str, *, column: bool = False) -> Role:
    """Return what words say of the number they stand with.

    Args:
        words: A column's header, or what stands right before or after a number.
        language: The page's language.
        column: Whether it is a header: there "Orders" is a count, and "Current rate" a value.
    """
    folded = fold(words[:_LONGEST])
    if column and page_words("current", language).is_whole(folded):
        return "value"
    for role in _ROLES:
        if page_words(role, language).found_in(folded):
            return role
    if page_words("bound", language).found_in(folded):
        return "target"
    if column and page_words("current", language).found_in(folded):
        return "value"
    if page_words("count", language).found_in(folded):
        return "count"
    return "value"


def pieces(text: str, locale: str | None, language: str, *, durations: bool = False) -> list[Piece]:
    """Return what a phrase says; a number whose words nobody knows only if it is a percentage.

    Args:
        text: The phrase; its lines stay apart.
        locale: How the page prints numbers; None where that is not known.
        language: The page's language.
        durations: Whether "5 days" is a value or a limit, and not how far back something looks.
    """
    text = _OUT_OF_BELOW.sub(" ", text.strip())
    if not text or len(text) > _LONGEST:
        return []
    if change := _CHANGE.search(text):
        # What stood before and after it is still apart: "6% ▲ 1% < 4%".
        left = f"{text[: change.start()].rstrip()}\n{text[change.end() :].lstrip()}".strip()
        by = Piece(
            change.group(), read_quantity(change["by"], locale, language), "previous", change.group()[:1]
        )
        return [*pieces(left, locale, language, durations=durations), by]
    out_of = _OUT_OF.match(text)
    if out_of is not None:
        of = read_quantity(text[out_of.end() :], locale, language)
        known = of is not None and of.value is not None and not of.percent
        return [Piece(text, Quantity(of.value, of=of.value), "count")] if of is not None and known else []
    whole = read_quantity(text, locale, language)
    if whole is not None:
        return [Piece(text, whole, _own_role(whole, language, durations=durations), is_whole=True)]
    if not any(char.isdecimal() for char in text):
        return [Piece(text, None)]
    found: list[Piece] = []
    for part in _split(text):
        piece = _piece(part, locale, language, durations=durations)
        if piece is not None and found and piece.quantity is not None and not piece.header:
            # "Target" on one line, its number on the next.
            before = found[-1]
            role = role_of(before.text, language) if before.quantity is None else "value"
            piece = Piece(piece.text, piece.quantity, role, before.text if role != "value" else "")
        found += [] if piece is None else [piece]
    return found


def _own_role(quantity: Quantity, language: str, *, durations: bool) -> Role:
    """Return what a number is by what is printed with it: "12 of 480" and "3 orders" count."""
    if quantity.bound in _LIMITS:
        return "target"
    if quantity.percent:
        return "value"
    if quantity.unit and page_words("window", language).found_in(fold(quantity.unit)):
        return "value" if durations else "window"
    return "count" if quantity.unit or quantity.of is not None else "value"


def _split(text: str) -> list[str]:
    return [part for said in _apart(text) for part in _phrases(said)][:_MOST_PIECES]


def _apart(text: str) -> list[str]:
    """Return what stands before and after a colon, a dash or a full stop with a number on both sides.

    "90 % required: your rate is 71 %" says two things, and "Late orders: 4 %" one.
    """
    apart, start = [""], 0
    for mark in _APART.finditer(text):
        apart[-1] += text[start : mark.start()]
        start = mark.start()
        if _NUMBER.search(_CLOSED.split(apart[-1])[-1]) and _NUMBER.search(text[mark.end() :]):
            apart.append("")
            start = mark.end()
    apart[-1] += text[start:]
    return apart


def _phrases(text: str) -> list[str]:
    parts = [part.strip(" :：()（）") for part in _BREAK.split(text)]
    joined: list[str] = []
    for part in parts:
        # "12 of 480 orders" and "4 % target" belong together with what follows the number.
        after_number = bool(joined) and joined[-1][-1:].isdecimal() and not part[:1].isdecimal()
        after_percent = bool(joined) and joined[-1][-1:] in _PERCENTS and not any(map(str.isdecimal, part))
        if part and (after_number or after_percent):
            joined[-1] = f"{joined[-1]} {part}"
        elif part:
            joined.append(part)
    return joined


def _piece(part: str, locale: str | None, language: str, *, durations: bool) -> Piece | None:
    quantity = read_quantity(part, locale, language)
    if quantity is not None:
        return Piece(part, quantity, _own_role(quantity, language, durations=durations))
    numbers = list(_NUMBER.finditer(part))
    if not numbers:
        return Piece(part, None)
    words = _NUMBER.sub(" ", part).strip(" :：-–—")
    folded = fold(words)
    if len(numbers) > 1 or len(folded.split()) > _MOST_WORDS:
        return None
    printed = numbers[0].group().strip()
    role = role_of(words, language)
    quantity = read_quantity(printed, locale, language)
    if quantity is None:
        return None
    window = not durations and page_words("window", language).found_in(folded)
    if not quantity.percent and (window or role == "value"):
        return None
    return Piece(printed, quantity, role, words)
