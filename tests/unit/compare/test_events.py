"""What makes many changes one message, which signals speak for it, and what stays a message of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from checker.compare import ending, open_circuit
from checker.compare.signals import (
    disagrees,
    is_implausible,
    is_s1,
    is_s2,
    moved,
    same_everywhere,
    shared_key,
    tail,
)
from checker.model import (
    Cause,
    CauseKind,
    Event,
    EventKind,
    Known,
    Level,
    Origin,
    Outcome,
    Presence,
    Reading,
    Registration,
    Reread,
    Scope,
    Signal,
    Site,
    Tell,
    Verb,
    Visit,
)
from tests.unit.compare.seen import (
    CRITICAL,
    DEACTIVATED,
    OK,
    PAGE,
    REPORT,
    START,
    US,
    WARNING,
    days,
    key,
    lost,
    shown,
    verbs,
    visit,
)

CA = Site("CA", "A2", "Canada", Registration.PENDING)
MX = Site("MX", "A3", "Mexico", Registration.NOT_REGISTERED)
JP = Site("JP", "A4", "Japan", Registration.DORMANT)
UNOPENED = (CA, MX, JP)


def _status(site: Site, level: Level, **fields: object) -> Reading:
    return shown(key("account.status", site=site), level, scope=Scope.ACCOUNT, **fields)


def _all(level: Level, *sites: Site, us: Level = OK, **fields: object) -> list[Visit]:
    unopened = [visit(_status(site, level, **fields), site=site) for site in sites]
    return [visit(_status(US, us)), *unopened]


def _event(*visits: list[Visit]) -> Event | None:
    events = days(*visits)[-1].events
    assert len(events) <= 1
    return events[0] if events else None


class TestUnopenedSites:
    """S7: the event this program was built for."""

    def test_is_one_event_that_names_every_site(self) -> None:
        """Every site named, the trading one spared, confirm before acting, never lowered."""
        day = days(_all(OK, *UNOPENED), _all(CRITICAL, *UNOPENED))[-1]

        (event,) = day.events
        assert event.kind is EventKind.UNOPENED_SITES
        assert [place.site for place in event.places] == ["CA", "JP", "MX"]
        assert (event.level, event.total, event.probable) == (CRITICAL, 3, True)
        assert event.untouched == ("US",)
        assert event.signals == (Signal.UNOPENED_SITES,)
        assert "CA, JP and MX, never opened or dormant" in event.detail
        assert "US, where the account trades, did not" in event.detail
        assert "confirm before acting" in event.detail
        assert {change.event for change in day.changes} == {event.id}
        assert {change.tell for change in day.changes} == {Tell.AT_ONCE}
        assert {state.level for of, state in day.known.items() if of.site != "US"} == {CRITICAL}

    def test_takes_everything_that_turned_bad_there_with_it(self) -> None:
        """The rating beside the status belongs to the same message; a violation at home does not."""
        first, second = _all(OK, CA, MX), _all(CRITICAL, CA, MX)
        rate = shown(key("orders.defect_rate", site=CA), WARNING)
        second[1] = replace(second[1], readings=(*second[1].readings, rate))
        second[0] = visit(_status(US, OK), shown(key("policy.ip", item="B01"), CRITICAL, scope=Scope.ITEM))

        day = days(first, second)[-1]

        assert len(day.events[0].keys) == 3
        assert [change.key.item for change in day.changes if not change.event] == ["B01"]

    def test_two_sites_are_several_and_one_is_not(self) -> None:
        """One red site is told by itself."""
        assert _event(_all(OK, CA, MX), _all(CRITICAL, CA, MX)) is not None
        assert _event(_all(OK, CA), _all(CRITICAL, CA)) is None

    def test_is_none_when_the_trading_site_turned_red_too(self) -> None:
        """Then it may well be the account."""
        assert _event(_all(OK, CA, MX), _all(CRITICAL, CA, MX, us=CRITICAL)) is None

    @pytest.mark.parametrize("registration", [Registration.ACTIVE, Registration.UNKNOWN])
    def test_is_none_for_sites_that_trade(self, registration: Registration) -> None:
        """Two trading sites that turn red are two reds."""
        sites = [replace(site, registration=registration) for site in (CA, MX)]

        assert _event(_all(OK, *sites), _all(CRITICAL, *sites)) is None

    def test_is_none_for_warnings_and_for_what_is_not_said_of_the_account(self) -> None:
        """Only reds of the account itself make it."""
        rates = [visit(shown(key(site=site), CRITICAL), site=site) for site in (CA, MX)]

        assert _event(_all(OK, CA, MX), _all(WARNING, CA, MX)) is None
        assert _event(_all(OK, CA, MX), rates) is None

    def test_stated_causes_part_it(self) -> None:
        """Sites that state the same cause, or none, are one event; one with another cause is not of it."""
        stated: dict[str, Any] = {"cause": Cause(CauseKind.IDENTITY_CHECK, "documents within 60 days")}
        second = _all(CRITICAL, CA, MX, **stated)
        other = visit(_status(JP, CRITICAL, cause=Cause(CauseKind.POLICY, "counterfeit")), site=JP)

        event = _event(_all(OK, *UNOPENED), [*second, other])

        assert event is not None
        assert [place.site for place in event.places] == ["CA", "MX"]

    def test_what_we_say_ourselves_is_no_stated_cause(self) -> None:
        """`dormant` on one and `never opened` on the other is no difference."""
        second = [
            visit(_status(US, OK)),
            visit(_status(CA, CRITICAL, cause=Cause(CauseKind.NEVER_OPENED, "so")), site=CA),
            visit(_status(JP, CRITICAL, cause=Cause(CauseKind.DORMANT, "so")), site=JP),
        ]

        assert _event(_all(OK, CA, JP), second) is not None

    def test_a_site_with_a_cause_of_its_own_keeps_it(self) -> None:
        """Never opened stays never opened: the event says the rest."""
        day = days(_all(OK, CA, MX), _all(CRITICAL, CA, MX))[-1]

        assert {change.cause.kind for change in day.changes if change.cause} == {CauseKind.NEVER_OPENED}

    def test_a_red_without_any_cause_is_laid_to_the_platform(self) -> None:
        """Where nothing else explains it, the event does."""
        first, second = _all(OK, CA, MX), _all(CRITICAL, CA, MX, cause=Cause(CauseKind.UNKNOWN))

        day = days(first, second)[-1]

        assert {c.cause.kind for c in day.changes if c.cause} == {CauseKind.PLATFORM_SUSPECTED}
        assert day.changes[0].cause is not None
        assert day.changes[0].cause.support == day.events[0].detail

    def test_is_told_once(self) -> None:
        """The next run has neither event nor change."""
        last = days(_all(OK, *UNOPENED), _all(CRITICAL, *UNOPENED), _all(CRITICAL, *UNOPENED))[-1]

        assert (last.events, last.changes) == ((), ())

    def test_a_first_look_is_an_inventory_instead(self) -> None:
        """What is red when nobody ever looked did not turn red at once."""
        event = _event(_all(CRITICAL, *UNOPENED))

        assert event is not None
        assert (event.kind, event.total) == (EventKind.INVENTORY, 3)

    def test_its_name_is_the_same_for_the_same_run_only(self) -> None:
        """A run repeated names it alike; another day's is another."""
        one, again = (_event(_all(OK, CA, MX), _all(CRITICAL, CA, MX)) for _ in range(2))
        later = _event(_all(OK, CA, MX), _all(OK, CA, MX), _all(CRITICAL, CA, MX))

        assert one is not None
        assert one == again
        assert later is not None
        assert one.id != later.id
        assert one.id.startswith("unopened_sites-")


