"""Where there is no browser one is installed, or the person is told exactly what to type."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from checker.browser import BrowserNotFound, BrowserNotInstallable, System, ensure_browser, find_browser
from checker.browser.find import Ran

DEBIAN = {"ID": "debian"}
MINT = {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}
UBUNTU = {"ID": "ubuntu", "ID_LIKE": "debian"}
FEDORA = {"ID": "fedora"}
ROCKY = {"ID": "rocky", "ID_LIKE": "rhel centos fedora"}
ARCH = {"ID": "arch"}
NO_NETWORK = Ran(1, err="Error: getaddrinfo ENOTFOUND\n  at dns.js {\n  errno: -3008\n}\n")
NO_PACKAGE = Ran(100, err="E: Unable to locate package\n")

Installer = Callable[[], Ran]


class Machine:
    """A bare machine: its programs are real files, its installers are functions a test gives."""

    def __init__(self, root: Path) -> None:
        self.bin = root / "bin"
        self.cache = root / "cache"
        self.bin.mkdir()
        self.environ = {
            "PATH": str(self.bin), "HOME": str(root), "PLAYWRIGHT_BROWSERS_PATH": str(self.cache),
        }  # fmt: skip
        self.user = 0
        self.os_release: Mapping[str, str] = DEBIAN
        self.platform = "linux"
        self.installers: dict[str, Installer] = {}
        self.ran: list[str] = []
        self.environs: list[Mapping[str, str]] = []
        self.limits: list[float] = []
        self.said: list[str] = []
        self.program("apt-get")

    def program(self, name: str, body: str = "echo Chromium 156.0.0.1") -> Path:
        """Put a program on the PATH."""
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    def download(self, body: str = "echo Chromium 156.0.0.1") -> Ran:
        """Do what a playwright install that works does."""
        folder = self.cache / "chromium_headless_shell-1255"
        shell = folder / "chrome-headless-shell-linux64" / "chrome-headless-shell"
        shell.parent.mkdir(parents=True)
        shell.write_text(f"#!/bin/sh\n{body}\n")
        shell.chmod(0o755)
        (folder / "INSTALLATION_COMPLETE").touch()
        return Ran(0)

    def package(self, name: str) -> Installer:
        """Return what an apt-get install that works does."""

        def install() -> Ran:
            self.program(name)
            return Ran(0)

        return install

    def run(self, argv: Sequence[str], *, seconds: float, env: Mapping[str, str] | None = None) -> Ran:
        """Answer in the place of the installers; a browser is really asked for its version."""
        if argv[-1] == "--version":
            return System.here(self.environ).run(argv, seconds=seconds)
        words = " ".join(argv)
        self.ran.append(words)
        self.environs.append(env or {})
        self.limits.append(seconds)
        return next((do() for name, do in self.installers.items() if words.endswith(name)), NO_PACKAGE)

    def ensure(self, configured: Path | None = None) -> Path:
        """Ask for a browser, and return where it is."""
        system = replace(
            System.here(self.environ),
            run=self.run,
            geteuid=lambda: self.user,
            os_release=self.os_release,
            platform=self.platform,
        )
        return ensure_browser(configured, self.said.append, environ=self.environ, system=system).path


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a bare Debian machine, with apt-get and root but nothing it could install."""
    return Machine(tmp_path)


def refused(machine: Machine) -> BrowserNotInstallable:
    """Return the error of a machine on which nothing can be installed."""
    with pytest.raises(BrowserNotInstallable) as caught:
        machine.ensure()
    return caught.value


def test_a_browser_that_is_there_is_taken_without_a_word(machine: Machine) -> None:
    """Nothing is installed and nothing said where nothing is missing."""
    path = machine.program("chromium")

    assert machine.ensure() == path
    assert (machine.ran, machine.said) == ([], [])


def test_a_named_browser_that_is_missing_is_not_replaced(machine: Machine, tmp_path: Path) -> None:
    """Installing another one behind the person's back would hide their mistake."""
    with pytest.raises(BrowserNotFound):
        machine.ensure(tmp_path / "missing")

    assert machine.ran == []


