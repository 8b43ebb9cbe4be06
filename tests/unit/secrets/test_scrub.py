"""No form of a secret survives the scrubber or is missed by the canary scan (C1)."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from checker.secrets import MASK, Scrubber

SECRET = "pä/ss+w?rd \"<&'\\ 1"
SCRUBBER = Scrubber([SecretStr(SECRET)])

FORMS = {
    "raw": SECRET,
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "urlsafe base64": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "base64 without padding": base64.b64encode(SECRET.encode()).decode().rstrip("="),
    "base64 of UTF-16": base64.b64encode(SECRET.encode("utf-16-le")).decode(),
    "percent": quote(SECRET, safe=""),
    "percent, path": quote(SECRET),
    "percent, form": quote_plus(SECRET),
    "percent, urlencode": urlencode({"p": SECRET}),
    "percent, small letters": "p%c3%a4%2fss%2bw%3frd%20%22%3c%26%27%5c%201",
    "percent, encodeURIComponent": "p%C3%A4%2Fss%2Bw%3Frd%20%22%3C%26'%5C%201",
    "JSON": json.dumps(SECRET),
    "JSON, not ASCII": json.dumps(SECRET, ensure_ascii=False),
    "JSON in JSON": json.dumps({"body": json.dumps({"password": SECRET})}),
    "HTML": html.escape(SECRET),
    "HTML, jinja": html.escape(SECRET).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
    "repr": repr(SECRET),
    "hex": SECRET.encode().hex(),
    "percent, each byte": "".join(f"%{byte:02x}" for byte in SECRET.encode()),
    "percent, some bytes": SECRET.replace("w", "%77").replace("1", "%31"),
    "percent, twice": quote(quote(SECRET, safe=""), safe=""),
    "percent, three times": quote(quote(quote(SECRET, safe=""), safe=""), safe=""),
    "percent, as a script escapes": "".join(f"%u{ord(char):04x}" for char in SECRET),
    "JSON, each character": "".join(f"\\u{ord(char):04x}" for char in SECRET),
    "JSON in JSON, each character": "".join(f"\\\\u{ord(char):04X}" for char in SECRET),
    "a script, each character": "".join(f"\\x{ord(char):02x}" for char in SECRET),
    "a script, in braces": "".join(f"\\u{{{ord(char):x}}}" for char in SECRET),
    "HTML, each character": "".join(f"&#{ord(char)};" for char in SECRET),
    "HTML, in hexadecimal": "".join(f"&#X{ord(char):x};" for char in SECRET),
    "HTML, twice": html.escape(html.escape(SECRET)),
    "capitals": SECRET.upper(),
    "capitals, percent": quote(SECRET.upper(), safe=""),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    """Each form is taken out of text and found in bytes of each encoding."""
    line = f"before {FORMS[name]} after"

    clean = SCRUBBER.scrub(line)

    assert clean.startswith("before ")
    assert clean.endswith(" after")
    assert MASK in clean
    assert FORMS[name] not in clean
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert SCRUBBER.found_in(line.encode(encoding))


@pytest.mark.parametrize("offset", range(3))
def test_base64_inside_something_longer(offset: int) -> None:
    """A secret inside a longer base64 text is found at each of its three offsets."""
    blob = base64.b64encode(b"user:pass"[:offset] + b"____" * 3 + SECRET.encode() + b"____")

    assert SCRUBBER.found_in(b"x" + blob)
    assert MASK in SCRUBBER.scrub(blob.decode())


@settings(deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=30).filter(
        lambda t: len(t.strip()) > 3
    ),
    st.binary(max_size=7),
    st.binary(max_size=7),
)
def test_any_secret(secret: str, before: bytes, after: bytes) -> None:
    """Whatever the secret and its neighbours, it is found as it is and in base64."""
    scrubber = Scrubber([SecretStr(secret)])
    data = before + secret.strip().encode() + after

    assert scrubber.found_in(data)
    assert MASK in scrubber.scrub(f"a {secret} b")
    if len(secret.strip().encode()) > 6:
        assert scrubber.found_in(base64.b64encode(data))


def test_innocent() -> None:
    """What holds no secret stays as it is, and is not reported."""
    text = "account main, site US: 23 widgets read"

    assert SCRUBBER.scrub(text) is text
    assert not SCRUBBER.found_in(text.encode() + bytes(range(256)) * 100)


def test_overlapping_secrets() -> None:
    """Secrets that hold, touch or overlap each other leave nothing behind."""
    scrubber = Scrubber([SecretStr("abcdef"), SecretStr("defghi"), SecretStr("cdef"), SecretStr("xyxyx")])

    assert scrubber.scrub("1 abcdefghi 2 cdefcdef 3 xyxyxyx 4") == (
        "1 [secret] 2 [secret][secret] 3 [secret] 4"
    )


def test_short_secrets() -> None:
    """A secret of under four characters is left alone: it would take every line apart."""
    scrubber = Scrubber([SecretStr("abc"), SecretStr(""), SecretStr("   x ")])

    assert scrubber.scrub("abc x") == "abc x"
    assert not scrubber.found_in(b"abc x")


def test_added_later() -> None:
    """A one-time code made in mid-run is known from then on."""
    scrubber = Scrubber()
    assert scrubber.scrub("code 481516") == "code 481516"

    scrubber.add(SecretStr("481516"))

    assert scrubber.scrub("code 481516") == "code [secret]"
    assert "481516" not in repr(scrubber)


@given(st.lists(st.sampled_from(range(8)), min_size=len(SECRET), max_size=len(SECRET)))
def test_each_character_may_be_escaped_in_its_own_way(ways: list[int]) -> None:
    """Whichever of them is escaped, and how: the whole is found, and nothing of it stays."""
    written: list[Callable[[str], str]] = [
        str,
        lambda char: quote(char, safe=""),
        lambda char: f"&#{ord(char)};",
        lambda char: f"&#x{ord(char):X};",
        lambda char: f"\\u{ord(char):04x}",
        lambda char: f"\\u{{{ord(char):x}}}",
        html.escape,
        str.upper,
    ]
    mixed = "".join(written[way](char) for way, char in zip(ways, SECRET, strict=True))
    line = f"before {mixed} after"

    assert SCRUBBER.found_in(line.encode())
    assert SCRUBBER.scrub(line) == f"before {MASK} after"


def test_a_short_secret_counts_in_its_own_capitals_alone() -> None:
    """In others it may be any word."""
    short = Scrubber([SecretStr("Tea7")])

    assert short.scrub("tea7 TEA7 Tea7 T%65a7") == f"tea7 TEA7 {MASK} {MASK}"
