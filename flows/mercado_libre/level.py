"""The colour, the real colour behind a protection, and the medal; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from checker.flow import Page, Recorder, SiteToml, dig, status_reading, verbatim
from checker.model import DecidedBy, Decision, Key, Level, Origin, Presence, Reading, Scope
from checker.model.dates import moment
from flows.mercado_libre.tables import Tables
from flows.mercado_libre.thermometer import Thermometer

__all__ = ["badge_readings", "level_reading", "protected_reading"]

_REAL: Final = "real_level"
_END: Final = "protection_end_date"
_HINTS: Final = ("real", "protect")


def level_reading(
    recorder: Recorder, body: Any, thermometer: Thermometer, toml: SiteToml, *, came: bool
) -> Reading:
    """Return the colour shown; an answer that came decides, and the thermometer must not contradict it."""
    (row,) = [row for row in toml.statuses if row.metric == "account.level"]
    shown = _by_thermometer(recorder, thermometer, toml)
    reading = status_reading(recorder, row, body, toml, "reputation") if came else None
    if reading is None:
        return shown
    if not thermometer.there or reading.presence is Presence.UNREADABLE:
        return reading
    if thermometer.problem or (shown.presence, shown.native) != (reading.presence, reading.native):
        return recorder.unreadable(
            reading.key,
            thermometer.problem or "the thermometer and the answer contradict each other",
            scope=Scope.ACCOUNT,
            native=reading.native,
            origin=reading.origin,
            contradicts=f"{reading.native or 'not rated'}; {thermometer.level or 'no segment is lit'}",
        )
    return reading


def _by_thermometer(recorder: Recorder, thermometer: Thermometer, toml: SiteToml) -> Reading:
    key = recorder.key("account.level")
    origin = Origin("reputation", "document", "thermometer", 1)
    if not thermometer.there or thermometer.problem:
        why = thermometer.problem or "neither in an answer nor on the page"
        return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)
    if not thermometer.level:
        return recorder.absent(key, Presence.NOT_RATED, scope=Scope.ACCOUNT, origin=origin)
    level = toml.codes["level"].get(thermometer.level)
    return recorder.word(key, thermometer.level, level, scope=Scope.ACCOUNT, origin=origin)


def protected_reading(recorder: Recorder, body: Any, shown: Reading, toml: SiteToml) -> Reading:
    """Return the level a protection hides, with the day it ends as deadline.

    The platform names a real level only while it protects the seller: a green thermometer is then not the
    seller's own. Without one, and with a colour that was read, nothing is hidden.
    """
    key = recorder.key("account.level", "protected")
    origin = Origin("reputation", "the user answer", f"seller_reputation.{_REAL}")
    reputation = dig(body, "seller_reputation")
    if not isinstance(reputation, dict):
        return _unread(recorder, key, "no answer says whether a protection hides the level", origin)
    real, end = reputation.get(_REAL), reputation.get(_END)
    if real is not None:
        native = real if isinstance(real, str) else ""
        return recorder.word(
            key,
            native[:80],
            toml.codes["level"].get(native),
            scope=Scope.ACCOUNT,
            deadline=moment(end),
            details=((_END, verbatim(end, 80)),) if end is not None else (),
            origin=origin,
        )
    unknown = [name for name in reputation if name not in (_REAL, _END) and any(h in name for h in _HINTS)]
    if end is not None or unknown:
        what = _END if end is not None else unknown[0][:40]
        return _unread(recorder, key, f"{what} is there and no real level", origin)
    if shown.presence is Presence.NOT_RATED:
        return recorder.absent(key, Presence.NOT_RATED, scope=Scope.ACCOUNT, origin=origin)
    if shown.presence is not Presence.SHOWN:
        return _unread(recorder, key, "the level itself could not be read", origin)
    nothing_hidden = Decision(Level.OK, DecidedBy.NATIVE)
    return recorder.shown(key, nothing_hidden, scope=Scope.ACCOUNT, native="not protected", origin=origin)


def _unread(recorder: Recorder, key: Key, why: str, origin: Origin) -> Reading:
    return recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)


def badge_readings(
    recorder: Recorder, page: Page, body: Any, toml: SiteToml, tables: Tables, *, came: bool
) -> Iterator[Reading]:
    """Yield the medal; to have none is information, not red."""
    # A medal is short: the beginning of an element tells it, at a cost that does not grow with the page.
    seen = {code for e in page.all("main *") if (code := tables.badges.get(e.excerpt.casefold()))}
    if not came:
        if len(seen) == 1:
            code = seen.pop()
            origin = Origin("reputation", "document", "medal", 1)
            yield recorder.word(
                recorder.key("account.badge"),
                code,
                toml.codes["badge"].get(code),
                scope=Scope.METRIC,
                origin=origin,
            )
        return
    (row,) = [row for row in toml.statuses if row.metric == "account.badge"]
    reading = status_reading(recorder, row, body, toml, "reputation")
    if reading is None:
        return
    if reading.presence is Presence.SHOWN and seen and seen != {reading.native}:
        yield recorder.unreadable(
            reading.key,
            "the medal on the page and the answer contradict each other",
            scope=reading.scope,
            native=reading.native,
            origin=reading.origin,
            contradicts=f"{reading.native}; {', '.join(sorted(seen))}",
        )
        return
    yield reading
