"""AliExpress: the channels of a login, their scores and violation points; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.flow import Console, Flow, shops_named, showing_shop
from checker.model import Claim, Site

__all__ = ["AliExpressFlow"]


class AliExpressFlow(Flow):
    """Reads the service scores of every channel of a login, and its violation points where they are shown."""

    marketplace = "aliexpress"

    _channels: Sequence[Site] = ()

    def sites(self, console: Console) -> Sequence[Site]:
        """List every channel that an answer names or an address of the first page carries."""
        page = console.open("home")
        (row,) = self.toml.sites
        names = ("channelName", "shopName", "storeName")
        self._channels = shops_named(console, page, row, "channel", ["channelId"], names)
        return self._channels or [row.site()]

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read both pages of a channel, which the console itself must say that they show."""
        query = {"channelId": site.shop} if site.shop else {}
        for name in self.toml.read_pages:
            page = console.offered(name, **query)
            if page is not None:
                page = showing_shop(console, self.toml, site, self._channels, page)
                yield from console.claims(site, page)
