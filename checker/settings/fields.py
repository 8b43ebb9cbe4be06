"""What a single setting may be: the types the tables of `checker.toml` are made of.

Every check raises ValueError with words for the person who wrote the file. None of them repeats
the value: it may be a secret put in the wrong place.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from typing import Annotated, Any, Final, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, StringConstraints, WithJsonSchema

__all__ = [
    "Alias",
    "Argv",
    "AsTexts",
    "CdpUrl",
    "Locale",
    "Marketplace",
    "Name",
    "Origin",
    "Proxy",
    "ProxyExit",
    "SiteCode",
    "Sites",
    "WebAddress",
    "is_loopback",
]

_ALIAS: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SITE: Final = re.compile(r"[A-Z0-9][A-Z0-9_.-]{0,39}")
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PROXY_SCHEMES: Final = ("http", "https", "socks5")


def _alias(text: str) -> str:
    # The alias becomes a folder name and a part of keys, so nothing but plain characters.
    if not _ALIAS.fullmatch(text):
        raise ValueError("an alias is 1 to 40 of a-z, 0-9, '_' and '-', and begins with a letter or digit")
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("a name is made of a-z, 0-9, '_' and '-', like amazon or tiktok_shop")
    return text


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _sites(value: Any) -> Any:
    """Return "all" or the codes in upper case, in the order given, each once."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple) or not all(isinstance(code, str) for code in value):
        raise ValueError('must be "all" or a list of site codes, like ["US", "CA"]')
    codes = tuple(dict.fromkeys(code.strip().upper() for code in value))
    if codes == ("ALL",):
        return "all"
    if not codes or codes == ("",):
        raise ValueError('names no site; write "all" for every site the login reaches')
    if "ALL" in codes or not all(_SITE.fullmatch(code) for code in codes):
        raise ValueError(
            'holds something that is not a site code; codes look like ["US", "CA", "PROGRAM_UK"]'
        )
    return codes


def _site(text: str) -> str:
    code = text.strip().upper()
    if not _SITE.fullmatch(code):
        raise ValueError('is not a site code; codes look like "US" or "PROGRAM_UK"')
    return code


def _argv(value: Any) -> Any:
    """Return the words of a command; a string is split as a shell would, but no shell runs it."""
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError:
            raise ValueError("has a quote that is not closed") from None
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise ValueError('must be a command, like "pass show amazon" or ["pass", "show", "amazon"]')
    if not value or not value[0].strip():
        raise ValueError("names no program")
    return tuple(value)


def _locale(text: str) -> str:
    tag = text.replace("_", "-")
    if not _LOCALE.fullmatch(tag):
        raise ValueError("must be a language tag, like en-US or zh-CN")
    return tag


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> SplitResult:
    """Return the parts of a URL with a host and, if it has one, a real port number."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # it is parsed, and refused, only when looked at
    except ValueError:
        raise ValueError("is not a URL") from None
    if not parts.hostname or any(mark.isspace() for mark in text):
        raise ValueError("is not a URL with a host, like https://console.example:8443")
    return parts


def _origin(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("http", "https"):
        raise ValueError("must begin with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or password")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("must end after the host and port: no path")
    # A password would travel in the clear to any other host.
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("plain http is for this machine only (127.0.0.1, ::1, localhost); use https")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _proxy(secret: SecretStr) -> SecretStr:
    parts = _split(secret.get_secret_value())
    if parts.scheme not in _PROXY_SCHEMES:
        raise ValueError("must begin with http://, https:// or socks5://")
    if parts.port is None:
        raise ValueError("must name a port")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("must end after the host and port: no path")
    return secret


def _exit(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError("must be an address or a network, like 203.0.113.7 or 203.0.113.0/24") from None
    return text


def _web_address(text: str) -> str:
    parts = _split(text)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise ValueError("must begin with https://")
    return text


def _cdp_url(secret: SecretStr) -> SecretStr:
    parts = _split(secret.get_secret_value())
    if parts.scheme not in ("http", "https", "ws", "wss"):
        raise ValueError("must begin with http://, https://, ws:// or wss://")
    # Whoever drives a browser holds every account in it: not in the clear over a network.
    if parts.scheme in ("http", "ws") and not is_loopback(parts.hostname or ""):
        raise ValueError("plain http and ws are for this machine only (127.0.0.1, ::1, localhost)")
    return secret


Alias = Annotated[str, AfterValidator(_alias)]
Name = Annotated[str, BeforeValidator(_lower), AfterValidator(_name)]
Marketplace = Name
SiteCode = Annotated[str, AfterValidator(_site)]
_TEXT_OR_TEXTS: Final = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
# In the file each may be one text as well.
AsTexts = WithJsonSchema(_TEXT_OR_TEXTS)
Sites = Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(_sites), AsTexts]
Argv = Annotated[tuple[str, ...], BeforeValidator(_argv), AsTexts]
Locale = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_locale)]
Origin = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_origin)]
CdpUrl = Annotated[SecretStr, AfterValidator(_cdp_url)]
Proxy = Annotated[SecretStr, AfterValidator(_proxy)]
ProxyExit = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_exit)]
WebAddress = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_web_address)]
