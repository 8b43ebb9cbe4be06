"""A proxy between browser and console that breaks one address in one way; everything else goes through."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, Literal

from fixtures.common import Replica

__all__ = ["Fault", "FaultProxy", "faulty"]

Fault = Literal["cut", "reset", "half", "drip", "hang", "429", "503", "portal", "elsewhere"]
"""What becomes of an answer.

cut: the console had the request, and the connection is reset before a byte of the answer. reset: it is reset
after some bytes of the body. half: it ends where half of the body is out. drip: the body comes a byte at a
time. hang: nothing comes at all. 429, 503: with Retry-After. portal: a page of the hotel's network.
elsewhere: a redirect to another host, where such a network asks for a name and a password.
"""

_SOON_RESET: Final = 120
_DRIP_SECONDS: Final = 0.2
_PORTAL: Final = (
    b"<!doctype html><title>Welcome to Hotel Wi-Fi</title><h1>Welcome</h1>"
    b"<p>Accept our terms to go online.</p><form method=post><button>Accept and connect</button></form>"
)
_ASKING: Final = (
    b"<!doctype html><title>Hotel Wi-Fi</title><h1>Sign in to go online</h1><form method=post action=/enter>"
    b"<label>User name<input name=user></label><label>Password<input type=password name=password></label>"
    b"<button>Sign in</button></form>"
)
_ANSWERS: Final = {
    "429": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\n",
    "503": b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 60\r\n",
    "portal": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",
}
_LINGER: Final = struct.pack("ii", 1, 0)


class FaultProxy:
    """Listens on a port of its own.

    Attributes:
        seen: The method and path of every request that came in.
        at_portal: The same of the portal that `elsewhere` leads to.
    """

    def __init__(self, port: int) -> None:
        self.seen: list[tuple[str, str]] = []
        self.at_portal: list[tuple[str, str]] = []
        self._to = port
        self._path, self._fault = "", ""
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._portal = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, args=(self._listener, self._serve), daemon=True).start()
        threading.Thread(target=self._accept, args=(self._portal, self._welcome), daemon=True).start()

    def breaks(self, path: str, fault: Fault, method: str = "GET") -> None:
        """Break the addresses whose method and path a pattern fits, from now on."""
        self.seen.clear()
        self._path, self._fault = f"{method} {path}", fault

    def mend(self) -> None:
        """Let everything through again."""
        self._path = self._fault = ""

    def stop(self) -> None:
        """End every connection."""
        self._ended.set()
        self._listener.close()
        self._portal.close()

    def _accept(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    def _welcome(self, client: socket.socket) -> None:
        """Be the portal: whatever is asked for is its page."""
        with client, suppress(OSError, ValueError):
            head, _ = _request(client)
            method, path = head.split(b" ", 2)[:2]
            self.at_portal.append((method.decode(), path.decode()))
            client.sendall(_ANSWERS["portal"] + b"Connection: close\r\n\r\n" + _ASKING)

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError, ValueError):
            head, body = _request(client)
            method, path = head.split(b" ", 2)[:2]
            bare = path.decode().partition("?")[0]
            self.seen.append((method.decode(), bare))
            broken = self._path and re.fullmatch(self._path, f"{method.decode()} {bare}")
            self._answer(client, head, body, self._fault if broken else "")

    def _answer(self, client: socket.socket, head: bytes, body: bytes, fault: str) -> None:
        if fault == "hang":
            self._ended.wait()
        elif fault == "elsewhere":
            port = self._portal.getsockname()[1]
            client.sendall(
                b"HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\n"
                b"Location: http://127.0.0.1:%d/welcome\r\n\r\n" % port
            )
        elif fault in _ANSWERS:
            page = _PORTAL if fault == "portal" else b""
            client.sendall(_ANSWERS[fault] + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(page))
            client.sendall(page)
        else:
            answer = self._fetched(head, body)
            start, _, rest = answer.partition(b"\r\n\r\n")
            whole = len(start) + 4
            if fault in ("cut", "reset"):
                sent = 0 if fault == "cut" else whole + min(_SOON_RESET, len(rest) // 2)
                client.sendall(answer[:sent])
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
            elif fault == "half":
                client.sendall(answer[: whole + len(rest) // 2])
            elif fault == "drip":
                client.sendall(answer[:whole])
                for byte in rest:
                    client.sendall(bytes([byte]))
                    if self._ended.wait(_DRIP_SECONDS):
                        return
            else:
                client.sendall(answer)

    def _fetched(self, head: bytes, body: bytes) -> bytes:
        """Return the console's whole answer; one request a connection."""
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        with socket.create_connection(("127.0.0.1", self._to), timeout=30) as console:
            console.sendall(b"\r\n".join(lines) + b"\r\nConnection: close\r\n\r\n" + body)
            received = bytearray()
            while piece := console.recv(65536):
                received += piece
        return bytes(received)


class _Through:
    """A replica that is reached through the proxy, and is itself otherwise."""

    def __init__(self, replica: Replica, proxy: FaultProxy) -> None:
        self._replica = replica
        self.url = proxy.url

    def __getattr__(self, name: str) -> Any:
        return getattr(self._replica, name)


@contextmanager
def faulty(replica: Replica) -> Iterator[tuple[Any, FaultProxy]]:
    """Put a proxy before a replica; yield the replica as it is seen through it, and the proxy."""
    proxy = FaultProxy(replica.port)
    try:
        yield _Through(replica, proxy), proxy
    finally:
        proxy.stop()


def _request(client: socket.socket) -> tuple[bytes, bytes]:
    """Return the head of a request, without its last line ends, and its body."""
    received = bytearray()
    while b"\r\n\r\n" not in received:
        piece = client.recv(65536)
        if not piece:
            raise OSError
        received += piece
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    found = re.search(rb"(?i)\r\ncontent-length:\s*(\d+)", head)
    while found and len(body) < int(found[1]):
        piece = client.recv(65536)
        if not piece:
            raise OSError
        body += piece
    return head, body
