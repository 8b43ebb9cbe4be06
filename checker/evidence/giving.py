"""What may be given away as evidence: a bundle that verifies, opened only by the identity it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from checker.errors import UsageError
from checker.evidence.flaws import Flaw
from checker.evidence.manifest import Manifest
from checker.evidence.verify import Verdict

__all__ = ["Decrypt", "proven", "unlocked"]

Decrypt = Callable[[bytes], bytes]
_SHOWN = 12


def proven(verdict: Verdict, folder: Path) -> Manifest:
    """Return the manifest of a bundle that verifies; raise UsageError for one that does not."""
    if verdict.manifest is not None and verdict.is_good:
        return verdict.manifest
    if {problem.flaw for problem in verdict.problems} == {Flaw.NOT_OPENED}:
        raise UsageError(
            f"the identity given does not open the originals of {folder}",
            hint="name the file that belongs to the [evidence] recipient of the day they were kept",
        )
    listed = "\n".join(f"  {problem}" for problem in verdict.problems[:_SHOWN])
    raise UsageError(
        f"{folder} does not verify:\n{listed}", hint="only what verifies is given away as evidence"
    )


def unlocked(data: bytes, decrypt: Decrypt | None, what: object) -> bytes:
    """Return an encrypted original as it was; raise UsageError without the identity it is for."""
    if decrypt is None:
        raise UsageError(
            f"the originals of {what} are encrypted",
            hint="name the file age-keygen made with --identity FILE",
        )
    try:
        return decrypt(data)
    except ValueError as error:
        raise UsageError(
            f"the originals of {what} cannot be opened: {error}", hint="name another file with --identity"
        ) from None
