"""D7: what was done to a bundle, and what verify answers; every answer names the deed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.evidence.archive import export_zip
from checker.evidence.flaws import Flaw
from checker.evidence.keys import signing_key
from checker.evidence.manifest import canonical
from checker.evidence.verify import Trust, verify
from tests.unit.evidence.bench import FOLDER, Installation, flaws

PICTURE = "page-home-0123456789ab.png"
Deed = Callable[[Path], None]


def _flip(name: str, place: int = 9) -> Deed:
    def deed(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[place] ^= 1
        _put(folder / name, bytes(data))

    return deed


def _replaced(put: Callable[[Path], None]) -> Deed:
    def deed(folder: Path) -> None:
        (folder / PICTURE).unlink()
        put(folder / PICTURE)

    return deed


def _put(path: Path, data: bytes) -> None:
    # A new file, as an editor writes one: the shared bytes of other bundles are not what is tried here.
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def _edit(folder: Path, change: Callable[[dict[str, object]], None], *, neat: bool = True) -> None:
    """Change the manifest, keep it canonical, and sign it with the installation's own key."""
    document = json.loads((folder / "manifest.json").read_bytes())
    change(document)
    data = canonical(document) if neat else json.dumps(document, indent=1).encode()
    _put(folder / "manifest.json", data)
    home = folder.parents[3]
    _put(folder / "manifest.sig", signing_key(home / "keys", home / "evidence").sign(data))


def _edited(change: Callable[[dict[str, object]], object], *, neat: bool = True) -> Deed:
    return lambda folder: _edit(folder, lambda document: (change(document), None)[1], neat=neat)


def _resealed_elsewhere(folder: Path) -> None:
    other = signing_key(folder.parents[3] / "other", folder.parents[3] / "elsewhere")
    document = json.loads((folder / "manifest.json").read_bytes())
    document["signature"]["key"] = other.public.id
    data = canonical(document)
    _put(folder / "manifest.json", data)
    _put(folder / "manifest.sig", other.sign(data))


def _twice(document: dict[str, object]) -> None:
    files = document["files"]
    assert isinstance(files, list)
    files.append(files[0])


def _renamed(document: dict[str, object]) -> None:
    files = document["files"]
    assert isinstance(files, list)
    files[0]["name"] = "../../checker.db"


FOLDER_DEEDS: dict[str, tuple[Deed, Flaw]] = {
    "a file taken out": (lambda f: (f / PICTURE).unlink(), Flaw.MISSING),
    "a file put in": (lambda f: _put(f / "letter.pdf", b"%PDF"), Flaw.UNLISTED),
    "a hidden file put in": (lambda f: _put(f / ".letter", b"x"), Flaw.BAD_NAME),
    "a folder put in": (lambda f: (f / "more").mkdir(), Flaw.NOT_A_FILE),
    "a byte of a picture flipped": (_flip(PICTURE), Flaw.DIGEST),
    "a byte of the record flipped": (_flip("record.json"), Flaw.DIGEST),
    "a picture cut short": (lambda f: os.truncate(f / PICTURE, 100), Flaw.SIZE),
    "a picture replaced by a link": (
        _replaced(lambda picture: picture.symlink_to("/etc/hostname")),
        Flaw.NOT_A_FILE,
    ),
    "a picture replaced by a pipe": (
        _replaced(os.mkfifo),
        Flaw.NOT_A_FILE,
    ),
    "the manifest taken out": (lambda f: (f / "manifest.json").unlink(), Flaw.UNSEALED),
    "a digit of the manifest changed": (
        lambda f: _put(f / "manifest.json", (f / "manifest.json").read_bytes().replace(b"T00:00", b"T01:00")),
        Flaw.BAD_SIGNATURE,
    ),
    "the manifest cut short": (lambda f: os.truncate(f / "manifest.json", 300), Flaw.MANIFEST),
    "the manifest made huge": (lambda f: _put(f / "manifest.json", b"[" * 3_000_000), Flaw.MANIFEST),
    "the signature taken out": (lambda f: (f / "manifest.sig").unlink(), Flaw.NO_SIGNATURE),
    "the signature flipped": (_flip("manifest.sig"), Flaw.BAD_SIGNATURE),
    "the signature cut short": (lambda f: os.truncate(f / "manifest.sig", 63), Flaw.BAD_SIGNATURE),
    "sealed anew with another key": (_resealed_elsewhere, Flaw.UNKNOWN_KEY),
    "sealed anew with our own key": (_edited(lambda d: d.update(run="another")), Flaw.NOT_IN_LEDGER),
    "an unknown digest": (_edited(lambda d: d.update(digest="MD5")), Flaw.UNKNOWN_ALGORITHM),
    "an unknown signature": (
        _edited(lambda d: d.update(signature={"algorithm": "none", "key": ""})),
        Flaw.UNKNOWN_ALGORITHM,
    ),
    "a version to come": (_edited(lambda d: d.update(version=2)), Flaw.UNKNOWN_FORMAT),
    "a manifest written otherwise": (_edited(lambda _: None, neat=False), Flaw.NOT_CANONICAL),
    "something more in the manifest": (_edited(lambda d: d.update(note="trust me")), Flaw.NOT_CANONICAL),
    "a name listed twice": (_edited(_twice), Flaw.DUPLICATE),
    "a path for a name": (_edited(_renamed), Flaw.BAD_NAME),
}


