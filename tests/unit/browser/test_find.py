"""The browser a person named is used or refused; without a name the best one there is found."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from checker.browser import Browser, BrowserNotFound, System, find_browser
from checker.browser.find import Ran, _playwright_folder, shortened


class Machine:
    """A machine of its own: a home, a PATH and the browsers a test puts there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.home = root / "home"
        self.cache = self.home / ".cache" / "ms-playwright"
        self.environ = {"PATH": str(self.bin), "HOME": str(self.home)}

    def program(self, path: Path, version: str = "1.0.0.0", *, body: str | None = None) -> Path:
        """Put a program there which tells that version, or does what the body says."""
        path.parent.mkdir(parents=True, exist_ok=True)
        answer = f"echo 'Chromium {version} built on Debian'"
        path.write_text(f"#!/bin/sh\n{answer if body is None else body}\n")
        path.chmod(0o755)
        return path

    def playwright(self, folder: str, inside: str, version: str, *, complete: bool = True) -> Path:
        """Put a browser into Playwright's cache, downloaded to the end or not."""
        path = self.program(self.cache / folder / inside, version)
        if complete:
            (self.cache / folder / "INSTALLATION_COMPLETE").touch()
        return path

    def find(self, configured: Path | None = None, platform: str = "linux") -> Browser | None:
        """Look for a browser on this machine."""
        system = replace(System.here(self.environ), platform=platform)
        return find_browser(configured, self.environ, system=system)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine without any browser."""
    return Machine(tmp_path)


def test_without_any_browser_there_is_none(machine: Machine) -> None:
    """An empty machine has no browser, and that is no error."""
    assert machine.find() is None


def test_the_order_is_setting_variable_playwright_system(machine: Machine) -> None:
    """Each place is looked at only when the ones before it name nothing."""
    system = machine.program(machine.bin / "chromium", "1.0.0.1")
    playwright = machine.playwright("chromium-1255", "chrome-linux64/chrome", "1.0.0.2")
    named = machine.program(machine.root / "named", "1.0.0.3")
    configured = machine.program(machine.root / "configured", "1.0.0.4")
    machine.environ["CHECKER_BROWSER"] = str(named)

    found = [machine.find(configured), machine.find()]
    del machine.environ["CHECKER_BROWSER"]
    found.append(machine.find())
    (machine.cache / "chromium-1255" / "INSTALLATION_COMPLETE").unlink()
    found.append(machine.find())

    assert found == [
        Browser(configured, "setting", "1.0.0.4", headless_only=False),
        Browser(named, "CHECKER_BROWSER", "1.0.0.3", headless_only=False),
        Browser(playwright, "playwright", "1.0.0.2", headless_only=False),
        Browser(system, "system", "1.0.0.1", headless_only=False),
    ]


@pytest.mark.parametrize("by_setting", [True, False])
def test_a_named_browser_that_is_missing_is_an_error(machine: Machine, by_setting: bool) -> None:
    """A name that leads nowhere is said, though another browser is there."""
    machine.program(machine.bin / "chromium")
    missing = machine.root / "missing"
    if not by_setting:
        machine.environ["CHECKER_BROWSER"] = str(missing)

    with pytest.raises(BrowserNotFound, match="is not there") as caught:
        machine.find(missing if by_setting else None)

    assert str(missing) in caught.value.message
    assert ("the setting" if by_setting else "CHECKER_BROWSER") in caught.value.message
    assert caught.value.exit_code == 78
    assert caught.value.hint is not None


def test_a_named_file_that_may_not_be_run_is_an_error(machine: Machine) -> None:
    """A file without the right to run, and a folder, are no programs."""
    plain = machine.program(machine.root / "plain")
    plain.chmod(0o644)

    for path in (plain, machine.root):
        with pytest.raises(BrowserNotFound, match="no program that may be run"):
            machine.find(path)


def test_a_named_browser_that_does_not_start_is_an_error_with_its_words(machine: Machine) -> None:
    """What the browser itself says on failing is the best advice there is."""
    broken = machine.program(machine.root / "broken", body="echo 'libnss3.so: cannot open' >&2; exit 127")

    with pytest.raises(BrowserNotFound, match=r"does not start.*libnss3\.so: cannot open"):
        machine.find(broken)


def test_a_named_file_of_another_machine_is_an_error(machine: Machine) -> None:
    """A file the system cannot execute is told from one that ends badly."""
    foreign = machine.root / "foreign"
    foreign.write_bytes(b"\x7fELF nothing this machine knows")
    foreign.chmod(0o755)

    with pytest.raises(BrowserNotFound, match="cannot be started"):
        machine.find(foreign)


def test_an_empty_variable_names_nothing(machine: Machine) -> None:
    """CHECKER_BROWSER= in a file of settings is the same as no line."""
    machine.program(machine.bin / "chromium")
    machine.environ["CHECKER_BROWSER"] = " "

    found = machine.find()

    assert found is not None
    assert found.source == "system"


def test_the_home_sign_is_understood_in_a_setting(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that begins with ~ is meant from the home folder."""
    path = machine.program(machine.home / "my" / "chrome")
    monkeypatch.setenv("HOME", str(machine.home))

    assert machine.find(Path("~/my/chrome")) == Browser(path, "setting", "1.0.0.0", headless_only=False)


