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
from checker.flow.red_words import red_word
from checker.model import Site

__all__ = ["AccountCode", "account_codes"]

_FILE: Final = "account_codes.toml"


def _topic(name: str) -> frozenset[str]:
    return frozenset(words_in(_FILE, name, "en"))


_SUBJECTS: Final = _topic("subjects")
_STATES: Final = _topic("states")
_QUALIFIERS: Final = _topic("qualifiers")
_WRAPPERS: Final = _topic("wrappers")
_FLAGS: Final = _topic("flags")
_UNCLEAR: Final = _topic("unclear")
_NO_STATEMENT: Final = _topic("no_statement")
_PLACES: Final = _topic("places")
# An entry that names its field: `{"key": "accountStatus", "value": "SUSPENDED"}`.
_NAMED: Final = ("key", "name", "field", "code", "id", "type", "attribute")
_VALUES: Final = frozenset({"value", "val"})
_TRUE: Final = frozenset({"true", "1", "yes", "y"})
_MOST: Final = 20
_MOST_WORDS: Final = 6
_LONGEST: Final = 60
_NEAR: Final = 2
_SEVERAL: Final = 2
_MOST_SEEN: Final = 40


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
    strange = [other for other in others if other.casefold() not in own]
    found: dict[tuple[str, str], AccountCode] = {}
    for one in heard:
        for way, holders, value in _named_values(one):
            code = _code(one, way, value, language)
            if code is None:
                continue
            belongs = _belongs(way, holders, own, strange)
            if belongs is False:
                continue
            if belongs is None:
                code = AccountCode(code.path, code.native, is_red=False)
            found.setdefault((code.path, code.native), code)
            if len(found) >= _MOST:
                return list(found.values())
    return list(found.values())


@lru_cache(maxsize=8192)
def _own_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, those apart that were run together: `shopstatus`."""
    parted: list[str] = []
    for word in name_words(name):
        subject = next((one for one in _SUBJECTS if word.startswith(one) and word[len(one) :] in _STATES), "")
        parted += [subject, word[len(subject) :]] if subject else [word]
    return tuple(parted)


def _may_be_a_standing(name: str) -> bool:
    return name in _VALUES or _is_a_standing(_own_words(name) if len(name) <= _LONGEST else ())


def _is_a_standing(own: Sequence[str]) -> bool:
    return bool(own) and (own[-1] in _FLAGS or bool(_STATES & set(own)))


def _named_values(one: Heard) -> Iterator[tuple[tuple[str | int, ...], tuple[Any, ...], Any]]:
    """Yield what may be a standing; a value whose entry says what it is called, as if that were its name."""
    for way, holders, value in one.leaves(_may_be_a_standing):
        if way[-1] not in _VALUES:
            yield way, holders, value
            continue
        names = (holders[-1].get(name) for name in _NAMED)
        for name in names:
            if isinstance(name, str) and len(name) <= _LONGEST and _is_a_standing(_own_words(name)):
                # A list of such entries is one object, and no list of accounts.
                end = -2 if len(way) > 1 and isinstance(way[-2], int) else -1
                yield (*way[:end], name), (*holders[:end], holders[-1]), value
                break


def _code(one: Heard, way: Sequence[str | int], value: Any, language: str) -> AccountCode | None:
    """Return what a value says, by its own name and those it stands under; None where it says nothing bad."""
    own = _own_words(str(way[-1]))
    is_flag = own[-1] in _FLAGS
    above = [word for step in way[:-1] if isinstance(step, str) for word in name_words(step)]
    called = [word for part in one.path.split("/")[-2:] for word in name_words(part)]
    if _NO_STATEMENT & {*above, *own, *called}:
        return None
    rest = set(own) - _SUBJECTS - _STATES - _QUALIFIERS - _FLAGS
    if not _SUBJECTS & set(own) and (rest or not _SUBJECTS & set(_owner(way, one))):
        return None
    path = ".".join(str(step) for step in way if isinstance(step, str))
    if is_flag:
        if not (value is True or (isinstance(value, str | int) and str(value).casefold() in _TRUE)):
            return None
        return AccountCode(path, " ".join(own), is_red=not rest)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        return None
    words = name_words(value)
    if len(words) > _MOST_WORDS:
        return None
    topics = ("account",) if rest else ("account", "status")
    # Several consoles are built in China, and answer in Chinese whatever language their page is in.
    if any(red_word(" ".join(words), spoken, topics=topics) for spoken in (language, "zh")):
        return AccountCode(path, value, is_red=not rest)
    return AccountCode(path, value, is_red=False) if _UNCLEAR & set(words) and not rest else None


def _owner(way: Sequence[str | int], one: Heard) -> Sequence[str]:
    """Return the words of what a field is of: the nearest name that is no wrapper, else the call's."""
    for step in reversed(way[:-1]):
        words = name_words(step) if isinstance(step, str) else ()
        if set(words) - _WRAPPERS:
            return words
    for part in reversed(one.path.split("/")):
        words = name_words(part.partition(".")[0])
        if set(words) - _WRAPPERS - _STATES:
            return words
    return ()


def _belongs(
    way: Sequence[str | int], holders: Sequence[Any], own: frozenset[str], others: Collection[str]
) -> bool | None:
    """Tell whether something is of the site that is visited; None where that cannot be told."""
    strange = _folded(*others)
    sure: bool | None = True
    for step, holder in zip(way, holders, strict=True):
        if isinstance(step, str):
            if step in others:
                # A map with an entry for each site. A code in small letters may be any word: `id`, `my`.
                return False
            if step.casefold() in own:
                sure = True
            elif isinstance(holder, Mapping) and _named(holder) & strange and not _named(holder) & own:
                sure = None
            continue
        entries = [entry for entry in holder[:_MOST_SEEN] if isinstance(entry, Mapping)]
        if len(entries) < _SEVERAL:
            continue
        mine = holder[step] if isinstance(holder[step], Mapping) else {}
        if _scalars(mine) & own:
            sure = True
        elif any(_scalars(entry) & own for entry in entries):
            return False
        else:
            sure = None
    return sure


def _named(holder: Mapping[str, Any]) -> frozenset[str]:
    """Return what an object says of its place."""
    return _folded(
        *(
            str(value)
            for name, value in holder.items()
            if isinstance(value, str | int) and _PLACES & set(name_words(name))
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
