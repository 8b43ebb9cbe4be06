"""Every row of the comparison's table, and the false greens and doubled alarms it must not make."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checker.compare import compare
from checker.model import (
    Known,
    Level,
    Origin,
    Outcome,
    Presence,
    Reading,
    Registration,
    Scope,
    Site,
    Verb,
)
from tests.unit.compare.seen import (
    CA,
    CRITICAL,
    DEACTIVATED,
    OK,
    PAGE,
    START,
    US,
    WARNING,
    alarms,
    days,
    key,
    lost,
    shown,
    verbs,
    visit,
    whole,
)

RATE = key()
IP = "policy.ip"
ABSENT = [Presence.NONE, Presence.NOT_RATED, Presence.NOT_REGISTERED]
RED = visit(shown(RATE, CRITICAL))


class TestOneKey:
    """What is shown, against what was open."""

    @pytest.mark.parametrize(
        ("before", "now", "told"),
        [
            ([], OK, []),
            ([], WARNING, [Verb.NEW]),
            ([], CRITICAL, [Verb.NEW]),
            ([], DEACTIVATED, [Verb.NEW]),
            ([], Level.UNKNOWN, []),
            ([OK], OK, []),
            ([OK], WARNING, [Verb.NEW]),
            ([OK], CRITICAL, [Verb.NEW]),
            ([WARNING], WARNING, []),
            ([WARNING], CRITICAL, [Verb.WORSENED]),
            ([CRITICAL], DEACTIVATED, [Verb.WORSENED]),
            ([CRITICAL], WARNING, [Verb.IMPROVING]),
            ([CRITICAL, WARNING], WARNING, [Verb.IMPROVED]),
            ([DEACTIVATED, CRITICAL], CRITICAL, [Verb.IMPROVED]),
            ([WARNING], OK, [Verb.IMPROVING]),
            ([WARNING, OK], OK, [Verb.RESOLVED]),
            ([DEACTIVATED, OK], OK, [Verb.RESOLVED]),
            ([DEACTIVATED, OK], WARNING, [Verb.IMPROVED]),
            ([DEACTIVATED, WARNING], OK, [Verb.IMPROVED]),
            ([CRITICAL], Level.UNKNOWN, []),
            ([CRITICAL, OK, OK], OK, []),
            ([CRITICAL, OK, OK], WARNING, [Verb.REGRESSED]),
            ([CRITICAL, OK, OK], DEACTIVATED, [Verb.REGRESSED]),
            ([CRITICAL, OK], CRITICAL, []),
            ([CRITICAL, WARNING, WARNING], CRITICAL, [Verb.WORSENED]),
        ],
    )
    def test_the_table(self, before: list[Level], now: Level, told: list[Verb]) -> None:
        """New, regressed, worsened, improved and resolved, each exactly where it belongs."""
        *_, last = days(*(visit(shown(RATE, level)) for level in [*before, now]))

        assert told == verbs(last.changes)

    @pytest.mark.parametrize(
        "fields",
        [{"reason": "counterfeit"}, {"deadline": START + timedelta(days=3)}],
        ids=["reason", "deadline"],
    )
    def test_another_cause_at_the_same_level_is_worse(self, fields: dict[str, object]) -> None:
        """A red for another reason, or with another deadline, is told though the colour stayed."""
        *_, last = days(RED, visit(shown(RATE, CRITICAL, **fields)))

        assert verbs(last.changes) == [Verb.WORSENED]

    def test_a_change_tells_the_whole_story(self) -> None:
        """Since when, from what to what, why, and what was read."""
        _, worse = days(visit(shown(RATE, WARNING)), visit(shown(RATE, CRITICAL, native="BAD")))

        (change,) = worse.changes
        assert (change.level_before, change.level, change.detail) == (WARNING, CRITICAL, "BAD")
        assert change.since == START
        assert change.cause is not None
        assert change.reading is not None
        assert change.reading.key == RATE

    def test_the_first_red_has_no_level_before(self) -> None:
        """Nothing was known, which is not the same as ok."""
        (first,) = days(RED)

        assert (first.changes[0].level_before, first.changes[0].since) == (None, START)

    def test_a_resolved_finding_keeps_its_past(self) -> None:
        """It is closed, it was ok when last read, and the next red will be a regression."""
        *_, last = days(RED, *[visit(shown(RATE, OK))] * 2)

        state = last.known[RATE]
        assert (state.is_open, state.had_incident, state.level) == (False, True, OK)
        assert (last.changes[0].cause, last.changes[0].level_before) == (None, CRITICAL)

    def test_since_when_survives_getting_worse_and_better(self) -> None:
        """A finding opened on the first day is that old, whatever its level did since."""
        *_, last = days(*(visit(shown(RATE, level)) for level in (WARNING, CRITICAL, WARNING)))

        assert last.known[RATE].opened_at == START


class TestUnreadable:
    """What could not be read changes nothing but that it could not."""

    def test_it_is_told_once(self) -> None:
        """The first time it is a change, and then once a day."""
        unread = visit(lost(RATE, reason="no match"), outcome=Outcome.PARTIAL)
        told = days(RED, *[unread] * 3, apart=timedelta(hours=20))

        assert [verbs(day.changes) for day in told] == [[Verb.NEW], [Verb.UNREADABLE], [], [Verb.UNREADABLE]]
        assert told[-1].known[RATE].unreadable_streak == 3
        assert told[1].changes[0].detail == "no match"

    def test_what_was_known_stays(self) -> None:
        """The red is open, since the same day, at the same level."""
        *_, last = days(RED, visit(lost(RATE), outcome=Outcome.PARTIAL))

        state = last.known[RATE]
        assert (state.is_open, state.opened_at, state.level) == (True, START, CRITICAL)
        assert Presence.UNREADABLE is state.last.presence

    def test_it_is_told_that_it_can_be_read_again(self) -> None:
        """The same red as before is readable, not new."""
        *_, last = days(RED, visit(lost(RATE)), visit(lost(RATE)), RED)

        assert verbs(last.changes) == [Verb.READABLE]
        assert last.known[RATE].unreadable_streak == 0

    def test_a_worse_level_after_it_is_an_alarm(self) -> None:
        """It is worse than what was last read."""
        *_, last = days(RED, visit(lost(RATE)), visit(shown(RATE, DEACTIVATED)))

        assert verbs(last.changes) == [Verb.WORSENED]
        assert CRITICAL is last.changes[0].level_before

    def test_a_red_first_met_as_unreadable_is_new(self) -> None:
        """Nothing was known of it, so it is new when it can be read."""
        first, second = days(visit(lost(RATE)), RED)

        assert [verbs(first.changes), verbs(second.changes)] == [[Verb.UNREADABLE], [Verb.NEW]]

    def test_it_is_told_again_after_a_time_without_a_verdict(self) -> None:
        """A number nobody judges counts as read: losing it a second time is told a second time."""
        judged_by_nobody, gone = visit(shown(RATE, Level.UNKNOWN)), visit(lost(RATE))

        told = days(judged_by_nobody, gone, judged_by_nobody, gone)

        assert [verbs(d.changes) for d in told] == [[], [Verb.UNREADABLE], [Verb.READABLE], [Verb.UNREADABLE]]

    def test_five_of_them_between_two_reds_say_nothing_new(self) -> None:
        """Case A9: red, unreadable five times, the same red: no second alarm."""
        told = days(RED, *[visit(lost(RATE))] * 5, RED)

        assert [change.key for day in told for change in alarms(day.changes)] == [RATE]


class TestAbsent:
    """What the console says is not there is not known to be fixed."""

    @pytest.mark.parametrize("presence", ABSENT)
    def test_an_open_finding_vanishes_once(self, presence: Presence) -> None:
        """It is told once, the second time it is not there, and stays open at its level."""
        told = days(RED, *[visit(lost(RATE, presence))] * 3)

        assert [verbs(day.changes) for day in told] == [[Verb.NEW], [Verb.VANISHING], [Verb.VANISHED], []]
        state = told[-1].known[RATE]
        assert (state.is_open, state.vanished, state.level, state.absent_streak) == (True, True, CRITICAL, 3)

    @pytest.mark.parametrize("presence", ABSENT)
    @pytest.mark.parametrize("before", [[], [OK], [CRITICAL, OK, OK]])
    def test_where_nothing_is_open_it_says_nothing(self, presence: Presence, before: list[Level]) -> None:
        """Not rated yet, or not rated any more: no finding, no green."""
        *_, last = days(*(visit(shown(RATE, level)) for level in before), visit(lost(RATE, presence)))

        assert last.changes == ()

    def test_one_that_comes_back_as_it_was_is_not_new(self) -> None:
        """The same red, listed again."""
        *_, back = days(RED, visit(lost(RATE, Presence.NOT_RATED)), RED)

        assert back.changes == ()
        assert (
            back.known[RATE].is_open,
            back.known[RATE].vanished,
            back.known[RATE].absent_streak,
        ) == (True, False, 0)

    def test_not_rated_is_not_resolved_by_good(self) -> None:
        """Only an ok that was shown closes the finding."""
        gone, ok = visit(lost(RATE, Presence.NOT_RATED)), visit(shown(RATE, OK))

        told = days(RED, gone, gone, ok, ok)

        assert [verbs(day.changes) for day in told[2:]] == [
            [Verb.VANISHED],
            [Verb.IMPROVING],
            [Verb.RESOLVED],
        ]


class TestNotObserved:
    """A run that never got there."""

    def test_it_changes_nothing_but_what_was_last_seen(self) -> None:
        """Case A1: no change, no resolution, the finding as it was."""
        before, after = days(RED, visit(lost(RATE, Presence.NOT_OBSERVED), outcome=Outcome.CAPTCHA))

        assert after.changes == ()
        streak = replace(before.known[RATE], last=after.known[RATE].last, not_observed_streak=1)
        assert streak == after.known[RATE]

    def test_a_visit_that_read_nothing_touches_nothing(self) -> None:
        """Without readings there is nothing to compare."""
        _, after = days(RED, visit(outcome=Outcome.TIMEOUT))

        assert (after.known[RATE].level, after.known[RATE].is_open) == (CRITICAL, True)


class TestItems:
    """Violations, orders, listings: each by itself."""

    def test_one_gone_and_one_come_is_a_new_red(self) -> None:
        """The count stayed two, and yet there is something new to act on."""
        first = [shown(key(IP, item=item), CRITICAL, scope=Scope.ITEM) for item in ("B01", "B02")]
        second = [shown(key(IP, item=item), CRITICAL, scope=Scope.ITEM) for item in ("B02", "B03")]

        _, last = days(visit(*first, whole(IP)), visit(*second, whole(IP)))

        told = {(change.key.item, change.verb) for change in last.changes}
        assert {("B01", Verb.VANISHING), ("B03", Verb.NEW)} == told

    @pytest.mark.parametrize("presence", [Presence.SHOWN, Presence.NONE])
    def test_one_not_listed_is_resolved_when_its_list_was_read_whole(self, presence: Presence) -> None:
        """A list that was shown, or that says it is empty, proves twice what is not in it."""
        item = key(IP, item="B01")

        *_, last = days(visit(shown(item, CRITICAL)), *[visit(whole(IP, presence))] * 2)

        assert [(c.verb, c.level, c.level_before) for c in last.changes] == [(Verb.RESOLVED, OK, CRITICAL)]
        assert (last.known[item].is_open, last.known[item].had_incident) == (False, True)

    @pytest.mark.parametrize(
        "readings",
        [
            [],
            [whole(IP, Presence.UNREADABLE)],
            [whole(IP, Presence.NOT_OBSERVED)],
            [whole(IP, Presence.NOT_RATED)],
            [whole("policy.safety")],
            [replace(whole(IP), covers=f"{IP}@mfn")],
            [replace(whole(IP), covers="")],
            [whole(IP, shop="77")],
            [whole(IP), lost(key(IP, item="B01"))],
        ],
        ids=[
            "no list",
            "unreadable",
            "not observed",
            "not rated",
            "other",
            "variant",
            "no list",
            "shop",
            "there",
        ],
    )
    def test_otherwise_it_stays(self, readings: list[Reading]) -> None:
        """No list, half a list, another list, another shop's list: the item stays open."""
        item = key(IP, item="B01")

        _, last = days(visit(shown(item, CRITICAL)), visit(*readings))

        assert last.known[item].is_open
        assert Verb.RESOLVED not in verbs(last.changes)

    @pytest.mark.parametrize("outcome", [o for o in Outcome if o not in (Outcome.READ, Outcome.PARTIAL)])
    def test_a_visit_cut_short_resolves_no_item(self, outcome: Outcome) -> None:
        """A list read before the visit ended badly is no proof."""
        item = key(IP, item="B01")

        _, last = days(visit(shown(item, CRITICAL)), visit(whole(IP), outcome=outcome))

        assert last.known[item].is_open

    def test_a_list_speaks_for_its_own_shop_and_site(self) -> None:
        """The same item id in another shop, or on another site, is another matter."""
        ours, theirs = key(IP, item="B01", shop="1"), key(IP, item="B01", shop="2")
        abroad = key(IP, item="B01", site=CA)
        one, two = replace(US, shop="1"), replace(US, shop="2")
        first = [
            visit(shown(of, CRITICAL), site=site) for of, site in ((ours, one), (theirs, two), (abroad, CA))
        ]

        *_, last = days(first, *[[visit(whole(IP, shop="1"), site=one), visit(site=two), visit(site=CA)]] * 2)

        assert [tuple(last.known[of].is_open for of in (ours, theirs, abroad))] == [(False, True, True)]

    def test_one_that_comes_back_has_regressed(self) -> None:
        """It was resolved, and here it is again."""
        listed = visit(shown(key(IP, item="B01"), CRITICAL), whole(IP))

        *_, last = days(listed, visit(whole(IP)), visit(whole(IP)), listed)

        assert verbs(last.changes) == [Verb.REGRESSED]

    def test_a_closed_item_not_listed_says_nothing(self) -> None:
        """What is resolved is not resolved again."""
        *_, last = days(visit(shown(key(IP, item="B01"), CRITICAL)), *[visit(whole(IP))] * 3)

        assert last.changes == ()


