"""What a sentence says: that something is so, or what would be, and of whom; pure.

stopped("Your account was suspended when we found fakes", "en")            "suspended"
without_rules("If you ship late, your account may be suspended.", "en")    nothing
counts_things("3 suspended listings", "en")                                yes: it is none of the account
is_own_break("Sales are paused while you are on vacation", "en")           yes
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from checker.flow.page_words import Words, fold, is_unspaced, page_words, primary, words_in, words_of
from checker.flow.red_words import (
    clauses,
    is_a_line,
    is_counted,
    is_denied,
    is_question,
    red_in,
    red_words,
)

__all__ = ["counts_things", "is_own_break", "stopped", "without_lines", "without_rules"]

_FILE: Final = "statements.toml"
_LONGEST: Final = 600
_LONGEST_BREAK: Final = 300
_TOPICS: Final = ("account", "status", "counted")
# What an address carries after its question mark asks nothing: "see /help?id=3".
_SENTENCE: Final = re.compile(r"[.!。！？؟\n](?!\d)|\?(?![\w=&/%])")
# What is set off by a dash is said by itself: "Account suspended - if you think that this is wrong, appeal".
_PART: Final = re.compile(r"[.;!?。；！？؟\n](?!\d)|\s[-–—|]\s")
_ASKING: Final = frozenset("?？؟")
_NUMERAL: Final = re.compile(r"\d+")
# How many words may stand between a verb and its object: "suspendemos *a* sua conta"; without blanks, signs.
_BESIDE: Final = 2
_UNSPACED_BESIDE: Final = 5
# What may follow "you cannot sell": where that is, or until when.
_FEW_WORDS: Final = 4
_SOME_WORDS: Final = 12

_Kind = Literal["if", "once", "explains", "teaches", "line", "supposed"]
# Before a verb of the past these make no rule: "When we found fakes, your account was suspended".
_OF_FACTS: Final = frozenset({"once", "explains", "line", "supposed"})
# After a verb of the present these make none: "Your account is suspended, learn more".
_AFTERTHOUGHTS: Final = frozenset({"explains", "teaches"})


@dataclass(frozen=True, slots=True)
class _Mark:
    """What makes a rule of a sentence, and where: in which clause, and where in it."""

    kind: _Kind
    clause: int
    start: int

    def stands_before(self, clause: int, start: int) -> bool:
        return (self.clause, self.start) < (clause, start)


@dataclass(frozen=True, slots=True)
class _Red:
    """A red word that a sentence says and does not deny."""

    topic: str
    clause: int
    start: int
    word: str


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, its clauses, and all of it, compared as words are."""

    text: str
    asked: bool
    clauses: tuple[str, ...]
    folded: tuple[str, ...]
    whole: str


def _sentences(text: str, ends: re.Pattern[str] = _SENTENCE) -> Iterator[_Sentence]:
    start = 0
    for found in (*ends.finditer(text), None):
        end = len(text) if found is None else found.end()
        said = text[start:end]
        parts = tuple(clauses(said))
        asked = found is not None and found.group() in _ASKING
        yield _Sentence(said, asked, parts, tuple(map(fold, parts)), fold(said))
        start = end


@lru_cache(maxsize=512)
def _words(topic: str, language: str) -> Words:
    return Words(words_in(_FILE, topic, language))


def _said(topic: str, language: str) -> Words:
    """Return the words of a topic of statements.toml in a language and English."""
    return _words(topic, primary(language))


@lru_cache(maxsize=512)
def _own(topic: str, language: str) -> Words:
    """Return the words of a topic in a language alone: English "was" is German for "what"."""
    return Words(words_of(_FILE, topic).get(language, ()))


# That the reader's own account is stopped...


def stopped(text: str, language: str) -> str:
    """Return the red word by which running text says that the reader's own account or shop is stopped.

    A sentence about it, or one that is nothing but a known phrase; not one that asks or supposes, and not one
    about the break that the seller takes.

    Args:
        text: What the page says; of a long text the beginning counts.
        language: The page's language, which goes first.
    """
    if not _of_the_reader().found_in(fold(text[:_LONGEST])):
        return ""
    for sentence in _sentences(text[:_LONGEST]):
        # A notice may be in another language than the page: what it calls the account tells which.
        spoken = _spoken(sentence.whole)
        for tongue in dict.fromkeys((primary(language), *spoken)) if spoken else ():
            word = _stop_in(sentence, tongue, spoken)
            if word:
                return word
    return ""


