"""What a settled reading holds, field by field: whose value, whose words, in which order."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from checker.model import (
    Cause,
    CauseKind,
    Claim,
    Comparator,
    DecidedBy,
    Key,
    Kind,
    Level,
    Origin,
    Presence,
    Rank,
    Reading,
    Reread,
    Says,
    Scope,
    Statement,
    Target,
    TargetOrigin,
    Trend,
    Unit,
    doubted,
    not_observed,
    settle,
    settle_again,
    settle_all,
)
from tests.unit.model.claiming import AT, KEY, at_look, claim, ok, red

FIVE_PERCENT = Target(Decimal("0.05"), Comparator.LTE)
LATER = AT + timedelta(hours=1)
DEADLINE = AT + timedelta(days=3)
CAUSE, OTHER_CAUSE = Cause(CauseKind.POLICY, "counterfeit"), Cause(CauseKind.PERFORMANCE)
HERE, CARD = (
    Origin("health", "the status answer", "status"),
    Origin("health", "the card", "beside", 1, "#p", "s"),
)

# A claim that says something in every field; SPARE says something else in every field, and is trusted less.
WHOLE = Claim(
    KEY,
    Says.SHOWN,
    AT,
    Level.CRITICAL,
    scope=Scope.ACCOUNT,
    kind=Kind.RATE,
    native="AT_RISK",
    language="en",
    value=Decimal("0.07"),
    unit=Unit.FRACTION,
    currency="EUR",
    numerator=Decimal(7),
    denominator=Decimal(100),
    target=FIVE_PERCENT,
    trend=Trend.WORSE,
    window_days=30,
    reason="R7",
    cause=CAUSE,
    deadline=DEADLINE,
    link="https://shop.example/appeal",
    origin=HERE,
    covers="policy@x",
    details=(("plan", "pro"), ("note", "first")),
    flow="shop 1.0",
    evidence=("a.png", "b.png"),
)
SPARE = Claim(
    KEY,
    Says.SHOWN,
    LATER,
    Level.CRITICAL,
    rank=Rank.WORD,
    scope=Scope.METRIC,
    kind=Kind.COUNT,
    native="Gefährdet",
    language="de",
    value=Decimal("0.08"),
    unit=Unit.COUNT,
    currency="USD",
    numerator=Decimal(8),
    denominator=Decimal(99),
    target=Target(Decimal(1), Comparator.GTE),
    trend=Trend.BETTER,
    window_days=60,
    reason="R8",
    cause=OTHER_CAUSE,
    deadline=DEADLINE + timedelta(days=1),
    link="https://shop.example/other",
    origin=CARD,
    covers="policy@x",
    details=(("note", "second"), ("more", "yes")),
    flow="shop 0.9",
    evidence=("b.png", "c.png"),
)


def test_a_reading_says_all_that_its_claim_says() -> None:
    """Nothing is lost on the way."""
    assert settle([WHOLE]) == Reading(
        KEY,
        Presence.SHOWN,
        AT,
        Level.CRITICAL,
        scope=Scope.ACCOUNT,
        kind=Kind.RATE,
        native="AT_RISK",
        language="en",
        value=Decimal("0.07"),
        unit=Unit.FRACTION,
        currency="EUR",
        numerator=Decimal(7),
        denominator=Decimal(100),
        target=FIVE_PERCENT,
        decided_by=DecidedBy.NATIVE,
        trend=Trend.WORSE,
        window_days=30,
        reason="R7",
        cause=CAUSE,
        deadline=DEADLINE,
        link="https://shop.example/appeal",
        origin=HERE,
        covers="policy@x",
        details=(("plan", "pro"), ("note", "first")),
        flow="shop 1.0",
        evidence=("a.png", "b.png"),
        claims=(
            Statement(
                "health: the status answer",
                "status",
                Rank.ANSWER,
                1,
                Says.SHOWN,
                Level.CRITICAL,
                "AT_RISK",
                Decimal("0.07"),
                "R7",
            ),
        ),
    )


def test_of_two_claims_the_more_trusted_says_it_and_the_other_adds_what_it_did_not_say() -> None:
    """Only the moment is the later one, details and pictures are those of both."""
    settled, alone = settle([SPARE, WHOLE]), settle([WHOLE])

    assert settled == replace(
        alone,
        observed_at=LATER,
        details=(("plan", "pro"), ("note", "first"), ("more", "yes")),
        evidence=("a.png", "b.png", "c.png"),
        claims=(*alone.claims, SPARE.statement),
    )


@pytest.mark.parametrize(
    ("field", "nothing"),
    [
        ("native", ""),
        ("trend", None),
        ("window_days", None),
        ("cause", None),
        ("deadline", None),
        ("link", ""),
    ],
)
def test_what_the_most_trusted_does_not_say_the_next_one_does(field: str, nothing: Any) -> None:
    """A deadline that only the banner has, a cause that only the card names."""
    settled = settle([replace(WHOLE, **{field: nothing}), SPARE])

    assert getattr(settled, field) == getattr(SPARE, field)


def test_what_goes_with_a_number_comes_from_where_the_number_comes_from() -> None:
    """Never the counts of one place beside the value of another."""
    settled = settle([replace(WHOLE, value=None), SPARE])

    for field in ("value", "unit", "currency", "numerator", "denominator", "target", "kind"):
        assert getattr(settled, field) == getattr(SPARE, field), field
    assert (settled.native, settled.scope, settled.language) == ("AT_RISK", Scope.ACCOUNT, "en")


def test_counts_without_a_value_are_kept() -> None:
    """Of the first that has any, with its target."""
    settled = settle([replace(WHOLE, value=None), ok(rank=Rank.OTHER)])

    assert (settled.value, settled.numerator, settled.denominator) == (None, Decimal(7), Decimal(100))
    assert (settled.unit, settled.target, settled.kind) == (Unit.FRACTION, FIVE_PERCENT, Kind.RATE)
    assert settle([ok(), replace(WHOLE, value=None, rank=Rank.OTHER)]).denominator == Decimal(100)


def test_a_target_in_another_unit_is_not_that_of_the_value() -> None:
    """A count is not held against a rate's limit."""
    count = claim(value=Decimal(3), unit=Unit.COUNT, kind=Kind.COUNT)
    rate = claim(value=Decimal("0.01"), unit=Unit.FRACTION, target=FIVE_PERCENT, rank=Rank.WORD, look=2)

    settled = settle([count, rate])

    assert (settled.value, settled.target, settled.level) == (Decimal(3), None, Level.OK)


