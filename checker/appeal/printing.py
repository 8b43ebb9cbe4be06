"""Paper through the browser: the PDF, and copies of pictures with parts blacked out.

The browser reaches nothing while it does so: no host resolves, scripts are off, pictures are in the page.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import BrowserContext

from checker.appeal.contents import Picture
from checker.browser import ensure_browser
from checker.browser.launch import Launch, running_browser
from checker.errors import UsageError

__all__ = ["Areas", "Press", "press"]

_AREA: Final = re.compile(r"\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\s*")
_MARGIN: Final = "14mm"
_FOOT: Final = (
    '<div style="display:flex;justify-content:space-between;width:100%;padding:0 14mm;color:#57606a;'
    "font:7pt 'Noto Sans','DejaVu Sans','Noto Sans CJK SC',Arial,sans-serif\">"
    '<span>{}</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)


@dataclass(frozen=True, slots=True)
class Areas:
    """What is blacked out on copies of full pages, in pixels: left, top, width, height each."""

    boxes: tuple[tuple[int, int, int, int], ...] = ()

    @classmethod
    def parsed(cls, texts: Sequence[str]) -> Areas:
        """Return the areas a command line names, or raise UsageError."""
        boxes = []
        for text in texts:
            match = _AREA.fullmatch(text)
            if match is None or "0" in (match[3], match[4]):
                raise UsageError(f"{text!r} is no area", hint="left,top,width,height in pixels: 0,120,600,80")
            boxes.append((int(match[1]), int(match[2]), int(match[3]), int(match[4])))
        return cls(tuple(boxes))


@dataclass
class Press:
    """A browser that prints."""

    context: BrowserContext

    def pdf(self, html: str, title: str) -> bytes:
        """Return a page as a PDF on A4; title and page numbers stand at the foot of each."""
        page = self.context.new_page()
        try:
            page.set_content(html, wait_until="load")
            return page.pdf(
                format="A4",
                print_background=True,
                tagged=True,
                display_header_footer=True,
                header_template="<i></i>",
                footer_template=_FOOT.format(escape(title)),
                margin={"top": _MARGIN, "bottom": _MARGIN, "left": _MARGIN, "right": _MARGIN},
            )
        finally:
            page.close()

    def blacked(self, picture: Picture, areas: Areas) -> bytes:
        """Return a copy of a picture with parts blacked out: what was under them is not in its bytes."""
        page = self.context.new_page()
        boxes = "".join(
            f'<i style="left:{x}px;top:{y}px;width:{w}px;height:{h}px"></i>' for x, y, w, h in areas.boxes
        )
        source = f"data:image/png;base64,{b64encode(picture.data).decode()}"
        style = "body{margin:0}figure{margin:0;position:relative;display:inline-block;overflow:hidden}"
        style += "img{display:block}i{position:absolute;background:#000}"
        try:
            page.set_content(
                f'<style>{style}</style><figure><img src="{source}">{boxes}</figure>', wait_until="load"
            )
            return page.locator("figure").screenshot(timeout=30_000)
        finally:
            page.close()


@contextmanager
def press(browser: Path | None, say: Callable[[str], None]) -> Iterator[Press]:
    """Start a browser that reaches nothing; raise CheckerError if there is none."""
    found = ensure_browser(browser, say)
    with running_browser(Launch(found, ()), say) as driven:
        context = _context(driven)
        try:
            yield Press(context)
        finally:
            context.close()


def _context(driven: DrivenBrowser) -> BrowserContext:
    return driven.new_context(
        java_script_enabled=False,
        offline=True,
        accept_downloads=False,
        service_workers="block",
        viewport={"width": 1440, "height": 1000},
    )