class TestOneSite:
    """S2: most widgets of one site at once."""

    @staticmethod
    def _site(bad: int, of: int, pages: int = 2, level: Level = CRITICAL) -> list[Reading]:
        origins = [Origin(f"page{number % pages}", "document", ".x") for number in range(of)]
        return [
            shown(key(f"m.{number}"), level if number < bad else OK, origin=origin)
            for number, origin in enumerate(origins)
        ]

    @pytest.mark.parametrize(
        ("bad", "of", "pages", "told"),
        [(4, 6, 2, True), (3, 4, 2, False), (4, 7, 2, False), (6, 10, 2, True), (6, 10, 1, False)],
    )
    def test_sixty_per_cent_and_four_on_two_pages(self, bad: int, of: int, pages: int, told: bool) -> None:
        """Fewer, or all on one page, are told one by one."""
        event = _event([visit(*self._site(0, of, pages))], [visit(*self._site(bad, of, pages))])

        assert (event is not None) is told
        if event is not None:
            assert event.kind is EventKind.SUSPICIOUS
            assert event.signals == (Signal.MANY_WIDGETS,)
            assert (len(event.keys), event.total, event.probable) == (bad, of, False)
            assert f"{bad} of {of} widgets of US" in event.detail

    def test_a_changed_page_makes_it_disputed(self) -> None:
        """The same on fallback rules: red, one message at once, and every red of it marked."""
        red = [replace(reading, origin=replace(reading.origin, place=1)) for reading in self._site(6, 8)]
        day = days(visit(*self._site(0, 8)), visit(*red))[-1]

        (event,) = day.events
        assert (event.kind, event.probable) == (EventKind.PARSER_FAULT, True)
        assert event.signals == (Signal.PAGE_CHANGED, Signal.MANY_WIDGETS)
        assert {(c.verb, c.tell, c.event, c.is_disputed) for c in day.changes} == {
            (Verb.NEW, Tell.AT_ONCE, event.id, True)
        }
        assert len(day.disputed) == 6

    def test_few_moved_widgets_are_no_fault(self) -> None:
        """Less than half of the reds by other means than before: the reds are believed."""
        red = self._site(6, 8)
        red[0] = replace(red[0], origin=replace(red[0].origin, place=1))
        day = days(visit(*self._site(0, 8)), visit(*red))[-1]

        assert [event.kind for event in day.events] == [EventKind.SUSPICIOUS]
        assert day.disputed == frozenset()


