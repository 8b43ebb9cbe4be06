"""Many runs of the real program against a model of what must be told: `python -m tests.soak [RUNS] [SEED]`.

A measurement, and a test of what only shows after long. Two accounts of one console change by seed from run
to run: well, red, worse, contradicted, unreadable, down, refused. The clock is steered as the demo's is, some
hours from run to run. A reference model, made from the specification and of nothing in `checker.compare`,
says what each run must tell of either account's level, and how it must end; a webhook says what arrived.
After each tenth: memory and descriptors of the supervisor, what is left of processes and temporary files,
and the disk of the data folder, none of which may go on growing.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import psutil

from checker.cli.data import everything_after
from checker.cli.evidence import prune_after
from checker.cli.telling import finished, progress, speak_up
from checker.log import OFF, configure
from checker.model import Exit, Outcome, Run, Tell, Verb
from checker.run.execute import Request, execute
from checker.secrets import Scrubber
from checker.settings import Settings, load
from checker.store import open_store
from fixtures.common.server import Replica, serve

__all__ = [
    "AWAY",
    "CRITICAL",
    "OK",
    "TELLING",
    "UNREADABLE",
    "WARNING",
    "Held",
    "Model",
    "Soak",
    "Wanted",
    "grown",
]

_MARKETPLACE, _METRIC = "allegro", "account.level"
_ACCOUNTS: Final = ("first", "second")
OK, WARNING, CRITICAL = 0, 1, 2
UNREADABLE: Final = -1
AWAY: Final = -2
"""What a visit sees that never gets there."""

_SEES: Final[Mapping[str, int]] = {
    "healthy": OK,
    "grades-good": OK,
    "grades-best": OK,
    "needs-improvement": WARNING,
    "red": CRITICAL,
    "contradiction": CRITICAL,
    "unknown-word": UNREADABLE,
    "widget-missing": UNREADABLE,
    "http-500": AWAY,
    "http-503-everywhere": AWAY,
    "maintenance": AWAY,
    "blank-200": AWAY,
    "wrong-password": AWAY,
    "captcha": AWAY,
}
_REFUSED: Final = ("wrong-password", "captcha")
_AGAIN: Final = 0.55
"""How likely a console stays as it is from one run to the next."""

_WINDOW, _FLAPS, _CALM = 21, 6, 5
_APART, _DAY = timedelta(minutes=30), timedelta(days=1)
_ALARMS: Final = ("new", "regressed", "worsened")
TELLING: Final = (*_ALARMS, "improved", "resolved", "unreadable", "sync")


@dataclass(frozen=True)
class Wanted:
    """What one run must make of one account: the verb that is told, nothing if none is, and the reminder."""

    told: str = ""
    reminds: bool = False


@dataclass
class Model:
    """What is known of one account's level, by the rows of the specification.

    good, told, notified: levels; None before the first one. better: reads, worst level and moment of what is
    pending. levels: as they were read.
    """

    good: int | None = None
    is_open: bool = False
    had_incident: bool = False
    told: int | None = None
    notified: int = OK
    told_at: datetime | None = None
    better: tuple[int, int, datetime] | None = None
    levels: list[int] = field(default_factory=list)
    flapping: bool = False
    unread: int = 0
    unread_told: datetime | None = None
    was_read: bool = False
    disputed: bool = False

    def run(self, seen: int, now: datetime, *, disputed: bool = False, drifts: bool = False) -> Wanted:
        """Take one run in; return what it must tell.

        Args:
            seen: The level, or why there is none.
            now: The moment of the run.
            disputed: Whether something contradicts the red.
            drifts: Whether a third of what was there before is gone: nothing recovers by such a visit.
        """
        if seen == AWAY:
            return Wanted()
        if seen == UNREADABLE:
            return self._unreadable(now)
        self.levels = [*self.levels, seen][-_WINDOW:]
        changes = sum(one != other for one, other in zip(self.levels, self.levels[1:], strict=False))
        self.flapping = changes >= (_CALM if self.flapping else _FLAPS)
        self.unread, self.unread_told, self.was_read = 0, None, True
        if self.good is None or not self.is_open:
            return self._worse(seen, now, disputed=disputed) if seen > OK else self._well()
        if seen > self.good:
            return self._worse(seen, now, disputed=disputed)
        if seen < self.good:
            return self._better(seen, now, drifts=drifts)
        if drifts and self.disputed:
            self.better = None
            return Wanted()
        self.disputed = disputed
        return self._same(seen, now)

    def _well(self) -> Wanted:
        swallowed = self.good is not None and self.told not in (None, OK) and not self.flapping
        self.good, self.told = OK, OK if not self.flapping or self.good is None else self.told
        return Wanted("sync" if swallowed else "")

    def _worse(self, seen: int, now: datetime, *, disputed: bool) -> Wanted:
        self.disputed = disputed
        verb = "worsened" if self.is_open else "regressed" if self.had_incident else "new"
        first = not self.is_open
        tells = first or seen > self.notified or not self.flapping
        self.good, self.is_open, self.had_incident, self.better = seen, True, True, None
        if not tells:
            return Wanted()
        self.notified = seen if first else max(self.notified, seen)
        self.told, self.told_at = seen, now
        return Wanted(verb)

    def _same(self, seen: int, now: datetime) -> Wanted:
        self.better = None
        if self.told != seen and not self.flapping:
            self.told, self.told_at = seen, now
            return Wanted("sync")
        due = not self.flapping and self.told_at is not None and now - self.told_at >= _DAY
        if due:
            self.told_at = now
        return Wanted(reminds=due)

    def _better(self, seen: int, now: datetime, *, drifts: bool) -> Wanted:
        if drifts:
            if self.better is not None:
                reads, worst, at = self.better
                self.better = (reads, max(worst, seen), at)
            return Wanted()
        if self.better is None:
            self.better = (1, seen, now)
        else:
            reads, worst, at = self.better
            counts = now - at >= _APART
            self.better = (reads + counts, max(worst, seen), now if counts else at)
        reads, worst, _ = self.better
        if reads < 2 or self.flapping:
            return Wanted()
        self.good, self.told, self.told_at, self.disputed = worst, worst, now, False
        self.better = (1, seen, now) if seen < worst else None
        if worst > OK:
            return Wanted("improved")
        self.is_open, self.better, self.notified = False, None, OK
        return Wanted("resolved")

    def _unreadable(self, now: datetime) -> Wanted:
        self.unread += 1
        if self.unread == 1:
            tells = True
        elif not self.was_read and not self.is_open:
            tells = self.unread_told is None
        else:
            tells = self.unread_told is None or now - self.unread_told >= _DAY
        if tells:
            self.unread_told = now
        return Wanted("unreadable" if tells else "")


@dataclass
class _Webhook:
    """Takes messages; `got` is their texts."""

    url: str = ""
    got: list[str] = field(default_factory=list)


@contextmanager
def _webhook() -> Iterator[_Webhook]:
    hook = _Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"json://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Held:
    """What the supervisor and its folder hold after some runs."""

    runs: int
    megabytes: float
    descriptors: int
    threads: int
    processes: int
    temporary: int
    disk: Mapping[str, float]

    def __str__(self) -> str:
        """Return one line of the table."""
        disk = ", ".join(f"{name} {size:.1f}" for name, size in self.disk.items())
        return (
            f"{self.runs:5} runs: {self.megabytes:6.1f} MB, {self.descriptors:3} descriptors,"
            f" {self.threads} threads, {self.processes} processes and {self.temporary} files left;"
            f" MB of disk: {disk}"
        )


@dataclass
class Soak:
    """So many runs of two accounts, in a folder.

    wrong: what did not come as the model says. held: what was held after each tenth.
    """

    folder: Path
    seed: int
    wrong: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    verbs: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - which scenario comes is no secret
        self._models = {alias: Model() for alias in _ACCOUNTS}
        self._scenarios = dict.fromkeys(_ACCOUNTS, "healthy")
        self._latched: dict[str, str] = {}
        self._offset = timedelta(0)

    def play(self, runs: int) -> None:
        """Play them all."""
        with ExitStack() as stack:
            hook = stack.enter_context(_webhook())
            consoles = {alias: stack.enter_context(serve(_MARKETPLACE, "healthy")) for alias in _ACCOUNTS}
            settings = self._settings(consoles, hook)
            for number in range(1, runs + 1):
                known = len(self.wrong)
                self._run(number, settings, consoles, hook)
                for text in self.wrong[known:]:
                    sys.stdout.write(f"WRONG: {text}\n")
                if number % max(runs // 10, 1) == 0:
                    self.held.append(self._measured(number))
                    sys.stdout.write(f"{self.held[-1]}\n")
                    sys.stdout.flush()

    def _settings(self, consoles: Mapping[str, Replica], hook: _Webhook) -> Settings:
        text = (
            '[paths]\ndata_dir = "data"\n[limits]\npause_seconds = 0\npage_seconds = 10\n'
            "[evidence]\nkeep_bundles = 30\n[replay]\nkeep_megabytes = 2\n"
            f'[notify.routes.hook]\nto = "seller"\nurl = "{hook.url}"\n'
        )
        for alias, console in consoles.items():
            console.set_latency(2)
            secrets = {"password": console.account.password, "totp": console.account.totp_secret}
            for name, value in secrets.items():
                secret = self.folder / f"{alias}.{name}"
                secret.write_text(value + "\n", encoding="utf-8")
                secret.chmod(0o600)
            text += (
                f'[accounts.{alias}]\nmarketplace = "{_MARKETPLACE}"\n'
                f'username = "{console.account.username}"\npassword_file = "{alias}.password"\n'
                f'totp_secret_file = "{alias}.totp"\n'
                f'origin = "{console.url}"\n'
            )
        file = self.folder / "checker.toml"
        file.write_text(text, encoding="utf-8")
        return load(file, {})

    def _run(self, number: int, settings: Settings, consoles: Mapping[str, Replica], hook: _Webhook) -> None:
        step = timedelta(minutes=self._random.choice((20, 45, 240, 720, 1440, 1500)))
        self._offset += step
        for alias, console in consoles.items():
            self._choose(alias, console, settings, step)
        hook.got.clear()
        posts = {alias: len(console.log.password_posts()) for alias, console in consoles.items()}
        done, code = self._checked(settings)
        wanted = {alias: self._wanted(alias, done) for alias in _ACCOUNTS}
        for alias in _ACCOUNTS:
            for text in self._differences(alias, done, wanted[alias]):
                self.wrong.append(f"run {number}, {alias}, {self._scenarios[alias]}: {text}")
            sent = len(consoles[alias].log.password_posts()) - posts[alias]
            if sent > (0 if alias in self._latched and self._scenarios[alias] != self._latched[alias] else 1):
                self.wrong.append(f"run {number}, {alias}: the password was sent {sent} times")
        loud = any(wanted[alias].told in (*_ALARMS, "resolved") for alias in _ACCOUNTS)
        if loud and len(hook.got) != 1:
            self.wrong.append(f"run {number}: {len(hook.got)} messages for what must be told at once")
        if any(wanted[alias].told in _ALARMS for alias in _ACCOUNTS) != (code == Exit.NEW):
            self.wrong.append(f"run {number}: exit code {code}")
        if code == Exit.OK and any(m.is_open for m in self._models.values()):
            self.wrong.append(f"run {number}: exit code 0 with a red open")
        for console in consoles.values():
            console.log.clear()

    def _choose(self, alias: str, console: Replica, settings: Settings, step: timedelta) -> None:
        """Let a console stay as it is, or become otherwise; a person clears what keeps us out."""
        console.clock.advance(step.total_seconds(), keep_totp=True)
        if alias in self._latched:
            if self._random.random() < _AGAIN:
                return
            with open_store(settings.store.url) as store:
                store.lift_latch(_MARKETPLACE, alias)
            del self._latched[alias]
            self._scenarios[alias] = "healthy"
        elif self._random.random() >= _AGAIN:
            self._scenarios[alias] = self._random.choice(sorted(_SEES))
        console.use(self._scenarios[alias])
        if self._scenarios[alias] in _REFUSED:
            console.state.expire_sessions()
            self._latched[alias] = self._scenarios[alias]

    def _wanted(self, alias: str, run: Run) -> Wanted:
        # Of one key a model cannot know what else is gone: that a visit drifts is part of what it is given.
        drifts = any(visit.account == alias and visit.outcome is Outcome.DRIFT for visit in run.visits)
        disputed = self._scenarios[alias] == "contradiction"
        return self._models[alias].run(self._seen(alias), run.started_at, disputed=disputed, drifts=drifts)

    def _seen(self, alias: str) -> int:
        return _SEES[self._scenarios[alias]]

    def _checked(self, settings: Settings) -> tuple[Run, int]:
        """Do what `checker run` does, at the story's moment."""
        with ExitStack() as stack:
            printed = stack.enter_context((self.folder / "printed").open("w", encoding="utf-8"))
            stack.enter_context(redirect_stdout(printed))
            stack.enter_context(redirect_stderr(printed))
            with progress() as heard:
                done = execute(settings, Request(offset=self._offset), heard, lambda _: None)
                speak_up(heard, done)
            now = datetime.now(UTC) + self._offset
            everything = everything_after(done, settings)
            code = finished(done, settings, now, as_json=False, everything=everything)
            prune_after(settings)
        self.outcomes.update(visit.outcome.value for visit in done.run.visits)
        return done.run, code

    def _differences(self, alias: str, run: Run, wanted: Wanted) -> Iterator[str]:
        mine = [change for change in run.changes if change.key.account == alias]
        told = [
            change.verb.value
            for change in mine
            if change.key.metric == _METRIC and change.tell is not Tell.NOT and change.verb.value in TELLING
        ]
        self.verbs.update(told)
        if told != ([wanted.told] if wanted.told else []):
            yield f"told {told}, and the model {wanted.told or 'nothing'}"
        reminds = any(key.account == alias and key.metric == _METRIC for key in run.reminders)
        if reminds != wanted.reminds:
            yield f"reminds: {reminds}, and the model {wanted.reminds}"
        others = [change for change in mine if change.key.metric != _METRIC and change.verb.is_alarm]
        if others:
            yield f"an alarm of something else: {[str(change.key) for change in others]}"
        seen = {visit.outcome for visit in run.visits if visit.account == alias}
        if (self._seen(alias) == AWAY) == bool(seen & {Outcome.READ, Outcome.PARTIAL, Outcome.DRIFT}):
            yield f"the visit ended as {sorted(outcome.value for outcome in seen)}"
        flaps = [change for change in mine if change.verb is Verb.FLAPPING]
        if len(flaps) > 1:
            yield "more than one summary"

    def _measured(self, runs: int) -> Held:
        here = psutil.Process()
        data = self.folder / "data"
        disk = {part.name: _size(part) for part in sorted(data.iterdir())}
        return Held(
            runs,
            here.memory_info().rss / 1e6,
            here.num_fds(),
            here.num_threads(),
            len(here.children(recursive=True)),
            len(list(Path(tempfile.gettempdir()).iterdir())),
            {name: size for name, size in disk.items() if size >= 0.05},
        )


