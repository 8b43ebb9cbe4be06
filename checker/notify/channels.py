r"""How a message gets there: Apprise for most services; robots of our own where an answer must be read.

DingTalk, Feishu (Lark) and WeCom answer 200 to everything, and say in the body whether they took it. What
they are signed with is as their documents say:

    DingTalk   base64(HMAC-SHA256(key=secret, "TIMESTAMP\nSECRET")), milliseconds, in the query
    Feishu     base64(HMAC-SHA256(key="TIMESTAMP\nSECRET", "")), seconds, in the body

https://open.dingtalk.com/document/robots/customize-robot-security-settings
https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
https://developer.work.weixin.qq.com/document/path/91770
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from checker.report.safe import printable

__all__ = ["Answer", "AppriseChannel", "Channel", "Robot", "channel_for", "is_address"]

_APP: Final = "marketplace-health-checker"
_SECONDS: Final = 15.0
_ANSWER: Final = 400
_READ: Final = 65_536
_NOISE: Final = ("Threaded notification mode", "Notifying ", "Payload", " URL:", "send() completed")
# The most bytes a text may have: WeCom takes 2048, the others far more.
_MOST: Final = {"wecom": 2000, "dingtalk": 18_000, "feishu": 18_000}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the far end said; `taken` is whether it has the message now."""

    taken: bool
    text: str


class Channel(Protocol):
    """Somewhere a message can be sent."""

    def send(self, title: str, body: str, *, urgent: bool, picture: Path | None) -> Answer:
        """Send one message and return what the far end answered; a failure is an answer as well."""


