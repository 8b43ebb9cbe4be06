"""A person proves the reader: of each widget of a site, whether what was read is what the console shows.

The answers are kept with the layout they were given for; a page that is built otherwise asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from checker.compare.confirmed import asks, is_confirmed
from checker.compare.overlays import key_id
from checker.errors import UsageError
from checker.model import BadKeyError, Key, Known, Presence, Reading, Scope
from checker.model import Place as PlaceId
from checker.model.confirmed import Answer, Confirmation
from checker.report.confirmed import confirmed_in_all, confirmed_text
from checker.report.facts import measured, site_name
from checker.report.overview import standing_of
from checker.report.pages import Badge, Voice, full_page
from checker.report.rollup import STATUS, Standing, is_information
from checker.report.safe import printable
from checker.run.close_ups import CloseUp, CloseUps, pictures_of
from checker.run.confirming import Confirmations
from checker.serve.desk import Desk
from checker.serve.forms import who
from checker.serve.shops import account_text, address_of

__all__ = ["ConfirmPage", "SiteLine", "Widget", "answer", "badge_of", "confirm_page", "sites"]

_LONGEST_SAYS: Final = 300
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")


@dataclass(frozen=True, slots=True)
class Widget:
    """One widget: what was read, its close-up if one was kept, and what a person said of it.

    id: the name of its fields in the form. mark: which reading they are about. place: where one says where it
    really stands.
    """

    id: str
    mark: str
    name: str
    badge: Badge
    read: str
    said: str
    is_done: bool
    picture: str
    picture_text: str
    is_page: bool
    place: str
    is_unavailable: bool


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """One site with every widget that can be compared."""

    at: str
    name: str
    shop: str
    account: str
    done: str
    is_whole: bool
    widgets: tuple[Widget, ...]
    next: str


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One site as a line: how many of its widgets were confirmed."""

    address: str
    name: str
    account: str
    badge: Badge
    done: str


def sites(desk: Desk, voice: Voice, account: str = "") -> tuple[SiteLine, ...]:
    """Return every site that can be compared, of one account or of all; those not confirmed first."""
    snapshot, confirmations = desk.look(), _kept(desk)
    lines = []
    for place in snapshot.places:
        if account not in ("", place.account):
            continue
        states = _asked(snapshot.known, place.id)
        if not states:
            continue
        whole = all(is_confirmed(confirmations.get(state.key), state.last) for state in states)
        standing = Standing.OK if whole else Standing.NO_RATING
        line = SiteLine(
            f"/confirm?{urlencode({'at': str(place.id)})}",
            site_name(place, voice.words),
            account_text(desk, place.marketplace, place.account),
            voice.badge(standing, voice.words.page("confirm_whole" if whole else "confirm_open")),
            confirmed_in_all(states, confirmations, voice.words),
        )
        lines.append((whole, line))
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def confirm_page(desk: Desk, voice: Voice, text: str, account: str = "") -> ConfirmPage:
    """Return one site with its widgets; UsageError if nothing is known of it."""
    snapshot, confirmations = desk.look(), _kept(desk)
    wanted = _place(text)
    place = None if wanted is None else snapshot.by_place.get(wanted)
    states = [] if place is None else _asked(snapshot.known, place.id)
    if place is None or not states:
        raise UsageError(voice.words.page("no_shop"), hint=voice.words.page("no_shop_hint"))
    close_ups = CloseUps(desk.settings.paths.data_dir, place.account).read()
    pages = _pages_of((one for key, one in snapshot.known.items() if key.place == place.id), close_ups)
    order = [line for line in sites(desk, voice, account or place.account) if line.badge.kind != "ok"]
    here = f"/confirm?{urlencode({'at': str(place.id)})}"
    return ConfirmPage(
        str(place.id),
        site_name(place, voice.words),
        address_of(place.id),
        account_text(desk, place.marketplace, place.account),
        confirmed_in_all(states, confirmations, voice.words),
        all(is_confirmed(confirmations.get(state.key), state.last) for state in states),
        tuple(
            _widget(voice, state, confirmations.get(state.key), pictures_of(state.last, close_ups), pages)
            for state in states
        ),
        next((line.address for line in order if line.address != here), ""),
    )


