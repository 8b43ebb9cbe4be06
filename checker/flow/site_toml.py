"""The schema of a flow's `site.toml`: what varies with a console, as data.

Unknown keys are refused and all problems are listed at once, so that a typing mistake in an
override never silently switches a check off. Several files lie over one another: `base.toml` of all consoles,
the flow's own, and a user's `overrides/<marketplace>.toml` with the rules kept beside it; see
`checker.flow.layers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from checker.errors import ConfigError
from checker.flow.declared import BannerRow, CardRow, CodedMetric, CodedRows, ItemRows, MetricRow, StatusRow
from checker.flow.layers import Layer, merged, override_files
from checker.flow.limits import is_a_step
from checker.flow.misfits import Misfit, MisfitsError, no_such, problems_in
from checker.flow.page_states import Box, Chain, Marker, Overlay, ReadPost, Rule, SignIn, State
from checker.flow.phrases import Phrases
from checker.flow.specs import AnswerSpec, PageSpec, compiles, selects
from checker.flow.units import UnitRow
from checker.model import Comparator, Level, Site, Trend
from checker.model.words import fold_word

__all__ = [
    "AnswerSpec",
    "Box",
    "Marker",
    "Overlay",
    "PageSpec",
    "ReadPost",
    "Rule",
    "SignIn",
    "SiteRow",
    "SiteToml",
    "State",
    "Widget",
    "Words",
    "common",
    "load_site_toml",
]


# A status and what stands around it; a longer text is prose.
_SHORT_TEXT: Final = 80
# What takes a status back, or says that it was so once; scripts without spaces have no edges of words.
_DENIES: Final = re.compile(
    r"\b(no|not|never|without|cannot|lost|losing|lose|former|formerly|previously|was|were|until"
    r"|nicht|kein|keine|keinen|non|pas|sans|nunca|sin|não|sem|niet|geen|nie|inte|ikke|ei|nem|není|değil"
    r"|tidak|bukan|belum|hindi|не|нет|δεν|ليس|غير|לא|नहीं)(?!\w)"
    r"|n[’']t\b|ไม่|ยังไม่|chưa|không|不|未|非|無|无|没|沒|ない|ません|아니|없|않|못"
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"not a time zone: {name!r}") from None
    return name


HostName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]


class Widget(_Strict):
    """One place on a page that states health.

    page: where it stands; chain: how it is found; picture: what to crop for the evidence.
    optional: whether it stands there at times only, and is not waited for.
    """

    page: str
    chain: Chain
    picture: str = ""
    optional: bool = False

    @field_validator("chain")
    @classmethod
    def _in_a_snapshot(cls, chain: tuple[Rule, ...]) -> tuple[Rule, ...]:
        for rule in chain:
            if rule.role or rule.label:
                raise ValueError(f"{rule}: a widget is found by css or testid; role and label only press")
            if rule.css:
                selects(rule.css)
        return chain


class SiteRow(_Strict):
    """One site the console is known to have."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]+$")]
    native_id: str
    label: str
    country: str = ""
    names: tuple[str, ...] = ()
    host: HostName | Literal[""] = ""
    locale: str = "en_US"
    currency: str = ""
    zone: Annotated[str, AfterValidator(_is_zone)] = "UTC"

    def site(self) -> Site:
        """Return the row as a site of an account; how far that one is opened is not known yet."""
        return Site(
            self.code,
            self.native_id,
            self.label,
            country=self.country,
            host=self.host,
            locale=self.locale,
            zone=self.zone,
            currency=self.currency,
            sources=("site.toml",),
        )


class Words(_Strict):
    """Status words of one language, by the level they mean, and where they were seen."""

    ok: tuple[str, ...] = ()
    warning: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    deactivated: tuple[str, ...] = ()
    source: str

    @cached_property
    def levels(self) -> Mapping[str, Level]:
        """Every word, folded for comparing, with its level."""
        rows = (
            (self.ok, Level.OK),
            (self.warning, Level.WARNING),
            (self.critical, Level.CRITICAL),
            (self.deactivated, Level.DEACTIVATED),
        )
        return {fold_word(word): level for words, level in rows for word in words}


