"""What the scenarios that come with the replica kit must come to on any console: said once.

    EXPECTED = {**common(HEALTHY, stopped), "healthy": HEALTHY, "red": Expect({"MY": RED}), ...}

What a marketplace has its own answer to is laid over it. `ABOUT_SIGNING_IN` names those that are, so that all
others can be played in one `Profile`; `OF_THE_KIT` those in which no word is the console's own;
`PLAYED_ELSEWHERE` what no contract plays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from checker.console import Bounds
from checker.model import Outcome
from checker.testing.expect import Expect

__all__ = ["ABOUT_SIGNING_IN", "OF_THE_KIT", "PATIENCE", "PLAYED_ELSEWHERE", "common", "refused"]

PLAYED_ELSEWHERE: Final[Mapping[str, str]] = {
    "session-short": "moves the clock",
    "frozen": "needs a worker that can be killed",
    "flood": "as on every console: the snapshot's own bound",
}

_SIGNED_IN: Final = ("no-otp", "otp", "otp-refused-once", "otp-replay", "offer", "session-saved")
_UNHARMED: Final = (
    "invisible-captcha",
    "slow",
    "popup",
    "alert",
    "download",
    "beforeunload",
    "cookie-banner",
    "tour-overlay",
)
_REFUSED: Final = {
    "otp-refused-always": Outcome.CODE_REFUSED,
    "otp-by-sms": Outcome.CODE_NEEDED,
    "approval": Outcome.APPROVAL_NEEDED,
    "captcha": Outcome.CAPTCHA,
    "wrong-password": Outcome.CREDENTIALS_REFUSED,
    "locked": Outcome.LOCKED,
    "password-expired": Outcome.PASSWORD_EXPIRED,
    "terms": Outcome.ACTION_NEEDED,
}
_UNASKED: Final = {
    "captcha-before": Outcome.CAPTCHA,
    "form-elsewhere": Outcome.UNSAFE_PAGE,
    "http-503-everywhere": Outcome.SITE_DOWN,
    "maintenance": Outcome.SITE_DOWN,
}
_STOPPED: Final = {
    "login-200": Outcome.SESSION_EXPIRED,
    "step-up": Outcome.STEP_UP,
    "blocked-403": Outcome.BLOCKED,
    "http-500": Outcome.SITE_DOWN,
    "redirect-off-host": Outcome.UNREACHABLE,
    "endless-redirect": Outcome.UNREACHABLE,
}
_WAITED_FOR: Final = {
    "connection-reset": Outcome.UNREACHABLE,
    "blank-200": Outcome.UNKNOWN_PAGE,
    "never-loads": Outcome.TIMEOUT,
}
PATIENCE: Final = Bounds(page=4.0, answer=1.0, pause=0.0, steady=0.3)
"""How long is waited for what never comes: each of these scenarios costs that much."""

ABOUT_SIGNING_IN: Final = frozenset(
    {
        *_SIGNED_IN,
        *_REFUSED,
        *_UNASKED,
        "refused-in-other-words",
        "unknown-user",
        "login-200",
        "step-up",
        "session-expired-midway",
    }
)
"""What needs a profile that nobody has signed in to, or ends the session it is played in."""


OF_THE_KIT: Final = frozenset(
    {*ABOUT_SIGNING_IN, *_UNHARMED, *_STOPPED, *_WAITED_FOR, "http-429"} - {"session-expired-midway"}
)
"""What is the same page, fault or form of the same kit on every console."""


def refused(outcome: Outcome, passwords: int = 1) -> Expect:
    """Return what a sign-in that is refused must come to."""
    return Expect(ended=outcome, passwords=passwords)


def common(
    healthy: Expect, stopped: Callable[[Outcome], Expect], *, one_form: bool = True
) -> dict[str, Expect]:
    """Return what the kit's scenarios must come to, by name.

    healthy: what those come to in which nothing is wrong with the shop, whatever gets in the way.
    stopped: what a visit comes to that ends so at its health page. one_form: whether user name and
    password are asked for together, so that the password is sent before the console says it knows nobody.
    """
    return {
        **dict.fromkeys((*_SIGNED_IN, *_UNHARMED), healthy),
        **{name: refused(outcome) for name, outcome in _REFUSED.items()},
        **{name: refused(outcome, 0) for name, outcome in _UNASKED.items()},
        **{name: stopped(outcome) for name, outcome in _STOPPED.items()},
        **{name: replace(stopped(outcome), bounds=PATIENCE) for name, outcome in _WAITED_FOR.items()},
        "unknown-user": refused(Outcome.UNKNOWN_USER, int(one_form)),
    }
