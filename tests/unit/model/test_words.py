"""Status words are compared as a reader compares them (A5)."""

from __future__ import annotations

import pytest

from checker.model.words import fold_word

SAME = [
    ("Gut", "gut"),
    ("STRASSE", "straße"),
    ("جيد", "\u200fجيد\u200f"),
    ("جيد", "\u2067جيد\u2069"),
    ("טוב", "\u200eטוב"),
    ("良好", "\u200b良好\ufeff"),
    ("Good", "Ｇｏｏｄ"),
    ("Gefährdet", "Gefa\u0308hrdet"),
    ("at risk", "at\u00a0risk"),
    ("at risk", " At  Risk "),
]
OTHER = [
    ("Good", "Not good"),
    ("Good", "Good."),
    ("Good", "\u202edooG\u202c"),
    ("Good", "\u202dGood"),
    ("良好", "良"),
    ("جيد", "جيد جدا"),
    ("OK", "0K"),
    ("", "–"),
]


@pytest.mark.parametrize(("word", "printed"), SAME)
def test_a5_marks_nobody_sees_make_no_other_word(word: str, printed: str) -> None:
    """Case, directional marks, full-width letters, composed letters, blanks."""
    assert fold_word(word) == fold_word(printed)


@pytest.mark.parametrize(("word", "printed"), OTHER)
def test_a5_what_a_reader_sees_makes_another_word(word: str, printed: str) -> None:
    """It is unknown then, and so unreadable: never ok for being like an ok word."""
    assert fold_word(word) != fold_word(printed)
