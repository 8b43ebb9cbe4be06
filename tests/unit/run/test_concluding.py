"""What a run concludes: each account by itself, every shop, what is over, accepted, or damaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checker.compare import acknowledge, compare
from checker.model import (
    Exit,
    Key,
    Known,
    Level,
    Outcome,
    Place,
    Presence,
    Reading,
    Registration,
    Rules,
    Scope,
    Site,
    Verb,
    Visit,
)
from checker.run import execute
from checker.run.execute import Finished, Gathered, Request, conclude
from checker.run.job import Ended
from checker.run.supervisor import AccountRun
from checker.settings import Account
from checker.store import Act, Store, open_store

START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
US = Site("US", "A1", "United States", Registration.ACTIVE)
ONE = Site("MY", "1", "Kedai Satu", Registration.ACTIVE, shop="1")
TWO = Site("MY", "2", "Kedai Dua", Registration.ACTIVE, shop="2")


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """Return a store that holds nothing yet."""
    with open_store(f"sqlite:///{tmp_path / 'checker.db'}") as opened:
        yield opened


def _visit(
    site: Site = US,
    *levels: Level,
    account: str = "main",
    on: int = 0,
    outcome: Outcome = Outcome.READ,
    marketplace: str = "amazon",
) -> Visit:
    key = Place(marketplace, account, site.code, site.shop).key
    readings = tuple(
        Reading(key(f"m{number}"), Presence.SHOWN, START + on * DAY, level)
        if level is not Level.UNKNOWN
        else Reading(key(f"m{number}"), Presence.UNREADABLE, START + on * DAY, reason="no match")
        for number, level in enumerate(levels)
    )
    return Visit(marketplace, account, site, outcome, readings=readings)


def _run(store: Store, *visits: Visit, on: int = 0, listed: Sequence[Site] = ()) -> Finished:
    """Conclude a run of these visits; `listed` is what the picker of the first one's account named."""
    first = visits[0]
    sites = {(first.marketplace, first.account): listed} if listed else {}
    gathered = Gathered(list(visits), dict(sites))
    done = conclude(store, f"run-{on}", START + on * DAY, Request(), gathered)
    store.mark_told(done.messages, START + on * DAY, "test")
    return done


class TestOneAccountThatFails:
    """A comparison that fails costs its account, and is told; the others go on (9.5)."""

    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the comparison fail whenever the account `bad` has readings in it."""
        real = compare

        def failing(known: Any, visits: Sequence[Visit], now: datetime, rules: Rules) -> Any:
            if any(visit.account == "bad" and visit.readings for visit in visits):
                raise ZeroDivisionError("what the page said")
            return real(known, visits, now, rules)

        monkeypatch.setattr(execute, "compare", failing)

    @pytest.mark.usefixtures("broken")
    def test_the_others_are_compared_and_stored(self, store: Store) -> None:
        """The red of the good account is told; of the bad one nothing is known, and that is told."""
        good, bad = _visit(US, Level.CRITICAL), _visit(US, Level.CRITICAL, account="bad")

        done = _run(store, bad, good)

        assert [(c.key.account, c.verb) for c in done.run.changes] == [("main", Verb.NEW)]
        assert done.run.exit_code == Exit.BUG
        assert store.known("amazon", "bad") == {}
        assert store.known("amazon", "main")
        failed = next(visit for visit in store.run("run-0").visits if visit.account == "bad")
        assert (failed.outcome, failed.readings) == (Outcome.CRASHED, ())
        assert "ZeroDivisionError" in failed.detail
        assert "what the page said" not in failed.detail
        assert any(event.detail.startswith("crashed: 1 sites of bad") for event in done.run.events)

    def test_what_was_known_of_it_stays(self, store: Store, request: pytest.FixtureRequest) -> None:
        """Its finding is neither closed nor touched."""
        _run(store, _visit(US, Level.CRITICAL, account="bad"))
        before = store.known("amazon", "bad")
        request.getfixturevalue("broken")

        done = _run(store, _visit(US, Level.OK, account="bad", on=1), _visit(US, Level.OK, on=1), on=1)

        assert store.known("amazon", "bad") == before
        assert done.run.exit_code == Exit.BUG

    def test_one_that_fails_only_beside_others_costs_the_run_no_crash(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody knows whose it is: every account is told as not compared."""
        real = compare

        def failing(known: Any, visits: Sequence[Visit], now: datetime, rules: Rules) -> Any:
            if len({visit.account for visit in visits if visit.readings}) > 1:
                raise RuntimeError
            return real(known, visits, now, rules)

        monkeypatch.setattr(execute, "compare", failing)

        done = _run(store, _visit(US, Level.OK), _visit(US, Level.OK, account="two"))

        assert {visit.outcome for visit in done.run.visits} == {Outcome.CRASHED}
        assert done.run.exit_code == Exit.BUG


