"""How quick the program is with 300 accounts of eight sites each: 115,200 widgets, 50 findings open.

    python -m tests.benchmarks many_accounts [--accounts 300] [--runs 10] [--in FOLDER] [--url URL]

Told are seconds by the clock and of the processor, the best of three; of a command line beyond its start,
which is what `checker findings` takes with the same settings and an empty store. A busy machine blurs the
first of the two more. With `--in` what was made is kept in that folder, and found there the next time.
"""

from __future__ import annotations

import argparse
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from starlette.testclient import TestClient

from checker.cli.data import Everything, places_in
from checker.cli.telling import write_report_of
from checker.serve.app import make_app
from checker.serve.desk import Desk
from checker.serve.listening import door_of
from checker.settings import load
from checker.store import open_store
from tests.benchmarks.crowd import Crowd, make_crowd

_TRIES = 3


@dataclass(frozen=True, order=True)
class Took:
    """Seconds of the processor and by the clock."""

    processor: float
    clock: float

    def __sub__(self, other: Took) -> Took:
        return Took(self.processor - other.processor, self.clock - other.clock)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the store, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=300)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--in", dest="folder", type=Path)
    parser.add_argument("--url")
    chosen = parser.parse_args(arguments)
    if chosen.folder is not None:
        _measure(_made(chosen.folder, chosen))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        _measure(_made(Path(folder), chosen))
    return 0


def _made(folder: Path, chosen: argparse.Namespace) -> Crowd:
    kept = folder / "crowd.pickle"
    if kept.exists():
        found: Crowd = pickle.loads(kept.read_bytes())  # noqa: S301 - our own file
        return found
    folder.mkdir(parents=True, exist_ok=True)
    crowd = make_crowd(folder, chosen.accounts, chosen.runs, url=chosen.url)
    kept.write_bytes(pickle.dumps(crowd))
    return crowd


def _measure(crowd: Crowd) -> None:
    report = crowd.config.parent / "report.html"
    _tell("report, written after a run", _best(lambda: _report(crowd, report)))
    sys.stdout.write(f"{'  its size':44} {report.stat().st_size / 1e6:6.2f} MB\n")
    _tell("serve, first page", _best(lambda: _pages(crowd, [])))
    for page in ("/", "/findings", "/coverage", "/deadlines", f"/shop?at={_one(crowd)}"):
        _tell(f"serve, {page.partition('?')[0]} after that", _best(partial(_page_after, crowd, page)))
    empty = _empty(crowd)
    start = min(_command(empty, "findings") for _ in range(_TRIES))
    _tell("(start of the command line)", start)
    account = next(iter(crowd.known)).account
    key = next(key for key, state in sorted(crowd.known.items()) if state.is_open)
    for name, argv in {
        "show, one account": ["show", "--account", account],
        "show --json, one account": ["show", "--json", "--account", account],
        "history, one key": ["history", str(key)],
        "findings, one account": ["findings", "--account", key.account],
        "findings, all": ["findings"],
        "status": ["status"],
        "show, all": ["show"],
    }.items():
        _tell(name, min(_command(crowd, *argv) for _ in range(_TRIES)) - start)


def _empty(crowd: Crowd) -> Crowd:
    """Return the same settings with a store in which nothing is known."""
    folder = crowd.config.parent / "empty"
    folder.mkdir(exist_ok=True)
    config = folder / "checker.toml"
    _, _, accounts = crowd.config.read_text(encoding="utf-8").partition("[accounts.")
    config.write_text(f'[paths]\ndata_dir = "{folder / "data"}"\n\n[accounts.{accounts}', encoding="utf-8")
    config.chmod(0o600)
    return replace(crowd, config=config)


def _tell(what: str, took: Took) -> None:
    sys.stdout.write(f"{what:44} {took.clock:6.2f} s, processor {took.processor:6.2f} s\n")
    sys.stdout.flush()


def _one(crowd: Crowd) -> str:
    return str(next(iter(crowd.known)).place)


def _best(work: Callable[[], Took]) -> Took:
    return min(work() for _ in range(_TRIES))


def _timed(work: Callable[[], object]) -> Took:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Took(time.process_time() - processor, time.perf_counter() - clock)


def _report(crowd: Crowd, path: Path) -> Took:
    settings = load(crowd.config)
    with open_store(settings.store.url) as store:
        everything = Everything(crowd.known, places_in(store, settings))
    return _timed(lambda: write_report_of(crowd.run, path, settings, crowd.run.finished_at, everything))


def _pages(crowd: Crowd, before: Sequence[str], page: str = "/") -> Took:
    settings = load(crowd.config)
    desk = Desk(settings, lambda: crowd.run.finished_at)
    app = make_app(desk, door_of(settings, "127.0.0.1", lambda _: None, {}), "")

    def ask(address: str) -> None:
        answer = visitor.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")

    with TestClient(app, base_url="http://127.0.0.1:8765") as visitor:
        for address in before:
            ask(address)
        took = _timed(lambda: ask(page))
    desk.close()
    return took


def _page_after(crowd: Crowd, page: str) -> Took:
    return _pages(crowd, ["/"], page)


def _command(crowd: Crowd, *argv: str) -> Took:
    command = [sys.executable, "-m", "checker", *argv, "--config", str(crowd.config)]
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "COLUMNS": "120"}
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 11, 12, 20):
        raise SystemExit(f"checker {' '.join(argv)} ended with {done.returncode}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(used, time.perf_counter() - clock)


if __name__ == "__main__":
    sys.exit(main())
