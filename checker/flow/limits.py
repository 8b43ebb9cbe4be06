"""A limit as a console words it ("Above 90%", "2% or less within 48 hours"), and whose it is; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from checker.flow.page_words import fold, page_words
from checker.model import Claim, Comparator, Says, Target, TargetOrigin
from checker.model.numbers import as_fraction, parse_number

__all__ = [
    "breaks_its_own_limit",
    "is_a_step",
    "says_where_it_lies",
    "without_our_limits",
    "worded_comparator",
    "worded_limit",
]

_NUMBER: Final = re.compile(r"\d[\d.,\N{NO-BREAK SPACE}]*\s?%|%\s?\d[\d.,]*")
_LONGEST: Final = 200
_PHRASES: Final = {
    Comparator.LTE: (
        "less than or equal to", "equal to or less than", "not more than", "no more than", "not above",
        "not exceed", "or less", "or lower", "or below", "or fewer", "at most", "up to", "maximum", "≤", "<=",
    ),
    Comparator.LT: (
        "below", "less than", "lower than", "under", "<",
        "por debajo de", "menos de", "inferior a", "abaixo de", "menor que",
    ),
    Comparator.GTE: (
        "greater than or equal to", "more than or equal to", "equal to or greater than", "no less than",
        "not less than", "not below", "or more", "or higher", "or above", "or greater", "at least", "minimum",
        "≥", ">=",
    ),
    Comparator.GT: (
        "above", "more than", "greater than", "higher than", "over", ">",
        "por encima de", "más de", "superior a", "acima de", "mais de", "maior que",
    ),
}  # fmt: skip
# The longest that fits counts, and what it has used says nothing again.
_LONGEST_FIRST: Final = sorted(
    ((phrase, comparator) for comparator, phrases in _PHRASES.items() for phrase in phrases),
    key=lambda row: (-len(row[0]), row[0]),
)
# What turns a phrase into its opposite, or into another one, where no longer phrase has used it.
_TURNING: Final = frozenset({"not", "no", "never", "equal", "except", "unless", "não", "nunca", "sin", "sem"})
# "Over the 6% allowed" says where the value lies; what is allowed is the limit all the same.
_ALLOWED: Final = ("allowed", "permitted", "permitid")

_RANGE: Final = re.compile(
    r"(?<![\d.,-])(\d{1,4})\s?"
    r"(?:[-\N{EN DASH}~〜～至到]|bis|to|and|und|y|e|et|a|à|do|до|sampai|hingga|den|đến|ถึง|から|tot)"
    r"\s?(\d{1,4})(?![\d-])"
)
_PLUS: Final = re.compile(r"(?<!\d)\d{1,4}\s?\+")
# A number, or "200 points", right before "or more".
_COUNTED: Final = re.compile(r"\d(?:\s?\w{1,10})?$")
_SIDES: Final = {"lower": Comparator.LTE, "higher": Comparator.GTE}


def worded_limit(text: str, locale: str, better: str = "") -> Target | None:
    """Return the limit that a text states.

    Args:
        text: What the console says, in English, Spanish, Portuguese or in signs.
        locale: How its numbers are written.
        better: "lower" or "higher": which side is meant where the words do not tell, in any language.

    Returns:
        The limit, a percentage as a fraction; None for a text that states no single one.
    """
    numbers = _NUMBER.findall(text[:_LONGEST])
    comparator = worded_comparator(text) or _SIDES.get(better)
    if len(numbers) != 1 or comparator is None:
        return None
    amount = parse_number(numbers[0].strip(), locale)
    if amount is None or not amount.percent:
        return None
    return Target(as_fraction(amount), comparator)


def breaks_its_own_limit(text: str, locale: str) -> bool:
    """Tell whether a card or row states a percentage and after it a limit that it does not meet.

    Args:
        text: All of its words: "Late dispatch rate 6.2% Target: < 4%".
        locale: How its numbers are written.
    """
    first = _NUMBER.search(text[:_LONGEST])
    if first is None or worded_comparator(text[: first.start()]) is not None:
        return False
    amount, limit = parse_number(first.group().strip(), locale), worded_limit(text[first.end() :], locale)
    if amount is None or not amount.percent or limit is None:
        return False
    return not limit.met_by(as_fraction(amount))


def is_a_step(text: str, language: str) -> bool:
    """Tell whether a text names a step of a scale: "At risk: 100 to 199", "200 points or more: healthy".

    Args:
        text: What stands beside a label: a status, or what explains one.
        language: The page's language.
    """
    folded = fold(text)
    said = text.casefold()
    if _PLUS.search(said) or any(int(low) < int(high) for low, high in _RANGE.findall(f"{said}\n{folded}")):
        return True
    for topic in ("target", "bound"):
        for found in page_words(topic, language).all_in(folded):
            before, after = folded[: found.start()].rstrip(), folded[found.end() :].lstrip()
            if after[:1].isdecimal() or _COUNTED.search(before):
                return True
    return False


def worded_comparator(text: str) -> Comparator | None:
    """Return the one comparator that a text states; None where it states none, or more than one."""
    if len(text) > _LONGEST:
        return None
    text, found = text.casefold(), set[Comparator]()
    for phrase, comparator in _LONGEST_FIRST:
        if phrase in text:
            found.add(comparator)
            text = text.replace(phrase, " ")
    turned = any(word in _TURNING for word in text.split())
    return found.pop() if len(found) == 1 and not turned else None


def says_where_it_lies(text: str) -> bool:
    """Tell whether words beside a limit say on which side of what is allowed the value lies."""
    folded = text[:_LONGEST].casefold()
    return any(word in folded for word in _ALLOWED)


def without_our_limits(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield claims without our own copy of a limit where the console itself states one; pure.

    A copy of a line at which the platform itself acts stays: the console need not state that one.

    Args:
        claims: Everything that one page says.
    """
    stated = {
        (claim.key, claim.unit)
        for claim in claims
        if claim.says is Says.SHOWN
        and claim.target is not None
        and claim.target.origin is TargetOrigin.CONSOLE
    }
    for claim in claims:
        own = claim.target
        ours = own is not None and own.origin is TargetOrigin.TABLE and not own.enforced
        yield replace(claim, target=None) if ours and (claim.key, claim.unit) in stated else claim
