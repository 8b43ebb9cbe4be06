r"""Our block in the user's crontab; every other byte stays as it is.

    # >>> marketplace-health-checker: NAME (checker schedule)
    17 7,19 * * * /path/checker run --config '/path/with 100\%'
    # <<< marketplace-health-checker: NAME

Cron takes the first `%` that has no backslash before it for the end of the command, also within quotes, and
hands the rest to /bin/sh.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from checker.errors import CheckerError, ConfigError
from checker.model.exits import Exit
from checker.report.words import Words
from checker.schedule.plan import Plan
from checker.schedule.programs import call

__all__ = ["block", "block_in", "read", "with_block", "without_block", "write"]

# cron(8) of Debian and others reads no more of a command.
_LONGEST: Final = 990
_EVERY_HALF_HOUR: Final = "*/30 * * * *"


def block(plan: Plan, words: Words) -> bytes:
    """Return our block, as it is written.

    Raises:
        ConfigError: The command is one that cron cannot carry.
    """
    lines = [f"# >>> {plan.mark} (checker schedule)"]
    # One line for all hours that share a minute.
    for minute, times in groupby(sorted(plan.at, key=lambda at: (at.minute, at.hour)), lambda at: at.minute):
        hours = ",".join(str(at.hour) for at in times)
        lines.append(f"{minute} {hours} * * * {_line(plan.command(), words)}")
    if plan.again:
        lines.append(f"{_EVERY_HALF_HOUR} {_line(plan.command('--again'), words)}")
    lines.append(f"# <<< {plan.mark}")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def _line(command: Sequence[str], words: Words) -> str:
    # Crons differ in what a backslash does that stands before neither a percent sign nor a backslash.
    if any("\\" in word for word in command):
        raise ConfigError(
            words.text("schedule", "cron_backslash"), hint=words.text("schedule", "odd_path_fix")
        )
    line = shlex.join(command).replace("%", "\\%")
    if len(line.encode("utf-8", "surrogateescape")) > _LONGEST:
        raise ConfigError(
            words.text("schedule", "cron_long", most=_LONGEST), hint=words.text("schedule", "odd_path_fix")
        )
    return line


def block_in(crontab: bytes, plan: Plan, words: Words) -> bytes | None:
    """Return our block as it stands in a crontab, or None.

    Raises:
        ConfigError: Our block is damaged.
    """
    span = _span(crontab, plan, words)
    return None if span is None else crontab[span[0] : span[1]]


def with_block(crontab: bytes, plan: Plan, words: Words) -> bytes:
    """Return a crontab with our block: in the place of an older one, else at its end.

    Raises:
        ConfigError: Our block is damaged, or the command is one that cron cannot carry.
    """
    ours = block(plan, words)
    span = _span(crontab, plan, words)
    if span is not None:
        return crontab[: span[0]] + ours + crontab[span[1] :]
    gap = b"" if not crontab or crontab.endswith(b"\n") else b"\n"
    return crontab + gap + ours


def without_block(crontab: bytes, plan: Plan, words: Words) -> bytes:
    """Return a crontab without our block; as it is, where there is none.

    Raises:
        ConfigError: Our block is damaged: where it ends cannot be known.
    """
    span = _span(crontab, plan, words)
    return crontab if span is None else crontab[: span[0]] + crontab[span[1] :]


def _begin(plan: Plan) -> re.Pattern[bytes]:
    return re.compile(rb"^# >>> " + re.escape(plan.mark.encode()) + rb" [^\n]*\n", re.MULTILINE)


def _span(crontab: bytes, plan: Plan, words: Words) -> tuple[int, int] | None:
    begins = list(_begin(plan).finditer(crontab))
    if not begins:
        return None
    end = re.compile(rb"^# <<< " + re.escape(plan.mark.encode()) + rb"[ \t\r]*(\n|\Z)", re.MULTILINE)
    ends = list(end.finditer(crontab))
    if len(begins) != 1 or len(ends) != 1 or ends[0].start() < begins[0].end():
        raise ConfigError(
            words.text("schedule", "cron_damaged", mark=plan.mark),
            hint=words.text("schedule", "cron_damaged_fix"),
        )
    return begins[0].start(), ends[0].end()


def read(words: Words) -> bytes:
    """Return the user's crontab; nothing where there is none yet.

    Raises:
        CheckerError: It cannot be read: then it must not be written either.
    """
    found = call(["crontab", "-l"])
    if found.code == 0:
        return found.out
    if found.code == 1 and "no crontab" in found.error.lower():
        return b""
    raise CheckerError(
        words.text("schedule", "cron_unread", why=found.error or found.code),
        exit_code=Exit.CONFIG,
        hint=words.text("schedule", "cron_unread_fix"),
    )


def write(before: bytes, after: bytes, words: Words) -> None:
    """Put a crontab in the place of the one that was shown, and see that it is there.

    Raises:
        CheckerError: Somebody changed it meanwhile, or it was not taken.
    """
    if read(words) != before:
        raise CheckerError(
            words.text("schedule", "cron_changed"),
            exit_code=Exit.BUSY,
            hint=words.text("schedule", "cron_changed_fix"),
        )
    done = call(["crontab", "-"], after)
    if done.code != 0 or read(words) != after:
        raise CheckerError(
            words.text("schedule", "cron_refused", why=done.error or done.code),
            exit_code=Exit.CONFIG,
            hint=words.text("schedule", "cron_refused_fix"),
        )
