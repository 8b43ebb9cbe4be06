"""What a stop says of itself: the page met, what was turned away, and the line that would help; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final
from urllib.parse import urlsplit

from checker.console.guard import Blocked
from checker.console.states import Look, nearest
from checker.errors import NotOffered, Stop
from checker.flow import SiteToml
from checker.model import Outcome

__all__ = ["explained", "told"]

_MOST: Final = 400
_WORDS: Final = 120
_TITLE: Final = 60
_HIDDEN: Final = "***"
_NOT_OF_A_PAGE: Final = frozenset(
    {Outcome.STOPPED, Outcome.BUDGET_SPENT, Outcome.CRASHED, Outcome.SECRET_MISSING, Outcome.UNREACHABLE}
)


class _Told(Stop):
    """A stop that says already what was met."""


def told(
    stop: Stop,
    look: Look | None,
    toml: SiteToml,
    blocked: Sequence[Blocked],
    secrets: Collection[str] = (),
) -> Stop:
    """Return a stop with its explanation, once; one that is about no page as it is."""
    if isinstance(stop, (_Told, NotOffered)) or stop.outcome in _NOT_OF_A_PAGE:
        return stop
    return _Told(stop.outcome, explained(stop, look, toml, blocked, secrets))


def explained(
    stop: Stop, look: Look | None, toml: SiteToml, blocked: Sequence[Blocked], secrets: Collection[str] = ()
) -> str:
    """Return a stop's detail with what was met, in one line of at most 400 characters.

    blocked: what the guard turned away. secrets: what must not be repeated, should
    the page itself show it.
    """
    parts = [stop.detail.rstrip(".")]
    if look is not None:
        parts.append(_met(look))
    if blocked:
        parts.append(_turned_away(blocked[-1]))
    if look is not None and stop.outcome is Outcome.UNKNOWN_PAGE and (near := nearest(look, toml)):
        parts.append(near)
    line = " ".join("; ".join(parts).split())
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        line = re.sub(re.escape(secret), _HIDDEN, line, flags=re.IGNORECASE)
    return line if len(line) <= _MOST else line[: _MOST - 1] + "…"


def _met(look: Look) -> str:
    page = look.page
    path = urlsplit(page.url).path or "/"
    text = page.text[:_WORDS] + ("…" if len(page.text) > _WORDS else "")
    return f"met {path[:_WORDS]} (title {page.title[:_TITLE]!r}) which says {text!r}"


def _turned_away(blocked: Blocked) -> str:
    """Say what the guard turned away last, why, and the line of an override that would let it pass."""
    return f"turned away: {str(blocked)[:_WORDS]} ({blocked.why})"
