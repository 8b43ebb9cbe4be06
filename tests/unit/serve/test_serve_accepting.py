"""What was never readable on a console is accepted from the page: by whom, why, and only as it was shown."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from checker.cli.main import main
from checker.model import Exit, Key, Presence, Reading
from checker.store import open_store
from tests.unit.serve.story import HOSTILE, NOW, Seller, csrf, record, visited

OWN = "http://127.0.0.1:8765"
NEVER = Key("amazon", "main", "US", "orders.valid_tracking_rate")
BESIDE = Key("amazon", "main", "CA", "orders.valid_tracking_rate")


def never(*keys: Key) -> list[Any]:
    """Return visits in which these widgets could not be read."""
    return [
        visited("amazon", "main", key.site, Reading(key, Presence.UNREADABLE, NOW, reason="not on the page"))
        for key in keys
    ]


@pytest.fixture
def lost(seller: Seller) -> Seller:
    """Return a seller with a widget that was never readable, on two sites."""
    record(seller.settings, [(timedelta(minutes=50), never(NEVER, BESIDE))], first=7)
    return seller


def boxes(page: str) -> Sequence[str]:
    """Return the names of the boxes a form has."""
    return re.findall(r'type="checkbox" name="(is-[0-9a-f]+)"', page)


def send(visitor: TestClient, origin: str = OWN, **fields: str) -> Any:
    """Tick everything and send the form, as a browser does."""
    page = visitor.get("/coverage").text
    ticked = dict.fromkeys(boxes(page), "1")
    given = {"csrf": csrf(page), "act": "ack", "by": "Ann", "reason": "we ship nothing", "until": ""}
    return visitor.post("/coverage", data=ticked | given | fields, headers={"origin": origin})


def accepted(seller: Seller) -> set[Key]:
    """Return what is accepted in the store."""
    with open_store(seller.settings.store.url) as store:
        return {key for key, state in store.all_known().items() if state.accepted is not None}


def test_all_of_a_matter_is_accepted_as_the_command_does_it(
    lost: Seller, capsys: pytest.CaptureFixture[str]
) -> None:
    """On every site it is about; the journal says who and why; it can be taken back."""
    with lost.visitor() as visitor:
        answer = send(visitor, until="7d")
        assert answer.status_code == 303
        page = visitor.get(answer.headers["location"]).text
        assert "Accepted." in page
        assert accepted(lost) == {NEVER, BESIDE}
        with open_store(lost.settings.store.url) as store:
            done = store.acts(NEVER)[-1]
        assert (done.act, done.by, done.reason, done.until) == (
            "ack",
            "Ann",
            "we ship nothing",
            NOW + timedelta(days=7),
        )

        send(visitor, act="unack", reason="we do now")

    assert accepted(lost) == set()
    # The command line finds the same keys, in the same state.
    given = [
        "ack",
        str(NEVER),
        "--reason",
        "x",
        "--by",
        "Bo",
        "--json",
        "--config",
        str(lost.config),
    ]
    assert main(given) == Exit.OK
    assert json.loads(capsys.readouterr().out)
    assert accepted(lost) == {NEVER}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"by": " "}, "Say who you are."),
        ({"reason": ""}, "Say why."),
        ({"act": "snooze"}, "cannot be read"),
        ({"until": "ever"}, "cannot be read"),
    ],
)
def test_a_form_that_lacks_something_accepts_nothing(lost: Seller, fields: dict[str, str], said: str) -> None:
    """And comes back with what was ticked."""
    with lost.visitor() as visitor:
        answer = send(visitor, **fields)

    assert answer.status_code == 400
    assert said in answer.text
    assert 'value="1" checked' in answer.text
    assert accepted(lost) == set()


def test_what_came_to_more_meanwhile_is_looked_at_again(lost: Seller) -> None:
    """What nobody was shown is not accepted."""
    with lost.visitor() as visitor:
        page = visitor.get("/coverage").text
        more = Key("amazon", "main", "US", "orders.cancellation_rate")
        record(lost.settings, [(timedelta(minutes=40), never(NEVER, BESIDE, more))], first=8)
        fields = dict.fromkeys(boxes(page), "1") | {"csrf": csrf(page), "act": "ack", "by": "Ann"}
        answer = visitor.post(
            "/coverage", data=fields | {"reason": "x", "until": ""}, headers={"origin": OWN}
        )

    assert answer.status_code == 400
    assert "look once more" in answer.text
    assert accepted(lost) == set()


def test_nothing_ticked_accepts_nothing(lost: Seller) -> None:
    """Whoever only typed a name is told what to do."""
    with lost.visitor() as visitor:
        page = visitor.get("/coverage").text
        fields = {"csrf": csrf(page), "act": "ack", "by": "Ann", "reason": "x", "until": ""}
        answer = visitor.post("/coverage", data=fields, headers={"origin": OWN})

    assert (answer.status_code, "Tick what you accept." in answer.text) == (400, True)


def test_a_form_from_elsewhere_accepts_nothing(lost: Seller) -> None:
    """By origin and by token; a GET never changes anything."""
    with lost.visitor() as visitor:
        assert send(visitor, "https://evil.example").status_code == 403
        assert send(visitor, csrf="x").status_code == 403
        name = boxes(visitor.get("/coverage").text)[0]
        visitor.get(f"/coverage?{name}=1&act=ack&by=Eve&reason=x&until=")

    assert accepted(lost) == set()


def test_hostile_words_stay_text(lost: Seller) -> None:
    """Of the page and of whoever types."""
    with lost.visitor() as visitor:
        answer = send(visitor, by="", reason=HOSTILE)

    assert "<img src=x" not in answer.text
    assert "&lt;img src=x" in answer.text
