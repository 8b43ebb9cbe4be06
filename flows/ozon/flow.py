"""Ozon Seller: the cabinets of a login and their ratings; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from checker.errors import Stop
from checker.flow import Console, Element, Flow, Recorder, body_of, declared_readings, there, unanswered
from checker.model import Outcome, Presence, Reading, Registration, Site
from flows.ozon.ratings import codes_in, error_index_reading, rating_readings
from flows.ozon.summary import summary_readings
from flows.ozon.tables import Tables, tables_of

__all__ = ["OzonFlow"]


class OzonFlow(Flow):
    """Reads the ratings of every cabinet of a login, one after the other."""

    marketplace = "ozon"

    _cabinets: Sequence[tuple[str, str]] = ()
    _own: str = ""
    _at: str = ""

    @cached_property
    def tables(self) -> Tables:
        """The tables of site.toml."""
        return tables_of(self.toml)

    def sites(self, console: Console) -> Sequence[Site]:
        """List the cabinets the console names; the one it is signed in to where it names none."""
        page = console.open("home")
        answer = console.answer("companies")
        body = body_of(answer)
        (menu,) = self.toml.controls["company_menu"]
        if body is None and (answer is not None or page.has(menu.css)):
            raise unanswered(answer, "which cabinets there are")
        self._cabinets = self._listed(body)
        self._own = self._at = self._selected(body)
        (row,) = self.toml.sites
        if not self._cabinets:
            return [row.site()]
        return [
            replace(row.site(), shop=number, label=name or row.label, sources=("companies",))
            for number, name in self._cabinets
        ]

    def enter(self, console: Console, site: Site) -> Site:
        """Choose a cabinet by the console's own switch, unless it is shown already."""
        if site.shop and self._at != site.shop:
            self._choose(console, site.shop)
        return site

    def leave(self, console: Console) -> None:
        """Choose again the cabinet the user had chosen."""
        if self._at != self._own:
            self._choose(console, self._own)

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read everything while the ratings page is open."""
        page = console.open("ratings")
        self._prove(site, self._selected(body_of(console.answer("companies"))))
        recorder: Recorder = console.recorder(site, page.language)
        summary, history = body_of(console.answer("summary")), body_of(console.answer("history"))
        index, orders = console.answer("error_index"), console.answers("error_orders")
        ships = bool(codes_in(summary) & self.tables.seller_ships)
        bodies = {"summary": [summary]}
        if ships or orders:
            bodies["error_orders"] = [body_of(answer) for answer in orders]
        yield from declared_readings(recorder, self.toml, bodies, "ratings")
        yield from summary_readings(recorder, summary)
        yield from rating_readings(recorder, summary, history, self.toml, self.tables)
        if ships or index is not None:
            yield error_index_reading(recorder, body_of(index), self.tables)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A cabinet that has a rating is one that sells."""
        rated = any(r.presence is Presence.SHOWN and r.native in self.toml.codes["status"] for r in readings)
        return replace(site, registration=Registration.ACTIVE) if rated else site

    def _listed(self, body: Any) -> list[tuple[str, str]]:
        rows = there(body, self.tables.companies)
        if body is not None and not isinstance(rows, list):
            raise Stop(Outcome.UNKNOWN_PAGE, "the list of cabinets is not what it should be")
        names: dict[str, str] = {}
        for row in rows or ():
            number = _number(there(row, self.tables.company))
            if not number or number in names:
                raise Stop(Outcome.UNKNOWN_PAGE, "the console lists a cabinet without a number of its own")
            names[number] = str(there(row, self.tables.name) or "")[:80]
        return list(names.items())

    def _selected(self, body: Any) -> str:
        return _number(there(body, self.tables.selected))

    def _prove(self, site: Site, shown: str) -> None:
        """Raise Stop unless the page says that it shows this cabinet."""
        if site.shop and not shown:
            raise Stop(Outcome.UNKNOWN_PAGE, f"nothing on the page says that it shows cabinet {site.shop}")
        if site.shop and shown != site.shop:
            raise Stop(Outcome.WRONG_PLACE, f"asked for cabinet {site.shop}, the page shows {shown}")

    def _choose(self, console: Console, number: str) -> None:
        self._at = number
        console.open("home")
        page = console.press("company_menu")
        (rule,) = self.toml.controls["company"]
        name = dict(self._cabinets).get(number, "")
        places = [at for at, entry in enumerate(page.all(rule.css)) if _is_of(entry, number, name)]
        if len(places) != 1:
            why = f"{len(places)} entries" if places else "no entry"
            raise Stop(Outcome.NOT_REACHABLE, f"the switch of cabinets has {why} for {number}")
        console.press("company", places[0], awaits="companies")


def _number(value: Any) -> str:
    """Return a cabinet's number as text, nothing for what is none."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text[:40] if text.isascii() and text.isdigit() else ""


def _is_of(entry: Element, number: str, name: str) -> bool:
    said = entry.text.split()
    return number in entry.attributes.values() or number in said or (bool(name) and entry.text == name)
