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

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from checker.flow.documents import Heard, name_words
from checker.flow.red_words import red_word
from checker.model import Site

__all__ = ["AccountCode", "account_codes"]

_SUBJECTS: Final = frozenset(
    {"account", "accounts", "seller", "sellers", "shop", "shops", "store", "stores", "merchant", "merchants"}
    | {"partner", "partners", "vendor", "vendors", "selling", "supplier", "mall"}
)
_STATES: Final = frozenset({"status", "state", "standing", "health", "level", "restriction", "condition"})
# What a name may hold besides and still be of the account as a whole.
_QUALIFIERS: Final = frozenset(
    {"current", "overall", "code", "name", "type", "is", "my", "the", "performance", "has", "been", "was"}
    | {
        "operation",
        "operational",
        "operating",
        "business",
        "general",
        "value",
        "key",
        "enum",
        "str",
        "privilege",
    }
)
# Names that wrap an answer and say nothing of what is in it.
_WRAPPERS: Final = frozenset(
    {
        "data",
        "result",
        "results",
        "response",
        "payload",
        "body",
        "content",
        "value",
        "entity",
        "model",
        "info",
    }
    | {
        "detail",
        "details",
        "summary",
        "item",
        "items",
        "list",
        "record",
        "root",
        "output",
        "message",
        "props",
    }
    | {"information", "overview", "profile", "basic", "base", "current", "api", "json", "get", "query"}
)
# Flags: the last word of a name that is true of an account that is stopped.
_FLAGS: Final = frozenset(
    {"suspended", "deactivated", "blocked", "banned", "frozen", "restricted", "terminated", "delisted"}
)
# Codes of which nobody can say without the console's own documentation whether they are bad.
_UNCLEAR: Final = frozenset(
    {"closed", "locked", "limited", "offline", "punished", "penalized", "disabled", "abnormal"}
)
# What stands under these is no statement: words for the page, choices, settings, what one may be told of.
_NO_STATEMENT: Final = frozenset(
    {
        "i18n",
        "intl",
        "locale",
        "locales",
        "label",
        "labels",
        "messages",
        "strings",
        "translation",
        "translations",
    }
    | {
        "dictionary",
        "options",
        "filter",
        "filters",
        "enums",
        "choices",
        "feature",
        "features",
        "flag",
        "flags",
    }
    | {"experiment", "experiments", "toggle", "toggles", "config", "configuration", "settings", "permission"}
    | {
        "permissions",
        "preference",
        "preferences",
        "notification",
        "notifications",
        "subscription",
        "template",
    }
    | {
        "templates",
        "schema",
        "example",
        "examples",
        "help",
        "faq",
        "tracking",
        "analytics",
        "buyer",
        "history",
    }
    | {"previous", "former", "old", "columns", "tabs", "menu", "legend", "localization", "texts", "captions"}
)
_PLACES: Final = frozenset(
    {"country", "site", "region", "marketplace", "market", "id", "code", "shop", "store"}
)
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
        for way, holders, value in one.leaves(_may_be_a_standing):
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
    own = _own_words(name) if len(name) <= _LONGEST else ()
    return bool(own) and (own[-1] in _FLAGS or bool(_STATES & set(own)))


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