class TestUnreadable:
    """Half of a site, or more, can no longer be read."""

    @staticmethod
    def _site(lost_ones: int, of: int) -> Visit:
        readings = [
            lost(key(f"m.{n}"), reason="no match") if n < lost_ones else shown(key(f"m.{n}"))
            for n in range(of)
        ]
        return visit(*readings, outcome=Outcome.PARTIAL if lost_ones else Outcome.READ)

    @pytest.mark.parametrize(
        ("lost_ones", "of", "told"),
        [(3, 6, True), (2, 3, True), (1, 1, True), (1, 2, True), (3, 7, False), (0, 3, False)],
    )
    def test_is_one_message(self, lost_ones: int, of: int, told: bool) -> None:
        """From half of what it shows on, however little that is."""
        day = days(self._site(0, of), self._site(lost_ones, of))[-1]

        assert ([event.kind for event in day.events] == [EventKind.MASS_UNREADABLE]) is told
        tells = {change.tell for change in day.changes if change.verb is Verb.UNREADABLE}
        assert tells == ({Tell.AT_ONCE} if told else {Tell.DIGEST} if lost_ones else set())

    def test_one_widget_with_something_open_is_told_at_once(self) -> None:
        """A red that can no longer be seen is no matter for the digest."""
        day = days(visit(shown(key(), CRITICAL)), visit(lost(key()), outcome=Outcome.PARTIAL))[-1]

        assert [(change.verb, change.tell) for change in day.changes] == [(Verb.UNREADABLE, Tell.AT_ONCE)]


