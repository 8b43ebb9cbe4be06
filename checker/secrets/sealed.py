"""A session at rest: sealed, whole, and of use to one account on one console only.

file     4 bytes of mark · 12 of nonce · AES-256-GCM of the session
bound to marketplace, alias, user name and origin, as associated data: a file moved to another
         account does not open

What is not exactly that (altered, another account's, another key's, plain text, readable by others,
a link) is destroyed and not used: the next sign-in is a fresh one.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from checker.files import write_private

__all__ = ["LARGEST_SESSION", "Binding", "SealedSession", "pinned"]

LARGEST_SESSION: Final = 8 << 20
_MARK: Final = b"MHC1"
_NONCE: Final = 12

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Binding:
    """Whose session it is: nobody else's file opens."""

    marketplace: str
    alias: str
    username: str
    origin: str

    @property
    def data(self) -> bytes:
        """The associated data."""
        return json.dumps([self.marketplace, self.alias, self.username.casefold(), self.origin]).encode()


class SealedSession:
    """The one sealed session of an account.

    hosts: the only hosts whose cookies and storage are kept and given back.
    """

    def __init__(
        self,
        folder: Path,
        binding: Binding,
        key: bytes,
        hosts: Collection[str],
        warn: Callable[[str], None],
    ) -> None:
        self.path = folder / f"{binding.alias}.session"
        self._binding = binding
        self._cipher = AESGCM(key)
        self._hosts = frozenset(hosts)
        self._warn = warn

    def load(self) -> State | None:
        """Return the session, or nothing: none was kept, or what lies there is refused and destroyed."""
        try:
            data = self._read()
            state = None if data is None else self._opened(data)
        except _RefusedError as refusal:
            self._warn(f"the kept session {self.path.name} was refused ({refusal}) and destroyed")
            self.destroy()
            return None
        return None if state is None else pinned(state, self._hosts)

    def keep(self, state: State) -> None:
        """Seal a session in place of the one before; raise OSError if the disk does not take it whole."""
        plain = json.dumps(pinned(state, self._hosts), separators=(",", ":")).encode()
        nonce = secrets.token_bytes(_NONCE)
        data = _MARK + nonce + self._cipher.encrypt(nonce, plain, self._binding.data)
        write_private(self.path, data)

    def destroy(self) -> None:
        """Leave no session behind."""
        with suppress(FileNotFoundError):
            self.path.unlink()

    def _read(self) -> bytes | None:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _RefusedError(error.strerror or "it cannot be opened") from None
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
                raise _RefusedError("it is not a file of this user")
            if about.st_mode & 0o077:
                raise _RefusedError("others could read it")
            data = file.read(LARGEST_SESSION + 1)
        if len(data) > LARGEST_SESSION:
            raise _RefusedError("it is too large")
        return data

    def _opened(self, data: bytes) -> State:
        if not data.startswith(_MARK):
            raise _RefusedError("it is not sealed")
        nonce, sealed = data[len(_MARK) :][:_NONCE], data[len(_MARK) + _NONCE :]
        try:
            state = json.loads(self._cipher.decrypt(nonce, sealed, self._binding.data))
        except (InvalidTag, ValueError):
            raise _RefusedError("it was altered, or sealed for another account or with another key") from None
        if not isinstance(state, dict):
            raise _RefusedError("it holds no session")
        return state


class _RefusedError(Exception):
    """Why a session file is not used."""


def pinned(state: Mapping[str, Any], hosts: Collection[str]) -> State:
    """Return a browser's stored state with what belongs to these hosts only."""
    cookies = [cookie for cookie in state.get("cookies", ()) if _sent_to(str(cookie["domain"]), hosts)]
    origins = [
        entry
        for entry in state.get("origins", ())
        if (urlsplit(str(entry["origin"])).hostname or "") in hosts
    ]
    return {"cookies": cookies, "origins": origins}


def _sent_to(domain: str, hosts: Collection[str]) -> bool:
    name = domain.lstrip(".")
    within = f".{name}" if domain.startswith(".") and "." in name else None
    return any(host == name or (within is not None and host.endswith(within)) for host in hosts)
