"""Claims, then one verdict: the only code that makes a reading of what each source said of a key.

A flow does not decide. Each place that speaks of a key (a code of an answer, a number against its limit, the
class of a pill, a word, a banner, a second source) makes one `checker.model.Claim`; `settle` combines them:

    settle([claim_of_the_code, claim_of_the_pill]) -> Reading

Its laws, each held by a property test over arbitrary claims:

1. Green needs a yes and no no. `ok` only if a claim says ok and none says worse, no required source is
   unreadable, no word or code is unknown, no value lies outside of its range or misses its target (at low
   volume the console's verdict decides).
2. Monotone. A further claim that says worse, unknown or unreadable never makes the result better, and the
   order of claims never matters.
3. A red is never swallowed. If a claim of any look says red, the reading is red: firm when nothing
   contradicts it, else disputed, with each side's words kept.
4. Nothing from nothing. Without a claim that says something the reading is unreadable. A red that rests on
   zero events is disputed, not dropped.
5. What is not understood is not fine: a claim that could not be made sense of says `unknown` or `unreadable`.
6. A widget that once had a verdict and has none now is unreadable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from checker.model.claims import NOTHINGS, Claim, Verdict, believable, is_low_volume, verdicts_of, worst_of
from checker.model.levels import DecidedBy, Kind, Level, Presence, Rank, Reread, Says, Scope, Unit
from checker.model.records import Key, Reading, Statement, Target

__all__ = ["doubted", "not_observed", "settle", "settle_again", "settle_all"]

_SAYS: Final = {presence: says for says, presence in NOTHINGS.items()}
_REASONS: Final = 3


def settle(claims: Iterable[Claim], *, judged_before: bool = False) -> Reading:
    """Combine every claim about one key into a single reading.

    The result does not depend on the order of claims. The laws it keeps are those of the module.

    Args:
        claims: Claims about one key, from any number of sources and looks.
        judged_before: Whether the key had a level when it was last read: without one now it is unreadable.

    Returns:
        The reading. Its level is ok only if at least one claim says so and none says worse.

    Raises:
        ValueError: If there is no claim, or they are about different keys.
    """
    ordered = _with_limits(sorted(set(claims), key=_trust))
    if not ordered:
        raise ValueError("nothing was claimed, so there is no key to settle")
    if len({claim.key for claim in ordered}) > 1:
        raise ValueError(f"claims about different keys: {ordered[0].key} and others")
    verdicts = _weighed([verdict for claim in ordered for verdict in verdicts_of(claim)])
    worst = worst_of(verdict.level for verdict in verdicts)
    if worst.is_open:
        reading = _open(ordered, verdicts, worst)
    else:
        reading = _without_red(ordered, verdicts, judged_before=judged_before)
    return replace(reading, reread=_reread(ordered, judged_before=judged_before))


def settle_all(claims: Iterable[Claim], judged_before: Iterable[str] = ()) -> tuple[Reading, ...]:
    """Settle claims about any number of keys.

    Args:
        claims: The claims, in the order in which they were made.
        judged_before: The written keys that had a level when they were last read.

    Returns:
        One reading for each key, in the order in which the keys were first named.
    """
    by_key: dict[Key, list[Claim]] = {}
    for claim in claims:
        by_key.setdefault(claim.key, []).append(claim)
    judged = frozenset(judged_before)
    return tuple(settle(its, judged_before=str(key) in judged) for key, its in by_key.items())


def settle_again(readings: Sequence[Reading]) -> Reading:
    """Combine several readings of one key, as if each were the claim of a source of its own.

    Args:
        readings: Readings of one key, from several visits or documents of one run.

    Returns:
        The reading they come to together; the only one there is as it stands.
    """
    if len(set(readings)) == 1:
        return readings[0]
    observed = [reading for reading in readings if reading.presence is not Presence.NOT_OBSERVED]
    if not observed:
        return readings[-1]
    settled = settle([_claim_of(reading) for reading in observed])
    spoken = tuple(dict.fromkeys(said for reading in observed for said in reading.claims))
    return replace(
        settled,
        disputed=settled.disputed or any(r.disputed for r in observed if r.level is settled.level),
        claims=spoken or settled.claims,
    )


def doubted(reading: Reading, why: str, source: str = "") -> Reading:
    """Return a red reading as disputed, because of something that no claim of its own says.

    Args:
        reading: What was read; one that is not red is returned as it is.
        why: What speaks against it, for a person.
        source: Who says so.

    Returns:
        The reading with the same level, marked as disputed.
    """
    if not reading.level.is_red:
        return reading
    against = Statement(source=source, says=Says.UNREADABLE, reason=why, rank=Rank.OTHER)
    return replace(
        reading,
        disputed=True,
        contradicts=reading.contradicts or why,
        claims=(*reading.claims, *(() if against in reading.claims else (against,))),
    )


def not_observed(
    key: Key, at: datetime, why: str, scope: Scope = Scope.ACCOUNT, kind: Kind = Kind.STATUS
) -> Reading:
    """Return the reading of a key that nobody got to.

    Args:
        key: What was not reached.
        at: When it was to be read, with a zone.
        why: How the visit ended, for a person.
        scope: What the key is about.
        kind: What sort of value it has.

    Returns:
        A reading that changes nothing of what is known.
    """
    return Reading(key, Presence.NOT_OBSERVED, at, scope=scope, kind=kind, reason=why)


def _with_limits(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims, each number held against the limit that the most trusted source gives for its unit.

    A page that shows the number alone is measured by the limit in the answer.
    """
    limits: dict[Unit | None, Target] = {}
    for claim in claims:
        if claim.says is Says.SHOWN and claim.target is not None:
            limits.setdefault(claim.unit, claim.target)
    return [
        replace(claim, target=limits[claim.unit])
        if claim.says is Says.SHOWN
        and claim.target is None
        and claim.value is not None
        and claim.unit in limits
        else claim
        for claim in claims
    ]


