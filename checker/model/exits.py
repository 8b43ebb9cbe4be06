"""What the process tells the caller when it ends: one number, the gravest of all that held.

0 complete, nothing open            10 new, worsened or regressed     11 known critical
12 only warnings open               20 incomplete                     21 a person is needed
22 credentials refused              23 blocked or told to stop        24 safety stop
30 store unusable                   31 evidence incomplete            32 told later
75 another run holds the account    78 configuration                  64 usage
1 bug                               128+n signal
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

__all__ = ["Exit", "gravest"]


class Exit(IntEnum):
    """The exit codes, by meaning."""

    OK = 0
    BUG = 1
    NEW = 10
    CRITICAL = 11
    WARNING = 12
    INCOMPLETE = 20
    PERSON = 21
    CREDENTIALS = 22
    BLOCKED = 23
    SAFETY = 24
    STORE = 30
    EVIDENCE = 31
    QUEUED = 32
    USAGE = 64
    BUSY = 75
    CONFIG = 78


_PRECEDENCE: tuple[int, ...] = (
    Exit.BUG,
    Exit.USAGE,
    Exit.CONFIG,
    Exit.STORE,
    Exit.SAFETY,
    Exit.NEW,
    Exit.QUEUED,
    Exit.EVIDENCE,
    Exit.CREDENTIALS,
    Exit.PERSON,
    Exit.BLOCKED,
    Exit.INCOMPLETE,
    Exit.CRITICAL,
    Exit.WARNING,
    Exit.BUSY,
    Exit.OK,
)

_FIRST_SIGNAL = 129
_LAST_SIGNAL = 128 + 64


def gravest(codes: Iterable[int]) -> int:
    """Return the code that wins; signals win over all, no code at all is 0, an unknown one is a bug."""
    best = len(_PRECEDENCE) - 1
    for code in codes:
        if _FIRST_SIGNAL <= code <= _LAST_SIGNAL:
            return code
        best = min(best, _PRECEDENCE.index(code) if code in _PRECEDENCE else 0)
    return int(_PRECEDENCE[best])
