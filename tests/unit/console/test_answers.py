"""An answer as it was caught: JSON read strictly, or told why it is none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checker.console.answers import parse_answer


def test_an_answer_is_read_exactly() -> None:
    """Numbers are exact, and the query is decoded."""
    answer = parse_answer("summary", "https://shop.example/api?a=1&b=&c=x%20y", 200, b'{"rate": 0.1}')

    assert answer.body == {"rate": Decimal("0.1")}
    assert answer.query == {"a": "1", "b": "", "c": "x y"}
    assert (answer.url, answer.status, answer.problem) == ("/api", 200, "")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1, "a": 2}', b"{", b'{"a": NaN}', b"\xff\xfe{"])
def test_what_is_no_json_has_a_problem_instead(body: bytes) -> None:
    """Nothing of it is believed, and the reason is told."""
    answer = parse_answer("summary", "https://shop.example/api", 200, body)

    assert answer.body is None
    assert answer.problem
