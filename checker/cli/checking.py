"""`checker flows check`: what is wrong with a flow's data, and what nobody has ever seen it read."""

from __future__ import annotations

import tempfile
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.options import AsJson, Config, out_console, print_document, say, settings_of
from checker.errors import ConfigError, UsageError
from checker.model.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.flow import Flow
    from checker.flow.lint import Remark
    from checker.report.flow_documents import CheckDocument
    from checker.settings import Settings
    from checker.testing import Coverage, ReplicaOffer

__all__ = ["check"]


def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The marketplace, e.g. amazon.")],
    config: Config = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME", help="Only this scenario; may be repeated."),
    ] = None,
    sites: Annotated[
        int, typer.Option("--sites", min=1, help="At most this many sites of each scenario are visited.")
    ] = 3,
    play: Annotated[bool, typer.Option("--play/--no-play", help="Play the scenarios, or only look.")] = True,
    as_json: AsJson = False,
) -> int:
    """Look for mistakes in a flow's site.toml, and for what no scenario of its replica exercises.

    The replica is found through the entry-point group `checker.replicas`; `--no-play` looks at data alone.
    Exit codes: 0 all is well, 20 something is exercised by no scenario, 78 the flow has problems.
    """
    from checker.flow import flow_named
    from checker.flow.lint import remarks

    settings = settings_of(config, needed=False)
    overrides = None if settings.file is None else settings.file.parent / "overrides"
    flow = flow_named(name, overrides, settings.flows.allow)
    found = remarks(flow.toml)
    replica = _replica(flow.marketplace) if play else None
    names = _scenarios(replica, scenario or [])
    coverage = None if replica is None else _play(settings, flow, overrides, replica, names, sites)
    document = _document(flow, found, replica, coverage)
    if as_json:
        print_document(document)
    else:
        _show(document, play=play)
    if document.failed or any(remark.problem for remark in found):
        return Exit.CONFIG
    return Exit.INCOMPLETE if play and (replica is None or document.gaps) else Exit.OK


def _replica(name: str) -> ReplicaOffer | None:
    from checker.testing.replica import GROUP

    points = list(entry_points(group=GROUP, name=name))
    if not points:
        return None
    try:
        offer: ReplicaOffer = points[0].load()
        offer.scenarios()
    except Exception as error:  # noqa: BLE001 - a stranger's module may raise anything; it is named
        raise ConfigError(
            f"the replica of {name!r} cannot be used: {type(error).__name__}: {error}",
            hint="correct it, or look at the data alone with --no-play",
        ) from None
    return offer


def _scenarios(replica: ReplicaOffer | None, asked: Sequence[str]) -> list[str]:
    from checker.testing.coverage import UNPLAYED

    there = [] if replica is None else list(replica.scenarios())
    if unknown := [name for name in asked if name not in there]:
        raise UsageError(
            f"the replica has no scenario {unknown[0]!r}",
            hint=f"there is: {', '.join(there) or 'no replica'}",
        )
    return list(asked) or [name for name in there if not name.startswith(UNPLAYED)]


def _play(
    settings: Settings,
    flow: Flow,
    overrides: Path | None,
    replica: ReplicaOffer,
    names: Sequence[str],
    sites: int,
) -> Coverage:
    from checker.flow import override_of
    from checker.testing import Driver, Login, contract_browser, cover

    account = replica.account
    # Not every replica knows of logins that take a person.
    attended = getattr(account, "attended", False)
    login = Login(account.username, account.password, account.totp_secret, attended)
    override = None if overrides is None else override_of(flow.marketplace, overrides)
    with (
        replica.serve() as served,
        contract_browser(settings.browser.path) as browser,
        tempfile.TemporaryDirectory() as scratch,
    ):
        driver = Driver(browser, lambda: type(flow)(override), served, login, Path(scratch))
        return cover(driver, names, sites, lambda name, n: say(f"  {n + 1}/{len(names)} {name}"))


def _document(
    flow: Flow, found: Sequence[Remark], replica: ReplicaOffer | None, coverage: Coverage | None
) -> CheckDocument:
    from checker.report.flow_documents import CheckDocument, GapModel, RemarkModel

    played = () if coverage is None else tuple(coverage.played)
    there = () if replica is None else tuple(replica.scenarios())
    gaps = () if coverage is None else coverage.gaps()
    return CheckDocument(
        marketplace=flow.marketplace,
        flow=flow.version,
        remarks=tuple(RemarkModel(where=r.where, text=r.text, problem=r.problem) for r in found),
        replica=replica is not None,
        played=played,
        failed={} if coverage is None else coverage.failed,
        not_played=tuple(name for name in there if name not in played),
        gaps=tuple(GapModel(kind=gap.kind, where=gap.where, what=gap.what) for gap in gaps),
    )


def _show(document: CheckDocument, *, play: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from checker.report.safe import printable

    out = out_console()
    problems = sum(remark.problem for remark in document.remarks)
    advice = len(document.remarks) - problems
    out.print(Text(f"{document.flow}: {problems} problem(s), {advice} piece(s) of advice", "bold"))
    table = Table(box=None, show_header=False)
    for remark in document.remarks:
        word = Text("problem", "red") if remark.problem else Text("advice", "yellow")
        table.add_row(word, printable(remark.where), printable(remark.text))
    out.print(table)
    if not document.replica:
        why = (
            "no replica is installed under the entry-point group checker.replicas"
            if play
            else "not asked for"
        )
        out.print(Text(f"No scenario was played: {why}."))
        return
    out.print(Text(f"{len(document.played)} scenario(s) played, {len(document.not_played)} not."))
    for name, problem in document.failed.items():
        out.print(Text(f"{name}: the flow raised {problem}", "red"))
    if not document.gaps:
        out.print(Text("Every state, chain and word is exercised.", "green"))
        return
    out.print(Text(f"Exercised by no scenario played: {len(document.gaps)}", "bold"))
    table = Table(box=None, show_header=False)
    for gap in document.gaps:
        table.add_row(Text(gap.kind, "yellow"), printable(gap.where), printable(gap.what))
    out.print(table)
