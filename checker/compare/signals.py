"""What speaks for many reds being one fault that is not the seller's (S1 to S5); each says only itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from math import comb
from typing import Final

from checker.model import Key, Known, Presence, Reading, Reread

__all__ = ["is_implausible", "is_s1", "is_s2", "moved", "same_everywhere", "shared_key", "tail"]

_ACCOUNTS, _SHARE = 3, 0.6
_FLOOR_RATE, _UNLIKELY = 0.01, 1e-4
_WIDGETS, _WIDGET_SHARE, _PAGES = 4, 0.6, 2
_PLACEHOLDER_YEARS: Final = range(1900, 2000)
_ALIKE = 3


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
    if reading.contradicts and reading.reread is not Reread.DISAGREES:
        return True
    rests_on_nothing = reading.numerator == 0 and reading.denominator == 0
    placeholder = reading.deadline is not None and reading.deadline.year in _PLACEHOLDER_YEARS
    return reading.presence is Presence.SHOWN and (rests_on_nothing or placeholder)


def same_everywhere(readings: Iterable[Reading]) -> bool:
    """S3 across accounts: three of them show exactly the same number, which is not zero."""
    numbers = Counter(
        (r.value, r.numerator, r.denominator) for r in readings if r.value not in (None, Decimal(0))
    )
    return any(count >= _ALIKE for count in numbers.values())


def moved(known: Mapping[Key, Known], reading: Reading) -> bool:
    """S4: it was found by a later rule of its chain than before, or in another language."""
    state = known.get(reading.key)
    good = None if state is None else state.good
    if good is None or good.origin.page != reading.origin.page:
        return False
    translated = bool(good.language and reading.language) and good.language != reading.language
    return translated or reading.origin.place > good.origin.place
