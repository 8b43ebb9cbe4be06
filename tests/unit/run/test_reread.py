"""What a second look in the same visit makes of the first (A8's first half)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from checker.run.reread import confirmed, wants_second_look

from checker.model import Key, Level, Presence, Reading, Reread

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEY, OTHER = Key("amazon", "main", "US", "account.status"), Key("amazon", "main", "US", "other")
OK, RED = (
    Reading(KEY, Presence.SHOWN, AT, level, native=level.value.title())
    for level in (Level.OK, Level.CRITICAL)
)
WARNING = replace(RED, level=Level.WARNING)
LOST, NONE = (Reading(KEY, presence, AT) for presence in (Presence.UNREADABLE, Presence.NONE))
UNSEEN = Reading(KEY, Presence.NOT_OBSERVED, AT)


@pytest.mark.parametrize(
    ("readings", "known", "wanted"),
    [
        ([], {}, False),
        ([OK, NONE, UNSEEN], {}, False),
        ([RED], {}, True),
        ([OK, replace(WARNING, key=OTHER)], {}, True),
        ([RED], {str(KEY): RED.fingerprint}, False),
        ([RED], {str(KEY): WARNING.fingerprint}, True),
        ([replace(RED, reason="another")], {str(KEY): RED.fingerprint}, True),
        ([LOST], {}, True),
        ([LOST], {str(KEY): "unreadable"}, False),
        ([LOST], {str(KEY): RED.fingerprint}, True),
        ([RED], {str(KEY): "unreadable"}, True),
    ],
)
def test_only_news_is_looked_at_twice(readings: list[Reading], known: dict[str, str], wanted: bool) -> None:
    """A red or an unreadable widget that was not there before; what is known costs no second look."""
    assert wants_second_look(readings, known) is wanted


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (RED, RED, replace(RED, reread=Reread.AGREES)),
        (RED, OK, replace(RED, reread=Reread.DISAGREES, contradicts="read again: ok Ok")),
        (RED, WARNING, replace(RED, reread=Reread.DISAGREES, contradicts="read again: warning Critical")),
        (RED, LOST, replace(RED, reread=Reread.DISAGREES, contradicts="read again: unreadable")),
        (RED, None, replace(RED, reread=Reread.DISAGREES, contradicts="read again: not there")),
        (OK, OK, OK),
        (OK, LOST, OK),
        (OK, None, OK),
        (OK, RED, replace(RED, reread=Reread.DISAGREES, contradicts="read before: ok Ok")),
        (NONE, RED, replace(RED, reread=Reread.DISAGREES, contradicts="read before: none")),
        (LOST, LOST, LOST),
        (LOST, OK, OK),
        (LOST, RED, RED),
        (LOST, NONE, NONE),
        (LOST, None, LOST),
        (LOST, UNSEEN, LOST),
    ],
)
def test_two_looks_come_to_one_reading(first: Reading, second: Reading | None, verdict: Reading) -> None:
    """Agree: believed. Disagree: the red is kept, with the contradiction. Unreadable: what was read."""
    assert confirmed([first], [] if second is None else [second]) == [verdict]


def test_what_only_the_second_look_saw_is_kept() -> None:
    """Such as an item of a list that had not finished; the picture of the first look stays with it."""
    pictured = replace(RED, evidence=("red.png",))
    late = replace(RED, key=OTHER)

    assert confirmed([pictured], [RED, late]) == [replace(pictured, reread=Reread.AGREES), late]