class TestDrift:
    """A third of what was shown last time gone at once."""

    KEYS = tuple(key(f"m.{number}") for number in range(9))

    def _shown(self, count: int, level: Level = OK) -> list[Reading]:
        return [shown(of, level) for of in self.KEYS[:count]]

    @pytest.mark.parametrize(
        ("shown_before", "gone", "drift"),
        [(9, 2, False), (9, 3, True), (9, 9, True), (8, 2, False), (8, 3, True), (3, 3, True), (2, 2, False)],
    )
    @pytest.mark.parametrize("how", [Presence.UNREADABLE, Presence.NOT_OBSERVED, None])
    def test_a_third_and_at_least_three(
        self, shown_before: int, gone: int, drift: bool, how: Presence | None
    ) -> None:
        """Fewer are broken widgets; unreadable and not yielded at all count alike."""
        there = self._shown(shown_before)
        away = [lost(reading.key, how) for reading in there[:gone]] if how is not None else []

        _, last = days(visit(*there), visit(*away, *there[gone:], lost(key("m.other"), Presence.NONE)))

        assert drift is (Verb.DRIFT in verbs(last.changes))

    @pytest.mark.parametrize("presence", ABSENT)
    def test_what_the_console_says_is_absent_is_not_gone(self, presence: Presence) -> None:
        """A seller whose orders ran out is not a redesign."""
        there = self._shown(9)

        _, last = days(visit(*there), visit(*(lost(reading.key, presence) for reading in there)))

        assert Verb.DRIFT not in verbs(last.changes)

    def _drifting(self, *more: Reading) -> list[list[Verb]]:
        before = [
            *self._shown(9),
            shown(RATE, CRITICAL),
            shown(key(IP, item="B01"), CRITICAL, scope=Scope.ITEM),
        ]
        told = days(visit(*before), visit(*self._shown(4), *more))
        assert (told[-1].known[RATE].level, told[-1].known[RATE].is_open) == (CRITICAL, True)
        return [verbs(day.changes) for day in told]

    def test_nothing_recovers_from_it(self) -> None:
        """An ok, a better level and an empty list prove nothing on a page that changed."""
        assert self._drifting(shown(RATE, OK), whole(IP)) == [[Verb.NEW] * 2, [Verb.DRIFT]]
        assert self._drifting(shown(RATE, WARNING)) == [[Verb.NEW] * 2, [Verb.DRIFT]]

    def test_reds_are_still_believed(self) -> None:
        """A new red, and one that got worse, are alarms whatever the page looks like."""
        before = [*self._shown(8), shown(RATE, WARNING)]

        _, last = days(visit(*before), visit(shown(RATE, CRITICAL), shown(key("m.new"), DEACTIVATED)))

        assert verbs(last.changes) == [Verb.WORSENED, Verb.NEW, Verb.DRIFT]

    def test_a_visit_that_calls_itself_drift_is_believed(self) -> None:
        """Whatever the numbers say."""
        _, last = days(RED, visit(shown(RATE, OK), outcome=Outcome.DRIFT))

        assert verbs(last.changes) == [Verb.DRIFT]
        assert last.known[RATE].is_open

    def test_a_failed_run_in_between_does_not_hide_it(self) -> None:
        """What was shown the last time anybody got there counts, not what a captcha kept from us."""
        before = [*self._shown(8), shown(RATE, CRITICAL)]
        failed = [
            lost(reading.key, Presence.NOT_OBSERVED, scope=reading.scope, origin=Origin())
            for reading in before
        ]

        *_, last = days(visit(*before), visit(*failed, outcome=Outcome.CAPTCHA), visit(shown(RATE, OK)))

        assert verbs(last.changes) == [Verb.DRIFT]
        assert last.known[RATE].is_open

    def test_a_visit_that_failed_is_not_drift(self) -> None:
        """It says itself why it read so little."""
        _, last = days(visit(*self._shown(9)), visit(*self._shown(1), outcome=Outcome.SESSION_EXPIRED))

        assert last.changes == ()

    def test_items_and_lists_do_not_count(self) -> None:
        """Nine violations may well be gone at once."""
        items = [shown(key(IP, item=f"B{n}"), WARNING, scope=Scope.ITEM) for n in range(9)]

        _, last = days(visit(*items, shown(RATE)), visit(shown(RATE)))

        assert Verb.DRIFT not in verbs(last.changes)

    def test_another_site_does_not_count(self) -> None:
        """What Canada showed is not missing from the United States."""
        abroad = [shown(key(f"m.{number}", site=CA)) for number in range(9)]

        _, last = days([visit(*abroad, site=CA), RED], RED)

        assert last.changes == ()

    def test_it_names_the_shop(self) -> None:
        """Two shops of one site that drift are two changes, not one."""
        shop = replace(US, shop="77")
        there = [shown(key(f"m.{number}", shop="77")) for number in range(9)]

        _, last = days(visit(*there, site=shop), visit(lost(there[0].key), site=shop))

        assert [key("coverage", shop="77")] == [c.key for c in last.changes if c.verb is Verb.DRIFT]


