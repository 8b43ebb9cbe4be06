"""A hostile page visited as a worker visits a console: the launched browser, the guard, the bounded view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser as DrivenBrowser
from pydantic import SecretStr

from checker.browser.launch import Launch, new_context
from checker.console import Bounds, Guard, LiveConsole, Phase, Policy
from checker.flow import Console, Flow, SiteToml
from checker.model import Claim, Site
from tests.guard.attempts import TOML

__all__ = ["BOUNDS", "PASSWORD", "HostileFlow", "Seller", "visiting"]

BOUNDS = Bounds(page=20.0, answer=1.0, pause=0.0)
PASSWORD = "canary-in-a-form-91c"


class HostileFlow(Flow):
    """Reads nothing: what is tested is the way to a page."""

    marketplace = "hostile"

    @property
    def toml(self) -> SiteToml:
        """The data of the test."""
        return TOML

    def sites(self, console: Console) -> Sequence[Site]:  # noqa: ARG002 - the contract's
        """Return no site."""
        return []

    def read(self, console: Console, site: Site) -> Iterator[Claim]:  # noqa: ARG002 - the contract's
        """Yield nothing."""
        return iter(())


class Seller:
    """A password that is looked for afterwards, and no second factor."""

    username = "seller"

    def password(self) -> SecretStr:
        """Return the planted password."""
        return SecretStr(PASSWORD)

    def code(self, wait: Callable[[float], None]) -> SecretStr | None:  # noqa: ARG002 - the contract's
        """Return no code."""
        return None


@contextmanager
def visiting(
    browser: DrivenBrowser, launch: Launch, phase: Phase = Phase.READ, bounds: Bounds = BOUNDS
) -> Iterator[LiveConsole]:
    """Open a fresh profile behind the guard."""
    context = new_context(browser, launch)
    try:
        guard = Guard(Policy(TOML, launch.origin), phase)
        guard.install(context)
        yield LiveConsole(context.new_page(), HostileFlow(), "main", guard, bounds)
    finally:
        context.close()
