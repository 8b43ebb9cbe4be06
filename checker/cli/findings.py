"""`checker findings`, `ack`, `snooze`, `unack`: what is open, and who knows of it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.data import Accounts, places_asked
from checker.cli.keys import complete_open, require_known, the_finding
from checker.cli.options import AsJson, Config, now, out_console, print_document, settings_of

if TYPE_CHECKING:
    from checker.run.acting import Doing
    from checker.settings import Settings

__all__ = ["ack", "findings", "snooze", "unack"]

Keys = Annotated[
    list[str],
    typer.Argument(
        metavar="KEY...",
        help="Findings, by id, by key, or by a part of one that fits only one.",
        autocompletion=complete_open,
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="WHEN", help="A date (2026-12-24), a moment in UTC, or e.g. 36h, 7d, 2w."
    ),
]


def findings(
    config: Config = None,
    new: Annotated[bool, typer.Option("--new", help="Only what the last run of its account found.")] = False,
    acked: Annotated[bool, typer.Option("--acked", help="Only what somebody acknowledged.")] = False,
    account: Accounts = None,
    as_json: AsJson = False,
) -> None:
    """List what is open, the worst first: since when, why, until when something must be done, who knows."""
    from checker.report.lists import findings_document, listed_findings, print_findings
    from checker.store import open_store

    settings, moment = settings_of(config), now()
    with open_store(settings.store.url) as store:
        places = places_asked(store, settings, account)
        require_known(settings, places, account or (), ())
        states = store.findings(account or None)
        sites = {place.id: place.site for place in places}
        fresh = store.changed_last(states)
    entries = listed_findings(states, fresh, moment, settings.findings.rules, sites)
    entries = [entry for entry in entries if (entry.is_new or not new) and (entry.ack or not acked)]
    if as_json:
        print_document(findings_document(entries, moment))
    else:
        only = "new" if new else "acked" if acked else "some" if account else ""
        print_findings(entries, out_console(), now=moment, language=settings.report.language, only=only)


def ack(
    keys: Keys,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why no reminder is needed.")],
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who; else your login name.")] = None,
    until: Until = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Say that somebody knows of a finding: no reminders, until it gets worse or the time is over."""
    from checker.run.acting import acknowledging, moment_meant

    settings, moment = settings_of(config), now()
    doing = acknowledging(by or getpass.getuser(), reason, moment, moment_meant(until, moment))
    _act(keys, settings, doing, as_json=as_json)


def snooze(
    keys: Keys,
    until: Annotated[
        str, typer.Option("--until", metavar="WHEN", help="A date, a moment in UTC, or e.g. 36h, 7d, 2w.")
    ],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Mute the reminders of a finding for a while; news of it are told all the same."""
    from checker.run.acting import moment_meant, snoozing

    settings, moment = settings_of(config), now()
    doing = snoozing(getpass.getuser(), "", moment, moment_meant(until, moment) or moment)
    _act(keys, settings, doing, as_json=as_json)


def unack(keys: Keys, config: Config = None, as_json: AsJson = False) -> None:
    """Take an acknowledgement or a snooze back."""
    from checker.run.acting import taking_back

    _act(keys, settings_of(config), taking_back(getpass.getuser(), "", now()), as_json=as_json)


def _act(texts: Sequence[str], settings: Settings, doing: Doing, *, as_json: bool) -> None:
    from checker.report.lists import act_document, act_text
    from checker.run.acting import act_on
    from checker.store import open_store

    with open_store(settings.store.url) as store:
        done = act_on(store, lambda known: [the_finding(text, known) for text in texts], doing)
    if as_json:
        print_document(act_document(doing.name, done))
        return
    for key in done:
        text = act_text(doing.name, key, doing.by, doing.until, settings.report.language)
        out_console().print(text, markup=False, soft_wrap=True)
