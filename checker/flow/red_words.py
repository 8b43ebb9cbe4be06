"""Whether words are red where they stand as a status, and whether a banner is known to be harmless; pure.

red_word("Account suspended", "en")      "suspended"
red_word("0 violations", "en")           nothing
red_word("3 violations", "en")           "violations"
red_word("not suspended", "en")          nothing
red_word("Account suspended?", "en")     nothing
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from checker.flow.page_words import Words, fold, is_unspaced, page_words, primary, words_in, words_of

__all__ = [
    "Strength",
    "alarming_head",
    "harmless_banner",
    "is_general",
    "is_good_word",
    "is_question",
    "judging_head",
    "red_word",
    "red_words",
    "stopped",
    "without_lines",
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
# In a script without blanks what has more signs than these is running text.
_MOST_SIGNS: Final = 20
_LONGEST: Final = 600
# How many words may stand between a verb and its object: "suspendemos *a* sua conta".
_BESIDE: Final = 2
# What may follow "you cannot sell": where that is, or until when.
_FEW_WORDS: Final = 4
_SOME_WORDS: Final = 12
# A word that judges, and then the sentence that explains it.
_HEAD: Final = re.compile(r"\s*([^\W\d][^:：.!。！–—]{1,40}?)\s*[:：.!。！–—]\s*(\D.*)", re.DOTALL)
_LEAST_EXPLAINED: Final = 8
_SENTENCE: Final = re.compile(r"[.!?。！？؟\n](?!\d)")
# A no before a comma says nothing of what comes after it.
_CLAUSE: Final = re.compile(r"[.;!?,。；！？؟，、\n](?!\d)|\s[-–—|]\s")
# That of an address asks nothing: "see /help?id=3".
_QUESTION: Final = re.compile(r"[？؟]|\?(?![\w=&/%])")


@dataclass(frozen=True, slots=True)
class _Banner:
    name: str
    even_if_red: bool
    says: dict[str, tuple[Words, ...]]

    def matches(self, folded: str, language: str) -> bool:
        """Tell whether a text has one word of each list, in the page's language or all in English."""
        lists = [self.says[each] for each in dict.fromkeys((language, "en")) if each in self.says]
        return any(all(words.found_in(folded) for words in each) for each in lists)


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
        for clause in _stated_clauses(text[:_LONGEST]):
            folded = fold(clause)
            for found in red_words(topic, language).all_in(folded):
                if _denied(folded, found.start(), found.end(), language):
                    continue
                if topic == "counted" and not _counted(folded, language):
                    continue
                return found.group()
    return ""


def stopped(text: str, language: str) -> str:
    """Return the red word by which running text says that the reader's own account or shop is stopped.

    A sentence about it, or one that is nothing but a known phrase; not one that asks or supposes.

    Args:
        text: What the page says; of a long text the beginning counts.
        language: The page's language, which goes first.
    """
    if not _of_the_reader().found_in(fold(text[:_LONGEST])):
        return ""
    for sentence in _stated_sentences(text[:_LONGEST]):
        whole = fold(sentence)
        # A notice may be in another language than the page: what it calls the account tells which.
        spoken = [tongue for tongue, words in _tongues() if words.found_in(whole)]
        tongues = tuple(dict.fromkeys((primary(language), *spoken))) if spoken else ()
        # Kin call an account the same: what one of them knows for a rule is none in the other either.
        rules = {tongue for tongue in tongues if _is_rule(sentence, whole, tongue)}
        for tongue in tongues:
            rule = tongue in rules or not rules.isdisjoint(spoken)
            for clause in _CLAUSE.split(sentence):
                folded = fold(clause)
                if _stopped(tongue).is_whole(folded) or (not rule and _may_not_sell(folded, tongue)):
                    return folded
                if rule or not red_words("own", tongue).found_in(folded):
                    continue
                if any(red_words("supposed", each).found_in(folded) for each in (tongue, *spoken)):
                    continue
                word = _undenied(folded, tongue, spoken)
                if word:
                    return word
    return ""


