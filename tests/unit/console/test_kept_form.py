"""A kept visit in its file: exactly what was kept comes back, and nothing else is taken for one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checker.console import kept
from checker.console.kept import Display, KeptAnswer, KeptError, KeptPart, Look, dump_part, load_part
from checker.errors import UsageError
from checker.run.replay import opened

AT = datetime(2026, 11, 24, 7, tzinfo=UTC)


def a_part(**changed: Any) -> KeptPart:
    """Return the part that lists the sites, with one page and one answer."""
    fields: dict[str, Any] = {
        "program": "0.1.0",
        "flow": "shop 1.0",
        "marketplace": "shop",
        "account": "main",
        "run_id": "20261124T070000Z-abc123",
        "number": 0,
        "part": "sites",
        "started_at": AT,
        "finished_at": AT,
        "displays": (
            Display(
                at=AT,
                by="open",
                name="home",
                page="home",
                path="/",
                looks=(Look(at=AT, url="/", status=200, title="Home", ready=True, document=0),),
                answers=(0,),
            ),
        ),
        "documents": ("<!doctype html><html><body>良好 \N{GRINNING FACE}</body></html>",),
        "answers": (
            KeptAnswer(method="GET", path="/api", status=200, body={"rate": Decimal("0.0350"), "n": 10**30}),
        ),
        "labels": (("key", "words"),),
    }
    return KeptPart.model_validate(fields | changed)


@pytest.mark.parametrize("compressed", [True, False])
def test_a_part_comes_back_as_it_was(compressed: bool) -> None:
    """Exact numbers, every script, and the same bytes once more."""
    data = dump_part(a_part(), compressed=compressed)

    assert a_part() == load_part(data)
    assert data == dump_part(load_part(data), compressed=compressed)
    assert str(load_part(data).answers[0].body["rate"]) == "0.0350"


def _text() -> str:
    return dump_part(a_part(), compressed=False).decode()


def _with(**changed: Any) -> str:
    return json.dumps(json.loads(_text()) | changed)


HOSTILE: dict[str, Callable[[], str | bytes]] = {
    "nothing": lambda: b"",
    "random bytes": lambda: bytes(range(256)),
    "another document": lambda: "[]",
    "another version": lambda: _with(form="marketplace-health-checker kept visit 3"),
    "a key twice": lambda: _text().replace('"number": 0', '"number": 0, "number": 1', 1),
    "NaN": lambda: _text().replace('"number": 0', '"number": NaN', 1),
    "Infinity in a body": lambda: _text().replace("0.0350", "Infinity", 1),
    "a huge exponent": lambda: _text().replace("0.0350", "1e999999999", 1),
    "half a surrogate pair": lambda: _text().replace("words", "\\ud800", 1),
    "deep nesting": lambda: _text().replace("0.0350", "[" * 5000 + "]" * 5000, 1),
    "an unknown name": lambda: _with(surprise=1),
    "a missing name": lambda: _text().replace('"flow"', '"flaw"', 1),
    "a number for a text": lambda: _with(account=7),
    "a text for a number": lambda: _with(number="0"),
    "a time without a zone": lambda: _with(started_at="2026-11-24T07:00:00"),
    "no display": lambda: _with(displays=[]),
    "a snapshot that is not there": lambda: _with(documents=[]),
    "an answer that is not there": lambda: _with(answers=[]),
    "a site's part without a visit": lambda: _with(part="visit"),
    "a file cut short": lambda: dump_part(a_part())[:-20],
    "a flipped byte": lambda: dump_part(a_part())[:40] + b"\xff" + dump_part(a_part())[41:],
    "not UTF-8": lambda: _text().encode("utf-16"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_exactly_a_part_is_refused(name: str) -> None:
    """One message that says what is wrong; no other exception, and nothing of the file in the message."""
    made = HOSTILE[name]()
    data = made.encode() if isinstance(made, str) else made

    with pytest.raises(KeptError, match="not a kept visit") as refused:
        load_part(data)
    assert "良好" not in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("compressed", [True, False])
def test_what_is_larger_than_any_visit_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch, compressed: bool
) -> None:
    """A file that unpacks to more than a visit may hold is refused, and such a visit is not written."""
    monkeypatch.setattr(kept, "MAX_BYTES", 2000)
    bomb = b" " * 100_000

    with pytest.raises(KeptError, match="larger than"):
        load_part(gzip.compress(bomb) if compressed else bomb)
    with pytest.raises(KeptError, match="larger than"):
        dump_part(a_part(labels=(("key", "x" * 5000),)), compressed=compressed)


def _write(folder: Path, **files: bytes) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / f"{name.replace('_', '-').removeprefix('part-')}.json").write_bytes(data)
    return folder


def test_a_folder_that_is_no_kept_visit_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """An empty folder, a damaged file, parts of two visits, no list of sites: each is named."""
    plain = dump_part(a_part(), compressed=False)
    other = dump_part(a_part(account="other", number=1), compressed=False)
    late = dump_part(a_part(number=1), compressed=False)

    with pytest.raises(UsageError, match="holds no kept visit"):
        opened(_write(tmp_path / "empty"))
    with pytest.raises(UsageError, match=r"000-sites\.json: not a kept visit"):
        opened(_write(tmp_path / "damaged", part_000_sites=b"{"))[0].parts()
    with pytest.raises(UsageError, match=r"001-US\.json does not belong"):
        opened(_write(tmp_path / "mixed", part_000_sites=plain, part_001_US=other))[0].parts()
    with pytest.raises(UsageError, match=r"001-US\.json does not belong"):
        opened(_write(tmp_path / "headless", part_001_US=late))[0].parts()
