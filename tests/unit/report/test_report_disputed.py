"""A red that something contradicts is as red as any, is told as disputed, and both sides are quoted."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from checker.model import Cause, CauseKind, Level, Says, Statement
from checker.notify.digest import Audience, News, digest
from checker.report.document import run_document
from checker.report.facts import cause_text
from checker.report.findings import sections
from checker.report.overview import headline
from checker.report.rollup import Standing, roll_up_run
from checker.report.terminal import print_run
from checker.report.words import words_for
from tests.unit.report.page import page_of, texts
from tests.unit.report.samples import DAY_ONE, NOW, Story, status, story, visit

WORDS = {
    "en": (
        "Critical, disputed",
        "status pill, second look: OK (NORMAL)",
        "a fault of its display is possible",
    ),
    "zh": ("严重，有争议", "status pill，再次查看：正常（NORMAL）", "可能是显示错误"),
}


def disputed(native: str = "AT_RISK") -> Story:
    """Return a story in which an answer says red, and the pill of the page says normal at the second look."""
    red = replace(
        status("CA", level=Level.CRITICAL, native=native),
        disputed=True,
        contradicts="AT_RISK against NORMAL",
        claims=(
            Statement("status answer", level=Level.CRITICAL, native=native),
            Statement("status pill", look=2, says=Says.SHOWN, level=Level.OK, native="NORMAL"),
        ),
    )
    return story([visit("CA", [status("CA", DAY_ONE)])], [visit("CA", [red])])


def printed(told: Story, language: str) -> str:
    """Return a run as printed, spaces folded."""
    out = io.StringIO()
    print_run(told.run, told.known, told.places, Console(file=out, width=200), now=NOW, language=language)
    return " ".join(out.getvalue().split())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_is_told_in_the_terminal_with_both_sides(language: str) -> None:
    """Level, what each source said, and that a display fault is possible."""
    text = printed(disputed(), language)
    level, other_side, hint = WORDS[language]

    assert level.casefold() in text.casefold()
    assert "AT_RISK" in text
    assert other_side in text
    assert hint in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_is_told_on_the_page_with_both_sides(language: str) -> None:
    """On its card, which is as red as any."""
    page = page_of(disputed(), language=language)
    (card,) = texts(page, ".section-red article.critical")

    for word in (*WORDS[language], "AT_RISK"):
        assert word in card


@pytest.mark.parametrize("language", ["en", "zh"])
def test_is_told_in_a_message_with_both_sides(language: str) -> None:
    """And wakes people like any other red."""
    told = disputed()
    made = digest(
        News(told.run, told.known, told.places, {}),
        Audience.SELLER,
        language,
        accounts=None,
        least=Level.WARNING,
    )

    assert made is not None
    assert made.is_urgent
    for word in WORDS[language]:
        assert word in made.body


def test_is_in_the_headline_and_no_better_than_red() -> None:
    """Counted as a new red, with how many are disputed; the site stands as critical."""
    told = disputed()
    found = sections(told.run, told.known, told.places)
    lines = roll_up_run(told.run, told.known, told.places)

    assert headline(found, "en").startswith("1 new red, on 1 site, 1 of them disputed")
    assert next(line.standing for line in lines if line.place.site.code == "CA") is Standing.CRITICAL


def test_is_in_the_document_with_every_claim() -> None:
    """The change and the reading say so; each claim keeps its source, look, level and word."""
    document = run_document(disputed().run)
    (reading,) = document.readings

    assert [change.disputed for change in document.changes] == [True]
    assert reading.disputed
    assert [(claim.source, claim.look, claim.level, claim.native) for claim in reading.claims] == [
        ("status answer", 1, Level.CRITICAL, "AT_RISK"),
        ("status pill", 2, Level.OK, "NORMAL"),
    ]


def test_hostile_words_of_a_side_are_inert() -> None:
    """What a source said is a page's text like any other."""
    text = printed(disputed("\x1b[31m\r\n[link=https://evil.example]"), "en")

    assert "\x1b" not in text
    assert "\\x1b[31m" in text


@pytest.mark.parametrize(
    ("language", "side"),
    [
        ("en", "page policies, data risk_banner, both looks: Critical (BLOCKED)"),
        ("zh", "policies 页面，接口数据 risk_banner，两次查看：严重（BLOCKED）"),
    ],
)
def test_what_both_looks_say_is_said_once(language: str, side: str) -> None:
    """And where, in the reader's language."""
    red = Statement("policies: the risk_banner answer", level=Level.CRITICAL, native="BLOCKED")
    fine = Statement("policies: the page", level=Level.OK, native="NORMAL")
    reading = replace(
        status("CA", level=Level.CRITICAL, native="BLOCKED"),
        disputed=True,
        claims=(red, fine, replace(red, look=2), replace(fine, look=2, native="Normal")),
    )
    text = printed(story([visit("CA", [status("CA", DAY_ONE)])], [visit("CA", [reading])]), language)

    assert text.count("BLOCKED）" if language == "zh" else "BLOCKED)") == 1
    assert side in text
    if language == "en":
        assert "page policies, what it shows: OK (NORMAL)" in text
        assert "page policies, what it shows, second look: OK (Normal)" in text


def test_a_cause_that_names_metrics_names_them_in_words() -> None:
    """Which items are behind a red, as people call them; a name in a page's own text is left alone."""
    red = status("CA", level=Level.CRITICAL, native="AT_RISK")
    told = story([visit("CA", [status("CA", DAY_ONE)])], [visit("CA", [red])])
    finding = sections(told.run, told.known, told.places).red[0]
    cause = Cause(CauseKind.POLICY, "policy.violations.prohibited (1), www.example.com (2)")

    assert cause_text(cause, finding, words_for("zh")) == "政策：违反受限商品政策 (1), www.example.com (2)"
