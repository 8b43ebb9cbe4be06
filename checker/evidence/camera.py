"""Pictures of what was red or unreadable: the whole page once, and each widget by itself."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from checker.model import Presence, Reading

__all__ = ["Camera", "slug"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# Names some systems keep for devices, whatever follows their dot.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_LONGEST = 80
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def slug(text: str) -> str:
    """Return a file name for any text; what had to be changed is told apart by a digest."""
    safe = _UNSAFE.sub("_", text).lstrip(".-")[:_LONGEST].rstrip(".")
    if _DEVICES.fullmatch(safe):
        safe = f"_{safe}"
    if safe == text and safe:
        return safe
    return f"{safe or 'x'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


@dataclass
class Camera:
    """Takes the pictures of one visit into its own folder; paths in records are relative to `root`.

    picture: draws the whole page (for no rule) or the element a CSS rule finds, as PNG.
    displayed: the name of the open page, and a number that changes with what it displays; pictures are
        shared by readings of the same display.
    """

    root: Path
    folder: Path
    picture: Callable[[str], bytes | None]
    displayed: Callable[[], tuple[str, int]]
    missed: int = 0
    _taken: dict[tuple[int, str], str] = field(default_factory=dict)

    def with_pictures(self, reading: Reading) -> Reading:
        """Return the reading with its pictures if it is one that may have to be proven."""
        if not (reading.level.is_open or reading.presence is Presence.UNREADABLE):
            return reading
        rule = reading.origin.picture
        names = [self._take(rule, slug(_name(reading)))] if rule else []
        names.append(self._take("", f"page-{slug(self.displayed()[0])}"))
        return replace(reading, evidence=tuple(name for name in names if name))

    def _take(self, rule: str, name: str) -> str:
        display = (self.displayed()[1], rule)
        if display not in self._taken:
            data = self.picture(rule)
            self._taken[display] = "" if data is None else self.keep(name, data)
            # An element may be out of sight while the whole page is not; only that one is missed.
            self.missed += self._taken[display] == "" and (data is not None or not rule)
        return self._taken[display]

    def keep(self, name: str, data: bytes) -> str:
        """Write the picture and return its place, or nothing: a full disk must not end the reading."""
        path = self.folder / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}.png"
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _opened(self.root, self.folder) as folder:
                _write_new(folder, path.name, data)
        except OSError:
            return ""
        return path.as_posix()


def _name(reading: Reading) -> str:
    key = reading.key
    return "-".join(part for part in (key.metric, key.variant, key.item) if part)


@contextmanager
def _opened(root: Path, folder: Path) -> Iterator[int]:
    """Open a folder under `root`, made on the way for us alone; a link planted there is not followed."""
    current = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folder.parts:
            with suppress(FileExistsError):
                os.mkdir(part, 0o700, dir_fd=current)
            inner = os.open(part, _FOLDER, dir_fd=current)
            os.close(current)
            current = inner
        yield current
    finally:
        os.close(current)


def _write_new(folder: int, name: str, data: bytes) -> None:
    """Write a file that is whole or not there; one of that name is left as it is, but it must be a file."""
    try:
        if stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            return
        raise FileExistsError(errno.EEXIST, "not a file", name)
    except FileNotFoundError:
        pass
    partial = f"{name}.part"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.rename(partial, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        os.unlink(partial, dir_fd=folder)
        raise
