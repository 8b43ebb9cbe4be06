"""Standard output and error as they really are: read by somebody, closed, or on a disk that is full.

    with checked_output():            what cannot be printed is an OutputError, and no bug of ours
        ...

An exit code says what was found. That nobody could be told is said on standard error, and never changes
what was found into something else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, Final, TextIO, cast

__all__ = ["OutputError", "checked_output", "complain", "hush", "open_streams"]

# A descriptor that is read from, so that a write to it is refused: what was to be printed is lost, and that
# must be known.
_CLOSED: Final = {0: os.O_RDONLY, 1: os.O_RDONLY, 2: os.O_WRONLY}


class OutputError(OSError):
    """Standard output does not take what is printed: it is closed, or its disk is full."""


def open_streams() -> None:
    """Give the program the three streams it was not started with (`checker run >&-`).

    Otherwise the next file that is opened would be given the number of the missing one, and what is printed
    would be written into the store.
    """
    for number in sorted(_CLOSED):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, _CLOSED[number])
    # Python leaves out what was closed when it started.
    if cast("Any", sys.stdin) is None:
        sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    if cast("Any", sys.stdout) is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if cast("Any", sys.stderr) is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


@contextmanager
def checked_output() -> Iterator[None]:
    """Have every write to standard output that fails raise OutputError, or BrokenPipeError, in the block."""
    before = sys.stdout
    sys.stdout = cast("TextIO", _Output(before))
    try:
        yield
    finally:
        sys.stdout = before


def hush(stream: IO[str] | None = None) -> None:
    """Write to nobody from here on.

    Python would try to write what is left once more as the program ends, fail once more, and change the
    exit code.

    Args:
        stream: Standard output or error; None means standard output.
    """
    with suppress(OSError, ValueError):
        number = (sys.stdout if stream is None else stream).fileno()
        nobody = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nobody, number)
        os.close(nobody)


def complain(text: str) -> None:
    """Write a line to standard error; where that cannot be written to, nobody can be told, and we go on."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        hush(sys.stderr)


class _Output:
    """Standard output that says when it fails; all else is as it was."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text."""
        with _named():
            return self._stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several."""
        with _named():
            self._stream.writelines(lines)

    def flush(self) -> None:
        """See to it that everything written has arrived."""
        with _named():
            self._stream.flush()


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except (BrokenPipeError, OutputError):
        raise
    except OSError as error:
        raise OutputError(error.errno, error.strerror) from None
