"""How the account stands in the words of its pages: banners by label key, the rating, order defects; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal

from checker.flow import (
    Ambiguous,
    Document,
    Found,
    Measured,
    Missing,
    Page,
    Recorder,
    SiteToml,
    dig,
    verbatim,
)
from checker.flow.labels import LabelledValues
from checker.flow.page_words import as_label, fold
from checker.flow.printed import Piece, pieces
from checker.flow.recorder import Fields, adding
from checker.model import (
    Cause,
    CauseKind,
    Claim,
    Comparator,
    Key,
    Kind,
    Level,
    Origin,
    Rank,
    Says,
    Scope,
    Target,
    TargetOrigin,
    Unit,
)
from checker.model.quantities import read_quantity, says_nothing

__all__ = [
    "banner_claims",
    "learnt",
    "order_defect_claims",
    "page_lines",
    "rating_claims",
    "reserve_claims",
    "risk_claims",
]

_GAP: Final = re.compile(r"\$\{[^}]*\}|%[A-Z_]+%|<[^>]*>")
_LONGEST: Final = 300
_SHORTEST: Final = 8
# 5.2: below 200 "At Risk", below 100 the platform deactivates. No zone of 200 to 400 exists.
_BANDS: Final = Target(Decimal(200), Comparator.GTE, TargetOrigin.TABLE, critical=Decimal(100), enforced=True)
_SCORES: Final = (Decimal(0), Decimal(1000))
_ALARMING: Final = ("red", "amber")
_PER_METRIC: Final = "riskdata"
_TAB: Final = re.compile(r"product-policies/?\?(?:.*&)?t=([\w-]+)")


# Banners...


def banner_claims(
    recorder: Recorder,
    toml: SiteToml,
    page: Page,
    labels: Mapping[str, str],
    documents: Sequence[Document] = (),
) -> Iterator[Claim]:
    """Claim what banners say, each known by the key of its label and never by a word of its text.

    Args:
        recorder: Writes the claims of the page.
        toml: The flow's data.
        page: The page that may show them.
        labels: The console's own label files, by key.
        documents: The answers of getriskbanner, which name a banner by its key.
    """
    lines = page_lines(page)
    configs = [
        text for doc in documents for path in toml.data["banner_configs"] for text in _texts(doc, path)
    ]
    for row in toml.data["banners"]:
        keys = re.compile(row["keys"])
        named = [key for key in configs if keys.fullmatch(key)]
        learnt = [(key, text) for key, text in labels.items() if keys.fullmatch(key)]
        texts = [*learnt, *((row["keys"], text) for text in row.get("texts", ()))]
        shown = [(key, line) for key, text in texts for line in lines if _begins(line, text)]
        found = [(key, labels.get(key, key).strip(), Rank.ATTRIBUTE) for key in dict.fromkeys(named)]
        found += [(key, line, Rank.LABEL) for key, line in dict.fromkeys(shown)]
        for key, text, rank in found:
            origin = Origin(page.name, "the banners", key[:_LONGEST], 0, "[class*=alert], [role=alert]")
            yield from _banner(recorder, toml, row, text, {"rank": rank, "origin": origin})


def _banner(
    recorder: Recorder, toml: SiteToml, row: Mapping[str, Any], text: str, fields: Fields
) -> Iterator[Claim]:
    metric, _, variant = row.get("metric", toml.flow.status).partition("@")
    cause = None
    if kind := row.get("cause"):
        cause = Cause(CauseKind(kind), f"{row['support']}: {text}"[:200] if "support" in row else text[:200])
    stated = adding(fields, scope=Scope.ACCOUNT, native=text[:_LONGEST], cause=cause)
    level = Level(row["level"]) if "level" in row else Level.UNKNOWN
    yield recorder.shown(recorder.key(metric, variant), level, **stated)
    if cause is not None and metric != toml.flow.status:
        # It explains a status that is red, and says nothing of one that is not.
        yield recorder.shown(
            recorder.key(toml.flow.status),
            scope=Scope.ACCOUNT,
            cause=cause,
            rank=Rank.OTHER,
            origin=fields["origin"],
        )


def _texts(document: Document, path: str) -> Iterator[str]:
    stack = [dig(document.value, path)]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            stack.extend(value.values() if isinstance(value, dict) else value)


def page_lines(page: Page) -> Sequence[str]:
    """Return what a page says, a line for each block."""
    outline = page.outline
    tops = (part for part in outline.parts if part.parent < 0)
    return [line for part in tops for line in outline.lines(part).splitlines()]


def _begins(line: str, label: str) -> bool:
    """Tell whether a line of a page begins with a label; what its places are filled with may be anything."""
    pattern = _pattern(label)
    return pattern is not None and pattern.match(fold(line)) is not None


@lru_cache(maxsize=4096)
def _pattern(label: str) -> re.Pattern[str] | None:
    pieces = [piece for piece in map(fold, _GAP.split(label)) if piece]
    if sum(map(len, pieces)) < _SHORTEST and not re.search(r"[^\x00-\x7f]{3}", label):
        return None
    return re.compile(r".{0,80}".join(map(re.escape, pieces)) + r"(?!\w)")


# ... the rating...


def rating_claims(
    recorder: Recorder, toml: SiteToml, page: Page, labels: Mapping[str, str]
) -> Iterator[Claim]:
    """Claim the number of the rating, and what the pill beside it says by class, variant or word.

    Both must be there, for a pill without its number, or a number without its pill, is half a page.
    """
    key = recorder.key("account.health_rating")
    fields: Fields = {"scope": Scope.ACCOUNT, "kind": Kind.SCORE, "window_days": 180, "unit": Unit.POINTS}
    if not page.ready:
        yield recorder.unreadable(key, "the dashboard never finished loading", **fields)
        return
    nothing = frozenset({labels.get(toml.data["not_available_label"], "N/A").casefold()})
    number = _number(recorder, toml, page, key, nothing, fields)
    yield number
    yield from _pill(recorder, toml, page, key, fields, rated=number.says is not Says.NOT_RATED)


def _number(
    recorder: Recorder, toml: SiteToml, page: Page, key: Key, nothing: frozenset[str], fields: Fields
) -> Claim:
    hint = page.find(toml.widgets["rating"].chain)
    texts = [hint.text] if isinstance(hint, Found) else []
    picture, rule = (
        toml.widgets["rating"].picture,
        hint.rule if isinstance(hint, Found) else "beside its label",
    )
    if isinstance(hint, Missing):
        beside = _beside(recorder, toml, page, "number")
        picture = beside.selector
        texts = _without_ticks([value.text for value in beside.values], toml, recorder)
    fields = adding(
        fields, rank=Rank.WORD, origin=Origin("dashboard", "the page", rule[:_LONGEST], 1, picture)
    )
    if isinstance(hint, Ambiguous) or len(texts) != 1:
        why = hint.reason if isinstance(hint, Ambiguous) or not texts else f"{len(texts)} candidates"
        return recorder.unreadable(key, f"the rating number: {why}", **fields)
    if says_nothing(texts[0], nothing):
        return recorder.absent(key, Says.NOT_RATED, **adding(fields, native=texts[0]))
    amount = read_quantity(texts[0], recorder.numbers, recorder.language)
    if amount is None or amount.value is None or amount.percent or amount.bound != "exact":
        return recorder.unreadable(key, f"the rating number cannot be read from {texts[0][:40]!r}", **fields)
    return recorder.shown(key, **adding(fields, value=amount.value, target=_BANDS, sane=_SCORES))


def _beside(
    recorder: Recorder, toml: SiteToml, page: Page, kind: Literal["number", "word"]
) -> LabelledValues:
    return page.beside_label(
        toml.data["rating_labels"],
        language=recorder.language or "en",
        locale=recorder.numbers,
        kind=kind,
        rivals=[label for row in toml.widgets_on("dashboard") for label in row.labels],
    )


def _without_ticks(texts: Sequence[str], toml: SiteToml, recorder: Recorder) -> list[str]:
    """Return the numbers beside the rating's label, without the ticks of its scale."""
    values = [_value(text, recorder) for text in texts]
    ticks = [Decimal(tick) for tick in toml.data["rating_ticks"]]
    starts = [at for at in range(len(values)) if values[at : at + len(ticks)] == ticks]
    left = [*texts[: starts[-1]], *texts[starts[-1] + len(ticks) :]] if starts else texts
    return list(dict.fromkeys(left))


