"""Pressing, and what is never pressed.

A button is pressed only if its whole name is what was looked for, in the part of the page it was looked for
in, and if it is the only one. Whatever a rule says, nothing is pressed whose name speaks of accepting,
closing an account, deleting, appealing and the like, and nothing in a dialog, an alert or a banner that
speaks of the account's standing: that is information, and it stays where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

from playwright.sync_api import ElementHandle, Frame, Locator
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage

from checker.errors import Stop
from checker.flow import SiteToml
from checker.flow.site_toml import Overlay, Rule
from checker.model import Outcome

__all__ = ["NAME", "press_declared", "press_one", "refuse_overlays", "scoped"]

Scope = BrowserPage | Frame | Locator

_PRESSABLE: Final = (
    "button, [role=button], [role=link], [role=tab], a, input[type=button], input[type=submit], summary"
)
_MOST: Final = 40
_PATIENCE_MS: Final = 3_000

NAME: Final = r"""
element => {
  const said = node => ((node && (node.innerText ?? node.textContent)) || '').replace(/\s+/g, ' ').trim();
  const attribute = name => (Element.prototype.getAttribute.call(element, name) || '').trim();
  if (attribute('aria-label')) return attribute('aria-label');
  const root = element.getRootNode();
  const ids = attribute('aria-labelledby').split(/\s+/).filter(Boolean);
  const labelled = ids.map(id => said(root.getElementById(id))).join(' ').trim();
  if (labelled) return labelled;
  if (element instanceof HTMLInputElement) return element.value || attribute('alt') || attribute('title');
  const picture = element.querySelector('img[alt]');
  return said(element) || attribute('title') || (picture ? picture.getAttribute('alt') : '') || '';
}
"""
"""Script that returns what a button is called, as assistive technology says it."""

# What a button stands in, if that is something that tells a person something.
_TOLD: Final = r"""
element => {
  const holders = '[role=dialog], [role=alertdialog], [role=alert], [role=status], [role=banner], dialog,'
    + ' [aria-modal=true], [class*=banner i], [class*=alert i], [class*=notice i], [class*=modal i], form';
  let told = '';
  const outer = box => box.parentElement || (box.getRootNode() || {}).host;
  for (let box = element; box; box = outer(box)) {
    if (box === document.body || box === document.documentElement) break;
    if (box.matches && box.matches(holders)) told += [' ', box.innerText, box.ariaLabel].join(' ');
  }
  return told.slice(0, 20000);
}
"""

# Whether an element lies over the page instead of being it; its text if so.
_OVER: Final = r"""
element => {
  if (element.matches('html, body, main, [role=main]')) return null;
  if (element.querySelector('main, [role=main], nav, [role=navigation]')) return null;
  // What has a box to type into is no furniture: it may be the sign-in itself.
  const plain = 'checkbox radio hidden submit button';
  const boxes = [...element.querySelectorAll('input, textarea, select')];
  if (boxes.some(box => !plain.split(' ').includes(box.type))) return null;
  const text = element.innerText || '';
  if (text.length > 2500) return null;
  const dialog = element.matches('[role=dialog], [role=alertdialog], dialog, [aria-modal=true]');
  for (let box = element; box && !dialog; box = box.parentElement) {
    if (/fixed|absolute|sticky/.test(getComputedStyle(box).position)) break;
    if (box === document.body) return null;
  }
  const labels = [...element.querySelectorAll('[aria-label], [title], [alt]')]
    .map(inner => [inner.getAttribute('aria-label'), inner.title, inner.getAttribute('alt')].join(' '));
  return [text, element.getAttribute('aria-label') || '', ...labels].join(' ');
}
"""

# What stands above the middle of an element; nothing where that is the element itself, or out of sight.
_COVERED: Final = r"""
element => {
  const box = element.getBoundingClientRect();
  const above = element.getRootNode().elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return above && above !== element && !element.contains(above) ? above.tagName : '';
}
"""


def refuse_overlays(page: BrowserPage, overlays: Iterable[Overlay], toml: SiteToml) -> bool:
    """Press the refusal of each thing that lies over the page, inside it; tell whether anything was pressed.

    What another one lies over has to wait until that is gone.
    """
    waiting = [(element, overlay) for overlay in overlays for element in _handles(page.locator(overlay.css))]
    pressed = was = False
    while waiting:
        came = [(one, _refuse(*one, toml, patient=False)) for one in waiting]
        was = any(how is _Refusal.PRESSED for _, how in came)
        pressed = pressed or was
        waiting = [one for one, how in came if how is _Refusal.COVERED]
        if not was:
            # What is on its way out may still lie over something for a moment.
            came = [(one, _refuse(*one, toml, patient=True)) for one in waiting]
            return pressed or any(how is _Refusal.PRESSED for _, how in came)
    return pressed


class _Refusal(Enum):
    PRESSED = "pressed"
    COVERED = "something lies over its button"
    NONE = "it is nothing that could be refused"


def _refuse(element: ElementHandle, overlay: Overlay, toml: SiteToml, *, patient: bool) -> _Refusal:
    over = _told(element, _OVER)
    if over is None or toml.words_of("threat").found_in(over):
        return _Refusal.NONE
    if overlay.about and not any(toml.words_of(table).found_in(over) for table in overlay.about):
        return _Refusal.NONE
    covered = False
    for wanted in (*(_by_rule(element, rule) for rule in overlay.refuse), *_by_words(element, overlay, toml)):
        if len(wanted) != 1:
            continue
        if not patient and _told(wanted[0], _COVERED):
            covered = True
        elif _press(wanted[0], toml):
            return _Refusal.PRESSED
    return _Refusal.COVERED if covered else _Refusal.NONE


def press_one(
    scopes: Iterable[Scope], rules: Sequence[Rule], words: str, toml: SiteToml, *, any_of: bool = False
) -> bool:
    """Press the one thing that the first rule finds anything by, or else the one whose name is among `words`.

    any_of: of several of such a name any will do, as they lead to one place. Tell whether it was pressed.
    """
    for scope in scopes:
        for rule in rules:
            found = _handles(scoped(scope, rule))
            if found:
                if len(found) == 1 and _press(found[0], toml):
                    return True
                break
        named = _named(_handles(scope.locator(_PRESSABLE)), words, toml)
        if (len(named) == 1 or (any_of and named)) and _press(named[0], toml):
            return True
    return False


def press_declared(found: Locator, control: str, toml: SiteToml, seconds: float) -> None:
    """Press what a control of site.toml leads to, unless its name is one of what acts on the account.

    Raises:
        Stop: If it must not be pressed. It ends as a page nobody knows, and never as one this login has no
            right to: a store that was never opened would then be passed over in silence.
        BrowserError: If it could not be pressed in that many seconds.
    """
    name = str(found.evaluate(NAME, timeout=seconds * 1000))
    if toml.words_of("never").found_in(name):
        why = f"{control} was not pressed: what is called {name[:80]!r} may act on the account"
        raise Stop(Outcome.UNKNOWN_PAGE, f"{why}; choose it by hand to see what it leads to")
    found.click(timeout=seconds * 1000)


def scoped(scope: Scope, rule: Rule) -> Locator:
    """Return what a rule finds inside a part of the page; a name is a whole name, in any case."""
    if rule.role:
        name = re.compile(rf"^\s*{re.escape(rule.name)}\s*$", re.IGNORECASE) if rule.name else None
        return scope.get_by_role(rule.role, name=name)  # type: ignore[arg-type]  # a role of ARIA's list
    if rule.label:
        return scope.get_by_label(rule.label)
    found = scope.locator(rule.css) if rule.css else scope.get_by_test_id(rule.testid)
    return found.filter(has_text=rule.text) if rule.text else found


def _by_rule(element: ElementHandle, rule: Rule) -> list[ElementHandle]:
    """Return what a rule finds inside one element."""
    if rule.role or rule.label:
        wanted = rule.name or rule.label
        inside = element.query_selector_all(_PRESSABLE)
        return [found for found in inside if _is_seen(found) and _same(_name(found), wanted)]
    css = rule.css or f'[data-testid="{rule.testid}"]'
    found = [inner for inner in element.query_selector_all(css) if _is_seen(inner)]
    return [inner for inner in found if not rule.text or rule.text.casefold() in _name(inner).casefold()]


def _by_words(element: ElementHandle, overlay: Overlay, toml: SiteToml) -> list[list[ElementHandle]]:
    inside = [found for found in element.query_selector_all(_PRESSABLE) if _is_seen(found)][:_MOST]
    return [_named(inside, words, toml) for words in overlay.words]


def _named(found: Iterable[ElementHandle], words: str, toml: SiteToml) -> list[ElementHandle]:
    if not words:
        return []
    known = toml.words_of(words)
    return [element for element in found if known.is_name(_name(element))]


def _press(element: ElementHandle, toml: SiteToml) -> bool:
    """Press an element unless its name or what it stands in forbids it."""
    name, told = _name(element), _told(element, _TOLD)
    if toml.words_of("never").found_in(name) or told is None or toml.words_of("threat").found_in(told):
        return False
    try:
        element.click(timeout=_PATIENCE_MS, no_wait_after=True)
    except BrowserError:
        return False
    return True


def _handles(found: Locator) -> list[ElementHandle]:
    try:
        return found.locator("visible=true").element_handles()
    except BrowserError:
        return []


def _is_seen(element: ElementHandle) -> bool:
    try:
        return element.is_visible()
    except BrowserError:
        return False


def _name(element: ElementHandle) -> str:
    try:
        return str(element.evaluate(NAME))
    except BrowserError:
        return ""


def _told(element: ElementHandle, script: str) -> str | None:
    try:
        told = element.evaluate(script)
    except BrowserError:
        return None
    return None if told is None else str(told)


def _same(name: str, wanted: str) -> bool:
    return " ".join(name.casefold().split()) == " ".join(wanted.casefold().split())
