"""What a page says beside a label, as claims: numbers and counts, limits, status words, dashes; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from checker.flow.columns import column_claims
from checker.flow.declared import CardRow, Quantity
from checker.flow.labels import LabelledValue, LabelledValues
from checker.flow.limits import says_where_it_lies, worded_comparator
from checker.flow.outline import Part
from checker.flow.page import Page
from checker.flow.page_words import fold
from checker.flow.recorder import Fields, Measured, Recorder, adding
from checker.flow.red_words import alarming_head, begins_red
from checker.flow.site_toml import SiteToml
from checker.model import (
    Claim,
    Comparator,
    Key,
    Kind,
    Level,
    Origin,
    Rank,
    Says,
    Target,
    TargetOrigin,
    Unit,
    from_limits,
)
from checker.model import quantities as printed
from checker.model.quantities import says_nothing

__all__ = ["card_claims"]

_LONGEST: Final = 200
_LONGEST_WORD: Final = 30
_MOST_WORDS: Final = 3
_MOST_OF_A_LIMIT: Final = 5
_COMPARATORS: Final = {
    "less_than": Comparator.LT,
    "at_most": Comparator.LTE,
    "more_than": Comparator.GT,
    "at_least": Comparator.GTE,
}
_ALARMING: Final = ("red", "amber")
# What follows a duration on a page: a bare one is in the unit that its row says.
_DURATIONS: Final = {
    Unit.MINUTES: (
        "min", "mins", "minute", "minutes", "minuten", "minutos", "minuti", "minuut", "minuty", "мин",
        "минут", "phút", "menit", "minit", "นาที", "分", "分钟", "分鐘", "분",
    ),
    Unit.HOURS: (
        "h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "std", "hora", "horas", "heure", "heures",
        "ore", "uur", "godziny", "godz", "ч", "час", "часов", "giờ", "jam", "ชั่วโมง", "小时", "小時", "時間",
        "시간",
    ),
    Unit.DAYS: (
        "d", "day", "days", "tag", "tage", "tagen", "día", "días", "dia", "dias", "jour", "jours", "giorni",
        "dagen", "dni", "день", "дня", "дней", "ngày", "hari", "วัน", "天", "日", "일",
    ),
}  # fmt: skip
_BELOW: Final = ("less_than", "at_most")
_UPPER: Final = (Comparator.LT, Comparator.LTE)
# What the most points that an account may have are called, and no target.
_CAP: Final = re.compile(r"(?<!\w)(limit|max|cap)|上限|limite|maxim|gioi han|toi da|batas|maksim|лимит")
_STRICT: Final = (Comparator.LT, Comparator.GT)


def card_claims(
    recorder: Recorder,
    toml: SiteToml,
    page: Page,
    key: Key,
    row: Any,
    *,
    name: str = "",
    rivals: Collection[str] = (),
    within: Part | None = None,
) -> Iterator[Claim]:
    """Claim what stands beside one of a row's labels.

    Args:
        recorder: Writes the claims of the page.
        toml: The flow's data.
        page: The page as it was seen.
        key: What the row speaks of.
        row: The declared row, with its labels.
        name: The page's name in site.toml.
        rivals: The labels of everything else on the page: what is nearer to one of them is not ours.
        within: The part to look in; the whole page by default.

    Yields:
        A claim for each number and word that stands there; none where the label is not on the page.
    """
    if row.columns:
        yield from column_claims(recorder, page, key, row, name)
        return
    wants_word = not _is_number(row)
    found = page.beside_label(
        row.labels,
        language=recorder.language or "en",
        locale=recorder.numbers,
        kind="word" if wants_word else "duration" if row.kind is Kind.DURATION else "number",
        rivals=[rival for rival in rivals if rival not in (*row.labels, *getattr(row, "under", ()))],
        within=within or "",
        known=[word for table in toml.words.get(row.words or "", {}).values() for word in table.levels],
    )
    if not found.label:
        return
    picture = row.picture or found.selector
    fields: Fields = {
        "scope": row.scope,
        "rank": Rank.WORD,
        "kind": Kind.STATUS if wants_word else row.kind,
        "origin": Origin(name or page.name, "the page", f"beside {found.label!r}"[:_LONGEST], 1, picture),
        "deadline": recorder.due_day((found.card,)),
    }
    if wants_word:
        yield from _words(recorder, toml, key, row, (*found.values, *found.words), fields)
        return
    numbers = list(_numbers(recorder, key, row, found, fields))
    yield from numbers
    if isinstance(row, CardRow) and row.few is not None:
        yield from _few(recorder, key, row, found, fields)
    # A mark without its number says nothing where it judges nothing.
    if found.values and (numbers or _is_judged(row)):
        yield from _words(recorder, toml, key, row, found.words, fields)


def _is_number(row: Any) -> bool:
    if isinstance(row, CardRow):
        return row.says == "number"
    return isinstance(row, Quantity) or hasattr(row, "unit")


def _words(
    recorder: Recorder,
    toml: SiteToml,
    key: Key,
    row: Any,
    values: Sequence[LabelledValue],
    fields: Fields,
) -> Iterator[Claim]:
    """Claim what each status word means.

    One that nobody knows is unknown where no other says how it stands, or where it is drawn as an alarm. A
    text that begins with a word of alarm is always: whatever the number, somebody is to read it.
    """
    if not row.words:
        return
    language = recorder.language or "en"
    titles = {fold(title) for title in getattr(row, "under", ())}
    levels = {
        value: toml.level_in_text(row.words, value.text, language)
        for value in {value.text: value for value in values}.values()
        if fold(value.text) not in titles
    }
    is_said = any(level is not None for level in levels.values())
    for value, level in levels.items():
        text = value.text[:_LONGEST]
        if level is not None:
            yield recorder.word(key, text, level if _is_judged(row) else Level.UNKNOWN, **fields)
        elif says_nothing(text) or says_nothing(re.split("[:：]", text, maxsplit=1)[-1]):
            # "Level: no data yet" says as little.
            yield recorder.absent(key, Says.NOT_RATED, **adding(fields, native=text))
        elif _is_judged(row) and (
            alarming_head(text, language)
            or begins_red(text, language)
            or (_is_word(text, toml) and (not is_said or value.tone in _ALARMING))
        ):
            yield recorder.word(key, text, None, **fields)


def _is_word(text: str, toml: SiteToml) -> bool:
    """Tell whether a text may be a status word: a short one without numbers that is not known to be none."""
    short = len(text) <= _LONGEST_WORD and len(text.split()) <= _MOST_WORDS
    return short and not any(map(str.isdigit, text)) and fold(text) not in toml.neutral_words


def _numbers(
    recorder: Recorder, key: Key, row: Any, found: LabelledValues, fields: Fields
) -> Iterator[Claim]:
    counted = _counted(found)
    target, limit_in = _target(row, found)
    if not _is_judged(row) or _are_few(row, counted[1]):
        target = None
    if found.of_rows:
        # The points, say, that each metric of a table brought: that each of them keeps to a limit says
        # nothing of all of them together, and one that does not is a red all the same.
        why = f"{found.label!r} heads a column of several rows"
        yield recorder.unreadable(key, why[:_LONGEST], **adding(fields, required=False))
        beyond = [value for value in found.values if _is_beyond(value, target, _is_rate(row))]
        found = replace(found, values=tuple(beyond))
    if row.kind is Kind.POINTS and row.better != "higher" and _is_judged(row):
        target, counted = _up_to(row, found, target, counted[1]), (None, None)
    for value in found.of_role("target"):
        if _is_judged(row) and _says_beyond(row, value):
            said = f"{value.header} ({value.text})"[:_LONGEST]
            yield recorder.word(key, said, Level.WARNING, **adding(fields, rank=Rank.OTHER))
    # Beside "0.9 days" a number without a unit is no duration: points, or how many times.
    timed = row.kind is Kind.DURATION and any(_timed(value) for value in (*found.values, *found.others))
    lower_is_better = row.better == "lower" or (target is not None and target.comparator in _UPPER)
    values = _as_rates(found.values) if _is_rate(row) and lower_is_better else found.values
    for value in dict.fromkeys(values):
        quantity = value.quantity
        if timed and quantity is not None and quantity.value is not None and not _timed(value):
            continue
        if quantity is None or (quantity.value is not None and quantity.percent is not _is_rate(row)):
            continue
        if _counts_others(row, quantity):
            continue
        unit = _unit(row, value)
        if unit is None:
            continue
        stated = adding(fields, unit=unit, window_days=row.window_days)
        if quantity.value is None:
            yield recorder.absent(key, Says.NOT_RATED, **adding(stated, native=value.text[:_LONGEST]))
        elif quantity.bound != "exact":
            yield _bounded(recorder, key, row, value, target if unit is limit_in else None, stated)
        else:
            numerator, base = (quantity.count, quantity.of) if quantity.percent else (None, None)
            measured = Measured(
                _exact(quantity),
                numerator=numerator if numerator is not None else counted[0],
                base=base if base is not None else counted[1],
                target=target if unit is limit_in else None,
                sane=row.sane,
                low_volume=row.low_volume,
            )
            yield from recorder.measured(key, measured, {}, **adding(stated, native=value.text[:_LONGEST]))


def _as_rates(values: Sequence[LabelledValue]) -> Iterator[LabelledValue]:
    """Yield the values beside a rate of what is bad: where none is a rate, no events ("0 cases") are 0 %."""
    has_rate = any(value.quantity is not None and value.quantity.percent for value in values)
    for value in values:
        quantity = value.quantity
        if quantity is not None and not has_rate and quantity.value == 0 and not quantity.currency:
            yield replace(value, quantity=replace(quantity, percent=True, count=Decimal(0)))
        else:
            yield value


def _says_beyond(row: Any, value: LabelledValue) -> bool:
    """Tell whether a limit is worded as one the value lies beyond: "Over the 6 % allowed", and no more.

    So the console judges itself, whatever the number beside it.
    """
    comparator = worded_comparator(value.header)
    if not row.better or not value.alone or comparator not in (Comparator.LT, Comparator.GT):
        return False
    beyond = (row.better == "lower") is (comparator is Comparator.GT)
    return beyond and says_where_it_lies(value.header) and len(value.header.split()) <= _MOST_OF_A_LIMIT


def _is_beyond(value: LabelledValue, target: Target | None, is_rate: bool) -> bool:
    quantity = value.quantity
    if quantity is None or target is None or quantity.percent is not is_rate or quantity.bound != "exact":
        return False
    number = _exact(quantity)
    return number is not None and from_limits(number, target).is_open


def _few(
    recorder: Recorder, key: Key, row: CardRow, found: LabelledValues, fields: Fields
) -> Iterator[Claim]:
    """Claim how many events are bad: where so few decide it, and where no rate is printed."""
    count, base = _counted(found)
    assert row.few is not None  # noqa: S101 - asked by the caller
    under, most = row.few
    is_few = base is not None and base < under
    has_rate = any(value.quantity is not None and value.quantity.percent for value in found.values)
    if count is None or (has_rate and not is_few):
        return
    limit = Target(Decimal(most), Comparator.LTE, TargetOrigin.TABLE) if is_few else None
    stated = adding(fields, kind=Kind.COUNT, unit=Unit.COUNT, numerator=count, denominator=base)
    if not has_rate:
        yield recorder.shown(key, **adding(stated, value=count, target=limit))
    elif limit is not None:
        # The rate is the value; that the count keeps to its rule is a yes of its own.
        stated = adding(stated, native=f"{count} / {base}", rank=Rank.OTHER)
        yield recorder.shown(key, from_limits(count, limit), **stated)


def _up_to(row: Any, found: LabelledValues, target: Target | None, most: Decimal | None) -> Target | None:
    """Return the limit of points, which are counted up to where the platform acts: "3 / 10", "Limit 10".

    A target is none: it is met by as many. Below it our own steps decide; where there are none, nothing does.
    """
    capped = (value for value in found.of_role("target") if _CAP.search(fold(value.header)))
    told = {value.quantity for value in capped} - {None}
    limits = {each.value for each in told if each is not None and not each.percent and each.bound == "exact"}
    most = most if most is not None or len(limits) != 1 else limits.pop()
    if most is None:
        return target
    steps: Target | None = row.fallback
    if steps is not None:
        return replace(steps, critical=most, enforced=True)
    numbers = [value.quantity.value for value in found.values if value.quantity is not None]
    reached = any(number is not None and number >= most for number in numbers)
    return Target(most, Comparator.LT, critical=most, enforced=True) if reached else None


def _counts_others(row: Any, quantity: printed.Quantity) -> bool:
    """Tell whether a number is how many of how many, not out of what it can be: "2 of 35" are no stars."""
    return row.kind is Kind.SCORE and bool(row.sane) and quantity.of is not None and quantity.of > row.sane[1]


def _is_judged(row: Any) -> bool:
    return not isinstance(row, CardRow) or row.judged


def _is_rate(row: Any) -> bool:
    return bool(row.unit is Unit.FRACTION)


def _exact(quantity: printed.Quantity) -> Decimal | None:
    """Return a printed number as records hold it: 12.5 % is exactly 0.125."""
    value = quantity.value
    if value is None or not quantity.percent:
        return value
    sign, digits, exponent = value.as_tuple()
    return Decimal((sign, digits, exponent - 2)) if isinstance(exponent, int) else None


def _bounded(
    recorder: Recorder, key: Key, row: Any, value: LabelledValue, target: Target | None, fields: Fields
) -> Claim:
    """Claim what "<0.1 %" says: no value, and a level only where the bound alone decides it.

    Where nothing does, it is unreadable, if anything ought to: a limit that the page prints is no value.
    """
    assert value.quantity is not None  # noqa: S101 - asked by the caller
    edge = _exact(value.quantity)
    level = Level.UNKNOWN
    if edge is not None and target is not None:
        falls = value.quantity.bound in _BELOW
        lower_is_better = target.comparator in _UPPER
        judged = from_limits(edge, target)
        if falls is not lower_is_better and judged is not Level.OK:
            level = judged
        # Less than this much of what should be low is fine; more than it may be far more.
        elif falls is lower_is_better and judged is Level.OK and _is_rounded(value.quantity):
            level = Level.OK if edge != target.value else Level.UNKNOWN
    stated = adding(fields, native=value.text[:_LONGEST], target=target)
    if level is Level.UNKNOWN and _is_judged(row) and (target is not None or row.better):
        why = f"{value.text[:_LONGEST]!r} does not say on which side of its limit it is"
        return recorder.unreadable(key, why, **adding(stated, required=False))
    return recorder.shown(key, level, **stated)


def _is_rounded(quantity: printed.Quantity) -> bool:
    """Tell whether a bound is what is left of a number cut to few places: "< 0.1 %", "> 99 %", no "< 4 %"."""
    assert quantity.value is not None  # noqa: S101 - asked by the caller
    _, digits, exponent = quantity.value.normalize().as_tuple()
    is_last_place = isinstance(exponent, int) and exponent <= 0
    return is_last_place and (digits == (1,) if quantity.bound in _BELOW else set(digits) == {9})


def _are_few(row: Any, base: Decimal | None) -> bool:
    few = row.few if isinstance(row, CardRow) else None
    return few is not None and base is not None and base < few[0]


def _timed(value: LabelledValue) -> str:
    """Return the unit that is printed with a duration: of "Target: < 1 h" it stands in the header."""
    said = "" if value.quantity is None else fold(value.quantity.unit)
    last = fold(value.header).rpartition(" ")[2]
    return said or (last if any(last in words for words in _DURATIONS.values()) else "")


def _unit(row: Any, value: LabelledValue) -> Unit | None:
    """Return the unit a printed number is in, None where it cannot be its row's: "3 h" is not 3 minutes."""
    unit: Unit | None = row.unit
    said = "" if value.quantity is None else fold(value.quantity.unit)
    # Of "Target: < 1 h" the words around the number are its header.
    said = said or fold(value.header).rpartition(" ")[2]
    if row.kind is not Kind.DURATION:
        return unit
    if not said:
        return unit if row.bare or value.quantity is None or value.quantity.value is None else None
    # A status word may stand right behind it: "21 min Good".
    spoken = {said, said.partition(" ")[0]}
    named = next((named for named, words in _DURATIONS.items() if spoken.intersection(words)), None)
    return unit if named is None and not (value.quantity and value.quantity.unit) else named


