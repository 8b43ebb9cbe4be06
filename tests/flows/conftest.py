"""One replica of each marketplace and one browser for all the scenarios of a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from checker.testing import Driver, Login
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common import Replica, serve
from flows.amazon import AmazonFlow


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
