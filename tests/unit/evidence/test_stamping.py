"""Time stamps by an authority made with openssl, on loopback, in every mood."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from checker.evidence.ledger import LedgerEvent
from checker.evidence.stamping import Authorities
from tests.unit.evidence.bench import FOLDER, Authority, Installation, flaws
from tests.unit.evidence.tamperings import OTHER, STAMP_DEEDS


def _stamped(home: Path, urls: Sequence[str], roots: Sequence[Path] = ()) -> Installation:
    installation = Installation(home, stamps=Authorities(urls, roots, 5), roots=roots)
    installation.seal()
    return installation


def test_a_bundle_is_stamped_and_the_issuer_proved(tmp_path: Path, authority: Authority) -> None:
    """Two authorities are asked, both stamps fit, and with their root the issuer is proved."""
    installation = _stamped(tmp_path, [authority.url, authority.url], [authority.root])

    verdict = installation.verify()

    assert verdict.is_good, verdict.problems
    assert [stamp.state for stamp in verdict.stamps] == ["proved", "proved"]


def test_without_roots_a_stamp_fits_and_its_issuer_is_not_claimed(
    tmp_path: Path, authority: Authority
) -> None:
    """Nobody configured whom to believe: the stamp is of these bytes, and no more is said."""
    verdict = _stamped(tmp_path, [authority.url]).verify()

    assert verdict.is_good
    assert [stamp.state for stamp in verdict.stamps] == ["fits"]


def test_an_unknown_issuer_is_a_flaw(tmp_path: Path, authority: Authority) -> None:
    """A stamp of an authority that does not lead up to the configured root fails."""
    installation = _stamped(tmp_path, [authority.url])
    installation.roots = [Authority(tmp_path / "another").make().root]

    assert {"stamp"} == flaws(installation.verify())


@pytest.mark.parametrize("mood", ["refuse", "nonsense", "huge"])
def test_an_unusable_answer_is_a_stated_case(tmp_path: Path, authority: Authority, mood: str) -> None:
    """The bundle is sealed and good without the stamp; the ledger says why there is none."""
    authority.mood = mood
    installation = _stamped(tmp_path, [authority.url])

    verdict = installation.verify()
    noted = [entry for entry in installation.ledger.entries() if entry.event == LedgerEvent.STAMPED]

    assert verdict.is_good
    assert [stamp.state for stamp in verdict.stamps] == ["none"]
    assert noted[0].facts["stamps"][0]["state"] == "none"
    assert noted[0].facts["stamps"][0]["why"]


def test_an_authority_that_answers_another_question_is_not_believed(
    tmp_path: Path, authority: Authority
) -> None:
    """An old answer sent again is unusable, and one that failed twice is not asked a third time."""
    installation = _stamped(tmp_path, [authority.url])
    authority.mood = "replay"
    stamps = installation.stamps
    assert stamps is not None

    answers = [stamps.ask(b"something else")[0] for _ in range(3)]

    assert [answer.token for answer in answers] == [None, None, None]
    assert "not asked" in answers[2].problem
    assert authority.asked == 3


def test_nobody_there_is_a_stated_case(tmp_path: Path) -> None:
    """An address where nothing listens costs the stamp and nothing else."""
    assert _stamped(tmp_path, ["http://127.0.0.1:9/tsr"]).verify().is_good


@pytest.mark.parametrize("name", STAMP_DEEDS)
def test_d7_a_tampered_stamp_is_named(tmp_path: Path, authority: Authority, name: str) -> None:
    """The stamp of another bundle, a damaged one, and one that is gone: each fails."""
    touch, flaw = STAMP_DEEDS[name]
    installation = _stamped(tmp_path, [authority.url], [authority.root])
    installation.seal(OTHER)

    touch(
        installation.root / FOLDER / "manifest.1.tsr",
        (installation.root / OTHER / "manifest.1.tsr").read_bytes(),
    )

    assert {flaw.value} == flaws(installation.verify())