def _value(text: str, recorder: Recorder) -> Decimal | None:
    quantity = read_quantity(text, recorder.numbers, recorder.language)
    return None if quantity is None else quantity.value


def _pill(
    recorder: Recorder, toml: SiteToml, page: Page, key: Key, fields: Fields, *, rated: bool
) -> Iterator[Claim]:
    """Claim what the pill says: by its class or variant, and by its word where anybody knows it."""
    pill = page.find(toml.widgets["pill"].chain)
    picture = toml.widgets["pill"].picture
    fields = adding(fields, rank=Rank.ATTRIBUTE, origin=Origin("dashboard", "the pill", "class", 0, picture))
    if isinstance(pill, Ambiguous):
        yield recorder.unreadable(key, pill.reason, **fields)
        return
    if isinstance(pill, Missing):
        yield from _pill_word(recorder, toml, page, key, fields, rated=rated)
        return
    element, native = pill.element, pill.text
    codes, variant = toml.codes["pill_class"], element.attributes.get("variant", "")
    levels = {codes[name] for name in element.classes if name in codes}
    levels |= {toml.codes["pill_variant"][variant]} if variant in toml.codes["pill_variant"] else set()
    if not native:
        yield recorder.unreadable(key, "the rating's pill is blank", **fields)
    elif not levels:
        yield recorder.word(key, native, None, **fields)
    for level in sorted(levels) if native else ():
        yield recorder.shown(key, level, **adding(fields, native=native))
    by_word = toml.level_of_word("status", native, recorder.language)
    if by_word is not None:
        yield recorder.word(key, native, by_word, **adding(fields, rank=Rank.WORD))


