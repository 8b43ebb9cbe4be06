"""What the machine must have: Python, an ordinary user, disk, a right clock, a browser that starts, fonts."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from checker.browser.find import Browser, System, find_browser
from checker.browser.sandbox import as_root, without_sandbox
from checker.checkup.check import Check, Teller
from checker.errors import StoreError
from checker.model.exits import Exit
from checker.settings import Settings
from checker.store import open_store

__all__ = ["browser", "clock", "data", "fonts", "python", "store", "user"]

_MEGA: Final = 1_000_000
_OLDEST_PYTHON: Final = (3, 11)
_LOW_MEGABYTES: Final = 200
_OTHERS: Final = 0o077
_BROWSER_SECONDS: Final = 40.0
_CLOCK_SECONDS: Final = 5.0
# Two runs may be finished by clocks that differ a little.
_TOLERANCE: Final = timedelta(minutes=2)


def python(tell: Teller) -> Check:
    """Return whether this Python is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        return tell.failed("python", "old_python", Exit.CONFIG, version=version)
    return tell.ok("python", "version", version=version)


def user(tell: Teller) -> Iterator[Check]:
    """Yield a warning for root."""
    if as_root():
        yield tell.warned("user", "root")


def data(tell: Teller, settings: Settings) -> Iterator[Check]:
    """Yield whether the data folder can be written to, and whether there is room."""
    folder = settings.paths.data_dir
    nearest = next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))
    if not os.access(nearest, os.W_OK | os.X_OK):
        yield tell.failed("data", "unwritable", Exit.STORE, path=nearest)
        return
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
        yield tell.warned("data", "open_folder", path=folder)
    else:
        yield tell.ok("data", "path", path=folder)
    free = shutil.disk_usage(nearest).free // _MEGA
    floor = max(settings.evidence.floor_megabytes if settings.evidence.enabled else 0, _LOW_MEGABYTES)
    if free < floor:
        yield tell.warned("disk", "little_room", free=free, floor=floor)
    else:
        yield tell.ok("disk", "room", free=free)


def store(tell: Teller, settings: Settings, now: datetime) -> Check:
    """Return whether the store can be opened, and whether there was a run lately."""
    with open_store(settings.store.url) as opened:
        rows = opened.runs(1)
    shown = settings.store.shown
    if not rows:
        return tell.ok("store", "no_run", store=shown)
    age = now - rows[0].finished_at
    if age > settings.findings.rules.stale_after:
        return tell.warned("store", "old_run", store=shown, run=rows[0].run_id, days=age.days)
    return tell.ok("store", "last_run", store=shown, run=rows[0].run_id)


def clock(tell: Teller, settings: Settings, now: datetime) -> Check:
    """Return whether the clock can be right: codes of an authenticator depend on it."""
    try:
        with open_store(settings.store.url) as opened:
            rows = opened.runs(1)
    except StoreError:
        rows = []
    if rows and rows[0].finished_at > now + _TOLERANCE:
        at = f"{rows[0].finished_at:%Y-%m-%d %H:%M}Z"
        return tell.failed("clock", "clock_back", Exit.CONFIG, now=f"{now:%Y-%m-%d %H:%M}Z", run=at)
    if shutil.which("timedatectl") is not None:
        asked = System.here(os.environ).run(
            ["timedatectl", "show", "--property=NTPSynchronized", "--value"], seconds=_CLOCK_SECONDS
        )
        if asked.code == 0 and asked.out.strip() == "no":
            return tell.warned("clock", "clock_free", now=f"{now:%Y-%m-%d %H:%M:%S}Z")
        if asked.code == 0 and asked.out.strip() == "yes":
            return tell.ok("clock", "clock_kept", now=f"{now:%Y-%m-%d %H:%M:%S}Z")
    return tell.ok("clock", "clock_unasked", now=f"{now:%Y-%m-%d %H:%M:%S}Z")


def browser(tell: Teller, settings: Settings) -> Iterator[Check]:
    """Yield whether there is a browser, and whether it starts in its own sandbox with an empty page."""
    found = find_browser(settings.browser.path)
    if found is None:
        yield tell.failed("browser", "no_browser", Exit.CONFIG)
        return
    text = f"{found.path} {found.version or ''}".strip()
    if found.headless_only and not settings.browser.headless:
        yield tell.failed("browser", "no_window", Exit.CONFIG, browser=text)
        return
    yield tell.ok("browser", "browser_found", browser=text)
    yield _started(tell, found)


def _started(tell: Teller, found: Browser) -> Check:
    with tempfile.TemporaryDirectory(prefix="checker-doctor-", ignore_cleanup_errors=True) as scratch:
        words = [str(found.path), "--headless", "--disable-background-networking", "--no-first-run"]
        words += [f"--user-data-dir={scratch}", *(["--no-sandbox"] if as_root() else [])]
        ran = System.here(os.environ).run([*words, "--dump-dom", "about:blank"], seconds=_BROWSER_SECONDS)
    if "<html" in ran.out:
        # Whoever is not root has it: without, it does not start.
        return tell.warned("sandbox", "sandbox_off") if as_root() else tell.ok("sandbox", "sandbox_on")
    if without_sandbox(ran.err):
        return tell.failed("sandbox", "no_sandbox", Exit.CONFIG)
    lines = [line for line in ran.err.splitlines() if line.strip()]
    why = lines[-1][:300] if lines else str(ran.code)
    return tell.failed("sandbox", "not_started", Exit.CONFIG, browser=found.path, why=why)


def fonts(tell: Teller) -> Iterator[Check]:
    """Yield a warning where Chinese and Japanese pages would be photographed as boxes."""
    if shutil.which("fc-list") is None:
        return
    listed = System.here(os.environ).run(["fc-list", ":lang=zh", "family"], seconds=10)
    if listed.code == 0 and not listed.out.strip():
        yield tell.warned("fonts", "no_fonts")
