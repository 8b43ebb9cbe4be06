"""11.12: evidence that is gone, put back, or made anew by whoever has its folder and not the key."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker.cli.main import main
from checker.evidence.flaws import Flaw, Problem
from checker.evidence.inventory import missing
from checker.evidence.keys import SigningKeyError, known_keys, rotate, signing_key
from checker.evidence.ledger import Ledger, LedgerEvent
from checker.evidence.manifest import canonical, digest_of
from checker.evidence.retention import Limits, prune
from checker.evidence.verify import Trust, verify
from checker.model.exits import Exit
from tests.unit.evidence.bench import FOLDER, Installation, flaws
from tests.unit.evidence.tamperings import OTHER

THIRD = Path("20251126T000000Z-cccccc/main/US")


def _found(installation: Installation, named: set[str] | None = None) -> set[Flaw]:
    """Return every flaw that `evidence verify` would name."""
    problems: list[Problem] = [*installation.ledger.check()]
    problems += missing(installation.root, installation.ledger, named or ())
    for folder in (FOLDER, OTHER, THIRD):
        if (installation.root / folder).exists():
            problems += installation.verify(installation.root / folder).problems
    return {problem.flaw for problem in problems}


@pytest.fixture
def three(installation: Installation) -> Installation:
    """Return an installation with three bundles, all of them good."""
    installation.seal(OTHER)
    installation.seal(THIRD)
    assert _found(installation) == set()
    return installation


def _lines(installation: Installation) -> list[dict[str, object]]:
    return [json.loads(line) for line in installation.ledger.path.read_bytes().splitlines()]


def _rewrite(installation: Installation, lines: list[dict[str, object]]) -> None:
    """Write a ledger anew as an attacker would: its chain whole, its head fitting, signed with their key."""
    theirs = signing_key(installation.home / "theirs", installation.home / "their-evidence")
    previous, written = "0" * 64, []
    for number, line in enumerate(lines, start=1):
        own = {name: value for name, value in line.items() if name != "signature"}
        own |= {"previous": previous, "seq": number, "signer": theirs.public.id}
        written.append(canonical({**own, "signature": theirs.sign(canonical(own)).hex()}))
        previous = digest_of(written[-1]).removeprefix("sha256:")
    installation.ledger.path.write_bytes(b"".join(line + b"\n" for line in written))
    captured = [str(line["bundle"]) for line in lines if line["event"] == "captured"]
    head: dict[str, object] = {"bundle": captured[-1], "digest": previous, "seq": len(lines)}
    head["signer"] = theirs.public.id
    signed = canonical({"format": "marketplace-health-checker ledger head", **head})
    head["signature"] = theirs.sign(signed).hex()
    (installation.root / "ledger.head").write_bytes(canonical(head))
    # The key lies beside, as ours does.
    shutil.copy(
        next((installation.home / "their-evidence" / "keys").glob("*.pem")), installation.root / "keys"
    )


def _remove_one(installation: Installation) -> None:
    shutil.rmtree(installation.root / OTHER.parts[0])


def _remove_the_last(installation: Installation) -> None:
    shutil.rmtree(installation.root / THIRD.parts[0])
    _rewrite(installation, _lines(installation)[:-1])


def _put_an_older_ledger_back(installation: Installation) -> None:
    """Use the head and the lines as they once were, signed by us: nothing in them is forged."""
    kept = installation.home / "kept"
    shutil.copytree(installation.root, kept)
    installation.seal(Path("20251127T000000Z-dddddd/main/US"))
    shutil.rmtree(installation.root)
    shutil.copytree(kept, installation.root)


def _remove_all(installation: Installation) -> None:
    shutil.rmtree(installation.root)


def _say_that_it_was_deleted(installation: Installation) -> None:
    lines = _lines(installation)
    bundle = next(line["bundle"] for line in lines if line.get("path") == OTHER.as_posix())
    gone = {"at": "2025-11-25T00:00:00.000Z", "bundle": bundle, "event": "deleted", "why": "age"}
    shutil.rmtree(installation.root / OTHER.parts[0])
    _rewrite(installation, [*lines, gone | {"path": OTHER.as_posix()}])


def _back_date(installation: Installation) -> None:
    """Change the record, seal it on another day with another key, and have the ledger say so."""
    theirs = signing_key(installation.home / "theirs", installation.home / "their-evidence")
    folder = installation.root / THIRD
    document = json.loads((folder / "manifest.json").read_bytes())
    before = digest_of((folder / "manifest.json").read_bytes())
    document["sealed_at"] = "2025-01-01T00:00:00.000Z"
    document["signature"]["key"] = theirs.public.id
    data = canonical(document)
    for name, content in (("manifest.json", data), ("manifest.sig", theirs.sign(data))):
        (folder / name).unlink()
        (folder / name).write_bytes(content)
    lines = _lines(installation)
    for line in lines:
        if line["bundle"] == before:
            line["bundle"] = digest_of(data)
    _rewrite(installation, lines)


def _strip_the_signatures(installation: Installation) -> None:
    """Make it look like a ledger of the version that did not sign, without its last bundle."""
    _remove_the_last(installation)
    previous, written = "0" * 64, []
    for line in _lines(installation):
        own = {name: value for name, value in line.items() if name not in ("signature", "signer")}
        written.append(canonical(own | {"previous": previous}))
        previous = digest_of(written[-1]).removeprefix("sha256:")
    installation.ledger.path.write_bytes(b"".join(line + b"\n" for line in written))
    head = {"bundle": "", "digest": previous, "seq": len(written)}
    (installation.root / "ledger.head").write_bytes(canonical(head))


def _move_one(installation: Installation) -> None:
    shutil.move(installation.root / OTHER, installation.root / OTHER.parent / "CA")


@pytest.mark.parametrize(
    ("deed", "flaw"),
    [
        (_remove_one, Flaw.BUNDLE_GONE),
        (_move_one, Flaw.BUNDLE_GONE),
        (_remove_the_last, Flaw.LEDGER_CUT),
        (_remove_the_last, Flaw.LEDGER_SIGNATURE),
        (_put_an_older_ledger_back, Flaw.LEDGER_CUT),
        (_remove_all, Flaw.LEDGER_GONE),
        (_say_that_it_was_deleted, Flaw.LEDGER_SIGNATURE),
        (_back_date, Flaw.UNKNOWN_KEY),
        (_back_date, Flaw.LEDGER_SIGNATURE),
        (_strip_the_signatures, Flaw.LEDGER_CUT),
    ],
)
def test_11_12_what_was_taken_out_or_made_anew_is_missed(
    three: Installation, deed: Callable[[Installation], None], flaw: Flaw
) -> None:
    """Whoever can write the evidence folder, and has not the key folder, leaves a trace whatever they do."""
    deed(three)

    assert flaw in _found(three)


def test_11_12_what_we_deleted_ourselves_is_not_missed(three: Installation) -> None:
    """A deletion that is in the signed ledger explains why a bundle is gone."""
    list(prune(three.root, (), Limits(timedelta(days=400), 1, 10**9), three.at, three.ledger))

    assert not (three.root / FOLDER).exists()
    assert _found(three) == set()


def test_11_12_what_the_store_names_must_be_there(three: Installation) -> None:
    """A reading rests on a bundle nobody captured here: the evidence folder was replaced as a whole."""
    digest = "sha256:" + "a" * 64
    (problem,) = missing(three.root, three.ledger, {digest, next(iter(_bundles(three)))})

    assert (problem.flaw, problem.name) == (Flaw.BUNDLE_GONE, digest[:23])


def _bundles(installation: Installation) -> list[str]:
    entries = installation.ledger.entries()
    return [entry.bundle for entry in entries if entry.event == LedgerEvent.CAPTURED]


def test_11_12_the_signed_chain_of_bundles_is_held_against_the_ledger(three: Installation) -> None:
    """A bundle sealed anew with our own key, naming another as the one before it, does not fit."""
    ours = signing_key(three.home / "keys", three.root)
    folder = three.root / THIRD
    document = json.loads((folder / "manifest.json").read_bytes())
    document["previous"] = ""
    data = canonical(document)
    for name, content in (("manifest.json", data), ("manifest.sig", ours.sign(data))):
        (folder / name).unlink()
        (folder / name).write_bytes(content)
    ledger = three.ledger
    ledger.append(LedgerEvent.CAPTURED, digest_of(data), path=THIRD.as_posix())

    assert Flaw.PREVIOUS in {problem.flaw for problem in missing(three.root, ledger)}


def test_11_12_a_key_is_trusted_through_a_signed_rotation_only(installation: Installation) -> None:
    """Old bundles verify after a rotation, from either key alone; a key laid beside is a stranger's."""
    keys = installation.home / "keys"
    old = signing_key(keys, installation.root).public
    old_keys = installation.home / "old-keys"
    shutil.copytree(keys, old_keys)
    _, new = rotate(keys, installation.root)
    new_alone = installation.home / "new-alone"
    new_alone.mkdir()
    shutil.copy(keys / "evidence-signing.pem", new_alone)
    theirs = signing_key(installation.home / "theirs", installation.root.parent / "e2").public
    (installation.root / "keys" / "theirs.pem").write_bytes(theirs.pem)
    statement = {"format": "marketplace-health-checker key rotation", "old": old.pem.decode()}
    forged = {"signatures": {"new": "00" * 64, "old": "00" * 64}, "statement": statement}
    forged["statement"]["new"] = theirs.pem.decode()
    (installation.root / "keys" / "x.rotation.json").write_bytes(canonical(forged))
    (installation.root / "keys" / "y.rotation.json").write_bytes(b'{"statement": 7}')

    both = {old.id, new.public.id}
    assert {both == set(known_keys(folder, installation.root)) for folder in (keys, old_keys, new_alone)} == {
        True
    }
    assert installation.verify().is_good


