"""Reading a list of single things an answer holds: each open one, and whether it was read whole; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from checker.flow.declared import ItemRows
from checker.flow.outline import Outline
from checker.flow.page import Page
from checker.flow.payload import at, details_in, dig, earliest_in, number, there, words_in
from checker.flow.recorder import Fields, Recorder, adding
from checker.flow.site_toml import SiteToml
from checker.model import Claim, Key, Kind, Level, Origin, Rank, Says, Scope, Unit

__all__ = ["deadline_claims", "item_claims"]

_LONGEST: Final = 500
_LARGEST_ROW: Final = 300
# What is shorter than a number of the console's own may stand on a page by chance.
_SHORTEST_NAME: Final = 6
_TOKEN: Final = re.compile(r"[\w-]+")


def item_claims(
    recorder: Recorder,
    rows: ItemRows,
    bodies: Sequence[Any],
    toml: SiteToml,
    page: str = "",
    *,
    problem: str = "",
) -> Iterator[Claim]:
    """Claim every open entry of a list, and then whether the list was read whole.

    The list's own key (one for each metric it is split into) is `policy.list` with `list` as its variant.
    Only a list that says all of it was there can prove an item gone.

    Args:
        recorder: Writes the claims of the page.
        rows: What is declared of the list.
        bodies: The documents that are its pages, in the order they came.
        toml: The flow's data.
        page: The page's name.
        problem: Why there are no documents.

    Yields:
        A claim for each open entry, and one for each metric that the list covers.
    """
    found: dict[Key, Claim] = {}
    problem = problem or ("" if bodies else "no answer came")
    listed: set[str] = set()
    for body in bodies:
        entries = dig(body, rows.rows)
        if isinstance(entries, dict):
            entries = list(entries.values())
        if entries is None and rows.proves_empty and at(body, rows.rows) is None:
            entries = []
        if not isinstance(entries, list):
            problem = problem or f"not in the {rows.answer} answer"
            continue
        # An entry that comes twice is one, and stands in no other's place.
        listed.update(map(repr, entries))
        for entry in (inner for outer in entries for inner in _each(outer, rows.within)):
            claim = _item(recorder, rows, entry, toml, page)
            if claim is None:
                problem = problem or "an entry without an id"
            elif claim.key in found and found[claim.key] != replace(
                claim, observed_at=found[claim.key].observed_at
            ):
                problem = problem or "one entry stands twice in the list"
                yield claim
            else:
                found[claim.key] = claim
    yield from (claim for claim in found.values() if claim.level is not Level.OK)
    problem = problem or _cut(rows, bodies, len(listed))
    for covers in dict.fromkeys([rows.metric, *rows.kinds.values()]):
        yield _list_claim(recorder, rows, covers, problem, list(found.values()), page)


def deadline_claims(recorder: Recorder, page: Page, items: Sequence[Claim]) -> Iterator[Claim]:
    """Claim by when a page says that something must be done about an item whose answer names no day.

    Args:
        recorder: Writes the claims of the page.
        page: The page that shows the items, too.
        items: Every claim of the list.

    Yields:
        A claim for each such item beside whose own number the page names a day; it has no level.
    """
    names = {claim.key.item for claim in items if claim.key.item}
    wanted = {
        claim.key.item: claim
        for claim in items
        if len(claim.key.item) >= _SHORTEST_NAME and claim.level.is_open and claim.deadline is None
    }
    for name, text in _rows_of(page.outline, names) if wanted else ():
        due = recorder.due_day([text]) if name in wanted else None
        if due is not None:
            origin = Origin(page.name, "the page", f"beside {name!r}", 1)
            fields: Fields = {"scope": Scope.ITEM, "rank": Rank.WORD, "origin": origin}
            yield recorder.shown(wanted[name].key, **adding(fields, native=text, deadline=due))


def _rows_of(outline: Outline, names: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each item that the page shows and its text: the largest small part that names no other one."""
    for part in outline.parts:
        if not part.is_text or not outline.is_short(part, _LARGEST_ROW):
            continue
        said = outline.text(part)
        own = names & set(_TOKEN.findall(said))
        if len(own) != 1:
            continue
        for box in outline.around(part):
            text = outline.text(box) if outline.is_short(box, _LARGEST_ROW) else ""
            if not text or names & set(_TOKEN.findall(text)) != own:
                break
            said = text
        yield own.pop(), said


