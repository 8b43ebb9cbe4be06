"""The machine's own programs that keep a schedule, and what they answered."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Answered", "call", "is_there"]

_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Answered:
    """How a program ended; `code` is 127 where it is not there, 124 where it took too long."""

    code: int
    out: bytes
    error: str


def is_there(name: str) -> bool:
    """Tell whether a program is on the PATH."""
    return shutil.which(name) is not None


def call(words: Sequence[str], given: bytes = b"") -> Answered:
    """Run a program to its end, with its messages in English."""
    try:
        done = subprocess.run(
            list(words),
            input=given,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        return Answered(124, b"", f"no answer within {_SECONDS:.0f} s")
    except OSError as error:
        return Answered(127, b"", error.strerror or type(error).__name__)
    return Answered(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip())
