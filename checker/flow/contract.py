"""The contract of a flow: what it states, and the only thing it may touch.

    class ShopFlow(Flow):
        marketplace = "shop"

        def sites(self, console):                 # every site, whoever named it
            page = console.open("home")
            return [...]

        def read(self, console, site):            # yield while the page read from is still open
            page = console.open("health")
            yield from console.claims(site, page)  # everything that site.toml declares of it
            found = page.find(console.toml.widgets["seal"].chain)
            yield console.recorder(site, page).word(...)

A flow that site.toml says all of needs neither. A flow does not decide: it yields what each source says as a
`Claim`, and `checker.model.settle` makes one reading of all that speak of a key.

A flow never sees the raw page of the browser, never sleeps, never waits for the network to fall
silent and never evaluates script. What it yields as red or unreadable is photographed at once,
so a claim is yielded while the page it came from is open.
"""

from __future__ import annotations

import sys
from abc import ABC
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, ClassVar, Protocol

from checker.errors import ConfigError, NotProven, PagesUnread, Stop
from checker.flow.documents import Document
from checker.flow.page import Page
from checker.flow.page_language import PageLocale, page_locale
from checker.flow.recorder import Recorder
from checker.flow.shown_place import misplaced, way_to
from checker.flow.site_toml import SiteToml, load_site_toml
from checker.model import Claim, Outcome, Presence, Reading, Registration, Scope, Site

__all__ = ["CONTRACT", "Answer", "Console", "Flow", "Imported", "Importer", "in_turn"]

CONTRACT = 2
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
    def host(self) -> str:
        """The host of site.toml that pages are opened on: the account's home, or the one gone to."""

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

    def open(self, page: str, /, **query: str) -> Page:
        """Open a page of site.toml, wait until it is ready, recognise it; raise Stop on any other state.

        The page that is open already, with the same query and nothing pressed since, is not loaded again.
        """

    def reopen(self, page: str, /, **query: str) -> Page:
        """Open a page as `open` does, and load it again even if it stands on the screen already."""

    def offered(self, page: str, **query: str) -> Page | None:
        """Open a page of site.toml that a console need not have; none where this one does not offer it."""

    def follow(self, page: str, address: str) -> Page:
        """Open an address that the open page offers, as that page: the console's own, and never a denied one.

        Raises:
            Stop: It is not the console's, or something else stands there.
        """

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

    def recorder(self, site: Site, page: Page | None = None) -> Recorder:
        """Return what writes the claims of a page of `site`, in the page's own language and number format."""

    def claims(self, site: Site, page: Page) -> Iterator[Claim]:
        """Yield everything that site.toml declares of an open page."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a document said of one site."""

    site: Site
    claims: tuple[Claim, ...]


Importer = Callable[[bytes, str, Callable[[], datetime]], Iterable[Imported]]
"""Reads a document for an account alias; raises UsageError if the document is not what it should be."""


def in_turn(*pages: Iterator[Claim]) -> Iterator[Claim]:
    """Read pages one after another: one that nobody knows costs what stands on it, and no other page.

    Args:
        *pages: What is claimed of each, which opens it when it is begun.

    Yields:
        The claims of every page.

    Raises:
        PagesUnread: Some pages are unknown, and all others were read: the first of them says why.
        Stop: At once, where it is anything else that ends a visit, or a page does not say whose it is.
    """
    unknown: Stop | None = None
    for page in pages:
        try:
            yield from page
        except Stop as stop:
            if stop.outcome is not Outcome.UNKNOWN_PAGE or isinstance(stop, NotProven):
                raise
            unknown = unknown or stop
    if unknown is not None:
        raise PagesUnread(unknown.outcome, unknown.detail) from unknown


class Flow(ABC):
    """What is particular to one marketplace's console, and nothing more."""

    marketplace: ClassVar[str]
    imports: ClassVar[Mapping[str, Importer]] = {}
    proofs: ClassVar[Collection[str]] = ()
    """Metrics that a site has only once it was opened; see `settled`."""

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

    def recorder(
        self,
        account: str,
        site: Site,
        page: Page | None,
        now: Callable[[], datetime],
        structure_of: Callable[[str], str] = lambda _page: "",
    ) -> Recorder:
        """Return what writes the claims of one page, in the page's own language and number format.

        Args:
            account: The account's alias.
            site: The site that the page speaks of.
            page: The page as it was seen; None where nothing was.
            now: The clock.
            structure_of: Returns how the page of a name is built.
        """
        own = site.locale or "en_US"
        language, locale, numbers = PageLocale("", own, own) if page is None else page_locale(page, own)
        marketplace, version = self.marketplace, self.version
        return Recorder(
            marketplace, account, site, version, now, language, locale, numbers, structure_of=structure_of
        )

    def opened(self, console: Console, site: Site, page: str, /, **query: str) -> Page:
        """Open a page for a site; where it shows another one, follow the console's own switch to ours.

        Args:
            console: The console.
            site: The site that is being read.
            page: The page's name in site.toml.
            **query: What the console is documented to be asked with; one that ignores it is found out.

        Returns:
            The page. Whether it shows the site is judged again where it is read.
        """
        return self._switched(console, site, page, console.open(page, **query))

    def offered(self, console: Console, site: Site, page: str, /, **query: str) -> Page | None:
        """Open a page for a site as `opened` does, where the console has it at all.

        Args:
            console: The console.
            site: The site that is being read.
            page: The page's name in site.toml.
            **query: What the console is documented to be asked with.

        Returns:
            The page; None where the console does not have it.
        """
        seen = console.offered(page, **query)
        return None if seen is None else self._switched(console, site, page, seen)

    def _switched(self, console: Console, site: Site, page: str, seen: Page) -> Page:
        language = console.recorder(site, seen).language or "en"
        must_show = self.toml.pages[page].shows_place
        if not misplaced(seen, self.toml, site, language, must_show=must_show):
            return seen
        address = way_to(seen, self.toml, site, language)
        return console.follow(page, address) if address else seen

    def sites(self, console: Console) -> Sequence[Site]:  # noqa: ARG002 - for consoles that list them
        """Return every site any source names: trading, dormant, pending and merely reachable ones.

        Those of site.toml, unless the console knows more.
        """
        return [row.site() for row in self.toml.sites]

    def enter(self, console: Console, site: Site) -> Site:  # noqa: ARG002 - for flows that switch
        """Go to a site and prove it, or raise Stop; return the site with what was learnt of it."""
        return site

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Yield what every source says of the site's widgets, each while its page is open.

        Everything that site.toml declares, page by page; override it for what no declaration can say.
        """

        def of_page(name: str) -> Iterator[Claim]:
            yield from console.claims(site, self.opened(console, site, name))

        yield from in_turn(*map(of_page, self.toml.read_pages))

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """Return the site with what its readings say about how far it was ever opened; pure.

        A site of whose account a reading says that it is not registered was never opened; one where any of
        the flow's `proofs` is shown was.
        """
        account = {reading.presence for reading in readings if reading.scope is Scope.ACCOUNT}
        if Presence.NOT_REGISTERED in account:
            return replace(site, registration=Registration.NOT_REGISTERED)
        shown = {reading.key.metric for reading in readings if reading.presence is Presence.SHOWN}
        return site if shown.isdisjoint(self.proofs) else replace(site, registration=Registration.ACTIVE)

    def leave(self, console: Console) -> None:  # noqa: B027 - nothing to put back is the common case
        """Put the user's own selection back."""