def test_a_unit_is_that_of_what_decided_where_the_number_has_none() -> None:
    """And none where nobody states one."""
    assert settle([claim(level=Level.OK, unit=Unit.STARS)]).unit is Unit.STARS
    assert settle([ok()]).unit is None


@pytest.mark.parametrize(
    ("claims", "decided"),
    [
        ([ok()], DecidedBy.NATIVE),
        ([claim(value=Decimal("0.01"), target=FIVE_PERCENT)], DecidedBy.PAYLOAD),
        (
            [claim(value=Decimal("0.01"), target=replace(FIVE_PERCENT, origin=TargetOrigin.TABLE))],
            DecidedBy.TABLE,
        ),
        ([claim(value=Decimal("0.01"))], DecidedBy.NOTHING),
        ([claim(Says.NONE)], DecidedBy.NOTHING),
        ([claim(Says.UNREADABLE, reason="x")], DecidedBy.NOTHING),
    ],
)
def test_what_the_level_rests_on(claims: list[Claim], decided: DecidedBy) -> None:
    """A word, a limit of the console, our own table, nothing."""
    assert settle(claims).decided_by is decided


def test_the_more_trusted_goes_first_and_of_one_source_the_later_look() -> None:
    """Whatever order they come in; after that the order is always the same."""
    claims = [
        ok(rank=Rank.OTHER, native="other"),
        ok(rank=Rank.ANSWER, native="first look"),
        ok(rank=Rank.ANSWER, native="second look", look=2),
        ok(rank=Rank.LABEL, native="b"),
        ok(rank=Rank.LABEL, native="a"),
        ok(rank=Rank.ATTRIBUTE, native="class"),
        ok(rank=Rank.WORD, native="word"),
    ]
    order = ["second look", "first look", "class", "a", "b", "word", "other"]

    assert [said.native for said in settle(claims).claims] == order
    assert [said.native for said in settle(claims[::-1]).claims] == order
    assert settle(claims).native == "second look"


