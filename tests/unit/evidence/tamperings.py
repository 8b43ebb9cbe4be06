"""Everything tampered with in the tests, by name, with the flaw that verify must answer.

    python -m tests.unit.evidence.tamperings [--all]

prints, as a Markdown table, what was done to a good bundle and what verify really answered.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from checker.evidence.archive import export_zip
from checker.evidence.flaws import Flaw, Problem
from checker.evidence.keys import signing_key
from checker.evidence.manifest import canonical
from checker.evidence.stamping import Authorities
from tests.unit.evidence.bench import FOLDER, Authority, Installation, answering

__all__ = ["ARCHIVE_DEEDS", "BYTE_DEEDS", "FOLDER_DEEDS", "LEDGER_DEEDS", "OTHER", "PICTURE", "STAMP_DEEDS"]

OTHER: Final = Path("20251125T000000Z-bbbbbb/main/US")
"""A second bundle, where a deed needs one."""

PICTURE: Final = "page-home-0123456789ab.png"
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


FOLDER_DEEDS: Final[dict[str, tuple[Deed, Flaw]]] = {
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


ZipDeed = Callable[[zipfile.ZipFile, Path], None]


def _link(archive: zipfile.ZipFile, _: Path) -> None:
    entry = zipfile.ZipInfo("shadow.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


ARCHIVE_DEEDS: Final[dict[str, tuple[ZipDeed, Flaw]]] = {
    "a second picture of the same name": (lambda z, f: z.write(f / PICTURE, PICTURE), Flaw.DUPLICATE),
    "an entry called ../../.bashrc": (lambda z, _: z.writestr("../../.bashrc", "x"), Flaw.BAD_NAME),
    "an entry called /etc/cron.d/x": (lambda z, _: z.writestr("/etc/cron.d/x", "x"), Flaw.BAD_NAME),
    "a folder": (lambda z, _: z.writestr("more/", ""), Flaw.NOT_A_FILE),
    "a symbolic link": (_link, Flaw.NOT_A_FILE),
    "a file that is not listed": (lambda z, _: z.writestr("letter.pdf", "%PDF"), Flaw.UNLISTED),
    "a comment": (lambda z, _: setattr(z, "comment", b"as agreed on the telephone"), Flaw.UNLISTED),
}
"""What is added to an archive."""

BYTE_DEEDS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "its end cut off": lambda data: data[:-30],
    "a byte put behind it": lambda data: data + b"x",
    "a byte put before it": lambda data: b"x" + data,
    "an impossible list of files": lambda data: data[:-10] + (2**31).to_bytes(4, "little") + data[-6:],
    "another file altogether": lambda _: b"%PDF",
}
"""What is done to an archive's bytes; each makes it no archive."""

Lines = list[bytes]
LEDGER_DEEDS: Final[dict[str, tuple[Callable[[Lines], Lines], Flaw]]] = {
    "its last line cut off": (lambda lines: lines[:-1], Flaw.LEDGER_CUT),
    "emptied": (lambda _: [], Flaw.LEDGER_CUT),
    "a line taken out": (lambda lines: [lines[0], *lines[2:]], Flaw.LEDGER),
    "two lines swapped": (lambda lines: [lines[1], lines[0], *lines[2:]], Flaw.LEDGER),
    "a date changed": (lambda lines: [lines[0].replace(b"2025", b"2024"), *lines[1:]], Flaw.LEDGER),
    "the last date changed": (
        lambda lines: [*lines[:-1], lines[-1].replace(b"2025", b"2024")],
        Flaw.LEDGER,
    ),
    "a line put in": (
        lambda lines: [*lines, b'{"at":"","bundle":"","event":"verified","previous":"","seq":9}'],
        Flaw.LEDGER,
    ),
    "rubbish put in": (lambda lines: [*lines, b"not an entry"], Flaw.LEDGER),
}
"""What is done to the lines of the ledger."""


def _swapped(stamp: Path, other: bytes) -> None:
    _put(stamp, other)


