"""One-time codes come at the right second and each step only once (C8)."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from checker.secrets import SecretError, code, variants, wait_needed

# The key of RFC 6238's test table, "12345678901234567890".
RFC = SecretStr("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
SHORT = SecretStr("JBSWY3DPEHPK3PXP")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2e10, "353130"),
    ],
)
def test_rfc_6238(at: float, expected: str) -> None:
    """The codes are those of the standard's own table, six digits of them."""
    assert code(RFC, at).text.get_secret_value() == expected


def test_step_and_bounds() -> None:
    """A code tells its step and from when until when it holds."""
    made = code(RFC, 59.9)

    assert (made.step, made.valid_from, made.valid_until) == (1, 30.0, 60.0)
    assert made.text.get_secret_value() not in repr(made)


@pytest.mark.parametrize(
    "text", ["gezd gnbv gy3t qojq gezd gnbv gy3t qojq", " GEZD-GNBV-GY3TQOJQGEZDGNBVGY3TQOJQ==\n"]
)
def test_written_forms(text: str) -> None:
    """Blanks, hyphens, small letters and padding, as consoles print keys, do not matter."""
    assert code(SecretStr(text), 59).text.get_secret_value() == "287082"


def test_short_key() -> None:
    """A key of 80 bits, as some consoles hand out, works."""
    assert code(SHORT, 0).text.get_secret_value() == "282760"


def test_uri() -> None:
    """An otpauth address is taken with its digits, period and algorithm."""
    uri = SecretStr(
        f"otpauth://totp/Amazon:me?secret={RFC.get_secret_value()}&digits=8&period=60&issuer=Amazon"
    )
    # The standard's SHA256 row has a key of 32 bytes.
    long_key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"
    sha256 = SecretStr(f"otpauth://totp/x?secret={long_key}&digits=8&algorithm=SHA256")

    made = code(uri, 119)

    assert (made.step, made.valid_until) == (1, 120.0)
    assert made.text.get_secret_value() == "94287082"
    assert code(sha256, 59).text.get_secret_value() == "46119246"
    assert wait_needed(uri, 119.0) == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456",
        "234567",
        "not a key at all, 1890",
        "GEZDGNBVGY3TQOJ1GEZDGNBV",
        "A" * 17,
        "otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQ&counter=1",
        "otpauth://totp/x?issuer=Amazon",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&digits=ten",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&digits=4",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&period=0",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&algorithm=MD5",
        "otpauth://[totp",
    ],
)
def test_bad_seed(text: str) -> None:
    """What is no seed is refused by saying what one looks like, not by repeating it."""
    with pytest.raises(SecretError) as caught:
        code(SecretStr(text), 0)

    assert caught.value.exit_code == 22
    assert "beside the QR code" in str(caught.value)
    assert len(text) == 0 or text not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("at", "wait"), [(30.0, 0.0), (57.0, 0.0), (57.5, 2.5), (59.0, 1.0), (59.75, 0.25), (60.0, 0.0)]
)
def test_end_of_a_step(at: float, wait: float) -> None:
    """With under three seconds left the next step is waited for."""
    assert wait_needed(RFC, at) == wait
    assert code(RFC, at + wait).valid_until - (at + wait) >= 3.0


def test_step_already_used() -> None:
    """A used step is never typed again: the next one is waited for and made."""
    used = code(RFC, 40.0).step

    assert wait_needed(RFC, 40.0, not_before_step=used + 1) == 20.0
    assert code(RFC, 40.0, not_before_step=used + 1).step == used + 1
    assert code(RFC, 60.0, not_before_step=used + 1) == code(RFC, 60.0)
    assert wait_needed(RFC, 61.0, not_before_step=used + 1) == 0.0


def test_clock_set_back() -> None:
    """A clock that went back 90 seconds is told clearly, not waited for."""
    used = code(RFC, 1000.0).step

    with pytest.raises(SecretError, match="the clock stands 110 s before") as caught:
        wait_needed(RFC, 910.0, not_before_step=used + 1)

    assert "timedatectl" in str(caught.value)


def test_variants() -> None:
    """The scrubber learns a seed as it was given and as it is computed with."""
    given = "GEZD GNBV gy3t qojq"

    assert [secret.get_secret_value() for secret in variants(SecretStr(given))] == [
        given,
        "GEZDGNBVGY3TQOJQ",
        "gezdgnbvgy3tqojq",
    ]