@dataclass(frozen=True, slots=True)
class Robot:
    """A group robot with a webhook of its own.

    kind: `dingtalk`, `feishu` or `wecom`. address: the whole webhook. secret: what it is signed with.
    clock: UNIX time, for the signature.
    """

    kind: str
    address: str
    secret: str
    clock: Callable[[], float]

    def send(self, title: str, body: str, *, urgent: bool, picture: Path | None) -> Answer:
        """Send one message as text; robots take no picture that is not on the web."""
        del urgent, picture
        text = _cut(f"{title}\n{body}", _MOST[self.kind])
        address, payload = self._signed(text)
        return _posted(address, payload, _verdict)

    def _signed(self, text: str) -> tuple[str, dict[str, Any]]:
        match self.kind:
            case "dingtalk":
                payload: dict[str, Any] = {
                    "msgtype": "text",
                    "text": {"content": text},
                    "at": {"isAtAll": False},
                }
                if not self.secret:
                    return self.address, payload
                stamp = str(round(self.clock() * 1000))
                sign = _hmac(self.secret, f"{stamp}\n{self.secret}")
                query = urlencode({"timestamp": stamp, "sign": sign})
                return f"{self.address}&{query}", payload
            case "feishu":
                payload = {"msg_type": "text", "content": {"text": text}}
                if self.secret:
                    stamp = str(round(self.clock()))
                    payload |= {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{self.secret}", "")}
                return self.address, payload
            case _:
                return self.address, {"msgtype": "text", "text": {"content": text}}


def _hmac(key: str, message: str) -> str:
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _cut(text: str, most: int) -> str:
    """Return a text of at most `most` bytes in UTF-8, cut between characters and marked as cut."""
    data = text.encode("utf-8", "replace")
    return text if len(data) <= most else data[: most - 3].decode("utf-8", "ignore") + "…"


def _verdict(answer: Mapping[str, Any]) -> bool:
    """Tell whether a robot took the message: each has a field of its own for it, and 0 is good."""
    codes = [answer[name] for name in ("errcode", "code", "StatusCode") if name in answer]
    return bool(codes) and all(code == 0 for code in codes)


def _posted(address: str, payload: Mapping[str, Any], verdict: Callable[[Mapping[str, Any]], bool]) -> Answer:
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked when the route was made
        address,
        json.dumps(payload, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8", "User-Agent": _APP},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310 - same
            status, data = response.status, response.read(_READ)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(False, _said(f"HTTP {error.code}", error.read(_READ)))
    except (OSError, ValueError) as error:
        return Answer(False, printable(f"not reached: {getattr(error, 'reason', error)}", _ANSWER))
    try:
        parsed = json.loads(data)
    except ValueError:
        parsed = None
    taken = isinstance(parsed, dict) and verdict(parsed)
    return Answer(taken, _said(f"HTTP {status}", data))


def _said(status: str, data: bytes) -> str:
    return printable(f"{status}: {data.decode('utf-8', 'replace').strip()}", _ANSWER)


class AppriseChannel:
    """Any service Apprise knows, by its address."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, title: str, body: str, *, urgent: bool, picture: Path | None) -> Answer:
        """Send one message as plain text, with the picture where the service takes one."""
        import apprise  # noqa: PLC0415 - two hundred services are not loaded to print a version

        asset = apprise.AppriseAsset(app_id=_APP, secure_logging=True, async_mode=False)
        service = apprise.Apprise.instantiate(self._url, asset=asset)
        if service is None:
            return Answer(False, "the address is none Apprise understands")
        sender = apprise.Apprise(asset=asset)
        sender.add(service)
        attach = str(picture) if picture is not None and service.attachment_support else None
        kind = apprise.NotifyType.FAILURE if urgent else apprise.NotifyType.INFO
        with apprise.LogCapture(level=logging.DEBUG, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
            try:
                taken = bool(
                    sender.notify(body=body, title=title, notify_type=kind, body_format="text", attach=attach)
                )
            except Exception as error:  # noqa: BLE001 - two hundred plugins; none of them may end a run
                return Answer(False, f"{service.service_name}: {type(error).__name__}")
            said = [
                line for line in log.getvalue().splitlines() if line and not any(n in line for n in _NOISE)
            ]
        return Answer(taken, printable(f"{service.service_name}: {' '.join(said)}".strip(": "), _ANSWER))


_ROBOTS: Final = {
    ("oapi.dingtalk.com", "/robot/send"): ("dingtalk", "access_token"),
    ("open.feishu.cn", "/open-apis/bot/v2/hook/"): ("feishu", ""),
    ("open.larksuite.com", "/open-apis/bot/v2/hook/"): ("feishu", ""),
    ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send"): ("wecom", "key"),
}
_SCHEMES: Final = {
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token={token}",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/{token}",
    "lark": "https://open.larksuite.com/open-apis/bot/v2/hook/{token}",
    "wecombot": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={token}",
}


def channel_for(url: str, secret: str, clock: Callable[[], float]) -> Channel:
    """Return what sends to an address.

    Args:
        url: A robot's own webhook, an address as Apprise writes it, or one of the robots' short forms
            (`dingtalk://SECRET@TOKEN`, `feishu://TOKEN`, `lark://TOKEN`, `wecombot://KEY`).
        secret: What a robot signs with; it wins over one in the address.
        clock: UNIX time, for signatures.
    """
    parts = urlsplit(url)
    short = _SCHEMES.get(parts.scheme)
    if short is not None:
        before, _, token = parts.netloc.rpartition("@")
        address = short.format(token=token or parts.netloc)
        return _robot(address, secret or before, clock) or AppriseChannel(url)
    return _robot(url, secret, clock) or AppriseChannel(url)


def _robot(address: str, secret: str, clock: Callable[[], float]) -> Robot | None:
    parts = urlsplit(address)
    for (host, path), (kind, needed) in _ROBOTS.items():
        if parts.scheme == "https" and parts.hostname == host and parts.path.startswith(path):
            return (
                Robot(kind, address, secret, clock) if not needed or needed in parse_qs(parts.query) else None
            )
    return None


def is_address(url: str) -> bool:
    """Tell whether an address leads anywhere: to a robot, or to a service Apprise knows."""
    import apprise  # noqa: PLC0415

    channel = channel_for(url, "", lambda: 0.0)
    return isinstance(channel, Robot) or apprise.Apprise.instantiate(url) is not None
