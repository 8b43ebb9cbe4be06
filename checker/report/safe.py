"""Text from a page, made harmless for the place it goes to.

A console's words may come from anybody: a buyer, a rights owner, somebody who wrote a listing title.
`printable` is for whatever a person reads (terminal, log, subject line, report): nothing in it can move
a cursor, ring, reorder what is read, or hide. `csv_cell` is for spreadsheets, `json_text` for JSON.
"""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from typing import Final

__all__ = ["chat_text", "csv_cell", "json_text", "printable", "well_formed"]

LIMIT: Final = 500

# Cc controls (ESC, BEL, C1), Cf bidi overrides and zero-width marks, Cs lone surrogates, Co private use,
# Zl and Zp line ends that are not "\n".
_UNSAFE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters by category, nothing by look: Hangul fillers, the grapheme joiner, the empty braille cell.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# What a chat acts on; each has a mark that looks alike and is only text.
_CHAT_MARKS: Final = {
    "@": "\uff20",
    "`": "\u02cb",
    "*": "\u2217",
    "~": "\u223c",
    "](": "] (",
    "![": "! [",
    "||": "| |",
    "&": "\uff06",
}
_TAG = re.compile(r"<(?=\S)")
_SCHEME = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*)://")
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
_BYTE, _BASIC_PLANE = 0xFF, 0xFFFF

# What spreadsheets take for the start of a formula, a command (DDE) or a macro; the full-width forms are
# accepted by East Asian versions.
_FORMULA: Final = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05\u2212")
_CELL_BREAKS: Final = ("\t", "\r", "\n")

_SURROGATE = re.compile("[\ud800-\udfff]")
# Inside JSON strings these are legal and still harm a terminal that prints them.
_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def printable(text: str, limit: int = LIMIT) -> str:
    r"""Return `text` on one line with everything invisible or active shown as `\x1b`, cut with a mark."""
    out: list[str] = []
    length = 0
    for place, char in enumerate(text):
        shown = _escape(char) if _is_unsafe(char) else char
        length += len(shown)
        if length > limit:
            return "".join(out) + f"… [{len(text) - place} more]"
        out.append(shown)
    return "".join(out)


def chat_text(text: str, limit: int = LIMIT) -> str:
    """Return `text` on one line, as a chat, a mail or a phone shows it and nothing more.

    Nothing in it calls anybody (`@everyone`, `<!channel>`), is followed as a link, or changes the layout
    (Markdown, HTML); what is only looked at stays readable.
    """
    line = printable(text, limit)
    for mark, harmless in _CHAT_MARKS.items():
        line = line.replace(mark, harmless)
    line = _TAG.sub("\u2039", line)
    line = _SCHEME.sub(lambda found: f"{found[1]}[:]//", line)
    return _EDGE_UNDERSCORE.sub("\u02cd", line)


def csv_cell(value: str | int | Decimal | None) -> str:
    """Return a cell that no spreadsheet runs: text that could be a formula starts with an apostrophe.

    Numbers are ours and stay numbers, a negative one included; text that looks like one is text.
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    cell = well_formed(value).replace("\x00", "")
    return f"'{cell}" if _starts_something(cell) else cell


def json_text(value: object) -> str:
    """Return `value` as indented JSON that is also harmless when a terminal prints it."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", well_formed(text))


def well_formed(text: str) -> str:
    """Return `text` with lone surrogates replaced: a page's JSON may hold them, UTF-8 may not."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _is_unsafe(char: str) -> bool:
    return char in _BLANK or unicodedata.category(char) in _UNSAFE_CATEGORIES


def _escape(char: str) -> str:
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    if code <= _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _BASIC_PLANE else f"\\U{code:08x}"


def _starts_something(cell: str) -> bool:
    """Look behind what a spreadsheet trims before it looks for a formula."""
    if cell.startswith(_CELL_BREAKS):
        return True
    for char in cell:
        if not char.isspace() and not _is_unsafe(char):
            return char in _FORMULA
    return False
