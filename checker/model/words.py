"""Status words compared as a reader compares them; pure.

Case and marks nobody sees make no difference; anything a reader would see does.
"""

from __future__ import annotations

import unicodedata

from checker.model.numbers import INVISIBLE

__all__ = ["fold_word"]


def fold_word(text: str) -> str:
    """Return a word for comparing: case folded, without invisible marks, full-width forms made narrow.

    The two overrides (U+202D, U+202E) are kept, and so match nothing: under them a word is seen reversed.
    """
    seen = unicodedata.normalize("NFC", text.translate(INVISIBLE))
    narrow = "".join(
        unicodedata.normalize("NFKC", char) if unicodedata.east_asian_width(char) == "F" else char
        for char in seen
    )
    return " ".join(narrow.casefold().split())
