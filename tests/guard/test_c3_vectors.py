"""C3: every way out of a browser, without the guard and with it, told by the server's own log."""

from __future__ import annotations

import pytest

from checker.browser.launch import Launch
from checker.console import Phase
from checker.console.guard import AGENT
from tests.guard.attempts import ALLOWED, VECTORS, Tried

OUT = [name for name in VECTORS if not name.startswith("ok-")]
"""What must not arrive."""
_UNJUDGED = ("webrtc", "webtransport", "service-worker", "rules-", "shared-worker", "fetch-later", "identity")
"""What has no request of its own to be turned away: it is not there, or has nowhere to go."""


@pytest.mark.parametrize("vector", OUT)
class TestEachWayOut:
    """One row of the table for each vector."""

    def test_arrives_without_the_guard(self, vector: str, bare: Tried, launch: Launch) -> None:
        """The page can do it and the server hears it, so that silence behind the guard means something."""
        if vector.startswith("rules-") and not launch.browser.headless_only:
            assert vector not in bare.arrived  # a browser with windows preloads nothing under automation
        else:
            assert vector in bare.arrived

    def test_does_not_arrive_with_it(self, vector: str, guarded: Tried) -> None:
        """In no phase does the server hear of it."""
        assert vector in guarded.names
        assert vector not in guarded.arrived

    def test_is_counted(self, vector: str, guarded: Tried) -> None:
        """What was turned away is in the list that goes into the provenance, without its query."""
        gone = vector.startswith(_UNJUDGED)
        assert gone or any(vector in line for line in _of_graphql(guarded)), guarded.blocked


def _of_graphql(guarded: Tried) -> list[str]:
    return [line.replace("/graphql/", "/graphql-") for line in guarded.blocked]


def test_what_reads_arrives_with_the_guard(guarded: Tried) -> None:
    """GETs, the listed POST, listed queries and a worker's GET come through; a sign-in only in its phase."""
    sign_in = {"ok-sign-in"} if guarded.phase is Phase.SIGN_IN else set()
    assert guarded.arrived == ALLOWED | sign_in


def test_every_request_says_who_sent_it(guarded: Tried) -> None:
    """Pages, frames, popups and workers: each has the agent's name in its user agent."""
    assert [path for path, agent in guarded.agents if AGENT not in agent] == []


def test_no_query_is_kept(guarded: Tried) -> None:
    """What is remembered of a blocked request is its method, host and path."""
    assert [line for line in guarded.blocked if "?" in line] == []
