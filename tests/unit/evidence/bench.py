"""A small installation on disk with one sealed bundle, and a time-stamping authority made with openssl."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final

import pyrage

from checker.evidence.files import keep
from checker.evidence.ledger import Ledger
from checker.evidence.manifest import Subject
from checker.evidence.sealing import Sealer, Stamps
from checker.evidence.verify import Trust, Verdict, verify

SUBJECT: Final = Subject("amazon", "main", "US")
FOLDER: Final = Path("20251124T000000Z-aaaaaa/main/US")
FILES: Final = {
    "page-home-0123456789ab.png": b"\x89PNG\r\n\x1a\n" + b"picture" * 4000,
    "page-home-ba9876543210.html": b"<!doctype html><p>Healthy</p>" * 200,
    "record.json": b'{"readings":[]}',
    "provenance.json": b'{"run":"1"}',
}


@dataclass
class Installation:
    """An evidence folder with its keys; the clock moves one second with each look."""

    home: Path
    at: datetime = datetime(2025, 11, 24, tzinfo=UTC)
    stamps: Stamps | None = None
    roots: Sequence[Path] = ()

    @property
    def root(self) -> Path:
        """The evidence folder."""
        return self.home / "evidence"

    def now(self) -> datetime:
        """Return the time, a second later than before."""
        self.at += timedelta(seconds=1)
        return self.at

    @property
    def ledger(self) -> Ledger:
        """Its ledger."""
        return Ledger(self.root, self.now, self.home / "keys")

    def sealer(self) -> Sealer:
        """Return what seals."""
        return Sealer(self.root, self.home / "keys", self.now, self.stamps)

    def seal(self, folder: Path = FOLDER, files: dict[str, bytes] | None = None) -> str:
        """Seal a bundle and return its digest."""
        for name, data in (FILES if files is None else files).items():
            keep(self.root, folder, name, data)
        return self.sealer().seal(folder, folder.parts[0], SUBJECT)

    @property
    def trust(self) -> Trust:
        """What it believes."""
        return Trust(self.ledger.trusted(), self.roots, self.ledger)

    def verify(self, path: Path | None = None) -> Verdict:
        """Verify the bundle, or whatever lies at `path`."""
        return verify(path or self.root / FOLDER, self.trust)


def flaws(verdict: Verdict) -> set[str]:
    """Return what is wrong, by name."""
    return {problem.flaw.value for problem in verdict.problems}


def identity(path: Path) -> str:
    """Write an identity as age-keygen does; return its recipient."""
    made = pyrage.x25519.Identity.generate()
    path.write_text(f"# public key: {made.to_public()}\n{made}\n", encoding="ascii")
    return str(made.to_public())


_CONFIG = """
[ca]
distinguished_name = dn
x509_extensions = root
prompt = no
[dn]
CN = Test root
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = the_tsa
[the_tsa]
serial = {folder}/serial
signer_cert = {folder}/leaf.pem
signer_key = {folder}/leaf.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """An RFC 3161 authority on loopback; `mood` is how it answers."""

    folder: Path
    mood: str = "stamp"
    url: str = ""
    asked: int = 0
    _last: bytes = field(default=b"", repr=False)

    @property
    def root(self) -> Path:
        """The certificate its own leads up to."""
        return self.folder / "root.pem"

    def make(self) -> Authority:
        """Make its keys and certificates."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "tsa.cnf").write_text(_CONFIG.format(folder=self.folder), encoding="ascii")
        (self.folder / "serial").write_text("01\n", encoding="ascii")
        key = ["-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf"]
        self._openssl(
            "req", "-x509", *key, "-section", "ca", "-keyout", "root.key", "-out", "root.pem", "-days", "30"
        )
        self._openssl(
            "req",
            "-new",
            *key,
            "-section",
            "ca",
            "-subj",
            "/CN=Test TSA",
            "-keyout",
            "leaf.key",
            "-out",
            "leaf.csr",
        )
        self._openssl(
            "x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-days", "30", "-extfile", "tsa.cnf", "-extensions", "leaf", "-out", "leaf.pem",
        )  # fmt: skip
        return self

    def answer(self, query: bytes) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a query."""
        self.asked += 1
        match self.mood:
            case "refuse":
                return 503, b"busy"
            case "nonsense":
                return 200, b"<html>sign in to the hotel's network</html>"
            case "huge":
                return 200, b"\x30" * 200_000
            case "replay" if self._last:
                return 200, self._last
        (self.folder / "query.tsq").write_bytes(query)
        self._openssl(
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-section",
            "the_tsa",
            "-queryfile",
            "query.tsq",
            "-out",
            "reply.tsr",
        )
        self._last = (self.folder / "reply.tsr").read_bytes()
        return 200, self._last

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(
            ["/usr/bin/env", "openssl", *arguments], cwd=self.folder, check=True, capture_output=True
        )


@contextmanager
def answering(authority: Authority) -> Iterator[Authority]:
    """Let an authority answer at its `url` while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            status, body = authority.answer(query)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        authority.url = f"http://127.0.0.1:{server.server_port}/tsr"
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()
