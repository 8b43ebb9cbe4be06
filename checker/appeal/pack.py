"""An appeal pack as one ZIP: the PDF, the untouched bundles beside it, the key to verify them with.

appeal.pdf          timeline, numbers, pictures, deadline, stated reason, plan of action to fill in
README.txt          what this proves and what it does not, and how to check it by hand
public-key.pem      what the signatures are checked with
copies.json         every copy made of an original, with the digest of both
opened/N-DIGEST/    pictures of encrypted originals as they were, if nothing was to be blacked out
copies/             blacked-out copies, if any were asked for
originals/N-DIGEST/ one sealed bundle each, as it lies on the seller's disk
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from checker.appeal.contents import Chapter, Picture, chapters, chosen, since_opened
from checker.appeal.document import Story, heading, own_words, render
from checker.appeal.printing import Areas, Press, press
from checker.errors import UsageError
from checker.evidence.archive import add, text_entries, whole_new_file
from checker.evidence.manifest import canonical
from checker.evidence.verify import Trust
from checker.model import Key, Known, Reading
from checker.report.rollup import Place

__all__ = ["Packed", "write_pack"]

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into a pack."""

    bundles: tuple[str, ...]
    pictures: int


def write_pack(
    root: Path,
    key: Key,
    known: Mapping[Key, Known],
    readings: Sequence[Reading],
    place: Place | None,
    out: Path,
    *,
    language: str,
    now: datetime,
    trust: Trust,
    browser: Path | None,
    areas: Areas,
    say: Callable[[str], None],
) -> Packed:
    """Write the pack of one finding to a new file; raise UsageError if there is nothing to prove it with.

    readings: the whole history of the key, oldest first. areas: what copies of full pages have blacked out;
    with any, the PDF shows such copies only.
    """
    state = known[key]
    told = since_opened(state, readings)
    parts = chapters(root, chosen(told), trust)
    if not parts:
        raise UsageError(
            f"nothing was sealed that proves {key}", hint="evidence is kept of what is red or unreadable"
        )
    with press(browser, say) as printer:
        copies = _copies(printer, parts, areas)
        shown = [_redacted(part) for part in parts] if areas.boxes else parts
        key_id = parts[-1].manifest.key
        story = Story(state, told, shown, _items(key, known), place, key_id, copies)
        pdf = printer.pdf(render(story, now, language), heading(story, language))
    files = [*_files(parts, copies, pdf, areas, trust, language), *([] if areas.boxes else _opened(parts))]

    def fill(file: IO[bytes]) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            text_entries(archive, files)
            for name, part in _folders(parts).items():
                add(archive, root, part.folder, f"originals/{name}/")

    whole_new_file(out, fill)
    bundles = tuple(part.bundle for part in _distinct(parts))
    return Packed(bundles, sum(len(part.pictures) for part in shown))


def _items(key: Key, known: Mapping[Key, Known]) -> list[Known]:
    """Return what is open below a counter: its items."""
    if key.item:
        return []
    return [
        state for other, state in sorted(known.items()) if other.item and other.head == key and state.is_open
    ]


def _copies(printer: Press, parts: Sequence[Chapter], areas: Areas) -> dict[str, Picture]:
    """Return the blacked-out copy of each full page, by the digest of its original."""
    copies: dict[str, Picture] = {}
    for picture in (picture for part in parts for picture in part.pictures if picture.is_page):
        if areas.boxes and picture.sha256 not in copies:
            data = printer.blacked(picture, areas)
            name = f"{picture.name.removesuffix('.png')}.copy.png"
            copies[picture.sha256] = Picture(name, hashlib.sha256(data).hexdigest(), data)
    return copies


def _redacted(part: Chapter) -> Chapter:
    # A close-up could show what the copy of the page has blacked out.
    pages = tuple(picture for picture in part.pictures if picture.is_page)
    return Chapter(part.reading, part.folder, part.bundle, part.manifest, pages)


def _files(
    parts: Sequence[Chapter],
    copies: Mapping[str, Picture],
    pdf: bytes,
    areas: Areas,
    trust: Trust,
    language: str,
) -> list[tuple[str, bytes]]:
    keys = dict.fromkeys(part.manifest.key for part in parts)
    pem = b"".join(trust.keys[key].pem for key in keys)
    listed = canonical({"copies": [*_pdf_row(parts, pdf), *_copy_rows(parts, copies, areas)]})
    own = own_words(language)["readme"]
    encrypted = own["encrypted"] if any(part.manifest.is_encrypted for part in parts) else ""
    return [
        ("appeal.pdf", pdf),
        ("README.txt", (own["text"] + encrypted).encode()),
        ("public-key.pem", pem),
        ("copies.json", listed),
        *((f"copies/{copy.name}", copy.data) for copy in copies.values()),
    ]


def _pdf_row(parts: Sequence[Chapter], pdf: bytes) -> list[dict[str, Any]]:
    originals = sorted({picture.sha256 for part in parts for picture in part.pictures})
    return [{"copy": "appeal.pdf", "originals": originals, "sha256": hashlib.sha256(pdf).hexdigest()}]


def _copy_rows(parts: Sequence[Chapter], copies: Mapping[str, Picture], areas: Areas) -> list[dict[str, Any]]:
    bundles = {picture.sha256: part.bundle for part in parts for picture in part.pictures}
    return [
        {
            "areas": [list(box) for box in areas.boxes],
            "bundle": bundles[original],
            "copy": f"copies/{copy.name}",
            "originals": [original],
            "sha256": copy.sha256,
        }
        for original, copy in copies.items()
    ]


def _distinct(parts: Sequence[Chapter]) -> list[Chapter]:
    return list({part.bundle: part for part in parts}.values())


def _folders(parts: Sequence[Chapter]) -> dict[str, Chapter]:
    """Return each bundle by the name of its folder in the pack."""
    return {
        f"{number}-{part.bundle.removeprefix('sha256:')[:_DIGITS]}": part
        for number, part in enumerate(_distinct(parts), start=1)
    }


def _opened(parts: Sequence[Chapter]) -> list[tuple[str, bytes]]:
    """Return the pictures that lie encrypted in their bundles as they were; the lists have their digests."""
    found: dict[str, bytes] = {}
    for name, part in _folders(parts).items():
        if part.manifest.is_encrypted:
            same = (other for other in parts if other.bundle == part.bundle)
            pictures = (picture for other in same for picture in other.pictures)
            found |= {f"opened/{name}/{picture.name}": picture.data for picture in pictures}
    return list(found.items())
