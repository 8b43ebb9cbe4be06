"""D7: what was done to a bundle, and what verify answers; every answer names the deed."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from checker.evidence.archive import export_zip
from checker.evidence.flaws import Flaw
from checker.evidence.keys import signing_key
from checker.evidence.verify import Trust, verify
from tests.unit.evidence.bench import FOLDER, Installation, flaws
from tests.unit.evidence.tamperings import (
    ARCHIVE_DEEDS,
    BYTE_DEEDS,
    FOLDER_DEEDS,
    LEDGER_DEEDS,
    OTHER,
    PICTURE,
)


@pytest.mark.parametrize("deed", FOLDER_DEEDS)
def test_d7_a_tampered_folder_fails_by_name(installation: Installation, deed: str) -> None:
    """Whatever was done to the folder is named, and the untouched bundle was good."""
    act, flaw = FOLDER_DEEDS[deed]
    assert installation.verify().is_good

    act(installation.root / FOLDER)

    assert flaw.value in flaws(installation.verify())


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ARCHIVE_DEEDS)
def test_d7_a_tampered_archive_fails_by_name(installation: Installation, tmp_path: Path, name: str) -> None:
    """Whatever was added to the archive is named, and the untouched one was good."""
    deed, flaw = ARCHIVE_DEEDS[name]
    path = tmp_path / "bundle.zip"
    export_zip(installation.root, FOLDER, path)
    assert installation.verify(path).is_good

    with zipfile.ZipFile(path, "a") as archive:
        deed(archive, installation.root / FOLDER)

    assert flaw.value in flaws(installation.verify(path))


@pytest.mark.parametrize("name", BYTE_DEEDS)
def test_d7_an_archive_that_is_not_one_whole_archive_is_refused(
    installation: Installation, tmp_path: Path, name: str
) -> None:
    """A cut tail, bytes around it, an impossible list of files, another file altogether: refused unread."""
    path = tmp_path / "bundle.zip"
    export_zip(installation.root, FOLDER, path)
    path.write_bytes(BYTE_DEEDS[name](path.read_bytes()))

    assert {Flaw.ARCHIVE.value} == flaws(installation.verify(path))


def test_d7_a_bomb_is_not_unpacked(installation: Installation, tmp_path: Path) -> None:
    """A picture that would unpack to a gigabyte is read no further than the size that was sealed."""
    path = tmp_path / "bundle.zip"
    folder = installation.root / FOLDER
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            if file.name != PICTURE:
                archive.write(file, file.name)
        with archive.open(PICTURE, "w", force_zip64=True) as entry:
            for _ in range(64):
                entry.write(bytes(1 << 20))
    # Its head says what was sealed; its body says otherwise.
    data = path.read_bytes()
    size = (folder / PICTURE).stat().st_size
    path.write_bytes(data.replace((64 << 20).to_bytes(4, "little"), size.to_bytes(4, "little")))

    verdict = installation.verify(path)

    assert not verdict.is_good
    assert {problem.name for problem in verdict.problems} <= {PICTURE, ""}


@pytest.mark.parametrize("name", LEDGER_DEEDS)
def test_d7_a_tampered_ledger_is_named(installation: Installation, name: str) -> None:
    """Lines cut off, taken out, changed, moved or put in break the chain, and verify says where."""
    edit, flaw = LEDGER_DEEDS[name]
    ledger = installation.ledger
    installation.seal(OTHER)
    assert ledger.check() == []

    lines = edit(ledger.path.read_bytes().splitlines())
    ledger.path.write_bytes(b"".join(line + b"\n" for line in lines))

    assert flaw in {problem.flaw for problem in ledger.check()}


def test_a_gap_stays_seen_after_more_was_written(installation: Installation) -> None:
    """A tail that was cut off is still missed when the ledger has grown again."""
    installation.seal(OTHER)
    path = installation.ledger.path
    path.write_bytes(b"".join(line + b"\n" for line in path.read_bytes().splitlines()[:-1]))

    installation.seal(Path("20251126T000000Z-cccccc/main/US"))

    assert [problem.flaw for problem in installation.ledger.check()] == [Flaw.LEDGER]


def test_a_bundle_of_another_is_verified_with_their_key_alone(
    installation: Installation, tmp_path: Path
) -> None:
    """Whoever has the archive and the public key needs nothing else; another key is not enough."""
    path = tmp_path / "bundle.zip"
    export_zip(installation.root, FOLDER, path)
    public = signing_key(tmp_path / "keys", installation.root).public
    stranger = signing_key(tmp_path / "k2", tmp_path / "e2").public
    shutil.rmtree(installation.root)

    assert verify(path, Trust({public.id: public})).is_good
    assert {"unknown_key"} == flaws(verify(path, Trust({stranger.id: stranger})))


def test_bytes_that_repeat_are_stored_once_and_one_flipped_is_found_in_each(
    installation: Installation,
) -> None:
    """Two bundles with the same picture share its bytes; if these change, both fail."""
    second = OTHER
    installation.seal(second)
    ours, theirs = installation.root / FOLDER / PICTURE, installation.root / second / PICTURE
    assert ours.stat().st_ino == theirs.stat().st_ino

    with ours.open("r+b") as file:
        file.seek(5)
        file.write(b"!")

    assert (
        {"digest"} == flaws(installation.verify()) == flaws(installation.verify(installation.root / second))
    )
    third = Path("20251126T000000Z-cccccc/main/US")
    installation.seal(third)
    assert installation.verify(installation.root / third).is_good
