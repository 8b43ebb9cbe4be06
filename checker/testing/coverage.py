"""Which states, chains and words of a site.toml the scenarios of a replica exercise, and which none does.

What no scenario shows nobody has ever seen the flow read: it is a guess until a scenario, or a real
console, proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, Literal

from pydantic import PrivateAttr

from checker.console.watched import WatchedConsole
from checker.errors import Stop, fault
from checker.flow import Flow, Page, SiteToml
from checker.flow.site_toml import Rule, common
from checker.model import Level, Reading
from checker.model.words import fold_word
from checker.testing.driving import Driver

__all__ = ["Coverage", "Gap", "cover"]

UNPLAYED: Final = ("frozen",)
"""Scenarios whose page never answers again: only a worker of its own can be ended."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something of the site.toml that no scenario exercised."""

    kind: Literal["state", "chain", "code", "word"]
    where: str
    what: str


@dataclass
class Coverage:
    """What was exercised so far."""

    toml: SiteToml
    played: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)
    rules: set[tuple[str, str, int]] = field(default_factory=set)
    words: set[tuple[str, str, str]] = field(default_factory=set)
    said: set[str] = field(default_factory=set)

    def gaps(self) -> tuple[Gap, ...]:
        """Return what no scenario exercised, in the order of the file."""
        return (*self._states(), *self._chains(), *self._codes(), *self._words())

    def _states(self) -> Iterator[Gap]:
        # What is the same for every console is exercised by the tests of this program.
        ours, _ = common()
        names = dict.fromkeys(state.name for state in self.toml.states if state not in ours)
        yield from (Gap("state", "states", name) for name in names if name not in self.states)

    def _chains(self) -> Iterator[Gap]:
        for kind, name, chain in _chains_of(self.toml):
            for place, rule in enumerate(chain):
                if (kind, name, place) not in self.rules:
                    which = f"rule {place + 1} of {len(chain)}: {rule}"
                    yield Gap("chain", f"{kind} {name}", which)

    def _codes(self) -> Iterator[Gap]:
        for topic, codes in self.toml.codes.items():
            yield from (
                Gap("code", f"codes.{topic}", code) for code in codes if code.casefold() not in self.said
            )

    def _words(self) -> Iterator[Gap]:
        for topic, languages in self.toml.words.items():
            for tag, table in languages.items():
                for word in table.levels:
                    if (topic, tag, word) not in self.words:
                        yield Gap("word", f"words.{topic}.{tag}", word)


class _NotingToml(SiteToml):
    """A site.toml that tells which words it was asked for and knew."""

    _noted: set[tuple[str, str, str]] = PrivateAttr(default_factory=set)

    def level_of_word(self, topic: str, text: str, language: str) -> Level | None:
        level = super().level_of_word(topic, text, language)
        if level is not None:
            tables, word = self.words.get(topic, {}), fold_word(text)
            tags = (language, language.partition("-")[0], "en")
            tag = next((tag for tag in tags if tag in tables and word in tables[tag].levels), "")
            self._noted.add((topic, tag, word))
        return level


def cover(
    driver: Driver,
    scenarios: Sequence[str],
    sites: int,
    on_scenario: Callable[[str, int], None] = lambda _name, _number: None,
) -> Coverage:
    """Play scenarios one after the other, at most `sites` sites of each, and return what they exercised."""
    coverage = Coverage(driver.flow().toml)
    for number, scenario in enumerate(scenarios):
        on_scenario(scenario, number)
        _play(driver, scenario, sites, coverage)
        coverage.played.append(scenario)
    return coverage


def _play(driver: Driver, scenario: str, sites: int, coverage: Coverage) -> None:
    consoles: list[WatchedConsole] = []

    def console(*arguments: Any, **options: Any) -> WatchedConsole:
        made = WatchedConsole(*arguments, on_page=lambda page: _note_labels(coverage, page), **options)
        consoles.append(made)
        return made

    watching = replace(driver, flow=lambda: _noting(driver.flow(), coverage), console=console)
    try:
        with watching.session(scenario) as session:
            for visit in session.visits(list(islice(session.story.sites, sites))):
                coverage.said |= {text for reading in visit.readings for text in _said(reading)}
            session.flow.leave(session.console)
    except Stop:
        # A sign-in that stops is what many scenarios are about.
        pass
    except Exception as error:  # noqa: BLE001 - a stranger's flow may raise anything; where it did is told
        coverage.failed[scenario] = fault(error)
    for seen in consoles:
        coverage.states |= set(seen.states)
        # Several rules may have been the first to find something, one on each site.
        coverage.rules |= seen.matched


def _noting(flow: Flow, coverage: Coverage) -> Flow:
    toml = _NotingToml.model_validate(flow.toml.model_dump())
    toml._noted = coverage.words  # noqa: SLF001 - our own class
    # `toml` is a cached property: this is where its value is kept.
    vars(flow)["toml"] = toml
    return flow


def _note_labels(coverage: Coverage, page: Page) -> None:
    """Note the labels on a page: the words of topics that know no level but ok, headings and the like."""
    text, primary = page.text.casefold(), page.language.partition("-")[0]
    for topic, languages in coverage.toml.words.items():
        if all(set(table.levels.values()) == {Level.OK} for table in languages.values()):
            for tag in {page.language, primary} & set(languages):
                words: Collection[str] = languages[tag].levels
                coverage.words |= {(topic, tag, word) for word in words if word in text}


def _said(reading: Reading) -> Iterator[str]:
    yield reading.native.casefold()
    yield from (value.casefold() for _, value in reading.details)


def _chains_of(toml: SiteToml) -> Iterator[tuple[str, str, Sequence[Rule]]]:
    signin = toml.signin
    for act, box in (("user", signin.user), ("password", signin.password), ("code", signin.code)):
        if box is not None:
            yield "sign-in", f"{act}.box", box.box
            yield "sign-in", f"{act}.submit", box.submit
    for state in toml.states:
        if state.press:
            yield "sign-in", state.name, state.press
    for overlay in toml.overlays:
        yield "overlay", overlay.name, overlay.refuse
    for name, widget in toml.widgets.items():
        yield "widget", name, widget.chain
    for name, chain in toml.controls.items():
        yield "control", name, chain