def test_a_statement_keeps_what_a_source_said() -> None:
    """With the worst of its word and its limit; what is no number is no value."""
    missed = claim(
        level=Level.OK, native="GOOD", value=Decimal("0.09"), target=FIVE_PERCENT, rank=Rank.WORD, look=2
    )

    assert missed.statement == Statement(
        "health: the status answer",
        "status",
        Rank.WORD,
        2,
        Says.SHOWN,
        Level.WARNING,
        "GOOD",
        Decimal("0.09"),
    )
    lost = claim(Says.UNREADABLE, reason="two candidates", native="?")
    assert lost.statement == Statement(
        "health: the status answer",
        "status",
        says=Says.UNREADABLE,
        native="?",
        reason="two candidates",
    )
    for odd in ("NaN", "Infinity"):
        assert claim(value=Decimal(odd)).statement.value is None


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        (Origin("health", "the answer"), "health: the answer"),
        (Origin("health"), "health"),
        (Origin("", "the report"), "the report"),
        (Origin(), ""),
    ],
)
def test_a_source_is_named_by_page_and_place(origin: Origin, source: str) -> None:
    """As far as they are known."""
    assert ok(origin=origin).source == source


class TestContradictions:
    """Each side's words."""

    @pytest.mark.parametrize(
        ("claims", "words"),
        [
            (
                [ok(native="NORMAL"), red(source="the pill", native="At Risk", rank=Rank.WORD)],
                'health: the pill says critical "At Risk"; health: the status answer says ok "NORMAL"',
            ),
            (
                [red(native="BAD"), claim(Says.NONE, source="the list")],
                'health: the status answer says critical "BAD"; health: the list says none',
            ),
            (
                [red(), claim(Says.NOT_RATED, source="the card", native="N/A")],
                'health: the status answer says critical; health: the card says not rated "N/A"',
            ),
            (
                [red(native="BAD"), *at_look(2, ok(native="GOOD"))],
                (
                    'health: the status answer says critical "BAD"; '
                    'health: the status answer says ok "GOOD" at the second look'
                ),
            ),
            (
                [red(native="BAD"), claim(level=Level.WARNING, source="the pill", native="Careful")],
                'health: the status answer says critical "BAD"; health: the pill says warning "Careful"',
            ),
            (
                [
                    claim(value=Decimal("0.09"), target=FIVE_PERCENT, native="x"),
                    ok(source="the pill", native="Fine"),
                ],
                'health: the status answer says warning (0.09 against 0.05); health: the pill says ok "Fine"',
            ),
            (
                [red(native="BAD", value=Decimal("0.01"), target=FIVE_PERCENT)],
                (
                    'health: the status answer says critical "BAD"; '
                    "its number 0.01 is within its own limit of 0.05"
                ),
            ),
            (
                [red(native="BAD", denominator=Decimal(0))],
                'health: the status answer says critical "BAD"; it rests on no events',
            ),
            (
                [red(native="BAD", doubtful=True)],
                'health: the status answer says critical "BAD"; it may not be about this at all',
            ),
            (
                [red(native="BAD", origin=Origin()), ok(origin=Origin(), rank=Rank.ATTRIBUTE)],
                'answer says critical "BAD"; attribute says ok',
            ),
        ],
    )
    def test_a_disputed_red_has_both_sides(self, claims: list[Claim], words: str) -> None:
        """What says it, and what speaks against it."""
        reading = settle(claims)

        assert (reading.disputed, reading.contradicts) == (True, words)
        assert reading.level.is_open

    @pytest.mark.parametrize(
        "claims",
        [
            [red()],
            [red(), red(source="the pill", rank=Rank.WORD)],
            [red(), claim(level=Level.DEACTIVATED, source="the pill")],
            [red(), claim(Says.UNREADABLE, source="the pill", reason="x")],
            [red(), claim(Says.UNKNOWN, source="the pill", native="?")],
            [red(), claim(source="the pill", value=Decimal(3))],
            [red(), red(source="the pill", doubtful=True)],
            [red(), red(source="the pill", denominator=Decimal(0))],
            [red(), claim(source="the pill", value=Decimal("0.09"), target=FIVE_PERCENT)],
            [claim(level=Level.WARNING), claim(level=Level.WARNING, source="the pill")],
            [red(value=Decimal("0.09"), target=FIVE_PERCENT)],
            [red(value=Decimal("0.01"), target=replace(FIVE_PERCENT, origin=TargetOrigin.TABLE))],
            [red(value=Decimal("0.01"), target=FIVE_PERCENT, low_volume=100, denominator=Decimal(9))],
        ],
    )
    def test_a_firm_red_has_none(self, claims: list[Claim]) -> None:
        """Two reds of another degree agree; what says nothing contradicts nothing."""
        reading = settle(claims)

        assert (reading.disputed, reading.contradicts) == (False, "")
        assert reading.level.is_open

    def test_a_disputed_list_proves_nothing(self) -> None:
        """Nor do two lists that cover different things, nor one beside an unreadable page of it."""
        red_list = red(covers="policy@x")

        assert settle([red_list]).covers == "policy@x"
        assert settle([red_list, ok(source="the pill")]).covers == ""
        assert settle([claim(Says.NONE, covers="a@"), claim(Says.NONE, source="b", covers="b@")]).covers == ""
        assert settle([claim(Says.NOT_RATED, covers="a@")]).covers == ""
        assert settle([claim(Says.NONE, covers="a@"), claim(Says.NONE, source="b")]).covers == "a@"
        assert (
            settle([ok(covers="a@"), claim(Says.UNREADABLE, covers="b@", required=False, source="b")]).covers
            == "a@"
        )

    def test_an_unreadable_reading_says_what_was_said_of_it(self) -> None:
        """If more than one thing was."""
        unknown = claim(Says.UNKNOWN, source="the pill", native="Odd", rank=Rank.WORD)

        reading = settle([ok(native="NORMAL"), unknown])

        assert (reading.native, reading.origin, reading.reason) == (
            "Odd",
            unknown.origin,
            "unknown status word 'Odd'",
        )
        assert reading.contradicts == (
            'health: the status answer says ok "NORMAL"; health: the pill says unknown "Odd"'
        )
        assert settle([unknown]).contradicts == ""
        assert settle([unknown, claim(Says.UNREADABLE, source="b", reason="x")]).contradicts == ""


