"""What stands beside a visit and keeps what proves its readings: pictures, pages, answers, provenance.

Nothing of it may end a reading: whatever cannot be kept is counted, named in the provenance, and makes the
run end in exit code 31.
"""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from playwright.sync_api import Error as BrowserError

from checker.console import LiveConsole
from checker.errors import CheckerError, Stop
from checker.evidence.camera import Camera, is_worth_proving, slug
from checker.evidence.files import remove
from checker.evidence.ledger import utc_text
from checker.evidence.manifest import Subject, canonical
from checker.evidence.masks import Masks
from checker.evidence.scene import Notes, Scene, asks_for_a_secret, context_picture, environment
from checker.evidence.sealing import Sealer
from checker.evidence.traffic import Traffic
from checker.model import Claim, Outcome, Site, Visit
from checker.model.wire import dump_visit
from checker.secrets import Scrubber
from checker.secrets.hushed import hushed

__all__ = ["PROVENANCE", "RECORD", "Habits", "Witness"]

RECORD: Final = "record.json"
PROVENANCE: Final = "provenance.json"


@dataclass(frozen=True, slots=True)
class Habits:
    """What is kept, and of which visits.

    floor: free bytes below which nothing is written. every_visit: of visits without a red as well.
    """

    screenshots: bool = True
    exchanges: bool = True
    every_visit: bool = False
    floor: int = 0


