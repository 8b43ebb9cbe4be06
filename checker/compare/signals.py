"""What speaks for many reds being one fault that is not the seller's (S1 to S5); each says only itself.

S6, a notice of the console's own, and S7 are read from a whole visit: see `support` and `events`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from math import comb
from typing import Final

from checker.model import Key, Known, Origin, Presence, Reading, Reread

__all__ = [
    "REBUILT",
    "disagrees",
    "is_implausible",
    "is_rebuilt",
    "is_s1",
    "is_s2",
    "moved",
    "same_everywhere",
    "shared_key",
    "tail",
]

REBUILT: Final = (
    "the page is built otherwise and all of it is red: either the account was stopped (a stopped account's"
    " page does look different) or this reader broke"
)
"""What speaks against the reds of a page that S4 holds for."""

_ACCOUNTS, _SHARE = 3, 0.6
_FLOOR_RATE, _UNLIKELY = 0.01, 1e-4
_WIDGETS, _WIDGET_SHARE, _PAGES = 4, 0.6, 2
_PLACEHOLDER_YEARS: Final = range(1900, 2000)
_ALIKE = 3
# What a page shows where its own script failed, or before it ran.
_PLACEHOLDERS: Final = frozenset({"undefined", "null", "nan", "[object object]", "--error--"})
# Of the 64 bits of how a page is built: a longer list or a banner moves a few, another design half of them.
_REBUILT_BITS: Final = 16
# Two sources that were read further apart than this do not speak of the same day.
_SAME_DAY: Final = timedelta(hours=24)


def shared_key(key: Key) -> Key:
    """Return what the same widget of every account has in common."""
    return Key(key.marketplace, "", key.site, key.metric, variant=key.variant, cycle=key.cycle)


def tail(k: int, n: int) -> float:
    """Return how likely `k` or more of `n` accounts turn bad by themselves in one run."""
    return sum(comb(n, i) * _FLOOR_RATE**i * (1 - _FLOOR_RATE) ** (n - i) for i in range(k, n + 1))


def is_s1(turned: int, accounts: int) -> bool:
    """S1: the same widget turned bad in too many accounts at once."""
    if turned == 0:
        return False
    return (accounts >= _ACCOUNTS and turned / accounts >= _SHARE) or tail(turned, accounts) < _UNLIKELY


def is_s2(turned: Collection[Reading], widgets: int) -> bool:
    """S2: most widgets of one site turned bad at once, on pages that have nothing to do with each other."""
    pages = {reading.origin.page for reading in turned}
    return len(turned) >= _WIDGETS and len(turned) >= _WIDGET_SHARE * widgets and len(pages) >= _PAGES


def is_implausible(reading: Reading) -> bool:
    """S3: two sources on the page disagree, a verdict rests on nothing, or a date is a placeholder."""
    if reading.contradicts not in ("", REBUILT) and reading.reread is not Reread.DISAGREES:
        return True
    rests_on_nothing = reading.numerator == 0 and reading.denominator == 0
    placeholder = reading.deadline is not None and reading.deadline.year in _PLACEHOLDER_YEARS
    placeholder = placeholder or reading.native.strip().casefold() in _PLACEHOLDERS or "{{" in reading.native
    return reading.presence is Presence.SHOWN and (rests_on_nothing or placeholder)


def same_everywhere(readings: Iterable[Reading]) -> bool:
    """S3 across accounts: three of them show exactly the same number, which is not zero."""
    numbers = Counter(
        (r.value, r.numerator, r.denominator) for r in readings if r.value not in (None, Decimal(0))
    )
    return any(count >= _ALIKE for count in numbers.values())


def moved(known: Mapping[Key, Known], reading: Reading) -> bool:
    """S4: its page is built otherwise than before, it was found by a later rule, or in another language."""
    state = known.get(reading.key)
    good = None if state is None else state.good
    if good is None or good.origin.page != reading.origin.page:
        return False
    translated = bool(good.language and reading.language) and good.language != reading.language
    rebuilt = is_rebuilt(good.origin.structure, reading.origin.structure)
    return translated or rebuilt or reading.origin.place > good.origin.place


def is_rebuilt(before: str, now: str) -> bool:
    """Tell by the marks of how they were built (`checker.flow.structure`) whether pages differ in design."""
    if not before or not now:
        return False
    return (int(before, 16) ^ int(now, 16)).bit_count() >= _REBUILT_BITS


def disagrees(known: Mapping[Key, Known], reading: Reading) -> bool:
    """S5: a source of another sort, read within a day, says another level: a page this, a report that."""
    state = known.get(reading.key)
    good = None if state is None else state.good
    if good is None or bool(good.origin.page) is bool(reading.origin.page):
        return False
    near = abs(reading.observed_at - good.observed_at) <= _SAME_DAY
    return near and Origin() not in (good.origin, reading.origin) and good.level is not reading.level
