"""What is wrong with a `site.toml` that its schema lets pass; pure.

A problem makes something be read wrong or never; advice is about what a console is likely to do one day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from babel import Locale, UnknownLocaleError

from checker.flow.site_toml import SiteToml
from checker.model import Outcome
from checker.model.words import fold_word

__all__ = ["Remark", "remarks"]

# What every console is known to do sooner or later; a page of it that is not recognised stops the visit.
_COMMON: Final = (
    Outcome.CAPTCHA,
    Outcome.CREDENTIALS_REFUSED,
    Outcome.LOCKED,
    Outcome.PASSWORD_EXPIRED,
    Outcome.RATE_LIMITED,
    Outcome.BLOCKED,
    Outcome.SITE_DOWN,
)
_ANYWHERE: Final = "/no/console/has/this/path"
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at, and where it stands in the file."""

    where: str
    text: str
    problem: bool


def remarks(toml: SiteToml) -> tuple[Remark, ...]:
    """Return everything worth a look, problems first."""
    found = [*_states(toml), *_chains(toml), *_words(toml), *_sending(toml), *_pages(toml)]
    return tuple(sorted(found, key=lambda remark: not remark.problem))


def _states(toml: SiteToml) -> Iterator[Remark]:
    acts = {state.act for state in toml.states}
    if "arrived" not in acts:
        yield Remark("states", "no state has act = 'arrived': nobody would ever be signed in", problem=True)
    if not acts & {"password", "credentials"}:
        yield Remark("states", "no state types the password: nobody could sign in", problem=True)
    earlier: set[object] = set()
    for number, state in enumerate(toml.states):
        where = f"states.{number} ({state.name})"
        if not state.unless and all(marker in earlier for marker in state.markers):
            yield Remark(where, "every marker is one of an earlier state, which always wins", problem=True)
        if not state.unless:
            earlier |= set(state.markers)
    there = {state.outcome for state in toml.states}
    for outcome in _COMMON:
        if outcome not in there:
            yield Remark("states", f"no state stops with outcome = {outcome.value!r}", problem=False)


def _chains(toml: SiteToml) -> Iterator[Remark]:
    chains = {
        **{f"widgets.{name}": widget.chain for name, widget in toml.widgets.items()},
        **{f"controls.{name}": chain for name, chain in toml.controls.items()},
    }
    for where, chain in chains.items():
        for number, rule in enumerate(chain):
            if rule in chain[:number]:
                yield Remark(where, f"the rule {rule} is in the chain twice", problem=True)


def _words(toml: SiteToml) -> Iterator[Remark]:
    for topic, languages in toml.words.items():
        for tag, words in languages.items():
            where = f"words.{topic}.{tag}"
            if not _is_language(tag):
                yield Remark(where, f"{tag!r} is no language Babel knows", problem=True)
            if not words.source.strip():
                yield Remark(where, "the source is empty: say where these words were seen", problem=True)
            yield from _one_table(where, {level: getattr(words, level) for level in _LEVELS})


_LEVELS: Final = ("ok", "warning", "critical", "deactivated")


def _one_table(where: str, table: dict[str, tuple[str, ...]]) -> Iterator[Remark]:
    meant: dict[str, str] = {}
    for level, words in table.items():
        for word in words:
            if word != _SPACE.sub(" ", word).strip() or not word:
                yield Remark(where, f"{word!r} can never match: spaces of a page are folded", problem=True)
            before = meant.setdefault(fold_word(word), level)
            if before != level:
                yield Remark(where, f"{word!r} means both {before} and {level}", problem=True)


def _is_language(tag: str) -> bool:
    try:
        Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _sending(toml: SiteToml) -> Iterator[Remark]:
    for number, pattern in enumerate(toml.signin.posts):
        if re.fullmatch(pattern, _ANYWHERE):
            yield Remark(f"signin.posts.{number}", "lets a sign-in form send anywhere", problem=True)
    for number, read in enumerate(toml.reads):
        if re.fullmatch(read.path, _ANYWHERE):
            yield Remark(f"reads.{number}", "lets anything be sent, read or not", problem=True)
        elif "graphql" in read.path and not read.operation:
            yield Remark(f"reads.{number}", "lets every GraphQL operation pass: name one", problem=True)
    if not toml.deny:
        yield Remark(
            "deny", "no path is denied: name those that appeal, acknowledge or submit", problem=False
        )


def _pages(toml: SiteToml) -> Iterator[Remark]:
    for name in sorted({widget.page for widget in toml.widgets.values()}):
        spec = toml.pages[name]
        if not spec.ready and not spec.answers:
            text = "has widgets and no `ready`: it may be read before it is there"
            yield Remark(f"pages.{name}", text, problem=False)
