"""Which authenticator step was used last: a console takes each step's code once, whoever typed it."""

from __future__ import annotations

from pathlib import Path

from checker.files import write_private

__all__ = ["last_step", "remember_step"]


def last_step(folder: Path, alias: str) -> int | None:
    """Return the step used last for an account, or none if none is known."""
    try:
        return int((folder / f"{alias}.step").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def remember_step(folder: Path, alias: str, step: int) -> None:
    """Keep the step before its code is typed, so that a crash cannot lead to its being used twice."""
    write_private(folder / f"{alias}.step", str(step).encode("ascii"))
