"""What each account needs: a flow that loads, secrets that can be read, a host that answers, no latch."""

from __future__ import annotations

import shutil
import socket
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from checker.checkup.check import Check, Teller
from checker.errors import CheckerError, StoreError
from checker.flow import flow_named, installed, override_of
from checker.flow.layers import override_files
from checker.model import FACTS
from checker.model.exits import Exit
from checker.model.renamed import old_names
from checker.secrets import SecretSource, read_password, read_totp_secret
from checker.secrets.keys import KEY_NAME, session_key
from checker.settings import Account, Settings
from checker.store import open_store

__all__ = ["flow", "key", "latches", "overrides", "reachable", "secrets", "sessions", "settings_file"]

_CONNECT_SECONDS: Final = 8.0
_OLD_SESSION: Final = timedelta(days=30)
_OTHERS: Final = 0o077


def settings_file(tell: Teller, settings: Settings) -> Iterator[Check]:
    """Yield where the settings came from, and whether others can read secrets in them."""
    count = len(settings.accounts)
    if settings.file is None:
        yield tell.ok("settings", "from_environment", count=count)
        return
    has_secrets = any(
        secret is not None
        for account in settings.accounts.values()
        for secret in (account.password, account.totp_secret, account.proxy, account.cdp_url)
    )
    has_secrets |= settings.schedule.ping_url is not None
    has_secrets |= any(route.url or route.secret for route in settings.notify.routes.values())
    mode = stat.S_IMODE(settings.file.stat().st_mode)
    if has_secrets and mode & _OTHERS:
        yield tell.warned("settings", "open_settings", path=settings.file)
    else:
        yield tell.ok("settings", "from_file", count=count, path=settings.file)
    if not settings.accounts:
        yield tell.failed("accounts", "no_account", Exit.CONFIG)


def flow(tell: Teller, settings: Settings, account: Account) -> Check:
    """Return whether the flow of an account loads, with the user's override if there is one."""
    folder = settings.folder / "overrides"
    found = flow_named(account.marketplace, folder, settings.flows.allow)
    override = override_of(found.marketplace, folder)
    sentence = "flow_overridden" if override_files(override) else "flow_ready"
    return tell.ok("flow", sentence, account.marketplace, version=found.version, override=override)


def overrides(tell: Teller, settings: Settings) -> Iterator[Check]:
    """Yield whether each file of `overrides/` belongs to a flow, and can be read by it."""
    folder = settings.folder / "overrides"
    names = {entry.name for entry in installed(settings.flows.allow) if not entry.problem}
    known = names | {old for name in names for old in old_names(name)}
    used = {account.marketplace for account in settings.accounts.values()}
    kept = (path for path in folder.glob("*/") if any(path.glob("*.toml")))
    for path in sorted({*folder.glob("*.toml"), *kept}):
        if path.stem not in known:
            yield tell.warned(
                "override", "override_unknown", path.name, path=path, known=", ".join(sorted(names))
            )
        elif path.stem not in used:
            yield tell.guarded(
                "override", lambda path=path: _override(tell, settings, path), path.name  # type: ignore[misc]
            )  # fmt: skip


def _override(tell: Teller, settings: Settings, path: Path) -> Check:
    flow_named(path.stem, path.parent, settings.flows.allow)
    return tell.ok("override", "override_ready", path.name)


def secrets(tell: Teller, alias: str, account: Account) -> Iterator[Check]:
    """Yield whether each secret can be read; a command is not run, as it may ask somebody for a touch."""
    for what, file, command, read in (
        ("password", account.password_file, account.password_command, read_password),
        ("totp", account.totp_secret_file, account.totp_secret_command, read_totp_secret),
    ):
        if command is not None:
            yield _command(tell, what, alias, command)
            continue
        if file is not None and (wrong := _file(tell, what, alias, file)) is not None:
            yield wrong
            continue
        warned: list[str] = []
        try:
            found = read(alias, account, warn=warned.append)
        except CheckerError as error:
            yield tell.fault(what, error, alias)
            continue
        if warned:
            setting = "password_file" if what == "password" else "totp_secret_file"
            yield tell.warned(what, "secret_inline", alias, setting=setting)
        elif found is not None or what == "password":
            yield tell.ok(what, "secret_ready", alias)