class TestSitesThatClose:
    """Issue 11, number 6: a site that was ever read and cannot be read is incomplete, and told."""

    PENDING = replace(US, registration=Registration.PENDING)

    @pytest.mark.parametrize("outcome", [Outcome.NOT_REACHABLE, Outcome.UNKNOWN_PAGE, Outcome.FORBIDDEN])
    def test_issue11_6_one_that_was_read_is_incomplete_run_after_run(
        self, store: Store, outcome: Outcome
    ) -> None:
        """Pending or not, and it is an event of each run."""
        _run(store, _visit(US, Level.OK), listed=[US])
        for on in (1, 2):
            done = _run(store, _visit(self.PENDING, outcome=outcome, on=on), on=on)

            assert done.run.exit_code in (Exit.INCOMPLETE, Exit.PERSON)
            assert [event.detail.partition(":")[0] for event in done.run.events] == [outcome.value]
            assert done.has_news

    def test_issue11_6_one_that_was_never_read_and_never_opened_is_fine(self, store: Store) -> None:
        """The console names it, and lets nobody in: nothing is amiss."""
        done = _run(store, _visit(self.PENDING, outcome=Outcome.NOT_REACHABLE))

        assert (done.run.exit_code, done.run.events) == (Exit.OK, ())

    def test_issue11_6_a_registration_that_is_lost_is_told_once(self, store: Store) -> None:
        """Trading, then pending: exit 10 and a change of its own; the next run has none."""
        _run(store, _visit(US, Level.OK), listed=[US])
        lost = _run(store, _visit(self.PENDING, Level.OK, on=1), on=1, listed=[self.PENDING])
        after = _run(store, _visit(self.PENDING, Level.OK, on=2), on=2, listed=[self.PENDING])

        assert [change.verb for change in lost.run.changes] == [Verb.REGISTRATION_CHANGED]
        assert lost.run.exit_code == Exit.NEW
        assert (after.run.changes, after.run.exit_code) == ((), Exit.OK)

    def test_issue11_6_a_failed_visit_is_no_news_of_the_registration(self, store: Store) -> None:
        """A picker that says nothing of it, and a timeout: it is as it was."""
        unsaid = replace(US, registration=Registration.UNKNOWN)
        _run(store, _visit(US, Level.OK), listed=[unsaid])
        late = _run(store, _visit(unsaid, outcome=Outcome.TIMEOUT, on=1), on=1, listed=[unsaid])

        assert [c.verb for c in late.run.changes] == []
        assert next(iter(store.sites("amazon", "main").values())).registration is Registration.ACTIVE


def _came(*visits: Visit, sites: Sequence[Site]) -> AccountRun:
    ended = Ended(outcome=Outcome.READ, detail="")
    return AccountRun("main", list(visits), list(sites), ended=ended)


def _account(**fields: Any) -> Account:
    given = {"marketplace": "shopee", "username": "u", "password": "p", **fields}
    return Account.model_validate(given)