class TestUnreadable:
    """Why nothing is said."""

    @pytest.mark.parametrize(
        ("claims", "reason"),
        [
            ([claim(Says.UNREADABLE, reason="two candidates")], "two candidates"),
            ([claim(Says.UNREADABLE, required=False)], "no source said anything"),
            ([claim(Says.UNREADABLE, required=False, reason="gone")], "gone"),
            (
                [claim(Says.UNREADABLE, reason=text, source=text) for text in ("a", "b", "c", "d")],
                "a; b; c",
            ),
            ([claim(Says.UNREADABLE, reason="a", source=text) for text in ("x", "y")], "a"),
            ([ok(), claim(Says.NONE, source="the list")], "two places of the console contradict each other"),
            (
                [claim(Says.NONE), claim(Says.NOT_REGISTERED, source="b")],
                "two places of the console contradict each other",
            ),
            (
                [claim(value=Decimal(3)), claim(Says.NONE, source="the list")],
                "one place says that there is nothing, another shows a number",
            ),
            (
                [claim(value=Decimal(3)), claim(value=Decimal(4), source="the card")],
                "two places of the console show different numbers",
            ),
            ([claim(level=Level.OK, value=Decimal("NaN"))], "NaN is no number"),
            (
                [claim(level=Level.OK, value=Decimal(2), sane=(Decimal(0), Decimal(1)))],
                "2 is outside of what it can be",
            ),
            (
                [
                    claim(
                        value=Decimal("0.9"),
                        sane=(Decimal(0), Decimal(1)),
                        target=Target(Decimal(5), Comparator.LTE),
                    )
                ],
                "0.9 is held against 5, which is outside of what it can be",
            ),
            ([claim(level=Level.OK, value=Decimal(3), denominator=Decimal(0))], "3 of what rests on nothing"),
            ([ok(), claim(Says.UNKNOWN, native="Odd", reason="code 7")], "code 7"),
        ],
    )
    def test_has_a_reason(self, claims: list[Claim], reason: str) -> None:
        """For a person; at most three."""
        reading = settle(claims)

        assert (reading.presence, reading.reason) == (Presence.UNREADABLE, reason)

    def test_keeps_a_number_that_can_be_believed(self) -> None:
        """Beside a word that nobody knows; never one that cannot be."""
        word = claim(Says.UNKNOWN, source="the pill", native="?")

        assert settle([claim(value=Decimal(3)), word]).value == Decimal(3)
        assert settle([claim(value=Decimal(3), sane=(Decimal(0), Decimal(1))), word]).value is None

    @pytest.mark.parametrize(
        ("value", "fine"), [("0", True), ("1", True), ("0.5", True), ("1.0001", False), ("-0.0001", False)]
    )
    def test_the_edges_of_a_range_belong_to_it(self, value: str, *, fine: bool) -> None:
        """A rate of 100 % can be."""
        one = claim(level=Level.OK, value=Decimal(value), sane=(Decimal(0), Decimal(1)))

        assert (settle([one]).level is Level.OK) is fine
        limit = replace(one, value=Decimal("0.5"), target=Target(Decimal(1), Comparator.LTE))
        assert settle([limit]).level is Level.OK

    def test_a_source_read_and_not_read_in_one_look_is_in_doubt(self) -> None:
        """Its limit is on the wrong side, its word says fine: the same look said both."""
        odd = claim(Says.UNREADABLE, reason="its limit is on the wrong side")

        assert settle([ok(), odd]).presence is Presence.UNREADABLE
        assert settle([*at_look(1, ok(), odd), *at_look(2, ok(), odd)]).presence is Presence.UNREADABLE
        assert settle([*at_look(1, ok(), odd), *at_look(2, ok())]).level is Level.OK
        assert settle([*at_look(1, odd), *at_look(2, ok(rank=Rank.WORD))]).presence is Presence.UNREADABLE
        assert settle([*at_look(1, odd), *at_look(2, claim(Says.UNKNOWN))]).presence is Presence.UNREADABLE