def test_playwright_is_the_first_way(machine: Machine) -> None:
    """Its headless shell is downloaded by this very Python, and no package is touched."""
    machine.installers["--only-shell chromium"] = machine.download

    path = machine.ensure()

    assert path.name == "chrome-headless-shell"
    assert machine.ran == [f"{sys.executable} -m playwright install --only-shell chromium"]
    assert "Downloading" in machine.said[1]
    assert str(path) in machine.said[-1]
    assert "156.0.0.1" in machine.said[-1]


def test_a_failed_download_falls_through_to_apt_as_root_on_debian(machine: Machine) -> None:
    """The second way reads the lists, installs the shell, then the fonts, and says each step."""
    machine.installers |= {
        "--only-shell chromium": lambda: NO_NETWORK,
        "update": lambda: Ran(0),
        "chromium-headless-shell": machine.package("chromium-headless-shell"),
        "fonts-noto-cjk": lambda: Ran(0),
    }

    assert machine.ensure() == machine.bin / "chromium-headless-shell"
    assert [words.split("Timeout=120 ")[-1] for words in machine.ran[1:]] == [
        "update",
        "install -y --no-install-recommends chromium-headless-shell",
        "install -y --no-install-recommends fonts-noto-cjk",
    ]
    assert machine.said[2] == "Playwright could not install it: Error: getaddrinfo ENOTFOUND"
    assert any("empty boxes" in line for line in machine.said)


def test_apt_asks_no_questions_and_every_step_is_bounded(machine: Machine) -> None:
    """Packages are installed with no one at the terminal, in the person's own environment, in finite time."""
    machine.installers["chromium-headless-shell"] = machine.package("chromium-headless-shell")

    machine.ensure()

    assert all(environ["DEBIAN_FRONTEND"] == "noninteractive" for environ in machine.environs[1:])
    assert all(environ["PATH"] == machine.environ["PATH"] for environ in machine.environs)
    assert all(0 < seconds <= 900 for seconds in machine.limits)


def test_where_the_shell_is_no_package_chromium_is_installed(machine: Machine) -> None:
    """Older releases have only the whole browser."""
    machine.installers["recommends chromium"] = machine.package("chromium")

    assert machine.ensure() == machine.bin / "chromium"


def test_lists_and_fonts_that_fail_do_not_stop_the_browser(machine: Machine) -> None:
    """A broken private archive and missing fonts are said, and the browser is used."""
    machine.installers["chromium-headless-shell"] = machine.package("chromium-headless-shell")

    machine.ensure()

    assert any(line.startswith("Not all lists could be read: E: Unable") for line in machine.said)
    assert any(line.startswith("fonts-noto-cjk could not be installed") for line in machine.said)
    assert machine.said[-1].startswith("Browser ready")


def test_a_download_that_does_not_start_is_not_the_end(machine: Machine) -> None:
    """Playwright's shell without its libraries leaves the word to apt."""
    machine.installers |= {
        "--only-shell chromium": lambda: machine.download("exit 127"),
        "chromium-headless-shell": machine.package("chromium-headless-shell"),
    }

    assert machine.ensure() == machine.bin / "chromium-headless-shell"
    assert any("does not start" in line for line in machine.said)


@pytest.mark.parametrize("os_release", [MINT, UBUNTU, {"ID": "pop", "ID_LIKE": "ubuntu"}])
def test_relatives_of_debian_are_known(machine: Machine, os_release: Mapping[str, str]) -> None:
    """What a distribution descends from decides, not only its name."""
    machine.os_release = os_release
    machine.installers["recommends chromium"] = machine.package("chromium")

    assert machine.ensure() == machine.bin / "chromium"


@pytest.mark.parametrize(
    ("user", "os_release", "has_apt"),
    [(1000, DEBIAN, True), (0, FEDORA, True), (0, {}, True), (0, DEBIAN, False)],
)
def test_packages_are_left_alone_otherwise(
    machine: Machine, user: int, os_release: Mapping[str, str], has_apt: bool
) -> None:
    """Not as a user, not on another system, not without apt: only Playwright is tried."""
    machine.user, machine.os_release = user, os_release
    if not has_apt:
        (machine.bin / "apt-get").unlink()

    refused(machine)

    assert len(machine.ran) == 1
    assert "playwright" in machine.ran[0]


