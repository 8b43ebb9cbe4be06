"""The server-rendered dashboard: the rating, the banner, and the rows when no answer came; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from checker.flow import Ambiguous, Element, Found, Measured, Missing, Page, Recorder, SiteToml
from checker.model import (
    CauseKind,
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
from checker.model.levels import Comparator
from checker.model.numbers import as_fraction, parse_number, parse_ratio
from flows.amazon.tables import Policy, Rate, Tables

__all__ = [
    "agreed",
    "banner_level",
    "counter_row",
    "cross_checked",
    "identity_check",
    "identity_reading",
    "rate_rows",
    "rating",
    "reserve",
]

_NOT_AVAILABLE: Final = "spd_health_not_available"
_MAX_RATING: Final = Decimal(1000)
_NUMBER: Final = re.compile(r"\S*\d\S*")
_SHORTEST_BANNER: Final = 8
_COLUMNS: Final = {"mfn": 0, "afn": 1}


def banner_level(page: Page, labels: Mapping[str, str], toml: SiteToml) -> Level | None:
    """Return the level of the dashboard's own banner, known by the page's label file; none without one."""
    text = page.text
    levels = [
        level
        for label, level in toml.codes["banner_label"].items()
        if (words := labels.get(label, "").strip()) and words in text
    ]
    return max(levels, key=lambda level: level.rank or 0, default=None)


def identity_check(page: Page, labels: Mapping[str, str], tables: Tables) -> str:
    """Return the page's words about an identity check, known by its label file; nothing without one."""
    text = page.text
    found = (
        words.strip()
        for label, words in sorted(labels.items())
        if label.startswith(tables.identity_labels) and len(words.strip()) > _SHORTEST_BANNER
    )
    return next((words for words in found if words in text), "")


def identity_reading(recorder: Recorder, words: str) -> Iterator[Reading]:
    """Yield the identity check a page asks for: the console acts when it is not done in time."""
    if words:
        yield recorder.shown(
            recorder.key("amazon.identity_check"),
            Decision(Level.WARNING, DecidedBy.NATIVE),
            scope=Scope.ACCOUNT,
            native=words[:300],
            cause=f"{CauseKind.IDENTITY_CHECK}: {words[:200]}",
            origin=Origin("dashboard", "document", "banner label", 0, "#ahd-account-banner"),
        )


def rating(
    recorder: Recorder, page: Page, toml: SiteToml, labels: Mapping[str, str], tables: Tables
) -> Reading:
    """Record the account health rating: the number, and the band the pill's class names.

    Both are required, for a pill without its number or a number without its pill is half a page; a
    red pill is believed on its own.
    """
    key = recorder.key("account.health_rating")
    shown = page.find(toml.widgets["rating"].chain)
    pill = page.find(toml.widgets["pill"].chain)
    origin = _origin(shown if isinstance(shown, Found) else pill, toml)
    if not page.ready:
        return recorder.unreadable(
            key, "the dashboard never finished loading", scope=Scope.ACCOUNT, origin=origin
        )
    if isinstance(pill, Ambiguous):
        return recorder.unreadable(key, pill.reason, scope=Scope.ACCOUNT, origin=origin)
    native = pill.text if isinstance(pill, Found) else ""
    if isinstance(shown, Found) and _not_available(shown.text, labels) and isinstance(pill, Missing):
        return recorder.absent(key, Presence.NOT_RATED, scope=Scope.ACCOUNT, native=native, origin=origin)
    value, problem = _score(shown, recorder.site.locale)
    level, doubt = _band(pill, native, toml, recorder.language)
    problem = doubt or problem
    if value is not None and level is not None and level is not _level_of(value, tables):
        problem = f"the pill says {level.value}, the number {value}"
    if problem and not (level is not None and level.is_red and not doubt and value is None):
        return recorder.unreadable(
            key,
            problem,
            scope=Scope.ACCOUNT,
            kind=Kind.SCORE,
            native=native,
            origin=origin,
            contradicts="" if value is None else str(value),
        )
    return recorder.shown(
        key,
        Decision(level or Level.UNKNOWN, DecidedBy.NATIVE),
        scope=Scope.ACCOUNT,
        kind=Kind.SCORE,
        unit=Unit.POINTS,
        native=native,
        value=value,
        window_days=180,
        target=Target(
            tables.rating_bands["warning"],
            Comparator.GTE,
            TargetOrigin.TABLE,
            tables.rating_bands["critical"],
        ),
        origin=origin,
    )


