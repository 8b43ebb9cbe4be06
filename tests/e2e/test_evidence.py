"""`checker evidence` from end to end: sealed by a run, verified, exported, packed, tampered with."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from checker.model import Exit
from checker.report.evidence import (
    export_schema,
    key_schema,
    list_schema,
    pack_schema,
    prune_schema,
    show_schema,
    verify_schema,
)
from fixtures.common.server import Replica
from tests.e2e.seller import Ran, Seller
from tests.unit.evidence.bench import identity

KEY = "US/account.health_rating"


def valid(done: Ran, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the document a command printed, if its schema accepts it."""
    jsonschema.validate(done.document, schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    return done.document


def _red(replica: Replica, seller: Seller) -> dict[str, object]:
    replica.use("red")
    replica.state.used_totp_steps.clear()
    done = seller.checker("run", "--json")
    assert done.code in (Exit.NEW, Exit.CRITICAL), done.err
    return done.document


@pytest.fixture(scope="module")
def red_home(console: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a seller whose shop was red in their one run."""
    console.reset()
    seller = Seller(tmp_path_factory.mktemp("red") / "home", console.url)
    seller.home.mkdir()
    (seller.home / "run.json").write_text(json.dumps(_red(console, seller.settle())), encoding="utf-8")
    return seller.home


@pytest.fixture
def seller(red_home: Path, replica: Replica, tmp_path: Path) -> Seller:
    """Return a copy of that seller."""
    home = tmp_path / "home"
    shutil.copytree(red_home, home)
    return Seller(home, replica.url)


def test_a_bundle_travels_and_is_verified_elsewhere(replica: Replica, seller: Seller, tmp_path: Path) -> None:
    """The digest is in the run's document and report; the exported ZIP and WACZ stand on their own."""
    document = json.loads((seller.home / "run.json").read_text(encoding="utf-8"))
    readings = document["readings"]
    assert isinstance(readings, list)
    (bundle,) = {reading["bundle"] for reading in readings} - {None}
    report = (seller.data / "reports" / "latest.html").read_text(encoding="utf-8")
    listed = valid(seller.checker("evidence", "list", "--json"), list_schema())["bundles"]
    path = listed[0]["path"]
    whole = seller.checker("evidence", "verify", "--json")
    zipped, archive, key = (str(tmp_path / name) for name in ("b.zip", "b.wacz", "public.pem"))
    seller.checker("evidence", "export", bundle[:20], "--out", zipped)
    exported = seller.checker("evidence", "export", path, "--wacz", "--out", archive, "--json")
    shown = valid(seller.checker("evidence", "show", path, "--json"), show_schema())
    made = seller.checker("evidence", "key", "--out", key, "--json")
    again = seller.checker("evidence", "export", path, "--out", zipped)
    stranger = Seller(tmp_path / "stranger", replica.url)
    stranger.home.mkdir()
    elsewhere = stranger.settle().checker("evidence", "verify", zipped, "--key", key, "--json")

    assert bundle in report
    assert [bundle] == [entry["bundle"] for entry in listed]
    assert shown["provenance"]["identity"]["site"] == "US"
    assert [entry["event"] for entry in shown["ledger"]] == ["captured", "exported", "exported"]
    assert (whole.code, valid(whole, verify_schema())["good"]) == (Exit.OK, True)
    assert valid(exported, export_schema())["bundle"] == bundle
    assert valid(made, key_schema())["file"] == key
    assert (elsewhere.code, valid(elsewhere, verify_schema())["bundles"][0]["bundle"]) == (Exit.OK, bundle)
    assert (again.code, "is there already" in again.err) == (Exit.USAGE, True)
    judged = subprocess.run(
        [sys.executable, "-m", "wacz.main", "validate", "-f", archive],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the passed WACZ is valid" in judged.stdout
    with zipfile.ZipFile(archive) as held:
        assert b"set-cookie" not in held.read("archive/data.warc.gz")
        pages = held.read("pages/pages.jsonl").decode().splitlines()
    assert any(json.loads(line).get("title") == "dashboard" for line in pages)


@pytest.mark.parametrize(("language", "extra"), [("en", ()), ("zh", ("--redact", "0,0,1440,60"))])
def test_an_appeal_pack_holds_a_pdf_and_the_untouched_originals(
    seller: Seller, tmp_path: Path, language: str, extra: tuple[str, ...]
) -> None:
    """A PDF, words on what it proves, the key, each original untouched; copies name their original."""
    out = tmp_path / "appeal.zip"
    done = seller.checker("evidence", "pack", KEY, "--out", str(out), "--lang", language, *extra, "--json")

    assert done.code == Exit.OK, done.err
    assert valid(done, pack_schema())["file"] == str(out)
    with zipfile.ZipFile(out) as pack:
        names = pack.namelist()
        assert pack.read("appeal.pdf").startswith(b"%PDF-")
        assert "openssl pkeyutl -verify" in pack.read("README.txt").decode()
        copies = json.loads(pack.read("copies.json"))["copies"]
        pack.extractall(tmp_path / "pack")
    folders = {name.split("/")[1] for name in names if name.startswith("originals/")}
    originals = tmp_path / "pack" / "originals" / folders.pop()
    own = next((seller.data / "evidence").glob("*/main/US"))
    assert [p.name for p in own.iterdir() if p.read_bytes() != (originals / p.name).read_bytes()] == []
    assert all(copy["originals"] for copy in copies)
    assert any(name.startswith("copies/") for name in names) == bool(extra)
    key = str(tmp_path / "pack" / "public-key.pem")
    assert seller.checker("evidence", "verify", str(originals), "--key", key).code == Exit.OK


def test_what_was_tampered_with_is_named_and_not_given_away(seller: Seller, tmp_path: Path) -> None:
    """A flipped byte: verify fails with its name, export and pack refuse, and the ledger has both."""
    picture = next((seller.data / "evidence").glob("*/main/US/page-*.png"))
    data = bytearray(picture.read_bytes())
    data[-20] ^= 1
    picture.write_bytes(data)
    verdict = seller.checker("evidence", "verify", "--json")
    text = seller.checker("evidence", "verify")
    refused = [
        seller.checker("evidence", "export", picture.parent.relative_to(seller.data / "evidence").as_posix(),
                       "--out", str(tmp_path / "x.zip")),
        seller.checker("evidence", "pack", KEY, "--out", str(tmp_path / "y.zip")),
    ]  # fmt: skip

    problems = valid(verdict, verify_schema())["bundles"][0]["problems"]
    assert (verdict.code, text.code) == (Exit.EVIDENCE, Exit.EVIDENCE)
    assert [("digest", picture.name)] == [(problem["flaw"], problem["name"]) for problem in problems]
    assert picture.name in text.out
    assert [done.code for done in refused] == [Exit.USAGE, Exit.USAGE]
    assert not list(tmp_path.glob("[xy].zip"))
    ledger = (seller.data / "evidence" / "ledger.jsonl").read_text(encoding="utf-8")
    assert '"flaws":["digest"]' in ledger


def test_encrypted_originals_go_into_a_pack_with_their_identity(
    replica: Replica, seller: Seller, tmp_path: Path
) -> None:
    """Without the identity, or with another, it is said what to do; with it the PDF has the pictures."""
    recipient = identity(tmp_path / "age.txt")
    identity(tmp_path / "other.txt")
    seller.environ["CHECKER_EVIDENCE__RECIPIENT"] = recipient
    _red(replica, seller)
    out = tmp_path / "appeal.zip"
    refused = [
        seller.checker("evidence", "pack", KEY, "--out", str(out), *more)
        for more in ((), ("--identity", str(tmp_path / "other.txt")))
    ]
    packed = seller.checker(
        "evidence", "pack", KEY, "--out", str(out), "--identity", str(tmp_path / "age.txt"), "--json"
    )

    report = (seller.data / "reports" / "latest.html").read_text(encoding="utf-8")
    assert "The pictures are encrypted" in report
    assert [done.code for done in refused] == [Exit.USAGE, Exit.USAGE]
    assert "--identity FILE" in refused[0].err
    assert "does not open" in refused[1].err
    assert valid(packed, pack_schema())["pictures"] > 2
    with zipfile.ZipFile(out) as pack:
        opened = [name for name in pack.namelist() if name.startswith("opened/")]
        folder = opened[0].split("/")[1]
        manifest = pack.read(f"originals/{folder}/manifest.json").decode()
        assert opened
        assert all(hashlib.sha256(pack.read(name)).hexdigest() in manifest for name in opened)
        assert "age --decrypt" in pack.read("README.txt").decode()


def test_old_evidence_goes_and_that_of_an_open_finding_stays(replica: Replica, seller: Seller) -> None:
    """With room for one, two of an open red both stay; once it is over they go, and the ledger says so."""
    # One good look is believed here; how many it takes otherwise is not what is tried.
    seller.environ |= {
        "CHECKER_FINDINGS__GOOD_READS": "1",
        "CHECKER_FINDINGS__GOOD_MINUTES_APART": "0",
        "CHECKER_FINDINGS__ABSENT_READS": "1",
    }
    seller.environ["CHECKER_EVIDENCE__KEEP_BUNDLES"] = "1"
    _red(replica, seller)
    stayed = len(seller.checker("evidence", "list", "--json").document["bundles"])
    replica.use("no-otp")
    seller.checker("run")
    seller.environ["CHECKER_EVIDENCE__KEEP_MEGABYTES"] = "1"
    dry = valid(seller.checker("evidence", "prune", "--dry-run", "--json"), prune_schema())["deleted"]
    left = seller.checker("evidence", "list", "--json").document["bundles"]

    assert stayed == 2
    assert len(left) + len(dry) >= 1
    assert len(left) < 2
    assert '"event":"deleted"' in (seller.data / "evidence" / "ledger.jsonl").read_text(encoding="utf-8")
    assert seller.checker("evidence", "verify").code == Exit.OK