def test_the_newest_playwright_revision_wins(machine: Machine) -> None:
    """Revisions are compared as numbers, whatever the layout of their time."""
    machine.playwright("chromium_headless_shell-999", "chrome-linux/headless_shell", "9.9")
    newest = machine.playwright(
        "chromium_headless_shell-1255", "chrome-headless-shell-linux64/chrome-headless-shell", "156.0.1.2"
    )
    machine.playwright("chromium-1254", "chrome-linux/chrome", "155.0.0.0")
    machine.playwright("chromium_tip_of_tree-2000", "chrome-linux/chrome", "200.0.0.0")
    machine.playwright("firefox-3000", "chrome-linux/chrome", "300.0.0.0")

    assert machine.find() == Browser(newest, "playwright", "156.0.1.2", headless_only=True)


def test_of_one_revision_the_headless_shell_wins(machine: Machine) -> None:
    """The shell starts faster and is all that reading needs."""
    machine.playwright("chromium-1169", "chrome-linux/chrome", "1.1")
    shell = machine.playwright("chromium_headless_shell-1169", "chrome-linux/headless_shell", "1.1")

    assert machine.find() == Browser(shell, "playwright", "1.1", headless_only=True)


def test_a_download_that_broke_off_is_not_used(machine: Machine) -> None:
    """Without Playwright's own mark the folder may hold half a browser."""
    machine.playwright("chromium-1255", "chrome-linux64/chrome", "2.0", complete=False)
    older = machine.playwright("chromium-1169", "chrome-linux/chrome", "1.0")

    found = machine.find()

    assert found is not None
    assert found.path == older


def test_playwrights_folder_follows_its_own_rules() -> None:
    """The variable, then the cache of each system, as Playwright's registry has it."""
    home = {"HOME": "/home/me"}

    assert _playwright_folder({**home, "PLAYWRIGHT_BROWSERS_PATH": "/browsers"}, "linux") == Path("/browsers")
    assert _playwright_folder({**home, "XDG_CACHE_HOME": "/c"}, "linux") == Path("/c/ms-playwright")
    assert _playwright_folder(home, "linux") == Path("/home/me/.cache/ms-playwright")
    assert _playwright_folder(home, "darwin") == Path("/home/me/Library/Caches/ms-playwright")
    assert _playwright_folder({"LOCALAPPDATA": "/l"}, "win32") == Path("/l/ms-playwright")


def test_the_folder_inside_the_package_is_found() -> None:
    """PLAYWRIGHT_BROWSERS_PATH=0 means beside Playwright's driver, where it is installed."""
    folder = _playwright_folder({"PLAYWRIGHT_BROWSERS_PATH": "0"}, "linux")

    assert folder is not None
    assert folder.name == ".local-browsers"
    assert (folder.parent / "browsers.json").is_file()


