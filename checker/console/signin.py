"""Signing in: one loop over the states a page can be in, the same for every console.

A form is found by the chains of site.toml, which only go first, and else by what its boxes are. Each
secret is sent once. A password form that comes back without saying why is not "wrong password"; it is
a page a person must look at. Nothing is typed unless the frame that owns the box is one of the
sign-in's own, over HTTPS, the box can be seen, and its form sends nowhere else; judged again before
it is sent.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import ElementHandle, Frame, Locator
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as BrowserTimeout
from pydantic import SecretStr

from checker.console.finding import GONE
from checker.console.forms import Form, Mark
from checker.console.guard import Phase
from checker.console.live import LiveConsole, locate
from checker.console.presses import NAME, press_one
from checker.console.states import Look, Moment
from checker.errors import Stop
from checker.flow import Page
from checker.flow.site_toml import Box, State
from checker.model import Outcome

__all__ = ["Credentials", "Person", "sign_in"]

_STEPS: Final = 16
_CODES: Final = 2
_PERSON_CODES: Final = 3
_REFUSALS: Final = 4
_PRESS_MS: Final = 5_000
# A box may be drawn anew as it gets the focus, once.
_FOCUSINGS: Final = 2
# How long a form is given to show what typing a user name into it brings out.
_AFTER_TYPING: Final = 0.4


class Credentials(Protocol):
    """What signing in needs; each is fetched only when its box is there."""

    @property
    def username(self) -> str:
        """The user name; raise Stop if a secret that goes with it cannot be read."""

    def password(self) -> SecretStr:
        """Return the password; raise SecretError if its source cannot be read."""

    def code(self, wait: Callable[[float], None]) -> SecretStr | None:
        """Return a code never used before, waiting for the next one if need be; none without a seed."""


class Person(Protocol):
    """Somebody who is there while we sign in."""

    def code(self, asked: str, wait: Callable[[float], None]) -> SecretStr | None:
        """Return the code a person was sent, none if nobody answers; `wait` keeps the page alive."""

    def told(self, text: str) -> None:
        """Hear what must be done on another device, while the page waits."""

    @property
    def patience(self) -> float:
        """How many seconds the page may wait for it."""


@dataclass
class _Sent:
    """What has been sent in this run."""

    user: int = 0
    password: int = 0
    codes: int = 0
    refusals: int = 0
    opened: int = 0
    by_person: int = 0


def sign_in(console: LiveConsole, credentials: Credentials, person: Person | None = None) -> Page:
    """Sign in, or find that the session still holds; return the page arrived at, or raise Stop.

    person: who is there to answer what only a person may; nobody, in a run that nobody watches.
    """
    console.guard.phase = Phase.SIGN_IN
    console.moment = Moment(by_mail="@" in credentials.username)
    console.hushed.append(credentials.username)
    sent = _Sent()
    try:
        return _through(console, credentials, sent, person)
    except Stop as stop:
        raise console.told(stop) from None
    finally:
        console.moment = Moment()


def _through(console: LiveConsole, credentials: Credentials, sent: _Sent, person: Person | None) -> Page:
    """Answer one page after the other until the one behind the sign-in is there."""
    start = console.toml.signin.start
    console.go(start)
    elsewhere = iter((*console.toml.pages[start].all_paths[1:], "/"))
    for _ in range(_STEPS):
        state, page = console.settle()
        if page.status in GONE and state.act in ("stop", "arrived"):
            # The page where sign-in begins is somewhere else on this console: the rest of it may be there.
            path = next(elsewhere, None)
            if path is not None:
                console.go_to(start, path)
                continue
            state = _arrived_at(console, state)
        if state.act == "arrived":
            console.guard.phase = Phase.READ
            console.finder.begun_at(page)
            return page
        look = Look(page, console.toml, console.moment)
        _mark(console)
        patience = _act(console, credentials, look, state, sent, person)
        if patience:
            _until_left(console, state, patience)
    raise Stop(Outcome.ACTION_NEEDED, "sign-in goes round in circles")


def _arrived_at(console: LiveConsole, state: State) -> State:
    """Return the state of a page that is not there, behind a sign-in that is: others are found by links."""
    return next((one for one in console.toml.states if one.act == "arrived"), state)


def _act(
    console: LiveConsole,
    credentials: Credentials,
    look: Look,
    state: State,
    sent: _Sent,
    person: Person | None,
) -> float:
    """Do what a state asks for; return for how many seconds the page may stay as it is, 0 to look again."""
    match state.act:
        case "stop" if person is not None and state.person:
            return _by_person(console, look, state, sent, person)
        case "stop":
            raise Stop(state.outcome or Outcome.UNKNOWN_PAGE, _why(look, state))
        case "user":
            sent.user += 1
            _only(sent.user, 1, "the user name")
            _send(console, look, "user", SecretStr(credentials.username))
        case "password":
            sent.password += 1
            _only(sent.password, 1, "the password")
            _send(console, look, "password", credentials.password())
        case "credentials":
            sent.password += 1
            _only(sent.password, 1, "the password")
            _type_user(console, look, credentials.username)
            _send(console, look, "password", credentials.password())
        case "code":
            sent.codes += 1
            if sent.codes > _CODES:
                raise Stop(Outcome.CODE_REFUSED, f"{_CODES} codes of different times were refused")
            _send(console, look, "code", _code(console, credentials, person))
        case "press":
            sent.refusals += 1
            _only(sent.refusals, _REFUSALS, "the same offer")
            return _press(console, state, "refusal")
        case "open":
            sent.opened += 1
            _only(sent.opened, _REFUSALS, "what opens the sign-in")
            return _press(console, state, "sign_in" if look.sketch.form is None else "by_mail")
        case "wait" | "arrived":
            pass
    return console.bounds.page


def _why(look: Look, state: State) -> str:
    """Return what a stop says: what the state means, and the console's own words."""
    said = state.detail or state.name
    quoted = [look.error_in(marker.error) for marker in state.markers if marker.error and look.holds(marker)]
    return f"{said}: {quoted[0]!r}" if quoted and quoted[0] else said


