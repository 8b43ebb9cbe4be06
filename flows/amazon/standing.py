"""What no row of site.toml can say of the dashboard: the rating, and the pill beside it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from checker.flow import (
    Ambiguous,
    CodedMetric,
    Document,
    Fields,
    Found,
    LabelledValues,
    Missing,
    Page,
    Recorder,
    SiteToml,
    dig,
    texts_in,
    verbatim,
    with_labels,
)
from checker.flow.recorder import adding
from checker.model import Claim, Level, Origin, Rank, Says
from checker.model.quantities import read_quantity, says_nothing

__all__ = ["in_own_words", "named_banners", "rating_claims", "risk_claims"]

_LONGEST: Final = 300
_ALARMING: Final = ("red", "amber")
_PER_METRIC: Final = "riskdata"
_TAB: Final = re.compile(r"product-policies/?\?(?:.*&)?t=([\w-]+)")


def in_own_words(toml: SiteToml, labels: Mapping[str, str], page: Page) -> SiteToml:
    """Return the flow's data with the seller's own labels; a category's link has its documented tab."""
    tabs = {tab: category for category, tab in toml.data["tabs"].items()}
    found = ((link, _TAB.search(link.attributes["href"])) for link in page.all("a[href*='t=']"))
    return with_labels(
        toml, labels, {tabs[tab[1]]: link.text for link, tab in found if tab is not None and tab[1] in tabs}
    )


# The rating...


def rating_claims(recorder: Recorder, toml: SiteToml, page: Page, nothing: str) -> Iterator[Claim]:
    """Claim the number of the rating, and what the pill beside it says by class, variant or word.

    Both must be there, for a pill without its number, or a number without its pill, is half a page.

    Args:
        recorder: Writes the claims of the dashboard.
        toml: The flow's data.
        page: The dashboard.
        nothing: What the console writes where there is no number.
    """
    metric = toml.metric_maps["dashboard"]["rating"]
    number = _number(recorder, toml, page, metric, frozenset({nothing.casefold()}))
    yield number
    yield from _pill(recorder, toml, page, metric, rated=number.says is not Says.NOT_RATED)


def _fields(metric: CodedMetric, rule: str, picture: str, rank: Rank) -> Fields:
    origin = Origin("dashboard", "the page", rule[:_LONGEST], 1, picture)
    return {"scope": metric.scope, "kind": metric.kind, "unit": metric.unit, "rank": rank, "origin": origin,
            "window_days": metric.window_days}  # fmt: skip


def _number(
    recorder: Recorder, toml: SiteToml, page: Page, metric: CodedMetric, nothing: frozenset[str]
) -> Claim:
    key = recorder.key(metric.metric)
    hint = page.find(toml.widgets["rating"].chain)
    picture, texts = toml.widgets["rating"].picture, [hint.text] if isinstance(hint, Found) else []
    if isinstance(hint, Missing):
        beside = _beside(recorder, toml, page, metric.labels, "number")
        picture, texts = beside.selector, _without_ticks(recorder, toml, beside)
    fields = _fields(metric, "the rating's number", picture, Rank.WORD)
    if len(texts) != 1:
        why = hint.reason if not texts and not isinstance(hint, Found) else f"{len(texts)} candidates"
        return recorder.unreadable(key, f"the rating number: {why}", **fields)
    if says_nothing(texts[0], nothing):
        return recorder.absent(key, Says.NOT_RATED, **adding(fields, native=texts[0]))
    amount = read_quantity(texts[0], recorder.numbers, recorder.language)
    if amount is None or amount.value is None or amount.percent or amount.bound != "exact":
        return recorder.unreadable(key, f"the rating number cannot be read from {texts[0][:40]!r}", **fields)
    return recorder.shown(key, **adding(fields, value=amount.value, target=metric.fallback, sane=metric.sane))


def _beside(
    recorder: Recorder, toml: SiteToml, page: Page, labels: Sequence[str], kind: Literal["number", "word"]
) -> LabelledValues:
    rivals = [label for row in toml.widgets_on("dashboard") for label in row.labels]
    language, locale = recorder.language or "en", recorder.numbers
    return page.beside_label(labels, language=language, locale=locale, kind=kind, rivals=rivals)


