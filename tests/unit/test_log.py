"""Log lines tell operators what happened; no secret, no terminal code and no forged line gets in."""

from __future__ import annotations

import errno
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from loguru import logger
from pydantic import SecretStr

from checker.log import configure, event, shown
from checker.secrets import Scrubber

CANARY = 'ca"nary\tPa55\u202eword'


@pytest.fixture(autouse=True)
def _quiet_afterwards() -> Iterator[None]:
    yield
    logger.remove()


def logging(*, json: bool = False, level: str = "INFO", scrubber: Scrubber | None = None) -> io.StringIO:
    """Return the stream that log lines go to."""
    stream = io.StringIO()
    configure(level, json, scrubber or Scrubber([SecretStr(CANARY)]), stream)
    return stream


def only(stream: io.StringIO) -> dict[str, Any]:
    """Return the one JSON line that was written."""
    (line,) = stream.getvalue().splitlines()
    read: dict[str, Any] = json.loads(line)
    return read


def fail(error: Exception, cause: Exception | None = None) -> None:
    """Raise an exception, as deeper code would."""
    raise error from cause


def test_short_line() -> None:
    """A line for people has the time, the level, the event and its fields."""
    stream = logging()

    event("INFO", "site read", account="main", widgets=23, word="at risk", none=None)
    event("DEBUG", "not asked for")

    assert re.fullmatch(
        r'\d\d:\d\d:\d\d INFO    site read account=main widgets=23 word="at risk" none=None\n',
        stream.getvalue(),
    )


def test_json_line() -> None:
    """A line for programs is one JSON object; numbers stay numbers."""
    stream = logging(json=True)

    event("WARNING", "site read", widgets=23, done=True, none=None, rate=0.5, word="风险")

    line = only(stream)
    assert (line["level"], line["message"]) == ("WARNING", "site read")
    assert line["fields"] == {"widgets": 23, "done": True, "none": None, "rate": "0.5", "word": "风险"}
    assert line["time"].endswith("+00:00")
    assert "风险" in stream.getvalue()


@pytest.mark.parametrize("as_json", [False, True])
def test_secrets(as_json: bool) -> None:
    """A secret is in no part of a line: message, field, exception or cause (C1)."""
    stream = logging(json=as_json)

    try:
        fail(RuntimeError(CANARY), ValueError(f'fill("{CANARY}")'))
    except RuntimeError:
        logger.bind(page=CANARY, deep={"x": [CANARY]}).exception(f"typed {CANARY}")

    written = stream.getvalue()
    assert "[secret]" in written
    assert "Pa55" not in written
    assert "RuntimeError" in written


def test_locals_are_not_shown() -> None:
    """What variables held when an exception came is not in the log."""
    stream = logging(scrubber=Scrubber())
    kept = "only-in-a-variable"

    try:
        int(kept[:0])
    except ValueError:
        logger.opt(exception=True).error("failed")

    assert "ValueError" in stream.getvalue()
    assert kept not in stream.getvalue()


def test_code_given_as_a_number() -> None:
    """A one-time code that comes as a number is taken out and leaves valid JSON."""
    stream = logging(json=True, scrubber=Scrubber([SecretStr("481516")]))

    event("INFO", "typed", code=481516, other=7)

    assert only(stream)["fields"] == {"code": "[secret]", "other": 7}


def test_secret_learnt_later() -> None:
    """A secret added after the log was set up is taken out as well."""
    scrubber = Scrubber()
    stream = logging(scrubber=scrubber)

    scrubber.add(SecretStr("late-secret"))
    event("INFO", "x", y="late-secret")

    assert 'y="[secret]"' in stream.getvalue()


HOSTILE = [
    "\x1b[2J\x1b]52;c;aGk=\x07",
    "\x9b31m",
    "a\u202eb\u2066c\u200bd\ufeff",
    "a\u2028b\u2029c\x85d\x0be",
    "one\n12:00:00 ERROR   forged account=main\r\n",
    "half \ud800 of a pair \U000e0041",
    "\x00\x7f",
]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_d4_hostile_text_begins_no_line(text: str, as_json: bool) -> None:
    """Page text can neither act on a terminal nor begin a line of its own (D3, D4)."""
    stream = logging(json=as_json)

    event("INFO", f"message {text}", page=text)

    (line,) = stream.getvalue().splitlines()
    assert shown(line) == line
    if as_json:
        assert json.loads(line)["fields"]["page"] == text


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    "text", ["{x}", "{", "}{", "{0.__class__}", "<red>", "</red>", "<red>{x}</red>", "%s %(a)s", "\\"]
)
def test_d4_braces_and_tags_are_text(text: str, as_json: bool) -> None:
    """Braces and tags are text, in the message and in the fields, and raise nothing (D4)."""
    stream = logging(json=as_json)

    event("INFO", text, page=text)
    logger.bind(page=text).info(text)

    for line in stream.getvalue().splitlines():
        assert text in (json.loads(line)["message"] if as_json else line)


def test_d4_an_exception_cannot_forge_a_line() -> None:
    """Each line of a traceback is marked as part of one."""
    stream = logging()

    try:
        fail(ValueError("x\n12:00:00 ERROR   forged\x1b[2J"))
    except ValueError:
        logger.exception("failed")

    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("ERROR   failed")
    assert all(line.startswith("  | ") for line in rest)
    assert rest[-1] == "  | 12:00:00 ERROR   forged\\x1b[2J"


def test_d5_a_megabyte_is_cut() -> None:
    """A megabyte of page text is cut with a mark (D5), and never through a secret."""
    stream = logging(scrubber=Scrubber([SecretStr("S" * 50)]))

    event("INFO", "read", page="x" * 1980 + "S" * 50 + "y" * 1_000_000)

    assert len(stream.getvalue()) < 2100
    assert "SSSS" not in stream.getvalue()
    assert "more)" in stream.getvalue()


class Unprintable:
    """A value that cannot be written."""

    def __str__(self) -> str:
        raise ValueError("no")


def test_unprintable_value() -> None:
    """A value whose text cannot be had is shown by its type."""
    stream = logging()

    event("INFO", "x", y=Unprintable())

    assert "y=<Unprintable>" in stream.getvalue()


class FullDisk(io.StringIO):
    """A stream that cannot be written to any more."""

    def write(self, text: str, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", text[:0])


def test_full_disk(capsys: pytest.CaptureFixture[str]) -> None:
    """A stream that fails loses the line, and neither ends the run nor prints the record (B6)."""
    configure("INFO", False, Scrubber(), FullDisk())

    event("INFO", "x", y=CANARY)

    assert capsys.readouterr() == ("", "")


def test_stderr_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Words go to stderr: stdout is for data."""
    configure("INFO", False, Scrubber())

    event("INFO", "here")

    captured = capsys.readouterr()
    assert "here" in captured.err
    assert captured.out == ""


def test_ascii_terminal() -> None:
    """A terminal that knows only ASCII shows the rest escaped."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    configure("INFO", False, Scrubber(), stream)

    event("INFO", "x", word="风险")

    assert b"word=\\u98ce\\u9669" in raw.getvalue()
