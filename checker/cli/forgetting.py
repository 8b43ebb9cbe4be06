"""`checker forget`: nothing is known of an account any more, e.g. after an import into the wrong one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.keys import complete_account
from checker.cli.options import AsJson, Config, is_yes, out_console, print_document, say, settings_of
from checker.errors import CheckerError, UsageError
from checker.model.exits import Exit

if TYPE_CHECKING:
    from checker.report.words import Words
    from checker.store import Store

__all__ = ["forget"]


def forget(
    account: Annotated[
        str,
        typer.Argument(metavar="ACCOUNT", help="The alias of the account.", autocompletion=complete_account),
    ],
    config: Config = None,
    marketplace: Annotated[
        str | None,
        typer.Option("--marketplace", metavar="NAME", help="Which, where the alias was used for several."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> int:
    """Forget all that is known of an account: states, findings, messages, sites, latch, close-ups.

    It undoes an import into the wrong account; a later run or import of it begins anew. Settings, evidence,
    reports and what its runs recorded stay as they are.
    """
    from checker.report.lists import forgotten_document
    from checker.report.words import words_for
    from checker.run.close_ups import CloseUps
    from checker.run.locks import hold
    from checker.store import open_store

    settings = settings_of(config, needed=False)
    words = words_for(settings.report.language)
    with (
        hold(settings.paths.sessions_dir, account) as free,
        open_store(settings.store.url) as store,
    ):
        if not free:
            raise CheckerError(
                words.text("forget", "visited", account=account),
                exit_code=Exit.BUSY,
                hint=words.text("forget", "visited_fix"),
            )
        found = _marketplace(store, account, marketplace, words)
        if not yes:
            _confirm(words, f"{found}/{account}")
        # Before the store: what fails here can be asked for again, an account that is forgotten cannot.
        CloseUps(settings.paths.data_dir, account).forget(found)
        gone = store.forget(found, account)
    if as_json:
        print_document(forgotten_document(found, account, gone))
    else:
        line = words.text("forget", "done", account=f"{found}/{account}", count=gone)
        out_console().print(line, markup=False, soft_wrap=True)
    return Exit.OK


def _marketplace(store: Store, account: str, named: str | None, words: Words) -> str:
    """Return the marketplace meant, or raise UsageError with what there is."""
    accounts = sorted({(place.account, place.marketplace) for place in store.places()})
    here = [marketplace for alias, marketplace in accounts if alias == account]
    if not here:
        there = ", ".join(sorted({alias for alias, _ in accounts})) or words.text("forget", "nobody_known")
        raise UsageError(
            words.text("forget", "unknown", account=repr(account)),
            hint=words.text("forget", "unknown_fix", known=there),
        )
    listed = ", ".join(here)
    if named is None and len(here) > 1:
        raise UsageError(
            words.text("forget", "several", account=account, known=listed),
            hint=words.text("forget", "several_fix", example=here[0]),
        )
    if named is not None and named not in here:
        raise UsageError(
            words.text("forget", "elsewhere", account=account, named=named),
            hint=words.text("forget", "elsewhere_fix", known=listed),
        )
    return named or here[0]


def _confirm(words: Words, account: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(words.text("schedule", "nobody"), hint=words.text("schedule", "nobody_fix"))
    say(words.text("forget", "ask", account=account))
    if not is_yes(input("[y/N] ")):
        raise typer.Abort
