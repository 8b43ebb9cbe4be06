"""Whether the account may list and sell, and what it was sanctioned for; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from checker.flow import Page, Recorder, SiteToml, dig, item_readings, verbatim
from checker.model import Level, Origin, Reading, Scope

__all__ = ["infraction_readings", "status_of"]

_LONGEST: Final = 20_000
_HTML: Final = ("reason", "remedy")
# Not to be safe, which whoever shows the text sees to: what a person never reads is no reason.
_UNREAD: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def status_of(recorder: Recorder, body: Any, toml: SiteToml) -> Reading:
    """Return the account's status: not allowed to list is suspended, not allowed to sell is red.

    What forbids something counts even where the rest could not be read; only the whole of it is ok.
    """
    key = recorder.key("account.status")
    origin = Origin("reputation", "the user answer", "status")
    status = dig(body, "status")
    listing, selling = dig(status, "list.allow"), dig(status, "sell.allow")
    word = dig(status, "site_status")
    native = word if isinstance(word, str) else ""
    details = tuple(_details(status))
    if listing is False:
        level: Level | None = Level.DEACTIVATED
    elif selling is False:
        level = Level.CRITICAL
    elif listing is True and selling is True:
        level = toml.codes["site_status"].get(native)
    else:
        why = "the user answer did not come" if body is None else "nothing says whether it may list and sell"
        return recorder.unreadable(key, why, scope=Scope.ACCOUNT, native=native[:80], origin=origin)
    return recorder.word(key, native[:80], level, scope=Scope.ACCOUNT, details=details, origin=origin)


def _details(status: Any) -> Iterator[tuple[str, str]]:
    for what in ("list", "sell"):
        allow, codes = dig(status, f"{what}.allow"), dig(status, f"{what}.codes")
        if isinstance(allow, bool):
            yield f"{what}.allow", verbatim(allow)
        if isinstance(codes, list) and codes:
            yield f"{what}.codes", ", ".join(verbatim(code, 80) for code in codes)[:500]
    action = dig(status, "required_action")
    if isinstance(action, str) and action:
        yield "required_action", action[:200]


def infraction_readings(recorder: Recorder, bodies: Sequence[Any], toml: SiteToml) -> Iterator[Reading]:
    """Yield every infraction, then whether the list was read whole: one that was cut proves nothing gone."""
    told = [_told(body) for body in bodies]
    for rows in toml.items:
        yield from item_readings(recorder, rows, told, toml, "reputation")


def _told(body: Any) -> Any:
    """Return an answer with its reasons and remedies as text; one of another shape as it is."""
    rows = dig(body, "infractions")
    if not isinstance(rows, list):
        return body
    return {**body, "infractions": [_with_text(row) if isinstance(row, dict) else row for row in rows]}


def _with_text(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _text(value) if name in _HTML else value for name, value in row.items()}


def _text(value: Any) -> Any:
    """Return the words of a piece of HTML."""
    if not isinstance(value, str):
        return value
    return Page("infraction", "", 200, _UNREAD.sub(" ", value[:_LONGEST])).text
