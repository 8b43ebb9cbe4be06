"""The records everything else is made of: a key, a reading, a site, a visit.

A reading is what one widget said, once. Its key never holds free text, counts or dates, so the
same widget has the same key tomorrow. Values are exact (`Decimal`), rates are fractions, times are
UTC. Zero is a value; "N/A" is not zero.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from urllib.parse import quote, unquote

from checker.model.levels import (
    CauseKind,
    Comparator,
    Cycle,
    DecidedBy,
    Kind,
    Level,
    Presence,
    Rank,
    Registration,
    Reread,
    Says,
    Scope,
    TargetOrigin,
    Trend,
    Unit,
)
from checker.model.outcomes import Outcome

__all__ = [
    "BadKeyError",
    "Cause",
    "Key",
    "Origin",
    "Place",
    "Reading",
    "Site",
    "Statement",
    "Target",
    "Visit",
    "owners_of",
]


class BadKeyError(ValueError):
    """A text that is not the written form of a key."""


# The handles that say whose a shop is; others may change with every session.
_OWNER: Final = ("merchant", "account", "seller")
# What a key may be made of as written: no character a shell, a file name or a URL treats specially.
_SAFE: Final = "-_."
_PART: Final = "[A-Za-z0-9._~%-]"
_WRITTEN = re.compile(
    rf"(?P<marketplace>{_PART}*)/(?P<account>{_PART}*)/(?P<site>{_PART}*)(?:/shop=(?P<shop>{_PART}+))?"
    rf"/(?P<metric>{_PART}*)(?:@(?P<variant>{_PART}+))?(?P<projected>\+projected)?(?::(?P<item>{_PART}+))?\Z"
)
_WRITTEN_PLACE = re.compile(
    rf"(?P<marketplace>{_PART}*)/(?P<account>{_PART}*)/(?P<site>{_PART}*)(?:/shop=(?P<shop>{_PART}+))?\Z"
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One shop of one site of an account: what everything that belongs to a shop is keyed by.

    site: the site's code. shop: which of several shops one login has there; nothing where there is one.
    """

    marketplace: str
    account: str
    site: str
    shop: str = ""

    def __str__(self) -> str:
        """Return the written form, which the keys of the place begin with: `shopee/main/MY/shop=123`."""
        head = "/".join(_written(part) for part in (self.marketplace, self.account, self.site))
        return f"{head}/shop={_written(self.shop)}" if self.shop else head

    @classmethod
    def parse(cls, text: str) -> Place:
        """Return the place that a text is the written form of.

        Args:
            text: E.g. `amazon/main/US`.

        Returns:
            The place.

        Raises:
            BadKeyError: It is not the written form of a place.
        """
        match = _WRITTEN_PLACE.match(text)
        if match is None:
            raise BadKeyError(f"not a place: {text!r}")
        place = cls(*(_read(match[name] or "") for name in ("marketplace", "account", "site", "shop")))
        if str(place) != text:
            raise BadKeyError(f"not a place as places are written: {text!r} (it would be {str(place)!r})")
        return place

    def key(self, metric: str) -> Key:
        """Return the key of something said of the place as a whole."""
        return Key(self.marketplace, self.account, self.site, metric, self.shop)


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What a reading is about, the same in every run."""

    marketplace: str
    account: str
    site: str
    metric: str
    shop: str = ""
    variant: str = ""
    cycle: Cycle = Cycle.CURRENT
    item: str = ""

    def __hash__(self) -> int:
        """Return the hash of its texts; that of its cycle, an enumeration, takes longer than all of them."""
        return hash(
            (
                self.marketplace,
                self.account,
                self.site,
                self.metric,
                self.shop,
                self.variant,
                self.item,
            )
        )

    def __str__(self) -> str:
        """Return the shell-friendly written form, e.g. `amazon/main/US/orders.defect_rate@mfn`."""
        variant = f"@{_written(self.variant)}" if self.variant else ""
        cycle = "+projected" if self.cycle is Cycle.PROJECTED else ""
        item = f":{_written(self.item)}" if self.item else ""
        return f"{self.place}/{_written(self.metric)}{variant}{cycle}{item}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """Return the key that `text` is the written form of, or raise BadKeyError."""
        match = _WRITTEN.match(text)
        if match is None:
            raise BadKeyError(f"not a key: {text!r}")
        parts = {name: _read(match[name] or "") for name in ("marketplace", "account", "site", "metric")}
        optional = {name: _read(match[name] or "") for name in ("shop", "variant", "item")}
        cycle = Cycle.PROJECTED if match["projected"] else Cycle.CURRENT
        key = cls(**parts, **optional, cycle=cycle)
        if str(key) != text:
            # One key, one text: what is written another way could be stored and asked for apart.
            raise BadKeyError(f"not a key as keys are written: {text!r} (it would be {str(key)!r})")
        return key

    @property
    def place(self) -> Place:
        """The shop it belongs to."""
        return Place(self.marketplace, self.account, self.site, self.shop)

    @property
    def head(self) -> Key:
        """The key of the widget an item belongs to."""
        return Key(
            self.marketplace, self.account, self.site, self.metric, self.shop, self.variant, self.cycle
        )


def _written(part: str) -> str:
    # A page may hold half a surrogate pair, which plain UTF-8 cannot carry.
    return quote(part, safe=_SAFE, errors="surrogatepass")


def _read(part: str) -> str:
    try:
        return unquote(part, errors="surrogatepass")
    except UnicodeDecodeError:
        raise BadKeyError(f"not a key: {part!r} is no text") from None


@dataclass(frozen=True, slots=True)
class Target:
    """The limit a value is held against, and who gave it.

    `critical` is the second step where a console has two (a warning line and a danger line); `enforced` says
    that the platform itself suspends or blocks at it, so that our own table may call it critical.
    """

    value: Decimal
    comparator: Comparator
    origin: TargetOrigin = TargetOrigin.CONSOLE
    critical: Decimal | None = None
    enforced: bool = False

    def met_by(self, value: Decimal) -> bool:
        """Tell whether `value` is in order."""
        return _holds(value, self.comparator, self.value)


def _holds(value: Decimal, comparator: Comparator, limit: Decimal) -> bool:
    match comparator:
        case Comparator.LT:
            return value < limit
        case Comparator.LTE:
            return value <= limit
        case Comparator.GT:
            return value > limit
        case Comparator.GTE:
            return value >= limit
        case Comparator.EQ:
            return value == limit


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a reading was taken: the page, the answer or rule that gave it, its place in the chain.

    picture: the CSS rule of the element that shows the same thing to a person, for the evidence crop.
    structure: how the page was built, as a mark that pages built alike nearly share.
    """

    page: str = ""
    source: str = ""
    rule: str = ""
    place: int = 0
    picture: str = ""
    structure: str = ""

    def __str__(self) -> str:
        """Return e.g. `dashboard dom:.ahd-numeric-ahr-indicator h3 #0`."""
        return f"{self.page} {self.source}:{self.rule} #{self.place}".strip()