def _stop_in(sentence: _Sentence, tongue: str, spoken: Sequence[str]) -> str:
    """Return the word by which a sentence says so in one language, nothing if it does not."""
    # Kin call an account the same: what one of them knows for a rule is none in the other either.
    marks = _marks(sentence, tuple(dict.fromkeys((tongue, *spoken))))
    rule = sentence.asked or any(mark.kind != "supposed" for mark in marks)
    for place, folded in enumerate(sentence.folded):
        outright = not rule and _may_not_sell(folded, tongue)
        if (not sentence.asked and _stopped(tongue).is_whole(folded)) or outright:
            if not _is_break(sentence.whole, folded, tongue):
                return folded
            continue
        if sentence.asked or not red_words("own", tongue).found_in(folded):
            continue
        end = _end_of_fact(sentence, place, marks, spoken)
        for word in _undenied(folded[:end], folded, tongue, spoken):
            if not any(_is_break(sentence.whole, word, each) for each in (tongue, *spoken)):
                return word
    return ""


def _end_of_fact(sentence: _Sentence, place: int, marks: Sequence[_Mark], spoken: Sequence[str]) -> int:
    """Return up to where a clause says what is; 0 where it is part of a rule, or supposes."""
    folded = sentence.folded[place]
    here = [mark for mark in marks if mark.clause == place]
    earlier = {mark.kind for mark in marks if mark.clause < place}
    others = {mark.kind for mark in marks if mark.kind != "supposed" or mark.clause == place}
    if not others:
        return len(folded)
    end = min((mark.start for mark in here), default=len(folded))
    # "Your account was suspended when ..." says what is, "your account is suspended when ..." what would be.
    if earlier <= _OF_FACTS and any(_own("happened", each).found_in(folded[:end]) for each in spoken):
        return end
    if others <= _AFTERTHOUGHTS and not earlier & _AFTERTHOUGHTS:
        return end
    return 0


def _undenied(fact: str, folded: str, tongue: str, spoken: Sequence[str]) -> Iterator[str]:
    """Yield the words by which a clause says in a language that something of the reader's is stopped.

    Args:
        fact: The beginning of the clause that says what is.
        folded: The whole clause, which may deny it.
        tongue: The language.
        spoken: The languages of the sentence.
    """
    if not red_words("own", tongue).found_in(fact):
        return
    for topic in ("account", "stopping"):
        for found in red_words(topic, tongue).all_in(fact):
            if topic == "stopping" and not _is_of_own(fact, found, tongue):
                continue
            if not any(is_denied(folded, found.start(), found.end(), each) for each in {tongue, *spoken}):
                yield found.group()


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


def _spoken(folded: str) -> list[str]:
    """Return the languages in which a text names the reader's account, or says of one that it is stopped."""
    return [tongue for tongue, words in _tongues() if words.found_in(folded)]


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
    return (
        words_of("redwords.toml", "own"),
        words_of("redwords.toml", "outright"),
        words_of("harmless.toml", "stopped"),
    )


@lru_cache(maxsize=64)
def _stopped(language: str) -> Words:
    return Words(words_in("harmless.toml", "stopped", language))


# What makes a rule of a sentence...


def _marks(sentence: _Sentence, tongues: Sequence[str]) -> list[_Mark]:
    """Return what makes a rule of a sentence in the given languages, in the order in which it stands."""
    marks = {mark for tongue in tongues for mark in _marks_in(sentence, tongue)}
    return sorted(marks, key=lambda mark: (mark.clause, mark.start, mark.kind))


def _marks_in(sentence: _Sentence, tongue: str) -> Iterator[_Mark]:
    limits = page_words("target", tongue)
    for place, (said, folded) in enumerate(zip(sentence.clauses, sentence.folded, strict=True)):
        if is_question(said, tongue) or _begins_with_if(folded, tongue):
            yield _Mark(_kind_of_head(folded, tongue), place, 0)
        follows = [found.span() for found in _said("therefore", tongue).all_in(folded)]
        for found in red_words("rules", tongue).all_in(folded):
            if any(start <= found.start() and found.end() <= end for start, end in follows):
                continue
            yield _Mark(_kind_of(found.group(), tongue), place, found.start())
        for found in red_words("supposed", tongue).all_in(folded):
            yield _Mark("supposed", place, found.start())
        for found in _NUMERAL.finditer(folded):
            if is_a_line(folded, found.start(), tongue):
                yield _Mark("line", place, found.start())
        for found in limits.all_in(folded):
            if re.match(r"\W*\d", folded[found.end() :]):
                yield _Mark("line", place, found.start())


