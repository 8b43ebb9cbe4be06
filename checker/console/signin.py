"""Signing in: one loop over the page states a site.toml declares, the same for every console.

Each secret is sent once. A password form that comes back without saying why is not "wrong
password"; it is a page a person must look at. Nothing is typed unless the box belongs to the
console's own page and its form sends to a listed address.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Locator
from pydantic import SecretStr

from checker.console.guard import Phase, is_loopback
from checker.console.live import LiveConsole, locate
from checker.errors import Stop
from checker.flow import Page
from checker.flow.site_toml import Box, State
from checker.model import Outcome

__all__ = ["Credentials", "Person", "sign_in"]

_STEPS: Final = 16
_CODES: Final = 2
_PERSON_CODES: Final = 3


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
    sent = _Sent()
    console.go(console.toml.signin.start)
    for _ in range(_STEPS):
        state, page = console.settle()
        if state.act == "arrived":
            console.guard.phase = Phase.READ
            return page
        _mark(console)
        patience = _act(console, credentials, state, sent, person)
        _until_left(console, state, patience)
    raise Stop(Outcome.ACTION_NEEDED, "sign-in goes round in circles")


def _act(
    console: LiveConsole, credentials: Credentials, state: State, sent: _Sent, person: Person | None
) -> float:
    """Do what a state asks for; return how many seconds the page may take to change."""
    match state.act:
        case "stop" if person is not None and state.person:
            return _by_person(console, state, sent, person)
        case "stop":
            raise Stop(state.outcome or Outcome.UNKNOWN_PAGE, state.detail or state.name)
        case "user":
            sent.user += 1
            _only(sent.user, 1, "the user name")
            _submit(console, console.toml.signin.user, SecretStr(credentials.username))
        case "password":
            sent.password += 1
            _only(sent.password, 1, "the password")
            _submit(console, console.toml.signin.password, _watched(console, credentials.password()))
        case "credentials":
            sent.password += 1
            _only(sent.password, 1, "the password")
            _type_user(console, credentials.username)
            _submit(console, console.toml.signin.password, _watched(console, credentials.password()))
        case "code":
            sent.codes += 1
            if sent.codes > _CODES:
                raise Stop(Outcome.CODE_REFUSED, f"{_CODES} codes of different times were refused")
            _submit(console, _code_box(console), _watched(console, _code(console, credentials, person)))
        case "press":
            sent.refusals += 1
            _only(sent.refusals, 4, "the same offer")
            _press(console, state)
        case "open":
            sent.opened += 1
            _only(sent.opened, 4, "what opens the sign-in")
            _press(console, state)
        case "wait" | "arrived":
            pass
    return console.bounds.page


def _by_person(console: LiveConsole, state: State, sent: _Sent, person: Person) -> float:
    """Have a person answer, or act on another device while the page waits."""
    asked = state.detail or state.name
    if state.person == "wait":
        person.told(asked)
        return person.patience
    sent.by_person += 1
    box = console.toml.signin.person
    typed = person.code(asked, console.wait) if box is not None and sent.by_person <= _PERSON_CODES else None
    if box is None or typed is None:
        raise Stop(state.outcome or Outcome.CODE_NEEDED, asked)
    _submit(console, box, _watched(console, typed))
    return console.bounds.page


def _only(times: int, limit: int, what: str) -> None:
    if times > limit:
        raise Stop(Outcome.ACTION_NEEDED, f"the console asked for {what} again and did not say why")


def _code_box(console: LiveConsole) -> Box:
    box = console.toml.signin.code
    if box is None:
        raise Stop(Outcome.CODE_NEEDED, "the console wants a code, and the flow knows no box for one")
    return box


def _code(console: LiveConsole, credentials: Credentials, person: Person | None) -> SecretStr:
    code = credentials.code(console.wait)
    if code is None and person is not None:
        code = person.code("the console wants the authenticator's code", console.wait)
    if code is None:
        raise Stop(Outcome.CODE_NEEDED, "the console wants an authenticator code, and no seed is configured")
    return code


def _watched(console: LiveConsole, secret: SecretStr) -> SecretStr:
    """Have the guard look for a secret before it is typed; a user name is none."""
    console.guard.watch_secret(secret)
    return secret


def _submit(console: LiveConsole, box: Box, secret: SecretStr) -> None:
    """Type a secret and send it, if and only if the form is the console's own."""
    field = locate(console.raw, box.box)
    button = locate(console.raw, box.submit)
    if field is None or button is None:
        raise Stop(Outcome.UNKNOWN_PAGE, "the sign-in form has lost its box or its button")
    _prove_own(console, field.first, button.first)
    try:
        _type(console, field.first, secret.get_secret_value())
        _prove_own(console, field.first, button.first)
        button.first.click(no_wait_after=True)
    except BrowserError:
        raise Stop(Outcome.TIMEOUT, "the sign-in form could not be filled or sent") from None


