"""Which documents of an answer are about the site that is read, by what they say of themselves; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from checker.flow.documents import Document
from checker.flow.payload import dig, words_in
from checker.flow.site_toml import AnswerSpec, SiteToml
from checker.model import Site

__all__ = ["Documents", "Selected", "select", "site_documents"]

Documents = Callable[[str], Sequence[Document]]
"""Returns every document that fits an answer of site.toml, by its name."""


@dataclass(frozen=True, slots=True)
class Selected:
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
    chosen = select(name, toml.answers[name], site, documents(name))
    return chosen.documents, chosen.problem


def select(name: str, spec: AnswerSpec, site: Site, found: Sequence[Document]) -> Selected:
    """Return the documents of an answer that are about a site; see `site_documents`."""
    of_kind = [doc for doc in found if all(_holds(doc.value, path, want) for path, want in spec.of.items())]
    if not of_kind:
        return Selected((), f"the {name} answer did not come")
    whole = _of_the_last_day(_last_told(of_kind, spec), spec)
    if not spec.place:
        return Selected(tuple(whole))
    places = [(doc, _place_of(doc, spec)) for doc in whole]
    wanted = _names_of(site, spec)
    here = tuple(doc for doc, place in places if place.casefold() in wanted)
    if here:
        return Selected(here)
    others = sorted({place for _, place in places if place})
    if others:
        return Selected((), f"the {name} answer is of {', '.join(others)[:60]}, not of {site.native_id}")
    if spec.place_optional:
        return Selected(tuple(whole))
    return Selected((), f"the {name} answer does not say which site it is of")


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
    """Return which site a document is of: what it says itself goes before what it was asked with.

    A console that ignores the question answers about another site than the one it was asked for.
    """
    for path in spec.place:
        name = path.removeprefix("?")
        said = words_in(dig(doc.value, name)) or (doc.query.get(name, "") if name != path else "")
        if said:
            return said
    return ""


def _names_of(site: Site, spec: AnswerSpec) -> frozenset[str]:
    """Return what an answer may call a site: its id, code, country, shop, and other declared names."""
    names = {site.native_id, site.code, site.country, site.shop, *spec.aliases.get(site.code, ())}
    return frozenset(name.casefold() for name in names if name)
