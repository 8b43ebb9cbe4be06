"""A stranger's flow from the first command on: made, tested, checked, and examined on a console."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import jsonschema
import pytest

from checker.model import Exit
from fixtures.common import Replica
from tests.e2e.seller import Seller

NAME = "my_shop"


def installed(package: Path) -> str:
    """Put the package where Python finds it with its entry points, as pip would; return the search path."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = package / f"{NAME}-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    groups = (
        f"[{group}]\n" + "\n".join(f"{name} = {where}" for name, where in points.items())
        for group, points in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text("\n".join(groups) + "\n", encoding="utf-8")
    return str(package)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a package, as the guide's first command does."""
    folder = tmp_path_factory.mktemp("stranger")
    done = Seller(folder, "").here("flows", "new", NAME, "--dir", str(folder), "--json", config=False)
    made = Path(done.document["folder"])
    assert sorted(done.document["files"]) == sorted(
        str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()
    )
    installed(made)
    return made


@pytest.fixture(scope="module")
def shop(package: Path) -> Iterator[Replica]:
    """Run its replica."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(package))
        with import_module(f"{NAME}_replica").SPEC.serve() as replica:
            yield replica


@pytest.fixture
def stranger(package: Path, shop: Replica, tmp_path: Path) -> Seller:
    """A seller with one account on it."""
    shop.reset()
    seller = Seller(tmp_path, shop.url, sites=(), environ={"PYTHONPATH": str(package)}).settle()
    settings = seller.config.read_text(encoding="utf-8").replace('"amazon"', f'"{NAME}"')
    seller.config.write_text(settings, encoding="utf-8")
    return seller


def schema_of(seller: Seller, document: str) -> dict[str, object]:
    """Return the schema a document promises to fulfil."""
    return seller.here("schema", document, config=False).document


def test_its_tests_pass_as_they_were_written(package: Path) -> None:
    """The package is made, and its contract holds before a line of it was changed."""
    chosen = "healthy or german-red or unknown-word or wrong-password or broken"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen]

    done = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False, env=os.environ)

    assert done.returncode == 0, done.stdout
    assert re.search(r"5 passed", done.stdout)


def test_a_folder_that_is_there_is_left_alone(package: Path) -> None:
    """Nothing is ever written over, and the message says what to do."""
    before = {path: path.read_bytes() for path in package.rglob("*.toml")}

    done = Seller(package.parent, "").checker(
        "flows", "new", NAME, "--dir", str(package.parent), config=False
    )

    assert done.code == Exit.USAGE
    assert "is there already" in done.err
    assert {path: path.read_bytes() for path in package.rglob("*.toml")} == before


@pytest.mark.parametrize(
    ("name", "said"),
    [("My-Shop", "cannot be the name"), ("../x", "cannot be the name"), ("amazon", "brings a flow called")],
)
def test_a_name_that_would_not_work_is_refused(tmp_path: Path, name: str, said: str) -> None:
    """One that is taken would be handed to nobody, one that is no name could lead out of the folder."""
    done = Seller(tmp_path, "").here("flows", "new", name, "--dir", str(tmp_path), config=False)

    assert (done.code, said in done.err) == (Exit.USAGE, True)
    assert not list(tmp_path.glob("*flow*"))


def test_check_tells_what_no_scenario_exercises(stranger: Seller) -> None:
    """Played alone, the healthy console shows one state of its sign-in, one rule and one word of many."""
    scenarios = ("--scenario", "healthy", "--scenario", "german-red")

    done = stranger.checker("flows", "check", NAME, *scenarios, "--json")

    jsonschema.validate(done.document, schema_of(stranger, "flows-check"))
    gaps = {(gap["kind"], gap["what"]) for gap in done.document["gaps"]}
    assert done.code == Exit.INCOMPLETE
    assert done.document["played"] == ["healthy", "german-red"]
    assert ("word", "suspended") in gaps
    assert ("word", "gesperrt") not in gaps
    # What it adds itself to the states of all consoles; those are nobody's gap.
    assert ("state", "wrong password") in gaps
    assert ("state", "captcha") not in gaps
    assert ("state", "signed in") not in gaps
    assert ("chain", "rule 2 of 2: #health .status-text") in gaps
    assert ("chain", "rule 1 of 2: #health .status") not in gaps


def test_check_tells_the_mistakes_of_the_data(stranger: Seller) -> None:
    """A word that means two things is a problem, found without a browser; an override is checked with it."""
    (stranger.home / "overrides").mkdir()
    (stranger.home / "overrides" / f"{NAME}.toml").write_text(
        '[words.status.en]\nwarning = ["Good"]\n', encoding="utf-8"
    )

    done = stranger.checker("flows", "check", NAME, "--no-play")

    assert done.code == Exit.CONFIG
    assert "means both ok and warning" in done.out
    assert "not asked for" in done.out


def test_doctor_names_the_rule_that_matched(stranger: Seller, shop: Replica) -> None:
    """The fallback an old page needs is shown and framed; the visit only reads, and stores nothing."""
    shop.use("old-layout")

    done = stranger.checker("flows", "doctor", "main", "--out", "seen", "--json")

    jsonschema.validate(done.document, schema_of(stranger, "flows-doctor"))
    sights = {(sight["chain"], sight["name"]): sight for sight in done.document["sights"]}
    status = sights["widget", "status"]
    assert done.code == Exit.OK
    assert (status["place"], status["text"], status["site"]) == (1, "Good", "MAIN")
    assert sights["widget", "late"]["place"] == 0
    assert status["drawn"] is not None
    assert (stranger.home / "seen" / status["picture"]).read_bytes().startswith(b"\x89PNG")
    assert {record.path for record in shop.log if record.method == "POST"} <= {
        "/login/user",
        "/login/password",
        "/login/otp",
    }
    assert stranger.here("show", "--json").document["known"] == []


def test_doctor_tells_what_was_unreadable_and_its_report_is_inert(stranger: Seller, shop: Replica) -> None:
    """A word nobody knows is shown as it stands; markup in it is text."""
    shop.use("unknown-word")

    done = stranger.checker("flows", "doctor", "main", "--out", "seen")

    report = (stranger.home / "seen" / "report.html").read_text(encoding="utf-8")
    assert done.code == Exit.INCOMPLETE
    assert "unknown status word" in done.out
    assert "default-src 'none'" in report
    assert "unknown status word &#39;Under review&#39;" in report
    assert stranger.password not in report


def test_a_run_reads_it_and_tells_an_unknown_word_once(stranger: Seller, shop: Replica) -> None:
    """The flow is one like ours; what the word is and where to add it is said in the first run alone."""
    shop.use("unknown-word")

    first = stranger.here("run")
    shop.reset()
    second = stranger.here("run")

    assert (first.code, second.code) == (Exit.INCOMPLETE, Exit.INCOMPLETE)
    assert "'Under review' (en-US) is a word no table of my_shop knows" in first.err
    assert "no table" not in second.err


def test_every_flow_of_ours_offers_a_replica() -> None:
    """`flows check` plays each of them, found the same way as a stranger's."""
    groups = [
        {
            point.name
            for point in entry_points(group=group)
            if "flows" in point.value or "fixtures" in point.value
        }
        for group in ("checker.flows", "checker.replicas")
    ]

    assert groups[0] == groups[1]
