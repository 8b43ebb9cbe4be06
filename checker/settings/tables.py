"""The tables of `checker.toml`, one frozen model each; unknown keys are refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from checker.settings.fields import (
    Argv,
    CdpUrl,
    Locale,
    Marketplace,
    Name,
    Origin,
    Proxy,
    ProxyExit,
    SiteCode,
    Sites,
    WebAddress,
)
from checker.settings.notify import Zone

__all__ = [
    "APP",
    "EXCLUSIVE",
    "Account",
    "Browser",
    "Evidence",
    "Flows",
    "Limits",
    "Log",
    "MarketplaceSettings",
    "Paths",
    "Replay",
    "Report",
    "Sessions",
    "Store",
    "language_of",
    "without_credentials",
]

APP: Final = "marketplace-health-checker"

# A secret has one source. The environment replaces the file's source, whichever kind either is.
EXCLUSIVE: Final = (
    ("password_file", "password_command", "password"),
    ("totp_secret_file", "totp_secret_command", "totp_secret"),
)

_Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Called = Annotated[str, Field(min_length=1, max_length=60)]
_Pause = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


_Level = Annotated[
    Literal["TRACE", "DEBUG", "INFO", "SUCCESS", "WARNING", "ERROR", "CRITICAL", "OFF"],
    BeforeValidator(_upper),
]


def without_credentials(url: str) -> str:
    """Return a URL with its user name and password replaced, fit to be shown."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc="[secret]@" + parts.netloc.rpartition("@")[2]).geturl()


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)


