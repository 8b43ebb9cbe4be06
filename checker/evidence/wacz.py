"""A bundle's exchanges as a WACZ, to be looked at in a replay viewer.

What is in it was seen after sign-in, without the headers that carry cookies or tokens. It is made from the
sealed files and is itself no original: its description names the digest of the bundle it was made from.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

from checker.errors import ConfigError, UsageError
from checker.evidence.archive import text_entries, whole_new_file
from checker.evidence.files import opened, read_file
from checker.evidence.giving import Decrypt, unlocked
from checker.evidence.manifest import LARGEST, MANIFEST, Manifest, digest_of
from checker.evidence.posted import as_query
from checker.evidence.vault import ENCRYPTED

__all__ = ["export_wacz", "sort_key"]

_VERSION: Final = "1.1.1"
_LARGEST_FILE: Final = 100_000_000
_EXCHANGES: Final = re.compile(r"exchanges-\d+-.*\.json(\.age)?")
# Written anew for the body as it is kept: what the wire did to it is gone.
_NOT_ANY_MORE: Final = frozenset({"content-length", "content-encoding", "transfer-encoding"})
_INDEX: Final = "index.cdx.gz"
_BLOCK: Final = 300
"""Lines of the index that are packed together, as other writers do it."""
_PAGES_HEAD: Final = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

Load = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class _Row:
    """One response in the archive and where it lies."""

    url: str
    method: str
    posted: str
    at: str
    mime: str
    status: int
    digest: str
    offset: int
    length: int


def export_wacz(root: Path, folder: Path, out: Path, decrypt: Decrypt | None = None) -> None:
    """Write the exchanges of a bundle into a new WACZ; raise UsageError if it holds none."""
    with opened(root, folder) as there:
        data = read_file(there, MANIFEST, LARGEST)
        manifest = Manifest.read(data)

        def load(name: str) -> bytes:
            held = read_file(there, name, _LARGEST_FILE)
            return unlocked(held, decrypt, folder) if name.endswith(ENCRYPTED) else held

        pages = [json.loads(load(file.name)) for file in manifest.files if _EXCHANGES.fullmatch(file.name)]
        if not any(page["exchanges"] for page in pages):
            raise UsageError(
                f"{folder} holds no exchanges",
                hint="[evidence] exchanges = true keeps them from the next run on",
            )
        archive, rows = _archived(pages, load)
    files = _files(archive, rows, pages, manifest, digest_of(data))
    whole_new_file(out, lambda file: _zipped(file, files))


def sort_key(url: str) -> str:
    """Return an address as web archives sort them: host parts backwards, e.g. `com,example)/path?a=1`."""
    parts = urlsplit(url)
    host = re.sub(r"^www\d*\.", "", (parts.hostname or "").lower())
    labels = host if ":" in host else ",".join(reversed(host.split(".")))
    standard = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme))
    port = "" if standard else f":{parts.port}"
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return f"{labels}{port}){(parts.path or '/').lower()}" + (f"?{query}" if query else "")


def _archived(pages: list[dict[str, Any]], load: Load) -> tuple[bytes, list[_Row]]:
    try:
        from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415
    except ImportError:
        raise ConfigError(
            "web archives need warcio, which is not installed",
            hint="pip install 'marketplace-health-checker[evidence]'",
        ) from None
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    rows: list[_Row] = []
    for exchange in _distinct(pages):
        body = load(exchange["body"]) if exchange.get("body") else b""
        kept = {n: v for n, v in exchange["response"].items() if n not in _NOT_ANY_MORE}
        headers = [*kept.items(), ("content-length", str(len(body)))]
        line = f"{exchange['status']} {_phrase(exchange['status'])}"
        dated = {"WARC-Date": exchange["at"]}
        offset = stream.tell()
        response = writer.create_warc_record(
            exchange["url"],
            "response",
            payload=io.BytesIO(body),
            # With its length known it is not copied to a temporary file first.
            length=len(body),
            http_headers=StatusAndHeaders(line, headers, protocol="HTTP/1.1"),
            warc_headers_dict=dated,
        )
        writer.write_record(response)
        rows.append(
            _Row(
                exchange["url"],
                exchange["method"],
                exchange.get("posted", ""),
                exchange["at"],
                kept.get("content-type", "application/octet-stream").partition(";")[0].strip(),
                exchange["status"],
                response.rec_headers.get_header("WARC-Payload-Digest"),
                offset,
                stream.tell() - offset,
            )
        )
        target = urlsplit(exchange["url"])
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        posted = exchange.get("posted", "").encode()
        length_of = [("content-length", str(len(posted)))] if posted else []
        asked = StatusAndHeaders(
            f"{exchange['method']} {path} HTTP/1.1",
            [("host", target.netloc), *exchange["request"].items(), *length_of],
            is_http_request=True,
        )
        writer.write_record(
            writer.create_warc_record(
                exchange["url"],
                "request",
                payload=io.BytesIO(posted),
                length=len(posted),
                http_headers=asked,
                warc_headers_dict=dated,
            )
        )
    return stream.getvalue(), rows


def _distinct(pages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each exchange once; one whose body was lost would replay as an empty page."""
    seen = set()
    for page in pages:
        for exchange in page["exchanges"]:
            mark = (exchange["url"], exchange["method"], exchange.get("body"), exchange["status"])
            if not exchange["lost"] and mark not in seen:
                seen.add(mark)
                yield exchange


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _files(
    archive: bytes, rows: list[_Row], pages: list[dict[str, Any]], manifest: Manifest, bundle: str
) -> list[tuple[str, bytes]]:
    shown = _pages(pages)
    files = [
        ("archive/data.warc.gz", archive),
        *_indexes(sorted(map(_index_line, rows))),
        ("pages/pages.jsonl", _lines([_PAGES_HEAD, *shown])),
    ]
    package = json.dumps(_package(files, shown, manifest, bundle), indent=2).encode()
    digest = json.dumps({"hash": f"sha256:{hashlib.sha256(package).hexdigest()}", "path": "datapackage.json"})
    return [*files, ("datapackage.json", package), ("datapackage-digest.json", digest.encode())]


