"""The overview, one line for each site, red first; and one site with everything that was read there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from checker.errors import UsageError
from checker.model import BadKeyError, Key, Known
from checker.model import Place as PlaceId
from checker.report.confirmed import confirmed_in_all
from checker.report.facts import measured, site_name, title
from checker.report.findings import Finding, tally
from checker.report.formats import format_age, format_moment
from checker.report.lists import short_id
from checker.report.overview import (
    coverage_text,
    rating_text,
    rest_line,
    tally_text,
    worst_text,
)
from checker.report.pages import Badge, SiteView, Voice, account_views, view_of_finding
from checker.report.rollup import SiteStanding, Standing, count_standings, roll_up
from checker.report.safe import printable
from checker.report.status import status_of
from checker.run.confirming import Confirmations
from checker.serve.desk import Desk, Snapshot
from checker.settings import Account

__all__ = ["Asked", "FindingLine", "Overview", "ShopLine", "finding_lines", "overview", "shop"]

PAGE: Final = 200
_ORDER: Final = list(Standing)
_LONGEST_SEARCH: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines of the overview are wanted."""

    account: str = ""
    marketplace: str = ""
    owner: str = ""
    level: str = ""
    search: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Return what an address asks for; what makes no sense asks for nothing."""
        page = query.get("page", "")
        return cls(
            query.get("account", ""),
            query.get("marketplace", ""),
            query.get("owner", ""),
            query.get("level", "") if query.get("level", "") in {*_ORDER, "red"} else "",
            query.get("q", "").strip()[:_LONGEST_SEARCH],
            int(page) if page.isascii() and page.isdigit() and len(page) < len("10000") else 1,
        )

    @property
    def is_all(self) -> bool:
        """Whether every line is wanted."""
        return not (self.account or self.marketplace or self.owner or self.level or self.search)

    def address(self, page: int) -> str:
        """Return the address of another page of the same."""
        asked = {
            "account": self.account,
            "marketplace": self.marketplace,
            "owner": self.owner,
            "level": self.level,
            "q": self.search,
            "page": str(page),
        }
        return f"/?{urlencode({name: text for name, text in asked.items() if text})}"


@dataclass(frozen=True, slots=True)
class ShopLine:
    """One site as a line; everything in it was made safe to show."""

    address: str
    badge: Badge
    site: str
    registration: str
    account: str
    owner: str
    rating: str
    worst: str
    open: str
    read: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as a line."""

    address: str
    badge: Badge
    site: str
    account: str
    title: str
    said: str
    since: str
    due: str
    known_to: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page.

    notes: what a person must do so that anything is read. choices: what can be filtered by, with its words.
    """

    headline: str
    mood: str
    counts: tuple[tuple[Badge, int, str], ...]
    rest: str
    notes: tuple[str, ...]
    lines: tuple[ShopLine, ...]
    shown: int
    total: int
    pages: int
    choices: Mapping[str, tuple[tuple[str, str], ...]]


def overview(desk: Desk, voice: Voice, asked: Asked) -> Overview:
    """Return the first page, as filtered."""
    snapshot, words = desk.look(), voice.words
    ordered = sorted(snapshot.standings, key=_urgency)
    wanted = [line for line in ordered if _is_asked(line, asked, desk, voice)]
    pages = max(1, -(-len(wanted) // PAGE))
    first = (min(max(asked.page, 1), pages) - 1) * PAGE
    counts = count_standings(snapshot.standings)
    counted = tally(snapshot.findings)
    unread = sum(len(entry.states) for entry in snapshot.unread if not entry.unavailable)
    return Overview(
        tally_text(counted, voice.language) if counted.total else words.say("findings_none"),
        _mood(snapshot.standings),
        tuple(
            (voice.badge(one), counts[one], Asked(level=one.value).address(1))
            for one in Standing
            if counts[one]
        ),
        " ".join(
            text
            for text in (
                rest_line(snapshot.standings, unread, voice.language) if snapshot.standings else "",
                words.page("is_behind") if desk.is_behind else "",
            )
            if text
        ),
        tuple(_notes(desk, snapshot, voice)),
        tuple(_line(desk, line, voice) for line in wanted[first : first + PAGE]),
        len(wanted),
        len(ordered),
        pages,
        _choices(desk, snapshot, voice),
    )


def _urgency(line: SiteStanding) -> tuple[int, str, str, str]:
    place = line.place
    return _ORDER.index(line.standing), place.account, place.site.code, place.site.shop


def _mood(standings: Sequence[SiteStanding]) -> str:
    """Return the colour of the page's upper edge: that of the worst there is."""
    worst = min((_ORDER.index(line.standing) for line in standings), default=None)
    return "no-rating" if worst is None else _ORDER[worst].value.replace("_", "-")


