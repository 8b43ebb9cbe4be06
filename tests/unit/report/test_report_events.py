"""One event is told as one; suspects, deadlines and acknowledgements stand beside their findings."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from checker.compare import acknowledge, compare
from checker.model import EventKind, Level, Outcome, Place, Presence, Reading, Run
from checker.report.document import run_document
from checker.report.events import event_text, event_title
from checker.report.findings import sections
from checker.report.terminal import print_run
from checker.report.words import words_for
from tests.unit.report.page import page_of, texts
from tests.unit.report.samples import DAY_ONE, DAY_TWO, NOW, Story, rate, status, story, two_days, visit

UNOPENED = ("CA", "MX", "JP")


def unopened(level: Level = Level.CRITICAL) -> Story:
    """Return a story in which three sites never opened turn red at once."""
    before = [visit(site, [status(site, DAY_ONE)]) for site in ("US", *UNOPENED)]
    after = [visit("US", [status("US")]), *(visit(site, [status(site, level=level)]) for site in UNOPENED)]
    return story(before, after)


def second(first: list[Reading], now: list[Reading], outcome: Outcome = Outcome.READ) -> Story:
    """Return the story of one site on two days."""
    return story([visit("US", first)], [visit("US", now, outcome)])


def printed(told: Story, language: str = "en") -> str:
    """Return a run as printed, spaces folded."""
    out = io.StringIO()
    console = Console(file=out, width=200)
    print_run(told.run, told.known, told.places, console, now=NOW, language=language)
    return " ".join(out.getvalue().split())


class TestUnopenedSites:
    """The event this program was built for."""

    def test_the_terminal_tells_it_once_above_its_findings(self) -> None:
        """Every site in one sentence, then each with its own card."""
        text = printed(unopened())

        sentence = (
            "Canada (CA), Japan (JP), Mexico (MX), never opened or dormant, turned red in the same run."
        )
        assert text.count(sentence) == 1
        assert "confirm before acting" in text
        assert "did not turn red on United States (US)" in text
        assert text.index(sentence) < text.index("Before OK")
        assert text.startswith("✖ 3 new reds, on 3 sites, 3 of them one event")

    def test_the_page_has_one_banner(self) -> None:
        """Before the first of its cards."""
        page = page_of(unopened())

        (banner,) = texts(page, "aside.event")
        assert banner.startswith("One event: sites never opened Canada (CA), Japan (JP), Mexico (MX)")
        assert len(page.css(".section-red article")) == 3

    @pytest.mark.parametrize(("language", "word"), [("en", "confirm before acting"), ("zh", "请先确认")])
    def test_it_is_told_in_both_languages(self, language: str, word: str) -> None:
        """The same event in the reader's words."""
        assert word in printed(unopened(), language)

    def test_the_document_names_it(self) -> None:
        """Every change of it refers to it."""
        document = run_document(unopened().run)

        (event,) = document.events
        assert (event.kind, event.level, event.probable) == (EventKind.UNOPENED_SITES, Level.CRITICAL, True)
        assert event.sites == ["main/CA", "main/JP", "main/MX"]
        assert {change.event for change in document.changes} == {event.id}

    def test_the_violation_beside_it_stands_apart(self) -> None:
        """What is not of the event comes after it."""
        told = two_days()
        found = sections(told.run, told.known, told.places)

        assert found.red[-1].event == "" or len({finding.event for finding in found.red}) == 1


class TestDeadlines:
    """A deadline that came nearer by a step."""

    def test_it_is_told_in_the_sites_zone_and_in_utc(self) -> None:
        """With which step it is; the finding is not listed as merely open."""
        deadline = NOW + timedelta(days=6)
        red: dict[str, Any] = {"level": Level.CRITICAL, "deadline": deadline}
        early = [visit("US", [status("US", DAY_ONE, **red)])]
        first = compare({}, early, DAY_TWO - timedelta(days=2))
        at = DAY_TWO
        seen = visit("US", [status("US", **red)])
        day = compare(first.known, [seen], at)
        run = Run("r", at, NOW, (seen,), day.changes, 11)
        text = printed(Story(run, {**first.known, **day.known}, two_days().places))

        assert "Deadlines and reminders (1)" in text
        assert "less than 7 days left" in text
        assert "PST" in text
        assert "UTC" in text
        assert "Still open" not in text


class TestAcknowledged:
    """Who knows of it, beside what is open."""

    def test_it_is_named_and_never_hidden(self) -> None:
        """The page lists it with who knows of it; the terminal counts it, and says how to list it."""
        told = story([visit("US", [status("US", DAY_ONE, level=Level.CRITICAL)])])
        known = {key: acknowledge(state, "ann", "case 7", DAY_ONE) for key, state in told.known.items()}
        seen = visit("US", [status("US", level=Level.CRITICAL)])
        run = Run("r", DAY_TWO, NOW, (seen,), (), 11)

        text = printed(Story(run, known, told.places))
        page = " ".join(texts(page_of(Story(run, known, told.places)), ".section-still_open"))

        assert "1 more is acknowledged or snoozed: checker findings --acked" in text
        assert "CRITICAL 1" in text
        assert "case 7" in page


class TestUnreadable:
    """Half of a site that can no longer be read."""

    def test_it_is_one_sentence_above_the_sites(self) -> None:
        """In the terminal and on the page."""
        names = ("a", "b", "c")
        before: list[Reading] = [rate("US", name, 1, 100, "0.04", DAY_ONE) for name in names]
        after = [
            replace(r, presence=Presence.UNREADABLE, level=Level.UNKNOWN, observed_at=DAY_TWO) for r in before
        ]
        told = second(before, after, Outcome.PARTIAL)

        assert "Half of what United States (US) shows, or more, can no longer be read." in printed(told)
        assert len(texts(page_of(told), ".section-unread aside.event")) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", EventKind)
def test_every_event_can_be_told(language: str, kind: EventKind) -> None:
    """A title and a sentence for each, in each language, with the site's code where nothing else is known."""
    words = words_for(language)
    event = replace(unopened().run.events[0], kind=kind, detail="captcha: 3 sites of main", total=9)

    assert event_title(event, words) != kind.value
    assert "CA" in event_text(event, words, {}) or kind is EventKind.INVENTORY


def test_an_event_of_many_sites_is_cut_with_a_count() -> None:
    """Twelve are named, the rest is counted; several accounts are told apart."""
    event = unopened().run.events[0]
    places = tuple(Place("amazon", f"shop{n}", f"S{n}") for n in range(20))

    text = event_text(replace(event, places=places, untouched=()), words_for("en"), {})

    assert "shop11 S11" in text
    assert "shop12" not in text
    assert "and 8 more" in text


def test_a_hostile_site_name_is_harmless() -> None:
    """What a page said of a site is shown, and nothing more."""
    event = replace(unopened().run.events[0], places=(Place("amazon", "main", "\x1b[31mX"),))

    assert "\x1b" not in event_text(event, words_for("en"), {})


def test_a_site_that_is_in_no_list_is_named() -> None:
    """The visit knows it."""
    told = unopened()

    assert "Canada (CA)" in printed(Story(told.run, told.known, ()))
