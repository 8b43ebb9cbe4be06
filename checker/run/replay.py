"""Reading kept visits again, offline, by the flow of today.

One account's part of a run is played from its beginning, by one flow, as the run did it: the sites are
listed first, then each is visited in turn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from checker.console.kept import KeptError, KeptPart
from checker.console.recorded import RecordedConsole
from checker.errors import Stop, UsageError
from checker.flow import Flow
from checker.model import Key, Outcome, Presence, Reading, Site, Visit
from checker.run.keeping import load_file
from checker.run.run_ids import run_moment
from checker.run.visits import visit_sites

__all__ = ["Difference", "KeptRun", "Replayed", "differences", "kept_runs", "opened", "replay"]


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One account's part of a run, as it was kept: the files of its parts, in order."""

    folder: Path
    files: tuple[Path, ...]

    def parts(self) -> list[KeptPart]:
        """Return the parts; UsageError names the file that is none, or does not belong to the others."""
        parts = [_part(file) for file in self.files]
        first = parts[0]
        for file, part in zip(self.files, parts, strict=True):
            same = (part.marketplace, part.account, part.run_id) == (
                first.marketplace,
                first.account,
                first.run_id,
            )
            if not same or (part.number == 0) != (part is first):
                raise UsageError(
                    f"{file} does not belong to the visit beside it",
                    hint="put the parts of one visit, and nothing else, into one folder",
                )
        if first.part != "sites":
            raise UsageError(
                f"{self.folder} lacks the part that lists the sites",
                hint="without it no flow knows where it stands: copy the folder whole",
            )
        return parts


@dataclass(frozen=True, slots=True)
class Replayed:
    """One site's visit read again: what was read then, and what today's flow reads."""

    part: KeptPart
    then: Visit
    now: Visit

    @property
    def run_id(self) -> str:
        """The run the visit was part of."""
        return self.part.run_id

    @property
    def differences(self) -> Sequence[Difference]:
        """What is read otherwise than it was."""
        return differences(self.then, self.now)


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that is read otherwise than it was; none on the side that has no reading of it."""

    key: Key
    then: Reading | None
    now: Reading | None

    @property
    def is_mended(self) -> bool:
        """Whether it could not be read then, and can be now."""
        return _unread(self.then) and not _unread(self.now)


def opened(folder: Path) -> list[KeptRun]:
    """Return the account runs in a folder: a case, one account's part of a run, or a whole run."""
    if not folder.is_dir():
        raise UsageError(
            f"{folder} is no folder", hint="name a case, or the id of a run whose visits are kept"
        )
    own = _files(folder)
    inner = [folder] if own else sorted(path for path in folder.iterdir() if path.is_dir())
    runs = [KeptRun(path, tuple(files)) for path in inner if (files := _files(path))]
    if not runs:
        raise UsageError(
            f"{folder} holds no kept visit",
            hint="visits are kept in files called 000-sites.json.gz and so on",
        )
    return runs


def kept_runs(visits: Path) -> list[str]:
    """Return the ids of the runs whose visits are kept, the oldest first."""
    try:
        names = [path.name for path in visits.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []
    return sorted(name for name in names if run_moment(name) is not None)


def replay(parts: Sequence[KeptPart], flow: Flow) -> list[Replayed]:
    """Read the visits of one account's part of a run again; raises nothing a flow can meet."""
    first, *rest = parts
    account = first.account
    console = RecordedConsole(flow, account, first)
    try:
        sites = list(flow.sites(console))
    except Stop as stop:
        return [Replayed(part, part.then, _ended(part.then, stop)) for part in rest]
    return list(_visits(flow, console, account, sites, rest))


def differences(then: Visit, now: Visit) -> list[Difference]:
    """Return the keys that are read otherwise; time, pictures and the flow's version do not count."""
    before = {reading.key: reading for reading in then.readings}
    after = {reading.key: reading for reading in now.readings}
    return [
        Difference(key, before.get(key), after.get(key))
        for key in sorted(before | after)
        if _content(before.get(key)) != _content(after.get(key))
    ]


def _visits(
    flow: Flow, console: RecordedConsole, account: str, sites: Sequence[Site], parts: Sequence[KeptPart]
) -> Iterator[Replayed]:
    today: Mapping[tuple[str, str], Site] = {(site.code, site.shop): site for site in sites}
    for part in parts:
        then = part.then
        site = today.get((then.site.code, then.site.shop))
        if site is None:
            stop = Stop(Outcome.NOT_KEPT, f"today's flow does not list {then.site.code} in what was kept")
            yield Replayed(part, then, _ended(then, stop))
            continue
        console.turn_to(part)
        with tempfile.TemporaryDirectory() as nowhere:
            ((visit, _),) = visit_sites(
                flow,
                console,
                account,
                [site],
                Path(nowhere),
                Path("replay"),
                console.now,
                has_time=lambda: False,
            )
        yield Replayed(part, then, visit)


def _ended(then: Visit, stop: Stop) -> Visit:
    return Visit(
        then.marketplace,
        then.account,
        then.site,
        stop.outcome,
        stop.detail,
        started_at=then.started_at,
        finished_at=then.finished_at,
    )


def _content(reading: Reading | None) -> object:
    if reading is None:
        return None
    # A kept visit is looked at once, by today's flow, and no picture is taken of it.
    apart = ("observed_at", "evidence", "bundle", "flow", "reread", "claims", "contradicts")
    # How its page was built, and what is photographed of it, is not what was read from it.
    bare = replace(reading, origin=replace(reading.origin, structure="", picture=""))
    names = (name for name in Reading.__dataclass_fields__ if name not in apart)
    # How often a source was looked at is not what it says.
    said = frozenset(replace(statement, look=1) for statement in reading.claims)
    return (said, *(getattr(bare, name) for name in names))


def _unread(reading: Reading | None) -> bool:
    return reading is None or reading.presence in (Presence.UNREADABLE, Presence.NOT_OBSERVED)


def _files(folder: Path) -> list[Path]:
    files = (*folder.glob("[0-9][0-9][0-9]-*.json.gz"), *folder.glob("[0-9][0-9][0-9]-*.json"))
    return sorted((path for path in files if path.is_file()), key=lambda path: path.name)


def _part(file: Path) -> KeptPart:
    try:
        part = load_file(file)
        _ = part.listed if part.part == "sites" else part.then
    except KeptError as error:
        raise UsageError(
            str(error), hint="the file was left as it is; leave it out, or keep the visit anew"
        ) from None
    return part