class TestNothing:
    """What a source says is not there."""

    @pytest.mark.parametrize(
        ("says", "presence"),
        [
            (Says.NONE, Presence.NONE),
            (Says.NOT_RATED, Presence.NOT_RATED),
            (Says.NOT_REGISTERED, Presence.NOT_REGISTERED),
        ],
    )
    def test_is_said_in_its_own_way(self, says: Says, presence: Presence) -> None:
        """With the reason the console gives."""
        reading = settle([claim(says, reason="new account", value=None)])

        assert (reading.presence, reading.level, reading.reason) == (presence, Level.UNKNOWN, "new account")

    def test_not_rated_goes_before_none(self) -> None:
        """A list of nothing, and no rating yet; but nobody unregistered is rated."""
        rated = claim(Says.NOT_RATED, source="b")

        assert settle([claim(Says.NONE), rated]).presence is Presence.NOT_RATED
        assert settle([claim(Says.NOT_REGISTERED), rated]).presence is Presence.UNREADABLE

    def test_zero_is_no_contradiction(self) -> None:
        """Nothing, and a count of zero."""
        assert settle([claim(Says.NONE), claim(value=Decimal(0), source="b")]).presence is Presence.NONE
        assert settle([claim(Says.NONE), claim(value=Decimal(1), source="b")]).presence is Presence.UNREADABLE

    def test_what_rests_on_nothing_has_no_value(self) -> None:
        """Its zero is not a rate."""
        reading = settle(
            [claim(level=Level.OK, value=Decimal(0), denominator=Decimal(0), target=FIVE_PERCENT)]
        )

        assert (reading.presence, reading.value, reading.denominator) == (
            Presence.NOT_RATED,
            None,
            Decimal(0),
        )

    def test_what_rests_on_nothing_is_red_if_its_word_is(self) -> None:
        """A warning as well; its own number says nothing."""
        for level in (Level.WARNING, Level.CRITICAL):
            reading = settle(
                [claim(level=level, denominator=Decimal(0), value=Decimal("0.9"), target=FIVE_PERCENT)]
            )
            assert (reading.level, reading.disputed) == (level, True)


