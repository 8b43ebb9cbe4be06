"""What evidence costs: seconds added to a red visit and bytes on disk, the median of 20 visits each.

    python -m tests.benchmarks.evidence_cost [VISITS]

Not a test: it measures this machine. Visits with and without take turns, so that both see the same load.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from checker.console import LiveConsole
from checker.evidence import Camera, Watch
from checker.evidence.catalog import bundles
from checker.evidence.sealing import Sealer
from checker.evidence.vault import Vault
from checker.evidence.witness import Habits, Witness
from checker.model import Claim, Visit
from checker.run.visits import visit_sites
from checker.secrets import Scrubber
from checker.testing import Driver, Login
from checker.testing.driving import Session, contract_browser
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common import serve
from flows.amazon import AmazonFlow

_MODES = {
    "nothing kept": None,
    "all but screenshots": Habits(screenshots=False),
    "screenshots, no exchanges": Habits(exchanges=False),
    "everything": Habits(),
}


def _now() -> datetime:
    return datetime.now(UTC)


class _Nothing:
    """Keeps nothing at all."""

    missed = 0

    def with_pictures(self, claim: Claim) -> Claim:
        """Return the claim as it is."""
        return claim

    def sealed(self, visit: Visit) -> Visit:
        """Return the visit as it is."""
        return visit


def _watch(root: Path, habits: Habits | None, console: LiveConsole) -> Callable[[Camera], Watch]:
    sealer = Sealer(root, root.parent / "keys", _now)

    def watch(camera: Camera) -> Watch:
        if habits is None:
            return _Nothing()
        camera.vault = Vault(root, camera.folder)
        return Witness(console, camera, sealer, "run", "main", {}, Scrubber(), habits)

    return watch


def _seconds(session: Session, root: Path, number: int, habits: Habits | None) -> float:
    began = time.perf_counter()
    visits = visit_sites(
        session.flow,
        session.console,
        "main",
        [session.story.site("US")],
        root,
        Path(f"{number:03d}/main"),
        _now,
        watch=_watch(root, habits, session.console),
    )
    ((visit, missed),) = visits
    if missed or not visit.readings:
        raise SystemExit(f"the visit went wrong: {visit.outcome}, {missed} missed")
    return time.perf_counter() - began


def _sizes(root: Path) -> tuple[float, float]:
    """Return the median size of a bundle as listed, and what each took on the disk on average, in kB."""
    held = list(bundles(root))
    if not held:
        return 0, 0
    distinct = {inode for entry in held for inode in entry.inodes}
    return median(entry.size for entry in held) / 1000, sum(size for _, size in distinct) / len(held) / 1000


def main(visits: int) -> None:
    """Measure and print."""
    login = Login(DEMO_ACCOUNT.username, DEMO_ACCOUNT.password, DEMO_ACCOUNT.totp_secret)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve("amazon") as replica,
        contract_browser() as browser,
    ):
        replica.set_latency(5)
        took: dict[str, list[float]] = {mode: [] for mode in _MODES}
        with Driver(browser, AmazonFlow, replica, login, Path(folder) / "driver").session("red") as session:
            for number in range(visits):
                for mode, habits in _MODES.items():
                    took[mode].append(_seconds(session, Path(folder) / mode / "evidence", number, habits))
        base = median(took["nothing kept"])
        for mode, seconds in took.items():
            whole, each = _sizes(Path(folder) / mode / "evidence")
            added = median(seconds) - base
            sizes = f"bundle {whole:7.0f} kB, on disk {each:7.0f} kB"
            sys.stdout.write(f"{mode:28} {median(seconds):6.2f} s  +{added:5.2f} s  {sizes}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
