"""How many at once, and when a marketplace is left alone for the rest of a run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.model import Outcome, Site, Visit
from checker.run.job import Ended, Event, Job, Said, Sending, SignedIn
from checker.run.pool import Circuit, Pool, workers_borne
from checker.run.supervisor import AccountRun
from checker.settings import load
from checker.store import open_store
from tests.unit.compare.seen import START

GIB = 1 << 30


@pytest.mark.parametrize(
    ("wanted", "cores", "free", "count"),
    [
        (1, 8, 16 * GIB, 1),
        (4, 2, 16 * GIB, 2),
        (4, 8, GIB, 1),
        (4, 8, 2 * GIB, 3),
        (4, 8, 0, 1),
        (3, 8, 8 * GIB, 3),
    ],
)
def test_settings_cores_and_memory_bound_the_pool(wanted: int, cores: int, free: int, count: int) -> None:
    """The smallest of the three counts, and one always goes."""
    assert workers_borne(wanted, cores, free) == count


def _came(outcome: Outcome, *visits: Outcome, latched: bool = False) -> AccountRun:
    site = Site("US", "US", "United States")
    seen = [Visit("amazon", "a", site, one) for one in visits]
    return AccountRun("a", visits=seen, ended=Ended(outcome=outcome, latched=latched))


@pytest.mark.parametrize(
    ("runs", "opened"),
    [
        ([_came(Outcome.TIMEOUT)] * 2, None),
        ([_came(Outcome.TIMEOUT)] * 3, Outcome.TIMEOUT),
        ([_came(Outcome.TIMEOUT), _came(Outcome.READ)] * 3, Outcome.TIMEOUT),
        ([_came(Outcome.TIMEOUT)] * 2 + [_came(Outcome.CAPTCHA)], None),
        ([_came(Outcome.READ)] * 5, None),
        ([_came(Outcome.CAPTCHA), _came(Outcome.SKIPPED)] * 3, Outcome.CAPTCHA),
        ([_came(Outcome.READ, Outcome.READ, Outcome.CAPTCHA)] * 3, Outcome.CAPTCHA),
        ([_came(Outcome.READ, Outcome.READ, Outcome.TIMEOUT)] * 3, None),
        ([_came(Outcome.CREDENTIALS_REFUSED, latched=True)] * 3, None),
        ([AccountRun("a")] * 3, None),
    ],
)
def test_three_equal_failures_open_the_circuit(runs: list[AccountRun], opened: Outcome | None) -> None:
    """Two do not, nor three different ones, nor one site's own; one that was not tried says nothing."""
    circuit = Circuit()
    for came in runs:
        circuit.note("amazon", came)

    stopped = circuit.stops("amazon")
    assert (stopped is None) is (opened is None)
    if stopped is not None:
        assert stopped.outcome is Outcome.SKIPPED
        assert stopped.detail == f"3 accounts ended in {opened}: no more of amazon tried"
    assert circuit.stops("ebay") is None


class _Two:
    """Two workers: `slow` holds one of them, whoever comes next takes the other."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, first_says: tuple[Event, ...]
    ) -> None:
        self.begun: list[str] = []
        self._first_says = first_says
        self._others_done, self._slow_began = threading.Event(), threading.Event()
        monkeypatch.setattr("checker.run.pool.run_account", self._run)
        monkeypatch.setattr("checker.run.pool.workers_borne", lambda *_: 2)
        marketplaces = {
            "slow": "amazon",
            "b": "amazon",
            "c": "amazon",
            "d": "amazon",
            "e": "amazon",
            "x": "ebay",
        }
        file = tmp_path / "checker.toml"
        file.write_text(
            f'[paths]\ndata_dir = "{tmp_path}"\n[limits]\nworkers = 2\npause_seconds = 0\n'
            + "".join(
                f'[accounts.{alias}]\nmarketplace = "{name}"\nusername = "u"\npassword_command = ["true"]\n'
                for alias, name in marketplaces.items()
            )
        )
        settings = load(file, {})
        with open_store(f"sqlite:///{tmp_path}/checker.db") as store:
            pool = Pool(settings, store, START, lambda *_: None, lambda: False)
            jobs = [_job(alias, tmp_path) for alias in marketplaces]
            self.came = {run.alias: run.ended for run in pool.visit(jobs)}

    def _run(
        self,
        job: Job,
        _seconds: float,
        on_event: Callable[[Event], None],
        *_: object,
        called_off: Callable[[], Ended | None],
        **__: object,
    ) -> AccountRun:
        self.begun.append(job.alias)
        if job.alias == "slow":
            self._slow_began.set()
        assert self._slow_began.wait(60)
        if job.alias == "x":
            self._others_done.set()
        if job.alias != "slow":
            return AccountRun(job.alias, ended=Ended(outcome=Outcome.SITE_DOWN))
        for event in self._first_says:
            on_event(event)
        assert self._others_done.wait(60)
        return AccountRun("slow", ended=called_off() or Ended(outcome=Outcome.READ))


def _job(alias: str, folder: Path) -> Job:
    return Job(run_id="r", alias=alias, config=None, browser=folder, headless_only=True, evidence=folder)


def test_an_open_circuit_stops_who_has_begun_and_who_has_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With two at once: the one not begun is not begun, the one that sent nothing yet is called off."""
    two = _Two(monkeypatch, tmp_path, first_says=(Said(text="opening"),))

    assert sorted(two.begun) == ["b", "c", "d", "slow", "x"]
    for alias in ("slow", "e"):
        ended = two.came[alias]
        assert ended is not None
        assert (ended.outcome, ended.detail) == (
            Outcome.SKIPPED, "3 accounts ended in site_down: no more of amazon tried"
        )  # fmt: skip


@pytest.mark.parametrize("said", [Sending(), SignedIn()])
def test_one_that_sent_its_secret_or_is_in_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: Event
) -> None:
    """To end it then would leave a password unanswered, or throw away what it reads."""
    two = _Two(monkeypatch, tmp_path, first_says=(said,))

    assert two.came["slow"] == Ended(outcome=Outcome.READ)
    assert two.came["e"] is not None
    assert two.came["e"].outcome is Outcome.SKIPPED
