"""All settings of one run, checked and frozen."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from checker.errors import ConfigError
from checker.settings.collect import default_file
from checker.settings.fields import Alias, Name
from checker.settings.findings import Findings
from checker.settings.notify import Notify
from checker.settings.schedule import Schedule
from checker.settings.serve import Serve
from checker.settings.tables import (
    Account,
    Browser,
    Evidence,
    Flows,
    Limits,
    Log,
    MarketplaceSettings,
    Paths,
    Replay,
    Report,
    Sessions,
    Store,
)

__all__ = ["SOURCES", "Settings"]

# What `load` collected, highest first. Without it the class reads neither file nor environment, so
# that `Settings(accounts=...)` is the same on every machine.
SOURCES: Final[ContextVar[tuple[PydanticBaseSettingsSource, ...]]] = ContextVar("SOURCES", default=())


class Settings(BaseSettings):
    """Everything a user can set; `load` makes one from a file and the environment.

    `store.url` and `stop_file` are always filled in, from `paths.data_dir` when nothing else is said.
    """

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    paths: Paths = Paths()
    accounts: dict[Alias, Account] = {}
    marketplaces: dict[Name, MarketplaceSettings] = {}
    store: Store = Store()
    browser: Browser = Browser()
    limits: Limits = Limits()
    replay: Replay = Replay()
    sessions: Sessions = Sessions()
    # Made when settings are: its language is that of the locale.
    report: Report = Field(default_factory=Report)
    findings: Findings = Findings()
    evidence: Evidence = Evidence()
    flows: Flows = Flows()
    notify: Notify = Notify()
    serve: Serve = Serve()
    log: Log = Log()
    schedule: Schedule = Schedule()
    stop_file: Path = Path("STOP")

    _file: Path | None = PrivateAttr(default=None)
    _notes: tuple[str, ...] = PrivateAttr(default=())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load` collected, and nothing found by the way."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings, *SOURCES.get())

    @field_validator("store")
    @classmethod
    def _with_url(cls, store: Store, info: ValidationInfo) -> Store:
        paths: Paths | None = info.data.get("paths")
        if store.url or paths is None:
            return store
        return store.model_copy(update={"url": paths.store_url})

    @field_validator("stop_file")
    @classmethod
    def _under_data(cls, stop_file: Path, info: ValidationInfo) -> Path:
        paths: Paths | None = info.data.get("paths")
        return stop_file if paths is None else paths.data_dir / stop_file

    @property
    def file(self) -> Path | None:
        """The file these settings came from; none when there was no file."""
        return self._file

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever wrote the file should know of it, though it was understood."""
        return self._notes

    @property
    def folder(self) -> Path:
        """The folder of that file, or the one where it would be looked for."""
        return default_file().parent if self._file is None else self._file.parent

    def is_marketplace_enabled(self, name: str) -> bool:
        """Tell whether a marketplace may be visited; one that is not mentioned may."""
        table = self.marketplaces.get(name)
        return table is None or table.enabled

    def back_off_hours(self, name: str) -> float:
        """Return for how many hours a marketplace is left alone after it told us to."""
        return self.marketplaces.get(name, MarketplaceSettings()).back_off_hours

    def require_accounts(self, selected: Sequence[str] = ()) -> dict[str, Account]:
        """Return the accounts a command is to work on: those named, else every one switched on.

        Raises ConfigError when there is none, when a name is not an account, or when a named
        account (or its marketplace) is switched off.
        """
        if not self.accounts:
            raise ConfigError(
                f"no account is configured{self._where()}",
                hint="add an [accounts.main] table, or begin with: checker init; to try it: checker demo",
            )
        if selected:
            return {alias: self._named(alias) for alias in selected}
        active = {alias: account for alias, account in self.accounts.items() if self._is_on(account)}
        if not active:
            raise ConfigError(
                f"every account is switched off{self._where()}",
                hint="set enabled = true in an [accounts.…] table and its [marketplaces.…] table",
            )
        return active

    def describe(self) -> dict[str, Any]:
        """Return all settings as plain data that may be shown: no secret is in it."""
        shown = self.model_dump(mode="json", by_alias=True)
        shown["store"]["url"] = self.store.shown
        if shown["sessions"]["key_command"]:
            shown["sessions"]["key_command"] = shown["sessions"]["key_command"][:1]
        if shown["schedule"]["ping_url_command"]:
            shown["schedule"]["ping_url_command"] = shown["schedule"]["ping_url_command"][:1]
        for table in shown["notify"]["routes"].values():
            if table["url_command"]:
                table["url_command"] = table["url_command"][:1]
        if shown["serve"]["token_command"]:
            shown["serve"]["token_command"] = shown["serve"]["token_command"][:1]
        for alias, account in self.accounts.items():
            table = shown["accounts"][alias]
            table["proxy"] = account.proxy_shown
            for name in ("password_command", "totp_secret_command"):
                if table[name]:
                    # The words after the program's name may hold a token.
                    table[name] = table[name][:1]
        return shown

    def _named(self, alias: str) -> Account:
        account = self.accounts.get(alias)
        if account is None:
            known = ", ".join(sorted(self.accounts))
            raise ConfigError(f"no account is called {alias!r}{self._where()}", hint=f"there are: {known}")
        if not account.enabled:
            raise ConfigError(
                f"account {alias} is switched off{self._where()}",
                hint=f"set enabled = true in [accounts.{alias}]",
            )
        if not self._is_on(account):
            raise ConfigError(
                f"account {alias} is on {account.marketplace}, which is switched off{self._where()}",
                hint=f"set enabled = true in [marketplaces.{account.marketplace}]",
            )
        return account

    def _is_on(self, account: Account) -> bool:
        return account.enabled and self.is_marketplace_enabled(account.marketplace)

    def _where(self) -> str:
        return "" if self._file is None else f" in {self._file}"
