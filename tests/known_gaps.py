"""What is known to fail, each with the reason: such a test runs, and whether it passes is reported.

A line goes with what it names.
"""

from __future__ import annotations

from typing import Final

__all__ = ["known_gap"]

# The beginning of a test's id, and why it may fail.
_GAPS: Final = {
    "tests/fixtures/test_dialects_in_browser.py::test_a_person_gets_in_and_finds_the_same_words[temu]": (
        "Temu's page is not drawn alike in every dialect"
    ),
}


def known_gap(test: str) -> str | None:
    """Return why a test may fail, if that is known; the longest line that fits counts."""
    fitting = [start for start in _GAPS if test.startswith(start)]
    return _GAPS[max(fitting, key=len)] if fitting else None