def _is_asked(line: SiteStanding, asked: Asked, desk: Desk, voice: Voice) -> bool:
    place, account = line.place, desk.accounts.get(line.place.account)
    owner = "" if account is None else account.owner or ""
    if asked.level == "red":
        fits = line.standing in (Standing.DEACTIVATED, Standing.CRITICAL)
    else:
        fits = asked.level in ("", line.standing.value)
    return (
        fits
        and asked.account in ("", place.account)
        and asked.marketplace in ("", place.marketplace)
        and asked.owner in ("", owner)
        and _is_found(asked.search, line, account, voice)
    )


def _is_found(search: str, line: SiteStanding, account: Account | None, voice: Voice) -> bool:
    if not search:
        return True
    place = line.place
    called = () if account is None else (account.name or "", account.owner or "", account.group or "")
    texts = (
        place.marketplace,
        place.account,
        site_name(place, voice.words),
        *called,
        worst_text(line, voice.language),
    )
    whole = " ".join(texts).casefold()
    return all(word in whole for word in search.casefold().split())


def _line(desk: Desk, line: SiteStanding, voice: Voice) -> ShopLine:
    place, account = line.place, desk.accounts.get(line.place.account)
    return ShopLine(
        address_of(place.id),
        voice.badge(line.standing),
        site_name(place, voice.words),
        voice.words.word("registrations", place.site.registration.value),
        account_text(desk, place.marketplace, place.account),
        "" if account is None else printable(account.owner or "", 80),
        rating_text(line, voice.language),
        worst_text(line, voice.language),
        str(line.open) if line.open else "",
        coverage_text(line, voice.now, voice.language),
    )


def address_of(place: PlaceId) -> str:
    """Return the address of the page of a site."""
    return f"/shop?{urlencode({'at': str(place)})}"


def account_text(desk: Desk, marketplace: str, alias: str) -> str:
    """Return an account by its marketplace and the name people call it by."""
    account = desk.accounts.get(alias)
    called = alias if account is None or not account.name else f"{account.name} ({alias})"
    return printable(f"{marketplace} · {called}", 160)


def _notes(desk: Desk, snapshot: Snapshot, voice: Voice) -> Iterable[str]:
    """Yield which accounts are late or shut, in the words of `checker status`."""
    settings, words = desk.settings, voice.words
    accounts = [
        alias
        for alias, account in settings.accounts.items()
        if account.enabled and settings.is_marketplace_enabled(account.marketplace)
    ]
    limit = settings.findings.rules.stale_after
    found = status_of(
        snapshot.known, snapshot.places, accounts, snapshot.latches, voice.now, limit, snapshot.quiet
    )
    for latch in found.latched:
        outcome = words.word("outcomes", latch.outcome.value)
        yield words.colon(
            printable(latch.account, 60), words.join((outcome, words.advice(latch.outcome, (latch.account,))))
        )
    for alias, at in found.late.items():
        age = words.say("never_read") if at is None else format_age(at, voice.now, voice.language)
        yield words.say("status_late", account=printable(alias, 60), age=age)


