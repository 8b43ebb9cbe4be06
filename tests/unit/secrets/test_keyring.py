"""The desktop's keyring is asked last, and only where it is installed."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest
from pydantic import SecretStr

from checker.secrets import SecretKind, SecretSource, read_secret
from checker.secrets.keyrings import has_keyring, read_keyring, write_keyring

CANARY = "from-the-keyring-31a"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring with what it holds."""
    entries: dict[tuple[str, str], str] = {}
    module = ModuleType("keyring")
    module.__spec__ = ModuleSpec("keyring", None)
    vars(module)["get_password"] = lambda service, name: entries.get((service, name))
    vars(module)["set_password"] = lambda service, name, text: entries.__setitem__((service, name), text)
    monkeypatch.setitem(sys.modules, "keyring", module)
    return entries


def test_a_password_is_found_in_the_keyring(held: dict[tuple[str, str], str]) -> None:
    """Where settings and systemd are silent, under the alias and the kind."""
    held["marketplace-health-checker", "main.password"] = CANARY
    found = read_secret("main", SecretKind.PASSWORD, SecretSource(), warn=pytest.fail, environ={})

    assert found is not None
    assert found.get_secret_value() == CANARY
    assert read_secret("main", SecretKind.TOTP, SecretSource(), warn=pytest.fail, environ={}) is None


def test_a_key_is_put_there(held: dict[tuple[str, str], str]) -> None:
    """What was written can be read back, or it is not said to be there."""
    assert write_keyring("session.key", SecretStr("k" * 40))
    assert read_keyring("session.key") == SecretStr("k" * 40)


def test_a_locked_keyring_is_as_good_as_none(
    held: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error is not ours: nothing is found, nothing is written."""

    def refuse(*_: str) -> str:
        raise RuntimeError("locked")

    for name in ("get_password", "set_password"):
        monkeypatch.setitem(vars(sys.modules["keyring"]), name, refuse)

    assert read_keyring("main.password") is None
    assert not write_keyring("session.key", SecretStr("k" * 40))


def test_without_the_extra_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server there is no keyring, and no error about it."""
    monkeypatch.setattr("checker.secrets.keyrings.find_spec", lambda _name: None)

    assert not has_keyring()
    assert read_keyring("main.password") is None
    assert not write_keyring("session.key", SecretStr("k" * 40))
