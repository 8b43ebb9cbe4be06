"""What the doctor's worker saw, on its way to the supervisor."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from checker.console.watched import Album, Sight, WatchedConsole
from checker.evidence import Camera, slug

__all__ = ["Examination", "album_in", "dump_examination", "dump_examination_of", "load_examination"]


@dataclass(frozen=True)
class Examination:
    """The page states recognised, the pages that were none, and what each chain found."""

    states: tuple[str, ...]
    unknown: tuple[str, ...]
    sights: tuple[Sight, ...]


_WIRE: TypeAdapter[Examination] = TypeAdapter(Examination)


def album_in(root: Path, folder: Path) -> Album:
    """Return what keeps the pictures of pages where evidence is kept."""
    camera = Camera(root, folder, lambda _css: None, lambda: ("", 0))
    return lambda name, data: camera.keep(slug(name), data)


def dump_examination(console: WatchedConsole) -> str:
    """Return what a console saw, as JSON."""
    return dump_examination_of(
        Examination(tuple(console.states), tuple(console.unknown), tuple(console.sights))
    )


def dump_examination_of(seen: Examination) -> str:
    """Return what was seen, as JSON."""
    return _WIRE.dump_json(seen).decode()


def load_examination(text: str) -> Examination:
    """Return what was dumped; raises pydantic's ValidationError for anything else."""
    return _WIRE.validate_json(text)
