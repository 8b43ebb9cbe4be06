"""Page text made harmless for terminals, logs, spreadsheets and JSON (cases D2 and D3)."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.report.safe import csv_cell, json_text, printable, well_formed

D3_ACTIVE = [
    ("\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"),
    ("\x1b]52;c;ZXZpbA==\x07", "\\x1b]52;c;ZXZpbA==\\x07"),
    ("\x1b]8;;https://evil.example\x1b\\click", "\\x1b]8;;https://evil.example\\x1b\\click"),
    ("\x9b31m\x9d0;title\x9c", "\\x9b31m\\x9d0;title\\x9c"),
    ("ring\x07 back\x08", "ring\\x07 back\\x08"),
    ("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
    ("zero\u200bwidth\ufeff\u2060", "zero\\u200bwidth\\ufeff\\u2060"),
    ("a\r\nFAKE LOG LINE\u2028b", "a\\r\\nFAKE LOG LINE\\u2028b"),
    ("\U000e0041tag", "\\U000e0041tag"),
    ("lone\ud800surrogate", "lone\\ud800surrogate"),
    ("fill\u3164er", "fill\\u3164er"),
]

D2_FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "|calc",
    "%0A",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\u3000=1",
    "\u200b=1",
    "\ufeff@x",
    "\x00=1",
    "\uff1dcmd",
    "\uff20x",
    "\ttext",
    '=HYPERLINK("http://evil.example")',
    "=cmd|' /C calc'!A0",
]


class TestPrintable:
    """What a person reads."""

    @pytest.mark.parametrize(("text", "shown"), D3_ACTIVE)
    def test_d3_active_and_hidden_characters_are_shown_as_escapes(self, text: str, shown: str) -> None:
        """Whatever could move, ring, reorder or hide is seen instead."""
        assert printable(text) == shown

    @pytest.mark.parametrize("text", ["健全でない", "صحة الحساب", "Kondycja konta", "–8 €", "5 ★", "a b"])
    def test_words_of_every_console_stay_as_they_are(self, text: str) -> None:
        """Ordinary words in any script are untouched."""
        assert printable(text) == text

    def test_long_text_is_cut_with_a_mark(self) -> None:
        """One megabyte becomes one line that says how much is missing."""
        shown = printable("x" * 1_000_000, limit=100)

        assert shown == "x" * 100 + "… [999900 more]"

    def test_escapes_count_towards_the_limit(self) -> None:
        """A text of control characters does not grow past the limit."""
        assert len(printable("\x1b" * 10_000, limit=100)) < 130

    @given(st.text(st.characters()))
    def test_nothing_unsafe_survives(self, text: str) -> None:
        """No text whatever leaves a control, format or surrogate character."""
        assert not {unicodedata.category(char) for char in printable(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


class TestCsvCell:
    """What a spreadsheet reads."""

    @pytest.mark.parametrize("text", D2_FORMULAS)
    def test_d2_what_could_be_a_formula_is_text(self, text: str) -> None:
        """Each gets a leading apostrophe."""
        assert csv_cell(text).startswith("'")

    @pytest.mark.parametrize("text", ["B0EXAMPLE1", "a=b", "10% off", "健全", "'=1", "", "  plain"])
    def test_other_text_stays_as_it_is(self, text: str) -> None:
        """Text no spreadsheet runs is not touched."""
        assert csv_cell(text) == text

    @pytest.mark.parametrize(
        ("number", "cell"), [(Decimal("-0.5"), "-0.5"), (Decimal("1E+3"), "1000"), (-3, "-3"), (None, "")]
    )
    def test_our_own_numbers_stay_numbers(self, number: Decimal | int | None, cell: str) -> None:
        """A negative number of ours is no formula."""
        assert csv_cell(number) == cell

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_a_cell_survives_being_written_and_read(self, text: str) -> None:
        """What was read back starts with nothing a spreadsheet would run."""
        file = io.StringIO()
        csv.writer(file, quoting=csv.QUOTE_ALL).writerow([csv_cell(text)])
        read = next(csv.reader(io.StringIO(file.getvalue(), newline="")))[0]

        assert read.strip()[:1] not in set("=+-@|%")


class TestJsonText:
    """What another program, or a terminal, reads."""

    def test_terminal_controls_and_bidi_are_escaped_and_come_back(self) -> None:
        """The text is harmless as printed and the same when parsed."""
        hostile = {"native": "\x1b[31m\x9b\u202e\u200b健全"}
        text = json_text(hostile)

        assert not {"\x1b", "\x9b", "\u202e", "\u200b"} & set(text)
        assert "健全" in text
        assert json.loads(text) == hostile

    def test_lone_surrogates_are_replaced(self) -> None:
        """What UTF-8 cannot hold does not stop a report."""
        assert well_formed("a\ud800b").encode() == b"a\xef\xbf\xbdb"
