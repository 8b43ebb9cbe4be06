"""What a health page shows, whatever a flow's rules know of it: banners, reds, what nobody read; pure.

    alerts(page, language)             every visible banner, dialog and alert; those known as harmless by name
    red_statuses(page, claimed, …)     what stands there as a status and is red, by word, class or colour
    unclaimed(page, claimed, …)        cards, rows, percentages and pills that no rule claimed

Nothing here is a verdict. It exists so that a page is never called fine because a phrase was not on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from checker.flow.banners import Alert, alert_parts, alerts
from checker.flow.counted import counts_stopped_things, names_what_happens, number_beside
from checker.flow.decoration import is_decoration
from checker.flow.harmless import harmless_banner
from checker.flow.labels import LabelledValue
from checker.flow.outline import Outline, Part
from checker.flow.page import Page
from checker.flow.page_words import as_label, fold, label_rest, without_notes
from checker.flow.printed import pieces
from checker.flow.red_words import is_good_word, is_question, red_word, red_words
from checker.flow.sentences import sentences
from checker.flow.statements import stopped, without_lines, without_rules
from checker.flow.surroundings import LONGEST, context_of, holds_only, row_of, texts_around
from checker.flow.tables import cell_of, grid_around
from checker.model.quantities import Quantity

__all__ = ["Alert", "RedStatus", "Unclaimed", "alerts", "red_statuses", "status_word_beside", "unclaimed"]

Why = Literal["word", "class", "tone", "count"]
UnclaimedKind = Literal["percentage", "number", "status", "pill", "row"]

_MOST_UNCLAIMED: Final = 40
_MOST_RED: Final = 40
_MOST_PHRASES: Final = 5_000
_LONGEST_STATUS: Final = 70
_SHOWN: Final = 300
_MOST_WORDS: Final = 8
_PILL_CLASSES: Final = frozenset(
    {"pill", "badge", "tag", "chip", "status", "label", "lozenge", "indicator", "level", "state", "standing"}
    | {"health"}
)
_RED_CLASSES: Final = frozenset(
    {"danger", "critical", "error", "red", "bad", "poor", "urgent", "suspended", "deactivated", "unhealthy"}
    | {"negative", "blocked", "fail", "failed", "failing", "violation", "alarm", "severe"}
)
_ALARM_CLASSES: Final = frozenset({"danger", "critical", "error", "red", "urgent", "alarm", "severe"})
_NOT_RED_CLASSES: Final = frozenset(
    {"no", "not", "non", "without", "boundary", "hide", "hidden", "container"}
)
_CELLS: Final = frozenset({"td", "dd"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PRESSED: Final = frozenset({"button", "kat-button", "input", "select", "summary"})
_PRESSED_ROLES: Final = frozenset({"button", "switch", "checkbox", "radio", "link"})
_RED: Final = "red"
_ALARMING: Final = frozenset({"red", "amber"})
_CHART_CLASSES: Final = frozenset({"axis", "tick", "ticks", "legend", "scale", "chart", "gridline"})
_CHART_TAGS: Final = frozenset({"svg", "canvas"})


@dataclass(frozen=True, slots=True)
class RedStatus:
    """Something red that stands as a status.

    text: what it says, with its label where that is in the same row or card. word: the red word or class.
    why: what is red of it: a word, a class, its colour, or a count over nothing. selector: for its picture.
    """

    text: str
    why: Why
    word: str
    selector: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Something a health page shows that no rule claimed, with what stands around it in its row or card."""

    text: str
    kind: UnclaimedKind
    tone: str
    selector: str


def red_statuses(
    page: Page, claimed: Collection[str], language: str, *, locale: str | None = None
) -> tuple[RedStatus, ...]:
    """Return what stands on a page and is red: what says that all is stopped, then statuses; at most forty.

    Args:
        page: The page.
        claimed: Texts that a rule has read and understood, labels among them.
        language: The page's language.
        locale: How it prints numbers.
    """
    outline = page.outline
    known = frozenset(as_label(text) for text in claimed) - {""}
    banners = alert_parts(outline)
    found: list[RedStatus] = []
    for part, word in sentences(outline, language):
        if any(banner.has(part) or banner is part for banner in banners):
            continue
        text = without_notes(outline.lines(part)).replace("\n", " ")
        if not harmless_banner(text, language) and not _is_known(text, known):
            found.append(RedStatus(text[:_SHOWN], "word", word, outline.selector(part), outline.tone(part)))
    for part in _phrases(outline):
        if len(found) >= _MOST_RED:
            break
        if any(banner.has(part) or banner is part for banner in banners):
            continue
        status = _red_status(outline, part, known, language, locale)
        if status is not None:
            found.append(status)
    for banner in banners:
        status = _red_heading(outline, banner, known, language)
        if status is not None:
            found.append(status)
    return tuple({(status.text, status.why): status for status in reversed(found)}.values())[::-1]


