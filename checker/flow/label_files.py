"""Banners that are known by the key of their label, in the page's own label file, and never by a word; pure.

    [[banners]]
    keys = "ahd_banner_account_atrisk_header"                 # a regular expression for whole keys
    level = "warning"
    cause = { kind = "account_action" }
    texts = ["Your account is at risk of deactivation."]      # what the label says where no file was loaded

A row without a level is a notice that concerns nothing here: it is kept, and judged by nobody. The same label
files say what the rows of site.toml are called in the seller's own language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from checker.flow.declared import BannerRow
from checker.flow.page import Found, Page
from checker.flow.page_words import fold
from checker.flow.recorder import Recorder
from checker.flow.site_toml import SiteToml
from checker.model import Claim, Level, Origin, Rank, Scope

__all__ = ["banner_claims", "page_lines", "with_labels"]

# What a label has for the page to fill, and its markup.
_GAP: Final = re.compile(r"\$\{[^}]*\}|%[A-Z_]+%|<[^>]*>")
_LONGEST: Final = 300
_LONGEST_BOX: Final = 600
_LINES_OF_A_BANNER: Final = 3
_SHORTEST: Final = 8
_ALERTS: Final = "[class*=alert], [role=alert]"


def banner_claims(
    recorder: Recorder, toml: SiteToml, page: Page, labels: Mapping[str, str], named: Iterable[str] = ()
) -> Iterator[Claim]:
    """Claim what the banners of a page say.

    Args:
        recorder: Writes the claims of the page.
        toml: The flow's data.
        page: The page that may show them.
        labels: The console's own label files, by key.
        named: Label keys that an answer names as those of banners to show.

    Yields:
        A claim for each banner; a second one on the account status, without a level, for the cause it states.
    """
    for key in dict.fromkeys(named):
        for row in toml.banners:
            if re.fullmatch(row.keys, key):
                text = labels.get(key, key).strip()
                yield from _banner(recorder, toml, row, text, _origin(page, key), Rank.ATTRIBUTE)
    for row in toml.banners:
        found = page.find(toml.widgets[row.widget].chain) if row.widget else None
        if isinstance(found, Found) and found.text:
            origin = Origin(page.name, "the page", found.rule, found.place, toml.widgets[row.widget].picture)
            yield from _banner(recorder, toml, row, found.text, origin, Rank.ATTRIBUTE)
    for row, key, line in _shown(toml, page_lines(page), labels):
        due = recorder.due_day((_box_of(page, line),)) if row.level is not None else None
        yield from _banner(recorder, toml, row, line, _origin(page, key), Rank.LABEL, due)


def _box_of(page: Page, line: str) -> str:
    """Return a banner's heading with its sentence: the next lines of the smallest box that has any."""
    outline = page.outline
    short = (part for part in outline.parts if outline.is_short(part, _LONGEST_BOX))
    boxes = (outline.lines(part).splitlines() for part in short)
    lines = min((said for said in boxes if line in said and len(said) > 1), key=len, default=[line])
    here = lines.index(line)
    return "\n".join(lines[here : here + _LINES_OF_A_BANNER])


def _shown(
    toml: SiteToml, lines: Iterable[str], labels: Mapping[str, str]
) -> Iterator[tuple[BannerRow, str, str]]:
    """Yield each banner that a page shows; of labels that begin alike the longest says which one it is."""
    known: list[tuple[BannerRow, str, re.Pattern[str], int]] = []
    for row in toml.banners:
        keys = re.compile(row.keys)
        texts = [(key, text) for key, text in labels.items() if keys.fullmatch(key)]
        texts += [(row.keys, text) for text in row.texts]
        patterns = ((key, text, _pattern(text)) for key, text in texts)
        known += [(row, key, pattern, len(fold(text))) for key, text, pattern in patterns if pattern]
    for line in dict.fromkeys(lines):
        said = fold(line)
        # What a label's gaps are filled with may be anything.
        fits = [(row, key, length) for row, key, pattern, length in known if pattern.match(said)]
        longest = max((length for _, _, length in fits), default=0)
        rows = {id(row): (row, key, line) for row, key, length in reversed(fits) if length == longest}
        yield from rows.values()


def _origin(page: Page, key: str) -> Origin:
    return Origin(page.name, "the banners", key[:_LONGEST], 0, _ALERTS)


def _banner(
    recorder: Recorder,
    toml: SiteToml,
    row: BannerRow,
    text: str,
    origin: Origin,
    rank: Rank,
    due: datetime | None = None,
) -> Iterator[Claim]:
    metric, _, variant = (row.metric or toml.flow.status).partition("@")
    cause = row.cause and replace(row.cause, support=f"{row.cause.support}: {text}".lstrip(": ")[:_LONGEST])
    native, level = text[:_LONGEST], row.level or Level.UNKNOWN
    yield recorder.shown(
        recorder.key(metric, variant),
        level,
        scope=Scope.ACCOUNT,
        native=native,
        cause=cause,
        deadline=due,
        rank=rank,
        origin=origin,
    )
    if cause is not None and metric != toml.flow.status:
        # It explains a status that is red, and says nothing of one that is not.
        status = recorder.key(toml.flow.status)
        yield recorder.shown(status, scope=Scope.ACCOUNT, cause=cause, rank=Rank.OTHER, origin=origin)


def page_lines(page: Page) -> Sequence[str]:
    """Return what a page says, a line for each block."""
    outline = page.outline
    tops = (part for part in outline.parts if part.parent < 0)
    return [line for part in tops for line in outline.lines(part).splitlines()]


@lru_cache(maxsize=4096)
def _pattern(label: str) -> re.Pattern[str] | None:
    pieces = [piece for piece in map(fold, _GAP.split(label)) if piece]
    said = "".join(pieces)
    # A sign of some scripts is a word; "N/A" or "Critical" may begin anything.
    if len(said) < (_SHORTEST if said.isascii() else _SHORTEST // 2):
        return None
    return re.compile(r".{0,80}".join(map(re.escape, pieces)) + r"(?!\w)")


def with_labels(
    toml: SiteToml, labels: Mapping[str, str], beside: Mapping[str, str] | None = None
) -> SiteToml:
    """Return a flow's data whose rows have the labels of the seller's own language too.

    Args:
        toml: The flow's data; `[captions]` says which of its labels a key of the label files stands for.
        labels: The console's own label files, by key.
        beside: What the page calls the codes of `[metric_maps]`, as far as something else says so.

    Returns:
        The same data with more labels.
    """
    own = {known: labels[key] for key, known in toml.captions.items() if labels.get(key)}

    def row(known: Any, code: str = "") -> Any:
        more = (*(own[label] for label in known.labels if label in own), (beside or {}).get(code, ""))
        every = dict.fromkeys((*known.labels, *(label for label in more if label)))
        return known.model_copy(update={"labels": tuple(every)})

    maps = {
        name: {code: row(metric, code) for code, metric in its.items()}
        for name, its in toml.metric_maps.items()
    }
    rows = {name: tuple(map(row, getattr(toml, name))) for name in ("statuses", "metrics", "cards")}
    return toml.model_copy(update={**rows, "metric_maps": maps})
