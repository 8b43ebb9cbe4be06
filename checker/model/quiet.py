"""What an overview needs of a key with which nothing is the matter: so little that such keys are counted.

Of a big seller's keys nearly all are quiet. Whoever wants to know how shops stand looks at the others one by
one, and is told of these how many there are of each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from checker.model.levels import Level, Presence
from checker.model.records import Place

__all__ = ["Quiet", "QuietGroup"]

_MARKS: Final = ("of_account", "is_item", "is_asked")


@dataclass(frozen=True, slots=True)
class Quiet:
    """A key without a finding, which was read the last time; written e.g. `shown/ok/of_account/is_asked`.

    presence: of the last reading. level: what may be shown as long as that is fresh: ok, or none.
    of_account: whether it is said of the account itself. is_item: whether it is an item of a list.
    is_asked: whether a person can compare it with the console.
    """

    presence: Presence
    level: Level | None
    of_account: bool = False
    is_item: bool = False
    is_asked: bool = False

    def __str__(self) -> str:
        """Return the written form."""
        marks = [mark for mark in _MARKS if getattr(self, mark)]
        return "/".join((self.presence, self.level or "-", *marks))

    @classmethod
    def parse(cls, text: str) -> Quiet:
        """Return what a text is the written form of; ValueError if it is none."""
        presence, level, *marks = text.split("/")
        found = cls(
            Presence(presence),
            None if level == "-" else Level(level),
            **{mark: mark in marks for mark in _MARKS},
        )
        if str(found) != text:
            raise ValueError(f"not how quiet keys are written: {text!r}")
        return found


@dataclass(frozen=True, slots=True)
class QuietGroup:
    """The quiet keys of one place that are alike.

    is_fresh: whether they were read recently enough to be believed. seen_at: when one was last looked at.
    """

    place: Place
    said: Quiet
    is_fresh: bool
    count: int
    seen_at: datetime
