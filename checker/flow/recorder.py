"""How a flow writes claims: what is the same for all that one page says lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final, TypedDict, Unpack

from checker.flow.due_days import due_day
from checker.model import (
    Cause,
    Claim,
    Cycle,
    Key,
    Kind,
    Level,
    Origin,
    Rank,
    Says,
    Scope,
    Site,
    Target,
    Trend,
    Unit,
)

__all__ = ["Fields", "Measured", "Recorder", "adding"]


_TIMES: Final = ("_time", "date")


class Fields(TypedDict, total=False):
    """What a claim may state beyond its key, what it says and its level; see `checker.model.Claim`."""

    rank: Rank
    required: bool
    doubtful: bool
    scope: Scope
    kind: Kind
    native: str
    language: str
    value: Decimal | None
    unit: Unit | None
    currency: str
    numerator: Decimal | None
    denominator: Decimal | None
    target: Target | None
    sane: tuple[Decimal, Decimal] | None
    low_volume: int
    no_verdict: bool
    trend: Trend | None
    window_days: int | None
    reason: str
    cause: Cause | None
    deadline: datetime | None
    link: str
    origin: Origin
    covers: str
    details: tuple[tuple[str, str], ...]


def adding(fields: Fields, **more: Unpack[Fields]) -> Fields:
    """Return fields with some of them added or replaced; the given ones are left as they are."""
    whole = fields.copy()
    whole.update(more)
    return whole


@dataclass(frozen=True, slots=True)
class Measured:
    """A number as a console gives it, before anybody judged it.

    Attributes:
        value: The number, a rate as a fraction; None where the console gives none.
        verdict: The console's own word for it; None where the console has no such field.
        numerator: How many of the events count.
        base: How many events it rests on; 0 means that there is nothing to rate.
        target: The limit it is held against.
        sane: The range outside of which the number cannot have been read right.
        low_volume: Under so many events a verdict may disagree with its number.
    """

    value: Decimal | None
    verdict: str | None = None
    numerator: Decimal | None = None
    base: Decimal | None = None
    target: Target | None = None
    sane: tuple[Decimal, Decimal] | None = None
    low_volume: int = 0


def _unknown(_page: str) -> str:
    return ""


def _nothing() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes the claims of one page of one site.

    Attributes:
        site: The site that the page speaks of.
        flow: The flow and its version, as records state them.
        now: The only clock a flow has.
        language: The language the page is in, as a tag such as `de`; empty where nothing says.
        locale: The locale that the page's dates are written in, such as `de_DE`.
        numbers: The locale of its numbers; None where the page writes them in ways that contradict.
        structure_of: Returns how the page of that name is built, for the origin of what was read from it.
        doubt: Returns why nothing that is read now can be believed; an empty text where it can.
    """

    marketplace: str
    account: str
    site: Site
    flow: str
    now: Callable[[], datetime]
    language: str = ""
    locale: str = ""
    numbers: str | None = None
    structure_of: Callable[[str], str] = _unknown
    doubt: Callable[[], str] = _nothing

    def key(self, metric: str, variant: str = "", item: str = "", cycle: Cycle = Cycle.CURRENT) -> Key:
        """Return the key of one widget, or of one item of it."""
        return Key(
            self.marketplace, self.account, self.site.code, metric, self.site.shop, variant, cycle, item
        )

    def shown(self, key: Key, level: Level = Level.UNKNOWN, /, **fields: Unpack[Fields]) -> Claim:
        """Claim that a source shows something: a level, a value or both.

        Args:
            key: What it speaks of.
            level: The verdict of the source's own code, class or word; `unknown` where it gives none.
            **fields: What else it says.

        Returns:
            The claim.
        """
        return self._claim(key, Says.SHOWN, level, fields)

    def unreadable(self, key: Key, why: str, /, **fields: Unpack[Fields]) -> Claim:
        """Claim that a source was there, or should have been, and could not be read.

        Args:
            key: What it would have spoken of.
            why: What is wrong, for a person.
            **fields: What else is known of it.

        Returns:
            The claim.
        """
        fields["reason"] = why
        return self._claim(key, Says.UNREADABLE, Level.UNKNOWN, fields)

    def absent(self, key: Key, says: Says, /, **fields: Unpack[Fields]) -> Claim:
        """Claim that a source says there is nothing: `none`, `not_rated` or `not_registered`."""
        return self._claim(key, says, Level.UNKNOWN, fields)

    def word(self, key: Key, native: str, level: Level | None, /, **fields: Unpack[Fields]) -> Claim:
        """Claim what a status word or code says.

        Args:
            key: What it speaks of.
            native: The word, verbatim.
            level: What the word means; None where nobody knows it, which is never fine.
            **fields: What else the source says.

        Returns:
            The claim; of an empty word one that could not be read.
        """
        fields["native"] = native
        if level is not None:
            return self.shown(key, level, **fields)
        if not native:
            return self.unreadable(key, "the status word is empty", **fields)
        fields["reason"] = f"unknown status word {native[:80]!r}"
        return self._claim(key, Says.UNKNOWN, Level.UNKNOWN, fields)

    def measured(
        self, key: Key, number: Measured, verdicts: Mapping[str, Level], /, **fields: Unpack[Fields]
    ) -> Iterator[Claim]:
        """Claim what a number says, and what the console's own word for it says.

        Args:
            key: What it speaks of.
            number: The number as the console gives it.
            verdicts: What the console's words mean; `unknown` for its own word for "no verdict".
            **fields: What else the source says.

        Yields:
            One claim; a second one for a word that nobody knows, which is never outvoted by its number.
        """
        fields = adding(
            fields,
            native=number.verdict or fields.get("native", ""),
            value=number.value,
            numerator=number.numerator,
            denominator=number.base,
            target=number.target,
            sane=number.sane,
            low_volume=number.low_volume,
        )
        level = verdicts.get(number.verdict) if number.verdict else Level.UNKNOWN
        if level is None:
            why = f"unknown verdict {number.verdict!r}"
            unknown = adding(fields, value=None, target=None, reason=why)
            yield self._claim(key, Says.UNKNOWN, Level.UNKNOWN, unknown)
        if number.value is None and number.base != 0 and not (level is not None and level.is_open):
            why = "no value" if number.base is None else f"no value, though it rests on {number.base}"
            yield self.unreadable(key, why, **fields)
            return
        no_verdict = fields.get("no_verdict", False) or (bool(number.verdict) and level is Level.UNKNOWN)
        yield self.shown(key, level or Level.UNKNOWN, **adding(fields, no_verdict=no_verdict))

    def due_day(self, texts: Iterable[str], language: str = "") -> datetime | None:
        """Return the day by which texts of the page say that something must be done, in UTC.

        Args:
            texts: What the console says of one thing.
            language: The language they are in; the page's by default.
        """
        language = language or self.language or "en"
        return due_day(texts, language, self.locale or self.site.locale, self.site.zone, self.now())

    def _claim(self, key: Key, says: Says, level: Level, fields: Fields) -> Claim:
        fields.setdefault("language", self.language)
        origin = fields.get("origin")
        if origin is not None and origin.page and not origin.structure:
            fields["origin"] = replace(origin, structure=self.structure_of(origin.page))
        if level.is_open and fields.get("deadline") is None:
            # What a time of its own means, its flow knows: it may be that of an appeal already made.
            said = (text for name, text in fields.get("details", ()) if not name.endswith(_TIMES))
            fields["deadline"] = self.due_day((fields.get("native", ""), *said), fields["language"])
        if why := self.doubt():
            says, level, fields["reason"] = Says.UNREADABLE, Level.UNKNOWN, why
        return Claim(key, says, self.now(), level, flow=self.flow, **fields)
