"""What is to be started, and when."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Final

from checker.errors import ConfigError, UsageError
from checker.report.words import words_for
from checker.settings import Settings, default_file
from checker.settings.schedule import parse_times

__all__ = ["NAME", "Plan", "plan_for", "program"]

NAME: Final = "marketplace-health-checker"
# What a run may take beyond its own limit, to store and to tell.
_GRACE: Final = 600


@dataclass(frozen=True, slots=True)
class Plan:
    """What is started, and when.

    name: of the units and of the block in the crontab; one for each settings file. program: the words that
    start `checker`. writes: the folders a run writes to. seconds: how long a run may take at most.
    """

    name: str
    program: tuple[str, ...]
    config: Path
    at: tuple[time, ...]
    jitter_minutes: int
    writes: tuple[Path, ...]
    seconds: int
    again: bool = False

    @property
    def mark(self) -> str:
        """What everything of ours begins with."""
        return f"{NAME}: {self.name}"

    def command(self, *more: str) -> tuple[str, ...]:
        """Return the words of a run."""
        return (*self.program, "run", *more, "--config", str(self.config))


def plan_for(settings: Settings, at: str | None = None, *, again: bool = False) -> Plan:
    """Return what is started for these settings, and when.

    Args:
        settings: The settings; they must come from a file.
        at: Times of the day in the place of `[schedule] at`.
        again: Whether what was told as one event is looked at again every half hour as well.

    Raises:
        ConfigError: There is no file, or a path holds a character that no schedule can carry.
        UsageError: `at` holds no times of the day.
    """
    words = words_for(settings.report.language)
    config = settings.file
    if config is None:
        raise ConfigError(words.text("schedule", "no_file"), hint=words.text("schedule", "no_file_fix"))
    try:
        times = settings.schedule.at if at is None else parse_times(at)
    except ValueError:
        raise UsageError(
            words.text("schedule", "bad_at", given=ascii(at)), hint=words.text("schedule", "bad_at_fix")
        ) from None
    digest = hashlib.sha256(str(config).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    plan = Plan(
        name=NAME if config == default_file() else f"{NAME}-{digest}",
        program=program(),
        config=config,
        at=tuple(times),
        jitter_minutes=settings.schedule.jitter_minutes,
        writes=(settings.paths.data_dir, settings.folder),
        seconds=round(settings.limits.run_seconds) + _GRACE,
        again=again,
    )
    for word in (*plan.command(), *map(str, plan.writes)):
        if not word.isprintable():
            raise ConfigError(
                words.text("schedule", "odd_path", path=ascii(word)),
                hint=words.text("schedule", "odd_path_fix"),
            )
    return plan


def program() -> tuple[str, ...]:
    """Return the words that start this very program again, wherever one is."""
    script = Path(sys.executable).with_name("checker")
    # `-P`: the current folder is not where modules are looked for.
    return (str(script),) if os.access(script, os.X_OK) else (sys.executable, "-P", "-m", "checker")
