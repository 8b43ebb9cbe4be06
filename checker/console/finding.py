"""Finding a page of site.toml: at its paths, with a slash more or less, then by the console's own links."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Final
from unicodedata import east_asian_width
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from checker.console.policy import Policy
from checker.console.tokens import is_token
from checker.errors import NotOffered, Stop
from checker.flow import Page, SiteToml, links_named
from checker.flow.page_words import fold
from checker.model import Outcome

__all__ = ["GONE", "NotHereError", "PageFinder", "path_of", "says_something", "with_query"]

GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_MOST_LINKS: Final = 4
_HEADINGS: Final = "h1, h2, h3, [role=heading]"
# The table of what all consoles call the page that says how the account stands.
_HEALTH: Final = "health_page"
_MENUS: Final = "nav, header, footer, aside, menu, a, button, [role=navigation], [role=banner]"
_LEAST_TEXT: Final = 30
# A character of the scripts that stand in wide boxes says as much as this many letters.
_WIDE: Final = 3


class NotHereError(Exception):
    """A page is not at the address it was looked for at.

    gone: the console has nothing there at all. stands: what stands there instead, and where it does.
    strange: a path where a page stands that has nothing of what is wanted: it may be the page all the same.
    """

    def __init__(
        self, stop: Stop, *, gone: bool, stands: tuple[str, Page] | None = None, strange: str = ""
    ) -> None:
        super().__init__(stop.detail)
        self.stop = stop
        self.gone = gone
        self.stands = stands
        self.strange = strange


class PageFinder:
    """Goes through the places where a page may be, and remembers where it was.

    open_at: opens an address as a page; raises NotHereError where that page is not there, and Stop for all
    else. address: the full address of a path. found: where pages of this account were found before.
    turned_away: tells whether the page that is open had all of its calls turned away.
    """

    def __init__(
        self,
        toml: SiteToml,
        policy: Policy,
        open_at: Callable[[str, str], Page],
        address: Callable[[str, Mapping[str, str]], str],
        found: Mapping[str, str],
        is_known: Callable[[str, Page], bool] = lambda _name, _page: True,
        *,
        turned_away: Callable[[], bool] = lambda: False,
    ) -> None:
        self._turned_away = turned_away
        self._is_known = is_known
        self._toml = toml
        self._policy = policy
        self._open_at = open_at
        self._address = address
        self._menu: tuple[str, Page] | None = None
        self._not_offered: dict[tuple[str, str], str] = {}
        self.found = dict(found)
        # Where an earlier run found a page it is looked for first, and is proven again.
        self._earlier = dict(found)
        self._begun = ""
        # Where a link of the page's own name led to a page that is headed so.
        self._headed = ""
        self.notes: list[str] = []

    def find(self, page: str, query: Mapping[str, str], host: str) -> Page:
        """Return the page, opened.

        Args:
            page: its name in site.toml.
            query: what it is opened with.
            host: the only host where it counts, nothing where any of the console's will do.

        Raises:
            NotOffered: it is nowhere, and a console need not have it.
            Stop: it is nowhere, or something else stands where it should be.
        """
        known = self._not_offered.get((page, host))
        if known is not None:
            raise NotOffered(Outcome.UNKNOWN_PAGE, known)
        menu = self._menu
        self._headed = ""
        try:
            return self._by_path(page, query)
        except NotHereError as missing:
            seen = None
            for words in self._words_for(page):
                seen = seen or self._by_link(page, query, host, menu, words)
                if seen is None and missing.stands is not None:
                    seen = self._follow(page, query, self._links_on(missing.stands, words, host), set())
            if seen is not None:
                return seen
            if self._headed:
                self._keep(page, path_of(self._headed), "where nothing of it but its name was known")
                return self._open_again(page, self._headed)
            if missing.strange and missing.stands is not None and self._may_be_it(page, missing.stands[1]):
                self._keep(page, missing.strange, "where nothing of it was known")
                return self._open_again(page, self._address(missing.strange, query))
            why = missing.stop
        if not self._toml.pages[page].optional:
            raise why
        self._not_offered[page, host] = why.detail
        self.notes.append(f"{page}: not offered by this console ({why.detail})")
        raise NotOffered(why.outcome, why.detail)

    def _open_again(self, page: str, url: str) -> Page:
        """Open what was seen before; a session may have ended since, and then nothing else is looked for."""
        try:
            return self._open_at(page, url)
        except NotHereError as missing:
            raise missing.stop from None

    def begun_at(self, page: Page) -> None:
        """Note what a sign-in ended on: the page a session begins with may be there, if nowhere else."""
        self._begun = "" if page.status in GONE else urlsplit(page.url).path

    def arrived(self, url: str, page: Page) -> None:
        """Note a page that opened: its menus are where others are looked for."""
        self._menu = (url, page)

    def other_page_at(self, path: str, page: str) -> str:
        """Return which other page of site.toml stands at a path that is not the page's own, if one does."""
        pages = self._toml.pages
        found = urlsplit(self.found.get(page, "")).path.rstrip("/")
        if (page in pages and pages[page].stands_at(path)) or (found and path.rstrip("/") == found):
            return ""
        return next((name for name, other in pages.items() if name != page and other.stands_at(path)), "")

    def _by_path(self, page: str, query: Mapping[str, str]) -> Page:
        """Open the first of its paths that is one; raise what the declared one came to where none is."""
        problem: NotHereError | None = None
        known = self.found.get(page)
        strange = ""
        begun = self._begun if page == self._toml.signin.start else ""
        for path in dict.fromkeys(filter(None, (known, *self._toml.pages[page].all_paths, begun))):
            for form in (path, _slashed(path)):
                try:
                    seen = self._open_at(page, self._address(form, query))
                except NotHereError as missing:
                    problem = problem or missing
                    # With a slash more or less it is another address only where there is nothing at this one.
                    if missing.gone:
                        continue
                    break
                if self._is_to_be_proven(page, path) and not self._is_known(page, seen):
                    # Consoles that are one program answer every address: this may be another page of theirs.
                    # Beside a blank page at its own address, one of another address is not it.
                    strange = strange or ("" if problem is not None and not problem.gone else form)
                    why = Stop(Outcome.UNKNOWN_PAGE, f"{page}: nothing of it is at {form}")
                    problem = NotHereError(why, gone=False, stands=(self._address(form, query), seen))
                    break
                if form == self._toml.pages[page].path:
                    self.found.pop(page, None)
                else:
                    self._keep(page, form, "not where it usually is")
                return seen
        problem = problem or NotHereError(Stop(Outcome.UNKNOWN_PAGE, page), gone=False)
        problem.strange = strange
        raise problem

    def _may_be_it(self, page: str, seen: Page) -> bool:
        """Tell whether a page with nothing of what is wanted may be the page all the same.

        Where a session begins a console may show its menus alone: one that leads to another page of site.toml
        is not blank.
        """
        if says_something(seen):
            return True
        # Menus around calls that were all turned away are what is left of a page.
        if self._turned_away():
            return False
        others = [name for name in self._toml.pages if name != page]
        return page == self._toml.signin.start and (
            any(links_named(seen, words) for name in others for words in self._words_for(name))
            or any(self._leads_to(link.attributes.get("href", ""), others) for link in seen.all("a[href]"))
        )

    def _leads_to(self, href: str, pages: Sequence[str]) -> bool:
        """Tell whether a link leads to where one of these pages stands, whatever it is called."""
        try:
            path = urlsplit(href).path
        except ValueError:
            return False
        return path.strip("/") != "" and any(self._toml.pages[name].stands_at(path) for name in pages)

    def _is_to_be_proven(self, page: str, path: str) -> bool:
        """Tell whether a page is not taken for granted at a path: this run has not found it there itself."""
        return path != self.found.get(page) or path == self._earlier.get(page)

    def _words_for(self, page: str) -> Iterator[Sequence[str]]:
        """Yield what a link to a page may be called: by this console, then by any for what is read of it.

        A page that nothing is declared of, or that nothing proves, is not looked for so widely.
        """
        spec = self._toml.pages[page]
        if spec.links:
            yield spec.links
        proves_itself = spec.answers or any(row.labels for row in self._toml.widgets_on(page))
        if page != self._toml.signin.start and page in self._toml.read_pages and proves_itself:
            yield [word for words in self._toml.phrases.get(_HEALTH, {}).values() for word in words]

    def _by_link(
        self,
        page: str,
        query: Mapping[str, str],
        host: str,
        menu: tuple[str, Page] | None,
        words: Sequence[str],
    ) -> Page | None:
        """Follow a link that names the page: of where we were, then of where a session begins."""
        start = self._toml.signin.start
        tried = set[str]()
        seen = self._follow(page, query, self._links_on(menu, words, host), tried)
        if seen is not None or page == start or (menu is not None and menu[1].name == start):
            return seen
        with suppress(NotHereError):
            url = self._address(self.found.get(start, self._toml.pages[start].path), {})
            begin = self._open_at(start, url)
            return self._follow(
                page, query, self._links_on((urljoin(url, begin.url), begin), words, host), tried
            )
        return None

    def _follow(
        self, page: str, query: Mapping[str, str], links: Sequence[str], tried: set[str]
    ) -> Page | None:
        for url in links:
            if url not in tried:
                tried.add(url)
                with suppress(NotHereError):
                    seen = self._open_at(page, with_query(url, query))
                    if not self._is_known(page, seen):
                        # In words and a layout nobody knows it is the page all the same, and read as far as
                        # it goes: what is missing is told, and an account that is stopped is heard of.
                        if not self._headed and self._is_headed(page, seen):
                            self._headed = with_query(url, query)
                        continue
                    self._keep(page, path_of(url), "by a link of the console's own")
                    return seen
        return None

    def _is_headed(self, page: str, seen: Page) -> bool:
        """Tell whether a page says something under a heading that is the name of what is looked for."""
        names = {fold(word) for word in self._toml.pages[page].links}
        headings = {fold(heading.text) for heading in seen.all(_HEADINGS)}
        return not names.isdisjoint(headings) and not self._turned_away() and says_something(seen)

    def _links_on(self, menu: tuple[str, Page] | None, words: Sequence[str], host: str) -> Sequence[str]:
        """Return the addresses of the console's own that the links named so lead to."""
        return () if menu is None else tuple(self._addresses(*menu, words, host))[:_MOST_LINKS]

    def _addresses(self, base: str, seen: Page, words: Sequence[str], host: str) -> Iterator[str]:
        for link in links_named(seen, words):
            try:
                url = urljoin(base, link.href).partition("#")[0]
                elsewhere = host and not self._policy.origin and urlsplit(url).hostname != host
            except ValueError:
                continue
            if not elsewhere and self._policy.may_open(url):
                yield url

    def _keep(self, page: str, path: str, how: str) -> None:
        self._earlier.pop(page, None)
        if self.found.get(page) != path:
            self.found[page] = path
            self.notes.append(f"{page} was found at {urlsplit(path).path}, {how}")


def says_something(page: Page) -> bool:
    """Tell whether a page says more than its menus do: a blank one is none that could be read."""
    said = "".join(body.text_without(_MENUS) for body in page.all("body"))
    return sum(_WIDE if east_asian_width(char) == "W" else 1 for char in said) >= _LEAST_TEXT


def with_query(url: str, query: Mapping[str, str]) -> str:
    """Return an address with what is asked for added to what it says itself."""
    if not query:
        return url
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in query]
    return parts._replace(query=urlencode([*pairs, *query.items()])).geturl()


def _slashed(path: str) -> str:
    """Return a path with a slash more or less at its end; its query stays."""
    plain, mark, rest = path.partition("?")
    if plain == "/":
        return path
    return (plain.rstrip("/") if plain.endswith("/") else f"{plain}/") + mark + rest


def path_of(url: str) -> str:
    """Return the path and query of a link as they are kept: without what is as good as the session."""
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not is_token(pair[0])]
    return parts.path + (f"?{urlencode(pairs)}" if pairs else "")
