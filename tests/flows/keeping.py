"""Keeping a scenario's visits as a worker does, and reading them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from checker.console import sign_in
from checker.console.kept import KeptPart
from checker.errors import Stop
from checker.flow import Flow
from checker.model import Visit
from checker.run.keeping import VisitKeeper
from checker.run.replay import Replayed, opened, replay
from checker.run.visits import visit_sites
from checker.secrets import Scrubber
from flows.amazon import AmazonFlow
from tests.flows.driving import ALIAS, BOUNDS, DemoCredentials, Driver, Story

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
    drive: Driver, scenario: str, visits: Path, sites: Sequence[str] = ("US",), flow: Flow | None = None
) -> Kept:
    """Play a scenario as a worker does, keeping every visit under `visits`."""
    drive.replica.use(scenario)
    drive.replica.state.used_totp_steps.clear()
    flow = flow or AmazonFlow()
    warned: list[str] = []
    done: list[Visit] = []
    with drive._console(flow, None, BOUNDS, Story()) as console:
        sign_in(console, DemoCredentials())
        keeper = VisitKeeper(
            visits, RUN_ID, ALIAS, flow, console, now=now, scrubber=Scrubber(), warn=warned.append
        )
        try:
            listed = keeper.listed(lambda: flow.sites(keeper.console))
        except Stop:
            listed = []
        wanted = [site for site in listed if not sites or site.code in sites]
        for visit, _ in visit_sites(flow, keeper.console, ALIAS, wanted, drive.evidence, Path(scenario), now):
            done.append(visit)
            keeper.visited(visit)
    assert warned == []
    return Kept(done, visits / RUN_ID / ALIAS)
