"""Get a browser where there is none: from Playwright, else from the system's packages, else say what to type.

A person reads each step while it happens. Packages are installed only where that cannot surprise anyone:
on Debian and its relatives, by root, which is what a container is.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.browser.find import VARIABLE, Browser, Ran, System, find_browser, shortened
from checker.errors import CheckerError
from checker.model.exits import Exit

__all__ = ["BrowserNotInstallable", "Say", "ensure_browser"]

Say = Callable[[str], None]

DOWNLOAD_SECONDS = 600.0
UPDATE_SECONDS = 300.0
PACKAGE_SECONDS = 900.0

# The shell is enough to read consoles, and half the size. Releases before Debian 12 and some relatives of
# Debian do not have it, and have chromium.
_PACKAGES = ("chromium-headless-shell", "chromium")
# Without them the evidence pictures of Chinese and Japanese consoles would show empty boxes for words.
_FONTS = "fonts-noto-cjk"
# By the names in os-release. None for Ubuntu: its chromium is a snap, which may not open a profile in a
# hidden folder and does not run in a container; there Playwright's own way is the one that works.
_PACKAGE_COMMANDS = {
    "ubuntu": None,
    "debian": f"apt-get install -y chromium-headless-shell {_FONTS}",
    "fedora": "dnf install -y chromium",
    "rhel": "dnf install -y chromium",
    "arch": "pacman -S chromium noto-fonts-cjk",
}


class BrowserNotInstallable(CheckerError):  # noqa: N818 - the leaf names the fact
    """There is no browser and none could be installed; the message tells what to type on this machine."""

    def __init__(self, failures: Sequence[str], commands: Sequence[str]) -> None:
        tried = "".join(f"\n  - {failure}" for failure in failures)
        todo = "".join(f"\n  {command}" for command in commands)
        super().__init__(
            f"There is no browser, and none could be installed:{tried}\n"
            f"Install one in one of these ways, then start again:{todo}",
            exit_code=Exit.CONFIG,
        )


@dataclass(frozen=True, slots=True)
class _Job:
    """What every step of an installation needs."""

    environ: Mapping[str, str]
    system: System
    say: Say

    def run(self, argv: Sequence[str], seconds: float, **extra: str) -> Ran:
        return self.system.run(argv, seconds=seconds, env={**self.environ, **extra})


def ensure_browser(
    configured: Path | None,
    say: Say,
    *,
    environ: Mapping[str, str] | None = None,
    system: System | None = None,
) -> Browser:
    """Return the browser to drive, installing one where there is none; ``say`` gets each step as it begins.

    Raises:
        BrowserNotFound: one was named and cannot be used; nothing is installed in its place.
        BrowserNotInstallable: there is none and nothing here could install one.
    """
    environ = os.environ if environ is None else environ
    system = System.here(environ) if system is None else system
    found = find_browser(configured, environ, system=system)
    return _install(_Job(environ, system, say)) if found is None else found


def _install(job: _Job) -> Browser:
    job.say("No browser found: one will be installed.")
    failures: list[str] = []
    for install in _ways(job.system):
        failure = install(job)
        if failure is None:
            browser = find_browser(None, job.environ, system=job.system)
            if browser is not None:
                job.say(f"Browser ready: {browser.path} ({browser.version or 'version unknown'})")
                return browser
            failure = "installed, but it does not start: libraries it needs may be missing"
            job.say(failure)
        failures.append(f"{_name_of(install)}: {failure}")
    raise BrowserNotInstallable(failures, _what_to_type(job.system))


def _ways(system: System) -> list[Callable[[_Job], str | None]]:
    return [_from_playwright, _from_apt] if _apt_is_ours(system) else [_from_playwright]


def _name_of(install: Callable[[_Job], str | None]) -> str:
    return "playwright install" if install is _from_playwright else "apt-get install"


def _from_playwright(job: _Job) -> str | None:
    """Have Playwright download its headless shell; return what went wrong, or None."""
    job.say("Downloading Chromium's headless shell with Playwright (about 100 MB) ...")
    argv = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    return _told(job, "Playwright could not install it", job.run(argv, DOWNLOAD_SECONDS))


def _from_apt(job: _Job) -> str | None:
    """Install Debian's package; return what went wrong, or None."""
    job.say("Reading the package lists (apt-get update) ...")
    # A list that cannot be fetched is often someone's private archive: the ones at hand may do.
    _told(job, "Not all lists could be read", _apt(job, "update", seconds=UPDATE_SECONDS))
    failures: list[str] = []
    for package in _PACKAGES:
        failure = _apt_install(job, package)
        if failure is None:
            job.say("Fonts too, or pictures of Chinese and Japanese pages would show empty boxes:")
            _apt_install(job, _FONTS)  # their failure is said; the browser reads without them
            return None
        failures.append(f"{package}: {failure}")
    return "; ".join(failures)


def _apt_install(job: _Job, package: str) -> str | None:
    job.say(f"Installing {package} (apt-get install) ...")
    ran = _apt(job, "install", "-y", "--no-install-recommends", package, seconds=PACKAGE_SECONDS)
    return _told(job, f"{package} could not be installed", ran)


def _apt(job: _Job, *arguments: str, seconds: float) -> Ran:
    # A machine that has just started often updates itself: two minutes of waiting for its lock are normal.
    argv = ["apt-get", "-o", "DPkg::Lock::Timeout=120", *arguments]
    return job.run(argv, seconds, DEBIAN_FRONTEND="noninteractive")


def _told(job: _Job, what: str, ran: Ran) -> str | None:
    """Say and return why a command failed, or return None where it did not."""
    if ran.code == 0:
        return None
    reason = shortened(ran)
    job.say(f"{what}: {reason}")
    return reason


def _apt_is_ours(system: System) -> bool:
    relatives = _family(system)
    return "debian" in relatives and system.geteuid() == 0 and system.which("apt-get") is not None


def _family(system: System) -> list[str]:
    """Return the distribution and what it descends from, nearest first: linuxmint, ubuntu, debian."""
    names = [system.os_release.get("ID", ""), *system.os_release.get("ID_LIKE", "").split()]
    known = [name.lower() for name in names if name != ""]
    # Ubuntu names debian itself; who names only ubuntu means both.
    return [*known, "debian"] if "ubuntu" in known and "debian" not in known else known


def _what_to_type(system: System) -> list[str]:
    python = shlex.quote(sys.executable)
    commands = [f"{python} -m playwright install --with-deps --only-shell chromium"]
    packages = _package_command(system)
    return [*commands, *([] if packages is None else [packages]), f"{VARIABLE}=/path/to/chromium checker ..."]


def _package_command(system: System) -> str | None:
    if system.platform == "darwin":
        return "brew install --cask google-chrome"
    name = next((name for name in _family(system) if name in _PACKAGE_COMMANDS), "")
    command = _PACKAGE_COMMANDS.get(name)
    return command if command is None or system.geteuid() == 0 else f"sudo {command}"
