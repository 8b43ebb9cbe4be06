"""A fingerprint tells the same secrets from others, and gives none of them away."""

from __future__ import annotations

from pydantic import SecretStr

from checker.secrets.fingerprint import fingerprint, is_same, new_salt

USER, PASSWORD, SEED = (
    SecretStr("seller@example.com"),
    SecretStr("hunter2-canary"),
    SecretStr("JBSWY3DPEHPK3PXP"),
)


def test_the_same_secrets_are_the_same_and_others_are_not() -> None:
    """Any part that changes, comes or goes, or moves over a boundary, changes it."""
    salt = new_salt()
    known = fingerprint((USER, PASSWORD, SEED), salt)

    assert is_same((USER, PASSWORD, SEED), salt, known)
    for other in (
        (USER, SecretStr("hunter3"), SEED),
        (USER, PASSWORD, None),
        (SecretStr("seller@example.comh"), SecretStr("unter2-canary"), SEED),
    ):
        assert not is_same(other, salt, known)


def test_two_salts_give_two_fingerprints_without_the_secret() -> None:
    """Equal passwords of two accounts cannot be told from their fingerprints."""
    first, second = (fingerprint((PASSWORD,), new_salt()) for _ in range(2))

    assert first != second
    assert "hunter2" not in first
