"""What a person said of readings, in words: confirmed on this layout, called wrong, or not yet confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from babel.dates import format_date

from checker.compare.confirmed import asks, holds, is_confirmed
from checker.model import Key, Known, Reading
from checker.model.confirmed import Answer, Confirmation
from checker.report.safe import printable
from checker.report.words import Words

__all__ = ["confirmed_in_all", "confirmed_lines", "confirmed_text"]


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
    asked = [state for state in states if asks(state)]
    confirmed = sum(is_confirmed(confirmations.get(state.key), state.last) for state in asked)
    if not confirmed:
        return words.say("unconfirmed")
    return words.say("confirmed_of", part=confirmed, whole=len(asked))


def confirmed_lines(
    states: Iterable[Known], confirmations: Mapping[Key, Confirmation], words: Words
) -> Iterator[str]:
    """Yield how much of each account was confirmed, a line each."""
    by_account: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for state in states:
        by_account[state.key.marketplace, state.key.account].append(state)
    for names, own in sorted(by_account.items()):
        yield words.colon(printable(" · ".join(names), 120), confirmed_in_all(own, confirmations, words))


def _day(moment: datetime, words: Words) -> str:
    return format_date(moment, "medium", locale=words.locale)
