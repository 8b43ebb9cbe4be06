"""Whether anybody would hear of a red: the routes of messages, the schedule, the dead-man switch."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from checker.checkup.check import Check, Teller
from checker.errors import CheckerError
from checker.model.exits import Exit
from checker.notify.channels import is_address
from checker.report.words import Words
from checker.schedule import crontab, systemd
from checker.schedule.ping import read_address
from checker.schedule.plan import Plan, plan_for
from checker.schedule.programs import is_there
from checker.secrets.sources import SecretSource, read_named
from checker.settings import Settings
from checker.settings.notify import Route

__all__ = ["ping", "routes", "schedule"]

_OTHERS: Final = 0o077


def routes(tell: Teller, settings: Settings) -> Iterator[Check]:
    """Yield whether each route has an address that leads anywhere; nothing is sent to it."""
    found = {name: route for name, route in settings.notify.routes.items() if route.enabled}
    if not found:
        yield tell.warned("messages", "no_routes")
    elif not any(route.to == "operator" for route in found.values()):
        yield tell.warned("messages", "no_operator")
    for name, route in found.items():
        yield tell.guarded("route", lambda name=name, route=route: _route(tell, name, route), name)  # type: ignore[misc]


def _route(tell: Teller, name: str, route: Route) -> Check:
    if route.url_command is not None:
        return tell.ok("route", "secret_command", name, program=route.url_command[0])
    file = route.url_file
    if file is not None and not file.is_file():
        return tell.failed("route", "address_gone", Exit.CONFIG, name, path=file)
    if file is not None and stat.S_IMODE(file.stat().st_mode) & _OTHERS:
        return tell.failed("route", "address_open", Exit.CONFIG, name, path=file)
    source = SecretSource(file, None, route.url)
    url = read_named(name, source, f"notify.{name}", warn=lambda _text: None, environ=os.environ)
    if url is None or not is_address(url.get_secret_value()):
        return tell.failed("route", "address_unknown", Exit.CONFIG, name)
    return tell.ok("route", "route_ready", name, name=name, to=route.to)


def schedule(tell: Teller, settings: Settings) -> Check:
    """Return whether anything starts runs by itself."""
    if settings.file is None:
        return tell.warned("schedule", "not_scheduled")
    return tell.guarded("schedule", lambda: _schedule(tell, plan_for(settings)))


def _schedule(tell: Teller, plan: Plan) -> Check:
    if systemd.installed(plan, systemd.folder(os.environ)):
        if not systemd.is_active(plan.name):
            return tell.warned("schedule", "timer_idle", name=plan.name)
        if not systemd.lingers():
            return tell.warned("schedule", "no_linger", name=plan.name)
        return tell.ok("schedule", "timer_ready", name=plan.name)
    try:
        tab = _crontab(tell.words)
    except CheckerError as error:
        return tell.fault("schedule", error)
    if crontab.block_in(tab, plan, tell.words) is not None:
        return tell.ok("schedule", "cron_ready")
    own = (line for line in tab.splitlines() if not line.lstrip().startswith(b"#"))
    if any(b"checker" in line and b" run" in line for line in own):
        return tell.ok("schedule", "cron_own")
    return tell.warned("schedule", "not_scheduled")


def _crontab(words: Words) -> bytes:
    return crontab.read(words) if is_there("crontab") else b""


def ping(tell: Teller, settings: Settings) -> Iterator[Check]:
    """Yield whether the dead-man switch has an address; it is not pinged."""
    names = settings.schedule
    if not names.has_ping:
        return
    if names.ping_url_command is not None:
        yield tell.ok("ping", "secret_command", program=names.ping_url_command[0])
        return
    file: Path | None = names.ping_url_file
    if file is not None and not file.is_file():
        yield tell.failed("ping", "address_gone", Exit.CONFIG, path=file)
        return
    if file is not None and stat.S_IMODE(file.stat().st_mode) & _OTHERS:
        yield tell.failed("ping", "address_open", Exit.CONFIG, path=file)
        return
    try:
        read_address(settings)
    except CheckerError as error:
        yield tell.fault("ping", error)
        return
    yield tell.ok("ping", "ping_ready")
