"""`[schedule]`: when `checker schedule install` has it run, and who is told that it did."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from checker.settings.fields import Argv, AsTexts, is_loopback

__all__ = ["PING_SOURCES", "Schedule", "is_ping_address", "parse_times"]

PING_SOURCES: Final = ("ping_url_file", "ping_url_command", "ping_url")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})")


def parse_times(value: Any) -> Any:
    """Return times of the day, sorted, each once; a text may name several, parted by commas.

    Raises:
        ValueError: If something is no time of a day.
    """
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not parts:
        raise ValueError('must be times of the day, like ["07:17", "19:17"]')
    return tuple(sorted({_time(part) for part in parts}))


def _time(value: Any) -> time:
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        hour, minute = map(int, found.groups() if found is not None else ())
        return time(hour, minute)
    except ValueError:
        raise ValueError('must be times of the day, like ["07:17", "19:17"]') from None


class Schedule(BaseModel):
    """When whole runs are started, and the dead-man switch that is told of them.

    at: times of the day, by the machine's own clock. jitter_minutes: by how much a timer may be late, at
        random; a crontab line is always on time.
    ping_url_*: an address of the Healthchecks protocol; whoever knows it can keep the alarm quiet, so it is
        a secret. ping_status: `work` tells success when the run did its work, whatever it found; `exit`
        sends the exit code, and every code but 0 is an alarm.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)

    at: Annotated[tuple[time, ...], BeforeValidator(parse_times), AsTexts] = (time(7, 17), time(19, 17))
    jitter_minutes: Annotated[int, Field(ge=0, le=720)] = 10
    ping_url_file: Path | None = None
    ping_url_command: Argv | None = None
    ping_url: SecretStr | None = None
    ping_status: Literal["work", "exit"] = "work"

    @field_validator("ping_url")
    @classmethod
    def _one_source(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        given = [name for name in PING_SOURCES[:2] if info.data.get(name) is not None]
        given += [] if value is None else ["ping_url"]
        if len(given) > 1:
            raise ValueError(f"give only one of {', '.join(given)}")
        if value is not None and not is_ping_address(value.get_secret_value()):
            raise ValueError("must begin with https:// (http:// for this machine only) and name a host")
        return value

    @property
    def has_ping(self) -> bool:
        """Whether a dead-man switch is configured."""
        return any(getattr(self, name) is not None for name in PING_SOURCES)


def is_ping_address(text: str) -> bool:
    """Tell whether a text is an address that can be pinged without telling it to the network."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and is_loopback(host)
    odd = any(mark.isspace() or not mark.isprintable() for mark in text)
    return bool(host) and not odd and (parts.scheme == "https" or plain) and not parts.fragment
