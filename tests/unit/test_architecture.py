"""What holds of the whole source: which way imports run, what is pure, and what a flow may never do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("checker", "flows", "fixtures")
SOURCES: Final = sorted(path for top in PACKAGES for path in (ROOT / top).rglob("*.py"))
PURE: Final = sorted(path for top in ("model", "compare") for path in (ROOT / "checker" / top).rglob("*.py"))
FLOWS: Final = sorted((ROOT / "flows").rglob("*.py"))
# Where readings are made of claims, and nowhere else; the wire reads back what was made there.
SETTLING: Final = "checker/model/settling.py"
VERDICTS: Final = frozenset({"presence", "level", "decided_by", "disputed"})
# A report's row has a level of its own and is no reading.
OTHER_RECORDS: Final = frozenset({"checker/report/findings.py"})
_IMPURE: Final = {"playwright", "loguru", "time", "os", "pathlib", "sqlalchemy", "socket", "subprocess"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _parsed(path: Path) -> ast.Module:
    """Return a module as it is written, parsed once for all the rules."""
    return ast.parse(path.read_text("utf-8"))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _called(tree: ast.AST) -> set[str]:
    """Return the names of everything called or looked up as an attribute."""
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _verdicts_written(tree: ast.AST) -> Iterator[str]:
    """Yield how a module makes readings, or changes what one of them comes to."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "Reading":
            yield f"line {node.lineno}: Reading(...)"
        if name in ("replace", "__replace__"):
            written = sorted(VERDICTS.intersection(str(keyword.arg) for keyword in node.keywords))
            yield from (f"line {node.lineno}: replace({field}=...)" for field in written)
        if name in ("setattr", "__setattr__") and any(
            isinstance(given, ast.Constant) and given.value in VERDICTS for given in node.args
        ):
            yield f"line {node.lineno}: {name}(...)"


EXCEPTED: Final = {SETTLING} | OTHER_RECORDS


def test_only_settling_makes_readings() -> None:
    """What claims come to is decided in one place: nothing else writes a presence or a level of a reading."""
    written = [
        f"{_name(path)}, {verdict}"
        for path in SOURCES
        if _name(path) not in EXCEPTED
        for verdict in _verdicts_written(_parsed(path))
    ]

    assert written == []


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("Reading(key, presence, at)", True),
        ("records.Reading(key=key)", True),
        ("replace(reading, level=worst)", True),
        ("dataclasses.replace(reading, reason='x', disputed=True)", True),
        ("copy.replace(reading, presence=p)", True),
        ("object.__setattr__(reading, 'level', level)", True),
        ("replace(reading, reason='x', evidence=())", False),
        ("settle(claims)", False),
        ("def read() -> Reading: ...", False),
    ],
)
def test_a_verdict_written_elsewhere_is_found(source: str, *, is_found: bool) -> None:
    """The rule above would fail on each of these."""
    assert bool(list(_verdicts_written(ast.parse(source)))) is is_found


def test_settling_is_where_readings_are_made() -> None:
    """The rule is about something: the one module it excepts does make them."""
    assert list(_verdicts_written(_parsed(ROOT / SETTLING)))


def test_imports_run_one_way() -> None:
    """Every contract of import-linter holds."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", PURE, ids=_name)
def test_the_model_and_the_comparison_are_pure(path: Path) -> None:
    """No browser, log, clock, disk or process is imported where values are judged."""
    tops = {name.partition(".")[0] for name in _imported(_parsed(path))}

    assert tops.isdisjoint(_IMPURE)


def test_every_public_module_says_what_is_public() -> None:
    """A module without `__all__` defines nothing for others; what it names is there once."""
    assert [_name(path) for path in SOURCES if not _says_what_is_public(path)] == []


def _says_what_is_public(path: Path) -> bool:
    tree = _parsed(path)
    offered = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["__all__"]
    ]
    defined = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))} - {
        "run_migrations_online"
    }
    public = {name for name in defined if not name.startswith("_")}
    alembic = "migrations" in path.parts

    is_said = offered or not public or path.name == "__main__.py" or alembic
    return bool(is_said) and all(len(set(names)) == len(names) for names in offered)


@pytest.mark.parametrize("path", FLOWS, ids=_name)
def test_a_flow_touches_nothing_but_its_contract(path: Path) -> None:
    """No raw page, no sleep, no waiting for silence, no script, and no import beyond contract and model."""
    text = path.read_text("utf-8")
    tree = _parsed(path)
    own = {"checker.flow", "checker.model", "checker.errors"}
    of_checker = {name for name in _imported(tree) if name.split(".")[0] == "checker"}

    assert {".".join(name.split(".")[:2]) for name in of_checker} <= own
    assert {name.partition(".")[0] for name in _imported(tree)}.isdisjoint({"playwright", "time", "asyncio"})
    assert _called(tree).isdisjoint({"raw", "sleep", "evaluate", "wait_for_timeout", "wait_for_load_state"})
    assert "networkidle" not in text


def test_no_browser_session_waits_for_silence() -> None:
    """A console is never silent: nothing of ours waits until the network is."""
    assert [_name(path) for path in SOURCES if "networkidle" in path.read_text("utf-8")] == []


def test_no_registry_is_named() -> None:
    """Where packages come from is the machine's business: no file of the project says it."""
    registry = re.compile(r"pypi\.(org|python)|pythonhosted\.org|registry\.npmjs|proxy\.golang|--index-url")
    kinds = {".py", ".toml", ".md", ".json", ".yml", ".yaml", ".html", ".js", ".css", ".cfg", ".txt", ""}
    tops = [ROOT / top for top in (*PACKAGES, "tests", ".ci", ".github")]
    files = [path for path in ROOT.iterdir() if path.is_file()]
    files += [path for top in tops for path in top.rglob("*") if path.is_file() and path.suffix in kinds]
    found = {_name(path) for path in files if registry.search(path.read_text("utf-8", "replace"))}

    assert found <= {_name(Path(__file__).resolve())}


def test_the_tests_that_hold_the_promises_are_there() -> None:
    """Every test that CONTRIBUTING names beside a promise exists."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = text.partition("## What is promised")[2].partition("\n## ")[0]
    named = set(re.findall(r"`((?:tests|checker)/[^`]+)`", table))

    assert len(named) > 20
    assert {path for path in named if not any(ROOT.glob(path))} == set()


def test_no_module_grew_beyond_a_reader() -> None:
    """A module has one reason to change, and fits into a head."""
    lines = {_name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}

    assert {name: count for name, count in lines.items() if count > 500} == {}
