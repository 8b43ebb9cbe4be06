"""The deadlines, as page and as feed; and a check that is under way."""

from __future__ import annotations

import fcntl
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from checker.compare import key_id
from checker.log import configure, event, keep
from checker.secrets import Scrubber
from checker.serve.running import Running, running
from tests.unit.serve.story import DEADLINE, ITEM, NOW, Seller


class TestFeed:
    """What a calendar program is given."""

    def test_is_a_valid_calendar_with_every_deadline(self, visitor: TestClient) -> None:
        """Each once, at its moment in UTC, under a name that stays, leading to the finding's page."""
        answer = visitor.get("/calendar.ics")
        calendar: Any = icalendar.Calendar.from_ical(answer.content)

        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert calendar["version"] == "2.0"
        assert calendar["prodid"]
        (found,) = calendar.walk("VEVENT")
        assert found["uid"] == f"{key_id(ITEM)}@marketplace-health-checker"
        assert found["dtstart"].dt == DEADLINE
        assert found["dtstamp"].dt == NOW
        assert found["url"].startswith("http://127.0.0.1:8765/finding/")
        alarms = [alarm["trigger"].dt for alarm in found.walk("VALARM")]
        assert alarms == [timedelta(days=-3), timedelta(days=-1)]

    def test_every_line_is_as_the_standard_wants_it(self, visitor: TestClient) -> None:
        """Ended by CR LF, and no longer than 75 bytes; a hostile title adds no line of its own."""
        data = visitor.get("/calendar.ics").content

        assert data.endswith(b"END:VCALENDAR\r\n")
        assert all(len(line) <= 75 for line in data.split(b"\r\n"))
        assert b"\n" not in data.replace(b"\r\n", b"")

    def test_is_in_the_language_that_was_asked_for(self, visitor: TestClient) -> None:
        """By its address: a calendar program keeps no cookie."""
        calendar: Any = icalendar.Calendar.from_ical(visitor.get("/calendar.ics?lang=zh").content)

        assert calendar["x-wr-calname"] == "期限"


def test_the_page_names_weekday_and_hour(visitor: TestClient) -> None:
    """Of the reader's own zone, with the site's time beside it."""
    page = LexborHTMLParser(visitor.get("/deadlines").text)

    day, hour = page.css_first(".day h2"), page.css_first(".row-hour")
    assert day is not None
    assert hour is not None
    local = DEADLINE.astimezone()
    assert day.text() == f"{local:%A}, {local.day} {local:%B} {local.year}"
    assert hour.text() == f"{local:%H:%M}"


@pytest.mark.parametrize("as_json", [False, True])
class TestRunning:
    """A check that is under way."""

    def test_is_told_by_its_locks_and_its_log(self, tmp_path: Path, as_json: bool) -> None:
        """Who holds which account, and how far it is since it ended last."""
        self._log(tmp_path, as_json)
        (tmp_path / "sessions").mkdir()
        with (
            (tmp_path / "sessions" / "main.lock").open("w", encoding="utf-8") as held,
            (tmp_path / "sessions" / "free.lock").open("w", encoding="utf-8"),
        ):
            fcntl.flock(held, fcntl.LOCK_EX)

            assert running(tmp_path) == [Running("main", "visited", "US", 1, 5)]

        assert running(tmp_path) == []

    def test_nothing_is_said_where_the_system_does_not_tell(self, tmp_path: Path, as_json: bool) -> None:
        """A log alone would call a run that was killed a running one."""
        self._log(tmp_path, as_json)
        (tmp_path / "sessions").mkdir()
        (tmp_path / "sessions" / "main.lock").touch()

        assert running(tmp_path, tmp_path / "none") == []

    def test_is_told_on_the_page(self, seller: Seller, as_json: bool) -> None:
        """In words, and again as data for the script that asks."""
        self._log(seller.data, as_json)
        (seller.data / "sessions").mkdir()
        with (seller.data / "sessions" / "main.lock").open("w", encoding="utf-8") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with seller.visitor() as visitor:
                told = visitor.get("/live").json()["running"]
                page = visitor.get("/").text

        assert told == ["main: US was read, 1 of 5 sites read"]
        assert told[0] in page

    def _log(self, data: Path, as_json: bool) -> None:
        keep(data / "logs", "INFO", Scrubber([]), json=as_json, days=1, megabytes=1)
        event("INFO", "site visited", account="main", site="CA", outcome="read", detail="")
        event("INFO", "account ended", account="main", outcome="read", detail="")
        event("INFO", "signed in", account="main")
        event("INFO", "sites listed", account="main", sites=5)
        event("WARNING", "warning", account="main", text='a "quoted" account=other site=XX')
        event("INFO", "site visited", account="main", site="US", outcome="read", detail="said account=x")
        event("INFO", "signed in", account="other")
        configure("OFF", json=False, scrubber=Scrubber([]))


def test_a_broken_log_is_no_fault(tmp_path: Path) -> None:
    """Lines that cannot be understood are passed over."""
    (tmp_path / "logs").mkdir()
    lines = ["{", json.dumps([1]), json.dumps({"fields": 3}), "\x00", "no line at all"]
    (tmp_path / "logs" / "checker.log").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "sessions").mkdir()
    with (tmp_path / "sessions" / "main.lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        assert running(tmp_path) == [Running("main")]