def _stated_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text that do not ask: "Account suspended? Chat with us" says of none."""
    start = 0
    for end in _SENTENCE.finditer(text):
        if not _QUESTION.match(text, end.start()):
            yield text[start : end.start()]
        start = end.end()
    yield text[start:]


def _stated_clauses(text: str) -> Iterator[str]:
    for sentence in _stated_sentences(text):
        yield from _CLAUSE.split(sentence)


def _undenied(folded: str, tongue: str, spoken: Sequence[str]) -> str:
    """Return the word by which a clause says in a language that something is stopped, if none denies it."""
    for topic in ("account", "stopping"):
        for found in red_words(topic, tongue).all_in(folded):
            if topic == "stopping" and not _is_of_own(folded, found, tongue):
                continue
            if not any(_denied(folded, found.start(), found.end(), each) for each in {tongue, *spoken}):
                return found.group()
    return ""


def _is_of_own(folded: str, verb: re.Match[str], tongue: str) -> bool:
    """Tell whether a verb stands right beside what is the reader's own: before it, or after it."""
    for own in red_words("own", tongue).all_in(folded):
        between = folded[min(verb.end(), own.end()) : max(verb.start(), own.start())]
        if len(between.split()) <= _BESIDE and not any(map(str.isdecimal, between)):
            return True
    return False


def _may_not_sell(folded: str, language: str) -> bool:
    """Tell whether a clause says that the reader may not sell, and no more than where or until when."""
    for found in red_words("outright", language).all_in(folded):
        rest = folded[found.end() :].strip()
        if found.start() > 0:
            continue
        words = len(rest.split())
        if not rest or (words <= _FEW_WORDS and _begins("where", rest, language)):
            return True
        if words <= _SOME_WORDS and _begins("until", rest, language):
            return True
    return False


def _begins(topic: str, folded: str, language: str) -> bool:
    return any(found.start() == 0 for found in red_words(topic, language).all_in(folded))


def _is_rule(sentence: str, folded: str, language: str) -> bool:
    """Tell whether a sentence says what happens when, asks, or explains a scale: it does not say what is."""
    if any(is_question(clause, language) for clause in _CLAUSE.split(sentence)):
        return True
    if red_words("rules", language).found_in(folded):
        return True
    if any(_is_a_line(folded, found.start(), language) for found in _NUMERAL.finditer(folded)):
        return True
    return any(
        re.match(r"\W*\d", folded[limit.end() :]) for limit in page_words("target", language).all_in(folded)
    )


def _is_a_line(folded: str, start: int, language: str) -> bool:
    """Tell whether a number is one that something may reach, and not one that was counted."""
    before = folded[:start].rstrip()
    ends = [found for found in red_words("reach", language).all_in(before) if found.end() == len(before)]
    if not ends:
        return False
    ahead = folded[: ends[-1].start()].rstrip()
    return not any(found.end() == len(ahead) for found in red_words("reached", language).all_in(ahead))


def _denied(folded: str, start: int, end: int, language: str) -> bool:
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
    asks = red_words("asks", language)
    if is_unspaced(folded[start:end]) and any(found.start() == 0 for found in asks.all_in(folded)):
        return True
    return bool(asks.found_in(before))


def _counted(folded: str, language: str) -> bool:
    """Tell whether a text has a number over nothing; how far back it looks, a year and a line are none."""
    window = page_words("window", language)
    for found in _NUMBER.finditer(folded):
        digits = found.group().replace(" ", "")
        after, before = folded[found.end() :].split()[:1], folded[: found.start()].split()[-1:]
        looks_back = any(window.is_whole(word) for word in (*after, *before))
        year = len(digits) == 4 and digits[:2] in {"19", "20"}  # noqa: PLR2004
        if looks_back or year or not digits.strip("0"):
            continue
        if not _is_a_line(folded, found.start(), language):
            return True
    return False


