"""One replica of each marketplace and one browser for all the scenarios of a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from flows.etsy import EtsyFlow
from flows.lazada import LazadaFlow
from flows.mercadolibre import MercadoLibreFlow
from flows.ozon import OzonFlow
from flows.shopee import ShopeeFlow
from flows.tiktok_shop import TiktokShopFlow
from flows.walmart import WalmartFlow


@pytest.fixture(scope="module")
def profile() -> Profile:
    """Return the profile in which all of a contract is played that is not about signing in."""
    return Profile()


@contextmanager
def playing(marketplace: str, flow: type[Flow], browser: Browser, root: Path) -> Iterator[Driver]:
    """Run a marketplace's replica, its answers coming at once, and return what plays its scenarios."""
    with serve(marketplace) as replica:
        replica.set_latency(5)
        account = replica.account
        login = Login(account.username, account.password, account.totp_secret, account.attended)
        yield Driver(browser, flow, replica, login, root)


def _driver(marketplace: str, flow: type[Flow]) -> Callable[..., Iterator[Driver]]:
    """Return the fixture, named as the marketplace, that plays a scenario of its replica."""

    @pytest.fixture(scope="session", name=marketplace)
    def driver(shared_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
        with playing(marketplace, flow, shared_browser, tmp_path_factory.mktemp(marketplace)) as played:
            yield played

    return driver


ebay = _driver("ebay", EbayFlow)
etsy = _driver("etsy", EtsyFlow)
lazada = _driver("lazada", LazadaFlow)
mercadolibre = _driver("mercadolibre", MercadoLibreFlow)
ozon = _driver("ozon", OzonFlow)
shopee = _driver("shopee", ShopeeFlow)
tiktok_shop = _driver("tiktok_shop", TiktokShopFlow)
walmart = _driver("walmart", WalmartFlow)


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
