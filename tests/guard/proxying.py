"""A forward proxy that writes down what it is asked for, and wants a password if told so."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

__all__ = ["Proxy", "proxy", "tells_address"]

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT")


@dataclass
class Proxy:
    """A running proxy: where it is, and every request it was sent."""

    port: int = 0
    credentials: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address a seller would write into the settings."""
        user = f"{self.credentials}@" if self.credentials else ""
        return f"http://{user}127.0.0.1:{self.port}"

    def hosts(self) -> set[str]:
        """Return the hosts and ports it was asked to go to."""
        targets = (line.split(" ")[1] for line in self.asked)
        return {urlsplit(target).netloc if "://" in target else target for target in targets}


@contextmanager
def proxy(credentials: str = "", *, tunnels: bool = False) -> Iterator[Proxy]:
    """Run a proxy for the time of the block; credentials: `user:password` it insists on.

    tunnels: let CONNECT through to this machine.
    """
    running = Proxy(credentials=credentials)

    class Forwarding(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

        def forward(self) -> None:
            wanted = f"Basic {base64.b64encode(running.credentials.encode()).decode()}"
            if running.credentials and self.headers.get("Proxy-Authorization") != wanted:
                self.close_connection = True
                self.send_response(407)
                self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            running.asked.append(f"{self.command} {self.path}")
            self.close_connection = True
            parts = urlsplit(self.path)
            if self.command == "CONNECT" and tunnels:
                self._tunnel(self.path)
                return
            if self.command == "CONNECT" or parts.hostname != "127.0.0.1":
                self.send_error(502)
                return
            self._pass_on(parts.port or 80, parts.path + (f"?{parts.query}" if parts.query else ""))

        def _tunnel(self, target: str) -> None:
            """Pass one request and its answer, which is all that is asked through here."""
            host, _, port = target.rpartition(":")
            assert host == "127.0.0.1"
            self.send_response(200)
            self.end_headers()
            with suppress(OSError), socket.create_connection((host, int(port))) as there:
                there.sendall(self.connection.recv(1 << 16))
                while chunk := there.recv(1 << 16):
                    self.wfile.write(chunk)

        def _pass_on(self, port: int, target: str) -> None:
            kept = [
                f"{name}: {value}"
                for name, value in self.headers.items()
                if name.lower() not in ("proxy-connection", "proxy-authorization", "connection")
            ]
            head = "\r\n".join([f"{self.command} {target} HTTP/1.1", *kept, "Connection: close", "", ""])
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as there:
                there.sendall(head.encode("latin-1") + body)
                while chunk := there.recv(1 << 16):
                    self.wfile.write(chunk)

    for method in _METHODS:
        setattr(Forwarding, f"do_{method}", Forwarding.forward)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forwarding)
    server.daemon_threads = True
    running.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def tells_address(address: str) -> Iterator[str]:
    """Run a page that answers every question with one address; return its own."""

    class Telling(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{address}\n".encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Telling)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
