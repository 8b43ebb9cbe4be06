"""`checker evidence`: what proves a reading, and whether it still does."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from checker.cli.options import AsJson, Config, now, out_console, say, settings_of
from checker.errors import UsageError
from checker.model.exits import Exit

if TYPE_CHECKING:
    from pydantic import BaseModel

    from checker.evidence.catalog import Held
    from checker.evidence.ledger import Ledger, LedgerEvent
    from checker.evidence.retention import Removed
    from checker.evidence.verify import Trust, Verdict
    from checker.settings import Settings
    from checker.store import Store

__all__ = ["app", "prune_after"]

app = typer.Typer(
    help=(
        "What proves a reading, and whether it still does.\n\n"
        "It proves when your own capture was made and that nobody changed it since; "
        "not that the marketplace's server told the truth."
    ),
    no_args_is_help=True,
)

Bundle = Annotated[
    str, typer.Argument(metavar="BUNDLE", help="A folder RUN/ACCOUNT/SITE, or the beginning of a digest.")
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="The new file; nothing is overwritten.")]
Identity = Annotated[
    Path | None,
    typer.Option("--identity", metavar="FILE", help="The age identity that opens encrypted originals."),
]
_ENOUGH = 23
_UNSIGNED = (
    "the ledger is of an older version, which did not sign it: what was taken out of it cannot be told. "
    "It is signed, and everything in it with it, when evidence is next sealed"
)


class Language(StrEnum):
    """The languages a pack can be written in."""

    EN = "en"
    ZH = "zh"


@app.command("list")
def list_bundles(config: Config = None, as_json: AsJson = False) -> None:
    """List every bundle: when it was sealed, of what, its size and its digest."""
    from checker.evidence.catalog import bundles

    settings = settings_of(config, needed=False)
    held = list(bundles(settings.paths.evidence_dir))
    if as_json:
        from checker.report.evidence import list_document

        _print(list_document(held))
        return
    from checker.log import shown

    widest = max((len(entry.folder.as_posix()) for entry in held), default=0)
    for entry in held:
        sealed = f"sealed {entry.at:%Y-%m-%dT%H:%M:%SZ}" if entry.bundle else "never sealed"
        size = f"{len(entry.inodes)} files, {entry.size:,} bytes"
        # A line each, however narrow the terminal: what is copied from it is what `show` takes.
        line = f"{entry.folder.as_posix():{widest}}  {sealed}  {entry.bundle[:_ENOUGH]}  {size}"
        out_console().print(shown(line), markup=False, soft_wrap=True)


@app.command("show")
def show(bundle: Bundle, config: Config = None, identity: Identity = None, as_json: AsJson = False) -> None:
    """Show what one bundle holds, its provenance, and what the ledger says of it."""
    from checker.evidence.ledger import Ledger
    from checker.evidence.provenance import provenance_of
    from checker.log import shown
    from checker.report.evidence import show_document

    settings = settings_of(config, needed=False)
    root = settings.paths.evidence_dir
    held = _one(root, bundle)
    provenance = provenance_of(root, held, _decrypter(identity))
    ledger = Ledger(root, now, settings.paths.keys_dir)
    entries = [entry for entry in ledger.entries() if held.bundle and entry.bundle == held.bundle]
    told = show_document(held, provenance, entries)
    if provenance is None and told.encrypted:
        say("its originals are encrypted: name the file age-keygen made with --identity FILE")
    if as_json:
        _print(told)
        return
    for line in json.dumps(_plain(told), indent=2, ensure_ascii=False).splitlines():
        out_console().print(shown(line), markup=False, soft_wrap=True)


@app.command("verify")
def verify(
    bundles: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BUNDLE]...", help="Folders, digests or ZIP files; none: every bundle."),
    ] = None,
    config: Config = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Trust this public key alone, and no ledger: for a bundle of another.",
        ),
    ] = None,
    identity: Identity = None,
    as_json: AsJson = False,
) -> int:
    """Check bundles and the ledger: every doubt is named, and any makes it fail with exit code 31.

    Needs no network. Checked are the list of files, every byte, the signature, time stamps and the ledger;
    without BUNDLE also that nothing is gone: of what the ledger says was captured, and of what the store
    rests its readings on. Trusted are the keys of the key folder, and none that lies beside the evidence.
    """
    from checker.evidence.inventory import missing
    from checker.evidence.ledger import Ledger

    settings = settings_of(config, needed=False)
    root = settings.paths.evidence_dir
    ledger = Ledger(root, now, settings.paths.keys_dir)
    problems = [] if key is not None else ledger.check()
    notes = [] if key is not None or not ledger.is_unsigned or not any(ledger.entries()) else [_UNSIGNED]
    trust = _trust(settings, key, identity)
    verdicts = [_verified(path, trust) for path in _paths(root, list(bundles or ()))]
    if key is None and not bundles:
        problems += missing(root, ledger, _named_by_the_store(settings, notes))
    if key is None:
        _note_verified(ledger, verdicts, each=bool(bundles))
    bad = bool(problems) or any(not verdict.is_good for verdict in verdicts)
    if as_json:
        from checker.report.evidence import verify_document

        _print(verify_document(verdicts, problems, notes))
    else:
        _tell(verdicts, [str(problem) for problem in problems], notes, key_given=key is not None)
    return Exit.EVIDENCE if bad else Exit.OK


@app.command("export")
def export(
    bundle: Bundle,
    out: Out,
    config: Config = None,
    wacz: Annotated[
        bool,
        typer.Option("--wacz", help="A web archive to look at in a replay viewer, instead of the originals."),
    ] = False,
    identity: Identity = None,
    as_json: AsJson = False,
) -> None:
    """Write one bundle into a ZIP that anybody can verify, or its exchanges into a WACZ."""
    from checker.evidence.archive import export_zip
    from checker.evidence.ledger import Ledger, LedgerEvent

    settings = settings_of(config, needed=False)
    root = settings.paths.evidence_dir
    held = _good(settings, bundle, identity)
    if wacz:
        from checker.evidence.wacz import export_wacz

        export_wacz(root, held.folder, out, _decrypter(identity))
    else:
        export_zip(root, held.folder, out)
    _noted(
        Ledger(root, now, settings.paths.keys_dir),
        LedgerEvent.EXPORTED,
        held.bundle,
        form="wacz" if wacz else "zip",
        name=out.name,
    )
    if as_json:
        from checker.report.evidence import ExportDocument

        _print(ExportDocument(bundle=held.bundle, file=str(out)))
    else:
        say(f"{out} holds {held.folder} ({held.bundle})")


@app.command("prune")
def prune(
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what [evidence] keep_days, keep_bundles and keep_megabytes no longer cover.

    What proves an open finding is never deleted; every deletion is written into the ledger first.
    """
    from checker.store import open_store

    settings = settings_of(config, needed=False)
    with open_store(settings.store.url) as store:
        gone = _pruned(settings, store, dry_run=dry_run)
    if as_json:
        from checker.report.evidence import prune_document

        _print(prune_document(gone, dry_run=dry_run))
        return
    for entry in gone:
        say(f"{'would delete' if dry_run else 'deleted'} {entry.held.folder} ({entry.why})")
    if not gone:
        say("nothing to delete")