def test_11_12_a_private_key_that_is_gone_is_not_replaced_unasked(installation: Installation) -> None:
    """A new key would be a stranger's to all there is: the user is told, and makes one by rotating."""
    keys = installation.home / "keys"
    (keys / "evidence-signing.pem").unlink()

    with pytest.raises(SigningKeyError, match="it is gone"):
        installation.seal(OTHER)
    rotate(keys, installation.root)
    shutil.rmtree(installation.root / OTHER)
    installation.seal(OTHER)

    assert _found(installation) == set()


class TestOldEvidence:
    """What a version that signed neither ledger nor head left behind."""

    @pytest.fixture
    def old(self, three: Installation) -> Installation:
        """Return an installation as that version left it: unsigned lines, keys beside the evidence only."""
        previous, written = "0" * 64, []
        for line in _lines(three):
            own = {name: value for name, value in line.items() if name not in ("signature", "signer")}
            written.append(canonical(own | {"previous": previous}))
            previous = digest_of(written[-1]).removeprefix("sha256:")
        three.ledger.path.write_bytes(b"".join(line + b"\n" for line in written))
        head = {"bundle": _bundles(three)[-1], "digest": previous, "seq": len(written)}
        (three.root / "ledger.head").write_bytes(canonical(head))
        (three.home / "keys" / "evidence.head").unlink()
        shutil.rmtree(three.home / "keys" / "known")
        return three

    def test_11_12_it_still_verifies_and_is_signed_with_the_next_seal(self, old: Installation) -> None:
        """It is good as it is and says it is unsigned; after the next seal a line taken out is missed."""
        assert (old.ledger.is_unsigned, _found(old)) == (True, set())

        old.seal(Path("20251127T000000Z-dddddd/main/US"))

        assert (old.ledger.is_unsigned, _found(old)) == (False, set())
        assert (old.home / "keys" / "known").is_dir()
        lines = _lines(old)
        _rewrite(old, lines[:2] + lines[3:])
        assert Flaw.LEDGER_SIGNATURE in _found(old)

    def test_11_12_keys_of_its_rotations_stay_trusted(self, old: Installation) -> None:
        """Bundles of a key that was rotated then verify, before and after the ledger is signed."""
        keys = old.home / "keys"
        before = signing_key(keys, old.root).public
        (keys / "evidence-signing.pem").unlink()
        _, after = rotate(keys, old.root)
        shutil.rmtree(keys / "known")
        data = old.ledger.path.read_bytes()
        line: dict[str, object] = {
            "at": "2025-12-01T00:00:00.000Z",
            "bundle": "",
            "event": "key rotated",
            "key": after.public.id,
        }
        previous = digest_of(data.splitlines()[-1]).removeprefix("sha256:")
        line |= {"old": before.id, "previous": previous, "seq": len(data.splitlines()) + 1}
        old.ledger.path.write_bytes(data + canonical(line) + b"\n")

        assert _found(old) == set()
        old.seal(Path("20251127T000000Z-dddddd/main/US"))
        assert _found(old) == set()


