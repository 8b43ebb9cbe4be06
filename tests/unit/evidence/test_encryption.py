"""Originals encrypted to an age recipient: verified without the identity, opened only with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.errors import ConfigError, UsageError
from checker.evidence.encryption import decrypter, encrypter
from checker.evidence.giving import proven
from checker.evidence.vault import Vault
from checker.evidence.verify import Trust, verify
from tests.unit.evidence.bench import FILES, FOLDER, SUBJECT, Installation, flaws, identity


def _sealed(home: Path, recipient: str) -> Installation:
    installation = Installation(home)
    vault = Vault(installation.root, FOLDER, encrypter(recipient))
    for name, data in FILES.items():
        vault.keep(name, data)
    installation.sealer().seal(FOLDER, "run", SUBJECT, vault.plain)
    return installation


def test_originals_are_unreadable_without_the_identity_and_verify_all_the_same(tmp_path: Path) -> None:
    """No original is on the disk as it was; the bundle is good without a key, and inside with it."""
    installation = _sealed(tmp_path, identity(tmp_path / "age.txt"))
    files = [path for path in installation.root.rglob("*") if path.is_file()]

    assert not any(data in path.read_bytes() for path in files for data in FILES.values())
    assert installation.verify().is_good
    trust = installation.trust
    opened = Trust(trust.keys, (), trust.ledger, decrypter(tmp_path / "age.txt"))
    assert verify(installation.root / FOLDER, opened).is_good


def test_what_is_inside_is_compared_as_well(tmp_path: Path) -> None:
    """Another's identity cannot open it, and that is named: the bundle itself may be good."""
    installation = _sealed(tmp_path, identity(tmp_path / "age.txt"))
    identity(tmp_path / "other.txt")
    trust = Trust(installation.trust.keys, (), None, decrypter(tmp_path / "other.txt"))

    verdict = verify(installation.root / FOLDER, trust)
    assert {"not_opened"} == flaws(verdict)
    with pytest.raises(UsageError, match="does not open"):
        proven(verdict, FOLDER)


def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path) -> None:
    """A recipient that is none, and a file without an identity."""
    (tmp_path / "empty.txt").write_text("", encoding="ascii")

    with pytest.raises(ConfigError, match="no age recipient"):
        encrypter("age1qqqq")
    with pytest.raises(UsageError, match="no identity"):
        decrypter(tmp_path / "empty.txt")
