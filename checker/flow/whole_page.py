"""What a page shows and no rule read, as claims, so that nothing is fine because a phrase is not there; pure.

An alert that nobody understands makes the account status of the site unknown; something red that stands as
a status makes it a disputed red; all else that no rule claimed is listed once. That a page was read to its
end is a claim too: what it named in earlier runs and does not name now is no longer there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from checker.flow.account_codes import account_codes
from checker.flow.coverage import Alert, alerts, red_statuses, unclaimed
from checker.flow.documents import Heard
from checker.flow.limits import breaks_its_own_limit
from checker.flow.page import Page
from checker.flow.page_words import fold
from checker.flow.recorder import Fields, Recorder, adding
from checker.flow.shown_place import misplaced
from checker.flow.site_toml import SiteToml
from checker.model import Claim, Level, Origin, Rank, Says, Scope

__all__ = ["NOT_UNDERSTOOD", "UNREAD", "account_code_claims", "whole_page_claims"]

NOT_UNDERSTOOD: Final = "coverage.not_understood"
"""The metric that tells what a health page shows and no rule reads."""

UNREAD: Final = "what no rule reads"
"""The source of every claim about what a page shows and no rule reads."""

_LONGEST: Final = 300
_FEWEST: Final = 12


def whole_page_claims(
    recorder: Recorder, toml: SiteToml, page: Page, claims: Sequence[Claim]
) -> Iterator[Claim]:
    """Claim what a page shows besides what was claimed of it.

    Args:
        recorder: Writes the claims of the page.
        toml: The flow's data.
        page: The page as it was seen last.
        claims: Everything that was claimed on this site so far.

    Yields:
        A claim on the account status for each alert and each red status that no rule read, one that lists
        what else was not understood, and one that says the page was read to its end.
    """
    language = recorder.language or "en"
    labels, said = _claimed(toml, page, claims)
    known = labels | said
    printed = {claim.native for claim in claims if claim.value is not None and _is_printed(claim, page)}
    yield from _of_alerts(recorder, toml, page, claims, language)
    if elsewhere := misplaced(page, toml, recorder.site, language, must_show=False):
        # What stands on it is another site's; an alert may be of the whole account.
        fields = _on_status(page, "another site", "")
        yield recorder.unreadable(recorder.key(toml.flow.status), elsewhere, **fields)
        return
    for red in red_statuses(page, known, language, locale=recorder.numbers):
        # A number that a rule has read is judged by that rule, whatever colour it has.
        if _is_read(red.text, known) or (red.why != "word" and any(one in red.text for one in printed)):
            continue
        fields = _on_status(page, f"{red.why}: {red.word}", red.selector)
        why = f"nothing declared reads it: {red.text}"[:_LONGEST]
        yield recorder.shown(
            recorder.key(toml.flow.status),
            Level.CRITICAL,
            **adding(fields, doubtful=True, native=red.text[:_LONGEST], reason=why),
        )
    yield from _not_understood(recorder, toml, page, labels, said, language)
    if page.ready:
        whole = Origin(page.name, "the page", "read to its end")
        key = recorder.key("coverage.read", page.name)
        yield recorder.absent(key, Says.NONE, scope=Scope.LIST, covers=f"page:{page.name}", origin=whole)


def account_code_claims(
    recorder: Recorder, toml: SiteToml, page: Page, claims: Sequence[Claim], heard: Sequence[Heard]
) -> Iterator[Claim]:
    """Claim what a page's answers say of the account's standing in fields that no rule reads.

    Args:
        recorder: Writes the claims of the page.
        toml: The flow's data.
        page: The page as it was seen last.
        claims: Everything that was claimed on this site so far.
        heard: All the JSON the page was given.

    Yields:
        A claim on the account status for each: red where the field is of the account as a whole and of this
        site, a word that nobody knows where that is not sure.
    """
    said = {fold(claim.native) for claim in claims if claim.scope is not Scope.ITEM}
    others = {other for row in toml.sites for other in (row.code, row.native_id, row.country) if other}
    for code in account_codes(heard, recorder.site, others, recorder.language or "en"):
        # What a rule has read is judged by that rule.
        if fold(code.native) in said:
            continue
        key = recorder.key(toml.flow.status)
        fields = _on_status(page, f"answer: {code.path}", "")
        if code.is_red:
            why = f"nothing declared reads {code.path}, which an answer of the page holds"[:_LONGEST]
            stated = adding(fields, doubtful=True, native=code.native[:_LONGEST], reason=why)
            yield recorder.shown(key, Level.CRITICAL, **stated)
        else:
            yield recorder.word(key, f"{code.path}: {code.native}"[:_LONGEST], None, **fields)


def _is_read(text: str, known: set[str]) -> bool:
    """Tell whether a text holds nothing but what rules have read: a label with its status word, say."""
    left = fold(text)
    for said in sorted(map(fold, known), key=len, reverse=True):
        left = left.replace(said, " ")
    return not any(character.isalpha() for character in left)


def _is_printed(claim: Claim, page: Page) -> bool:
    """Tell whether a claim's own words are a number as a page of this name prints it."""
    return claim.origin.page == page.name and any(character.isdigit() for character in claim.native)


