"""A value that misses its limit is never fine, wherever and however a page prints the limit beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from checker.model import Level, settle
from tests.unit.flow.test_cards import beside

# What a person reads as the limit, and never as the value.
AT_MOST = (
    "Target: 2%", "Maximum 2%", "at most 2%", "Standard: 2% or lower", "≤2%", "≤ 2 %", "&lt;2%", "&lt; 2 %",
    "Goal 2%", "2% allowed", "Must be 2% or less", "Keep below 2%", "Benchmark 2%", "Required: 2%",
    "Limit 2%",
    "Threshold 2%", "Policy: under 2%", "max. 2%", "up to 2%", "less than 2%", "&lt;1%",
)  # fmt: skip
AT_LEAST = (
    "Target: 90%", "Minimum 90%", "at least 90%", "Standard: 90% or higher", "≥90%", "≥ 90 %", "&gt;90%",
    "&gt; 90 %", "Goal 90%", "90% required", "Must be 90% or more", "Keep above 90%", "Benchmark 90%",
    "Required: 90%", "You need 90%", "Threshold 90%", "Policy: over 90%", "90%+", "min. 90%", "more than 90%",
    "&gt;99%",
)  # fmt: skip
# Alone in a card these are what is left of a value that was cut to few places.
ROUNDED = ("&lt;1%", "&gt;99%")
NAME = "Late shipments"


def layouts(value: str, limit: str) -> Iterator[str]:
    """Yield the ways in which a page may print a value and its limit."""
    yield f"<div><h3>{NAME}</h3><b>{value}</b><p>{limit}</p></div>"
    yield f"<div><h3>{NAME}</h3><p>{limit}</p><b>{value}</b></div>"
    yield f"<div><h3>{NAME}</h3><div>{limit}</div><div>{value}</div></div>"
    yield f"<div><span>{NAME}</span><span>{value}</span><span>{limit}</span></div>"
    yield f"<div><span>{NAME}</span><span>{limit}</span><span>{value}</span></div>"
    yield f"<table><tr><td>{NAME}</td><td>{value}</td><td>{limit}</td></tr></table>"
    yield f"<table><tr><td>{NAME}</td><td>{limit}</td><td>{value}</td></tr></table>"
    yield f"<dl><dt>{NAME}</dt><dd>{value}</dd><dd>{limit}</dd></dl>"
    yield f"<dl><dt>{NAME}</dt><dd>{limit}</dd><dd>{value}</dd></dl>"
    yield f"<div><h3>{NAME} <small>{limit}</small></h3><b>{value}</b></div>"
    yield f"<div><h3>{NAME} ({limit})</h3><b>{value}</b></div>"
    yield f"<div><h3>{NAME}: {limit}</h3><b>{value}</b></div>"
    yield f"<div><b>{value}</b><span>{NAME}</span><i>{limit}</i></div>"
    yield f"<p>{NAME} {value} ({limit})</p>"
    yield f"<p>{NAME}: {limit}, yours {value}</p>"
    yield f"<p>{NAME}: {value} | {limit}</p>"
    yield f"<div><h3>{NAME}</h3><p>Yours is <b>{value}</b>. {limit}.</p></div>"
    yield f"<div><h3>{NAME}</h3><p><b>{limit}</b></p><p>Yours is {value}.</p></div>"
    for mark in (": your", ". Your", " \N{EN DASH} your", ", your", "; your"):
        yield f"<div><h3>{NAME}</h3><p>{limit}{mark} rate is {value}.</p></div>"
        yield f"<div><h3>{NAME}</h3><p>Your rate is {value}{mark[:-5]} {limit}.</p></div>"
    yield f"<div><h3>{NAME}</h3><p><i>Goal</i> {limit}</p><p><i>You</i> {value}</p></div>"
    for head, cells in ((("Target", "Actual"), (limit, value)), (("Current", "Goal"), (value, limit))):
        row, its = "</th><th>".join(head), "</td><td>".join(cells)
        yield f"<div><h3>{NAME}</h3><table><tr><th>{row}</th></tr><tr><td>{its}</td></tr></table></div>"
    if limit not in ROUNDED:
        yield f"<div><h3>{NAME}</h3><b>{limit}</b></div><div><h3>Your result</h3><b>{value}</b></div>"


@pytest.mark.parametrize(
    ("better", "value", "limits", "ours"),
    [
        ("lower", "5.1%", AT_MOST, ["lte", 0.04]),
        ("higher", "71%", AT_LEAST, ["gte", 0.80]),
    ],
)
def test_a_value_that_misses_its_limit_is_never_fine(
    better: str, value: str, limits: tuple[str, ...], ours: list[object]
) -> None:
    """Red, or unreadable: a laxer copy of a limit never makes the page's own one a good value."""
    fine = [
        page
        for limit in limits
        for page in layouts(value, limit)
        if (claims := beside(page, better=better, table=ours)) and settle(claims).level is Level.OK
    ]

    assert fine == []


