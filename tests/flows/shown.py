"""A console that shows one page, to which some answers came: for reading samples and made-up pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from checker.flow import Console, Document, Flow, Heard, Page, Recorder, SiteToml, documents_of, page_claims
from checker.model import Claim, Reading, Site, settle_all
from checker.testing import name_of

__all__ = ["Shown", "readings_of"]

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Shown:
    """The console; `bodies` are the answers by their addresses."""

    def __init__(self, flow: Flow, bodies: Mapping[str, Any], html: str, host: str = "") -> None:
        self._flow = flow
        self._heard = [Heard(path, {}, 200, f"https://x{path}", body) for path, body in bodies.items()]
        self._html = html
        self.host = host

    @property
    def toml(self) -> SiteToml:
        """The flow's data."""
        return self._flow.toml

    def open(self, name: str, **_query: str) -> Page:
        """Return the page."""
        return Page(name, "https://x/", 200, self._html)

    def offered(self, name: str, **query: str) -> Page:
        """Return the page: everything is offered here."""
        return self.open(name, **query)

    def at(self, host: str) -> None:
        """Be there already."""

    def documents(self, name: str) -> list[Document]:
        """Return what fits an answer of site.toml."""
        return list(documents_of(name, self.toml.answers[name].form, self._heard))

    def recorder(self, site: Site, page: Page | None = None) -> Recorder:
        """Return what writes claims, in the page's language."""
        return self._flow.recorder("main", site, page, lambda: NOW)

    def claims(self, site: Site, page: Page) -> Iterator[Claim]:
        """Yield everything that site.toml declares."""
        return page_claims(self.recorder(site, page), self.toml, page, self.documents)


def readings_of(flow: Flow, site: Site, bodies: Mapping[str, Any], text: str = "") -> dict[str, Reading]:
    """Return what a flow reads of a site from answers and a page, by name."""
    html = f'<html lang="en"><body><main>{text}</main></body></html>'
    console = cast(Console, Shown(flow, bodies, html))
    return {name_of(reading.key): reading for reading in settle_all(flow.read(console, site))}
