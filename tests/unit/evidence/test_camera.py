"""Pictures of what may have to be proven: of what, where they are written, and what stands in their way."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Camera, slug
from checker.evidence.camera import is_worth_proving
from checker.model import Claim, Comparator, Key, Level, Origin, Says, Target, settle

_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_KEY = Key("shop", "main", "MY", "account.status")
_LIMIT = Target(Decimal(5), Comparator.LTE)


def _claim(level: Level, says: Says = Says.SHOWN, picture: str = "#status", **fields: Any) -> Claim:
    return Claim(_KEY, says, _AT, level, origin=Origin(picture=picture), **fields)


class Shots:
    """A page whose pictures are its rules' names; what is asked for is remembered."""

    def __init__(self, *missing: str) -> None:
        self.asked: list[str] = []
        self.display = 1
        self._missing = missing

    def picture(self, rule: str) -> bytes | None:
        self.asked.append(rule)
        return None if rule in self._missing else f"{rule}-{self.display}".encode()

    def displayed(self) -> tuple[str, int]:
        return "health", self.display


def _camera(root: Path, shots: Shots) -> Camera:
    return Camera(root, Path("run/main/MY"), shots.picture, shots.displayed)


@pytest.mark.parametrize(
    ("taken", "claim"),
    [
        (2, _claim(Level.CRITICAL)),
        (2, _claim(Level.DEACTIVATED)),
        (2, _claim(Level.WARNING)),
        (2, _claim(Level.UNKNOWN, Says.UNREADABLE)),
        (2, _claim(Level.UNKNOWN, Says.UNKNOWN)),
        (2, _claim(Level.OK, value=Decimal(9), target=_LIMIT)),
        (2, _claim(Level.UNKNOWN, value=Decimal(9), target=_LIMIT)),
        (1, _claim(Level.CRITICAL, picture="")),
        (0, _claim(Level.OK)),
        (0, _claim(Level.OK, value=Decimal(1), target=_LIMIT)),
        (0, _claim(Level.UNKNOWN)),
        (0, _claim(Level.UNKNOWN, Says.NONE)),
        (0, _claim(Level.UNKNOWN, Says.NOT_RATED)),
    ],
)
def test_what_is_photographed(tmp_path: Path, claim: Claim, taken: int) -> None:
    """What is open by its word or its limit, or was not understood, with its widget and the whole page."""
    shots = Shots()

    proven = _camera(tmp_path, shots).with_pictures(claim)

    assert len(proven.evidence) == taken
    assert all((tmp_path / name).read_bytes() for name in proven.evidence)


@pytest.mark.parametrize(
    ("claims", "worth"),
    [
        ([_claim(Level.OK)], False),
        ([_claim(Level.UNKNOWN, Says.NONE)], False),
        ([_claim(Level.WARNING)], True),
        ([_claim(Level.UNKNOWN, Says.UNREADABLE)], True),
        ([_claim(Level.OK), _claim(Level.UNKNOWN, Says.UNKNOWN)], True),
    ],
)
def test_a_reading_is_worth_proving_by_what_its_claims_come_to(claims: list[Claim], *, worth: bool) -> None:
    """Open or unreadable."""
    assert is_worth_proving(settle(claims)) is worth


def test_a_claims_pictures_are_its_readings_evidence(tmp_path: Path) -> None:
    """Of every source that has some."""
    camera = _camera(tmp_path, Shots())
    red = camera.with_pictures(_claim(Level.CRITICAL))
    banner = camera.with_pictures(_claim(Level.CRITICAL, picture="#banner"))

    assert set(settle([_claim(Level.OK), red, banner]).evidence) == {*red.evidence, *banner.evidence}


def test_one_display_is_photographed_once(tmp_path: Path) -> None:
    """Claims of one display share the picture of the page; a new display has its own."""
    shots = Shots()
    camera = _camera(tmp_path, shots)

    first = camera.with_pictures(_claim(Level.CRITICAL))
    second = camera.with_pictures(_claim(Level.CRITICAL))
    shots.display = 2
    third = camera.with_pictures(_claim(Level.CRITICAL))

    assert first.evidence == second.evidence
    assert set(third.evidence).isdisjoint(first.evidence)
    assert shots.asked == ["#status", "", "#status", ""]


@pytest.mark.parametrize(("missed", "missing"), [(0, ("#status",)), (1, ("",)), (1, ("#status", ""))])
def test_what_could_not_be_drawn_is_counted(tmp_path: Path, missing: tuple[str, ...], missed: int) -> None:
    """A widget may be out of sight; a page without a picture is evidence that is missing."""
    camera = _camera(tmp_path, Shots(*missing))

    proven = camera.with_pictures(_claim(Level.CRITICAL))

    assert len(proven.evidence) == 2 - len(missing)
    assert camera.missed == missed


def test_pictures_are_the_owners_alone(tmp_path: Path) -> None:
    """Folders and files can be read by nobody else."""
    proven = _camera(tmp_path / "evidence", Shots()).with_pictures(_claim(Level.CRITICAL))

    made = [path for path in (tmp_path / "evidence").rglob("*") if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o700}
    files = [tmp_path / "evidence" / name for name in proven.evidence]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    """A folder on the way that is a link leads nowhere, and the reading goes on without its picture."""
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "evidence"
    elsewhere.mkdir()
    root.mkdir()
    (root / "run").symlink_to(elsewhere)
    camera = _camera(root, Shots())

    proven = camera.with_pictures(_claim(Level.CRITICAL))

    assert proven.evidence == ()
    assert camera.missed == 2
    assert list(elsewhere.iterdir()) == []


def test_the_same_picture_is_written_once(tmp_path: Path) -> None:
    """A picture already there is left as it is."""
    first = _camera(tmp_path, Shots()).with_pictures(_claim(Level.CRITICAL))
    again = _camera(tmp_path, Shots()).with_pictures(replace(_claim(Level.CRITICAL)))

    assert first.evidence == again.evidence
    # Each has a second name, by its digest, and its bytes lie on the disk once.
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len({path.stat().st_ino for path in files}) == 2


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("policy.listing", "policy.listing"),
        ("../../etc", "_.._etc-"),
        ("a/b", "a_b-"),
        ("CON", "_CON-"),
        ("nul.png", "_nul.png-"),
        ("", "x-"),
        ("订单", "_-"),
        ("-rf", "rf-"),
        ("x" * 300, "x" * 80 + "-"),
    ],
)
def test_d6_a_name_is_safe_for_any_text(text: str, begins: str) -> None:
    """It stays in its folder and is no device, and two texts never share one."""
    assert slug(text).startswith(begins)
    assert "/" not in slug(text)
    assert slug(text) != slug(text + "?")
