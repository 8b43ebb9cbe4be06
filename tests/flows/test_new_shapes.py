"""The fields that public material names are the ones the three youngest flows read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from checker.flow import NOT_THERE, Heard, SiteToml, documents_of, reach
from tests.flows.conftest import flow_of
from tests.samples import sample


def read_of(toml: SiteToml, answer: str) -> Iterator[str]:
    """Yield every path that is declared of an answer, with the lists it leads through."""
    for status in toml.statuses:
        if status.answer == answer:
            yield from (*status.path, *status.details.values())
    for metric in toml.metrics:
        if metric.answer == answer:
            yield from (*metric.value, *metric.numerator, *metric.details.values())
    for rows in toml.items:
        if rows.answer == answer:
            entry = (*rows.id, *rows.reason, *rows.ends, *rows.deadline, *rows.details.values())
            yield from (*rows.total, rows.rows, *(f"{rows.rows}.{path}" for path in entry))
    for coded in toml.coded:
        if coded.answer == answer:
            entry = (*coded.code, *coded.value, *coded.details.values())
            yield from (coded.rows, *(f"{coded.rows}.{path}" for path in entry))


def first_of_lists(value: Any) -> Any:
    """Return a document with each list replaced by its first entry."""
    if isinstance(value, list):
        return first_of_lists(value[0]) if value else {}
    if isinstance(value, dict):
        return {name: first_of_lists(held) for name, held in value.items()}
    return value


@pytest.mark.parametrize(
    ("marketplace", "name", "answer", "within"),
    [
        ("temu", "temu-violation-list.shape.json", "violations", "response"),
        ("aliexpress", "aliexpress-queryservicescoreinfo.shape.json", "scores", "response"),
        ("allegro", "allegro-sale-quality.shape.json", "quality", ""),
    ],
)
def test_every_declared_path_is_a_published_field(
    marketplace: str, name: str, answer: str, within: str
) -> None:
    """The shape finds the published document, and nothing is looked for that it does not have."""
    toml = flow_of(marketplace)().toml
    body = sample(name)
    heard = Heard("/any", {}, 200, "https://console.example/any", body[within] if within else body)
    (document, *others) = documents_of(answer, toml.answers[answer].form, [heard])
    flat = first_of_lists(document.value)

    assert others == []
    assert [path for path in read_of(toml, answer) if reach(flat, path) is NOT_THERE] == []
