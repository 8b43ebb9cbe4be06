"""What a user can set: `checker.toml`, overridden by `CHECKER_…` environment variables.

settings = load(Path("checker.toml"))
for alias, account in settings.require_accounts(["main"]).items(): ...
"""

from checker.settings.collect import MINIMAL, NOT_SETTINGS, PREFIX, default_file
from checker.settings.example import example_toml
from checker.settings.load import load
from checker.settings.model import Settings
from checker.settings.tables import (
    Account,
    Browser,
    Evidence,
    Flows,
    Limits,
    Log,
    MarketplaceSettings,
    Paths,
    Report,
    Sessions,
    Store,
    language_of,
)

__all__ = [
    "MINIMAL",
    "NOT_SETTINGS",
    "PREFIX",
    "Account",
    "Browser",
    "Evidence",
    "Flows",
    "Limits",
    "Log",
    "MarketplaceSettings",
    "Paths",
    "Report",
    "Sessions",
    "Settings",
    "Store",
    "default_file",
    "example_toml",
    "language_of",
    "load",
]
