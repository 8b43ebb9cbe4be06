"""What a run needs, looked at before anything is sent: a finding for each, and what to type where one fails.

Nothing is sent, and nothing is made but what the store makes on its first opening. With `online` the first
host of each account is connected to, and nothing is said to it.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from checker.browser.find import find_browser
from checker.errors import CheckerError, StoreError
from checker.flow import flow_named, override_of
from checker.model import FACTS
from checker.run.whereabouts import SUFFIX
from checker.secrets import read_password, read_totp_secret
from checker.settings import Account, Settings
from checker.store import open_store

__all__ = ["Check", "State", "checkup"]

_MEGA: Final = 1_000_000
_OLDEST_PYTHON: Final = (3, 11)
_CONNECT_SECONDS: Final = 8.0
_OLD_SESSION: Final = timedelta(days=30)
_LOW_MEGABYTES: Final = 200


class State(StrEnum):
    """How a check went: `failed` keeps a run from being whole, `warned` does not."""

    OK = "ok"
    WARNED = "warned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `fix` is what to type or do, where something is wrong."""

    name: str
    state: State
    text: str
    fix: str = ""
    exit_code: int = 0


def checkup(settings: Settings, now: datetime, *, online: bool = False) -> Iterator[Check]:
    """Yield every check, the fundamental ones first.

    Args:
        settings: The settings that were loaded; that they could be is a check that has passed.
        now: The moment, for ages.
        online: Whether to connect to the hosts of each account.
    """
    where = "the environment" if settings.file is None else str(settings.file)
    yield Check("settings", State.OK, f"{len(settings.accounts)} accounts, from {where}")
    yield _python()
    yield from _user()
    yield from _data(settings)
    yield _guarded("store", lambda: _store(settings, now))
    yield _guarded("browser", lambda: _browser(settings))
    for alias, account in settings.accounts.items():
        if account.enabled and settings.is_marketplace_enabled(account.marketplace):
            yield _guarded(f"flow of {alias}", lambda account=account: _flow(settings, account))  # type: ignore[misc]
            yield from _secrets(alias, account)
            if online:
                yield from _reachable(settings, alias, account)
    yield from _sessions(settings, now)
    yield from _latches(settings)
    yield from _routes(settings)
    yield from _fonts()


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    """Return a check; a foreseeable fault is a failed one, with the fault's own next step."""
    try:
        return look()
    except CheckerError as error:
        return Check(name, State.FAILED, error.message, error.hint or "", error.exit_code)


def _python() -> Check:
    text = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        return Check("python", State.FAILED, text, "install Python 3.11 or newer", 78)
    return Check("python", State.OK, text)


def _user() -> Iterator[Check]:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        text = "this is root: the browser cannot keep its own sandbox"
        yield Check("user", State.WARNED, text, "run it as an ordinary user, e.g. in that user's crontab")


def _data(settings: Settings) -> Iterator[Check]:
    folder = settings.paths.data_dir
    nearest = next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))
    if not os.access(nearest, os.W_OK | os.X_OK):
        fix = f"give it to this user, or name another folder in [paths] data_dir: {nearest}"
        yield Check("data folder", State.FAILED, f"{nearest} cannot be written to", fix, 30)
        return
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Check("data folder", State.WARNED, f"others can look into {folder}", f"chmod 700 {folder}")
    else:
        yield Check("data folder", State.OK, str(folder))
    free = shutil.disk_usage(nearest).free // _MEGA
    floor = settings.evidence.floor_megabytes if settings.evidence.enabled else 0
    if free < max(floor, _LOW_MEGABYTES):
        text = f"{free} MB free, evidence wants {floor} MB"
        yield Check("disk", State.WARNED, text, "free some space, or lower [evidence] floor_megabytes")
    else:
        yield Check("disk", State.OK, f"{free} MB free")


def _store(settings: Settings, now: datetime) -> Check:
    with open_store(settings.store.url) as store:
        rows = store.runs(1)
    if not rows:
        return Check("store", State.OK, f"{settings.store.shown}, no run yet")
    age = now - rows[0].finished_at
    text = f"{settings.store.shown}, last run {rows[0].run_id}"
    if age > settings.findings.rules.stale_after:
        fix = "look whether cron or the timer still starts it: crontab -l; systemctl --user list-timers"
        return Check("store", State.WARNED, f"{text}, {age.days} days ago", fix)
    return Check("store", State.OK, text)


def _browser(settings: Settings) -> Check:
    found = find_browser(settings.browser.path)
    if found is None:
        return Check("browser", State.FAILED, "none was found", "checker browser install", 78)
    text = f"{found.path} {found.version or ''}".strip()
    if found.headless_only and not settings.browser.headless:
        fix = "set [browser] headless = true, or install one with a window"
        return Check("browser", State.FAILED, f"{text} has no window", fix, 78)
    return Check("browser", State.OK, text)


