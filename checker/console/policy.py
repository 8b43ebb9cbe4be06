"""What a browser may send, decided from a flow's data alone; pure.

phase     allowed
SIGN_IN   GET HEAD OPTIONS; POSTs to the origins that `[signin]` names, on any path that is not denied
READ      GET HEAD OPTIONS; the POSTs the console itself makes in order to read, as listed
both      never an address that acts by its words, however it is spelt and whatever the method; never another
          host; never GraphQL that is more than a query; never a method or an address in disguise
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from checker.console.acting import acting_word, is_file, overriding, says_signing_in, words_of, written
from checker.console.addresses import forms, is_bottomless, is_plain
from checker.console.fields import fields_of
from checker.console.operations import asks_only, changes, may_write
from checker.flow import SiteToml
from checker.flow.site_toml import ReadPost

__all__ = ["Judgement", "Phase", "Policy", "Verdict", "is_loopback"]

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HTTPS: Final = 443
_NEVER: Final = "; nothing allows it"


class Phase(StrEnum):
    """What the browser is doing."""

    SIGN_IN = "sign_in"
    READ = "read"


class Verdict(StrEnum):
    """What happens to a request."""

    ALLOW = "allow"
    BLOCK = "block"
    REROUTE = "reroute"


class Judgement(NamedTuple):
    """What happens to a request and, where it is turned away, why and what would allow it."""

    verdict: Verdict
    why: str = ""


_ALLOWED: Final = Judgement(Verdict.ALLOW)


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
        return self.examine(phase, method, url, body).verdict

    def examine(
        self,
        phase: Phase,
        method: str,
        url: str,
        body: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        resource_type: str = "",
    ) -> Judgement:
        """Decide about one request, and say why it is turned away.

        Args:
            phase: what the browser is doing.
            method: of the request.
            url: where it goes; every hop of a redirect is a request of its own.
            body: what it sends, None where it sends nothing or the browser does not show it.
            headers: what it says besides; None where that is not known, and so not judged.
            resource_type: as what the browser asks for it, as the browser calls it.
        """
        parts = _split(url)
        if parts is None:
            return _blocked("an address that nobody can take apart" + _NEVER)
        if parts.scheme in ("data", "blob", "about"):
            return _ALLOWED
        if parts.scheme not in ("http", "https"):
            return _blocked(f"{parts.scheme}: is no way to a console" + _NEVER)
        fields = list(fields_of(body))
        if why := self._acts(phase, method, url, headers or {}, fields, resource_type):
            return _blocked(why)
        if not self.at_home(url):
            if self.origin and parts.hostname in self.toml.allowed_hosts and method in _READS:
                return Judgement(Verdict.REROUTE)
            return _blocked(
                f'another host; [hosts] also = ["{parts.hostname or ""}"] would allow reading there'
            )
        if method in _READS:
            if self._may_get(method, parts):
                return _ALLOWED
            return _blocked("GraphQL that is not the listed query" + _NEVER)
        return self._written(phase, method, parts, body, headers, [body or "", *(text for _, text in fields)])

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

    def is_sign_in_origin(self, url: str) -> bool:
        """Tell whether a secret may be typed and sent there: an origin `[signin]` names, by HTTPS.

        An account's own origin stands for all of them; without HTTPS it must be this machine.
        """
        parts = _split(url)
        if parts is None or "@" in parts.netloc:
            return False
        if self.origin:
            return self.at_home(url) and (parts.scheme == "https" or is_loopback(parts.hostname or ""))
        return (
            parts.scheme == "https"
            and parts.port in (None, _HTTPS)
            and parts.hostname in self.toml.sign_in_hosts
        )

    def may_open(self, url: str) -> bool:
        """Tell whether a page may be opened that the console itself leads to: at home, and reading alone."""
        return self.at_home(url) and self.judge(Phase.READ, "GET", url) is Verdict.ALLOW

    def may_post_secret(self, url: str) -> bool:
        """Tell whether a sign-in form may send to `url`: a sign-in origin, on a path that is not denied."""
        parts = _split(url)
        if parts is None or not self.is_sign_in_origin(url):
            return False
        return not self._acts(Phase.SIGN_IN, "POST", url, {}, [], "Document")

    def _acts(
        self,
        phase: Phase,
        method: str,
        url: str,
        headers: Mapping[str, str],
        fields: list[tuple[str, str]],
        resource_type: str,
    ) -> str:
        """Return what makes a request a deed, nothing if nothing does."""
        parts = urlsplit(url)
        if name := overriding(method, parts.query, headers, fields):
            return f"{name!r} gives it another method or address" + _NEVER
        if is_bottomless(parts.path) or is_bottomless(parts.query):
            return "an address that is encoded again and again" + _NEVER
        if pattern := self._denied(parts.path):
            return f"deny = [{pattern!r}] of site.toml" + _NEVER
        if may_write(parts.query):
            return "GraphQL that writes" + _NEVER
        content_host = parts.hostname in self.toml.hosts.also and not self.is_sign_in_origin(url)
        if method in _READS and is_file(url, resource_type, content_host=content_host):
            return ""
        if self._for_a_person(parts.path):
            return ""
        signing_in = phase is Phase.SIGN_IN and self.is_sign_in_origin(url)
        excused = self._excused(parts.path)
        word = acting_word(parts.path, parts.query, excused=excused, signing_in=signing_in)
        if word:
            return f"{word!r} acts; a page or answer of site.toml with this very path would allow reading it"
        word = written(fields, flags=not signing_in)
        if word and not (signing_in and self._is_sign_in_path(parts.path)):
            return f"{word!r} in what it sends acts" + _NEVER
        return ""

    def _is_sign_in_path(self, path: str) -> bool:
        """Tell whether a path says that it is for signing in, or is known to be."""
        return says_signing_in(path) or any(re.fullmatch(known, path) for known in self.toml.signin.posts)

    def _denied(self, path: str) -> str:
        """Return the pattern of site.toml that denies a path, nothing if none does."""
        if self._for_a_person(path):
            return ""
        found = (
            pattern
            for form in forms(path)
            for pattern in self.toml.deny
            if re.search(pattern, form, re.IGNORECASE)
        )
        return next(found, "")

    def _for_a_person(self, path: str) -> bool:
        person_posts = self.toml.signin.person_posts
        return self.attended and any(re.fullmatch(pattern, path) for pattern in person_posts)

    def _excused(self, path: str) -> frozenset[str]:
        """Return the acting words that a declared path is itself made of, where it is this one."""
        if not is_plain(path):
            return frozenset()
        return frozenset(
            word for pattern in self._declared() if re.fullmatch(pattern, path) for word in words_of(pattern)
        )

    def _declared(self) -> Iterator[str]:
        """Yield every path the flow's data name, as patterns."""
        for page in self.toml.pages.values():
            # A page is opened with a slash at its end as well.
            yield from (f"{re.escape(known.rstrip('/'))}/?" for known in page.all_paths)
            if page.lands:
                yield page.lands
        for answer in self.toml.answers.values():
            yield answer.path
            if answer.ask is not None:
                yield re.escape(answer.ask)
        yield from (read.path for read in self.toml.reads)
        yield from self.toml.signin.posts

    def _may_get(self, method: str, parts: SplitResult) -> bool:
        """Tell whether a GET is one: at a path of GraphQL it may be a call like any other."""
        calls = [read for read in self._reads(parts.path) if read.operation]
        if method != "GET" or not calls or not parts.query:
            return True
        return any(asks_only(None, parts.query, read.operation) for read in calls)

    def _written(
        self,
        phase: Phase,
        method: str,
        parts: SplitResult,
        body: str | None,
        headers: Mapping[str, str] | None,
        texts: Iterable[str],
    ) -> Judgement:
        """Decide about what is no GET, at home; texts: all that its body is made of."""
        if method != "POST":
            return _blocked(f"{method} writes" + _NEVER)
        if not is_plain(parts.path):
            return _blocked("its path has more than one spelling" + _NEVER)
        reads = self._reads(parts.path)
        calls = any(read.operation for read in reads)
        signing_in = phase is Phase.SIGN_IN and not calls and self.is_sign_in_origin(parts.geturl())
        name = changes(texts)
        # A call that signs in is a mutation; it says so itself, or its path does.
        if name and not (signing_in and says_signing_in(f"{parts.path}/{name}")):
            return _blocked(f"GraphQL that writes: {name}" + _NEVER)
        if signing_in or any(_fits(read, body, headers) for read in reads):
            return _ALLOWED
        if reads:
            return _blocked("it is listed in [[reads]], and its content type or operation is another one")
        return _blocked(
            f'it writes, or reads by POST; then [[reads]] path = "{re.escape(parts.path)}" allows it'
        )

    def _reads(self, path: str) -> list[ReadPost]:
        return [read for read in self.toml.reads if re.fullmatch(read.path, path)]


def _blocked(why: str) -> Judgement:
    return Judgement(Verdict.BLOCK, why)


def _fits(read: ReadPost, body: str | None, headers: Mapping[str, str] | None) -> bool:
    """Tell whether a POST is the listed one: by its operation, and by the content type it names."""
    if headers is not None and body:
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        if read.content and kind.partition(";")[0].strip().lower() != read.content:
            return False
    return not read.operation or asks_only(body, "", read.operation)


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
