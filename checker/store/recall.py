"""Reading what the store holds: states, sites, runs and histories, as the records they were."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from sqlalchemy import Connection, Select, func, literal, or_, select

from checker.collecting import without_collection
from checker.model import (
    Cause,
    CauseKind,
    Change,
    Event,
    Key,
    Known,
    Level,
    Outcome,
    Pending,
    Place,
    Presence,
    Quiet,
    QuietGroup,
    Reading,
    Run,
    Site,
    Tell,
    Verb,
    Visit,
)
from checker.model.wire import load_ack, load_event, load_incident, load_reading, load_site
from checker.store.tables import changes, events, known, readings, runs, sites, visits

__all__ = [
    "Entry",
    "RunRow",
    "all_listed_sites",
    "cause_named",
    "change_of",
    "changed_last",
    "changes_of",
    "find_keys",
    "history",
    "known_states",
    "listed_sites",
    "met_unreadable",
    "places_of",
    "quiet_groups",
    "run_of",
    "run_rows",
]

_UNREAD: Final = (Presence.UNREADABLE.value, Presence.NOT_OBSERVED.value)
_LAST: Final = readings.alias("last")
# Few enough for every database's limit on parameters.
_CHUNK: Final = 500

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as a line of a list."""

    run_id: str
    started_at: datetime
    finished_at: datetime
    exit_code: int
    version: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of a key's history, and the run that added it."""

    run_id: str
    reading: Reading


def known_states(
    connection: Connection,
    marketplace: str | None = None,
    account: str | None = None,
    site_codes: Collection[str] | None = None,
    *,
    only_open: bool = False,
    or_unread: bool = False,
    only_loud: bool = False,
    keys: Collection[Key] | None = None,
    accounts: Collection[str] | None = None,
) -> dict[Key, Known]:
    """Return what is known, of everything or of one account, of some sites of it, or of some keys.

    Args:
        connection: The store.
        marketplace: Only of this marketplace.
        account: Only of this account.
        site_codes: Only of these sites.
        only_open: Only where a finding is open.
        or_unread: Also, though `only_open`, where the last look got nothing out of it.
        only_loud: Only what an overview must look at: all that `quiet_groups` does not count.
        keys: Only of these.
        accounts: Only of the accounts of these names, on whatever marketplace.

    Returns:
        The states by key, in the order of the written keys.
    """
    if keys is not None and len(keys) > _CHUNK:
        asked = (known_states(connection, keys=chunk) for chunk in _chunks(sorted(keys, key=str)))
        return {key: state for states in asked for key, state in states.items()}
    statement = _known_statement()
    if only_open:
        wanted = known.c.opened_at.is_not(None)
        # What is open, or was not read, is loud: so that only the loud are looked through.
        unread = (known.c.quiet.is_(None)) & or_(wanted, _LAST.c.presence.in_(_UNREAD))
        statement = statement.where(unread if or_unread else wanted)
    if only_loud:
        statement = statement.where(known.c.quiet.is_(None))
    if accounts is not None:
        statement = statement.where(known.c.account.in_(sorted(set(accounts))))
    if keys is not None:
        statement = statement.where(known.c.key.in_([str(key) for key in keys]))
    if marketplace is not None:
        statement = statement.where(known.c.marketplace == marketplace)
    if account is not None:
        statement = statement.where(known.c.account == account)
    if site_codes is not None:
        statement = statement.where(known.c.site.in_(sorted(set(site_codes))))
    # In one order whatever the database: what is concluded from them is written in this order too.
    with without_collection():
        rows = sorted(connection.execute(statement), key=attrgetter("key"))
        return {state.key: state for state in map(_known, rows)}


def _known_statement() -> Select[Any]:
    last, good, down = _LAST, readings.alias("good"), readings.alias("down")
    # Where the last reading is the good one, as it mostly is, its body is fetched and read once.
    joined = known.join(last, last.c.id == known.c.last_id).outerjoin(
        good, (good.c.id == known.c.good_id) & (known.c.good_id != known.c.last_id)
    )
    joined = joined.outerjoin(down, down.c.id == known.c.down_id)
    bodies = {"last": last, "good": good, "down": down}
    columns = (table.c.body.label(f"{name}_body") for name, table in bodies.items())
    return select(known, *columns).select_from(joined)


