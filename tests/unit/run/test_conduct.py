"""Manners towards a platform: days' budgets, staying away when told to, and a log without secrets."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from checker.errors import Stop
from checker.model import FACTS, Exit, Outcome, Site, Visit
from checker.run.conduct import AccessLog, backed_off, count_page, heed_answer
from checker.run.job import Ended
from checker.secrets import Scrubber

NOW = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _read() -> Ended:
    return Ended(outcome=Outcome.READ)


class TestStayingAway:
    """Whoever was told to stay away is remembered, by the marketplace and not by the account."""

    @pytest.mark.parametrize("outcome", [Outcome.RATE_LIMITED, Outcome.BLOCKED])
    def test_lasts_the_hours_of_the_settings(self, tmp_path: Path, outcome: Outcome) -> None:
        """Until then every run is told why, and where to end it."""
        heed_answer(tmp_path, "amazon", Ended(outcome=outcome, detail="429"), [], 6, NOW)
        found = backed_off(tmp_path, "amazon", NOW + 5 * HOUR)

        assert found is not None
        assert "2026-11-25 04:30 UTC" in found.told
        assert str(found.file) in found.told
        assert backed_off(tmp_path, "amazon", NOW + 6 * HOUR) is None
        assert backed_off(tmp_path, "ebay", NOW) is None

    def test_lasts_longer_where_the_platform_asked_for_longer(self, tmp_path: Path) -> None:
        """A Retry-After beyond the hours of the settings is honoured; a shorter one shortens nothing."""
        for asked, hours in ((9 * 3600.0, 9), (60.0, 6)):
            ended = Ended(outcome=Outcome.RATE_LIMITED, asked_to_wait=asked)
            found = heed_answer(tmp_path, "amazon", ended, [], 6, NOW)
            assert found is not None
            assert found.until == NOW + hours * HOUR

    def test_begins_with_a_visit_that_was_told_so(self, tmp_path: Path) -> None:
        """A worker that ends well may have met the refusal on one of its sites."""
        visit = Visit("amazon", "main", Site("US", "US", "US"), Outcome.RATE_LIMITED, "429")

        assert heed_answer(tmp_path, "amazon", _read(), [visit], 6, NOW) is not None

    def test_does_not_begin_by_itself(self, tmp_path: Path) -> None:
        """Neither a good run nor one that was not even tried makes us stay away (any longer)."""
        untried = Ended(outcome=Outcome.RATE_LIMITED, latched=True)

        assert heed_answer(tmp_path, "amazon", _read(), [], 6, NOW) is None
        assert heed_answer(tmp_path, "amazon", untried, [], 6, NOW) is None
        assert backed_off(tmp_path, "amazon", NOW) is None

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", '{"until": 5}', '{"until": "2026-11-25T00:00:00"}', "\x00"]
    )
    def test_a_damaged_memory_is_none(self, tmp_path: Path, text: str) -> None:
        """What cannot be read is as if nobody had said anything; the platform will say it again."""
        (tmp_path / "conduct").mkdir()
        (tmp_path / "conduct" / "amazon.json").write_text(text)

        assert backed_off(tmp_path, "amazon", NOW) is None


class TestBudget:
    """Pages an account may open on one day."""

    def test_is_spent_page_by_page_and_told(self, tmp_path: Path) -> None:
        """The page after the last one is not opened; the reason names the setting."""
        for _ in range(3):
            count_page(tmp_path, "main", 3, NOW)
        with pytest.raises(Stop) as spent:
            count_page(tmp_path, "main", 3, NOW + HOUR)

        assert spent.value.outcome is Outcome.BUDGET_SPENT
        assert FACTS[spent.value.outcome].exit is Exit.BLOCKED
        assert "limits.pages_per_day" in spent.value.detail

    def test_is_each_accounts_own_and_new_every_day(self, tmp_path: Path) -> None:
        """Another account has its own, and midnight UTC brings a new one."""
        count_page(tmp_path, "main", 1, NOW)
        count_page(tmp_path, "second", 1, NOW)
        count_page(tmp_path, "main", 1, NOW + 2 * HOUR)

        with pytest.raises(Stop):
            count_page(tmp_path, "main", 1, NOW + 3 * HOUR)

    def test_is_kept_for_its_owner_only(self, tmp_path: Path) -> None:
        """Files of 0600, folders of 0700, nothing half written left."""
        count_page(tmp_path, "main", 9, NOW)

        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
        assert modes == {"conduct": 0o700, "main.pages.json": 0o600}


def test_the_access_log_says_where_and_when_and_nothing_secret(tmp_path: Path) -> None:
    """One JSON line each: no query, no user, no secret in a path, and braces are but braces."""
    log = AccessLog(tmp_path, "main", Scrubber([SecretStr("canary-path-5d1")]))
    log("GET", "https://seller@console.example/a/{x}/canary-path-5d1?token=query-canary#f")
    log("POST", "https://console.example/read")

    file = tmp_path / "access" / "main.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["method"], line["host"], line["path"]) for line in lines] == [
        ("GET", "console.example", "/a/{x}/[secret]"),
        ("POST", "console.example", "/read"),
    ]
    assert {line["account"] for line in lines} == {"main"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_b6_an_access_log_that_cannot_be_written_is_said_once_and_stops_nothing(tmp_path: Path) -> None:
    """Where its folder should be is a file: every address is let through, and the operator hears of it."""
    (tmp_path / "access").write_bytes(b"")
    told: list[str] = []
    log = AccessLog(tmp_path, "main", Scrubber(), told.append)
    for path in ("a", "b"):
        log("GET", f"https://console.example/{path}")

    assert len(told) == 1
    assert "could not be written down" in told[0]
