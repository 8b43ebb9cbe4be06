"""One replica of each marketplace and one browser for all the scenarios of a session."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from checker.flow import Flow
from checker.testing import OF_THE_KIT, Driver, LeftOpen, Login, Profile
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common import Replica, serve

# What is the same page of the same kit on every console is played on so many of them each time, on other ones
# for each scenario; on all of them with `pytest -m thorough`, or where one console's file is all that is run.
PLAYED_ON = 2

# The mutations of a healthy console go on where those of the test before them ended.
_LEFT_OPEN = LeftOpen()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is played before a release only: the processor's time is what bounds the suite."""
    modules = sorted({item.path.name for item in items if item.path.name.endswith("_contract.py")})
    for item in items:
        scenario = getattr(getattr(item, "callspec", None), "params", {}).get("scenario")
        if item.path.name not in modules or scenario not in OF_THE_KIT:
            continue
        first = zlib.crc32(scenario.encode())
        if (modules.index(item.path.name) - first) % len(modules) >= PLAYED_ON:
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(scope="module", autouse=True)
def nothing_left_open() -> Iterator[None]:
    """End, with the module, the session that its tests went on with."""
    yield
    _LEFT_OPEN.end()


@pytest.fixture(scope="module")
def profile() -> Profile:
    """Return the profile in which all of a contract is played that is not about signing in."""
    return Profile()


def flow_of(marketplace: str) -> type[Flow]:
    """Return a marketplace's flow, found as the program finds it: one that is broken spoils its own tests."""
    (entry,) = entry_points(group="checker.flows", name=marketplace)
    flow: type[Flow] = entry.load()
    return flow


@contextmanager
def playing(marketplace: str, flow: type[Flow], browser: Browser, root: Path) -> Iterator[Driver]:
    """Run a marketplace's replica, its answers coming at once, and return what plays its scenarios."""
    with serve(marketplace) as replica:
        replica.set_latency(5)
        account = replica.account
        login = Login(account.username, account.password, account.totp_secret, account.attended)
        yield Driver(browser, flow, replica, login, root, left_open=_LEFT_OPEN)


def _driver(marketplace: str) -> Callable[..., Iterator[Driver]]:
    """Return the fixture, named as the marketplace, that plays a scenario of its replica."""

    @pytest.fixture(scope="session", name=marketplace)
    def driver(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
        with playing(
            marketplace, flow_of(marketplace), shared_browser, tmp_path_factory.mktemp(marketplace)
        ) as played:
            yield played

    return driver


aliexpress = _driver("aliexpress")
allegro = _driver("allegro")
ebay = _driver("ebay")
etsy = _driver("etsy")
lazada = _driver("lazada")
mercado_libre = _driver("mercado_libre")
ozon = _driver("ozon")
shopee = _driver("shopee")
temu = _driver("temu")
tiktok_shop = _driver("tiktok_shop")
walmart = _driver("walmart")


@pytest.fixture(scope="session")
def amazon_replica() -> Iterator[Replica]:
    """Run the Amazon replica; its answers come at once."""
    with serve("amazon") as replica:
        replica.set_latency(5)
        yield replica


@pytest.fixture(scope="session")
def amazon(
    shared_browser: Browser, amazon_replica: Replica, tmp_path_factory: pytest.TempPathFactory
) -> Driver:
    """Return what plays a scenario of the Amazon replica."""
    login = Login(DEMO_ACCOUNT.username, DEMO_ACCOUNT.password, DEMO_ACCOUNT.totp_secret)
    root = tmp_path_factory.mktemp("amazon")
    return Driver(shared_browser, flow_of("amazon"), amazon_replica, login, root, left_open=_LEFT_OPEN)
