"""A seller's machine: a folder with settings, and the checker run in it as a process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from unittest import mock

from checker.cli import main
from fixtures.amazon.accounts import DEMO_ACCOUNT

__all__ = ["Ran", "Seller"]


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        parsed: dict[str, Any] = json.loads(self.out)
        return parsed


@dataclass
class Seller:
    """A folder with settings for one account on a replica."""

    home: Path
    origin: str
    username: str = DEMO_ACCOUNT.username
    password: str = DEMO_ACCOUNT.password
    totp_secret: str = DEMO_ACCOUNT.totp_secret
    sites: tuple[str, ...] = ("US",)
    environ: dict[str, str] = field(default_factory=dict)
    page_seconds: float = 8
    marketplace: str = "amazon"

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.home / "checker.toml"

    @property
    def data(self) -> Path:
        """Where store, evidence and reports lie."""
        return self.home / "data"

    def settle(self) -> Seller:
        """Write the settings and the secrets' files."""
        self._secret("main.password", self.password)
        self._secret("main.totp", self.totp_secret)
        sites = '"all"' if not self.sites else json.dumps(self.sites)
        self.config.write_text(
            f"""
[paths]
data_dir = "data"
[limits]
pause_seconds = 0
page_seconds = {self.page_seconds}
account_seconds = 120
[accounts.main]
marketplace = "{self.marketplace}"
username = "{self.username}"
password_file = "main.password"
totp_secret_file = "main.totp"
origin = "{self.origin}"
sites = {sites}
""",
            encoding="utf-8",
        )
        return self

    def checker(
        self, *arguments: str, config: bool = True, stdin: str | None = None, heard: bool = True
    ) -> Ran:
        """Run one command, with this seller's settings unless `config` is off.

        heard: whether somebody reads what it prints; else the other end of its pipe is closed.
        """
        argv = [sys.executable, "-m", "checker", *arguments]
        if config:
            argv += ["--config", str(self.config)]
        with _unread() as unread:
            done = subprocess.run(
                argv,
                stdout=subprocess.PIPE if heard else unread,
                stderr=subprocess.PIPE,
                text=True,
                env=self._environ(),
                input=stdin,
                check=False,
                timeout=500,
                cwd=self.home,
            )
        return Ran(done.returncode, done.stdout or "", done.stderr)

    def here(self, *arguments: str, config: bool = True) -> Ran:
        """Run one command in this process, its workers in theirs: starting one takes longer than most do.

        Everything a process of its own would be given is as it is there; what a test has to say about that
        process itself is no business of this. Nor is what draws a PDF: a test of this process may hold a
        driver of browsers already, and a second one does not start.
        """
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with (
            mock.patch.dict(os.environ, self._environ(), clear=True),
            mock.patch.object(tempfile, "tempdir", None),
            chdir(self.home),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = main([*arguments, *(("--config", str(self.config)) if config else ())])
        return Ran(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))

    def add(self, line: str) -> None:
        """Add a line to the settings: to the account's table, the last of the file, or with its own table."""
        with self.config.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _environ(self) -> dict[str, str]:
        # As cron does it: no terminal, a bare environment, a home of its own.
        bare = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TMPDIR": str(self._tmp())}
        return bare | self.environ

    def _tmp(self) -> Path:
        folder = self.home / "tmp"
        folder.mkdir(exist_ok=True)
        return folder

    def _secret(self, name: str, text: str) -> None:
        path = self.home / name
        path.write_text(text + "\n", encoding="utf-8")
        path.chmod(0o600)


def _unread() -> IO[bytes]:
    """Return the end to write to of a pipe whose reader has gone."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    return os.fdopen(write_end, "wb")
