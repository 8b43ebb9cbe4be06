"""What a flow yields only while it is there closes like everything else (9.6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from checker.compare import with_known_keys
from checker.model import Kind, Level, Origin, Outcome, Presence, Reading, Scope, Verb, Visit
from tests.unit.compare.seen import (
    CRITICAL,
    DEACTIVATED,
    OK,
    PAGE,
    REPORT,
    START,
    US,
    WARNING,
    at,
    days,
    key,
    lost,
    shown,
    verbs,
    visit,
    whole,
)

STATUS = shown(key("account.status"), scope=Scope.ACCOUNT)
NOTICE = shown(key("account.notice", item="banner"), CRITICAL, scope=Scope.ITEM)
UNKNOWN_CATEGORY = shown(key("policy.a_category_of_tomorrow"), WARNING)
UNATTRIBUTED = shown(key("policy.violations", item="x"), DEACTIVATED, scope=Scope.ITEM)
PASSING = [NOTICE, UNKNOWN_CATEGORY, UNATTRIBUTED]
OTHER = Origin("another page", "document", ".x")


def _mark(page: str = PAGE.page, presence: Presence = Presence.NONE) -> Reading:
    """Return the reading of an engine that read a page completely."""
    return lost(key(f"page.{page}"), presence, scope=Scope.LIST, covers=f"page:{page}", origin=Origin(page))


@pytest.mark.parametrize("there", PASSING, ids=lambda reading: reading.key.metric)
class TestPassing:
    """A notice, an unknown category, a violation without a list."""

    def test_it_is_over_when_its_page_was_read_whole_twice_without_it(self, there: Reading) -> None:
        """Row 11b: told once, and closed."""
        first = visit(STATUS, there, _mark())
        _, once, twice, after = days(first, *[visit(STATUS, _mark())] * 3)

        assert verbs(once.changes) == [Verb.VANISHING]
        assert once.known[there.key].is_open
        assert verbs(twice.changes) == [Verb.RESOLVED]
        assert not twice.known[there.key].is_open
        assert after.changes == ()

    def test_it_is_gone_when_only_something_of_its_page_was_read(self, there: Reading) -> None:
        """Row 11: the page was read and does not name it; that it is fixed nobody knows."""
        told = days(visit(STATUS, there), *[visit(STATUS)] * 3)

        assert [verbs(day.changes) for day in told[1:]] == [[Verb.VANISHING], [Verb.VANISHED], []]
        assert told[-1].known[there.key].is_open
        assert told[-1].known[there.key].vanished

    @pytest.mark.parametrize(
        "second",
        [
            visit(shown(key("m"), origin=OTHER)),
            visit(shown(key("m"), origin=OTHER), _mark("another page")),
            visit(STATUS, lost(key("m"))),
            visit(STATUS, lost(key("m"), Presence.NOT_OBSERVED)),
            visit(STATUS, _mark(presence=Presence.UNREADABLE)),
            visit(STATUS, _mark(), outcome=Outcome.CAPTCHA),
            visit(STATUS, _mark(), outcome=Outcome.DRIFT),
            visit(),
        ],
        ids=["elsewhere", "another mark", "unread", "not reached", "no mark", "failed", "drift", "nothing"],
    )
    def test_it_stays_where_its_page_was_not_read(self, there: Reading, second: Visit) -> None:
        """Another page, half a page, or a visit that failed says nothing of it."""
        told = days(visit(STATUS, there, _mark()), *[second] * 3)

        state = told[-1].known[there.key]
        assert (state.is_open, state.absent_streak, state.vanished) == (True, 0, False)

    def test_it_comes_back(self, there: Reading) -> None:
        """Named again after one look without it: nothing happened."""
        first = visit(STATUS, there, _mark())
        *_, back = days(first, visit(STATUS, _mark()), first)

        assert back.known[there.key].is_open
        assert back.known[there.key].absent_streak == 0

    def test_a_page_that_is_read_whole_closes_nothing_of_another_shop(self, there: Reading) -> None:
        """Each shop has its own pages."""
        mine = replace(US, shop="one")
        here = replace(there, key=replace(there.key, shop="one"))
        mark = replace(_mark(), key=replace(_mark().key, shop="two"))
        *_, last = days(visit(here, site=mine), *[visit(mark, site=replace(US, shop="two"))] * 3)

        assert last.known[here.key].is_open
        assert last.known[here.key].absent_streak == 0


def test_a_list_that_could_not_be_read_whole_keeps_its_items_whatever_the_page_says() -> None:
    """Case A7: the list is the nearer proof."""
    item = shown(key("policy.ip", item="B01"), CRITICAL, scope=Scope.ITEM)
    half = visit(STATUS, whole("policy.ip", Presence.UNREADABLE), _mark(), outcome=Outcome.PARTIAL)

    *_, last = days(visit(item, STATUS, whole("policy.ip")), *[half] * 3)

    assert (last.known[item.key].is_open, last.known[item.key].absent_streak) == (True, 0)


def test_a_page_mark_counts_though_something_else_on_the_page_could_not_be_read() -> None:
    """Whoever gives the mark has seen all that the page names; a widget's number is another matter."""
    unread = visit(STATUS, lost(key("m")), _mark(), outcome=Outcome.PARTIAL)

    *_, last = days(visit(STATUS, NOTICE, _mark()), *[unread] * 2)

    assert verbs(last.changes).count(Verb.RESOLVED) == 1


def test_what_a_document_said_is_not_gone_because_another_document_does_not_say_it() -> None:
    """Documents have no page that could have been read whole."""
    told = replace(NOTICE, origin=REPORT)
    other = visit(shown(key("m"), origin=REPORT))

    *_, last = days(visit(told), *[other] * 3)

    assert (last.known[NOTICE.key].is_open, last.known[NOTICE.key].absent_streak) == (True, 0)


