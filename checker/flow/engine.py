"""Reading a page by what site.toml declares of it: every source that speaks becomes a claim; pure.

    yield from page_claims(recorder, console.toml, page, console.documents)

Nothing is chosen, compared or guessed here. An entry that is not there in an answer says nothing; where no
source speaks of what must be there, that is one unreadable claim. What every claim comes to is decided by
`checker.model.settle`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from checker.flow.cards import card_claims
from checker.flow.declared import (
    CardRow,
    CodedMetric,
    CodedRows,
    ItemRows,
    MetricRow,
    Numbers,
    Quantity,
    StatusRow,
)
from checker.flow.documents import NOT_THERE, Document, same_name
from checker.flow.limits import worded_limit
from checker.flow.outline import Part
from checker.flow.page import Page
from checker.flow.payload import at, dig, first, number, scaled, there, words_in
from checker.flow.recorder import Fields, Measured, Recorder, adding
from checker.flow.shown_place import shown_place
from checker.flow.site_toml import AnswerSpec, SiteToml
from checker.flow.titled import parts_under, says_any
from checker.flow.units import UnitRow
from checker.flow.verbatim import verbatim
from checker.model import (
    Claim,
    Comparator,
    Cycle,
    Key,
    Kind,
    Level,
    Origin,
    Rank,
    Says,
    Scope,
    Site,
    Target,
    TargetOrigin,
    Trend,
    Unit,
)
from checker.model.dates import moment
from checker.model.quantities import says_nothing

__all__ = ["Documents", "document_claims", "item_claims", "page_claims", "site_documents"]

Documents = Callable[[str], Sequence[Document]]
"""Returns every document that fits an answer of site.toml, by its name."""

_LONGEST: Final = 500
_OK: Final = 200
_NO_CONTENT: Final = 204
_LOWER: Final = ("lt", "lte", "eq")
# What answers wrap their content in: the name of nothing.
_WRAPPERS: Final = frozenset(
    {
        "payload",
        "data",
        "result",
        "results",
        "response",
        "summary",
        "body",
        "content",
        "value",
        "item",
        "items",
    }
)


def page_claims(
    recorder: Recorder, toml: SiteToml, page: Page, documents: Documents, *, name: str = ""
) -> Iterator[Claim]:
    """Claim everything that site.toml declares of a page.

    Args:
        recorder: Writes the claims of this page.
        toml: The flow's data.
        page: The page as it was seen.
        documents: Returns the documents of an answer by its name.
        name: The page's name in site.toml, where it is not the one it was opened by.

    Yields:
        Every claim of every source.
    """
    reader = _Reader(recorder, toml, page, documents, name or page.name)
    yield from _without_our_limits(list(reader.claims()))


def _without_our_limits(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield the claims without our own copy of a limit where the console itself states one.

    A copy of a line at which the platform itself acts stays: the console need not state that one.
    """
    stated = {
        (claim.key, claim.unit)
        for claim in claims
        if claim.says is Says.SHOWN
        and claim.target is not None
        and claim.target.origin is TargetOrigin.CONSOLE
    }
    for claim in claims:
        own = claim.target
        ours = own is not None and own.origin is TargetOrigin.TABLE and not own.enforced
        yield replace(claim, target=None) if ours and (claim.key, claim.unit) in stated else claim


def document_claims(recorder: Recorder, toml: SiteToml, documents: Sequence[Document]) -> Iterator[Claim]:
    """Claim everything that site.toml declares of documents that were imported, and stand on no page.

    Args:
        recorder: Writes the claims of the documents' site.
        toml: The flow's data.
        documents: The documents, each named as an answer of site.toml.

    Yields:
        Every claim of every document.
    """
    nowhere = Page("", "", _OK, "")
    named = {doc.name for doc in documents}
    reader = _Reader(
        recorder, toml, nowhere, lambda name: [doc for doc in documents if doc.name == name], "", named
    )
    yield from reader.claims()


@dataclass(frozen=True, slots=True)
class _Selected:
    """The documents of an answer that speak of this site, and why there is none."""

    documents: tuple[Document, ...]
    problem: str = ""


def site_documents(
    name: str, toml: SiteToml, site: Site, documents: Documents
) -> tuple[tuple[Document, ...], str]:
    """Return the documents of an answer that are about a site, and why there are none.

    Args:
        name: The answer's name in site.toml.
        toml: The flow's data.
        site: The site that is being read.
        documents: Returns every document that fits the answer.

    Returns:
        The documents, and a reason for a person where there are none.
    """
    chosen = _select(name, toml.answers[name], site, documents(name))
    return chosen.documents, chosen.problem


def _select(name: str, spec: AnswerSpec, site: Site, found: Sequence[Document]) -> _Selected:
    of_kind = [doc for doc in found if all(_holds(doc.value, path, want) for path, want in spec.of.items())]
    if not of_kind:
        return _Selected((), f"the {name} answer did not come")
    whole = _of_the_last_day(_last_told(of_kind, spec), spec)
    if not spec.place:
        return _Selected(tuple(whole))
    places = [(doc, _place_of(doc, spec)) for doc in whole]
    wanted = _names_of(site, spec)
    here = tuple(doc for doc, place in places if place.casefold() in wanted)
    if here:
        return _Selected(here)
    others = sorted({place for _, place in places if place})
    if others:
        return _Selected((), f"the {name} answer is of {', '.join(others)[:60]}, not of {site.native_id}")
    if spec.place_optional:
        return _Selected(tuple(whole))
    return _Selected((), f"the {name} answer does not say which site it is of")


