"""The files of a sealed bundle, and the lines of the ledger, for whoever reads them without us.

manifest.json      which files there are, and nothing else; canonical JSON, signed
record.json        the visit: every reading, exactly as it travels between our own processes
provenance.json    where it all came from
ledger.jsonl       one line per event; each names the SHA-256 of the line before
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from checker.evidence.ledger import LedgerEvent
from checker.model import Registration, Visit

__all__ = [
    "Bundle",
    "LedgerLine",
    "ManifestFile",
    "Moment",
    "Noted",
    "Provenance",
    "Sha256",
    "ledger_schema",
    "manifest_schema",
    "provenance_schema",
    "record_schema",
]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""64 hexadecimal digits."""
Bundle = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
"""The digest of a bundle: that of its manifest."""
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""A moment in UTC, with `Z`."""
_Nanoseconds = Annotated[str, StringConstraints(pattern=r"^[0-9]+$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SubjectModel(_Model):
    """What a bundle is about."""

    marketplace: str = Field(description="The marketplace, e.g. `amazon`.")
    account: str = Field(description="The alias the account has in the settings.")
    site: str = Field(description="The site's code, e.g. `US`.")
    shop: str = Field(description="The shop, where one login covers several of a site; may be empty.")


class PlainModel(_Model):
    """An encrypted file as it was before."""

    sha256: Sha256 = Field(description="The SHA-256 of the original.")
    size: int = Field(description="The bytes of the original.")


class FileModel(_Model):
    """One file of the bundle."""

    name: str = Field(description="Its name; never a path.")
    size: int = Field(description="Its bytes, as it lies there.")
    sha256: Sha256 = Field(description="The SHA-256 of these bytes.")
    unencrypted: PlainModel = Field(description="What it was before it was encrypted; only where it was.")


class SignatureModel(_Model):
    """How the manifest is signed."""

    algorithm: Literal["Ed25519"] = Field(description="The signature in manifest.sig is of this kind.")
    key: Bundle = Field(description="The key's id: the SHA-256 of the public key in DER form.")


class ManifestFile(_Model):
    """manifest.json: every file of the bundle and nothing else; canonical (RFC 8785), signed."""

    format: Literal["marketplace-health-checker evidence"] = Field(description="What this is.")
    version: Literal[1] = Field(description="The version of this form.")
    digest: Literal["SHA-256"] = Field(description="How files are digested.")
    signature: SignatureModel = Field(description="How this list is signed.")
    run: str = Field(description="The run it was captured in.")
    subject: SubjectModel = Field(description="What it is about.")
    sealed_at: Moment = Field(description="When, by the seller's clock.")
    previous: Bundle | Literal[""] = Field(
        description="The bundle sealed before it on the same installation; empty for the first."
    )
    stamps: int = Field(description="How many time-stamping authorities were to be asked.")
    files: list[FileModel] = Field(description="Every file, in the order of their names.")


class _Stamp(_Model):
    authority: str = Field(description="The address that was asked.")
    number: int = Field(description="Its number, from 1: the stamp lies in manifest.N.tsr.")
    state: Literal["stamped", "none"] = Field(description="Whether it gave a usable stamp.")
    sha256: Sha256 | None = Field(default=None, description="The SHA-256 of the stamp.")
    why: str | None = Field(default=None, description="Why there is none.")


class Noted(_Model):
    """What the ledger says of one event; which of the facts stand there depends on the event."""

    seq: int = Field(description="The number of the line, from 1.")
    at: Moment = Field(description="When, by the seller's clock.")
    event: LedgerEvent = Field(description="What happened.")
    files: int | None = Field(default=None, description="captured: how many files were sealed.")
    size: int | None = Field(default=None, description="captured: how many bytes they are.")
    path: str | None = Field(default=None, description="captured, deleted: the folder.")
    stamps: list[_Stamp] | None = Field(default=None, description="stamped: what each authority answered.")
    form: Literal["zip", "wacz", "pack"] | None = Field(default=None, description="exported: as what.")
    name: str | None = Field(default=None, description="exported: the name of the file.")
    result: Literal["good", "bad"] | None = Field(default=None, description="verified: what came of it.")
    flaws: list[str] | None = Field(default=None, description="verified: what was wrong, by name.")
    bundles: int | None = Field(default=None, description="verified: how many were looked at together.")
    good: int | None = Field(default=None, description="verified: how many of them were good.")
    why: Literal["age", "count", "size"] | None = Field(
        default=None, description="deleted: the limit it was beyond."
    )
    key: Bundle | None = Field(default=None, description="key made, key rotated: the id of the new key.")
    old: Bundle | Literal[""] | None = Field(default=None, description="key rotated: the id of the old key.")


class LedgerLine(Noted):
    """One line of ledger.jsonl, in canonical form (RFC 8785)."""

    bundle: Bundle | Literal[""] = Field(description="The bundle it is about; empty if about none.")
    signer: Bundle | None = Field(
        default=None,
        description="The id of the key it is signed with; old lines have none.",
    )
    signature: str | None = Field(
        default=None, description="Ed25519, in hexadecimal, of the line without this field."
    )
    previous: Sha256 = Field(
        description="The SHA-256 of the line before, without its line end; zeros for the first."
    )


class BrowserModel(_Model):
    """What the browser said of itself."""

    browser: str = Field(description="Its kind and version.")
    language: str = Field(description="Its language.")
    languages: list[str] = Field(description="The languages it accepts.")
    pixel_ratio: str = Field(description="Device pixels per CSS pixel.")
    screen: tuple[int, int] = Field(description="Width and height of its screen, in CSS pixels.")
    viewport: tuple[int, int] = Field(description="Width and height of its window, in CSS pixels.")
    title: str = Field(description="The title of the first page that was kept.")
    zone: str = Field(description="Its time zone.")


class ReadAtModel(_Model):
    """A moment by both of our clocks."""

    utc: Moment = Field(description="The wall clock's time, in UTC.")
    monotonic_ns: _Nanoseconds = Field(description="The clock that only goes forward, in nanoseconds.")


class ClockModel(_Model):
    """The server's clock against ours."""

    ours: Moment = Field(description="When its answer came.")
    servers: Moment = Field(description="What its Date header said.")
    server_ahead_seconds: int = Field(description="How far it is ahead, to the second.")


