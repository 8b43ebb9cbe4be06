"""What an answer says of the account's own standing in a field that no rule reads; pure.

    {"seller": {"accountStatus": "SUSPENDED"}}           red
    {"shop": {"isFrozen": true}}                         red
    {"shops": [{"id": 2, "status": "BANNED"}]}           red, if it is the shop that is visited
    {"account": {"paymentMethodStatus": "BLOCKED"}}      not understood: of something of the account's

A console may say how an account stands in a field that nobody has published. Such a field is known by its own
name and by the names that lead to it, and only a code or a flag is believed: a sentence in an answer may be
one of many that the page never shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from checker.flow.documents import Heard, name_words
from checker.flow.page_words import words_in
from checker.flow.red_words import Strength, red_word
from checker.model import Site

__all__ = ["AccountCode", "account_codes"]

_FILE: Final = "account_codes.toml"


@lru_cache(maxsize=16)
def _topic(name: str) -> frozenset[str]:
    return frozenset(words_in(_FILE, name, "en"))


# An entry that names its field: `{"key": "accountStatus", "value": "SUSPENDED"}`.
_NAMED: Final = ("key", "name", "field", "code", "id", "type", "attribute")
_VALUES: Final = frozenset({"value", "val"})
_TRUE: Final = frozenset({"true", "1", "yes", "y"})
_MOST: Final = 20
_MOST_WORDS: Final = 6
_LONGEST: Final = 60
_NEAR: Final = 2


@dataclass(frozen=True, slots=True)
class AccountCode:
    """A code that speaks of the account's standing.

    path: the names that lead to it. native: the code, or the name of the flag. is_red: whether it says that
    the account is stopped or in danger; else it is only known that somebody must look.
    """

    path: str
    native: str
    is_red: bool


def account_codes(
    heard: Sequence[Heard], site: Site, others: Collection[str] = (), language: str = "en"
) -> list[AccountCode]:
    """Return what answers say of the standing of a site's account that is, or may be, bad.

    Args:
        heard: What the page was given.
        site: The site that is visited; what is said of another one does not count.
        others: Codes and ids of the other sites the console is known to have.
        language: The page's language: some answers hold the words that the page shows.
    """
    own = _folded(site.code, site.native_id, site.shop, site.country, *(value for _, value in site.handles))
    place = _Here(own, tuple(other for other in others if other.casefold() not in own))
    found: dict[tuple[str, str], AccountCode] = {}
    for one in heard:
        for way, holders, value in _named_values(one, language):
            code = _code(one, way, value, language)
            if code is None:
                continue
            belongs = place.holds(way, holders)
            if belongs is False:
                continue
            if belongs is None:
                code = AccountCode(code.path, code.native, is_red=False)
            known = found.get((code.path, code.native))
            # What is surely of this site goes before the same said of nobody knows whom.
            if known is None or (code.is_red and not known.is_red):
                found[code.path, code.native] = code
            if len(found) >= _MOST:
                return list(found.values())
    return list(found.values())


class _Here:
    """The site that is visited, told from the others by what the console calls them."""

    def __init__(self, own: frozenset[str], strange: Collection[str]) -> None:
        self._own = own
        self._strange = strange
        self._folded = _folded(*strange)
        self._lists: dict[int, tuple[bool, bool]] = {}

    def holds(self, way: Sequence[str | int], holders: Sequence[Any]) -> bool | None:
        """Tell whether something is of this site; None where that cannot be told."""
        sure: bool | None = True
        for step, holder in zip(way, holders, strict=True):
            if isinstance(step, str):
                if step in self._strange:
                    # A map with an entry for each site. A code in small letters may be any word: `id`, `my`.
                    return False
                if step.casefold() in self._own:
                    sure = True
                elif isinstance(holder, Mapping) and self._is_elsewhere(holder):
                    sure = None
                continue
            is_list_of_some, has_own = self._entries(holder)
            if not is_list_of_some:
                continue
            if _scalars(holder[step]) & self._own:
                sure = True
            elif has_own:
                return False
            else:
                sure = None
        return sure

    def _is_elsewhere(self, holder: Mapping[str, Any]) -> bool:
        named = _named(holder)
        return bool(named & self._folded) and not named & self._own

    def _entries(self, holder: Sequence[Any]) -> tuple[bool, bool]:
        """Tell whether a list has several entries, and whether one of them is this site's."""
        known = self._lists.get(id(holder))
        if known is None:
            entries = [entry for entry in holder if isinstance(entry, Mapping)]
            known = len(entries) > 1, any(_scalars(entry) & self._own for entry in entries)
            self._lists[id(holder)] = known
        return known


