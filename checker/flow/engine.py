"""Reading a page by what site.toml declares of it: every source that speaks becomes a claim; pure.

    yield from page_claims(recorder, console.toml, page, console.documents)

Nothing is chosen, compared or guessed here. An entry that is not there in an answer says nothing; where no
source speaks of what must be there, that is one unreadable claim. What every claim comes to is decided by
`checker.model.settle`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from itertools import chain
from typing import Any, Final

from checker.flow.cards import card_claims
from checker.flow.declared import CardRow, CodedMetric, CodedRows, ItemRows, MetricRow, Quantity, StatusRow
from checker.flow.documents import NOT_THERE, Document
from checker.flow.entries import EntryReader, coded_entries, days_in, entries_at, meaning_of
from checker.flow.limits import without_our_limits
from checker.flow.listed import deadline_claims, item_claims
from checker.flow.outline import Part
from checker.flow.page import Page
from checker.flow.payload import details_in, dig, earliest_in, first, there, words_in
from checker.flow.recorder import Fields, Recorder, adding
from checker.flow.selected import Documents, Selected, select
from checker.flow.shown_place import misplaced
from checker.flow.site_toml import SiteToml
from checker.flow.titled import named_in, parts_under
from checker.flow.verbatim import verbatim
from checker.model import Claim, Cycle, Key, Kind, Level, Origin, Rank, Says, Scope

__all__ = ["document_claims", "page_claims"]

# What a console's own field for a reason says where there is none.
_NO_REASON: Final = frozenset({"", "none", "null", "unknown", "n/a"})
_LONGEST: Final = 500


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
    yield from without_our_limits(list(reader.claims()))


def document_claims(recorder: Recorder, toml: SiteToml, documents: Sequence[Document]) -> Iterator[Claim]:
    """Claim everything that site.toml declares of documents that were imported, and stand on no page.

    Args:
        recorder: Writes the claims of the documents' site.
        toml: The flow's data.
        documents: The documents, each named as an answer of site.toml.

    Yields:
        Every claim of every document.
    """
    nowhere = Page("", "", HTTPStatus.OK, "")
    named = {doc.name for doc in documents}
    reader = _Reader(
        recorder, toml, nowhere, lambda name: [doc for doc in documents if doc.name == name], "", named
    )
    yield from reader.claims()


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
        self._entries = EntryReader(recorder, toml, self._rates_beside)
        self._page = page
        self._documents = documents
        self._name = name
        self._imported = imported
        self._labels = toml.words_on(name)
        spec = toml.pages.get(name)
        must_show = spec is not None and spec.shows_place
        language = recorder.language or "en"
        self._misplaced = misplaced(page, toml, recorder.site, language, must_show=must_show)
        self._selected: dict[str, Selected] = {}
        self._spoken: set[Key] = set()
        self._beside_done: set[tuple[Key, tuple[str, ...], int]] = set()

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

    def _answer(self, name: str) -> Selected:
        if name not in self._selected:
            spec = self._toml.answers[name]
            self._selected[name] = select(name, spec, self._recorder.site, self._documents(name))
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
        cards = [card.at(self._recorder.site.code) for card in self._of_page(self._toml.cards)]
        group = [row, *(card for card in cards if card.under == row.under and card.labels != row.labels)]
        by_title = row.model_copy(update={"labels": row.under})
        is_ours = False
        for part in parts:
            named = named_in(outline, part, [card.labels for card in group], [card.named for card in group])
            readers = {*named.rows} or {place for place, card in enumerate(group) if card.alone}
            is_ours |= 0 in readers
            claims: Iterator[Claim]
            if named.by == "label":
                claims = chain(
                    self._beside(key, row, part),
                    self._beside_title(key, by_title, part, [group[place] for place in readers])
                    if 0 in readers
                    else (),
                )
            elif readers == {0}:
                claims = self._beside(key, by_title, part)
                if not row.judged:
                    # A word that is bad for others is no word of a badge: whoever it concerns is to read it.
                    claims = (claim for claim in claims if not self._is_bad(row, claim))
            elif row.judged and (
                len(readers) != 1 or (named.by != "heading" and not group[min(readers)].judged)
            ):
                claims = self._bad_words(key, by_title, part)
            else:
                continue
            yield from self._said(claims)
        if row.required and key not in self._spoken:
            unread = "shows nothing that can be read" if is_ours else "does not say that it is about this"
            why = f"its card {unread}" if parts else ""
            yield from self._said([self._missing(key, row, why)])

    def _beside_title(self, key: Key, row: CardRow, part: Part, named: Sequence[CardRow]) -> Iterator[Claim]:
        """Yield a number of the title's own, which no label beside it has or rests on: it may be a limit."""
        claims = [claim for each in named for claim in self._read_beside(key, each, part)]
        theirs = {number for claim in claims for number in (claim.value, claim.numerator)}
        for claim in self._beside(key, row, part):
            if claim.value is not None and claim.value not in theirs:
                yield claim

    def _is_bad(self, row: CardRow, claim: Claim) -> bool:
        if not row.words or not claim.native:
            return False
        level = self._toml.level_in_text(row.words, claim.native, self._recorder.language or "en")
        return level is not None and level.is_open

    def _bad_words(self, key: Key, row: CardRow, part: Part) -> Iterator[Claim]:
        """Yield a doubtful red for each bad word of a card that does not say whose it is."""
        for claim in self._beside(key, row, part):
            if claim.value is None and claim.level.is_open:
                why = "the card does not say which of its numbers it judges"
                yield replace(claim, rank=Rank.OTHER, doubtful=True, reason=why)

    def _missing(self, key: Key, row: Any, problem: str = "") -> Claim:
        answer = getattr(row, "answer", "")
        problem = problem or (self._answer(answer).problem if answer else "")
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
        fields["deadline"] = earliest_in(entry, row.deadline)
        fields["details"] = details_in(entry, row.details)
        reason = words_in(there(entry, row.reason))[:_LONGEST]
        if found is None and row.null != "empty":
            if row.unrated and first(entry, row.unrated) == []:
                yield self._recorder.absent(key, Says.NOT_RATED, **fields)
            else:
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
        if level is not None and level.is_open and reason.casefold() not in _NO_REASON:
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
            # A text is no truth value: only what it says of trouble is believed.
            says_so = isinstance(found, str) and found.casefold() == "true"
            trouble = row.filled if says_so and row.filled is not None and row.filled.is_open else None
            yield self._recorder.word(key, _shown(found), trouble, **fields)
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
        for entry in entries_at(doc.value, row):
            yield from self._entries.claims(key, row, row, entry, fields, row.value)

    def _coded(self, rows: CodedRows) -> Iterator[Claim]:
        """Yield the numbers of a list, those beside a label of the page, and what is missing of both."""
        selected = self._answer(rows.answer)
        nameless = 0
        entries = [
            entry for doc in selected.documents for _, entry in coded_entries(doc, rows, self._map(rows))
        ]
        # What the page calls one entry is not said of another one.
        self._labels |= {words_in(there(entry, rows.label_of)) for entry in entries} - {""}
        for doc in selected.documents:
            for code, entry in coded_entries(doc, rows, self._map(rows)):
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
            others = (metrics[code] for code in own.instead if code in metrics)
            stood_for = any(
                self._recorder.key(other.metric, other.variant, cycle=rows.cycle) in self._spoken
                for other in others
            )
            if rows.cycle is not Cycle.CURRENT or stood_for:
                # What stands beside a label is of now, and of what the answer itself calls so.
                own = own.model_copy(update={"labels": ()})
            wanted = rows.required or (rows.whole and bool(entries))
            required = wanted and own.required and not stood_for
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
        known = meaning_of(code, self._map(rows))
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
        if doc.status == HTTPStatus.NO_CONTENT:
            # That there is nothing to say yet is said without a word.
            stated = adding(fields, kind=source.kind, native=str(doc.status))
            yield self._recorder.absent(key, Says.NOT_RATED, **stated)
            return
        if known is None and rows.unknown and first(entry, rows.value) is NOT_THERE:
            said = words_in(there(entry, rows.verdict))
            yield self._recorder.unreadable(key, "nothing of it that is known", **adding(fields, native=said))
        fields["window_days"] = days_in(code, rows.days_in)
        label = words_in(there(entry, rows.label_of))
        named = source.model_copy(update={"labels": (label,), "words": source.words or rows.words})
        labels = (*source.labels, *filter(None, (label,)))
        yield from self._entries.claims(
            key, rows, source, entry, fields, rows.value, known=known is not None, labels=labels
        )
        if label and known is not None and label not in known.labels:
            yield from self._beside(key, named)

    def _beside(self, key: Key, row: Any, within: Part | None = None) -> Iterator[Claim]:
        """Yield what the page, or a part of it, shows beside a label, if it shows whose it is."""
        looked_for = (key, row.labels, -1 if within is None else within.index)
        if looked_for in self._beside_done:
            return
        self._beside_done.add(looked_for)
        yield from self._read_beside(key, row, within)

    def _read_beside(self, key: Key, row: Any, within: Part | None) -> Iterator[Claim]:
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

    def _rates_beside(self, labels: Sequence[str]) -> Sequence[Decimal]:
        """Return the rates that the page shows beside one of several labels, if it shows whose they are."""
        if not labels or not self._page.ready or self._misplaced:
            return ()
        beside = self._page.beside_label(
            labels,
            language=self._recorder.language or "en",
            locale=self._recorder.numbers,
            rivals=[label for label in self._labels if label not in labels],
        )
        quantities = [value.quantity for value in beside.values if value.quantity is not None]
        return [q.fraction for q in quantities if q.percent and q.bound == "exact" and q.fraction is not None]

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
        recorder, problem = self._recorder, selected.problem
        claims = list(item_claims(recorder, rows, bodies, self._toml, self._name, problem=problem))
        yield from self._said(claims)
        if self._page.ready and not self._misplaced:
            yield from self._said(deadline_claims(recorder, self._page, claims))


class _Coded:
    """A metric of a coded list as a widget of its own: beside its label on the page, or missing."""

    def __init__(self, metric: CodedMetric, answer: str, *, required: bool) -> None:
        self.answer = answer
        self.required = required
        self._metric = metric

    def __getattr__(self, name: str) -> Any:
        return getattr(self._metric, name)


def _shown(found: Any) -> str:
    if isinstance(found, list):
        return ", ".join(verbatim(entry) for entry in found if entry)[:_LONGEST] or "several"
    return words_in(found)[:_LONGEST] or "there"
