"""A small console for the tests of what site.toml declares: its file, answers, pages, readings."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from checker.flow import Document, Page, Recorder, SiteToml, load_site_toml, page_claims
from checker.model import Claim, Reading, Site, settle_all

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
HEAD = """
neutral = ["orders"]
[flow]
marketplace = "shop"
title = "Shop"
version = "1.0"
contract = 2
[hosts]
start = "shop.example"
[[sites]]
code = "MY"
native_id = "MPID-1"
label = "Malaysia"
country = "MY"
[[sites]]
code = "SG"
native_id = "MPID-2"
label = "Singapore"
country = "SG"
[pages.health]
path = "/health"
answers = ["profile", "list"]
[signin]
start = "health"
[answers.profile]
shape = ["profile"]
[answers.list]
shape = ["rows"]
[codes.verdict]
GOOD = "ok"
BAD = "critical"
NONE = "unknown"
[codes.state]
open = "critical"
warned = "warning"
closed = "ok"
[codes.flag]
true = "critical"
false = "ok"
[conditions]
"<" = "lt"
LESS_THAN = "lt"
AT_LEAST = "gte"
[trends.trend]
UP = "better"
[units.PERCENT]
kind = "rate"
unit = "fraction"
shift = -2
sane = [0, 1]
[units.HOURS]
kind = "duration"
unit = "hours"
sane = [0, 9000]
[words.level.en]
ok = ["Healthy", "Top Rated"]
critical = ["At risk", "Below Standard"]
source = "a test"
[words.level.de]
ok = ["Gut"]
critical = ["Gefährdet"]
source = "a test"
"""
MY = Site("MY", "MPID-1", "Malaysia", country="MY", locale="en_US")


@cache
def toml_of(declared: str) -> SiteToml:
    """Return the flow's data with rows of a test added."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site.toml"
        path.write_text(HEAD + declared, "utf-8")
        return load_site_toml(path)


def recorder(language: str = "en", site: Site = MY, **fields: Any) -> Recorder:
    """Return what writes the claims of a site."""
    return Recorder(
        "shop",
        "main",
        site,
        "shop 1.0",
        lambda: AT,
        language,
        "en_US",
        fields.pop("numbers", "en_US"),
        **fields,
    )


def doc(value: Any, name: str = "profile", *keys: str | int, path: str = "/api/x", **query: str) -> Document:
    """Return a document of an answer, the profile unless told otherwise."""
    return Document(name, value, keys, path, query, 200, f"https://shop.example{path}")


def page(body: str = "", *, name: str = "health", ready: bool = True, language: str = "en") -> Page:
    """Return a page of that body."""
    html = f'<!doctype html><html lang="{language}"><body>{body}</body></html>'
    return Page(name, "/health", 200, html, ready=ready)


def claims_of(declared: str, *given: Document, body: str = "", **how: Any) -> list[Claim]:
    """Return every claim that the declared rows make of documents and a page."""
    shown = how.pop("shown", None) or page(body, language=how.get("language", "en"))

    def documents(name: str) -> Sequence[Document]:
        return [one for one in given if one.name == name]

    return list(page_claims(recorder(**how), toml_of(declared), shown, documents))


def read(declared: str, *given: Document, body: str = "", **how: Any) -> dict[str, Reading]:
    """Return what the claims come to, by metric, variant, cycle and item as keys are written."""
    readings = settle_all(claims_of(declared, *given, body=body, **how))
    return {str(reading.key).split("/", 3)[3]: reading for reading in readings}


def only(declared: str, *given: Document, body: str = "", **how: Any) -> Reading:
    """Return the one reading that the claims come to."""
    (reading,) = read(declared, *given, body=body, **how).values()
    return reading
