"""What no declared row can say of a reputation page: a drawing, a medal, what is hidden; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, Final

from checker.flow import Document, Element, Page, Recorder, SiteToml, dig
from checker.model import Claim, Kind, Level, Origin, Rank, Says, Scope, Unit
from checker.model.words import fold_word

__all__ = [
    "in_words",
    "medal_claims",
    "permission_claims",
    "protection_claims",
    "thermometer_claims",
    "unrated_claims",
]

_LONGEST: Final = 20_000
_LONGEST_MEDAL: Final = 60
_FRAME: Final = ("header", "nav", "footer", "aside")
# Not to be safe, which whoever shows the text sees to: what a person never reads is no reason.
_UNREAD: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_HIDES: Final = ("real_", "protect")


def thermometer_claims(
    recorder: Recorder, page: Page, toml: SiteToml, claims: Sequence[Claim]
) -> Iterator[Claim]:
    """Claim what each thermometer says: five coloured segments, of which the opaque one is the level.

    Args:
        recorder: Writes the claims of the page.
        page: The page as it was seen.
        toml: The flow's data.
        claims: What the answers said; where they say nothing of the level, a thermometer must.
    """
    colours = {colour.casefold(): code for colour, code in toml.data["colours"].items()}
    key = recorder.key("account.level")
    origin = Origin("reputation", "the page", "thermometer", 1)
    said = any(claim.key == key for claim in claims)
    for drawing in page.all("svg"):
        segments = [part for part in drawing.inside("*") if _fill(part) in colours]
        if sorted(map(_fill, segments)) != sorted(colours):
            continue
        lit = [colours[_fill(segment)] for segment in segments if _is_lit(segment)]
        if len(lit) == len(segments):
            # A legend: of a thermometer at most one is lit.
            continue
        said = True
        if not lit:
            yield recorder.absent(
                key, Says.NOT_RATED, scope=Scope.ACCOUNT, rank=Rank.ATTRIBUTE, origin=origin
            )
        for code in lit:
            level = toml.codes["level"].get(code)
            yield recorder.word(key, code, level, scope=Scope.ACCOUNT, rank=Rank.ATTRIBUTE, origin=origin)
    if not said:
        why = "neither in an answer nor on the page"
        yield recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)


def _fill(part: Element) -> str:
    return part.attributes.get("fill", "").strip().casefold()


def _is_lit(segment: Element) -> bool:
    # A segment that does not say how opaque it is, is as opaque as a drawing's parts are: wholly.
    try:
        return Decimal(segment.attributes.get("fill-opacity", "1").strip()) == 1
    except InvalidOperation:
        return False


def medal_claims(recorder: Recorder, page: Page, toml: SiteToml) -> Iterator[Claim]:
    """Claim the medal that stands on the page by itself: it has no label."""
    badges = {fold_word(text): code for text, code in toml.data["badges"].items()}
    outline = page.outline
    said = (
        (part, badges.get(fold_word(outline.lines(part))))
        for part in outline.parts
        if not part.chrome and outline.is_short(part, _LONGEST_MEDAL)
    )
    # In what frames every page it is the name of the programme.
    own = (code for part, code in said if code and not any(o.tag in _FRAME for o in outline.around(part)))
    for code in dict.fromkeys(own):
        origin = Origin("reputation", "the page", "medal", 1)
        key = recorder.key("account.badge")
        yield recorder.word(key, code, toml.codes["badge"].get(code), rank=Rank.WORD, origin=origin)


def permission_claims(recorder: Recorder, documents: Sequence[Document]) -> Iterator[Claim]:
    """Claim what a status leaves out: only one that says of both whether they are allowed can be fine."""
    for doc in documents:
        for what in ("list", "sell"):
            if not isinstance(dig(doc.value, f"status.{what}.allow"), bool):
                origin = Origin("reputation", "the account answer", f"status.{what}.allow")
                key, why = recorder.key("account.status"), f"nothing says whether it may {what}"
                yield recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)


def protection_claims(recorder: Recorder, documents: Sequence[Document], toml: SiteToml) -> Iterator[Claim]:
    """Claim what stands where no real level does: the platform sends one only while it protects a seller.

    The user's own answer says by that that nothing is hidden. What is left of a real level elsewhere, the end
    of the protection above all, contradicts that.
    """
    key = recorder.key("account.level", "protected")
    said = False
    for doc in documents:
        reputation = dig(doc.value, "seller_reputation")
        origin = Origin("reputation", f"the {doc.name} answer", "seller_reputation")
        held = {name: value for name, value in reputation.items() if value is not None}
        if "real_level" in held:
            said = True
        elif hidden := [name for name in held if any(hint in name for hint in _HIDES)]:
            said = True
            why = f"{hidden[0][:40]} is there and no real level"
            yield recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)
        elif "logistic_type" in doc.value and "user_id" in doc.value:
            # That the list says it, too, is not documented.
            continue
        elif held.get("level_id") in toml.codes["level"]:
            said = True
            yield recorder.shown(key, Level.OK, scope=Scope.ACCOUNT, native="not protected", origin=origin)
        elif "level_id" in reputation and "level_id" not in held:
            said = True
            yield recorder.absent(key, Says.NOT_RATED, scope=Scope.ACCOUNT, origin=origin)
    if not said and not recorder.site.shop:
        why = "no answer says whether a protection hides the level"
        origin = Origin("reputation", "the user answer", "seller_reputation.real_level")
        yield recorder.unreadable(key, why, scope=Scope.ACCOUNT, origin=origin)


def unrated_claims(recorder: Recorder, toml: SiteToml, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Claim that no rate is rated where every source of the level says that the seller has none yet."""
    level = recorder.key("account.level")
    if {claim.says for claim in claims if claim.key == level} != {Says.NOT_RATED}:
        return
    required = (row for row in toml.metrics if row.required and row.unit is Unit.FRACTION)
    for row in required:
        origin = Origin("reputation", "the level", "not rated")
        key = recorder.key(row.metric, row.variant)
        yield recorder.absent(key, Says.NOT_RATED, kind=Kind.RATE, origin=origin)


def in_words(doc: Document) -> Document:
    """Return a list of infractions with the words of its HTML; any other document as it is."""
    rows = dig(doc.value, "infractions")
    if not isinstance(rows, list):
        return doc
    told = [
        {name: _text(value) if name in ("reason", "remedy") else value for name, value in row.items()}
        if isinstance(row, dict)
        else row
        for row in rows
    ]
    return replace(doc, value={**doc.value, "infractions": told})


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return Page("infraction", "", HTTPStatus.OK, _UNREAD.sub(" ", value[:_LONGEST])).text
