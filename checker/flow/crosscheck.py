"""Two places of one console that say the same thing: what they may differ in, and what not; pure."""

from __future__ import annotations

from decimal import Decimal

from checker.flow.page import Beside
from checker.flow.recorder import Recorder
from checker.model import Presence, Reading
from checker.model.numbers import Amount, as_fraction, parse_number

__all__ = ["amounts_in", "cross_checked", "cross_checked_word", "doubted"]


def amounts_in(beside: Beside, locale: str) -> tuple[Amount, ...]:
    """Return every exact number that fills a part beside a label, or a part within one, in that locale."""
    texts: list[str] = []
    for element in beside.elements:
        if parse_number(element.text, locale) is not None:
            texts.append(element.text)
            continue
        # The innermost parts only: a box around a number says the same number again.
        inner = [part.text for part in element.inside("*") if not part.inside("*")]
        texts += inner
    amounts = (parse_number(text, locale) for text in texts)
    return tuple(amount for amount in amounts if amount is not None and amount.bound == "exact")


def cross_checked(recorder: Recorder, reading: Reading, shown: Amount | None, where: str) -> Reading:
    """Return a reading, unreadable where the page shows another number; `shown` of none says nothing.

    The page may round: one unit of the last place it prints is no contradiction.
    """
    if shown is None or reading.presence is not Presence.SHOWN or reading.value is None:
        return reading
    seen = as_fraction(shown)
    if abs(seen - reading.value) <= _last_place(seen):
        return reading
    return _contradicted(recorder, reading, f"{where}: {seen}")


def cross_checked_word(recorder: Recorder, reading: Reading, shown: Reading | None) -> Reading:
    """Return a reading, unreadable where another place of the page gives it another level."""
    if shown is None or Presence.SHOWN not in (reading.presence, shown.presence):
        return reading
    if reading.presence is shown.presence and reading.level is shown.level:
        return reading
    return _contradicted(recorder, reading, f"{shown.origin.source}: {shown.native or shown.presence.value}")


def doubted(recorder: Recorder, reading: Reading, why: str, contradicts: str = "") -> Reading:
    """Return a reading that is not believed, and why; what the console said is kept beside it."""
    return recorder.unreadable(
        reading.key,
        why,
        scope=reading.scope,
        kind=reading.kind,
        native=reading.native,
        value=reading.value,
        unit=reading.unit,
        target=reading.target,
        origin=reading.origin,
        contradicts=contradicts,
        details=reading.details,
    )


def _last_place(value: Decimal) -> Decimal:
    exponent = int(value.as_tuple().exponent)
    return Decimal((0, (1,), exponent)) if exponent < 0 else Decimal(0)


def _contradicted(recorder: Recorder, reading: Reading, other: str) -> Reading:
    said = f"{reading.native or reading.value}: {reading.level.value}; {other}"
    return doubted(recorder, reading, "two places of the console contradict each other", said)