class TestNumbers:
    """Numbers of two places."""

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("0.0123", "0.012", True),
            ("0.0129", "0.012", True),
            ("0.0130", "0.012", False),
            ("0.0110", "0.012", False),
            ("0.0111", "0.012", True),
            ("12", "12", True),
            ("12", "12.0", True),
            ("12", "13", False),
            ("12.4", "12", False),
            ("120", "1.2E+2", True),
            ("0.5", "0.50", True),
        ],
    )
    def test_are_the_same_up_to_the_last_place_that_both_print(
        self, one: str, other: str, *, same: bool
    ) -> None:
        """What is rounded or cut off; whole numbers are counted, not rounded."""
        reading = settle(
            [ok(value=Decimal(one)), ok(value=Decimal(other), source="the card", rank=Rank.WORD)]
        )

        assert reading.level is Level.OK
        assert reading.value == (Decimal(one) if same else None)
        assert reading.contradicts == (
            "" if same else f"two numbers: health: the status answer: {one}, health: the card: {other}"
        )

    def test_of_a_red_the_more_trusted_one_is_kept(self) -> None:
        """A red loses nothing."""
        reading = settle([red(value=Decimal(3)), red(value=Decimal(4), source="the card", rank=Rank.WORD)])

        assert (reading.value, reading.contradicts) == (Decimal(3), "")
        assert (
            settle([claim(level=Level.WARNING, value=Decimal(v), source=v) for v in ("3", "4")]).value is None
        )

    def test_of_two_looks_are_not_held_against_each_other(self) -> None:
        """Three looks of two places each are."""
        apart = [ok(value=Decimal(3)), ok(value=Decimal(4), look=2)]

        assert settle(apart).value == Decimal(4)
        assert settle([*apart, ok(value=Decimal(5), look=2, source="the card")]).value is None

    def test_that_rest_on_nothing_or_cannot_be_are_not_compared(self) -> None:
        """Nor those of a source that shows nothing."""
        base = ok(value=Decimal("0.5"), sane=(Decimal(0), Decimal(1)))

        assert settle(
            [base, red(value=Decimal(9), source="b", sane=(Decimal(0), Decimal(1)))]
        ).value == Decimal("0.5")
        assert settle(
            [base, claim(Says.UNREADABLE, source="b", value=Decimal(9), required=False)]
        ).value == Decimal("0.5")

    def test_a_place_without_a_name_is_one_place(self) -> None:
        """Its number is told all the same."""
        claims = [ok(value=Decimal(3), origin=Origin()), ok(value=Decimal(4), source="the card")]

        assert "one place: 3" in settle(claims).contradicts

    def test_a_limit_is_borrowed_from_the_most_trusted_of_the_same_unit(self) -> None:
        """And of no other unit; a claim's own limit stays its own."""
        number = claim(value=Decimal("0.07"), unit=Unit.FRACTION, source="the card", rank=Rank.WORD)
        answer = ok(target=FIVE_PERCENT, unit=Unit.FRACTION)
        other = ok(target=Target(Decimal("0.01"), Comparator.LTE), unit=Unit.FRACTION, rank=Rank.OTHER)

        assert settle([number, answer, other]).level is Level.WARNING
        assert settle([replace(number, value=Decimal("0.03")), answer, other]).level is Level.OK
        assert settle([replace(number, unit=Unit.COUNT), answer]).level is Level.OK
        own = replace(number, target=Target(Decimal("0.1"), Comparator.LTE))
        assert settle([own, answer]).level is Level.OK
        lost = claim(Says.UNREADABLE, target=FIVE_PERCENT, unit=Unit.FRACTION, required=False)
        assert settle([number, lost]).level is Level.UNKNOWN


