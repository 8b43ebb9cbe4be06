"""Whether words are red where they stand as a status; pure.

red_word("Account suspended", "en")      "suspended"
red_word("0 violations", "en")           nothing
red_word("3 violations", "en")           "violations"
red_word("not suspended", "en")          nothing
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from checker.flow.page_words import Words, fold, is_unspaced, page_words, primary, words_in

__all__ = [
    "Strength",
    "alarming_head",
    "begins_red",
    "clauses",
    "is_a_line",
    "is_counted",
    "is_denied",
    "is_good_word",
    "is_question",
    "judging_head",
    "red_in",
    "red_word",
    "red_words",
]

Strength = str
"""Of a red word: "account" (one is stopped), "status" (something is bad), "counted" (with a number)."""

_FILE: Final = "redwords.toml"
_NUMBER: Final = re.compile(r"(?<!\w)\d+(?:\s\d+)*(?!\w)")
_NUMERAL: Final = re.compile(r"\d+")
# How many words before or after a red one may deny it.
_NEAR: Final = 3
_UNSPACED_NEAR: Final = 9
_AUXILIARY: Final = 2
_LONGEST: Final = 600
# A word that judges, and then the sentence that explains it.
_HEAD: Final = re.compile(r"\s*([^\W\d][^:：.!。！–—]{1,40}?)\s*[:：.!。！–—]\s*(\D.*)", re.DOTALL)
_LEAST_EXPLAINED: Final = 8
# A no before a comma says nothing of what comes after it.
_THEN_A_NUMBER: Final = re.compile(r"\W*\d")
_CLAUSE: Final = re.compile(r"[.;!?,。；！？؟，、\n](?!\d)|\s[-–—|]\s")
# That of an address asks nothing: "see /help?id=3".
_COLONS: Final = (":", "：")
_MARKS: Final = " \n\t?？؟!！()[]（）ⓘi"
_QUESTION: Final = re.compile(r"[？؟]|\?(?![\w=&/%])")


def red_words(topic: str, language: str) -> Words:
    """Return the words of a topic of redwords.toml in the page's language and English.

    Raises:
        KeyError: If there is no such topic.
    """
    return _words(topic, primary(language))


@lru_cache(maxsize=256)
def _words(topic: str, language: str) -> Words:
    return Words(words_in(_FILE, topic, language))


def red_word(
    text: str, language: str, *, topics: tuple[Strength, ...] = ("account", "status", "counted")
) -> str:
    """Return the first red word a short text says and does not deny, nothing if there is none.

    Args:
        text: What the page says.
        language: The page's language.
        topics: Which red words count.
    """
    for topic in topics:
        for clause in _stated(text[:_LONGEST], language):
            for found in red_in(fold(clause), topic, language):
                return found.group()
    return ""


def red_in(folded: str, topic: Strength, language: str) -> Iterator[re.Match[str]]:
    """Yield where a clause says a red word and does not deny it.

    Args:
        folded: The clause, as `fold` returns it.
        topic: Which red words count.
        language: The page's language.
    """
    for found in red_words(topic, language).all_in(folded):
        if is_denied(folded, found.start(), found.end(), language):
            continue
        if topic == "counted" and not is_counted(folded, language):
            continue
        if _is_of_a_threshold(folded, found, language):
            continue
        yield found


def _is_of_a_threshold(folded: str, found: re.Match[str], language: str) -> bool:
    """Tell whether a red word only says what happens at a limit: "Порог блокировки 5 %"."""
    before = folded[: found.start()].rstrip()
    words = page_words("threshold", language).all_in(before)
    return any(one.end() == len(before) for one in words) and bool(_THEN_A_NUMBER.match(folded, found.end()))


def _stated(text: str, language: str) -> Iterator[str]:
    """Yield the clauses of a text that do not ask: "Account suspended?" of a chat window says of none."""
    start = 0
    for end in _CLAUSE.finditer(text):
        clause = text[start : end.start()]
        # What stands before a colon is said, whatever is asked after it: "Account suspended: why?"
        # A lone one, or one apart, may be a mark beside a status that explains it: "Suspended (?) Details".
        joined = clause[-1:].isalpha() or primary(language) == "fr"
        asks = joined and _QUESTION.match(text, end.start()) and text[end.end() :].strip(_MARKS)
        yield clause[: max(map(clause.rfind, _COLONS)) + 1] if asks else clause
        start = end.end()
    yield text[start:]


def clauses(text: str) -> list[str]:
    """Return the clauses of a text: a no in one of them says nothing of the next."""
    return _CLAUSE.split(text)


def is_a_line(folded: str, start: int, language: str) -> bool:
    """Tell whether a number is one that something may reach, and not one that was counted."""
    before = folded[:start].rstrip()
    ends = [found for found in red_words("reach", language).all_in(before) if found.end() == len(before)]
    if not ends:
        return False
    ahead = folded[: ends[-1].start()].rstrip()
    return not any(found.end() == len(ahead) for found in red_words("reached", language).all_in(ahead))


def is_denied(folded: str, start: int, end: int, language: str) -> bool:
    """Tell whether a no, a zero or an "if" stands before a word, or a "resolved" after it."""
    negation = red_words("negation", language)
    if is_unspaced(folded[start:end]):
        before, after = folded[max(0, start - _NEAR) : start], folded[end : end + _UNSPACED_NEAR]
        # A longer no may be further off, where nothing but an auxiliary stands between.
        joined = any(
            start - _AUXILIARY <= found.end() <= start and len(found.group()) > 1
            for found in negation.all_in(folded[:start])
        )
    else:
        before, after = " ".join(folded[:start].split()[-_NEAR:]), " ".join(folded[end:].split()[:_NEAR])
        joined = False
    if joined or negation.found_in(before) or red_words("undone", language).found_in(after):
        return True
    if re.search(r"(?<!\d)0(?!\d)", before) or re.match(r"\s?0(?!\d)", after):
        return True
    return bool(red_words("asks", language).found_in(before))


def is_counted(folded: str, language: str) -> bool:
    """Tell whether a text has a number over nothing; how far back it looks, a year and a line are none."""
    window = page_words("window", language)
    for found in _NUMBER.finditer(folded):
        digits = found.group().replace(" ", "")
        after, before = folded[found.end() :].split()[:1], folded[: found.start()].split()[-1:]
        looks_back = any(window.is_whole(word) for word in (*after, *before))
        year = len(digits) == 4 and digits[:2] in {"19", "20"}  # noqa: PLR2004
        if looks_back or year or not digits.strip("0"):
            continue
        if not is_a_line(folded, found.start(), language):
            return True
    return False


def is_question(text: str, language: str) -> bool:
    """Tell whether a text asks, supposes or teaches: no status."""
    folded = fold(text)
    first = red_words("asks", language).all_in(folded)
    return text.rstrip().endswith(("?", "？", "؟")) or any(found.start() == 0 for found in first)


def judging_head(text: str, language: str) -> str:
    """Return the status word a sentence begins with and then explains, nothing if it does not.

    "Warning: improve this by Friday" does; "Critical: below 80 %" is a step of a scale, and no sentence.
    """
    found = _HEAD.match(text[:_LONGEST])
    if found is None or sum(map(str.isalpha, found[2])) < _LEAST_EXPLAINED:
        return ""
    explained, limit = fold(found[2]), page_words("target", language)
    if any(match.start() == 0 for match in limit.all_in(explained)):
        return ""
    head = fold(found[1])
    topics = ("account", "status", "good")
    return found[1] if any(red_words(topic, language).is_whole(head) for topic in topics) else ""


def alarming_head(text: str, language: str) -> str:
    """Return the red word a sentence begins with and then explains, nothing if it does not."""
    head = judging_head(text, language)
    return "" if head and is_good_word(head, language) else head


def begins_red(text: str, language: str) -> bool:
    """Tell whether a phrase begins with a red status: "Fails expectations this month", no "Failed orders"."""
    folded = fold(text)
    if is_question(text, language) or any(
        f.start() == 0 for f in red_words("happens", language).all_in(folded)
    ):
        return False
    return any(found.start() == 0 for found in red_in(folded, "status", language))


def is_good_word(text: str, language: str) -> bool:
    """Tell whether a text is a good status word, and no more."""
    return red_words("good", language).is_whole(fold(text))
