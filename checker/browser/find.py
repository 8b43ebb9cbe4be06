"""Find the Chromium to drive: which one, and what it can do. Nothing is installed and no driver starts.

    1  the configured path       must be right, or BrowserNotFound
    2  CHECKER_BROWSER           same
    3  Playwright's own          its cache, newest revision first; of one revision the headless shell
    4  the system's              chromium-headless-shell, chromium, Chrome, Edge: on PATH, then elsewhere

Of 3 and 4 only a browser that starts is taken: Ubuntu's ``chromium-browser`` may be a script that asks for a
snap, and Playwright's own lacks its libraries until someone installs them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from checker.errors import CheckerError
from checker.model.exits import Exit

__all__ = ["Browser", "BrowserNotFound", "Ran", "Run", "System", "find_browser", "shortened"]

VARIABLE = "CHECKER_BROWSER"
VERSION_SECONDS = 10.0
STOP_SECONDS = 5.0

_ON_PATH = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome",
)
_MAC_APPS = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS_APPS = (
    "Chromium/Application/chrome.exe",
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_REVISION = re.compile(r"chromium(_headless_shell)?-(\d+)")
# Inside a revision's folder, as in Playwright's registry: once chrome-linux/headless_shell, by 1.65
# chrome-headless-shell-linux64/chrome-headless-shell; on a Mac inside an application.
_INSIDE = (
    "chrome-*/headless_shell",
    "chrome-*/headless_shell.exe",
    "chrome-*/chrome-headless-shell",
    "chrome-*/chrome-headless-shell.exe",
    "chrome-*/chrome",
    "chrome-*/chrome.exe",
    "chrome-*/*.app/Contents/MacOS/*",
)
_COMPLETE = "INSTALLATION_COMPLETE"
_NUMBER = re.compile(r"\d+(?:\.\d+){1,3}")
_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_ERROR = re.compile(r"^E: |error\b|cannot\b", re.IGNORECASE)
_CANNOT_START = 127  # what a shell answers for a command it cannot start


class BrowserNotFound(CheckerError):  # noqa: N818 - the leaf names the fact
    """The browser a person named is not there or does not run; no other is taken in its place."""

    def __init__(self, message: str) -> None:
        super().__init__(
            message,
            exit_code=Exit.CONFIG,
            hint="Name a Chromium, Chrome or Edge, or take the name away to have one found.",
        )


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that can be driven, and where it came from: setting, CHECKER_BROWSER, playwright, system.

    ``version`` is None where the browser did not say. A ``headless_only`` one cannot show a window, so it
    will not do for signing in by hand.
    """

    path: Path
    source: str
    version: str | None
    headless_only: bool


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended; ``code`` is None where it was stopped at its time limit."""

    code: int | None
    out: str = ""
    err: str = ""


class Run(Protocol):
    """Runs a command to its end, or stops it; never raises for a command that cannot be started."""

    def __call__(self, argv: Sequence[str], *, seconds: float, env: Mapping[str, str] | None = None) -> Ran:
        """Return how the command ended."""


@dataclass(frozen=True, slots=True)
class System:
    """What is asked of the machine, so that tests can answer instead."""

    run: Run
    which: Callable[[str], str | None]
    geteuid: Callable[[], int]
    os_release: Mapping[str, str]
    platform: str

    @classmethod
    def here(cls, environ: Mapping[str, str]) -> System:
        """Return this machine, with commands looked up on the PATH of that environment."""
        path = environ.get("PATH", os.defpath)
        return cls(
            run=_run,
            which=lambda name: shutil.which(name, path=path),
            geteuid=os.geteuid if hasattr(os, "geteuid") else lambda: -1,
            os_release=_os_release(),
            platform=sys.platform,
        )


def find_browser(
    configured: Path | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    system: System | None = None,
) -> Browser | None:
    """Return the browser to drive, or None where there is none yet.

    Raises:
        BrowserNotFound: one was configured, or named in CHECKER_BROWSER, and cannot be used.
    """
    environ = os.environ if environ is None else environ
    system = System.here(environ) if system is None else system
    if configured is not None:
        return _named(configured, "setting", system)
    variable = environ.get(VARIABLE, "").strip()
    if variable != "":
        return _named(Path(variable), VARIABLE, system)
    tried = (_tried(path, source, system) for path, source in _candidates(environ, system))
    return next((browser for browser in tried if browser is not None), None)


def shortened(ran: Ran, limit: int = 200) -> str:
    """Return the telling part of what a command said, in one line a person can read."""
    said = _TERMINAL_CODES.sub("", ran.err.strip() or ran.out)
    lines = [_one_line(line) for line in said.splitlines() if _one_line(line) != ""]
    # Node prints its errors five times over with the stack below, so the last lines are only the stack.
    errors = list(dict.fromkeys(line for line in lines if _ERROR.search(line) is not None))
    text = " / ".join(errors[:2] or lines[-2:] or [_without_words(ran)])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _without_words(ran: Ran) -> str:
    return "stopped at its time limit" if ran.code is None else f"ended with {ran.code}"


def _named(given: Path, source: str, system: System) -> Browser:
    path = given.expanduser().absolute()
    named_by = "the setting" if source == "setting" else source
    if not path.exists():
        raise BrowserNotFound(f"The browser named by {named_by} is not there: {path}")
    if not _may_run(path):
        raise BrowserNotFound(f"The browser named by {named_by} is no program that may be run: {path}")
    ran = _ask_version(path, system)
    if _failed(ran):
        raise BrowserNotFound(f"The browser named by {named_by} does not start: {path}: {shortened(ran)}")
    return _browser(path, source, ran)


def _tried(path: Path, source: str, system: System) -> Browser | None:
    if not _may_run(path):
        return None
    ran = _ask_version(path, system)
    return None if _failed(ran) else _browser(path.absolute(), source, ran)


def _browser(path: Path, source: str, ran: Ran) -> Browser:
    number = _NUMBER.search(ran.out)
    return Browser(path, source, None if number is None else number.group(), _is_headless_only(path))


def _is_headless_only(path: Path) -> bool:
    # The name behind a link counts too: an alternatives link is called just "chromium".
    names = (path.name, path.resolve().name)
    return any("headless-shell" in name.lower().replace("_", "-") for name in names)


def _may_run(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _ask_version(path: Path, system: System) -> Ran:
    if system.platform == "win32":
        return Ran(0)  # there "--version" opens a window instead of answering
    return system.run([str(path), "--version"], seconds=VERSION_SECONDS)


def _failed(ran: Ran) -> bool:
    # Too slow to answer is no failure: a loaded machine takes long to read a browser from disk.
    return ran.code not in (0, None)


def _candidates(environ: Mapping[str, str], system: System) -> Iterator[tuple[Path, str]]:
    for path in _playwright_browsers(_playwright_folder(environ, system.platform)):
        yield path, "playwright"
    for name in _ON_PATH:
        found = system.which(name)
        if found is not None:
            yield Path(found), "system"
    for path in _usual_places(environ, system.platform):
        yield path, "system"


def _playwright_folder(environ: Mapping[str, str], platform_name: str) -> Path | None:
    """Return where Playwright keeps its browsers, by the rules of its own registry."""
    chosen = environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if chosen == "0":  # Playwright's word for "inside the package"
        spec = importlib.util.find_spec("playwright")
        origin = None if spec is None else spec.origin
        return None if origin is None else Path(origin).parent / "driver" / "package" / ".local-browsers"
    if chosen != "":
        return Path(chosen)
    cache = _cache_folder(environ, platform_name)
    return None if cache is None else cache / "ms-playwright"


def _cache_folder(environ: Mapping[str, str], platform_name: str) -> Path | None:
    variable = {"win32": "LOCALAPPDATA", "darwin": ""}.get(platform_name, "XDG_CACHE_HOME")
    if environ.get(variable, "") != "":
        return Path(environ[variable])
    home = _home(environ)
    below = {"win32": "AppData/Local", "darwin": "Library/Caches"}.get(platform_name, ".cache")
    return None if home is None else home / below


def _home(environ: Mapping[str, str]) -> Path | None:
    if environ.get("HOME", "") != "":
        return Path(environ["HOME"])
    try:
        return Path.home()
    except RuntimeError:  # a user id without an account, as in many containers
        return None


def _playwright_browsers(folder: Path | None) -> Iterator[Path]:
    revisions: list[tuple[int, bool, Path]] = []
    for entry in _entries(folder):
        match = _REVISION.fullmatch(entry.name)
        # Without the mark the download is still going on, or broke off.
        if match is not None and (entry / _COMPLETE).exists():
            revisions.append((int(match.group(2)), match.group(1) is not None, entry))
    for _, _, entry in sorted(revisions, reverse=True):
        for pattern in _INSIDE:
            yield from sorted(entry.glob(pattern))


def _entries(folder: Path | None) -> list[Path]:
    try:
        return [] if folder is None else list(folder.iterdir())
    except OSError:  # not there, or not ours to read: no browser for us either way
        return []


def _usual_places(environ: Mapping[str, str], platform_name: str) -> Iterator[Path]:
    if platform_name == "darwin":
        home = _home(environ)
        for folder in [Path("/Applications")] + ([] if home is None else [home / "Applications"]):
            yield from (folder / app for app in _MAC_APPS)
    if platform_name == "win32":
        for variable in _WINDOWS_FOLDERS:
            if environ.get(variable, "") != "":
                yield from (Path(environ[variable]) / app for app in _WINDOWS_APPS)


def _os_release() -> Mapping[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:  # macOS, Windows, a bare container
        return {}


def _run(argv: Sequence[str], *, seconds: float, env: Mapping[str, str] | None = None) -> Ran:
    try:
        # A session of its own, so that what the command started can be stopped with it: a browser is often
        # started by a script, and a child left alive would hold the pipes open for ever.
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return Ran(_CANNOT_START, err=f"cannot be started: {error.strerror}")
    with process:
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _stop(process)
            return Ran(None)
        except BaseException:
            _stop(process)  # Ctrl-C reaches only us: the command is in another session
            raise
    return Ran(process.returncode, out, err)


def _stop(process: subprocess.Popen[str]) -> None:
    """Ask the command to end, so that apt can leave its database whole; then end all it started."""
    _signal(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    if not hasattr(os, "killpg"):  # Windows has no groups to signal
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