def _pill_word(
    recorder: Recorder, toml: SiteToml, page: Page, key: Key, fields: Fields, *, rated: bool
) -> Iterator[Claim]:
    """Claim the status word beside the rating's label, where no class says which part is the pill."""
    beside = _beside(recorder, toml, page, "word")
    language = recorder.language or "en"
    said = [
        (value, toml.level_in_text("status", value.text, language))
        for value in (*beside.values, *beside.words)
    ]
    known = [(value, level) for value, level in said if level is not None]
    alarming = [(value, level) for value, level in said if level is None and value.tone in _ALARMING]
    for value, level in (*known, *alarming):
        origin = Origin("dashboard", "the pill", "beside its label", 1, value.selector)
        yield recorder.word(
            key, value.text[:_LONGEST], level, **adding(fields, rank=Rank.WORD, origin=origin)
        )
    if not known and not alarming and rated:
        yield recorder.unreadable(key, "the rating's pill: not on the page", **fields)


# ... order defects, whose two columns stand beside one label...


def order_defect_claims(recorder: Recorder, toml: SiteToml, page: Page) -> Iterator[Claim]:
    """Claim the order defect rate of each column of the dashboard's row."""
    columns = _columns(recorder, toml, page) if page.ready else ()
    text = page.text
    heads = {
        variant: min((at for name in names if (at := text.find(name)) >= 0), default=-1)
        for variant, names in toml.data["odr_columns"].items()
    }
    order = sorted(heads, key=lambda variant: heads[variant]) if -1 not in heads.values() else list(heads)
    for metric in toml.metric_maps["odr"].values():
        if len(columns) != len(order):
            continue
        found = columns[order.index(metric.variant)]
        rates = [piece.quantity for piece in found if _is_rate(piece)]
        counts = [
            piece.quantity for piece in found if piece.quantity is not None and piece.quantity.of is not None
        ]
        key = recorder.key(metric.metric, metric.variant)
        origin = Origin("dashboard", "the page", "its column", 1, metric.picture)
        fields: Fields = {
            "kind": Kind.RATE,
            "unit": Unit.FRACTION,
            "rank": Rank.WORD,
            "origin": origin,
            "native": found[0].text if found else "",
        }
        if len(rates) > 1 or (not rates and not any(says_nothing(piece.text) for piece in found)):
            yield recorder.unreadable(key, f"{len(rates)} values in its column", **fields)
        elif not rates or rates[0] is None:
            yield recorder.absent(key, Says.NOT_RATED, **fields)
        else:
            pair = counts[0] if counts else None
            measured = Measured(
                rates[0].fraction,
                numerator=pair.count if pair else None,
                base=pair.of if pair else None,
                target=metric.fallback,
                sane=metric.sane,
                low_volume=metric.low_volume,
            )
            yield from recorder.measured(key, measured, {}, **fields)


