"""One display of one page, kept in every form there is: DOM, MHTML, answers, exchanges."""

from __future__ import annotations

import hashlib
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage

from checker.console import LiveConsole
from checker.console.live import locate
from checker.console.snapshot import TooLargeError, take
from checker.evidence.camera import slug
from checker.evidence.manifest import canonical
from checker.evidence.masks import Masks, mhtml_texts
from checker.evidence.traffic import Exchange, Traffic
from checker.evidence.vault import Vault
from checker.secrets import Scrubber

__all__ = ["MARGIN", "Notes", "Scene", "asks_for_a_secret", "context_picture", "environment"]

MARGIN: Final = 160
"""How much of the page around a widget its context picture shows, in CSS pixels."""
_LARGEST_MHTML: Final = 80_000_000
_SHORT: Final = 12
_CODE_ASSETS: Final = ("script", "stylesheet")

_WHERE = """
() => ({
  language: navigator.language,
  languages: [...navigator.languages],
  pixel_ratio: String(devicePixelRatio),
  screen: [screen.width, screen.height],
  title: document.title.slice(0, 300),
  viewport: [innerWidth, innerHeight],
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
})
"""
_BOX = """
(element) => {
  const box = element.getBoundingClientRect();
  const root = document.documentElement;
  return [box.left + scrollX, box.top + scrollY, box.width, box.height,
          Math.max(root.scrollWidth, innerWidth), Math.max(root.scrollHeight, innerHeight)];
}
"""


@dataclass
class Notes:
    """What was blanked and what was held back, for the provenance."""

    masks: dict[str, int] = field(default_factory=dict)
    withheld: list[dict[str, str]] = field(default_factory=list)
    missed: int = 0

    def hold_back(self, what: str, why: str) -> None:
        """Note that something is not in the bundle, and count it."""
        self.withheld.append({"what": what, "why": why})
        self.missed += 1


@dataclass
class Scene:
    """Takes one display of a page into a vault; whatever fails is noted and the rest still taken."""

    console: LiveConsole
    vault: Vault
    traffic: Traffic | None
    secrets: Scrubber
    masks: Masks
    notes: Notes

    def take(self, page: str, number: int) -> dict[str, Any]:
        """Keep everything of the page that is open; return how it was reached, for the provenance."""
        self._dom(page)
        self._mhtml(page)
        self._answers()
        told: dict[str, Any] = {"blocked": sorted(map(str, self.console.guard.blocked)), "page": page}
        if self.traffic is not None:
            told |= {
                "clock": self.traffic.clock(),
                "navigation": self.traffic.chain(self.masks),
                "tls": self.traffic.tls(),
                "user_agent": self.traffic.user_agent(),
            }
            self._exchanges(page, number)
        return told

    def keep(self, name: str, data: bytes, searched: bytes | None = None) -> str:
        """Keep a text unless a secret is in it; return its name, or nothing.

        searched: what it says when it is decoded, if that is another thing.
        """
        if self.secrets.found_in(data) or (searched is not None and self.secrets.found_in(searched)):
            self.notes.hold_back(name, "it held a secret")
            return ""
        try:
            return self.vault.keep(name, data)
        except OSError as error:
            self.notes.hold_back(name, f"it could not be written: {error.strerror}")
            return ""

    def bare(self, document: str) -> bytes:
        """Return a document of ours without the tokens and cookies that a link or a title brought into it."""
        return self.masks.text(document.encode())[0]

    def _dom(self, page: str) -> None:
        try:
            html = take(self.console.raw, page, 0).html.encode("utf-8", "replace")
        except (TooLargeError, BrowserError):
            self.notes.hold_back(f"DOM of {page}", "the page is too large, or was gone")
            return
        self._keep_masked(f"page-{slug(page)}", "html", *self.masks.html(html))

    def _mhtml(self, page: str) -> None:
        data = _mhtml(self.console.raw)
        if data is None or len(data) > _LARGEST_MHTML:
            self.notes.hold_back(f"MHTML of {page}", "the browser gave none, or one too large")
            return
        data, count = self.masks.mhtml(data)
        self._keep_masked(f"page-{slug(page)}", "mhtml", data, count, mhtml_texts(data))

    def _answers(self) -> None:
        for answer, body in self.console.given.raw():
            data, count = self.masks.text(body)
            if body:
                self._keep_masked(f"answer-{slug(answer.name)}", "json", data, count)

    def _exchanges(self, page: str, number: int) -> None:
        rows = []
        for exchange in self.traffic.exchanges(self.masks) if self.traffic is not None else ():
            row = _row(exchange)
            if exchange.body:
                data, count = self._masked_body(exchange)
                name = self._keep_masked("body", "bin", data, count)
                row |= {"body": name, "size": len(data)}
                if not name:
                    row["lost"] = "held back"
            rows.append(row)
        overflow = 0 if self.traffic is None else self.traffic.overflow
        document = {"exchanges": rows, "not_kept": overflow, "page": page}
        self.keep(f"exchanges-{number:02d}-{slug(page)}.json", canonical(document))

    def _masked_body(self, exchange: Exchange) -> tuple[bytes, int]:
        body = exchange.body or b""
        media = exchange.response_headers.get("content-type", "").lower()
        if "html" in media:
            return self.masks.html(body)
        if exchange.resource in _CODE_ASSETS:
            return self.masks.script(body)
        if media.startswith(("text/", "application/json", "application/xml")) or "json" in media:
            return self.masks.text(body)
        return body, 0

    def _keep_masked(
        self, name: str, suffix: str, data: bytes, count: int, searched: bytes | None = None
    ) -> str:
        name = f"{name}-{hashlib.sha256(data).hexdigest()[:_SHORT]}.{suffix}"
        kept = self.keep(name, data, searched)
        if kept and count:
            self.notes.masks[kept] = count
        return kept


