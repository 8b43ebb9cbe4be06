"""A secret that cannot be had.

    CheckerError
      SecretError       no source, a source that refuses, or a seed that is none      exit 22

Neither message nor hint ever holds the secret, nor the output of the command that was to give it.
"""

from __future__ import annotations

from checker.errors import CheckerError
from checker.model.exits import Exit

__all__ = ["SecretError"]


class SecretError(CheckerError):
    """A password or seed that cannot be used; nothing was typed anywhere."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, exit_code=Exit.CREDENTIALS, hint=hint)
