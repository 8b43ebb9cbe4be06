"""A run in which every text of a page, and every name, is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from checker.model import Key, Level, Outcome, Presence, Reading, Registration, Scope, Site, Visit
from tests.unit.report.samples import DAY_TWO, VIOLATION, Story, reading, story

HOSTILE = (
    "</title></style><script>alert(1)</script>\"><img src=x onerror=alert(2)>'--> {{ 7*7 }} {% raw %} ${7*7} "
    "javascript:alert(3) [red]x[/red] [link=https://evil.example]y[/link] :warning: \x1b[31m\x1b]8;;http://e\x07"
    "\x9b1m\u202e\u200b\u2066\r\nFAKE LINE \ud800 <a href='javascript:alert(4)' onclick=alert(5)>z</a> &lt;b"
)


def hostile_reading(metric: str, at: datetime, **fields: object) -> Reading:
    """Return a reading in which every text is hostile."""
    one = reading("US", metric, at, level=Level.CRITICAL)
    key = Key("amazon", HOSTILE, HOSTILE, metric, HOSTILE, HOSTILE, item=str(fields.pop("item", "")))
    texts = dict.fromkeys(("native", "language", "reason", "contradicts", "flow", "currency"), HOSTILE)
    return replace(
        one, key=key, link="javascript:alert(6)//https://x", details=((HOSTILE, HOSTILE), ("asin", HOSTILE)),
        evidence=(HOSTILE,), **texts, **fields)  # type: ignore[arg-type] # fmt: skip


def hostile_story() -> Story:
    """Return a run in which every text of a page, and every name, is hostile."""
    site = Site(HOSTILE, HOSTILE, HOSTILE, Registration.ACTIVE, zone=HOSTILE, shop=HOSTILE)

    def day(at: datetime) -> list[Visit]:
        readings = (
            hostile_reading("account.status", at, scope=Scope.ACCOUNT),
            hostile_reading(HOSTILE, at, item=HOSTILE, scope=Scope.ITEM, deadline=VIOLATION["deadline"]),
            hostile_reading(
                "policy.violations.listing", at, presence=Presence.UNREADABLE, level=Level.UNKNOWN
            ),
        )
        return [Visit("amazon", HOSTILE, site, Outcome.READ, HOSTILE, readings)]

    told = story(day(DAY_TWO))
    return replace(told, run=replace(told.run, run_id=HOSTILE), places=())
