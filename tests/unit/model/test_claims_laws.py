"""The laws of `settle`, over arbitrary claims; each also fails a `settle` that is broken on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.model import Claim, Comparator, Level, Presence, Reading, Says, Target, TargetOrigin, settle
from checker.model.wire import dump_reading, load_reading
from tests.unit.model.claiming import claim, claims, ok, red, several

Settle = Callable[[Sequence[Claim]], Reading]

# How good a reading is, for "never better": a red beats everything, and green is best.
_GOODNESS = {
    Level.DEACTIVATED: 0,
    Level.CRITICAL: 1,
    Level.WARNING: 2,
    Level.UNKNOWN: 3,
    Level.OK: 4,
}


def _goodness(reading: Reading) -> int:
    return _GOODNESS[reading.level]


def _says_red(claim: Claim) -> bool:
    return claim.says is Says.SHOWN and claim.level.is_red


def _few(claim: Claim) -> bool:
    """Tell whether a number rests on so few events that the console's word stands above its limit."""
    return claim.low_volume > 0 and (claim.denominator is None or claim.denominator < claim.low_volume)


def _calm(shown: Sequence[Claim]) -> int:
    """Return under how many events no limit speaks, for the console calls so few fine; 0 if it does not."""
    calm = [c.low_volume for c in shown if c.level is Level.OK and _few(c) and c.denominator]
    return max(calm, default=0)


def _place(claim: Claim) -> tuple[Any, ...]:
    return claim.origin, claim.rank


def _read(given: Sequence[Claim]) -> set[tuple[Any, ...]]:
    """Return the sources that one look read, and did not find unreadable as well."""
    lost = {(_place(c), c.look) for c in given if c.says is Says.UNREADABLE}
    read = {(_place(c), c.look) for c in given if c.says not in (Says.UNREADABLE, Says.UNKNOWN)}
    return {place for place, _ in read - lost}


def green_needs_a_yes_and_no_no(by: Settle, given: Sequence[Claim]) -> bool:
    """Law 1: what is green was said to be green, and nothing speaks against it."""
    reading = by(given)
    if reading.level is not Level.OK:
        return True
    yes = any(
        c.says is Says.SHOWN and (c.level is Level.OK or (c.value is not None and c.target is not None))
        for c in given
    ) or any(c.value is not None for c in given)
    shown = [c for c in given if c.says is Says.SHOWN]
    worse = any(c.level.is_open for c in shown) or any(c.says is Says.UNKNOWN for c in given)
    outside = any(
        c.value is not None
        and c.denominator != 0
        and (not c.value.is_finite() or (c.sane is not None and not c.sane[0] <= c.value <= c.sane[1]))
        for c in shown
    )
    calm = _calm(shown)
    missed = any(
        c.value is not None
        and c.value.is_finite()
        and c.target is not None
        and c.denominator != 0
        and not c.target.met_by(c.value)
        and not (c.level is Level.OK and _few(c))
        and not (calm and (c.denominator is None or c.denominator < calm))
        for c in shown
    )
    unread = any(c.says is Says.UNREADABLE and c.required and _place(c) not in _read(given) for c in given)
    said_ok = any(c.level is Level.OK or c.target is not None for c in shown)
    return yes and said_ok and not (worse or outside or missed or unread)


def a_red_is_never_swallowed(by: Settle, given: Sequence[Claim]) -> bool:
    """Law 3: one red makes the reading red, and what contradicts it makes it disputed."""
    reading = by(given)
    reds = [c for c in given if _says_red(c)]
    if not reds:
        return True
    against = any(c.level is Level.OK for c in given) or any(
        c.says in (Says.NONE, Says.NOT_RATED, Says.NOT_REGISTERED) for c in given
    )
    spoken = {said.level for said in reading.claims}
    return (
        reading.presence is Presence.SHOWN
        and reading.level is max((c.level for c in reds), key=lambda level: level.rank or 0)
        and (reading.disputed or not against)
        and reading.level in spoken
    )


def what_is_beyond_the_danger_line_is_red(by: Settle, given: Sequence[Claim]) -> bool:
    """Law 3: a number past the console's second limit is as red as a word, unless it counts few events."""
    shown = [c for c in given if c.says is Says.SHOWN]
    calm = _calm(shown)
    past = any(
        c.value is not None
        and c.value.is_finite()
        and (c.sane is None or c.sane[0] <= c.value <= c.sane[1])
        and c.denominator != 0
        and c.target is not None
        and c.target.origin is TargetOrigin.CONSOLE
        and c.target.critical is not None
        and not c.target.met_by(c.value)
        and not replace(c.target, value=c.target.critical).met_by(c.value)
        and not (c.level is not Level.UNKNOWN and _few(c))
        and not (calm and (c.denominator is None or c.denominator < calm))
        for c in shown
    )
    return not past or by(given).level.is_red