def test_no_home_is_no_cache(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without an account and without HOME still finds what is on PATH."""

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    del machine.environ["HOME"]
    path = machine.program(machine.bin / "chromium")

    assert machine.find() == Browser(path, "system", "1.0.0.0", headless_only=False)


def test_system_browsers_are_taken_in_order(machine: Machine) -> None:
    """The headless shell before Chromium, Chromium before Chrome, Chrome before Edge."""
    names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    names += ["google-chrome-stable", "microsoft-edge", "microsoft-edge-stable", "chrome"]
    for name in names:
        machine.program(machine.bin / name)

    found: list[str] = []
    while (browser := machine.find()) is not None:
        found.append(browser.path.name)
        browser.path.unlink()

    assert found == names


def test_a_script_that_only_asks_for_a_snap_is_passed_over(machine: Machine) -> None:
    """What does not start is no browser; the next one is taken."""
    machine.program(machine.bin / "chromium-browser", body="echo 'requires the chromium snap' >&2; exit 1")
    chrome = machine.program(machine.bin / "google-chrome")

    assert machine.find() == Browser(chrome, "system", "1.0.0.0", headless_only=False)


def test_playwrights_browser_without_its_libraries_is_passed_over(machine: Machine) -> None:
    """A download that cannot start does not hide the system's browser."""
    broken = machine.playwright("chromium-1255", "chrome-linux64/chrome", "2.0")
    machine.program(broken, body="exit 127")
    system = machine.program(machine.bin / "chromium")

    found = machine.find()

    assert found is not None
    assert found.path == system


def test_a_link_to_the_shell_is_known_as_the_shell(machine: Machine) -> None:
    """The name behind a link counts: a window cannot be shown either way."""
    shell = machine.program(machine.root / "opt" / "headless_shell")
    machine.bin.mkdir()
    (machine.bin / "chromium").symlink_to(shell)

    assert machine.find() == Browser(machine.bin / "chromium", "system", "1.0.0.0", headless_only=True)


def test_mac_applications_are_found(machine: Machine) -> None:
    """On a Mac a browser is an application, here the user's own."""
    chrome = "Google Chrome.app/Contents/MacOS/Google Chrome"
    path = machine.program(machine.home / "Applications" / chrome)

    assert machine.find(platform="darwin") == Browser(path, "system", "1.0.0.0", headless_only=False)


def test_windows_programs_are_found_and_not_asked(machine: Machine) -> None:
    """On Windows asking for the version would open a window."""
    machine.environ["PROGRAMFILES"] = str(machine.root / "programs")
    edge = machine.root / "programs" / "Microsoft/Edge/Application/msedge.exe"
    machine.program(edge, body="touch asked; exit 1")

    assert machine.find(platform="win32") == Browser(edge, "system", None, headless_only=False)


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("Chromium 156.0.8078.79 built on Debian", "156.0.8078.79"),
        ("Google Chrome for Testing 141.0.7390.37 ", "141.0.7390.37"),
        ("Microsoft Edge 130.0.2849.46", "130.0.2849.46"),
        ("something else", None),
    ],
)
def test_the_version_is_read_from_the_browsers_words(
    machine: Machine, words: str, version: str | None
) -> None:
    """The number is taken from standard output; a browser without one is still a browser."""
    path = machine.program(machine.root / "b", body=f"echo 'dbus 9.9.9 is missing' >&2; echo '{words}'")

    assert machine.find(path) == Browser(path, "setting", version, headless_only=False)


def test_a_browser_that_never_answers_is_left_in_time(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is bounded, also where a child of a script holds the answer open."""
    monkeypatch.setattr("checker.browser.find.VERSION_SECONDS", 0.2)
    monkeypatch.setattr("checker.browser.find.STOP_SECONDS", 0.2)
    os.mkfifo(machine.root / "never")
    hung = f"trap '' TERM; (read line < {machine.root}/never) & read line < {machine.root}/never"
    path = machine.program(machine.root / "slow", body=hung)

    assert machine.find(path) == Browser(path, "setting", None, headless_only=False)


@pytest.mark.parametrize(
    ("ran", "line"),
    [
        (Ran(1, err="a\n\x1b[31mFailed: no\x1b[0m\n\n  network \x07 "), "Failed: no / network"),
        (Ran(1, err="Error: ENOTFOUND\n  at dns.js:1 {\n}\n" * 5), "Error: ENOTFOUND"),
        (Ran(100, err="E: Unable to locate package\n"), "E: Unable to locate package"),
        (Ran(1, out="only this\n"), "only this"),
        (Ran(3), "ended with 3"),
        (Ran(None), "stopped at its time limit"),
        (Ran(1, err="x" * 500), "x" * 199 + "…"),
    ],
)
def test_what_a_command_said_becomes_one_short_line(ran: Ran, line: str) -> None:
    """Colours and stacks go, an error is said once, and without one the last lines stay."""
    assert shortened(ran) == line


def test_this_machine_has_a_browser() -> None:
    """The real search finds a real browser that told its version."""
    found = find_browser()

    assert found is not None
    assert found.path.is_file()
    assert found.version is not None
    assert int(found.version.split(".")[0]) > 100