class Hosts(_Strict):
    """The hosts a browser of this flow may reach; the sites' own hosts are added to them."""

    start: HostName
    also: tuple[HostName, ...] = ()


class Header(_Strict):
    """Which flow this is, and for which contract; status: the metric that says how the account stands."""

    marketplace: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    version: str
    contract: int
    status: str = "account.status"


class SiteToml(_Strict):
    """Everything that varies with a console."""

    flow: Header
    hosts: Hosts
    sites: tuple[SiteRow, ...]
    pages: dict[str, PageSpec]
    signin: SignIn
    states: Annotated[tuple[State, ...], Field(min_length=1)]
    overlays: tuple[Overlay, ...] = ()
    phrases: dict[str, dict[str, tuple[str, ...]]] = {}
    notices: tuple[str, ...] = ()
    answers: dict[str, AnswerSpec] = {}
    reads: tuple[ReadPost, ...] = ()
    deny: tuple[str, ...] = ()
    widgets: dict[str, Widget] = {}
    controls: dict[str, Chain] = {}
    statuses: tuple[StatusRow, ...] = ()
    metrics: tuple[MetricRow, ...] = ()
    coded: tuple[CodedRows, ...] = ()
    metric_maps: dict[str, dict[str, CodedMetric]] = {}
    cards: tuple[CardRow, ...] = ()
    banners: tuple[BannerRow, ...] = ()
    captions: dict[str, str] = {}
    units: dict[str, UnitRow] = {}
    items: tuple[ItemRows, ...] = ()
    conditions: dict[str, Comparator] = {}
    trends: dict[str, dict[str, Trend]] = {}
    codes: dict[str, dict[str, Level]] = {}
    words: dict[str, dict[str, Words]] = {}
    neutral: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    data: dict[str, Any] = {}

    @field_validator("deny")
    @classmethod
    def _patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(compiles(pattern) for pattern in value)

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        misfits = [*self._unknown_pages(), *self._unknown_names(), *self._homeless()]
        misfits += [
            no_such("phrases", name, self.phrases, table, n)
            for table, n, names in (
                *(
                    ("states", n, m.tables)
                    for n, s in enumerate(self.states)
                    for m in (*s.markers, *s.unless)
                ),
                *(("overlays", n, (*one.words, *one.about)) for n, one in enumerate(self.overlays)),
            )
            for name in names
            if name not in self.phrases
        ]
        codes = [row.code for row in self.sites]
        misfits += [
            Misfit(("sites", n), f"{code} twice; take one out")
            for n, code in enumerate(codes)
            if code in codes[:n]
        ]
        if misfits:
            raise MisfitsError(misfits)
        return self

    def _declared(self) -> Iterator[tuple[str, int, StatusRow | MetricRow | CodedRows | ItemRows | CardRow]]:
        """Yield every declared row with the table and the number of it there."""
        tables: dict[str, Sequence[StatusRow | MetricRow | CodedRows | ItemRows | CardRow]] = {
            "statuses": self.statuses,
            "metrics": self.metrics,
            "coded": self.coded,
            "items": self.items,
            "cards": self.cards,
        }
        for table, rows in tables.items():
            yield from ((table, n, row) for n, row in enumerate(rows))

    def _unknown_pages(self) -> Iterator[Misfit]:
        """Yield what names a page, or an answer of a page, that is not in the file."""
        for name, widget in self.widgets.items():
            if widget.page not in self.pages:
                yield no_such("page", widget.page, self.pages, "widgets", name, "page")
        for name, page in self.pages.items():
            for answer in page.answers:
                if answer not in self.answers:
                    yield no_such("answer", answer, self.answers, "pages", name, "answers")
        if self.signin.start not in self.pages:
            yield no_such("page", self.signin.start, self.pages, "signin", "start")
        for table, n, row in self._declared():
            if row.page and row.page not in self.pages:
                yield no_such("page", row.page, self.pages, table, n, "page")

    def _unknown_names(self) -> Iterator[Misfit]:
        """Yield what the declared rows name that is nowhere else in the file."""
        for table, n, row in self._declared():
            if isinstance(row, CardRow):
                continue
            if row.answer not in self.answers:
                yield no_such("answer", row.answer, self.answers, table, n, "answer")
            judged = row.state if isinstance(row, ItemRows) else isinstance(row, StatusRow) or row.verdict
            if judged and row.codes not in ("", "verdict", *self.codes):
                yield no_such("codes", row.codes, self.codes, table, n, "codes")
            if isinstance(row, CodedRows) and row.map not in self.metric_maps:
                yield no_such("metric_maps", row.map, self.metric_maps, table, n, "map")
            if isinstance(row, MetricRow | CodedRows) and row.trend and row.trends not in self.trends:
                yield no_such("trends", row.trends, self.trends, table, n, "trends")

    def _homeless(self) -> Iterator[Misfit]:
        """Yield the declared rows that no page is read for."""
        fetched = {answer for page in self.pages.values() for answer in page.answers}
        fetched |= {name for name, answer in self.answers.items() if answer.imported}
        for table, n, row in self._declared():
            answer = "" if isinstance(row, CardRow) else row.answer
            if not row.page and answer not in fetched and (answer in self.answers or not answer):
                way_out = "name it in the answers of a page, or give this a page"
                yield Misfit((table, n, "answer"), f"no page fetches {answer!r}; {way_out}")

    def words_of(self, name: str) -> Phrases:
        """Return the phrases of a table, of every language; none for a table that is not there."""
        known = self._compiled.get(name)
        if known is None:
            tables = self.phrases.get(name, {})
            known = self._compiled[name] = Phrases(word for words in tables.values() for word in words)
        return known

    @cached_property
    def _compiled(self) -> dict[str, Phrases]:
        return {}

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Every host the browser may reach."""
        own = (row.host for row in self.sites if row.host)
        return frozenset({self.hosts.start, *self.hosts.also, *own, *self.sign_in_hosts})

    @property
    def sign_in_hosts(self) -> frozenset[str]:
        """The only hosts a secret may be typed at and sent to."""
        named = (origin.removeprefix("https://") for origin in self.signin.origins)
        return frozenset(named) or frozenset({self.hosts.start})

    def words_on(self, page: str) -> frozenset[str]:
        """Return every label, and every title of a card, that a page may show."""
        rows = self.widgets_on(page)
        return frozenset(word for row in rows for word in (*row.labels, *getattr(row, "under", ())))

    def widgets_on(self, page: str) -> tuple[StatusRow | MetricRow | CardRow | CodedMetric, ...]:
        """Return everything declared that a page may show beside a label."""
        spec = self.pages.get(page)
        fetched = spec.answers if spec is not None else ()
        rows: tuple[StatusRow | MetricRow | CardRow, ...] = (*self.statuses, *self.metrics, *self.cards)
        own = [row for row in rows if row.page == page or (not row.page and _answer_of(row) in fetched)]
        coded = [
            metric
            for row in self.coded
            if row.page == page or (not row.page and row.answer in fetched)
            for metric in self.metric_maps[row.map].values()
        ]
        return (*own, *coded)

    @cached_property
    def neutral_words(self) -> frozenset[str]:
        """The words that stand beside numbers and are no status, folded for comparing."""
        return frozenset(fold_word(word) for word in self.neutral)

    @cached_property
    def read_pages(self) -> tuple[str, ...]:
        """The pages that something is declared of, in the order of the file."""
        rows: tuple[StatusRow | MetricRow | CodedRows | ItemRows, ...]
        rows = (*self.statuses, *self.metrics, *self.coded, *self.items)
        named = {row.page for row in rows if row.page} | {card.page for card in self.cards}
        answers = {row.answer for row in rows if not row.page}
        return tuple(
            name for name, page in self.pages.items() if name in named or answers.intersection(page.answers)
        )

    def host_of(self, code: str | None) -> str:
        """Return the host of a site, nothing for no code; raise ConfigError for a site without one."""
        if code is None:
            return ""
        hosts = {row.code: row.host for row in self.sites if row.host}
        if code not in hosts:
            raise ConfigError(
                f"home = {code!r} is no site of {self.flow.title} with a host of its own",
                hint=f"there are: {', '.join(sorted(hosts)) or 'none'}",
            )
        return hosts[code]

    def named_at(self, method: str, path: str) -> str:
        """Return which answer a call is by its address, the first that fits; nothing if it is none."""
        return next((name for name, spec in self.answers.items() if spec.stands_at(method, path)), "")

    def labels_on(self, page: str) -> tuple[frozenset[str], ...]:
        """Return the labels the flow wants to see on a page, each with all its spellings, case folded."""
        rows = [row for row in self.widgets_on(page) if row.required]
        words = {row.labels for row in rows if not getattr(row, "alone", False)}
        words |= {getattr(row, "under", ()) for row in rows}
        wanted = {frozenset(map(str.casefold, its)) for its in words}
        return tuple(sorted(wanted - {frozenset()}, key=min))

    def level_of_word(self, topic: str, text: str, language: str) -> Level | None:
        """Return the level a status word means in `language` or in English, or none if it is not known."""
        tables = self.words.get(topic, {})
        for tag in (language, language.partition("-")[0], "en"):
            if tag in tables and (level := tables[tag].levels.get(fold_word(text))) is not None:
                return level
        return None

    def level_in_text(self, topic: str, text: str, language: str) -> Level | None:
        """Return the level of the one status word that a short text holds, or None if it is not known.

        "Top Rated As of 20 Oct 2026" says Top Rated; a text that denies something says nothing that is known,
        nor does a step of a scale: "At risk: 100 to 199".
        """
        exact = self.level_of_word(topic, text, language)
        if exact is not None or len(text) > _SHORT_TEXT:
            return exact
        folded = fold_word(text)
        found: set[Level] = set()
        for tag in dict.fromkeys((language, language.partition("-")[0], "en")):
            table = self.words.get(topic, {}).get(tag)
            for word, level in sorted(table.levels.items(), key=lambda pair: -len(pair[0])) if table else ():
                if (whole := _stands_in(word, folded)) != folded:
                    found.add(level)
                    folded = whole
        # "Not appealed" is a word of its own; what denies anything beside it takes it back.
        if len(found) != 1 or _DENIES.search(folded) or is_a_step(text, language):
            return None
        return found.pop()


def _answer_of(row: StatusRow | MetricRow | CardRow) -> str:
    return "" if isinstance(row, CardRow) else row.answer


def _stands_in(word: str, text: str) -> str:
    """Return a text without a word that stands in it as a whole; the text itself if it does not."""
    edge = r"(?<!\w){}(?!\w)" if word.isascii() else "{}"
    return re.sub(edge.format(re.escape(word)), "\x00", text)


@cache
def common() -> tuple[frozenset[State], frozenset[Overlay]]:
    """Return the states and overlays of all consoles, as they are where no flow adds to them."""
    base = Layer.of_package("base.toml").data
    states = frozenset(State.model_validate(row) for row in base["states"])
    return states, frozenset(Overlay.model_validate(row) for row in base["overlays"])


def load_site_toml(path: Path, override: Path | None = None) -> SiteToml:
    """Read a flow's file over the base of all consoles, and a user's override over both.

    Raises:
        ConfigError: with every problem found, each with its file and line.
    """
    files = [Layer.of_package("base.toml"), Layer.of_file(path)]
    if override is not None:
        files += map(Layer.of_file, override_files(override))
    return _checked(tuple(files))


# A flow is made anew for every account and every replay; what its files say is the same until they change.
@lru_cache(maxsize=64)
def _checked(files: tuple[Layer, ...]) -> SiteToml:
    data = merged(files)
    try:
        return SiteToml.model_validate(data)
    except ValidationError as error:
        lines = [f"  {line}" for line in problems_in(error, files, data, SiteToml)]
        raise ConfigError(
            f"{files[-1].name}: {len(lines)} problem(s)\n" + "\n".join(lines),
            hint="correct the lines named; the flow was not used",
        ) from None
