"""Keeping a scenario's visits as a worker does, and reading them again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from checker.console import sign_in
from checker.console.kept import KeptPart
from checker.errors import Stop
from checker.flow import Flow
from checker.model import Visit
from checker.run.keeping import VisitKeeper
from checker.run.replay import Replayed, opened, replay
from checker.secrets import Scrubber
from checker.testing import Driver
from flows.amazon import AmazonFlow

__all__ = ["RUN_ID", "Kept", "keep", "now"]

RUN_ID = "20261124T070000Z-abc123"


@dataclass(frozen=True)
class Kept:
    """A scenario that was played and kept: what was read live, and the folder its parts lie in."""

    visits: Sequence[Visit]
    folder: Path

    @property
    def parts(self) -> list[KeptPart]:
        """The parts."""
        (run,) = opened(self.folder)
        return run.parts()

    def replayed(self, flow: Flow | None = None) -> list[Replayed]:
        """Read it again, by today's flow if no other is given."""
        return replay(self.parts, flow or AmazonFlow())


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def keep(
    drive: Driver,
    scenario: str,
    visits: Path,
    sites: Collection[str] | None = ("US",),
    scrubber: Scrubber | None = None,
) -> Kept:
    """Play a scenario as a worker does, keeping every visit under `visits`."""
    warned: list[str] = []
    done: list[Visit] = []
    with drive._account(scenario, drive.bounds, None, fresh=True) as session:
        flow, known = session.flow, scrubber or Scrubber()
        sign_in(session.console, drive._present)
        known.add(SecretStr(drive.login.secret), *(SecretStr(code) for code in drive._present.typed))
        keeper = VisitKeeper(
            visits, RUN_ID, "main", flow, session.console, now=now, scrubber=known, warn=warned.append
        )
        session.console = keeper.console
        with suppress(Stop):
            session.story.sites = list(keeper.listed(lambda: flow.sites(keeper.console)))
        wanted = [site for site in session.story.sites if sites is None or site.code in sites]
        for visit in session.visits(wanted):
            done.append(visit)
            keeper.visited(visit)
    assert warned == []
    return Kept(done, visits / RUN_ID / "main")