class TestShops:
    """9.4 and 11.11: a shop that leaves is noticed until somebody accepts that."""

    KEY = Place("shopee", "main", "MY", "2").key("coverage")

    def _day(self, store: Store, *sites: Site, on: int, extra: Sequence[Visit] = ()) -> Finished:
        """Run a day on which these shops are listed, and read."""
        visits = [_visit(site, Level.OK, on=on, marketplace="shopee") for site in sites]
        gathered = Gathered()
        came = _came(*visits, *extra, sites=sites)
        execute._gather(gathered, store, _account(), came, (), START + on * DAY)
        done = conclude(store, f"run-{on}", START + on * DAY, Request(), gathered)
        store.mark_told(done.messages, START + on * DAY, "test")
        return done

    def test_two_shops_of_one_country_are_two(self, store: Store) -> None:
        """Both are remembered, with their names."""
        self._day(store, ONE, TWO, on=0)

        assert [site.label for site in store.sites("shopee", "main").values()] == ["Kedai Satu", "Kedai Dua"]
        assert {key.shop for key in store.known("shopee", "main")} == {"1", "2"}

    def test_issue11_11_one_that_leaves_is_told_and_incomplete_until_it_is_accepted(
        self, store: Store
    ) -> None:
        """Not once and then forgotten; acknowledged it costs nothing; back, it is loud when it goes again."""
        self._day(store, ONE, TWO, on=0)
        gone = self._day(store, ONE, on=1)
        still = self._day(store, ONE, on=2)

        assert [(c.verb, c.key.shop) for c in gone.run.changes] == [(Verb.SITE_GONE, "2")]
        for done in (gone, still):
            visit = next(v for v in done.run.visits if v.site.shop == "2")
            assert (visit.outcome, visit.site.label) == (Outcome.NOT_REACHABLE, "Kedai Dua")
            assert done.run.exit_code == Exit.INCOMPLETE
            assert done.has_news

        act = Act(START + 2 * DAY, "ack", "ann", "we closed it")
        store.act(self.KEY, act, lambda state: acknowledge(state, "ann", act.reason, act.at))
        quiet = self._day(store, ONE, on=3)
        assert (quiet.run.exit_code, quiet.run.changes, quiet.run.events) == (Exit.OK, (), ())
        assert [visit.site.shop for visit in quiet.run.visits] == ["1"]

        back = self._day(store, ONE, TWO, on=4)
        again = self._day(store, ONE, on=5)
        assert [c.verb for c in back.run.changes] == [Verb.SITE_APPEARED]
        assert back.run.exit_code == Exit.OK
        assert again.run.exit_code == Exit.INCOMPLETE

    def test_what_the_worker_knows_of_it_is_no_second_visit(self, store: Store) -> None:
        """It names a site that is gone by its code alone."""
        self._day(store, US, ONE, on=0)
        bare = Visit("shopee", "main", Site("US", "US", "US"), Outcome.NOT_REACHABLE)
        done = self._day(store, ONE, on=1, extra=[bare])

        assert [(v.site.code, v.site.label) for v in done.run.visits] == [
            ("MY", "Kedai Satu"),
            ("US", "United States"),
        ]

    def test_a_site_that_is_not_wanted_is_not_missed(self, store: Store) -> None:
        """The settings name the sites that count."""
        self._day(store, US, ONE, on=0)
        gathered = Gathered()
        visits = [_visit(ONE, Level.OK, on=1, marketplace="shopee")]
        execute._gather(gathered, store, _account(sites=["MY"]), _came(*visits, sites=[ONE]), (), START)

        assert [visit.site.code for visit in gathered.visits] == ["MY"]


class TestAccepted:
    """Issue 12, B: what can never be read costs neither a headline nor the exit code once it is accepted."""

    def _ack(self, store: Store, metric: str, until: datetime | None = None) -> Key:
        key = Place("amazon", "main", "US").key(metric)
        act = Act(START, "ack", "ann", "not here")
        store.act(key, act, lambda state: acknowledge(state, "ann", act.reason, START, until))
        return key

    def test_an_accepted_widget_is_not_incomplete(self, store: Store) -> None:
        """All of them must be accepted, and none of what was readable is."""
        partly = (Level.OK, Level.UNKNOWN, Level.UNKNOWN)
        first = _run(store, _visit(US, *partly, outcome=Outcome.PARTIAL))
        self._ack(store, "m1")
        one = _run(store, _visit(US, *partly, outcome=Outcome.PARTIAL, on=1), on=1)
        key = self._ack(store, "m2")
        both = _run(store, _visit(US, *partly, outcome=Outcome.PARTIAL, on=2), on=2)

        codes = [done.run.exit_code for done in (first, one, both)]
        assert codes == [Exit.INCOMPLETE, Exit.INCOMPLETE, Exit.OK]
        assert (both.run.changes, both.messages) == ((), [])
        assert both.known[key].never_readable

    def test_one_that_was_read_again_is_loud_when_it_is_lost(self, store: Store) -> None:
        """The acceptance was of what could not be read then."""
        lost = (Level.OK, Level.UNKNOWN)
        _run(store, _visit(US, *lost, outcome=Outcome.PARTIAL))
        key = self._ack(store, "m1")
        _run(store, _visit(US, Level.OK, Level.OK, on=1), on=1)
        again = _run(store, _visit(US, *lost, outcome=Outcome.PARTIAL, on=2), on=2)

        assert again.run.exit_code == Exit.INCOMPLETE
        assert [c.verb for c in again.run.changes] == [Verb.UNREADABLE]
        assert not again.known[key].never_readable

    def test_an_acceptance_may_end(self, store: Store) -> None:
        """By its date."""
        lost = (Level.OK, Level.UNKNOWN)
        _run(store, _visit(US, *lost, outcome=Outcome.PARTIAL))
        self._ack(store, "m1", until=START + 2 * DAY)
        codes = [
            _run(store, _visit(US, *lost, outcome=Outcome.PARTIAL, on=on), on=on).run.exit_code
            for on in (1, 2)
        ]

        assert codes == [Exit.OK, Exit.INCOMPLETE]