def _by_person(console: LiveConsole, look: Look, state: State, sent: _Sent, person: Person) -> float:
    """Have a person answer, or act on another device while the page waits."""
    asked = state.detail or state.name
    if state.person == "wait":
        person.told(asked)
        return person.patience
    sent.by_person += 1
    typed = person.code(asked, console.wait) if sent.by_person <= _PERSON_CODES else None
    if typed is None:
        raise Stop(state.outcome or Outcome.CODE_NEEDED, asked)
    _send(console, look, "person", typed)
    return console.bounds.page


def _only(times: int, limit: int, what: str) -> None:
    if times > limit:
        raise Stop(Outcome.ACTION_NEEDED, f"the console asked for {what} again and did not say why")


def _code(console: LiveConsole, credentials: Credentials, person: Person | None) -> SecretStr:
    code = credentials.code(console.wait)
    if code is None and person is not None:
        code = person.code("the console wants the authenticator's code", console.wait)
    if code is None:
        raise Stop(Outcome.CODE_NEEDED, "the console wants an authenticator code, and no seed is configured")
    return code


# Finding the boxes...


def _send(console: LiveConsole, look: Look, what: str, secret: SecretStr) -> None:
    """Type a secret and send it, if and only if box and form are the sign-in's own."""
    fields, button = _found(console, look, what)
    if not fields:
        raise Stop(Outcome.UNKNOWN_PAGE, "the sign-in form has lost its box")
    _prove_own(console, fields[0], button)
    text = secret.get_secret_value()
    console.hushed.append(text)
    if what != "user":
        console.guard.watch_secret(secret)
    stood = frozenset({*look.sketch.errors, *look.sketch.around})
    try:
        _type_into(console, fields, text)
        if what == "user" and _brought_out_more(console):
            # The box for the password has come out beside it: both are sent together.
            return
        button = (
            button
            if button is not None and button.is_visible()
            else _found(console, _again(console), what)[1]
        )
        # A form that sends itself once the last digit is there has left.
        if what in ("code", "person") and not fields[0].is_visible():
            return
        _prove_own(console, fields[0], button)
        known = {"user": {"user"}, "password": {"user", "password"}}.get(what, set())
        console.moment = replace(console.moment, sent=console.moment.sent | known, stood=stood)
        if button is None or not _clicked(button):
            _prove_own(console, fields[0], button)
            fields[-1].press("Enter", no_wait_after=True)
    except BrowserError:
        raise Stop(Outcome.TIMEOUT, "the sign-in form could not be filled or sent") from None


