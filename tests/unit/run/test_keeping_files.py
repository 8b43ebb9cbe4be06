"""What is kept on disk: whole files for their owner alone, for as long as was asked, without tokens."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker.console.keeping import without_tokens
from checker.run.keeping import cookie_values, without_values, write_part
from checker.run.run_ids import forget_old, run_moment
from checker.secrets import Scrubber
from checker.settings import Settings, load
from tests.unit.console.test_kept_form import a_part

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)


def _kept(folder: Path, days_ago: int, size: int = 10) -> str:
    name = f"{NOW - timedelta(days=days_ago):%Y%m%dT%H%M%SZ}-abc123"
    write_part(folder / name / "main", "000-sites.json.gz", b"x" * size)
    return name


def test_runs_go_when_they_are_old(tmp_path: Path) -> None:
    """Older than the days asked for goes, the day itself stays, and what is no run's is left alone."""
    old, new = _kept(tmp_path, 15), _kept(tmp_path, 14)
    (tmp_path / "notes").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "notes")

    assert [old] == forget_old(tmp_path, NOW, days=14, most_bytes=10**9)
    assert {path.name for path in tmp_path.iterdir()} == {new, "notes", "linked"}


def test_the_oldest_runs_go_when_there_is_too_much(tmp_path: Path) -> None:
    """As many of the oldest as it takes; with nothing there nothing goes."""
    names = [_kept(tmp_path, days, 1_000_000) for days in (3, 2, 1)]
    gone = forget_old(tmp_path, NOW, days=14, most_bytes=2_200_000)

    assert gone == names[:1]
    assert forget_old(tmp_path / "nowhere", NOW, days=14, most_bytes=1) == []


def test_a_file_is_its_owners_and_is_never_written_over(tmp_path: Path) -> None:
    """0600 in folders of 0700; a file of that name, or a link planted for it, is not followed."""
    write_part(tmp_path / "run" / "main", "001-US.json.gz", b"kept")
    with pytest.raises(FileExistsError):
        write_part(tmp_path / "run" / "main", "001-US.json.gz", b"other")
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / "run" / "main" / f".002-CA.json.gz.{os.getpid()}.part").symlink_to(victim)
    write_part(tmp_path / "run" / "main", "002-CA.json.gz", b"other")

    kept = tmp_path / "run" / "main" / "001-US.json.gz"
    assert (kept.read_bytes(), victim.read_bytes()) == (b"kept", b"mine")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sorted(path.name for path in kept.parent.iterdir()) == ["001-US.json.gz", "002-CA.json.gz"]


@pytest.mark.parametrize(
    ("snapshot", "kept"),
    [
        (
            '<meta name="anti-csrftoken-a2z" content="g8Z/x" data-checker-hidden="">',
            '<meta name="anti-csrftoken-a2z" content="" data-checker-hidden="">',
        ),
        ('<meta content="abc" name="csrf-token">', '<meta content="" name="csrf-token">'),
        ('<div data-csrf-token="abc" class="x">', '<div data-csrf-token="" class="x">'),
        ('<meta name="viewport" content="width=1">', '<meta name="viewport" content="width=1">'),
        ("<p>half \ud800 of a pair</p>", "<p>half \ufffd of a pair</p>"),
    ],
)
def test_session_tokens_are_blank_in_a_snapshot(snapshot: str, kept: str) -> None:
    """What would let somebody into the session is gone; the element that states match on stays."""
    assert kept == without_tokens(snapshot)


@pytest.mark.parametrize("name", ["notes", "20261324T070000Z-abc123", "", "2026"])
def test_only_a_runs_id_has_a_moment(name: str) -> None:
    """Anything else is no run's folder."""
    assert run_moment(name) is None


def test_visits_are_kept_for_two_weeks_unless_a_seller_wants_otherwise(tmp_path: Path) -> None:
    """Without a setting fourteen days; with 0 none are."""
    file = tmp_path / "checker.toml"
    file.write_text("[replay]\nkeep_days = 0\n", encoding="utf-8")
    settings = load(file, {})

    assert (Settings().replay.keep_days, settings.replay.keep_days) == (14, 0)
    assert settings.paths.visits_dir.name == "visits"


_COOKIES = (
    {"name": "at-main", "value": "Atza|IwEBIabc", "httpOnly": True},
    {"name": "session-id", "value": "139-0000001-7777777", "httpOnly": False},
    {"name": "lc-main", "value": "en_US", "httpOnly": True},
    {"name": "merchant", "value": "A2EUQ1WTGCTBG2", "httpOnly": False},
)


def test_the_cookies_that_let_somebody_in_are_known_by_their_sort() -> None:
    """Hidden from scripts, or called a session; a language and a shop's number are no secrets."""
    values = [secret.get_secret_value() for secret in cookie_values(_COOKIES)]

    assert values == ["Atza|IwEBIabc", "139-0000001-7777777"]


def test_a_page_or_an_answer_that_repeats_the_session_is_kept_without_it() -> None:
    """In each form it may take there; the rest, exact numbers too, is as it was."""
    part = a_part(
        documents=("<p data-s='139-0000001-7777777'>Atza%7CIwEBIabc and A2EUQ1WTGCTBG2</p>",),
        answers=(
            {"method": "GET", "path": "/api", "status": 200, "body": {"t": ["Atza|IwEBIabc"], "n": 10**30}},
        ),
    )

    bare = without_values(part, Scrubber(cookie_values(_COOKIES)))

    assert bare.documents == ("<p data-s='[secret]'>[secret] and A2EUQ1WTGCTBG2</p>",)
    assert bare.answers[0].body == {"t": ["[secret]"], "n": 10**30}
    assert (bare.displays, bare.labels, bare.started_at) == (part.displays, part.labels, part.started_at)


def test_a_part_without_any_of_it_is_the_same() -> None:
    """Nothing is gone through that holds nothing."""
    assert without_values(part := a_part(), Scrubber(cookie_values(_COOKIES))) is part