def _without_ticks(recorder: Recorder, toml: SiteToml, beside: LabelledValues) -> list[str]:
    """Return the numbers beside the rating's label, without the ticks of its scale."""
    texts, ticks = [value.text for value in beside.values], [Decimal(at) for at in toml.data["rating_ticks"]]
    read = [read_quantity(text, recorder.numbers, recorder.language) for text in texts]
    values = [None if quantity is None else quantity.value for quantity in read]
    starts = [at for at in range(len(values)) if values[at : at + len(ticks)] == ticks]
    left = [*texts[: starts[-1]], *texts[starts[-1] + len(ticks) :]] if starts else texts
    return list(dict.fromkeys(left))


def _pill(
    recorder: Recorder, toml: SiteToml, page: Page, metric: CodedMetric, *, rated: bool
) -> Iterator[Claim]:
    """Claim what the pill says: by its class or variant, and by its word where anybody knows it."""
    key, pill = recorder.key(metric.metric), page.find(toml.widgets["pill"].chain)
    fields = _fields(metric, "the pill", toml.widgets["pill"].picture, Rank.ATTRIBUTE)
    if isinstance(pill, Ambiguous):
        yield recorder.unreadable(key, pill.reason, **fields)
    elif isinstance(pill, Missing) or says_nothing(pill.text):
        yield from _pill_word(recorder, toml, page, metric, rated=rated)
    elif not pill.text:
        yield recorder.unreadable(key, "the rating's pill is blank", **fields)
    else:
        names = pill.element.classes | {pill.element.attributes.get("variant", "")}
        levels: set[Level | None] = {its for name, its in toml.codes["pill"].items() if name in names}
        for level in levels or {None}:
            yield recorder.word(key, pill.text, level, **fields)
        if by_word := toml.level_of_word("status", pill.text, recorder.language):
            yield recorder.word(key, pill.text, by_word, **adding(fields, rank=Rank.WORD))


def _pill_word(
    recorder: Recorder, toml: SiteToml, page: Page, metric: CodedMetric, *, rated: bool
) -> Iterator[Claim]:
    """Claim the status word beside the rating's label or its card's title, where no class tells the pill."""
    key = recorder.key(metric.metric)
    for labels in (metric.labels, toml.data["rating_card"]):
        beside = _beside(recorder, toml, page, labels, "word")
        words = [value for value in (*beside.values, *beside.words) if not says_nothing(value.text)]
        levels = [toml.level_in_text("status", value.text, recorder.language or "en") for value in words]
        said = [(v, level) for v, level in zip(words, levels, strict=True) if level or v.tone in _ALARMING]
        # A word nobody knows beside the rating's own label is not outvoted by one beside the title.
        if words:
            break
    for value, level in said:
        yield recorder.word(key, value.text, level, **_fields(metric, "its word", value.selector, Rank.WORD))
    if rated and not said:
        fields = _fields(metric, "the pill", beside.selector, Rank.WORD)
        yield recorder.unreadable(key, "the rating's pill: not on the page", **fields)


# ... and what stands beside them.


def risk_claims(recorder: Recorder, documents: Sequence[Document]) -> Iterator[Claim]:
    """Claim the risks of single metrics: their inside is not public, so they are kept and not judged."""
    found = [(dig(document.value, "riskData"), document) for document in documents]
    for name, value in (pair for risk, _ in found if isinstance(risk, dict) for pair in sorted(risk.items())):
        if name.casefold().endswith(_PER_METRIC) and value:
            key = recorder.key("amazon.metric_risk", name[: -len(_PER_METRIC)])
            origin = Origin("policies", "the risk_banner answer", f"riskData.{name}", 0, ".a-box-group")
            yield recorder.shown(key, details=(("raw", verbatim(value)),), origin=origin)


def named_banners(toml: SiteToml, documents: Sequence[Document]) -> Iterator[str]:
    """Yield every text of getriskbanner that may name a banner by its label key; the shape is not public."""
    for document in documents:
        for path in toml.data["banner_configs"]:
            yield from texts_in(dig(document.value, path))
