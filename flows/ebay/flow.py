"""eBay Seller Hub: one seller, a level for each program; what is sourced stands in README.md beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from checker.errors import Stop
from checker.flow import Answer, Console, Flow, Page, Recorder, body_of, dig
from checker.model import (
    Cycle,
    Kind,
    Level,
    Origin,
    Outcome,
    Presence,
    Reading,
    Registration,
    Scope,
    Site,
)
from flows.ebay.profile import profile_readings, program_of
from flows.ebay.service import service_by_page, service_readings
from flows.ebay.tables import Tables, tables_of
from flows.ebay.violations import count_readings, listing_readings

__all__ = ["EbayFlow"]

_NOT_THERE = (Outcome.UNKNOWN_PAGE, Outcome.FORBIDDEN, Outcome.SITE_DOWN, Outcome.TIMEOUT)


class EbayFlow(Flow):
    """Reads the seller level of each program, its service metrics and its listing violations."""

    marketplace = "ebay"

    @cached_property
    def tables(self) -> Tables:
        """The tables of site.toml."""
        return tables_of(self.toml)

    def sites(self, console: Console) -> Sequence[Site]:
        """List the four programs; the console's own list says which of them know this seller."""
        console.open("overview")
        body = body_of(console.answer("profiles"))
        known = _programs(body)
        return [
            Site(
                row.code,
                row.native_id,
                row.label,
                _registration(row.native_id, known),
                country=row.country,
                locale=row.locale,
                zone=row.zone,
                currency=row.currency,
                sources=("site.toml",) if known is None else ("site.toml", "profiles"),
            )
            for row in self.toml.sites
        ]

    def read(self, console: Console, site: Site) -> Iterator[Reading]:
        """Read the dashboard, the service metrics, the listing violations."""
        page = console.open("dashboard", program=site.native_id)
        answers = {cycle: console.answer(cycle.value) for cycle in Cycle}
        recorder = _recorder(console, site, page)
        _prove(site, answers)
        if self._never_opened(page, answers):
            key = recorder.key("account.level")
            origin = Origin("dashboard", "document", "no level in this region")
            yield recorder.absent(key, Presence.NOT_REGISTERED, scope=Scope.ACCOUNT, origin=origin)
            return
        bodies = {cycle: _body(answer) for cycle, answer in answers.items() if answer is not None}
        yield from profile_readings(recorder, page, bodies, self.toml, self.tables)
        yield from self._badge(recorder, page)
        yield from self._service(console, site)
        yield from self._violations(console, site)

    def settled(self, site: Site, readings: Sequence[Reading]) -> Site:
        """A program with a level is one the seller trades in, whatever the list said."""
        level = next((r for r in readings if r.key.metric == "account.level"), None)
        if level is None or level.presence is Presence.UNREADABLE:
            return site
        opened = level.presence is not Presence.NOT_REGISTERED
        return replace(site, registration=Registration.ACTIVE if opened else Registration.NOT_REGISTERED)

    def _never_opened(self, page: Page, answers: dict[Cycle, Answer | None]) -> bool:
        """Tell whether the page says that there is no level here, and no answer says that there is one."""
        said = page.text.casefold()
        levels = [dig(body_of(answer), "standardsLevel") for answer in answers.values()]
        return not any(levels) and any(text.casefold() in said for text in self.tables.no_level)

    def _badge(self, recorder: Recorder, page: Page) -> Iterator[Reading]:
        """Yield the Top Rated Plus badge where the page has it; to lose it is information, not red."""
        found = [
            element for element in page.all("main *") if element.text.casefold() in self.tables.top_rated_plus
        ]
        if found:
            origin = Origin("dashboard", "document", "Top Rated Plus")
            key = recorder.key("account.badge")
            yield recorder.word(key, found[0].text, Level.OK, scope=Scope.METRIC, origin=origin)

    def _service(self, console: Console, site: Site) -> Iterator[Reading]:
        page, problem = _opened(console, "service", site)
        recorder = _recorder(console, site, page)
        for service in self.tables.services:
            if page is None:
                yield recorder.unreadable(recorder.key(service.metric), problem, kind=Kind.RATE)
                continue
            answer = console.answer(service.answer)
            if answer is None and not console.blocked:
                yield service_by_page(recorder, service, page, self.toml)
            else:
                yield from service_readings(recorder, service, body_of(answer), self.toml, self.tables)

    def _violations(self, console: Console, site: Site) -> Iterator[Reading]:
        page, problem = _opened(console, "compliance", site)
        recorder = _recorder(console, site, page)
        if page is None:
            key = recorder.key("policy.violations.total")
            yield recorder.unreadable(key, problem, kind=Kind.COUNT)
            return
        yield from count_readings(recorder, _none_if_empty(console.answer("violation_summary")), self.tables)
        listed: list[Any] = [body_of(answer) for answer in console.answers("violations")]
        yield from listing_readings(recorder, listed, self.toml)


def _body(answer: Answer) -> Any:
    """Return an answer's JSON; an answer that came and is no JSON holds nothing, which is not "no call"."""
    return {} if answer.status == 200 and answer.body is None else body_of(answer)  # noqa: PLR2004 - HTTP's OK


def _programs(body: Any) -> frozenset[str] | None:
    """Return the programs the console lists, or none if it lists nothing that can be understood."""
    profiles = dig(body, "standardsProfiles")
    if not isinstance(profiles, list):
        return None
    return frozenset(program_of(profile) for profile in profiles) - {""}


def _registration(program: str, known: frozenset[str] | None) -> Registration:
    if known is None:
        return Registration.UNKNOWN
    return Registration.ACTIVE if program in known else Registration.NOT_REGISTERED


def _prove(site: Site, answers: dict[Cycle, Answer | None]) -> None:
    """Raise Stop where an answer speaks of another program than was asked for."""
    for answer in answers.values():
        program = program_of(body_of(answer))
        if program not in ("", site.native_id):
            raise Stop(Outcome.WRONG_PLACE, f"asked for {site.native_id}, answered for {program[:40]}")


def _opened(console: Console, name: str, site: Site) -> tuple[Page | None, str]:
    """Open a page whose address is inferred: that it is not there must not end the visit."""
    try:
        return console.open(name, program=site.native_id), ""
    except Stop as stop:
        if stop.outcome not in _NOT_THERE:
            raise
        return None, f"its page could not be opened: {stop.outcome.value} {stop.detail}"[:200]


def _recorder(console: Console, site: Site, page: Page | None) -> Recorder:
    """Return what writes a page's readings, in the language and number format the page is in."""
    language = "" if page is None else page.language
    locale = language.replace("-", "_") or site.locale
    return console.recorder(replace(site, locale=locale), language)


def _none_if_empty(answer: Answer | None) -> Any:
    """Return a summary; the API answers 204, without content, where no listing breaks anything."""
    if answer is not None and answer.status == 204:  # noqa: PLR2004 - HTTP's "no content"
        return {"violationSummaries": []}
    return body_of(answer)
