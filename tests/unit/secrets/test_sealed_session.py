"""C7: a kept session opens for its own account, with its own key, unaltered; else it is destroyed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.secrets.sealed import Binding, SealedSession, pinned

KEY = bytes(range(32))
OWN = Binding("amazon", "main", "seller@example.com", "")
HOSTS = frozenset({"sellercentral.amazon.com", "sellercentral.amazon.ca"})
TOKEN = "canary-token-5f1c"


def cookie(domain: str, value: str = TOKEN) -> dict[str, Any]:
    """Return a cookie of a domain."""
    return {"name": "at", "value": value, "domain": domain, "path": "/", "expires": -1}


STATE = {
    "cookies": [cookie("sellercentral.amazon.com")],
    "origins": [{"origin": "https://sellercentral.amazon.com", "localStorage": []}],
}


def session(folder: Path, binding: Binding = OWN, key: bytes = KEY) -> tuple[SealedSession, list[str]]:
    """Return the session of a folder, and what it warns of."""
    warnings: list[str] = []
    return SealedSession(folder / "sessions", binding, key, HOSTS, warnings.append), warnings


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    """The same cookies, from a file of 0600 in a folder of 0700 in which no token can be found."""
    kept, warnings = session(tmp_path)
    kept.keep(STATE)

    assert kept.load() == STATE
    assert warnings == []
    assert kept.path.stat().st_mode & 0o777 == 0o600
    assert kept.path.parent.stat().st_mode & 0o777 == 0o700
    assert TOKEN.encode() not in kept.path.read_bytes()
    assert [path.name for path in kept.path.parent.iterdir()] == ["main.session"]


def test_two_seals_of_one_session_differ(tmp_path: Path) -> None:
    """Each has a nonce of its own."""
    kept, _ = session(tmp_path)
    kept.keep(STATE)
    first = kept.path.read_bytes()
    kept.keep(STATE)

    assert kept.path.read_bytes() != first


def _flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    "spoil",
    [
        _flip,
        lambda data: data[:20],
        lambda _: b"",
        lambda data: data[:4] + bytes(12) + data[16:],
        lambda _: json.dumps(STATE).encode(),
        lambda data: data + b"x",
    ],
    ids=["flipped", "cut", "empty", "nonce", "plaintext", "longer"],
)
def test_c7_an_altered_session_is_refused_and_destroyed(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """Nothing of it is used, the file is gone, and the operator hears of it."""
    kept, warnings = session(tmp_path)
    kept.keep(STATE)
    kept.path.write_bytes(spoil(kept.path.read_bytes()))

    assert kept.load() is None
    assert not kept.path.exists()
    assert len(warnings) == 1
    assert TOKEN not in warnings[0]


@pytest.mark.parametrize(
    "other",
    [
        replace(OWN, username="other@example.com"),
        replace(OWN, marketplace="ebay"),
        replace(OWN, origin="http://127.0.0.1:1"),
    ],
)
def test_c7_another_account_s_session_is_refused(tmp_path: Path, other: Binding) -> None:
    """A file moved to another user, marketplace or origin does not open there."""
    session(tmp_path, other)[0].keep(STATE)
    kept, warnings = session(tmp_path)

    assert kept.load() is None
    assert len(warnings) == 1


def test_c7_a_session_renamed_to_another_alias_is_refused(tmp_path: Path) -> None:
    """The alias is part of the seal."""
    kept, _ = session(tmp_path)
    kept.keep(STATE)
    second, warnings = session(tmp_path, replace(OWN, alias="second"))
    kept.path.rename(second.path)

    assert second.load() is None
    assert len(warnings) == 1


def test_c7_an_old_key_opens_nothing(tmp_path: Path) -> None:
    """After the key was changed the next run signs in afresh."""
    session(tmp_path)[0].keep(STATE)
    kept, warnings = session(tmp_path, key=bytes(32))

    assert kept.load() is None
    assert not kept.path.exists()
    assert len(warnings) == 1


def test_c7_a_session_others_could_read_or_a_link_is_refused(tmp_path: Path) -> None:
    """The mode is looked at before the seal; a link is never followed."""
    kept, _ = session(tmp_path)
    kept.keep(STATE)
    kept.path.chmod(0o640)
    assert kept.load() is None

    kept.keep(STATE)
    elsewhere = kept.path.rename(tmp_path / "elsewhere")
    kept.path.symlink_to(elsewhere)
    assert kept.load() is None
    assert elsewhere.exists()


def test_only_what_goes_to_the_console_s_hosts_is_kept() -> None:
    """Cookies and storage of any other host are neither kept nor given back."""
    state = {
        "cookies": [
            cookie(".amazon.com"),
            cookie("sellercentral.amazon.ca"),
            cookie("amazon.com"),
            cookie(".com"),
            cookie(".evil-amazon.com"),
            cookie("ads.example"),
        ],
        "origins": [
            {"origin": "https://sellercentral.amazon.com", "localStorage": []},
            {"origin": "https://ads.example", "localStorage": []},
        ],
    }

    kept = pinned(state, HOSTS)

    assert [entry["domain"] for entry in kept["cookies"]] == [".amazon.com", "sellercentral.amazon.ca"]
    assert [entry["origin"] for entry in kept["origins"]] == ["https://sellercentral.amazon.com"]


def test_a_seal_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    """A partial file is never taken for a session."""
    kept, _ = session(tmp_path)
    kept.keep(STATE)
    (kept.path.parent / f".main.session.{os.getpid()}.part").mkdir()

    with pytest.raises(OSError, match="directory"):
        kept.keep({"cookies": [], "origins": []})

    assert kept.load() == STATE
