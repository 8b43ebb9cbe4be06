"""The id of a run, which tells when it began, and the folders of kept visits that are named after one."""

from __future__ import annotations

import secrets
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

__all__ = ["forget_old", "new_run_id", "run_moment"]

_BEGAN: Final = "%Y%m%dT%H%M%SZ"


def new_run_id(at: datetime) -> str:
    """Return an id that sorts by time and never repeats; at: when the run begins, in UTC."""
    return f"{at.strftime(_BEGAN)}-{secrets.token_hex(3)}"


def run_moment(run_id: str) -> datetime | None:
    """Return when a run began, by its id; none for a name that is no run's."""
    try:
        return datetime.strptime(run_id.partition("-")[0], _BEGAN).replace(tzinfo=UTC)
    except ValueError:
        return None


def forget_old(folder: Path, now: datetime, *, days: int, most_bytes: int) -> list[str]:
    """Delete the kept visits of runs older than `days`, then the oldest until `most_bytes` are enough.

    Returns the ids of the runs whose visits went. What is not a run's folder is left alone.
    """
    runs = sorted(_folders(folder))
    gone = [entry for entry in runs if entry[0] < now - timedelta(days=days)]
    sizes = {entry: _size(entry[1]) for entry in runs if entry not in gone}
    for entry in list(sizes):
        if sum(sizes.values()) > most_bytes:
            gone.append(entry)
            del sizes[entry]
    for _, path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for _, path in gone]


def _folders(folder: Path) -> list[tuple[datetime, Path]]:
    try:
        entries = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []
    return [(moment, path) for path in entries if (moment := run_moment(path.name)) is not None]


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))
