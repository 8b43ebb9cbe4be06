"""Records, levels, outcomes and findings as data; pure: no browser, clock, disk or log."""

from checker.model.changes import Cause, CauseKind, Change, Known, Verb
from checker.model.decide import Decision, decide, from_limits
from checker.model.exits import Exit, gravest
from checker.model.levels import (
    Comparator,
    Cycle,
    DecidedBy,
    Kind,
    Level,
    Presence,
    Registration,
    Scope,
    TargetOrigin,
    Trend,
    Unit,
)
from checker.model.outcomes import FACTS, Actor, Outcome, OutcomeFacts
from checker.model.records import BadKeyError, Key, Origin, Reading, Site, Target, Visit
from checker.model.run import Run, exit_code, visit_exit

__all__ = [
    "FACTS",
    "Actor",
    "BadKeyError",
    "Cause",
    "CauseKind",
    "Change",
    "Comparator",
    "Cycle",
    "DecidedBy",
    "Decision",
    "Exit",
    "Key",
    "Kind",
    "Known",
    "Level",
    "Origin",
    "Outcome",
    "OutcomeFacts",
    "Presence",
    "Reading",
    "Registration",
    "Run",
    "Scope",
    "Site",
    "Target",
    "TargetOrigin",
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
