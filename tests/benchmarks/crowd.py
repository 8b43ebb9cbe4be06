"""A big seller's store: hundreds of accounts with eight sites each, a history, and fifty open findings.

Every key is compared and recorded by the program itself; the runs between are copies of the first one's rows,
as the history is there to be in the way and not to be read.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import text

from checker.compare import compare
from checker.model import (
    Comparator,
    DecidedBy,
    Key,
    Kind,
    Known,
    Level,
    Origin,
    Presence,
    Rank,
    Reading,
    Registration,
    Run,
    Scope,
    Site,
    Target,
    Unit,
    Visit,
)
from checker.model.outcomes import Outcome
from checker.model.records import Statement
from checker.store import Store, open_store
from checker.store.transactions import writing

__all__ = ["CODES", "MARKETPLACE", "Crowd", "make_crowd"]

MARKETPLACE: Final = "amazon"
CODES: Final = ("US", "CA", "MX", "UK", "DE", "FR", "JP", "AU")
_WIDGETS: Final = 48
"""As many as a run of the demo reads on one site."""
_ZONES: Final = ("America/Los_Angeles", "Europe/London", "Europe/Berlin", "Asia/Tokyo")
_SITES: Final = {
    code: Site(code, f"A1NATIVE{code}", f"Country of {code}", Registration.ACTIVE, code, zone=_ZONES[at % 4])
    for at, code in enumerate(CODES)
}
_PICTURES: Final = {"page-dashboard": (1440, 2400, 400_000), "close": (640, 240, 25_000)}


@dataclass(frozen=True)
class Crowd:
    """What was made: the settings, and the last run with everything known after it."""

    config: Path
    evidence: Path
    url: str
    run: Run
    known: Mapping[Key, Known]
    accounts: int


def make_crowd(
    folder: Path, accounts: int = 300, runs: int = 10, findings: int = 50, url: str | None = None
) -> Crowd:
    """Make a store with its settings and pictures in an empty folder.

    Args:
        folder: Where everything is put.
        accounts: How many accounts there are; each has the eight sites of `CODES`.
        runs: How many runs the history holds.
        findings: How many findings are open.
        url: Where the store is; a file in the folder if nothing is said.
    """
    data = folder / "data"
    data.mkdir(mode=0o700)
    config = folder / "checker.toml"
    aliases = [f"shop{number:03}" for number in range(accounts)]
    lines = [f'[paths]\ndata_dir = "{data}"\n']
    lines += [] if url is None else [f'[store]\nurl = "{url}"\n']
    lines += [
        f'[accounts.{alias}]\nmarketplace = "{MARKETPLACE}"\nusername = "a"\npassword = "x"\n'
        for alias in aliases
    ]
    config.write_text("\n".join(lines), encoding="utf-8")
    config.chmod(0o600)
    url = url or f"sqlite:///{data / 'checker.db'}"
    now = datetime.now(UTC).replace(microsecond=0)
    bad = _bad(aliases, findings)
    with open_store(url) as store:
        calm, at = _visits(aliases, {}, now - timedelta(days=1)), now - timedelta(days=1)
        _record(store, calm, at, "20261130T071700Z-000000")
        _copy_history(store, runs - 2)
        done, known = _record(
            store,
            _visits(aliases, bad, now - timedelta(hours=1)),
            now - timedelta(hours=1),
            "20261201T071700Z-000001",
        )
    for index, key in enumerate(bad):
        for name in _evidence(key):
            width, height, size = _PICTURES[name.rpartition("/")[2].rpartition("-")[0]]
            path = data / "evidence" / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(_picture(width, height, size, index))
    return Crowd(config, data / "evidence", url, done, known, accounts)


def _bad(aliases: list[str], findings: int) -> dict[Key, Level]:
    """Return which keys are open, spread over the accounts."""
    levels = (Level.CRITICAL, Level.WARNING, Level.CRITICAL, Level.DEACTIVATED)
    keys = (
        Key(MARKETPLACE, aliases[n * 7 % len(aliases)], CODES[n % len(CODES)], _metric(3 + n % 12))
        for n in range(findings)
    )
    return {key: levels[n % 4] for n, key in enumerate(keys)}


def _metric(number: int) -> str:
    return (
        ("account.status", "account.health_rating", "account.lost")[number]
        if number < 3
        else f"policy.m{number:02}"
    )


def _visits(aliases: list[str], bad: Mapping[Key, Level], at: datetime) -> tuple[Visit, ...]:
    return tuple(
        Visit(
            MARKETPLACE, alias, _SITES[code], Outcome.READ,
            readings=tuple(_readings(alias, code, bad, at)), started_at=at, finished_at=at,
        )
        for alias in aliases
        for code in CODES
    )  # fmt: skip


def _readings(alias: str, code: str, bad: Mapping[Key, Level], at: datetime) -> Iterator[Reading]:
    for number in range(_WIDGETS):
        key = Key(MARKETPLACE, alias, code, _metric(number))
        whole = _reading(key, number, at + timedelta(milliseconds=number))
        if key in bad:
            yield replace(
                whole, presence=Presence.SHOWN, level=bad[key], native="At risk", evidence=_evidence(key),
                kind=Kind.STATUS, decided_by=DecidedBy.NATIVE,
            )  # fmt: skip
        else:
            yield whole


def _reading(key: Key, number: int, at: datetime) -> Reading:
    """Return a widget in order: a status, a rating, one in a hundred not readable, then what the demo has."""
    said = Statement("dashboard: the summary answer", f"levels[{key.metric}]", Rank.ANSWER, native="GOOD")
    origin = Origin("dashboard", "the summary answer", f"levels[{key.metric}]", structure="d33c51e7982a8b94")
    plain = Reading(
        key, Presence.SHOWN, at, flow="amazon 1.0", language="en-US", origin=origin, claims=(said,)
    )
    if number == 0:
        return replace(
            plain, level=Level.OK, scope=Scope.ACCOUNT, native="NORMAL", decided_by=DecidedBy.NATIVE
        )
    if number == 1:
        return replace(
            plain, level=Level.OK, scope=Scope.ACCOUNT, kind=Kind.SCORE, value=Decimal(812), unit=Unit.POINTS,
            target=Target(Decimal(200), Comparator.GTE), window_days=180, decided_by=DecidedBy.TABLE,
        )  # fmt: skip
    if number == 2:
        lost = int(key.account[-3:]) % 40 == 0
        return replace(plain, presence=Presence.UNREADABLE, reason="no match") if lost else plain
    match number % 10:
        case 0 | 1 | 2:
            return replace(plain, presence=Presence.NONE)
        case 3 | 4:
            return replace(plain, presence=Presence.NOT_RATED)
        case 5:
            return replace(plain, kind=Kind.COUNT, value=Decimal(3), unit=Unit.COUNT)
        case _:
            return replace(
                plain, level=Level.OK, kind=Kind.RATE, native="GOOD",
                value=Decimal("0.0035"), unit=Unit.FRACTION,
                target=Target(Decimal("0.01"), Comparator.LT), window_days=60, decided_by=DecidedBy.NATIVE,
                numerator=Decimal(7), denominator=Decimal(2000),
            )  # fmt: skip


def _evidence(key: Key) -> tuple[str, ...]:
    folder = f"20261201T071700Z-000001/{key.account}/{key.site}"
    return f"{folder}/close-{key.metric}.png", f"{folder}/page-dashboard-{key.metric}.png"


def _record(
    store: Store, visits: tuple[Visit, ...], at: datetime, run_id: str
) -> tuple[Run, dict[Key, Known]]:
    with store.transaction():
        before = store.all_known()
        found = compare(before, visits, at)
        run = Run(run_id, at, at, visits, found.changes, 10, False, found.events, found.reminders)
        accounts = {(visit.marketplace, visit.account): list(_SITES.values()) for visit in visits}
        store.record(run, found.known, accounts)
    return run, {**before, **found.known}


def _copy_history(store: Store, times: int) -> None:
    """Have the first run recorded so often: its rows again, each behind the row of its key before it."""
    columns = (
        "visit_id, seq, key, marketplace, account, site, presence, level, value, observed_at, body, disputed"
    )
    with writing(store.engine) as connection:
        rows = connection.execute(text("SELECT max(id) FROM readings")).scalar_one()
        for number in range(1, times + 1):
            run, shift = f"20261130T{number:06}Z-copied", number * rows
            connection.execute(
                text("INSERT INTO runs (run_id, started_at, finished_at, exit_code, version)"
                     " SELECT :run, started_at, finished_at, 0, version FROM runs WHERE id = 1"),
                {"run": run},
            )  # fmt: skip
            connection.execute(
                text(f"INSERT INTO readings (id, run_id, previous_id, {columns})"  # noqa: S608 - our own names
                     f" SELECT id + :shift, :run, id + :shift - :rows, {columns} FROM readings"
                     " WHERE id <= :rows"),
                {"run": run, "shift": shift, "rows": rows},
            )  # fmt: skip
        connection.execute(
            text(
                "UPDATE known SET last_id = last_id + :shift, good_id = good_id + :shift,"
                " head_id = head_id + :shift"
            ),
            {"shift": times * rows},
        )
        if connection.dialect.name == "postgresql":
            connection.execute(
                text(
                    "SELECT setval(pg_get_serial_sequence('readings', 'id'), (SELECT max(id) FROM readings))"
                )
            )


def _picture(width: int, height: int, size: int, seed: int) -> bytes:
    """Return a PNG of these dimensions and about so many bytes: noise above, plain below."""
    dice = random.Random(seed)  # noqa: S311 - a picture, not a secret
    noisy = size // (width * 3)
    rows = b"".join(b"\0" + dice.randbytes(width * 3) for _ in range(noisy))
    rows += (b"\0" + b"\xee" * (width * 3)) * (height - noisy)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
    )
