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
    from checker.model import Key, Known
    from checker.report.rollup import Place
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
    from checker.report.confirmed import confirmed_lines
    from checker.report.document import state_document
    from checker.report.terminal import print_state
    from checker.report.words import words_for
    from checker.run.confirming import Confirmations
    from checker.store import open_store

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
    kept = Confirmations(settings.paths.data_dir).read()
    if as_json:
        print_document(state_document(known, now(), kept))
    else:
        print_state(
            known,
            places,
            out_console(),
            now=now(),
            language=settings.report.language,
            stale_after=settings.findings.rules.stale_after,
        )
        for line in confirmed_lines(known.values(), kept, words_for(settings.report.language)):
            out_console().print(line, markup=False, soft_wrap=True)


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
    from checker.report.document import history_document
    from checker.report.terminal import print_history
    from checker.run.knowledge import moments_of
    from checker.store import open_store

    settings = settings_of(config)
    with open_store(settings.store.url) as store:
        found = named_key(key, store)
        readings = [entry.reading for entry in store.history(found, limit)]
        moments = moments_of(store, found, limit)
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
    from checker.report import document as documents
    from checker.report import evidence, evidence_files, flow_documents, notify_documents
    from checker.report.capture import capture_schema
    from checker.report.checkup import checkup_schema, schedule_schema
    from checker.report.replay import replay_schema
    from checker.report.status import status_schema
    from checker.report.store import store_schema
    from checker.settings.describe import config_schema

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
    from checker.errors import StoreError
    from checker.report.rollup import Place
    from checker.store import open_store

    try:
        with open_store(settings.store.url) as store:
            return Everything({**store.all_known(), **done.known}, places_in(store, settings))
    except StoreError:
        places = [Place(m, alias, site) for (m, alias), sites in done.sites.items() for site in sites]
        return Everything(done.known, places)


def places_in(store: Store, settings: Settings) -> list[Place]:
    """Return every site known of, with its account: those the pickers listed, and those only read of."""
    from checker.run.knowledge import places_in as found

    return found(store, settings)


def named_key(text: str, store: Store) -> Key:
    """Return the key a text means: the id of something open, a key, or a part of one."""
    from checker.report.lists import short_id

    by_id = [key for key in store.findings() if short_id(key) == text]
    if len(by_id) == 1:
        return by_id[0]
    hint = "list the keys with: checker show --json | jq -r '.known[].key'"
    return the_key(text, store.find_keys(text), hint)
