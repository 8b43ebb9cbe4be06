"""Single elements of a sign-in form: what their attributes and names say; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

__all__ = [
    "CODE_NAME",
    "DIGITS",
    "NO_SIGN_IN",
    "NO_USER_NAME",
    "TOP",
    "USER_NAME",
    "attr",
    "holds",
    "is_short_number",
    "is_sign_in_path",
    "kind_of",
    "parts_around",
    "quoted",
    "sends",
]

DIGITS: Final = range(4, 9)
CODE_NAME: Final = re.compile(
    r"(?i)(?:^|[^a-z])(?:otp|totp|mfa|2fa|tfa|one[-_]?time|pass[-_]?code|(?:verification|verify|security|auth|"
    r"authentication|sms|login|two[-_]?factor)[-_]?code)(?:$|[^a-z])|(?:otp|totp|mfa)(?:code)?$|verif\w*code"
)
USER_NAME: Final = re.compile(
    r"(?i)user|log[-_]?in|e?[-_]?mail|account|acct|phone|mobile|identifier|seller[-_]?id|sign[-_]?in|uname"
)
NO_USER_NAME: Final = re.compile(r"(?i)search|query|keyword|captcha|coupon|newsletter|^q$")
NO_SIGN_IN: Final = re.compile(r"(?i)newsletter|subscribe|coupon")
_SIGN_IN_PATH: Final = re.compile(
    r"(?i)(?:^|[/_.-])(?:sign[-_]?in|sign[-_]?on|log[-_]?in|log[-_]?on|authorize|authenticate|authentication|auth|sso|"
    r"passport|mfa|otp|2fa|two[-_]?factor|two[-_]?step|session|sessions|challenge|verify|verification|ap|identity)"
    r"(?:$|[/_.-])"
)
TOP: Final = ("body", "html")


def is_sign_in_path(url: str) -> bool:
    """Tell whether the path of an address is one that sign-ins have."""
    return _SIGN_IN_PATH.search(urlsplit(url).path) is not None


def attr(node: LexborNode, key: str) -> str:
    """Return an attribute, nothing where there is none."""
    return node.attributes.get(key) or ""


def kind_of(node: LexborNode) -> str:
    """Return the type an element has."""
    return attr(node, "type").strip().casefold()


def sends(node: LexborNode) -> bool:
    """Tell whether an element sends the form it stands in."""
    kind = kind_of(node)
    return kind in ("submit", "image") or (node.tag == "button" and kind == "")


def is_short_number(node: LexborNode) -> bool:
    """Tell whether a box takes some digits and no more."""
    length = attr(node, "maxlength")
    short = length.isdigit() and int(length) in DIGITS
    numeric = attr(node, "inputmode") == "numeric" or kind_of(node) in ("tel", "number")
    return short and (numeric or "\\d" in attr(node, "pattern"))


def parts_around(node: LexborNode) -> Iterator[LexborNode]:
    """Yield what an element stands in, from the inside."""
    box = node.parent
    while box is not None and box.is_element_node:
        yield box
        box = box.parent


def holds(outer: LexborNode, inner: LexborNode) -> bool:
    """Tell whether one element stands in another."""
    return any(box.mem_id == outer.mem_id for box in parts_around(inner))


def quoted(value: str) -> str:
    """Return a text as it stands between the quotes of a selector."""
    return value.replace("\\", "\\\\").replace('"', '\\"')
