"""One replica of each marketplace and one browser for all the scenarios of a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from checker.flow import Flow
from checker.testing import Driver, Login, Profile
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common import Replica, serve
from flows.amazon import AmazonFlow
from flows.ebay import EbayFlow
from flows.lazada import LazadaFlow
from flows.mercadolibre import MercadoLibreFlow
from flows.shopee import ShopeeFlow
from flows.tiktok_shop import TiktokShopFlow
from flows.walmart import WalmartFlow


@contextmanager
def playing(marketplace: str, flow: type[Flow], browser: Browser, root: Path) -> Iterator[Driver]:
    """Run a marketplace's replica, its answers coming at once, and return what plays its scenarios."""
    with serve(marketplace) as replica:
        replica.set_latency(5)
        account = replica.account
        login = Login(account.username, account.password, account.totp_secret)
        yield Driver(browser, flow, replica, login, root)


@pytest.fixture(scope="module")
def profile() -> Profile:
    """Return the profile in which all of a contract is played that is not about signing in."""
    return Profile()


@pytest.fixture(scope="session")
def ebay(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Return what plays a scenario of the eBay replica."""
    with playing("ebay", EbayFlow, shared_browser, tmp_path_factory.mktemp("ebay")) as driver:
        yield driver


@pytest.fixture(scope="session")
def lazada(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Return what plays a scenario of the Lazada replica."""
    root = tmp_path_factory.mktemp("lazada")
    with playing("lazada", LazadaFlow, shared_browser, root) as driver:
        yield driver


@pytest.fixture(scope="session")
def shopee(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Return what plays a scenario of the Shopee replica."""
    root = tmp_path_factory.mktemp("shopee")
    with playing("shopee", ShopeeFlow, shared_browser, root) as driver:
        yield driver


@pytest.fixture(scope="session")
def tiktok_shop(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Return what plays a scenario of the TikTok Shop replica."""
    root = tmp_path_factory.mktemp("tiktok_shop")
    with playing("tiktok_shop", TiktokShopFlow, shared_browser, root) as driver:
        yield driver


@pytest.fixture(scope="session")
def walmart(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Return what plays a scenario of the Walmart replica."""
    root = tmp_path_factory.mktemp("walmart")
    with playing("walmart", WalmartFlow, shared_browser, root) as driver:
        yield driver


@pytest.fixture(scope="session")
def mercadolibre(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Return what plays a scenario of the Mercado Libre replica."""
    root = tmp_path_factory.mktemp("mercadolibre")
    with playing("mercadolibre", MercadoLibreFlow, shared_browser, root) as driver:
        yield driver


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
    return Driver(shared_browser, AmazonFlow, amazon_replica, login, tmp_path_factory.mktemp("amazon"))