def _command(tell: Teller, what: str, alias: str, command: tuple[str, ...]) -> Check:
    if shutil.which(command[0]) is not None or Path(command[0]).is_file():
        return tell.ok(what, "secret_command", alias, program=command[0])
    return tell.failed(what, "no_command", Exit.CONFIG, alias, program=command[0])


def _file(tell: Teller, what: str, alias: str, file: Path) -> Check | None:
    """Return what is wrong with a secret's file, where that can be said in the reader's language."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return tell.failed(what, "secret_gone", Exit.CONFIG, alias, path=file)
    except OSError:
        return None
    if stat.S_ISREG(mode) and mode & _OTHERS:
        return tell.failed(
            what, "secret_open", Exit.CONFIG, alias, path=file, mode=f"{stat.S_IMODE(mode):04o}"
        )
    return None


def reachable(tell: Teller, settings: Settings, alias: str, account: Account) -> Iterator[Check]:
    """Yield whether the account's first host answers; through a proxy only the proxy is asked."""
    try:
        found = flow_named(account.marketplace, settings.folder / "overrides", settings.flows.allow)
    except CheckerError:
        return
    target = account.origin or f"https://{found.toml.hosts.start}"
    if account.proxy is not None:
        target = account.proxy.get_secret_value()
    parts = urlsplit(target)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_SECONDS):
            yield tell.ok("network", "answers", alias, host=host, port=port)
    except OSError as error:
        why = error.strerror or str(error)
        yield tell.failed("network", "no_answer", Exit.INCOMPLETE, alias, host=host, port=port, why=why)


def key(tell: Teller, settings: Settings) -> Iterator[Check]:
    """Yield whether the key of kept sessions can be had, and whether others can read the evidence's."""
    if any(account.session != "none" for account in settings.accounts.values()):
        yield tell.guarded("key", lambda: _session_key(tell, settings))
    for path in sorted(settings.paths.keys_dir.glob("*")):
        about = path.lstat()
        private = path.suffix in (".key", ".pem") and "public" not in path.name
        if stat.S_ISREG(about.st_mode) and private and about.st_mode & _OTHERS:
            yield tell.failed("evidence_key", "key_open", Exit.EVIDENCE, path=path)


def _session_key(tell: Teller, settings: Settings) -> Check:
    sessions = settings.sessions
    if sessions.key_command is not None:
        return _command(tell, "key", "", sessions.key_command)
    own = settings.folder / KEY_NAME
    named = sessions.key_file or (own if own.exists() else None)
    if named is None:
        return tell.ok("key", "key_later", path=own)
    session_key(SecretSource(file=named), settings.folder, warn=lambda _text: None, make=False)
    return tell.ok("key", "key_ready", path=named)


def sessions(tell: Teller, settings: Settings, now: datetime) -> Iterator[Check]:
    """Yield how old each kept session is; one that nobody used for long will have ended."""
    for alias, account in settings.accounts.items():
        if account.session == "none":
            continue
        for path in sorted(settings.paths.sessions_dir.glob(f"{alias}.session")):
            days = int((now.timestamp() - path.stat().st_mtime) // 86_400)
            if timedelta(days=days) >= _OLD_SESSION:
                yield tell.warned("session", "session_old", alias, alias=alias, days=days)
            else:
                yield tell.ok("session", "session_kept", alias, days=days)


def latches(tell: Teller, settings: Settings) -> Iterator[Check]:
    """Yield every account that is not signed in to until a person clears it."""
    try:
        with open_store(settings.store.url) as opened:
            found = opened.latches()
    except StoreError:
        return
    for latch in found:
        if latch.account in settings.accounts:
            code = int(FACTS[latch.outcome].exit)
            outcome = tell.words.word("outcomes", latch.outcome.value)
            yield tell.failed(
                "latch", "latched", code, latch.account, alias=latch.account, outcome=outcome,
                since=f"{latch.since:%Y-%m-%d %H:%M}Z",
            )  # fmt: skip
