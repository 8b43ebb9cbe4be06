"""The words a person meets: TOML files per language, the same keys in each.

`words/LANG.toml` is what reports and messages say, `words/commands.LANG.toml` what commands say besides.

    words = words_for("zh")
    words.metric("orders.defect_rate", "mfn")      订单缺陷率（卖家自配送）
    words.level(Level.CRITICAL)                    严重

What no file names (a metric of a marketplace added yesterday) is shown as it is, never hidden.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from checker.model import CauseKind, Cycle, Key, Level, Outcome, addressed

__all__ = ["LANGUAGES", "Words", "words_for"]

LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of one language."""

    tables: Mapping[str, Mapping[str, str]]

    @property
    def tag(self) -> str:
        """The language tag for HTML, e.g. `zh-Hans`."""
        return self.tables["language"]["tag"]

    @property
    def locale(self) -> str:
        """The locale Babel formats numbers and dates for."""
        return self.tables["language"]["locale"]

    def word(self, table: str, key: str) -> str:
        """Return the word of a table, or the key itself where there is none."""
        return self.tables[table].get(key, key)

    def level(self, level: Level) -> str:
        """Return the word for a level."""
        return self.word("levels", level.value)

    def label(self, key: str) -> str:
        """Return the heading of a field or column."""
        return self.word("labels", key)

    def say(self, sentence: str, **parts: object) -> str:
        """Return a sentence of the report with its parts filled in; parts are never read as patterns."""
        return self.tables["report"][sentence].format(**parts)

    def page(self, sentence: str, **parts: object) -> str:
        """Return a sentence of the pages of `checker serve` with its parts filled in."""
        return self.tables["serve"][sentence].format(**parts)

    def text(self, table: str, sentence: str, /, **parts: object) -> str:
        """Return a sentence of a command with its parts filled in; parts are never read as patterns."""
        return self.tables[table][sentence].format(**parts)

    def metric(self, metric: str, variant: str = "") -> str:
        """Return the name of a metric with what splits it."""
        metrics = self.tables["metrics"]
        if not variant:
            return metrics.get(metric, metric)
        exact = metrics.get(f"{metric}@{variant}")
        if exact is not None:
            return exact
        return self._split(metrics.get(metric, metric), self.word("variants", variant))

    def name(self, key: Key) -> str:
        """Return the name of what a key is about, without its item."""
        name = self.metric(key.metric, key.variant)
        projected = key.cycle is Cycle.PROJECTED
        return self._split(name, self.word("variants", "projected")) if projected else name

    def colon(self, name: str, text: str) -> str:
        """Return a name and what is said of it, e.g. `Cause: policy`."""
        return self.tables["formats"]["colon"].format(name=name, text=text)

    def join(self, parts: Iterable[str]) -> str:
        """Return parts of a sentence, parted as the language parts them."""
        return self.tables["formats"]["comma"].join(parts)

    def semicolon(self, parts: Iterable[str]) -> str:
        """Return parts that have commas in them already, parted as the language parts them."""
        return self.tables["formats"]["semicolon"].join(parts)

    def many(self, sentence: str, count: int) -> str:
        """Return a sentence that counts, in its singular for one."""
        one = f"{sentence}_one"
        return self.say(one if count == 1 and one in self.tables["report"] else sentence, count=count)

    def _split(self, name: str, split: str) -> str:
        return self.tables["formats"]["split"].format(name=name, split=split)

    def advice(self, outcome: Outcome, accounts: Iterable[str] = ()) -> str:
        """Return what the person who must act should do; a command in it names the account, if it is one."""
        return addressed(self.word("advice", outcome.value), accounts)

    def todo(self, cause: CauseKind) -> str:
        """Return what a seller should do about a finding of this cause."""
        return self.word("todo", cause.value)


def words_for(language: str) -> Words:
    """Return the words of `language` (`zh`, `zh-CN`, `zh_Hans`...), English for one we do not have."""
    short = language.replace("_", "-").partition("-")[0].lower()
    return _load(short if short in LANGUAGES else LANGUAGES[0])


@cache
def _load(language: str) -> Words:
    tables: dict[str, Mapping[str, str]] = {}
    for name in (f"{language}.toml", f"commands.{language}.toml"):
        text = (files("checker.report") / "words" / name).read_text(encoding="utf-8")
        tables |= tomllib.loads(text)
    return Words(tables)