def _known(row: Any) -> Known:
    last = load_reading(row.last_body)
    good = last if row.good_id == row.last_id else None
    if row.good_body is not None:
        good = load_reading(row.good_body)
    return Known(
        last.key,
        last=last,
        good=good,
        opened_at=row.opened_at,
        had_incident=row.had_incident,
        vanished=row.vanished,
        unreadable_streak=row.unreadable_streak,
        absent_streak=row.absent_streak,
        not_observed_streak=row.not_observed_streak,
        absent_since=row.absent_since,
        pending_down=_pending(row.down_body, row.down_reads, row.down_at),
        levels=row.levels,
        told=None if row.told is None else Level(row.told),
        flapping=row.flapping,
        number=row.number,
        incident=None if row.incident is None else load_incident(row.incident),
        unreadable_told=row.unreadable_told,
        flap_told=row.flap_told,
        was_read=row.was_read,
        accepted=None if row.accepted is None else load_ack(row.accepted),
    )


def _pending(body: str | None, reads: int, at: datetime) -> Pending | None:
    return None if body is None else Pending(load_reading(body), reads, at)


def quiet_groups(
    connection: Connection,
    fresh_since: datetime,
    accounts: Collection[str] | None = None,
    site_codes: Collection[str] | None = None,
) -> list[QuietGroup]:
    """Count the keys an overview need not look at, by place and by what is to be said of them.

    Args:
        connection: The store.
        fresh_since: What was looked at before this moment is not fresh.
        accounts: Only of the accounts of these names.
        site_codes: Only of these sites.

    Returns:
        The groups, in no order.
    """
    fresh = (known.c.seen_at >= fresh_since).label("is_fresh")
    by = (known.c.marketplace, known.c.account, known.c.site, known.c.shop, known.c.quiet, fresh)
    statement = select(*by, func.count(), func.max(known.c.seen_at))
    statement = statement.where(known.c.quiet.is_not(None)).group_by(*by)
    if accounts is not None:
        statement = statement.where(known.c.account.in_(sorted(set(accounts))))
    if site_codes is not None:
        statement = statement.where(known.c.site.in_(sorted(set(site_codes))))
    # Few places and fewer words are named again and again.
    said, place = cache(Quiet.parse), cache(_place)
    return [
        QuietGroup(place(*where), said(text), bool(is_fresh), count, seen_at)
        for *where, text, is_fresh, count, seen_at in connection.execute(statement)
    ]


def places_of(connection: Connection, accounts: Collection[str] | None = None) -> set[Place]:
    """Return every place something is known of, of all accounts or of those of these names."""
    columns = (known.c.marketplace, known.c.account, known.c.site, known.c.shop)
    statement = select(*columns).distinct()
    if accounts is not None:
        statement = statement.where(known.c.account.in_(sorted(set(accounts))))
    return {_place(*row) for row in connection.execute(statement)}


def _place(marketplace: str, account: str, site: str, shop: str) -> Place:
    return Place(marketplace, account, site, unquote(shop, errors="surrogatepass"))


def all_listed_sites(connection: Connection, accounts: Collection[str] | None = None) -> dict[Place, Site]:
    """Return the sites the pickers of all accounts listed last, or of those of these names, by place."""
    columns = (sites.c.marketplace, sites.c.account, sites.c.code, sites.c.shop, sites.c.body)
    statement = select(*columns).where(sites.c.listed.is_(True)).order_by(*columns[:4])
    if accounts is not None:
        statement = statement.where(sites.c.account.in_(sorted(set(accounts))))
    return {
        Place(row.marketplace, row.account, row.code, row.shop): load_site(row.body)
        for row in connection.execute(statement)
    }


def listed_sites(
    connection: Connection, marketplace: str, account: str, *, listed: bool = True
) -> dict[Place, Site]:
    """Return the sites of an account by place: those its picker listed when it was last read, or the others.

    Args:
        connection: The store.
        marketplace: The marketplace.
        account: The account.
        listed: False for those that were listed once, and were not when the picker was last read.

    Returns:
        The sites, in the order of their codes and shops.
    """
    statement = (
        select(sites.c.code, sites.c.shop, sites.c.body)
        .where(sites.c.marketplace == marketplace, sites.c.account == account, sites.c.listed.is_(listed))
        .order_by(sites.c.code, sites.c.shop)
    )
    return {
        Place(marketplace, account, row.code, row.shop): load_site(row.body)
        for row in connection.execute(statement)
    }