def nothing_comes_from_nothing(by: Settle, given: Sequence[Claim]) -> bool:
    """Law 4: without a claim that says something the reading is unreadable; a red of nothing is disputed."""
    reading = by(given)
    if all(c.says is Says.UNREADABLE for c in given):
        return reading.presence is Presence.UNREADABLE
    reds = [c for c in given if _says_red(c)]
    return not reds or any(c.denominator != 0 and not c.doubtful for c in reds) or reading.disputed


def what_is_not_understood_is_not_fine(by: Settle, given: Sequence[Claim]) -> bool:
    """Law 5: a word nobody knows keeps a reading from being green or absent, whoever says otherwise."""
    reading = by(given)
    if not any(c.says is Says.UNKNOWN for c in given):
        return True
    return reading.level.is_open or reading.presence is Presence.UNREADABLE


_LAWS = [
    green_needs_a_yes_and_no_no,
    a_red_is_never_swallowed,
    what_is_beyond_the_danger_line_is_red,
    nothing_comes_from_nothing,
    what_is_not_understood_is_not_fine,
]


@pytest.mark.parametrize("law", _LAWS, ids=lambda law: law.__name__)
@given(given_=several)
@settings(max_examples=400, deadline=None)
def test_the_laws_hold_over_any_claims(law: Callable[..., bool], given_: list[Claim]) -> None:
    """Laws 1, 3, 4 and 5, whatever is claimed."""
    assert law(settle, given_)


