"""What an address does, told by its words; pure. The words are data: `denied.toml` beside this file.

A console's own developers name what acts by what it does, and a GET that acts is named like a POST. So words
are looked for, not addresses: inside each segment, each key and each value, whichever way they were joined.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from checker.console.addresses import forms
from checker.console.fields import fields_of_query, name_of, pairs_of

__all__ = ["acting_word", "is_file", "overriding", "says_signing_in", "says_telemetry", "words_of", "written"]

_JOINTS: Final = re.compile(r"[^\w\-~$]+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_CAMEL: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
# Random by nature: short words turn up in these by chance.
_OPAQUE: Final = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w\-+/=.~]{32,}")
_MARKS: Final = ("Mn", "Me", "Cf")
_VOICED: Final = "\u3099\u309a"
"""What makes another letter of a Japanese one is no accent."""
_LONG: Final = 6
_REMEMBERED: Final = 200
_ODD: Final = 2
"""A word of camel case that is no longer than this may be none: `DeLeTe`."""
_YES: Final = frozenset({"true", "1", "yes", "on", "y"})
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class _Phrase(NamedTuple):
    """Words that belong together, where they stand, and whether they only look like words.

    glued: whether what is run together counts as well.
    """

    words: tuple[str, ...]
    place: str
    opaque: bool
    glued: bool = True


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("checker.console").joinpath("denied.toml").read_text(encoding="utf-8"))


@cache
def _of(group: str, name: str) -> frozenset[str]:
    return frozenset(_table()[group][name])


@cache
def _stems() -> tuple[re.Pattern[str], ...]:
    # Folded as words are: what stands in the table as it is written would never be found in them.
    return tuple(re.compile(_without_marks(pattern)) for pattern in _table()["stems"]["patterns"])


@cache
def _glued() -> re.Pattern[str]:
    verbs, objects = "|".join(_of("verbs", "glued")), "|".join(_of("verbs", "objects"))
    after = "|".join(_of("verbs", "after"))
    return re.compile(rf"(?:do|to)?(?:{verbs})(?:to|the|my|your)?(?:{objects})s?|(?:{objects})s?(?:{after})")


def acting_word(path: str, query: str = "", *, excused: Iterable[str] = (), signing_in: bool = False) -> str:
    """Return the word by which an address acts, nothing if it has none.

    Args:
        path: as it is in the address, in any encoding.
        query: likewise.
        excused: words that mean nothing in this path, because a flow's data name one that is made of them.
        signing_in: whether a form may be sent with it that is one for signing in.
    """
    soft = _of("signin", "softened") if signing_in and says_signing_in(path) else frozenset()
    in_path = (
        word for phrase in _of_path(path) for word in _deeds(phrase) if word not in soft.union(excused)
    )
    in_query = (word for phrase in _of_query(query) for word in _deeds(phrase) if word not in soft)
    return next(chain(in_path, in_query), "")


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """Return every acting word that a declared path or pattern is made of."""
    return frozenset(word for phrase in _of_path(text) for word in _deeds(phrase))


def written(fields: Iterable[tuple[str, str]], *, flags: bool = True) -> str:
    """Return the word by which the fields of a body act.

    What their keys that name an operation hold, and a key that is a deed and set to yes; flags: whether
    the latter counts: a form for signing in has boxes that are ticked, and a button of a name.
    """
    for key, value in fields:
        if _names_operation(key):
            phrases = _phrases(value, "operation")
        elif flags and value.casefold() in _YES:
            phrases = _phrases(key, "key")
        else:
            continue
        for phrase in phrases:
            for word in _deeds(phrase):
                return word
    return ""


def _names_operation(key: str) -> bool:
    """Tell whether a key is one whose value says what is to be done, wherever it stands within others."""
    return not _of("reads", "operations").isdisjoint((key.casefold(), name_of(key)))


def overriding(method: str, query: str, headers: Mapping[str, str], fields: Iterable[tuple[str, str]]) -> str:
    """Return what makes a request another one than it seems: a header, key or field that names a method.

    One that only repeats the method, or names one that reads, changes nothing.
    """
    harmless = _READS | {method.upper()}
    for name, value in headers.items():
        if name.casefold() in _of("overrides", "addresses"):
            return name
        if name.casefold() in _of("overrides", "headers") and value.strip().upper() not in harmless:
            return name
    for key, value in (*fields_of_query(query), *fields):
        name, named = name_of(key), value.strip().upper()
        spelt = {_letters(key), _letters(name)}
        if not spelt.isdisjoint(_of("overrides", "maybe")) and named in _METHODS - harmless:
            return key
        # `_method` is nothing else; `method` may say how something is paid for.
        is_one = not spelt.isdisjoint(_of("overrides", "keys")) or (_letters(name) == "method" != name)
        if is_one and named not in harmless:
            return key
    return ""


def _letters(key: str) -> str:
    """Return a key without whatever joins its words."""
    return "".join(filter(str.isalnum, key.casefold()))


def says_signing_in(path: str) -> bool:
    """Tell whether a path says of itself that it is for signing in."""
    for form in forms(path):
        words = _words(form)
        if not _of("signin", "about").isdisjoint(words):
            return True
        if any(_holds(words, pair) for pair in _of("signin", "pairs")):
            return True
    return False


def says_telemetry(path: str, resource_type: str) -> bool:
    """Tell whether a request only reports how a page is doing."""
    if resource_type in _of("telemetry", "types"):
        return True
    return not _of("telemetry", "words").isdisjoint(_words(path))


def is_file(url: str, resource_type: str, *, content_host: bool) -> bool:
    """Tell whether an address is one of a file, so that a word in its name does nothing.

    content_host: the host holds nothing but files.
    """
    parts = urlsplit(url)
    endings = _table()["files"]["endings"].get(resource_type)
    segments = [segment for segment in parts.path.split("/") if segment]
    if endings is None or not segments or segments[-1].rpartition(".")[2].lower() not in endings:
        return False
    keys = {key.casefold() for key, _ in pairs_of(parts.query)}
    if not keys <= _of("files", "versions") or acting_word("", parts.query):
        return False
    if content_host:
        return True
    for place, segment in enumerate(segments):
        if not any(_deeds(phrase) for phrase in _of_path(segment)):
            continue
        among_files = not _of("files", "folders").isdisjoint(part.lower() for part in segments[:place])
        # `submit-button.3f2a.js` is named after more than a deed.
        several = place == len(segments) - 1 and len(_words(segment)) > 2  # noqa: PLR2004 - the deed, the ending
        if not (among_files or several):
            return False
    return True


def _of_path(path: str) -> Iterator[_Phrase]:
    for form in forms(path):
        for segment in form.split("/"):
            yield from _phrases(segment, "path")


def _of_query(query: str) -> Iterator[_Phrase]:
    for key, value in pairs_of(query):
        yield from _phrases(key, "key")
        yield from _phrases(value, "operation" if _names_operation(key) else "value")
    for key, value in fields_of_query(query):
        if _names_operation(key):
            yield from _phrases(value, "operation")


def _phrases(text: str, place: str) -> Iterator[_Phrase]:
    opaque = _OPAQUE.fullmatch(text) is not None
    parts = _JOINTS.split(_without_marks(text))
    phrases = [tuple(_words(part)) for part in parts]
    for part, words in zip(parts, phrases, strict=True):
        if not words:
            continue
        yield _Phrase(words, place, opaque)
        runs = tuple(run.casefold() for run in _LETTERS.findall(part))
        if runs != words:
            # Capitals are a matter of taste: most servers know an address in any.
            yield _Phrase(runs, place, opaque, glued=any(len(word) <= _ODD for word in words))
    if len(parts) > 1:
        # Words of different parts count in sequence only: `sign.out`.
        joined = tuple(word for words in phrases for word in words)
        if any(_holds(joined, sequence) for sequence in _of("verbs", "sequences")):
            yield _Phrase(joined, "sequence", opaque)


def _words(text: str) -> list[str]:
    """Return the words of a text, folded: split at what is no letter, and at camel case."""
    runs = _LETTERS.findall(_without_marks(text))
    return [word.casefold() for run in runs for word in _CAMEL.findall(run)]


def _without_marks(text: str) -> str:
    """Return a text in one spelling, without accents and without what cannot be seen."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    kept = (char for char in apart if char in _VOICED or unicodedata.category(char) not in _MARKS)
    return unicodedata.normalize("NFC", "".join(kept))