def _columns(recorder: Recorder, toml: SiteToml, page: Page) -> Sequence[Sequence[Piece]]:
    """Return what the boxes beside the label say: those of the smallest part around it that holds several."""
    labels = {as_label(label) for label in toml.data["odr_labels"]}
    outline = page.outline
    for label in outline.parts:
        if label.is_text or not outline.is_short(label, 80) or as_label(outline.text(label)) not in labels:
            continue
        for around in outline.around(label):
            boxes = [part for part in outline.children(around) if not part.has(label) and part is not label]
            said = [_pieces(recorder, outline.lines(part)) for part in boxes]
            columns = [
                its for its in said if any(_is_rate(piece) or says_nothing(piece.text) for piece in its)
            ]
            if columns:
                return columns
    return ()


def _pieces(recorder: Recorder, lines: str) -> list[Piece]:
    language = recorder.language or "en"
    return [piece for line in lines.splitlines()[:12] for piece in pieces(line, recorder.numbers, language)]


def _is_rate(piece: Piece) -> bool:
    return piece.role == "value" and piece.quantity is not None and piece.quantity.percent


# ... and what stands beside them.


def reserve_claims(recorder: Recorder, toml: SiteToml, page: Page) -> Iterator[Claim]:
    """Claim the reserve notice where there is one: money held back, in the console's own words."""
    found = page.find(toml.widgets["reserve"].chain)
    if isinstance(found, Found) and found.text:
        yield recorder.shown(
            recorder.key("amazon.reserve_notice"),
            Level.WARNING,
            scope=Scope.ACCOUNT,
            native=found.text[:_LONGEST],
            origin=Origin("dashboard", "the page", found.rule, found.place, toml.widgets["reserve"].picture),
        )


def risk_claims(recorder: Recorder, documents: Sequence[Document]) -> Iterator[Claim]:
    """Claim the risks of single metrics: their inside is not public, so they are kept and not judged."""
    for document in documents:
        risk = dig(document.value, "riskData")
        for name, value in sorted(risk.items()) if isinstance(risk, dict) else ():
            if name.casefold().endswith(_PER_METRIC) and value:
                yield recorder.shown(
                    recorder.key("amazon.metric_risk", name[: -len(_PER_METRIC)]),
                    details=(("raw", verbatim(value)),),
                    origin=Origin(
                        "policies", "the risk_banner answer", f"riskData.{name}", 0, ".a-box-group"
                    ),
                )


def learnt(toml: SiteToml, labels: Mapping[str, str], page: Page) -> SiteToml:
    """Return the flow's data with the labels of the seller's own language.

    The page's label file has those of the rates; a category's link says which one it is by its documented tab.
    """
    own = {english: labels[key] for key, english in toml.data["captions"].items() if labels.get(key)}
    tabs = {tab: category for category, tab in toml.data["tabs"].items()}
    found = ((link, _TAB.search(link.attributes["href"])) for link in page.all("a[href*='t=']"))
    linked = {tabs[tab[1]]: link.text for link, tab in found if tab is not None and tab[1] in tabs}

    def with_own(known: Sequence[str], *more: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*known, *(own[label] for label in known if label in own), *more)))

    def row(known: Any, code: str = "") -> Any:
        more = (linked[code],) if linked.get(code) else ()
        return known.model_copy(update={"labels": with_own(known.labels, *more)})

    maps = {
        name: {code: row(metric, code) for code, metric in its.items()}
        for name, its in toml.metric_maps.items()
    }
    lists = {name: with_own(toml.data[name]) for name in ("rating_labels", "odr_labels")}
    metrics = tuple(row(metric) for metric in toml.metrics)
    return toml.model_copy(update={"metrics": metrics, "metric_maps": maps, "data": toml.data | lists})