def _choices(desk: Desk, snapshot: Snapshot, voice: Voice) -> Mapping[str, tuple[tuple[str, str], ...]]:
    accounts = sorted({line.place.account for line in snapshot.standings})
    named = {
        alias: desk.accounts[alias].name if alias in desk.accounts and desk.accounts[alias].name else alias
        for alias in accounts
    }
    owners = sorted({one.owner for one in desk.accounts.values() if one.owner})
    markets = sorted({line.place.marketplace for line in snapshot.standings})
    levels = [("red", voice.words.page("any_red"))]
    levels += [(one.value, voice.words.word("standings", one.value)) for one in Standing]
    return {
        "account": tuple((alias, printable(named[alias] or alias, 80)) for alias in accounts),
        "marketplace": tuple((name, printable(name, 60)) for name in markets),
        "owner": tuple((name, printable(name, 80)) for name in owners),
        "level": tuple(levels),
    }


def finding_lines(desk: Desk, voice: Voice, findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
    """Return findings as lines, in the order they come in."""
    return tuple(_finding_line(desk, voice, finding) for finding in findings)


def _finding_line(desk: Desk, voice: Voice, finding: Finding) -> FindingLine:
    view = view_of_finding(voice, finding, "finding")
    reading = finding.reading
    said = "" if reading is None else measured(reading, voice.language) or printable(reading.native, 80)
    known_to = "" if finding.ack is None else printable(finding.ack.by, 60)
    if finding.is_muted and not known_to:
        known_to = voice.words.page("snoozed")
    return FindingLine(
        f"/finding/{short_id(finding.parts[0].key)}",
        view.badge,
        view.site,
        account_text(desk, finding.key.marketplace, finding.key.account),
        title(finding, voice.words),
        said,
        view.age,
        view.due,
        known_to,
    )


@dataclass(frozen=True, slots=True)
class Shop:
    """One site: how it stands, what is open there, and everything that was read, with its history."""

    at: str
    badge: Badge
    name: str
    account: str
    owner: str
    view: SiteView
    seen: str
    confirmed: str
    findings: tuple[FindingLine, ...]
    history: Mapping[str, str]


def shop(desk: Desk, voice: Voice, text: str) -> Shop:
    """Return one site; UsageError if there is none of that name."""
    snapshot = desk.look()
    try:
        wanted = PlaceId.parse(text)
    except BadKeyError:
        wanted = None
    place = None if wanted is None else snapshot.by_place.get(wanted)
    if wanted is None or place is None:
        raise UsageError(voice.words.page("no_shop"), hint=voice.words.page("no_shop_hint"))
    states = desk.states_at(wanted)
    stale_after = desk.settings.findings.rules.stale_after

    def fresh(state: Known) -> bool:
        return voice.now - state.last.observed_at <= stale_after

    asked = (place,)
    standings = [line for line in snapshot.standings if line.place.id == wanted]
    standings = standings or list(roll_up(states, asked, {}, fresh))
    if not standings:
        raise UsageError(voice.words.page("left_out"), hint=voice.words.page("no_shop_hint"))
    kept = Confirmations(desk.settings.paths.data_dir).read()
    views = account_views(replace(voice, confirmed=kept), standings, states, fresh, asked)
    view = next(views).sites[0]
    account = desk.accounts.get(wanted.account)
    seen = standings[0].seen_at
    kept = Confirmations(desk.settings.paths.data_dir).read()
    return Shop(
        str(wanted),
        view.badge,
        site_name(place, voice.words),
        account_text(desk, wanted.marketplace, wanted.account),
        "" if account is None else printable(account.owner or "", 80),
        view,
        "" if seen is None else format_moment(seen, place.site.zone, voice.language),
        confirmed_in_all(states.values(), kept, voice.words),
        finding_lines(desk, voice, (one for one in snapshot.findings if one.key.place == wanted)),
        _histories(states, voice),
    )


def _histories(states: Mapping[Key, Known], voice: Voice) -> Mapping[str, str]:
    """Return the address of the history of each widget, by the name its row has."""
    return {
        printable(voice.words.name(key), 120): f"/history?{urlencode({'key': str(key)})}"
        for key in states
        if not key.item
    }