def _deeds(phrase: _Phrase) -> tuple[str, ...]:
    """Return the words by which a phrase acts."""
    # A console asks for the same addresses all the time; what nobody could type is no reason to fill memory.
    is_short = sum(map(len, phrase.words)) <= _REMEMBERED
    return _remembered_deeds(phrase) if is_short else _deeds_of(phrase)


def _deeds_of(phrase: _Phrase) -> tuple[str, ...]:
    words = phrase.words
    if phrase.place == "sequence":
        return tuple(sequence for sequence in _of("verbs", "sequences") if _holds(words, sequence))
    if any(_holds(words, innocent) for innocent in _of("reads", "never")):
        return ()
    found = tuple(_single(phrase))
    if words[0] in _of("reads", "first") and all(word in _of("reads", "nouns") for word in found):
        return ()
    return found


_remembered_deeds = lru_cache(maxsize=4096)(_deeds_of)


def _single(phrase: _Phrase) -> Iterator[str]:
    words, in_query = phrase.words, phrase.place != "path"
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        deed = _deed(phrase, place)
        if not deed or (phrase.opaque and len(deed) < _LONG):
            continue
        if in_query and following in _of("reads", "times"):
            continue
        countable = word in _of("reads", "countable") or (in_query and deed in _of("reads", "nouns"))
        if countable and following in _of("reads", "measures"):
            continue
        yield deed
    yield from (sequence for sequence in _of("verbs", "sequences") if _holds(words, sequence))
    if not phrase.glued:
        return
    # Words that were run together with the help of capitals, or without any.
    whole = "".join(words)
    yield from (stem for stem in (_stem(whole),) if stem and not any(_stem(word) for word in words))


def _deed(phrase: _Phrase, place: int) -> str:
    """Return the deed that one word of a phrase names, nothing if it names none."""
    word, last = phrase.words[place], len(phrase.words) - 1
    if word in _of("deeds", "words") or word in _of("deeds", "foreign"):
        return word
    if phrase.glued and (stem := _stem(word)):
        return stem
    if phrase.glued and _glued().fullmatch(word):
        return word
    if phrase.place != "value" and place in (0, last) and word in _of("verbs", "words"):
        return word
    if phrase.place in ("path", "operation") and place == 0 and word in _of("verbs", "first"):
        return word
    return ""


def _stem(word: str) -> str:
    return next((found[0] for stem in _stems() if (found := stem.search(word))), "")


def _holds(words: Sequence[str], sequence: str) -> bool:
    return f" {sequence} " in f" {' '.join(words)} "
