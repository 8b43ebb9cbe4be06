"""The few closed words every record is made of."""

from __future__ import annotations

from enum import IntEnum, StrEnum

__all__ = [
    "CauseKind",
    "Comparator",
    "Cycle",
    "DecidedBy",
    "Kind",
    "Level",
    "Presence",
    "Rank",
    "Registration",
    "Reread",
    "Says",
    "Scope",
    "TargetOrigin",
    "Trend",
    "Unit",
]


class Level(StrEnum):
    """How bad it is. `unknown` compares with nothing and is never ok."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int | None:
        """0 for ok to 3 for deactivated; none for unknown."""
        return _RANK.get(self)

    def worse_than(self, other: Level) -> bool:
        """Tell whether this is strictly worse; never true when either is unknown."""
        mine, theirs = self.rank, other.rank
        return mine is not None and theirs is not None and mine > theirs

    @property
    def is_open(self) -> bool:
        """Tell whether a finding stays open at this level."""
        return self in (Level.WARNING, Level.CRITICAL, Level.DEACTIVATED)

    @property
    def is_red(self) -> bool:
        """Tell whether this is what a seller calls red."""
        return self in (Level.CRITICAL, Level.DEACTIVATED)


_RANK = {Level.OK: 0, Level.WARNING: 1, Level.CRITICAL: 2, Level.DEACTIVATED: 3}


class Presence(StrEnum):
    """Whether a widget said anything; only `shown` can be green or close a finding."""

    SHOWN = "shown"
    NONE = "none"
    NOT_RATED = "not_rated"
    NOT_REGISTERED = "not_registered"
    UNREADABLE = "unreadable"
    NOT_OBSERVED = "not_observed"


class Says(StrEnum):
    """What one source said of a key.

    shown: a level, a value or both. none, not_rated, not_registered: that there is nothing, and why.
    unknown: a word or code that nobody knows. unreadable: it was there and could not be read.
    """

    SHOWN = "shown"
    NONE = "none"
    NOT_RATED = "not_rated"
    NOT_REGISTERED = "not_registered"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


class Rank(IntEnum):
    """How far a source is trusted for values and details, the most trusted first; never for the level.

    answer: the page's own JSON. attribute: a class or attribute. label: the console's own label file.
    word: a word or number as the page shows it. other: another page, document or source.
    """

    ANSWER = 0
    ATTRIBUTE = 1
    LABEL = 2
    WORD = 3
    OTHER = 4


class CauseKind(StrEnum):
    """What best explains a finding; a label for the reader, not a filter."""

    NEVER_OPENED = "never_opened"
    DORMANT = "dormant"
    IDENTITY_CHECK = "identity_check"
    PERFORMANCE = "performance"
    POLICY = "policy"
    ACCOUNT_ACTION = "account_action"
    PLATFORM_SUSPECTED = "platform_suspected"
    UNKNOWN = "unknown"


class Registration(StrEnum):
    """How far a site was ever opened by this account."""

    ACTIVE = "active"
    DORMANT = "dormant"
    PENDING = "pending"
    NOT_REGISTERED = "not_registered"
    UNKNOWN = "unknown"


class Reread(StrEnum):
    """What a second look in the same visit, after a fresh load, made of a reading."""

    NONE = "none"
    AGREES = "agrees"
    DISAGREES = "disagrees"


class Scope(StrEnum):
    """What a record is about: only `account` makes a whole site critical."""

    ACCOUNT = "account"
    METRIC = "metric"
    ITEM = "item"
    LIST = "list"


class Kind(StrEnum):
    """What sort of number, or word, a record holds."""

    STATUS = "status"
    SCORE = "score"
    POINTS = "points"
    RATE = "rate"
    COUNT = "count"
    DURATION = "duration"
    MONEY = "money"


class Unit(StrEnum):
    """The unit of a value; rates are fractions, percent exists on screens only."""

    FRACTION = "fraction"
    POINTS = "points"
    COUNT = "count"
    STARS = "stars"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    CURRENCY = "currency"


class Comparator(StrEnum):
    """How a value must stand to its target to be in order."""

    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    EQ = "eq"


class Cycle(StrEnum):
    """Whether the console speaks of now, or of the next evaluation."""

    CURRENT = "current"
    PROJECTED = "projected"


class DecidedBy(StrEnum):
    """What the level rests on."""

    NATIVE = "native"
    PAYLOAD = "payload"
    TABLE = "table"
    NOTHING = "nothing"


class TargetOrigin(StrEnum):
    """Who gave the target: the console, or our own table of public numbers."""

    CONSOLE = "console"
    TABLE = "table"


class Trend(StrEnum):
    """Where a value is moving; never a level."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
