"""Finding, on the kept page a widget was read from, the place a person means, and what it may be called.

    kept = kept_of(visits, key, observed_at)         # the visit that made a reading, if it is still kept
    page = page_of(kept, "dashboard")
    part = at_point(page, 640, 210)                  # or saying(page, "1.2 %")
    labels_near(page, part)                          # "Late shipment rate", nearest first

Nothing here is believed: what a place and a name come to is read by the flow again, from the same visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from checker.console.kept import KeptPart
from checker.errors import UsageError
from checker.evidence import slug
from checker.flow import Page
from checker.flow.outline import Part
from checker.flow.page_words import fold
from checker.model import Key, Reading
from checker.run.replay import kept_runs, opened
from checker.run.run_ids import run_moment

__all__ = ["KeptVisit", "at_point", "kept_of", "labels_near", "page_of", "run_of", "saying"]

_LONGEST_LABEL: Final = 90
_LONGEST_PLACE: Final = 200
_LARGEST_PART: Final = 1500
_MOST_OUT: Final = 12
_MOST_LABELS: Final = 60
_MOST_RUNS: Final = 3


@dataclass(frozen=True, slots=True)
class KeptVisit:
    """The visit a reading was made on, with the part that lists the sites; reading: as it was stored then."""

    sites: KeptPart
    visit: KeptPart
    reading: Reading


def run_of(visits: Path, alias: str, moment: datetime) -> list[str]:
    """Return the kept runs that may have visited an account at a moment, the likeliest first."""
    runs = [name for name in kept_runs(visits) if (visits / name / slug(alias)).is_dir()]
    begun = [name for name in runs if (at := run_moment(name)) is not None and at <= moment]
    return begun[::-1][:_MOST_RUNS]


def kept_of(visits: Path, key: Key, moment: datetime) -> KeptVisit | None:
    """Return the kept visit on which a key was read at a moment, or None; what is damaged is passed over."""
    for run in run_of(visits, key.account, moment):
        try:
            (kept,) = opened(visits / run / slug(key.account))
            first, *parts = kept.parts()
        except (UsageError, ValueError):
            continue
        for part in parts:
            for reading in part.then.readings:
                if reading.key == key and reading.observed_at == moment:
                    return KeptVisit(first, part, reading)
    return None


def page_of(kept: KeptVisit, name: str, text: str = "") -> Page | None:
    """Return the last kept look at a page, of those that say a text if it is given and any does."""
    pages = list(_pages(kept.visit, name))
    saying_it = (page for page in pages if text and saying(page, text))
    return next(saying_it, pages[0] if pages else None)


def _pages(part: KeptPart, name: str) -> Iterator[Page]:
    for display in reversed(part.displays):
        if display.page != name:
            continue
        for look in reversed(display.looks):
            if look.document is not None:
                html = part.documents[look.document]
                yield Page(name, look.url, look.status, html, look.title, look.ready)
                break


def at_point(page: Page, x: int, y: int) -> Part | None:
    """Return the smallest part of a page whose box holds a point and that says something, but not much."""
    outline = page.outline
    found = [
        (box.width * box.height, -part.index, part)
        for part in outline.parts
        if (box := part.box) is not None
        and box.x <= x < box.right
        and box.y <= y < box.bottom
        and outline.is_short(part, _LONGEST_PLACE)
    ]
    return min(found, key=lambda each: each[:2])[2] if found else None


def saying(page: Page, text: str) -> list[Part]:
    """Return the parts of a page that say just this, the outermost of those around one another."""
    outline, wanted = page.outline, fold(text)
    found: list[Part] = []
    for part in outline.parts if wanted else ():
        if found and found[-1].has(part):
            continue
        if outline.is_short(part, _LONGEST_PLACE) and fold(outline.text(part)) == wanted:
            found.append(part)
    return found


def labels_near(page: Page, place: Part) -> list[str]:
    """Return the short texts around a place that may be what it is called, the nearest first."""
    outline = page.outline
    found: dict[str, None] = {}
    own = outline.text(place)
    for mark in ":：":
        if mark in own:
            found[own.partition(mark)[0].strip()] = None
    branch = place
    for box in islice(outline.around(place), _MOST_OUT):
        if box.tag == "body" or outline.length(box) > _LARGEST_PART or len(found) > _MOST_LABELS:
            break
        beside = [leaf for leaf in _leaves(page, box) if not (leaf is branch or branch.has(leaf))]
        before = [leaf for leaf in beside if leaf.index < branch.index]
        after = [leaf for leaf in beside if leaf.index > branch.index]
        for leaf in (*reversed(before), *after):
            found[outline.text(leaf).strip().rstrip(":：").strip()] = None
        branch = box
    return [text for text in found if text != own and _may_be_label(text)][:_MOST_LABELS]


def _leaves(page: Page, box: Part) -> Iterator[Part]:
    """Yield the outermost parts in a box that say one line; no menus, and not what lies in one of them."""
    outline, end = page.outline, -1
    for part in outline.inside(box):
        if part.index < end or part.chrome or not outline.is_short(part, _LONGEST_LABEL):
            continue
        if part.is_text or all(child.is_text for child in outline.children(part)):
            end = part.end
            yield part


def _may_be_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and sum(map(str.isalpha, text)) > sum(map(str.isdecimal, text))
