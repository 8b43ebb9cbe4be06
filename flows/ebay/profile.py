"""The seller level of one program: from the answers, from the page's own words, one held against the other.

No public source says which call the console makes, so the page must do alone; what the page says by a
label, and the call in the shape of the Sell Analytics API, are read both where both are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from checker.flow import (
    Ambiguous,
    Beside,
    Measured,
    MetricRow,
    Missing,
    Page,
    Recorder,
    SiteToml,
    amounts_in,
    cross_checked,
    cross_checked_word,
    dig,
    metric_reading,
    number,
    status_reading,
)
from checker.model import (
    Cycle,
    DecidedBy,
    Decision,
    Kind,
    Level,
    Origin,
    Presence,
    Reading,
    Scope,
    Unit,
)
from checker.model.numbers import Amount, as_fraction
from flows.ebay.tables import Tables

__all__ = ["page_rate", "page_word", "profile_readings", "program_of"]

_ANSWERS: Final = {Cycle.CURRENT: "current", Cycle.PROJECTED: "projected"}


def program_of(body: Any) -> str:
    """Return the program a profile is of, or nothing."""
    program = dig(body, "program")
    return program if isinstance(program, str) else ""


def profile_readings(
    recorder: Recorder, page: Page, bodies: Mapping[Cycle, Any], toml: SiteToml, tables: Tables
) -> Iterator[Reading]:
    """Yield level and metrics of both cycles; a cycle is in `bodies` if a call for it was answered at all."""
    for cycle in Cycle:
        body = bodies.get(cycle)
        if isinstance(body, dict):
            yield from _by_answer(recorder, page, cycle, bodies, toml, tables)
        else:
            yield from _by_page(recorder, page, cycle, bodies, toml, tables)


def _by_answer(
    recorder: Recorder,
    page: Page,
    cycle: Cycle,
    bodies: Mapping[Cycle, Any],
    toml: SiteToml,
    tables: Tables,
) -> Iterator[Reading]:
    body = bodies[cycle]
    answer = _ANSWERS[cycle]
    rows = [row for row in toml.metrics if row.answer == answer]
    if dig(body, "metrics") == []:
        # A level without a single metric is a seller nobody has evaluated yet.
        yield from _not_rated(recorder, cycle, rows)
        return
    for status in toml.statuses:
        if status.answer == answer:
            reading = status_reading(recorder, status, body, toml, "dashboard")
            if reading is not None:
                details = tuple(_evaluation(body, page, tables))
                shown = page_word(recorder, page, cycle, toml, tables)
                yield cross_checked_word(recorder, replace(reading, details=details), shown)
    for row in rows:
        reading = metric_reading(recorder, row, body, toml, "dashboard")
        if reading is None:
            shown = page_rate(recorder, page, row, tables)
            if shown is not None and isinstance(dig(body, "metrics"), list):
                yield shown
            elif shown is not None:
                # An answer that is not what it should be makes what the page says beside it doubtful.
                yield recorder.unreadable(shown.key, f"not in the {answer} answer", kind=row.kind)
        else:
            yield _agreed(recorder, page, row, reading, bodies, tables)


def _not_rated(recorder: Recorder, cycle: Cycle, rows: list[MetricRow]) -> Iterator[Reading]:
    origin = Origin("dashboard", f"the {_ANSWERS[cycle]} answer", "metrics")
    level = recorder.key("account.level", cycle=cycle)
    yield recorder.absent(level, Presence.NOT_RATED, scope=Scope.ACCOUNT, origin=origin)
    for row in rows:
        if not row.optional:
            key = recorder.key(row.metric, row.variant, cycle=cycle)
            yield recorder.absent(key, Presence.NOT_RATED, kind=row.kind, origin=origin)


def _evaluation(body: Any, page: Page, tables: Tables) -> Iterator[tuple[str, str]]:
    for path in ("cycle.evaluationDate", "cycle.evaluationMonth", "evaluationReason"):
        said = dig(body, path)
        if isinstance(said, str):
            yield path.rpartition(".")[2], said[:200]
    following = page.beside(tables.next_evaluation)
    if isinstance(following, Beside):
        yield "next_evaluation", following.text[:80]


def _agreed(
    recorder: Recorder,
    page: Page,
    row: MetricRow,
    reading: Reading,
    bodies: Mapping[Cycle, Any],
    tables: Tables,
) -> Reading:
    """Return a metric, unreadable where the page shows a number that neither cycle has.

    Which of the two the page shows is not known: either will do.
    """
    shown = _amount(page, row, recorder.site.locale, tables)
    if isinstance(shown, str):
        return recorder.unreadable(
            reading.key, shown, kind=reading.kind, value=reading.value, origin=reading.origin
        )
    if shown is None or any(_has(body, row, shown) for body in bodies.values()):
        return reading
    return cross_checked(recorder, reading, shown, "the dashboard")


def _has(body: Any, row: MetricRow, shown: Amount) -> bool:
    metrics = dig(body, "metrics")
    own = (
        [m for m in metrics if dig(m, "metricKey") == row.where.get("metricKey")]
        if isinstance(metrics, list)
        else []
    )
    return any(number(dig(entry, "value.value"), text=True) == shown.value for entry in own)


# What the page alone says...


def _by_page(
    recorder: Recorder,
    page: Page,
    cycle: Cycle,
    bodies: Mapping[Cycle, Any],
    toml: SiteToml,
    tables: Tables,
) -> Iterator[Reading]:
    failed = cycle in bodies
    level = page_word(recorder, page, cycle, toml, tables)
    yield level or recorder.unreadable(
        recorder.key("account.level", cycle=cycle), "not on the dashboard", scope=Scope.ACCOUNT
    )
    for row in toml.metrics:
        if row.answer != _ANSWERS[cycle]:
            continue
        shown = page_rate(recorder, page, row, tables) if cycle is Cycle.CURRENT else None
        if shown is not None:
            yield shown
        elif not row.optional and (failed or cycle is Cycle.CURRENT):
            key = recorder.key(row.metric, row.variant, cycle=cycle)
            why = f"the {row.answer} answer did not come" if failed else "not on the dashboard"
            yield recorder.unreadable(key, why, kind=row.kind)


def page_word(recorder: Recorder, page: Page, cycle: Cycle, toml: SiteToml, tables: Tables) -> Reading | None:
    """Return the level the page's own words name; none where their label is not on it."""
    labels = tables.current_level if cycle is Cycle.CURRENT else tables.projected_level
    found = page.beside(labels)
    key = recorder.key("account.level", cycle=cycle)
    origin = Origin("dashboard", "document", f"beside {min(labels)!r}", 1)
    if isinstance(found, Ambiguous):
        return recorder.unreadable(key, found.reason, scope=Scope.ACCOUNT, origin=origin)
    if isinstance(found, Missing):
        if "stands beside" not in found.reason:
            return None
        return recorder.unreadable(key, found.reason, scope=Scope.ACCOUNT, origin=origin)
    level = toml.level_of_word("level", found.text, recorder.language)
    if cycle is Cycle.PROJECTED and level is not None and level.is_red:
        # What would be is a warning of what is not yet.
        level = Level.WARNING
    return recorder.word(key, found.text[:80], level, scope=Scope.ACCOUNT, origin=origin)