def answer(desk: Desk, voice: Voice, text: str, fields: Mapping[str, str]) -> int:
    """Keep what a form says of the widgets of a site, and return of how many it says something.

    Raises:
        UsageError: It does not say who, or says something that cannot be said.
        StoreError: It could not be kept.
    """
    words = voice.words
    by = who(fields, words)
    wanted = _place(text)
    states = [] if wanted is None else _asked(desk.look().known, wanted)
    given = []
    for state in states:
        name = key_id(state.key)
        said, says = fields.get(f"is-{name}", ""), fields.get(f"says-{name}", "").strip()
        if not said:
            continue
        if said not in {*Answer} or len(says) > _LONGEST_SAYS:
            raise UsageError(words.page("refused_form"))
        if fields.get(f"mark-{name}", "") != _mark(state):
            # Read again since the page was drawn: what was looked at is not what would be confirmed.
            raise UsageError(words.page("read_since", name=words.name(state.key)))
        if said == Answer.WRONG and not says:
            raise UsageError(words.page("says_missing", name=words.name(state.key)))
        kept = says if said == Answer.WRONG else ""
        given.append(Confirmation.of(state.last, Answer(said), by, voice.now, kept))
    if given:
        Confirmations(desk.settings.paths.data_dir).add(given)
    return len(given)


def _mark(state: Known) -> str:
    return state.last.observed_at.isoformat()


def _kept(desk: Desk) -> Mapping[Key, Confirmation]:
    return Confirmations(desk.settings.paths.data_dir).read()


def _place(text: str) -> PlaceId | None:
    try:
        return PlaceId.parse(text)
    except BadKeyError:
        return None


def _asked(known: Mapping[Key, Known], place: PlaceId) -> list[Known]:
    """Return the widgets of a site a person can compare, what is said of the account first."""
    states = (state for key, state in known.items() if key.place == place and asks(state))
    return sorted(
        states,
        key=lambda state: (state.last.scope is not Scope.ACCOUNT, state.key.metric != STATUS, state.key),
    )


def _pages_of(states: Iterable[Known], close_ups: Mapping[Key, CloseUp]) -> Mapping[str, str]:
    """Return a picture of each page of a site that was photographed whole, by the page's name."""
    names = (name for state in states for name in pictures_of(state.last, close_ups))
    return {full_page(name): name for name in names if name.endswith(_PICTURES) and full_page(name)}


def _widget(
    voice: Voice,
    state: Known,
    said: Confirmation | None,
    pictures: tuple[str, ...],
    pages: Mapping[str, str],
) -> Widget:
    words, last = voice.words, state.last
    texts = (measured(last, voice.language), printable(last.native), printable(last.reason))
    done = is_confirmed(said, last)
    close = (name for name in pictures if name.endswith(_PICTURES) and not full_page(name))
    # Without a close-up, the whole page it stands on, if something else on it was photographed.
    picture = next(close, pages.get(last.origin.page, ""))
    return Widget(
        key_id(state.key),
        _mark(state),
        printable(words.name(state.key), 120),
        badge_of(voice, last),
        words.join(dict.fromkeys(text for text in texts if text)),
        confirmed_text(said, last, words),
        done,
        f"/picture?{urlencode({'name': picture}, errors='replace')}" if picture else "",
        words.say("full_page") if full_page(picture) else words.say("close_up"),
        bool(full_page(picture)),
        f"/confirm/place?{urlencode({'key': str(state.key)})}",
        state.never_readable and not state.is_accepted(voice.now),
    )


def badge_of(voice: Voice, last: Reading) -> Badge:
    """Return how a reading stands, in colour and words."""
    if last.presence is Presence.SHOWN and not is_information(last):
        return voice.badge(standing_of(last.level))
    lost = last.presence is Presence.UNREADABLE
    standing = Standing.UNKNOWN if lost else Standing.NO_RATING
    return voice.badge(standing, voice.words.word("presences", last.presence.value))
