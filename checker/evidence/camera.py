"""Pictures of what was red or unreadable: the whole page once, and each widget by itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from checker.evidence.vault import Vault
from checker.model import Claim, Presence, Reading, Says, Visit

__all__ = ["Camera", "Unwatched", "Watch", "is_worth_proving", "slug"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# Names some systems keep for devices, whatever follows their dot.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_LONGEST = 80


def slug(text: str) -> str:
    """Return a file name for any text; what had to be changed is told apart by a digest."""
    safe = _UNSAFE.sub("_", text).lstrip(".-")[:_LONGEST].rstrip(".")
    if _DEVICES.fullmatch(safe):
        safe = f"_{safe}"
    if safe == text and safe:
        return safe
    return f"{safe or 'x'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


class Watch(Protocol):
    """Keeps what proves the readings of one visit."""

    @property
    def missed(self) -> int:
        """How much of it could not be kept."""

    def with_pictures(self, claim: Claim) -> Claim:
        """Return the claim with its evidence, taken while the page it came from is open."""

    def sealed(self, visit: Visit) -> Visit:
        """Return the visit once its evidence is complete; a failure is counted in `missed`, never raised."""


@dataclass(frozen=True)
class Unwatched:
    """Keeps nothing of a visit; missed: how much of it that counts as."""

    missed: int = 0

    def with_pictures(self, claim: Claim) -> Claim:
        """Return the claim as it is."""
        return claim

    def sealed(self, visit: Visit) -> Visit:
        """Return the visit as it is."""
        return visit


def is_worth_proving(seen: Claim | Reading) -> bool:
    """Tell whether a claim or a reading may have to be proven: it is open, or could not be read."""
    if isinstance(seen, Claim):
        return seen.statement.level.is_open or seen.says in (Says.UNREADABLE, Says.UNKNOWN)
    return seen.level.is_open or seen.presence is Presence.UNREADABLE


@dataclass
class Camera:
    """Takes the pictures of one visit into its own folder; paths in records are relative to `root`.

    picture: draws the whole page (for no rule) or the element a CSS rule finds, as PNG.
    displayed: the name of the open page, and a number that changes with what it displays; pictures are
        shared by claims of the same display.
    wants: tells whether a claim is to be photographed that need not be proven.
    """

    root: Path
    folder: Path
    picture: Callable[[str], bytes | None]
    displayed: Callable[[], tuple[str, int]]
    missed: int = 0
    vault: Vault | None = None
    wants: Callable[[Claim], bool] = lambda _claim: False
    _taken: dict[tuple[int, str], str] = field(default_factory=dict)

    def with_pictures(self, claim: Claim) -> Claim:
        """Return the claim with its pictures if it is one that may have to be proven, or is wanted."""
        must = is_worth_proving(claim)
        if not must and not self.wants(claim):
            return claim
        rule = claim.origin.picture
        names = [self._take(rule, slug(_name(claim)), must=must)] if rule else []
        names.append(self._take("", f"page-{slug(self.displayed()[0])}", must=must))
        return replace(claim, evidence=tuple(name for name in names if name))

    def _take(self, rule: str, name: str, *, must: bool) -> str:
        display = (self.displayed()[1], rule)
        if display not in self._taken:
            data = self.picture(rule)
            kept = "" if data is None else self.keep(name, data)
            if not kept and not must:
                # Nothing has to be proven by it: it is tried again with what has, and on the next visit.
                return ""
            self._taken[display] = kept
            # An element may be out of sight while the whole page is not; only that one is missed.
            self.missed += kept == "" and (data is not None or not rule)
        return self._taken[display]

    def sealed(self, visit: Visit) -> Visit:
        """Return the visit as it is: pictures alone are not sealed."""
        return visit

    def keep(self, name: str, data: bytes) -> str:
        """Write the picture and return its place, or nothing: a full disk must not end the reading."""
        vault = self.vault or Vault(self.root, self.folder)
        try:
            kept = vault.keep(f"{name}-{hashlib.sha256(data).hexdigest()[:12]}.png", data)
        except OSError:
            return ""
        return (self.folder / kept).as_posix()


def _name(claim: Claim) -> str:
    key = claim.key
    return "-".join(part for part in (key.metric, key.variant, key.item) if part)