def _on_status(page: Page, rule: str, selector: str) -> Fields:
    return {
        "scope": Scope.ACCOUNT,
        "rank": Rank.OTHER,
        "origin": Origin(page.name, UNREAD, rule[:_LONGEST], 9, selector),
    }


def _claimed(toml: SiteToml, page: Page, claims: Sequence[Claim]) -> tuple[set[str], set[str]]:
    """Return the texts that rules have read: those that name a number, and values, words and codes."""
    own = [claim for claim in claims if claim.says is not Says.UNREADABLE]
    said = {claim.native for claim in own} | {claim.native.replace("_", " ") for claim in own}
    labels = {text for claim in own for _, text in claim.details} | {claim.key.variant for claim in own}
    # A label is one on every page: a list of categories is no list of reds.
    labels |= {word for name in toml.pages for word in toml.words_on(name)}
    # What a page is called: "My penalties" says nothing of any.
    said |= set(toml.pages[page.name].links) if page.name in toml.pages else set()
    return labels - {""}, said - {""}


def _of_alerts(
    recorder: Recorder, toml: SiteToml, page: Page, claims: Sequence[Claim], language: str
) -> Iterator[Claim]:
    read = [(fold(claim.native), claim) for claim in claims if len(claim.native) >= _fewest(claim.native)]
    harmless = [fold(words) for words in toml.harmless]
    for alert in alerts(page, language):
        text = fold(alert.text)
        if alert.harmless or not text or any(words in text for words in harmless):
            continue
        if speaking := [claim for said, claim in read if said in text or text in said]:
            yield from _due_beside(
                recorder, alert, [claim for claim in speaking if claim.level.is_open], claims
            )
            continue
        key = recorder.key(toml.flow.status)
        fields = _on_status(page, "alert", alert.selector)
        levels = (toml.level_in_text("banner", words, language) for words in (alert.heading, alert.text))
        # Words of this console's own say how bad it is; none makes an alert harmless.
        level = next((level for level in levels if level is not None and level.is_open), None)
        if level is not None:
            origin = Origin(page.name, "the page's banner", "words.banner", 0, alert.selector)
            declared = adding(fields, rank=Rank.WORD, origin=origin)
            yield recorder.word(key, alert.text[:_LONGEST], level, **declared)
        elif alert.red:
            why = f"nothing declared reads this alert: {alert.text}"[:_LONGEST]
            stated = adding(fields, doubtful=True, native=alert.text[:_LONGEST], reason=why)
            yield recorder.shown(key, Level.CRITICAL, **stated)
        else:
            yield recorder.word(key, alert.text[:_LONGEST], None, **fields)


def _due_beside(
    recorder: Recorder, alert: Alert, speaking: Sequence[Claim], claims: Sequence[Claim]
) -> Iterator[Claim]:
    """Claim the day that an alert names on another line than the one by which a rule knew it."""
    timed = {claim.key for claim in claims if claim.deadline is not None}
    due = recorder.due_day((alert.text,))
    reds = {claim.key: claim for claim in speaking if claim.level.is_open and claim.key not in timed}
    for claim in reds.values() if due is not None else ():
        origin = replace(claim.origin, rule=f"{claim.origin.rule}: its day"[:_LONGEST])
        stated: Fields = {"scope": claim.scope, "rank": Rank.OTHER, "origin": origin, "deadline": due}
        yield recorder.shown(claim.key, **stated)


def _fewest(text: str) -> int:
    """Return how long a text must be to tell an alert from another: a sign of some scripts is a word."""
    return _FEWEST if text.isascii() else _FEWEST // 2


def _not_understood(
    recorder: Recorder, toml: SiteToml, page: Page, labels: set[str], said: set[str], language: str
) -> Iterator[Claim]:
    """Claim what the page shows that no rule reads, with its texts; only a limit of its own judges it.

    It has no number: a page of one name may be seen several times, each time with another list on it.
    """
    left = unclaimed(page, labels, language, said=said, locale=recorder.numbers)
    if not left:
        return
    locale = recorder.numbers or recorder.site.locale
    for one in left:
        # Of what it is a rate nobody knows; that it is not as it should be the page says itself.
        if one.kind == "percentage" and breaks_its_own_limit(one.text, locale):
            fields = _on_status(page, "a limit that is not met", one.selector)
            yield recorder.word(recorder.key(toml.flow.status), one.text[:_LONGEST], None, **fields)
    yield recorder.shown(
        recorder.key(NOT_UNDERSTOOD, page.name),
        rank=Rank.WORD,
        details=tuple((f"{one.kind} {number}", one.text[:_LONGEST]) for number, one in enumerate(left, 1)),
        origin=Origin(page.name, UNREAD, "cards, rows and pills", 9, left[0].selector),
    )
