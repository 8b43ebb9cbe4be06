"""E7: the check that README and every pack print, done exactly as printed, with sha256sum and openssl."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from checker.appeal.document import own_words
from checker.evidence.keys import laid_beside
from checker.evidence.stamping import Authorities
from tests.unit.evidence.bench import FOLDER, Authority, Installation

README = Path(__file__).parents[3] / "README.md"


def _printed(source: str) -> str:
    """Return the commands as they are printed, with the names filled in."""
    if source == "README":
        block = README.read_text(encoding="utf-8").partition("<!-- by hand -->")[2]
        return re.search(r"```sh\n(.*?)```", block, re.DOTALL)[1]  # type: ignore[index]
    text = own_words(source)["readme"]["text"]
    return "\n".join(line[2:] for line in text.splitlines() if line.startswith("  "))


@pytest.fixture
def pack(tmp_path: Path, authority: Authority) -> Path:
    """Return a folder laid out like a pack, with one stamped bundle."""
    installation = Installation(tmp_path, stamps=Authorities([authority.url], (), 5))
    installation.seal()
    folder = tmp_path / "pack"
    shutil.copytree(installation.root / FOLDER, folder / "originals" / "FOLDER")
    (key,) = laid_beside(installation.root).values()
    (folder / "public-key.pem").write_bytes(key.pem)
    shutil.copy(authority.root, folder / "originals" / "FOLDER" / "ca.pem")
    return folder


def _by_hand(pack: Path, commands: str) -> subprocess.CompletedProcess[str]:
    # The authority's certificate lies outside of the bundle.
    shutil.move(pack / "originals" / "FOLDER" / "ca.pem", pack / "ca.pem")
    commands = commands.replace("originals/文件夹", "originals/FOLDER").replace("ca.pem", "../../ca.pem")
    return subprocess.run(
        ["/usr/bin/env", "bash", "-e", "-o", "pipefail", "-c", commands],
        cwd=pack,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("source", ["README", "en", "zh"])
def test_e7_the_printed_check_passes_a_good_bundle(pack: Path, source: str) -> None:
    """Every file is OK, the counts agree, signature and stamp verify, the key is the manifest's."""
    done = _by_hand(pack, _printed(source))

    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^(?!Verification).*: OK$", done.stdout, re.MULTILINE)) == 4
    assert re.findall(r"^(\d+)$", done.stdout, re.MULTILINE) == ["4", "4"]
    assert "Signature Verified Successfully" in done.stdout
    key = re.findall(r"^([0-9a-f]{64})  -$", done.stdout, re.MULTILINE)
    manifest = (pack / "originals" / "FOLDER" / "manifest.json").read_text(encoding="utf-8")
    assert f'"key":"sha256:{key[0]}"' in manifest
    assert "Verification: OK" in done.stdout + done.stderr


@pytest.mark.parametrize("deed", ["picture", "manifest", "signature"])
def test_e7_the_printed_check_fails_a_tampered_bundle(pack: Path, deed: str) -> None:
    """A flipped byte in a picture, in the manifest or in the signature makes a command fail."""
    folder = pack / "originals" / "FOLDER"
    name = {"picture": "page-home-0123456789ab.png", "manifest": "manifest.json", "signature": "manifest.sig"}
    data = bytearray((folder / name[deed]).read_bytes())
    data[-3] ^= 1
    (folder / name[deed]).unlink()
    (folder / name[deed]).write_bytes(data)

    assert _by_hand(pack, _printed("en")).returncode != 0