class StepModel(_Model):
    """One step of the way to a page."""

    at: Moment = Field(description="When it was answered.")
    method: str = Field(description="How it was asked for.")
    url: str = Field(description="Its address, tokens blanked.")
    status: int = Field(description="The status of the answer.")
    to: str = Field(description="Where a redirect led; empty for none.")


class CertificateModel(_Model):
    """Whom the page's TLS certificate names."""

    subject: str = Field(description="Its subject.")
    issuer: str = Field(description="Its issuer.")
    protocol: str = Field(description="The protocol that was spoken, e.g. `TLS 1.3`.")
    valid_from: Moment = Field(description="Since when it is valid.")
    valid_to: Moment = Field(description="Until when it is valid.")


class PageModel(_Model):
    """One page as it was kept, or why it was not."""

    page: str = Field(description="The page's name in the flow.")
    withheld: str = Field(description="Why nothing of it is kept; only where that is so.")
    at: ReadAtModel = Field(description="When it was kept.")
    blocked: list[str] = Field(description="What it asked for and was not let through.")
    clock: ClockModel | None = Field(description="The server's clock against ours.")
    navigation: list[StepModel] = Field(description="How it was reached, redirects included.")
    tls: CertificateModel | None = Field(description="Its certificate; null for plain HTTP.")
    user_agent: str = Field(description="How the browser called itself.")


class IdentityModel(_Model):
    """Whose shop it was, as the console said."""

    account: str = Field(description="The alias the account has in the settings.")
    console_account: str = Field(description="The console's own id of the account; empty if it names none.")
    site: str = Field(description="The site's code.")
    native_id: str = Field(description="The console's own id of the site.")
    label: str = Field(description="What the console calls the site.")
    registration: Registration = Field(description="How far the site was ever opened.")
    shop: str = Field(description="The shop, where one login covers several of a site; may be empty.")


class SpanModel(_Model):
    """From the beginning of the visit to its seal."""

    began: ReadAtModel = Field(description="When the visit began.")
    sealed: ReadAtModel = Field(description="When it was sealed.")


class WithheldModel(_Model):
    """Something that is not in the bundle."""

    what: str = Field(description="What it is.")
    why: str = Field(description="Why it was held back, or could not be kept.")


class Provenance(_Model):
    """provenance.json: where everything in a bundle came from."""

    tool: str = Field(description="The program and its version.")
    flow: str = Field(description="The flow and its version.")
    playwright: str = Field(description="The version of what drove the browser.")
    python: str = Field(description="The version of Python.")
    simulated_clock_seconds: int = Field(description="0 but in a demo, whose days pass faster.")
    run: str = Field(description="The run.")
    time: SpanModel = Field(description="When.")
    browser: BrowserModel | dict[str, None] = Field(
        description="The browser; an empty object if nothing of any page could be kept."
    )
    identity: IdentityModel = Field(description="Whose shop it was.")
    pages: list[PageModel] = Field(description="Every page that was kept.")
    blocked_requests: int = Field(description="How many requests of the visit were not let through.")
    masks: dict[str, int] = Field(description="How many values were blanked, by file.")
    withheld: list[WithheldModel] = Field(description="What is not in the bundle, and why.")
    previous: Bundle | Literal[""] = Field(description="The bundle sealed before it; empty for the first.")


def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of manifest.json."""
    return _with_optional(ManifestFile, "FileModel", {"unencrypted"})


def ledger_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one line of ledger.jsonl."""
    return {"$schema": _DIALECT, **LedgerLine.model_json_schema()}


def provenance_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of provenance.json."""
    only_kept = {"at", "blocked", "clock", "navigation", "tls", "user_agent", "withheld"}
    return _with_optional(Provenance, "PageModel", only_kept)


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of record.json: a visit, wholly written out, nothing else in it."""
    schema = TypeAdapter(Visit).json_schema(mode="serialization")
    for shape in (schema, *schema.get("$defs", {}).values()):
        if "properties" in shape:
            shape["additionalProperties"] = False
            shape["required"] = sorted(shape["properties"])
    return {"$schema": _DIALECT, **schema}


def _with_optional(model: type[BaseModel], shape: str, names: set[str]) -> dict[str, Any]:
    """Return a model's schema in which some fields of one shape may be left out; null they are never."""
    schema = model.model_json_schema(mode="serialization")
    part = schema["$defs"][shape]
    part["required"] = [name for name in part["required"] if name not in names]
    return {"$schema": _DIALECT, **schema}