class TestNotObserved:
    """Nobody got there: told once for each way a visit can end."""

    def _failed(self, account: str, outcome: Outcome) -> Visit:
        reading = replace(
            lost(key("coverage"), Presence.NOT_OBSERVED), key=replace(key("coverage"), account=account)
        )
        return replace(visit(reading, outcome=outcome), account=account)

    def test_each_class_is_one_event(self) -> None:
        """Two captchas and a time-out are two messages, whatever the number of widgets."""
        day = days(
            [*(self._failed(f"a{n}", Outcome.CAPTCHA) for n in range(2)), self._failed("b", Outcome.TIMEOUT)]
        )[0]

        assert [(event.kind, event.total) for event in day.events] == [
            (EventKind.NOT_OBSERVED, 2),
            (EventKind.NOT_OBSERVED, 1),
        ]
        assert day.events[0].detail == "captcha: 2 sites of a0, a1"
        assert day.changes == ()

    def test_three_accounts_stop_the_marketplace(self) -> None:
        """The message says that nobody signs in there any more in this run, and who was left alone."""
        failed = [self._failed(f"a{n}", Outcome.LOCKED) for n in range(3)]
        spared = [self._failed(name, Outcome.SKIPPED) for name in ("d", "c")]
        elsewhere = replace(self._failed("e", Outcome.SKIPPED), marketplace="ebay")

        stopped, ended_so, other = (
            days(run)[0].events[0].detail
            for run in ([*failed, *spared, elsewhere], failed, [*failed[:2], *spared])
        )

        assert stopped == (
            "locked: 3 sites of a0, a1, a2;"
            " no further sign-in to this marketplace in this run: c, d not visited"
        )
        assert ended_so == "locked: 3 sites of a0, a1, a2"
        assert other == "locked: 2 sites of a0, a1"

    def test_one_whose_other_sites_were_read_was_not_left_alone(self) -> None:
        """A site skipped behind another that was read is no account that nobody signed in to."""
        failed = [self._failed(f"a{n}", Outcome.LOCKED) for n in range(3)]
        beside = [self._failed("b", Outcome.SKIPPED), self._failed("b", Outcome.READ)]

        assert days([*failed, *beside])[0].events[0].detail == "locked: 3 sites of a0, a1, a2"

    @pytest.mark.parametrize(
        "outcome", [Outcome.READ, Outcome.PARTIAL, Outcome.DRIFT, Outcome.SKIPPED, Outcome.NOT_REACHABLE]
    )
    def test_what_was_read_or_skipped_is_none(self, outcome: Outcome) -> None:
        """A visit that read, or that another one ended, has nothing of its own to tell."""
        assert days([self._failed("a", outcome)])[0].events == ()


@pytest.mark.parametrize(
    ("endings", "stop"),
    [
        ([], None),
        ([Outcome.LOCKED] * 2, None),
        ([Outcome.LOCKED] * 3, Outcome.LOCKED),
        ([Outcome.LOCKED, Outcome.CAPTCHA, Outcome.TIMEOUT], None),
        ([Outcome.READ] * 5, None),
        ([Outcome.PARTIAL] * 3 + [Outcome.BUSY] * 3 + [Outcome.SKIPPED] * 3, None),
        ([Outcome.CAPTCHA, *[Outcome.SITE_DOWN] * 3, Outcome.CAPTCHA], Outcome.SITE_DOWN),
        ([Outcome.DRIFT] * 3 + [Outcome.NOT_REACHABLE] * 3, None),
        ([Outcome.LOCKED, Outcome.READ, Outcome.LOCKED, Outcome.READ, Outcome.LOCKED], Outcome.LOCKED),
        ([Outcome.STOPPED] * 3 + [Outcome.BUDGET_SPENT] * 3 + [Outcome.SECRET_MISSING] * 3, None),
        ([Outcome.FLOW_UNUSABLE] * 3 + [Outcome.NOT_KEPT] * 3, None),
    ],
)
def test_the_circuit_opens_after_three_equal_failures(endings: list[Outcome], stop: Outcome | None) -> None:
    """Different failures, and what is no failure, do not add up."""
    assert open_circuit(endings) is stop


@pytest.mark.parametrize(
    ("outcomes", "ended"),
    [
        ([], Outcome.READ),
        ([Outcome.READ, Outcome.PARTIAL], Outcome.READ),
        ([Outcome.CAPTCHA, Outcome.CAPTCHA, Outcome.CAPTCHA], Outcome.CAPTCHA),
        ([Outcome.READ, Outcome.READ, Outcome.CAPTCHA, Outcome.SKIPPED], Outcome.CAPTCHA),
        ([Outcome.READ, Outcome.TIMEOUT, Outcome.READ], Outcome.READ),
        ([Outcome.READ, Outcome.DRIFT, Outcome.TIMEOUT], Outcome.READ),
        ([Outcome.TIMEOUT, Outcome.SITE_DOWN, Outcome.SKIPPED], Outcome.TIMEOUT),
        ([Outcome.TIMEOUT, Outcome.BLOCKED], Outcome.BLOCKED),
        ([Outcome.STOPPED, Outcome.SKIPPED], Outcome.READ),
        ([Outcome.NOT_REACHABLE], Outcome.READ),
    ],
)
def test_how_an_account_ended(outcomes: list[Outcome], ended: Outcome) -> None:
    """By what ended it as a whole, else by what kept every site of it from being read."""
    assert ending(outcomes) is ended