def _clicked(button: Locator) -> bool:
    """Press a button; tell whether it could be pressed. Nothing was sent by one that something lies over."""
    try:
        button.click(no_wait_after=True, timeout=_PRESS_MS)
    except BrowserTimeout:
        return False
    return True


def _type_user(console: LiveConsole, look: Look, username: str) -> None:
    """Type the user name into a form that asks for the password as well; nothing is sent yet."""
    form = look.sketch.form
    fields = _declared(console, console.toml.signin.user)
    if not fields and form is not None and form.user is not None:
        fields = _resolved(console, [form.user])
    if not fields:
        raise Stop(Outcome.UNKNOWN_PAGE, "the sign-in form has lost its box for the user name")
    _prove_own(console, fields[0], None)
    try:
        _type_into(console, fields, username)
    except BrowserError:
        raise Stop(Outcome.TIMEOUT, "the sign-in form could not be filled") from None


def _found(console: LiveConsole, look: Look, what: str) -> tuple[list[Locator], Locator | None]:
    """Return the boxes for a secret and the button that sends it: as declared, or as the form is.

    No button means that nothing tells which it is: the form is sent as a person would, by the Enter key.
    """
    signin, form = console.toml.signin, look.sketch.form
    box = {"user": signin.user, "password": signin.password, "code": signin.code, "person": signin.person}[
        what
    ]
    fields = _declared(console, box)
    declared = bool(fields)
    if not fields:
        fields = _resolved(console, _marks(form, what))
    button = None
    if box is not None and declared:
        pressed = locate(console.raw, box.submit)
        button = None if pressed is None else pressed.first
    if button is None and form is not None and form.submit is not None:
        button = next(iter(_resolved(console, [form.submit])), None)
    return fields, button


def _declared(console: LiveConsole, box: Box | None) -> list[Locator]:
    found = None if box is None else locate(console.raw, box.box)
    return [] if found is None else [found.first]


def _marks(form: Form | None, what: str) -> Sequence[Mark]:
    if form is None:
        return ()
    if what in ("code", "person"):
        return form.code
    mark = form.user if what == "user" else form.password
    return () if mark is None else (mark,)


def _resolved(console: LiveConsole, marks: Sequence[Mark]) -> list[Locator]:
    """Return the elements that marks mean, all from one frame; nothing if any cannot be told for certain."""
    for frame in _frames(console):
        found = [located for mark in marks if (located := _resolve(frame, mark)) is not None]
        if marks and len(found) == len(marks):
            return found
    return []


def _resolve(frame: Frame, mark: Mark) -> Locator | None:
    try:
        found = frame.locator(mark.css).locator("visible=true")
        count = found.count()
        if count not in (mark.count, 1):
            return None
        one = found.nth(mark.place if count == mark.count else 0)
        if mark.name and " ".join(str(one.evaluate(NAME)).split()) != " ".join(mark.name.split()):
            return None
    except BrowserError:
        return None
    return one


def _frames(console: LiveConsole) -> Iterator[Frame]:
    """Yield the page's own frame, then those in it that belong to the sign-in."""
    main = console.raw.main_frame
    yield main
    yield from (frame for frame in console.raw.frames if frame != main and _may_be_typed_into(console, frame))


def _again(console: LiveConsole) -> Look:
    """Look at the page as it is after something was typed into it."""
    return Look(console.page(), console.toml, console.moment)


def _brought_out_more(console: LiveConsole) -> bool:
    """Tell whether typing the user name has brought out the box for the password."""
    console.wait(_AFTER_TYPING)
    form = _again(console).sketch.form
    return form is not None and form.kind == "credentials"


# ... typing into them...


def _type_into(console: LiveConsole, fields: Sequence[Locator], text: str) -> None:
    """Type a text into its box, or one character into each of several."""
    if len(fields) == 1:
        _type(console, fields[0], text)
        return
    for box, character in zip(fields, text, strict=False):
        _type(console, box, character)


_HAS_FOCUS: Final = "box => box.getRootNode().activeElement === box && box.ownerDocument.hasFocus()"


def _type(console: LiveConsole, box: Locator, text: str) -> None:
    # Not `fill`: when that times out, the exception holds what was to be typed.
    for _ in range(_FOCUSINGS):
        box.focus()
        console.raw.keyboard.press("ControlOrMeta+a")
        # What is typed goes to whatever has the focus then, which a page may have moved.
        if box.evaluate(_HAS_FOCUS):
            console.raw.keyboard.insert_text(text)
            return
    raise Stop(Outcome.UNSAFE_PAGE, "the sign-in box hands what is typed into it on to something else")


