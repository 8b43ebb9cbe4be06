"""The report as one self-contained page: no scripts, nothing loaded from anywhere, pictures inside.

It opens with what is newly red: where, why, since when, what to do by when, the screenshot beside it.
Page text reaches it through `printable` and autoescape; a content policy forbids what would slip through.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checker.collecting import without_collection
from checker.files import write_private
from checker.model import Key, Known, Run
from checker.model.confirmed import Confirmation
from checker.report._parts import Badge, Voice, language_tag
from checker.report._pictures import Gallery, Subject
from checker.report._sites import AccountView, SiteView, account_views
from checker.report._view import FindingView, finding_subject, finding_view, unread_subject, unread_view
from checker.report.events import event_text, event_title
from checker.report.findings import Finding, Sections, sections
from checker.report.formats import format_moment
from checker.report.overview import covered_text, headline, rest_line, unread_title
from checker.report.rollup import (
    STALE_AFTER,
    Place,
    SiteStanding,
    Standing,
    count_standings,
    freshness,
    merged,
    places_of,
    roll_up_run,
)
from checker.report.safe import printable, well_formed

__all__ = ["Evidence", "render_html", "write_html", "write_whole"]

Evidence = Callable[[str], bytes | None]
"""Returns the bytes of a piece of evidence by its name, or none if it is not there."""

_NOTHING: Final[Mapping[Key, Confirmation]] = MappingProxyType({})
_DISTRIBUTION: Final = "marketplace-health-checker"
_PLAIN_NAME = re.compile(r"[\w.-][\w .+=@/-]*\Z")
# A report is mailed, and opened on a phone, however many shops it is of. What has less to tell gives way:
# pictures are made small, and what was read on shops in order is left out.
_PAGE: Final = 1_900_000
_FRAME: Final = 30_000
_CARD: Final = 4_000
_ROW: Final = 450
_LEAST_FOR_PICTURES: Final = 200_000
# Full cards first; what the reader knows already is folded.
_FULL: Final = ("red", "deadlines", "worsened", "warnings")
_FOLDED: Final = ("vanished", "better", "sites", "still_open")


def write_html(
    path: Path,
    run: Run,
    known: Mapping[Key, Known],
    places: Iterable[Place],
    evidence: Evidence,
    *,
    now: datetime,
    language: str = "en",
    evidence_root: Path | None = None,
    stale_after: timedelta = STALE_AFTER,
    confirmed: Mapping[Key, Confirmation] = _NOTHING,
) -> None:
    """Write the report to `path`, whole or not at all, readable by its owner only.

    evidence_root: the folder evidence names are relative to, for pictures too large to embed.
    confirmed: what people said of readings after they compared them with the console.
    """
    to = _linker(evidence_root, path.parent)
    with without_collection():
        page = render_html(
            run,
            known,
            places,
            evidence,
            now=now,
            language=language,
            link_to=to,
            stale_after=stale_after,
            confirmed=confirmed,
        )
    write_whole(path, well_formed(page).encode())


def render_html(
    run: Run,
    known: Mapping[Key, Known],
    places: Iterable[Place],
    evidence: Evidence,
    *,
    now: datetime,
    language: str = "en",
    link_to: Callable[[str], str] = lambda _: "",
    stale_after: timedelta = STALE_AFTER,
    confirmed: Mapping[Key, Confirmation] = _NOTHING,
) -> str:
    """Return the report as one page.

    known: the state of every account, whether the run visited it or not. link_to: the address of a piece of
    evidence, or nothing. stale_after: how old the state of a site may be that the run did not visit.
    """
    settled = tuple(places)
    places = places_of(run.visits, settled)
    voice = Voice(now, language, confirmed)
    # Once for all that asks for it: what a run read on top of what is known.
    known = merged(known, run)
    found = sections(run, known, places)
    standings = roll_up_run(run, known, settled, stale_after)
    fresh = freshness(run, stale_after)
    accounts = list(account_views(voice, standings, known, fresh, settled))
    draw = _Draw(voice, link_to)
    lines = len(_coverage(draw, accounts, 0).encode())
    cards = sum(len(getattr(found, name)) for name in (*_FULL, "unread", *_FOLDED))
    room = _PAGE - _FRAME - lines - cards * _CARD
    room -= min(room // 3, len(known) * _ROW)
    gallery = Gallery(_subjects(found, voice), evidence, max(room, _LEAST_FOR_PICTURES))
    findings = draw.part(
        "report_findings.html.j2",
        full=_with_banners(_views(found, _FULL, voice, gallery), found, voice, places),
        unread=[unread_view(voice, entry, f"unread-{n}", gallery) for n, entry in enumerate(found.unread, 1)],
        unread_events=[
            (event_title(event, voice.words), event_text(event, voice.words, {p.id: p for p in places}))
            for event in found.unreadable_events
        ],
        unavailable=[
            (unread_title(entry, voice.words), entry.accepted, printable(str(entry.states[0].key), 200))
            for entry in found.unavailable
        ],
        folded=_views(found, _FOLDED, voice, gallery),
    )
    pictures = draw.part("report_pictures.html.j2", shared=gallery.shared)
    room = _PAGE - _FRAME - lines - len(findings.encode()) - len(pictures.encode())
    return draw.part(
        "report.html.j2",
        css=_css(),
        run=run,
        headline=headline(found, language),
        is_red=bool(found.red),
        mood=_mood(found),
        covered=covered_text(run, standings, language),
        bottom=rest_line(standings, sum(len(entry.states) for entry in found.unread), language),
        counts=_counts(standings, voice),
        glance=_glance(found),
        moment=format_moment(run.finished_at, "UTC", language),
        findings=findings,
        coverage=_coverage(draw, accounts, room),
        pictures=pictures,
        facts=_run_facts(run, voice),
    )


class _Draw:
    """Draws parts of the page."""

    def __init__(self, voice: Voice, link_to: Callable[[str], str]) -> None:
        self._given = {"words": voice.words, "link_to": link_to}
        self._parts: Any = _environment().get_template("parts.html.j2").make_module(self._given)

    def part(self, template: str, **given: object) -> Markup:
        """Return a part, drawn by a template of its own, which escaped whatever it was given."""
        text = _environment().get_template(template).render(**self._given, **given)
        return Markup(text)  # noqa: S704 - drawn with autoescape

    def line(self, site: SiteView, detail: str = "") -> Markup:
        """Return the line of a site, with what was read there folded below it."""
        return Markup(self._parts.site_row(site, detail))  # noqa: S704 - drawn with autoescape

    def detail(self, site: SiteView) -> Markup:
        """Return what was read on a site."""
        return Markup(self._parts.site_detail(site))  # noqa: S704 - drawn with autoescape


def _coverage(draw: _Draw, accounts: Sequence[AccountView], room: int) -> Markup:
    """Return every account with its sites, and what was read there, the worst first, as room allows."""
    order = list(Standing)
    sites = [site for account in accounts for site in account.sites]
    details: dict[int, Markup] = {}
    for site in sorted(sites, key=lambda site: order.index(site.standing)):
        if room <= 0:
            break
        detail = draw.detail(site)
        room -= len(detail.encode())
        if room < 0:
            break
        details[id(site)] = detail
    lines = [
        (account, [draw.line(site, details.get(id(site), "")) for site in account.sites])
        for account in accounts
    ]
    return draw.part("report_coverage.html.j2", accounts=lines, left_out=len(sites) - len(details))


def _glance(found: Sections) -> list[tuple[str, int]]:
    """Return the sections of the page, in order, each with how much is in it."""
    named = (*_FULL, "unread", *_FOLDED, "unavailable")
    counted = [(name, len(getattr(found, name))) for name in named]
    return [*((name, count) for name, count in counted if count), ("coverage", 0)]


def _subjects(found: Sections, voice: Voice) -> Iterable[Subject]:
    """Yield whatever has pictures, in the order of the page."""
    for name in _FULL:
        for anchor, finding in _anchored(found, name):
            yield finding_subject(voice, finding, anchor)
    for number, entry in enumerate(found.unread, 1):
        yield unread_subject(voice, entry, f"unread-{number}")
    for name in _FOLDED:
        for anchor, finding in _anchored(found, name):
            yield finding_subject(voice, finding, anchor)


def _anchored(found: Sections, name: str) -> Iterable[tuple[str, Finding]]:
    group: Sequence[Finding] = getattr(found, name)
    return ((f"{name}-{number}", finding) for number, finding in enumerate(group, 1))


def _views(
    found: Sections, names: Iterable[str], voice: Voice, gallery: Gallery
) -> list[tuple[str, list[FindingView]]]:
    views = (
        (name, [finding_view(voice, f, a, gallery) for a, f in _anchored(found, name)]) for name in names
    )
    return [(name, group) for name, group in views if group]


def _with_banners(
    views: list[tuple[str, list[FindingView]]], found: Sections, voice: Voice, places: Iterable[Place]
) -> list[tuple[str, list[FindingView]]]:
    """Give the first finding of each event the event's sentence."""
    at = {place.id: place for place in places}
    told: set[str] = set()
    for name, group in views:
        for number, finding in enumerate(getattr(found, name)):
            event = found.events.get(finding.event)
            if event is not None and event.id not in told:
                told.add(event.id)
                banner = (event_title(event, voice.words), event_text(event, voice.words, at))
                group[number] = replace(group[number], banner=banner)
    return views


