"""The rating, the violation points with their bands, the limit on the shop, how the account stands; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from checker.flow import (
    Ambiguous,
    Found,
    Measured,
    Page,
    Recorder,
    SiteToml,
    cross_checked,
    dig,
    number,
    verbatim,
)
from checker.model import (
    Comparator,
    DecidedBy,
    Decision,
    Kind,
    Level,
    Origin,
    Presence,
    Reading,
    Scope,
    Target,
    TargetOrigin,
    Unit,
)
from checker.model.numbers import Amount, parse_number
from flows.tiktok_shop.tables import Tables

__all__ = ["penalty_readings", "rating_reading", "restriction_reading", "standing_reading"]

_RATING: Final = (Decimal(0), Decimal(1000))
_POINTS: Final = (Decimal(0), Decimal(10**6))
_LEVELS: Final = (Level.OK, Level.WARNING, Level.CRITICAL)
"""What a risk band can be, the worst last."""


def rating_reading(
    recorder: Recorder, page: Page, body: Any, toml: SiteToml, tables: Tables, *, asked: bool
) -> Reading | None:
    """Record the Account Health Rating, held against the page; none where this market has none.

    asked: whether the console made the call for it at all. 0 is the console's own word for deactivated.
    """
    key = recorder.key("account.health_rating")
    widget = toml.widgets["rating"]
    origin = Origin("health", "the ahr answer", "data.score", 0, widget.picture)
    shown = _shown(page, toml, recorder.site.locale)
    value = number(dig(body, "data.score"))
    if isinstance(shown, str):
        return recorder.unreadable(
            key, shown, scope=Scope.ACCOUNT, kind=Kind.SCORE, value=value, origin=origin
        )
    if value is None:
        if shown is None and not asked and recorder.site.native_id not in tables.rated:
            return None
        if asked or shown is None:
            why = "no score in the ahr answer" if asked else "neither on the page nor in an answer"
            return recorder.unreadable(key, why, scope=Scope.ACCOUNT, kind=Kind.SCORE, origin=origin)
        value, origin = shown.value, Origin("health", "document", str(widget.chain[0]), 1, widget.picture)
    target = Target(tables.rating_ok, Comparator.GTE, TargetOrigin.TABLE)
    reading = recorder.measured(
        key,
        Measured(value, target=target, sane=_RATING),
        {},
        scope=Scope.ACCOUNT,
        kind=Kind.SCORE,
        unit=Unit.POINTS,
        origin=origin,
    )
    if value == 0:
        reading = replace(reading, level=Level.DEACTIVATED, decided_by=DecidedBy.NATIVE)
    return cross_checked(recorder, reading, shown, "the page")


def _shown(page: Page, toml: SiteToml, locale: str) -> Amount | str | None:
    """Return the score the page prints, none without one, or why it cannot be believed."""
    found = page.find(toml.widgets["rating"].chain)
    if isinstance(found, Found):
        amount = parse_number(found.text, locale)
        return amount if amount is not None else "the page's rating is no number"
    return found.reason if isinstance(found, Ambiguous) else None


def penalty_readings(recorder: Recorder, body: Any, toml: SiteToml, tables: Tables) -> Iterator[Reading]:
    """Yield the violation score by its own risk bands, then the points of each group."""
    key = recorder.key("account.penalty_points")
    origin = Origin("health", "the overview answer", "data.violation_score")
    data = dig(body, "data")
    score = number(dig(data, "violation_score"), text=True)
    if not isinstance(data, dict) or score is None:
        why = "the overview answer did not come" if body is None else "no violation score in its answer"
        yield recorder.unreadable(key, why, scope=Scope.ACCOUNT, kind=Kind.POINTS, origin=origin)
        return
    word, problem = _band(score, data.get("section_infos"), toml)
    level = toml.level_of_word("risk", word, "en")
    details = tuple(
        (name, verbatim(data[name]))
        for name in ("has_new_violation", "unread_violation_number")
        if isinstance(data.get(name), (bool, int, Decimal))
    )
    if problem or not _POINTS[0] <= score <= _POINTS[1]:
        why = problem or f"{score} is outside of what it can be"
        yield recorder.unreadable(
            key, why, scope=Scope.ACCOUNT, kind=Kind.POINTS, native=word, origin=origin, details=details
        )
    else:
        yield recorder.word(
            key,
            word,
            level,
            scope=Scope.ACCOUNT,
            kind=Kind.POINTS,
            value=score,
            unit=Unit.POINTS,
            details=details,
            origin=origin,
        )
    yield from _groups(recorder, data.get("violation_points_v2"), tables)


def _band(score: Decimal, bands: Any, toml: SiteToml) -> tuple[str, str]:
    """Return the risk word of the band a score falls in, or why there is none to be believed.

    Which of two bands their common edge belongs to is not said: the worse one counts.
    """
    if not isinstance(bands, list) or not bands:
        return "", "the answer gives no risk bands"
    holding: list[str] = []
    inside = 0
    for band in bands:
        left, right = number(dig(band, "left_node"), text=True), number(dig(band, "right_node"), text=True)
        word = dig(band, "risk_level")
        if left is None or not isinstance(word, str) or (right is not None and right < left):
            return "", "a risk band that cannot be understood"
        if left <= score and (right is None or score <= right):
            holding.append(word[:80])
            inside += left < score and (right is None or score < right)
    if not holding:
        return "", f"no risk band holds {score}"
    if inside > 1 or (inside and len(holding) > 1) or len(holding) > 2:  # noqa: PLR2004 - one band on each side
        return "", f"several risk bands hold {score}"
    for word in holding:
        if toml.level_of_word("risk", word, "en") is None:
            return word, ""
    return max(holding, key=lambda word: _rank(toml.level_of_word("risk", word, "en"))), ""


def _rank(level: Level | None) -> int:
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


def _groups(recorder: Recorder, rows: Any, tables: Tables) -> Iterator[Reading]:
    """Yield the points, or where the console gives none the number of violations, of each group.

    What a group's points come to for the account is said by the bands of the whole: they have no level.
    """
    found: dict[str, list[Reading]] = {}
    for row in rows if isinstance(rows, list) else []:
        reading = _group(recorder, row, tables)
        found.setdefault(str(reading.key), []).append(reading)
    for readings in found.values():
        if len(readings) == 1:
            yield readings[0]
        else:
            why = f"{len(readings)} entries for it in the overview answer"
            yield recorder.unreadable(readings[0].key, why, kind=Kind.POINTS, origin=readings[0].origin)
    if not isinstance(rows, list):
        for metric in tables.groups.values():
            origin = Origin("health", "the overview answer", "data.violation_points_v2")
            why = "not in the overview answer"
            yield recorder.unreadable(recorder.key(metric), why, kind=Kind.POINTS, origin=origin)


def _group(recorder: Recorder, row: Any, tables: Tables) -> Reading:
    native = dig(row, "violation_type_key") or dig(row, "id")
    native = native[:80] if isinstance(native, str) else ""
    own = [metric for ending, metric in tables.groups.items() if native.casefold().endswith(ending)]
    key = recorder.key(own[0]) if own else recorder.key("tiktok_shop.violations.other", native)
    origin = Origin("health", "the overview answer", f"data.violation_points_v2[{native}]")
    count = number(dig(row, "count"))
    points = number(dig(row, "violation_score"), text=True)
    value = count if points is None else points
    if not native or value is None or not _POINTS[0] <= value <= _POINTS[1]:
        why = "an entry that cannot be understood" if native else "an entry without a key"
        return recorder.unreadable(key, why, kind=Kind.POINTS, origin=origin)
    said = ("title", "violation_type", "appeal_status", "status")
    details = [(name, dig(row, name)[:200]) for name in said if isinstance(dig(row, name), str)]
    if count is not None:
        details.append(("count", str(count)))
    return recorder.shown(
        key,
        Decision(Level.UNKNOWN, DecidedBy.NOTHING),
        kind=Kind.COUNT if points is None else Kind.POINTS,
        unit=Unit.COUNT if points is None else Unit.POINTS,
        value=value,
        details=tuple(details),
        origin=origin,
    )


def restriction_reading(recorder: Recorder, body: Any) -> Reading:
    """Record whether the console limits the shop's orders, with how many came today."""
    key = recorder.key("account.restrictions")
    origin = Origin("health", "the limit answer", "data.shop_limited")
    limited = dig(body, "data.shop_limited")
    if not isinstance(limited, bool):
        why = "the limit answer did not come" if body is None else "the limit answer does not say"
        return recorder.unreadable(key, why, scope=Scope.ACCOUNT, kind=Kind.COUNT, origin=origin)
    orders = number(dig(body, "data.today_order_count"))
    return recorder.shown(
        key,
        Decision(Level.CRITICAL if limited else Level.OK, DecidedBy.NATIVE),
        scope=Scope.ACCOUNT,
        kind=Kind.COUNT,
        unit=Unit.COUNT,
        value=Decimal(int(limited)),
        native=f"shop_limited {verbatim(limited)}",
        details=() if orders is None else (("today_order_count", str(orders)),),
        origin=origin,
    )


