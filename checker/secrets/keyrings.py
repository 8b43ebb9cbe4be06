"""The desktop's own keyring, where the `keyring` extra is installed and a keyring answers.

    pip install 'marketplace-health-checker[keyring]'
    keyring set marketplace-health-checker main.password

Not there, locked, or none at all: nothing is found, as on a server.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any, Final

from pydantic import SecretStr

__all__ = ["SERVICE", "has_keyring", "read_keyring", "write_keyring"]

SERVICE: Final = "marketplace-health-checker"


def has_keyring() -> bool:
    """Tell whether the extra is installed; whether a keyring answers is known only by asking it."""
    return find_spec("keyring") is not None


def read_keyring(name: str) -> SecretStr | None:
    """Return what the keyring holds under a name, like `main.password`; nothing if it cannot say."""
    if not has_keyring():
        return None
    try:
        found = _keyring().get_password(SERVICE, name)
    except Exception:  # noqa: BLE001 - every backend has errors of its own; none of them is a secret
        return None
    return SecretStr(found) if found else None


def write_keyring(name: str, secret: SecretStr) -> bool:
    """Put a secret into the keyring; tell whether it is there now."""
    if not has_keyring():
        return False
    try:
        _keyring().set_password(SERVICE, name, secret.get_secret_value())
    except Exception:  # noqa: BLE001 - as above
        return False
    return read_keyring(name) == secret


def _keyring() -> Any:
    return importlib.import_module("keyring")
