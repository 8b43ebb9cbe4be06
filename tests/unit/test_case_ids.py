"""Every case that must hold has a test that `pytest -k` finds by its id: a file, a class or a function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[1]
COUNTS: Final = {"a": 17, "b": 10, "c": 9, "d": 11, "e": 8}
"""How many cases a chapter has: A state and alerts, B crashes, C secrets, D hostile content, E operations."""

_ID = re.compile(r"(?<![a-z0-9])([a-e]\d{1,2})(?![0-9])")
_CLASS = re.compile(r"^Test([A-E]\d{1,2})(?![0-9])")


def ids_in(source: str, file_name: str = "") -> set[str]:
    """Return the ids that the tests of a file are named after, by file, class or function."""
    found = set(_ID.findall(file_name))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found.update(_ID.findall(node.name.replace("_", " ")))
        elif isinstance(node, ast.ClassDef | ast.Name) and (
            match := _CLASS.match(node.name if isinstance(node, ast.ClassDef) else node.id)
        ):
            found.add(match[1].lower())
    return found


def _all_ids() -> Iterator[str]:
    for path in TESTS.rglob("test_*.py"):
        yield from ids_in(path.read_text(encoding="utf-8"), path.stem.replace("_", " "))


@pytest.fixture(scope="module")
def named() -> frozenset[str]:
    """The ids that tests are named after."""
    return frozenset(_all_ids())


@pytest.mark.parametrize("case", [f"{part}{n}" for part, most in COUNTS.items() for n in range(1, most + 1)])
def test_each_case_has_a_test_of_its_name(named: frozenset[str], case: str) -> None:
    """Who asks for a case by its id runs at least one test."""
    assert case in named


def test_no_test_is_named_after_a_case_there_is_not(named: frozenset[str]) -> None:
    """A slip in an id is no case."""
    assert {one for one in named if int(one[1:]) > COUNTS[one[0]] or one[1] == "0"} == set()


def test_ids_are_found_where_pytest_finds_them() -> None:
    """In names of functions, classes and what is made a class; not in longer words, other numbers, texts."""
    source = (
        'class TestB2:\n    def test_a1_x(self): "C3"\ndef test_12_e8_y(): pass\n'
        "TestD4Law = 1\ndef test_abc5_z(): pass\ndef helper_c1(): pass\n"
    )

    assert ids_in(source, "test d11 z") == {"b2", "a1", "e8", "d4", "d11"}
