"""Taking a seller out of a text, a snapshot or an answer, and leaving its shape.

    redactor = Redactor(vocabulary, key=secrets.token_bytes(32))
    redactor.text("Harbour Lane Trading, 20,457 orders")      "Qmwzkeu Hbxo Tqplfsd, 20,983 wrkzmt"

The same value becomes the same placeholder everywhere, of the same length and shape, so that what a flow
compares still agrees and formats still parse; with another key it becomes another. Left as they are: what
the flow or the console's label files say (`Vocabulary`), numbers of one or two significant digits, days.
A longer number stays on the same side of every threshold the flow knows. The structure of a page stays:
tags, roles, classes, ids, the keys of an answer, but for the words and ids in them that are the seller's own
(`avoid`): a console may well name a class after a shop.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import re
import unicodedata
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from checker.flow.element import BLOCK, BOX, HIDDEN, SHADOW, TONE
from checker.flow.vocabulary import Vocabulary, tokens_of

__all__ = [
    "ASIN",
    "EMAIL",
    "MIXED",
    "MOMENT",
    "NOWHERE",
    "NUMBER",
    "Redactor",
    "is_identifying",
    "significant",
]

EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
ASIN: Final = re.compile(r"(?<![A-Za-z0-9])B0[0-9A-Z]{8}(?![A-Za-z0-9])")
MIXED: Final = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,}")
NUMBER: Final = re.compile(r"\d(?:[\d.,'’٬٫\u00a0\u202f]*\d)?")
MOMENT: Final = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)(?=Z|[+-]\d|$|\W)")
_PART: Final = re.compile(
    f"(?P<moment>{MOMENT.pattern})|(?P<email>{EMAIL.pattern})|(?P<mixed>{MIXED.pattern})"
    f"|(?P<number>{NUMBER.pattern})|(?P<word>[^\\W\\d_]+)"
)
_TAG: Final = re.compile(r"(<[^>]*>)")
_ATTRIBUTE: Final = re.compile(r'([^\s=<>"]+)="([^"]*)"')
_STRUCTURE: Final = frozenset(
    {
        *("class", "id", "role", "type", "name", "lang", "dir", "variant", "for", "rel", "scope", "colspan"),
        *(
            "rowspan",
            "tabindex",
            "data-testid",
            "data-test",
            HIDDEN,
            BOX,
            TONE,
            BLOCK,
            SHADOW,
            "charset",
            "http-equiv",
            "method",
            "is",
        ),
    }
)
NOWHERE: Final = "example.invalid"
"""Where every placeholder of an e-mail address is, so that any other address is known to be real."""

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_A_NAME: Final = 4
_A_LONG_NAME: Final = 6
_FEW: Final = 3
_AN_ID: Final = 7
_YEARS: Final = range(1990, 2100)
_SECONDS: Final = range(946_684_800, 4_102_444_800)
_DAY: Final = 86_400


def significant(number: str) -> str:
    """Return the digits of a printed number that tell it from others: no separators, no zeros around."""
    digits = "".join(str(unicodedata.digit(char)) for char in number if char.isdigit())
    tail = re.split(r"\D", number)[-1]
    # A last group that is not of three digits is a fraction: its zeros say nothing.
    fraction = len(tail) != len(number) and len(tail) != 3  # noqa: PLR2004 - digits are grouped by three
    digits = digits.lstrip("0")
    return digits.rstrip("0") if fraction else digits


def is_identifying(number: str) -> bool:
    """Tell whether a printed number has three significant digits or more, and is no plain year."""
    plain = number.isdigit() and len(number) == 4 and int(number) in _YEARS  # noqa: PLR2004 - a year
    return len(significant(number)) >= _FEW and not plain


class Redactor:
    """Replaces what is not in a vocabulary; `avoid` are texts no placeholder may be, case folded."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        key: bytes,
        *,
        avoid: Collection[str] = (),
        keep: Iterable[str] = (),
    ) -> None:
        self._vocabulary = vocabulary
        self._key = key
        self._avoid = avoid
        kept = [text for text in keep if text]
        self._kept_numbers = {significant(found) for text in kept for found in NUMBER.findall(text)}
        self._kept_texts = {text.strip().casefold() for text in kept}
        self._limits = sorted(
            {_mantissa(number) for number in vocabulary.thresholds if number} | {Decimal(1)}
        )
        self._placeholders: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Return a text with everything replaced that is not known."""
        folded = text.strip().casefold()
        if not folded or folded in self._vocabulary.whole or folded in self._kept_texts:
            return text
        out, place = [], 0
        while (found := _PART.search(text, place)) is not None:
            out.append(text[place : found.start()])
            phrase = self._phrase_at(text, found.start())
            place = found.start() + len(phrase) if phrase else found.end()
            out.append(phrase or self._part(found))
        out.append(text[place:])
        return "".join(out)

    def name(self, text: str) -> str:
        """Return a name of structure (a class, an id, a key, a path) without what is the seller's in it.

        Ids and long numbers go. So does a word if it, or a part of it, is in `avoid`: it stood in a text of
        the original. All others are the console's own and stay, so that selectors still fit.
        """
        if text.strip().casefold() in self._vocabulary.whole:
            return text

        def replaced(found: re.Match[str]) -> str:
            part = found.group()
            if found.lastgroup != "word":
                return self._part(found)
            if self._is_the_sellers(part):
                return self._placeholder(part, lambda turn: self._shaped(part, turn))
            return "".join(self._word_of_name(word) for word in _CAMEL.split(part))

        return _PART.sub(replaced, text)

    def _is_the_sellers(self, word: str) -> bool:
        folded = word.casefold()
        return len(folded) >= _A_NAME and folded in self._avoid and folded not in self._vocabulary.every_token

    def _word_of_name(self, word: str) -> str:
        folded = word.casefold()
        if len(folded) < _A_NAME or folded in self._vocabulary.every_token:
            return word
        if not self._is_the_sellers(word) and not any(part in folded for part in self._long_words):
            return word
        return self._placeholder(word, lambda turn: self._shaped(word, turn))

    @cached_property
    def _long_words(self) -> frozenset[str]:
        """The seller's words that are long enough to be known again inside another: `harbour`lane."""
        public = self._vocabulary.every_token
        return frozenset(
            word
            for word in self._avoid
            if len(word) >= _A_LONG_NAME and word.isalpha() and word not in public
        )

    def number(self, number: int | Decimal) -> int | Decimal:
        """Return another number of the same shape, or the same where it says nothing of anybody."""
        written = str(number)
        if "E" in written or isinstance(number, bool):
            return number
        sign, digits = ("-", written[1:]) if written.startswith("-") else ("", written)
        replaced = sign + self._number(digits)
        return int(replaced) if isinstance(number, int) else Decimal(replaced)

    def json(self, value: Any) -> Any:
        """Return an answer's body with its keys, and other values."""
        if isinstance(value, dict):
            return {self.name(key): self.json(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.json(inner) for inner in value]
        if isinstance(value, str):
            return self.text(value)
        return value if value is None or isinstance(value, bool) else self.number(value)

    def html(self, snapshot: str) -> str:
        """Return a snapshot with its structure, and other texts."""
        return "".join(self._piece(piece) for piece in _TAG.split(snapshot))

    def url(self, url: str) -> str:
        """Return the address of a page: its path, and a query of placeholders."""
        path, mark, query = url.partition("?")
        if not mark:
            return self.name(path)
        pairs = [
            (self.name(name), self.text(value)) for name, value in parse_qsl(query, keep_blank_values=True)
        ]
        return f"{self.name(path)}?{urlencode(pairs)}"

    def _piece(self, piece: str) -> str:
        if piece.startswith("<"):
            return _ATTRIBUTE.sub(self._attribute, piece)
        return html.escape(self.text(html.unescape(piece)), quote=False)

    def _attribute(self, found: re.Match[str]) -> str:
        name, value = found.group(1), html.unescape(found.group(2))
        if name == "style":
            return 'style=""'
        replaced = self.name(value) if name in _STRUCTURE else self.text(value)
        return f'{name}="{html.escape(replaced)}"'

    def _phrase_at(self, text: str, place: int) -> str:
        first = next(iter(tokens_of(text[place : place + 80])), "")
        for phrase in self._vocabulary.by_first.get(first, ()):
            end = place + len(phrase)
            inside = text[end : end + 1]
            if text[place:end].casefold() == phrase and not (inside.isalnum() and phrase[-1].isalnum()):
                return text[place:end]
        return ""

    def _part(self, found: re.Match[str]) -> str:
        part = found.group()
        if found["moment"]:
            day, _, clock = part.partition("T")
            return f"{day}T{re.sub(r'[0-9]', '0', clock)}"
        if found["number"]:
            return self._number(part)
        if part.casefold() in self._vocabulary.tokens:
            return part
        if found["email"]:
            return self._placeholder(
                part, lambda turn: f"seller-{self._digest(part, turn)[:6]}@example.invalid"
            )
        if found["mixed"]:
            return self._id(part)
        return part if len(part) == 1 else self._placeholder(part, lambda turn: self._shaped(part, turn))

    def _id(self, part: str) -> str:
        if len(part) <= _FEW + 1 and sum(char.isdigit() for char in part) < _FEW:
            return part
        if ASIN.fullmatch(part):
            return self._placeholder(part, lambda turn: f"B0CASE{self._digest(part, turn)[:4].upper()}")
        return self._placeholder(part, lambda turn: self._shaped(part, turn))

    def _number(self, part: str) -> str:
        digits = significant(part)
        if not is_identifying(part) or digits in self._kept_numbers:
            return part
        if part.isdigit() and (moment := _midnight(part)):
            return moment
        # By its significant digits, so that 0.0125 in an answer and 1.25 % on the page stay one number.
        other = self._placeholder(digits, lambda turn: self._other_number(digits, turn))
        return _in_shape(part, digits, other)

    def _other_number(self, digits: str, turn: int) -> str:
        draw = int(self._digest(digits, turn), 16)
        low, high = 10 ** (len(digits) - 1), 10 ** len(digits)
        if len(digits) < _AN_ID:
            unit = Decimal(low)
            mine = Decimal(digits) / unit
            below = max((limit for limit in self._limits if limit <= mine), default=Decimal(1))
            above = min((limit for limit in self._limits if limit > mine), default=Decimal(10))
            # Strictly between two thresholds: on neither of them, and on the same side as before.
            low, high = max(low, int(below * unit) + 1), min(high, int(-(-above * unit // 1)))
        if high <= low:
            return digits[:1] + str(draw)[: len(digits) - 1]
        other = low + draw % (high - low)
        # A zero at the end may say nothing, and then it would be a shorter number.
        return str(other if other % 10 else other + 1 if other + 1 < high else other - 1)

    def _placeholder(self, part: str, make: Any) -> str:
        if part not in self._placeholders:
            for turn in count():
                made = make(turn)
                if (made.casefold() not in self._avoid and made != part) or turn > 200:  # noqa: PLR2004 - enough
                    self._placeholders[part] = made
                    break
        return self._placeholders[part]

    def _shaped(self, part: str, turn: int) -> str:
        stream = self._digest(part, turn, len(part))
        return "".join(_like(char, int(stream[2 * n : 2 * n + 2], 16)) for n, char in enumerate(part))

    def _digest(self, part: str, turn: int, length: int = 16) -> str:
        message = f"{turn}:{part}".encode("utf-8", "surrogatepass")
        first = hmac.new(self._key, message, hashlib.sha256).digest()
        return hashlib.shake_256(first).hexdigest(max(length, 16))


def _like(char: str, draw: int) -> str:
    if char.isdigit():
        return str(draw % 10)
    if char.isupper():
        return chr(ord("A") + draw % 26)
    if char.islower() or unicodedata.east_asian_width(char) not in "WF":
        return chr(ord("a") + draw % 26)
    return chr(ord("\u4e00") + draw)


def _mantissa(number: Decimal) -> Decimal:
    number = abs(number)
    return number.scaleb(-number.adjusted())


def _midnight(part: str) -> str:
    """Return another moment of the same day for Unix seconds or milliseconds, nothing for another number."""
    for unit, length in ((1, 10), (1000, 13)):
        if len(part) == length and int(part) // unit in _SECONDS:
            day = int(part) // unit // _DAY * _DAY * unit
            return str(day if str(day) != part else day + 3600 * unit)
    return ""


def _in_shape(part: str, digits: str, other: str) -> str:
    """Write `other` where the significant digits of `part` stand."""
    out, place = [], 0
    started = False
    for char in part:
        if not char.isdigit():
            out.append(char)
            continue
        started = started or unicodedata.digit(char) != 0
        if not started or place >= len(digits):
            out.append(char)
            continue
        # In the digits of the same script.
        out.append(chr(ord(char) - unicodedata.digit(char) + int(other[place])))
        place += 1
    return "".join(out)
