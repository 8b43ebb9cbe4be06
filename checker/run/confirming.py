"""What people said of readings, kept in the data folder: a line each, the last one of a key holds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from checker.errors import StoreError
from checker.files import append_to
from checker.model import BadKeyError, Key
from checker.model.confirmed import Answer, Confirmation

__all__ = ["Confirmations"]


class Confirmations:
    """The answers of one installation; several programs may add to them at once.

    Args:
        data: The data folder.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "confirmed.jsonl"

    def read(self) -> dict[Key, Confirmation]:
        """Return the last answer of each key; what cannot be read confirms nothing, and stops nothing."""
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return {}
        found: dict[Key, Confirmation] = {}
        for line in lines:
            with suppress(ValueError, KeyError, TypeError, BadKeyError):
                one = _loaded(json.loads(line))
                found[one.key] = one
        return found

    def add(self, confirmations: Iterable[Confirmation]) -> None:
        """Keep answers, all of them or none.

        Raises:
            StoreError: They could not be written.
        """
        text = "".join(f"{json.dumps(_dumped(one), ensure_ascii=False)}\n" for one in confirmations)
        data = text.encode("utf-8", "replace")
        try:
            descriptor = append_to(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            with os.fdopen(descriptor, "ab", buffering=0) as file:
                # After a line that was cut off the next one begins afresh.
                file.write(b"\n" + data)
                os.fsync(descriptor)
        except OSError as error:
            raise StoreError(
                f"{self._path} cannot be written: {error.strerror}",
                hint="Check the directory, its owner, its mode and the free space.",
            ) from None


def _dumped(one: Confirmation) -> dict[str, str]:
    return {
        "key": str(one.key),
        "answer": one.answer.value,
        "by": one.by,
        "at": one.at.isoformat(),
        "says": one.says,
        "page": one.page,
        "structure": one.structure,
        "source": one.source,
        "rule": one.rule,
    }


def _loaded(row: Any) -> Confirmation:
    texts = {name: str(row[name]) for name in ("by", "says", "page", "structure", "source", "rule")}
    if texts["structure"]:
        int(texts["structure"], 16)
    at = datetime.fromisoformat(row["at"])
    if at.utcoffset() is None:
        raise ValueError("a time without a zone")
    return Confirmation(Key.parse(row["key"]), Answer(row["answer"]), at=at, **texts)