def _damaged(stamp: Path, other: bytes) -> None:
    _put(
        stamp,
        other[: len(other) // 2] + bytes([other[len(other) // 2] ^ 0xFF]) + other[len(other) // 2 + 1 :],
    )


STAMP_DEEDS: Final[dict[str, tuple[Callable[[Path, bytes], None], Flaw]]] = {
    "the stamp of another bundle": (_swapped, Flaw.STAMP),
    "a byte of the stamp flipped": (_damaged, Flaw.STAMP),
    "the stamp taken out": (lambda stamp, _: stamp.unlink(), Flaw.STAMP_GONE),
}
"""What is done to a time stamp, given that of another bundle."""

_TWENTY: Final = (
    "a file taken out",
    "a file put in",
    "a byte of a picture flipped",
    "a byte of the record flipped",
    "a picture cut short",
    "a picture replaced by a link",
    "the manifest taken out",
    "a digit of the manifest changed",
    "the signature taken out",
    "the signature flipped",
    "sealed anew with another key",
    "sealed anew with our own key",
    "an unknown signature",
    "a name listed twice",
    "ZIP: a second picture of the same name",
    "ZIP: an entry called ../../.bashrc",
    "ZIP: its end cut off",
    "ledger: its last line cut off",
    "ledger: a date changed",
    "stamp: the stamp of another bundle",
)


def _done(authority: Authority) -> Iterator[tuple[str, Callable[[Installation, Path], list[Problem]]]]:
    """Yield every tampering by name; each does it to a fresh installation and returns verify's answer."""
    for name, (deed, _) in FOLDER_DEEDS.items():
        yield name, lambda made, _path, deed=deed: _after(made, lambda: deed(made.root / FOLDER))  # type: ignore[misc]
    for name, (added, _) in ARCHIVE_DEEDS.items():
        yield f"ZIP: {name}", lambda made, path, added=added: _added(made, path, added)  # type: ignore[misc]
    for name, change in BYTE_DEEDS.items():
        yield f"ZIP: {name}", lambda made, path, change=change: _rewritten(made, path, change)  # type: ignore[misc]
    for name, (edit, _) in LEDGER_DEEDS.items():
        yield f"ledger: {name}", lambda made, _path, edit=edit: _relined(made, edit)  # type: ignore[misc]
    for name, (touch, _) in STAMP_DEEDS.items():
        yield f"stamp: {name}", lambda made, _path, touch=touch: _restamped(made, authority, touch)  # type: ignore[misc]


def _after(made: Installation, deed: Callable[[], None]) -> list[Problem]:
    deed()
    return [*made.ledger.check(), *made.verify().problems]


def _added(made: Installation, path: Path, deed: ZipDeed) -> list[Problem]:
    export_zip(made.root, FOLDER, path)
    with zipfile.ZipFile(path, "a") as archive:
        deed(archive, made.root / FOLDER)
    return made.verify(path).problems


def _rewritten(made: Installation, path: Path, change: Callable[[bytes], bytes]) -> list[Problem]:
    export_zip(made.root, FOLDER, path)
    path.write_bytes(change(path.read_bytes()))
    return made.verify(path).problems


def _relined(made: Installation, edit: Callable[[Lines], Lines]) -> list[Problem]:
    lines = edit(made.ledger.path.read_bytes().splitlines())
    made.ledger.path.write_bytes(b"".join(line + b"\n" for line in lines))
    return [*made.ledger.check(), *made.verify().problems]


def _restamped(
    made: Installation, authority: Authority, touch: Callable[[Path, bytes], None]
) -> list[Problem]:
    stamped = Installation(made.home / "stamped", stamps=Authorities([authority.url], [authority.root], 5))
    stamped.roots = [authority.root]
    stamped.seal()
    stamped.seal(OTHER)
    other = (stamped.root / OTHER / "manifest.1.tsr").read_bytes()
    touch(stamped.root / FOLDER / "manifest.1.tsr", other)
    return stamped.verify().problems


def main(names: tuple[str, ...]) -> None:
    """Print the table."""
    out = sys.stdout
    out.write(
        "| # | What was done to a good bundle | `checker evidence verify` answers, with exit code 31 |\n"
        "|---|---|---|\n"
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        answering(Authority(Path(folder) / "tsa").make()) as authority,
    ):
        every = dict(_done(authority))
        for number, name in enumerate(names or every, start=1):
            made = Installation(Path(folder) / str(number))
            made.seal()
            made.seal(OTHER)
            problems = every[name](made, Path(folder) / f"{number}.zip")
            told = "<br>".join(f"`{problem}`" for problem in problems) or "**nothing**"
            out.write(f"| {number} | {name} | {told.replace(folder, '')} |\n")


if __name__ == "__main__":
    warnings.filterwarnings("ignore", "Duplicate name")
    main(() if "--all" in sys.argv else _TWENTY)
