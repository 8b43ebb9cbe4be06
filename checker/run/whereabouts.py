"""Where an account's console keeps its pages, as earlier runs found out, and what was told of that.

A page that stands nowhere where it usually does is looked for by the console's own links, which takes a
while: where it was found is kept for the account's next run, which looks there first. What the operator is
told of it (where a page was found, which one this console does not have) is told once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from checker.files import write_private
from checker.flow import SiteToml
from checker.run.job import Event, Warned
from checker.settings import Account

__all__ = ["SUFFIX", "Whereabouts"]

SUFFIX: Final = ".pages"
"""What the name of an account's file ends with, among those of its session."""


class _Console(Protocol):
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def found_pages(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of one account.

    found: by the page's name, its path. told: what the operator has heard already.
    """

    file: Path
    console: str
    found: Mapping[str, str]
    told: frozenset[str]

    @classmethod
    def of(cls, folder: Path, alias: str, account: Account, toml: SiteToml) -> Whereabouts:
        """Return what earlier runs kept; nothing of what was kept of another console, or is damaged."""
        file = folder / f"{alias}{SUFFIX}"
        console = f"{account.marketplace} {account.origin or account.home or ''}".strip()
        kept = _kept(file)
        if kept.get("console") != console:
            return cls(file, console, {}, frozenset())
        found, told = kept.get("found"), kept.get("told")
        pages = found if isinstance(found, dict) else {}
        return cls(
            file,
            console,
            {name: path for name, path in pages.items() if name in toml.pages and _is_path(path)},
            frozenset(text for text in told if isinstance(text, str))
            if isinstance(told, list)
            else frozenset(),
        )

    @contextmanager
    def learning(self, console: _Console, tell: Callable[[Event], None], *, keep: bool) -> Iterator[None]:
        """Tell what is new, and keep it, however far the run comes while a block runs."""
        whole = False
        try:
            yield
            whole = True
        finally:
            notes = {_gist(note): note for note in console.notes}
            for gist, note in notes.items():
                if gist not in self.told:
                    tell(Warned(text=note, news=True))
            # What a whole run did not say again is not so any more, and is news should it come back.
            told = frozenset(notes) | (frozenset() if whole else self.told)
            if keep and (console.found_pages, told) != (self.found, self.told):
                self._keep(console.found_pages, told, tell)

    def _keep(self, found: Mapping[str, str], told: frozenset[str], tell: Callable[[Event], None]) -> None:
        kept = {"console": self.console, "found": dict(found), "told": sorted(told)}
        try:
            write_private(self.file, json.dumps(kept, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            why = type(error).__name__
            tell(Warned(text=f"where pages were found could not be kept ({why})"))


def _kept(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _is_path(path: Any) -> bool:
    return isinstance(path, str) and path.startswith("/") and not path.startswith("//")


def _gist(note: str) -> str:
    """Return what a note says, without the reason it gives: that quotes the page, which changes."""
    return note.partition(" (")[0]
