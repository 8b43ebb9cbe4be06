"""Which authenticator step was used last: a console takes each step's code once, whoever typed it."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["last_step", "remember_step"]


def last_step(folder: Path, alias: str) -> int | None:
    """Return the step used last for an account, or none if none is known."""
    try:
        return int((folder / f"{alias}.step").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def remember_step(folder: Path, alias: str, step: int) -> None:
    """Keep the step before its code is typed, so that a crash cannot lead to its being used twice."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = folder / f"{alias}.step.part"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(str(step))
    partial.replace(folder / f"{alias}.step")
