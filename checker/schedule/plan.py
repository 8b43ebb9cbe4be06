"""What is to be started, and when; pure but for the hash that names it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Final

from checker.errors import ConfigError
from checker.report.words import Words

__all__ = ["NAME", "Plan", "plan_of"]

NAME: Final = "marketplace-health-checker"


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


def plan_of(
    config: Path,
    default: Path,
    program: Iterable[str],
    at: Iterable[time],
    words: Words,
    *,
    jitter_minutes: int,
    writes: Iterable[Path],
    seconds: float,
    again: bool,
) -> Plan:
    """Return the plan for a settings file.

    Args:
        config: The settings file a run is given.
        default: Where settings are looked for when nobody says otherwise; it gets the plain name.
        program: The words that start `checker`.
        at: The times of the day.
        words: The language faults are told in.
        jitter_minutes: By how much a timer may be late.
        writes: The folders a run writes to.
        seconds: How long a run may take at most.
        again: Whether what was told as one event is looked at again every half hour as well.

    Raises:
        ConfigError: A path holds a character that no schedule can carry.
    """
    digest = hashlib.sha256(str(config).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    name = NAME if config == default else f"{NAME}-{digest}"
    plan = Plan(
        name, tuple(program), config, tuple(at), jitter_minutes, tuple(writes), round(seconds) + 600, again
    )
    for word in (*plan.command(), *map(str, plan.writes)):
        if not word.isprintable():
            raise ConfigError(
                words.text("schedule", "odd_path", path=ascii(word)),
                hint=words.text("schedule", "odd_path_fix"),
            )
    return plan
