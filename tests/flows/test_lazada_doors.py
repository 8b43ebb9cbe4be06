"""Hosts of Lazada that do not let a login in: what is made of that, without a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from checker.errors import Stop
from checker.flow import Console, Document, Page, Recorder
from checker.model import Outcome, Says, Site
from flows.lazada import LazadaFlow

SG = "sellercenter.lazada.sg"
MY = "sellercenter.lazada.com.my"
FORM = Stop(Outcome.SESSION_EXPIRED, "the sign-in (registration form) stood where health should be")
SIGN_IN = Stop(Outcome.SESSION_EXPIRED, "the sign-in form stood where health should be")
LED_HOME = Stop(Outcome.WRONG_PLACE, f"asked for {SG}, the console led to {MY}")
SIGNED_OUT = Stop(Outcome.SESSION_EXPIRED, "the sign-in form stood where home should be")


@dataclass
class Doors:
    """A console each of whose hosts is open, or shut as a test says; `seller` is what it says of the shop."""

    shut: Mapping[str, Stop]
    seller: Any = None
    host: str = field(default="", init=False)

    def at(self, host: str) -> None:
        """Go to a host."""
        self.host = host

    def open(self, page: str) -> Page:
        """Open a page there."""
        if self.host in self.shut:
            raise self.shut[self.host]
        return Page(page, "/", 200, "<html><body></body></html>")

    def documents(self, name: str) -> Sequence[Document]:
        """Return what is said of the shop."""
        return (
            [Document(name, self.seller, (), "/", {}, 200, "/")] if name == "seller" and self.seller else []
        )

    def recorder(self, site: Site) -> Recorder:
        """Return what writes claims."""
        return Recorder("lazada", "main", site, "lazada 1", lambda: datetime(2026, 3, 1, tzinfo=UTC))


def visited(doors: Doors) -> Says | Stop:
    """Return what a visit of Singapore says of its status, or what ends it."""
    flow, console = LazadaFlow(), cast("Console", doors)
    (site,) = [site for site in flow.sites(console) if site.code == "SG"]
    try:
        return next(iter(flow.read(console, site))).says
    except Stop as stop:
        return stop


KNOWN = {"short_code": "MY1015W", "cb": "true", "status": "ACTIVE"}


@pytest.mark.parametrize("shut", [FORM, LED_HOME], ids=["form to register", "led home"])
def test_a_host_that_knows_no_shop_was_never_opened(shut: Stop) -> None:
    """It leads to the form to register, or home, while home still lets the login in."""
    assert visited(Doors({SG: shut}, KNOWN)) is Says.NOT_REGISTERED


@pytest.mark.parametrize(
    ("doors", "outcome", "says"),
    [
        # Home has shut as well: the session is over, and proves nothing about Singapore.
        (Doors({SG: FORM, MY: SIGNED_OUT}, KNOWN), Outcome.SESSION_EXPIRED, "home"),
        (Doors({SG: FORM, MY: FORM}, KNOWN), Outcome.SESSION_EXPIRED, "registration"),
        (Doors({SG: SIGN_IN}, KNOWN), Outcome.UNKNOWN_PAGE, "account of its own"),
        # Nor does it where nothing said where the login is at home: where the visit began has shut, too.
        (Doors({SG: SIGN_IN, MY: SIGNED_OUT}), Outcome.SESSION_EXPIRED, "home"),
        # Nothing said where the login is at home, and no host was entered before this one.
        (Doors({SG: FORM}), Outcome.UNKNOWN_PAGE, "set `sites`"),
        (Doors({SG: Stop(Outcome.SITE_DOWN, "500")}, KNOWN), Outcome.SITE_DOWN, "500"),
    ],
)
def test_a_host_that_is_shut_is_never_taken_for_one_without_a_shop(
    doors: Doors, outcome: Outcome, says: str
) -> None:
    """What it is taken for, and what the reader is told."""
    ended = visited(doors)

    assert isinstance(ended, Stop)
    assert ended.outcome is outcome
    assert says in ended.detail