def _kind_of(rule: str, tongue: str) -> _Kind:
    if _said("once", tongue).is_whole(rule):
        return "once"
    return "explains" if _said("explains", tongue).is_whole(rule) else "if"


def _kind_of_head(folded: str, tongue: str) -> _Kind:
    """Return what a clause that asks, supposes or teaches begins with."""
    if any(found.start() == 0 for found in _said("once", tongue).all_in(folded)):
        return "once"
    supposes = _begins_with_if(folded, tongue) or _begins("rules", folded, tongue)
    return "if" if supposes else "teaches"


def _begins_with_if(folded: str, tongue: str) -> bool:
    return any(found.start() == 0 for found in _said("if", tongue).all_in(folded))


# ...and which of its red words say what would be, or speak of something else.


def without_rules(text: str, language: str) -> str:
    """Return a text without the sentences whose red words all say what would be, or of what else.

    Args:
        text: What a banner says, line by line; of a long text the beginning counts.
        language: The page's language.
    """
    kept = [each for each in _sentences(text[:_LONGEST], _PART) if not _is_no_status(each, language)]
    return "".join(each.text for each in kept) + text[_LONGEST:]


def without_lines(text: str, language: str) -> str:
    """Return a text without the sentences that name a line something may reach: they say what would be."""
    return "".join(
        each.text
        for each in _sentences(text)
        if not any(is_a_line(each.whole, found.start(), language) for found in _NUMERAL.finditer(each.whole))
    )


def _is_no_status(sentence: _Sentence, language: str) -> bool:
    reds = _reds_in(sentence, language)
    if not reds:
        return False
    if sentence.asked:
        return True
    tongues = _spoken(sentence.whole) or [primary(language)]
    marks = _marks(sentence, tongues)
    told = any(_tells_of_own(sentence, marks, tongue) for tongue in tongues)
    return not told and all(
        counts_things(sentence.clauses[red.clause], language)
        or any(
            _is_break(sentence.whole, red.word, tongue) or _is_supposed(sentence, red, marks, tongue)
            for tongue in tongues
        )
        for red in reds
    )


def _reds_in(sentence: _Sentence, language: str) -> list[_Red]:
    return [
        _Red(topic, place, found.start(), found.group())
        for topic in _TOPICS
        for place, folded in enumerate(sentence.folded)
        for found in red_in(folded, topic, language)
    ]


def _tells_of_own(sentence: _Sentence, marks: Sequence[_Mark], tongue: str) -> bool:
    """Tell whether a sentence says of the reader's own account that it is stopped, whatever else it says."""
    for place, folded in enumerate(sentence.folded):
        if _stopped(tongue).is_whole(folded) and not any(mark.clause <= place for mark in marks):
            return True
        end = _end_of_fact(sentence, place, marks, (tongue,))
        for word in _undenied(folded[:end], folded, tongue, (tongue,)):
            if not _is_break(sentence.whole, word, tongue):
                return True
    return False


def _is_supposed(sentence: _Sentence, red: _Red, marks: Sequence[_Mark], tongue: str) -> bool:
    """Tell whether a sentence says of a red word only what would be, and when."""
    kinds = {mark.kind for mark in marks}
    before = [mark for mark in marks if mark.stands_before(red.clause, red.start)]
    after = {mark.kind for mark in marks if mark not in before}
    folded = sentence.folded[red.clause]
    # "Your account will be deactivated unless you answer" is a threat.
    if _said("ultimatum", tongue).found_in(sentence.whole) and "line" not in kinds:
        return False
    own = red_words("own", tongue).found_in(sentence.whole)
    if not own and (_speaks_of_anybody(sentence, kinds, tongue) or _teaches(sentence, kinds, tongue)):
        return True
    may = any(mark.kind == "supposed" and mark.clause == red.clause for mark in before)
    if not own and may and "line" in kinds:
        return True
    heads = {mark.kind for mark in before}
    ends = _said("closes", tongue).all_in(folded)
    if any(found.start() > red.start for found in ends):
        heads.add("if")
    happened = _own("happened", tongue).found_in(folded[: red.start + len(red.word)])
    if "if" in heads or ("once" in heads and not happened):
        return True
    if any(mark.kind == "explains" and mark.clause == red.clause for mark in before):
        return True
    if red.topic != "account" or happened or _said("endangered", tongue).found_in(sentence.whole):
        return False
    late_if = may and _said("if", tongue).found_in(folded[red.start + len(red.word) :])
    return bool(after & {"if", "once"}) or bool(late_if)


