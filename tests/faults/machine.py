"""A seller's machine on which things are made to break while a run is under way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from checker.store import open_store
from fixtures.common import Replica
from tests.e2e.seller import Ran, Seller

__all__ = ["Machine", "Running", "asked_for"]

PATIENCE = 300.0
"""Seconds after which a test gives up on a process; nothing here takes a fraction of it."""


@dataclass
class Running:
    """A run under way."""

    process: subprocess.Popen[str]
    home: Path

    @property
    def family(self) -> list[psutil.Process]:
        """Every process of the run, with all they started, whoever is their parent now."""
        return self.since(())

    def since(self, before: Collection[int]) -> list[psutil.Process]:
        """Return those of them that were not there before."""
        found = []
        for process in psutil.process_iter():
            if process.pid in before:
                continue
            try:
                environ = process.environ()
                name = process.name()
            except (psutil.Error, OSError):
                continue
            if environ.get("HOME") == str(self.home) and process.pid != os.getpid() and name:
                found.append(process)
        return found

    def one(self, part: str) -> psutil.Process:
        """Return the run's worker, driver, browser or renderer."""
        tests: dict[str, Callable[[str], bool]] = {
            "worker": lambda line: "checker.run.worker" in line,
            "driver": lambda line: "run-driver" in line,
            "browser": lambda line: "--remote-debugging-pipe" in line and "--type=" not in line,
            "renderer": lambda line: "--type=renderer" in line,
        }
        lines = {process: _line(process) for process in self._all()}
        found = [process for process, line in lines.items() if tests[part](line)]
        # The browser's first child carries its words, and is not it.
        found = [process for process in found if process.ppid() not in {other.pid for other in found}]
        # Renderers of tabs that were closed may still be there: the page's own is the youngest.
        return max(found, key=lambda process: process.create_time())

    def _all(self) -> list[psutil.Process]:
        there = {process.pid: process for process in self.family}
        for process in list(there.values()):
            with suppress(psutil.Error):
                there |= {child.pid: child for child in process.children(recursive=True)}
        return list(there.values())

    def ended(self) -> Ran:
        """Wait for its end; return how it ended and what it printed."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return Ran(self.process.returncode, out, err)


def _line(process: psutil.Process) -> str:
    """Return a process's command line; none of one that has ended since it was found."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@dataclass
class Machine(Seller):
    """A seller with one account, and further ones of the same owner: alias and console, in their order."""

    others: dict[str, Replica] = field(default_factory=dict)
    account_seconds: float = 60
    extra: dict[str, str] = field(default_factory=dict)

    def settle(self) -> Machine:
        """Write the settings and the secrets' files."""
        super().settle()
        text = self.config.read_text(encoding="utf-8")
        text = text.replace("account_seconds = 120", f"account_seconds = {self.account_seconds}")
        for alias, console in self.others.items():
            text += f"""
[accounts.{alias}]
marketplace = "{console.marketplace}"
username = "{self.username}"
password_file = "main.password"
totp_secret_file = "main.totp"
origin = "{console.url}"
sites = {'["US"]' if console.marketplace == "amazon" else '"all"'}
"""
        for before, after in self.extra.items():
            text = text.replace(before, after)
        self.config.write_text(text, encoding="utf-8")
        return self

    @contextmanager
    def running(self, *arguments: str) -> Iterator[Running]:
        """Start a command; whatever the test does, nothing of it outlives the block."""
        argv = [sys.executable, "-m", "checker", *arguments, "--config", str(self.config)]
        process = subprocess.Popen(
            argv,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "TMPDIR": str(self.tmp), **self.environ},
            cwd=self.home,
        )
        running = Running(process, self.home)
        try:
            yield running
        finally:
            for left in running.family:
                left.kill()
            process.communicate()

    @property
    def tmp(self) -> Path:
        """Where its temporary files lie."""
        folder = self.home / "tmp"
        folder.mkdir(exist_ok=True)
        return folder

    def left(self) -> list[str]:
        """Return what is still running, or lies in the temporary folder, of all that was started here."""
        processes = Running(None, self.home).family  # type: ignore[arg-type]  # none of them is asked for
        return [" ".join(process.cmdline())[:200] for process in processes] + [
            str(path) for path in self.tmp.iterdir()
        ]

    def outcomes(self) -> dict[str, str]:
        """Return how the last run's visits ended, by account."""
        with open_store(f"sqlite:///{self.data / 'checker.db'}") as store:
            run = store.last_run()
        return {} if run is None else {visit.account: visit.outcome.value for visit in run.visits}


def asked_for(replica: Replica, path: str, seconds: float = PATIENCE) -> None:
    """Return once the console was asked for a path; raise if it never is."""
    pause = threading.Event()
    for _ in range(int(seconds * 20)):
        if any(record.path == path for record in replica.log):
            return
        pause.wait(0.05)
    raise AssertionError(f"{path} was never asked for: {replica.log.paths()}")
