"""The consoles that have dialects: the flow that reads each, and what is true of its scenarios."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

import fixtures
from checker.console import Bounds
from checker.flow import Flow
from checker.testing import Driver, Login
from checker.testing.dialects import Dialects, Played, Truths, play_dialect, truths_of
from fixtures.common import serve

__all__ = [
    "BY_HAND",
    "CONSOLES",
    "FLOORS",
    "IN_CI",
    "OTHERS_EVERY",
    "PACE",
    "SAMPLES_READ",
    "SEEDS",
    "Floors",
    "Stage",
    "stage",
    "truths",
]

CONSOLES: Final = (
    "aliexpress",
    "allegro",
    "amazon",
    "ebay",
    "etsy",
    "lazada",
    "mercado_libre",
    "ozon",
    "shopee",
    "temu",
    "tiktok_shop",
    "walmart",
)


def flow_of(console: str) -> type[Flow]:
    """Return a console's flow, found as the program finds it: one that is broken spoils its own plays."""
    (entry,) = entry_points(group="checker.flows", name=console)
    flow: type[Flow] = entry.load()
    return flow


IN_CI: Final = Bounds(page=10.0, answer=2.0, pause=0.0, steady=0.4)
"""How long is waited in CI, where what is drawn late comes within half a second, on a busy machine."""
BY_HAND: Final = Bounds(page=10.0, answer=5.0, pause=0.0)

_FILE: Final = Path(__file__).parents[1] / "flows" / "dialect_floors.toml"


@dataclass(frozen=True)
class Floors:
    """What a console must come to over all its seeds of CI: at least, and at most."""

    right: float
    renamed: float
    renamed_dangers: int
    dangers: int
    shut_out: int


_TABLE: Final = tomllib.loads(_FILE.read_text("utf-8"))
SEEDS: Final[int] = _TABLE["seeds"]
OTHERS_EVERY: Final[int] = _TABLE["others_every"]
PACE: Final[float] = _TABLE["pace"]
SAMPLES_READ: Final[bool] = _TABLE["samples_read"]
FLOORS: Final = {name: Floors(**_TABLE["consoles"][name]) for name in CONSOLES}


@cache
def truths(console: str) -> Mapping[str, Truths]:
    """Return what is true of each scenario of a console."""
    return truths_of(Path(fixtures.__path__[0]) / console / "truth.toml")


@dataclass(frozen=True)
class Stage:
    """One console that answers, and what drives its flow."""

    console: str
    driver: Driver
    replica: Dialects

    def play(self, seed: int, scenario: str, pace: float, parts: Collection[str] | None = None) -> Played:
        """Play one scenario in one dialect, or in what is named of it."""
        said = truths(self.console)[scenario]
        return play_dialect(self.driver, self.replica, seed, scenario, said, pace=pace, parts=parts)


@contextmanager
def stage(console: str, browser: Browser, folder: Path, bounds: Bounds) -> Iterator[Stage]:
    """Run one console's replica while a block runs, its answers coming at once."""
    with serve(console) as replica:
        replica.set_latency(5)
        account = replica.account
        login = Login(account.username, account.password, account.totp_secret, account.attended)
        driver = Driver(browser, flow_of(console), replica, login, folder / "files", bounds)
        driver.pictures = folder / "pictures"
        yield Stage(console, driver, replica)