@given(several, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_law_2_the_order_of_claims_never_matters(given_: list[Claim], random: Any) -> None:
    """Law 2: the same claims in another order, or said twice, come to the same reading."""
    shuffled = [*given_, *given_[:1]]
    random.shuffle(shuffled)

    assert settle(shuffled) == settle(given_)


def _is_no_better(by: Settle, given_: Sequence[Claim], further: Claim) -> bool:
    return _goodness(by([*given_, further])) <= _goodness(by(given_))


_bad_news = claims.filter(
    lambda c: c.says in (Says.UNKNOWN, Says.UNREADABLE) or (c.says is Says.SHOWN and c.level.is_open)
)


@given(several, _bad_news)
@settings(max_examples=500, deadline=None)
def test_law_2_bad_news_never_makes_it_better(given_: list[Claim], further: Claim) -> None:
    """Law 2: a claim that says worse, unknown or unreadable never makes the reading better."""
    # A limit that only the bad news brings may let a number be judged that nobody judged before.
    assert _is_no_better(settle, given_, replace(further, target=None))


@given(several)
@settings(max_examples=300, deadline=None)
def test_law_6_what_had_a_verdict_is_not_silent_without_one(given_: list[Claim]) -> None:
    """Law 6: of a key that had a level, nothing is shown without one."""
    reading = settle(given_, judged_before=True)

    assert reading.presence is not Presence.SHOWN or reading.level is not Level.UNKNOWN


@given(several, several)
@settings(max_examples=300, deadline=None)
def test_a_second_look_never_makes_it_better_than_the_worst_red(
    first: list[Claim], second: list[Claim]
) -> None:
    """What either look says is red stays red when both are settled together.

    That a number misses its limit is none of it where the console calls a number of so few events fine.
    """
    looks = [*(replace(c, look=1) for c in first), *(replace(c, look=2) for c in second)]
    calm = _calm([c for c in looks if c.says is Says.SHOWN])
    said = [replace(c, target=None) if calm else c for c in looks]
    worst = max(_GOODNESS[Level.UNKNOWN] - _goodness(settle([c])) for c in said)

    assert worst <= 0 or settle(looks).level.is_open


@given(several)
@settings(max_examples=200, deadline=None)
def test_whatever_it_comes_to_can_be_kept(given_: list[Claim]) -> None:
    """The wire and the store hold every reading, also one of a claim whose value is no number."""
    reading = settle(given_)

    assert load_reading(dump_reading(reading)) == reading


# Each law fails a settle that breaks it...


def _swallowing(given_: Sequence[Claim]) -> Reading:
    """Broken: a red beside a green is left out."""
    calm = [c for c in given_ if not _says_red(c)]
    return settle(calm or given_)


def _taking_the_last(given_: Iterable[Claim]) -> Reading:
    """Broken: the last claim decides alone."""
    return settle(list(given_)[-1:])


def _letting_unknown_pass(given_: Sequence[Claim]) -> Reading:
    """Broken: what nobody understands is left out."""
    return settle([c for c in given_ if c.says is not Says.UNKNOWN] or given_)


def _leaving_out_unreadable(given_: Sequence[Claim]) -> Reading:
    """Broken: what could not be read is left out."""
    return settle([c for c in given_ if c.says is not Says.UNREADABLE] or given_)


def _forgiving_within_a_look(given_: Sequence[Claim]) -> Reading:
    """Broken: a source that was read is believed, though the same look found it unreadable as well."""
    read = {_place(c) for c in given_ if c.says not in (Says.UNREADABLE, Says.UNKNOWN)}
    return settle([c for c in given_ if c.says is not Says.UNREADABLE or _place(c) not in read] or given_)


def _letting_few_speak_for_many(given_: Sequence[Claim]) -> Reading:
    """Broken: what is fine for it counts few events silences every limit."""
    if not _calm([c for c in given_ if c.says is Says.SHOWN]):
        return settle(given_)
    return settle([replace(c, target=None) for c in given_])


def _believing_reds_of_nothing(given_: Sequence[Claim]) -> Reading:
    """Broken: a red that rests on zero events is as firm as any."""
    return settle([replace(c, denominator=None) if c.denominator == 0 else c for c in given_])


def _forgetting_limits(given_: Sequence[Claim]) -> Reading:
    """Broken: a word is believed whatever the number beside it says."""
    return settle([replace(c, target=None, sane=None) if c.level is Level.OK else c for c in given_])


def _never_disputed(given_: Sequence[Claim]) -> Reading:
    """Broken: the other side of a red is left out."""
    return replace(settle(given_), disputed=False)


_PILL = claim(Says.SHOWN, Level.CRITICAL, source="pill")
_BESIDE = {says: claim(says, source="banner") for says in (Says.UNKNOWN, Says.UNREADABLE)}
_DANGER = Target(Decimal("0.05"), Comparator.LTE, critical=Decimal("0.1"))
_PAST = ok(value=Decimal("0.5"), target=_DANGER)
_CALM = ok(value=Decimal("0.01"), denominator=Decimal(10), low_volume=100)
_MANY = claim(source="report", value=Decimal("0.5"), target=_DANGER, denominator=Decimal(1000))


@pytest.mark.parametrize(
    ("law", "broken", "example"),
    [
        (a_red_is_never_swallowed, _swallowing, [ok(), _PILL]),
        (a_red_is_never_swallowed, _taking_the_last, [_PILL, ok()]),
        (a_red_is_never_swallowed, _never_disputed, [ok(), _PILL]),
        (what_is_beyond_the_danger_line_is_red, _forgetting_limits, [_PAST]),
        (what_is_beyond_the_danger_line_is_red, _letting_few_speak_for_many, [_CALM, _MANY]),
        (what_is_not_understood_is_not_fine, _letting_unknown_pass, [ok(), _BESIDE[Says.UNKNOWN]]),
        (green_needs_a_yes_and_no_no, _letting_unknown_pass, [ok(), _BESIDE[Says.UNKNOWN]]),
        (green_needs_a_yes_and_no_no, _leaving_out_unreadable, [ok(), _BESIDE[Says.UNREADABLE]]),
        (green_needs_a_yes_and_no_no, _forgiving_within_a_look, [ok(), claim(Says.UNREADABLE)]),
        (green_needs_a_yes_and_no_no, _forgetting_limits, [_PAST]),
        (green_needs_a_yes_and_no_no, _taking_the_last, [_PILL, ok()]),
        (green_needs_a_yes_and_no_no, _letting_few_speak_for_many, [_CALM, _MANY]),
        (nothing_comes_from_nothing, _believing_reds_of_nothing, [red(denominator=Decimal(0))]),
    ],
    ids=lambda part: part.__name__.strip("_") if callable(part) else "",
)
def test_each_law_fails_a_settle_that_breaks_it(
    law: Callable[..., bool], broken: Settle, example: list[Claim]
) -> None:
    """A law that a broken settle kept would hold nothing."""
    assert not law(broken, example)
    assert law(settle, example)


def test_law_2_fails_a_settle_that_takes_the_last() -> None:
    """It gets better by bad news."""
    careful = claim(Says.SHOWN, Level.WARNING, source="pill")

    assert not _is_no_better(_taking_the_last, [red()], careful)
    assert _is_no_better(settle, [red()], careful)
