r"""One line for each thing an operator should know, on stderr and in a file, and never a secret in it.

    configure(settings.log.stderr, settings.log.as_json, scrubber)
    keep(settings.paths.logs_dir, settings.log.level, scrubber, json=False, days=30, megabytes=10)
    event("INFO", "site read", account="main", site="US", widgets=23)

Text from pages goes in as a bound field, never as the message. Every value is scrubbed; control
characters, terminal codes and marks that turn the direction of text are shown as `\x1b`, so that
a page can neither forge a line nor move the cursor.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from loguru import logger

from checker.secrets.scrub import Scrubber

if TYPE_CHECKING:
    from loguru import Message, Record

__all__ = ["OFF", "configure", "event", "keep", "shown"]

_PLAIN: Final = re.compile(r"[^\s\"'=\[\]{}]+")
_LONGEST: Final = 2000
OFF: Final = "OFF"
"""The level that writes nothing."""
# Controls (with newline and tab), direction and zero-width marks, line and paragraph separators, halves.
_UNSAFE: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def configure(level: str, json: bool, scrubber: Scrubber, stream: TextIO | None = None) -> None:
    """Send every log line to `stream` (stderr) and nowhere else: short for people, or one JSON object.

    Secrets added to `scrubber` later are taken out as well. A stream that cannot be written to any
    more loses the line and nothing else. The level `OFF` sends nothing.
    """
    form = _json_line if json else _line

    def sink(message: Message) -> None:
        _write(stream or sys.stderr, scrubber.scrub(form(message.record, scrubber)))

    logger.remove()
    if level != OFF:
        _add(sink, level)


def keep(folder: Path, level: str, scrubber: Scrubber, *, json: bool, days: int, megabytes: int) -> None:
    """Write every log line into `folder/checker.log` as well, with its date, readable by its owner only.

    Args:
        folder: Where it lies; made when the first line is written.
        level: From which level on; `OFF` writes nothing.
        scrubber: What takes secrets out.
        json: Whether each line is a JSON object.
        days: How long a file is kept that is no longer written to.
        megabytes: How large a file may get before the next is begun.
    """
    form = _json_line if json else _dated_line

    def sink(message: Message) -> None:
        line = scrubber.scrub(form(message.record, scrubber))
        # A full disk is no reason to stop reading the seller's account.
        with suppress(OSError):
            _append(folder, line, days=days, most=megabytes * 1_000_000)

    if level != OFF:
        _add(sink, level)


def _add(sink: Callable[[Message], None], level: str) -> None:
    # catch=False: loguru's own report of a failing sink prints the record as it is, unscrubbed.
    logger.add(
        sink, level=level, format="{message}", colorize=False, backtrace=False, diagnose=False, catch=False
    )


def _append(folder: Path, line: str, *, days: int, most: int) -> None:
    """Add a line to the file of the folder; begin a new one, and drop what is old, once it is full."""
    path = folder / "checker.log"
    try:
        # A file for each day as well: what happened on Tuesday is looked for by its date.
        state = path.stat()
        begun = datetime.fromtimestamp(state.st_mtime, UTC).date()
        is_full = state.st_size + len(line) > most or begun != datetime.now(UTC).date()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_full = False
    if is_full:
        path.replace(folder / f"checker-{begun:%Y%m%d}-{secrets.token_hex(3)}.log")
        _drop_old(folder, days)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(line + "\n")


def _drop_old(folder: Path, days: int) -> None:
    oldest = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    for path in folder.glob("checker-*.log"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def event(level: str, text: str, /, **fields: object) -> None:
    """Log one event with its fields; the text is taken as it stands, braces and tags included."""
    logger.opt(depth=1).bind(**fields).log(level, text)


def shown(text: str) -> str:
    r"""Return text with everything that acts on a terminal shown as `\x1b`, `\u202e`, ..."""
    return "".join(_escape(mark) if unicodedata.category(mark) in _UNSAFE else mark for mark in text)


def _escape(mark: str) -> str:
    number = ord(mark)
    if number <= 0xFF:  # noqa: PLR2004 - the last that two hexadecimal digits can say
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(mark, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004 - the last of four


def _line(record: Record, scrubber: Scrubber, *, utc: bool = False) -> str:
    def clean(text: str) -> str:
        # Before escaping, which would hide a secret with a control character in it; and the line after.
        return shown(_short(scrubber.scrub(text)))

    fields = " ".join(
        f"{clean(name)}={_value(clean(_text(value)))}" for name, value in record["extra"].items()
    )
    clock = f"{record['time'].astimezone(UTC):%H:%M:%SZ}" if utc else f"{record['time']:%H:%M:%S}"
    head = f"{clock} {record['level'].name:<7} {clean(record['message'])}"
    lines = [f"{head} {fields}".rstrip(), *(f"  | {clean(line)}" for line in _failure(record))]
    return "\n".join(lines)


def _dated_line(record: Record, scrubber: Scrubber) -> str:
    return f"{record['time'].astimezone(UTC):%Y-%m-%dT}{_line(record, scrubber, utc=True)}"


def _json_line(record: Record, scrubber: Scrubber) -> str:
    line: dict[str, Any] = {
        "time": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
        "level": record["level"].name,
        "message": _short(scrubber.scrub(record["message"])),
    }
    fields = {name: _plain(value, scrubber.scrub) for name, value in record["extra"].items()}
    if fields:
        line["fields"] = fields
    failure = [_short(scrubber.scrub(text)) for text in _failure(record)]
    if failure:
        line["failure"] = failure
    return "".join(_escape_json(mark) for mark in dumps(line, ensure_ascii=False))


def _escape_json(mark: str) -> str:
    if unicodedata.category(mark) not in _UNSAFE:
        return mark
    # The surrogate pair of a mark beyond the first plane is what JSON itself writes.
    return dumps(mark)[1:-1] if ord(mark) > 0x7F else f"\\u{ord(mark):04x}"  # noqa: PLR2004 - the last of ASCII


def _value(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    quoted = text.replace('"', r"\"")
    return f'"{quoted}"'


def _plain(value: object, scrub: Callable[[str], str]) -> Any:
    text = _text(value)
    clean = _short(scrub(text))
    # A number stays a number, unless it is one of the secrets: a one-time code.
    return value if isinstance(value, bool | int | None) and clean == text else clean


def _short(text: str) -> str:
    """Return text cut to a length a log can bear; cut after scrubbing, never through a secret."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text) - _LONGEST} more)"


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - whatever its __str__ does, a log line must not end the run
        return f"<{type(value).__name__}>"


def _failure(record: Record) -> Iterator[str]:
    """Yield the lines of the exception a record carries: where it passed, never what variables held."""
    caught = record["exception"]
    if caught is None or caught.value is None:
        return
    for part in traceback.TracebackException.from_exception(caught.value).format():
        yield from part.rstrip("\n").split("\n")


def _write(stream: TextIO, line: str) -> None:
    # A full disk or a closed terminal is no reason to stop reading the seller's account.
    with suppress(OSError, ValueError):
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
