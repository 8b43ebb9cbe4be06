"""Lazada Seller Center: a shop in one country, or one in each of six; sources stand in README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from checker.errors import Stop
from checker.flow import Console, Document, Flow, Page, Recorder, dig, number, page_claims, words_in
from checker.flow.site_toml import SiteRow
from checker.model import (
    Cause,
    CauseKind,
    Claim,
    Kind,
    Origin,
    Outcome,
    Rank,
    Says,
    Scope,
    Site,
    Unit,
)
from checker.model.quantities import read_quantity

__all__ = ["LazadaFlow"]

_STATUS: Final = "account.status"
_POINTS: Final = "account.penalty_points"
_GROUPS: Final = ("fulfilment", "listing", "service", "others")
_OUT_OF: Final = re.compile(r"(?<![\d.,/])\d{1,3}\s*/\s*10(?![\d.,/%])")
"""Points out of the limit at which the platform acts, and no day of a month."""
_REGISTER: Final = "registration form"
"""The name of that state in site.toml: where a host sends whom it does not know."""
_SHUT: Final = (Outcome.SESSION_EXPIRED, Outcome.WRONG_PLACE)
"""How a host turns a login away: to its sign-in or its form to register, or to another country."""


class LazadaFlow(Flow):
    """Reads status, indicators and penalty points in every country whose host lets the login in."""

    marketplace = "lazada"
    proofs = (_STATUS,)

    _inside: str = ""
    """A host that is known to let this login in."""
    _began: str = ""
    """The host that the visit began on, whatever its pages said."""

    def sites(self, console: Console) -> Sequence[Site]:
        """List the one country of a local seller, and all six where nothing says that it is the only one."""
        console.open("home")
        self._began = console.host or self.toml.hosts.start
        sellers = [doc.value for doc in console.documents("seller")]
        countries = {row.code: row for seller in sellers if (row := self._country(seller)) is not None}
        if len(countries) == 1:
            (own,) = countries.values()
            self._inside = own.host
            if any(words_in(dig(seller, "cb")) == "false" for seller in sellers):
                return [replace(own.site(), sources=("seller", "site.toml"))]
        return [row.site() for row in self.toml.sites]

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read the health page of a country: everything is on that one."""
        page = self._opened(console, site)
        if page is None:
            recorder = console.recorder(site)
            origin = Origin("health", "document", _REGISTER)
            key = recorder.key(_STATUS)
            yield recorder.absent(key, Says.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)
            return
        self._prove(console, site)
        self._inside = self._inside or site.host
        recorder = console.recorder(site, page)

        def documents(name: str) -> Sequence[Document]:
            found = console.documents(name)
            return [as_printed(doc, recorder) for doc in found] if name == "performance" else found

        points: dict[str, Claim] = {}
        for claim in page_claims(recorder, self.toml, page, documents):
            said = self.toml.data["causes"].get(claim.native) if claim.key.metric == _STATUS else None
            yield claim if said is None else replace(claim, cause=Cause(CauseKind.UNKNOWN, said))
            points[f"{claim.key.metric}@{claim.key.variant}"] = claim
        yield from _points(recorder, points, out_of=_OUT_OF.search(page.text) is not None)

    def _opened(self, console: Console, site: Site) -> Page | None:
        """Open the health page on a country's host; none where that country was never opened.

        A host that does not let this login in is believed to be closed only while another one still does.
        """
        console.at(site.host)
        try:
            return console.open("health")
        except Stop as stop:
            if stop.outcome not in _SHUT or site.host == self._inside:
                raise
            shut = stop
        if not self._inside:
            if shut.outcome is Outcome.SESSION_EXPIRED:
                # Where the visit began the login was let in: if it is not any more, the session is over.
                console.at(self._began)
                console.open("home")
            why = "no host has let this login in yet: set `sites` of the account to where it sells"
            raise Stop(Outcome.UNKNOWN_PAGE, f"{site.host}: {shut.detail}; {why}")
        console.at(self._inside)
        console.open("home")
        if shut.outcome is Outcome.SESSION_EXPIRED and _REGISTER not in shut.detail:
            why = f"{site.host} asks for the password, and {self._inside} still lets this login in"
            raise Stop(Outcome.UNKNOWN_PAGE, f"{why}: give this country an account of its own, with `home`")
        return None

    def _country(self, seller: Any) -> SiteRow | None:
        """Return the country a shop's short code begins with, none where it begins with no such thing."""
        code = words_in(dig(seller, "short_code"))[:2].upper()
        return next((row for row in self.toml.sites if row.code == code), None)

    def _prove(self, console: Console, site: Site) -> None:
        """Raise Stop where the answers are of another country, or of two shops.

        That the host is the country's own is seen to when it is opened.
        """
        docs = [doc.value for name in ("seller", "performance") for doc in console.documents(name)]
        shown = {row.code for value in docs if (row := self._country(value)) is not None}
        if shown - {site.code}:
            named = ", ".join(sorted(shown))
            raise Stop(Outcome.WRONG_PLACE, f"asked for {site.code}, the page shows a shop of {named}")
        shops = {words_in(dig(value, "seller_id")) for value in docs} - {""}
        if len(shops) > 1:
            raise Stop(Outcome.WRONG_PLACE, f"the answers of {site.code} are those of two shops")


