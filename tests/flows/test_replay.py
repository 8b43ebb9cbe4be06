"""A kept visit is read again offline: by the same flow the same, by a mended one better, never greener."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.run.replay import differences
from tests.flows.driving import Driver
from tests.flows.keeping import keep

SAME = (
    ("healthy", ("US",)),
    ("demo-day-2", ()),
    ("many-violations", ("US",)),
    ("old-layout-red", ("US",)),
    ("kat-layout-at-risk", ("US",)),
    ("german", ("US",)),
    ("chinese", ("US",)),
    ("widget-missing", ("US",)),
    ("contradiction", ("US",)),
    ("answers-500", ("US",)),
    ("canada-identity-check", ("CA",)),
    ("two-accounts", ()),
    ("redesign", ("US",)),
    ("not-authorized", ("US",)),
    ("hostile-text", ("US",)),
    ("session-expired-midway", ("US",)),
    ("http-429", ("US",)),
)


@pytest.mark.parametrize(("scenario", "sites"), SAME)
def test_the_same_flow_reads_the_same(
    drive: Driver, tmp_path: Path, scenario: str, sites: tuple[str, ...]
) -> None:
    """Whatever the console showed, reading it again gives each visit as it was: outcome, every field."""
    kept = keep(drive, scenario, tmp_path, sites)

    replayed = kept.replayed()
    assert len(kept.visits) == len(replayed)
    for live, again in zip(kept.visits, replayed, strict=True):
        assert (live.outcome, live.detail) == (again.now.outcome, again.now.detail)
        assert live == again.then
        assert differences(live, again.now) == []
        assert live.site == again.now.site