def _target(row: Any, found: LabelledValues) -> tuple[Target | None, Unit | None]:
    """Return the limit that the page prints beside the value, else our own copy of it, and its unit."""
    fallback: Target | None = row.fallback
    for value in found.of_role("target"):
        quantity = value.quantity
        if quantity is None or quantity.value is None or quantity.percent is not _is_rate(row):
            continue
        limit = _exact(quantity)
        comparator = _COMPARATORS.get(quantity.bound) or worded_comparator(value.header)
        beyond = row.better and (row.better == "lower") is not (comparator in _UPPER)
        if row.better and (
            comparator is None or (beyond and comparator in _STRICT and quantity.bound not in _COMPARATORS)
        ):
            # "Above 5 %" beside what should be low is where it is too much.
            comparator = Comparator.LTE if row.better == "lower" else Comparator.GTE
        unit = _unit(row, value)
        if limit is None or comparator is None or unit is None:
            continue
        if row.better and (row.better == "lower") is not (comparator in _UPPER):
            continue
        return Target(limit, comparator, critical=None if fallback is None else fallback.critical), unit
    return fallback, row.unit


def _counted(found: LabelledValues) -> tuple[Decimal | None, Decimal | None]:
    """Return how many of how many, where the page says so once."""
    pairs = {
        (value.quantity.count, value.quantity.of)
        for value in (*found.of_role("count"), *found.values)
        if value.quantity is not None and value.quantity.of is not None
    }
    return pairs.pop() if len(pairs) == 1 else (None, None)