class TestDocumentsBesidePages:
    """A document the platform gave shows other widgets than its pages."""

    REPORT = Origin("", "the report", "metrics")

    def _report(self, *levels: Level) -> list[Reading]:
        return [shown(key(f"r.{n}"), level, origin=self.REPORT) for n, level in enumerate(levels)]

    def test_a_document_is_not_a_page_that_lost_its_widgets(self) -> None:
        """What pages showed is not gone because the report does not have it, and its green counts."""
        pages = [shown(key(f"m.{number}")) for number in range(9)]
        told = days(visit(*pages), visit(*self._report(CRITICAL)), *[visit(*self._report(OK))] * 2)

        assert [verbs(day.changes) for day in told[1:]] == [[Verb.NEW], [Verb.IMPROVING], [Verb.RESOLVED]]

    def test_a_page_is_not_a_document_that_lost_its_widgets(self) -> None:
        """Nor the other way round."""
        document = self._report(*[OK] * 9)

        *_, last = days(visit(*document), RED, *[visit(shown(RATE, OK))] * 2)

        assert verbs(last.changes) == [Verb.RESOLVED]

    def test_pages_after_pages_still_drift_with_a_document_in_between(self) -> None:
        """The import between two visits does not hide what the second one lost."""
        pages = [shown(key(f"m.{number}")) for number in range(9)]

        *_, last = days(visit(*pages), visit(*self._report(OK)), visit(*pages[:3]))

        assert verbs(last.changes) == [Verb.DRIFT]

    def test_a_document_may_lose_its_fields_too(self) -> None:
        """A report that shrank by a third is drift among reports."""
        *_, last = days(visit(*self._report(*[OK] * 9)), visit(*self._report(*[OK] * 6)))

        assert verbs(last.changes) == [Verb.DRIFT]

    def test_one_metric_of_both_is_one_finding(self) -> None:
        """The red the page showed is not new again because the report says it too."""
        *_, last = days(RED, visit(shown(RATE, CRITICAL, origin=self.REPORT)), RED)

        assert last.changes == ()


