"""Getting in: what an earlier run found, the session it kept, else a sign-in; and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from playwright.sync_api import BrowserContext

from checker.console import LiveConsole, sign_in
from checker.errors import Stop
from checker.model import Outcome, Site, Visit, owners_of
from checker.model.latch import MOST_UNANSWERED
from checker.run.account_secrets import AccountSecrets
from checker.run.job import Ended, Event, Job, SignedIn, Unlatched
from checker.run.sessions import KeptSession

__all__ = ["Keeper", "LatchedError", "broke", "enter", "heed_latch", "with_fingerprint"]

Tell = Callable[[Event], None]

# Pages that a stale session alone may lead to; without it the console may simply ask who we are.
_PERHAPS_STALE: Final = (Outcome.UNKNOWN_PAGE, Outcome.ACTION_NEEDED)
_GOOD: Final = (Outcome.READ, Outcome.PARTIAL)
_FOREIGN: Final = (Outcome.WRONG_PLACE, Outcome.UNSAFE_PAGE)


class LatchedError(Exception):
    """The account is not signed in to: an earlier run found that a person must act first."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended.detail)
        self.ended = ended


def heed_latch(job: Job, secrets: AccountSecrets, tell: Tell) -> None:
    """Raise LatchedError if a person must act first; a secret that is another one now lifts its latch."""
    latch = job.latch
    if latch is not None:
        if not latch.fingerprint or secrets.are_those_of(latch.salt, latch.fingerprint):
            raise LatchedError(Ended(outcome=latch.outcome, detail=latch.told, latched=True))
        tell(Unlatched())
    elif job.unanswered >= MOST_UNANSWERED:
        raise Stop(
            Outcome.ACTION_NEEDED,
            f"the password was sent in {job.unanswered} runs in a row, and the console never said whether it"
            " was right",
        )


def enter(
    console: LiveConsole, context: BrowserContext, secrets: AccountSecrets, session: KeptSession, tell: Tell
) -> None:
    """Come in by the session that was kept, else sign in once; keep the session."""
    try:
        sign_in(console, secrets)
    except Stop as stop:
        if stop.outcome in _FOREIGN:
            session.destroy()
        if not session.is_there or secrets.sent or stop.outcome not in _PERHAPS_STALE:
            raise
        session.forget(context)
        sign_in(console, secrets)
    tell(SignedIn())
    session.keep(context)


class Keeper:
    """Keeps the session fresh after each good visit, and destroys it where it leads to somebody else."""

    def __init__(self, session: KeptSession, context: BrowserContext) -> None:
        self._session = session
        self._context = context

    def prove_owner(self, job: Job, listed: Sequence[Site]) -> None:
        """Raise Stop, before anything is read, if these are the shops of somebody else than ever before."""
        now, before = owners_of(listed), frozenset(job.owners)
        if now and before and not now & before:
            self._session.destroy()
            raise Stop(
                Outcome.WRONG_PLACE,
                f"the console shows the shops of {', '.join(sorted(now))}; the account {job.alias} has always"
                f" been {', '.join(sorted(before))}",
            )

    def after(self, visit: Visit) -> None:
        """Keep or destroy the session, as a visit says."""
        if visit.outcome in _GOOD:
            self._session.keep(self._context)
        elif visit.outcome in _FOREIGN:
            self._session.destroy()


def with_fingerprint(ended: Ended, secrets: AccountSecrets) -> Ended:
    """Return how it ended, with what tells later whether the secrets are still those it ended with."""
    salt, digest = secrets.fingerprinted()
    return ended.model_copy(update={"salt": salt, "fingerprint": digest})


def broke(error: Exception, *, asked: bool) -> Stop:
    """Name what broke off a worker: where it was, never what was in a variable."""
    if asked:
        return Stop(Outcome.STOPPED, "the run was interrupted")
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    # A flow may be a stranger's: whatever is not the driver's own is where to look.
    ours = [frame for frame in frames if not frame.startswith(("playwright.", "asyncio", "contextlib"))]
    return Stop(
        Outcome.CRASHED, f"the browser, its driver or the worker broke: {type(error).__name__} at {ours[-1:]}"
    )
