"""What would be as good as the session is blank in what is kept, however deep it lies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.console.tokens import body_without_tokens


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({"csrfToken": "abc", "rate": 1}, {"csrfToken": "", "rate": 1}),
        ({"a": [{"token": "abc"}]}, {"a": [{"token": ""}]}),
        ({"tokens": "abc"}, {"tokens": "abc"}),
        ("[token] in words", "[token] in words"),
    ],
)
def test_a_token_is_blank(body: Any, kept: Any) -> None:
    """By its name; what only speaks of tokens stays."""
    assert body_without_tokens(body) == kept


def test_a_token_in_json_in_a_string_is_blank() -> None:
    """A string that holds JSON is looked into, and what it says besides stays exact."""
    inner = json.dumps({"access_token": "abc", "rate": 0.1, "more": json.dumps({"sessionId": "abc"})})
    kept = body_without_tokens({"data": inner})

    assert "abc" not in json.dumps(kept)
    assert json.loads(kept["data"])["rate"] == 0.1