@app.command("pack")
def pack(
    finding: Annotated[
        str, typer.Argument(metavar="FINDING", help="A key as `checker history` takes it, or a part of one.")
    ],
    out: Out,
    lang: Annotated[Language, typer.Option("--lang", help="The language of the pack.")] = Language.EN,
    redact: Annotated[
        list[str] | None,
        typer.Option(
            "--redact",
            metavar="X,Y,W,H",
            help="Black out this part of the copies of full pages, in pixels; may be repeated.",
        ),
    ] = None,
    config: Config = None,
    identity: Identity = None,
    as_json: AsJson = False,
) -> None:
    """Write an appeal pack: a PDF with timeline, numbers and pictures, the originals beside it."""
    from checker.appeal import Areas, write_pack
    from checker.cli.data import named_key, places_in
    from checker.evidence.ledger import Ledger, LedgerEvent
    from checker.store import open_store

    settings = settings_of(config, needed=False)
    with open_store(settings.store.url) as store:
        key = named_key(finding, store)
        known = store.known(key.marketplace, key.account, [key.site])
        readings = [entry.reading for entry in store.history(key, 1000)]
        zones = {place.id: place for place in places_in(store, settings, [key.account])}
    place = zones.get(key.place)
    root = settings.paths.evidence_dir
    packed = write_pack(
        root,
        key,
        known,
        readings,
        place,
        out,
        language=lang.value,
        now=now(),
        trust=_trust(settings, None, identity),
        browser=settings.browser.path,
        areas=Areas.parsed(redact or ()),
        say=say,
    )
    for bundle in packed.bundles:
        ledger = Ledger(root, now, settings.paths.keys_dir)
        _noted(ledger, LedgerEvent.EXPORTED, bundle, form="pack", name=out.name)
    if as_json:
        from checker.report.evidence import PackDocument

        bundles = list(packed.bundles)
        _print(PackDocument(file=str(out), key=str(key), bundles=bundles, pictures=packed.pictures))
    else:
        say(f"{out}: {packed.pictures} pictures of {len(packed.bundles)} bundles")