def _type_user(console: LiveConsole, username: str) -> None:
    """Type the user name into a form that asks for the password as well; nothing is sent yet."""
    signin = console.toml.signin
    field, button = locate(console.raw, signin.user.box), locate(console.raw, signin.password.submit)
    if field is None or button is None:
        raise Stop(Outcome.UNKNOWN_PAGE, "the sign-in form has lost its box for the user name, or its button")
    _prove_own(console, field.first, button.first)
    try:
        _type(console, field.first, username)
    except BrowserError:
        raise Stop(Outcome.TIMEOUT, "the sign-in form could not be filled") from None


def _type(console: LiveConsole, field: Locator, text: str) -> None:
    field.focus()
    # Not `fill`: when that times out, the exception holds what was to be typed.
    console.raw.keyboard.press("ControlOrMeta+a")
    console.raw.keyboard.insert_text(text)


_BUTTON_ACTION: Final = "(button, form) => button.getAttribute('formaction') ?? form"
_BUTTON_METHOD: Final = "(button, form) => button.hasAttribute('formmethod') ? button.formMethod : form"


def _prove_own(console: LiveConsole, field: Locator, button: Locator) -> None:
    """Raise Stop unless the page, its frame and the form's target are the console's own."""
    policy = console.guard.policy
    url = console.raw.url
    scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
    if not policy.is_sign_in_origin(url) or (scheme != "https" and not is_loopback(host)):
        raise Stop(Outcome.UNSAFE_PAGE, f"a sign-in box on {scheme}://{host}, which is not the console's")
    try:
        action = field.evaluate("box => box.form ? box.form.getAttribute('action') || '' : null")
        method = field.evaluate("box => box.form ? box.form.method : ''")
        # A button may name another address and another way than its form.
        action = button.evaluate("(b, action) => b.getAttribute('formaction') ?? action", action)
        method = button.evaluate(
            "(b, method) => b.hasAttribute('formmethod') ? b.formMethod : method", method
        )
    except BrowserError:
        raise Stop(Outcome.UNKNOWN_PAGE, "the sign-in form went away") from None
    if action is None:
        return
    target = urljoin(url, action)
    if method != "post" or not policy.may_post_secret(target):
        host = urlsplit(target).hostname or ""
        raise Stop(
            Outcome.UNSAFE_PAGE, f"the sign-in form sends by {method} to {host}{urlsplit(target).path}"
        )


def _press(console: LiveConsole, state: State) -> None:
    found = locate(console.raw, state.press)
    if found is None:
        raise Stop(Outcome.ACTION_NEEDED, f"{state.name}: its button was not found")
    try:
        found.first.click(no_wait_after=True)
    except BrowserError:
        raise Stop(Outcome.TIMEOUT, f"{state.name}: its button could not be pressed") from None


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
        try:
            if not console.raw.evaluate(_STILL_MARKED):
                return
        except BrowserError:
            return
        now, _ = console.settle()
        if now.name != state.name:
            return
        console.wait(0.1)
    if state.act != "wait":
        raise Stop(Outcome.TIMEOUT, f"nothing came after the page {state.name!r} was answered")