def run_rows(connection: Connection, limit: int) -> list[RunRow]:
    """Return the runs recorded last, the newest first."""
    statement = _runs_statement().order_by(runs.c.id.desc()).limit(limit)
    return [RunRow(*row) for row in connection.execute(statement)]


def run_of(connection: Connection, run_id: str) -> Run | None:
    """Return the run as it was recorded, with its visits, their readings and the changes; or nothing."""
    row = connection.execute(_runs_statement().where(runs.c.run_id == run_id)).one_or_none()
    if row is None:
        return None
    return Run(
        run_id,
        row.started_at,
        row.finished_at,
        tuple(_visits(connection, run_id)),
        tuple(_changes(connection, run_id)),
        row.exit_code,
        events=tuple(_events(connection, run_id)),
    )


def _events(connection: Connection, run_id: str) -> Iterator[Event]:
    statement = select(events.c.body).where(events.c.run_id == run_id).order_by(events.c.seq)
    return (load_event(body) for body in connection.execute(statement).scalars())


def _runs_statement() -> Select[Any]:
    return select(runs.c.run_id, runs.c.started_at, runs.c.finished_at, runs.c.exit_code, runs.c.version)


def _visits(connection: Connection, run_id: str) -> Iterator[Visit]:
    readings_of = _readings_by_visit(connection, run_id)
    statement = select(visits).where(visits.c.run_id == run_id).order_by(visits.c.seq)
    for row in connection.execute(statement):
        yield Visit(
            row.marketplace,
            row.account,
            load_site(row.site_body),
            Outcome(row.outcome),
            detail=row.detail,
            readings=tuple(readings_of[row.id]),
            started_at=row.started_at,
            finished_at=row.finished_at,
            blocked=row.blocked,
            notice=row.notice,
        )


def _readings_by_visit(connection: Connection, run_id: str) -> dict[int, list[Reading]]:
    statement = (
        select(readings.c.visit_id, readings.c.body)
        .where(readings.c.run_id == run_id, readings.c.visit_id.is_not(None))
        .order_by(readings.c.seq)
    )
    by_visit: dict[int, list[Reading]] = defaultdict(list)
    with without_collection():
        for visit_id, body in connection.execute(statement):
            by_visit[visit_id].append(load_reading(body))
    return by_visit


def _changes(connection: Connection, run_id: str) -> Iterator[Change]:
    joined = changes.outerjoin(readings, readings.c.id == changes.c.reading_id)
    statement = select(changes, readings.c.body).select_from(joined).where(changes.c.run_id == run_id)
    return map(change_of, connection.execute(statement.order_by(changes.c.seq)))


def cause_named(kind: str, support: str) -> Cause:
    """Return a cause by its stored name; one that nobody knows is `unknown`, and keeps its words.

    Args:
        kind: The name of its kind.
        support: What supports it.

    Returns:
        The cause.
    """
    try:
        return Cause(CauseKind(kind), support)
    except ValueError:
        return Cause(CauseKind.UNKNOWN, f"{kind}: {support}" if support else kind)


def change_of(row: Any) -> Change:
    """Return the change of a row of changes, with the body of its reading beside it."""
    return Change(
        Verb(row.verb),
        Key.parse(row.key),
        Level(row.level),
        level_before=None if row.level_before is None else Level(row.level_before),
        cause=None if row.cause is None else cause_named(row.cause, row.support or ""),
        detail=row.detail,
        since=row.since,
        reading=None if row.body is None else load_reading(row.body),
        tell=Tell(row.tell),
        event=row.event,
        incident=row.incident,
        number=row.number,
    )


