"""DNS rebinding: a name of the console that suddenly means another machine gets no request."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser as DrivenBrowser

from checker.browser.launch import Launch, launch_options
from checker.errors import Stop
from checker.model import Outcome
from tests.guard.visiting import visiting

NAME = "console.example"


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[tuple[int, list[str]]]:
    """Run somebody else's server that says it is the console; yield its port and what it is asked for."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1 id=home>Home</h1>")

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A handshake that breaks off is what is hoped for."""

    server = Quiet(("127.0.0.1", 0), Listening)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1], asked
    server.shutdown()
    server.server_close()
    thread.join()


def _certificate(folder: Path) -> Path:
    """Write a certificate for the console's name that nobody of standing has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "impostor.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_gets_nothing_but_a_broken_handshake(
    browser: DrivenBrowser, launch: Launch, impostor: tuple[int, list[str]]
) -> None:
    """Without the console's own certificate the name is worth nothing; a browser that asks none would go."""
    port, asked = impostor
    rebound = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{port},MAP * ~NOTFOUND"
    account = replace(launch, origin="", hosts=(NAME,), arguments=(rebound,))
    own = browser.browser_type.launch(**launch_options(account, lambda _text: None))
    try:
        with visiting(own, account) as console, pytest.raises(Stop) as stopped:
            console.open("home")
        heard = list(asked)
        gullible = own.new_context(ignore_https_errors=True)
        gullible.new_page().goto(f"https://{NAME}/gullible")
    finally:
        own.close()

    assert stopped.value.outcome is Outcome.UNREACHABLE
    assert heard == []
    assert "/gullible" in asked