def test_what_every_run_has_is_not_gone_because_a_run_has_it_not() -> None:
    """A metric that a flow passes over is a matter of the flow: a page mark closes no such red."""
    late = shown(key("orders.late_rate"), CRITICAL)

    *_, last = days(visit(late, STATUS), *[visit(STATUS, _mark())] * 3)

    assert (last.known[late.key].is_open, last.known[late.key].absent_streak) == (True, 0)


@pytest.mark.parametrize(
    "then",
    [shown(NOTICE.key, OK, scope=Scope.ITEM), lost(NOTICE.key, scope=Scope.ITEM)],
    ids=["ok", "unreadable"],
)
def test_what_is_not_open_is_noted_as_gone_once(then: Reading) -> None:
    """It is shown as neither green nor unreadable for ever, and costs no later run anything."""
    _, gone, after = days(visit(STATUS, then, _mark()), *[visit(STATUS, _mark())] * 2)

    assert gone.known[NOTICE.key].last.presence is Presence.NONE
    assert gone.changes == ()
    assert after.known[NOTICE.key].last == gone.known[NOTICE.key].last


def test_what_was_not_readable_the_last_time_is_gone_from_the_page_it_was_seen_on() -> None:
    """The page of the last good reading counts where the last look names none."""
    away = visit(lost(NOTICE.key, Presence.NOT_OBSERVED, origin=Origin()), outcome=Outcome.CAPTCHA)

    *_, last = days(visit(STATUS, NOTICE, _mark()), away, *[visit(STATUS, _mark())] * 2)

    assert verbs(last.changes) == [Verb.RESOLVED]


def test_the_absence_is_settled_of_a_claim() -> None:
    """As everything that was read: with its page, and no level."""
    _, day = days(visit(STATUS, NOTICE), visit(STATUS))

    last = day.known[NOTICE.key].last
    assert (last.presence, last.level, last.origin.page, last.reason) == (
        Presence.NONE,
        Level.UNKNOWN,
        PAGE.page,
        "no longer listed",
    )
    assert [said.reason for said in last.claims] == ["no longer listed"]
    assert at(visit(NOTICE), START).readings == (NOTICE,)


class TestMoved:
    """An item that is listed under another category."""

    IP = replace(UNATTRIBUTED, key=key("policy.violations.ip", item="x"), native="Trademark")

    def test_it_keeps_the_key_it_was_told_by(self) -> None:
        """By number and words it is the same: told once, and over once its own list does not name it."""
        first = replace(UNATTRIBUTED, native="Trademark")
        known = days(visit(STATUS, first))[0].known

        (moved,) = with_known_keys(known, [visit(STATUS, self.IP)])

        assert [reading.key for reading in moved.readings] == [STATUS.key, first.key]
        assert [c.verb for c in days(visit(STATUS, first), moved)[1].changes] == []

    @pytest.mark.parametrize(
        "beside",
        [
            replace(UNATTRIBUTED, native="Counterfeit"),
            replace(UNATTRIBUTED, native=""),
            replace(UNATTRIBUTED, native="Trademark", key=key("policy.violations", item="y")),
        ],
        ids=["other words", "no words", "another number"],
    )
    def test_another_matter_has_its_own(self, beside: Reading) -> None:
        """A number alone may be a listing's, and that may break two rules."""
        known = days(visit(STATUS, beside))[0].known

        assert with_known_keys(known, [visit(STATUS, self.IP)]) == [visit(STATUS, self.IP)]

    def test_what_is_named_by_both_is_two(self) -> None:
        """Its old key is still there."""
        first = replace(UNATTRIBUTED, native="Trademark")
        known = days(visit(STATUS, first))[0].known
        both = visit(STATUS, first, self.IP)

        assert with_known_keys(known, [both]) == [both]


class TestCounted:
    """Violations that are counted where no list names them."""

    COUNTS = shown(key("policy.violations.ip"), CRITICAL, kind=Kind.COUNT, value=Decimal(2))

    @pytest.mark.parametrize("value", [3, 2, 1])
    def test_one_more_is_worse(self, value: int) -> None:
        """Nothing else tells of it; fewer are not told as long as the level is the same."""
        later = replace(self.COUNTS, value=Decimal(value))
        made = days(visit(STATUS, self.COUNTS), visit(STATUS, later))[1]

        assert verbs(made.changes) == ([Verb.WORSENED] if value > 2 else [])

    def test_a_list_that_names_them_tells_by_itself(self) -> None:
        """The one more stands on it, under its own number."""
        later = replace(self.COUNTS, value=Decimal(3))
        lists = whole("policy.violations.ip"), whole("policy.violations.ip", Presence.UNREADABLE)

        read, unread = (days(visit(STATUS, self.COUNTS), visit(STATUS, later, one))[1] for one in lists)

        assert verbs(read.changes) == []
        assert Verb.WORSENED in verbs(unread.changes)

    @pytest.mark.parametrize(
        "other",
        [
            replace(COUNTS, key=key("orders.late")),
            replace(COUNTS, kind=Kind.POINTS),
            replace(COUNTS, value=None),
        ],
        ids=["orders", "points", "no value"],
    )
    def test_what_goes_to_and_fro_by_itself_is_the_same(self, other: Reading) -> None:
        """Late orders of thirty days are one more or one less every day."""
        later = replace(other, value=Decimal(3))

        assert days(visit(STATUS, other), visit(STATUS, later))[1].changes == ()
