"""What a user's own command prints: bounded in time and size, never through a shell, never repeated."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Final

from checker.secrets.errors import SecretError

__all__ = ["COMMAND_SECONDS", "output_of"]

COMMAND_SECONDS: Final = 30.0


def output_of(
    words: Sequence[str], what: str, environ: Mapping[str, str], seconds: float, largest: int
) -> bytes:
    """Return what a command prints, at most `largest` bytes and one.

    Its error output is thrown away: it may name the secret. Raises SecretError when it cannot be
    started, fails, or does not end in time; then it is ended together with all it started.
    """
    program = words[0]
    try:
        process = subprocess.Popen(
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its words cannot be passed on"
        raise SecretError(
            f"{what}: cannot start {program}: {reason}", hint="correct the command in the settings"
        ) from None
    return _finished(process, what, program, seconds, largest)


def _finished(
    process: subprocess.Popen[bytes], what: str, program: str, seconds: float, largest: int
) -> bytes:
    deadline = time.monotonic() + seconds
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        printed = _read(process.stdout, deadline, largest)
        if len(printed) > largest:
            return printed
        status = process.wait(timeout=max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise SecretError(
            f"{what}: {program} did not end within {seconds:g} s",
            hint="it must print the secret without asking anything; try it at a terminal",
        ) from None
    finally:
        _end(process)
    if status != 0:
        raise SecretError(
            f"{what}: {program} ended with status {status}", hint="try the command at a terminal"
        )
    return printed


def _read(stream: IO[bytes], deadline: float, largest: int) -> bytes:
    printed = b""
    while len(printed) <= largest:
        ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = os.read(stream.fileno(), largest + 1 - len(printed))
        if not part:
            break
        printed += part
    return printed


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that was given up on, with all it started.

    Not one that ended by itself: `gpg` leaves its agent running, and that is as it should be. Until
    it is waited for, its number cannot be given to another process.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