# ... and proving whose they are.

_BELONGS: Final = r"""
([box, button]) => {
  const get = (element, name) => Element.prototype.getAttribute.call(element, name);
  const form = box.form || (button && button.form) || null;
  const action = (button ? get(button, 'formaction') : null) ?? (form ? get(form, 'action') : null);
  const seen = box.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const size = box.getBoundingClientRect();
  return {
    target: action ? new URL(action, box.ownerDocument.baseURI).href : '',
    seen: seen && size.width > 1 && size.height > 1 && size.right > 0 && size.bottom + scrollY > 0,
  };
}
"""


def _prove_own(console: LiveConsole, field: Locator, button: Locator | None) -> None:
    """Raise Stop unless the box's own frame, and where its form sends to, belong to the sign-in.

    How a form sends (its method, its script) is not asked: the guard judges every request it makes.
    """
    try:
        box = field.element_handle(timeout=_PRESS_MS)
        frame = box.owner_frame()
        if frame is None:
            raise Stop(Outcome.UNKNOWN_PAGE, "the sign-in form went away")
        if not _may_be_typed_into(console, frame):
            parts = urlsplit(frame.url)
            raise Stop(
                Outcome.UNSAFE_PAGE,
                f"a sign-in box on {parts.scheme}://{parts.hostname or ''}, which is not the console's",
            )
        belongs: dict[str, Any] = box.evaluate(
            "(box, button) => (" + _BELONGS + ")([box, button])", _handle(button)
        )
    except BrowserError:
        raise Stop(Outcome.UNKNOWN_PAGE, "the sign-in form went away") from None
    target = str(belongs["target"])
    if (
        target
        and not target.casefold().startswith("javascript:")
        and not console.guard.policy.is_sign_in_origin(target)
    ):
        parts = urlsplit(target)
        raise Stop(
            Outcome.UNSAFE_PAGE,
            f"the sign-in form sends to {parts.scheme}://{parts.hostname or ''}{parts.path}",
        )
    if not belongs["seen"]:
        raise Stop(Outcome.UNSAFE_PAGE, "the sign-in box cannot be seen by a person")


def _handle(button: Locator | None) -> ElementHandle | None:
    return None if button is None else button.element_handle(timeout=_PRESS_MS)


def _may_be_typed_into(console: LiveConsole, frame: Frame) -> bool:
    """Tell whether a frame's document comes from an origin of the sign-in, safely."""
    while frame.url.startswith("about:") and frame.parent_frame is not None:
        # Written by the page around it, whose origin it has.
        frame = frame.parent_frame
    return console.guard.policy.is_sign_in_origin(frame.url)


def _press(console: LiveConsole, state: State, words: str) -> float:
    """Press the button meant, or else refuse what lies over the page; return as `_act` does."""
    if press_one(_frames(console), state.press, words, console.toml, any_of=state.act == "open"):
        return console.bounds.page
    # What lies over the page may hide the button, or have one of the same name in it.
    if console.refuse_overlays():
        return 0.0
    raise Stop(Outcome.ACTION_NEEDED, f"{state.name}: there is not exactly one button that may be pressed")


_MARK: Final = "() => { window.__checkerActedOn = true; }"
_STILL_MARKED: Final = "() => window.__checkerActedOn === true"


def _mark(console: LiveConsole) -> None:
    """Mark the document about to be acted on, so that its successor can be told from it."""
    with contextlib.suppress(BrowserError):
        console.raw.evaluate(_MARK)


def _until_left(console: LiveConsole, state: State, seconds: float) -> None:
    """Wait until the page that was acted on has changed: another document, or another state.

    Silence after a secret was sent says nothing about the secret; it is a timeout, and not asked again.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        console.wait(0.1)
        console.arrive()
        try:
            if not console.raw.evaluate(_STILL_MARKED):
                return
        except BrowserError:
            return
        now, page = console.settle()
        if now.name != state.name or Look(page, console.toml, console.moment).is_refused:
            return
    if state.outcome is not None:
        raise Stop(state.outcome, f"{state.detail or state.name}; nobody answered in time")
    if state.act != "wait":
        raise Stop(Outcome.TIMEOUT, f"nothing came after the page {state.name!r} was answered")