def as_printed(doc: Document, recorder: Recorder) -> Document:
    """Return the indicators as the console prints them, for that is what it judges: 84.997 % is 85 %.

    What is printed otherwise than it was sent is a second entry for the same, with what is printed.
    """
    rows = dig(doc.value, "indicators")
    entries = list(rows.values()) if isinstance(rows, dict) else rows
    if not isinstance(entries, list):
        return doc
    category = dig(doc.value, "main_category_name")
    said = [
        one if not isinstance(one, dict) else {**one, "main_category_name": category, "score": score}
        for one in entries
        for score in (_scores(one, recorder) if isinstance(one, dict) and "score" in one else [None])
    ]
    return replace(doc, value={**doc.value, "indicators": said})


def _scores(entry: dict[str, Any], recorder: Recorder) -> list[Any]:
    """Return the score of an entry as it is printed, and as it was sent too where that is another one."""
    sent, text = entry["score"], words_in(dig(entry, "formatted_score"))
    printed = read_quantity(text, recorder.numbers, recorder.language) if text else None
    if printed is None or printed.bound != "exact":
        return [sent]
    if printed.value is None:
        return [sent] if number(sent) is None else [sent, None]
    exact = number(sent)
    unit = Decimal((0, (1,), min(int(printed.value.as_tuple().exponent), 0)))
    same = exact is not None and abs(exact - printed.value) < unit
    return [printed.value] if same else [sent, printed.value]


def _points(recorder: Recorder, found: dict[str, Claim], *, out_of: bool) -> Iterator[Claim]:
    """Claim the sum of the groups as a second source of the points in all, or that nothing says them.

    A console that counts the older non-compliance points among its indicators has no others, unless its page
    prints a number out of their limit: a label nobody wrote down does not say that they are not there.
    """
    key = recorder.key(_POINTS)
    groups = [found.get(f"lazada.points.{name}@") for name in _GROUPS]
    values = [None if group is None else group.value for group in groups]
    origin = Origin("health", "the page", "the sum of the groups")
    known = [value for value in values if value is not None]
    total = found.get(f"{_POINTS}@")
    if len(known) == len(values) and total is not None:
        yield recorder.shown(
            key,
            scope=Scope.ACCOUNT,
            kind=Kind.POINTS,
            unit=Unit.POINTS,
            rank=Rank.OTHER,
            value=sum(known, Decimal(0)),
            target=total.target,
            origin=origin,
        )
    older = found.get(f"{_POINTS}@ncp")
    if total is None and (older is None or out_of):
        why = "its label is not on the page, or no points stand beside it"
        yield recorder.unreadable(key, why, scope=Scope.ACCOUNT, kind=Kind.POINTS, origin=origin)
