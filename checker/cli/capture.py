"""`checker capture`: visit an account and make a case that may be shared, and look whether it may be."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from checker.cli.options import AsJson, Config, print_document, say, settings_of
from checker.errors import CheckerError, UsageError
from checker.model.exits import Exit

if TYPE_CHECKING:
    from checker.console.kept import KeptPart
    from checker.flow import Flow
    from checker.run.audit import Hit, KnownValues
    from checker.run.replay import KeptRun
    from checker.settings import Settings

__all__ = ["capture"]

_SHOWN: Final = 20


def capture(
    account: Annotated[
        str | None, typer.Argument(metavar="[ACCOUNT]", help="The account that is visited.")
    ] = None,
    *,
    config: Config = None,
    site: Annotated[
        list[str] | None,
        typer.Option("--site", metavar="CODE", help="Only this site, e.g. CA; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The new folder the case is written to.")
    ] = None,
    keep: Annotated[
        str, typer.Option("--keep", metavar="METRIC,...", help="Metrics whose values and words stay.")
    ] = "",
    run: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="RUN", help="Take what this run kept, or the `last`, and visit nothing."
        ),
    ] = None,
    audit: Annotated[
        Path | None, typer.Option("--audit", metavar="DIR", help="Only look through a case that is there.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Visit an account and save a redacted copy of it, to be shared: structure and answers, no seller.

    Every text, number and id that is not the console's own is replaced, the same by the same. Then an
    audit looks for whatever stood in the original; if anything is left, nothing is written and the exit
    code is 24. The visit only reads, is no run, and nothing of it is kept but the copy.
    """
    settings = settings_of(config, needed=audit is None)
    if audit is not None:
        return _audit(settings, audit, as_json=as_json)
    if account is None or out is None:
        raise UsageError("an account and --out DIR are needed", hint="e.g. checker capture main --out case")
    settings.require_accounts([account])
    metrics = [name.strip() for name in keep.split(",") if name.strip()]
    codes = [code.upper() for code in site or ()]
    with _visited(settings, account, codes) if run is None else _kept(settings, account, run) as kept:
        return _capture(settings, kept, out, codes, metrics, as_json=as_json)


def _capture(
    settings: Settings, kept: KeptRun, out: Path, codes: list[str], metrics: list[str], *, as_json: bool
) -> int:
    from checker.report.capture import capture_document
    from checker.run.audit import KnownValues
    from checker.run.capture import case_of, known_words, values_kept, write_case

    parts = kept.parts()
    flow, again = (_flow(settings, parts[0].marketplace) for _ in range(2))
    words = known_words(flow, parts)
    known = _of_settings(settings, KnownValues())
    for part in parts:
        known.learn(part, words)
    known.forget(words, values_kept(parts, _flow(settings, parts[0].marketplace), metrics))
    case = case_of(parts, flow, again, sites=codes, keep=metrics, avoid=known.tokens)
    hits = [hit for part in case.parts for hit in known.find(part, f"part {part.number:03d}", words)]
    if not hits:
        write_case(case, out)
    code = Exit.SAFETY if hits else Exit.OK
    if as_json:
        folder = None if hits else str(out)
        document = capture_document(
            hits,
            code,
            folder=folder,
            parts=len(case.parts),
            compared_with=known.sources,
            same=case.same,
            other=case.other,
        )
        print_document(document)
    elif hits:
        _tell(hits, "nothing was written")
    else:
        read = f"{case.same} keys are read from it as from the original, {case.other} otherwise"
        say(f"{out}: {len(case.parts)} parts; the audit finds nothing of the original in them; {read}")
        say(f"look through it yourself before you share it; read it with: checker replay {out}")
    return code