class TestFewEvents:
    """Where the console itself judges what rests on few events."""

    FEW: ClassVar[dict[str, Any]] = {
        "low_volume": 100,
        "value": Decimal("0.1"),
        "target": FIVE_PERCENT,
        "unit": Unit.FRACTION,
    }

    @pytest.mark.parametrize(
        ("events", "level"), [(None, Level.OK), (1, Level.OK), (99, Level.OK), (100, Level.WARNING)]
    )
    def test_its_word_stands_above_its_limit(self, events: int | None, level: Level) -> None:
        """Up to the number of events the file says."""
        few = ok(denominator=None if events is None else Decimal(events), **self.FEW)

        assert settle([few]).level is level

    def test_its_limit_does_not_speak_for_the_page_either(self) -> None:
        """The number the page shows is the same one."""
        few = ok(denominator=Decimal(9), **self.FEW)
        shown = claim(value=Decimal("0.1"), unit=Unit.FRACTION, source="the card", rank=Rank.WORD)

        assert settle([few, shown]).level is Level.OK
        assert settle([replace(few, denominator=Decimal(900)), shown]).level is Level.WARNING

    def test_what_another_source_counts_many_of_is_held_against_its_limit(self) -> None:
        """Few speak for few only, and by saying that they are fine."""
        few = ok(denominator=Decimal(9), **self.FEW)
        danger = replace(FIVE_PERCENT, critical=Decimal("0.08"))
        many = claim(
            source="report", value=Decimal("0.1"), target=danger, unit=Unit.FRACTION, denominator=Decimal(900)
        )

        assert settle([few, many]).level is Level.CRITICAL
        assert (
            settle([replace(few, level=Level.WARNING), replace(many, denominator=None)]).level
            is Level.CRITICAL
        )
        assert settle([few, replace(many, denominator=Decimal(99))]).level is Level.OK
        assert settle([few, replace(many, denominator=Decimal(100))]).level is Level.CRITICAL

    def test_an_unknown_level_is_no_word(self) -> None:
        """Few events without a verdict are held against their limit."""
        assert settle([claim(denominator=Decimal(9), **self.FEW)]).level is Level.WARNING


class TestLooks:
    """What the second look made of the first."""

    @pytest.mark.parametrize(
        ("first", "second", "reread"),
        [
            ([ok()], [], Reread.NONE),
            ([ok()], [ok()], Reread.AGREES),
            ([red()], [red()], Reread.AGREES),
            ([red()], [ok()], Reread.DISAGREES),
            ([red()], [claim(level=Level.WARNING)], Reread.DISAGREES),
            ([red()], [claim(Says.NONE)], Reread.DISAGREES),
            ([claim(Says.UNREADABLE)], [claim(Says.UNREADABLE)], Reread.AGREES),
            ([claim(Says.UNREADABLE)], [claim(Says.UNKNOWN)], Reread.AGREES),
            ([claim(Says.NONE)], [claim(Says.NOT_RATED)], Reread.DISAGREES),
            ([ok(), red(source="b")], [red(source="b")], Reread.AGREES),
        ],
    )
    def test_agree_where_they_come_to_the_same(
        self, first: list[Claim], second: list[Claim], reread: Reread
    ) -> None:
        """By presence and level; one look agrees with nobody."""
        assert settle([*at_look(1, *first), *at_look(2, *second)]).reread is reread

    def test_each_is_judged_by_what_was_known_before(self) -> None:
        """A number alone is unreadable where there was a verdict."""
        silent, lost = claim(value=Decimal(1)), claim(Says.UNREADABLE)

        assert settle([*at_look(1, silent), *at_look(2, lost)], judged_before=True).reread is Reread.AGREES
        assert settle([*at_look(1, silent), *at_look(2, lost)]).reread is Reread.DISAGREES