def _mood(found: Sections) -> str:
    """Return the colour of the page's upper edge, as a class: green only if there is nothing to say."""
    if found.red or found.tally.is_red:
        return "critical"
    if found.unread:
        return "unknown"
    return "" if found.news or found.still_open else "ok"


def _counts(standings: Sequence[SiteStanding], voice: Voice) -> list[tuple[Badge, int]]:
    counts = count_standings(standings)
    return [(voice.badge(standing), counts[standing]) for standing in Standing if counts[standing]]


def _run_facts(run: Run, voice: Voice) -> list[tuple[str, str]]:
    words, language = voice.words, voice.language
    named = dict.fromkeys(reading.flow for reading in run.readings if reading.flow)
    flows = dict.fromkeys(printable(flow, 80) for flow in named)
    facts = [
        ("run", printable(run.run_id, 120)),
        ("started", format_moment(run.started_at, "UTC", language)),
        ("finished", format_moment(run.finished_at, "UTC", language)),
        ("exit_code", str(run.exit_code)),
        ("versions", words.join((f"checker {_version()}", *flows))),
        ("times", words.say("site_time")),
    ]
    return [(words.label(name), text) for name, text in facts]


def _version() -> str:
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return "?"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("checker.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["language_tag"] = language_tag
    return environment


@cache
def _css() -> Markup:
    text = (files("checker.report") / "templates" / "report.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file, nothing of a page is in it


def _linker(root: Path | None, folder: Path) -> Callable[[str], str]:
    """Return what turns the name of evidence into an address relative to the report, or into nothing."""

    def link(name: str) -> str:
        parts = PurePosixPath(name).parts
        if root is None or not _PLAIN_NAME.match(name) or ".." in parts:
            return ""
        return "./" + quote(Path(os.path.relpath(root / name, folder)).as_posix())

    return link


def write_whole(path: Path, data: bytes) -> None:
    """Write a report for its owner only, beside the target, then move it there: nobody sees half of it."""
    write_private(path, data)
