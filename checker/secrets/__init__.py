"""Where secrets come from, the codes made of them, and how they are kept out of everything written."""

from checker.secrets.errors import SecretError
from checker.secrets.scrub import MASK, Scrubber
from checker.secrets.sources import SecretKind, SecretSource, read_password, read_secret, read_totp_secret
from checker.secrets.totp import Code, code, variants, wait_needed

__all__ = [
    "MASK",
    "Code",
    "Scrubber",
    "SecretError",
    "SecretKind",
    "SecretSource",
    "code",
    "read_password",
    "read_secret",
    "read_totp_secret",
    "variants",
    "wait_needed",
]