@lru_cache(maxsize=8192)
def _own_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, those apart that were run together: `shopstatus`."""
    parted: list[str] = []
    for word in name_words(name):
        subject = next(
            (
                one
                for one in _topic("subjects")
                if word.startswith(one) and word[len(one) :] in _topic("states")
            ),
            "",
        )
        parted += [subject, word[len(subject) :]] if subject else [word]
    return tuple(parted)


@lru_cache(maxsize=8192)
def _may_be_a_standing(name: str) -> bool:
    own = _own_words(name) if len(name) <= _LONGEST else ()
    return bool(own) and (own[-1] in _topic("flags") or bool(_topic("states") & set(own)))


def _named_values(one: Heard, language: str) -> Iterator[tuple[tuple[str | int, ...], tuple[Any, ...], Any]]:
    """Yield what may be a standing; a value whose entry says what it is called, as if that were its name."""

    def may_be_bad(name: str, holder: Mapping[str, Any]) -> bool:
        # By its value first: of a list of ten thousand things hardly any is stopped.
        called = _given_name(holder) if name in _VALUES else name
        return _may_be_a_standing(called) and _is_bad(holder[name], language)

    for way, holders, value in one.leaves(may_be_bad):
        if way[-1] in _VALUES:
            # A list of such entries is one object, and no list of accounts.
            end = -2 if len(way) > 1 and isinstance(way[-2], int) else -1
            yield (*way[:end], _given_name(holders[-1])), (*holders[:end], holders[-1]), value
        else:
            yield way, holders, value


def _given_name(holder: Mapping[str, Any]) -> str:
    """Return what an entry says its value is called, nothing where that is no standing."""
    names = (holder.get(name) for name in _NAMED)
    return next((name for name in names if isinstance(name, str) and _may_be_a_standing(name)), "")


def _code(one: Heard, way: Sequence[str | int], value: Any, language: str) -> AccountCode | None:
    """Return what a value says, by its own name and those it stands under; None where it says nothing bad."""
    own = _own_words(str(way[-1]))
    is_flag = own[-1] in _topic("flags")
    above = [word for step in way[:-1] if isinstance(step, str) for word in name_words(step)]
    called = [word for part in one.path.split("/")[-2:] for word in name_words(part)]
    if _topic("no_statement") & {*above, *own, *called}:
        return None
    rest = set(own) - _topic("subjects") - _topic("states") - _topic("qualifiers") - _topic("flags")
    if not _topic("subjects") & set(own) and (rest or not _topic("subjects") & set(_owner(way, one))):
        return None
    path = ".".join(str(step) for step in way if isinstance(step, str))
    if is_flag:
        return AccountCode(path, " ".join(own), is_red=not rest) if _is_true(value) else None
    if not isinstance(value, str) or not value.strip():
        return None
    if _says_red(value, language, ("account",) if rest else ("account", "status")):
        return AccountCode(path, value, is_red=not rest)
    return (
        AccountCode(path, value, is_red=False)
        if not rest and _topic("unclear") & set(name_words(value))
        else None
    )


def _is_bad(value: str | float, language: str) -> bool:
    """Tell whether a value could be bad news under any name."""
    if not isinstance(value, str):
        return _is_true(value)
    if len(value) > _LONGEST:
        return False
    return (
        _is_true(value)
        or bool(_topic("unclear") & set(name_words(value)))
        or _says_red(value, language, ("account", "status"))
    )


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str | int) and str(value).casefold() in _TRUE)


@lru_cache(maxsize=8192)
def _says_red(value: str, language: str, topics: tuple[Strength, ...]) -> bool:
    words = name_words(value)
    if len(words) > _MOST_WORDS:
        return False
    # Several consoles are built in China, and answer in Chinese whatever language their page is in.
    return any(red_word(" ".join(words), spoken, topics=topics) for spoken in (language, "zh"))


def _owner(way: Sequence[str | int], one: Heard) -> Sequence[str]:
    """Return the words of what a field is of: the nearest name that is no wrapper, else the call's."""
    for step in reversed(way[:-1]):
        words = name_words(step) if isinstance(step, str) else ()
        if set(words) - _topic("wrappers"):
            return words
    for part in reversed(one.path.split("/")):
        words = name_words(part.partition(".")[0])
        if set(words) - _topic("wrappers") - _topic("states"):
            return words
    return ()


def _named(holder: Mapping[str, Any]) -> frozenset[str]:
    """Return what an object says of its place."""
    return _folded(
        *(
            str(value)
            for name, value in holder.items()
            if isinstance(value, str | int) and _topic("places") & set(name_words(name))
        )
    )


def _scalars(value: Any, depth: int = _NEAR) -> frozenset[str]:
    """Return the texts and numbers of an entry and of what lies right inside it."""
    said: set[str] = set()
    for each in value.values() if isinstance(value, Mapping) else ():
        if isinstance(each, Mapping) and depth:
            said |= _scalars(each, depth - 1)
        elif isinstance(each, str | int) and not isinstance(each, bool):
            said.add(str(each).casefold())
    return frozenset(said)


def _folded(*texts: str) -> frozenset[str]:
    return frozenset(text.casefold() for text in texts if text)