def _last_told(found: Sequence[Document], spec: AnswerSpec) -> list[Document]:
    """Return the documents without those that the same call, made again, replaced by others.

    Two POSTs to one address may have asked for different things, another page of a list say.
    """
    if spec.method == "POST":
        return list(found)
    return list({(doc.path, tuple(sorted(doc.query.items())), doc.keys): doc for doc in found}.values())


def _of_the_last_day(found: list[Document], spec: AnswerSpec) -> list[Document]:
    """Return the documents of the last day there is one of, and those that do not say of which they are."""
    if not spec.latest:
        return found
    days = [words_in(dig(doc.value, spec.latest)) for doc in found]
    last = max(days)
    return [doc for doc, day in zip(found, days, strict=True) if day in ("", last)]


def _holds(value: Any, path: str, wanted: str) -> bool:
    found = words_in(dig(value, path)).casefold()
    return any(found == one.casefold() for one in wanted.split("|"))


def _place_of(doc: Document, spec: AnswerSpec) -> str:
    for path in spec.place:
        said = doc.query.get(path[1:], "") if path[0] == "?" else words_in(dig(doc.value, path))
        if said:
            return said
    return ""


def _names_of(site: Site, spec: AnswerSpec) -> frozenset[str]:
    """Return what an answer may call a site: its id, code, country, shop, and other declared names."""
    names = {site.native_id, site.code, site.country, site.shop, *spec.aliases.get(site.code, ())}
    return frozenset(name.casefold() for name in names if name)


