"""Good manners towards a platform: how many pages a day, when to stay away, and a log of what was asked.

file                          what it holds
conduct/MARKETPLACE.json      until when the marketplace is left alone, and why; by the run that was told so
conduct/ALIAS.pages.json      how many pages an account opened on which day (UTC)
access/ALIAS.jsonl            every address asked for, one JSON line each: no query, no secret

All lie under the data folder, readable by their owner only. A file that cannot be read counts as empty:
the platform will say again what it said before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from loguru import logger

from checker.errors import Stop
from checker.files import append_to, write_private
from checker.model import Outcome, Visit
from checker.run.job import Ended
from checker.secrets.scrub import Scrubber
from checker.secrets.tokens import TokenMask

__all__ = ["STAY_AWAY", "AccessLog", "BackOff", "backed_off", "count_page", "heed_answer"]

STAY_AWAY: Final = (Outcome.RATE_LIMITED, Outcome.BLOCKED)
"""Outcomes that ask us to stay away for hours, whoever's account they met."""

_LOG_BYTES: Final = 10_000_000
_LOG_DAYS: Final = 400
"""A year and a month: the longest that anybody is known to want such logs kept."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """Until when a marketplace is left alone; why, for a person; where that is kept."""

    until: datetime
    why: str
    file: Path

    @property
    def told(self) -> str:
        """What a person needs to know of it."""
        return (
            f"left alone until {self.until:%Y-%m-%d %H:%M} UTC because {self.why}; nothing was opened."
            f" To end that earlier, delete {self.file}"
        )


def backed_off(data_dir: Path, marketplace: str, now: datetime) -> BackOff | None:
    """Return why a marketplace is to be left alone now, or nothing."""
    file = _file(data_dir, marketplace)
    kept = _read(file)
    try:
        until = datetime.fromisoformat(kept["until"])
        why = str(kept["why"])
    except (KeyError, TypeError, ValueError):
        return None
    return BackOff(until, why, file) if until.tzinfo is not None and now < until else None


def heed_answer(
    data_dir: Path, marketplace: str, ended: Ended, visits: Iterable[Visit], hours: float, now: datetime
) -> BackOff | None:
    """Remember to stay away if an account was told so: for `hours`, or as long as the platform asked for."""
    told = [(ended.outcome, ended.detail), *((visit.outcome, visit.detail) for visit in visits)]
    asked = next((f"{outcome.value}: {detail}" for outcome, detail in told if outcome in STAY_AWAY), None)
    if asked is None or ended.latched:
        return None
    until = now + timedelta(seconds=max(hours * 3600, ended.asked_to_wait))
    back_off = BackOff(until, f"it told us to ({asked})", _file(data_dir, marketplace))
    _write(back_off.file, {"until": until.isoformat(timespec="seconds"), "why": back_off.why})
    return back_off


def count_page(data_dir: Path, alias: str, limit: int, now: datetime) -> None:
    """Count a page that is about to be opened; raise Stop if the day's budget is spent. Hold the lock."""
    file = _file(data_dir, f"{alias}.pages")
    day = f"{now.astimezone(UTC):%Y-%m-%d}"
    kept = _read(file)
    pages = kept.get("pages") if kept.get("day") == day else 0
    count = (pages if isinstance(pages, int) else 0) + 1
    if count > limit:
        raise Stop(
            Outcome.BUDGET_SPENT,
            f"{limit} pages were opened for {alias} on {day} (UTC), which is all that limits.pages_per_day"
            " allows",
        )
    _write(file, {"day": day, "pages": count})


class AccessLog:
    """Writes down every address that is asked for; a worker has one, and no other log.

    warn: told once if it cannot be written.
    """

    def __init__(
        self,
        data_dir: Path,
        alias: str,
        scrubber: Scrubber,
        warn: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._alias = alias
        self._scrubber = scrubber
        self._warn = warn
        self._is_lost = False
        logger.remove()
        logger.add(
            data_dir / "access" / f"{alias}.jsonl",
            format="{message}",
            filter=lambda record: record["extra"].get("access") is True,
            rotation=_LOG_BYTES,
            retention=timedelta(days=_LOG_DAYS),
            opener=append_to,
            encoding="utf-8",
            backtrace=False,
            diagnose=False,
            catch=False,
            delay=True,
        )
        self._logger = logger.bind(access=True)

    def __call__(self, method: str, url: str) -> None:
        """Write one line: when, for whom, what and where, without the query."""
        parts = urlsplit(url)
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "account": self._alias,
            "method": method,
            "host": parts.netloc.rpartition("@")[2],
            "path": self._scrubber.scrub(TokenMask().url(parts.path)),
        }
        try:
            self._logger.opt(raw=True).info(json.dumps(line) + "\n")
        except OSError as error:
            # A full disk is no reason to stop reading the seller's account; that the log has a gap is said.
            if not self._is_lost:
                self._is_lost = True
                self._warn(f"addresses asked for could not be written down: {error.strerror}")


def _file(data_dir: Path, name: str) -> Path:
    return data_dir / "conduct" / f"{name}.json"


def _read(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(file: Path, kept: dict[str, Any]) -> None:
    """Replace a file whole; one that cannot be written costs a memory, not the visit."""
    with suppress(OSError):
        write_private(file, json.dumps(kept).encode())