def _red_heading(outline: Outline, banner: Part, known: frozenset[str], language: str) -> RedStatus | None:
    """Return a banner whose text says something red, unless it is known to be harmless."""
    lines = without_notes(outline.lines(banner))
    text = lines.replace("\n", " ")
    says = without_rules(lines, language)
    word = red_word(says.replace("\n", " "), language, topics=("account",))
    word = word or red_word(says.partition("\n")[0], language) or stopped(lines, language)
    if not word or harmless_banner(text, language) or _is_known(text, known):
        return None
    return RedStatus(
        text[:_SHOWN], "word", word, outline.selector(banner), banner.tone or outline.tone(banner)
    )


def _red_status(
    outline: Outline, part: Part, known: frozenset[str], language: str, locale: str | None
) -> RedStatus | None:
    text = outline.text(part)
    if not 0 < len(text) <= _LONGEST_STATUS or len(fold(text).split()) > _MOST_WORDS:
        return None
    stated = outline.stated(part)
    if _is_known(text, known) or is_question(stated, language) or _is_legend(outline, part, language):
        return None
    if _is_header(outline, part, language):
        return None
    context = context_of(outline, part)
    why, word = _redness(outline, part, _stated(stated, language), language, locale)
    if why is None:
        return None
    if why == "word" and _counts_things(outline, part, word, language, locale):
        return None
    # What customers complain of is counted per product, too: a rule that reads it judges it.
    if why == "count" and as_label(word) in known and red_words("complaints", language).is_whole(word):
        return None
    if why == "count" and any(
        label_rest(context, {label}) is not None for label in _labels_in(context, known)
    ):
        return None
    return RedStatus(context[:_SHOWN], why, word, outline.selector(part), outline.tone(part))


def _stated(text: str, language: str) -> str:
    """Return what a short text says without what it says would be."""
    return without_rules(without_lines(text, language), language)


def _counts_things(outline: Outline, part: Part, word: str, language: str, locale: str | None) -> bool:
    """Tell whether a text names or counts what happens to things of the shop, and nothing colours it."""
    if outline.tone(part) in _ALARMING or _status_classes(outline, part) & _ALARM_CLASSES:
        return False
    counts = counts_stopped_things(outline, part, language)
    return counts or names_what_happens(outline, part, word, language, locale)


def _redness(
    outline: Outline, part: Part, text: str, language: str, locale: str | None
) -> tuple[Why | None, str]:
    tone, classes = outline.tone(part), _status_classes(outline, part)
    stands = (
        bool(classes & _PILL_CLASSES) or tone in _ALARMING or _is_cell(outline, part) or part.tag in _HEADINGS
    )
    number = next((p.quantity for p in pieces(text, locale, language) if p.quantity is not None), None)
    if number is not None and number.value == 0 and not number.percent:
        return None, ""
    beside = number_beside(outline, part, text, locale, language)
    if beside == 0:
        return None, ""
    counted = red_word(text, language, topics=("counted",))
    if counted:
        return "count", counted
    if beside:
        counted = red_word(f"{text} {beside}", language, topics=("counted",))
        if counted:
            return "count", counted
    headed = _red_header(outline, part, number, language)
    if headed:
        return "count", headed
    word = red_word(text, language, topics=("account",))
    if word and (stands or _stands_alone(outline, part)):
        return "word", word
    word = red_word(text, language, topics=("status",))
    whole = bool(word) and red_words("status", language).is_whole(fold(text))
    if word and (whole or (stands and not (part.tag in _HEADINGS and not whole))):
        return "word", word
    denied = red_words("status", language).found_in(fold(text)) or red_words("account", language).found_in(
        fold(text)
    )
    if denied and not word and tone != _RED:
        return None, ""
    red_class = sorted(classes & _RED_CLASSES)
    if red_class and not classes & _NOT_RED_CLASSES:
        return "class", red_class[0]
    if tone == _RED and not _is_prose(outline, part) and not is_decoration(outline, part):
        return "tone", _RED
    return None, ""


