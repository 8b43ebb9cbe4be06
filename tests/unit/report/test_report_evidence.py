"""The schemas of what `checker evidence` prints and of what lies in a bundle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from checker.cli.data import Document
from checker.evidence.catalog import Held
from checker.evidence.ledger import Entry
from checker.report import evidence, evidence_files
from checker.report.evidence import show_document

SCHEMAS = {
    "list": evidence.list_schema,
    "show": evidence.show_schema,
    "verify": evidence.verify_schema,
    "export": evidence.export_schema,
    "prune": evidence.prune_schema,
    "pack": evidence.pack_schema,
    "key": evidence.key_schema,
    "record": evidence_files.record_schema,
    "provenance": evidence_files.provenance_schema,
    "manifest": evidence_files.manifest_schema,
    "ledger": evidence_files.ledger_schema,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_closed_schema_in_its_dialect(name: str) -> None:
    """Valid in its dialect, can be printed, refuses what it does not know, describes what it does."""
    schema = SCHEMAS[name]()

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert f"evidence-{name}" in set(Document)
    for shape in _objects(schema):
        assert shape["additionalProperties"] is False
        # A record is described where its fields are declared, in the program's own words.
        assert name == "record" or all(field.get("description") for field in shape["properties"].values())


def test_a_line_of_the_ledger_that_is_not_ours_is_shown_as_far_as_it_goes() -> None:
    """Whatever somebody wrote into it, showing a bundle does not fail: verifying does."""
    held = Held(Path("run/main/US"), datetime(2025, 1, 1, tzinfo=UTC))
    odd = Entry(3, "yesterday", "agreed", "", {"by": "telephone"})

    shown = show_document(held, None, [odd]).model_dump(exclude_unset=True, warnings="none")

    assert shown["ledger"] == [{"seq": 3, "at": "yesterday", "event": "agreed"}]


def _objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (shape for shape in (schema, *schema.get("$defs", {}).values()) if "properties" in shape)
