"""The report as a page: complete, in order, written whole."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from checker.model import Level
from checker.report.html import render_html, write_html
from tests.unit.report.page import PICTURES, page_of, texts
from tests.unit.report.samples import DAY_ONE, NOW, Story, quiet, rating, status, story, two_days, visit


class TestOrder:
    """What stands where."""

    def test_it_opens_with_what_is_newly_red(self) -> None:
        """Headline and first section are the new reds; the sections come in their order."""
        page = page_of(two_days())

        (first,) = texts(page, "h1")
        assert first.startswith(
            "✖ 4 new reds, on 4 sites, 3 of them one event, 5 open (critical 4, warning 1)"
        )
        assert texts(page, "main h2") == [
            "Newly red 4",
            "Could not be read 2",
            "Still open, told before 1",
            "Every site",
        ]

    @pytest.mark.parametrize(
        "told",
        [
            "Canada (CA)",
            "registration pending",
            "Unhealthy",
            "Account Health Rating: 92, target ≥ 200 · 180 days",
            "Identity check: the banner asks for identity documents within 60 days",
            "Deadline 23 Jan 2026, 00:00 PST (23 Jan, 08:00 UTC), in 60 days",
            "What to do",
            "6 minutes ago",
        ],
    )
    def test_a_red_says_where_why_since_when_and_what_to_do_by_when(self, told: str) -> None:
        """Each of these stands on Canada's card."""
        assert told in texts(page_of(two_days()), "#red-1")[0]

    def test_violations_are_a_table(self) -> None:
        """Product, number, date, action, impact and deadline each have a column."""
        page = page_of(two_days())
        heads = texts(page, "#red-4 table.items th")

        assert {"ASIN", "SKU", "Date", "Action taken", "Rating impact", "Deadline"} <= set(heads)
        assert "B0EXAMPLE1" in texts(page, "#red-4 table.items td")

    def test_every_reading_of_every_site_is_there(self) -> None:
        """The US table has value, target, counts, window, native word and level."""
        page = page_of(two_days())
        row = next(
            text for text in texts(page, ".readings tr") if text.startswith("Order defect rate (Seller")
        )

        assert row == "Order defect rate (Seller fulfilled) ✔ OK 0.35% < 1% 7 of 2,000 60 days GOOD"
        assert len(page.css("details.site")) == 8

    def test_what_was_not_read_says_who_must_act(self) -> None:
        """The card of the United Kingdom names the outcome, the person and the next step."""
        card = texts(page_of(two_days()), "#unread-2")[0]

        assert "Picture puzzle" in card
        assert "Who must act the seller" in card
        assert "checker login" in card

    def test_the_run_is_named_with_its_versions(self) -> None:
        """Run, times and versions stand at the end."""
        footer = texts(page_of(two_days()), "footer")[0]

        assert "20251124T041200Z-7f3a" in footer
        assert "amazon 1.0" in footer
        assert "24 Nov 2025, 04:12 UTC" in footer

    def test_a_quiet_run_says_nothing_new_first(self) -> None:
        """The known reds are folded below."""
        page = page_of(quiet())

        assert texts(page, "h1")[0].startswith("Nothing new")
        assert len(page.css(".section-still_open details.fold")) == 5

    def test_chinese(self) -> None:
        """Language tag and words are Chinese; native words keep their own language."""
        page = page_of(two_days(), language="zh")

        assert page.css_first("html").attributes["lang"] == "zh-Hans"
        assert texts(page, "h1")[0].startswith("✖ 4 项新变红，涉及 4 个站点，其中 3 项为同一事件")
        assert page.css_first("bdi[lang=ja]").text() == "健全でない"


class TestNeverGreen:
    """Green only for what was read in this run and is in order."""

    def test_unread_and_unrated_have_no_green_badge(self) -> None:
        """Neither the rows nor the lines of such sites carry the class ok."""
        page = page_of(two_days())
        lines = {line.css_first(".c-site b").text(): line for line in page.css("details.site")}

        assert not lines["United Kingdom (UK)"].css(".badge.ok")
        assert not lines["Germany (DE)"].css(".badge.ok")
        assert lines["United Kingdom (UK)"].css(".c-status .badge.unknown")

    def test_numbers_of_an_earlier_run_are_marked_as_old(self) -> None:
        """A value that was not read again has a question mark and its age."""
        page = page_of(two_days())
        old = next(text for text in texts(page, "tr.old") if text.startswith("Received intellectual"))

        assert "0?" in old
        assert "OK? (read 24 hours ago)" in old

    def test_only_a_run_without_anything_open_or_unread_is_green_at_the_top(self) -> None:
        """The page's edge is green for all well, and only then."""
        fine = story([visit("US", [status("US"), rating("US", 812)])])

        assert page_of(fine).css("header.ok")
        assert not page_of(quiet()).css("header.ok")
        assert page_of(two_days()).css("header.critical")


class TestFile:
    """How it is written."""

    def test_it_is_one_private_file_and_nothing_is_left_beside_it(self, tmp_path: Path) -> None:
        """Mode 0600, replaced whole."""
        told, out = two_days(), tmp_path / "run.html"
        out.write_text("old")
        out.chmod(0o644)
        write_html(out, told.run, told.known, told.places, PICTURES.get, now=NOW)

        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert out.read_text().startswith("<!DOCTYPE html>")
        assert [path.name for path in tmp_path.iterdir()] == ["run.html"]

    def test_a_failure_leaves_the_old_report(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A disk that fills up halfway does not cost the report of before."""
        told, out = two_days(), tmp_path / "run.html"
        out.write_text("old")
        monkeypatch.setattr("checker.report.html.os.fsync", _full)

        with pytest.raises(OSError, match="no space"):
            write_html(out, told.run, told.known, told.places, PICTURES.get, now=NOW)

        assert out.read_text() == "old"
        assert [path.name for path in tmp_path.iterdir()] == ["run.html"]

    def test_it_loads_nothing(self) -> None:
        """No address but links a person follows, and no style that fetches."""
        told = two_days()
        text = render_html(told.run, told.known, told.places, PICTURES.get, now=NOW)

        assert not re.search(r"url\(|@import|<link|src=\"http", text)

    def test_landmarks_and_headings_are_there(self) -> None:
        """One main, one h1, every section named, a way past the header."""
        page = page_of(two_days())

        assert [len(page.css(tag)) for tag in ("main", "h1", "header", "footer")] == [1, 1, 1, 1]
        for section in page.css("section"):
            name = section.attributes["aria-labelledby"]
            assert page.css(f"#{name}")
        assert page.css_first("a.skip").attributes["href"] == "#findings"

    def test_anchors_are_unique_and_every_inner_link_arrives(self) -> None:
        """No link within the page leads nowhere."""
        page = page_of(two_days())
        ids = [node.attributes["id"] for node in page.css("[id]")]

        assert len(ids) == len(set(ids))
        assert {node.attributes["href"] for node in page.css("a[href^='#']")} <= {f"#{name}" for name in ids}


def test_a_run_that_read_nothing_at_all_has_a_page() -> None:
    """No visit, no place, no reading: still a page that says so."""
    told = story([])
    page = page_of(Story(told.run, {}, ()))

    assert texts(page, "h1") == ["Nothing new"]
    assert not page.css("details.site")


def test_a_story_of_yesterday_is_told_of_yesterday() -> None:
    """The first run of an account lists its findings as new."""
    red = status("US", DAY_ONE, level=Level.CRITICAL)

    assert texts(page_of(story([visit("US", [red])])), "h1") == ["✖ 1 new red, on 1 site"]


def _full(_: int) -> None:
    raise OSError("no space left on device")