@pytest.mark.parametrize("deed", FOLDER_DEEDS)
def test_d7_a_tampered_folder_fails_by_name(installation: Installation, deed: str) -> None:
    """Whatever was done to the folder is named, and the untouched bundle was good."""
    act, flaw = FOLDER_DEEDS[deed]
    assert installation.verify().is_good

    act(installation.root / FOLDER)

    assert flaw.value in flaws(installation.verify())


ZipDeed = Callable[[zipfile.ZipFile, Path], None]


def _link(archive: zipfile.ZipFile, _: Path) -> None:
    entry = zipfile.ZipInfo("shadow.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("deed", "flaw"),
    [
        (lambda z, f: z.write(f / PICTURE, PICTURE), Flaw.DUPLICATE),
        (lambda z, _: z.writestr("../../.bashrc", "x"), Flaw.BAD_NAME),
        (lambda z, _: z.writestr("/etc/cron.d/x", "x"), Flaw.BAD_NAME),
        (lambda z, _: z.writestr("more/", ""), Flaw.NOT_A_FILE),
        (_link, Flaw.NOT_A_FILE),
        (lambda z, _: z.writestr("letter.pdf", "%PDF"), Flaw.UNLISTED),
        (lambda z, _: setattr(z, "comment", b"as agreed on the telephone"), Flaw.UNLISTED),
    ],
    ids=["twice", "climbing", "absolute", "folder", "link", "unlisted", "comment"],
)
def test_d7_a_tampered_archive_fails_by_name(
    installation: Installation, tmp_path: Path, deed: ZipDeed, flaw: Flaw
) -> None:
    """Whatever was added to the archive is named, and the untouched one was good."""
    path = tmp_path / "bundle.zip"
    export_zip(installation.root, FOLDER, path)
    assert installation.verify(path).is_good

    with zipfile.ZipFile(path, "a") as archive:
        deed(archive, installation.root / FOLDER)

    assert flaw.value in flaws(installation.verify(path))


@pytest.mark.parametrize("change", ["cut", "behind", "before", "bomb", "nothing"])
def test_d7_an_archive_that_is_not_one_whole_archive_is_refused(
    installation: Installation, tmp_path: Path, change: str
) -> None:
    """A cut tail, bytes around it, an impossible list of files, another file altogether: refused unread."""
    path = tmp_path / "bundle.zip"
    export_zip(installation.root, FOLDER, path)
    data = path.read_bytes()
    huge = data[:-10] + (2**31).to_bytes(4, "little") + data[-6:]
    changed = {
        "cut": data[:-30],
        "behind": data + b"x",
        "before": b"x" + data,
        "bomb": huge,
        "nothing": b"%PDF",
    }
    path.write_bytes(changed[change])

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


@pytest.mark.parametrize(
    ("deed", "flaw"),
    [
        (lambda lines: lines[:-1], Flaw.LEDGER_CUT),
        (lambda _: [], Flaw.LEDGER_CUT),
        (lambda lines: [lines[0], *lines[2:]], Flaw.LEDGER),
        (lambda lines: [lines[1], lines[0], *lines[2:]], Flaw.LEDGER),
        (lambda lines: [lines[0].replace(b"2025", b"2024"), *lines[1:]], Flaw.LEDGER),
        (lambda lines: [*lines[:-1], lines[-1].replace(b"2025", b"2024")], Flaw.LEDGER),
        (
            lambda lines: [*lines, b'{"at":"","bundle":"","event":"verified","previous":"","seq":9}'],
            Flaw.LEDGER,
        ),
        (lambda lines: [*lines, b"not an entry"], Flaw.LEDGER),
    ],
    ids=["tail cut", "emptied", "taken out", "swapped", "edited", "last edited", "put in", "rubbish"],
)
def test_d7_a_tampered_ledger_is_named(
    installation: Installation, deed: Callable[[list[bytes]], list[bytes]], flaw: Flaw
) -> None:
    """Lines cut off, taken out, changed, moved or put in break the chain, and verify says where."""
    ledger = installation.ledger
    installation.seal(Path("20251125T000000Z-bbbbbb/main/US"))
    assert ledger.check() == []

    lines = deed(ledger.path.read_bytes().splitlines())
    ledger.path.write_bytes(b"".join(line + b"\n" for line in lines))

    assert flaw in {problem.flaw for problem in ledger.check()}


def test_a_gap_stays_seen_after_more_was_written(installation: Installation) -> None:
    """A tail that was cut off is still missed when the ledger has grown again."""
    installation.seal(Path("20251125T000000Z-bbbbbb/main/US"))
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
    second = Path("20251125T000000Z-bbbbbb/main/US")
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
