"""The words of each language, and values, targets and times as a person reads them."""

from __future__ import annotations

import re
import string
import tomllib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import checker
from checker.model import (
    Actor,
    CauseKind,
    Comparator,
    Cycle,
    Key,
    Kind,
    Level,
    Outcome,
    Presence,
    Registration,
    Target,
    TargetOrigin,
    Unit,
    Verb,
)
from checker.report.facts import detail_text
from checker.report.formats import format_age, format_counts, format_target, format_value, format_when
from checker.report.rollup import Standing
from checker.report.words import LANGUAGES, words_for
from tests.unit.report.samples import rate, reading

# The tables of `commands.LANG.toml`.
COMMANDS = ["schedule", "ping", "init", "doctor", "forget", "notify"]
# A command to be typed.
TYPED = re.compile(r"(checker|chmod|loginctl|timedatectl|apt-get) ")
# Nothing but what is filled in.
BLANK = re.compile(r"\{\w+\}")

AT = datetime(2025, 12, 3, 7, 59, tzinfo=UTC)
NOW = datetime(2025, 11, 24, 4, 18, tzinfo=UTC)


def table(language: str) -> dict[str, dict[str, str]]:
    """Return a language's files as they are; no table stands in both."""
    tables: dict[str, dict[str, str]] = {}
    for name in (f"{language}.toml", f"commands.{language}.toml"):
        text = (files("checker.report") / "words" / name).read_text(encoding="utf-8")
        read = tomllib.loads(text)
        assert not tables.keys() & read.keys()
        tables |= read
    return tables


def blanks(sentence: str) -> set[str | None]:
    """Return the names a sentence is filled in with."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


class TestFiles:
    """The word files themselves."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_language_has_the_same_keys(self, language: str) -> None:
        """No table and no key is missing or more."""
        ours, english = table(language), table("en")

        assert {name: set(words) for name, words in ours.items()} == {
            name: set(words) for name, words in english.items()
        }

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", ["report", "formats", "serve", *COMMANDS])
    def test_sentences_are_filled_in_with_the_same_names(self, language: str, name: str) -> None:
        """A sentence names the same blanks in every language."""
        english = table("en")[name]

        for key, sentence in table(language)[name].items():
            assert blanks(sentence) == blanks(english[key]), key

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("levels", Level),
            ("standings", Standing),
            ("presences", Presence),
            ("registrations", Registration),
            ("outcomes", Outcome),
            ("advice", Outcome),
            ("verbs", Verb),
            ("actors", Actor),
            ("causes", CauseKind),
            ("todo", CauseKind),
        ],
    )
    def test_every_closed_word_has_its_words(self, language: str, name: str, words: Any) -> None:
        """Each member of a closed list is named, and nothing else is."""
        assert set(table(language)[name]) == {member.value for member in words}

    @pytest.mark.parametrize("name", COMMANDS)
    def test_what_commands_say_in_chinese_is_chinese(self, name: str) -> None:
        """No sentence was left in English; what is to be typed is the same in every language."""
        english = table("en")[name]

        for key, sentence in table("zh")[name].items():
            is_typed = sentence == english[key] and bool(TYPED.match(sentence) or BLANK.fullmatch(sentence))
            assert is_typed or any("\u4e00" <= char <= "\u9fff" for char in sentence), key

    def test_every_sentence_of_commands_is_said_somewhere(self) -> None:
        """What no line of the source names is a sentence nobody would miss."""
        root = Path(checker.__file__).parent
        source = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
        named = re.findall(r'"([a-z_]+)"', source)
        # A next step, and what a check is called, are named after what they belong to.
        belong = {f"{key}_fix" for key in named} | {f"name_{key}" for key in named}

        for name in COMMANDS:
            unsaid = {key for key in table("en")[name] if f'"{key}"' not in source and key not in belong}
            assert unsaid == set(), name

    def test_chinese_is_chinese(self) -> None:
        """No label or sentence was left in English."""
        told = {name: table("zh")[name] for name in ("levels", "outcomes", "sections", "labels", "todo")}

        for words in told.values():
            assert all(any("\u4e00" <= char <= "\u9fff" for char in word) for word in words.values())


