"""What a run remembers of a sign-in for the next one: latches, unanswered passwords, used steps."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from checker.model import FACTS, Outcome
from checker.model.latch import LIFTED_BY_SECRET, Latch
from checker.run.job import Ended, Event, Latched, Sending, SignedIn, Unlatched, UsedStep
from checker.run.steps import remember_step
from checker.run.supervisor import AccountRun
from checker.store import Store

__all__ = ["hear", "latch_after", "latched"]


def latched(latch: Latch) -> Latched:
    """Return what a worker needs to know of a latch."""
    digest = latch.fingerprint if latch.by_secret else ""
    return Latched(outcome=latch.outcome, told=latch.told, salt=latch.salt, fingerprint=digest)


def hear(store: Store, folder: Path, marketplace: str, alias: str, at: datetime, event: Event) -> None:
    """Remember at once what must not be forgotten should anything break in the next moment."""
    match event:
        case UsedStep():
            remember_step(folder, alias, event.step)
        case Sending():
            store.count_submission(marketplace, alias, at)
        case SignedIn():
            store.forget_submissions(marketplace, alias)
        case Unlatched():
            store.lift_latch(marketplace, alias)
        case _:
            pass


def latch_after(store: Store, marketplace: str, came: AccountRun, at: datetime) -> None:
    """Latch an account whose run ended in something a person must act on, also after a dry run."""
    ended = came.ended
    if ended is None or ended.latched:
        return
    found = _gravest(came, ended)
    if found is not None:
        outcome, detail = found
        by_secret = outcome in LIFTED_BY_SECRET
        store.set_latch(
            Latch(
                marketplace,
                came.alias,
                outcome,
                at,
                detail,
                ended.salt if by_secret else "",
                ended.fingerprint if by_secret else "",
            )
        )
        store.forget_submissions(marketplace, came.alias)


def _gravest(came: AccountRun, ended: Ended) -> tuple[Outcome, str] | None:
    told = [(ended.outcome, ended.detail), *((visit.outcome, visit.detail) for visit in came.visits)]
    latching = [entry for entry in told if FACTS[entry[0]].latch]
    return max(latching, key=lambda entry: FACTS[entry[0]].exit, default=None)
