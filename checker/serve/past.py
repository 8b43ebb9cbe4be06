"""What was done when: the runs, what each visited, and what became of the messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from checker.model import Outcome, Presence, Visit
from checker.notify.outbox import Outbox
from checker.report.facts import site_name
from checker.report.formats import format_age, format_moment
from checker.report.overview import standing_of
from checker.report.pages import Badge, Voice
from checker.report.rollup import Place, Standing
from checker.report.safe import printable
from checker.serve.desk import Desk
from checker.serve.shops import account_text, address_of

__all__ = ["Message", "RunLine", "RunPage", "VisitLine", "messages", "run_page", "runs"]

_RUNS: Final = 100
_MESSAGES: Final = 200
_CHANGES: Final = 300


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run as a line."""

    address: str
    name: str
    started: str
    age: str
    seconds: int
    code: int
    meaning: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One site a run visited, how that ended, and how much was read."""

    address: str
    site: str
    account: str
    badge: Badge
    read: str
    detail: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing a run found to be otherwise than before."""

    badge: Badge
    verb: str
    name: str
    address: str
    site: str
    detail: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run."""

    line: RunLine
    visits: tuple[VisitLine, ...]
    changes: tuple[ChangeLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was sent, or waits."""

    moment: str
    badge: Badge
    route: str
    title: str
    attempts: int
    answer: str


def runs(desk: Desk, voice: Voice) -> tuple[RunLine, ...]:
    """Return the last runs, the newest first."""
    with desk.store() as store:
        rows = store.runs(_RUNS)
    return tuple(_line(voice, row.run_id, row.started_at, row.finished_at, row.exit_code) for row in rows)


def _line(voice: Voice, run_id: str, started: datetime, finished: datetime, code: int) -> RunLine:
    table = voice.words.tables["serve"]
    return RunLine(
        f"/run?{urlencode({'name': run_id})}",
        printable(run_id, 80),
        format_moment(started, "UTC", voice.language),
        format_age(started, voice.now, voice.language),
        round((finished - started).total_seconds()),
        code,
        table.get(f"exit_{code}", table["exit_other"]),
    )


def run_page(desk: Desk, voice: Voice, name: str) -> RunPage:
    """Return one run; UsageError if there is none of that id."""
    with desk.store() as store:
        run = store.run(name)
    words, at = voice.words, desk.look().by_place
    changes = tuple(
        ChangeLine(
            voice.badge(standing_of(change.level), words.level(change.level)),
            words.word("verbs", change.verb.value),
            printable(f"{words.name(change.key)} {change.key.item}".strip(), 160),
            f"/history?{urlencode({'key': str(change.key)})}",
            site_name(at[change.key.place], voice.words)
            if change.key.place in at
            else printable(change.key.site, 60),
            printable(change.detail, 200),
        )
        for change in run.changes[:_CHANGES]
    )
    return RunPage(
        _line(voice, run.run_id, run.started_at, run.finished_at, run.exit_code),
        tuple(_visit(desk, voice, visit) for visit in run.visits),
        changes,
        max(0, len(run.changes) - _CHANGES),
    )


def _visit(desk: Desk, voice: Voice, visit: Visit) -> VisitLine:
    widgets = [reading for reading in visit.readings if not reading.key.item]
    lost = sum(reading.presence in (Presence.UNREADABLE, Presence.NOT_OBSERVED) for reading in widgets)
    standing = Standing.OK if visit.outcome is Outcome.READ else Standing.UNKNOWN
    return VisitLine(
        address_of(visit.place),
        site_name(Place(visit.marketplace, visit.account, visit.site), voice.words),
        account_text(desk, visit.marketplace, visit.account),
        voice.badge(standing, voice.words.word("outcomes", visit.outcome.value)),
        f"{len(widgets) - lost}/{len(widgets)}",
        printable(visit.detail, 300),
    )


def messages(desk: Desk, voice: Voice) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Return what waits to be delivered, and what became of what was sent, the newest first."""
    outbox, words = Outbox(desk.settings.paths.data_dir), voice.words

    def entries() -> Iterator[Message]:
        for one in list(outbox.deliveries())[::-1][:_MESSAGES]:
            standing = Standing.OK if one.what == "delivered" else Standing.UNKNOWN
            word = words.tables["serve"].get(f"message_{one.what}", one.what)
            badge = voice.badge(standing, printable(word, 60))
            yield _message(voice, one.at, badge, one.route, one.title, one.attempts, one.answer)

    waits = voice.badge(Standing.UNKNOWN, words.page("message_waits"))
    waiting = (
        _message(voice, one.created_at, waits, one.route, one.title, one.attempts, one.answer)
        for one in outbox.waiting()
    )
    return tuple(waiting), tuple(entries())


def _message(
    voice: Voice, at: datetime, badge: Badge, route: str, title: str, attempts: int, answer: str
) -> Message:
    return Message(
        format_moment(at, "UTC", voice.language),
        badge,
        printable(route, 60),
        printable(title, 200),
        attempts,
        printable(answer, 300),
    )
