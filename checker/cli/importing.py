"""`checker import`: read a document a platform gave, through the same records, store and report."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.keys import complete_account
from checker.cli.options import AsJson, Config, now, settings_of
from checker.cli.run import FailOn
from checker.errors import UsageError

if TYPE_CHECKING:
    from checker.settings import Settings
    from checker.store import Store

__all__ = ["import_document"]

_MAX_BYTES = 50_000_000


def import_document(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What the file is, e.g. amazon-report.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The document; - for standard input.")],
    config: Config = None,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            metavar="ALIAS",
            help="The account it belongs to; else the only one configured.",
            autocompletion=complete_account,
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
    from checker.cli.data import everything_after
    from checker.cli.telling import finished
    from checker.model import Level
    from checker.run.execute import Request
    from checker.run.imports import importer_named, run_import
    from checker.store import open_store

    settings = settings_of(config, needed=False)
    marketplace, importer = importer_named(kind, settings.flows.allow)
    data = _read(file)
    request = Request(dry_run=dry_run, fail_on=Level(fail_on.value), rules=settings.findings.rules)
    with open_store(settings.store.url) as store:
        alias = _account(settings, store, marketplace, account)
        done = run_import(store, marketplace, importer, data, alias, request)
    everything = everything_after(done, settings)
    return finished(done, settings, now(), as_json=as_json, everything=everything)


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


def _account(settings: Settings, store: Store, marketplace: str, named: str | None) -> str:
    """Return the account a document belongs to; UsageError for an unknown one, or of another marketplace."""
    if named is None:
        return _only_account(settings, marketplace)
    owners = {place.account: place.marketplace for place in store.places()}
    owners |= {alias: account.marketplace for alias, account in settings.accounts.items()}
    if owners.get(named, marketplace) != marketplace:
        raise UsageError(
            f"{named} is an account on {owners[named]}, and the document is {marketplace}'s",
            hint=f"name one of {marketplace}: {_those(owners, marketplace) or 'there is none yet'}",
        )
    if named not in owners and settings.accounts:
        raise UsageError(
            f"no account is called {named!r}",
            hint=f"there are: {_those(owners, marketplace) or 'none of ' + marketplace}; one that is only "
            f"imported is declared by [accounts.{named}] with marketplace, username and enabled = false",
        )
    return named


def _those(owners: Mapping[str, str], marketplace: str) -> str:
    return ", ".join(sorted(alias for alias, owner in owners.items() if owner == marketplace))


def _only_account(settings: Settings, marketplace: str) -> str:
    aliases = [alias for alias, account in settings.accounts.items() if account.marketplace == marketplace]
    if len(aliases) > 1:
        raise UsageError(
            f"there are {len(aliases)} {marketplace} accounts: {', '.join(sorted(aliases))}",
            hint="say whose document this is with --account ALIAS",
        )
    return aliases[0] if aliases else marketplace
