"""Taking a snapshot of the open page: the one place that runs script in it to read it."""

from __future__ import annotations

from typing import Final, TypedDict
from urllib.parse import urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import JSHandle
from playwright.sync_api import Page as BrowserPage

from checker.flow import Page
from checker.flow.element import BLOCK, BOX, FRAME, HIDDEN, INLINE, SHADOW, TONE

__all__ = ["MAX_CHARACTERS", "MAX_MARKED", "MAX_NODES", "Changes", "TooLargeError", "take"]

MAX_NODES: Final = 150_000
MAX_CHARACTERS: Final = 8_000_000


class TooLargeError(Exception):
    """The page is larger than any console page has a reason to be."""


class _Taken(TypedDict):
    html: str | None
    title: str


# Elements that bear text get their box, and all that is seen its tone, on pages of at most so many elements.
MAX_MARKED: Final = 20_000

# Walks without recursion (a page may nest ten thousand deep), inlines open shadow roots where a
# person sees them, leaves out what is not content, and blanks what a person typed. What only the
# browser knows is added as attributes: where text lies, what colour it has, what stands apart.
_SCRIPT: Final = """
([marks, maxNodes, maxCharacters, maxMarked]) => {
  const skip = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'LINK', 'OBJECT', 'EMBED']);
  const empty = new Set(['AREA', 'BASE', 'BR', 'COL', 'HR', 'IMG', 'INPUT', 'META', 'SOURCE', 'WBR']);
  const blanked = new Set(['INPUT', 'TEXTAREA', 'SELECT', 'OPTION']);
  const inline = new Set(marks.inline.map(name => name.toUpperCase()));
  const gauges = 'meter, progress, [role=meter], [role=progressbar], [role=slider]';
  const ours = /^data-checker-/;
  const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const quote = text => escape(text).replace(/"/g, '&quot;');
  const unseen = (element, style) => {
    // A slot has no box of its own: what is put into it is seen as far as it says so itself.
    if (style.display === 'contents') return style.visibility !== 'visible';
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) return true;
    const box = element.getBoundingClientRect();
    const clips = () => style.overflow !== 'visible';
    const leaf = element.childElementCount === 0 && !element.shadowRoot;
    const tiny = box.width <= 1 && box.height <= 1;
    if (tiny && (leaf || clips())) return true;
    return !tiny && (box.right <= 0 || box.bottom + window.scrollY <= 0);
  };
  // The tone of a colour, if it is distinct enough: a text needs more of it than a pale background.
  const toneOf = (colour, least) => {
    const found = /^rgba?\\(([\\d.]+), ([\\d.]+), ([\\d.]+)(?:, ([\\d.]+))?\\)$/.exec(colour || '');
    if (!found) return '';
    const [red, green, blue] = [+found[1], +found[2], +found[3]];
    const alpha = found[4] === undefined ? 1 : +found[4];
    const most = Math.max(red, green, blue), chroma = most - Math.min(red, green, blue);
    if (chroma * alpha < least) return '';
    const hue = 60 * (most === red ? ((green - blue) / chroma + 6) % 6
      : most === green ? (blue - red) / chroma + 2 : (red - green) / chroma + 4);
    if (hue >= 340 || hue <= 15) return 'red';
    if (hue <= 58) return 'amber';
    if (hue >= 75 && hue <= 170) return 'green';
    return hue >= 190 && hue <= 250 ? 'blue' : '';
  };
  const notBlue = tone => tone === 'blue' ? '' : tone;
  const tone = (element, style, bears) => {
    if (element === document.body || element === document.documentElement) return '';
    const strong = toneOf(style.backgroundColor, 60);
    if (strong) return strong;
    for (const side of ['Left', 'Top']) {
      const drawn = parseFloat(style[`border${side}Width`]) >= 1 && style[`border${side}Style`] !== 'none';
      const edge = drawn && toneOf(style[`border${side}Color`], 60);
      if (edge) return edge;
    }
    if (bears) {
      const said = notBlue(toneOf(style.color, 90));
      if (said) return said;
      const before = getComputedStyle(element, '::before');
      if (before.content !== 'none') {
        const dot = notBlue(toneOf(before.backgroundColor, 60) || toneOf(before.color, 90));
        if (dot) return dot;
      }
    }
    if (element instanceof SVGElement) {
      const painted = notBlue(toneOf(style.fill, 90) || toneOf(style.stroke, 90));
      if (painted) return painted;
    }
    return toneOf(style.backgroundColor, 16);
  };
  const bearsText = element => {
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE && child.data.trim()) return true;
    }
    return false;
  };
  // An inline element that is laid out as a box, or stands apart from what is before it, ends a word.
  const apart = (element, style) => {
    if (!inline.has(element.tagName)) return false;
    if (!/^(inline|contents|none)/.test(style.display)) return true;
    const before = element.previousSibling;
    if (!before || before.nodeType === Node.TEXT_NODE && /\\s$/.test(before.data)) return false;
    const gap = parseFloat(style.marginInlineStart) + parseFloat(style.paddingInlineStart);
    if (gap >= 3) return true;
    if (before.nodeType !== Node.ELEMENT_NODE) return false;
    const other = getComputedStyle(before);
    return parseFloat(other.marginInlineEnd) + parseFloat(other.paddingInlineEnd) >= 3;
  };
  const out = [];
  let length = 0, nodes = 0;
  const put = text => { out.push(text); length += text.length; };
  const marked = document.getElementsByTagName('*').length <= maxMarked;
  let left = maxMarked;
  const describe = (element, style) => {
    if (apart(element, style)) put(' ' + marks.block + '=""');
    if (element.shadowRoot) put(' ' + marks.shadow + '=""');
    if (!marked || left-- <= 0) return;
    const bears = bearsText(element);
    const seen = tone(element, style, bears);
    if (seen) put(' ' + marks.tone + '="' + seen + '"');
    if (!bears && !seen && !element.matches(gauges)) return;
    const box = element.getBoundingClientRect();
    const numbers = [box.x + window.scrollX, box.y + window.scrollY, box.width, box.height].map(Math.round);
    put(' ' + marks.box + '="' + numbers.join(',') + '"');
  };
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
      if (ours.test(name) || name.startsWith('on')) continue;
      const button = /^(submit|button)$/.test(node.type) || node.tagName === 'OPTION';
      if (name === 'value' && blanked.has(node.tagName) && !button) continue;
      // What is chosen now, and not what was when the page came.
      if (name === 'selected' && node.tagName === 'OPTION') continue;
      put(' ' + name + '="' + quote(value) + '"');
    }
    if (node.tagName === 'OPTION' && node.selected) put(' selected=""');
    const content = document.body && document.body.contains(node) || node.getRootNode() !== document;
    if (content && tag !== 'br') {
      const style = getComputedStyle(node);
      // What a closed box shows is its chosen option.
      const chosen = node.tagName === 'OPTION' && node.selected;
      if (!chosen && unseen(node, style)) put(' ' + marks.hidden + '=""');
      else describe(node, style);
    }
    put('>');
    if (empty.has(node.tagName)) continue;
    if (node.tagName === 'IFRAME') {
      // What a frame of the same origin shows is on the page; of another one only the frame is.
      let inner = null;
      try { inner = node.contentDocument && node.contentDocument.body; } catch (error) {}
      put('</iframe>');
      const called = ['title', 'name', 'id', 'class'].map(name => node.getAttribute(name) || '').join(' ');
      const begin = '<div ' + marks.frame + '="' + quote([...called.trim()].slice(0, 200).join('')) + '">';
      if (inner) stack.push('</div>', ...[...inner.childNodes].reverse(), begin);
      continue;
    }
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

_MARKS: Final = {
    "hidden": HIDDEN,
    "box": BOX,
    "tone": TONE,
    "block": BLOCK,
    "shadow": SHADOW,
    "frame": FRAME,
    "inline": sorted(INLINE),
}


def take(page: BrowserPage, name: str, status: int, *, ready: bool = True) -> Page:
    """Return the page as a person sees it now; raise TooLargeError instead of filling the memory."""
    taken: _Taken = page.evaluate(_SCRIPT, [_MARKS, MAX_NODES, MAX_CHARACTERS, MAX_MARKED])
    if taken["html"] is None:
        raise TooLargeError
    parts = urlsplit(page.url)
    query = f"?{parts.query}" if parts.query else ""
    return Page(name, f"{parts.path}{query}", status, taken["html"], taken["title"][:300], ready)


# What lies in a frame, or moves by style alone, is reported to no observer: such a page counts as changed,
# always. Open shadow roots are observed as they are found.
_OBSERVE: Final = """
() => {
  let changed = false, before = '';
  const observer = new MutationObserver(() => { changed = true; });
  const found = new WeakSet();
  const observe = root => {
    found.add(root);
    observer.observe(root, {subtree: true, childList: true, attributes: true, characterData: true});
  };
  observe(document);
  const state = () => [location.href, document.title, document.readyState, document.styleSheets.length,
    performance.getEntriesByType('resource').length, scrollX, scrollY].join(' ');
  const unobserved = root => {
    let some = false;
    for (const one of root.querySelectorAll('*')) {
      const inner = one.shadowRoot;
      if (one.localName === 'iframe') some = true;
      if (!inner) continue;
      if (!found.has(inner)) { observe(inner); some = true; }
      some = unobserved(inner) || some;
    }
    return some;
  };
  return () => {
    const now = state(), seen = observer.takeRecords().length > 0;
    const moving = document.getAnimations().some(one => one.playState === 'running');
    const same = !unobserved(document) && !changed && !seen && !moving && now === before;
    changed = false;
    before = now;
    return !same;
  };
}
"""


class Changes:
    """Tells, for far less than a snapshot costs, whether a document may have changed since it was last asked.

    It may miss what no observer is told of, such as a rule of style that begins to hold: what is to be relied
    upon is a snapshot.
    """

    def __init__(self, page: BrowserPage) -> None:
        self._page = page
        self._observed: JSHandle | None = None

    def forget(self) -> None:
        """Begin anew: whatever stands on the page counts as changed."""
        self._observed = None

    def any(self) -> bool:
        """Tell whether anything may have changed."""
        try:
            if self._observed is None:
                self._observed = self._page.evaluate_handle(_OBSERVE)
            return bool(self._observed.evaluate("changed => changed()"))
        except BrowserError:
            # Another document stands there now.
            self.forget()
            return True
