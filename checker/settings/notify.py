"""`[notify]`: who is told what, where, and when not."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from checker.settings.fields import Argv, AsTexts, Name

__all__ = ["Notify", "QuietHours", "Route", "Zone"]

_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")

QuietHours = tuple[time, time]


def _quiet(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _HOURS.fullmatch(value.strip())
    try:
        begin, begin_minute, end, end_minute = map(int, found.groups() if found is not None else ())
        first, last = time(begin, begin_minute), time(end, end_minute)
    except ValueError:
        raise ValueError('must be a span of hours, like "22:00-07:30"') from None
    if first == last:
        raise ValueError("begins when it ends; leave it out for no quiet hours")
    return first, last


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone; zones are named like Asia/Shanghai") from None
    return value


def _texts(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Zone = Annotated[str, AfterValidator(_zone)]
_Texts = Annotated[tuple[str, ...], BeforeValidator(_texts), AsTexts]
_Quiet = Annotated[
    QuietHours | None,
    BeforeValidator(_quiet),
    WithJsonSchema({"type": "string", "pattern": _HOURS.pattern}),
]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)


class Route(_Table):
    """Where messages of one audience go, and about which accounts.

    to: `seller`: findings; `operator`: the checker's own trouble.
    url_*: an address as Apprise writes it (`mailtos://…`, `slack://…`), or a robot's own webhook; it holds
        tokens, and is a secret.
    secret: what a DingTalk, Feishu or Lark robot signs with.
    accounts, owners, groups: only these; with none of them, every account.
    """

    to: Literal["seller", "operator"]
    url_file: Path | None = None
    url_command: Argv | None = None
    url: SecretStr | None = None
    secret: SecretStr | None = None
    accounts: _Texts = ()
    owners: _Texts = ()
    groups: _Texts = ()
    least: Literal["warning", "critical", "deactivated"] = "warning"
    language: Literal["en", "zh", "both"] | None = None
    pictures: bool = True
    enabled: bool = True

    @field_validator("url")
    @classmethod
    def _one_source(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        given = [name for name in ("url_file", "url_command") if info.data.get(name) is not None]
        given += [] if value is None else ["url"]
        if len(given) > 1:
            raise ValueError(f"give only one of {', '.join(given)}")
        if not given:
            raise ValueError("is missing: give one of url_file, url_command, url")
        return value


class Notify(_Table):
    """What holds for every route.

    quiet_hours: nothing is sent then but what is critical; it waits for their end.
    reminders: how many reminders of one finding are sent; 0 sends none.
    attempts: how often a delivery is tried in one run. keep_days: how long what cannot be delivered waits.
    """

    routes: dict[Name, Route] = {}
    quiet_hours: _Quiet = None
    reminders: Annotated[int, Field(ge=0, le=1000)] = 3
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    keep_days: PositiveInt = 7
