"""Temu: the malls of a login and what was held against them; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.flow import Console, Flow, shops_named, showing_shop
from checker.model import Claim, Site

__all__ = ["TemuFlow"]


class TemuFlow(Flow):
    """Reads the violations of every mall of a login, on the console of one region."""

    marketplace = "temu"

    _malls: Sequence[Site] = ()

    def sites(self, console: Console) -> Sequence[Site]:
        """List every mall that the first page names, in the region whose host this is."""
        page = console.open("home")
        row = next((row for row in self.toml.sites if row.host == console.host), self.toml.sites[0])
        names = ("mall_name", "mallName")
        self._malls = shops_named(console, page, row, "mall", ["mall_id", "mallId"], names)
        return self._malls or [row.site()]

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read the violations of a mall, which the console itself must say that it shows."""
        page = showing_shop(console, self.toml, site, self._malls, console.open("violations"))
        yield from console.claims(site, page)
