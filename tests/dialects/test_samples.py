"""Each public sample, sent by a page under a path of a seed's choosing, one wrapper deeper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from checker.errors import Stop
from checker.model import Reading
from checker.testing import name_of
from fixtures.common import Replica
from fixtures.common.dialect import Dialect
from tests.dialects.consoles import IN_CI, SAMPLES_READ, Stage, stage
from tests.dialects.served import SERVED, Served

PARTS = frozenset({"calls", "answers"})


def seeds() -> Iterator[int]:
    """Yield seeds that put something around their answers, each another thing."""
    seen: set[str] = set()
    for seed in range(1, 200):
        dialect = Dialect(seed, parts=PARTS)
        wrapper = dialect.told()["wrapper"]
        if wrapper not in {"none", *seen} and dialect.answers == "documented":
            seen.add(wrapper)
            yield seed


SEEDS = list(seeds())


def read(running: Stage, served: Served, seed: int, parts: frozenset[str] = PARTS) -> dict[str, Reading]:
    """Return what is read of a sample where the page draws nothing: only the answer says anything."""
    replica = running.replica
    assert isinstance(replica, Replica)
    replica.answer_with(served.answer, served.body())
    replica.speak(seed, parts=parts)
    try:
        # A console whose sites cannot be listed is not read, and nothing wrong is said of it.
        with suppress(Stop), running.driver.session("healthy") as session:
            for widget in {*replica.widgets} - {"header-store"}:
                replica.mutate(widget, "delete", ("pages",))
            visit = session.visit(served.place)
            return {name_of(reading.key): reading for reading in visit.readings}
        return {}
    finally:
        replica.speak(0)
        replica.mend()
        replica.answer_with(served.answer, None)


@pytest.mark.parametrize("served", SERVED, ids=str)
def test_a_sample_is_read_at_the_address_the_replica_has(
    served: Served, shared_browser: Browser, tmp_path: Path
) -> None:
    """What is demanded of a sample in any dialect holds where nothing is in the way."""
    with stage(served.console, shared_browser, tmp_path, IN_CI) as running:
        assert served.misread(read(running, served, 0)) == []


@pytest.mark.parametrize("served", SERVED, ids=str)
def test_a_sample_is_read_wherever_a_page_got_it(
    served: Served, shared_browser: Browser, tmp_path: Path
) -> None:
    """Under another path and inside another wrapper it is never read as something else, and mostly read."""
    seed = SEEDS[SERVED.index(served) % len(SEEDS)]
    with stage(served.console, shared_browser, tmp_path, IN_CI) as running:
        readings = read(running, served, seed)
    said = f"seed {seed}, wrapper {Dialect(seed).told()['wrapper']}"

    assert served.wrong(readings) == [], said
    assert not (served.misread(readings) and SAMPLES_READ), f"{said}: {served.misread(readings)}"


def test_every_wrapper_is_played() -> None:
    """Between them the samples meet each way to put something around an answer."""
    wrappers = {Dialect(seed).told()["wrapper"] for seed in SEEDS}

    assert {"list", "by-id", "text", "xssi", "deep", "response.payload"} <= wrappers


@pytest.mark.parametrize("served", SERVED, ids=str)
def test_a_sample_is_sent_whole(served: Served) -> None:
    """What stands in for an answer is the sample, and nothing of ours."""
    body = served.body()

    assert json.loads(json.dumps(body)) == body
    assert served.says