class TestSettleAgain:
    """Several readings of one key in one run."""

    def test_a_reading_is_a_claim_that_says_the_same(self) -> None:
        """Settled with one that adds nothing, it comes out as it went in."""
        spare = settle([claim(Says.UNREADABLE, required=False, origin=CARD, reason="x")])
        spare = replace(spare, claims=())
        whole = settle([WHOLE])

        again = settle_again([whole, spare])

        for field in fields(Reading):
            if field.name not in ("target", "reason"):
                assert getattr(again, field.name) == getattr(whole, field.name), field.name
        assert again.reason == "R7"

    def test_a_limit_that_decided_nothing_yet_still_may(self) -> None:
        """A level that was settled is not weighed again; a number without one is."""
        silent = settle([claim(value=Decimal("0.01"), target=FIVE_PERCENT, no_verdict=True, native="NONE")])
        judged = settle([claim(value=Decimal("0.09"), target=FIVE_PERCENT, level=Level.OK, low_volume=9)])

        assert silent.level is Level.UNKNOWN
        assert settle_again([silent, replace(silent, native="none")]).target == FIVE_PERCENT
        assert settle_again([judged, replace(judged, native="other")]).level is Level.OK

    @pytest.mark.parametrize("says", [Says.NONE, Says.NOT_RATED, Says.NOT_REGISTERED, Says.UNREADABLE])
    def test_what_is_not_shown_stays_what_it_is(self, says: Says) -> None:
        """Two of a kind are that kind."""
        one, two = settle([claim(says, reason="a")]), settle([claim(says, reason="b")])

        assert settle_again([one, two]).presence is one.presence

    def test_a_red_of_nothing_stays_a_disputed_red(self) -> None:
        """Its dispute is not settled by another look at it."""
        weak = settle([red(denominator=Decimal(0))])
        green = settle([ok(source="b")])

        again = settle_again([weak, replace(weak, native="other")])
        assert (again.level, again.disputed) == (Level.CRITICAL, True)
        assert settle_again([weak, settle([red(source="b")])]).disputed
        worse = settle([claim(level=Level.DEACTIVATED, source="c")])
        assert not settle_again([weak, worse]).disputed
        assert settle_again([green, worse]).disputed

    def test_keeps_what_each_source_said_once(self) -> None:
        """In the order in which they were read."""
        b, c = red(source="b", rank=Rank.WORD), red(source="c", rank=Rank.OTHER)
        one, two = settle([ok(source="a"), b]), settle([b, c])

        assert [said.source for said in settle_again([one, two]).claims] == [
            "health: a",
            "health: b",
            "health: c",
        ]

    def test_what_was_not_observed_says_nothing(self) -> None:
        """Where nothing was, the last word on it is kept."""
        first, last = (not_observed(KEY, AT, why) for why in ("a", "b"))

        assert settle_again([first, last]) is last
        assert settle_again([first, settle([ok()]), last]).level is Level.OK


def test_what_was_not_reached_says_why() -> None:
    """It changes nothing of what is known."""
    reading = not_observed(KEY, AT, "the account is locked", Scope.LIST, Kind.COUNT)

    assert reading == Reading(
        KEY, Presence.NOT_OBSERVED, AT, scope=Scope.LIST, kind=Kind.COUNT, reason="the account is locked"
    )
    assert (not_observed(KEY, AT, "x").scope, not_observed(KEY, AT, "x").kind) == (Scope.ACCOUNT, Kind.STATUS)


def test_a_doubt_from_outside_is_added_to_what_was_said() -> None:
    """The first contradiction is kept; a warning is no red."""
    bad = settle([red()])

    reading = doubted(bad, "built otherwise", "the page")

    assert reading == replace(
        bad,
        disputed=True,
        contradicts="built otherwise",
        claims=(
            *bad.claims,
            Statement("the page", rank=Rank.OTHER, says=Says.UNREADABLE, reason="built otherwise"),
        ),
    )
    assert doubted(reading, "another reason").contradicts == "built otherwise"
    warning = settle([claim(level=Level.WARNING)])
    assert doubted(warning, "x") is warning


def test_settling_all_keeps_the_order_and_judges_each_key_by_itself() -> None:
    """Keys as first named, their claims wherever they stand."""
    other = Key("shop", "main", "US", "orders.cancel_rate")
    moved = [replace(one, key=other) for one in (ok(), red(source="b"))]

    readings = settle_all([moved[0], claim(value=Decimal(1)), moved[1]], judged_before=[str(other)])

    assert [(r.key, r.level, r.disputed, r.presence) for r in readings] == [
        (other, Level.CRITICAL, True, Presence.SHOWN),
        (KEY, Level.UNKNOWN, False, Presence.SHOWN),
    ]
    assert settle_all([]) == ()
