"""Flows arrive through the entry points of installed packages, ours the same way as a stranger's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from checker.errors import ConfigError
from checker.flow.contract import CONTRACT, Flow
from checker.flow.layers import override_files
from checker.model.renamed import RENAMED, old_names

__all__ = ["GROUP", "Listed", "entry_of", "flow_named", "installed", "override_of"]

GROUP = "checker.flows"


@dataclass(frozen=True, slots=True)
class Listed:
    """One installed flow; `problem` says why it cannot be used."""

    name: str
    package: str
    version: str
    title: str = ""
    flow: type[Flow] | None = None
    problem: str = ""


def installed(allowed: Iterable[str] | None = None) -> tuple[Listed, ...]:
    """Return every flow found, broken ones with their problem; a broken plug-in spoils nothing else."""
    points = _permitted(allowed)
    packages = Counter(point.name for point in points)
    return tuple(_listed(point) if packages[point.name] == 1 else _contested(point) for point in points)


def entry_of(name: str, allowed: Iterable[str] | None = None) -> EntryPoint:
    """Return the one entry point of that name without loading it; raise ConfigError if there is not one.

    For whoever must not run a stranger's code: the supervisor, which reads all the other accounts too.
    """
    points = _permitted(allowed)
    named = [point for point in points if point.name == name]
    if not named:
        there = ", ".join(sorted({point.name for point in points})) or "none"
        raise ConfigError(
            f"no flow for marketplace {name!r} is installed (installed: {there})",
            hint="correct `marketplace` in the account, or install the package that brings the flow",
        )
    if len(named) > 1:
        raise _unusable(_contested(named[0]))
    return named[0]


def flow_named(name: str, overrides: Path | None = None, allowed: Iterable[str] | None = None) -> Flow:
    """Return a flow ready for use, or raise ConfigError that names those there are; no other is loaded."""
    name = RENAMED.get(name, name)
    listed = _listed(entry_of(name, allowed))
    if listed.flow is None:
        raise _unusable(listed)
    flow = listed.flow(override=None if overrides is None else override_of(name, overrides))
    if flow.toml.flow.marketplace != name:
        raise ConfigError(
            f"the site.toml of flow {name!r} is about {flow.toml.flow.marketplace!r}",
            hint="an override may not change [flow] marketplace",
        )
    return flow


def override_of(name: str, overrides: Path) -> Path:
    """Return the user's file for a marketplace: the one of its name, else the one of a name it had before."""
    files = [overrides / f"{each}.toml" for each in (name, *old_names(name))]
    return next((file for file in files if override_files(file)), files[0])


def _permitted(allowed: Iterable[str] | None) -> list[EntryPoint]:
    permitted = None if allowed is None else frozenset(allowed)
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return [point for point in points if permitted is None or point.name in permitted]


def _unusable(listed: Listed) -> ConfigError:
    return ConfigError(
        f"the flow {listed.name!r} of {listed.package} cannot be used: {listed.problem}",
        hint="update or remove that package; other marketplaces are not affected",
    )


def _contested(point: EntryPoint) -> Listed:
    """List a flow whose name two packages claim: neither is loaded, for it would be given the password."""
    problem = "another installed package brings a flow of this name"
    return Listed(point.name, *_package(point), problem=problem)


def _package(point: EntryPoint) -> tuple[str, str]:
    return ("?", "?") if point.dist is None else (point.dist.name, point.dist.version)


def _listed(point: EntryPoint) -> Listed:
    package, version = _package(point)
    try:
        flow = point.load()
        problem = _problem(flow, point.name)
        title = "" if problem else flow().toml.flow.title
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's module may raise anything; it is named
        return Listed(point.name, package, version, problem=f"{type(error).__name__}: {error}")
    return Listed(point.name, package, version, title, None if problem else flow, problem)


def _problem(flow: object, name: str) -> str:
    if not (isinstance(flow, type) and issubclass(flow, Flow)):
        return "its entry point is not a Flow"
    if flow.marketplace != name:
        return f"it calls itself {flow.marketplace!r}"
    contract = flow().toml.flow.contract
    if contract != CONTRACT:
        return f"it was written for contract {contract}, this program has {CONTRACT}"
    return ""
