"""Which pictures a page has room for: as they are, as thumbnails, or not at all, the most telling first."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

__all__ = ["Embedded", "Wanted", "embedded_size", "fitting", "thumbnail"]

_BOXES: Final = ((360, 640), (1040, 120))
"""What a thumbnail fits in one of: a page, or a row of a table, of which nobody could read less."""
_QUALITY: Final = 45
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_SMALLEST: Final = 1_000
"""What no thumbnail is smaller than, in bytes: with less room than that none is made."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture a page should have: its digest, kind and bytes, and how often the page repeats it."""

    digest: str
    media: str
    data: bytes
    times: int = 1


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture as a page has room for it; `is_small` if it is a thumbnail."""

    media: str
    data: bytes
    is_small: bool = False


def fitting(wanted: Iterable[Wanted], room: int | None, largest: int) -> dict[str, Embedded]:
    """Return what of each picture is embedded, by its digest; nothing for what there is no room for.

    As long as all of them fit, each is embedded as it is. Else every one is made small first, and then as
    many as there is room for are taken as they are, in order: a few large ones must not cost the others their
    place.

    Args:
        wanted: The pictures, the most telling first.
        room: How many bytes of a page there are for them; as many as it takes if nothing is said.
        largest: How many bytes a single one may have at most.
    """
    pictures = tuple(wanted)
    whole = {one.digest: Embedded(one.media, one.data) for one in pictures if len(one.data) <= largest}
    if room is None or sum(_cost(one, one.data) for one in pictures if one.digest in whole) <= room:
        return whole | dict(_small([one for one in pictures if one.digest not in whole], room, largest))
    found = dict(_small(pictures, room, largest))
    room -= sum(_cost(one, found[one.digest].data) for one in pictures if one.digest in found)
    for one in pictures:
        small = found.get(one.digest)
        more = _cost(one, one.data) - (0 if small is None else _cost(one, small.data))
        if one.digest in whole and more <= room:
            found[one.digest] = whole[one.digest]
            room -= more
    return found


def _small(pictures: Sequence[Wanted], room: int | None, largest: int) -> Iterator[tuple[str, Embedded]]:
    for one in pictures:
        if room is not None and room < _SMALLEST * one.times:
            continue
        made = thumbnail(one.data)
        if made is None:
            continue
        # What is smaller than its thumbnail is embedded as it is.
        chosen = Embedded("image/jpeg", made, is_small=True)
        if len(one.data) <= len(made):
            chosen = Embedded(one.media, one.data)
        cost = _cost(one, chosen.data)
        if len(chosen.data) > largest or (room is not None and cost > room):
            continue
        room = None if room is None else room - cost
        yield one.digest, chosen


def embedded_size(data: bytes) -> int:
    """Return how many bytes of a page an embedded picture takes."""
    return -(-len(data) // 3) * 4


def _cost(one: Wanted, data: bytes) -> int:
    return embedded_size(data) * one.times


def _box(width: int, height: int) -> tuple[int, int]:
    """Return the box in which a picture is larger."""
    return max(_BOXES, key=lambda box: min(box[0] / width, box[1] / height))


def thumbnail(data: bytes) -> bytes | None:
    """Return a small JPEG of a picture, or nothing for one that cannot be read."""
    from PIL import Image  # noqa: PLC0415 - slow to import, and needed for large reports only

    try:
        with warnings.catch_warnings():
            # A picture that claims to be enormous is not drawn at all.
            warnings.simplefilter("error")
            with Image.open(BytesIO(data), formats=_FORMATS) as image:
                # Made small before anything else is done with it: a whole page has millions of pixels.
                image.thumbnail(_box(*image.size), reducing_gap=1.0)
                drawn = image.convert("RGB")
        # What a file says beside its picture would be written into the thumbnail as well.
        drawn.info.clear()
        out = BytesIO()
        drawn.save(out, "JPEG", quality=_QUALITY, optimize=True)
    except Exception:  # noqa: BLE001 - its decoders raise whatever they meet, and a report is written all the same
        return None
    return out.getvalue()
