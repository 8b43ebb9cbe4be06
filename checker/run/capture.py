"""Making a case of a kept visit that may be shared: its structure and answers, without the seller.

    case/000-sites.json, 001-US.json, ..., case.json

The parts are redacted with a key that is thrown away, then read again by today's flow: what it reads is
what the case says was read. Nothing of the original's readings is in it. Whether anything of the seller
is left is for `checker.run.audit` to say, which knows nothing of how it was taken out.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

from checker.console.kept import Asked, Display, KeptAnswer, KeptPart, KeptStop, Look, dump_part
from checker.console.redaction import Redactor
from checker.errors import UsageError
from checker.evidence import slug
from checker.flow import Flow, SiteToml
from checker.flow.vocabulary import Vocabulary, vocabulary_of
from checker.flow.whole_page import NOT_UNDERSTOOD
from checker.model import Reading, Site, Visit
from checker.model.wire import dump_site, dump_visit
from checker.run.keeping import write_part
from checker.run.replay import Replayed, replay

__all__ = ["ACCOUNT", "Case", "case_of", "known_words", "values_kept", "write_case"]

ACCOUNT = "case"
"""The alias every account has in a case."""

_DRAWS: Final = 3


@dataclass(frozen=True)
class Case:
    """A redacted visit.

    same, other: how many keys today's flow reads from it as from the original, and otherwise: a number that
    lost its digits may have come to contradict another.
    """

    parts: tuple[KeptPart, ...]
    same: int
    other: int


def known_words(flow: Flow, parts: Iterable[KeptPart]) -> Vocabulary:
    """Return what may stay in a case: what the flow knows, and the console's own label files."""
    return vocabulary_of(flow).with_words(words for part in parts for _, words in part.labels)


def case_of(
    parts: Sequence[KeptPart],
    flow: Flow,
    again: Flow,
    *,
    sites: Collection[str] = (),
    keep: Collection[str] = (),
    avoid: Collection[str] = (),
) -> Case:
    """Redact the parts of one account's run; `flow` and `again` are today's flow twice, for two readings.

    sites: only these sites' visits. keep: metrics whose values and words stay. avoid: what no placeholder
    may be.
    """
    wanted = [part for part in parts if part.part == "sites" or not sites or part.then.site.code in sites]
    if len(wanted) < 2:  # noqa: PLR2004 - the list of sites, and a visit
        there = ", ".join(part.then.site.code for part in parts[1:]) or "none"
        raise UsageError("no visit to any of these sites is kept", hint=f"kept are visits to: {there}")
    before = replay(wanted, flow)
    values = _values((reading for visit in before for reading in visit.now.readings), keep)
    words, drawn = known_words(flow, wanted), list[Case]()
    while len(drawn) < _DRAWS and not any(case.other == 0 for case in drawn):
        # Placeholders are drawn by chance; now and then one comes to contradict another.
        redactor = Redactor(words, secrets.token_bytes(32), avoid=avoid, keep=values)
        drawn.append(_drawn(wanted, before, again, redactor, flow.toml))
    return min(drawn, key=lambda case: case.other)


def _drawn(
    wanted: Sequence[KeptPart], before: Sequence[Replayed], again: Flow, redactor: Redactor, toml: SiteToml
) -> Case:
    """Return a case as one redactor makes it, held against what was read of the original."""
    bare = [_redacted(part, number, redactor, toml) for number, part in enumerate(wanted)]
    after = replay(bare, again)
    read = [_as_read(visit.part, visit.now) for visit in after]
    pairs = [
        (_verdicts(one.now, redactor), _verdicts(other.now, None))
        for one, other in zip(before, after, strict=True)
    ]
    same = sum(len(one & other) for one, other in pairs)
    whole = sum(len({key for key, *_ in one | other}) for one, other in pairs)
    return Case((bare[0], *read), same, whole - same)


