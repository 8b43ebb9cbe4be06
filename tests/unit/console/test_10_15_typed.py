"""10.15: a typed secret is found again in whatever leaves, whichever way it is written."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from checker.console.typed import Typed

SECRET: Final = 'pä ss"w+rd\\7%/&=🙂'

WRITINGS: Final[dict[str, Callable[[str], str]]] = {
    "raw": lambda text: f"x={text}",
    "percents": quote,
    "all of it in percents": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "a form": lambda text: urlencode({"user": "u", "password": text}),
    "a query": quote_plus,
    "percents twice": lambda text: quote(quote(text)),
    "JSON": lambda text: json.dumps({"password": text}),
    "JSON as it is": lambda text: json.dumps({"password": text}, ensure_ascii=False),
    "JSON in a query": lambda text: urlencode({"payload": json.dumps({"p": text})}),
    "JSON in JSON": lambda text: json.dumps({"payload": json.dumps({"p": text})}),
    "base 64": lambda text: base64.b64encode(text.encode()).decode(),
    "base 64, one before": lambda text: base64.b64encode(b"u:" + text.encode() + b"!").decode(),
    "base 64, two before": lambda text: base64.b64encode(b"u" + text.encode() + b"?!").decode(),
    "base 64 for addresses": lambda text: (
        base64.urlsafe_b64encode(b"~~" + text.encode()).decode().rstrip("=")
    ),
    "base 64 in a query": lambda text: urlencode({"d": base64.b64encode(text.encode()).decode()}),
    "basic authentication": lambda text: "Basic " + base64.b64encode(f"user:{text}".encode()).decode(),
    "base 64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "hex": lambda text: text.encode().hex().upper(),
    "in parts": lambda text: f'--b\r\nContent-Disposition: form-data; name="p"\r\n\r\n{text}\r\n--b--',
    "script": lambda text: "".join(f"\\x{ord(char):02x}" if ord(char) < 256 else char for char in text),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_10_15_a_secret_is_found_however_it_is_written(writing: str) -> None:
    """In percents, forms, JSON, base 64 at any place, hex, and in each other."""
    typed = Typed()
    typed.add(SecretStr(SECRET))

    assert typed.is_in("nothing", WRITINGS[writing](SECRET))
    assert not typed.is_in(WRITINGS[writing]("another-secret-that-was-never-typed"))


@given(
    secret=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=8, max_size=40),
    before=st.binary(max_size=5),
    after=st.binary(max_size=5),
)
def test_10_15_base_64_hides_no_secret_wherever_it_begins(secret: str, before: bytes, after: bytes) -> None:
    """Whatever stands before and after it."""
    typed = Typed()
    typed.add(SecretStr(secret))

    assert typed.is_in(base64.b64encode(before + secret.encode() + after).decode())


@pytest.mark.parametrize(
    ("found", "text"),
    [(True, "code=123456"), (True, "a123456b"), (False, "t=1731234567890"), (False, "id=91234560")],
)
def test_10_15_a_code_is_no_part_of_a_longer_number(text: str, *, found: bool) -> None:
    """Six digits are in many a time stamp by chance."""
    typed = Typed()
    typed.add(SecretStr("123456"))

    assert typed.is_in(text) is found


def test_10_15_what_is_looked_for_is_in_no_picture_of_it() -> None:
    """Neither the secret nor its writings stand in the words that describe the watch."""
    typed = Typed()
    typed.add(SecretStr("canary-5512"))

    assert "canary" not in repr(typed)
    assert base64.b64encode(b"canary-5512").decode() not in repr(typed)
