"""The violation lists: every single violation as an item, and whether a list was read whole; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from checker.flow import Answer, Element, Page, Recorder
from checker.model import DecidedBy, Decision, Kind, Level, Origin, Presence, Reading, Scope, Unit
from checker.model.dates import deadline_in
from flows.amazon.tables import Policy, dig

__all__ = ["Listed", "Listing", "Shown", "item_reading", "list_reading", "listed_in", "rows_of", "shown_rows"]

UNATTRIBUTED: Final = "amazon.unattributed_violation"
_ROWS: Final = (
    "[data-testid='ahd-product-policies-table-row'], .ahd-product-policy-table-row:not([class*='-nested'])"
)
_STEPS: Final = "[data-testid^='ahd-ppc-row-next-steps-']"
_REASON: Final = "[data-testid^='ahd-ppc-row-reason-']"
_BUTTONS: Final = "kat-button, button, a, [role=button]"
_TAGGED: Final = "[data-testid^='ahd-ppc-row-']"
_CELLS: Final = "td, [role=cell], kat-table-cell"
# Reason, Date, What was impacted?, At Risk Sales, Action Taken, Rating Impact, Next Steps (3.2).
_COLUMNS: Final = 7
_ASIN: Final = re.compile(r"\bB0[0-9A-Z]{8}\b")
_ROW_CSS: Final = f":is({_ROWS})"


@dataclass(frozen=True, slots=True)
class Listed:
    """One violation as the console's list answer gives it; every text verbatim."""

    number: str
    category: str
    reason: str
    date: str
    title: str
    asins: tuple[str, ...]
    skus: tuple[str, ...]
    sales: str
    action: str
    impact: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What the answers of one list held, and what is missing of it."""

    items: tuple[Listed, ...]
    pages: int
    problem: str = ""
    more: bool = False


def listed_in(answers: Iterable[Answer], wanted: str = "") -> Listing:
    """Read the list answers of one tab, each page once, in the order they came.

    wanted: the category whose tab is open; a list the page asked for under several names is not its.
    """
    items: dict[str, Listed] = {}
    pages, more = 0, False
    for answer in answers:
        if answer.body is None or not isinstance(answer.body, dict):
            return Listing(tuple(items.values()), pages, answer.problem or "the list answer is no object")
        entries = answer.body.get("violations", answer.body.get("defects"))
        if not isinstance(entries, list):
            return Listing(tuple(items.values()), pages, "the list answer holds no list")
        names = [name for name in answer.query.get("metricNames", "").split(",") if name]
        if wanted and names and names != [wanted]:
            return Listing(tuple(items.values()), pages, "the tab's list is not of its category alone")
        for entry in entries:
            listed = _listed(entry, names[0] if len(names) == 1 else "")
            if listed is None:
                return Listing(tuple(items.values()), pages, "a violation without an id")
            items[listed.number] = listed
        pages, more = pages + 1, bool(answer.body.get("nextPageToken"))
    return Listing(tuple(items.values()), pages, "" if pages else "no list answer came", more=more)


def _listed(entry: Any, category: str) -> Listed | None:
    identity = _words(dig(entry, ("violationId",))) or _words(dig(entry, ("defectId",)))
    if not isinstance(entry, dict) or not identity:
        return None
    own = next((_words(entry[name]) for name in ("metricName", "defectType") if entry.get(name)), "")
    affected = entry.get("affectedEntity")
    return Listed(
        identity[:120],
        own or category,
        _words(dig(entry, ("reason", "reason"))) or _words(entry.get("reason")),
        _words(dig(entry, ("impactDate", "formattedDate"))) or _words(entry.get("impactDate")),
        _words(dig(affected, ("title",))),
        _several(dig(affected, ("asins",))),
        _several(dig(affected, ("skus",))),
        _words(entry.get("gmsImpact")),
        _words(dig(entry, ("actionTaken", "text"))) or _words(entry.get("actionTaken")),
        _words(entry.get("ahrImpact")),
        # Not of the action taken: its date is of what is past.
        tuple(_texts([entry.get("viewDetails"), entry.get("issueList")])),
    )


def _words(value: Any) -> str:
    return str(value) if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool) else ""


def _several(value: Any) -> tuple[str, ...]:
    return tuple(_words(entry) for entry in value if _words(entry)) if isinstance(value, list) else ()


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value; a depth the strict reader allowed is safe to walk."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry)


def rows_of(page: Page) -> Sequence[Element]:
    """Return the list's top-level rows a person can see; hidden duplicates are no rows."""
    return tuple(row for row in page.all(_ROWS) if "-nested" not in row.attributes.get("class", ""))


@dataclass(frozen=True, slots=True)
class Shown:
    """Where one item stands on the page: the texts of its cells, "next steps" apart, and its row's rule."""

    steps: str = ""
    picture: str = ""
    cells: tuple[str, ...] = ()

    def cell(self, place: int) -> str:
        """Return a cell by its place among the columns the console is known to have; else nothing."""
        return self.cells[place] if len(self.cells) == _COLUMNS else ""


