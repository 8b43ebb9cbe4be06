"""The browser's own sandbox: what keeps a hostile page that breaks its renderer away from this machine.

On for everybody but root, as whom Chromium cannot keep it. Playwright switches it off unless told otherwise,
so each launch says which it is to be, and the renderers themselves tell which it became.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

__all__ = [
    "NO_SANDBOX_HERE",
    "SandboxState",
    "as_root",
    "needs_helper",
    "sandbox_state",
    "without_sandbox",
]

_FILTERED: Final = "2"
"""What Linux calls a process whose system calls go through a filter."""
_NAMESPACES: Final = Path("/proc/sys/user/max_user_namespaces")
_UNPRIVILEGED: Final = Path("/proc/sys/kernel/unprivileged_userns_clone")
_APPARMOR: Final = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
NO_SANDBOX_HERE: Final = (
    "this system lets no ordinary user make the namespaces the browser's sandbox is built of: allow them"
    " (sysctl kernel.unprivileged_userns_clone=1, or Ubuntu kernel.apparmor_restrict_unprivileged_userns=0;"
    " in a container a seccomp profile that allows them), or install the browser's setuid helper (Debian:"
    " chromium-sandbox)"
)
"""What to do where Chromium finds nothing to build its sandbox of, and so does not start."""


@dataclass(frozen=True, slots=True)
class SandboxState:
    """Whether the browser's own sandbox is on, and how that is known, in words for a person."""

    on: bool
    why: str


def as_root() -> bool:
    """Tell whether we are the one user as whom Chromium cannot keep its sandbox."""
    return sys.platform == "linux" and os.geteuid() == 0


def needs_helper() -> bool:
    """Tell whether only the setuid helper can make the sandbox; it must be able to gain privileges."""
    return sys.platform == "linux" and not as_root() and bool(_missing())


def without_sandbox(error: str) -> bool:
    """Tell whether a browser did not start because it found nothing to build its sandbox of."""
    return "No usable sandbox" in error or "credentials.cc" in error


def sandbox_state(browser: int | None = None) -> SandboxState:
    """Return whether the sandbox is on.

    Args:
        browser: the process id of a running browser, or of a process that started one; then the kernel is
            asked about its renderers. Without one, what a browser started now would have.

    Returns:
        The state, with the reason.
    """
    if browser is not None and (seen := _of_renderers(browser)) is not None:
        return seen
    if as_root():
        return SandboxState(on=False, why="off: we run as root; run as an ordinary user to keep it on")
    if sys.platform == "linux" and (missing := _missing()):
        return SandboxState(
            on=True, why=f"on, by the setuid helper only ({missing}); without the helper no browser starts"
        )
    return SandboxState(on=True, why="on: we run as an ordinary user, and no launch switches it off")


def _of_renderers(browser: int) -> SandboxState | None:
    """Return what the kernel says of the renderers under a process, None where there is nothing to ask."""
    found: dict[int, str] = {}
    with suppress(psutil.Error):
        for child in psutil.Process(browser).children(recursive=True):
            with suppress(psutil.Error, OSError):
                if any("--type=renderer" in word for word in child.cmdline()):
                    found[child.pid] = _seccomp(child.pid)
    if not found or "" in found.values():
        return None
    open_ones = sorted(pid for pid, state in found.items() if state != _FILTERED)
    if open_ones:
        return SandboxState(
            on=False, why=f"off: renderer {open_ones[0]} runs without a filter of system calls"
        )
    return SandboxState(on=True, why="on: each renderer's system calls go through a filter (Seccomp: 2)")


def _seccomp(pid: int) -> str:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return ""
    lines = (line.partition(":") for line in status.read_text(encoding="utf-8").splitlines())
    return next((value.strip() for name, _, value in lines if name == "Seccomp"), "")


def _missing() -> str:
    """Return which setting keeps ordinary users from making namespaces, nothing if none does."""
    wrong = ((_NAMESPACES, "0"), (_UNPRIVILEGED, "0"), (_APPARMOR, "1"))
    for path, value in wrong:
        with suppress(OSError):
            if path.read_text(encoding="ascii").strip() == value:
                return f"{path} is {value}"
    return ""