class _Reader:
    """Reads one page; `_spoken` holds the keys that some source spoke of.

    `_beside_done` holds what was looked for on the page already, of several rows that share a label.
    """

    def __init__(
        self,
        recorder: Recorder,
        toml: SiteToml,
        page: Page,
        documents: Documents,
        name: str,
        imported: Collection[str] = (),
    ) -> None:
        self._recorder = recorder
        self._toml = toml
        self._page = page
        self._documents = documents
        self._name = name
        self._imported = imported
        self._labels = toml.words_on(name)
        spec = toml.pages.get(name)
        self._misplaced = ""
        if spec is not None and spec.shows_place:
            language = recorder.language or "en"
            self._misplaced = shown_place(page, toml, recorder.site, language).problem
        self._selected: dict[str, _Selected] = {}
        self._spoken: set[Key] = set()
        self._beside_done: set[tuple[Key, tuple[str, ...]]] = set()

    def claims(self) -> Iterator[Claim]:
        """Yield the claims of every declared row of the page."""
        toml = self._toml
        for status in self._of_page(toml.statuses):
            yield from self._widget(status, self._by_answer(status, self._status))
        for metric in self._of_page(toml.metrics):
            own = metric.at(self._recorder.site.code)
            yield from self._widget(own, self._by_answer(own, self._metric))
        for coded in self._of_page(toml.coded):
            yield from self._coded(coded)
        for card in self._of_page(toml.cards):
            own = card.at(self._recorder.site.code)
            yield from self._titled(own) if own.under else self._widget(own, ())
        for rows in self._of_page(toml.items):
            yield from self._items(rows)

    def _of_page(self, rows: Iterable[Any]) -> list[Any]:
        """Return the rows of this page: those that name it, and those of an answer that it fetches."""
        spec = self._toml.pages.get(self._name)
        fetched = spec.answers if spec is not None else self._imported
        return [row for row in rows if (row.page == self._name if row.page else row.answer in fetched)]

    def _answer(self, name: str) -> _Selected:
        if name not in self._selected:
            spec = self._toml.answers[name]
            self._selected[name] = _select(name, spec, self._recorder.site, self._documents(name))
        return self._selected[name]

    def _said(self, claims: Iterable[Claim]) -> Iterator[Claim]:
        for claim in claims:
            self._spoken.add(claim.key)
            yield claim

    def _by_answer(self, row: Any, read: Callable[[Any, Document], Iterator[Claim]]) -> Iterator[Claim]:
        for doc in self._answer(row.answer).documents:
            yield from read(row, doc)

    def _widget(self, row: Any, claims: Iterable[Claim]) -> Iterator[Claim]:
        """Yield what the answers say of a widget, what the page says of it, or that nothing does."""
        key = self._recorder.key(row.metric, row.variant, cycle=row.cycle)
        yield from self._said(claims)
        if row.labels:
            yield from self._said(self._beside(key, row))
        if row.required and key not in self._spoken:
            yield from self._said([self._missing(key, row)])

    def _titled(self, row: CardRow) -> Iterator[Claim]:
        """Yield what a card says that stands under a title, or that neither is there."""
        key = self._recorder.key(row.metric, row.variant, cycle=row.cycle)
        outline = self._page.outline
        titles = {title for card in self._of_page(self._toml.cards) for title in card.under}
        parts = () if self._misplaced else parts_under(outline, row.under, titles - {*row.under})
        labels = {
            label
            for card in self._of_page(self._toml.cards)
            if card.under == row.under
            for label in card.labels
        }
        named = any(says_any(outline, part, labels) for part in parts)
        if parts and not named and not row.alone:
            return
        own = row if named else row.model_copy(update={"labels": row.under})
        for part in parts:
            yield from self._said(self._beside(key, own, part))
        if row.required and key not in self._spoken:
            yield from self._said([self._missing(key, row)])

    def _missing(self, key: Key, row: Any) -> Claim:
        answer = getattr(row, "answer", "")
        problem = self._answer(answer).problem if answer else ""
        if not self._page.ready:
            problem = "the page never finished loading"
        elif row.labels and self._misplaced:
            problem = "; ".join(filter(None, (problem, self._misplaced)))
        where = problem or (f"not in the {answer} answer" if answer else "not on the page")
        if row.labels and not problem:
            where = "neither in an answer nor on the page" if answer else "its label is not on the page"
        origin = Origin(
            self._name, f"the {answer} answer" if answer else "document", row.metric, 0, row.picture
        )
        kind = row.kind if isinstance(row, Quantity) else Kind.STATUS
        return self._recorder.unreadable(key, where, scope=row.scope, kind=kind, origin=origin)

    # Codes...

    def _status(self, row: StatusRow, doc: Document) -> Iterator[Claim]:
        entries = dig(doc.value, row.each) if row.each else [doc.value]
        for entry in entries if isinstance(entries, list) else ():
            yield from self._status_of(row, doc, entry)

    def _status_of(self, row: StatusRow, doc: Document, entry: Any) -> Iterator[Claim]:
        found = first(entry, row.path)
        if found is NOT_THERE or (row.quiet and words_in(found) in row.quiet):
            return
        key = self._recorder.key(row.metric, row.variant, cycle=row.cycle)
        fields = self._common(row, doc, f"{row.each}[].{row.path[0]}" if row.each else row.path[0])
        fields["deadline"] = _earliest(entry, row.deadline)
        fields["details"] = _details(entry, row.details)
        reason = words_in(there(entry, row.reason))[:_LONGEST]
        if found is None and row.null != "empty":
            yield from self._null(key, row, fields)
            return
        if row.filled is not None or row.empty is not None:
            # What is bad by its own name goes after the code that says how all of it stands.
            claims = self._filled(key, row, found, adding(fields, rank=Rank.ATTRIBUTE))
        else:
            claims = self._code(key, row, found, reason, fields)
        for claim in claims:
            yield replace(claim, cause=row.cause) if claim.level.is_open else claim

    def _code(self, key: Key, row: StatusRow, found: Any, reason: str, fields: Fields) -> Iterator[Claim]:
        native = words_in(found)
        level = self._level_of(row, found, native)
        if level is not None and level.is_open and reason:
            fields["reason"] = reason
        if level is None and not native:
            yield self._recorder.unreadable(key, "neither a code nor a word", **fields)
        elif level is Level.UNKNOWN:
            # The console's own code for "nothing to say yet".
            yield self._recorder.absent(key, Says.NOT_RATED, **adding(fields, native=native))
        else:
            yield self._recorder.word(key, native[:_LONGEST], level, **fields)

    def _null(self, key: Key, row: StatusRow, fields: Fields) -> Iterator[Claim]:
        match row.null:
            case "unreadable":
                yield self._recorder.unreadable(key, "null, which says nothing", **fields)
            case "not_rated":
                yield self._recorder.absent(key, Says.NOT_RATED, **fields)
            case "none":
                yield self._recorder.absent(key, Says.NONE, **fields)
            case _:
                return

    def _filled(self, key: Key, row: StatusRow, found: Any, fields: Fields) -> Iterator[Claim]:
        """Claim by whether anything is there at all; what is neither yes nor no is not understood."""
        if row.flag and found is not None and not isinstance(found, bool):
            yield self._recorder.word(key, _shown(found), None, **fields)
            return
        if found is True or (isinstance(found, list | dict | str) and len(found) > 0):
            level, native = row.filled, _shown(found)
            if isinstance(found, str) and found.casefold() in ("false", "true", "null", "none"):
                yield self._recorder.word(key, found, None, **fields)
                return
        elif found is False or found is None or found in ([], {}, ""):
            native = "" if found is None else words_in(found)
            if row.empty == "none":
                yield self._recorder.absent(key, Says.NONE, **adding(fields, native=native))
                return
            level = row.empty
        else:
            level, native = None, _shown(found)
            yield self._recorder.word(key, native, None, **fields)
            return
        if level is not None:
            yield self._recorder.word(key, native[:_LONGEST], level, **fields)

    def _level_of(self, row: StatusRow, found: Any, native: str) -> Level | None:
        codes = self._toml.codes.get(row.codes, {})
        level = codes.get(native)
        if level is None and row.words:
            level = self._toml.level_of_word(row.words, native, "en")
        if isinstance(found, str) and native in ("true", "false") and level is not None and not level.is_open:
            # A text is no truth value: only what it says of trouble is believed.
            return None
        return level

    # Numbers...

    def _metric(self, row: MetricRow, doc: Document) -> Iterator[Claim]:
        key = self._recorder.key(row.metric, row.variant, cycle=row.cycle)
        rule = row.rows + "".join(f"[{name}={value}]" for name, value in row.where.items()) or row.value[0]
        fields = self._common(row, doc, rule)
        if row.empty and row.rows and dig(doc.value, row.rows) in ([], {}):
            yield self._recorder.absent(key, Says.NOT_RATED, **adding(fields, kind=row.kind))
            return
        for entry in _entries_at(doc.value, row):
            yield from self._number(key, row, row, entry, fields, row.value)

    def _coded(self, rows: CodedRows) -> Iterator[Claim]:
        """Yield the numbers of a list, those beside a label of the page, and what is missing of both."""
        selected = self._answer(rows.answer)
        nameless = 0
        entries = [
            entry for doc in selected.documents for _, entry in _coded_entries(doc, rows, self._map(rows))
        ]
        # What the page calls one entry is not said of another one.
        self._labels |= {words_in(there(entry, rows.label_of)) for entry in entries} - {""}
        for doc in selected.documents:
            for code, entry in _coded_entries(doc, rows, self._map(rows)):
                if not code:
                    nameless += 1
                elif not (rows.skip and re.fullmatch(rows.skip, code)):
                    yield from self._said(self._coded_entry(rows, doc, code, entry))
            if rows.empty and rows.rows and dig(doc.value, rows.rows.partition(".*")[0]) in ([], {}):
                yield from self._said(self._unrated(rows, doc))
        if nameless:
            key = self._recorder.key("policy.list", rows.answer)
            origin = Origin(self._name, f"the {rows.answer} answer", rows.rows)
            why = f"{nameless} entries that do not say what they are"
            yield self._recorder.unreadable(key, why, scope=Scope.LIST, kind=Kind.COUNT, origin=origin)
        metrics = self._map(rows)
        for metric in metrics.values():
            own = metric.model_copy(update={"words": metric.words or rows.words, "cycle": rows.cycle})
            if rows.cycle is not Cycle.CURRENT:
                # What stands beside a label is of now.
                own = own.model_copy(update={"labels": ()})
            others = (metrics[code] for code in own.instead if code in metrics)
            stood_for = any(
                self._recorder.key(other.metric, other.variant, cycle=rows.cycle) in self._spoken
                for other in others
            )
            required = rows.required and own.required and not stood_for
            yield from self._widget(_Coded(own, rows.answer, required=required), ())

    def _map(self, rows: CodedRows) -> Mapping[str, CodedMetric]:
        return self._toml.metric_maps[rows.map]

    def _unrated(self, rows: CodedRows, doc: Document) -> Iterator[Claim]:
        """Yield that nothing was rated yet, for a list that is there and empty."""
        for metric in self._map(rows).values():
            if metric.required:
                key = self._recorder.key(metric.metric, metric.variant, cycle=rows.cycle)
                fields = adding(self._common(metric, doc, rows.rows), kind=metric.kind)
                yield self._recorder.absent(key, Says.NOT_RATED, **fields)

    def _coded_entry(self, rows: CodedRows, doc: Document, code: str, entry: Any) -> Iterator[Claim]:
        known = _meaning(code, self._map(rows))
        if known is None and not rows.others:
            return
        if known is not None:
            key = self._recorder.key(known.metric, known.variant, cycle=rows.cycle)
        else:
            slug = re.sub(r"[^a-z0-9]+", "_", code.casefold()).strip("_")[:60] or "other"
            told = rows.unknown or f"{self._toml.flow.marketplace}.{{code}}"
            metric, _, variant = told.partition("@")
            # A variant is the code as it is written; a metric is a name of ours.
            key = self._recorder.key(
                metric.format(code=slug), variant.format(code=code[:80]), cycle=rows.cycle
            )
        rule = f"{rows.rows}[{code[:60]}]"
        source = known or CodedMetric(metric=key.metric, unit=None, kind=Kind.STATUS)
        fields = self._common(source, doc, rule)
        if doc.status == _NO_CONTENT:
            # That there is nothing to say yet is said without a word.
            stated = adding(fields, kind=source.kind, native=str(doc.status))
            yield self._recorder.absent(key, Says.NOT_RATED, **stated)
            return
        if known is None and rows.unknown and first(entry, rows.value) is NOT_THERE:
            said = words_in(there(entry, rows.verdict))
            yield self._recorder.unreadable(key, "nothing of it that is known", native=said, **fields)
        fields["window_days"] = _days_in(code, rows.days_in)
        label = words_in(there(entry, rows.label_of))
        named = source.model_copy(update={"labels": (label,), "words": source.words or rows.words})
        labels = (*source.labels, *filter(None, (label,)))
        yield from self._number(
            key, rows, source, entry, fields, rows.value, known=known is not None, labels=labels
        )
        if label and known is not None and label not in known.labels:
            yield from self._beside(key, named)

    def _beside(self, key: Key, row: Any, within: Part | None = None) -> Iterator[Claim]:
        """Yield what the page, or a part of it, shows beside a label, if it shows whose it is."""
        if (key, row.labels) in self._beside_done:
            return
        self._beside_done.add((key, row.labels))
        if self._page.ready and not self._misplaced:
            yield from card_claims(
                self._recorder,
                self._toml,
                self._page,
                key,
                row,
                name=self._name,
                rivals=self._labels,
                within=within,
            )

    def _number(
        self,
        key: Key,
        row: Numbers,
        quantity: Quantity,
        entry: Any,
        fields: Fields,
        value: Sequence[str],
        *,
        known: bool = True,
        labels: Sequence[str] = (),
    ) -> Iterator[Claim]:
        """Claim what one entry says: its number against its limit, and each of the console's words for it."""
        found = _value_of(entry, value)
        words = _verdicts_of(entry, row)
        said, more = (words[0], words[1:]) if words else (None, [])
        if found is NOT_THERE and said is None:
            return
        if isinstance(found, str) and says_nothing(found):
            found = None
        fields = fields.copy()
        unit, problem = self._unit_of(row, quantity, entry)
        fields["kind"], fields["unit"] = unit.kind, unit.unit
        fields["rank"] = Rank.OTHER if row.rank == "other" else Rank.ANSWER
        fields["details"] = _details(entry, row.details)
        fields["window_days"] = _window(row, quantity, entry) or fields.get("window_days")
        fields["trend"] = self._trend(row, entry)
        fields["deadline"] = _earliest(entry, row.deadline)
        fields["currency"] = words_in(there(entry, row.currency))
        verdicts = self._verdicts(row, quantity, said)
        if not known:
            # What nobody has described may be red; that it is fine is not believed.
            verdicts = {word: Level.UNKNOWN if its is Level.OK else its for word, its in verdicts.items()}
        for word in more:
            level = self._verdicts(row, quantity, word).get(word)
            yield self._recorder.word(key, word, level, **adding(fields, rank=Rank.WORD))
        if found is NOT_THERE:
            level = verdicts.get(said or "")
            if said and (level is None or level.is_open):
                # Without its number the entry says at least that something is wrong, or is not understood.
                yield self._recorder.word(key, said, level, **fields)
            return
        if problem:
            yield self._recorder.unreadable(key, problem, **fields)
            if said and (level := verdicts.get(said)) is not None and level.is_open:
                yield self._recorder.word(key, said, level, **fields)
            return
        base = number(there(entry, row.base))
        number_ = unit.of(found)
        if isinstance(found, str) and "%" in found and unit.unit not in (None, Unit.FRACTION):
            yield self._recorder.unreadable(
                key, f"a percentage where there is none: {found[:40]}", **adding(fields, native=found[:80])
            )
            return
        if unit.scale == "proven" and number_ is None and (bare := number(found)) is not None:
            number_, why, contradicted = self._proven(bare, (*labels, *getattr(row, "labels", ())))
            if number_ is None:
                told = adding(fields, native=words_in(found), required=contradicted)
                yield self._recorder.unreadable(key, why, **told)
                return
        if not known and number_ is None and isinstance(found, str) and not said:
            # Nobody has described it: it is kept as the console wrote it, and judged by nobody.
            yield self._recorder.shown(key, **adding(fields, native=found[:80]))
            return
        level = verdicts.get(said or "", Level.UNKNOWN)
        # The console's own word for "no verdict" on nothing says that there is nothing to say yet.
        unjudged = bool(said) and said in verdicts and level is Level.UNKNOWN
        silent = found is None and (row.null == "not_rated" or unjudged) and base is None
        if silent and not level.is_open:
            yield self._recorder.absent(key, Says.NOT_RATED, **adding(fields, native=said or ""))
            return
        target, odd = self._target(row, quantity, entry, unit)
        if odd:
            # It is a source of its own: that the number beside it was read makes up for nothing.
            origin = fields.get("origin", Origin())
            limit = replace(origin, rule=f"{origin.rule}: its limit")
            yield self._recorder.unreadable(key, odd, **adding(fields, value=number_, origin=limit))
        measured = Measured(
            number_,
            verdict=said or None,
            numerator=number(there(entry, row.numerator)),
            base=base,
            target=target or (None if odd else quantity.fallback),
            sane=unit.sane,
            low_volume=quantity.low_volume,
        )
        yield from self._recorder.measured(key, measured, verdicts, **fields)

    def _proven(self, bare: Decimal, labels: Sequence[str]) -> tuple[Decimal | None, str, bool]:
        """Return a number of which nobody knows whether it is a fraction or a percent, as the page proves it.

        Returns:
            The number; why it cannot be known; whether the page says something else than the answer.
        """
        shown = self._page.ready and not self._misplaced and bool(labels)
        beside = (
            self._page.beside_label(
                labels,
                language=self._recorder.language or "en",
                locale=self._recorder.numbers,
                rivals=[label for label in self._labels if label not in labels],
            ).values
            if shown
            else ()
        )
        quantities = [value.quantity for value in beside if value.quantity is not None]
        seen = [q.fraction for q in quantities if q.percent and q.bound == "exact" and q.fraction is not None]
        ways = (bare, scaled(bare, "percent") or bare)
        fitting = [way for way in ways if any(_rounds_to(way, one) for one in seen)]
        if len(fitting) == 1:
            return fitting[0], "", False
        if seen and not fitting:
            return None, f"the answer says {bare}, the page {', '.join(f'{one:%}' for one in seen)}", True
        return None, f"{bare} may be a fraction or a percentage, and nothing proves which", False

    def _unit_of(self, row: Numbers, quantity: Quantity, entry: Any) -> tuple[_Unit, str]:
        own = _Unit(quantity.kind, quantity.unit, quantity.scale, quantity.sane)
        if not row.unit_of:
            return own, ""
        name = words_in(there(entry, row.unit_of))
        declared = self._unit_named(name)
        if declared is None:
            return own, f"unknown unit {name[:40]!r}"
        if quantity.unit is None or declared.kind is quantity.kind:
            return _Unit(
                declared.kind, declared.unit, "bare", declared.sane, declared.shift, declared.per
            ), ""
        if declared.kind is Kind.RATE or quantity.unit is Unit.FRACTION:
            return own, f"{name[:40]!r} is no unit of it"
        # Stars and points come as plain numbers: what they are is known from what they count.
        return _Unit(quantity.kind, quantity.unit, quantity.scale, quantity.sane or declared.sane), ""

    def _target(self, row: Numbers, quantity: Quantity, entry: Any, unit: _Unit) -> tuple[Target | None, str]:
        """Return the limit an entry states, and why one that it states cannot be believed."""
        stated = there(entry, row.target)
        if isinstance(stated, str) and says_nothing(stated):
            stated = None
        if stated is not None and (odd := self._other_unit(row, entry)):
            return None, f"it is held against {words_in(stated)[:40]!r} {odd}"
        limit = unit.of(stated)
        comparator = row.comparator
        if limit is None and isinstance(stated, str):
            # Answers are written in English, whatever the page speaks.
            worded = worded_limit(stated, "en_US")
            if worded is None or unit.unit is not Unit.FRACTION:
                return None, ""
            limit, comparator = worded.value, worded.comparator
        if row.condition and comparator is None:
            word = words_in(there(entry, row.condition))
            comparator = self._toml.conditions.get(word)
            if comparator is None and row.target_unit_of:
                comparator = self._toml.conditions.get(word.rpartition("_")[0])
            if comparator is None and limit is not None:
                return None, f"unknown comparison {word[:40]!r}"
        if comparator is None and not row.condition and quantity.better:
            comparator = Comparator.LTE if quantity.better == "lower" else Comparator.GTE
        if limit is None or comparator is None:
            return None, ""
        if quantity.better and (quantity.better == "lower") != (comparator.value in _LOWER):
            return None, f"its limit is on the wrong side: {comparator.value} {limit}"
        second = unit.of(there(entry, row.second))
        return Target(limit, comparator, critical=second), ""

    def _other_unit(self, row: Numbers, entry: Any) -> str:
        """Return why a limit is not in the unit of its number; an empty text if it is."""
        if not (row.unit_of and row.target_unit_of):
            return ""
        other = words_in(there(entry, row.target_unit_of))
        sorts = [
            None if unit is None else (unit.kind, unit.unit, unit.shift, unit.per)
            for unit in (
                self._unit_named(words_in(there(entry, row.unit_of))),
                self._unit_named(other.rpartition("_")[2]),
            )
        ]
        return "" if sorts[0] == sorts[1] is not None else f"as {other[:40]!r}"

    def _unit_named(self, name: str) -> UnitRow | None:
        units = self._toml.units
        return units.get(name) or next((u for key, u in units.items() if same_name(key, name)), None)

    def _verdicts(self, row: Numbers, quantity: Quantity, said: str | None) -> Mapping[str, Level]:
        codes = self._toml.codes.get(row.codes, {})
        topic = getattr(row, "words", "") or getattr(quantity, "words", "")
        if said and said not in codes and topic:
            level = self._toml.level_of_word(topic, said, self._recorder.language or "en")
            if level is not None:
                return {said: level}
        return codes

    def _trend(self, row: Numbers, entry: Any) -> Trend | None:
        return self._toml.trends.get(row.trends, {}).get(words_in(there(entry, row.trend)))

    def _common(self, row: Any, doc: Document, rule: str) -> Fields:
        origin = Origin(self._name, f"the {doc.name} answer", rule, 0, row.picture)
        fields: Fields = {"scope": row.scope, "origin": origin, "rank": Rank.ANSWER}
        return fields

    # Lists...

    def _items(self, rows: ItemRows) -> Iterator[Claim]:
        selected = self._answer(rows.answer)
        if not selected.documents and not rows.required:
            return
        bodies = [doc.value for doc in selected.documents]
        yield from self._said(
            item_claims(self._recorder, rows, bodies, self._toml, self._name, problem=selected.problem)
        )


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is done to a number of an answer so that it is as records hold it."""

    kind: Kind
    unit: Unit | None
    scale: str
    sane: tuple[Decimal, Decimal] | None
    shift: int = 0
    per: int = 1

    def of(self, value: Any) -> Decimal | None:
        """Return a value as records hold it; None for what is no number."""
        return scaled(value, self.scale, shift=self.shift, per=self.per)


class _Coded:
    """A metric of a coded list as a widget of its own: beside its label on the page, or missing."""

    def __init__(self, metric: CodedMetric, answer: str, *, required: bool) -> None:
        self.answer = answer
        self.required = required
        self._metric = metric

    def __getattr__(self, name: str) -> Any:
        return getattr(self._metric, name)


def _entries_at(value: Any, row: MetricRow) -> Iterator[Any]:
    """Yield the entries that a row speaks of."""
    rows = at(value, row.rows)
    if rows is NOT_THERE or rows is None:
        return
    if not row.where:
        yield rows
        return
    entries = rows if isinstance(rows, list) else list(rows.values()) if isinstance(rows, dict) else []
    if isinstance(rows, dict) and _says(rows, row.where):
        yield rows
        return
    yield from (entry for entry in entries if _says(entry, row.where))


def _says(entry: Any, where: Mapping[str, str | int]) -> bool:
    return all(words_in(dig(entry, path)).casefold() == str(want).casefold() for path, want in where.items())


def _meaning(code: str, metrics: Mapping[str, CodedMetric]) -> CodedMetric | None:
    """Return what a code means, by itself or by another of its names; None for one nobody knows."""
    own = next((metric for name, metric in metrics.items() if same_name(name, code)), None)
    if own is not None:
        return own
    named = next((m for m in metrics.values() if any(same_name(name, code) for name in m.aka)), None)
    if named is not None:
        return named
    return next((m for m in metrics.values() if m.like and re.fullmatch(m.like, code, re.IGNORECASE)), None)


def _coded_entries(
    doc: Document, rows: CodedRows, known: Mapping[str, CodedMetric]
) -> Iterator[tuple[str, Any]]:
    """Yield every entry of a list, a map or a list of groups, with its code; an empty one names nothing."""
    if not rows.rows:
        names = [key for key in reversed(doc.keys) if isinstance(key, str)][:1]
        if rows.by_address:
            names = [*(key for key in reversed(doc.keys) if isinstance(key, str)), *_address(doc)]
        yield _code_of(doc.value, rows, known, names), doc.value
        return
    for found in _spread(doc.value, rows.rows.split(".")):
        if isinstance(found, list):
            for entry in found:
                yield _code_of(entry, rows, known, ()), entry
        elif isinstance(found, dict):
            for key, entry in found.items():
                if isinstance(entry, dict):
                    yield _code_of(entry, rows, known, (key,)), entry


def _spread(value: Any, parts: Sequence[str]) -> Iterator[Any]:
    """Follow a path; `*` in it stands for every entry of a list or a map."""
    if not parts:
        yield value
        return
    head, rest = parts[0], parts[1:]
    if head == "*":
        inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
        for entry in inner:
            yield from _spread(entry, rest)
        return
    found = at(value, head)
    if found is not NOT_THERE:
        yield from _spread(found, rest)


def _address(doc: Document) -> list[str]:
    """Return the parts of the address that brought a document, the last first."""
    return [*(part for part in reversed(doc.path.split("/")) if part), *doc.query.values()]


def _code_of(entry: Any, rows: CodedRows, metrics: Mapping[str, CodedMetric], names: Sequence[str]) -> str:
    """Return what names an entry: the first of its codes that is known, else the first that is there."""
    said = [words_in(dig(entry, path)) for path in rows.code]
    codes = [code for code in (*said, *names) if code]
    skipped = (code for code in codes if rows.skip and re.fullmatch(rows.skip, code))
    known = (code for code in codes if _meaning(code, metrics) is not None)
    named = (code for code in codes if code in said or code.casefold() not in _WRAPPERS)
    return next(skipped, "") or next(known, next(named, codes[0] if codes else ""))


def _value_of(entry: Any, paths: Sequence[str]) -> Any:
    """Return the number at the first of several paths; a null, or nothing, only where no other has one."""
    found = first(entry, paths)
    if found is None:
        others = (at(entry, path) for path in paths)
        return next((value for value in others if words_in(value)), None)
    return found


def _verdicts_of(entry: Any, row: Numbers) -> list[str]:
    """Return every word an entry has for how it stands; two places that say the same say it once."""
    said = (words_in(dig(entry, path)) for path in row.verdict)
    return list(dict.fromkeys(word for word in said if word))


def _shown(found: Any) -> str:
    if isinstance(found, list):
        return ", ".join(verbatim(entry) for entry in found if entry)[:_LONGEST] or "several"
    return words_in(found)[:_LONGEST] or "there"


def _details(entry: Any, paths: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    found = ((name, words_in(dig(entry, path))) for name, path in paths.items())
    return tuple((name, text[:_LONGEST]) for name, text in found if text)


def _window(row: Numbers, quantity: Quantity, entry: Any) -> int | None:
    stated = number(there(entry, row.days))
    if stated is not None and 0 < stated == int(stated):
        return int(stated)
    if row.window is None:
        return quantity.window_days
    begin, end = (moment(dig(entry, path)) for path in row.window)
    # A range may end a moment before midnight of its last day.
    days = round((end - begin) / timedelta(days=1)) if begin is not None and end is not None else 0
    return days if days > 0 else quantity.window_days


def _days_in(code: str, pattern: str) -> int | None:
    found = re.search(pattern, code, re.IGNORECASE) if pattern else None
    return int(found[1]) if found is not None and found[1].isdecimal() else None


def _rounds_to(way: Decimal, shown: Decimal) -> bool:
    """Tell whether a number is printed like this, rounded or cut off."""
    exponent = min(int(shown.as_tuple().exponent), -2)
    return abs(shown - way) < Decimal((0, (1,), exponent))


def _earliest(entry: Any, paths: Iterable[str]) -> datetime | None:
    """Return the first of several moments: the earliest is the one that must not be missed."""
    moments = (moment(dig(entry, path)) for path in paths)
    return min((when for when in moments if when is not None), default=None)


# Items...


def item_claims(
    recorder: Recorder,
    rows: ItemRows,
    bodies: Sequence[Any],
    toml: SiteToml,
    page: str = "",
    *,
    problem: str = "",
) -> Iterator[Claim]:
    """Claim every open entry of a list, and then whether the list was read whole.

    The list's own key (one for each metric it is split into) is `policy.list` with `list` as its variant.
    Only a list that says all of it was there can prove an item gone.

    Args:
        recorder: Writes the claims of the page.
        rows: What is declared of the list.
        bodies: The documents that are its pages, in the order they came.
        toml: The flow's data.
        page: The page's name.
        problem: Why there are no documents.

    Yields:
        A claim for each open entry, and one for each metric that the list covers.
    """
    found: dict[Key, Claim] = {}
    problem = problem or ("" if bodies else "no answer came")
    listed = 0
    for body in bodies:
        entries = dig(body, rows.rows)
        if isinstance(entries, dict):
            entries = list(entries.values())
        if entries is None and rows.proves_empty and at(body, rows.rows) is None:
            entries = []
        if not isinstance(entries, list):
            problem = problem or f"not in the {rows.answer} answer"
            continue
        listed += len(entries)
        for entry in (inner for outer in entries for inner in _each(outer, rows.within)):
            claim = _item(recorder, rows, entry, toml, page)
            if claim is None:
                problem = problem or "an entry without an id"
            elif claim.key in found and found[claim.key] != replace(
                claim, observed_at=found[claim.key].observed_at
            ):
                problem = problem or "one entry stands twice in the list"
                yield claim
            else:
                found[claim.key] = claim
    yield from (claim for claim in found.values() if claim.level is not Level.OK)
    problem = problem or _cut(rows, bodies, listed)
    for covers in dict.fromkeys([rows.metric, *rows.kinds.values()]):
        yield _list_claim(recorder, rows, covers, problem, list(found.values()), page)


def _each(entry: Any, within: str) -> Iterator[Any]:
    """Yield an entry once for each thing that it lists under `within`, that one in the list's place."""
    inner = dig(entry, within) if within else None
    if isinstance(inner, list) and inner and isinstance(entry, dict):
        yield from ({**entry, within: one} for one in inner)
    else:
        yield entry