class Account(_Table):
    """One login, under an alias.

    password_*, totp_secret_*: where the secret is; at most one of each three. With none, a systemd
    credential named `<alias>.password` or `<alias>.totp`.
    home: the site on whose host sign-in begins, where a console has a host per country.
    origin: send every host of the flow to this address instead: for replicas.
    proxy_exit: the address, or the network, the proxy must lead out at. proxy_exit_page: who is asked,
        through the proxy, what address that is; nobody is unless `proxy_exit` is given.
    cdp_url: a browser that already runs, and whose profile is the account's; nothing of it is kept here.
    session: how a sign-in is kept: a sealed file, a browser profile of its own, or not at all.
    name, owner, group: what people call it, who answers for it, what it belongs to; in any script.
    """

    marketplace: Marketplace
    username: Annotated[str, Field(min_length=1)]
    password_file: Path | None = None
    password_command: Argv | None = None
    password: SecretStr | None = None
    totp_secret_file: Path | None = None
    totp_secret_command: Argv | None = None
    totp_secret: SecretStr | None = None
    sites: Sites = "all"
    home: SiteCode | None = None
    locale: Locale | None = None
    proxy: Proxy | None = None
    proxy_exit: ProxyExit | None = None
    proxy_exit_page: WebAddress = "https://checkip.amazonaws.com"
    cdp_url: CdpUrl | None = None
    origin: Origin | None = None
    session: Literal["sealed", "profile", "none"] = "sealed"
    enabled: bool = True
    name: _Called | None = None
    owner: _Called | None = None
    group: _Called | None = None

    @field_validator("password", "totp_secret")
    @classmethod
    def _one_source(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        # On the last of the three, so that it is told together with every other problem.
        group = next(names for names in EXCLUSIVE if info.field_name in names)
        given = [name for name in group if info.data.get(name) is not None]
        given += [] if value is None else [group[-1]]
        if len(given) > 1:
            raise ValueError(f"give only one of {', '.join(given)}")
        if value is not None and not value.get_secret_value():
            raise ValueError("is empty")
        return value

    @field_validator("proxy_exit")
    @classmethod
    def _of_a_proxy(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("proxy") is None:
            raise ValueError("is the exit of a proxy, and there is none: give proxy as well")
        return value

    @field_validator("cdp_url")
    @classmethod
    def _has_a_proxy_of_its_own(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and info.data.get("proxy") is not None:
            raise ValueError("a running browser has a proxy of its own: give only one of proxy, cdp_url")
        return value

    @property
    def proxy_shown(self) -> str | None:
        """The proxy without its credentials, fit to be shown."""
        return None if self.proxy is None else without_credentials(self.proxy.get_secret_value())

    def wants(self, code: str) -> bool:
        """Tell whether a site is one the user asked to be read."""
        return self.sites == "all" or code.upper() in self.sites

    def inline_secrets(self) -> Iterator[SecretStr]:
        """Every secret that stands in the settings themselves, for the scrubber."""
        yield from (
            secret
            for secret in (self.password, self.totp_secret, self.proxy, self.cdp_url)
            if secret is not None
        )
        password = None if self.proxy is None else urlsplit(self.proxy.get_secret_value()).password
        if password:
            yield SecretStr(password)


class MarketplaceSettings(_Table):
    """What holds for every account of one marketplace.

    back_off_hours: how long it is left alone after it told us to, unless it asked for longer.
    """

    enabled: bool = True
    back_off_hours: _Pause = 6.0


class Paths(_Table):
    """Where the program keeps what it makes."""

    data_dir: Path = Field(default_factory=lambda: platformdirs.user_state_path(APP))

    @property
    def written(self) -> tuple[str, ...]:
        """The names, as patterns, of everything the program keeps directly in the data folder."""
        folders = ("access", "cases", "close_ups", "conduct", "doctor", "evidence", "keys", "profiles")
        return (*folders, "reports", "sessions", "visits", "checker.db*", "confirmed.jsonl")

    @property
    def evidence_dir(self) -> Path:
        """The folder of the evidence bundles."""
        return self.data_dir / "evidence"

    @property
    def keys_dir(self) -> Path:
        """The folder of the key that signs evidence; not beside what it signs."""
        return self.data_dir / "keys"

    @property
    def reports_dir(self) -> Path:
        """The folder of the HTML reports."""
        return self.data_dir / "reports"

    @property
    def visits_dir(self) -> Path:
        """The folder of the visits that are kept to be read again."""
        return self.data_dir / "visits"

    @property
    def logs_dir(self) -> Path:
        """The folder of the operator's log."""
        return self.data_dir / "logs"

    @property
    def sessions_dir(self) -> Path:
        """The folder of the sealed sessions."""
        return self.data_dir / "sessions"

    @property
    def profiles_dir(self) -> Path:
        """The folder of the browser profiles, one for each account that keeps one."""
        return self.data_dir / "profiles"

    @property
    def store_url(self) -> str:
        """The address of the store when `[store] url` does not say otherwise."""
        return f"sqlite:///{self.data_dir / 'checker.db'}"


class Store(_Table):
    """The database; `url` is filled in from `[paths] data_dir` when it is not given."""

    url: Annotated[str, Field(repr=False)] = ""

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("sqlite://", "sqlite+", "postgresql://", "postgresql+")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @property
    def shown(self) -> str:
        """The address without its credentials, fit to be shown."""
        return without_credentials(self.url)


class Browser(_Table):
    """Which browser, and whether its window is seen."""

    path: Path | None = None
    headless: bool = True


class Limits(_Table):
    """How long things may take and how much may be read.

    pause_seconds: between two pages. pages_per_day: of one account. workers: accounts visited at once,
    at most; never more than processor cores and free memory bear.
    """

    page_seconds: _Seconds = 30
    account_seconds: _Seconds = 900
    run_seconds: _Seconds = 7200
    pause_seconds: _Pause = 1.0
    pages_per_day: PositiveInt = 2000
    workers: PositiveInt = 1


class Sessions(_Table):
    """What kept sessions are sealed with: a file or a command; with neither, a key is made."""

    key_file: Path | None = None
    key_command: Argv | None = None

    @field_validator("key_command")
    @classmethod
    def _one_key(cls, value: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        if value is not None and info.data.get("key_file") is not None:
            raise ValueError("give only one of key_file, key_command")
        return value


class Replay(_Table):
    """How long visits are kept, to be read again by a mended flow.

    keep_days: 0 keeps none. keep_megabytes: of all accounts together; the oldest runs go first.
    """

    keep_days: NonNegativeInt = 14
    keep_megabytes: PositiveInt = 500


def language_of(environ: Mapping[str, str]) -> Literal["en", "zh"]:
    """Return the language in which a person is spoken to who named none: of the locale, else English."""
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "zh" if named.lower().startswith("zh") else "en"


class Report(_Table):
    """How results are told.

    language: of reports, messages and commands; the locale's if it is not given.
    timezone: of the person who reads them, e.g. for quiet hours; the machine's own if it is not given.
    keep_days: how long the HTML report of a run is kept; `checker report --run` writes it again.
    """

    language: Annotated[Literal["en", "zh"], BeforeValidator(_lower)] = Field(
        default_factory=lambda: language_of(os.environ)
    )
    timezone: Zone | None = None
    keep_days: PositiveInt = 90


class Flows(_Table):
    """Which installed flows may be loaded; none named: all."""

    allow: tuple[Name, ...] | None = None

    @field_validator("allow", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return [name for name in value.split(",") if name.strip()] if isinstance(value, str) else value


class Log(_Table):
    """What is written into `logs/` of the data folder and on stderr, and in which form.

    level: of the file. stderr: what stands on stderr as well, beside what a command says there anyway.
    as_json: `json` in the file; that name is taken by an old method of pydantic's.
    keep_days, megabytes: how long a file is kept, and how large it may get before the next is begun.
    """

    level: _Level = "INFO"
    stderr: _Level = "ERROR"
    as_json: bool = Field(default=False, alias="json")
    keep_days: PositiveInt = 30
    megabytes: PositiveInt = 10


class Evidence(_Table):
    """What is kept to prove a reading, how, and for how long.

    every_visit: of visits without a red as well. floor_megabytes: with less room nothing is kept.
    keep_*: the oldest goes first once one of these is passed; what proves an open finding never goes.
    recipient: an age recipient (`age1...`) originals are encrypted to.
    timestamp_urls, timestamp_roots: RFC 3161 authorities, and the certificates they lead up to.
    """

    enabled: bool = True
    screenshots: bool = True
    exchanges: bool = True
    every_visit: bool = False
    floor_megabytes: Annotated[int, Field(ge=0)] = 500
    keep_days: PositiveInt = 400
    keep_bundles: PositiveInt = 20_000
    keep_megabytes: PositiveInt = 20_000
    recipient: Annotated[str, Field(pattern=r"^age1[0-9a-z]{20,2100}$")] | None = None
    timestamp_urls: Annotated[tuple[str, ...], Field(max_length=2)] = ()
    timestamp_roots: tuple[Path, ...] = ()
    timestamp_seconds: _Seconds = 10

    @field_validator("timestamp_urls", "timestamp_roots", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("timestamp_urls")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        # A token is signed by itself: plain http is how most authorities answer.
        for url in value:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
                raise ValueError("must be addresses like https://tsa.example/tsr")
        return value
