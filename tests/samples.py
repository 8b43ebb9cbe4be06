"""Public samples of consoles' answers, kept beside the checkout and never in it.

They lie in `shared/facts/samples` next to the checkout's own folder. Where they are not, the tests that
read them are skipped and say so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from checker.model.strictjson import loads

__all__ = ["sample", "sample_bytes"]

_FOLDER: Final = Path(__file__).resolve().parents[2] / "shared" / "facts" / "samples"


def sample(name: str) -> Any:
    """Return a sample read as strictly as an answer is; skip the test where the samples are not there."""
    return loads(sample_bytes(name))


def sample_bytes(name: str) -> bytes:
    """Return a sample as it lies there; skip the test where the samples are not there."""
    path = _FOLDER / name
    if not path.is_file():
        pytest.skip(f"the public sample {name} is not beside this checkout ({_FOLDER})")
    return path.read_bytes()