@dataclass
class Witness:
    """Keeps the evidence of one visit and seals it.

    facts: what is the same for every visit of the run. warn: told once what the operator should know.
    """

    console: LiveConsole
    camera: Camera
    sealer: Sealer
    run_id: str
    account: str
    facts: Mapping[str, Any]
    secrets: Scrubber
    habits: Habits = Habits()
    warn: Callable[[str], None] = lambda _text: None
    missed: int = 0
    _notes: Notes = field(default_factory=Notes)
    _pages: dict[int, dict[str, Any]] = field(default_factory=dict)
    _around: set[tuple[int, str]] = field(default_factory=set)
    _environment: dict[str, Any] = field(default_factory=dict)
    _traffic: Traffic | None = None
    _began: tuple[datetime, int] = field(default_factory=lambda: (datetime.now(UTC), time.monotonic_ns()))
    _is_shut: bool = False
    _incomplete: int = 0

    def __post_init__(self) -> None:
        """Begin to listen to the page, if exchanges are kept."""
        self._incomplete = self.sealer.incomplete
        if self.habits.exchanges:
            self._traffic = Traffic(self.console.raw, lambda: self.console.guard.phase.value == "read")

    def with_pictures(self, claim: Claim) -> Claim:
        """Return the claim with its evidence if it is one that may have to be proven, or is wanted."""
        worth = is_worth_proving(claim) or (self.habits.screenshots and self.camera.wants(claim))
        if not (worth or self.habits.every_visit) or not self._has_room():
            return claim
        try:
            return self._proven(claim, pictured=worth and self.habits.screenshots)
        except Stop:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails here must not end the reading
            self._fail(claim.key.site, error)
            return claim

    def _proven(self, claim: Claim, *, pictured: bool) -> Claim:
        page, display = self.console.displayed
        if display not in self._pages:
            self._pages[display] = {"page": page}
            self._pages[display] = self._page(page)
        self._note_blocked()
        if "withheld" in self._pages[display] or not pictured:
            return claim
        if is_worth_proving(claim):
            self._context(claim, display)
        return self.camera.with_pictures(claim)

    def sealed(self, visit: Visit) -> Visit:
        """Seal what was kept and return the visit with the digest of its bundle at what it proves."""
        if self._traffic is not None:
            self._traffic.close()
        try:
            return self._sealed(visit)
        except Exception as error:  # noqa: BLE001 - a visit that was read is told, sealed or not
            self._fail(visit.site.code, error)
            return visit
        finally:
            self.missed = self.camera.missed + self._notes.missed + self.sealer.incomplete - self._incomplete

    def _sealed(self, visit: Visit) -> Visit:
        if visit.outcome is Outcome.WRONG_PLACE:
            self._discard()
            return visit
        if not self._pages or self._is_shut:
            return visit
        self._note_blocked()
        scene = self._scene()
        # What the page repeated of a secret is no part of what was read.
        visit = hushed(visit, self.secrets)
        _must(scene.keep(RECORD, scene.bare(dump_visit(visit))))
        site = visit.site
        bundle = self.sealer.seal(
            self.camera.folder,
            self.run_id,
            Subject(visit.marketplace, self.account, site.code, site.shop),
            self._vault.plain,
            lambda previous: _must(
                scene.keep(
                    PROVENANCE,
                    scene.bare(canonical(self._provenance(site, visit.blocked, previous)).decode()),
                )
            ),
        )
        proven = (
            replace(reading, bundle=bundle)
            if is_worth_proving(reading) or self.habits.every_visit or reading.evidence
            else reading
            for reading in visit.readings
        )
        return replace(visit, readings=tuple(proven))

    @property
    def _vault(self) -> Any:
        return self.camera.vault

    def _scene(self) -> Scene:
        cookies: list[str] = []
        with suppress(BrowserError):
            cookies = [str(cookie.get("value", "")) for cookie in self.console.raw.context.cookies()]
        masks = Masks.of_cookies(cookies)
        return Scene(self.console, self._vault, self._traffic, self.secrets, masks, self._notes)

    def _page(self, page: str) -> dict[str, Any]:
        if asks_for_a_secret(self.console):
            self._notes.hold_back(page, "a sign-in form stood on the page")
            return {"page": page, "withheld": "a sign-in form stood on the page"}
        if self.console.shows_secret():
            self._notes.hold_back(page, "a secret stood on the page")
            return {"page": page, "withheld": "a secret stood on the page"}
        if not self._environment:
            self._environment = environment(self.console.raw)
        at = {"monotonic_ns": str(time.monotonic_ns()), "utc": utc_text(datetime.now(UTC))}
        return self._scene().take(page, len(self._pages) + 1) | {"at": at}

    def _note_blocked(self) -> None:
        """Note what the open page was not let do so far: a page goes on after its picture."""
        _, display = self.console.displayed
        if "blocked" in self._pages.get(display, {}):
            self._pages[display]["blocked"] = sorted(map(str, self.console.guard.blocked))

    def _context(self, claim: Claim, display: int) -> None:
        """Keep the widget with what stands around it, beside its close-up."""
        rule = claim.origin.picture
        if not rule or (display, rule) in self._around:
            return
        self._around.add((display, rule))
        data = context_picture(self.console.raw, rule)
        if data is None:
            return  # it may be out of sight; the whole page is there
        key = claim.key
        name = slug("-".join(part for part in (key.metric, key.variant, key.item) if part))
        try:
            self._vault.keep(f"context-{len(self._around):02d}-{name}.png", data)
        except OSError as error:
            self._notes.hold_back(f"context of {name}", f"it could not be written: {error.strerror}")

    def _has_room(self) -> bool:
        """Tell whether there is room for evidence; the reading goes on without it if there is not."""
        if self._is_shut or not self.habits.floor or self._pages:
            return not self._is_shut
        try:
            self.camera.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            free = shutil.disk_usage(self.camera.root).free
        except OSError as error:
            self._shut(f"the evidence folder cannot be used: {error.strerror}")
            return False
        if free < self.habits.floor:
            self._shut(
                f"only {free // 1_000_000} MB are free at {self.camera.root}: no evidence is kept; "
                "make room, or lower [evidence] floor_megabytes"
            )
        return not self._is_shut

    def _shut(self, why: str) -> None:
        self._is_shut = True
        self._notes.missed += 1
        self.warn(why)

    def _fail(self, site: str, error: Exception) -> None:
        self._notes.missed += 1
        self.warn(f"the evidence of {site} is not complete: {_first_line(error)}")

    def _discard(self) -> None:
        """Take away what was kept of a page that may belong to another shop."""
        folder = self.camera.root / self.camera.folder
        if self._pages and folder.is_dir():
            remove(self.camera.root, self.camera.folder)

    def _provenance(self, site: Site, blocked: int, previous: str) -> dict[str, Any]:
        began, began_ns = self._began
        return {
            **self.facts,
            "blocked_requests": blocked,
            "browser": self._environment,
            "identity": {
                "account": self.account,
                "console_account": site.handle("account"),
                "label": site.label,
                "native_id": site.native_id,
                "registration": site.registration.value,
                "shop": site.shop,
                "site": site.code,
            },
            "masks": self._notes.masks,
            "pages": list(self._pages.values()),
            "previous": previous,
            "run": self.run_id,
            "time": {
                "began": {"monotonic_ns": str(began_ns), "utc": utc_text(began)},
                "sealed": {"monotonic_ns": str(time.monotonic_ns()), "utc": utc_text(datetime.now(UTC))},
            },
            "withheld": self._notes.withheld,
        }


def _must(name: str) -> None:
    if not name:
        raise OSError(errno.EIO, "the record could not be kept")


def _first_line(error: Exception) -> str:
    """Return what is foreseen in words; of anything else its kind only, for it may hold page text."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if error.filename is None else f"{error.strerror}: {error.filename}"
    return str(error) if isinstance(error, CheckerError) else type(error).__name__
