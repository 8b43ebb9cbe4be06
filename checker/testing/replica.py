"""What the contract asks of a replica; `fixtures.common.Replica` is one, a stranger's may be another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, Literal, Protocol

__all__ = ["GROUP", "HOWS", "How", "LoginSeen", "ReplicaHandle", "ReplicaOffer", "RequestSeen", "Where"]

GROUP: Final = "checker.replicas"
"""The entry-point group of replicas: a name for each marketplace, which leads to a `ReplicaOffer`."""

How = Literal["delete", "rename", "blank", "double", "contradict"]
"""What a mutation does to a widget."""

Where = Literal["pages", "answers"]
"""Where it does it: in the document, in the JSON the page fetches."""

HOWS: Final[tuple[How, ...]] = ("delete", "rename", "blank", "double", "contradict")


class RequestSeen(Protocol):
    """One request as the replica saw it."""

    @property
    def method(self) -> str:
        """The HTTP method."""

    @property
    def host(self) -> str:
        """The host and port the browser believed to speak to."""

    @property
    def path(self) -> str:
        """The path, without the query."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers by lower-case name; `user-agent` must be among them."""

    @property
    def posted_password(self) -> bool:
        """Whether a password was in it."""


class ReplicaHandle(Protocol):
    """A console that answers at `url`, plays scenarios, and remembers what was asked of it.

    state: whatever the console remembers. Where it has a list `forbidden`, that list names in words
    what no reader may do (an appeal sent, an "acknowledge" pressed), and must stay empty.
    """

    @property
    def url(self) -> str:
        """The address every host of the flow is sent to, e.g. `http://127.0.0.1:8123`."""

    @property
    def log(self) -> Iterable[RequestSeen]:
        """Every request since the last reset, in order."""

    @property
    def state(self) -> Any:
        """What the console remembers; see above."""

    @property
    def widgets(self) -> tuple[str, ...]:
        """The widgets `mutate` knows."""

    def use(self, scenario: str) -> None:
        """Play another scenario."""

    def reset(self) -> None:
        """Forget sessions, attempts, mutations and the log."""

    def mutate(self, widget: str, how: How, where: tuple[Where, ...] = ...) -> None:
        """Break one widget from now on."""

    def mend(self) -> None:
        """Undo every mutation."""

    def set_latency(self, milliseconds: int | None) -> None:
        """Answer after this long whatever the scenario says; none goes back to it."""


class LoginSeen(Protocol):
    """The one login a replica lets in; `totp_secret` is empty where it has no authenticator."""

    @property
    def username(self) -> str:
        """The user name."""

    @property
    def password(self) -> str:
        """The password, made up like the rest."""

    @property
    def totp_secret(self) -> str:
        """The authenticator's seed."""


class ReplicaOffer(Protocol):
    """What an entry point of `checker.replicas` leads to; `fixtures.common` makes one of every replica."""

    @property
    def account(self) -> LoginSeen:
        """The login it lets in."""

    def scenarios(self) -> Mapping[str, str]:
        """Return the scenarios it plays, each with one sentence on what it is about."""

    def serve(self) -> AbstractContextManager[ReplicaHandle]:
        """Run it while a block runs."""
