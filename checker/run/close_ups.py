"""Which picture shows each widget of an account on the layout it has now, for whoever compares the two.

Reds are photographed each time; of everything else a picture is taken once for each layout, and found again
here, as later readings of it have none. A picture that is gone, or of another layout, is taken anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checker.compare.confirmed import is_to_be_compared
from checker.compare.signals import is_rebuilt
from checker.evidence import slug
from checker.files import write_private
from checker.model import BadKeyError, Key, Reading

__all__ = ["CloseUp", "CloseUps", "pictures_of"]


@dataclass(frozen=True, slots=True)
class CloseUp:
    """The pictures of one widget. page, structure: the page they were taken of, and how that was built."""

    page: str
    structure: str
    pictures: tuple[str, ...]

    def shows(self, reading: Reading) -> bool:
        """Tell whether a reading was read from the layout the pictures show."""
        origin = reading.origin
        return self.page == origin.page and not is_rebuilt(self.structure, origin.structure)


class CloseUps:
    """The close-ups of one account.

    Args:
        data: The data folder.
        alias: The account.
    """

    def __init__(self, data: Path, alias: str) -> None:
        self._file = data / "close_ups" / f"{slug(alias)}.json"

    def read(self) -> dict[Key, CloseUp]:
        """Return what is kept; of a file that cannot be read, nothing: it is taken anew."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        rows = kept.items() if isinstance(kept, dict) else ()
        return {key: one for text, row in rows for key, one in _loaded(text, row)}

    def layouts(self, evidence: Path) -> dict[str, str]:
        """Return how the page of each widget was built whose pictures are all still there, by written key."""
        return {
            str(key): one.structure
            for key, one in self.read().items()
            if one.pictures and all((evidence / name).is_file() for name in one.pictures)
        }

    def note(self, readings: Iterable[Reading]) -> None:
        """Keep the pictures of readings that have some; OSError if they could not be kept."""
        new = {
            reading.key: CloseUp(reading.origin.page, reading.origin.structure, reading.evidence)
            for reading in readings
            if reading.evidence and is_to_be_compared(reading)
        }
        if new:
            self._write({**self.read(), **new})

    def forget(self, marketplace: str) -> None:
        """Keep nothing of the account on a marketplace any more; OSError if that cannot be written."""
        stay = {key: one for key, one in self.read().items() if key.marketplace != marketplace}
        if stay:
            self._write(stay)
        else:
            self._file.unlink(missing_ok=True)

    def _write(self, kept: Mapping[Key, CloseUp]) -> None:
        rows = {str(key): asdict(one) for key, one in sorted(kept.items())}
        write_private(self._file, json.dumps(rows, ensure_ascii=False, indent=1).encode())


def _loaded(text: str, row: Any) -> Iterable[tuple[Key, CloseUp]]:
    try:
        key, names = Key.parse(text), row["pictures"]
        if isinstance(names, list) and all(_is_inside(name) for name in names):
            int(row["structure"] or "0", 16)
            yield key, CloseUp(str(row["page"]), str(row["structure"]), tuple(names))
    except (BadKeyError, KeyError, TypeError, ValueError):
        return


def _is_inside(name: Any) -> bool:
    return isinstance(name, str) and not name.startswith("/") and ".." not in name.split("/")


def pictures_of(reading: Reading, close_ups: Mapping[Key, CloseUp]) -> tuple[str, ...]:
    """Return the pictures that show a reading: its own, or those that were taken of its layout before."""
    kept = close_ups.get(reading.key)
    if reading.evidence or kept is None or not kept.shows(reading):
        return reading.evidence
    return kept.pictures