def changes_of(connection: Connection, key: Key, limit: int) -> list[tuple[datetime, str, Change]]:
    """Return the last `limit` changes of a key, each with the moment and the id of its run, oldest first."""
    joined = changes.join(runs, runs.c.run_id == changes.c.run_id)
    joined = joined.outerjoin(readings, readings.c.id == changes.c.reading_id)
    statement = (
        select(changes, readings.c.body, runs.c.started_at)
        .select_from(joined)
        .where(changes.c.key == str(key))
        .order_by(changes.c.id.desc())
        .limit(limit)
    )
    rows = list(connection.execute(statement))
    return [(row.started_at, row.run_id, change_of(row)) for row in reversed(rows)]


def history(connection: Connection, key: Key, limit: int) -> list[Entry]:
    """Return the last `limit` readings of a key, the oldest first."""
    rows = connection.execute(_history_statement(key, limit))
    return [Entry(row.run_id, load_reading(row.body)) for row in rows]


def bundle_digests(connection: Connection) -> set[str]:
    """Return the digests of all evidence that readings name."""
    rows = connection.execute(select(readings.c.body).where(readings.c.body.contains('"sha256:')))
    return {bundle for row in rows if (bundle := load_reading(row.body).bundle)}


def _history_statement(key: Key, limit: int) -> Select[Any]:
    start = select(known.c.head_id.label("id"), literal(1).label("back")).where(known.c.key == str(key))
    chain = start.cte("chain", recursive=True)
    further = (
        select(readings.c.previous_id, chain.c.back + 1)
        .join_from(chain, readings, readings.c.id == chain.c.id)
        .where(readings.c.previous_id.is_not(None), chain.c.back < limit)
    )
    chain = chain.union_all(further)
    return (
        select(readings.c.run_id, readings.c.body)
        .join_from(chain, readings, readings.c.id == chain.c.id)
        .where(chain.c.back <= limit)
        .order_by(chain.c.back.desc())
    )


def find_keys(connection: Connection, fragment: str) -> list[Key]:
    """Return the keys a fragment may mean: it alone, else those ending in it, then those holding it."""
    statement = select(known.c.key).where(known.c.key.icontains(fragment, autoescape=True))
    found = sorted(connection.execute(statement).scalars(), key=lambda text: (_fit(text, fragment), text))
    return [Key.parse(text) for text in _exact(found, fragment) or found]


def met_unreadable(connection: Connection, marketplace: str, native: str) -> bool:
    """Tell whether some unreadable reading of a marketplace holds this word; it reads through them all."""
    statement = select(readings.c.body).where(
        readings.c.marketplace == marketplace, readings.c.presence == Presence.UNREADABLE.value
    )
    # The word as it stands in the record's JSON, so that only a few records are parsed.
    written = json.dumps(native, ensure_ascii=False)[1:-1]
    likely = statement.where(readings.c.body.contains(written, autoescape=True))
    return any(load_reading(body).native == native for body in connection.execute(likely).scalars())


def _fit(text: str, fragment: str) -> bool:
    return not text.lower().endswith(fragment.lower())


def _exact(found: Sequence[str], fragment: str) -> list[str]:
    # A key may be the beginning of others: of the items of a list, of its variants.
    return [text for text in found if text == fragment]


def changed_last(connection: Connection, keys: Collection[Key]) -> set[Key]:
    """Return which of these keys got worse in the last run of their account."""
    found: set[Key] = set()
    last = {
        account: _last_run(connection, *account) for account in {(k.marketplace, k.account) for k in keys}
    }
    by_text = {str(key): key for key in keys}
    alarms = [verb.value for verb in Verb if verb.is_alarm]
    for chunk in _chunks(sorted(by_text)):
        statement = select(changes.c.key, changes.c.run_id).where(
            changes.c.key.in_(chunk),
            changes.c.verb.in_(alarms),
            changes.c.run_id.in_(sorted(run for run in set(last.values()) if run)),
        )
        for text, run_id in connection.execute(statement):
            key = by_text[text]
            if last[key.marketplace, key.account] == run_id:
                found.add(key)
    return found


def _last_run(connection: Connection, marketplace: str, account: str) -> str | None:
    """Return the id of the last run that visited an account."""
    statement = select(visits.c.run_id).where(
        visits.c.marketplace == marketplace, visits.c.account == account
    )
    return connection.execute(statement.order_by(visits.c.id.desc()).limit(1)).scalar()


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[first : first + _CHUNK] for first in range(0, len(items), _CHUNK))