@pytest.mark.parametrize("deed", [_remove_one, _remove_the_last, _remove_all, _back_date])
def test_11_12_the_command_names_it_and_ends_in_31(
    three: Installation, capsys: pytest.CaptureFixture[str], deed: Callable[[Installation], None]
) -> None:
    """`checker evidence verify` is content before, and after the deed names the flaw and says no."""
    config = three.home / "checker.toml"
    config.write_text('[paths]\ndata_dir = "."\n', encoding="utf-8")
    before = main(["evidence", "verify", "--json", "--config", str(config)])
    good = json.loads(capsys.readouterr().out)
    deed(three)

    after = main(["evidence", "verify", "--json", "--config", str(config)])

    bad = json.loads(capsys.readouterr().out)
    assert (before, good["good"], len(good["bundles"])) == (Exit.OK, True, 3)
    assert "no store at" in good["notes"][0]
    assert (after, bad["good"]) == (Exit.EVIDENCE, False)
    assert bad["ledger"] or bad["bundles"][0]["problems"]


def test_a_bundle_travels_with_the_key_alone(installation: Installation) -> None:
    """Somebody who has the public key from the seller needs no folder of keys and no ledger."""
    public = signing_key(installation.home / "keys", installation.root).public

    assert verify(installation.root / FOLDER, Trust({public.id: public})).is_good
    assert flaws(verify(installation.root / FOLDER, Trust({}))) == {"unknown_key"}


def test_the_ledger_of_an_empty_installation_is_good(tmp_path: Path) -> None:
    """Nothing was ever captured: nothing is missed, and no key is made by looking."""
    ledger = Ledger(tmp_path / "evidence", lambda: datetime.now(UTC), tmp_path / "keys")

    assert (ledger.check(), list(missing(tmp_path / "evidence", ledger))) == ([], [])
    assert not (tmp_path / "keys").exists()
