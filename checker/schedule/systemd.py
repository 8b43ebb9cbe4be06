r"""A user's timer and service, hardened as far as a browser bears.

What a browser needs is left: name spaces (its own sandbox is made of them), writable and executable memory
(JavaScript), every system call its sandbox makes. Where this machine has no name spaces for a user's
services, `PrivateTmp` and its like would keep the service from starting at all: they are left out, and said.
Where the browser's sandbox is made by its setuid helper, `NoNewPrivileges` and whatever brings it about would
keep the browser from starting: that is left out as well.

Words of `ExecStart` are quoted and `%` doubled; the `:` before the program keeps `$` what it is.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from checker.browser.sandbox import needs_helper
from checker.errors import CheckerError, ConfigError
from checker.files import make_folder, write_private
from checker.model.exits import Exit
from checker.report.words import Words
from checker.schedule.plan import Plan
from checker.schedule.programs import Answered, call, is_there

__all__ = [
    "can_confine",
    "can_isolate",
    "disable",
    "enable",
    "files",
    "folder",
    "has_session",
    "installed",
    "is_active",
    "lingers",
    "remove",
    "write",
]

_READABLE: Final = 0o644
# Codes of a run that did its work: nothing open, something new, known, warnings, told later, another run.
_SUCCESS: Final = "10 11 12 32 75"
_ISOLATION: Final = ("PrivateUsers=yes", "PrivateTmp=yes", "ProtectSystem=strict")
_CONFINEMENT: Final = (
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
    "SystemCallArchitectures=native",
)


def folder(environ: Mapping[str, str]) -> Path:
    """Return where a user's units lie."""
    base = environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "systemd" / "user"


def has_session() -> bool:
    """Tell whether this user has a service manager that answers."""
    return is_there("systemctl") and call(["systemctl", "--user", "show-environment"]).code == 0


def can_confine() -> bool:
    """Tell whether a browser starts in a service that can never gain privileges."""
    return not needs_helper()


def can_isolate() -> bool:
    """Tell whether a user's service can be given a file system of its own, and a browser a sandbox in it."""
    properties = [word for line in _ISOLATION for word in ("--property", line)]
    trial = ["systemd-run", "--user", "--wait", "--collect", "--quiet", *properties]
    return call([*trial, "--", "unshare", "--user", "true"]).code == 0


def lingers() -> bool:
    """Tell whether this user's timers run while nobody is signed in; true where it cannot be asked."""
    found = call(["loginctl", "show-user", getpass.getuser(), "--property=Linger"])
    return found.code != 0 or b"Linger=no" not in found.out


def files(plan: Plan, *, isolated: bool, confined: bool) -> dict[str, str]:
    """Return the units by name, as they are written.

    Args:
        plan: What is started, and when.
        isolated: Whether the service gets a file system of its own.
        confined: Whether it can never gain privileges.
    """
    harden = [*(_CONFINEMENT if confined else ()), "UMask=0077"]
    harden += [*_ISOLATION, _writes(plan)] if isolated else []
    daily = [f"OnCalendar=*-*-* {at:%H:%M}:00" for at in plan.at]
    found = {
        f"{plan.name}.service": _service(plan, plan.command(), harden),
        f"{plan.name}.timer": _timer(plan, daily, plan.jitter_minutes * 60),
    }
    if plan.again:
        found[f"{plan.name}-again.service"] = _service(plan, plan.command("--again"), harden)
        found[f"{plan.name}-again.timer"] = _timer(plan, ["OnCalendar=*:0/30"], 60)
    return found


def _head(plan: Plan) -> str:
    return f"# {plan.mark} (written by checker schedule install)"


def _service(plan: Plan, command: tuple[str, ...], harden: Iterable[str]) -> str:
    program, *rest = command
    # The prefix belongs inside the quotes: they are taken off first.
    words = " ".join([_quoted(f":{program}"), *map(_quoted, rest)])
    lines = [
        _head(plan),
        "[Unit]",
        "Description=Read the account health of the seller consoles",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={words}",
        f"SuccessExitStatus={_SUCCESS}",
        f"TimeoutStartSec={plan.seconds}",
        "TimeoutStopSec=60",
        "KillMode=mixed",
        *harden,
    ]
    return "\n".join(lines) + "\n"


def _writes(plan: Plan) -> str:
    return " ".join(["ReadWritePaths=-%h", "-%t", *(_quoted(f"-{path}") for path in plan.writes)])


def _timer(plan: Plan, when: Iterable[str], jitter: int) -> str:
    lines = [
        _head(plan),
        "[Unit]",
        "Description=When the account health of the seller consoles is read",
        "",
        "[Timer]",
        *when,
        "Persistent=true",
        f"RandomizedDelaySec={jitter}",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"'


def installed(plan: Plan, where: Path) -> dict[str, Path]:
    """Return the units of a plan that are there and carry our mark, by name."""
    names = [f"{plan.name}{more}.{kind}" for more in ("", "-again") for kind in ("service", "timer")]
    found: dict[str, Path] = {}
    for name in names:
        with suppress(OSError, UnicodeDecodeError):
            if (where / name).read_text(encoding="utf-8").startswith(_head(plan)):
                found[name] = where / name
    return found


def write(units: Mapping[str, str], where: Path, plan: Plan, words: Words) -> bool:
    """Write the units; tell whether anything changed.

    Raises:
        ConfigError: A unit of that name is there, and is not ours.
    """
    ours = installed(plan, where)
    for name in units:
        if name not in ours and os.path.lexists(where / name):
            raise ConfigError(
                words.text("schedule", "unit_foreign", path=where / name),
                hint=words.text("schedule", "unit_foreign_fix", path=where / name),
            )
    changed = False
    make_folder(where)
    for name, text in units.items():
        data = text.encode("utf-8", "surrogateescape")
        if name not in ours or ours[name].read_bytes() != data:
            # The manager warns of units that not everybody can read; there is no secret in them.
            write_private(where / name, data, _READABLE)
            changed = True
    return changed


def enable(units: Iterable[str], words: Words) -> None:
    """Have the manager read the units and start the timers.

    Raises:
        CheckerError: The manager refused.
    """
    _done(call(["systemctl", "--user", "daemon-reload"]), words)
    timers = [name for name in units if name.endswith(".timer")]
    _done(call(["systemctl", "--user", "enable", "--now", *timers]), words)


def disable(units: Iterable[str]) -> None:
    """Stop the timers; one that is not known is as good as stopped."""
    timers = [name for name in units if name.endswith(".timer")]
    if timers:
        call(["systemctl", "--user", "disable", "--now", *timers])


def remove(paths: Iterable[Path]) -> None:
    """Remove units of ours, and have the manager forget them."""
    for path in paths:
        path.unlink(missing_ok=True)
    call(["systemctl", "--user", "daemon-reload"])


def is_active(name: str) -> bool:
    """Tell whether a timer waits for its time."""
    return call(["systemctl", "--user", "is-active", "--quiet", f"{name}.timer"]).code == 0


def _done(answered: Answered, words: Words) -> None:
    if answered.code != 0:
        raise CheckerError(
            words.text("schedule", "systemd_refused", why=answered.error or answered.code),
            exit_code=Exit.CONFIG,
            hint=words.text("schedule", "systemd_refused_fix"),
        )