def _indexes(lines: list[str]) -> list[tuple[str, bytes]]:
    """Return the index in blocks, and the index of its blocks: viewers read the second one first."""
    blocks = bytearray()
    rows = ["!meta 0 " + json.dumps({"format": "cdxj-gzip-1.0", "filename": _INDEX})]
    for start in range(0, len(lines), _BLOCK):
        part = lines[start : start + _BLOCK]
        block = gzip.compress("".join(part).encode(), mtime=0)
        place = {
            "offset": len(blocks),
            "length": len(block),
            "digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        }
        rows.append(f"{part[0].partition(' {')[0]} {json.dumps(place)}")
        blocks += block
    text = "".join(f"{row}\n" for row in rows)
    return [(f"indexes/{_INDEX}", bytes(blocks)), ("indexes/index.idx", text.encode())]


def _index_line(row: _Row) -> str:
    key, sent = row.url, as_query(row.posted)
    if row.method != "GET":
        # Viewers look what was not a GET up under its method, and what it said.
        key += ("&" if "?" in key else "?") + f"__wb_method={row.method}" + (f"&{sent}" if sent else "")
    said = {
        "url": row.url,
        **({} if row.method == "GET" else {"method": row.method, "requestBody": sent}),
        "mime": row.mime,
        "status": str(row.status),
        "digest": row.digest,
        "length": str(row.length),
        "offset": str(row.offset),
        "filename": "data.warc.gz",
    }
    return f"{sort_key(key)} {re.sub(r'[^0-9]', '', row.at)[:14]} {json.dumps(said)}\n"


def _pages(pages: list[dict[str, Any]]) -> list[dict[str, str]]:
    lines = []
    for number, page in enumerate(pages, start=1):
        document = next((e for e in page["exchanges"] if e["resource"] == "document" and e.get("body")), None)
        if document is not None:
            name = {"id": f"page-{number}", "title": page["page"]}
            lines.append(name | {"url": document["url"], "ts": document["at"]})
    return lines


def _lines(rows: list[dict[str, str]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _package(
    files: list[tuple[str, bytes]], shown: list[dict[str, str]], manifest: Manifest, bundle: str
) -> dict[str, Any]:
    subject = manifest.subject
    first = {"mainPageUrl": shown[0]["url"], "mainPageDate": shown[0]["ts"]} if shown else {}
    return {
        "profile": "data-package",
        "wacz_version": _VERSION,
        "title": f"{subject.marketplace} {subject.account} {subject.site}",
        "description": (
            f"Made from the sealed bundle {bundle}. Seen after sign-in; cookies and tokens were removed. "
            "A copy for viewing: the originals are in the bundle."
        ),
        "created": manifest.sealed_at,
        "software": "marketplace-health-checker",
        **first,
        "resources": [
            {
                "name": name.rpartition("/")[2],
                "path": name,
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "bytes": len(data),
            }
            for name, data in files
        ],
    }


def _zipped(file: IO[bytes], files: list[tuple[str, bytes]]) -> None:
    # Stored, not packed: a viewer reads single records out of the middle.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        text_entries(archive, files)
