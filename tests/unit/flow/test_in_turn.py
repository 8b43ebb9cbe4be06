"""Pages that are read one after another: what an unknown one costs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checker.errors import NotProven, PagesUnread, Stop
from checker.flow import in_turn
from checker.model import Claim, Outcome
from tests.unit.flow.declaring import recorder


def _page(name: str, stop: Outcome | None = None, *, after: bool = False) -> Iterator[Claim]:
    writes = recorder("en")
    if stop is not None and not after:
        raise Stop(stop, name)
    yield writes.shown(writes.key(name))
    if stop is not None:
        raise Stop(stop, name)


@pytest.mark.parametrize("after", [False, True])
def test_an_unknown_page_costs_no_other_page(after: bool) -> None:
    """What the others say is claimed, and the visit ends as it would have: by the first that was unknown."""
    told: list[str] = []
    claims = in_turn(
        _page("policies", Outcome.UNKNOWN_PAGE, after=after),
        _page("dashboard"),
        _page("last", Outcome.UNKNOWN_PAGE),
    )

    with pytest.raises(PagesUnread) as stopped:
        told.extend(claim.key.metric for claim in claims)

    assert told == [*(["policies"] if after else []), "dashboard"]
    assert (stopped.value.outcome, stopped.value.detail) == (Outcome.UNKNOWN_PAGE, "policies")


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in (Outcome.UNKNOWN_PAGE, Outcome.READ)])
def test_anything_else_ends_the_visit_at_once(outcome: Outcome) -> None:
    """A limit, another account, a captcha: no further page is opened."""
    with pytest.raises(Stop):
        next(in_turn(_page("policies", outcome), _page("dashboard")))


def test_a_page_that_does_not_say_whose_it_is_ends_the_visit() -> None:
    """The next one may be as little ours."""

    def of_nobody() -> Iterator[Claim]:
        raise NotProven(Outcome.UNKNOWN_PAGE, "policies")
        yield

    with pytest.raises(NotProven):
        next(in_turn(of_nobody(), _page("dashboard")))


def test_pages_that_are_all_known() -> None:
    """Are read, in their order."""
    assert [claim.key.metric for claim in in_turn(_page("a"), _page("b"))] == ["a", "b"]
