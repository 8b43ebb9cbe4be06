"""The risk bands that the points fall in: which band holds a number, no declared row can say; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from checker.flow import Document, Recorder, SiteToml, dig, number, words_in
from checker.flow.recorder import Fields
from checker.model import Claim, Kind, Origin, Scope, Unit

__all__ = ["band_claims"]


def band_claims(recorder: Recorder, toml: SiteToml, documents: Sequence[Document]) -> Iterator[Claim]:
    """Claim what each risk band says that holds the violation points of an answer.

    Which of two bands their common edge belongs to is not said, so both speak. Without any band nobody judges
    the points: they are informational.

    Args:
        recorder: Writes the claims of the page.
        toml: The flow's data, with the words of risk.
        documents: The overview answers.

    Yields:
        A claim for each band that holds the points, or that they cannot be judged by the bands there are.
    """
    key = recorder.key("account.penalty_points")
    for doc in documents:
        score, bands = number(dig(doc.value, "violation_score")), dig(doc.value, "section_infos")
        fields: Fields = {
            "scope": Scope.ACCOUNT,
            "kind": Kind.POINTS,
            "origin": Origin("health", "the overview answer", "section_infos"),
        }
        if score is None or bands in (None, [], {}):
            continue
        rows = list(bands.values()) if isinstance(bands, dict) else bands
        if not isinstance(rows, list) or not all(_is_band(row) for row in rows):
            yield recorder.unreadable(key, "a risk band that cannot be understood", **fields)
            continue
        holding = [row for row in rows if _holds(row, score)]
        if not holding:
            yield recorder.unreadable(key, f"no risk band holds {score}", **fields)
        fields |= {"value": score, "unit": Unit.POINTS}
        for row in holding:
            word = words_in(dig(row, "risk_level"))[:80]
            level = toml.level_of_word("risk", word, recorder.language or "en")
            yield recorder.word(key, word, level, **fields)


def _is_band(row: Any) -> bool:
    left, right = number(dig(row, "left_node")), number(dig(row, "right_node"))
    return left is not None and bool(words_in(dig(row, "risk_level"))) and (right is None or left <= right)


def _holds(row: Any, score: Any) -> bool:
    left, right = number(dig(row, "left_node")), number(dig(row, "right_node"))
    return left is not None and left <= score and (right is None or score <= right)