def write_case(case: Case, folder: Path) -> None:
    """Write a case into a folder that is new or empty; UsageError if it is not, or cannot be written."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder} is there already and not empty", hint="name a new folder")
        for part in case.parts:
            name = "sites" if part.part == "sites" else f"{part.then.site.code}{part.then.site.shop}"
            write_part(folder, f"{part.number:03d}-{slug(name)}.json", dump_part(part, compressed=False))
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written: {error.strerror}", hint="name a folder you may write to"
        ) from None


def values_kept(parts: Sequence[KeptPart], flow: Flow, keep: Collection[str]) -> list[str]:
    """Return the values and words of the metrics that are to stay."""
    return [*_values((reading for visit in replay(parts, flow) for reading in visit.now.readings), keep)]


def _values(readings: Iterable[Reading], keep: Collection[str]) -> Iterator[str]:
    for reading in readings:
        if reading.key.metric in keep:
            numbers = (reading.value, reading.numerator, reading.denominator)
            yield from (format(number, "f") for number in numbers if number is not None)
            yield reading.native


def _verdicts(visit: Visit, redactor: Redactor | None) -> set[tuple[str, str, str]]:
    return {
        (_without_ids(reading, redactor), reading.presence.value, reading.level.value)
        for reading in visit.readings
        # Of words that are no words any more it says nothing.
        if reading.key.metric != NOT_UNDERSTOOD
    }


def _without_ids(reading: Reading, redactor: Redactor | None) -> str:
    item = reading.key.item if redactor is None else redactor.text(reading.key.item)
    return str(replace(reading.key, account=ACCOUNT, item=item))


def _redacted(part: KeptPart, number: int, redactor: Redactor, toml: SiteToml) -> KeptPart:
    day = _day(part.started_at)
    came: dict[str, object] = {}
    if part.part == "sites":
        came["sites"] = tuple(dump_site(_site(site, redactor)) for site in part.listed)
    else:
        then = part.then
        bare = Visit(then.marketplace, ACCOUNT, _site(then.site, redactor), then.outcome)
        came["visit"] = dump_visit(bare)
    return part.model_copy(
        update={
            "account": ACCOUNT,
            "run_id": f"{day:%Y%m%dT%H%M%SZ}-case",
            "number": number,
            "redacted": True,
            "started_at": day,
            "finished_at": day,
            "stop": None if part.stop is None else _stop(part.stop),
            "displays": tuple(_display(display, redactor) for display in part.displays),
            "documents": tuple(redactor.html(document) for document in part.documents),
            "answers": tuple(_answer(answer, redactor, toml) for answer in part.answers),
            **came,
        }
    )


def _as_read(part: KeptPart, visit: Visit) -> KeptPart:
    readings = tuple(replace(reading, evidence=()) for reading in visit.readings)
    bare = replace(
        visit, readings=readings, started_at=part.started_at, finished_at=part.finished_at, blocked=0
    )
    return part.model_copy(update={"visit": dump_visit(bare)})


def _site(site: Site, redactor: Redactor) -> Site:
    return replace(
        site,
        code=redactor.name(site.code),
        native_id=redactor.text(site.native_id),
        label=redactor.text(site.label),
        shop=redactor.text(site.shop),
        handles=tuple((name, redactor.text(value)) for name, value in site.handles),
    )


def _display(display: Display, redactor: Redactor) -> Display:
    return display.model_copy(
        update={
            "at": _day(display.at),
            "query": {name: redactor.text(value) for name, value in display.query.items()},
            "looks": tuple(_look(look, redactor) for look in display.looks),
            "asked": tuple(_asked(asked, redactor) for asked in display.asked),
            "stops": {name: _stop(stop) for name, stop in display.stops.items()},
            "blocked": (),
        }
    )


def _look(look: Look, redactor: Redactor) -> Look:
    return look.model_copy(
        update={
            "at": _day(look.at),
            "url": redactor.url(look.url),
            "title": redactor.text(look.title),
            "stop": None if look.stop is None else _stop(look.stop),
        }
    )


def _asked(asked: Asked, redactor: Redactor) -> Asked:
    return asked.model_copy(
        update={
            "at": _day(asked.at),
            "query": {name: redactor.text(value) for name, value in asked.query.items()},
            "stop": None if asked.stop is None else _stop(asked.stop),
        }
    )


def _answer(answer: KeptAnswer, redactor: Redactor, toml: SiteToml) -> KeptAnswer:
    spec = toml.answers.get(answer.name)
    is_labels = spec is not None and spec.labels
    return answer.model_copy(
        update={
            "path": redactor.name(answer.path),
            "query": {redactor.name(name): redactor.text(value) for name, value in answer.query.items()},
            "body": answer.body if is_labels else redactor.json(answer.body),
            # It may quote a key of the answer.
            "problem": "no JSON as it is accepted" if answer.problem else "",
        }
    )


def _stop(stop: KeptStop) -> KeptStop:
    # Its detail may quote the page.
    return stop.model_copy(update={"detail": f"ended by {stop.outcome.value}"})


def _day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), tzinfo=UTC)
