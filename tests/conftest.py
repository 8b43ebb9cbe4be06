"""What the whole suite needs: a browser, found or installed before the first test."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from checker.browser import ensure_browser
from checker.testing import contract_browser

# How long an example takes says how busy the machine is; and what fails by chance says nothing of a change:
# the same examples every time. `pytest --hypothesis-profile=search` looks for others.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", parent=settings.get_profile("search"), derandomize=True)
settings.load_profile("same")

# The suite starts hundreds of processes of the program: what one of them has compiled, the others need not.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# What the program says is compared: it speaks English, whatever language this machine speaks.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)

_HERE = Path(__file__).parent
# What a test takes, on a busy machine, of a folder or a file; the others are short.
_SECONDS = {
    "e2e": 17,
    "faults": 8,
    "flows": 3.5,
    "dialects": 3,
    "fixtures": 1,
    "guard": 0.2,
    "unit/compare/test_machine_laws.py": 10,
    "unit/compare/test_reference_model.py": 5,
    "unit/evidence/test_faults.py": 5,
    "unit/flow/test_limits_beside_values.py": 1,
    "unit/flow/test_page.py": 1,
    "unit/model/test_claims_laws.py": 2,
    "unit/serve/test_accessible.py": 9,
    "unit/store/test_year.py": 20,
}


def pytest_sessionstart(session: pytest.Session) -> None:
    """Find a browser, or install one, so that a clean clone needs no step before `pytest`."""
    if session.config.option.collectonly:
        return
    ensure_browser(None, _say)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal the tests out so that each worker begins with its share of the long ones and ends with short ones.

    xdist gives each worker as many tests, in their order, and lets an idle one take what lies at the end of
    another's: short ones, so that none is left alone with a minute's work when all others are done.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    costs = {path: _seconds(path) * len(files[path]) for path in files}
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    loads = [0.0] * workers
    for path in sorted(filter(costs.__getitem__, files), key=lambda path: -costs[path]):
        least = loads.index(min(loads))
        loads[least] += costs[path]
        shares[least] += files[path]
    for share in shares:
        share.sort(key=lambda item: -_seconds(item.path))
    short = [item for path in files if not costs[path] for item in files[path]]
    left = len(items)
    for place, share in enumerate(shares):
        room = max(0, left // (workers - place) - len(share))
        share.extend(short[:room])
        del short[:room]
        left -= len(share)
    items[:] = [item for share in shares for item in share]


def _seconds(path: Path) -> float:
    """Return what a test of a file takes."""
    if not path.is_relative_to(_HERE):
        return 0
    inside = path.relative_to(_HERE)
    return _SECONDS.get(inside.as_posix(), _SECONDS.get(inside.parts[0], 0))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without the garbage collector: nothing of what it would go through, time and again, is any."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of what the garbage collector goes through: it stays."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """Return three workers a core: more than half of their time they wait for what a console withholds."""
    return 3 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def shared_browser() -> Iterator[Browser]:
    """Run one browser for every test of this process: a second driver beside it cannot start."""
    with contract_browser() as browser:
        yield browser


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