def _red_header(outline: Outline, part: Part, number: Quantity | None, language: str) -> str:
    """Return the red word of what a count over nothing stands under or beside: "Critical" over a 2."""
    cell = cell_of(outline, part)
    grid = None if cell is None else grid_around(outline, cell)
    if number is None or not number.value or number.percent or cell is None or grid is None:
        return ""
    row, column = grid.place(cell)
    header = grid.header(row, column)
    if red_words("status", language).is_whole(fold(header)):
        return fold(header)
    if not header and len(grid.row(row)) == 2:  # noqa: PLR2004
        # The head of a row is passed over, so its only number speaks for both.
        header = grid.row_header(row, column)
    return red_word(f"{header} {number.value}", language, topics=("counted",)) if header else ""


def _is_cell(outline: Outline, part: Part) -> bool:
    cell = part if part.tag in _CELLS else cell_of(outline, part)
    return cell is not None and outline.length(cell) <= outline.length(part) + 2


def _is_header(outline: Outline, part: Part, language: str) -> bool:
    """Tell whether a part is the head of a column, or names a row that has more in it.

    In two columns without marked heads, "Status" and "Suspended" are a row like those below them.
    """
    cell = cell_of(outline, part)
    if cell is None:
        return False
    if cell.tag == "th" or cell.role in {"columnheader", "rowheader"}:
        return True
    grid = grid_around(outline, cell)
    if grid is None or not grid.is_header_row(row := grid.place(cell)[0]):
        return False
    pair = len(grid.row(row)) == 2 and not grid.is_marked_header(row)  # noqa: PLR2004
    return not (pair and red_word(outline.text(part), language, topics=("account",)))


def _stands_alone(outline: Outline, part: Part) -> bool:
    """Tell whether a part is all that its block says."""
    outer = outline.parent(part)
    return not part.is_text or (outer is not None and outline.length(outer) <= outline.length(part) + 2)


def _is_legend(outline: Outline, part: Part, language: str) -> bool:
    """Tell whether a part is one step of a scale: good and bad words in one row, and nothing else."""
    at: Part | None = part
    for _ in range(3):
        at = None if at is None else outline.parent(at)
        if at is None or at.tag in {"td", "tr", "tbody", "table", "body"}:
            return False
        children = outline.children(at)
        texts = [outline.text(child) for child in children]
        if len(children) >= 3 and sum(map(len, texts)) <= _LONGEST_STATUS * 2:  # noqa: PLR2004
            good = any(is_good_word(text, language) for text in texts)
            bad = any(red_words("status", language).is_whole(fold(text)) for text in texts)
            return good and bad and len(set(texts)) == len(texts)
    return False


def _status_classes(outline: Outline, part: Part) -> frozenset[str]:
    """Return the words of the classes of a part, of what wholly is it, and of an icon in it."""
    names = part.named()
    length = outline.length(part)
    for outer in outline.around(part):
        if outline.length(outer) > length + 2 or outer.tag == "body":
            break
        names |= outer.named()
    for inner in outline.inside(part, 6):
        names |= inner.named()
    siblings = outline.parent(part)
    if siblings is not None and len(siblings.children) <= 4:  # noqa: PLR2004
        for place in siblings.children:
            sibling = outline.parts[place]
            if not outline.length(sibling):
                names |= sibling.named()
    return names


def _is_prose(outline: Outline, part: Part) -> bool:
    return len(fold(outline.text(part)).split()) > _MOST_WORDS


# What nobody claimed...


def unclaimed(
    page: Page,
    claimed: Collection[str],
    language: str,
    *,
    said: Collection[str] = (),
    locale: str | None = None,
) -> tuple[Unclaimed, ...]:
    """Return what a health page shows and no rule claimed, in document order; at most forty.

    Args:
        page: The page.
        claimed: Texts that rules have read and that name what stands beside them: labels, as printed.
        language: The page's language.
        said: Texts that rules have read and that name nothing: values, status words, titles of the page.
        locale: How it prints numbers.
    """
    outline = page.outline
    labels = frozenset(as_label(text) for text in claimed) - {""}
    known = labels.union(map(as_label, said)) - {""}
    read = [text for text in said if any(map(str.isdigit, text)) and page.text.count(text) == 1]
    banners = alert_parts(outline)
    found: dict[str, Unclaimed] = {}
    for part in _phrases(outline):
        if len(found) >= _MOST_UNCLAIMED:
            break
        if any(banner.has(part) or banner is part for banner in banners):
            continue
        if holds_only(outline.text(part), read):
            continue
        one = _unclaimed(outline, part, known, labels, language, locale)
        if one is not None:
            found.setdefault(fold(one.text), one)
    return tuple(found.values())


