"""`checker show`, `checker history`, `checker schema`: what is known, from the store alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.keys import complete_account, complete_key, complete_site, require_known, the_key
from checker.cli.options import AsJson, Config, now, out_console, print_document, settings_of

if TYPE_CHECKING:
    from checker.model import Key, Known, Site
    from checker.report.rollup import Place
    from checker.report.timeline import Moment
    from checker.run.execute import Finished
    from checker.settings import Settings
    from checker.store import Store

__all__ = [
    "Accounts",
    "Everything",
    "Sites",
    "everything_after",
    "history",
    "named_key",
    "places_in",
    "schema",
    "show",
]


class Document(StrEnum):
    """The documents whose schema can be printed."""

    CONFIG = "config"

    RUN = "run"
    SHOW = "show"
    HISTORY = "history"
    REPLAY = "replay"
    CAPTURE = "capture"
    FINDINGS = "findings"
    RUNS = "runs"
    DIFF = "diff"
    ACK = "ack"
    FORGET = "forget"
    STATUS = "status"
    CHECK = "flows-check"
    DOCTOR = "flows-doctor"
    CHECKUP = "doctor"
    NOTIFY_TEST = "notify-test"
    NOTIFY_SEND = "notify-send"
    NOTIFY_LOG = "notify-log"
    SCHEDULE = "schedule"
    EVIDENCE_LIST = "evidence-list"
    EVIDENCE_SHOW = "evidence-show"
    EVIDENCE_VERIFY = "evidence-verify"
    EVIDENCE_EXPORT = "evidence-export"
    EVIDENCE_PRUNE = "evidence-prune"
    EVIDENCE_PACK = "evidence-pack"
    EVIDENCE_KEY = "evidence-key"
    STORE = "store"
    RECORD = "evidence-record"
    PROVENANCE = "evidence-provenance"
    MANIFEST = "evidence-manifest"
    LEDGER = "evidence-ledger"


Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="ALIAS",
        help="Only this account; may be repeated.",
        autocompletion=complete_account,
    ),
]
Sites = Annotated[
    list[str] | None,
    typer.Option(
        "--site",
        metavar="CODE",
        help="Only this site, e.g. CA; may be repeated.",
        autocompletion=complete_site,
    ),
]


def show(
    config: Config = None, account: Accounts = None, site: Sites = None, as_json: AsJson = False
) -> None:
    """Show what is known now: what is open, what could not be read, every site with its age."""
    from checker.report.document import state_document  # noqa: PLC0415
    from checker.report.terminal import print_state  # noqa: PLC0415
    from checker.store import open_store  # noqa: PLC0415

    settings = settings_of(config)
    codes = {code.upper() for code in site or ()}
    with open_store(settings.store.url) as store:
        everywhere = places_in(store, settings)
        require_known(settings, everywhere, account or (), codes)
        known = {
            key: state
            for key, state in store.all_known().items()
            if (not account or key.account in account) and (not codes or key.site in codes)
        }
        places = [
            place
            for place in everywhere
            if (not account or place.account in account) and (not codes or place.site.code in codes)
        ]
    if as_json:
        print_document(state_document(known, now()))
    else:
        print_state(
            known,
            places,
            out_console(),
            now=now(),
            language=settings.report.language,
            stale_after=settings.findings.rules.stale_after,
        )


def history(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY",
            help="A key as `findings` and `show --json` print it, or a part of one.",
            autocompletion=complete_key,
        ),
    ],
    config: Config = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many readings.")] = 60,
    as_json: AsJson = False,
) -> None:
    """Show one key over time: its curve, its readings, what happened to its findings and who knew."""
    from checker.report.document import history_document  # noqa: PLC0415
    from checker.report.terminal import print_history  # noqa: PLC0415
    from checker.store import open_store  # noqa: PLC0415

    settings = settings_of(config)
    with open_store(settings.store.url) as store:
        found = named_key(key, store)
        readings = [entry.reading for entry in store.history(found, limit)]
        moments = _moments(store, found, limit)
        zones = {place.id: place.site.zone for place in places_in(store, settings)}
    if as_json:
        print_document(history_document(found, readings, moments))
        return
    zone = zones.get(found.place, "UTC")
    print_history(
        found, readings, out_console(), moments, now=now(), zone=zone, language=settings.report.language
    )


def schema(
    document: Annotated[
        Document,
        typer.Argument(
            help=(
                "Whose schema; `config` is that of checker.toml, `ack` also that of snooze and unack, and "
                "`evidence-record`, "
                "`-provenance`, `-manifest`, `-ledger` those of a bundle's files and a line of the ledger."
            )
        ),
    ],
    config: Config = None,
    as_json: AsJson = True,
) -> None:
    """Print the JSON Schema of the settings, of what a command prints with --json, or of sealed evidence."""
    del config, as_json
    from checker.report import document as documents  # noqa: PLC0415
    from checker.report import evidence, evidence_files, flow_documents, notify_documents  # noqa: PLC0415
    from checker.report.capture import capture_schema  # noqa: PLC0415
    from checker.report.checkup import checkup_schema, schedule_schema  # noqa: PLC0415
    from checker.report.replay import replay_schema  # noqa: PLC0415
    from checker.report.status import status_schema  # noqa: PLC0415
    from checker.report.store import store_schema  # noqa: PLC0415
    from checker.settings.describe import config_schema  # noqa: PLC0415

    schemas = {
        Document.CONFIG: config_schema,
        Document.RUN: documents.run_schema,
        Document.SHOW: documents.state_schema,
        Document.HISTORY: documents.history_schema,
        Document.REPLAY: replay_schema,
        Document.CAPTURE: capture_schema,
        Document.FINDINGS: documents.findings_schema,
        Document.RUNS: documents.runs_schema,
        Document.DIFF: documents.diff_schema,
        Document.ACK: documents.act_schema,
        Document.FORGET: documents.forget_schema,
        Document.STATUS: status_schema,
        Document.CHECK: flow_documents.check_schema,
        Document.CHECKUP: checkup_schema,
        Document.DOCTOR: flow_documents.doctor_schema,
        Document.NOTIFY_TEST: notify_documents.answers_schema,
        Document.NOTIFY_SEND: notify_documents.sent_schema,
        Document.NOTIFY_LOG: notify_documents.deliveries_schema,
        Document.SCHEDULE: schedule_schema,
        Document.EVIDENCE_LIST: evidence.list_schema,
        Document.EVIDENCE_SHOW: evidence.show_schema,
        Document.EVIDENCE_VERIFY: evidence.verify_schema,
        Document.EVIDENCE_EXPORT: evidence.export_schema,
        Document.EVIDENCE_PRUNE: evidence.prune_schema,
        Document.EVIDENCE_PACK: evidence.pack_schema,
        Document.EVIDENCE_KEY: evidence.key_schema,
        Document.STORE: store_schema,
        Document.RECORD: evidence_files.record_schema,
        Document.PROVENANCE: evidence_files.provenance_schema,
        Document.MANIFEST: evidence_files.manifest_schema,
        Document.LEDGER: evidence_files.ledger_schema,
    }
    sys.stdout.write(json.dumps(schemas[document](), indent=2, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is known, of every account: what a report speaks for, whatever its run looked at."""

    known: Mapping[Key, Known]
    places: Sequence[Place]


