"""`checker evidence` from end to end: sealed by a run, verified, exported, packed, tampered with."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema

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
PLAIN_KEY = "ALLEGRO/account.level"


def valid(done: Ran, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the document a command printed, if its schema accepts it."""
    jsonschema.validate(done.document, schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    return done.document


def _red(replica: Replica, seller: Seller) -> None:
    replica.use("red")
    done = seller.here("run", "--json")
    assert done.code in (Exit.NEW, Exit.CRITICAL), done.err


def test_a_bundle_travels_goes_into_packs_and_is_refused_once_it_was_tampered_with(
    replica: Replica, seller: Seller, tmp_path: Path
) -> None:
    """The evidence of one red run, its digest in the run's document and report, stands wherever it goes."""
    replica.use("red")
    done = seller.here("run", "--json")
    schema = seller.here("schema", "run").document
    assert done.code == Exit.NEW, done.err
    (bundle,) = {reading["bundle"] for reading in valid(done, schema)["readings"]} - {None}
    assert bundle in (seller.data / "reports" / "latest.html").read_text(encoding="utf-8")

    _travels(seller, bundle, tmp_path / "away")
    _goes_into_a_pack(seller, tmp_path / "en", "en")
    _goes_into_a_pack(seller, tmp_path / "zh", "zh", "--redact", "0,0,1440,60")
    _is_refused_once_tampered_with(seller, tmp_path / "flawed")


def _travels(seller: Seller, bundle: str, out: Path) -> None:
    """The exported ZIP and WACZ stand on their own, and are verified by somebody else."""
    out.mkdir()
    listed = valid(seller.here("evidence", "list", "--json"), list_schema())["bundles"]
    path = listed[0]["path"]
    whole = seller.here("evidence", "verify", "--json")
    zipped, archive, key = (str(out / name) for name in ("b.zip", "b.wacz", "public.pem"))
    seller.here("evidence", "export", bundle[:20], "--out", zipped)
    exported = seller.here("evidence", "export", path, "--wacz", "--out", archive, "--json")
    shown = valid(seller.here("evidence", "show", path, "--json"), show_schema())
    made = seller.here("evidence", "key", "--out", key, "--json")
    again = seller.here("evidence", "export", path, "--out", zipped)
    stranger = Seller(out / "stranger", seller.origin)
    stranger.home.mkdir()
    elsewhere = stranger.settle().here("evidence", "verify", zipped, "--key", key, "--json")

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


def _goes_into_a_pack(seller: Seller, folder: Path, language: str, *extra: str) -> None:
    """A PDF, words on what it proves, the key, each original untouched; copies name their original."""
    folder.mkdir()
    out = folder / "appeal.zip"
    done = seller.checker("evidence", "pack", KEY, "--out", str(out), "--lang", language, *extra, "--json")

    assert done.code == Exit.OK, done.err
    assert valid(done, pack_schema())["file"] == str(out)
    with zipfile.ZipFile(out) as pack:
        names = pack.namelist()
        assert pack.read("appeal.pdf").startswith(b"%PDF-")
        assert "openssl pkeyutl -verify" in pack.read("README.txt").decode()
        copies = json.loads(pack.read("copies.json"))["copies"]
        pack.extractall(folder / "pack")
    folders = {name.split("/")[1] for name in names if name.startswith("originals/")}
    originals = folder / "pack" / "originals" / folders.pop()
    own = next((seller.data / "evidence").glob("*/main/US"))
    assert [p.name for p in own.iterdir() if p.read_bytes() != (originals / p.name).read_bytes()] == []
    assert all(copy["originals"] for copy in copies)
    assert any(name.startswith("copies/") for name in names) == bool(extra)
    key = str(folder / "pack" / "public-key.pem")
    assert seller.here("evidence", "verify", str(originals), "--key", key).code == Exit.OK


def _is_refused_once_tampered_with(seller: Seller, out: Path) -> None:
    """A flipped byte: verify fails with its name, export and pack refuse, and the ledger has both."""
    out.mkdir()
    picture = next((seller.data / "evidence").glob("*/main/US/page-*.png"))
    data = bytearray(picture.read_bytes())
    data[-20] ^= 1
    picture.write_bytes(data)
    path = picture.parent.relative_to(seller.data / "evidence").as_posix()
    verdict = seller.here("evidence", "verify", "--json")
    text = seller.here("evidence", "verify")
    refused = [
        seller.here("evidence", "export", path, "--out", str(out / "x.zip")),
        seller.here("evidence", "pack", KEY, "--out", str(out / "y.zip")),
    ]

    problems = valid(verdict, verify_schema())["bundles"][0]["problems"]
    assert (verdict.code, text.code) == (Exit.EVIDENCE, Exit.EVIDENCE)
    assert [("digest", picture.name)] == [(problem["flaw"], problem["name"]) for problem in problems]
    assert picture.name in text.out
    assert [done.code for done in refused] == [Exit.USAGE, Exit.USAGE]
    assert list(out.iterdir()) == []
    ledger = (seller.data / "evidence" / "ledger.jsonl").read_text(encoding="utf-8")
    assert '"flaws":["digest"]' in ledger


def test_encrypted_originals_go_into_a_pack_with_their_identity(
    plain: Replica, trader: Seller, tmp_path: Path
) -> None:
    """Without the identity, or with another, it is said what to do; with it the PDF has the pictures."""
    recipient = identity(tmp_path / "age.txt")
    identity(tmp_path / "other.txt")
    trader.environ["CHECKER_EVIDENCE__RECIPIENT"] = recipient
    _red(plain, trader)
    out = tmp_path / "appeal.zip"
    refused = [
        trader.checker("evidence", "pack", PLAIN_KEY, "--out", str(out), *more)
        for more in ((), ("--identity", str(tmp_path / "other.txt")))
    ]
    packed = trader.checker(
        "evidence", "pack", PLAIN_KEY, "--out", str(out), "--identity", str(tmp_path / "age.txt"), "--json"
    )

    report = (trader.data / "reports" / "latest.html").read_text(encoding="utf-8")
    assert "The pictures are encrypted" in report
    assert [done.code for done in refused] == [Exit.USAGE, Exit.USAGE]
    assert "--identity FILE" in refused[0].err
    assert "does not open" in refused[1].err
    assert valid(packed, pack_schema())["pictures"] == 2
    with zipfile.ZipFile(out) as pack:
        opened = [name for name in pack.namelist() if name.startswith("opened/")]
        folder = opened[0].split("/")[1]
        manifest = pack.read(f"originals/{folder}/manifest.json").decode()
        assert opened
        assert all(hashlib.sha256(pack.read(name)).hexdigest() in manifest for name in opened)
        assert "age --decrypt" in pack.read("README.txt").decode()


def test_old_evidence_goes_and_that_of_an_open_finding_stays(plain: Replica, trader: Seller) -> None:
    """With room for one, two of an open red both stay; once it is over they go, and the ledger says so."""
    # One good look is believed here; how many it takes otherwise is not what is tried.
    trader.environ |= {
        "CHECKER_FINDINGS__GOOD_READS": "1",
        "CHECKER_FINDINGS__GOOD_MINUTES_APART": "0",
        "CHECKER_FINDINGS__ABSENT_READS": "1",
    }
    trader.environ["CHECKER_EVIDENCE__KEEP_BUNDLES"] = "1"
    for _ in range(2):
        _red(plain, trader)
    stayed = len(trader.here("evidence", "list", "--json").document["bundles"])
    plain.use("no-otp")
    trader.here("run")
    trader.environ["CHECKER_EVIDENCE__KEEP_MEGABYTES"] = "1"
    dry = valid(trader.here("evidence", "prune", "--dry-run", "--json"), prune_schema())["deleted"]
    left = trader.here("evidence", "list", "--json").document["bundles"]

    assert stayed == 2
    assert len(left) + len(dry) >= 1
    assert len(left) < 2
    assert '"event":"deleted"' in (trader.data / "evidence" / "ledger.jsonl").read_text(encoding="utf-8")
    assert trader.here("evidence", "verify").code == Exit.OK
