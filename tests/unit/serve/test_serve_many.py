"""With many accounts a page asks for what it shows: what is in order elsewhere is counted, not read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from checker.model import Key, Level
from checker.model.wire import load_reading
from checker.report.lists import short_id
from checker.serve.desk import Desk
from checker.store import Store
from tests.unit.serve.story import RATE, STATUS, Seller, record, shown, visited

PAGES = (
    "/",
    "/findings",
    f"/finding/{short_id(STATUS)}",
    f"/history?key={RATE}",
    "/shop?at=amazon/main/US",
    "/deadlines",
    "/coverage",
    "/confirm",
    "/confirm?at=amazon/main/US",
)


def _many(seller: Seller, accounts: int, first: int = 10) -> None:
    """Have so many accounts read in which all is well, each with thirty widgets."""
    fine = visited("amazon", "main", "US")
    visits = [
        replace(
            fine,
            account=f"calm{number}",
            readings=tuple(
                shown(Key("amazon", f"calm{number}", "US", f"policy.m{n}"), Level.OK) for n in range(30)
            ),
        )
        for number in range(accounts)
    ]
    record(seller.settings, [(timedelta(minutes=10), visits)], first=first)


@contextmanager
def _counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Give what is asked of the store meanwhile: every statement, and a mark for every record parsed."""
    asked: list[str] = []
    load, opened = load_reading, Desk._opened

    def loading(text: str) -> object:
        asked.append("record")
        return load(text)

    def opening(desk: Desk) -> Store:
        store = opened(desk)
        if not event.contains(store.engine, "before_cursor_execute", note):
            event.listen(store.engine, "before_cursor_execute", note)
        return store

    def note(_c: object, _k: object, _text: str, *_: object) -> None:
        asked.append("statement")

    with monkeypatch.context() as patched:
        patched.setattr("checker.store.recall.load_reading", loading)
        patched.setattr(Desk, "_opened", opening)
        yield asked


@pytest.mark.parametrize("page", PAGES)
def test_a_page_reads_no_more_beside_many_accounts(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """As many statements and records for sixty accounts in order as for ten, from its first load."""
    costs = []
    for accounts in (10, 60):
        _many(seller, accounts, first=accounts)
        with seller.visitor() as visitor, _counted(monkeypatch) as asked:
            assert visitor.get(page).status_code == 200
        costs.append((asked.count("statement"), asked.count("record")))

    assert costs[0] == costs[1]
    assert costs[0][0] > 0


def test_the_overview_counts_what_it_does_not_read(seller: Seller) -> None:
    """The site of each calm account is green, with all its widgets."""
    _many(seller, 3)

    with seller.visitor() as visitor:
        page = visitor.get("/?account=calm1").text

    assert "30/30" in page
    assert page.count('class="badge ok"') == 1