def _audit(settings: Settings, folder: Path, *, as_json: bool) -> int:
    from checker.report.capture import capture_document
    from checker.run.audit import KnownValues
    from checker.run.capture import known_words
    from checker.run.replay import opened

    parts = [part for kept in opened(folder) for part in kept.parts()]
    marketplace = parts[0].marketplace
    words = known_words(_flow(settings, marketplace), parts)
    known = _of_settings(settings, KnownValues())
    for original in _originals(settings, marketplace):
        known.learn(original, known_words(_flow(settings, marketplace), [original]))
    known.forget(words)
    hits = [hit for part in parts for hit in known.find(part, f"part {part.number:03d}", words)]
    code = Exit.SAFETY if hits else Exit.OK if known.sources else Exit.INCOMPLETE
    if as_json:
        document = capture_document(
            hits, code, folder=str(folder), parts=len(parts), compared_with=known.sources
        )
        print_document(document)
    elif hits:
        _tell(hits, "do not share it")
    elif known.sources:
        say(f"{folder}: nothing of {known.sources} kept originals, and nothing of the settings, is in it")
    else:
        say(
            f"{folder}: no original is kept here to compare with; no secret or user name of the settings, no "
            "e-mail address and no product number is in it"
        )
    return code


def _tell(hits: list[Hit], what: str) -> None:
    say(f"{len(hits)} places hold something of the seller: {what}")
    for hit in hits[:_SHOWN]:
        say(f"  {hit}")
    if len(hits) > _SHOWN:
        say(f"  and {len(hits) - _SHOWN} more; --json has them all")


def _of_settings(settings: Settings, known: KnownValues) -> KnownValues:
    """Know the user names and secrets of the settings; a command that would give one is not run."""
    from checker.secrets import read_password, read_totp_secret

    for alias, account in settings.accounts.items():
        known.name(account.username)
        known.secret(*account.inline_secrets())
        # A file that cannot be read holds nothing this process could have let out.
        if not account.password_command:
            with suppress(CheckerError):
                known.secret(read_password(alias, account, warn=_nothing))
        if not account.totp_secret_command:
            with suppress(CheckerError):
                seed = read_totp_secret(alias, account, warn=_nothing)
                known.secret(*([] if seed is None else [seed]))
    return known


def _nothing(_text: str) -> None:
    """Say nothing: whoever runs the account is warned of its settings then."""


def _originals(settings: Settings, marketplace: str) -> list[KeptPart]:
    from checker.run.replay import kept_runs, opened

    visits = settings.paths.visits_dir
    parts = [
        part for run_id in kept_runs(visits) for kept in opened(visits / run_id) for part in kept.parts()
    ]
    return [part for part in parts if part.marketplace == marketplace]


@contextmanager
def _visited(settings: Settings, alias: str, codes: list[str]) -> Iterator[KeptRun]:
    """Visit an account, and give what was kept of it until the block ends; no run is made of it."""
    from checker.cli.run import interruptible
    from checker.cli.telling import progress, speak_up
    from checker.evidence import slug
    from checker.run.execute import Request, execute
    from checker.run.replay import opened

    settings.paths.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="capture-", dir=settings.paths.data_dir) as name:
        request = Request((alias,), tuple(codes), dry_run=True, visits=Path(name))
        with interruptible() as interrupted, progress(lines=True) as heard:
            done = execute(settings, request, heard, say, interrupted)
            speak_up(heard, done)
        folder = Path(name) / slug(done.run.run_id) / slug(alias)
        if not folder.is_dir():
            why = "; ".join(dict.fromkeys(f"{v.outcome.value}: {v.detail}" for v in done.run.visits))
            raise CheckerError(
                f"{alias} could not be visited ({why or 'another run holds the account'})",
                exit_code=done.run.exit_code,
                hint="see to that, or take what a run kept: --run last",
            )
        (kept,) = opened(folder)
        yield kept


@contextmanager
def _kept(settings: Settings, alias: str, run_id: str) -> Iterator[KeptRun]:
    """Give an account's part of a kept run: the one named, or the latest there is."""
    from checker.evidence import slug
    from checker.run.replay import kept_runs, opened

    visits = settings.paths.visits_dir
    runs = [name for name in kept_runs(visits) if (visits / name / slug(alias)).is_dir()]
    wanted = [name for name in runs if run_id in ("last", name)]
    if not wanted:
        named = f"no visit of {alias} is kept" + ("" if run_id == "last" else f" from run {run_id}")
        raise UsageError(
            named, hint=f"run it first: checker run --account {alias} (and see [replay] keep_days)"
        )
    (kept,) = opened(visits / wanted[-1] / slug(alias))
    yield kept


def _flow(settings: Settings, marketplace: str) -> Flow:
    from checker.flow import flow_named

    overrides = None if settings.file is None else settings.file.parent / "overrides"
    return flow_named(marketplace, overrides, settings.flows.allow)
