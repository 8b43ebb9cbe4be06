"""The JSON documents of `checker evidence`, and their schemas.

What is printed is described here; the files of a bundle are described in `checker.report.evidence_files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from checker.evidence.catalog import Held
from checker.evidence.flaws import Flaw, Problem
from checker.evidence.ledger import Entry
from checker.evidence.retention import Removed
from checker.evidence.verify import Verdict
from checker.report.document import schema_of
from checker.report.evidence_files import Bundle, Moment, Noted, Sha256

__all__ = [
    "ExportDocument",
    "KeyDocument",
    "ListDocument",
    "PackDocument",
    "PruneDocument",
    "ShowDocument",
    "VerifyDocument",
    "export_schema",
    "key_schema",
    "list_document",
    "list_schema",
    "pack_schema",
    "prune_document",
    "prune_schema",
    "show_document",
    "show_schema",
    "verify_document",
    "verify_schema",
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Place(_Model):
    bundle: Bundle | None = Field(description="Its digest; null if it was never sealed.")
    path: str = Field(description="Its folder, under the evidence folder.")


class BundleModel(_Place):
    """One folder of evidence."""

    sealed: bool = Field(description="Whether it was sealed; if not, it is no evidence.")
    sealed_at: Moment | None = Field(description="When, by our clock; null if it was never sealed.")
    files: int = Field(description="How many files lie in it.")
    size: int = Field(description="How many bytes they are, those shared with other bundles included.")
    encrypted: bool = Field(description="Whether its originals are opened with an age identity only.")


class ListDocument(_Model):
    """What `evidence list --json` prints."""

    bundles: list[BundleModel] = Field(description="Every bundle, oldest run first.")


class ListedModel(_Model):
    """One file as the manifest lists it."""

    name: str = Field(description="Its name in the folder.")
    size: int = Field(description="Its bytes.")
    sha256: Sha256 = Field(description="The SHA-256 of these bytes.")


class ShowDocument(BundleModel):
    """What `evidence show --json` prints."""

    files_listed: list[ListedModel] = Field(description="What the manifest lists; empty if never sealed.")
    provenance: dict[str, Any] | None = Field(
        description="Its provenance.json (schema: evidence-provenance); null if it is not there, or locked."
    )
    ledger: list[Noted] = Field(description="What the ledger says of it, oldest first.")


class ProblemModel(_Model):
    """One thing that is wrong."""

    flaw: Flaw = Field(description="What it is, by name.")
    name: str = Field(description="The file, or the line of the ledger, it was found in; may be empty.")
    detail: str = Field(description="What is wrong there, for a person.")


class StampModel(_Model):
    """One time stamp of a bundle."""

    number: int = Field(description="Which of the authorities that were asked, from 1.")
    state: Literal["proved", "fits", "none"] = Field(
        description="`fits`: of this manifest, its issuer not checked; `none`: asked for and not given."
    )
    at: Moment | None = Field(description="When it was stamped, by the authority's clock.")


class VerdictModel(_Model):
    """What came of verifying one bundle."""

    path: str = Field(description="The folder or ZIP.")
    good: bool = Field(description="Whether nothing at all is wrong.")
    bundle: Bundle | None = Field(description="Its digest; null without a manifest.")
    sealed_at: Moment | None = Field(description="When its manifest says it was sealed.")
    in_ledger: bool | None = Field(
        description="Whether it was captured here; null if the ledger was not asked."
    )
    problems: list[ProblemModel] = Field(description="Everything that is wrong with it.")
    stamps: list[StampModel] = Field(description="Its time stamps.")


class VerifyDocument(_Model):
    """What `evidence verify --json` prints."""

    good: bool = Field(description="Whether nothing is wrong with any bundle, nor with the ledger.")
    ledger: list[ProblemModel] = Field(description="What is wrong with the ledger.")
    bundles: list[VerdictModel] = Field(description="Every bundle that was verified.")
    notes: list[str] = Field(description="What could not be looked at, or not as thoroughly, and why.")


class ExportDocument(_Model):
    """What `evidence export --json` prints."""

    bundle: Bundle = Field(description="The digest of the bundle.")
    file: str = Field(description="The new file.")


class RemovedModel(_Place):
    """One bundle that went, or would go."""

    why: Literal["age", "count", "size"] = Field(description="The limit it is beyond.")


class PruneDocument(_Model):
    """What `evidence prune --json` prints."""

    dry_run: bool = Field(description="Whether nothing was deleted.")
    deleted: list[RemovedModel] = Field(description="What went, or would go, oldest first.")


class PackDocument(_Model):
    """What `evidence pack --json` prints."""

    file: str = Field(description="The new file.")
    key: str = Field(description="The finding.")
    bundles: list[Bundle] = Field(description="The bundles whose originals are in it.")
    pictures: int = Field(description="How many pictures the PDF shows.")


class KeyDocument(_Model):
    """What `evidence key --json` prints."""

    key: Bundle = Field(description="The id of the public key: `sha256:` and its SHA-256.")
    pem: str = Field(description="The public key in PEM form.")
    file: str | None = Field(description="The file it was written to, if one was named.")


def list_document(held: Iterable[Held]) -> ListDocument:
    """Return every bundle as the document of `evidence list`."""
    return ListDocument(bundles=[BundleModel(**_bundle(entry)) for entry in held])


def show_document(held: Held, provenance: dict[str, Any] | None, entries: Iterable[Entry]) -> ShowDocument:
    """Return one bundle, and what the ledger says of it, as the document of `evidence show`."""
    files = () if held.manifest is None else held.manifest.files
    return ShowDocument(
        **_bundle(held),
        files_listed=[ListedModel(name=file.name, size=file.size, sha256=file.sha256) for file in files],
        provenance=provenance,
        ledger=[_noted(entry) for entry in entries],
    )


def verify_document(
    verdicts: Iterable[Verdict], ledger: Iterable[Problem], notes: Iterable[str] = ()
) -> VerifyDocument:
    """Return what came of verifying as the document of `evidence verify`."""
    bundles = [_verdict(verdict) for verdict in verdicts]
    problems = [_problem(problem) for problem in ledger]
    good = not problems and all(bundle.good for bundle in bundles)
    return VerifyDocument(good=good, ledger=problems, bundles=bundles, notes=list(notes))


def prune_document(removed: Iterable[Removed], *, dry_run: bool) -> PruneDocument:
    """Return what went as the document of `evidence prune`."""
    rows = [
        RemovedModel.model_validate(
            {"bundle": entry.held.bundle or None, "path": entry.held.folder.as_posix(), "why": entry.why}
        )
        for entry in removed
    ]
    return PruneDocument(dry_run=dry_run, deleted=rows)


def _bundle(held: Held) -> dict[str, Any]:
    manifest = held.manifest
    return {
        "bundle": held.bundle or None,
        "sealed": bool(held.bundle),
        "sealed_at": None if manifest is None else manifest.sealed_at,
        "files": len(held.inodes),
        "size": held.size,
        "encrypted": manifest is not None and manifest.is_encrypted,
        "path": held.folder.as_posix(),
    }


def _noted(entry: Entry) -> Noted:
    own: Mapping[str, Any] = {"seq": entry.seq, "at": entry.at, "event": entry.event}
    try:
        return Noted.model_validate({**entry.facts, **own})
    except ValidationError:
        # A line that is not as we write them: `verify` says so; here it is shown as far as it goes.
        return Noted.model_construct(set(own), **own)


def _verdict(verdict: Verdict) -> VerdictModel:
    return VerdictModel(
        path=_text(verdict.path),
        good=verdict.is_good,
        bundle=verdict.bundle or None,
        sealed_at=None if verdict.manifest is None else verdict.manifest.sealed_at,
        in_ledger=verdict.in_ledger,
        problems=[_problem(problem) for problem in verdict.problems],
        stamps=[
            StampModel.model_validate({"number": s.number, "state": s.state, "at": s.at or None})
            for s in verdict.stamps
        ],
    )


def _problem(problem: Problem) -> ProblemModel:
    return ProblemModel(flaw=problem.flaw, name=problem.name, detail=problem.detail)


def _text(path: Path) -> str:
    return str(path)


def list_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `evidence list --json`."""
    return schema_of(ListDocument)


def show_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `evidence show --json`."""
    return schema_of(ShowDocument)


def verify_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `evidence verify --json`."""
    return schema_of(VerifyDocument)


def export_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `evidence export --json`."""
    return schema_of(ExportDocument)


def prune_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `evidence prune --json`."""
    return schema_of(PruneDocument)


def pack_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `evidence pack --json`."""
    return schema_of(PackDocument)


def key_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `evidence key --json`."""
    return schema_of(KeyDocument)
