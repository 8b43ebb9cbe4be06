"""The alerts, banners and dialogs a page shows: known by role, class or colour, not by their words; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from checker.flow.harmless import harmless_banner
from checker.flow.outline import Outline, Part, name_words
from checker.flow.page import Page
from checker.flow.page_words import fold, without_notes
from checker.flow.red_words import red_word
from checker.flow.statements import stopped, without_rules
from checker.flow.tables import cell_of

__all__ = ["Alert", "alert_parts", "alerts", "red_in_banner"]

_MOST_ALERTS: Final = 20
_LONGEST_ALERT: Final = 1_500
_LONGEST_CONTEXT: Final = 110
_SHOWN: Final = 300
# Fewer words than this, or so many signs of a language without blanks, are a pill, not a banner.
_FEWEST_WORDS: Final = 4
_FEWEST_SIGNS: Final = 8
_WIDE: Final = 280
_FEW_LINKS: Final = 6

_ALERT_ROLES: Final = frozenset({"alert", "alertdialog", "dialog", "status", "log"})
_ALERT_TAGS: Final = frozenset({"dialog", "kat-alert", "kat-banner", "kat-modal"})
_LIVE: Final = frozenset({"assertive", "polite"})
_ALERT_CLASSES: Final = frozenset(
    {"alert", "banner", "notice", "warning", "error", "callout", "toast", "messagebar", "infobar", "snackbar"}
    | {"notification", "modal", "dialog", "popup", "announcement", "flash", "inlinemessage", "alertbox"}
)
_NOT_ALERT_CLASSES: Final = frozenset(
    {
        "icon",
        "rate",
        "count",
        "badge",
        "pill",
        "tag",
        "chip",
        "label",
        "bell",
        "center",
        "menu",
        "button",
        "btn",
    }
    | {"title", "text", "body", "content", "heading", "description", "actions", "close", "inner"}
    | {"row", "cell", "list", "table", "hero", "nav", "header", "topbar", "logo", "status", "link", "trigger"}
)
_PRESSED: Final = frozenset({"button", "kat-button", "input", "select", "summary"})
_NEVER_ALERTS: Final = _PRESSED | {"body", "tr"}
_PRESSED_ROLES: Final = frozenset({"button", "switch", "checkbox", "radio", "link"})
_ALARMING: Final = frozenset({"red", "amber"})


@dataclass(frozen=True, slots=True)
class Alert:
    """A visible alert, banner or dialog.

    heading: its first line; tone: its distinct colour. harmless: the name of the known harmless banner it is,
    nothing where it is none. red: the red word it says, if it says one. selector: for its picture.
    """

    text: str
    heading: str
    tone: str
    selector: str
    harmless: str = ""
    red: str = ""


def alerts(page: Page, language: str) -> tuple[Alert, ...]:
    """Return every visible alert, banner and dialog of a page, in document order; at most twenty.

    Args:
        page: The page.
        language: Its language, for the words of known harmless ones.
    """
    outline = page.outline
    found = []
    for part in alert_parts(outline):
        lines = without_notes(outline.lines(part))
        text = lines.replace("\n", " ")
        found.append(
            Alert(
                text[:_SHOWN],
                lines.partition("\n")[0][:_LONGEST_CONTEXT],
                part.tone or outline.tone(part),
                outline.selector(part),
                harmless_banner(text, language),
                red_in_banner(lines, language),
            )
        )
    return tuple({alert.text: alert for alert in reversed(found)}.values())[::-1][:_MOST_ALERTS]


def red_in_banner(lines: str, language: str) -> str:
    """Return the red word by which a banner says that something is wrong, nothing if it does not.

    A rule that it states besides says what would be; what says both is red.

    Args:
        lines: What the banner says, line by line.
        language: The page's language.
    """
    return red_word(without_rules(lines, language).replace("\n", " "), language) or stopped(lines, language)


def alert_parts(outline: Outline) -> list[Part]:
    """Return the alerts of a page: the outermost ones, but of a region around several of them the several."""
    return outline.kept(("alerts", 0), lambda: _find_alerts(outline))


def _find_alerts(outline: Outline) -> list[Part]:
    found = [part for part in outline.parts if _is_alert(outline, part)]
    inner: dict[int, list[Part]] = {part.index: [] for part in found}
    outermost: list[Part] = []
    around: list[Part] = []
    for part in found:
        while around and not around[-1].has(part):
            around.pop()
        (inner[around[-1].index] if around else outermost).append(part)
        around.append(part)
    several: set[int] = set()
    for part in reversed(found):
        beneath = inner[part.index]
        if len(beneath) > 1 or any(each.index in several for each in beneath):
            several.add(part.index)
    taken: list[Part] = []
    stack = outermost[::-1]
    while stack and len(taken) < _MOST_ALERTS * 2:
        part = stack.pop()
        if part.index in several:
            stack.extend(inner[part.index][::-1])
        else:
            taken.append(part)
    return taken


def _is_alert(outline: Outline, part: Part) -> bool:
    if part.is_text or part.tag in _NEVER_ALERTS or not outline.is_short(part, _LONGEST_ALERT):
        return False
    if part.role in _ALERT_ROLES or part.tag in _ALERT_TAGS or part.attributes.get("aria-live") in _LIVE:
        return _says_enough(outline, part, fewest=1)
    if part.attributes.get("aria-modal") == "true":
        return True
    if part.chrome or part.role in _PRESSED_ROLES:
        return False
    by_class = any(
        words & _ALERT_CLASSES and not words & _NOT_ALERT_CLASSES for words in _class_words(part)
    )  # fmt: skip
    if not by_class and not _looks_like_alert(part):
        return False
    return (
        _says_enough(outline, part) and cell_of(outline, part) is None and not _is_navigation(outline, part)
    )


def _looks_like_alert(part: Part) -> bool:
    """Tell whether a part looks like a banner: a wide red or amber box, or a red sentence."""
    if part.tone not in _ALARMING or part.tag in {"a", "svg", "td", "th"}:
        return False
    box = part.box
    return box is None or box.width >= _WIDE


def _says_enough(outline: Outline, part: Part, fewest: int = _FEWEST_WORDS) -> bool:
    folded = fold(outline.text(part)[:_LONGEST_CONTEXT])
    if not any(map(str.isalpha, folded)):
        return False
    signs = sum(not char.isascii() and char.isalpha() for char in folded)
    return len(folded.split()) >= fewest or signs >= _FEWEST_SIGNS


def _is_navigation(outline: Outline, part: Part) -> bool:
    inside = outline.inside(part)
    if any(
        each.tag == "nav" or each.role in {"navigation", "menubar", "tablist", "search"} for each in inside
    ):
        return True
    return sum(each.tag == "a" for each in inside) >= _FEW_LINKS


def _class_words(part: Part) -> Iterator[frozenset[str]]:
    """Yield the words of each class by itself: "alert-icon" is no alert, "alert icon" is one."""
    for name in (part.attributes.get("class") or "")[:400].split():
        words = name_words(name)
        # "message-bar" and "messageBar" are one word of two.
        yield frozenset(words) | {first + second for first, second in pairwise(words)}
