"""One run after another on copies of a seller's folder, each with another operation of the disk failing.

    python -m tests.faults.sweeping HOME SCRATCH

HOME is a seller's folder after a run that found something red. Each run is a fork of this process and does
everything a run does but start a worker: what the worker said is what the one before it said. Odd ones fail
once and go on, even ones fail for good, and the kinds of fault take turns. The last writes its words to a
device that is full. Prints one JSON row for each run.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

import checker.cli.data
import checker.cli.evidence
import checker.cli.run
import checker.cli.telling
import checker.report.document
import checker.report.html
import checker.report.terminal
import checker.run.execute
import checker.run.pool
from checker.model import Outcome
from checker.model.wire import dump_site
from checker.run.job import Ended, Job, Sending, SignedIn, SitesListed, UsedStep
from checker.run.supervisor import AccountRun
from checker.store import open_store
from tests.faults.disk import Fault, install

_CODES: Final = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EMFILE)
_READ: Final = 3
"""The descriptor on which a run notes that it has read: no operation that could fail."""


def _replayed(home: Path) -> Callable[..., AccountRun]:
    """Return what stands in for a worker: it says what the last run's said."""
    with open_store(f"sqlite:///{home / 'data' / 'checker.db'}") as store:
        run = store.last_run()
        sites = list(store.sites("allegro", "main").values())
    if run is None:
        raise SystemExit("there was no run")

    def run_account(
        job: Job, _seconds: float, on_event: Callable[[Any], None], *_: Any, **__: Any
    ) -> AccountRun:
        on_event(Sending())
        on_event(UsedStep(step=1))
        on_event(SignedIn())
        on_event(SitesListed(sites=tuple(map(dump_site, sites))))
        os.write(_READ, b"read")
        return AccountRun(job.alias, list(run.visits), sites, ended=Ended(outcome=Outcome.READ))

    return run_account


def _child(home: Path, fault: Fault, out: str) -> int:
    """Run in a fork: what it prints goes to files, what it did to the disk is told in another."""
    os.chdir(home)
    for number, name in ((1, out), (2, "err"), (_READ, "read")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    event.listen(Engine, "before_cursor_execute", lambda *told: fault.write_rows(told[2]))
    event.listen(Engine, "commit", lambda connection: _commit(fault, connection))
    install(fault)
    code = checker.cli.main(["run", "--json", "--config", str(home / "checker.toml")])
    sys.stdout.flush()
    fault.at = 0
    Path("done").write_text("\n".join(fault.done), encoding="utf-8")
    return code


def _commit(fault: Fault, connection: Connection) -> None:
    # The end of a transaction that only read changes nothing on a disk.
    if connection.get_execution_options().get("checker_writing"):
        fault.write_rows("COMMIT")


def _forked(home: Path, fault: Fault, out: str = "out") -> int:
    child = os.fork()
    if child == 0:
        code = 255
        try:
            code = _child(home, fault, out)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _copied(home: Path, to: Path) -> Path:
    """Return a copy: the evidence, which no run changes, shared; everything else its own."""
    ignored = shutil.ignore_patterns("evidence", "visits", "tmp")
    shutil.copytree(home, to, ignore=ignored)
    shutil.copytree(home / "data" / "evidence", to / "data" / "evidence", copy_function=os.link)
    (to / "tmp").mkdir()
    return to


def _row(home: Path, at: int, fault: Fault, code: int) -> dict[str, Any]:
    """Return what came of a run: how it ended, whether it read and told, whether all it left is whole."""
    done = home / "done"
    operations = done.read_text(encoding="utf-8").splitlines() if done.exists() else []
    out, err = (
        path.read_text(encoding="utf-8") if path.exists() else "" for path in (home / "out", home / "err")
    )
    with closing(sqlite3.connect(home / "data" / "checker.db")) as store:
        sound = store.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        runs = store.execute("SELECT count(*) FROM runs").fetchone()[0]
        states = store.execute("SELECT count(*) FROM known").fetchone()[0]
    reports = [path.read_text(encoding="utf-8") for path in (home / "data" / "reports").glob("*.html")]
    return {
        "at": at,
        "fault": f"{errno.errorcode[fault.code]}{' for good' if fault.for_good else ''}",
        "operation": operations[at - 1] if 0 < at <= len(operations) else "",
        "operations": len(operations),
        "code": code,
        "read": bool((home / "read").stat().st_size),
        "told": '"level": "critical"' in out,
        "sound": sound,
        "runs": runs,
        "states": states,
        "whole": all(text.rstrip().endswith("</html>") for text in reports),
        "err": err,
    }


def main(home: Path, scratch: Path) -> None:
    """Run once whole, then once for each operation that run did."""
    os.environ |= {"HOME": str(home), "TMPDIR": str(scratch)}
    checker.run.pool.run_account = _replayed(home)  # type: ignore[attr-defined]
    at, total = 0, 0
    while at <= total:
        fault = Fault(_CODES[at % len(_CODES)], at, for_good=at % 2 == 0, folder=str(scratch))
        there = _copied(home, scratch / str(at))
        row = _row(there, at, fault, _forked(there, fault))
        total = total or row["operations"]
        print(json.dumps(row), flush=True)  # noqa: T201 - rows for the test that started it
        at += 1
    fault = Fault(errno.ENOSPC, 0)
    there = _copied(home, scratch / "full")
    print(json.dumps(_row(there, 0, fault, _forked(there, fault, "/dev/full"))))  # noqa: T201 - as above


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
