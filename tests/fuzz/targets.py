"""What is fuzzed: each target takes any bytes; it fails if they raise what is not documented, or are green.

A target states what holds for any input at all: the one type of error a reader raises, and, where it is cheap
to say, that nothing good was read out of garbage.
"""

from __future__ import annotations

import json
import string
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from checker.console.addresses import forms, is_plain
from checker.console.answers import parse_answer
from checker.console.fields import fields_of
from checker.console.kept import KeptError, load_part
from checker.console.operations import asks_only, changes, may_write
from checker.console.policy import Phase, Policy, Verdict
from checker.console.retry_after import seconds_asked
from checker.errors import ConfigError, UsageError
from checker.evidence.ledger import _break, _entry, _forged
from checker.evidence.manifest import Manifest, ManifestError
from checker.flow import Page, SiteToml
from checker.flow.coverage import alerts, red_statuses, unclaimed
from checker.flow.due_days import due_day
from checker.flow.element import Box
from checker.flow.layers import Layer
from checker.flow.lists import list_rows
from checker.flow.page_language import page_locale
from checker.flow.site_toml import _checked
from checker.model import Key, Level, Place
from checker.model.dates import days_in, deadline_in, moment
from checker.model.numbers import known_locale, parse_number, parse_ratio
from checker.model.quantities import read_quantities, says_nothing
from checker.model.records import BadKeyError
from checker.model.strictjson import BadJson, loads
from checker.model.wire import (
    WireError,
    dump_reading,
    load_ack,
    load_event,
    load_incident,
    load_reading,
    load_site,
    load_visit,
)
from checker.notify.memory import load_memory
from checker.report.safe import chat_text, csv_cell, json_text, printable
from checker.secrets.tokens import TokenMask
from checker.settings import load as load_settings
from flows.amazon import AmazonFlow
from tests.guard.attempts import TOML
from tests.unit.flow.declaring import doc, read

__all__ = ["TARGETS"]

_NOW: Final = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
_LOCALES: Final = (
    "en_US",
    "de_DE",
    "fr_FR",
    "hi_IN",
    "ar_EG",
    "zh_Hans_CN",
    "ja_JP",
    "pl_PL",
    "fa_IR",
    "th_TH",
)
_WEEK: Final = 7 * 86_400.0
_LONGEST_SHOWN: Final = 500
_MARK: Final = 40
_LOADERS: Final[tuple[Callable[[str], object], ...]] = (
    *(load_reading, load_visit, load_site, load_event, load_incident, load_ack),
)
_DECLARED: Final = """
[[statuses]]
metric = "account.status"
answer = "profile"
path = ["state"]
codes = "verdict"
[[metrics]]
metric = "orders.late"
answer = "profile"
value = ["value"]
verdict = ["level"]
target = ["limit"]
comparator = "lte"
scale = "percent"
sane = [0, 1]
[[items]]
metric = "policy.violations"
list = "notices"
answer = "list"
rows = "rows"
id = ["code"]
state = "state"
codes = "state"
total = ["total"]
more = ["more"]
"""


def _text(data: bytes) -> str:
    """Return bytes as text; what is no UTF-8 becomes halves of surrogate pairs, as a page's JSON may hold."""
    return data.decode("utf-8", "surrogateescape")


def _locale(data: bytes) -> tuple[str, str]:
    """Return a locale by the first byte, and the rest as text."""
    return _LOCALES[data[0] % len(_LOCALES)] if data else "en_US", _text(data[1:])


def strict_json(data: bytes) -> None:
    """Refuse with BadJson, or read twice alike."""
    with suppress(BadJson):
        assert loads(data) == loads(data)
    with suppress(BadJson):
        loads(_text(data))


def numbers(data: bytes) -> None:
    """Read no number where no digit stands, and never one that is not finite."""
    locale, text = _locale(data)
    amount, ratio = parse_number(text, locale), parse_ratio(text, locale)
    quantities = read_quantities(text, locale) + read_quantities(text, None)
    assert known_locale(text, "en_US")
    values = [amount.value] if amount else []
    values += [*ratio] if ratio else []
    values += [quantity.value for quantity in quantities if quantity.value is not None]
    assert all(value.is_finite() for value in values)
    assert not values or any(char.isdecimal() for char in text)
    assert not (says_nothing(text) and values)


def dates(data: bytes) -> None:
    """Name no day without a number, and no moment without a zone."""
    locale, text = _locale(data)
    language = locale.partition("_")[0]
    now = datetime(2026, 12, 1, 8, tzinfo=UTC)
    for named in (*days_in(text, locale), *days_in(text, locale, now.date())):
        assert any(char.isdecimal() for char in named.words)
    for found in (
        deadline_in(text, locale, "Europe/Berlin"),
        deadline_in(text, locale, "Europe/Berlin", now.date()),
        due_day([text, f"Appeal by {text}"], language, locale, "America/New_York"),
        due_day([text, f"Appeal by {text}"], language, locale, "America/New_York", now),
        moment(text),
        moment(int.from_bytes(data[:12], "big", signed=True)),
    ):
        assert found is None or found.tzinfo is UTC


