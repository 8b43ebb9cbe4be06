"""What a person said of a reading after looking at the console: right, wrong, or not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checker.model.records import Key, Reading

__all__ = ["Answer", "Confirmation"]


class Answer(StrEnum):
    """What a person may say of what was read."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person said of one reading; it holds for the layout it was read from.

    says: what the console says instead, as they typed it. page, structure: the page it was read from, and how
    that was built. source, rule: what read it.
    """

    key: Key
    answer: Answer
    by: str
    at: datetime
    says: str = ""
    page: str = ""
    structure: str = ""
    source: str = ""
    rule: str = ""

    @classmethod
    def of(cls, reading: Reading, answer: Answer, by: str, at: datetime, says: str = "") -> Confirmation:
        """Return what somebody says of a reading."""
        origin = reading.origin
        return cls(
            reading.key, answer, by, at, says, origin.page, origin.structure, origin.source, origin.rule
        )
