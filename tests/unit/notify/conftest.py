"""A real mail server and a real webhook receiver, both on loopback."""

from __future__ import annotations

import json
import threading
from asyncio.base_events import Server
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Receiver:
    """What a webhook was sent, and what it answers next: each answer once, the last one for good."""

    url: str
    got: list[tuple[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, object]] = field(default_factory=lambda: [(200, {"errcode": 0})])

    def answer(self) -> tuple[int, bytes]:
        """Return the next answer."""
        status, body = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        return status, json.dumps(body).encode()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A webhook receiver that keeps what it was sent."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    kept: list[Receiver] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            kept[0].got.append((self.path, json.loads(data)))
            status, body = kept[0].answer()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.append(Receiver(f"127.0.0.1:{server.server_port}"))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield kept[0]
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Mailbox:
    """What a mail server took."""

    url: str = ""
    raw: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Take one mail."""
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        return "250 OK"

    @property
    def mails(self) -> list[Message]:
        """The mails, parsed."""
        return [message_from_bytes(raw, policy=default) for raw in self.raw]


class _Anywhere(Controller):
    """Listens at whatever port is free, and knows which that is."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that keeps what it took."""
    box = Mailbox()
    controller = _Anywhere(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.url = (
        f"mailto://127.0.0.1:{controller.port}/?from=checker@shop.example&to=ann@shop.example&mode=insecure"
    )
    yield box
    controller.stop()
