"""`checker findings`, `ack`, `snooze`, `unack`: what is open, and who knows of it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.data import Accounts, places_in
from checker.cli.keys import complete_open, require_known, the_finding
from checker.cli.options import AsJson, Config, now, out_console, print_document, settings_of
from checker.errors import UsageError

if TYPE_CHECKING:
    from checker.model import Key, Known
    from checker.settings import Settings
    from checker.store import Act

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

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def findings(
    config: Config = None,
    only_open: Annotated[bool, typer.Option("--open", help="Everything open: what is shown anyway.")] = False,
    new: Annotated[bool, typer.Option("--new", help="Only what the last run of its account found.")] = False,
    acked: Annotated[bool, typer.Option("--acked", help="Only what somebody acknowledged.")] = False,
    account: Accounts = None,
    as_json: AsJson = False,
) -> None:
    """List what is open, the worst first: since when, why, until when something must be done, who knows."""
    del only_open
    from checker.report.lists import findings_document, listed_findings, print_findings  # noqa: PLC0415
    from checker.store import open_store  # noqa: PLC0415

    settings, moment = settings_of(config), now()
    with open_store(settings.store.url) as store:
        states = {
            key: state for key, state in store.findings().items() if not account or key.account in account
        }
        places = places_in(store, settings)
        require_known(settings, places, account or (), ())
        sites = {place.id: place.site for place in places}
        fresh = store.changed_last()
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
    from checker.compare import acknowledge  # noqa: PLC0415

    settings, moment = settings_of(config), now()
    who, end = by or getpass.getuser(), _moment(until, moment)

    def known_to(state: Known) -> Known:
        return acknowledge(state, who, reason, moment, end)

    _act(keys, settings, _Doing("ack", who, reason, end, moment, known_to), as_json=as_json)


def snooze(
    keys: Keys,
    until: Annotated[
        str, typer.Option("--until", metavar="WHEN", help="A date, a moment in UTC, or e.g. 36h, 7d, 2w.")
    ],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Mute the reminders of a finding for a while; news of it are told all the same."""
    from checker.compare import snooze as snoozed  # noqa: PLC0415

    settings, moment = settings_of(config), now()
    end = _moment(until, moment)

    def muted(state: Known) -> Known:
        return snoozed(state, end or moment)

    _act(keys, settings, _Doing("snooze", getpass.getuser(), "", end, moment, muted), as_json=as_json)


def unack(keys: Keys, config: Config = None, as_json: AsJson = False) -> None:
    """Take an acknowledgement or a snooze back."""
    from checker.compare import unacknowledge  # noqa: PLC0415

    doing = _Doing("unack", getpass.getuser(), "", None, now(), unacknowledge)
    _act(keys, settings_of(config), doing, as_json=as_json)


class _Doing:
    """What a person does to findings."""

    def __init__(
        self,
        name: str,
        by: str,
        reason: str,
        until: datetime | None,
        at: datetime,
        change: Callable[[Known], Known],
    ) -> None:
        self.name = name
        self.by = by
        self.reason = reason
        self.until = until
        self.at = at
        self.change = change

    def act(self, state: Known) -> Act:
        """Return the line for the journal."""
        from checker.store import Act  # noqa: PLC0415

        return Act(self.at, self.name, self.by, self.reason, self.until, state.level)


def _act(texts: Sequence[str], settings: Settings, doing: _Doing, *, as_json: bool) -> None:
    from checker.report.lists import act_document, act_text  # noqa: PLC0415
    from checker.store import open_store  # noqa: PLC0415

    done: list[Key] = []
    with open_store(settings.store.url) as store, store.transaction():
        states = store.findings(or_unread=True)
        # All of them are found before any is changed: a typing mistake changes nothing.
        for key in dict.fromkeys(the_finding(text, list(states)) for text in texts):
            try:
                store.act(key, doing.act(states[key]), doing.change)
            except ValueError as error:
                raise UsageError(str(error), hint="list what is open with: checker findings") from None
            done.append(key)
    if as_json:
        print_document(act_document(doing.name, done))
        return
    for key in done:
        text = act_text(doing.name, key, doing.by, doing.until, settings.report.language)
        out_console().print(text, markup=False, soft_wrap=True)


def _moment(text: str | None, at: datetime) -> datetime | None:
    """Return the moment a person meant: a span from now, a day (its end, in UTC), or a moment."""
    if text is None:
        return None
    number, unit = text[:-1], text[-1:]
    try:
        if unit in _UNITS and number.isdigit():
            end = at + int(number) * _UNITS[unit]
        else:
            end = datetime.fromisoformat(text)
            if len(text) == len("2026-12-24"):
                end += timedelta(days=1)
            end = end if end.tzinfo is not None else end.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"not a time: {text!r}", hint="write a date like 2026-12-24, or a span like 36h, 7d, 2w"
        ) from None
    if end <= at:
        raise UsageError(f"{text} is over already", hint="name a time to come")
    return end
