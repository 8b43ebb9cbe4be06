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
_STRETCH = st.tuples(
    _SEEN, st.lists(_MINUTES, min_size=1, max_size=5), st.booleans(), st.sampled_from([False, False, True])
)


def _visit(seen: int, *, doubted: bool, drifts: bool) -> Visit:
    if seen == AWAY:
        return visit(lost(RATE, Presence.NOT_OBSERVED), outcome=Outcome.SITE_DOWN)
    if seen == UNREADABLE:
        return visit(lost(RATE), outcome=Outcome.PARTIAL)
    red = doubted and seen == CRITICAL
    outcome = Outcome.DRIFT if drifts else Outcome.READ
    return visit(disputed(RATE) if red else shown(RATE, LEVELS[seen]), outcome=outcome)


@settings(max_examples=500)
@given(st.lists(_STRETCH, max_size=12))
@example([(OK, [30], False, False), (CRITICAL, [30], False, False), (OK, [29, 30], False, False)])
@example([(seen, [1440], False, False) for seen in [OK, CRITICAL] * 10 + [OK] * 12])
def test_a17_what_is_told_is_what_the_specification_says(
    stretches: list[tuple[int, list[int], bool, bool]],
) -> None:
    """Over any story of one key: told in the same runs, with the same reminders, and as long open."""
    model, known, now = Model(), dict[Key, Known](), START
    for seen, waits, doubted, drifts in stretches:
        for minutes in waits:
            now += timedelta(minutes=minutes)
            day = compare(known, [at(_visit(seen, doubted=doubted, drifts=drifts), now)], now)
            known |= day.known
            told = [change.verb.value for change in day.changes if change.tell is not Tell.NOT]
            wanted = model.run(seen, now, disputed=doubted and seen == CRITICAL, drifts=drifts)
            mine = [verb for verb in told if verb in TELLING]
            assert Wanted("".join(mine), bool(day.reminders)) == wanted
            assert RATE not in known or known[RATE].is_open == model.is_open