class TestSeveralVisits:
    """One run sees many sites, and at times one twice."""

    def test_one_site_visited_twice_tells_once(self) -> None:
        """The second visit of a run knows what the first one found."""
        (day,) = days([RED, RED])

        assert verbs(day.changes) == [Verb.NEW]

    def test_sites_do_not_mix(self) -> None:
        """The same metric is red in Canada and ok at home."""
        (day,) = days([visit(shown(key(), OK)), visit(shown(key(site=CA), CRITICAL), site=CA)])

        assert [(change.key.site, change.verb) for change in day.changes] == [("CA", Verb.NEW)]

    def test_a_reading_of_another_site_is_known_there(self) -> None:
        """A page that shows a second site's red as well does not make it new every day."""
        both = visit(shown(key(), OK), shown(key(site=CA), CRITICAL))

        told = days(both, both)

        assert [verbs(day.changes) for day in told] == [[Verb.NEW], []]

    @pytest.mark.parametrize("levels", [(CRITICAL, OK), (OK, CRITICAL)])
    def test_a_key_read_twice_with_two_results_is_red_and_disputed(self, levels: tuple[Level, Level]) -> None:
        """In whatever order: the finding stays open, and is told where it is new."""
        both = visit(*(shown(RATE, level) for level in levels))
        _, known = days(RED, both)
        _, fresh = days(visit(shown(RATE, OK)), both)

        assert (known.changes, known.known[RATE].is_disputed) == ((), True)
        assert [(c.verb, c.level, c.is_disputed) for c in fresh.changes] == [(Verb.NEW, CRITICAL, True)]

    def test_one_drifting_visit_of_two_lets_nothing_recover(self) -> None:
        """A key that both read counts for nothing better."""
        calm, drifting = visit(shown(RATE, OK)), visit(shown(RATE, OK), outcome=Outcome.DRIFT)

        *_, last = days(RED, *[[calm, drifting]] * 3)

        assert last.known[RATE].is_open
        assert last.known[RATE].pending_down is None

    def test_a_key_read_twice_with_one_result_is_told_once(self) -> None:
        """As in a document that names a metric under two names."""
        (day,) = days(visit(shown(RATE, CRITICAL), shown(RATE, CRITICAL)))

        assert verbs(day.changes) == [Verb.NEW]

    def test_a_never_opened_site_gone_red_names_its_cause(self) -> None:
        """The event this program was built for."""
        site = Site("MX", "A1", "Mexico", Registration.PENDING)

        (day,) = days(visit(shown(key(site=site), CRITICAL), site=site))

        assert str(day.changes[0].cause).partition(":")[0] == "never_opened"


def test_what_was_not_visited_is_not_touched() -> None:
    """What is known of a hundred other sites stays what it was."""
    others = [Site(f"S{number}", "", "") for number in range(100)]
    keys = [key(site=site) for site in [US, *others]]
    states = {of: Known(of, shown(of, CRITICAL), shown(of, CRITICAL), START) for of in keys}

    comparison = compare(states, [visit(shown(key(), OK))], START)

    assert [key()] == list(comparison.known)


def test_what_was_known_is_left_as_it_was() -> None:
    """The comparison returns the new state and never writes into the old one."""
    states = {RATE: Known(RATE, shown(RATE, CRITICAL), shown(RATE, CRITICAL), START)}
    before = dict(states)

    compare(states, [visit(shown(RATE, OK)), visit(shown(key("m.1"), CRITICAL, origin=PAGE))], START)

    assert before == states