def _flow(settings: Settings, account: Account) -> Check:
    folder = settings.folder / "overrides"
    flow = flow_named(account.marketplace, folder, settings.flows.allow)
    override = override_of(flow.marketplace, folder)
    more = f", with {override}" if override.is_file() else ""
    return Check(f"flow of {account.marketplace}", State.OK, f"{flow.marketplace} {flow.version}{more}")


def _secrets(alias: str, account: Account) -> Iterator[Check]:
    """Yield whether each secret can be read; a command is not run, as it may ask somebody for a touch."""
    warned: list[str] = []
    for what, command, read in (
        ("password", account.password_command, read_password),
        ("totp", account.totp_secret_command, read_totp_secret),
    ):
        name = f"{what} of {alias}"
        if command is not None:
            there = shutil.which(command[0]) is not None or Path(command[0]).is_file()
            fix = "" if there else f"install {command[0]}, or correct {what}_command"
            state = State.OK if there else State.FAILED
            yield Check(name, state, f"a command, not run now: {command[0]}", fix, 0 if there else 78)
            continue
        try:
            found = read(alias, account, warn=warned.append)
        except CheckerError as error:
            yield Check(name, State.FAILED, error.message, error.hint or "", 78)
            continue
        if found is not None or what == "password":
            fix = f"put it into a file of mode 0600 and name it in {what}_file" if warned else ""
            state = State.WARNED if warned else State.OK
            yield Check(name, state, warned.pop() if warned else "readable by this user only", fix)


def _reachable(settings: Settings, alias: str, account: Account) -> Iterator[Check]:
    """Yield whether the account's first host answers; through a proxy only the proxy is asked."""
    name = f"network of {alias}"
    try:
        flow = flow_named(account.marketplace, settings.folder / "overrides", settings.flows.allow)
    except CheckerError:
        return
    target = account.origin or f"https://{flow.toml.hosts.start}"
    if account.proxy is not None:
        target = account.proxy.get_secret_value()
    parts = urlsplit(target)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_SECONDS):
            yield Check(name, State.OK, f"{host}:{port} answers")
    except OSError as error:
        why = error.strerror or str(error)
        fix = f"look at network, DNS, proxy and firewall: curl -v https://{host}"
        yield Check(name, State.FAILED, f"{host}:{port}: {why}", fix, 20)


def _sessions(settings: Settings, now: datetime) -> Iterator[Check]:
    for alias, account in settings.accounts.items():
        if account.session != "sealed":
            continue
        for path in settings.paths.sessions_dir.glob(f"{alias}.*"):
            age = now.timestamp() - path.stat().st_mtime
            if path.suffix not in (".lock", ".step", SUFFIX) and age > _OLD_SESSION.total_seconds():
                text = f"the kept session of {alias} is {int(age // 86_400)} days old"
                yield Check("sessions", State.WARNED, text, f"checker login {alias}")


def _latches(settings: Settings) -> Iterator[Check]:
    try:
        with open_store(settings.store.url) as store:
            latches = store.latches()
    except StoreError:
        return
    for latch in latches:
        if latch.account in settings.accounts:
            code = int(FACTS[latch.outcome].exit)
            fix = f"checker login {latch.account}"
            yield Check(f"sign-in of {latch.account}", State.FAILED, latch.told, fix, code)


def _routes(settings: Settings) -> Iterator[Check]:
    routes = {name: route for name, route in settings.notify.routes.items() if route.enabled}
    if not routes:
        fix = 'add [notify.routes.NAME] with to = "seller" and url_file = "…", then: checker notify test'
        yield Check("messages", State.WARNED, "no route: only this machine's own output tells of a red", fix)
    for name, route in routes.items():
        if route.url_file is not None and not route.url_file.is_file():
            fix = f"write the address into {route.url_file}, then chmod 600"
            yield Check(f"route {name}", State.FAILED, f"there is no file {route.url_file}", fix, 78)
        elif route.url_file is not None and stat.S_IMODE(route.url_file.stat().st_mode) & 0o077:
            fix = f"chmod 600 {route.url_file}"
            yield Check(f"route {name}", State.FAILED, f"others can read {route.url_file}", fix, 78)
        else:
            yield Check(
                f"route {name}", State.OK, f"to the {route.to}; try it with: checker notify test {name}"
            )


def _fonts() -> Iterator[Check]:
    """Yield whether Chinese and Japanese pages can be photographed legibly, where that can be asked."""
    if shutil.which("fc-list") is None:
        return
    from checker.browser.find import System  # noqa: PLC0415

    listed = System.here(os.environ).run(["fc-list", ":lang=zh", "family"], seconds=10)
    if listed.code == 0 and not listed.out.strip():
        text = "no font with Chinese characters: pictures of such pages show boxes"
        yield Check("fonts", State.WARNED, text, "apt-get install fonts-noto-cjk")
