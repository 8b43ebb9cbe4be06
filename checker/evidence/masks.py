"""What is taken out of a page's own text before it is kept: what was typed, tokens, cookies; pure.

Pictures are untouched. In text (the DOM, the MHTML, answers, exchanges) the value of every box of a form,
the value of whatever is named like a token, and every cookie's own value are blanked, and how many were
is noted. Nothing else is changed.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

__all__ = ["HIDDEN", "Masks", "kept_headers", "mhtml_texts"]

HIDDEN: Final = "[masked]"

# Attributes as browsers write them out: a name, and a value in double quotes. Possessive, hence linear.
_ATTRIBUTES: Final = rb'(?:\s++[^\s"=<>/]++(?:="[^"]*+")?+)*+'
_BOX: Final = re.compile(rb"<(?:input|option|meta|param)" + _ATTRIBUTES + rb"\s*+/?+>", re.IGNORECASE)
_TEXT_AREA: Final = re.compile(rb"(<textarea" + _ATTRIBUTES + rb"\s*+>)([^<]*+)(</textarea)", re.IGNORECASE)
_VALUE: Final = re.compile(rb'(\svalue=")([^"]++)(")', re.IGNORECASE)
_CONTENT: Final = re.compile(rb'(\scontent=")([^"]++)(")', re.IGNORECASE)
# The words on a button are the page's own, nobody typed them.
_BUTTON: Final = re.compile(rb'\stype="(?:submit|button|reset|image)"', re.IGNORECASE)
_TOKENISH: Final = (
    r"csrf|xsrf|token|nonce|session[-_]?id|sessionid|auth(?:orization|key)?|secret|passw|api[-_]?key|jwt|ubid"
)
_IS_TOKEN: Final = re.compile(_TOKENISH, re.IGNORECASE)
# `"anti-csrftoken": "..."`, `data-csrf-token="..."`, `window.csrfToken = '...'`
_NAMED: Final = re.compile(
    rb"((?:" + _TOKENISH.encode() + rb")[\w-]{0,40}[\"']?\s{0,4}[:=]\s{0,4})"
    rb"(\"[^\"\\\r\n]{6,4096}\"|'[^'\\\r\n]{6,4096}'|&quot;[^&\r\n]{6,4096}&quot;)",
    re.IGNORECASE,
)
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
        """Return a text with its tokens and cookies blanked, and how many were."""
        data, named = _NAMED.subn(_blank_named, data)
        data, found = self.cookies_only(data)
        return data, named + found

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
        count = 0

        def blank(match: re.Match[bytes]) -> bytes:
            nonlocal count
            tag = match.group()
            is_meta = tag[:5].lower() == b"<meta"
            if _BUTTON.search(tag) or (is_meta and not _IS_TOKEN.search(tag.decode("latin-1"))):
                return tag
            changed, times = (_CONTENT if is_meta else _VALUE).subn(rb"\1\3", tag)
            count += times
            return changed

        def empty(match: re.Match[bytes]) -> bytes:
            nonlocal count
            count += bool(match[2])
            return match[1] + match[3]

        data = _BOX.sub(blank, data)
        data = _TEXT_AREA.sub(empty, data)
        data, more = self.text(data)
        return data, count + more

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
            parts.append(head + gap + body)
        # The head of the file names the address it was saved from.
        return b"".join(parts), count

    def url(self, url: str) -> str:
        """Return an address, its token-like parameters blanked, without user or fragment."""
        parts = urlsplit(url)
        netloc = parts.netloc.rpartition("@")[2]
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if any(_IS_TOKEN.search(name) or self._is_cookie(value) for name, value in pairs):
            kept = [(n, HIDDEN if _IS_TOKEN.search(n) or self._is_cookie(v) else v) for n, v in pairs]
            parts = parts._replace(query=urlencode(kept))
        return urlunsplit(parts._replace(netloc=netloc, fragment=""))

    def _is_cookie(self, value: str) -> bool:
        return any(cookie in value for cookie in self.cookies)


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


def _blank_named(match: re.Match[bytes]) -> bytes:
    value = match[2]
    mark = b"&quot;" if value.startswith(b"&quot;") else value[:1]
    return match[1] + mark + HIDDEN.encode() + mark
