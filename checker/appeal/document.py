"""The page that becomes the PDF: text from a console goes through `printable` and autoescape."""

from __future__ import annotations

import tomllib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from checker.appeal.contents import Chapter, Picture
from checker.model import Known, Reading
from checker.report.facts import detail_text, measured
from checker.report.formats import (
    format_counts,
    format_moment,
    format_target,
    format_value,
    format_when,
)
from checker.report.rollup import Place
from checker.report.safe import printable
from checker.report.words import Words, words_for

__all__ = ["Story", "heading", "own_words", "render"]

_LONG: Final = 4000
_ITEMS: Final = 60


@dataclass(frozen=True, slots=True)
class Story:
    """One finding: what is known of it, what was read of it, what proves it, what belongs to it."""

    state: Known
    readings: Sequence[Reading]
    chapters: Sequence[Chapter]
    items: Sequence[Known]
    place: Place | None
    key_id: str
    copies: dict[str, Picture]

    @property
    def told(self) -> Reading:
        """The reading that says it best: the last that was really read."""
        return self.state.last if self.state.good is None else self.state.good

    @property
    def zone(self) -> str:
        """The site's own time zone."""
        return "UTC" if self.place is None else self.place.site.zone


def own_words(language: str) -> dict[str, Any]:
    """Return the pack's own words: tables of text, the same in each language."""
    return _words("zh" if words_for(language).tag.startswith("zh") else "en")


@cache
def _words(language: str) -> dict[str, Any]:
    text = (files("checker.appeal") / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def heading(story: Story, language: str) -> str:
    """Return what the pack is about, in words."""
    key = story.state.key
    return printable(f"{words_for(language).name(key)} {key.item}".strip(), 200)


def render(story: Story, now: datetime, language: str) -> str:
    """Return the page."""
    words = words_for(language)
    own = own_words(language)
    key = story.state.key
    return (
        _environment()
        .get_template("appeal.html.j2")
        .render(
            words=words,
            own=own,
            key=printable(str(key)),
            title=heading(story, language),
            site=_site(story),
            level=words.level(story.state.level),
            kind=story.state.level.value,
            made=format_moment(now, "UTC", language),
            facts=_facts(story, now, words, language),
            numbers=_numbers(story, words, language),
            items=[_item(state, story.zone, words, language) for state in story.items[:_ITEMS]],
            more_items=max(0, len(story.items) - _ITEMS),
            timeline=[_line(reading, story.zone, words, language) for reading in story.readings],
            chapters=[_chapter(story, chapter, words, language) for chapter in story.chapters],
            key_id=story.key_id,
        )
    )


def _site(story: Story) -> str:
    key = story.state.key
    label = key.site if story.place is None else f"{story.place.site.label} ({story.place.site.code})"
    shop = f" / {key.shop}" if key.shop else ""
    return printable(f"{key.marketplace} · {key.account} · {label}{shop}", 200)


def _facts(story: Story, now: datetime, words: Words, language: str) -> list[tuple[str, str]]:
    told, own = story.told, own_words(language)["facts"]
    due = _deadline(story)
    said = dict(told.details)
    # What says the same as the stated reason is not said twice.
    rest = [(n, v) for n, v in told.details if v != told.reason and (n != "reason" or told.reason)]
    rows = [
        (own["says"], printable(told.native)),
        (own["reason"], printable(told.reason or said.get("reason", ""), _LONG) or own["no_reason"]),
        (own["cause"], "" if told.cause is None else printable(str(told.cause), _LONG)),
        (words.label("value"), measured(told, language)),
        (own["since"], "" if story.state.opened_at is None else format_when(
            story.state.opened_at, story.zone, now, language)),
        (words.label("deadline"), own["no_deadline"] if due is None else format_when(
            due, story.zone, now, language)),
        *((printable(words.word("details", name), 60), printable(detail_text(
            value, story.zone, language), _LONG)) for name, value in rest),
        (own["page"], printable(told.link, 300)),
    ]  # fmt: skip
    return [(label, text) for label, text in rows if text]


def _deadline(story: Story) -> datetime | None:
    own = [story.told.deadline, *(_told(state).deadline for state in story.items)]
    return min((moment for moment in own if moment is not None), default=None)


def _told(state: Known) -> Reading:
    return state.last if state.good is None else state.good


def _numbers(story: Story, words: Words, language: str) -> list[tuple[str, ...]]:
    """Return the last number and, where it moved, the first: what it is, what it should be."""
    rated = [reading for reading in story.readings if reading.value is not None]
    ends = [rated[0], rated[-1]] if len(rated) > 1 and rated[0].value != rated[-1].value else rated[-1:]
    return [
        (
            format_moment(reading.observed_at, story.zone, language),
            format_value(reading, language),
            format_target(reading.target, reading.unit, language, reading.currency),
            format_counts(reading, language),
            "" if reading.window_days is None else words.say("window", days=reading.window_days),
        )
        for reading in ends
    ]


def _item(state: Known, zone: str, words: Words, language: str) -> tuple[str, ...]:
    reading = _told(state)
    due = "" if reading.deadline is None else format_moment(reading.deadline, zone, language)
    details = words.join(
        words.colon(words.word("details", name), detail_text(value, zone, language))
        for name, value in reading.details
        if value
    )
    said = " · ".join(text for text in (reading.native, reading.reason) if text)
    return (
        printable(state.key.item or words.name(state.key), 120),
        words.level(state.level),
        printable(said, 300),
        printable(details, 600),
        due,
    )


def _line(reading: Reading, zone: str, words: Words, language: str) -> tuple[str, ...]:
    shown = reading.presence.value == "shown"
    level = words.level(reading.level) if shown else words.word("presences", reading.presence.value)
    said = " · ".join(text for text in (reading.native, reading.reason) if text)
    return (
        format_moment(reading.observed_at, zone, language),
        level,
        printable(said, 300),
        measured(reading, language),
        reading.bundle,
    )


def _chapter(story: Story, chapter: Chapter, words: Words, language: str) -> dict[str, Any]:
    at = chapter.reading.observed_at
    return {
        "when": format_moment(at, story.zone, language),
        "level": words.level(chapter.reading.level),
        "bundle": chapter.bundle,
        "sealed": chapter.manifest.sealed_at,
        "folder": printable(chapter.folder.as_posix()),
        "pictures": [_picture(story, picture) for picture in chapter.pictures],
    }


def _picture(story: Story, original: Picture) -> dict[str, Any]:
    shown = story.copies.get(original.sha256, original)
    return {
        "name": printable(shown.name, 200),
        "src": f"data:image/png;base64,{b64encode(shown.data).decode()}",
        "original": original.sha256,
        "derived": shown.sha256 if shown is not original else "",
        "kind": "page" if original.is_page else "part",
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("checker.appeal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