@pytest.mark.parametrize(
    ("better", "value", "limits"), [("lower", "0.4%", AT_MOST), ("higher", "99.5%", AT_LEAST)]
)
def test_a_value_that_meets_its_limit_is_never_red(better: str, value: str, limits: tuple[str, ...]) -> None:
    """Whatever has not been read is no alarm either."""
    red = [
        (page, reading.level)
        for limit in limits
        for page in layouts(value, limit)
        if (claims := beside(page, better=better)) and (reading := settle(claims)).level.is_open
    ]

    assert red == []


TABLE = "<table><tr><th>{}</th><th>{}</th></tr><tr><td>{}</td><td>{}</td></tr></table>"
LINES = "<p><small>{0}</small> <b>{2}</b></p><p><small>{1}</small> <b>{3}</b></p>"


@pytest.mark.parametrize("page", [TABLE, LINES])
@pytest.mark.parametrize(
    ("now", "before", "level"), [("0.8%", "9.9%", Level.OK), ("9.9%", "0.8%", Level.WARNING)]
)
@pytest.mark.parametrize("names", [("Previous", "Current"), ("Previous period", "This period")])
def test_what_was_before_is_not_what_is_now(
    page: str, now: str, before: str, level: Level, names: tuple[str, str]
) -> None:
    """Of two periods the one that is called current counts; neither name is a status word."""
    for heads, cells in ((names, (before, now)), (names[::-1], (now, before))):
        shown = f"<div><h3>{NAME}</h3>{page.format(*heads, *cells)}<p>Standard: ≤ 2%</p></div>"
        reading = settle(beside(shown, better="lower", words="level"))

        assert (reading.level, reading.native) == (level, now)


@pytest.mark.parametrize("other", ["Score", "Performance", "Rate", "Seller", "Tracking"])
@pytest.mark.parametrize("card", ["<div><p>{}</p><b>{}</b></div>", "<tr><td>{}</td><td>{}</td></tr>"])
def test_a_blank_value_is_not_the_one_of_the_next_card(other: str, card: str) -> None:
    """Whatever the next one is called: what may name a column is a label all the same."""
    cards = card.format(NAME, "") + card.format(other, "1%")

    assert (
        beside(f"<table>{cards}</table>" if "<tr>" in card else f"<div>{cards}</div>", better="lower") == []
    )


@pytest.mark.parametrize(
    "page",
    [
        "<section><h3>{0} (≤ 4%)</h3></section><section><h3>{1} (≤ 4%)</h3><b>1%</b></section>",
        "<h3>{0} (≤ 4%)</h3><b></b><h3>{1} (≤ 4%)</h3><b>1%</b>",
        "<section><h3>{0}</h3><p>≤ 4%</p></section><section><h3>{1}</h3><p>1%</p></section>",
        "<section><h3>{0}</h3><p>Target 4%</p></section><section><h3>{1}</h3><b>1%</b></section>",
        "<section><h3>{0}</h3><p>&lt; 4%</p></section><p>Save 1% on fees</p>",
        "<ul><li>{0}: max. 4%</li><li>{1}: max. 4%, now 1%</li></ul>",
        "<dl><dt>{0}</dt><dd>Target 4%</dd><dt>{1}</dt><dd>1%</dd></dl>",
        "<table><tr><td>{0}</td><td>&lt;4%</td><td></td></tr><tr><td>{1}</td><td>&lt;4%</td><td>1%</td></tr></table>",
    ],
)
def test_beside_a_limit_alone_nothing_is_fine(page: str) -> None:
    """A card that prints its limit and no value was not read, whatever stands in the next one."""
    claims = beside(f"<main>{page.format(NAME, 'Tracking')}</main>", better="lower", table=["lte", 0.04])

    assert not claims or settle(claims).level is Level.UNKNOWN


