"""What keeps the evidence of a worker's visits, put together from the settings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from checker import __version__
from checker.console import LiveConsole
from checker.errors import CheckerError
from checker.evidence import Camera, Unwatched, Watch
from checker.evidence.encryption import encrypter
from checker.evidence.sealing import Sealer
from checker.evidence.stamping import Authorities
from checker.evidence.vault import Vault
from checker.evidence.witness import Habits, Witness
from checker.flow import SiteToml
from checker.run.job import Event, Job, Warned
from checker.secrets import Scrubber
from checker.settings import Settings

__all__ = ["watcher"]

_MEGABYTE: Final = 1_000_000


def watcher(
    job: Job,
    settings: Settings,
    console: LiveConsole,
    secrets: Scrubber,
    tell: Callable[[Event], None],
) -> Callable[[Camera], Watch]:
    """Return what puts a witness around a camera; the camera alone where nothing is to be sealed.

    That is where evidence is switched off, and in a dry run: a seal needs a key, and a line in the ledger.
    """
    chosen = settings.evidence
    if not chosen.enabled or job.dry_run:
        return lambda camera: camera
    warned: set[str] = set()

    def warn(text: str) -> None:
        if text not in warned:
            warned.add(text)
            tell(Warned(text=text))

    encrypt = None
    try:
        encrypt = None if chosen.recipient is None else encrypter(chosen.recipient)
    except CheckerError as error:
        warn(f"no evidence is kept: {error}")
        # Originals that should be encrypted and cannot be are not kept at all, and that is counted.
        return lambda _camera: Unwatched(missed=1)
    stamps = None
    if chosen.timestamp_urls:
        stamps = Authorities(chosen.timestamp_urls, chosen.timestamp_roots, chosen.timestamp_seconds)
    sealer = Sealer(job.evidence, settings.paths.keys_dir, lambda: datetime.now(UTC), stamps)
    habits = Habits(
        screenshots=chosen.screenshots,
        exchanges=chosen.exchanges,
        every_visit=chosen.every_visit,
        floor=chosen.floor_megabytes * _MEGABYTE,
    )
    facts = _facts(job, console.toml)

    def watch(camera: Camera) -> Watch:
        camera.vault = Vault(camera.root, camera.folder, encrypt)
        return Witness(console, camera, sealer, job.run_id, job.alias, facts, secrets, habits, warn)

    return watch


def _facts(job: Job, toml: SiteToml) -> dict[str, Any]:
    return {
        "flow": f"{toml.flow.marketplace} {toml.flow.version}",
        "playwright": version("playwright"),
        "python": sys.version.split()[0],
        "simulated_clock_seconds": int(job.clock_offset),
        "tool": f"marketplace-health-checker {__version__}",
    }