def everything_after(done: Finished, settings: Settings) -> Everything:
    """Return everything known after a run; what the run itself knew, where the store cannot be asked."""
    from checker.errors import StoreError  # noqa: PLC0415
    from checker.report.rollup import Place  # noqa: PLC0415
    from checker.store import open_store  # noqa: PLC0415

    try:
        with open_store(settings.store.url) as store:
            return Everything({**store.all_known(), **done.known}, places_in(store, settings))
    except StoreError:
        places = [Place(m, alias, site) for (m, alias), sites in done.sites.items() for site in sites]
        return Everything(done.known, places)


def places_in(store: Store, settings: Settings) -> list[Place]:
    """Return every site known of, with its account: those the pickers listed, and those only read of."""
    from checker.report.rollup import Place  # noqa: PLC0415

    keys = store.all_known()
    accounts = {(account.marketplace, alias) for alias, account in settings.accounts.items()}
    accounts |= {(key.marketplace, key.account) for key in keys}
    listed = [
        Place(marketplace, alias, site, asked=_is_asked(settings, alias, site.code))
        for marketplace, alias in sorted(accounts)
        for site in store.sites(marketplace, alias).values()
    ]
    there = {place.id for place in listed}
    read = {key.place for key in keys}
    return [
        *listed,
        *(
            Place(one.marketplace, one.account, _site(one.marketplace, one.site, one.shop))
            for one in sorted(read - there)
        ),
    ]


def _is_asked(settings: Settings, alias: str, code: str) -> bool:
    account = settings.accounts.get(alias)
    return account is None or account.wants(code)


def _site(marketplace: str, code: str, shop: str) -> Site:
    """Return a site that only a document spoke of, with what its flow knows of it."""
    from checker.errors import ConfigError  # noqa: PLC0415
    from checker.flow import flow_named  # noqa: PLC0415
    from checker.model import Site  # noqa: PLC0415
    from checker.run.unreached import EVERY_SITE  # noqa: PLC0415

    try:
        # Of an account that never got as far as its sites there is none to look up.
        rows = () if code == EVERY_SITE.code else flow_named(marketplace).toml.sites
    except ConfigError:  # the flow that read it may be gone by now
        rows = ()
    for row in rows:
        if row.code == code:
            return Site(code, row.native_id, row.label, country=row.country, zone=row.zone, shop=shop)
    return Site(code, code, code, shop=shop)


def named_key(text: str, store: Store) -> Key:
    """Return the key a text means: the id of something open, a key, or a part of one."""
    from checker.report.lists import short_id  # noqa: PLC0415

    by_id = [key for key in store.findings() if short_id(key) == text]
    if len(by_id) == 1:
        return by_id[0]
    hint = "list the keys with: checker show --json | jq -r '.known[].key'"
    return the_key(text, store.find_keys(text), hint)


def _moments(store: Store, key: Key, limit: int) -> list[Moment]:
    """Return what runs and people did to the findings of a key, oldest first."""
    from checker.report.timeline import Moment, moment_of  # noqa: PLC0415

    told = [moment_of(at, run_id, change) for at, run_id, change in store.changes(key, limit)]
    done = [Moment(act.at, act.act, act.level, act.by, act.reason) for act in store.acts(key, limit)]
    return sorted((*told, *done), key=lambda moment: moment.at)
