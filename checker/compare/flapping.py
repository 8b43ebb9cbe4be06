"""Whether a key goes to and fro: the share of changes among its last levels, with two limits."""

from __future__ import annotations

from itertools import pairwise

from checker.model import FLAP_WINDOW, Level

__all__ = ["flaps", "with_level"]

# Of the twenty steps between the levels kept: from six on it flaps, below five it is calm again.
_BEGINS, _ENDS = 6, 5


def with_level(levels: str, level: Level) -> str:
    """Return the levels kept after one more was read."""
    return (levels + str(level.rank))[-FLAP_WINDOW:]


def flaps(levels: str, before: bool) -> bool:
    """Tell whether the key flaps: 30 % of the steps change the level, or still a quarter of them."""
    changes = sum(one != other for one, other in pairwise(levels))
    return changes >= (_ENDS if before else _BEGINS)
