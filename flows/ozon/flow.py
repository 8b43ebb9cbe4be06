"""Ozon Seller: the cabinets of a login and their ratings; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from checker.errors import Stop
from checker.flow import (
    Console,
    Document,
    Element,
    Flow,
    Measured,
    Recorder,
    dig,
    entries_of,
    number,
    page_claims,
    shops_offered,
    there,
    unanswered,
    words_in,
)
from checker.model import (
    Claim,
    Comparator,
    Kind,
    Origin,
    Outcome,
    Presence,
    Reading,
    Registration,
    Scope,
    Site,
    Target,
    TargetOrigin,
)
from flows.ozon.joined import with_limits, with_units

__all__ = ["OzonFlow", "error_index_claims", "ratings_documents"]

_PERIOD: Final = ("period_from", "period_to", "processing_costs_sum", "currency_code")
_SANE: Final = (Decimal(0), Decimal(100))


class OzonFlow(Flow):
    """Reads the ratings of every cabinet of a login, one after the other."""

    marketplace = "ozon"

    _cabinets: dict[str, str] = {}  # noqa: RUF012 - replaced, never changed
    _own: str = ""
    _at: str = ""
    _unnamed: bool = False

    def sites(self, console: Console) -> Sequence[Site]:
        """List the cabinets the console names; the one it is signed in to where it names none."""
        page = console.open("home")
        self._cabinets = self._listed(console)
        self._own = self._at = self._selected(console)
        (row,) = self.toml.sites
        if not self._cabinets:
            answer = console.answer("companies")
            if answer is not None and answer.status != HTTPStatus.OK:
                raise unanswered(answer, "which cabinets there are")
            # A menu of cabinets that nothing lists may hold others than the one that is read.
            self._unnamed = page.has(self.toml.controls["company_menu"][0].css) or bool(shops_offered(page))
            return [row.site()]
        return [
            replace(row.site(), shop=number, label=name or row.label, sources=("companies",))
            for number, name in self._cabinets.items()
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

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read everything while the ratings page is open."""
        page = console.open("ratings")
        self._prove(site, self._selected(console))
        recorder = console.recorder(site, page)
        if self._unnamed:
            why = "the console has a menu, and no answer that lists cabinets: only the open one was read"
            yield recorder.unreadable(recorder.key("policy.list", "cabinets"), why, scope=Scope.LIST)
        documents = ratings_documents(console.documents)
        yield from page_claims(recorder, self.toml, page, documents)
        yield from error_index_claims(recorder, documents("error_index"), self.toml.data["error_index_warns"])

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A cabinet that has a rating is one that sells."""
        rated = any(r.presence is Presence.SHOWN and r.native in self.toml.codes["status"] for r in readings)
        return replace(site, registration=Registration.ACTIVE) if rated else site

    def _listed(self, console: Console) -> dict[str, str]:
        names: dict[str, str] = {}
        for doc in console.documents("companies"):
            for row in entries_of(there(doc.value, self.toml.data["companies"])):
                number = _digits(there(row, self.toml.data["company"]))
                if not number or number in names:
                    why = "the console lists a cabinet without a number of its own"
                    raise Stop(Outcome.UNKNOWN_PAGE, why)
                names[number] = words_in(there(row, self.toml.data["name"]))[:80]
        return names

    def _selected(self, console: Console) -> str:
        shown = {_digits(there(d.value, self.toml.data["selected"])) for d in console.documents("companies")}
        return shown.pop() if len(shown) == 1 else ""

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
        name = self._cabinets.get(number, "")
        places = [at for at, entry in enumerate(page.all(rule.css)) if _is_of(entry, number, name)]
        if len(places) != 1:
            why = f"{len(places)} entries" if places else "no entry"
            raise Stop(Outcome.NOT_REACHABLE, f"the switch of cabinets has {why} for {number}")
        console.press("company", places[0], awaits="companies")


def ratings_documents(documents: Any) -> Any:
    """Return what gives documents with summary and history put beside one another."""

    def joined(name: str) -> Sequence[Document]:
        found: Sequence[Document] = documents(name)
        if name == "summary":
            return [with_limits(doc, documents("history")) for doc in found]
        if name == "history":
            return [with_units(doc, documents("summary")) for doc in found]
        return found

    return joined


def error_index_claims(recorder: Recorder, documents: Sequence[Document], line: Any) -> Iterator[Claim]:
    """Claim the error index, held against our line only where that means the same in both its units.

    Scripts disagree on which of the two it is, and no declared row can hold one number both ways.
    """
    key = recorder.key("ozon.fbs_error_index")
    limit = Target(Decimal(str(line)), Comparator.LTE, TargetOrigin.TABLE)
    for doc in documents:
        value = number(dig(doc.value, "index"))
        is_clear = value is not None and limit.met_by(value) is limit.met_by(value * 100)
        measured = Measured(value, target=limit if is_clear else None, sane=_SANE)
        details = tuple((name, text[:80]) for name in _PERIOD if (text := words_in(dig(doc.value, name))))
        origin = Origin("ratings", "the error_index answer", "index")
        yield from recorder.measured(key, measured, {}, kind=Kind.SCORE, details=details, origin=origin)


def _digits(value: Any) -> str:
    """Return a cabinet's number as text, nothing for what is none."""
    text = words_in(value)
    return text[:40] if text.isascii() and text.isdigit() else ""


def _is_of(entry: Element, number: str, name: str) -> bool:
    said = entry.text.split()
    return number in entry.attributes.values() or number in said or (bool(name) and entry.text == name)
