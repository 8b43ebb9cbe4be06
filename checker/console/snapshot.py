"""Taking a snapshot of the open page: the one place that runs script in it to read it."""

from __future__ import annotations

from typing import Final, TypedDict
from urllib.parse import urlsplit

from playwright.sync_api import Page as BrowserPage

from checker.flow import Page
from checker.flow.page import HIDDEN

__all__ = ["MAX_CHARACTERS", "MAX_NODES", "TooLargeError", "take"]

MAX_NODES: Final = 150_000
MAX_CHARACTERS: Final = 8_000_000


class TooLargeError(Exception):
    """The page is larger than any console page has a reason to be."""


class _Taken(TypedDict):
    html: str | None
    title: str


# Walks without recursion (a page may nest ten thousand deep), inlines open shadow roots where a
# person sees them, leaves out what is not content, and blanks what a person typed.
_SCRIPT: Final = """
([hidden, maxNodes, maxCharacters]) => {
  const skip = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'LINK', 'IFRAME', 'OBJECT', 'EMBED']);
  const empty = new Set(['AREA', 'BASE', 'BR', 'COL', 'HR', 'IMG', 'INPUT', 'META', 'SOURCE', 'WBR']);
  const blanked = new Set(['INPUT', 'TEXTAREA', 'SELECT', 'OPTION']);
  const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const quote = text => escape(text).replace(/"/g, '&quot;');
  const unseen = element => {
    // A slot has no box of its own: what is put into it is seen as far as it says so itself.
    const style = getComputedStyle(element);
    if (style.display === 'contents') return style.visibility !== 'visible';
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) return true;
    const box = element.getBoundingClientRect();
    const clips = () => style.overflow !== 'visible';
    const leaf = element.childElementCount === 0 && !element.shadowRoot;
    const tiny = box.width <= 1 && box.height <= 1;
    if (tiny && (leaf || clips())) return true;
    return !tiny && (box.right <= 0 || box.bottom + window.scrollY <= 0);
  };
  const out = [];
  let length = 0, nodes = 0;
  const put = text => { out.push(text); length += text.length; };
  const stack = [document.documentElement];
  while (stack.length) {
    if (++nodes > maxNodes || length > maxCharacters) return {html: null, title: document.title};
    const node = stack.pop();
    if (typeof node === 'string') { put(node); continue; }
    if (node.nodeType === Node.TEXT_NODE) { put(escape(node.data)); continue; }
    if (node.nodeType !== Node.ELEMENT_NODE || skip.has(node.tagName)) continue;
    const tag = node.tagName.toLowerCase();
    put('<' + tag);
    for (const {name, value} of node.attributes) {
      if (name === hidden || name.startsWith('on')) continue;
      if (name === 'value' && blanked.has(node.tagName)) continue;
      put(' ' + name + '="' + quote(value) + '"');
    }
    const content = document.body && document.body.contains(node) || node.getRootNode() !== document;
    put(content && tag !== 'br' && unseen(node) ? ' ' + hidden + '="">' : '>');
    if (empty.has(node.tagName)) continue;
    stack.push('</' + tag + '>');
    if (node.tagName === 'TEXTAREA') continue;
    const children = node.tagName === 'SLOT' ? node.assignedNodes() : node.childNodes;
    const inside = node.shadowRoot ? [...node.shadowRoot.childNodes] : [...children];
    if (node.tagName === 'SLOT' && inside.length === 0) inside.push(...node.childNodes);
    for (let i = inside.length - 1; i >= 0; i--) stack.push(inside[i]);
  }
  return {html: '<!doctype html>' + out.join(''), title: document.title};
}
"""


def take(page: BrowserPage, name: str, status: int, *, ready: bool = True) -> Page:
    """Return the page as a person sees it now; raise TooLargeError instead of filling the memory."""
    taken: _Taken = page.evaluate(_SCRIPT, [HIDDEN, MAX_NODES, MAX_CHARACTERS])
    if taken["html"] is None:
        raise TooLargeError
    parts = urlsplit(page.url)
    query = f"?{parts.query}" if parts.query else ""
    return Page(name, f"{parts.path}{query}", status, taken["html"], taken["title"][:300], ready)