# What consoles write beside a value that should be low, or high, in the words of eighteen languages.
MOST_IN: Final = {
    "de": ("1 % oder weniger", "höchstens 1 %", "unter 1 %"),
    "es": ("menos del 1 %", "inferior al 1 %", "no superar 1 %", "por encima del 1 %", "como máximo 1 %"),
    "fr": ("ne doit pas dépasser 1 %", "inférieure à 1 %", "moins de 1 %"),
    "id": ("paling banyak 1 %", "tidak lebih dari 1 %", "di bawah 1 %"),
    "it": ("al massimo 1 %", "meno di 1 %"),
    "ja": ("1%以下", "1%未満", "1%を超える"),
    "ko": ("1% 이하", "최대 1%"),
    "ms": ("di bawah 1 %", "tidak melebihi 1 %"),
    "nl": ("maximaal 1 %", "hoogstens 1 %"),
    "pl": ("maksymalnie 1 %", "co najwyżej 1 %"),
    "pt": ("inferior ao 1 %", "no máximo 1 %", "até 1 %"),
    "ru": ("ниже 1 %", "не больше 1 %", "не более 1 %"),
    "sv": ("1 % eller mindre", "högst 1 %"),
    "th": ("ต่ำกว่า 1%", "ไม่เกิน 1%"),
    "tr": ("en fazla %1", "%1'in altında"),
    "vi": ("nhỏ hơn 1%", "không quá 1%", "dưới 1%"),
    "zh": ("1%以下", "最多1%", "不超过1%", "小於1%", "超过1%"),
}
LEAST_IN: Final = {
    "ar": ("على الأقل 90%",),
    "de": ("90 % oder mehr", "mindestens 90 %"),
    "es": ("al menos 90 %", "90 % o más"),
    "fr": ("au moins 90 %",),
    "id": ("paling sedikit 90%", "di atas 90%"),
    "it": ("almeno 90 %",),
    "ms": ("sekurang-kurangnya 90%",),
    "nl": ("minstens 90 %", "ten minste 90 %"),
    "pl": ("co najmniej 90 %",),
    "pt": ("pelo menos 90 %",),
    "ru": ("выше 90 %", "не менее 90 %"),
    "th": ("สูงกว่า 90%", "อย่างน้อย 90%"),
    "vi": ("ít nhất 90%", "trên 90%"),
    "zh": ("90%以上", "至少90%", "不低于90%", "大於90%"),
}
SIDES: Final = {"lower": (MOST_IN, "3 %", "lte"), "higher": (LEAST_IN, "71 %", "gte")}
WORDED: Final = [
    pytest.param(language, better, limit, id=f"{language}-{limit}")
    for better, (table, _, _) in SIDES.items()
    for language, limits in table.items()
    for limit in limits
]


@pytest.mark.parametrize("card", ["<p>{}</p><p>{}</p>", "<p>{1}</p><p>{0}</p>", "<b>{}</b> <i>({})</i>"])
@pytest.mark.parametrize(("language", "better", "limit"), WORDED)
def test_a_limit_in_any_language_is_no_value_and_decides(
    language: str, better: str, limit: str, card: str
) -> None:
    """Our own limit would let the value pass; the one beside it does not, before or after the value."""
    _, value, comparator = SIDES[better]
    ours = [comparator, 0.05 if better == "lower" else 0.5]
    page = f"<main><div><h3>{NAME}</h3>{card.format(value, limit)}</div></main>"

    reading = settle(beside(page, language, "de_DE", better=better, table=ours))

    assert (reading.native, reading.level) == (value, Level.WARNING)


@pytest.mark.parametrize(
    "shown",
    [
        "<span>6% <i>▲ 0.1%</i></span>", "<b>6% ▲ 0.1%</b>", "<b>6%</b><i>▲ 1%</i>",
        "<b>6%</b> <small>+1%</small>", "<i>▼ 1%</i><b>6%</b>", "<b>6% (+0.1%)</b>",
        "<span>6% ▲ 1% &lt; 4%</span>", "<b>6%</b><i>-0.1%</i>", "<b>6%</b><i>↓ 0.1 pp</i>",
        "<span>6%▼2%</span>",
    ],
)  # fmt: skip
def test_how_much_it_has_changed_is_no_value(shown: str) -> None:
    """Beside an arrow or a sign stands the change; the value is over its limit all the same."""
    reading = settle(beside(f"<div><h3>{NAME}</h3>{shown}<p>Target: &lt; 4%</p></div>", better="lower"))

    assert (reading.native, reading.level) == ("6%", Level.WARNING)


POINTS: Final[dict[str, Any]] = {"kind": "points", "unit": "points", "better": "lower", "sane": [0, 1000]}


@pytest.mark.parametrize("limit", ["<p>Limit 10</p>", "<p>Limit: 10</p>", "<p>Max. 10</p>", "<i>/ 10</i>"])
@pytest.mark.parametrize(
    ("points", "steps", "level"),
    [
        ("10", ["lt", 1], Level.CRITICAL),
        ("12", ["lt", 1], Level.CRITICAL),
        ("4", ["lt", 1], Level.WARNING),
        ("0", ["lt", 1], Level.OK),
        ("10", None, Level.CRITICAL),
        ("4", None, Level.UNKNOWN),
    ],
)
def test_points_are_counted_up_to_where_the_platform_acts(
    limit: str, points: str, steps: list[object] | None, level: Level
) -> None:
    """Ten of ten is no target that is met; below it our own steps decide, or nothing does."""
    declared: dict[str, Any] = POINTS | ({} if steps is None else {"table": steps})
    card = f"<div><h3>{NAME}</h3><b>{points}</b>{limit}</div>"

    assert settle(beside(card, **declared)).level is level
