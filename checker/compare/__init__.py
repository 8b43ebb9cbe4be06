"""Comparing what was read with what was known; pure.

compare        a run against everything known: changes, new states, events
machine        one key: what was known, and what one run saw of it → one verb
observations   what a run saw of each key, exactly once
drift, faults  what nothing may recover from; what a rebuilt page speaks against
gone           what is no longer named, though its list or page was read
moved          what is listed under another category, and is the same
flapping, deadlines, overlays   what lies over a finding's state
signals, support, events, breaker   what makes many changes one event
groups                          what was told together: read again, and told by itself in the end
causes, sites, shown            why, where, and what may be shown
"""

from checker.compare.breaker import EQUAL_FAILURES, ending, open_circuit
from checker.compare.causes import cause_of
from checker.compare.compare import Comparison, compare
from checker.compare.deadlines import DEADLINE_STEPS
from checker.compare.drift import is_drift, with_drift
from checker.compare.gone import PAGE_MARK
from checker.compare.groups import REREADS, due_again
from checker.compare.moved import with_known_keys
from checker.compare.observations import together
from checker.compare.overlays import (
    acknowledge,
    active_ack,
    incident_id,
    is_accepted,
    is_snoozed,
    is_stale,
    key_id,
    snooze,
    unacknowledge,
)
from checker.compare.shown import RATING, RollUp, Shown, may_show, quiet, roll_up_levels
from checker.compare.sites import compare_sites, settled_sites

__all__ = [
    "DEADLINE_STEPS",
    "EQUAL_FAILURES",
    "PAGE_MARK",
    "RATING",
    "REREADS",
    "Comparison",
    "RollUp",
    "Shown",
    "acknowledge",
    "active_ack",
    "cause_of",
    "compare",
    "compare_sites",
    "due_again",
    "ending",
    "incident_id",
    "is_accepted",
    "is_drift",
    "is_snoozed",
    "is_stale",
    "key_id",
    "may_show",
    "open_circuit",
    "quiet",
    "roll_up_levels",
    "settled_sites",
    "snooze",
    "together",
    "unacknowledge",
    "with_drift",
    "with_known_keys",
]
