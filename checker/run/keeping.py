"""Keeping each visit of a run in a file of its own, so that a mended flow can read it again.

    visits/RUN_ID/ALIAS/000-sites.json.gz, 001-US.json.gz, ...

A part is written as soon as it ends: what was kept before a crash is kept. That something could not be
kept is said and changes nothing else: reading and telling go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Error as BrowserError
from pydantic import SecretStr

from checker import __version__
from checker.console import LiveConsole
from checker.console.keeping import KeepingConsole, is_token
from checker.console.kept import KeptError, KeptPart, KeptStop, dump_part, load_part
from checker.errors import Stop
from checker.evidence import slug
from checker.files import write_new
from checker.flow import Flow
from checker.model import Outcome, Site, Visit
from checker.model.wire import dump_site, dump_visit
from checker.run.account_secrets import AccountSecrets
from checker.run.job import Event
from checker.secrets import Scrubber
from checker.secrets.tokens import TokenMask
from checker.settings import Account

__all__ = [
    "KnownSecrets",
    "VisitKeeper",
    "cookie_values",
    "load_file",
    "without_tokens",
    "without_values",
    "write_part",
]

_FOREIGN: Final = (Outcome.WRONG_PLACE, Outcome.UNSAFE_PAGE)
# Shorter ones are settings, and would be found in any page.
_SHORTEST_SESSION: Final = 8


class KnownSecrets(AccountSecrets):
    """An account's secrets that tell a scrubber each one they hand out."""

    def __init__(
        self,
        alias: str,
        account: Account,
        last_step: int | None,
        tell: Callable[[Event], None],
        *,
        scrubber: Scrubber,
        given: Scrubber | None = None,
    ) -> None:
        super().__init__(alias, account, last_step, tell, given=given)
        self._scrubber = scrubber

    def password(self) -> SecretStr:
        """Return the password, known to the scrubber from now on; see the account's secrets."""
        secret = super().password()
        self._scrubber.add(secret)
        return secret

    def code(self, wait: Callable[[float], None]) -> SecretStr | None:
        """Return a one-time code, known to the scrubber from now on; see the account's secrets."""
        secret = super().code(wait)
        if secret is not None:
            self._scrubber.add(secret)
        return secret


