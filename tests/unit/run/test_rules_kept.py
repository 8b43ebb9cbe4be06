"""Rules kept from the page: what stands in their files, and what the flow then reads by."""

from __future__ import annotations

import stat
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.errors import ConfigError, UsageError
from checker.flow import flow_named
from checker.model import Key, Level, Origin, Outcome, Presence, Reading, Scope, Site, Visit
from checker.run.close_ups import CloseUps, pictures_of
from checker.run.proposing import whitewashes
from checker.run.rule_text import keep, rule_text

_AT = datetime(2026, 12, 3, 8, 15, tzinfo=UTC)
_KEY = Key("allegro", "main", "ALLEGRO", "account.level")
_OTHER = replace(_KEY, metric="allegro.no_returns")
_HOSTILE = 'x"]\n[flow]\nmarketplace = "evil" # \u202e\x7f\\'


def _named(label: str) -> dict[str, object]:
    return {"statuses": [{"metric": "account.level", "answer": "quality", "labels": [label]}]}


@given(st.text(max_size=40))
def test_whatever_a_page_says_is_one_text_in_a_rule(said: str) -> None:
    """Or refused; it never is a line of its own, and nothing in it cannot be seen."""
    try:
        text = rule_text(_named(said))
    except UsageError:
        assert any("\ud800" <= char <= "\udfff" for char in said)
        return

    assert tomllib.loads(text) == _named(said)
    assert all(char.isprintable() for line in text.split("\n") for char in line)


def test_a_kept_rule_is_read_by_and_taken_back_by_deleting_it(tmp_path: Path) -> None:
    """A file of its own, its owner's alone; a hostile name is no line of it."""
    path = keep(tmp_path, _KEY, rule_text(_named(_HOSTILE)), _HOSTILE, _AT)

    def labels() -> tuple[str, ...]:
        toml = flow_named("allegro", tmp_path).toml
        return next(row.labels for row in toml.statuses if row.metric == "account.level")

    assert _HOSTILE in labels()
    assert path.parent == tmp_path / "allegro"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ConfigError, match="there already"):
        keep(tmp_path, _KEY, rule_text(_named("y")), "Ann", _AT)
    path.unlink()
    assert _HOSTILE not in labels()


def test_what_a_person_wrote_by_hand_lies_over_what_was_kept(tmp_path: Path) -> None:
    """Whatever the files are called."""
    keep(tmp_path, _KEY, rule_text({"codes": {"grade": {"ODD": "ok"}}}), "Ann", _AT)
    (tmp_path / "allegro.toml").write_text('[codes.grade]\nODD = "critical"\n', encoding="utf-8")

    assert flow_named("allegro", tmp_path).toml.codes["grade"]["ODD"] is Level.CRITICAL


def _visit(*readings: Reading) -> Visit:
    return Visit("allegro", "main", Site("ALLEGRO", "x", "Allegro"), Outcome.READ, readings=readings)


@pytest.mark.parametrize(
    ("was", "now", "is_bad"),
    [
        (Level.CRITICAL, Level.OK, True),
        (Level.CRITICAL, None, True),
        (None, Level.OK, True),
        (Level.CRITICAL, Level.WARNING, False),
        (Level.OK, Level.CRITICAL, False),
        (Level.OK, Level.OK, False),
    ],
)
def test_a_rule_that_makes_another_widget_fine_is_none(
    was: Level | None, now: Level | None, *, is_bad: bool
) -> None:
    """What was red, or could not be read, does not go green, or away, by a rule for something else."""

    def read(level: Level | None) -> Reading:
        presence = Presence.UNREADABLE if level is None else Presence.SHOWN
        return Reading(_OTHER, presence, _AT, level or Level.UNKNOWN)

    after = _visit() if now is None else _visit(read(now))

    assert whitewashes(_visit(read(was)), after, _KEY) is is_bad


class TestCloseUps:
    """The picture of each widget on the layout it has now."""

    READ = Reading(
        _KEY,
        Presence.SHOWN,
        _AT,
        Level.OK,
        scope=Scope.ACCOUNT,
        origin=Origin("quality", "the answer", structure="00ff00ff00ff00ff"),
        evidence=("run/main/ALLEGRO/account.level-1.png",),
    )

    def test_stays_for_later_readings_of_the_layout_and_for_no_other(self, tmp_path: Path) -> None:
        """A page that was built otherwise since is photographed anew."""
        shots = CloseUps(tmp_path, "main")
        shots.note([self.READ, replace(self.READ, key=_OTHER, evidence=())])
        later = replace(self.READ, evidence=())
        rebuilt = replace(later, origin=replace(later.origin, structure="ff00ff00ff00ff00"))

        assert pictures_of(later, shots.read()) == self.READ.evidence
        assert pictures_of(rebuilt, shots.read()) == ()
        assert pictures_of(replace(later, key=_OTHER), shots.read()) == ()

    def test_is_taken_anew_once_the_picture_is_gone(self, tmp_path: Path) -> None:
        """Pruned, or never kept."""
        shots = CloseUps(tmp_path, "main")
        shots.note([self.READ])
        assert shots.layouts(tmp_path) == {}
        picture = tmp_path / self.READ.evidence[0]
        picture.parent.mkdir(parents=True)
        picture.touch()

        assert shots.layouts(tmp_path) == {str(_KEY): "00ff00ff00ff00ff"}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[1]",
            "{",
            '{"x": 1}',
            f'{{"{_KEY}": {{"page": "p", "structure": "zz", "pictures": []}}}}',
            f'{{"{_KEY}": {{"page": "p", "structure": "", "pictures": ["../../x.png"]}}}}',
            f'{{"{_KEY}": {{"page": "p", "structure": "", "pictures": ["/x.png"]}}}}',
        ],
    )
    def test_of_a_damaged_file_nothing_is_known(self, tmp_path: Path, text: str) -> None:
        """And it is written anew."""
        (tmp_path / "close_ups").mkdir()
        (tmp_path / "close_ups" / "main.json").write_text(text, encoding="utf-8")
        shots = CloseUps(tmp_path, "main")

        assert shots.read() == {}
        shots.note([self.READ])
        assert list(shots.read()) == [_KEY]