class TestSignals:
    """Each says only itself."""

    @pytest.mark.parametrize(
        ("turned", "accounts", "holds"),
        [
            (0, 0, False), (0, 9, False), (1, 1, False), (2, 2, False), (2, 3, True), (1, 3, False),
            (3, 5, True), (2, 4, False), (3, 6, True), (2, 100, False), (6, 100, False), (9, 100, True),
        ],
    )  # fmt: skip
    def test_s1(self, turned: int, accounts: int, holds: bool) -> None:
        """Three accounts and 60 %, or less likely than one in ten thousand."""
        assert is_s1(turned, accounts) is holds

    def test_the_tail_is_that_of_the_binomial(self) -> None:
        """Computed by hand for two of two, and for none."""
        assert tail(2, 2) == pytest.approx(0.0001)
        assert tail(0, 5) == pytest.approx(1)
        assert tail(1, 2) == pytest.approx(0.0199)

    def test_s2_wants_pages_that_differ(self) -> None:
        """Four of six on two pages."""
        one, other = Origin("a"), Origin("b")
        reds = [shown(key(f"m.{n}"), CRITICAL, origin=one if n else other) for n in range(4)]

        assert is_s2(reds, 6)
        assert not is_s2(reds, 7)
        assert not is_s2(reds[1:], 3)

    @pytest.mark.parametrize(
        ("fields", "holds"),
        [
            ({}, False),
            ({"contradicts": "badge green"}, True),
            ({"contradicts": "read again: ok", "reread": Reread.DISAGREES}, False),
            ({"numerator": Decimal(0), "denominator": Decimal(0)}, True),
            ({"numerator": Decimal(0), "denominator": Decimal(5)}, False),
            ({"numerator": Decimal(1), "denominator": Decimal(0)}, False),
            ({"deadline": datetime(1970, 1, 1, tzinfo=UTC)}, True),
            ({"deadline": START}, False),
            ({"native": "[object Object]"}, True),
            ({"native": " NaN "}, True),
            ({"native": "Status: {{status}}"}, True),
            ({"native": "null and void"}, False),
        ],
    )
    def test_s3(self, fields: dict[str, object], holds: bool) -> None:
        """Two sources that disagree, a verdict on nothing, a placeholder for a date."""
        assert is_implausible(shown(key(), CRITICAL, **fields)) is holds

    def test_s3_of_what_is_not_shown(self) -> None:
        """Nothing was judged by what is absent."""
        assert not is_implausible(lost(key(), Presence.NONE, numerator=Decimal(0), denominator=Decimal(0)))

    @pytest.mark.parametrize(
        ("values", "holds"),
        [([7, 7, 7], True), ([7, 7, 8], False), ([0, 0, 0], False), ([None] * 4, False), ([1, 2, 3], False)],
    )
    def test_s3_across_accounts(self, values: list[int | None], holds: bool) -> None:
        """The same number in three accounts, unless it is zero."""
        readings = [shown(key(), CRITICAL, value=None if v is None else Decimal(v)) for v in values]

        assert same_everywhere(readings) is holds

    @pytest.mark.parametrize(
        ("before", "now", "holds"),
        [
            ({}, {}, False),
            ({}, {"origin": replace(PAGE, place=1)}, True),
            ({"origin": replace(PAGE, place=1)}, {}, False),
            ({}, {"origin": Origin("elsewhere", place=3)}, False),
            ({"language": "en"}, {"language": "de"}, True),
            ({"language": "en"}, {"language": "en"}, False),
            ({}, {"language": "de"}, False),
            ({"language": "en"}, {}, False),
            (
                {"origin": replace(PAGE, structure="0" * 16)},
                {"origin": replace(PAGE, structure="f" * 16)},
                True,
            ),
            (
                {"origin": replace(PAGE, structure="0" * 16)},
                {"origin": replace(PAGE, structure="0" * 15 + "f")},
                False,
            ),
            (
                {"origin": replace(PAGE, structure="f" * 16)},
                {"origin": replace(PAGE, structure="0" * 16)},
                True,
            ),
            ({}, {"origin": replace(PAGE, structure="f" * 16)}, False),
            ({"origin": replace(PAGE, structure="f" * 16)}, {}, False),
        ],
    )
    def test_s4(self, before: dict[str, object], now: dict[str, object], holds: bool) -> None:
        """A later rule of the chain than before, or another language, on the same page."""
        state = Known(key(), shown(key(), OK, **before), shown(key(), OK, **before))

        assert moved({key(): state}, shown(key(), CRITICAL, **now)) is holds

    def test_s4_of_what_was_never_read(self) -> None:
        """There is nothing it could differ from."""
        assert not moved({}, shown(key()))
        assert not moved({key(): Known(key(), lost(key()))}, shown(key(), origin=replace(PAGE, place=3)))

    @pytest.mark.parametrize(
        ("before", "now", "holds"),
        [
            ({"origin": REPORT}, {}, True),
            ({}, {"origin": REPORT}, True),
            ({"origin": REPORT}, {"origin": REPORT}, False),
            ({}, {}, False),
            ({"origin": Origin()}, {}, False),
            ({"origin": REPORT, "level": CRITICAL}, {}, False),
            ({"origin": REPORT}, {"observed_at": START + timedelta(hours=24)}, True),
            ({"origin": REPORT}, {"observed_at": START + timedelta(hours=25)}, False),
        ],
    )
    def test_s5_of_two_sorts_of_source(
        self, before: dict[str, Any], now: dict[str, Any], *, holds: bool
    ) -> None:
        """A report of the same day says one thing, the page another."""
        good = shown(key(), **{"level": OK, **before})

        assert disagrees({key(): Known(key(), good, good)}, shown(key(), CRITICAL, **now)) is holds
        assert not disagrees({}, shown(key(), CRITICAL, **now))
        assert not disagrees({key(): Known(key(), lost(key()))}, shown(key(), CRITICAL, **now))

    def test_accounts_share_a_widget_and_not_its_shop_or_item(self) -> None:
        """The same place of every account."""
        of = replace(key("m", item="B01", shop="7"), variant="mfn")

        assert shared_key(of) == replace(key("m"), account="", variant="mfn")