@pytest.mark.parametrize(
    ("user", "platform", "os_release", "line"),
    [
        (0, "linux", DEBIAN, "\n  apt-get install -y chromium-headless-shell fonts-noto-cjk\n"),
        (1000, "linux", DEBIAN, "\n  sudo apt-get install -y chromium-headless-shell fonts-noto-cjk\n"),
        (1000, "linux", FEDORA, "\n  sudo dnf install -y chromium\n"),
        (0, "linux", ROCKY, "\n  dnf install -y chromium\n"),
        (1000, "linux", ARCH, "\n  sudo pacman -S chromium noto-fonts-cjk\n"),
        (501, "darwin", {}, "\n  brew install --cask google-chrome\n"),
    ],
)
def test_the_message_tells_what_to_type_on_this_machine(
    machine: Machine, user: int, platform: str, os_release: Mapping[str, str], line: str
) -> None:
    """Playwright's command, this system's own and the variable are all there to be copied."""
    machine.user, machine.platform, machine.os_release = user, platform, os_release

    error = refused(machine)

    assert f"{sys.executable} -m playwright install --with-deps --only-shell chromium" in str(error)
    assert line in str(error)
    assert "CHECKER_BROWSER=/path/to/chromium" in str(error)
    assert error.exit_code == 78


@pytest.mark.parametrize("os_release", [UBUNTU, MINT, {}])
def test_no_line_is_shown_that_would_not_work(machine: Machine, os_release: Mapping[str, str]) -> None:
    """Ubuntu's chromium is a snap that does not do, and an unknown system has no known command."""
    machine.user, machine.os_release = 1000, os_release

    error = refused(machine)

    assert "apt-get" not in str(error)
    assert "--with-deps" in str(error)


def test_the_message_tells_what_was_tried_and_why_it_failed(machine: Machine) -> None:
    """Each way that was tried is named with the last words of its command."""
    machine.installers["--only-shell chromium"] = lambda: NO_NETWORK

    error = refused(machine)

    assert "- playwright install: Error: getaddrinfo ENOTFOUND\n" in str(error)
    assert "- apt-get install: chromium-headless-shell: E: Unable to locate package; chromium: E:" in str(
        error
    )


def test_a_download_stopped_at_its_limit_is_said(machine: Machine) -> None:
    """A network that gives no answer is not waited for without end, nor passed over in silence."""
    machine.user = 1000
    machine.installers["--only-shell chromium"] = lambda: Ran(None)

    assert "playwright install: stopped at its time limit" in str(refused(machine))


def test_a_real_command_that_fails_falls_through(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real way to run commands takes a Python that is not there, and one that fails, for failures."""
    failing = machine.program("python", "echo 'No module named playwright' >&2; exit 1")
    system = replace(System.here(machine.environ), geteuid=lambda: 1000)

    for executable, words in (
        (failing, "No module named playwright"),
        (machine.bin / "none", "cannot be started"),
    ):
        monkeypatch.setattr(sys, "executable", str(executable))
        with pytest.raises(BrowserNotInstallable, match=words):
            ensure_browser(None, machine.said.append, environ=machine.environ, system=system)


def test_real_apt_is_called_by_name(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real apt-get on PATH, here one that installs by copying, is run and what it brought is found."""
    browser = machine.program("prepared").read_text()
    (machine.bin / "prepared").unlink()
    target = machine.bin / "chromium-headless-shell"
    machine.program(
        "apt-get",
        f"case \"$*\" in *headless-shell) printf '%s' '{browser}' > {target}; /bin/chmod +x {target};; esac",
    )
    monkeypatch.setattr(sys, "executable", str(machine.bin / "none"))
    monkeypatch.setenv("PATH", str(machine.bin))
    system = replace(System.here(machine.environ), geteuid=lambda: 0, os_release=DEBIAN)

    found = ensure_browser(None, machine.said.append, environ=machine.environ, system=system)

    assert (found.path, found.source, found.version) == (target, "system", "156.0.0.1")


def test_this_machine_needs_no_installation() -> None:
    """With everything real, the browser found is the one ensured."""
    said: list[str] = []

    assert ensure_browser(None, said.append) == find_browser(None, os.environ)
    assert said == []
