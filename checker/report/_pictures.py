"""The pictures of a page report: each distinct one embedded once, where it is needed first.

A finding shows its close picture beside it: the one that tells most and still fits there. The others of
its own fold out below it. A full page that several findings share goes to the gallery at the end, and they
point to it; a small close-up is repeated. Where the page has no room for all of them, they are made small.
"""

from __future__ import annotations

import hashlib
import struct
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from checker.report._shrinking import Wanted, fitting

__all__ = ["Gallery", "Picture", "Shown", "Subject", "full_page", "media_type"]

EMBED_LIMIT: Final = 3 * 1024 * 1024
"""A larger picture is made small, or pointed to by its path: a report must still open on a phone."""

_SMALL: Final = 150 * 1024
"""A close-up this small stands beside every finding it proves, however many share it."""

_FITS: Final = (900, 600)
"""How wide and high a close-up may be, in its own pixels, to be read beside what it proves."""

_STRIP_WIDTH: Final = 560
_STRIP_SHAPE: Final = 2.4

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SIGNATURES: Final = ((_PNG, "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
_PNG_SIZE: Final = struct.Struct(">16xII")


@dataclass(frozen=True, slots=True)
class Subject:
    """What has pictures: its anchor on the page, what they show in words, the names of its evidence."""

    anchor: str
    alt: str
    page_alt: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as the page shows it; `src` is empty for one too large to embed.

    is_small: whether it is a thumbnail, so that the picture itself is to be looked up where it lies.
    """

    anchor: str
    name: str
    alt: str
    src: str
    back: str
    width: int = 0
    height: int = 0
    is_small: bool = False

    @property
    def page(self) -> str:
        """The page it shows whole, by the console's name for it; nothing for a close-up."""
        return full_page(self.name)

    @property
    def metric(self) -> str:
        """The metric a close-up is of, as its name begins: `.../METRIC-DIGEST.png`."""
        return self.name.rpartition("/")[2].partition("-")[0]

    @property
    def is_wide(self) -> bool:
        """Whether it is a strip, such as a row of a table, that half a page makes unreadable."""
        return self.width > _STRIP_WIDTH and self.width > _STRIP_SHAPE * self.height


@dataclass(frozen=True, slots=True)
class Shown:
    """The pictures of one finding: beside it, folded below it, elsewhere on the page."""

    beside: Picture | None = None
    below: tuple[Picture, ...] = ()
    elsewhere: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    digest: str
    media: str
    data: bytes
    width: int
    height: int

    @property
    def fits(self) -> bool:
        """Whether it is a close-up that can be read beside what it proves."""
        wide, high = _FITS
        return not full_page(self.name) and 0 < self.width <= wide and 0 < self.height <= high

    @property
    def area(self) -> int:
        """The size of the picture, by its bytes where its head does not tell."""
        return self.width * self.height or len(self.data)


def full_page(name: str) -> str:
    """Return the page a piece of evidence shows whole, by its file name: `.../page-NAME-DIGEST.png`."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    return stem.removeprefix("page-").rpartition("-")[0] if stem.startswith("page-") else ""


class Gallery:
    """Decides where each picture stands; `places` answers for each subject by its anchor."""

    def __init__(
        self,
        subjects: Iterable[Subject],
        load: Callable[[str], bytes | None],
        room: int | None = None,
    ) -> None:
        self._load = load
        self._files: dict[str, _File | None] = {}
        self._placed: dict[str, Picture] = {}
        self.shared: list[Picture] = []
        subjects = tuple(subjects)
        own = {subject.anchor: self._distinct(subject.names) for subject in subjects}
        self._uses = Counter(file.digest for files in own.values() for file in files)
        self._embedded = fitting(self._wanted(own.values()), room, EMBED_LIMIT)
        self.places = {subject.anchor: self._place(subject, own[subject.anchor]) for subject in subjects}

    def _wanted(self, files: Iterable[Sequence[_File]]) -> Iterator[Wanted]:
        """Yield each picture once, those that stand beside a finding before those that fold out."""
        each = {file.digest: file for group in files for file in group}
        for file in sorted(each.values(), key=lambda file: not self._is_own(file) or not file.fits):
            times = self._uses[file.digest] if self._is_own(file) else 1
            yield Wanted(file.digest, file.media, file.data, times)

    def _distinct(self, names: Iterable[str]) -> tuple[_File, ...]:
        found = (self._read(name) for name in names)
        return tuple({file.digest: file for file in found if file is not None}.values())

    def _read(self, name: str) -> _File | None:
        if name not in self._files:
            data = self._load(name)
            self._files[name] = None if data is None else _file(name, data)
        return self._files[name]

    def _place(self, subject: Subject, files: Sequence[_File]) -> Shown:
        own = sorted((file for file in files if self._is_own(file)), key=lambda file: file.area)
        shared = [file for file in files if not self._is_own(file)]
        fitting = [file for file in own if file.fits]
        unseen = (file for file in shared if file.digest not in self._placed)
        # Sorted by size: the largest that fits, else the smallest, else one that others have, too.
        beside = next(chain(reversed(fitting), own, unseen), None)
        below = tuple(self._picture(f, subject) for f in own if f is not beside)
        return Shown(
            None if beside is None else self._picture(beside, subject),
            below,
            tuple(self._elsewhere(file, subject) for file in shared if file is not beside),
        )

    def _is_own(self, file: _File) -> bool:
        close = not full_page(file.name) and len(file.data) <= _SMALL
        return self._uses[file.digest] == 1 or close

    def _elsewhere(self, file: _File, subject: Subject) -> Picture:
        if file.digest not in self._placed:
            self.shared.append(self._picture(file, subject))
        return self._placed[file.digest]

    def _picture(self, file: _File, subject: Subject) -> Picture:
        shown = self._embedded.get(file.digest)
        src = "" if shown is None else f"data:{shown.media};base64,{b64encode(shown.data).decode()}"
        anchor = f"picture-{len(self._placed) + 1}"
        picture = Picture(
            anchor,
            file.name,
            subject.page_alt if full_page(file.name) else subject.alt,
            src,
            subject.anchor,
            file.width,
            file.height,
            is_small=shown is not None and shown.is_small,
        )
        self._placed[file.digest] = picture
        return picture


def media_type(data: bytes) -> str | None:
    """Return what kind of picture this is by its first bytes; none for whatever could hold script."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((media for signature, media in _SIGNATURES if data.startswith(signature)), None)


def _file(name: str, data: bytes) -> _File | None:
    media = media_type(data)
    if media is None:
        return None
    known_size = data.startswith(_PNG) and len(data) >= _PNG_SIZE.size
    width, height = _PNG_SIZE.unpack_from(data) if known_size else (0, 0)
    return _File(name, hashlib.sha256(data).hexdigest(), media, data, width, height)
