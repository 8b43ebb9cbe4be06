"""What the guard costs: every site of a seller with 23, read with the guard and without, by turns.

    python -m tests.benchmarks.guard_overhead --rounds 5

A round signs in to the replica in a fresh profile each time and times the reading of all sites. What is
compared is the median of the pairs' differences, as pairs see the same state of a shared machine; beside
the clock stands the processor time of worker, driver and browser, which a busy machine blurs less.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser as DrivenBrowser
from playwright.sync_api import BrowserContext, Page

from checker.browser import ensure_browser
from checker.browser.launch import Launch, new_context, running_browser
from checker.console import Bounds, Guard, LiveConsole, Policy, sign_in
from checker.model import Outcome
from checker.run.visits import visit_sites
from checker.testing.login import Login
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common import Replica, serve
from flows.amazon import AmazonFlow

_PAGE, _ANSWER = 30.0, 8.0
_BUILT_FOR = (Outcome.READ, Outcome.PARTIAL, Outcome.NOT_REACHABLE)


def _login() -> Login:
    return Login(DEMO_ACCOUNT.username, DEMO_ACCOUNT.password, DEMO_ACCOUNT.totp_secret)


class _NoGuard(Guard):
    """Lets everything pass without looking; the cache is off, as it is with the guard."""

    def install(self, context: BrowserContext) -> None:
        def no_cache(page: Page) -> None:
            page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})

        context.on("page", no_cache)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of the processor, and how many requests the console heard."""

    clock: float
    processor: float
    requests: int


def _measure(
    browser: DrivenBrowser, launch: Launch, replica: Replica, guard: type[Guard], evidence: Path, pause: float
) -> Cost:
    replica.reset()
    replica.use("all-23")
    flow = AmazonFlow()
    context = new_context(browser, launch)
    try:
        standing = guard(Policy(flow.toml, replica.url))
        standing.install(context)
        console = LiveConsole(context.new_page(), flow, "main", standing, Bounds(_PAGE, _ANSWER, pause))
        sign_in(console, _login())
        sites = list(flow.sites(console))
        before, began, heard = _processor(), time.perf_counter(), len(replica.log)
        visits = visit_sites(
            flow, console, "main", sites, evidence, Path("x"), console.recorder(sites[0]).now
        )
        outcomes = {visit.outcome for visit, _ in visits}
        if not outcomes <= set(_BUILT_FOR):
            sys.stderr.write(f"not a fair round: {sorted(outcomes)}\n")
        return Cost(time.perf_counter() - began, _processor() - before, len(replica.log) - heard)
    finally:
        context.close()


def _processor() -> float:
    """Return the processor time of this process and all it started, in seconds."""
    own = psutil.Process()
    total = 0.0
    for process in (own, *own.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def _share(with_it: Sequence[float], without: Sequence[float]) -> float:
    return median(a - b for a, b in zip(with_it, without, strict=True)) / median(without)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print each round and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pause", type=float, default=0.0, help="between pages; a run's default is 1")
    chosen = parser.parse_args(arguments)
    rounds, pause = chosen.rounds, chosen.pause
    costs: dict[type[Guard], list[Cost]] = {Guard: [], _NoGuard: []}
    with serve("amazon", "all-23") as replica, tempfile.TemporaryDirectory() as scratch:
        replica.set_latency(20)
        launch = Launch(ensure_browser(None, print), (), replica.url)
        with running_browser(launch, print) as browser:
            _measure(browser, launch, replica, Guard, Path(scratch), 0.0)  # warms both up
            for number in range(rounds):
                # Whoever goes second finds a warmer machine: by turns.
                for guard in sorted(costs, key=lambda kind: kind.__name__, reverse=number % 2 == 0):
                    costs[guard].append(_measure(browser, launch, replica, guard, Path(scratch), pause))
                last = {kind.__name__.strip("_"): costs[kind][-1] for kind in costs}
                print(f"round {number + 1}: {last}", flush=True)  # noqa: T201 - what it is for
    with_it, without = costs[Guard], costs[_NoGuard]
    clock = _share([cost.clock for cost in with_it], [cost.clock for cost in without])
    processor = _share([cost.processor for cost in with_it], [cost.processor for cost in without])
    print(  # noqa: T201 - what it is for
        f"{rounds} rounds on {os.cpu_count()} cores: without {median(c.clock for c in without):.2f} s,"
        f" with {median(c.clock for c in with_it):.2f} s: {clock:+.1%} by the clock,"
        f" {processor:+.1%} of the processor"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
