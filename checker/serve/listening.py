"""Listening: who may come in by the settings, and the server itself."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from checker.errors import ConfigError
from checker.secrets.sources import SecretSource, read_named
from checker.serve.app import make_app
from checker.serve.desk import Desk
from checker.serve.gate import Door
from checker.settings import Settings
from checker.settings.fields import is_loopback

__all__ = ["door_of", "listen", "listener_at"]

_SHORTEST: Final = 16
_EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - compared with, never listened at unless asked for
_SECONDS: Final = 5


def door_of(
    settings: Settings, host: str, warn: Callable[[str], None], environ: Mapping[str, str] | None = None
) -> Door:
    """Return who may come in.

    Args:
        settings: The settings.
        host: Where the page is to be shown.
        warn: Is told what works but should not stay so.
        environ: Where systemd says its credentials are; else that of the process.

    Raises:
        ConfigError: The host is not this machine's own, and there is no token, or one that can be guessed.
        SecretError: The token cannot be read.
    """
    chosen = settings.serve
    source = SecretSource(chosen.token_file, chosen.token_command, chosen.token)
    environ = os.environ if environ is None else environ
    found = read_named("the token of serve", source, "serve.token", warn=warn, environ=environ)
    token = "" if found is None else found.get_secret_value()
    if not token and not is_loopback(host):
        raise ConfigError(
            f"{host} can be reached from other machines: the page needs a token there",
            hint="write a long random text into a file of mode 0600 and name it: [serve] token_file"
            " (e.g. made by: openssl rand -hex 32)",
        )
    if token and len(token) < _SHORTEST:
        raise ConfigError(
            f"the token of serve is shorter than {_SHORTEST} characters",
            hint="make a longer one, e.g. by: openssl rand -hex 32",
        )
    named = "" if chosen.address is None else urlsplit(chosen.address).hostname or ""
    names = {"localhost", named, *([] if host in _EVERYWHERE else [host.lower()])}
    return Door(
        frozenset(names - {""}),
        any_address=host in _EVERYWHERE,
        token=token,
        is_https=(chosen.address or "").startswith("https://"),
        language=settings.report.language,
    )


def listener_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; ConfigError if none can."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(
            f"{host} is no place to listen at: {error.strerror}", hint="correct --host"
        ) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"cannot listen at {host}, port {port}: {error.strerror}",
            hint="another program is there: choose a port with --port",
        ) from None
    return listener


def listen(settings: Settings, door: Door, listener: socket.socket, clock: Callable[[], datetime]) -> None:
    """Show the pages until somebody ends the program."""
    desk = Desk(settings, clock)
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(desk, door, settings.serve.address or ""),
            # Its own log would hold addresses, and a token in one.
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=_SECONDS,
        )
    )
    try:
        server.run(sockets=[listener])
    finally:
        desk.close()
