"""What a person said of readings, in words: confirmed on this layout, called wrong, or not yet confirmed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from checker.compare.confirmed import asks, holds, is_confirmed
from checker.model import Key, Known, Place, QuietGroup, Reading
from checker.model.confirmed import Answer, Confirmation
from checker.report.safe import printable
from checker.report.words import Words

__all__ = [
    "Confirmed",
    "confirmed_by_place",
    "confirmed_in_all",
    "confirmed_lines",
    "confirmed_text",
    "count_confirmed",
]


def confirmed_text(confirmation: Confirmation | None, reading: Reading, words: Words) -> str:
    """Return what a person said of a reading, if that still holds, or that nobody said anything yet."""
    if confirmation is None:
        return words.say("unconfirmed")
    told = {"by": printable(confirmation.by, 60), "day": _day(confirmation.at, words)}
    if not holds(confirmation, reading):
        return words.say("confirmed_once", **told)
    if confirmation.answer is Answer.WRONG:
        return words.colon(words.say("called_wrong", **told), printable(confirmation.says, 200))
    name = "confirmed" if confirmation.answer is Answer.RIGHT else "called_absent"
    return words.say(name, **told)


def confirmed_in_all(states: Iterable[Known], confirmations: Mapping[Key, Confirmation], words: Words) -> str:
    """Return how many widgets of an account were confirmed as they are read now."""
    return count_confirmed(states, confirmations).told(words)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many widgets a person can compare with the console, and how many of them were found to be right."""

    part: int
    whole: int

    def told(self, words: Words) -> str:
        """Return it in words."""
        if not self.part:
            return words.say("unconfirmed")
        return words.say("confirmed_of", part=self.part, whole=self.whole)


def count_confirmed(states: Iterable[Known], confirmations: Mapping[Key, Confirmation]) -> Confirmed:
    """Count the widgets that can be compared, and those that were confirmed as they are read now."""
    asked = [state for state in states if asks(state)]
    part = sum(is_confirmed(confirmations.get(state.key), state.last) for state in asked)
    return Confirmed(part, len(asked))


def confirmed_by_place(
    loud: Iterable[Known],
    quiet: Iterable[QuietGroup],
    once: Iterable[Known],
    confirmations: Mapping[Key, Confirmation],
) -> dict[Place, Confirmed]:
    """Return how much of each place was confirmed.

    Args:
        loud: The states an overview looks at.
        quiet: The others, counted.
        once: The states of all keys that somebody ever said something of, of whichever of the two.
        confirmations: What was said of them.
    """
    whole: Counter[Place] = Counter()
    for state in loud:
        whole[state.key.place] += asks(state)
    for group in quiet:
        whole[group.place] += group.count if group.said.is_asked else 0
    right = (state for state in once if asks(state))
    part = Counter(
        state.key.place for state in right if is_confirmed(confirmations.get(state.key), state.last)
    )
    return {place: Confirmed(part[place], count) for place, count in whole.items()}


def confirmed_lines(places: Mapping[Place, Confirmed], words: Words) -> Iterator[str]:
    """Yield how much of each account was confirmed, a line each."""
    by_account: dict[tuple[str, str], Confirmed] = defaultdict(lambda: Confirmed(0, 0))
    for place, one in places.items():
        account = place.marketplace, place.account
        so_far = by_account[account]
        by_account[account] = Confirmed(so_far.part + one.part, so_far.whole + one.whole)
    for names, counted in sorted(by_account.items()):
        yield words.colon(printable(" · ".join(names), 120), counted.told(words))


def _day(moment: datetime, words: Words) -> str:
    return format_date(moment, "medium", locale=words.locale)
