"""A web archive as a viewer reads it: the index of blocks, a block, a row, the record it leads to."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from checker.errors import UsageError
from checker.evidence.catalog import find
from checker.evidence.encryption import decrypter, encrypter
from checker.evidence.manifest import canonical
from checker.evidence.posted import as_query
from checker.evidence.provenance import provenance_of
from checker.evidence.vault import Vault
from checker.evidence.wacz import export_wacz, sort_key
from tests.unit.evidence.bench import FOLDER, SUBJECT, Installation, identity

HOST = "https://sellercentral.amazon.com"
AT = "2025-11-24T07:17:31.004Z"


def _exchange(path: str, number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "at": AT.replace("31", f"{number % 60:02d}"),
        "lost": "",
        "method": "GET",
        "request": {"accept": "*/*"},
        "resource": "fetch",
        "response": {"content-type": "application/json; charset=utf-8", "content-encoding": "br"},
        "status": 200,
        "url": f"{HOST}{path}",
    } | more


def _sealed(home: Path, vault: Vault | None = None) -> Installation:
    """Seal a page of 700 exchanges: more than go into two blocks of the index."""
    installation = Installation(home)
    vault = vault or Vault(installation.root, FOLDER)
    body = vault.keep("body-1.bin", b'{"state":"CRITICAL"}')
    page = vault.keep("body-2.bin", b"<!doctype html><p>Critical</p>")
    exchanges = [
        _exchange("/performance/dashboard", resource="document", body=page,
                  response={"content-type": "text/html"}),
        _exchange("/api/call?b=2&A=1", method="POST", body=body, posted='{"w":["x y","~"],"s":{"id":7}}'),
        _exchange("/api/gone", lost="too large"),
        *(_exchange(f"/api/rows?page={n}", n, body=body) for n in range(700)),
    ]  # fmt: skip
    vault.keep("exchanges-01-home.json", canonical({"exchanges": exchanges, "not_kept": 0, "page": "home"}))
    vault.keep("provenance.json", canonical({"run": "1"}))
    installation.sealer().seal(FOLDER, "run", SUBJECT, vault.plain)
    return installation


def _rows(archive: zipfile.ZipFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every row of the index by way of the index of its blocks, as a viewer comes to them."""
    blocks = archive.read("indexes/index.cdx.gz")
    meta, *lines = archive.read("indexes/index.idx").decode().splitlines()
    assert json.loads(meta.removeprefix("!meta 0 ")) == {
        "format": "cdxj-gzip-1.0",
        "filename": "index.cdx.gz",
    }
    assert len(lines) == 3
    assert lines == sorted(lines)
    for line in lines:
        first, _, place = line.partition(" {")
        told = json.loads("{" + place)
        block = blocks[told["offset"] : told["offset"] + told["length"]]
        assert told["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
        rows = gzip.decompress(block).decode().splitlines()
        assert rows[0].startswith(first)
        for row in rows:
            key, _, said = row.partition(" {")
            yield key, json.loads("{" + said)


def _record(archive: zipfile.ZipFile, row: dict[str, Any]) -> tuple[str, bytes]:
    """Return the address and the body of the record a row leads to."""
    data = archive.read(f"archive/{row['filename']}")
    place = int(row["offset"])
    record = next(iter(ArchiveIterator(io.BytesIO(data[place : place + int(row["length"])]))))
    assert record.rec_headers.get_header("WARC-Payload-Digest") == row["digest"]
    return record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()


def test_every_row_of_the_index_leads_to_its_record(tmp_path: Path) -> None:
    """In order, in blocks, each at its offset; what was no GET under its method; what was lost nowhere."""
    installation = _sealed(tmp_path)
    export_wacz(installation.root, FOLDER, tmp_path / "b.wacz")

    with zipfile.ZipFile(tmp_path / "b.wacz") as archive:
        rows = list(_rows(archive))
        assert len(rows) == 702
        assert [key for key, _ in rows] == sorted(key for key, _ in rows)
        some = [rows[0], rows[1], rows[350], rows[-1]]
        assert [_record(archive, row)[0] for _, row in some] == [row["url"] for _, row in some]
        posted = [(key, row) for key, row in rows if row.get("method") == "POST"]
        assert [key.split()[0] for key, _ in posted] == [
            "com,amazon,sellercentral)/api/call?__wb_method=post&a=1&b=2&id=7&w.2_=%7e&w=x+y"
        ]
        assert posted[0][1]["requestBody"] == "w=x+y&w.2_=%7E&id=7"
        page = next(row for _, row in rows if row["mime"] == "text/html")
        assert _record(archive, page)[1] == b"<!doctype html><p>Critical</p>"
        package = json.loads(archive.read("datapackage.json"))
        assert package["mainPageUrl"] == f"{HOST}/performance/dashboard"
        assert b"content-encoding" not in gzip.decompress(archive.read("archive/data.warc.gz"))


@pytest.mark.parametrize(
    ("sent", "query"),
    [
        ("{}", ""),
        ('[1,2.0,true,null,""]', "=1&.2_=2&.3_=true&.4_=null"),
        ('{"a":{"b":{"a":1}},"c":"é/&="}', "a=1&c=%C3%A9%2F%26%3D"),
        ("no JSON", ""),
        ("[" * 100_000, ""),
    ],
)
def test_what_was_posted_is_looked_up_as_viewers_do(sent: str, query: str) -> None:
    """Names without their path, repeated ones numbered, empty texts left out; no JSON says nothing."""
    assert as_query(sent) == query


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.amazon.com/gp/X?b=2&a=1", "com,amazon)/gp/x?a=1&b=2"),
        ("http://127.0.0.1:8080/", "1,0,0,127:8080)/"),
        ("https://seller.shopee.com.my:443", "my,com,shopee,seller)/"),
    ],
)
def test_addresses_are_sorted_as_viewers_look_them_up(url: str, key: str) -> None:
    """Host backwards, ports unless standard, lower case, parameters in order."""
    assert sort_key(url) == key


def test_encrypted_originals_are_opened_by_their_identity_alone(tmp_path: Path) -> None:
    """Without one, or with another's, in words; with it the archive and the provenance are as ever."""
    recipient = identity(tmp_path / "age.txt")
    identity(tmp_path / "other.txt")
    vault = Vault(tmp_path / "evidence", FOLDER, encrypter(recipient))
    installation = _sealed(tmp_path, vault)
    (held,) = find(installation.root, FOLDER.as_posix())
    ours, theirs = decrypter(tmp_path / "age.txt"), decrypter(tmp_path / "other.txt")

    with pytest.raises(UsageError, match="are encrypted"):
        export_wacz(installation.root, FOLDER, tmp_path / "b.wacz")
    with pytest.raises(UsageError, match="cannot be opened"):
        export_wacz(installation.root, FOLDER, tmp_path / "b.wacz", theirs)
    export_wacz(installation.root, FOLDER, tmp_path / "b.wacz", ours)

    with zipfile.ZipFile(tmp_path / "b.wacz") as archive:
        page = next(row for _, row in _rows(archive) if row["mime"] == "text/html")
        assert _record(archive, page)[1] == b"<!doctype html><p>Critical</p>"
    told = [provenance_of(installation.root, held, key) for key in (None, theirs, ours)]
    assert told == [None, None, {"run": "1"}]