def standing_reading(recorder: Recorder, page: Page, toml: SiteToml, others: Sequence[Reading]) -> Reading:
    """Record how the account stands.

    Deactivated by the banner or a rating of 0. The console has no word for "active": that there is no
    banner counts only beside a rating or points and a limit that were read and are no worse than that.
    """
    key = recorder.key("account.status")
    widget = toml.widgets["banner"]
    origin = Origin("health", "document", str(widget.chain[0]), 0, widget.picture)
    for phrase in toml.words["banner"]["en"].deactivated:
        if phrase.casefold() in page.text.casefold():
            return recorder.word(key, phrase, Level.DEACTIVATED, scope=Scope.ACCOUNT, origin=origin)
    known = {r.key.metric: r for r in others if r.presence is Presence.SHOWN}
    rating, points = known.get("account.health_rating"), known.get("account.penalty_points")
    if rating is not None and rating.level is Level.DEACTIVATED:
        return recorder.word(key, "0", Level.DEACTIVATED, scope=Scope.ACCOUNT, origin=rating.origin)
    doubted = any(
        r.key.metric == "account.health_rating" and r.presence is not Presence.SHOWN for r in others
    )
    if doubted or (rating or points) is None or "account.restrictions" not in known:
        why = "no banner, and what would show that the account is alive could not be read"
        return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)
    return recorder.shown(
        key, Decision(Level.OK, DecidedBy.TABLE), scope=Scope.ACCOUNT, native="no banner", origin=origin
    )