def _unclaimed(
    outline: Outline,
    part: Part,
    known: frozenset[str],
    labels: frozenset[str],
    language: str,
    locale: str | None,
) -> Unclaimed | None:
    text = outline.text(part)
    if not 0 < len(text) <= _LONGEST_STATUS or _is_known(text, known):
        return None
    numbers = [p.quantity for p in pieces(outline.lines(part), locale, language) if p.quantity is not None]
    tone, context = outline.tone(part), context_of(outline, part)
    row = row_of(outline, part)
    around = context if row is None else outline.text(row)
    kind: UnclaimedKind
    if numbers:
        if any(label_rest(said, labels) is not None for said in texts_around(outline, part, row)):
            return None
        if not any(map(str.isalpha, around)) and not any(number.percent for number in numbers):
            return None
        percent = any(number.percent for number in numbers)
        kind = "percentage" if percent else "row" if row is not None else "number"
    elif any(map(str.isdecimal, text)) and counts_stopped_things(outline, part, language):
        # What is no red of the account is told all the same: "Suspended 3" under "Listings".
        numbers, around, kind = [], context, "number"
        text = context
    elif is_question(text, language) or _is_header(outline, part, language) or _is_prose(outline, part):
        return None
    elif tone in {"red", "amber", "green"} and any(map(str.isalpha, text)):
        kind = "pill"
    elif _status_classes(outline, part) & (_PILL_CLASSES - {"label", "health"}) and any(
        map(str.isalpha, text)
    ):
        kind = "status"
    else:
        return None
    said = around if numbers else text
    return Unclaimed(
        said[:_SHOWN], kind, tone, outline.selector(row if row is not None and numbers else part)
    )


# Both...


def _phrases(outline: Outline) -> Iterator[Part]:
    """Yield the outermost parts that say one short thing, out of menus, help, charts, links and buttons."""
    place = seen = 0
    while place < len(outline.parts) and seen < _MOST_PHRASES:
        part = outline.parts[place]
        if part.chrome or part.tag in _PRESSED or _is_chart(part) or part.role in (_PRESSED_ROLES - {"link"}):
            place = part.end
            continue
        length = outline.length(part)
        if length > LONGEST * 2 or not _is_phrase(outline, part):
            place = part.end if _is_running_text(outline, part) else place + 1
            continue
        seen += 1
        # A link is a status only where it is marked as one.
        if part.tag != "a" or part.tone or part.named() & _PILL_CLASSES:
            yield part
        place = part.end


def _is_phrase(outline: Outline, part: Part) -> bool:
    """Tell whether a part has no blocks of its own in it."""
    if part.tag == "body" or not outline.is_short(part, LONGEST):
        return False
    if part.is_text:
        return True
    lines = outline.lines(part)
    if "\n" in lines or len(lines) > LONGEST:
        return False
    if outline.is_set_apart(part):
        return False
    # "Late shipment <b class=pill>Urgent</b>" is two things.
    return not any(
        outline.length(child) and (child.tone or child.named() & _PILL_CLASSES)
        for child in outline.inside(part, 40)
        if outline.length(child) < outline.length(part)
    )


def _is_running_text(outline: Outline, part: Part) -> bool:
    if part.is_text:
        return True
    own = sum(outline.length(child) for child in outline.children(part) if child.is_text)
    return part.tag == "p" and own > LONGEST


def _is_chart(part: Part) -> bool:
    return part.tag in _CHART_TAGS or bool(part.named() & _CHART_CLASSES)


def _is_known(text: str, known: frozenset[str]) -> bool:
    return as_label(text) in known


def _labels_in(context: str, known: frozenset[str]) -> list[str]:
    said = as_label(context)
    return [label for label in known if label and label in said]


def status_word_beside(
    page: Page,
    labels: Collection[str],
    *,
    language: str,
    locale: str | None,
    rivals: Collection[str] = (),
) -> tuple[LabelledValue, ...]:
    """Return the words in a label's row or card that are neither the label nor a number nor its target.

    A word nobody knows is among them: a target that is met does not outvote it.

    Args:
        page: The page.
        labels: What the label may be called.
        language: The page's language.
        locale: How it prints numbers.
        rivals: What other things on the page are called.
    """
    return page.beside_label(labels, language=language, locale=locale, rivals=rivals).words