def told_by_flows() -> tuple[set[tuple[str, str]], set[str]]:
    """Return what every flow reads, by metric and variant, and what else it tells of an entry."""
    read: set[tuple[str, str]] = set()
    details: set[str] = set()

    def walk(data: Any) -> None:
        for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
            walk(inner)
        if not isinstance(data, dict):
            return
        details.update(data["details"] if isinstance(data.get("details"), dict) else ())
        if isinstance(data.get("metric"), str):
            metric, _, variant = data["metric"].partition("@")
            read.add((metric, str(data.get("variant", variant))))

    for folder in (Path(checker.__file__).parent.parent / "flows").iterdir():
        for data in folder.glob("site.toml"):
            walk(tomllib.loads(data.read_text(encoding="utf-8")))
        for source in folder.glob("*.py"):
            text = source.read_text(encoding="utf-8")
            read.update(re.findall(r'\.key\(\s*"([a-z_.]+)"(?:,\s*"([^"]*)")?', text))
    # What carries the console's own code in its name is called by that.
    return {(metric, variant) for metric, variant in read if "{" not in metric}, details


class TestFlows:
    """What our flows read, as people are told of it."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_everything_that_a_flow_reads_has_a_name(self, language: str) -> None:
        """Each metric with what splits it, and what is told of an entry besides."""
        words = table(language)
        read, details = told_by_flows()
        metrics, variants = words["metrics"], words["variants"]
        split = {(metric, variant) for metric, variant in read if f"{metric}@{variant}" not in metrics}

        assert len(read) > 150
        assert {metric for metric, _ in split if metric not in metrics} == set()
        assert {variant for _, variant in split if variant and variant not in variants} == set()
        assert details - words["details"].keys() == set()

    def test_a_moment_among_the_details_is_written_as_people_write_it(self) -> None:
        """In the site's zone; what only looks like one stays as the console gave it."""
        assert "30 Nov 2026, 13:09" in detail_text("2026-11-30T05:09:31+00:00", "Asia/Singapore", "en")
        for text in ("2026-13-30T05:09:31Z", "2026-11-30", "104", "2026-11-30T05:09:31"):
            assert detail_text(text, "UTC", "en") == text


class TestWords:
    """Looking words up."""

    @pytest.mark.parametrize("language", ["zh", "zh-CN", "zh_Hans", "ZH"])
    def test_chinese_is_found_by_any_of_its_tags(self, language: str) -> None:
        """Region and script do not matter."""
        assert words_for(language).level(Level.CRITICAL) == "严重"

    @pytest.mark.parametrize("language", ["en", "de", "", "../en"])
    def test_what_we_do_not_speak_is_english(self, language: str) -> None:
        """An unknown language is no error and no path."""
        assert words_for(language).tag == "en"

    def test_metrics_are_named_with_what_splits_them(self) -> None:
        """A variant has its own name, or stands behind the metric's."""
        words = words_for("en")

        assert words.metric("orders.defect_rate", "mfn") == "Order defect rate (Seller fulfilled)"
        assert words.metric("policy.violations.ip", "suspected").startswith("Suspected intellectual")

    def test_an_unknown_metric_is_shown_as_it_is(self) -> None:
        """What no file names is not hidden."""
        assert words_for("zh").metric("shopee.opfr", "x1") == "shopee.opfr（x1）"

    def test_a_projected_value_says_so(self) -> None:
        """The next evaluation is not mistaken for the present one."""
        key = Key("ebay", "a", "UK", "account.level", cycle=Cycle.PROJECTED)

        assert words_for("en").name(key) == "Seller level (projected)"

    def test_what_is_filled_in_is_not_read_as_a_pattern(self) -> None:
        """Braces in page text stay braces."""
        assert "{0.__class__}" in words_for("en").say("nothing_of_key", key="{0.__class__}")


