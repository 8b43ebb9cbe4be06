"""C3: every way out of a browser, without the guard and with it, told by the server's own log."""

from __future__ import annotations

from checker.browser.launch import Launch
from checker.console import Phase
from checker.console.guard import AGENT
from tests.guard.attempts import ALLOWED, JUDGED, VECTORS, Tried

OUT = [name for name in VECTORS if not name.startswith("ok-")]
"""What must not arrive."""
"""What has no request of its own to be turned away: it is not there, or has nowhere to go."""


def test_each_way_out_arrives_without_the_guard(bare: Tried, launch: Launch) -> None:
    """A page can do it and the server hears it, so that silence behind the guard means something."""
    # A browser with windows preloads nothing under automation.
    held_back = () if launch.browser.headless_only else ("rules-",)
    expected = {vector for vector in OUT if not vector.startswith(held_back)}

    assert bare.arrived.intersection(OUT) == expected


def test_none_arrives_with_it(guarded: Tried) -> None:
    """In no phase does the server hear of one, though each was tried."""
    assert guarded.names.issuperset(OUT)
    assert guarded.arrived.intersection(OUT) == set()


def test_each_is_counted(guarded: Tried) -> None:
    """What was turned away is in the list that goes into the provenance, without its query."""
    assert set(JUDGED).difference(guarded.turned_away) == set()


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