class TestReleased:
    """What was told in a group has had no message of its own."""

    def test_a_worse_level_is_its_own_message_at_once(self) -> None:
        """Whatever the group, deactivated is told alone."""
        accounts = [f"s{n}" for n in range(4)]

        def everybody(level: Level, worse: Level | None = None) -> list[Visit]:
            return [
                replace(
                    visit(
                        shown(
                            replace(key("account.status"), account=account),
                            worse if worse is not None and account == "s0" else level,
                            scope=Scope.ACCOUNT,
                        )
                    ),
                    account=account,
                )
                for account in accounts
            ]

        told = days(
            everybody(OK), everybody(CRITICAL), everybody(CRITICAL, DEACTIVATED), apart=timedelta(hours=1)
        )

        assert [event.kind for event in told[1].events] == [EventKind.ACROSS_ACCOUNTS]
        (change,) = told[2].changes
        assert (change.verb, change.key.account, change.event) == (Verb.WORSENED, "s0", "")
        incidents = {of.account: state.incident for of, state in told[2].known.items()}
        assert incidents["s0"] is not None
        assert incidents["s0"].group == ""
        assert incidents["s1"] is not None
        assert incidents["s1"].group == told[1].events[0].id
        assert incidents["s1"].grouped_at == START + timedelta(hours=1)

    def test_verbs_of_a_group_are_those_of_its_members(self) -> None:
        """The event adds no verb and takes none away."""
        day = days(_all(OK, CA, MX), _all(CRITICAL, CA, MX))[-1]

        assert verbs(day.changes) == [Verb.NEW, Verb.NEW]
