"""What was read and what was not, and what proves it: coverage and sealed evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlencode

from checker.errors import CheckerError, UsageError
from checker.evidence.catalog import newest
from checker.evidence.inventory import missing
from checker.evidence.ledger import LedgerEvent
from checker.evidence.manifest import is_name
from checker.evidence.showing import shown_file
from checker.evidence.verify import Trust, verify
from checker.report.facts import site_name
from checker.report.formats import format_moment
from checker.report.overview import coverage_text, left_out_text
from checker.report.pages import Badge, UnreadView, Voice, media_type, view_of_unread
from checker.report.rollup import SiteStanding, Standing, worst_standing
from checker.report.safe import printable
from checker.serve.accepting import Unavailable, unavailable
from checker.serve.desk import Desk, NoStoreYetError
from checker.serve.shops import account_text, address_of

__all__ = ["BundlePage", "Coverage", "Evidence", "bundle_page", "coverage", "evidence", "picture"]

_BUNDLES: Final = 200
_CAUSES: Final = 100
_DEPTH: Final = 3
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")


@dataclass(frozen=True, slots=True)
class AccountCoverage:
    """How many of an account's sites were read, and when each was looked at."""

    name: str
    badge: Badge
    read: str
    is_whole: bool
    left_out: str
    sites: tuple[tuple[str, str, Badge, str], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of all there is was read.

    proof: e.g. `12 of 12 sites read`. unread: why the rest was not. unavailable: what no look ever read.
    """

    proof: str
    is_whole: bool
    accounts: tuple[AccountCoverage, ...]
    unread: tuple[UnreadView, ...]
    unavailable: tuple[Unavailable, ...]


@dataclass(frozen=True, slots=True)
class BundleLine:
    """One bundle as a line."""

    address: str
    name: str
    sealed: str
    badge: Badge
    verified: str
    files: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The bundles, and what is wrong with the ledger or missing from the folder."""

    lines: tuple[BundleLine, ...]
    problems: tuple[str, ...]
    is_begun: bool


@dataclass(frozen=True, slots=True)
class BundlePage:
    """One bundle, verified as the page was drawn."""

    name: str
    digest: str
    badge: Badge
    sealed: str
    files: int
    size: int
    problems: tuple[str, ...]
    stamps: tuple[str, ...]
    events: tuple[tuple[str, str], ...]
    pictures: tuple[tuple[str, str], ...]


def coverage(desk: Desk, voice: Voice) -> Coverage:
    """Return how much of all there is was read, and was read lately enough."""
    snapshot, words = desk.look(), voice.words

    def account(line: SiteStanding) -> tuple[str, str]:
        return line.place.marketplace, line.place.account

    ordered = sorted(snapshot.standings, key=account)
    accounts = []
    for (marketplace, alias), group in groupby(ordered, account):
        lines = tuple(group)
        read = sum(line.read > 0 for line in lines)
        accounts.append(
            AccountCoverage(
                account_text(desk, marketplace, alias),
                voice.badge(worst_standing(lines) or Standing.UNKNOWN),
                words.say("sites_read", read=read, all=len(lines)),
                read == len(lines),
                left_out_text(marketplace, alias, snapshot.places, lines, words),
                tuple(_site(voice, line) for line in lines),
            )
        )
    read = sum(line.read > 0 for line in snapshot.standings)
    every = len(snapshot.standings)
    told = [entry for entry in snapshot.unread if not entry.unavailable]
    return Coverage(
        words.say("sites_read", read=read, all=every) if every else words.page("nothing_yet"),
        0 < every == read,
        tuple(accounts),
        tuple(view_of_unread(voice, entry, f"unread-{n}") for n, entry in enumerate(told[:_CAUSES], 1)),
        unavailable(snapshot.unread, voice),
    )


def _site(voice: Voice, line: SiteStanding) -> tuple[str, str, Badge, str]:
    return (
        address_of(line.place.id),
        site_name(line.place, voice.words),
        voice.badge(line.standing),
        coverage_text(line, voice.now, voice.language),
    )


def evidence(desk: Desk, voice: Voice) -> Evidence:
    """Return the newest bundles, each with when it was verified last, and what is wrong with the whole."""
    root, words = desk.evidence, voice.words
    if not root.is_dir():
        return Evidence((), (), is_begun=False)
    ledger = desk.ledger
    problems = [printable(str(problem), 300) for problem in ledger.check()]
    problems += [printable(str(problem), 300) for problem in missing(root, ledger, _named(desk))]
    whole = [entry for entry in ledger.entries() if entry.event == LedgerEvent.VERIFIED and not entry.bundle]
    lines = []
    for held in newest(root, _BUNDLES):
        name = held.folder.as_posix()
        own = [entry for entry in ledger.about(held.bundle) if entry.event == LedgerEvent.VERIFIED]
        last = max((*own, *whole), key=lambda entry: entry.seq, default=None) if held.bundle else None
        is_good = last is not None and last.facts.get("result", "good") == "good"
        badge = voice.badge(Standing.NO_RATING, words.page("sealed"))
        if not held.bundle:
            badge = voice.badge(Standing.UNKNOWN, words.page("never_sealed"))
        elif last is not None and last in own:
            badge = (
                voice.badge(Standing.OK, words.page("verified"))
                if is_good
                else voice.badge(Standing.CRITICAL, words.page("verify_failed"))
            )
        lines.append(
            BundleLine(
                f"/bundle?{urlencode({'name': name}, errors='replace')}",
                printable(name, 160),
                format_moment(held.at, "UTC", voice.language) if held.bundle else "",
                badge,
                "" if last is None else printable(last.at, 40),
                len(held.inodes),
            )
        )
    return Evidence(tuple(lines), tuple(problems), is_begun=True)


def _named(desk: Desk) -> set[str]:
    """Return the bundles the store's readings name; none where the store cannot be asked."""
    try:
        with desk.store() as store:
            return store.bundles()
    except NoStoreYetError:
        return set()


def bundle_page(desk: Desk, voice: Voice, name: str) -> BundlePage:
    """Return one bundle, verified now; nothing is written down of that. UsageError if there is none."""
    words = voice.words
    folder = _folder(desk, name)
    if folder is None:
        raise UsageError(words.page("no_bundle"), hint=words.page("no_bundle_hint"))
    ledger = desk.ledger
    trust = Trust(ledger.trusted(), desk.settings.evidence.timestamp_roots, ledger)
    verdict = verify(folder, trust)
    good = verdict.is_good
    word = words.page("verify_good") if good else words.page("verify_failed")
    manifest = verdict.manifest
    names = [] if manifest is None else [file.name for file in manifest.files]
    return BundlePage(
        printable(name, 160),
        verdict.bundle,
        voice.badge(Standing.OK if good else Standing.CRITICAL, word),
        "" if manifest is None else printable(manifest.sealed_at, 40),
        verdict.files,
        verdict.size,
        tuple(printable(str(problem), 300) for problem in verdict.problems),
        tuple(
            words.colon(f"{stamp.number}", words.join((words.page(f"stamp_{stamp.state}"), stamp.at)))
            for stamp in verdict.stamps
        ),
        _events(desk, voice, verdict.bundle),
        _pictures(name, names),
    )


def _folder(desk: Desk, name: str) -> Path | None:
    """Return the folder of a bundle; None for a name that is none, or leads through a link."""
    parts = PurePosixPath(name).parts
    if len(parts) != _DEPTH or not all(is_name(part) for part in parts):
        return None
    folders = [desk.evidence.joinpath(*parts[:depth]) for depth in range(1, _DEPTH + 1)]
    return None if any(one.is_symlink() or not one.is_dir() for one in folders) else folders[-1]


def _events(desk: Desk, voice: Voice, bundle: str) -> tuple[tuple[str, str], ...]:
    entries = desk.ledger.about(bundle) if bundle else []
    table = voice.words.tables["serve"]
    return tuple(
        (printable(entry.at, 40), table.get(f"ledger_{entry.event}", printable(entry.event, 40)))
        for entry in entries
    )


def _pictures(folder: str, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    shown = (name for name in names if name.lower().endswith(_PICTURES))
    return tuple(
        (f"/picture?{urlencode({'name': f'{folder}/{name}'})}", printable(name, 120)) for name in shown
    )


def picture(desk: Desk, name: str) -> tuple[bytes, str] | None:
    """Return a picture of sealed evidence and its media type; None for whatever is none, or not as sealed."""
    try:
        keys = desk.ledger.trusted() if desk.evidence.is_dir() else {}
    except (OSError, CheckerError):
        return None
    data = shown_file(desk.evidence, name, keys)
    media = None if data is None else media_type(data)
    return None if data is None or media is None else (data, media)
