"""A console that repeats the password it was told, wherever a page or an answer can put it."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fixtures.allegro.replica import BLUEPRINT
from fixtures.common import Replica, serve
from fixtures.common.app import ReplicaApp, ReplicaSpec
from fixtures.common.clock import ReplicaClock
from fixtures.common.console import spec_from

__all__ = ["ECHOED", "echoing"]

ECHOED: Final = 'Kö"7"&<S>/+% Ω horse'
"""A password that each way of writing writes in another way."""


def _forms(secret: str) -> dict[str, str]:
    raw = secret.encode()
    return {
        "as it is": secret,
        "in an address": quote(secret, safe=""),
        "in an address, each byte": "".join(f"%{byte:02x}" for byte in raw),
        "in an address, twice": quote(quote(secret, safe=""), safe=""),
        "in a form": quote(secret, safe="").replace("%20", "+"),
        "in JSON": json.dumps(secret),
        "in JSON, each character": "".join(f"\\u{ord(char):04x}" for char in secret),
        "in HTML": html.escape(secret),
        "in HTML, each character": "".join(f"&#{ord(char)};" for char in secret),
        "in HTML, in hexadecimal": "".join(f"&#x{ord(char):X};" for char in secret),
        "in base 64": base64.b64encode(raw).decode(),
        "in base 64, after a name": base64.b64encode(b"seller:" + raw).decode(),
        "in hexadecimal": raw.hex(),
        "in capitals": secret.upper(),
    }


FORMS: Final = _forms(ECHOED)


def _page(page: str, *, address: bool) -> str:
    """Return a page that repeats the secret in its title, attributes, text, boxes and console.

    address: in its own address as well.
    """
    said = "".join(
        f'<p data-echo="{html.escape(form)}">{html.escape(way)}: {html.escape(form)}</p>'
        for way, form in FORMS.items()
    )
    banner = f"<div role=alert class=alert>Your account {html.escape(ECHOED)} is suspended.</div>"
    script = (
        f"document.title = {json.dumps(ECHOED)};"
        f"console.error({json.dumps(ECHOED)});"
        + (f"history.replaceState(null, '', '?p=' + encodeURIComponent({json.dumps(ECHOED)}));" * address)
        + f"setTimeout(() => {{ throw new Error({json.dumps(ECHOED)}); }});"
    )
    box = f'<input name=shown value="{html.escape(ECHOED)}"><a href="/x?p={quote(ECHOED, safe="")}">more</a>'
    # A program of a page is no place to end its own element.
    plain = script.replace("<", "\\u003c")
    said = f"{banner}{said}{box}<script>{plain}</script>"
    head, mark, tail = page.rpartition("</body>")
    return f"{head}{said}{mark}{tail}" if mark else page + said


def _answer(value: Any) -> Any:
    """Return an answer in which each name of a metric is the secret, and which holds it once more."""
    if isinstance(value, dict):
        return {key: ECHOED if key == "name" else _answer(inner) for key, inner in value.items()} | {
            "echo": list(FORMS.values())
        }
    return [_answer(inner) for inner in value] if isinstance(value, list) else value


def _repeated(app: ASGIApp, *, address: bool) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        began: list[Message] = []
        parts: list[bytes] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                began.append(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = _changed(began[0], b"".join(parts), address=address)
            kept = [(name, value) for name, value in began[0]["headers"] if name.lower() != b"content-length"]
            await send({**began[0], "headers": [*kept, (b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body})

        await app(scope, receive, hold if scope["type"] == "http" else send)

    return wrapped


def _changed(began: Message, body: bytes, *, address: bool) -> bytes:
    kind = dict(began["headers"]).get(b"content-type", b"")
    if kind.startswith(b"text/html") and b"type=password" not in body.replace(b'"', b""):
        return _page(body.decode(), address=address).encode()
    if kind.startswith(b"application/json"):
        return json.dumps(_answer(json.loads(body))).encode()
    return body


class _Repeating:
    """A replica's application with that done to all it answers."""

    def __init__(self, app: ReplicaApp, *, address: bool) -> None:
        self._app = app
        self.asgi = _repeated(app.asgi, address=address)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)


@contextmanager
def echoing(scenario: str, *, address: bool) -> Iterator[Replica]:
    """Run that console while the block runs; address: its pages write the secret into their own as well."""
    account = replace(BLUEPRINT.account, password=ECHOED)
    spec = spec_from(replace(BLUEPRINT, account=account))

    def build(name: str, clock: ReplicaClock) -> ReplicaApp:
        app: Any = _Repeating(spec.build(name, clock), address=address)
        return app  # type: ignore[no-any-return]  # it passes everything on

    wrapped: ReplicaSpec = replace(spec, build=build)
    with serve(wrapped, scenario) as replica:
        yield replica