class VisitKeeper:
    """Keeps one account's part of a run, or nothing where there is no folder for it.

    console: what the flow is to be given. warn: told once if something could not be kept.
    cookies: the browser's cookies as they are now: what lets somebody in is blanked where a page repeats it.
    """

    def __init__(
        self,
        folder: Path | None,
        run_id: str,
        account: str,
        flow: Flow,
        live: LiveConsole,
        *,
        now: Callable[[], datetime],
        scrubber: Scrubber,
        warn: Callable[[str], None],
        cookies: Callable[[], Iterable[Mapping[str, Any]]] = tuple,
    ) -> None:
        self._cookies, self._values = cookies, Scrubber()
        self._keeping = None if folder is None else KeepingConsole(live, now)
        self.console: LiveConsole = live if self._keeping is None else self._keeping  # type: ignore[assignment]  # it passes everything on
        self._folder = None if folder is None else folder / slug(run_id) / slug(account)
        self._run_id, self._account, self._flow = run_id, account, flow
        self._now, self._scrubber, self._warn = now, scrubber, warn
        self._number = 0
        self._began = now()

    def listed(self, sites: Callable[[], Sequence[Site]]) -> Sequence[Site]:
        """Return the sites listed, and keep how they were."""
        try:
            listed = sites()
        except Stop as stop:
            if stop.outcome not in _FOREIGN:
                self._keep("sites", "sites", stop=KeptStop.of(stop))
            raise
        self._keep("sites", "sites", sites=tuple(dump_site(site) for site in listed))
        return listed

    def visited(self, visit: Visit) -> None:
        """Keep a visit that has just ended; of one that never began there is nothing to keep."""
        if visit.outcome is Outcome.SKIPPED:
            return
        if visit.outcome in _FOREIGN:
            # What was shown may be somebody else's: nothing of it stays.
            if self._keeping is not None:
                self._keeping.take()
            return
        self._keep("visit", f"{visit.site.code}{visit.site.shop}", visit=dump_visit(visit))

    def _keep(self, part: str, name: str, **came: object) -> None:
        if self._keeping is None or self._folder is None:
            return
        number, began = self._number, self._began
        self._number, self._began = number + 1, self._now()
        stretch = self._keeping.take()
        try:
            kept = KeptPart.model_validate(
                {
                    "program": __version__,
                    "flow": self._flow.version,
                    "marketplace": self._flow.marketplace,
                    "account": self._account,
                    "run_id": self._run_id,
                    "number": number,
                    "part": part,
                    "started_at": began,
                    "finished_at": self._began,
                    "displays": stretch.displays,
                    "documents": [self._scrubber.scrub(text) for text in stretch.documents],
                    "answers": stretch.answers,
                    "labels": stretch.labels,
                    **came,
                }
            )
            kept = without_values(without_tokens(kept), self._session())
            self._write(kept, f"{number:03d}-{slug(name)}.json.gz")
        except (KeptError, OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self._warn(f"{self._account}: the visit to {name} was not kept: {why}")

    def _session(self) -> Scrubber:
        """Return what knows every session cookie there was in this run; a dead browser has no new ones."""
        with suppress(BrowserError):
            self._values.add(*cookie_values(self._cookies()))
        return self._values

    def _write(self, kept: KeptPart, name: str) -> None:
        plain = dump_part(kept, compressed=False)
        if self._scrubber.found_in(plain):
            # Not only in a page: in an answer or a word. What it would be without is not what was seen.
            raise KeptError("a secret stood in it")
        if self._folder is not None:
            write_part(self._folder, name, dump_part(kept))


def cookie_values(cookies: Iterable[Mapping[str, Any]]) -> list[SecretStr]:
    """Return the values of a browser's cookies that let somebody in: hidden from scripts, or called a token.

    The others hold settings of the page (a language, a shop's number), which its answers rightly repeat.
    """
    return [
        SecretStr(str(cookie["value"]))
        for cookie in cookies
        if (cookie.get("httpOnly") or is_token(str(cookie["name"])))
        and len(str(cookie["value"])) >= _SHORTEST_SESSION
    ]


def without_values(part: KeptPart, scrubber: Scrubber) -> KeptPart:
    """Return a part with every form of these values blanked, in pages and answers alike."""
    if not scrubber.found_in(dump_part(part, compressed=False)):
        return part
    seen = ("displays", "documents", "answers", "labels")
    return KeptPart.model_validate(
        {
            name: _scrubbed(value, scrubber) if name in seen else value
            for name, value in part.model_dump().items()
        }
    )


def without_tokens(part: KeptPart) -> KeptPart:
    """Return a part with the tokens blanked that its pages, answers and addresses hold.

    What only looks drawn by lot stays: a flow may know an item by it.
    """
    mask = TokenMask(drawn=False)
    documents = tuple(mask.html(text) for text in part.documents)
    answers = tuple(
        answer.model_copy(
            update={
                "path": mask.url(answer.path),
                "query": {name: mask.value(name, value) for name, value in answer.query.items()},
                "body": mask.json(answer.body),
            }
        )
        for answer in part.answers
    )
    displays = tuple(
        display.model_copy(
            update={
                "looks": tuple(look.model_copy(update={"url": mask.url(look.url)}) for look in display.looks),
                "query": {name: mask.value(name, value) for name, value in display.query.items()},
                "blocked": tuple(mask.text(text) for text in display.blocked),
            }
        )
        for display in part.displays
    )
    if not mask.count:
        return part
    visit = mask.document(part.visit) if part.visit else part.visit
    return part.model_copy(
        update={"documents": documents, "answers": answers, "displays": displays, "visit": visit}
    )


def _scrubbed(value: Any, scrubber: Scrubber) -> Any:
    match value:
        case str():
            return scrubber.scrub(value)
        case dict():
            return {key: _scrubbed(inner, scrubber) for key, inner in value.items()}
        case list() | tuple():
            return [_scrubbed(inner, scrubber) for inner in value]
        case _:
            return value


def write_part(folder: Path, name: str, data: bytes) -> None:
    """Write a file its owner alone can read, whole or not at all; OSError if one of that name is there."""
    write_new(folder / name, data)


def load_file(path: Path) -> KeptPart:
    """Return the part a file holds; KeptError names the file and what is wrong with it."""
    try:
        return load_part(path.read_bytes())
    except OSError as error:
        raise KeptError(f"{path}: {error.strerror}") from None
    except KeptError as error:
        raise KeptError(f"{path}: {error}") from None