def shown_rows(page: Page, items: Sequence[Listed]) -> Mapping[str, Shown]:
    """Return where each item stands: by its id where the row says it, else the next row that fits it."""
    left = list(rows_of(page))
    places: dict[str, Shown] = {}
    for item in items:
        row = next((row for row in left if _says_id(row, item)), None) or next(
            (row for row in left if _fits(row, item)), None
        )
        if row is not None:
            left.remove(row)
            cells = tuple(cell.text_without(_BUTTONS) for cell in row.inside(_CELLS))
            steps = " ".join(cell.text_without(_BUTTONS) for cell in row.inside(_STEPS))
            steps = steps or (cells[-1] if len(cells) == _COLUMNS else "")
            places[item.number] = Shown(steps, _picture(row), cells)
    return places


def _says_id(row: Element, item: Listed) -> bool:
    return any(cell.attributes["data-testid"].endswith(f"-{item.number}") for cell in row.inside(_TAGGED))


def _fits(row: Element, item: Listed) -> bool:
    named = any(text in row.text for text in (*item.asins, *item.skus)) or not (item.asins or item.skus)
    return named and item.reason in row.text


def _picture(row: Element) -> str:
    cells = row.inside(_REASON)
    if not cells:
        return ""
    tag = cells[0].attributes["data-testid"].replace("\\", "").replace('"', "")
    return f'{_ROW_CSS}:has([data-testid="{tag}"])'


def item_reading(recorder: Recorder, policy: Policy | None, listed: Listed, shown: Shown) -> Reading:
    """Record one open violation: the console lists it as open, so it is red until it is gone."""
    metric, variant = (policy.metric, policy.variant) if policy else (UNATTRIBUTED, listed.category[:80])
    site = recorder.site
    deadlines = [deadline_in(text, site.locale, site.zone) for text in (shown.steps, *listed.texts)]
    known = sorted({when for when in deadlines if when is not None})
    details = {
        # The older answer says little by itself; the row's own columns say the rest.
        "reason": listed.reason or shown.cell(0),
        "date": listed.date or shown.cell(1),
        "title": listed.title or shown.cell(2),
        "asin": ", ".join(listed.asins or dict.fromkeys(_ASIN.findall(shown.cell(2)))),
        "sku": ", ".join(listed.skus),
        "at_risk_sales": listed.sales or shown.cell(3),
        "action": listed.action or shown.cell(4),
        "impact": listed.impact or shown.cell(5),
        "next_steps": shown.steps or " ".join(listed.texts)[:500],
    }
    return recorder.shown(
        recorder.key(metric, variant, listed.number),
        Decision(Level.CRITICAL, DecidedBy.NATIVE),
        scope=Scope.ITEM,
        native=listed.reason,
        # Where the texts name several days the earliest is the one that must not be missed.
        deadline=known[0] if known else None,
        details=tuple((name, text[:500]) for name, text in details.items() if text),
        origin=Origin("policies", "the violations answer", "violations[]", 0, shown.picture),
    )


def list_reading(
    recorder: Recorder, policy: Policy, listing: Listing, count: Decimal | None, *, marker: bool
) -> Reading:
    """Record whether a list was read whole; only a whole list can say that a violation is gone."""
    variant = f"{policy.metric.removeprefix('policy.violations.')}" + (
        f".{policy.variant}" if policy.variant else ""
    )
    key = recorder.key("policy.list", variant)
    origin = Origin("policies", "the violations answer", policy.summary, 0, "#ahd-product-policy-page")
    covers = f"{policy.metric}@{policy.variant}"
    found = Decimal(len(listing.items))
    problem = listing.problem or _gap(found, count, listing, marker=marker)
    if problem:
        return recorder.unreadable(key, problem, scope=Scope.LIST, kind=Kind.COUNT, origin=origin)
    if not listing.items:
        return recorder.absent(
            key, Presence.NONE, scope=Scope.LIST, kind=Kind.COUNT, covers=covers, origin=origin
        )
    # How many there are is the counter's business: the list itself has no level of its own.
    return recorder.shown(
        key,
        Decision(Level.UNKNOWN, DecidedBy.NOTHING),
        scope=Scope.LIST,
        kind=Kind.COUNT,
        unit=Unit.COUNT,
        value=found,
        covers=covers,
        origin=origin,
    )


def _gap(found: Decimal, count: Decimal | None, listing: Listing, *, marker: bool) -> str:
    if listing.more:
        return f"{found} read, and the list has further pages that did not come"
    if count is not None and found != count:
        return f"the list holds {found}, the counter says {count}"
    if not listing.items and count is None and not marker:
        return "the list is empty and does not say so"
    return ""
