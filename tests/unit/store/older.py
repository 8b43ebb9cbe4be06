"""Stores as every older version left them: made by its own migrations, filled with the rows that it wrote."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from sqlalchemy import Connection, make_url

from checker.store import migrate
from checker.store.engine import place_of
from checker.store.transactions import open_database, open_file, writing
from tests.unit.store.story import day

OLDER: Final = ("0001", "0002", "0003", "0004", "0005")
"""Every schema there ever was before the present one."""

RED, GREEN, LOST = "amazon/main/US/orders.late_rate", "amazon/main/US/orders.rate", "amazon/main/US/m.lost"
ITEM = "mercadolibre/tienda/MLB/policy.violations:V1"
# Until the sixth version a metric of one marketplace alone kept the marketplace's first name.
OWN = "mercadolibre/tienda/MLB/mercadolibre.mediation_rate"
WAITING, WORSE = "amazon/main/US/account.status", "amazon/main/CA/account.status"


def named(key: str, revision: str) -> str:
    """Return a key as a version of that time wrote it: since the fifth the marketplace has today's name."""
    head, _, rest = key.partition("/")
    return f"{head.replace('mercadolibre', 'mercado_libre')}/{rest}" if revision >= "0005" else key


def make_older(url: str, revision: str, *, own: str = "critical", today: str = "") -> None:
    """Make a store at `revision`, and write what a version of that time would have written.

    Args:
        url: Where.
        revision: Of which schema.
        own: How the metric with the marketplace's first name stood.
        today: How the same metric stood in a later run, under its name of today; nothing where there is none.
    """
    path = place_of(url).path
    if path is None:
        engine = open_database(make_url(url), patience=10)
        with writing(engine) as connection:
            # The server hands out stores of this version.
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    else:
        Path(path).touch(mode=0o600)
        engine = open_file(path, patience=10)
    config = migrate._config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        _fill(connection, int(revision), own, today)
        _count_on(connection)
    engine.dispose()


def _count_on(connection: Connection) -> None:
    """Have a server number its rows from where ours end."""
    if connection.dialect.name != "postgresql":
        return
    for table in ("runs", "visits", "readings", "changes", "outbox", "journal"):
        if sa.inspect(connection).has_table(table):
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1000)")


