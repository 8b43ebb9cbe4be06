"""C8: a code is typed at the right second, and no step of it twice, whoever used it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.errors import Stop
from checker.model import Outcome
from checker.run.account_secrets import AccountSecrets
from checker.run.job import Event, Sending, UsedStep
from checker.run.steps import last_step, remember_step
from checker.settings import Account

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HALF_MINUTE = 30


class Clock:
    """Time that goes on when somebody waits."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        """Wait."""
        self.waited.append(seconds)
        self.now += seconds


def secrets(clock: Clock, used: int | None = None, password: str = "p") -> tuple[AccountSecrets, list[Event]]:  # noqa: S107 - of nobody
    """Return an account's secrets and what they tell."""
    account = Account(marketplace="amazon", username="u", password=password, totp_secret=SEED)  # type: ignore[arg-type]
    told: list[Event] = []
    return AccountSecrets("main", account, used, told.append, clock), told


def steps(told: list[Event]) -> list[int]:
    """Return the steps that were told."""
    return [event.step for event in told if isinstance(event, UsedStep)]


@pytest.mark.parametrize(("second", "waits"), [(0, 0), (15, 0), (26, 0), (28, 2), (29, 1)])
def test_c8_a_code_about_to_end_is_not_typed(second: int, waits: int) -> None:
    """In its last seconds the next one is waited for."""
    clock = Clock(1000 * HALF_MINUTE + second)
    own, told = secrets(clock)

    assert own.code(clock.wait) is not None
    assert sum(clock.waited) == waits
    assert steps(told) == [1000 + (1 if waits else 0)]


def test_c8_a_step_used_before_is_passed_over() -> None:
    """In this run or in an earlier one: the next step's code is waited for, and told before it is typed."""
    clock = Clock(1000 * HALF_MINUTE + 5)
    own, told = secrets(clock, used=1000)

    first, second = own.code(clock.wait), own.code(clock.wait)

    assert first != second
    assert steps(told) == [1001, 1002]
    assert clock.now >= 1002 * HALF_MINUTE


def test_c8_a_clock_that_went_back_is_named() -> None:
    """Ninety seconds behind the last step used: no code, and what to do about the clock."""
    clock = Clock(1000 * HALF_MINUTE - 90)
    own, told = secrets(clock, used=1000)

    with pytest.raises(Stop, match="clock") as stop:
        own.code(clock.wait)

    assert stop.value.outcome is Outcome.SECRET_MISSING
    assert steps(told) == []


def test_the_step_outlives_the_run(tmp_path: Path) -> None:
    """It lies in a private file; one that cannot be read is as good as none."""
    remember_step(tmp_path / "sessions", "main", 1000)

    assert last_step(tmp_path / "sessions", "main") == 1000
    assert last_step(tmp_path / "sessions", "second") is None
    assert (tmp_path / "sessions" / "main.step").stat().st_mode & 0o777 == 0o600


def test_a_password_is_told_of_before_it_is_typed() -> None:
    """So that a crash in between counts as a submission; the event holds nothing of it."""
    own, told = secrets(Clock(0), password="hunter2-canary")

    assert own.password().get_secret_value() == "hunter2-canary"
    assert told[-1] == Sending()
    assert "hunter2" not in repr(told) + repr(vars(own))


def test_a_fingerprint_follows_the_secrets() -> None:
    """Those latched with are known again; any other password is another."""
    own, _ = secrets(Clock(0))
    salt, digest = own.fingerprinted()

    assert own.are_those_of(salt, digest)
    assert not secrets(Clock(0), password="other")[0].are_those_of(salt, digest)