def _item(recorder: Recorder, rows: ItemRows, entry: Any, toml: SiteToml, page: str) -> Claim | None:
    parts = [words_in(dig(entry, path)) for path in rows.id]
    if not all(parts):
        return None
    metric, _, variant = rows.kinds.get(words_in(dig(entry, rows.by)), rows.metric).partition("@")
    key = recorder.key(metric, variant, "-".join(parts)[:120])
    points = number(there(entry, rows.points))
    reason = words_in(there(entry, rows.reason))[:_LONGEST]
    origin = Origin(page, f"the {rows.answer} answer", f"{rows.rows}[]", 0, rows.picture)
    code = words_in(dig(entry, rows.state)) if rows.state else ""
    level = toml.codes.get(rows.codes, {}).get(code) if rows.state else rows.level
    end = _earliest(entry, rows.ends)
    if end is not None and end <= recorder.now():
        level = Level.OK
    fields: Fields = {
        "scope": Scope.ITEM,
        "details": _details(entry, rows.details),
        "deadline": _earliest(entry, rows.deadline),
        "origin": origin,
    }
    if level is None:
        fields["native"] = reason
        return (
            recorder.word(key, code, None, **fields)
            if code
            else recorder.unreadable(key, "its state is empty", **fields)
        )
    stated = adding(
        fields,
        kind=Kind.STATUS if points is None else Kind.POINTS,
        value=points,
        unit=None if points is None else Unit.POINTS,
        native=code or reason,
        reason=reason if code else "",
    )
    return recorder.shown(key, level, **stated)


