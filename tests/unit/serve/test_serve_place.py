"""Where a wrongly read widget stands: only from a page of ours, only of what was shown, and said in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from checker.model import Key
from checker.run.confirming import Confirmations
from tests.unit.serve.story import HOSTILE, ITEM, LOST, RATE, STATUS, Seller, csrf

OWN = "http://127.0.0.1:8765"


def address(key: Key, what: str = "place") -> str:
    """Return where a widget's place, or its case, is asked for."""
    return f"/confirm/{what}?{urlencode({'key': str(key)})}"


def point(visitor: TestClient, key: Key, origin: str = OWN, **fields: str) -> Any:
    """Send a form of the page, as a browser does."""
    page = visitor.get(address(key)).text
    mark = page.partition('name="mark" value="')[2].partition('"')[0]
    given = {"csrf": csrf(page), "mark": mark, "step": "propose", "says": "5.5%"}
    return visitor.post(address(key), data=given | fields, headers={"origin": origin})


def kept(seller: Seller) -> list[Path]:
    """Return the rules and cases there are."""
    return [path for name in ("overrides", "data/cases") for path in (seller.home / name).rglob("*")]


def test_the_page_shows_the_sealed_picture_in_its_own_size(seller: Seller, visitor: TestClient) -> None:
    """So that a point on it is a point of the page; where none was kept, one types."""
    text = visitor.get(address(STATUS)).text

    # The story's readings name no page, so that none of its pictures is known to be theirs.
    assert "No picture of this page was kept" in text
    assert 'name="says"' in text
    assert kept(seller) == []


def test_a_visit_that_is_kept_no_more_is_said(seller: Seller, visitor: TestClient) -> None:
    """By the program that looks for it; nothing is written."""
    answer = point(visitor, RATE)

    assert answer.status_code == 200
    assert "is not kept any more" in answer.text
    assert kept(seller) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"says": " "}, "Point at the place"),
        ({"says": "x" * 301}, "cannot be read"),
        ({"level": "fine"}, "cannot be read"),
        ({"mark": "2020-01-01T00:00:00+00:00"}, "was read again"),
        ({"step": "keep", "by": " "}, "Say who you are."),
        ({"step": "keep", "by": "Ann", "digest": "0"}, "not what this page showed"),
        ({"step": "keep", "by": "Ann", "digest": ""}, "not what this page showed"),
    ],
)
def test_what_cannot_be_done_is_not_done(
    seller: Seller, visitor: TestClient, fields: dict[str, str], said: str
) -> None:
    """And the page comes back with why."""
    answer = point(visitor, RATE, **fields)

    assert answer.status_code == 400
    assert said in answer.text
    assert kept(seller) == []
    assert Confirmations(seller.data).read() == {}


@pytest.mark.parametrize("what", ["place", "case"])
def test_a_form_from_elsewhere_does_nothing(seller: Seller, visitor: TestClient, what: str) -> None:
    """By origin and by token; nor does a GET with everything in its address."""
    token = csrf(visitor.get(address(RATE)).text)
    fields = {"csrf": token, "step": "keep", "by": "Eve", "says": "x", "digest": "x"}

    evil = {"origin": "https://evil.example"}
    assert visitor.post(address(RATE, what), data=fields, headers=evil).status_code == 403
    wrong = fields | {"csrf": "x"}
    assert visitor.post(address(RATE, what), data=wrong, headers={"origin": OWN}).status_code == 403
    visitor.get(f"{address(RATE, what)}&{urlencode(fields)}")
    assert kept(seller) == []


def test_a_case_of_a_visit_that_is_kept_no_more_is_none(seller: Seller, visitor: TestClient) -> None:
    """It says so."""
    fields = {"csrf": csrf(visitor.get(address(RATE)).text)}

    answer = visitor.post(address(RATE, "case"), data=fields, headers={"origin": OWN})

    assert (answer.status_code, "not kept any more" in answer.text) == (400, True)
    assert kept(seller) == []


@pytest.mark.parametrize("key", ["", "x", "../../etc/passwd", "amazon/main/US/nothing", str(ITEM)])
def test_what_cannot_be_compared_has_no_page(visitor: TestClient, key: str) -> None:
    """Neither what nobody knows nor a single item of a list."""
    assert visitor.get(f"/confirm/place?{urlencode({'key': key})}").status_code == 404


def test_hostile_words_stay_text(visitor: TestClient) -> None:
    """Of the page, and of whoever types."""
    answer = point(visitor, LOST, says=HOSTILE, level="fine")

    assert "<img src=x" not in answer.text
    assert "&lt;img src=x" in answer.text