def _origin(found: Found | Missing | Ambiguous, toml: SiteToml) -> Origin:
    rule, place = (found.rule, found.place) if isinstance(found, Found) else ("", 0)
    picture = toml.widgets["rating"].picture if rule else toml.widgets["pill"].picture
    return Origin("dashboard", "document", rule, place, picture)


def _score(found: Found | Missing | Ambiguous, locale: str) -> tuple[Decimal | None, str]:
    if not isinstance(found, Found):
        return None, f"the rating number: {found.reason}"
    amount = parse_number(found.text, locale)
    if amount is None or amount.percent or amount.bound != "exact" or not 0 <= amount.value <= _MAX_RATING:
        return None, f"the rating number cannot be read from {found.text[:40]!r}"
    return amount.value, ""


def _band(
    pill: Found | Missing | Ambiguous, native: str, toml: SiteToml, language: str
) -> tuple[Level | None, str]:
    """Return the pill's level by its class or variant, and why it cannot be believed."""
    if not isinstance(pill, Found):
        return None, f"the rating's pill: {pill.reason}"
    element = pill.element
    codes, variants = toml.codes["pill_class"], toml.codes["pill_variant"]
    levels = {codes[name] for name in element.classes if name in codes}
    variant = element.attributes.get("variant", "")
    if variant in variants:
        levels.add(variants[variant])
    by_word = toml.level_of_word("status", native, language)
    if not levels and by_word is not None and by_word.is_open:
        # A class nobody has seen yet may not make a pill green; its word may still make it red.
        return by_word, ""
    if len(levels) != 1:
        return None, f"the pill's class {element.attributes.get('class', '')[:80]!r} is not known"
    level = levels.pop()
    if not native:
        return None, "the rating's pill is blank"
    if by_word is not None and by_word is not level:
        return None, f"the pill is {level.value} by its class, {by_word.value} by its word {native!r}"
    return level, ""


def _level_of(value: Decimal, tables: Tables) -> Level:
    if value >= tables.rating_bands["warning"]:
        return Level.OK
    return Level.WARNING if value >= tables.rating_bands["critical"] else Level.CRITICAL


def _not_available(text: str, labels: Mapping[str, str]) -> bool:
    return text.casefold() in {labels.get(_NOT_AVAILABLE, "N/A").casefold(), "n/a"}


def reserve(recorder: Recorder, page: Page, toml: SiteToml) -> Iterator[Reading]:
    """Yield the reserve notice where there is one: money held back, in the console's own words."""
    found = page.find(toml.widgets["reserve"].chain)
    if isinstance(found, Found) and found.text:
        yield recorder.shown(
            recorder.key("amazon.reserve_notice"),
            Decision(Level.WARNING, DecidedBy.NATIVE),
            scope=Scope.ACCOUNT,
            native=found.text[:300],
            origin=Origin("dashboard", "document", found.rule, found.place, "#financial-reserve-box"),
        )


def rate_rows(recorder: Recorder, page: Page, row: Rate) -> Reading | None:
    """Read a rate from its dashboard row, for when no answer gave it; none where it has no row.

    The row gives no verdict, so our own table decides, which says at most a warning.
    """
    if not row.picture:
        return None
    key = recorder.key(row.metric, row.variant)
    origin = Origin("dashboard", "document", row.picture, 1, row.picture)
    boxes = page.all(row.picture)
    if len(boxes) != 1 or not page.ready:
        why = "not on the dashboard" if not boxes else f"{len(boxes)} rows for it on the dashboard"
        return recorder.unreadable(key, why, kind=Kind.RATE, origin=origin)
    texts = [element.text for element in boxes[0].inside(".a-size-large")]
    counts = [element.text for element in boxes[0].inside(".a-size-small")]
    column = _COLUMNS.get(row.variant, 0)
    if len(texts) != (2 if row.variant else 1):
        return recorder.unreadable(key, f"{len(texts)} values in its row", kind=Kind.RATE, origin=origin)
    return _rate_of(recorder, row, texts[column], _ratio(counts, column, recorder.site.locale), origin)


def _ratio(texts: list[str], column: int, locale: str) -> tuple[Decimal, Decimal] | None:
    pairs = [pair for pair in (parse_ratio(text, locale) for text in texts) if pair is not None]
    return pairs[column] if len(pairs) > column else None


