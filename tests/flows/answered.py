"""A console that is nothing but its answers and one page, for reading public samples through a whole flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from checker.flow import Console, Document, Flow, Heard, Page, Recorder, documents_of, page_claims
from checker.model import Claim, Reading, Site, settle_all
from checker.testing import name_of

__all__ = ["BLANK", "Answered", "readings_of"]

BLANK = "<html lang='en'><body><main></main></body></html>"


@dataclass
class Answered:
    """Plays a console whose every page was given the same answers."""

    flow: Flow
    now: datetime
    bodies: Sequence[Any]
    html: str = BLANK
    host: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def open(self, name: str, /, **_query: str) -> Page:
        """Return the one page, whatever it is asked for as."""
        return Page(name, f"/{name}", 200, self.html)

    def offered(self, name: str, **query: str) -> Page:
        """Return the one page, whatever it is asked for as."""
        return self.open(name, **query)

    def at(self, host: str) -> None:
        """Go to a host; it says the same there."""
        self.host = host

    def answer(self, _name: str) -> None:
        """Return nothing: what came is known by what it holds."""

    def documents(self, name: str) -> Sequence[Document]:
        """Return what of the answers fits."""
        heard = [Heard(f"/api/{number}", {}, 200, "", body) for number, body in enumerate(self.bodies)]
        return documents_of(name, self.flow.toml.answers[name].form, heard)

    def recorder(self, site: Site, page: Page | None = None) -> Recorder:
        """Return what writes the claims of the page."""
        return self.flow.recorder("main", site, page, lambda: self.now)

    def claims(self, site: Site, page: Page) -> Iterator[Claim]:
        """Yield everything declared of the page."""
        return page_claims(self.recorder(site, page), self.flow.toml, page, self.documents)


def readings_of(flow: Flow, site: Site, now: datetime, *bodies: Any, html: str = BLANK) -> dict[str, Reading]:
    """Return what a flow makes of answers, by name."""
    console = Answered(flow, now, bodies, html)
    found = settle_all(flow.read(cast("Console", console), site))
    return {name_of(reading.key): reading for reading in found}