def page_rate(recorder: Recorder, page: Page, row: MetricRow, tables: Tables) -> Reading | None:
    """Return a rate as the page shows it, judged by our own table; none where its label is not on it."""
    shown = _amount(page, row, recorder.site.locale, tables)
    if shown is None:
        return None
    key = recorder.key(row.metric, row.variant, cycle=row.cycle)
    origin = Origin("dashboard", "document", f"beside {row.metric}", 1)
    if isinstance(shown, str):
        return recorder.unreadable(key, shown, kind=row.kind, origin=origin)
    value = as_fraction(shown)
    if row.sane is not None and not row.sane[0] <= value <= row.sane[1]:
        return recorder.unreadable(key, f"{value} is outside of what it can be", kind=row.kind, origin=origin)
    if row.fallback is None:
        return recorder.shown(
            key,
            Decision(Level.UNKNOWN, DecidedBy.NOTHING),
            kind=Kind.RATE,
            unit=Unit.FRACTION,
            value=value,
            origin=origin,
        )
    measured = Measured(value, target=row.fallback, sane=row.sane)
    return recorder.measured(key, measured, {}, kind=Kind.RATE, unit=Unit.FRACTION, origin=origin)


def _amount(page: Page, row: MetricRow, locale: str, tables: Tables) -> Amount | str | None:
    """Return the percentage beside a metric's label, why it cannot be read, or none without the label."""
    labels = tables.labels.get(row.metric, frozenset())
    found = page.beside(labels) if labels else Missing()
    if isinstance(found, Ambiguous):
        return found.reason
    if isinstance(found, Missing):
        return found.reason if "stands beside" in found.reason else None
    percents = [amount for amount in amounts_in(found, locale) if amount.percent]
    if len(percents) != 1:
        return f"{len(percents)} percentages beside its label"
    return percents[0]
