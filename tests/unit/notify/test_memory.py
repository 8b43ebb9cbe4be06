"""What was said already, from a file in whatever state."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Outcome
from checker.notify.memory import Memory, load_memory, save_memory
from tests.unit.report.samples import NOW


def test_what_was_said_is_known(tmp_path: Path) -> None:
    """Written, and read again as it was."""
    memory = Memory({"one": 2}, {("amazon", "main", Outcome.CAPTCHA): NOW})
    save_memory(tmp_path / "said", memory)

    assert load_memory(tmp_path / "said") == memory


@pytest.mark.parametrize(
    "text",
    [
        '{"reminders": {"a": 1e999}, "troubles": []}',
        '{"reminders": {"a": Infinity}, "troubles": []}',
        '{"reminders": {"a": 1.5}, "troubles": []}',
        '{"reminders": {}, "troubles": [["amazon", "main", "captcha", "2026-03-01T08:30:00"]]}',
        '{"reminders": {}, "troubles": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"reminders": {}}',
        "",
        "[]",
    ],
    ids=["endless", "infinity", "half", "no zone", "deep", "half of it", "empty", "list"],
)
def test_a_damaged_memory_is_no_memory_and_breaks_no_run(tmp_path: Path, text: str) -> None:
    """Nothing of it is taken: then it is said once more."""
    (tmp_path / "said").write_text(text, encoding="utf-8")

    memory = load_memory(tmp_path / "said")

    assert memory == Memory()
