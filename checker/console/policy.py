"""What a browser may send, decided from a flow's data alone; pure.

phase     allowed
SIGN_IN   GET HEAD OPTIONS; the form posts that site.toml lists, to the console's own hosts
READ      GET HEAD OPTIONS; the POSTs the console itself makes in order to read, as listed
both      never a denied path, however it is spelt and whatever the method; never another host;
          never GraphQL that is more than a query
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

from checker.console.addresses import forms, is_plain
from checker.console.operations import asks_only, may_write
from checker.flow import SiteToml
from checker.flow.site_toml import ReadPost

__all__ = ["Phase", "Policy", "Verdict", "is_loopback"]

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HTTPS: Final = 443


class Phase(StrEnum):
    """What the browser is doing."""

    SIGN_IN = "sign_in"
    READ = "read"


class Verdict(StrEnum):
    """What happens to a request."""

    ALLOW = "allow"
    BLOCK = "block"
    REROUTE = "reroute"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a flow's data and an account's origin allow.

    attended: a person is there, and what only a person may answer may be sent.
    """

    toml: SiteToml
    origin: str = ""
    attended: bool = False

    def judge(self, phase: Phase, method: str, url: str, body: str | None = None) -> Verdict:
        """Decide about one request; every hop of a redirect is a request of its own."""
        parts = _split(url)
        if parts is None:
            return Verdict.BLOCK
        if parts.scheme in ("data", "blob", "about"):
            return Verdict.ALLOW
        if parts.scheme not in ("http", "https") or self._denied(parts.path) or may_write(parts.query):
            return Verdict.BLOCK
        if not self.at_home(url):
            reroute = self.origin and parts.hostname in self.toml.allowed_hosts and method in _READS
            return Verdict.REROUTE if reroute else Verdict.BLOCK
        if method in _READS:
            return Verdict.ALLOW if self._may_get(method, parts) else Verdict.BLOCK
        return Verdict.ALLOW if self._listed(phase, method, parts, body) else Verdict.BLOCK

    def at_home(self, url: str) -> bool:
        """Tell whether an address belongs to the console: the account's origin, or a listed host by HTTPS."""
        parts = _split(url)
        if parts is None or "@" in parts.netloc:
            return False
        if self.origin:
            home = urlsplit(self.origin)
            return (parts.scheme, parts.netloc) == (home.scheme, home.netloc)
        return (
            parts.scheme == "https"
            and parts.port in (None, _HTTPS)
            and parts.hostname in self.toml.allowed_hosts
        )

    def rerouted(self, url: str) -> str:
        """Return where an address of one of the flow's hosts lies at the account's origin."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.origin}{parts.path}{query}"

    def may_post_secret(self, url: str) -> bool:
        """Tell whether a sign-in form may send to `url`: the console's own, and a listed path."""
        parts = _split(url)
        return parts is not None and self.at_home(url) and self._is_sign_in(parts.path)

    def _denied(self, path: str) -> bool:
        if self.attended and any(re.fullmatch(pattern, path) for pattern in self.toml.signin.person_posts):
            return False
        return any(
            re.search(pattern, form, re.IGNORECASE) for form in forms(path) for pattern in self.toml.deny
        )

    def _may_get(self, method: str, parts: SplitResult) -> bool:
        """Tell whether a GET is one: at a path of GraphQL it may be a call like any other."""
        calls = [read for read in self._reads(parts.path) if read.operation]
        if method != "GET" or not calls or not parts.query:
            return True
        return any(asks_only(None, parts.query, read.operation) for read in calls)

    def _listed(self, phase: Phase, method: str, parts: SplitResult, body: str | None) -> bool:
        if method != "POST" or not is_plain(parts.path):
            return False
        if phase is Phase.SIGN_IN and self._is_sign_in(parts.path):
            return True
        return any(
            not read.operation or asks_only(body, "", read.operation) for read in self._reads(parts.path)
        )

    def _is_sign_in(self, path: str) -> bool:
        signin = self.toml.signin
        posts = (*signin.posts, *signin.person_posts) if self.attended else signin.posts
        return any(re.fullmatch(pattern, path) for pattern in posts)

    def _reads(self, path: str) -> list[ReadPost]:
        return [read for read in self.toml.reads if re.fullmatch(read.path, path)]


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address, or none of one that nobody can take apart."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts
