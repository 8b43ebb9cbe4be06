"""The home page's Account Health Breakdown: the status and rating of every store, in one table; pure.

Its DOM is not public: it is found by its title, which the page's own label file gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.flow import Element, Page, Recorder, SiteToml
from checker.model import Kind, Level, Origin, Presence, Reading, Scope, Unit
from checker.model.decide import Decision
from checker.model.levels import DecidedBy
from checker.model.numbers import parse_number
from flows.amazon.picker import row_for_store
from flows.amazon.tables import Tables

__all__ = ["Row", "panel_missing", "panel_readings", "panel_rows"]

Row = tuple[str, str, str]
"""A store, its status word and its rating, as printed."""

_EMPTY = ("", "-", "–", "—", "n/a")
_TABLES = "table, [role=table], kat-table"
_ROWS = "tr, [role=row], kat-table-row"
_CELLS = "td, th[scope=row], [role=cell], [role=rowheader], kat-table-cell"


def panel_rows(page: Page, labels: Mapping[str, str], toml: SiteToml, tables: Tables) -> Sequence[Row]:
    """Return the panel's rows, or nothing where no panel stands under its title."""
    titles = {words.casefold() for table in toml.words["panel_title"].values() for words in table.ok}
    if learnt := labels.get(tables.panel_title_label):
        titles.add(learnt.casefold())
    rows = [row for table in page.under(titles, _TABLES) for row in _rows(table)]
    if not rows:
        return rows
    # A panel that stands there twice is two panels: each of its stores has two rows, and none is believed.
    stores = [row[0] for row in rows]
    drawn = [list(_rows(table)) for table in page.all(_TABLES)]
    twins = [table for table in drawn if [row[0] for row in table] == stores]
    return [row for table in twins for row in table] if len(twins) > 1 else rows


def _rows(table: Element) -> Iterator[Row]:
    for row in table.inside(_ROWS):
        cells = [cell.text for cell in row.inside(_CELLS)]
        if len(cells) >= 2:  # noqa: PLR2004 - a store and its status; the rating may be missing
            yield cells[0], cells[1], cells[2] if len(cells) > 2 else ""  # noqa: PLR2004


def panel_readings(
    recorder: Recorder, rows: Sequence[Row], labels: Mapping[str, str], toml: SiteToml
) -> Iterator[Reading]:
    """Yield what the panel says of the recorder's site."""
    mine = [row for row in rows if _is_site(recorder, row[0], toml)]
    if not mine:
        return
    origin = Origin("home", "document", "breakdown panel", 0, _TABLES)
    key = recorder.key("amazon.breakdown_status")
    if len(mine) > 1:
        why = f"{len(mine)} rows for one store"
        yield recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)
        yield recorder.unreadable(
            recorder.key("amazon.breakdown_rating"), why, kind=Kind.SCORE, origin=origin
        )
        return
    _, status, rating = mine[0]
    if _not_available(status, labels):
        yield recorder.absent(key, Presence.NOT_RATED, scope=Scope.ACCOUNT, native=status, origin=origin)
    else:
        level = _level(status, labels, toml, recorder.language)
        yield recorder.word(key, status, level, scope=Scope.ACCOUNT, origin=origin)
    yield _rating(recorder, rating, labels, origin)


def panel_missing(recorder: Recorder) -> Iterator[Reading]:
    """Yield that the panel was there earlier in this visit of the account, and is not now."""
    origin, why = Origin("home", "document", "breakdown panel", 0, ""), "the panel was not drawn"
    status, rating = recorder.key("amazon.breakdown_status"), recorder.key("amazon.breakdown_rating")
    yield recorder.unreadable(status, why, scope=Scope.ACCOUNT, origin=origin)
    yield recorder.unreadable(rating, why, kind=Kind.SCORE, origin=origin)


def _not_available(text: str, labels: Mapping[str, str]) -> bool:
    return text.casefold() in (*_EMPTY, labels.get("spd_health_not_available", "n/a").casefold())


def _rating(recorder: Recorder, text: str, labels: Mapping[str, str], origin: Origin) -> Reading:
    key = recorder.key("amazon.breakdown_rating")
    amount = parse_number(text, recorder.site.locale)
    if amount is None and _not_available(text, labels):
        return recorder.absent(key, Presence.NOT_RATED, kind=Kind.SCORE, native=text, origin=origin)
    if amount is None:
        why = f"no rating can be read from {text[:40]!r}"
        return recorder.unreadable(key, why, kind=Kind.SCORE, native=text, origin=origin)
    # The panel prints the number without its band: the dashboard of the site itself judges it.
    decision = Decision(Level.UNKNOWN, DecidedBy.NOTHING)
    return recorder.shown(key, decision, kind=Kind.SCORE, unit=Unit.POINTS, value=amount.value, origin=origin)


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