def without_lines(text: str, language: str) -> str:
    """Return a text without the sentences that name a line something may reach: they say what would be."""
    kept = []
    for sentence in _SENTENCE.split(text):
        folded = fold(sentence)
        if not any(_is_a_line(folded, found.start(), language) for found in _NUMERAL.finditer(folded)):
            kept.append(sentence)
    return text if len(kept) == len(_SENTENCE.split(text)) else " ".join(kept)


def is_question(text: str, language: str) -> bool:
    """Tell whether a text asks, supposes or teaches: no status."""
    folded = fold(text)
    first = red_words("asks", language).all_in(folded)
    return text.rstrip().endswith(("?", "？", "؟")) or any(found.start() == 0 for found in first)


def is_general(text: str, language: str) -> bool:
    """Tell whether a text says what may come to anybody: "Accounts may be suspended".

    One that speaks to the reader is a lesson all the same where it runs on, which in scripts without blanks
    no number of words tells.
    """
    general = False
    supposed = red_words("supposed", language)
    for clause in _stated_clauses(text[:_LONGEST]):
        folded = fold(clause)
        for found in red_words("account", language).all_in(folded):
            # Before the word it is about, as in "you can appeal" it is about something else.
            about = folded if is_unspaced(found.group()) else folded[: found.start()]
            if supposed.found_in(about):
                general = True
            elif not _denied(folded, found.start(), found.end(), language):
                return False
    signs = sum(map(is_unspaced, text))
    return general and (signs > _MOST_SIGNS or not _of_the_reader().found_in(fold(text)))


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


def is_good_word(text: str, language: str) -> bool:
    """Tell whether a text is a good status word, and no more."""
    return red_words("good", language).is_whole(fold(text))


def harmless_banner(text: str, language: str) -> str:
    """Return the name of the known harmless banner a text is, nothing if it is none of them.

    What says outright that an account is stopped is none; nor is what says anything red, unless its row is
    about just such a text.
    """
    folded = fold(text)
    for banner in _banners():
        if not banner.matches(folded, primary(language)):
            continue
        if banner.even_if_red and not _stopped(primary(language)).found_in(folded):
            return banner.name
        red = red_word(text, language) or stopped(text, language)
        if not red and not _never(primary(language)).found_in(folded):
            return banner.name
    return ""


@lru_cache(maxsize=64)
def _never(language: str) -> Words:
    table = _harmless()["never"]
    return Words((*table.get("en", ()), *table.get(language, ())))


@lru_cache(maxsize=1)
def _tongues() -> tuple[tuple[str, Words], ...]:
    """Return each language with what it, and it alone, calls the reader's account, or says of one stopped."""
    tables = _said_of_the_reader()
    names = dict.fromkeys(name for table in tables for name in table)
    return tuple((name, Words(word for table in tables for word in table.get(name, ()))) for name in names)


@lru_cache(maxsize=1)
def _of_the_reader() -> Words:
    """Return all of that in one."""
    return Words(word for table in _said_of_the_reader() for words in table.values() for word in words)


def _said_of_the_reader() -> tuple[Mapping[str, Sequence[str]], ...]:
    return words_of(_FILE, "own"), words_of(_FILE, "outright"), _harmless()["stopped"]


@lru_cache(maxsize=64)
def _stopped(language: str) -> Words:
    table = _harmless()["stopped"]
    return Words((*table.get("en", ()), *table.get(language, ())))


@lru_cache(maxsize=1)
def _banners() -> tuple[_Banner, ...]:
    return tuple(
        _Banner(
            row["name"],
            row.get("even_if_red", False),
            {language: tuple(Words(words) for words in lists) for language, lists in row["says"].items()},
        )
        for row in _harmless()["banner"]
    )


@lru_cache(maxsize=1)
def _harmless() -> dict[str, Any]:
    return tomllib.loads(files("checker.flow").joinpath("harmless.toml").read_text(encoding="utf-8"))
