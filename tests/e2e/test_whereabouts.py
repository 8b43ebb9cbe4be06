"""A console that keeps its pages elsewhere is searched once: the next run goes there at once, silently."""

from __future__ import annotations

from checker.model import Exit
from fixtures.common.server import Replica
from tests.e2e.seller import Ran, Seller

USUAL = "/performance/account/health/product-policies"
# A dialect in which this page, and no other that is read, stands elsewhere.
SEED = 4
MOVES = frozenset({"pages", "drift"})


def test_where_a_page_was_found_is_where_the_next_run_looks(replica: Replica, seller: Seller) -> None:
    """Both runs read the same; what the first one says of it, the second one does not."""
    replica.speak(SEED, parts=MOVES)
    try:
        first, searched = _run(replica, seller)
        second, again = _run(replica, seller)
    finally:
        replica.speak(0)

    assert [first.code, second.code] == [Exit.OK, Exit.OK]
    assert ("policies was found at" in first.err, "policies was found at" in second.err) == (True, False)
    assert (USUAL in searched, USUAL in again) == (True, False)
    assert (seller.data / "sessions" / "main.pages").stat().st_mode & 0o777 == 0o600


def _run(replica: Replica, seller: Seller) -> tuple[Ran, list[str]]:
    """Let the checker run; return how it ended and the paths it asked for."""
    replica.log.clear()
    done = seller.here("run", "--json")
    return done, [record.path for record in replica.log]
