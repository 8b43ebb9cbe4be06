"""The report on a terminal."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from checker.model import Key, Level, Outcome, Presence
from checker.report.terminal import print_history, print_run, print_state
from tests.unit.report.hostile import hostile_story
from tests.unit.report.samples import (
    DAY_ONE,
    DAY_TWO,
    NOW,
    Story,
    quiet,
    rate,
    rating,
    reading,
    status,
    story,
    two_days,
    visit,
)

HEADINGS = ["Newly red", "Could not be read", "Still open", "amazon · main  7 of 8", "green 0 of 8 sites"]


def console(width: int = 80, *, colour: bool = False) -> Console:
    """Return a console that writes into memory."""
    return Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="truecolor" if colour else None
    )


def text_of(page: Console) -> str:
    """Return what was written."""
    assert isinstance(page.file, io.StringIO)
    return page.file.getvalue()


def shown(told: Story, width: int = 80, language: str = "en", *, colour: bool = False) -> str:
    """Return a run as printed."""
    page = console(width, colour=colour)
    print_run(told.run, told.known, told.places, page, now=NOW, language=language)
    return text_of(page)


class TestRun:
    """`print_run`."""

    def test_it_opens_with_what_is_newly_red(self) -> None:
        """The first line counts the new reds; the sections come in their order."""
        text = shown(two_days())

        assert " ".join(text.split()).startswith(
            "✖ 4 new reds, on 4 sites, 3 of them one event, 5 open (critical 4, warning 1), could not sign in"
            " to main: picture puzzle, 1 site not read in full This run read 7 of 8 sites."
        )
        places = [text.index(heading) for heading in HEADINGS]
        assert places == sorted(places)

    @pytest.mark.parametrize(
        "told",
        [
            "Canada (CA)",
            "registration pending",
            "Account status",
            "Unhealthy",
            "Identity check",
            "23 Jan 2026, 00:00 PST (23 Jan, 08:00 UTC), in 60 days",
            "92, target ≥ 200",
            "run2/CA/status-crop.png",
            "B0EXAMPLE1",
            "2 Dec 2025, 23:59 PST (3 Dec, 07:59 UTC), in 9 days",
        ],
    )
    def test_a_red_says_where_what_why_and_by_when(self, told: str) -> None:
        """Each of these is on the screen."""
        assert told in shown(two_days(), 120)

    def test_what_could_not_be_read_is_loud(self) -> None:
        """It names the widget, the reason, who must act and what stays."""
        text = shown(two_days(), 120)

        assert "the last known level stays" in text
        matter = (
            "two candidates for .sp-middle-col: Received intellectual property complaints on United States"
        )
        assert matter in text
        assert "Must act: the seller" in text
        assert "not reached: 14 widgets; last known: OK? (read 24 hours ago), never read" in text

    def test_the_bottom_line_is_honest(self) -> None:
        """What is not green comes first, and how much is green is said last."""
        last = shown(two_days(), 200).strip().splitlines()[-1]

        assert last.startswith("CRITICAL 4, WARNING 1, UNKNOWN 1,")
        assert last.endswith("not read: 15 widgets, 1 metric beyond its limit, green 0 of 8 sites")

    def test_a_quiet_run_says_so_first(self) -> None:
        """Nothing new, with what is open and what was not read."""
        first = shown(quiet(), 200).splitlines()[0]

        assert first == (
            "Nothing new in what could be read, 5 open (critical 4, warning 1), could not sign in to main: "
            "picture puzzle, 1 site not read in full"
        )

    def test_a_run_with_nothing_at_all_is_short(self) -> None:
        """All green is two words, a line per site and the count."""
        told = story([visit("US", [status("US"), rating("US", 812)])])
        told = Story(told.run, told.known, told.places[:1])

        assert shown(told).splitlines()[0] == "Nothing new"
        assert shown(told).strip().endswith("green 1 of 1 sites")
        assert "✔ OK" in shown(told)

    def test_a_dry_run_says_so(self) -> None:
        """Neither stored nor told."""
        assert "Dry run" in shown(story([visit("US", [status("US")])], dry_run=True))

    def test_a_run_that_visited_nothing_is_not_green(self) -> None:
        """No site, no word of green."""
        told = story([])

        assert "no site was visited" in shown(Story(told.run, {}, ()))

    def test_chinese(self) -> None:
        """The same in Chinese."""
        text = shown(two_days(), 120, "zh")

        assert text.splitlines()[0].startswith("✖ 4 项新变红，涉及 4 个站点，其中 3 项为同一事件")
        assert "身份验证" in text
        assert "60天后" in text


class TestSafety:
    """Nothing a page says can act on the terminal."""

    @pytest.mark.parametrize("language", ["en", "zh"])
    @pytest.mark.parametrize("width", [30, 80, 200])
    def test_d3_hostile_text_in_every_field_is_inert(self, width: int, language: str) -> None:
        """Without colour no control character but the line end is printed at all."""
        text = shown(hostile_story(), width, language)

        assert {char for char in text if ord(char) < 32 or 127 <= ord(char) < 160} == {"\n"}
        assert not {"\u202e", "\u200b", "\u2066"} & set(text)

    def test_markup_of_the_page_is_not_interpreted(self) -> None:
        """Brackets stay brackets, in colour as well; only our own colours are sent."""
        text = shown(hostile_story(), 400, colour=True)

        assert "[link=https://evil.example]" in text
        assert "\x1b]" not in text
        assert ":warning:" in text

    @pytest.mark.parametrize("width", [24, 40, 60, 80, 133])
    @pytest.mark.parametrize("told", ["sample", "hostile"])
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_no_line_is_wider_than_the_terminal(self, width: int, told: str, language: str) -> None:
        """Long words and Chinese fold; names to be copied stand whole on lines of their own."""
        text = shown(two_days() if told == "sample" else hostile_story(), width, language)

        broken = [line for line in text.splitlines() if not line.startswith("    ") or " " in line.strip()]
        assert max(map(cell_len, broken)) <= width

    def test_it_reads_without_colour(self) -> None:
        """Every standing has its own sign and its own word."""
        text = shown(two_days())

        assert {"✖ Critical", "? Unknown", "▲ Warning", "– No rating"} <= {
            sign for sign in ("✖ Critical", "? Unknown", "▲ Warning", "– No rating") if sign in text
        }

    def test_what_was_not_read_is_never_in_green(self) -> None:
        """No green is sent at all in a run with nothing green."""
        told = two_days()
        unread = [v for v in told.run.visits if v.site.code in ("UK", "DE")]
        text = shown(story([visit("UK", [status("UK", DAY_ONE)])], unread), colour=True)

        assert "\x1b[32m" not in text
        assert "\x1b[32m" in shown(story([visit("US", [status("US")])]), colour=True)

    def test_a_terminal_without_unicode_gets_plain_signs(self) -> None:
        """An ASCII terminal sees letters instead of shapes."""
        raw = io.BytesIO()
        page = Console(file=io.TextIOWrapper(raw, "ascii", errors="replace"), width=80)
        told = story([visit("US", [status("US")])])
        print_run(told.run, told.known, told.places[:1], page, now=NOW)
        page.file.flush()

        assert b"+ OK" in raw.getvalue()
        assert b"?" not in raw.getvalue().splitlines()[0]


class TestState:
    """`print_state`."""

    def test_it_lists_what_is_open_what_was_not_read_and_every_site(self) -> None:
        """What is open comes first, with its age."""
        told, page = two_days(), console(120)
        print_state(told.known, told.places, page, now=NOW)
        text = text_of(page)

        assert text.index("Open (5)") < text.index("Could not be read (1)") < text.rindex("amazon · main")
        assert "Since 24 hours ago" in text
        assert "14/14, 24 hours ago" in text

    def test_old_greens_are_unknown(self) -> None:
        """Nothing is green that is older than the limit."""
        told, page = story([visit("US", [status("US")])]), console()
        print_state(told.known, told.places[:1], page, now=NOW + timedelta(days=3))

        assert "✔" not in text_of(page)
        assert "green 0 of 1 sites" in text_of(page)

    def test_an_empty_store_says_what_to_do(self) -> None:
        """Nothing known is one sentence with the next step."""
        page = console()
        print_state({}, (), page, now=NOW)

        assert text_of(page).strip() == "Nothing is known yet: run `checker run` first."


class TestHistory:
    """`print_history`."""

    def test_each_reading_is_a_line_and_changes_are_marked(self) -> None:
        """Oldest first; an arrow where the level is another."""
        points = [
            rate("US", "orders.late_shipment_rate", 58, 1000, "0.04", DAY_TWO, level=Level.WARNING),
            rate("US", "orders.late_shipment_rate", 9, 1000, "0.04", DAY_ONE),
        ]
        page = console(160)
        print_history(points[0].key, points, page, now=NOW, zone="Asia/Tokyo")
        lines = text_of(page).splitlines()

        assert lines[:2] == ["Late shipment rate", "amazon/main/US/orders.late_shipment_rate"]
        assert lines[2:4] == ["▁▄", "▁█"]
        assert lines[4].startswith("  23 Nov 2025, 13:12 UTC+9")
        assert lines[5].startswith("→ 24 Nov 2025, 13:12 UTC+9")
        assert "5.8% (58 of 1,000), target < 4%" in lines[5]

    def test_unread_points_are_question_marks(self) -> None:
        """A look that could not read it says so and why."""
        lost = reading("US", "x", presence=Presence.UNREADABLE, reason="gone")
        page = console()
        print_history(lost.key, [lost], page, now=NOW)

        assert "? Unreadable  gone" in text_of(page)

    def test_an_unknown_key_says_so(self) -> None:
        """Nothing known is one sentence, with the key made safe."""
        page = console()
        print_history(Key("amazon", "main", "US", "x\x1b[31m"), [], page, now=NOW)

        assert text_of(page).startswith("Nothing is known of amazon/main/US/x%1B%5B31m.")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_can_be_told(outcome: Outcome) -> None:
    """No way a visit can end breaks the report."""
    told = story([visit("US", [status("US", DAY_ONE)])], [visit("US", [], outcome, "because")])

    assert shown(told)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [64, 80, 97, 120, 180])
def test_a_table_that_fits_is_drawn_as_if_it_had_been_measured(
    monkeypatch: pytest.MonkeyPatch, language: str, width: int
) -> None:
    """Letter by letter and colour by colour: that nothing is measured saves time and shows nowhere."""

    def drawn() -> str:
        told, out = two_days(), io.StringIO()
        console = Console(file=out, width=width, force_terminal=True, color_system="truecolor")
        print_run(told.run, told.known, told.places, console, now=NOW, language=language)
        return out.getvalue()

    quick = drawn()
    monkeypatch.setattr("checker.report._blocks._BETWEEN", 10_000)

    assert quick == drawn()
