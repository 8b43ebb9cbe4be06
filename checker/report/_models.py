"""The shapes of the JSON documents; every field described, unknown fields refused.

Numbers that were read are strings, so that no reader's floating point changes them (`jq tonumber`
turns them into numbers where that does not matter). "Nothing" is null, never an empty string.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from checker.model import (
    Actor,
    CauseKind,
    Comparator,
    Cycle,
    DecidedBy,
    EventKind,
    Kind,
    Level,
    Outcome,
    Presence,
    Registration,
    Says,
    Scope,
    Signal,
    TargetOrigin,
    Tell,
    Trend,
    Unit,
    Verb,
)
from checker.model.confirmed import Answer

__all__ = [
    "AckModel",
    "ActDocument",
    "ChangeModel",
    "ClaimModel",
    "DetailModel",
    "DiffDocument",
    "DifferenceModel",
    "EventModel",
    "FindingModel",
    "FindingsDocument",
    "ForgottenDocument",
    "HistoryDocument",
    "KnownModel",
    "MomentModel",
    "PointModel",
    "ReadingModel",
    "RunDocument",
    "RunLineModel",
    "RunsDocument",
    "StateDocument",
    "VisitModel",
]

Number = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]


class _Model(BaseModel):
    # Built when a document is made or described: what is printed for a person needs none.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class _Keyed(_Model):
    key: str = Field(description="The written form of the key, as `checker history` takes it.")
    account: str = Field(description="The alias the account has in the settings.")
    marketplace: str = Field(description="The marketplace, e.g. `amazon`.")
    site: str = Field(description="The site's code, e.g. `US`.")
    metric: str = Field(description="What was measured, e.g. `orders.defect_rate`.")
    variant: str | None = Field(description="What splits the metric on one page, e.g. `mfn`.")
    item: str | None = Field(description="The violation, order, listing or case, where one is meant.")


class _KeyedWhole(_Keyed):
    shop: str | None = Field(description="The shop, where one login covers several shops of a site.")
    cycle: Cycle = Field(description="Whether the console speaks of now or of its next evaluation.")


class DetailModel(_Model):
    """One more thing the console said of an item."""

    name: str = Field(description="What it is, e.g. `asin`.")
    value: str = Field(description="The console's own text, verbatim.")


class VisitModel(_Model):
    """One site of one account, visited once."""

    account: str = Field(description="The alias the account has in the settings.")
    marketplace: str = Field(description="The marketplace, e.g. `amazon`.")
    site: str = Field(description="The site's code, e.g. `US`.")
    registration: Registration = Field(description="How far the site was ever opened by this account.")
    outcome: Outcome = Field(description="How the visit ended; only `read` proves anything.")
    detail: str | None = Field(description="What happened, for a person.")
    actor: Actor = Field(description="Who must act so that the next visit goes better.")
    advice: str | None = Field(description="What that person should do.")
    notice: str | None = Field(description="What the console itself said of trouble of its own.")


class ClaimModel(_Model):
    """What one source said of it, in one look."""

    source: str | None = Field(description="Which place of the console spoke.")
    rule: str | None = Field(description="Which rule found it there.")
    rank: int = Field(description="How far it is trusted for values: 0 is an answer, higher is less.")
    look: int = Field(description="1 for the first look of a visit, 2 for the one after a fresh load.")
    says: Says = Field(description="Whether it showed something, nothing, or could not be understood.")
    level: Level = Field(description="The worst that it says, by its word or by its limit.")
    native: str | None = Field(description="Its own word, verbatim.")
    value: Number | None = Field(description="The number it showed, exact, as a string.")
    reason: str | None = Field(description="Why it could not be read, or its own reason code.")


class ReadingModel(_KeyedWhole):
    """What one widget said, once."""

    presence: Presence = Field(description="Whether the widget said anything; only `shown` can be green.")
    level: Level = Field(description="How bad it is; `unknown` is never ok.")
    scope: Scope = Field(description="What it is about; only `account` makes a whole site critical.")
    kind: Kind = Field(description="What sort of number or word it is.")
    native: str | None = Field(description="The console's own word or colour, verbatim.")
    language: str | None = Field(description="The language of the native word.")
    value: Number | None = Field(description="The exact number as a string; rates are fractions of one.")
    unit: Unit | None = Field(description="The unit of value, target and target_critical.")
    currency: str | None = Field(description="The currency of an amount of money.")
    numerator: Number | None = Field(description="The part as the console counts it, exact, as a string.")
    denominator: Number | None = Field(description="The whole as the console counts it, exact, as a string.")
    target: Number | None = Field(description="The limit the value is held against, exact, as a string.")
    target_critical: Number | None = Field(
        description="The second, graver limit where there are two, exact, as a string."
    )
    comparator: Comparator | None = Field(
        description="How the value must stand to the target to be in order."
    )
    target_origin: TargetOrigin | None = Field(
        description="Who gave the target: the console or our own table."
    )
    meets_target: bool | None = Field(
        description="Whether the value is within its target; the console's verdict is `level`, may differ."
    )
    trend: Trend | None = Field(description="Where the value is moving; never a level.")
    window_days: int | None = Field(description="How many days the value looks back over.")
    reason: str | None = Field(description="Why it is unreadable, or the console's own reason code.")
    cause: str | None = Field(description="What best explains a red, and what supports it.")
    deadline: datetime | None = Field(description="When the console's patience ends, in UTC.")
    decided_by: DecidedBy = Field(description="What the level was decided by.")
    link: str | None = Field(description="The console's page for it, as the page gave it: not to be trusted.")
    origin: str | None = Field(description="The page, the source and the rule that gave it.")
    contradicts: str | None = Field(description="What the other source said when two disagreed.")
    disputed: bool = Field(description="Whether something on the console contradicts a red; as red as ever.")
    claims: list[ClaimModel] = Field(description="What each source said, the most trusted first.")
    covers: str | None = Field(
        description="For a list: the metric whose items it proves to be all there are."
    )
    details: list[DetailModel] = Field(description="What else the console said of an item.")
    flow: str | None = Field(description="The flow that read it, and its version.")
    evidence: list[str] = Field(description="What proves it: names within the evidence folder.")
    repaired: str | None = Field(
        description="The run whose kept visit was read again to give it; null for what a run read itself."
    )
    bundle: str | None = Field(description="The digest of the sealed evidence it is part of.")
    observed_at: datetime = Field(description="When it was read, in UTC.")


class ChangeModel(_Keyed):
    """One difference between this run and what was known before it."""

    verb: Verb = Field(description="What happened.")
    disputed: bool = Field(description="Whether something on the console contradicts it.")
    level_before: Level | None = Field(description="The level before; null if none was ever read.")
    level: Level = Field(description="The level now.")
    cause: CauseKind | None = Field(description="What best explains it; a label, not a filter.")
    support: str | None = Field(description="What supports the cause.")
    detail: str | None = Field(description="What happened: the console's own word, or a sentence.")
    since: datetime | None = Field(description="Since when the finding is open, in UTC.")
    deadline: datetime | None = Field(description="When the console's patience ends, in UTC.")
    tell: Tell = Field(description="How it is told; `not`: it is noted only.")
    event: str | None = Field(description="The event it is told in, by id; null if by itself.")
    incident: str | None = Field(description="The finding; with `number` it names the message for good.")
    number: int = Field(description="The number of the key's transition.")
    late: bool = Field(description="Whether an earlier run found it, and ended before it could tell.")


class EventModel(_Model):
    """Many changes that are one event; it lowers no level."""

    id: str = Field(description="The event's own name.")
    kind: EventKind = Field(description="What makes them one.")
    marketplace: str = Field(description="The marketplace, e.g. `amazon`.")
    sites: list[str] = Field(description="Every site concerned, as `account/site`.")
    keys: list[str] = Field(description="Every key concerned, in its written form.")
    level: Level = Field(description="The worst level among them.")
    detail: str = Field(description="What happened, as a sentence.")
    signals: list[Signal] = Field(description="What speaks for it.")
    probable: bool = Field(description="Whether a second, independent signal supports it.")
    notice: str | None = Field(description="What the console itself says of trouble of its own.")


class NeedModel(_Model):
    """What somebody must do, once for each account and way in which its visits ended."""

    account: str = Field(description="The alias the account has in the settings.")
    marketplace: str = Field(description="The marketplace, e.g. `amazon`.")
    sites: list[str] = Field(description="The sites it is about.")
    outcome: Outcome = Field(description="How the visits ended.")
    actor: Actor = Field(description="Who must act.")
    advice: str = Field(description="What that person should do.")
    exit_code: int = Field(description="The exit code it would end in by itself.")


class UnreadModel(_Model):
    """One cause for which something could not be read, on however many sites and widgets it is the same."""

    cause: str = Field(description="Why, in the flow's or the console's words.")
    outcome: Outcome = Field(description="How the visits ended; `read` where only widgets were unreadable.")
    sites: list[str] = Field(description="Where, as `marketplace/account/site`.")
    widgets: int = Field(description="How many different widgets it is about.")
    keys: list[str] = Field(description="Every key concerned, in its written form.")
    unavailable: bool = Field(description="Whether none of them ever gave anything on this console.")
    accepted: bool = Field(description="Whether somebody accepted that.")


class RunDocument(_Model):
    """What `checker run --json` prints: one run."""

    run_id: str = Field(description="The run's own name.")
    started_at: datetime = Field(description="When it began, in UTC.")
    finished_at: datetime = Field(description="When it ended, in UTC.")
    exit_code: int = Field(description="The gravest exit code of all that held.")
    dry_run: bool = Field(description="Whether it was neither stored nor told.")
    visits: list[VisitModel] = Field(description="Every site visited, in order.")
    readings: list[ReadingModel] = Field(description="Every reading, in the order read.")
    changes: list[ChangeModel] = Field(description="What differs from what was known before.")
    events: list[EventModel] = Field(description="What many of the changes are told as.")
    exit_codes: list[int] = Field(description="Every exit code a visit asked for: none hides another here.")
    needs: list[NeedModel] = Field(description="What somebody must do so that the next run goes better.")
    unread: list[UnreadModel] = Field(description="What could not be read, by cause.")


class AckModel(_Model):
    """Somebody knows of a finding as it stood then."""

    by: str = Field(description="Who.")
    reason: str = Field(description="Why it needs no reminder.")
    at: datetime = Field(description="Since when, in UTC.")
    until: datetime | None = Field(description="Until when, in UTC; null for as long as it stays as it is.")


class FindingModel(_Keyed):
    """One finding that is open."""

    id: str = Field(description="A short name of the key, as `checker ack` takes it; it never changes.")
    part_of: str | None = Field(
        description="The key of the finding it is told and counted with; null if it is that one itself."
    )
    level: Level = Field(description="The level that is believed.")
    is_new: bool = Field(description="Whether it opened, or got worse, in the last run of its account.")
    is_disputed: bool = Field(description="Whether something contradicts it; it is red all the same.")
    is_stale: bool = Field(description="Whether the console has said nothing of it for too long.")
    vanished: bool = Field(description="Whether it is gone from the console, not known to be fixed.")
    improving: bool = Field(description="Whether something better was read, not often enough yet.")
    flapping: bool = Field(description="Whether it goes to and fro.")
    cause: str | None = Field(description="What best explains it, and what supports that.")
    native: str | None = Field(description="The console's own word, verbatim.")
    since: datetime | None = Field(description="Since when it is open, in UTC.")
    read_at: datetime | None = Field(description="When a level was last read, in UTC.")
    deadline: datetime | None = Field(description="When the console's patience ends, in UTC.")
    deadline_local: str | None = Field(description="The same in the site's own zone, ISO 8601.")
    ack: AckModel | None = Field(description="Who knows of it; null if nobody said so.")
    snoozed_until: datetime | None = Field(description="Until when reminders are muted, in UTC.")


class FindingsDocument(_Model):
    """What `checker findings --json` prints: everything open, the worst first."""

    at: datetime = Field(description="When this was written, in UTC.")
    summary: str = Field(description="How many findings are how, the worst first.")
    total: int = Field(description="How many findings there are, each with its parts counted once.")
    findings: list[FindingModel] = Field(description="The findings, the worst first.")


class RunLineModel(_Model):
    """One run as a line."""

    run_id: str = Field(description="The run's own name.")
    started_at: datetime = Field(description="When it began, in UTC.")
    finished_at: datetime = Field(description="When it ended, in UTC.")
    exit_code: int = Field(description="The gravest exit code of all that held.")
    version: str = Field(description="The version that made it.")


class RunsDocument(_Model):
    """What `checker runs --json` prints: the last runs, the newest first."""

    runs: list[RunLineModel] = Field(description="The runs.")


class DifferenceModel(_Keyed):
    """One key that two runs read differently."""

    presence_before: Presence | None = Field(description="What the first found; null if it did not look.")
    presence: Presence | None = Field(description="What the second found; null if it did not look.")
    level_before: Level | None = Field(description="The level in the first run.")
    level: Level | None = Field(description="The level in the second run.")
    value_before: Number | None = Field(description="The number in the first run, exact, as a string.")
    value: Number | None = Field(description="The number in the second run, exact, as a string.")


class DiffDocument(_Model):
    """What `checker diff --json` prints: what two runs read differently."""

    before: str = Field(description="The run compared with.")
    after: str = Field(description="The run compared.")
    differences: list[DifferenceModel] = Field(description="Every key that differs, in the order of keys.")


class ActDocument(_Model):
    """What `checker ack`, `snooze` and `unack` print with --json."""

    act: str = Field(description="What was done: ack, snooze or unack.")
    keys: list[str] = Field(description="To which findings, in their written form.")


class ForgottenDocument(_Model):
    """What `checker forget --json` prints."""

    marketplace: str = Field(description="The marketplace of the account.")
    account: str = Field(description="The alias of the account.")
    keys: int = Field(description="Of how many keys something was known.")


class ConfirmedModel(_Model):
    """What a person said of a widget after looking at the console."""

    answer: Answer = Field(description="Whether it was read rightly, wrongly, or is not on the console.")
    by: str = Field(description="Who said so.")
    at: datetime = Field(description="When, in UTC.")
    says: str | None = Field(description="What the console says instead, as they typed it.")
    holds: bool = Field(description="Whether the widget is still read from that layout, by the same rule.")


class KnownModel(_KeyedWhole):
    """What is known of one key from all runs so far."""

    level: Level = Field(description="The last level that was really read.")
    presence: Presence = Field(description="What the last look found; the level may be older than that.")
    is_open: bool = Field(description="Whether a finding is open.")
    vanished: bool = Field(description="Whether the open finding is gone from the console, not known fixed.")
    scope: Scope = Field(description="What it is about.")
    native: str | None = Field(description="The console's own word when the level was read, verbatim.")
    value: Number | None = Field(description="The exact number when the level was read, as a string.")
    unit: Unit | None = Field(description="The unit of value.")
    reason: str | None = Field(description="Why the last look was unreadable, or the console's reason code.")
    read_at: datetime | None = Field(description="When the level was read, in UTC; null if never.")
    seen_at: datetime = Field(description="When it was last looked at, in UTC.")
    age_seconds: int | None = Field(description="How old the level is; null if it was never read.")
    unreadable_streak: int = Field(description="How many looks in a row could not read it.")
    since: datetime | None = Field(description="Since when the finding is open, in UTC.")
    deadline: datetime | None = Field(description="When the console's patience ends, in UTC.")
    evidence: list[str] = Field(description="What proves the level: names within the evidence folder.")
    bundle: str | None = Field(description="The digest of the sealed evidence the level is part of.")
    confirmed: ConfirmedModel | None = Field(
        description="What a person said of the last reading; null if nobody ever said anything."
    )


class StateDocument(_Model):
    """What `checker show --json` prints: everything known now."""

    at: datetime = Field(description="When this was written, in UTC.")
    known: list[KnownModel] = Field(description="What is known of every key, in the order of keys.")


class PointModel(_Model):
    """One reading of one key in time."""

    observed_at: datetime = Field(description="When it was read, in UTC.")
    presence: Presence = Field(description="Whether the widget said anything.")
    level: Level = Field(description="How bad it was.")
    native: str | None = Field(description="The console's own word, verbatim.")
    value: Number | None = Field(description="The exact number as a string; rates are fractions of one.")
    unit: Unit | None = Field(description="The unit of value and target.")
    numerator: Number | None = Field(description="The part, exact, as a string.")
    denominator: Number | None = Field(description="The whole, exact, as a string.")
    target: Number | None = Field(description="The limit, exact, as a string.")
    comparator: Comparator | None = Field(description="How the value must stand to the target.")
    reason: str | None = Field(description="Why it was unreadable, or the console's own reason code.")
    deadline: datetime | None = Field(description="When the console's patience ends, in UTC.")
    flow: str | None = Field(description="The flow that read it, and its version.")
    evidence: list[str] = Field(description="What proves it: names within the evidence folder.")
    repaired: str | None = Field(
        description="The run whose kept visit was read again to give it; null for what a run read itself."
    )
    bundle: str | None = Field(description="The digest of the sealed evidence it is part of.")


class MomentModel(_Model):
    """Something that happened to the findings of a key: a change of a run, or something a person did."""

    at: datetime = Field(description="When, in UTC.")
    what: str = Field(description="The verb of the change, or `ack`, `snooze`, `unack`.")
    level: Level = Field(description="The level then.")
    by: str | None = Field(description="The run, or who did it.")
    detail: str | None = Field(description="What the console said, or the reason given.")


class HistoryDocument(_Model):
    """What `checker history --json` prints: one key over time."""

    key: str = Field(description="The written form of the key.")
    points: list[PointModel] = Field(description="Its readings, oldest first.")
    moments: list[MomentModel] = Field(description="What happened to its findings, oldest first.")
