"""11.5: the browser's own sandbox is on for every ordinary user, told by the kernel and not by a flag."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import Error as BrowserError

from checker.browser import Browser, sandbox_state
from checker.browser.launch import Launch, launch_options, unstartable
from checker.browser.sandbox import as_root
from checker.model import Exit

_ORDINARY = 65534

_AS_ORDINARY = """#!/bin/sh
# Starts the browser as an ordinary user, with a profile folder that user may write.
exec setpriv --reuid={uid} --regid={gid} --clear-groups env HOME={home} {browser} "$@" --user-data-dir={home}
"""


@pytest.fixture
def ordinary(launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Launch]:
    """Describe the browser of somebody who is not root: ourselves, or else the system's `nobody`."""
    if not as_root():
        yield launch
        return
    nobody = pwd.getpwnam("nobody")
    home = Path("/tmp") / f"ordinary-{os.getpid()}"  # noqa: S108 - pytest's own folder is root's alone
    home.mkdir(mode=0o700)
    browser = _readable(launch.browser.path, home)
    shutil.chown(home, nobody.pw_uid, nobody.pw_gid)
    script = tmp_path / "browser"
    script.write_text(
        _AS_ORDINARY.format(uid=nobody.pw_uid, gid=nobody.pw_gid, home=home, browser=browser), "utf-8"
    )
    script.chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: nobody.pw_uid)
    yield replace(launch, browser=Browser(script, "test", None, headless_only=launch.browser.headless_only))
    shutil.rmtree(home)


def _readable(browser: Path, home: Path) -> Path:
    """Return a browser that everybody may run: itself, or a copy where its folder is root's alone."""
    real = browser.resolve()
    if all(folder.stat().st_mode & stat.S_IXOTH for folder in real.parents):
        return browser
    copy = shutil.copytree(real.parent, home / "browser")
    for path in (copy, *copy.rglob("*")):
        path.chmod(path.stat().st_mode | stat.S_IROTH | (stat.S_IXOTH if path.stat().st_mode & 0o100 else 0))
    return copy / real.name


def _is_driver(process: psutil.Process) -> bool:
    try:
        return Path((process.cmdline() or [""])[0]).name == "node"
    except psutil.Error:
        # One of another test that has ended, and that nobody has waited for yet.
        return False


def _browsers() -> set[psutil.Process]:
    """Return what the driver has started: the browsers themselves, without what they start in turn."""
    drivers = [child for child in psutil.Process().children(recursive=True) if _is_driver(child)]
    return {child for driver in drivers for child in driver.children()}


def test_11_5_a_renderer_of_an_ordinary_user_is_filtered(browser: DrivenBrowser, ordinary: Launch) -> None:
    """Each renderer runs as that user, and the kernel says that its system calls go through a filter."""
    warned: list[str] = []
    before = _browsers()
    running = browser.browser_type.launch(**launch_options(ordinary, warned.append))
    try:
        running.new_page().goto("data:text/html,<h1>there")
        (root,) = _browsers() - before
        own = [root, *root.children(recursive=True)]
        state = sandbox_state(root.pid)
        unboxed = [child.cmdline() for child in own if "--no-sandbox" in child.cmdline()]
        users = {child.uids().effective for child in own if "--type=renderer" in " ".join(child.cmdline())}
    finally:
        running.close()

    assert state.on, state
    assert "Seccomp: 2" in state.why
    assert unboxed == []
    assert users
    assert 0 not in users
    assert warned == []


def test_11_5_as_root_it_is_off_and_said(
    browser: DrivenBrowser, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root's browser starts without it, with one warning that says how to keep it, and the state says so."""
    monkeypatch.setattr("checker.browser.sandbox.sys.platform", "linux")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    warned: list[str] = []
    options = launch_options(launch, warned.append)

    assert options["chromium_sandbox"] is False
    assert len(warned) == 1
    assert "ordinary user" in warned[0]
    assert sandbox_state().on is False
    assert "root" in sandbox_state().why
    assert browser.is_connected()


def test_11_5_everybody_else_has_it_on(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left to the driver's default, which is off; nobody is warned."""
    monkeypatch.setattr("os.geteuid", lambda: _ORDINARY)
    warned: list[str] = []
    options = launch_options(launch, warned.append)

    assert options["chromium_sandbox"] is True
    assert not [word for word in options["args"] if "sandbox" in word]
    assert warned == []
    assert sandbox_state().on


def test_11_5_a_browser_without_a_sandbox_to_use_says_what_to_do(launch: Launch) -> None:
    """Where the system allows none, the message says why and the hint how to allow it."""
    error = BrowserError(
        "Target closed\n[FATAL:zygote_host_impl_linux.cc] No usable sandbox! Update your kernel"
    )
    refused = unstartable(launch, error)

    assert refused.exit_code == Exit.CONFIG
    assert "sandbox" in str(refused)
    assert "unprivileged_userns_clone" in str(refused.hint)
