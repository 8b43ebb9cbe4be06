"""The browser: found, or installed where there is none."""

from checker.browser.find import Browser, BrowserNotFound, System, find_browser
from checker.browser.install import BrowserNotInstallable, ensure_browser
from checker.browser.sandbox import SandboxState, sandbox_state

__all__ = [
    "Browser",
    "BrowserNotFound",
    "BrowserNotInstallable",
    "SandboxState",
    "System",
    "ensure_browser",
    "find_browser",
    "sandbox_state",
]
