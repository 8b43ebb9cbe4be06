"""The comparison against the model of the soak, which was made from the specification alone (A17)."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.compare import compare
from checker.model import Key, Known, Level, Outcome, Presence, Tell, Visit
from tests.soak import AWAY, CRITICAL, OK, TELLING, UNREADABLE, WARNING, Model, Wanted
from tests.unit.compare.seen import START, at, disputed, key, lost, shown, visit

RATE = key()
LEVELS = {OK: Level.OK, WARNING: Level.WARNING, CRITICAL: Level.CRITICAL}
_MINUTES = st.sampled_from([1, 20, 29, 30, 31, 240, 720, 1439, 1440, 1500, 3000])
_SEEN = st.sampled_from([OK, OK, WARNING, CRITICAL, UNREADABLE, AWAY])
# A console stays as it is for some runs, else hardly anything is ever over.
_STRETCH = st.tuples(_SEEN, st.lists(_MINUTES, min_size=1, max_size=5), st.booleans())


def _visit(seen: int, *, doubted: bool) -> Visit:
    if seen == AWAY:
        return visit(lost(RATE, Presence.NOT_OBSERVED), outcome=Outcome.SITE_DOWN)
    if seen == UNREADABLE:
        return visit(lost(RATE), outcome=Outcome.PARTIAL)
    red = doubted and seen == CRITICAL
    return visit(disputed(RATE) if red else shown(RATE, LEVELS[seen]))


@settings(max_examples=500)
@given(st.lists(_STRETCH, max_size=12))
@example([(OK, [30], False), (CRITICAL, [30], False), (OK, [29, 30], False)])
@example([(seen, [1440], False) for seen in [OK, CRITICAL] * 10 + [OK] * 12])
def test_a17_what_is_told_is_what_the_specification_says(
    stretches: list[tuple[int, list[int], bool]],
) -> None:
    """Over any story of one key: told in the same runs, with the same reminders, and as long open."""
    model, known, now = Model(), dict[Key, Known](), START
    for seen, waits, doubted in stretches:
        for minutes in waits:
            now += timedelta(minutes=minutes)
            day = compare(known, [at(_visit(seen, doubted=doubted), now)], now)
            known |= day.known
            told = [change.verb.value for change in day.changes if change.tell is not Tell.NOT]
            wanted = model.run(seen, now)
            mine = [verb for verb in told if verb in TELLING]
            assert Wanted("".join(mine), bool(day.reminders)) == wanted
            assert RATE not in known or known[RATE].is_open == model.is_open
