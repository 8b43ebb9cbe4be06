"""A worker that ends well, badly, late or not at all is an outcome, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path

import psutil
import pytest

from checker.model import Outcome, Site, Visit
from checker.model.wire import dump_site, dump_visit
from checker.run.job import Ended, Event, Job, Said, SitesListed, UsedStep, Visited
from checker.run.supervisor import AccountRun, run_account

_SITE = Site("MY", "MY", "Malaysia")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Return a job nobody needs a browser for."""
    return Job(
        run_id="r1",
        alias="main",
        config=None,
        browser=Path("/nowhere/chromium"),
        headless_only=True,
        evidence=tmp_path,
    )


def _worker(body: str) -> tuple[str, ...]:
    """Return a worker that runs `body` with `job`, the text of its job, and `tell` for a line."""
    head = (
        "import os, sys, time, signal\n"
        "job = sys.stdin.readline().strip()\n"
        "out = os.fdopen(int(sys.argv[1]), 'w')\n"
        "def tell(text):\n    out.write(text + '\\n')\n    out.flush()\n"
    )
    return (sys.executable, "-c", head + body)


def _tell(*events: Event) -> str:
    return "".join(f"tell({event.model_dump_json()!r})\n" for event in events)


def _run(job: Job, body: str, seconds: float = 30.0) -> tuple[AccountRun, list[Event]]:
    heard: list[Event] = []
    return run_account(job, seconds, heard.append, command=_worker(body)), heard


def test_what_a_worker_tells_arrives(job: Job) -> None:
    """Sites, visits and its last word, each heard as it came."""
    visit = Visit("shop", "main", _SITE, Outcome.READ)
    events = (
        Said(text="x", done=1, total=2),
        SitesListed(sites=(dump_site(_SITE),)),
        UsedStep(step=7),
        Visited(visit=dump_visit(visit)),
        Ended(outcome=Outcome.READ, pictures_missed=2),
    )

    run, heard = _run(job, _tell(*events))

    assert heard == list(events)
    assert (run.sites, run.visits, run.ended) == ([_SITE], [visit], events[-1])


def test_a_worker_gets_its_job_and_nothing_else(job: Job, tmp_path: Path) -> None:
    """The job is on its input; its arguments and its environment hold none of it."""
    seen = tmp_path / "seen.json"
    body = f"import json\njson.dump([job, sys.argv[1:]], open({str(seen)!r}, 'w'))\n"

    _run(job, body + _tell(Ended(outcome=Outcome.READ)))
    text, arguments = json.loads(seen.read_text("utf-8"))

    assert Job.model_validate_json(text) == job
    assert [argument.isdigit() for argument in arguments] == [True]


@pytest.mark.parametrize(
    "body",
    [
        "sys.exit(3)\n",
        "os._exit(0)\n",
        "os.kill(os.getpid(), signal.SIGKILL)\n",
        "tell('not json')\n",
        'tell(\'{"type": "visit", "visit": "{}"}\')\n',
        'tell(\'{"type": "unheard of"}\')\n',
        'out.write(\'{"type": "ended"\'); out.flush()\n',
        "raise RuntimeError('boom')\n",
    ],
)
def test_a_worker_that_breaks_is_an_outcome(job: Job, body: str) -> None:
    """However it dies, the account's part of the run ended as crashed, with a word on how."""
    run, _ = _run(job, body)

    assert run.ended is not None
    assert run.ended.outcome is Outcome.CRASHED
    assert run.ended.detail


def test_what_ended_after_its_parent_is_no_zombie_of_ours(job: Job) -> None:
    """A browser's helper that outlived the browser became our child, and ended by itself: nothing is left."""
    body = (
        "if (browser := os.fork()) == 0:\n"
        "    os.setsid()\n"
        "    if (helper := os.fork()) == 0:\n"
        "        os._exit(0)\n"
        "    os.waitid(os.P_PID, helper, os.WEXITED | os.WNOWAIT)\n"
        "    os._exit(0)\n"
        "os.waitpid(browser, 0)\n"
    )
    before = {child.pid for child in psutil.Process().children()}

    _run(job, body + _tell(Ended(outcome=Outcome.READ)))

    assert {child.pid for child in psutil.Process().children()} <= before


def test_what_was_told_before_a_death_is_kept(job: Job) -> None:
    """A visit that arrived is a visit, whatever happened afterwards."""
    visit = Visit("shop", "main", _SITE, Outcome.READ)

    run, _ = _run(job, _tell(Visited(visit=dump_visit(visit))) + "os._exit(9)\n")

    assert run.visits == [visit]
    assert run.ended is not None
    assert run.ended.outcome is Outcome.CRASHED
    assert "code 9" in run.ended.detail


def test_the_last_word_is_the_last(job: Job) -> None:
    """Nothing after it may make a failed run a good one."""
    bad, good = Ended(outcome=Outcome.LOCKED), Ended(outcome=Outcome.READ)

    run, heard = _run(job, _tell(bad, good))

    assert (run.ended, heard) == (bad, [bad])


def test_a_worker_whose_time_is_up_is_ended(job: Job, tmp_path: Path) -> None:
    """It is asked to go, goes, and the outcome is a timeout; its children go with it."""
    pid = tmp_path / "pid"
    body = (
        "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n" + _tell(Said(text="x")) + "time.sleep(600)\n"
    )

    run, _ = _run(job, body, seconds=1.5)

    assert run.ended is not None
    assert run.ended.outcome is Outcome.TIMEOUT
    assert not _alive(int(pid.read_text("ascii")))


def _alive(pid: int) -> bool:
    """Tell whether a process goes on living: one that is being killed may take a moment to be gone."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        return not select.select([process], [], [], 20.0)[0]
    finally:
        os.close(process)


def test_an_interrupted_run_stops_its_worker(job: Job) -> None:
    """What the person stopped is told as stopped."""
    heard: list[Event] = []
    body = _tell(Said(text="x")) + "time.sleep(600)\n"

    run = run_account(job, 60, heard.append, lambda: bool(heard), _worker(body))

    assert run.ended == Ended(outcome=Outcome.STOPPED, detail="the run was interrupted")


def test_an_account_that_is_called_off_ends_as_it_is_told(job: Job) -> None:
    """It alone: the run goes on, and what it had told is kept."""
    heard: list[Event] = []
    why = Ended(outcome=Outcome.SKIPPED, detail="three accounts ended in captcha")
    body = _tell(Said(text="x")) + "time.sleep(600)\n"

    run = run_account(job, 60, heard.append, command=_worker(body), called_off=lambda: why if heard else None)

    assert (run.ended, heard) == (why, [Said(text="x")])


def test_one_that_ended_by_itself_is_not_called_off(job: Job) -> None:
    """Its own last word stands."""
    ended = Ended(outcome=Outcome.READ)
    heard: list[Event] = []

    run = run_account(
        job,
        60,
        heard.append,
        command=_worker(_tell(ended)),
        called_off=lambda: Ended(outcome=Outcome.SKIPPED) if heard else None,
    )

    assert run.ended == ended


def test_what_a_flow_prints_stays_out_of_the_document(job: Job, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output is for documents."""
    _run(job, "print('noise', flush=True)\nos.write(1, b'noise')\n" + _tell(Ended(outcome=Outcome.READ)))

    assert capfd.readouterr().out == ""


def test_no_descriptor_is_left_open(job: Job) -> None:
    """After an account nothing of it stays with the supervisor."""
    before = set(Path("/proc/self/fd").iterdir())

    _run(job, _tell(Ended(outcome=Outcome.READ)))

    assert len(set(Path("/proc/self/fd").iterdir())) == len(before)
