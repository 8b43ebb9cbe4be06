"""Keys are written one way only, and no record can be taken for green without having been read."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import (
    BadKeyError,
    Cause,
    CauseKind,
    Comparator,
    Cycle,
    Key,
    Level,
    Origin,
    Presence,
    Reading,
    Site,
    Target,
    Trend,
)

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
KEY = Key("amazon", "main", "US", "orders.defect_rate", variant="mfn")
RED = Reading(KEY, Presence.SHOWN, AT, Level.CRITICAL, reason="late", value=Decimal(4))

anything = st.text(max_size=8) | st.text(st.characters(categories=["Cs", "Cc", "P", "S"]), max_size=8)
PIECES = [
    "/",
    "a",
    "@",
    "@mfn",
    "+projected",
    ":x",
    "%2F",
    "%2f",
    "%41",
    "%C3",
    "/shop=1",
    "=",
    "~",
    "..",
    " ",
]
keys = st.builds(
    Key,
    marketplace=anything,
    account=anything,
    site=anything,
    metric=anything,
    shop=anything,
    variant=anything,
    cycle=st.sampled_from(Cycle),
    item=anything,
)


class TestKey:
    """What a reading is about, as text."""

    @pytest.mark.parametrize(
        ("written", "key"),
        [
            ("amazon/main/US/orders.defect_rate", Key("amazon", "main", "US", "orders.defect_rate")),
            ("amazon/main/US/orders.defect_rate@mfn", KEY),
            (
                "ebay/e-1/PROGRAM_UK/a.b+projected",
                Key("ebay", "e-1", "PROGRAM_UK", "a.b", cycle=Cycle.PROJECTED),
            ),
            ("shopee/s/MY/shop=77/points", Key("shopee", "s", "MY", "points", shop="77")),
            (
                "shopee/s/MY/shop=77/points@10d+projected:B01",
                Key("shopee", "s", "MY", "points", "77", "10d", Cycle.PROJECTED, "B01"),
            ),
            ("amazon/a%20b/US/m:%2Fx%40y%3Az%2B", Key("amazon", "a b", "US", "m", item="/x@y:z+")),
            ("amazon/main/US/shop%3D1", Key("amazon", "main", "US", "shop=1")),
            ("amazon/main/US/m:%E4%BE%B5%E6%9D%83", Key("amazon", "main", "US", "m", item="侵权")),
            ("amazon/main/US/m:~", Key("amazon", "main", "US", "m", item="~")),
        ],
    )
    def test_it_is_written_one_way(self, written: str, key: Key) -> None:
        """Each part has its place, and what would end a part is escaped."""
        assert written == str(key)
        assert key == Key.parse(written)

    @given(key=keys)
    def test_it_comes_back_from_its_text(self, key: Key) -> None:
        """Whatever a part holds, the written form is read back as the same key."""
        assert key == Key.parse(str(key))

    @given(key=keys)
    def test_it_is_friendly_to_shells(self, key: Key) -> None:
        """No character of the written form means anything to a shell, a file name or a URL."""
        assert re.fullmatch(r"[A-Za-z0-9/@:+=%._~-]+", str(key))
        assert [str(key)] == shlex.split(str(key))

    @given(one=keys, other=keys)
    def test_two_keys_are_never_written_alike(self, one: Key, other: Key) -> None:
        """Different keys have different texts."""
        assert (one == other) is (str(one) == str(other))

    @given(tail=st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
    def test_what_is_read_is_written_the_same(self, tail: str) -> None:
        """A text is refused, or it is exactly how its key is written."""
        text = f"amazon/main/US{tail}"

        try:
            written = str(Key.parse(text))
        except BadKeyError:
            written = text

        assert text == written

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "orders.defect_rate",
            "amazon/main/US",
            "amazon/main/US/m\n",
            "amazon/main/US/m extra",
            "amazon/main/US/m@",
            "amazon/main/US/m:",
            "amazon/main/US/m:a:b",
            "amazon/main/US/m+projected@mfn",
            "amazon/main/US/shop=/m",
            "amazon/main/US/shop=1/x/m",
            "amazon/main/US/%6d",
            "amazon/main/US/m%2f",
            "amazon/main/US/%FF",
            "amazon/main/US/%zz",
            "amazon/main/US/$(id)",
        ],
    )
    def test_what_is_no_key_is_refused(self, text: str) -> None:
        """A text that no key is written as is named, not guessed at."""
        with pytest.raises(BadKeyError, match="not a key"):
            Key.parse(text)

    def test_the_head_of_an_item_is_its_widget(self) -> None:
        """Only the item is left out."""
        item = Key("amazon", "main", "US", "policy.ip", "s", "v", Cycle.PROJECTED, "B01")

        assert replace(item, item="") == item.head
        assert item.head == item.head.head


class TestTarget:
    """The limit a value is held against."""

    @pytest.mark.parametrize(
        ("comparator", "below", "at", "above"),
        [
            (Comparator.LT, True, False, False),
            (Comparator.LTE, True, True, False),
            (Comparator.GT, False, False, True),
            (Comparator.GTE, False, True, True),
            (Comparator.EQ, False, True, False),
        ],
    )
    def test_it_is_met(self, comparator: Comparator, below: bool, at: bool, above: bool) -> None:
        """Every comparator is exact at its limit, and zero is a value."""
        target = Target(Decimal(0), comparator)

        assert below is target.met_by(Decimal("-0.0001"))
        assert at is target.met_by(Decimal("0.000"))
        assert above is target.met_by(Decimal("0.0001"))

    def test_all_comparators_are_in_the_table(self) -> None:
        """A comparator nobody tested does not slip in."""
        assert {"lt", "lte", "gt", "gte", "eq"} == {comparator.value for comparator in Comparator}

    @pytest.mark.parametrize(
        ("value", "target", "expected"),
        [
            (None, None, None),
            (Decimal(1), None, None),
            (None, Target(Decimal(1), Comparator.LT), None),
            (Decimal(0), Target(Decimal(1), Comparator.LT), True),
            (Decimal(1), Target(Decimal(1), Comparator.LT), False),
        ],
    )
    def test_a_reading_knows_whether_it_is_met(
        self, value: Decimal | None, target: Target | None, expected: bool | None
    ) -> None:
        """Without a value or a target nobody can tell; the verdict of the console is another field."""
        reading = Reading(KEY, Presence.SHOWN, AT, Level.OK, value=value, target=target)

        assert expected is reading.meets_target


class TestReading:
    """What one widget said, once."""

    @pytest.mark.parametrize("presence", [p for p in Presence if p is not Presence.SHOWN])
    @pytest.mark.parametrize("level", [lv for lv in Level if lv is not Level.UNKNOWN])
    def test_only_what_was_shown_has_a_level(self, presence: Presence, level: Level) -> None:
        """Nothing but `shown` can be green, or anything else."""
        with pytest.raises(ValueError, match="only what was shown has a level"):
            Reading(KEY, presence, AT, level)

    @pytest.mark.parametrize("presence", Presence)
    def test_whatever_the_presence_the_level_may_be_unknown(self, presence: Presence) -> None:
        """Unknown is what a level is unless something decided it."""
        assert Level.UNKNOWN is Reading(KEY, presence, AT).level

    @pytest.mark.parametrize("name", ["observed_at", "deadline"])
    def test_a_time_without_a_zone_is_refused(self, name: str) -> None:
        """A naive time could be any of 24 moments."""
        with pytest.raises(ValueError, match="a time without a zone"):
            replace(RED, **{name: AT.replace(tzinfo=None)})  # type: ignore[arg-type]  # either field is a time


class TestFingerprint:
    """What makes a finding the same finding."""

    @pytest.mark.parametrize(
        "fields",
        [
            {"value": Decimal(5)},
            {"numerator": Decimal(2), "denominator": Decimal(9)},
            {"observed_at": AT + timedelta(days=1)},
            {"native": "At risk"},
            {"trend": Trend.WORSE},
            {"evidence": ("a.png",)},
            {"link": "https://x.example"},
            {"origin": Origin("p", "s", "r", 1)},
            {"flow": "amazon 2.0"},
            {"details": (("a", "1"),)},
            {"window_days": 30},
        ],
    )
    def test_it_ignores_what_moves_every_day(self, fields: dict[str, object]) -> None:
        """Numbers, counts, times of reading and places on the page change nothing."""
        assert RED.fingerprint == replace(RED, **fields).fingerprint  # type: ignore[arg-type]  # fields of all sorts

    @pytest.mark.parametrize(
        "fields",
        [
            {"level": Level.DEACTIVATED},
            {"reason": "counterfeit"},
            {"deadline": AT},
            {"key": replace(KEY, item="B01")},
        ],
    )
    def test_it_tells_another_finding(self, fields: dict[str, object]) -> None:
        """Another level, reason, item or deadline is something new to tell."""
        assert RED.fingerprint != replace(RED, **fields).fingerprint  # type: ignore[arg-type]  # fields of all sorts

    def test_a_deadline_is_a_moment_not_a_spelling(self) -> None:
        """The same moment in another zone, as a document may state it, is the same deadline."""
        here = replace(RED, deadline=AT)
        there = replace(RED, deadline=AT.astimezone(timezone(timedelta(hours=9))))

        assert here.fingerprint == there.fingerprint

    @given(reason=anything)
    def test_any_reason_has_one(self, reason: str) -> None:
        """Half a surrogate pair of a page is no reason to fall over."""
        assert len(replace(RED, reason=reason).fingerprint) == 16


def test_a_site_answers_for_the_handles_it_has() -> None:
    """A handle the picker did not give is nothing, not an error."""
    site = Site("US", "ATVPDKIKX0DER", "United States", handles=(("merchant", "M1"),))

    assert (site.handle("merchant"), site.handle("account")) == ("M1", "")


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (Cause(CauseKind.POLICY), "policy"),
        (Cause(CauseKind.POLICY, "counterfeit"), "policy: counterfeit"),
        (Cause(CauseKind.IDENTITY_CHECK, "a: b"), "identity_check: a: b"),
    ],
)
def test_a_cause_is_written_and_read_alike(cause: Cause, text: str) -> None:
    """Its kind, and what supports it."""
    assert str(cause) == text
    assert Cause.parse(text) == cause


@pytest.mark.parametrize("text", ["whatever an override wrote", "Policy: x", "policy:x", ": x"])
def test_a_cause_of_an_unknown_kind_is_kept_whole(text: str) -> None:
    """It raises nothing: one account's text must not end the run of all."""
    assert Cause.parse(text) == Cause(CauseKind.UNKNOWN, text)


def test_no_text_is_no_cause() -> None:
    """None is meant."""
    assert Cause.parse("") is None