@cache
def _base() -> tuple[Layer, Layer]:
    own = Path(str(files("flows.allegro").joinpath("site.toml")))
    return Layer.of_package("base.toml"), Layer.of_file(own)


def overrides(data: bytes) -> None:
    """Refuse with ConfigError, or be a site.toml."""
    # A file that is no UTF-8 is refused before anybody reads it.
    text = data.decode("utf-8", "replace")
    with suppress(ConfigError):
        assert isinstance(_checked((*_base(), Layer("overrides/allegro.toml", text))), SiteToml)


@cache
def _folder() -> Path:
    """Return a folder of this process, for readers that want a file; gone when the process ends."""
    _KEPT.append(tempfile.TemporaryDirectory(prefix="fuzz"))
    return Path(_KEPT[0].name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def settings(data: bytes) -> None:
    """Refuse with ConfigError, without a word of a secret, or be settings."""
    file = _folder() / "checker.toml"
    file.write_bytes(data)
    with suppress(ConfigError):
        load_settings(file, {})


_ODD: Final[tuple[Any, ...]] = (
    *(
        "",
        " ",
        "(",
        "[",
        "*",
        "../../x",
        "http://x.example/(",
        "p[",
        "\x00",
        "x" * 3000,
        "0",
        "-1",
        "é\u202e",
    ),
    *(0, -1, 2**70, 1.5, 1e308, True, False, [], {}, [[]], [""], [0], [{}], ["("], ["x", "x"], {"": ""}),
    *({"css": "("}, {"css": "p[", "text": ""}, [{"css": "a", "role": "b"}], {"name": 1}, [{"name": "x"}]),
)
_SETTINGS: Final = """
[paths]
data_dir = "data"
[limits]
pause_seconds = 0
account_seconds = 60
[report]
language = "en"
timezone = "UTC"
keep_days = 9
[findings]
good_reads = 2
[evidence]
keep_bundles = 3
[replay]
keep_days = 1
[flows]
allow = ["amazon"]
[schedule]
at = ["07:00", "19:30"]
jitter_minutes = 5
ping_url_command = ["show", "x"]
[serve]
port = 8080
[marketplaces.amazon]
[notify]
quiet_hours = "22:00-07:30"
attempts = 2
[notify.routes.team]
to = "seller"
url = "json://127.0.0.1/x"
accounts = ["main"]
[accounts.main]
marketplace = "amazon"
username = "you@example.com"
password = "x"
sites = ["US"]
origin = "http://127.0.0.1:9"
"""


def _written(value: Any) -> str:
    """Write a value as TOML, tables within a line."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(str(key))} = {_written(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return json.dumps(value)


def _bent(table: Mapping[str, Any], data: bytes) -> str:
    """Return tables as TOML with some values replaced by odd ones: three bytes lead to each, one chooses."""
    bent: Any = deepcopy(table)
    for place in range(0, len(data) - 3, 4):
        *steps, choice = data[place : place + 4]
        node: Any = bent
        for number, step in enumerate(steps):
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = keys[step % len(keys)]
            if number == len(steps) - 1 or not isinstance(node[key], dict | list):
                node[key] = deepcopy(_ODD[choice % len(_ODD)])
                break
            node = node[key]
    return "\n".join(f"{json.dumps(key)} = {_written(value)}" for key, value in bent.items())


def bent_overrides(data: bytes) -> None:
    """Refuse a site.toml of which some values are odd with ConfigError, or take it."""
    base, own = _base()
    with suppress(ConfigError):
        assert isinstance(_checked((base, own, Layer("overrides", _bent(own.data, data)))), SiteToml)


def bent_settings(data: bytes) -> None:
    """Refuse settings of which some values are odd with ConfigError, or take them."""
    settings(_bent(tomllib.loads(_SETTINGS), data).encode())


def environment(data: bytes) -> None:
    """Refuse variables with ConfigError, or take them."""
    file = _folder() / "empty.toml"
    file.touch()
    pairs = (line.partition("=") for line in _text(data).replace("\0", "").split("\n"))
    with suppress(ConfigError):
        load_settings(file, {f"CHECKER_{name}": value for name, _, value in pairs})


def graphql(data: bytes) -> None:
    """Never call a call a query of which another reader says that it writes."""
    text = _text(data)
    asks = asks_only(text, "", "Read")
    assert not (asks and changes(value for _, value in fields_of(text)))
    assert not (asks_only(None, text, "Read") and may_write(text))
    assert len(list(fields_of(text))) <= 1 + len(text)


def retry_after(data: bytes) -> None:
    """Ask for no less than nothing and no more than a week."""
    assert 0 <= seconds_asked(_text(data), _NOW) <= _WEEK


def addresses(data: bytes) -> None:
    """Let nothing go elsewhere, and nothing that could write but to where the data say."""
    head, _, body = _text(data).partition("\n")
    method, _, url = head.partition(" ")
    policy = Policy(TOML)
    for address in (url, f"https://console.example{url}"):
        found = policy.examine(Phase.READ, method, address, body or None, headers={"content-type": body[:40]})
        if found.verdict is Verdict.ALLOW and address[:4].lower() == "http":
            assert policy.at_home(address)
            assert method in ("GET", "HEAD", "OPTIONS", "POST")
        policy.may_post_secret(address)
        policy.judge(Phase.SIGN_IN, method, address, body)
    assert not (is_plain(url) and len(list(forms(url))) > 1)


def pages(data: bytes) -> None:
    """Read whatever a page is made of; a number on no page is on no page."""
    page = Page("health", "/health", 200, _text(data))
    assert isinstance(page.text, str)
    locale = page_locale(page, "en_US")
    assert len(page.structure) < _LONGEST_SHOWN
    alerts(page, page.language)
    red_statuses(page, set(), "en", locale="en_US")
    unclaimed(page, set(), "en", locale="en_US")
    page.beside({"status"})
    list_rows(page, ("Violations",), "en")
    beside = page.beside_label(["Status", "Rate"], language="en", locale="en_US")
    for value in beside.values:
        assert any(char.isdecimal() for char in page.text), (value, locale)
    Box.parsed(_text(data))


def answers(data: bytes) -> None:
    """Nothing of an answer is fine unless its own words or numbers say so."""
    answer = parse_answer("profile", "https://console.example/api?x=1", 200, data)
    if answer.problem:
        return
    value: Any = answer.body
    for one in read(_DECLARED, doc(value), doc(value, "list")).values():
        assert load_reading(dump_reading(one)) == one
        if one.level is Level.OK:
            assert b"GOOD" in data or any(digit in data for digit in string.digits.encode()) or b"[]" in data


def imports(data: bytes) -> None:
    """Refuse a report with UsageError, or read it."""
    importer = AmazonFlow.imports["report"]
    with suppress(UsageError):
        for imported in importer(data, "main", lambda: _NOW):
            assert imported.site.code


def kept(data: bytes) -> None:
    """Refuse a kept visit with KeptError, or read it with its sites."""
    with suppress(KeptError):
        assert isinstance(load_part(data).listed, list)


def records(data: bytes) -> None:
    """Refuse a stored record with WireError, or read it."""
    if data:
        with suppress(WireError):
            _LOADERS[data[0] % len(_LOADERS)](_text(data[1:]))


def memory(data: bytes) -> None:
    """Take what was said already from any file, or nothing."""
    file = _folder() / "told.json"
    file.write_bytes(data)
    told = load_memory(file)
    assert all(isinstance(_NOW - at, timedelta) for at in told.troubles.values())


def keys(data: bytes) -> None:
    """Refuse a key with BadKeyError, or write it as it was."""
    text = _text(data)
    with suppress(BadKeyError):
        assert str(Key.parse(text)) == text
    with suppress(BadKeyError):
        assert str(Place.parse(text)) == text


def evidence(data: bytes) -> None:
    """Refuse a manifest with ManifestError, and call a line of the ledger by what is wrong with it."""
    with suppress(ManifestError):
        assert Manifest.read(data).written() == data
    _entry(data)
    assert _forged(data, {})
    _break(data, 2, 1, "0" * 64)


def masks(data: bytes) -> None:
    """Blank tokens in any text, a named secret among them."""
    text = _text(data)
    mask = TokenMask()
    for masked in (mask.html, mask.document, mask.script, mask.text, mask.url):
        assert isinstance(masked(text), str)


def shown(data: bytes) -> None:
    """Print nothing that a terminal, a chat or a spreadsheet would obey."""
    text = _text(data)
    line = printable(text)
    assert "\n" not in line
    assert "\x1b" not in line
    assert len(line) <= _LONGEST_SHOWN + _MARK
    assert "\n" not in chat_text(text)
    assert csv_cell(text)[:1] not in set("=+-@|%\t\r\n")
    assert "\x1b" not in json_text(text)


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    target.__name__: target
    for target in (
        *(strict_json, numbers, dates, overrides, settings, environment, bent_overrides, bent_settings),
        *(
            graphql,
            retry_after,
            addresses,
            pages,
            answers,
            imports,
            kept,
            records,
            memory,
            keys,
            evidence,
            masks,
            shown,
        ),
    )
}