def _cut(rows: ItemRows, bodies: Sequence[Any], listed: int) -> str:
    """Return what is missing of a list; an empty text if it is whole."""
    totals = {total for body in bodies if (total := number(there(body, rows.total))) is not None}
    if rows.more and bodies and there(bodies[-1], rows.more) not in (None, False, "", 0):
        return f"{listed} read, and the list has further pages that did not come"
    if len(totals) > 1:
        return "the list's pages do not agree on how many there are"
    if totals != {listed} and totals:
        return f"the list holds {listed}, and says that there are {next(iter(totals))}"
    # No further pages, said of an empty list, says that it is empty.
    last_page = bool(rows.more) and bool(bodies) and there(bodies[-1], rows.more) is False
    proved = bool(totals) if rows.total else rows.proves_empty or last_page
    return "" if listed or proved else "the list is empty and does not say so"


def _list_claim(
    recorder: Recorder, rows: ItemRows, covers: str, problem: str, found: Sequence[Claim], page: str
) -> Claim:
    metric, _, variant = covers.partition("@")
    name = rows.list if not rows.kinds else f"{rows.list}.{variant or metric.rpartition('.')[2]}"
    key = recorder.key("policy.list", name)
    fields: Fields = {
        "scope": Scope.LIST,
        "kind": Kind.COUNT,
        "origin": Origin(page, f"the {rows.answer} answer", rows.rows, 0, rows.picture),
    }
    if problem:
        return recorder.unreadable(key, problem, **adding(fields, required=rows.required))
    whole = f"{metric}@{variant}"
    its = [claim for claim in found if (claim.key.metric, claim.key.variant) == (metric, variant)]
    still_open = [claim for claim in its if claim.level is not Level.OK]
    if not still_open:
        return recorder.absent(key, Says.NONE, **adding(fields, covers=whole))
    # How bad each entry is stands in its own claim: the list has no level.
    counted = adding(fields, unit=Unit.COUNT, value=Decimal(len(still_open)), covers=whole)
    return recorder.shown(key, **counted)
