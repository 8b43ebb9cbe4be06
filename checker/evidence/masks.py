"""What is taken out of a page's own text before it is kept: what was typed, tokens, cookies; pure.

Pictures are untouched. In text (the DOM, the MHTML, answers, exchanges) the value of every box of a form,
every token (`checker.secrets.tokens` says what is one), and every cookie's own value are blanked, and how
many were is noted. Nothing else is changed.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from checker.secrets.tokens import BLANK, TokenMask

__all__ = ["HIDDEN", "Masks", "kept_headers", "mhtml_texts"]

HIDDEN: Final = BLANK

_SHORTEST_COOKIE: Final = 12
_BOUNDARY: Final = re.compile(rb'boundary="([^"\r\n]{1,200})"', re.IGNORECASE)
_LINES: Final = re.IGNORECASE | re.MULTILINE
_QUOTED: Final = re.compile(rb"^content-transfer-encoding:\s*quoted-printable\s*$", _LINES)
_HTML_PART: Final = re.compile(rb"^content-type:\s*text/(?:html|plain|css|xml)", _LINES)

_HEADERS: Final = frozenset(
    {
        "accept", "accept-language", "accept-ranges", "age", "cache-control", "content-disposition",
        "content-language", "content-type", "date", "etag", "expires", "last-modified", "location",
        "referer", "retry-after", "server", "user-agent", "vary", "via", "x-cache", "x-requested-with",
        "x-amzn-requestid", "x-amz-rid", "x-amz-cf-id", "x-request-id",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Masks:
    """What is blanked in one visit: whatever is named like a token, and these cookies' values."""

    cookies: tuple[str, ...] = ()

    @classmethod
    def of_cookies(cls, values: Iterable[str]) -> Masks:
        """Return the masks for a browser with these cookie values; short ones are settings, not secrets."""
        long = {value.strip('"') for value in values}
        return cls(tuple(sorted((v for v in long if len(v) >= _SHORTEST_COOKIE), key=len, reverse=True)))

    def text(self, data: bytes) -> tuple[bytes, int]:
        """Return JSON, or words, with tokens and cookies blanked, and how many were."""
        return self._masked(data, TokenMask.document)

    def script(self, data: bytes) -> tuple[bytes, int]:
        """Return a program with tokens that were filled into it and cookies blanked, and how many were."""
        return self._masked(data, TokenMask.script)

    def _masked(self, data: bytes, way: Callable[[TokenMask, str], str]) -> tuple[bytes, int]:
        mask = TokenMask()
        masked = way(mask, data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        masked, found = self.cookies_only(masked)
        return masked, mask.count + found

    def cookies_only(self, data: bytes) -> tuple[bytes, int]:
        """Return a text with the cookies' own values blanked, and how many were."""
        found = 0
        for value in self.cookies:
            for form in dict.fromkeys((value, quote(value, safe=""), quote(value))):
                needle = form.encode("utf-8", "replace")
                times = data.count(needle)
                if times:
                    found += times
                    data = data.replace(needle, HIDDEN.encode())
        return data, found

    def html(self, data: bytes) -> tuple[bytes, int]:
        """Return a page with, besides, the value of every box blanked."""
        return self._masked(data, lambda mask, page: mask.html(page, boxes=True))

    def mhtml(self, data: bytes) -> tuple[bytes, int]:
        """Return a browser's MHTML with its text parts treated as pages; every other byte as it was."""
        count = 0
        parts: list[bytes] = []
        for part in _parts(data):
            head, gap, body = part.partition(b"\r\n\r\n")
            if gap and _HTML_PART.search(head) and _QUOTED.search(head):
                plain = _unquoted(body)
                masked, times = self.html(plain)
                if times:
                    count += times
                    # It decodes without the line ends' carriage returns, and MHTML wants them.
                    body = quopri.encodestring(masked).replace(b"\n", b"\r\n") + b"\r\n"
            # A head names the address its part was loaded from.
            masked_head, times = self.text(head)
            count += times
            parts.append(masked_head + gap + body)
        return b"".join(parts), count

    def url(self, url: str) -> str:
        """Return an address, its tokens blanked, without user or fragment."""
        parts = urlsplit(url)
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
        return self.cookies_only(TokenMask().url(bare).encode("utf-8", "replace"))[0].decode()


def kept_headers(headers: Mapping[str, str], masks: Masks) -> dict[str, str]:
    """Return the headers that may be kept: those of a list of harmless ones, addresses masked."""
    kept = {}
    for name, value in headers.items():
        lowered = name.lower()
        if lowered in _HEADERS:
            is_address = lowered in ("location", "referer")
            kept[lowered] = masks.url(value) if is_address else masks.text(value.encode())[0].decode()
    return kept


def mhtml_texts(data: bytes) -> bytes:
    """Return the text parts of an MHTML decoded, for whoever looks for something in them."""
    texts = []
    for part in _parts(data):
        head, _, body = part.partition(b"\r\n\r\n")
        texts += [head, _unquoted(body) if _QUOTED.search(head) else b""]
    return b"\n".join(texts)


def _parts(data: bytes) -> list[bytes]:
    """Cut an MHTML before each boundary line, losing no byte."""
    found = _BOUNDARY.search(data[:4096])
    if found is None:
        return [data]
    line = b"--" + found[1]
    cuts = [0]
    start = data.find(line)
    while start >= 0:
        cuts.append(start)
        start = data.find(line, start + len(line))
    return [data[a:b] for a, b in zip(cuts, [*cuts[1:], len(data)], strict=True)]


def _unquoted(body: bytes) -> bytes:
    return quopri.decodestring(body.replace(b"\r\n", b"\n"))
