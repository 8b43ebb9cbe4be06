"""What site.toml says of the states of a page, of signing in, and of what lies over a page, as data."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from checker.flow.specs import Css, compiles, selects
from checker.model import Outcome

__all__ = ["Box", "Chain", "Marker", "Overlay", "ReadPost", "Rule", "SignIn", "State"]

_ORIGIN: Final = r"^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One way to find an element; `text` narrows `css` or `testid` to elements that hold it."""

    css: str = ""
    testid: str = ""
    role: str = ""
    name: str = ""
    label: str = ""
    text: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"css": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [way for way in (self.css, self.testid, self.role, self.label) if way]
        if len(ways) != 1:
            raise ValueError("a rule has exactly one of css, testid, role, label")
        return self

    def __str__(self) -> str:
        """Return the rule as people write it."""
        if self.role:
            return f"role={self.role}[{self.name}]"
        if self.label:
            return f"label={self.label}"
        base = self.css or f"testid={self.testid}"
        return f"{base}[{self.text}]" if self.text else base


Chain = Annotated[tuple[Rule, ...], Field(min_length=1)]


class Marker(_Strict):
    """A sign that a page is in some state; everything stated must hold.

    url: a regular expression searched in the path and query; text: words on the page, any case;
    visible: whether the element `css` finds must be one a person can see.
    words: a table of `[phrases]`, one of which stands on the page; with `form`, near that form.
    within: where `text` and `words` are looked for instead: in what this selector finds.
    says: a selector for what must be seen and have text that can be read: an empty alert says nothing.
    error: a table of `[phrases]`, one of which is shown as an error on a sign-in page; `*` for any words
    that were not there before something was sent.
    form: what a sign-in form on the page asks for, `phone` for a telephone number where the user name is an
    e-mail address, or `door` for what leads to one.
    button: a table of `[phrases]`, one of which is the whole name of a button that can be seen.
    sent: what must have been sent in this sign-in. signin: whether it must be a page of the sign-in.
    most: how many characters the page's text has at most: a notice of one line is no console page.
    content: the page was answered with success and has something on it, and no box for a password.
    """

    css: str = ""
    url: str = ""
    text: str = ""
    title: str = ""
    status: int | None = None
    visible: bool = True
    words: str = ""
    within: str = ""
    says: str = ""
    error: str = ""
    form: Literal["", "credentials", "user", "password", "code", "new password", "phone", "door"] = ""
    button: str = ""
    sent: Literal["", "user", "password"] = ""
    signin: bool = False
    most: int | None = None
    content: bool = False

    _url = field_validator("url")(compiles)

    @field_validator("css", "within", "says")
    @classmethod
    def _css(cls, value: str) -> str:
        return selects(value) if value else value

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"css": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _something(self) -> Self:
        of_the_page = (self.css, self.url, self.text, self.title, self.status, self.words, self.says)
        if not any((*of_the_page, self.error, self.form, self.button, self.content)):
            raise ValueError("a marker states nothing")
        if self.within and not (self.text or self.words):
            raise ValueError("`within` says where `text` or `words` are looked for")
        return self

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of `[phrases]` it names."""
        return tuple(name for name in (self.words, self.error, self.button) if name and name != "*")


class State(_Strict):
    """A state a page can be in, and what to do about it. The first state whose marker holds wins.

    act: `stop` ends the visit with `outcome`; `user`, `password`, `code` type that secret and submit;
    `credentials` types user name and password into one form;
    `press` presses the first rule of `press` found, or else what is named a refusal in any language; `open`
    presses what the sign-in form stands behind, or else what is named a sign-in, beside a form one by e-mail;
    `arrived` is the end of sign-in; `wait` looks again.
    steady: for how many seconds the page must have been in this state, unchanged, before it is believed.
    person: what a person who is there can do about a `stop` without a window: `code` types a code into
    `signin.person`, `wait` means to act on another device while the page waits.
    """

    name: str
    markers: Annotated[tuple[Marker, ...], Field(min_length=1)]
    unless: tuple[Marker, ...] = ()
    act: Literal["stop", "user", "password", "credentials", "code", "press", "open", "arrived", "wait"]
    outcome: Outcome | None = None
    press: tuple[Rule, ...] = ()
    person: Literal["", "code", "wait"] = ""
    detail: str = ""
    steady: float = 0.0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.act == "stop") != (self.outcome is not None):
            raise ValueError(f"state {self.name}: `outcome` belongs to act = 'stop', and only there")
        if self.press and self.act not in ("press", "open"):
            raise ValueError(f"state {self.name}: `press` belongs to act = 'press' or 'open', and only there")
        if self.person and self.act != "stop":
            raise ValueError(f"state {self.name}: `person` belongs to act = 'stop', and only there")
        return self


class Box(_Strict):
    """A box a secret is typed into, and the button that sends it."""

    box: Chain
    submit: Chain


class SignIn(_Strict):
    """How sign-in begins, its boxes, and where its secrets may go.

    origins: the only origins a secret may be typed at and sent to, `https://` and a host; the start host
    where none is named. posts: paths its forms are known to post to, which need not be all.
    The boxes are shortcuts: where none of a chain is there, a form is known by what it is.
    errors: where the console is known to show what went wrong, besides what every page calls an error.
    person, person_posts: the box for a code that was sent to a person, and where its form and the pages
    that wait for a person may post to; never used in a run that nobody watches.
    """

    start: str
    user: Box | None = None
    password: Box | None = None
    code: Box | None = None
    person: Box | None = None
    origins: tuple[Annotated[str, StringConstraints(pattern=_ORIGIN)], ...] = ()
    posts: tuple[str, ...] = ()
    person_posts: tuple[str, ...] = ()
    errors: tuple[Css, ...] = ()

    @field_validator("posts", "person_posts")
    @classmethod
    def _patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(compiles(pattern) for pattern in value)


class ReadPost(_Strict):
    """A POST the console itself makes in order to read; everything else is blocked.

    content: the type of what it sends, nothing where any will do; operation: the one GraphQL query it asks.
    """

    path: str
    operation: str = ""
    content: str = "application/json"

    _path = field_validator("path")(compiles)


class Overlay(_Strict):
    """Something that lies over the page, and the button in it that refuses it.

    words: tables of `[phrases]`, one of which is the whole name of that button, where no rule finds it.
    about: tables of `[phrases]`, of one of which it must speak.
    """

    name: str
    css: Css
    refuse: tuple[Rule, ...] = ()
    words: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return {"name": value.get("css"), **value} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _can_be_refused(self) -> Self:
        if not (self.refuse or self.words):
            raise ValueError(f"overlay {self.name}: `refuse` or `words` say how it is refused")
        return self