def _rate_of(
    recorder: Recorder, row: Rate, text: str, pair: tuple[Decimal, Decimal] | None, origin: Origin
) -> Reading:
    key = recorder.key(row.metric, row.variant)
    amount = parse_number(text, recorder.site.locale)
    if amount is None and text.casefold() in ("n/a", "-", "–", "—") and pair is not None and pair[1] == 0:
        return recorder.absent(key, Presence.NOT_RATED, kind=Kind.RATE, native=text, origin=origin)
    if amount is None or not amount.percent or amount.bound != "exact":
        return recorder.unreadable(
            key, f"no rate can be read from {text[:40]!r}", kind=Kind.RATE, origin=origin
        )
    measured = Measured(
        as_fraction(amount),
        numerator=pair[0] if pair else None,
        base=pair[1] if pair else None,
        target=row.fallback,
        sane=(Decimal(0), Decimal(1)),
    )
    return recorder.measured(key, measured, {}, kind=Kind.RATE, unit=Unit.FRACTION, origin=origin)


def counter_row(recorder: Recorder, page: Page, policy: Policy) -> Reading | None:
    """Read a policy counter from its dashboard row, for when no answer gave it; none without a row."""
    if not policy.picture:
        return None
    key = recorder.key(policy.metric, policy.variant)
    origin = Origin("dashboard", "document", policy.picture, 1, policy.picture)
    boxes = page.all(policy.picture)
    numbers = _numbers(boxes, recorder.site.locale)
    if len(boxes) != 1 or len(numbers) != 1 or not page.ready:
        why = "its dashboard row does not hold exactly one count"
        return recorder.unreadable(key, why, kind=Kind.COUNT, origin=origin)
    measured = Measured(
        numbers[0],
        target=Target(Decimal(0), Comparator.EQ, TargetOrigin.TABLE),
        sane=(Decimal(0), Decimal(10**9)),
    )
    return recorder.measured(key, measured, {}, kind=Kind.COUNT, unit=Unit.COUNT, origin=origin)


def cross_checked(recorder: Recorder, page: Page, reading: Reading, tables: Tables) -> Reading:
    """Return a reading of the summary, unreadable where the dashboard's own row stands on the other side.

    The two may differ by a rounding or an hour; what must agree is whether the target is met.
    """
    row = _row_of(recorder, page, reading, tables)
    if row is None or row.presence is not Presence.SHOWN or reading.presence is not Presence.SHOWN:
        return reading
    target = reading.target
    if row.value is None or target is None or target.met_by(row.value) is reading.meets_target:
        return reading
    return recorder.unreadable(
        reading.key,
        "the answer and the dashboard contradict each other",
        kind=reading.kind,
        native=reading.native,
        value=reading.value,
        unit=reading.unit,
        target=reading.target,
        origin=reading.origin,
        contradicts=f"{reading.origin.rule}: {reading.value}; dashboard: {row.value}",
    )


def _row_of(recorder: Recorder, page: Page, reading: Reading, tables: Tables) -> Reading | None:
    place = (reading.key.metric, reading.key.variant)
    for rate in tables.rates:
        if (rate.metric, rate.variant) == place:
            return rate_rows(recorder, page, rate)
    for policy in tables.policies:
        if (policy.metric, policy.variant) == place:
            return counter_row(recorder, page, policy)
    return None


def agreed(recorder: Recorder, first: Reading, second: Reading) -> Iterator[Reading]:
    """Yield two readings of one thing, both unreadable where one is ok and the other is not."""
    doubtful = first.level is not second.level and Level.OK in (first.level, second.level)
    if not doubtful or Level.UNKNOWN in (first.level, second.level):
        yield first
        yield second
        return
    for mine, other in ((first, second), (second, first)):
        yield recorder.unreadable(
            mine.key,
            "two places of one page contradict each other",
            scope=mine.scope,
            kind=mine.kind,
            native=mine.native,
            value=mine.value,
            unit=mine.unit,
            origin=mine.origin,
            contradicts=f"{mine.native or mine.value}: {mine.level.value}; {other.key.metric}: "
            f"{other.native or other.value}, {other.level.value}",
        )


def _numbers(boxes: Iterable[Element], locale: str) -> list[Decimal]:
    tokens = [token for box in boxes for token in _NUMBER.findall(box.text)]
    amounts = [parse_number(token, locale) for token in tokens]
    return [amount.value for amount in amounts if amount is not None and not amount.percent]
