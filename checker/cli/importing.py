"""`checker import`: read a document a platform gave, through the same records, store and report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.options import AsJson, Config, now, settings_of
from checker.cli.run import FailOn
from checker.errors import UsageError

if TYPE_CHECKING:
    from checker.settings import Settings

__all__ = ["import_document"]

_MAX_BYTES = 50_000_000


def import_document(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What the file is, e.g. amazon-report.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The document; - for standard input.")],
    config: Config = None,
    account: Annotated[
        str | None,
        typer.Option(
            "--account", metavar="ALIAS", help="The account it belongs to; else the only one configured."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and show, but store nothing.")] = False,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on", metavar="LEVEL", help="Findings below this level leave the exit code alone."
        ),
    ] = FailOn.WARNING,
    as_json: AsJson = False,
) -> int:
    """Read a platform's own report, e.g. the SP-API document GET_V2_SELLER_PERFORMANCE_REPORT."""
    from checker.cli.data import places_in  # noqa: PLC0415
    from checker.cli.telling import finished  # noqa: PLC0415
    from checker.model import Level  # noqa: PLC0415
    from checker.run.execute import Request  # noqa: PLC0415
    from checker.run.imports import importer_named, run_import  # noqa: PLC0415
    from checker.store import open_store  # noqa: PLC0415

    settings = settings_of(config, needed=False)
    marketplace, importer = importer_named(kind, settings.flows.allow)
    data = _read(file)
    alias = account or _only_account(settings, marketplace)
    request = Request(dry_run=dry_run, fail_on=Level(fail_on.value), rules=settings.findings.rules)
    with open_store(settings.store.url) as store:
        done = run_import(store, marketplace, importer, data, alias, request)
        places = places_in(store, settings)
    return finished(done, settings, now(), as_json=as_json, places=places)


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read(_MAX_BYTES + 1)
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise UsageError(
                f"{file} is larger than {_MAX_BYTES // 1_000_000} MB", hint="is it the right file?"
            )
        return file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}", hint="check the path and its rights"
        ) from None


def _only_account(settings: Settings, marketplace: str) -> str:
    aliases = [alias for alias, account in settings.accounts.items() if account.marketplace == marketplace]
    if len(aliases) > 1:
        raise UsageError(
            f"there are {len(aliases)} {marketplace} accounts: {', '.join(sorted(aliases))}",
            hint="say whose document this is with --account ALIAS",
        )
    return aliases[0] if aliases else marketplace
