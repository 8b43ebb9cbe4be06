"""Blanking what is as good as a key in what a page says: session tokens, signed addresses, bearer texts.

    mask = TokenMask()
    mask.html(page)        mask.document(json_or_script)        mask.url(address)        mask.text(words)
    mask.count             how many values were blanked so far

The scrubber (`checker.secrets.scrub`) finds secrets it knows. Nobody knows a console's tokens beforehand, so
they are found by what they are, wherever they stand: each text is taken apart as what it is (a page into
attributes, scripts and words, an address into its parameters, a document into names and values, a value that
is itself an address or a document once more), and a value is blanked

- if its name says so: `csrfToken`, `X-Amz-Signature`, `sid`, whatever the case and the marks between words;
- if it has the form of a known kind of token: `Bearer ...`, a JWT, the keys of well-known services;
- if it looks drawn by lot: 24 characters or more, mixed as no word, number, id or digest is.

Nothing else is changed, not by a byte. Every pattern is gone through once, whatever a hostile page holds.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from urllib.parse import quote, unquote_plus

__all__ = ["BLANK", "TokenMask", "is_secret_name", "looks_random"]

BLANK: Final = "[masked]"

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Whatever else a name says, with one of these in it (marks taken out) its value is a secret.
_STRONG: Final = re.compile(
    r"csrf|xsrf|nonce|secret|passw|passcode|jwt|api_?key|access_?key|private_?key|session_?(?:id|token|key)"
    r"|auth_?(?:token|key|code)|access_?token|refresh_?token|id_?token|security_?token|bearer|credential"
    r"|key_?pair_?id|ubid|otp_?(?:code|secret)|m_h5_tk|spc_(?:ec|st|sc|cds|u$)"
)
# A name that ends in one of these holds a secret.
_TOKEN: Final = frozenset({"token", "tokens", "tk", "sig", "hmac", "sid", "sess", "sso", "pwd", "otp"})
# So it does here, unless the value is a plain word: `"authorization": "REQUIRED"` is what a console says.
_PERHAPS: Final = frozenset(
    {
        *("signature", "sign", "session", "sessions", "auth", "authorization", "authorisation", "ticket"),
        *("cookie", "cookies"),
    }
)
_GENERIC: Final = frozenset({"value", "val", "v", "id", "data", "content", "raw", "text", "key", "0"})
_NAMING: Final = frozenset({"name", "key", "header", "field", "id", "type"})
_IDS: Final = frozenset({"id", "ids", "cursor", "gid", "uuid", "guid", "hash", "digest", "integrity", "etag"})
_PLAIN_WORD: Final = re.compile(r"[^\W\d]{1,24}(?:[ _-][^\W\d]{1,24}){0,8}")

_FORMS: Final = re.compile(
    r"(?P<jwt>(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"
    r"|(?P<scheme>(?<!\w)(?i:bearer|basic|negotiate|token|oauth)\s{1,4})(?P<given>[\w+/.~=|%-]{8,8192})"
    r"|(?P<key>(?<!\w)(?:A[KS]IA[A-Z0-9]{12,}|Atz[ar]\|[\w+/=-]{8,}|ya29\.[\w-]{16,}|gh[pousr]_\w{16,}"
    r"|xox[abeprs]-[\w-]{10,}|[sr]k_(?:live|test)_\w{8,}|AIza[\w-]{30,}))"
    r"|(?P<pem>-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\w+/=\s\\-]{0,8192})",
)
_ADDRESS: Final = re.compile(r"(?:https?|wss?|ftp)://[^\s\"'<>\\^`{|}]{1,8192}", re.IGNORECASE)
_A_NAME: Final = re.compile(r"[\w.:-]{1,60}")
_NAMED: Final = re.compile(r"(?<![\w.$-])([\w.$-]{2,60})\\{0,4}[\"']?\s{0,2}[=:]\s{0,2}\\{0,4}[\"']?")
_GIVEN: Final = re.compile(r"[^\s\"'\\&;,<>{}\[\]]{4,8192}")
_RANDOM: Final = re.compile(r"[\w+/=-]{24,}")
_SHORTEST: Final = 24
_LONGEST: Final = 4096
_HEX: Final = re.compile(r"[0-9a-fA-F]{40,}")

# One that does not end is taken as well, or each mark in it would be tried as the beginning of another.
_LITERAL: Final = r'"(?:[^"\\\r\n]|\\.)*+"?+'
_REST: Final = r"|[{}\[\]():,=;]|[A-Za-z_$][\w$]*+|\d++"
_JSON: Final = re.compile(_LITERAL + _REST)
_SCRIPT: Final = re.compile(_LITERAL + r"|'(?:[^'\\\r\n]|\\.)*+'?+|`(?:[^`\\]|\\.)*+`?+" + _REST)
_COLON: Final = re.compile(r"\s*:")
_DOCUMENT: Final = re.compile(r"\s*(?:\)\]\}'?,?|for\s*\(;;\);|while\s*\(1\);)?\s*[\[{\"]")
_ESCAPED: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SHORT_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}

_VALUE: Final = r"\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++)"
_TAG: Final = re.compile(rf"<(/?[A-Za-z][^\s/<>\"'=]*+)((?:\s++|/|[^\s\"'=<>/]++(?:{_VALUE})?+)*+)>")
_ATTRIBUTE: Final = re.compile(r"([^\s\"'=<>/]++)(\s*+=\s*+)(\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++)")
_ADDRESSES: Final = frozenset(
    {
        *("href", "src", "action", "formaction", "poster", "cite", "ping", "background", "manifest"),
        *("xlink:href", "data", "longdesc", "codebase"),
    }
)
_NAMES: Final = frozenset({"class", "id", "for", "name", "integrity", "style", "d", "points", "viewbox"})
_BUTTONS: Final = frozenset({"submit", "button", "reset", "image"})
_SAID: Final = frozenset({"content", "value", "data-value"})
_BOXES: Final = frozenset({"input", "option", "param"})
_DEEPEST: Final = 6


def is_secret_name(name: str) -> bool:
    """Tell whether whatever has this name (a field, a header, a parameter, a cookie) holds a secret."""
    return _kind(name) == "secret"


def _tells(text: str) -> bool:
    """Tell whether a value is itself the name of a secret: a name, and no address or words with one in it."""
    return _A_NAME.fullmatch(text) is not None and is_secret_name(text)


def looks_random(value: str) -> bool:
    """Tell whether a text holds a stretch that no person wrote and that is no number, word, id or digest."""
    return any(_is_drawn(found) for found in _RANDOM.findall(value))


def _is_drawn(text: str) -> bool:
    kinds = [0 if char.isdigit() else 1 if char.isupper() else 2 if char.islower() else 3 for char in text]
    if kinds.count(0) < 2 or not {1, 2} <= set(kinds):  # noqa: PLR2004 - one digit a name may have
        return False
    changes = sum(a != b for a, b in pairwise(kinds))
    return changes * 10 >= len(text) * 3


@lru_cache(8192)
def _kind(name: str) -> str:
    """Return `secret`, `perhaps`, `mention` (the word is in it, and not last), or nothing."""
    words = [word.casefold() for word in _WORDS.findall(name[:200])]
    if not words:
        return ""
    lowered = "_".join(words)
    if _STRONG.search(lowered) or _STRONG.search(lowered.replace("_", "")):
        return "secret"
    while len(words) > 1 and (words[-1] in ("value", "hash") or words[-1].isdigit()):
        words.pop()
    last = words[-1]
    if last in _TOKEN or (last.endswith("token") and last != "token"):
        return "secret"
    if last in _PERHAPS:
        return "perhaps"
    return "mention" if any("token" in word or word in _PERHAPS for word in words) else ""


class TokenMask:
    """Blanks tokens in texts; `count` is how many it blanked so far.

    Args:
        drawn: Whether to blank also what only looks drawn by lot. Not where a flow will read the text again
            and may know something by it.
    """

    def __init__(self, *, drawn: bool = True) -> None:
        self.count = 0
        self._drawn = drawn
        self._is_code = False

    def html(self, page: str, *, boxes: bool = False) -> str:
        """Return a page; with `boxes`, also without what was typed into its forms."""
        return "".join(self._pieces(page, boxes=boxes))

    def document(self, text: str) -> str:
        """Return a text that is JSON, a script that carries some, or words."""
        return self._scan(text, _JSON, 0) if _DOCUMENT.match(text) else self.text(text)

    def script(self, text: str) -> str:
        """Return a program somebody wrote: it names tokens, and holds only what was filled in."""
        self._is_code = True
        try:
            return self._scan(text, _SCRIPT, 0)
        finally:
            self._is_code = False

    def json(self, value: Any, name: str = "") -> Any:
        """Return a document that was read already; numbers, booleans and null stay."""
        match value:
            case str():
                return self._of_name(name, value, 0)
            case list():
                # `["x-csrf-token", ...]`: a header as a pair.
                before = [None, *value]
                names = [one if isinstance(one, str) and _tells(one) else name for one in before]
                return [self.json(inner, called) for inner, called in zip(value, names, strict=False)]
            case dict():
                told = {key: inner for key, inner in value.items() if isinstance(inner, str)}
                secret = (told[key] for key in told if key.casefold() in _NAMING and _tells(told[key]))
                named = next(secret, name if _kind(name) else "")
                return {
                    key: self.json(inner, named if named and key.casefold() in _GENERIC else key)
                    for key, inner in value.items()
                }
            case _:
                return value

    def url(self, url: str) -> str:
        """Return an address: user, parameters, fragment and path segments, each as they are to be."""
        return self._url(url, 0)

    def value(self, name: str, value: str) -> str:
        """Return the value of something that has a name."""
        return self._of_name(name, value, 0)

    def text(self, text: str) -> str:
        """Return words: addresses in them, `name=value`, and tokens of known forms."""
        return self._text(text, 0)

    # What follows is one method for each thing a text can be. `depth` is how often one stood in another.

    def _text(self, text: str, depth: int) -> str:
        if "://" in text:
            text = _ADDRESS.sub(lambda found: self._url(found.group(), depth + 1), text)
        if "=" in text or ":" in text:
            text = self._pairs(text)
        return _FORMS.sub(self._form, text)

    def _pairs(self, text: str) -> str:
        """Return words without the values that stand behind `name=` or `"name": "`."""
        out: list[str] = []
        place = 0
        for found in _NAMED.finditer(text):
            if found.end() < place or not _kind(found[1]):
                continue
            given = _GIVEN.match(text, found.end())
            if given is None or "masked" in given.group() or not self._is_to_go(found[1], given.group()):
                continue
            self.count += 1
            out += [text[place : found.end()], BLANK]
            place = given.end()
        return "".join([*out, text[place:]])

    def _form(self, found: re.Match[str]) -> str:
        if found["scheme"] and _PLAIN_WORD.fullmatch(found["given"]):
            return found.group()
        self.count += 1
        return f"{found['scheme'] or ''}{BLANK}"

    def _of_name(self, name: str, value: str, depth: int) -> str:
        """Return a value: blank if its name or its form says so, else with what stands inside it blanked."""
        if not value or value == BLANK:
            return value
        if name and self._is_to_go(name, value):
            self.count += 1
            return BLANK
        if depth > _DEEPEST:
            return value
        if value[0] in "{[" or _DOCUMENT.match(value):
            return self._scan(value, _JSON, depth + 1)
        if value[:1] == "<":
            return "".join(self._pieces(value, boxes=False))
        is_address = value[0] == "/" or ("=" in value and ("?" in value or "&" in value or ";" in value))
        if is_address and " " not in value.strip():
            return self._url(value, depth + 1)
        masked = self._text(value, depth + 1)
        last = [word.casefold() for word in _WORDS.findall(name)][-1:]
        if self._drawn and masked == value and not set(last) & _IDS and self._is_random_whole(value):
            self.count += 1
            return BLANK
        return masked

    @staticmethod
    def _is_random_whole(value: str) -> bool:
        return (
            _SHORTEST <= len(value) <= _LONGEST and _RANDOM.fullmatch(value) is not None and _is_drawn(value)
        )

    def _is_to_go(self, name: str, value: str) -> bool:
        kind = _kind(name)
        if self._is_code and (len(value) < 8 or not any(char.isdigit() for char in value)):  # noqa: PLR2004
            # The name of a field, of a header, of another variable.
            return False
        if kind == "secret":
            return value not in ("true", "false", "null", "undefined")
        if kind == "perhaps":
            return _PLAIN_WORD.fullmatch(value) is None and not value.isdigit()
        return kind == "mention" and (looks_random(value) or _HEX.search(value) is not None)

    def _scan(self, text: str, tokens: re.Pattern[str], depth: int) -> str:
        out: list[str] = []
        place = 0
        holders: list[_Holder] = [_Holder("")]
        name = candidate = ""
        for found in tokens.finditer(text):
            token, holder = found.group(), holders[-1]
            match token[0]:
                case '"' | "'" | "`" if len(token) == 1 or token[-1] != token[0]:
                    continue
                case '"' | "'" | "`":
                    inside = _unescaped(token[1:-1])
                    if _COLON.match(text, found.end()):
                        candidate = inside
                        continue
                    known = name
                    if name.casefold() in _GENERIC | {""}:
                        known = holder.told or (holder.name if holder.is_list or _kind(holder.name) else name)
                    masked = self._of_name(known, inside, depth)
                    if masked != inside:
                        out += [text[place : found.start()], _escaped(masked, token)]
                        place = found.end()
                    if name.casefold() in _NAMING or (holder.is_list and not name):
                        # `{"name": "csrf", "value": ...}`, `["x-csrf-token", ...]`
                        holder.told = inside if _tells(inside) else ""
                    candidate = inside
                case ":" | "=":
                    name = candidate
                case "{" | "[" | "(" as opening:
                    inherited = holder.name if name.casefold() in _GENERIC | {""} else name
                    holders.append(_Holder(inherited, is_list=opening != "{"))
                    name = candidate = ""
                case "}" | "]" | ")":
                    if len(holders) > 1:
                        holders.pop()
                    # `headers["x-csrf-token"] = ...`: the literal is still the last thing that was named.
                    name = ""
                case "," | ";":
                    name = candidate = ""
                case _:
                    candidate = token
        return "".join([*out, text[place:]])

    def _url(self, url: str, depth: int) -> str:
        if depth > _DEEPEST or url.startswith(("data:", "blob:")):
            return url
        if url[:11].lower() == "javascript:":
            return url[:11] + self._scan(url[11:], _SCRIPT, depth + 1)
        rest, hash_, fragment = url.partition("#")
        rest, mark, query = rest.partition("?")
        if not mark and "=" in rest and "/" not in rest:
            return self._query(rest, depth) + hash_ + self._fragment(fragment, depth)
        return self._path(rest) + mark + self._query(query, depth) + hash_ + self._fragment(fragment, depth)

    def _fragment(self, fragment: str, depth: int) -> str:
        route, mark, query = fragment.rpartition("?")
        if "=" in query:
            return route + mark + self._query(query, depth)
        if self._drawn and looks_random(fragment):
            self.count += 1
            return BLANK
        return fragment

    def _path(self, path: str) -> str:
        start, slashes, rest = path.partition("//")
        if slashes and (not start or start.endswith(":")):
            host, slash, rest = rest.partition("/")
            user, at, host = host.rpartition("@")
            if at and user != BLANK:
                self.count += 1
                user = BLANK
            start, path = f"{start}//{user}{at}{host}{slash}", rest
        else:
            start = ""
        return start + "/".join(self._segment(segment) for segment in path.split("/"))

    def _segment(self, segment: str) -> str:
        name, mark, parameters = segment.partition(";")
        if mark and "=" in parameters:
            # `/orders;jsessionid=...`
            return f"{self._segment(name)};{self._query(parameters, 0)}"
        if self._drawn and "." not in segment and self._is_random_whole(segment):
            self.count += 1
            return BLANK
        return segment

    def _query(self, query: str, depth: int) -> str:
        parts = re.split("([&;])", query)
        return "".join(part if part in ("&", ";") else self._parameter(part, depth) for part in parts)

    def _parameter(self, part: str, depth: int) -> str:
        raw_name, mark, raw = part.partition("=")
        if not mark:
            return part
        name, value = unquote_plus(raw_name, errors="replace"), unquote_plus(raw, errors="replace")
        masked = self._of_name(name.strip(), value, depth + 1)
        last = [word.casefold() for word in _WORDS.findall(name)][-1:]
        if self._drawn and masked == value and _HEX.fullmatch(value) and not set(last) & _IDS:
            self.count += 1
            masked = BLANK
        return part if masked == value else f"{raw_name}={quote(masked, safe='', errors='replace')}"

    def _pieces(self, page: str, *, boxes: bool) -> Iterator[str]:
        place, length = 0, len(page)
        is_area, called = False, ""
        while place < length:
            begin = page.find("<", place)
            begin = length if begin < 0 else begin
            if begin > place:
                words = page[place:begin]
                if is_area and boxes:
                    self.count += bool(words)
                    words = ""
                yield self._words(words, called)
            if begin == length:
                return
            tag = _TAG.match(page, begin)
            if tag is None:
                yield "<"
                place = begin + 1
                continue
            name = tag[1].lower()
            yield self._tag(tag, name, boxes=boxes)
            place = tag.end()
            is_area, called = name == "textarea", _called(tag[2])
            if name == "script":
                end = page.find("</", place)
                while end >= 0 and page[end + 2 : end + 8].lower() != "script":
                    end = page.find("</", end + 2)
                end = length if end < 0 else end
                yield self._scan(page[place:end], _SCRIPT, 0)
                place = end

    def _words(self, words: str, called: str) -> str:
        """Return the words between two tags; `called` is what the element before them is called."""
        plain = html.unescape(words) if "&" in words else words
        bare = plain.strip()
        if called and bare and " " not in bare and _kind(called) and self._is_to_go(called, bare):
            self.count += 1
            return BLANK
        masked = self._text(plain, 0)
        return words if masked == plain else html.escape(masked, quote=False)

    def _tag(self, tag: re.Match[str], name: str, *, boxes: bool) -> str:
        attributes = {found[1].lower(): _unquoted(found[3]) for found in _ATTRIBUTE.finditer(tag[2])}
        if not attributes:
            return tag.group()
        called = _called(tag[2])
        is_button = attributes.get("type", "").lower() in _BUTTONS
        typed = boxes and name in _BOXES and not is_button

        def masked(found: re.Match[str]) -> str:
            attribute, value = found[1].lower(), _unquoted(found[3])
            new = self._attribute(attribute, value)
            is_token = attribute in _SAID and called and self._is_to_go(called, value)
            if value and (is_token or (attribute == "value" and typed)):
                self.count += new == value
                new = ""
            return found.group() if new == value else f'{found[1]}="{html.escape(new)}"'

        return f"<{tag[1]}{_ATTRIBUTE.sub(masked, tag[2])}>"

    def _attribute(self, name: str, value: str) -> str:
        if name in _ADDRESSES and not value.startswith("{"):
            return self._url(value, 0)
        if name in _NAMES:
            return self._text(value, 0)
        if name.startswith("on"):
            return self._scan(value, _SCRIPT, 0)
        return self._of_name("" if name in ("value", "content") else name, value, 0)


class _Holder:
    """An object or a list that is being gone through: what it is called, and the name an entry of it told."""

    def __init__(self, name: str, *, is_list: bool = False) -> None:
        self.name = name
        self.is_list = is_list
        self.told = ""


def _called(attributes: str) -> str:
    """Return what an element is called: its name, else its id; nothing if it has neither."""
    found = {one[1].lower(): _unquoted(one[3]) for one in _ATTRIBUTE.finditer(attributes)}
    return next((found[key] for key in ("name", "property", "itemprop", "id") if key in found), "")


def _unquoted(value: str) -> str:
    return html.unescape(value[1:-1] if value[:1] in ("'", '"') else value)


def _unescaped(inside: str) -> str:
    """Return what a literal of JSON or of a script says."""
    if "\\" not in inside:
        return inside

    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _SHORT_ESCAPES.get(found[3], found[3])

    return _ESCAPED.sub(plain, inside)


def _escaped(text: str, literal: str) -> str:
    """Write a text as a literal with the quotes of the one it replaces."""
    inside = json.dumps(text, ensure_ascii=literal.isascii())[1:-1]
    if literal[0] != '"':
        inside = inside.replace('\\"', '"').replace(literal[0], "\\" + literal[0])
    return literal[0] + inside.replace("</", "<\\/") + literal[0]