def _each(entry: Any, within: str) -> Iterator[Any]:
    """Yield an entry once for each thing that it lists under `within`, that one in the list's place."""
    inner = dig(entry, within) if within else None
    if isinstance(inner, list) and inner and isinstance(entry, dict):
        yield from ({**entry, within: one} for one in inner)
    else:
        yield entry


def _item(recorder: Recorder, rows: ItemRows, entry: Any, toml: SiteToml, page: str) -> Claim | None:
    parts = [words_in(dig(entry, path)) for path in rows.id]
    if not all(parts):
        return None
    metric, _, variant = rows.kinds.get(words_in(dig(entry, rows.by)), rows.metric).partition("@")
    key = recorder.key(metric, variant, "-".join(parts)[:120])
    points = number(there(entry, rows.points))
    reason = words_in(there(entry, rows.reason))[:_LONGEST]
    origin = Origin(page, f"the {rows.answer} answer", f"{rows.rows}[]", 0, rows.picture)
    code = words_in(dig(entry, rows.state)) if rows.state else ""
    level = toml.codes.get(rows.codes, {}).get(code) if rows.state else rows.level
    end = earliest_in(entry, rows.ends)
    if level is not None and end is not None and end <= recorder.now():
        level = Level.OK
    fields: Fields = {
        "scope": Scope.ITEM,
        "details": details_in(entry, rows.details),
        "deadline": earliest_in(entry, rows.deadline),
        "origin": origin,
    }
    if level is None:
        fields["native"] = reason
        return (
            recorder.word(key, code, None, **fields)
            if code
            else recorder.unreadable(key, "its state is empty", **fields)
        )
    stated = adding(
        fields,
        kind=Kind.STATUS if points is None else Kind.POINTS,
        value=points,
        unit=None if points is None else Unit.POINTS,
        native=code or reason,
        reason=reason if code else "",
    )
    return recorder.shown(key, level, **stated)


def _cut(rows: ItemRows, bodies: Sequence[Any], listed: int) -> str:
    """Return what is missing of a list; an empty text if it is whole."""
    totals = {total for body in bodies if (total := number(there(body, rows.total))) is not None}
    if rows.more and bodies and there(bodies[-1], rows.more) not in (None, False, "", 0):
        return f"{listed} read, and the list has further pages that did not come"
    if len(totals) > 1:
        return "the list's pages do not agree on how many there are"
    if totals != {listed} and totals:
        return f"the list holds {listed}, and says that there are {next(iter(totals))}"
    # No further pages, said of an empty list, says that it is empty.
    last_page = bool(rows.more) and bool(bodies) and there(bodies[-1], rows.more) is False
    proved = bool(totals) if rows.total else rows.proves_empty or last_page
    return "" if listed or proved else "the list is empty and does not say so"


def _list_claim(
    recorder: Recorder, rows: ItemRows, covers: str, problem: str, found: Sequence[Claim], page: str
) -> Claim:
    metric, _, variant = covers.partition("@")
    name = rows.list if not rows.kinds else f"{rows.list}.{variant or metric.rpartition('.')[2]}"
    key = recorder.key("policy.list", name)
    fields: Fields = {
        "scope": Scope.LIST,
        "kind": Kind.COUNT,
        "origin": Origin(page, f"the {rows.answer} answer", rows.rows, 0, rows.picture),
    }
    if problem:
        return recorder.unreadable(key, problem, **adding(fields, required=rows.required))
    whole = f"{metric}@{variant}"
    its = [claim for claim in found if (claim.key.metric, claim.key.variant) == (metric, variant)]
    still_open = [claim for claim in its if claim.level is not Level.OK]
    if not still_open:
        return recorder.absent(key, Says.NONE, **adding(fields, covers=whole))
    # How bad each entry is stands in its own claim: the list has no level.
    counted = adding(fields, unit=Unit.COUNT, value=Decimal(len(still_open)), covers=whole)
    return recorder.shown(key, **counted)
