"""Where pages of an account were found is kept for its next run, and told once."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from checker.errors import Stop
from checker.flow import SiteToml
from checker.model import Outcome
from checker.run.job import Event, Warned
from checker.run.whereabouts import Whereabouts
from checker.settings import Account

MOVED = "health was found at /x/9, by a link of the console's own"
GONE = "orders: not offered by this console (the console answers 404)"


@dataclass
class Console:
    """A console that found what it is given."""

    notes: Sequence[str] = ()
    found_pages: Mapping[str, str] = field(default_factory=dict)


class Named:
    """As much of an account as matters here."""

    marketplace = "shop"
    home = None
    origin: str | None = None


class Toml:
    """A console with two pages."""

    pages: Mapping[str, Any] = {"health": None, "orders": None}


def kept(folder: Path, origin: str | None = None) -> Whereabouts:
    """Return what a run begins with."""
    account = Named()
    account.origin = origin
    return Whereabouts.of(folder, "main", cast("Account", account), cast("SiteToml", Toml()))


def told(folder: Path, console: Console, *, keep: bool = True, origin: str | None = None) -> list[str]:
    """Let a run end with what it found; return what the operator heard."""
    heard: list[Event] = []
    with kept(folder, origin).learning(console, heard.append, keep=keep):
        pass
    return [event.text for event in heard if isinstance(event, Warned)]


def test_what_was_found_is_where_the_next_run_looks(tmp_path: Path) -> None:
    """For its owner alone, in one file."""
    told(tmp_path, Console((MOVED,), {"health": "/x/9"}))

    assert kept(tmp_path).found == {"health": "/x/9"}
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_told_once(tmp_path: Path) -> None:
    """Until it is another path, or was not so for a whole run; why a page is missing makes no news."""
    assert told(tmp_path, Console((MOVED, GONE))) == [MOVED, GONE]
    assert told(tmp_path, Console((MOVED, GONE.replace("404", "410")))) == []
    assert told(tmp_path, Console((MOVED.replace("/x/9", "/y"), GONE))) != []
    assert told(tmp_path, Console(())) == []
    assert told(tmp_path, Console((GONE,))) == [GONE]


def test_a_run_that_broke_off_keeps_what_it_learnt(tmp_path: Path) -> None:
    """And forgets nothing that it did not come to say again."""
    told(tmp_path, Console((GONE,)))
    console, heard = Console((MOVED,), {"health": "/x/9"}), list[Event]()
    with pytest.raises(Stop), kept(tmp_path).learning(console, heard.append, keep=True):
        raise Stop(Outcome.TIMEOUT, "too slow")

    assert told(tmp_path, Console((GONE, MOVED), {"health": "/x/9"})) == []
    assert kept(tmp_path).found == {"health": "/x/9"}


def test_a_dry_run_tells_and_keeps_nothing(tmp_path: Path) -> None:
    """The next one tells it again."""
    assert told(tmp_path, Console((MOVED,)), keep=False) == [MOVED]
    assert list(tmp_path.iterdir()) == []


def test_another_console_is_begun_anew(tmp_path: Path) -> None:
    """What was found at a stand-in is nothing of the real one."""
    told(tmp_path, Console((MOVED,), {"health": "/x/9"}), origin="http://127.0.0.1:1")

    assert kept(tmp_path).found == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"console": "shop", "found": [], "told": {}}',
        b'{"console": "shop", "found": {"health": "//elsewhere/x", "orders": 7, "other": "/x"}, "told": [1]}',
    ],
)
def test_what_is_damaged_is_not_gone_by(tmp_path: Path, content: bytes) -> None:
    """Nothing but paths of pages that the flow has."""
    (tmp_path / "main.pages").write_bytes(content)

    assert (kept(tmp_path).found, kept(tmp_path).told) == ({}, frozenset())


def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    """And costs the run nothing else."""
    (tmp_path / "main.pages").mkdir()

    assert any("could not be kept" in text for text in told(tmp_path, Console((MOVED,))))
