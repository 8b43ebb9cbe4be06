"""Records, levels, outcomes and findings as data; pure: no browser, clock, disk or log."""

from checker.model.changes import Cause, CauseKind, Change, Event, EventKind, Signal, Tell, Verb
from checker.model.decide import Decision, decide, from_limits
from checker.model.exits import Exit, gravest
from checker.model.findings import FLAP_WINDOW, Ack, Incident, Known, Pending, Rules
from checker.model.levels import (
    Comparator,
    Cycle,
    DecidedBy,
    Kind,
    Level,
    Presence,
    Registration,
    Reread,
    Scope,
    TargetOrigin,
    Trend,
    Unit,
)
from checker.model.outcomes import ENDS_ACCOUNT, FACTS, Actor, Outcome, OutcomeFacts
from checker.model.records import BadKeyError, Key, Origin, Reading, Site, Target, Visit
from checker.model.run import Run, exit_code, visit_exit

__all__ = [
    "ENDS_ACCOUNT",
    "FACTS",
    "FLAP_WINDOW",
    "Ack",
    "Actor",
    "BadKeyError",
    "Cause",
    "CauseKind",
    "Change",
    "Comparator",
    "Cycle",
    "DecidedBy",
    "Decision",
    "Event",
    "EventKind",
    "Exit",
    "Incident",
    "Key",
    "Kind",
    "Known",
    "Level",
    "Origin",
    "Outcome",
    "OutcomeFacts",
    "Pending",
    "Presence",
    "Reading",
    "Registration",
    "Reread",
    "Rules",
    "Run",
    "Scope",
    "Signal",
    "Site",
    "Target",
    "TargetOrigin",
    "Tell",
    "Trend",
    "Unit",
    "Verb",
    "Visit",
    "decide",
    "exit_code",
    "from_limits",
    "gravest",
    "visit_exit",
]