class TestTold:
    """Issue 11, numbers 9 and 15."""

    def test_issue11_9_what_is_over_is_news_though_the_exit_code_is_0(self, store: Store) -> None:
        """It stays untold until somebody marks it, and is told once."""
        _run(store, _visit(US, Level.CRITICAL))
        _run(store, _visit(US, Level.OK, on=1), on=1)
        gathered = Gathered([_visit(US, Level.OK, on=2)])
        done = conclude(store, "run-2", START + 2 * DAY, Request(), gathered)

        assert (done.run.exit_code, done.has_news) == (Exit.OK, True)
        assert [c.verb for c in done.run.changes] == [Verb.RESOLVED]

        # Nobody could see it: the next run tells it, and the one after that has nothing to say.
        next_one = _run(store, _visit(US, Level.OK, on=3), on=3)
        last = _run(store, _visit(US, Level.OK, on=4), on=4)
        assert [(c.verb, c.late) for c in next_one.run.changes] == [(Verb.RESOLVED, True)]
        assert next_one.has_news
        assert (last.run.changes, last.has_news) == ((), False)

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE outbox SET about = 'no key' WHERE kind = 'new' AND about LIKE '%m0'",
            "UPDATE outbox SET tell = 'shouting' WHERE about LIKE '%m0'",
            "UPDATE changes SET verb = 'sang' WHERE key LIKE '%m0'",
            "UPDATE changes SET level = 'blue' WHERE key LIKE '%m0'",
        ],
    )
    def test_issue11_15_one_damaged_row_is_set_aside_and_the_rest_is_told(
        self, store: Store, damage: str
    ) -> None:
        """It is named once, the run is incomplete, and no later run stumbles over it."""
        _run(store, _visit(US, Level.OK, Level.OK))
        gathered = Gathered([_visit(US, Level.CRITICAL, Level.CRITICAL, on=1)])
        conclude(store, "run-1", START + DAY, Request(), gathered)
        with store.engine.begin() as connection:
            connection.exec_driver_sql(damage)

        done = _run(store, _visit(US, Level.CRITICAL, Level.CRITICAL, on=2), on=2)
        after = _run(store, _visit(US, Level.CRITICAL, Level.CRITICAL, on=3), on=3)

        late = [change for change in done.run.changes if change.late]
        assert [(c.verb, c.key.metric) for c in late] == [(Verb.NEW, "m1")]
        assert len(done.damaged) == 1
        assert done.damaged[0].message in done.messages
        assert (after.damaged, [c for c in after.run.changes if c.late]) == ([], [])

    def test_issue11_15_a_damaged_reading_costs_the_picture_and_not_the_message(self, store: Store) -> None:
        """That it is red, and where, is told without it."""
        _run(store, _visit(US, Level.OK))
        gathered = Gathered([_visit(US, Level.CRITICAL, on=1)])
        conclude(store, "run-1", START + DAY, Request(), gathered)
        with store.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER readings_no_update")
            connection.exec_driver_sql("UPDATE readings SET body = '{' WHERE level = 'critical'")

        (message,) = store.untold()
        assert [(c.level, c.reading) for c in message.changes] == [(Level.CRITICAL, None)]
        assert store.untold_damaged() == []


def test_an_unread_coverage_key_is_over_with_a_visit_that_got_in(store: Store) -> None:
    """What was noted of a site as a whole while nobody got there stays unread no longer than that."""
    _run(store, _visit(US, outcome=Outcome.CAPTCHA))
    _run(store, _visit(US, Level.OK, on=1), on=1)

    state: Known = store.known("amazon", "main")[Place("amazon", "main", "US").key("coverage")]
    assert (state.last.presence, state.is_unread) == (Presence.NONE, False)
    assert state.last.scope is Scope.ACCOUNT


def test_a_violation_that_changes_its_category_is_told_once_and_over_once(store: Store) -> None:
    """A list that filters one day and not the next: the same number and words are the same finding."""

    def of(day: int, *metrics: str) -> Finished:
        readings = tuple(
            Reading(
                Key("amazon", "main", "US", metric, item="V-1"),
                Presence.SHOWN,
                START + day * DAY,
                Level.CRITICAL,
                native="Trademark",
                scope=Scope.ITEM,
            )
            for metric in metrics
        )
        return _run(store, Visit("amazon", "main", US, Outcome.READ, readings=readings), on=day)

    told = [of(0, "policy.violations.ip"), of(1, "amazon.unattributed"), of(2, "policy.violations.ip")]

    assert [[change.verb for change in done.run.changes] for done in told] == [[Verb.NEW], [], []]
    assert [key.metric for key in store.known("amazon", "main")] == ["policy.violations.ip"]