class TestValues:
    """Values, targets and counts."""

    @pytest.mark.parametrize(
        ("value", "unit", "shown"),
        [
            ("0.0035", Unit.FRACTION, "0.35%"),
            ("0.014", Unit.FRACTION, "1.4%"),
            ("0", Unit.FRACTION, "0%"),
            ("0.00999999", Unit.FRACTION, "0.999999%"),
            ("812", Unit.POINTS, "812"),
            ("12345", Unit.COUNT, "12,345"),
            ("36", Unit.HOURS, "36 hr"),
            ("4.6", Unit.STARS, "4.6 ★"),
            ("-12.5", Unit.CURRENCY, "-CA$12.50"),
            ("7", None, "7"),
        ],
    )
    def test_values_are_shown_in_their_unit(self, value: str, unit: Unit | None, shown: str) -> None:
        """Percent exists here only, and no digit is rounded across a limit."""
        one = reading("CA", "x", value=Decimal(value), unit=unit, currency="CAD", kind=Kind.RATE)

        assert format_value(one, "en") == shown

    def test_no_value_is_nothing_and_not_zero(self) -> None:
        """A reading without a value shows none."""
        assert format_value(reading("US", "x", presence=Presence.NOT_RATED), "en") == ""

    def test_targets_say_their_direction_second_step_and_owner(self) -> None:
        """Our own table is told from the console's limit."""
        two = Target(Decimal("0.04"), Comparator.LT, critical=Decimal("0.06"))
        ours = Target(Decimal("0.9"), Comparator.GTE, TargetOrigin.TABLE)

        assert format_target(two, Unit.FRACTION, "en") == "< 4%, critical from 6%"
        assert format_target(ours, Unit.FRACTION, "en") == "≥ 90% (our table)"
        assert format_target(None, Unit.FRACTION, "en") == ""

    def test_counts_are_the_consoles_own(self) -> None:
        """Part and whole stand beside each other."""
        assert format_counts(rate("US", "x", 7, 2000, "0.01", NOW), "en") == "7 of 2,000"


class TestTimes:
    """Moments and distances."""

    def test_a_moment_is_local_and_utc_and_so_far_away(self) -> None:
        """The seller's own wall clock comes first."""
        shown = format_when(AT, "America/Los_Angeles", NOW, "en")

        assert shown == "2 Dec 2025, 23:59 PST (3 Dec, 07:59 UTC), in 9 days"

    def test_chinese_times_are_chinese(self) -> None:
        """Year, month and day in their own order."""
        shown = format_when(AT, "Asia/Tokyo", NOW, "zh")

        assert shown == "2025年12月3日 16:59 UTC+9（UTC 12月3日 07:59），9天后"

    @pytest.mark.parametrize("zone", ["Nowhere/Atall", "../../etc/passwd", "Asia", "\x00", "UTC", ""])
    def test_a_zone_nobody_knows_is_utc(self, zone: str) -> None:
        """A bad zone never stops a report."""
        assert format_when(AT, zone, NOW, "en").startswith("3 Dec 2025, 07:59 UTC")

    @pytest.mark.parametrize(
        ("delta", "shown"),
        [
            (timedelta(days=9, hours=23), "in 9 days"),
            (timedelta(hours=47, minutes=59), "in 47 hours"),
            (timedelta(minutes=59, seconds=59), "in 59 minutes"),
            (timedelta(seconds=20), "just now"),
            (-timedelta(days=3), "3 days ago"),
            (timedelta(days=400), "in 400 days"),
        ],
    )
    def test_never_more_is_promised_than_is_left(self, delta: timedelta, shown: str) -> None:
        """Distances are cut, not rounded up."""
        assert format_age(NOW + delta, NOW, "en") == shown
