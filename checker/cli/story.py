"""The story of a run in the operator's log: a line for each account, sign-in, site, decision and delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.log import event as log
from checker.model import FACTS, Level, Presence, Tell, Visit, visit_exit
from checker.model.wire import load_visit
from checker.run.job import Ended, Event, Said, Sending, SignedIn, SitesListed, Unlatched, Visited, Warned

if TYPE_CHECKING:
    from checker.notify.telling import Delivered
    from checker.run.execute import Finished

__all__ = ["write", "write_deliveries", "write_run"]


def write(alias: str, event: Event) -> None:
    """Write what a worker told; what only shows progress is written at DEBUG."""
    match event:
        case Warned():
            log("WARNING", "warning", account=alias, text=event.text)
        case Said():
            log("DEBUG", "step", account=alias, text=event.text)
        case Sending():
            log("INFO", "password sent", account=alias)
        case SignedIn():
            log("INFO", "signed in", account=alias)
        case Unlatched():
            log("INFO", "latch lifted", account=alias)
        case SitesListed():
            log("INFO", "sites listed", account=alias, sites=len(event.sites))
        case Visited():
            _visit(load_visit(event.visit))
        case Ended():
            level = "INFO" if FACTS[event.outcome].exit == 0 else "WARNING"
            log(level, "account ended", account=alias, outcome=event.outcome.value, detail=event.detail)
        case _:
            pass


def _visit(visit: Visit) -> None:
    widgets = [reading for reading in visit.readings if not reading.key.item]
    lost = sum(reading.presence is Presence.UNREADABLE for reading in widgets)
    red = sum(reading.level.is_red for reading in visit.readings)
    log(
        "WARNING" if visit_exit(visit) else "INFO",
        "site visited",
        account=visit.account,
        site=visit.site.code,
        outcome=visit.outcome.value,
        widgets=len(widgets),
        unreadable=lost,
        red=red,
        blocked=visit.blocked,
        detail=visit.detail,
    )


def write_run(done: Finished) -> None:
    """Write what a run decided, and how it ended."""
    run = done.run
    for change in run.changes:
        if change.tell is not Tell.NOT:
            log(
                "WARNING" if change.level.is_red else "INFO",
                "decided",
                key=change.key,
                verb=change.verb.value,
                before=change.level_before or Level.UNKNOWN,
                level=change.level.value,
                tell=change.tell.value,
                event=change.event or None,
            )
    for one in run.events:
        log("INFO", "event", event=one.id, kind=one.kind.value, findings=len(one.keys))
    seconds = (run.finished_at - run.started_at).total_seconds()
    log(
        "INFO",
        "run ended",
        run=run.run_id,
        exit=run.exit_code,
        sites=len(run.visits),
        messages=len(done.messages),
        reminders=len(run.reminders),
        seconds=round(seconds, 1),
        stored=done.refused is None and not run.dry_run,
    )


def write_deliveries(sent: Delivered) -> None:
    """Write what became of the messages that waited."""
    if sent.taken or sent.held:
        log("INFO", "messages", delivered=sent.taken, held=sent.held)
    for text in sent.failed:
        log("WARNING", "message not delivered", text=text)
    for text in sent.given_up:
        log("ERROR", "message given up", text=text)
