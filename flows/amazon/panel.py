"""The home page's panel of all stores: a second source, found by the words over it; pure.

Its label keys are public, its markup is not: it is read as a table, wherever its title stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from checker.flow import Element, Page, Recorder, SiteToml
from checker.flow.recorder import Fields, adding
from checker.model import Claim, Kind, Level, Origin, Rank, Says, Scope, Unit
from checker.model.numbers import parse_number
from flows.amazon.places import row_for_store

__all__ = ["Row", "panel_claims", "panel_missing", "panel_rows"]

Row = tuple[str, str, str]
"""A store, its status word and its rating, as printed."""

_EMPTY: Final = ("", "-", "–", "—", "n/a")
_TABLES: Final = "table, [role=table], kat-table"
_ROWS: Final = "tr, [role=row], kat-table-row"
_CELLS: Final = "td, th[scope=row], [role=cell], [role=rowheader], kat-table-cell"
_FIELDS: Final[Fields] = {
    "rank": Rank.LABEL,
    "origin": Origin("home", "the panel", "breakdown panel", 0, _TABLES),
}
_STATUS: Final = "amazon.breakdown_status"
_RATING: Final = "amazon.breakdown_rating"


def panel_rows(page: Page, labels: Mapping[str, str], toml: SiteToml) -> Sequence[Row]:
    """Return the panel's rows, of every table that repeats it too; none where none stands under its title."""
    titles = {words.casefold() for table in toml.words["panel_title"].values() for words in table.ok}
    titles |= {labels.get(toml.data["panel_title_label"], "").casefold()} - {""}
    rows = [row for table in page.under(titles, _TABLES) for row in _rows(table)]
    if not rows:
        return rows
    # A panel that stands there twice is two panels: each of its stores has two rows, and each speaks.
    stores = [row[0] for row in rows]
    drawn = [list(_rows(table)) for table in page.all(_TABLES)]
    twins = [table for table in drawn if [row[0] for row in table] == stores]
    return [row for table in twins for row in table] if len(twins) > 1 else rows


def _rows(table: Element) -> Iterator[Row]:
    for row in table.inside(_ROWS):
        cells = [cell.text for cell in row.inside(_CELLS)]
        if len(cells) >= 2:  # noqa: PLR2004 - a store and its status; the rating may be missing
            yield cells[0], cells[1], cells[2] if len(cells) > 2 else ""  # noqa: PLR2004


def panel_claims(
    recorder: Recorder, rows: Sequence[Row], labels: Mapping[str, str], toml: SiteToml
) -> Iterator[Claim]:
    """Claim what the panel says of the recorder's site."""
    nothing = (*_EMPTY, labels.get(toml.data["not_available_label"], "n/a").casefold())
    status_key, rating_key = recorder.key(_STATUS), recorder.key(_RATING)
    mine = [row for row in rows if _is_site(recorder, row[0], toml)]
    if not mine:
        yield recorder.absent(status_key, Says.NONE, **adding(_FIELDS, scope=Scope.ACCOUNT))
        yield recorder.absent(rating_key, Says.NONE, **adding(_FIELDS, kind=Kind.SCORE))
    if len(mine) > 1:
        yield from panel_missing(recorder, f"{len(mine)} rows for one store")
    for _, status, rating in mine:
        fields = adding(_FIELDS, scope=Scope.ACCOUNT)
        if status.casefold() in nothing:
            yield recorder.absent(status_key, Says.NOT_RATED, **adding(fields, native=status))
        else:
            yield recorder.word(status_key, status, _level(status, labels, toml, recorder.language), **fields)
        # The panel prints the number without its band: the dashboard of the site itself judges it.
        fields = adding(_FIELDS, kind=Kind.SCORE, unit=Unit.POINTS, native=rating)
        amount = parse_number(rating, recorder.numbers or recorder.site.locale)
        if amount is not None:
            yield recorder.shown(rating_key, **adding(fields, value=amount.value, native=""))
        elif rating.casefold() in nothing:
            yield recorder.absent(rating_key, Says.NOT_RATED, **fields)
        else:
            yield recorder.unreadable(rating_key, f"no rating can be read from {rating[:40]!r}", **fields)


def panel_missing(recorder: Recorder, why: str = "the panel was not drawn") -> Iterator[Claim]:
    """Claim that the panel was there earlier in this visit of the account, and cannot be read now."""
    yield recorder.unreadable(recorder.key(_STATUS), why, **adding(_FIELDS, scope=Scope.ACCOUNT))
    yield recorder.unreadable(recorder.key(_RATING), why, **adding(_FIELDS, kind=Kind.SCORE))


def _is_site(recorder: Recorder, store: str, toml: SiteToml) -> bool:
    site = recorder.site
    row = row_for_store(store, toml, recorder.language)
    return row.code == site.code if row is not None else store.strip() in (site.label, site.native_id)


def _level(status: str, labels: Mapping[str, str], toml: SiteToml, language: str) -> Level | None:
    """Return the level of a badge: by the label key whose words it shows, else by the word table."""
    for label, level in toml.codes["badge_label"].items():
        if labels.get(label, "").strip().casefold() == status.strip().casefold() != "":
            return level
    return toml.level_of_word("status", status.strip(), language)