@dataclass(frozen=True, slots=True)
class Cause:
    """The best supported cause of a red, and what supports it; for the reader, never a filter."""

    kind: CauseKind
    support: str = ""

    def __str__(self) -> str:
        """Return e.g. `performance: order defect rate 1.4 %, target < 1 %`."""
        return f"{self.kind.value}: {self.support}" if self.support else self.kind.value

    @classmethod
    def parse(cls, text: str) -> Cause | None:
        """Return the cause that a text states, as records before causes had a type hold it.

        Args:
            text: E.g. `identity_check: Verify your identity`.

        Returns:
            The cause; of an unknown kind the kind `unknown` with the whole text; None for an empty text.
        """
        if not text:
            return None
        kind, _, support = text.partition(": ")
        try:
            return cls(CauseKind(kind), support)
        except ValueError:
            return cls(CauseKind.UNKNOWN, text)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source said, as a reading keeps it, so that both sides of a dispute can be shown.

    Attributes:
        source: Which place of the console spoke.
        rule: Which rule found it there.
        level: The worst that it says, by its word or by its limit.
        native: Its own word, verbatim.
        reason: Why it could not be read, or its own reason code.
    """

    source: str = ""
    rule: str = ""
    rank: Rank = Rank.ANSWER
    look: int = 1
    says: Says = Says.SHOWN
    level: Level = Level.UNKNOWN
    native: str = ""
    value: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one widget said, once, as `checker.model.settling.settle` made it of the claims.

    level: decided by `decided_by`; `unknown` unless something decided it.
    native, language: the console's own word, verbatim, and the language it is in.
    numerator, denominator: as the console counts them; never computed from the rate.
    target: the limit shown beside the value, or ours if the console gave none.
    window_days: how many days the value looks back over.
    reason: why it is unreadable, or the console's own reason code.
    cause: what best explains a red, with what supports it, for the reader only.
    deadline: when the console's patience ends, in UTC.
    covers: for a list, the `metric@variant` whose items it proves to be all there are.
    disputed: something contradicts the red; it is told like any other, with both sides.
    claims: what each source said, the most trusted first.
    contradicts: each side's words when two sources disagree.
    details: what else the console said of an item, each value verbatim text.
    repaired: the run whose kept visit was read again to give this; nothing for what a run read itself.
    reread: what a second look in the same visit, after a fresh load, said of it.
    bundle: the digest of the sealed evidence it is part of, `sha256:...`; none where nothing was sealed.
    """

    key: Key
    presence: Presence
    observed_at: datetime
    level: Level = Level.UNKNOWN
    scope: Scope = Scope.METRIC
    kind: Kind = Kind.STATUS
    native: str = ""
    language: str = ""
    value: Decimal | None = None
    unit: Unit | None = None
    currency: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    target: Target | None = None
    decided_by: DecidedBy = DecidedBy.NOTHING
    trend: Trend | None = None
    window_days: int | None = None
    reason: str = ""
    cause: Cause | None = None
    deadline: datetime | None = None
    link: str = ""
    origin: Origin = Origin()
    covers: str = ""
    contradicts: str = ""
    details: tuple[tuple[str, str], ...] = ()
    flow: str = ""
    evidence: tuple[str, ...] = ()
    repaired: str = ""
    reread: Reread = Reread.NONE
    bundle: str = ""
    disputed: bool = False
    claims: tuple[Statement, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a record that could be taken for green without having been read."""
        if self.presence is not Presence.SHOWN and self.level is not Level.UNKNOWN:
            raise ValueError(f"{self.key}: only what was shown has a level, not {self.presence}")
        for moment in (self.observed_at, self.deadline):
            if moment is not None and moment.utcoffset() is None:
                raise ValueError(f"{self.key}: a time without a zone")

    @property
    def meets_target(self) -> bool | None:
        """Whether the value stands within its target, which is not the console's verdict."""
        if self.value is None or self.target is None:
            return None
        return self.target.met_by(self.value)

    @property
    def fingerprint(self) -> str:
        """Digest of what makes a finding the same finding: no volatile number is in it."""
        # In UTC, as it is stored: the same moment told in two zones is the same deadline.
        deadline = "" if self.deadline is None else self.deadline.astimezone(UTC).isoformat()
        text = "\x1f".join((self.level, self.reason, self.key.item, deadline))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Site:
    """One shop, country or region a login can reach, whether it trades there or not.

    native_id: the console's own id (Amazon's marketplace id), `code` where it has none.
    handles: what the console needs to open it, as the picker gave it.
    sources: which picker sources named it.
    """

    code: str
    native_id: str
    label: str
    registration: Registration = Registration.UNKNOWN
    country: str = ""
    host: str = ""
    locale: str = ""
    zone: str = "UTC"
    currency: str = ""
    shop: str = ""
    handles: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()

    def handle(self, name: str) -> str:
        """Return the console's handle of that name, or nothing."""
        return dict(self.handles).get(name, "")


def owners_of(sites: Iterable[Site]) -> frozenset[str]:
    """Return the console's own ids of whose shops these are, as far as it gave any."""
    return frozenset(value for site in sites for name, value in site.handles if name in _OWNER and value)


@dataclass(frozen=True, slots=True)
class Visit:
    """One site of one account, visited once: how it ended and what was read.

    notice: what the console itself said, on any page of the visit, of trouble of its own.
    """

    marketplace: str
    account: str
    site: Site
    outcome: Outcome
    detail: str = ""
    readings: tuple[Reading, ...] = field(default=())
    started_at: datetime | None = None
    finished_at: datetime | None = None
    blocked: int = 0
    notice: str = ""

    @property
    def place(self) -> Place:
        """The shop that was visited."""
        return Place(self.marketplace, self.account, self.site.code, self.site.shop)