@app.command("key")
def key_command(
    config: Config = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the public key there, in PEM form.")
    ] = None,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Make a new key; bundles of the old one stay verifiable.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show or export the public key that bundles are verified with, or make a new key."""
    from checker.evidence import keys
    from checker.evidence.archive import whole_new_file
    from checker.evidence.ledger import Ledger, LedgerEvent

    settings = settings_of(config, needed=False)
    root, folder = settings.paths.evidence_dir, settings.paths.keys_dir
    ledger = Ledger(root, now, folder)
    if rotate:
        old, signing = keys.rotate(folder, root)
        ledger.append(LedgerEvent.KEY_ROTATED, key=signing.public.id, old="" if old is None else old.id)
    else:
        signing = ledger.signing_key()
    public = signing.public
    if out is not None:
        whole_new_file(out, lambda file: (file.write(public.pem), None)[1])
    if as_json:
        from checker.report.evidence import KeyDocument

        file = None if out is None else str(out)
        _print(KeyDocument(key=public.id, pem=public.pem.decode(), file=file))
    elif out is None:
        typer.echo(public.pem.decode(), nl=False)
    else:
        say(f"{out} holds the public key {public.id}")


def prune_after(settings: Settings) -> None:
    """Delete, when a run was told, what no longer has to be kept; a fault of it is said and nothing else."""
    from checker.errors import CheckerError
    from checker.store import open_store

    try:
        with open_store(settings.store.url) as store:
            _pruned(settings, store, dry_run=False)
    except OSError as error:
        say(f"old evidence could not be deleted: {error.strerror}")
    except CheckerError as error:
        say(f"old evidence was not deleted: {error.message}")


def _pruned(settings: Settings, store: Store, *, dry_run: bool) -> list[Removed]:
    from datetime import timedelta

    from checker.evidence.catalog import bundles
    from checker.evidence.ledger import Ledger
    from checker.evidence.protected import protected_folders
    from checker.evidence.retention import Limits, plan
    from checker.evidence.retention import prune as delete

    root, kept = settings.paths.evidence_dir, settings.evidence
    limits = Limits(timedelta(days=kept.keep_days), kept.keep_bundles, kept.keep_megabytes * 1_000_000)
    if not plan(bundles(root), (), limits, now()):
        return []
    protected = protected_folders(
        store.loud(), lambda key: [entry.reading for entry in store.history(key, 100_000)]
    )
    if dry_run:
        return plan(bundles(root), protected, limits, now())
    return list(delete(root, protected, limits, now(), Ledger(root, now, settings.paths.keys_dir)))


def _one(root: Path, name: str) -> Held:
    from checker.evidence.catalog import find

    found = find(root, name)
    if not found:
        raise UsageError(f"no bundle is called {name!r}", hint="list them with: checker evidence list")
    if len(found) > 1:
        listed = "\n".join(f"  {held.folder}  {held.bundle[:_ENOUGH]}" for held in found[:12])
        raise UsageError(f"{name!r} may mean {len(found)} bundles:\n{listed}", hint="give more of it")
    return found[0]


def _good(settings: Settings, name: str, identity: Path | None) -> Held:
    """Return a bundle that verifies; what does not is never given away as evidence."""
    from checker.evidence.giving import proven

    root = settings.paths.evidence_dir
    held = _one(root, name)
    proven(_verified(root / held.folder, _trust(settings, None, identity)), held.folder)
    return held


def _paths(root: Path, names: list[str]) -> list[Path]:
    from checker.evidence.catalog import bundles

    if not names:
        return [root / held.folder for held in bundles(root)]
    return [Path(name) if Path(name).exists() else root / _one(root, name).folder for name in names]


def _trust(settings: Settings, key: Path | None, identity: Path | None) -> Trust:
    from checker.evidence.keys import public_key
    from checker.evidence.ledger import Ledger
    from checker.evidence.verify import Trust

    root, roots = settings.paths.evidence_dir, settings.evidence.timestamp_roots
    decrypt = _decrypter(identity)
    if key is not None:
        given = public_key(key)
        return Trust({given.id: given}, roots, None, decrypt)
    ledger = Ledger(root, now, settings.paths.keys_dir)
    return Trust(ledger.trusted(), roots, ledger, decrypt)


def _decrypter(identity: Path | None) -> Any:
    from checker.evidence.encryption import decrypter

    return None if identity is None else decrypter(identity)


def _verified(path: Path, trust: Trust) -> Verdict:
    from checker.evidence import verify as verifying

    return verifying.verify(path, trust)


def _noted(ledger: Ledger, event: LedgerEvent, bundle: str, **facts: Any) -> None:
    """Write into the ledger; that it cannot be written does not make a bundle any less good."""
    from checker.errors import CheckerError

    try:
        ledger.append(event, bundle, **facts)
    except OSError as error:
        say(f"the ledger could not be written: {error.strerror}")
    except CheckerError as error:
        say(f"the ledger could not be written: {error}")


def _note_verified(ledger: Ledger, verdicts: list[Verdict], *, each: bool) -> None:
    """Write down what was verified: each bundle that was named or is bad, the others by their number."""
    from checker.evidence.ledger import LedgerEvent

    known = [verdict for verdict in verdicts if verdict.in_ledger]
    for verdict in known:
        if each or not verdict.is_good:
            flaws = sorted({problem.flaw.value for problem in verdict.problems})
            result = "good" if verdict.is_good else "bad"
            _noted(ledger, LedgerEvent.VERIFIED, verdict.bundle, flaws=flaws, result=result)
    if known and not each:
        good = sum(verdict.is_good for verdict in known)
        _noted(ledger, LedgerEvent.VERIFIED, "", bundles=len(known), good=good)


def _named_by_the_store(settings: Settings, notes: list[str]) -> set[str]:
    """Return the bundles the store's readings name; add a note if the store cannot be asked."""
    from checker.errors import CheckerError
    from checker.store import open_store
    from checker.store.engine import place_of

    try:
        place = place_of(settings.store.url)
        if place.path is not None and not place.path.exists():
            notes.append(f"no store at {place.name}: which evidence its readings name was not looked at")
            return set()
        with open_store(settings.store.url) as store:
            return store.bundles()
    except CheckerError as error:
        notes.append(f"which evidence the store's readings name was not looked at: {error.message}")
        return set()


