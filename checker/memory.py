"""Keeping the memory of a process out of other hands: no core dumps, no looking in from outside."""

from __future__ import annotations

import ctypes
import resource
import sys
from contextlib import suppress
from typing import Final

__all__ = ["keep_memory_private"]

_PR_SET_DUMPABLE: Final = 4


def keep_memory_private() -> None:
    """Have the kernel write no core of this process, and let no process of the same user read its memory.

    A worker that is killed by a fault would else leave the password it typed on the disk. Programs started
    from here on, a browser among them, write no cores either; whether their memory can be read is their own
    matter. Where the system knows no such thing, nothing happens.
    """
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
