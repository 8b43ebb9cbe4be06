"""What site.toml says of pages and answers: where a page may be, and what an answer is known by."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    field_validator,
    model_validator,
)
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from checker.flow.documents import Shape

__all__ = ["AnswerSpec", "Css", "PageSpec", "UrlPath", "compiles", "selects"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def compiles(pattern: str) -> str:
    """Refuse a pattern that is no regular expression."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


def selects(css: str) -> str:
    """Refuse a selector that no snapshot could be searched with, before a page is opened for it."""
    try:
        LexborHTMLParser("").css(css)
    except SelectolaxError:
        raise ValueError(f"not a CSS selector: {css!r}") from None
    return css


Css = Annotated[str, AfterValidator(selects)]
UrlPath = Annotated[str, StringConstraints(pattern=r"^/([^/\s]\S*)?$")]


class PageSpec(_Strict):
    """A page the flow may open.

    path, paths: where it is, the first that opens counts; a trailing slash more or less is tried as well.
    links: words of links and menus that lead to it, in the console's languages, for where no path opens.
    optional: whether a console may lack it: then it is "not offered here", and nothing is incomplete.
    lands: a regular expression for the whole path it redirects to, where that is another one.
    ready: what the page has once it is drawn; busy: what it has until then, besides the common spinners.
    ready_text: words any one of which stands on the page once it is drawn.
    answers: answers the page fetches by itself and that are waited for.
    covered: whether what it shows and no rule reads is told; not of a page that shows all sites at once.
    shows_place: whether it shows one of several sites, so that its words count only where it shows ours.
    """

    path: UrlPath
    shows_place: bool = False
    covered: bool = True
    paths: tuple[UrlPath, ...] = ()
    links: tuple[str, ...] = ()
    optional: bool = False
    lands: str = ""
    ready: tuple[Css, ...] = ()
    ready_text: tuple[str, ...] = ()
    busy: tuple[Css, ...] = ()
    answers: tuple[str, ...] = ()

    _lands = field_validator("lands")(compiles)

    @model_validator(mode="before")
    @classmethod
    def _first_path(cls, value: Any) -> Any:
        if isinstance(value, dict) and "path" not in value and value.get("paths"):
            return value | {"path": value["paths"][0]}
        return value

    @property
    def all_paths(self) -> tuple[str, ...]:
        """Every path it may have, the first one first."""
        return tuple(dict.fromkeys((self.path, *self.paths)))

    def stands_at(self, path: str) -> bool:
        """Tell whether a path is one of this page's own, or the one it redirects to."""
        own = {known.rstrip("/") for known in self.all_paths}
        return path.rstrip("/") in own or (self.lands != "" and re.fullmatch(self.lands, path) is not None)


class AnswerSpec(_Strict):
    """A JSON answer of the console, known by what it holds or by its address.

    shape: the fields that must be there in one object, see `checker.flow.documents`; near: words one of which
    must name that object, where answers are built alike.
    path: a regular expression for the whole path of the call: without a shape what the answer is known by,
    with one a hint that goes first. method: of that call.
    of: paths within a document of it, and what stands there; `a|b` is either.
    place: paths of what says which site it is about; `?name` is a parameter of its address.
    place_optional: a document that does not say it is believed, for the page proves the site otherwise.
    aliases: other names that the answer has for a site, by its code.
    latest: the path of the day a document is of: of several days the last one counts.
    ask: allows a GET of our own when the page does not fetch it.
    imported: it is a document given by hand, which no page fetches.
    labels: the answer is a label file, `{key: words}`, to learn the console's own words from.
    """

    path: str = ""
    shape: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    of: dict[str, str] = {}
    place: tuple[str, ...] = ()
    place_optional: bool = False
    aliases: dict[str, tuple[str, ...]] = {}
    latest: str = ""
    method: Literal["GET", "POST"] = "GET"
    query: str = ""
    headers: dict[str, str] = {}
    ask: UrlPath | None = None
    labels: bool = False
    imported: bool = False

    _path = field_validator("path")(compiles)

    @model_validator(mode="after")
    def _is_known_by_something(self) -> Self:
        if not (self.path or self.shape):
            raise ValueError("an answer has a path or a shape")
        if self.near and not self.shape:
            raise ValueError("`near` belongs to a shape")
        _ = self.form
        return self

    @cached_property
    def form(self) -> Shape | None:
        """Its shape, ready to be held against what comes; none where it is known by its path alone."""
        return Shape.of(self.shape, self.near) if self.shape else None

    def stands_at(self, method: str, path: str) -> bool:
        """Tell whether a call is this answer's by its address, a trailing slash more or less."""
        if not self.path or method != self.method:
            return False
        forms = (path, path.rstrip("/") or "/", path.rstrip("/") + "/")
        return any(re.fullmatch(self.path, form) for form in forms)