def asks_for_a_secret(console: LiveConsole) -> bool:
    """Tell whether a sign-in form stands on the page: then nothing of it is kept, in whatever form."""
    signin = console.toml.signin
    boxes = [box.box for box in (signin.user, signin.password, signin.code) if box is not None]
    try:
        if any(frame.locator("input[type=password]").count() for frame in console.raw.frames):
            return True
        asked = console.look is not None and console.look.sketch.form is not None
        return asked or any(locate(console.raw, box) is not None for box in boxes)
    except BrowserError:
        # A page that cannot be looked at is not kept either.
        return True


def context_picture(page: BrowserPage, css: str) -> bytes | None:
    """Return a PNG of an element with what stands around it, or nothing if it cannot be drawn."""
    try:
        found = page.locator(css).locator("visible=true")
        if not found.count():
            return None
        left, top, width, height, across, down = found.first.evaluate(_BOX, timeout=3000)
        x, y = max(0, left - MARGIN), max(0, top - MARGIN)
        clip = {
            "x": x,
            "y": y,
            "width": min(across, left + width + MARGIN) - x,
            "height": min(down, top + height + MARGIN) - y,
        }
        return page.screenshot(full_page=True, clip=clip, timeout=5000, animations="disabled")  # type: ignore[arg-type]
    except BrowserError:
        return None


def environment(page: BrowserPage) -> dict[str, Any]:
    """Return what the browser says of itself: version, language, zone, viewport."""
    told: dict[str, Any] = {}
    with suppress(BrowserError):
        told = dict(page.evaluate(_WHERE))
    browser = page.context.browser
    return told | {"browser": "" if browser is None else f"{browser.browser_type.name} {browser.version}"}


def _mhtml(page: BrowserPage) -> bytes | None:
    try:
        with closing(_Session(page)) as session:
            return session.mhtml().encode("utf-8", "surrogateescape")
    except BrowserError:
        return None


class _Session:
    """A line to the browser itself, for what no page could ask for."""

    def __init__(self, page: BrowserPage) -> None:
        self._line = page.context.new_cdp_session(page)

    def mhtml(self) -> str:
        return str(self._line.send("Page.captureSnapshot", {"format": "mhtml"})["data"])

    def close(self) -> None:
        with suppress(BrowserError):
            self._line.detach()


def _row(exchange: Exchange) -> dict[str, Any]:
    return {
        "at": exchange.at,
        "lost": exchange.lost,
        "method": exchange.method,
        "posted": exchange.posted,
        "request": dict(exchange.request_headers),
        "resource": exchange.resource,
        "response": dict(exchange.response_headers),
        "status": exchange.status,
        "url": exchange.url,
    }