def _tell(verdicts: list[Verdict], problems: list[str], notes: list[str], *, key_given: bool) -> None:
    from checker.log import shown

    out = out_console()
    for problem in problems:
        out.print(shown(f"FAIL  ledger  {problem}"), markup=False, soft_wrap=True)
    for note in notes:
        out.print(shown(f"note  {note}"), markup=False, soft_wrap=True)
    for verdict in verdicts:
        word = "good" if verdict.is_good else "FAIL"
        sealed = "" if verdict.manifest is None else f", sealed {verdict.manifest.sealed_at}"
        line = (
            f"{word}  {verdict.path}  {verdict.bundle}{sealed}, {verdict.files} files, {verdict.size:,} bytes"
        )
        out.print(shown(line), markup=False, soft_wrap=True)
        for flaw in verdict.problems:
            out.print(shown(f"      {flaw}"), markup=False, soft_wrap=True)
        for stamp in verdict.stamps:
            told = {
                "proved": f"stamped at {stamp.at}, issuer proved",
                "fits": f"stamped at {stamp.at}; issuer not checked: no timestamp_roots",
                "none": "asked for, and not given",
            }[stamp.state]
            out.print(shown(f"      time stamp {stamp.number}: {told}"), markup=False, soft_wrap=True)
    if key_given:
        out.print(
            "Checked with the key given alone; the ledger of its owner was not looked at.", markup=False
        )
    out.print(
        "This proves when the capture was made and that it was not changed; not what the server meant.",
        markup=False,
        soft_wrap=True,
    )


def _print(document: BaseModel) -> None:
    from checker.report.safe import json_text

    typer.echo(json_text(_plain(document)))


def _plain(document: BaseModel) -> dict[str, Any]:
    # What a line of the ledger does not say is left out, not said to be nothing.
    return document.model_dump(mode="json", exclude_unset=True, warnings="none")