def _speaks_of_anybody(sentence: _Sentence, kinds: set[_Kind], tongue: str) -> bool:
    """Tell whether a sentence is about accounts or sellers in general, of which it says what may be."""
    whole = sentence.whole
    if _own("happened", tongue).found_in(whole):
        return False
    supposes = bool(kinds & {"supposed", "if", "once", "line"})
    for found in _said("anybody", tongue).all_in(whole):
        if is_unspaced(found.group()):
            given = bool(_said("given", tongue).found_in(whole))
        else:
            ahead = whole[: found.start()].split()[-1:]
            given = bool(ahead) and (ahead[0].isdecimal() or _said("given", tongue).is_whole(ahead[0]))
        one_word = is_unspaced(found.group()) or " " not in found.group()
        if not given and (supposes or not one_word):
            return True
    return False


def _teaches(sentence: _Sentence, kinds: set[_Kind], tongue: str) -> bool:
    """Tell whether a sentence says what may come of something: "Late parcels can lead to a suspension"."""
    if _said("given", tongue).found_in(sentence.whole):
        return False
    return "supposed" in kinds and bool(_said("leads", tongue).found_in(sentence.whole))


def counts_things(text: str, language: str) -> bool:
    """Tell whether a text says how many things of a shop are stopped, and nothing red of the shop itself.

    Args:
        text: A label with its number, or a clause of a sentence.
        language: The page's language.
    """
    folded = fold(text)
    if _said("keepers", language).found_in(folded) or not is_counted(folded, language):
        return False
    reds = [found for topic in ("account", "status") for found in red_in(folded, topic, language)]
    things = _said("things", language).all_in(folded)
    return bool(reds) and all(any(_are_beside(folded, red, thing) for thing in things) for red in reds)


def _are_beside(folded: str, one: re.Match[str], other: re.Match[str]) -> bool:
    between = folded[min(one.end(), other.end()) : max(one.start(), other.start())]
    if is_unspaced(one.group()):
        return len(between) <= _UNSPACED_BESIDE
    return len(between.split()) <= _BESIDE


# A break that the seller takes.


def is_own_break(text: str, language: str) -> bool:
    """Tell whether a short text says nothing but that selling rests while the seller is on vacation."""
    spoken = [each for each in _sentences(text) if each.whole]
    if len(text) > _LONGEST_BREAK or not _rests(fold(text), language):
        return False
    if _said("enforced", language).found_in(fold(text)) or stopped(text, language):
        return False
    if any(
        not _is_break(each.whole, red.word, language) for each in spoken for red in _reds_in(each, language)
    ):
        return False
    return all(
        any(_said(topic, language).found_in(each.whole) for topic in ("vacation", "paused", "closed"))
        for each in spoken
    )


def _rests(folded: str, language: str) -> bool:
    """Tell whether a text speaks of a vacation, and of something that rests."""
    if not _said("vacation", language).found_in(folded):
        return False
    rests = any(_said(topic, language).found_in(folded) for topic in ("paused", "closed", "halted"))
    return rests or bool(red_words("outright", language).found_in(folded))


def _is_break(folded: str, word: str, language: str) -> bool:
    """Tell whether a red word of a sentence only says that selling rests while the seller is on vacation."""
    if not _said("vacation", language).found_in(folded) or _said("enforced", language).found_in(folded):
        return False
    if _covers(_said("paused", language), folded, word) or red_words("outright", language).found_in(word):
        return True
    if _said("accounts", language).found_in(folded):
        return False
    if _covers(_said("closed", language), folded, word):
        return True
    return not _said("shops", language).found_in(folded) and _covers(_said("halted", language), folded, word)


def _covers(words: Words, folded: str, word: str) -> bool:
    """Tell whether one of the words is a red word, or is part of it, or has it in it."""
    return any(found.group() in word or word in found.group() for found in words.all_in(folded))