def _size(path: Path) -> float:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def grown(held: list[Held]) -> list[str]:
    """Return what is left behind, or grew by more than half from the fifth tenth to the last."""
    found = [f"{one.processes} processes after {one.runs} runs" for one in held if one.processes]
    if len(held) < 2:
        return found
    middle, last = held[len(held) // 2], held[-1]
    if last.descriptors > middle.descriptors + 8:
        found.append(f"descriptors: {middle.descriptors}, then {last.descriptors}")
    if last.temporary > held[0].temporary + 8:
        found.append(f"temporary files: {held[0].temporary}, then {last.temporary}")
    if last.megabytes > middle.megabytes * 1.25:
        found.append(f"memory: {middle.megabytes:.0f} MB, then {last.megabytes:.0f}")
    return found


def main() -> int:
    """Play, print, and return whether anything was wrong."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory(prefix="soak") as name:
        folder = Path(name)
        (folder / "tmp").mkdir()
        os.environ["TMPDIR"] = str(folder / "tmp")
        tempfile.tempdir = None
        configure(OFF, json=False, scrubber=Scrubber())
        began = time.monotonic()
        soak = Soak(folder, seed)
        soak.play(runs)
        minutes = (time.monotonic() - began) / 60
    problems = [*soak.wrong, *grown(soak.held)]
    sys.stdout.write(
        f"{runs} runs, seed {seed}, {minutes:.1f} minutes\n"
        f"told: {json.dumps(dict(soak.verbs))}\nvisits: {json.dumps(dict(soak.outcomes))}\n"
        + "".join(f"WRONG: {problem}\n" for problem in problems)
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