def body(key: str, level: str, on: int = 0, **fields: Any) -> str:
    """Return a reading as it was written then: causes as text, no claims, nothing disputed."""
    head, _, item = key.partition(":")
    marketplace, account, site, metric = head.split("/")
    record = {
        "key": {
            "marketplace": marketplace, "account": account, "site": site, "metric": metric,
            "shop": "", "variant": "", "cycle": "current", "item": item,
        },
        "presence": "unreadable" if level == "unknown" else "shown",
        "observed_at": day(on).isoformat().replace("+00:00", "Z"),
        "level": level,
        **fields,
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


class _Writer:
    """Inserts rows into whatever columns there are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = sa.MetaData()
        self._tables.reflect(connection)
        self._readings = 0

    def add(self, table: str, **values: Any) -> None:
        if table not in self._tables.tables:
            return
        columns = self._tables.tables[table].columns
        zoned = self._connection.dialect.name == "postgresql"
        row = {
            name: value.isoformat(timespec="microseconds")
            if isinstance(value, datetime) and not zoned
            else value
            for name, value in values.items()
            if name in columns
        }
        self._connection.execute(sa.insert(self._tables.tables[table]).values(row))

    def reading(self, key: str, level: str, run: int = 0, previous: int | None = None, **fields: Any) -> int:
        """Add a reading, and return its row."""
        self._readings += 1
        marketplace, account, site, _ = key.partition(":")[0].split("/")
        self.add(
            "readings", id=self._readings, run_id=f"run-{run}", visit_id=1, seq=self._readings,
            previous_id=previous, key=key, marketplace=marketplace, account=account, site=site, level=level,
            presence="unreadable" if level == "unknown" else "shown", observed_at=day(run),
            body=body(key, level, run, **fields),
        )  # fmt: skip
        return self._readings

    def known(self, key: str, last: int, **values: Any) -> None:
        marketplace, account, site, _ = key.partition(":")[0].split("/")
        given = {
            "last_id": last, "good_id": last, "head_id": last, "had_incident": False, "vanished": False,
            "unreadable_streak": 0, "absent_streak": 0, "number": 1, "levels": "", **values,
        }  # fmt: skip
        given["was_read"] = given["good_id"] is not None
        self.add("known", key=key, marketplace=marketplace, account=account, site=site, **given)


def _fill(connection: Connection, step: int, own: str, today: str) -> None:
    write = _Writer(connection)
    item_key, own_key = (named(key, f"{step:04}") for key in (ITEM, OWN))
    shop = item_key.partition("/")[0]
    site = {"code": "US", "native_id": "A1", "label": "United States", "registration": "active"}
    for number in range(2):
        write.add(
            "runs", id=number + 1, run_id=f"run-{number}", started_at=day(number), finished_at=day(number),
            exit_code=10, version="0.1.0",
        )  # fmt: skip
    write.add(
        "visits", id=1, run_id="run-0", seq=0, marketplace=shop, account="tienda", site="MLB",
        registration="active", outcome="read", detail="", started_at=day(0), finished_at=day(0), blocked=0,
        site_body=json.dumps({**site, "code": "MLB", "label": "Brasil"}),
    )  # fmt: skip
    red = write.reading(RED, "critical", cause="performance: late", reason="late")
    write.known(
        RED, red, opened_at=day(0), had_incident=True, told="critical", levels="2",
        incident=json.dumps({"id": "abc-1", "max_level": "critical", "notified_max": "critical"}),
    )  # fmt: skip
    write.known(GREEN, write.reading(GREEN, "ok"), levels="0", told="ok")
    write.known(LOST, write.reading(LOST, "unknown", reason="no_match"), good_id=None, unreadable_streak=1)
    item = write.reading(item_key, "critical", cause="a_kind_of_today: x")
    write.known(
        item_key, item, opened_at=day(0), had_incident=True, told="critical", levels="2",
        incident=json.dumps({"id": "def-1", "max_level": "critical", "notified_max": "critical"}),
    )  # fmt: skip
    write.add(
        "changes", id=1, run_id="run-0", seq=0, verb="new", key=item_key, level="critical",
        cause="a_kind_of_today", support="x", detail="", since=day(0), reading_id=item, incident="def-1",
        number=1,
    )  # fmt: skip
    for marketplace, account, code, shop_id in (
        ("amazon", "main", "US", ""),
        (shop, "tienda", "MLB", "s-1"),
    ):
        write.add(
            "sites", marketplace=marketplace, account=account, code=code, shop=shop_id,
            first_seen=day(0), last_seen=day(1), listed=True,
            body=json.dumps({**site, "code": code, "shop": shop_id}, separators=(",", ":")),
        )  # fmt: skip
    if step >= 2:
        write.add(
            "latches", marketplace=shop, account="tienda", outcome="captcha", since=day(0),
            detail="", actor="seller", salt="s", fingerprint="f",
        )  # fmt: skip
        write.add("submissions", marketplace=shop, account="tienda", unanswered=2, last_at=day(0))
    _add_own(write, own_key, own, "own-1")
    if today:
        _add_own(write, OWN.replace("mercadolibre", "mercado_libre"), today, "today-1", run=1)
    if step >= 3:
        _findings(write, item_key, own_key)
    if 3 <= step < 5:
        _waiting(write)


def _add_own(write: _Writer, key: str, level: str, incident: str, run: int = 0) -> None:
    row = write.reading(key, level, run, reason="beyond")
    if level == "ok":
        write.known(key, row, told="ok", levels="0")
        return
    write.known(
        key, row, opened_at=day(run), had_incident=True, told=level, levels="2",
        incident=json.dumps({"id": incident, "max_level": level, "notified_max": level}),
    )  # fmt: skip
    write.add("incidents", id=incident, key=key, opened_at=day(run), max_level=level)


def _findings(write: _Writer, item: str, own: str) -> None:
    """Add what the third version knew: findings, what is to be told, events, what people did."""
    write.add("incidents", id="abc-1", key=RED, opened_at=day(0), max_level="critical")
    write.add("incidents", id="def-1", key=item, opened_at=day(0), max_level="critical")
    keys = [_fields(item), _fields(own)]
    marketplace = item.partition("/")[0]
    place = {"marketplace": marketplace, "account": "tienda", "site": "MLB", "shop": "s-1"}
    event = {
        "id": "inventory-1", "kind": "inventory", "marketplace": marketplace, "keys": keys,
        "places": [place if marketplace == "mercado_libre" else ["tienda", "MLB", "s-1"]],
        "level": "critical", "total": 2,
    }  # fmt: skip
    write.add("events", id="inventory-1", run_id="run-0", seq=0, kind="inventory", body=json.dumps(event))
    write.add(
        "outbox", id=3, message="run-0/inventory-1", run_id="run-0", kind="inventory", tell="at_once",
        event_id="inventory-1", about=f"{item}\n{own}", created_at=day(0),
    )  # fmt: skip
    for number, key in enumerate((item, own), 1):
        write.add(
            "journal", id=number, at=day(1), key=key, act="ack", by="ann", reason="seen", incident="def-1",
            level="critical",
        )  # fmt: skip


def _fields(key: str) -> dict[str, str]:
    head, _, item = key.partition(":")
    marketplace, account, site, metric = head.split("/")
    fields = {"marketplace": marketplace, "account": account, "site": site, "metric": metric, "item": item}
    return {name: value for name, value in fields.items() if value}


def _waiting(write: _Writer) -> None:
    """Add reds that the third and the fourth version had wait for a second run."""
    ok = write.reading(WAITING, "ok")
    doubted = write.reading(
        WAITING, "critical", 1, ok, reread="disagrees", contradicts="read again: ok", native="At risk"
    )
    write.known(
        WAITING, doubted, good_id=ok, head_id=doubted, up_id=doubted, up_reads=1, up_at=day(1), levels="02",
        told="critical", number=1,
    )  # fmt: skip
    warning = write.reading(WORSE, "warning")
    worse = write.reading(WORSE, "deactivated", 1, warning, reread="disagrees", contradicts="read again: ok")
    write.known(
        WORSE, worse, good_id=warning, head_id=worse, opened_at=day(0), had_incident=True, up_id=worse,
        up_reads=1, up_at=day(1), levels="13", told="deactivated", number=3,
        incident=json.dumps({"id": "ghi-1", "max_level": "warning", "notified_max": "warning"}),
    )  # fmt: skip
    write.add("incidents", id="ghi-1", key=WORSE, opened_at=day(0), max_level="warning")
    for seq, (key, before, reading) in enumerate([(WAITING, "ok", doubted), (WORSE, "warning", worse)], 1):
        write.add(
            "changes", id=seq + 1, run_id="run-1", seq=seq, verb="suspect", key=key, level="critical",
            level_before=before, detail="read again: ok", reading_id=reading, tell="low", number=1,
            incident=f"s-{seq}",
        )  # fmt: skip
        write.add(
            "outbox", id=seq, message=f"s-{seq}/1/suspect", run_id="run-1", kind="suspect", tell="low",
            change_seq=seq, about=key, created_at=day(1),
        )  # fmt: skip
