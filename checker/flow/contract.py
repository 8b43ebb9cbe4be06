"""The contract of a flow: what it states, and the only thing it may touch.

    class ShopFlow(Flow):
        marketplace = "shop"

        def sites(self, console):                 # every site, whoever named it
            page = console.open("home")
            return [...]

        def read(self, console, site):            # yield while the page read from is still open
            page = console.open("health")
            found = page.find(console.toml.widgets["status"].chain)
            yield console.recorder(site).word(...)

A flow never sees the raw page of the browser, never sleeps, never waits for the network to fall
silent and never evaluates script. What it yields as critical or unreadable is photographed at once,
so a reading is yielded while the page it came from is open.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, ClassVar, Protocol

from checker.errors import ConfigError
from checker.flow.documents import Document
from checker.flow.page import Page
from checker.flow.recorder import Recorder
from checker.flow.site_toml import SiteToml, load_site_toml
from checker.model import Reading, Site

__all__ = ["CONTRACT", "Answer", "Console", "Flow", "Imported", "Importer"]

CONTRACT = 1
"""The version of this contract; a flow states the one it was written for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One JSON answer the page fetched by itself.

    query: the request's query, decoded; body: strict JSON with exact numbers, none if it was no JSON.
    """

    name: str
    url: str
    status: int
    query: Mapping[str, str]
    body: Any
    problem: str = ""


class Console(Protocol):
    """The only thing a flow may touch: a bounded, guarded, read-only view of one console."""

    @property
    def toml(self) -> SiteToml:
        """The flow's own data, with the user's override merged in."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The words of the page's own label files, by label key, as far as pages loaded them."""

    @property
    def blocked(self) -> Sequence[str]:
        """What the guard blocked since the page was opened, as `METHOD path`."""

    def at(self, host: str) -> None:
        """Open pages on this host of site.toml from now on: for consoles with a host per country."""

    @property
    def notes(self) -> Sequence[str]:
        """What the operator is told of this console: where pages were found, what it does not offer."""

    def open(self, page: str, **query: str) -> Page:
        """Open a page of site.toml, wait until it is ready, recognise it; raise Stop on any other state.

        The page that is open already, with the same query and nothing pressed since, is not loaded again.
        """

    def reopen(self, page: str, **query: str) -> Page:
        """Open a page as `open` does, and load it again even if it stands on the screen already."""

    def offered(self, page: str, **query: str) -> Page | None:
        """Open a page of site.toml that a console need not have; none where this one does not offer it."""

    def documents(self, name: str) -> Sequence[Document]:
        """Return every object that fits the shape of an answer, in any JSON the open page was given."""

    def page(self) -> Page:
        """Return the open page as it is now."""

    def answer(self, name: str) -> Answer | None:
        """Return the latest answer of that name since the page was opened, or none in time."""

    def answers(self, name: str) -> Sequence[Answer]:
        """Return every answer of that name since the page was opened."""

    def blocked_for(self, name: str) -> Sequence[str]:
        """Return the requests the guard blocked that could have brought an answer."""

    def ask(self, name: str, **query: str) -> Answer | None:
        """GET an answer that site.toml allows asking for, from within the page, unless it has it already."""

    def press(self, control: str, nth: int = 0, *, awaits: str = "") -> Page:
        """Press a control of site.toml, wait for the answer named, return the page after it."""

    def recorder(self, site: Site, language: str = "") -> Recorder:
        """Return what writes the readings of `site`."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a document said of one site."""

    site: Site
    readings: tuple[Reading, ...]


Importer = Callable[[bytes, str, Callable[[], datetime]], Iterable[Imported]]
"""Reads a document for an account alias; raises UsageError if the document is not what it should be."""


class Flow(ABC):
    """What is particular to one marketplace's console, and nothing more."""

    marketplace: ClassVar[str]
    imports: ClassVar[Mapping[str, Importer]] = {}

    def __init__(self, override: Path | None = None) -> None:
        self._override = override

    @cached_property
    def toml(self) -> SiteToml:
        """The flow's `site.toml` with the user's override; raises ConfigError with every problem."""
        package = sys.modules[type(self).__module__].__spec__
        folder = package and (package.name if package.submodule_search_locations else package.parent)
        if not folder:
            raise ConfigError(
                f"the module {type(self).__module__} is not in a package, so it has no site.toml beside it",
                hint="put the flow into a package: a folder with __init__.py and site.toml",
            )
        with as_file(files(folder) / "site.toml") as path:
            return load_site_toml(path, self._override)

    @property
    def version(self) -> str:
        """The flow and its version as records state them, e.g. `amazon 1.0`."""
        return f"{self.marketplace} {self.toml.flow.version}"

    @abstractmethod
    def sites(self, console: Console) -> Sequence[Site]:
        """Return every site any source names: trading, dormant, pending and merely reachable ones."""

    def enter(self, console: Console, site: Site) -> Site:  # noqa: ARG002 - for flows that switch
        """Go to a site and prove it, or raise Stop; return the site with what was learnt of it."""
        return site

    @abstractmethod
    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Yield what the site's widgets say, each while its page is open."""

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:  # noqa: ARG002 - see `enter`
        """Return the site with what its readings say about how far it was ever opened; pure."""
        return site

    def leave(self, console: Console) -> None:  # noqa: B027 - nothing to put back is the common case
        """Put the user's own selection back."""