# What all of them come to...


def _weighed(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Leave out what limits say of a number that the console itself calls fine, for it rests on few events.

    What another source counts many events for is held against its limit all the same.
    """
    few = [
        verdict.claim.low_volume
        for verdict in verdicts
        if verdict.by is DecidedBy.NATIVE
        and verdict.level is Level.OK
        and verdict.claim.denominator is not None
        and is_low_volume(verdict.claim)
    ]
    return [verdict for verdict in verdicts if not few or not _is_by_limit_of_few(verdict, max(few))]


def _is_by_limit_of_few(verdict: Verdict, low_volume: int) -> bool:
    events = verdict.claim.denominator
    return verdict.by in (DecidedBy.PAYLOAD, DecidedBy.TABLE) and (events is None or events < low_volume)


def _open(claims: Sequence[Claim], verdicts: Sequence[Verdict], level: Level) -> Reading:
    """Return the reading where at least one claim says that something is wrong."""
    stating = [verdict for verdict in verdicts if verdict.level is level]
    against = [
        verdict
        for verdict in verdicts
        # A source that calls a number of nothing fine says nothing green, and yet speaks against a red.
        if verdict.says in NOTHINGS
        or verdict.claim.level is Level.OK
        or (verdict.says is Says.SHOWN and _contradicts(verdict, level))
    ]
    firm = any(not verdict.weak and not verdict.claim.doubtful for verdict in stating)
    leading = stating[0]
    disputed = bool(against) or not firm
    return _reading(
        claims,
        leading,
        Presence.SHOWN,
        level=level,
        disputed=disputed,
        contradicts=_both_sides(stating, against) if disputed else "",
        reason=_first_of(v.claim.reason for v in stating),
    )


def _contradicts(verdict: Verdict, worst: Level) -> bool:
    """Tell whether a verdict contradicts the worst one.

    Two reds differ in degree only, and a limit that is missed does not say how bad that is.
    """
    if verdict.level is Level.OK:
        return True
    return worst.is_red and verdict.level is Level.WARNING and verdict.by is DecidedBy.NATIVE


def _without_red(claims: Sequence[Claim], verdicts: Sequence[Verdict], *, judged_before: bool) -> Reading:
    """Return the reading where nothing says that something is wrong: green only if nothing doubts it."""
    doubts = _doubts(verdicts)
    fine = [verdict for verdict in verdicts if verdict.level is Level.OK]
    nothings = {verdict.says for verdict in verdicts if verdict.says in NOTHINGS}
    silent = [v for v in verdicts if v.says is Says.SHOWN and v.level is Level.UNKNOWN]
    if doubts:
        return _unreadable(claims, verdicts, "; ".join(doubts[:_REASONS]))
    if nothings:
        return _nothing(claims, verdicts, nothings, fine)
    if fine:
        return _reading(claims, fine[0], Presence.SHOWN, level=Level.OK)
    if not silent:
        whys = [verdict.reason for verdict in verdicts if verdict.reason]
        return _unreadable(claims, verdicts, _first_of(whys) or "no source said anything")
    if judged_before:
        return _unreadable(claims, verdicts, "it had a verdict when it was last read, and has none now")
    if _differ(claims):
        return _unreadable(claims, verdicts, "two places of the console show different numbers")
    return _reading(claims, silent[0], Presence.SHOWN)


def _doubts(verdicts: Sequence[Verdict]) -> list[str]:
    """Return why nothing may be green: what nobody understood, and what could not be read though it must be.

    A source that was unreadable in one look, and in another one was read and nothing else, was read.
    """
    unread = {(_place(v.claim), v.claim.look) for v in verdicts if v.says is Says.UNREADABLE}
    looks = {
        (_place(v.claim), v.claim.look) for v in verdicts if v.says not in (Says.UNREADABLE, Says.UNKNOWN)
    }
    read = {place for place, _ in looks - unread}
    return list(
        dict.fromkeys(
            verdict.reason or f"unknown status word {verdict.claim.native!r}"
            for verdict in verdicts
            if verdict.says is Says.UNKNOWN
            or (
                verdict.says is Says.UNREADABLE
                and (verdict.claim.says is Says.SHOWN or verdict.claim.required)
                and (verdict.claim.says is Says.SHOWN or _place(verdict.claim) not in read)
            )
        )
    )


def _place(claim: Claim) -> tuple[str, str, str, int]:
    """Return what makes two claims come from the same source, whichever look they were made in."""
    return claim.origin.page, claim.origin.source, claim.origin.rule, claim.rank


def _nothing(
    claims: Sequence[Claim], verdicts: Sequence[Verdict], nothings: set[Says], fine: Sequence[Verdict]
) -> Reading:
    """Return the reading where a source says that there is nothing; it is never green beside that."""
    told = [verdict for verdict in verdicts if verdict.says in NOTHINGS]
    values = [claim for claim in claims if claim.says is Says.SHOWN and claim.value not in (None, Decimal(0))]
    if values and not any(v.claim in values for v in told):
        return _unreadable(claims, verdicts, "one place says that there is nothing, another shows a number")
    if Says.NOT_RATED in nothings and Says.NOT_REGISTERED not in nothings:
        leading = next(verdict for verdict in told if verdict.says is Says.NOT_RATED)
        return _reading(claims, leading, Presence.NOT_RATED)
    if len(nothings) > 1 or fine:
        return _unreadable(claims, verdicts, "two places of the console contradict each other")
    return _reading(claims, told[0], NOTHINGS[told[0].says])


def _unreadable(claims: Sequence[Claim], verdicts: Sequence[Verdict], why: str) -> Reading:
    leading = next(
        (v for says in (Says.UNKNOWN, Says.UNREADABLE, Says.SHOWN) for v in verdicts if v.says is says),
        verdicts[0],
    )
    spoken = [verdict for verdict in verdicts if verdict.says is not Says.UNREADABLE]
    said = _words_of(spoken) if len({_said(v) for v in spoken}) > 1 else ""
    return _reading(claims, leading, Presence.UNREADABLE, reason=why, contradicts=said)


def _reading(
    claims: Sequence[Claim],
    leading: Verdict,
    presence: Presence,
    *,
    level: Level = Level.UNKNOWN,
    disputed: bool = False,
    contradicts: str = "",
    reason: str = "",
) -> Reading:
    """Make the reading: what decides from `leading`, all else from the highest-ranked claim that has it."""
    first = leading.claim
    shown = [claim for claim in claims if claim.says is Says.SHOWN]
    valued = next((claim for claim in shown if believable(claim)[0] is not None), None)
    value = None if valued is None or presence in _SAYS else valued.value
    if value is not None and _differ(claims) and not level.is_red:
        value = None
        contradicts = contradicts or f"two numbers: {_numbers(claims)}"
    counted = valued or next((claim for claim in shown if claim.denominator is not None), first)
    target = next(
        (c.target for c in (counted, *shown) if c.target is not None and c.unit is counted.unit), None
    )
    lists = {claim.covers for claim in claims if claim.says is not Says.UNREADABLE} - {""}
    whole = presence in (Presence.SHOWN, Presence.NONE) and len(lists) == 1 and not disputed
    return Reading(
        key=first.key,
        presence=presence,
        observed_at=max(claim.observed_at for claim in claims),
        level=level,
        scope=first.scope,
        kind=counted.kind if valued is not None else first.kind,
        native=first.native or _first_of(claim.native for claim in claims),
        language=first.language,
        value=value,
        unit=counted.unit if counted.unit is not None else first.unit,
        currency=counted.currency,
        numerator=counted.numerator,
        denominator=counted.denominator,
        target=target,
        decided_by=leading.by,
        trend=next((claim.trend for claim in claims if claim.trend is not None), None),
        window_days=next((claim.window_days for claim in claims if claim.window_days is not None), None),
        reason=reason or (first.reason if presence is not Presence.UNREADABLE else ""),
        cause=next((claim.cause for claim in (first, *claims) if claim.cause is not None), None),
        deadline=next((claim.deadline for claim in claims if claim.deadline is not None), None),
        link=_first_of(claim.link for claim in claims),
        origin=first.origin,
        covers=next(iter(lists)) if whole else "",
        contradicts=contradicts,
        details=_details(claims),
        flow=first.flow,
        evidence=tuple(dict.fromkeys(name for claim in claims for name in claim.evidence)),
        disputed=disputed,
        claims=tuple(dict.fromkeys(claim.statement for claim in claims)),
    )


def _reread(claims: Sequence[Claim], *, judged_before: bool) -> Reread:
    """Return what the second look made of the first; a look that could not be made says nothing."""
    looks = sorted({claim.look for claim in claims})
    if len(looks) < 2:  # noqa: PLR2004 - two looks to compare
        return Reread.NONE
    first, *later = (
        _outcome([claim for claim in claims if claim.look == look], judged_before=judged_before)
        for look in looks
    )
    return Reread.AGREES if all(outcome == first for outcome in later) else Reread.DISAGREES


def _outcome(claims: Sequence[Claim], *, judged_before: bool) -> tuple[Presence, Level]:
    verdicts = _weighed([verdict for claim in claims for verdict in verdicts_of(claim)])
    worst = worst_of(verdict.level for verdict in verdicts)
    if worst.is_open:
        return Presence.SHOWN, worst
    reading = _without_red(claims, verdicts, judged_before=judged_before)
    return reading.presence, reading.level


# Small things...


def _trust(claim: Claim) -> tuple[int, int, str]:
    """Return what claims are ordered by: rank, the later look first, and then anything that never changes."""
    return claim.rank, -claim.look, repr(claim)


def _differ(claims: Sequence[Claim]) -> bool:
    """Tell whether two places of one look show different numbers; the last place may be rounded."""
    looks: dict[int, list[Decimal]] = {}
    for claim in claims:
        value, _ = believable(claim)
        if claim.says is Says.SHOWN and value is not None and claim.denominator != 0:
            looks.setdefault(claim.look, []).append(value)
    return any(
        one != other and abs(one - other) >= _rounding(one, other)
        for its in looks.values()
        for one in its
        for other in its
    )


def _rounding(one: Decimal, other: Decimal) -> Decimal:
    """Return one unit of the last place that both print: what rounds or cuts off stays below it."""
    exponent = max(int(one.as_tuple().exponent), int(other.as_tuple().exponent))
    return Decimal((0, (1,), exponent)) if exponent < 0 else Decimal(0)


def _numbers(claims: Sequence[Claim]) -> str:
    return ", ".join(
        f"{claim.source or 'one place'}: {claim.value}"
        for claim in claims
        if claim.says is Says.SHOWN and claim.value is not None
    )


def _details(claims: Sequence[Claim]) -> tuple[tuple[str, str], ...]:
    """Return what the claims say besides; of one name the highest-ranked claim's text."""
    found: dict[str, str] = {}
    for claim in claims:
        for name, text in claim.details:
            found.setdefault(name, text)
    return tuple(found.items())


def _first_of(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _both_sides(stating: Sequence[Verdict], against: Sequence[Verdict]) -> str:
    """Return each side's own words, e.g. `the pill says critical "At risk"; the code says ok "NORMAL"`."""
    weak = [verdict for verdict in stating if verdict.weak and not against]
    texts = [_words_of(stating[:1]), _words_of(against[:1])]
    texts += [_against_itself(verdict.claim) for verdict in weak[:1]]
    if not against and not weak:
        texts.append("it may not be about this at all")
    return "; ".join(text for text in texts if text)


def _against_itself(claim: Claim) -> str:
    if claim.denominator == 0:
        return "it rests on no events"
    limit = "" if claim.target is None else f" its own limit of {claim.target.value}"
    return f"its number {claim.value} is within{limit}"


def _words_of(verdicts: Iterable[Verdict]) -> str:
    return "; ".join(dict.fromkeys(_said(verdict) for verdict in verdicts))


def _said(verdict: Verdict) -> str:
    claim = verdict.claim
    what = verdict.level.value if verdict.says is Says.SHOWN else verdict.says.value.replace("_", " ")
    if verdict.by in (DecidedBy.PAYLOAD, DecidedBy.TABLE) and claim.target is not None:
        word = f" ({claim.value} against {claim.target.value})"
    else:
        word = f' "{claim.native}"' if claim.native else ""
    look = " at the second look" if claim.look > 1 else ""
    return f"{claim.source or claim.rank.name.lower()} says {what}{word}{look}"


def _claim_of(reading: Reading) -> Claim:
    """Return a reading as the claim of a source of its own, for settling it with others of its key."""
    if reading.presence is Presence.UNREADABLE:
        says = Says.UNREADABLE
    else:
        says = _SAYS.get(reading.presence, Says.SHOWN)
    # What decided it is its level: its limit was weighed when it was settled.
    target = reading.target if reading.level is Level.UNKNOWN else None
    return Claim(
        key=reading.key,
        says=says,
        observed_at=reading.observed_at,
        level=reading.level,
        scope=reading.scope,
        kind=reading.kind,
        native=reading.native,
        language=reading.language,
        value=reading.value,
        unit=reading.unit,
        currency=reading.currency,
        numerator=reading.numerator,
        denominator=reading.denominator if reading.denominator != 0 else None,
        target=target,
        trend=reading.trend,
        window_days=reading.window_days,
        reason=reading.reason,
        cause=reading.cause,
        deadline=reading.deadline,
        link=reading.link,
        origin=reading.origin,
        covers=reading.covers,
        details=reading.details,
        flow=reading.flow,
        evidence=reading.evidence,
    )
