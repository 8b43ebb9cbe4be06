"""The seller proves the reader: what they say is kept with the layout, and holds only for that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from checker.cli.main import main
from checker.compare import key_id
from checker.compare.confirmed import asks, holds, is_confirmed
from checker.errors import StoreError
from checker.model import Exit, Key, Known, Level, Origin, Presence, Reading, Scope
from checker.model.confirmed import Answer, Confirmation
from checker.report.confirmed import confirmed_text
from checker.report.html import render_html
from checker.report.words import words_for
from checker.run.confirming import Confirmations
from checker.serve import listening
from tests.unit.report.samples import two_days
from tests.unit.serve.story import HOSTILE, NOW, RATE, Seller, csrf

AT = "/confirm?at=amazon/main/US"
OWN = {"origin": "http://127.0.0.1:8765"}
READ = Reading(
    RATE,
    Presence.SHOWN,
    NOW,
    Level.OK,
    origin=Origin("health", "the answer", "rates.late", structure="00ff00ff00ff00ff"),
)


def say(visitor: TestClient, key: Key, answer: str, **more: str) -> Any:
    """Send the form of a site's page with one answer, as a browser does."""
    page = visitor.get(AT).text
    name = key_id(key)
    mark = re.search(rf'name="mark-{name}" value="([^"]+)"', page)
    assert mark is not None
    says = {f"says-{name}": more.pop("says", "")}
    fields = {"csrf": csrf(page), f"mark-{name}": mark[1], f"is-{name}": answer, "by": "Ann"}
    return visitor.post(AT, data=fields | says | more, headers=OWN)


def kept(seller: Seller) -> dict[Key, Confirmation]:
    """Return what is kept."""
    return Confirmations(seller.data).read()


class TestHolding:
    """An answer holds for what was looked at, and nothing else."""

    def test_on_the_same_layout_whatever_the_value(self) -> None:
        """A few bits of the mark move with every banner."""
        said = Confirmation.of(READ, Answer.RIGHT, "Ann", NOW)
        moved = replace(READ.origin, structure="00ff00ff00ff00fe")

        assert is_confirmed(said, replace(READ, level=Level.CRITICAL, origin=moved))

    @pytest.mark.parametrize(
        "change",
        [
            {"structure": "ff00ff00ff00ff00"},
            {"structure": ""},
            {"page": "home"},
            {"source": "the page"},
            {"rule": "rates.other"},
        ],
    )
    def test_not_once_it_is_read_otherwise(self, change: dict[str, Any]) -> None:
        """Another design, page, source or rule asks again."""
        said = Confirmation.of(READ, Answer.RIGHT, "Ann", NOW)

        assert not holds(said, replace(READ, origin=replace(READ.origin, **change)))

    @pytest.mark.parametrize("answer", [Answer.WRONG, Answer.ABSENT])
    def test_only_what_was_called_right_is_confirmed(self, answer: Answer) -> None:
        """Neither wrong nor not there is."""
        assert not is_confirmed(Confirmation.of(READ, answer, "Ann", NOW, "5%"), READ)
        assert not is_confirmed(None, READ)

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_is_said_in_words(self, language: str) -> None:
        """By whom, on which day, and whether it still holds; a hostile name is only text."""
        words = words_for(language)
        right = Confirmation.of(READ, Answer.RIGHT, "Ann\u202e", NOW)
        wrong = replace(right, answer=Answer.WRONG, says="5\x1b%")
        other = replace(READ, origin=replace(READ.origin, rule="x"))

        texts = [
            confirmed_text(None, READ, words),
            confirmed_text(right, READ, words),
            confirmed_text(right, other, words),
            confirmed_text(wrong, READ, words),
            confirmed_text(replace(wrong, answer=Answer.ABSENT), READ, words),
        ]

        assert len(set(texts)) == len(texts)
        assert all("\u202e" not in text and "\x1b" not in text for text in texts)

    def test_asks_only_of_what_can_be_compared(self) -> None:
        """Widgets that show something, or should; not items, lists, or what nobody came to."""
        assert asks(Known(RATE, last=READ))
        assert not asks(Known(RATE, last=replace(READ, scope=Scope.LIST)))
        assert not asks(Known(replace(RATE, item="1"), last=READ))
        gone = replace(READ, presence=Presence.NOT_OBSERVED, level=Level.UNKNOWN)
        assert not asks(Known(RATE, last=gone))


class TestKeeping:
    """The file of answers."""

    def test_the_last_answer_of_a_key_holds_and_broken_lines_confirm_nothing(self, seller: Seller) -> None:
        """Whatever somebody, or a full disk, did to the file."""
        confirmations = Confirmations(seller.data)
        first = Confirmation.of(READ, Answer.RIGHT, "Ann", NOW)
        last = replace(first, answer=Answer.WRONG, says=HOSTILE, by="Bo")
        confirmations.add([first])
        path = seller.data / "confirmed.jsonl"
        with path.open("a", encoding="utf-8") as file:
            file.write('{"key": "amazon/main/US/x", "answer": "right"}\n[1]\nnull\n{"answer": 3, "key"')
        confirmations.add([last])

        assert confirmations.read() == {RATE: last}
        assert path.stat().st_mode & 0o777 == 0o600

    def test_a_link_in_its_place_is_refused(self, seller: Seller) -> None:
        """Nothing is written through it."""
        target = seller.home / "elsewhere"
        target.touch()
        (seller.data / "confirmed.jsonl").symlink_to(target)

        with pytest.raises(StoreError, match="cannot be written"):
            Confirmations(seller.data).add([Confirmation.of(READ, Answer.RIGHT, "Ann", NOW)])
        assert target.read_bytes() == b""


class TestPage:
    """Each widget with what was read, and what a person says of it."""

    def test_an_answer_is_kept_with_its_layout_and_shown_from_then_on(
        self, seller: Seller, visitor: TestClient, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """On the page, on the site's page, in `checker show`."""
        answer = say(visitor, RATE, "right")

        assert answer.status_code == 303
        said = kept(seller)[RATE]
        assert (said.answer, said.by, said.at) == (Answer.RIGHT, "Ann", NOW)
        page = visitor.get("/shop?at=amazon/main/US").text
        assert "confirmed by you: 1 of 2 widgets" in page
        assert "confirmed by Ann on" in page
        assert main(["show", "--config", str(seller.config)]) == Exit.OK
        shown = capsys.readouterr().out
        assert "amazon · main: confirmed by you: 1 of 3 widgets" in shown
        assert "ebay · bay: not yet confirmed by you" in shown

    def test_wrong_needs_what_the_console_says(self, seller: Seller, visitor: TestClient) -> None:
        """And keeps it, as text."""
        refused = say(visitor, RATE, "wrong")
        assert refused.status_code == 400
        assert "type what the console says" in refused.text
        assert kept(seller) == {}

        say(visitor, RATE, "wrong", says=HOSTILE)

        assert kept(seller)[RATE].says == HOSTILE
        assert "<img src=x" not in visitor.get("/shop?at=amazon/main/US").text
        assert "called it wrong" in visitor.get(AT).text

    def test_what_is_not_there_is_kept(self, seller: Seller, visitor: TestClient) -> None:
        """It may be a metric the console never shows."""
        say(visitor, RATE, "absent")

        assert kept(seller)[RATE].answer is Answer.ABSENT

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"by": " "}, "Say who you are."),
            ({f"mark-{key_id(RATE)}": "2020-01-01T00:00:00+00:00"}, "was read again"),
            ({f"is-{key_id(RATE)}": "maybe"}, "cannot be read"),
        ],
    )
    def test_what_cannot_be_kept_comes_back(
        self, seller: Seller, visitor: TestClient, fields: dict[str, str], said: str
    ) -> None:
        """With what is missing, and nothing of it kept: a reading made meanwhile was not looked at."""
        answer = say(visitor, RATE, "right", **fields)

        assert answer.status_code == 400
        assert said in answer.text
        assert kept(seller) == {}

    def test_a_form_from_elsewhere_keeps_nothing(self, seller: Seller, visitor: TestClient) -> None:
        """By origin and by token."""
        page = visitor.get(AT).text
        fields = {"csrf": csrf(page), f"is-{key_id(RATE)}": "right", "by": "Eve"}

        assert visitor.post(AT, data=fields, headers={"origin": "https://evil.example"}).status_code == 403
        assert visitor.post(AT, data=fields | {"csrf": "x"}, headers=OWN).status_code == 403
        assert kept(seller) == {}

    def test_sites_are_listed_and_one_without_a_name_is_none(self, visitor: TestClient) -> None:
        """Of one account; those not confirmed in front."""
        page = LexborHTMLParser(visitor.get("/confirm?account=main").text)

        assert [node.text() for node in page.css(".row-what b")] == ["Canada (CA)", "United States (US)"]
        assert visitor.get("/confirm?at=amazon/main/XX").status_code == 404

    def test_a_close_up_stands_beside_what_was_read(self, visitor: TestClient) -> None:
        """Where one was kept and sealed."""
        page = LexborHTMLParser(visitor.get("/confirm?at=amazon/main/CA").text)

        link = page.css_first(".c-shot img")
        assert link is not None
        assert "account.status-1.png" in (link.attributes["src"] or "")

    def test_hostile_words_stay_text(self, visitor: TestClient) -> None:
        """As on every page."""
        text = visitor.get("/confirm?at=ebay/bay/PROGRAM_UK").text

        assert "<img src=x" not in text
        assert "two candidates" in text


def test_the_report_says_how_much_was_confirmed() -> None:
    """Beside the account, and in the row of what somebody looked at."""
    told = two_days()
    state = next(s for s in told.known.values() if asks(s) and s.key.site == "US")
    said = {state.key: Confirmation.of(state.last, Answer.RIGHT, "Ann", NOW)}

    before = render_html(told.run, told.known, told.places, lambda _: None, now=NOW)
    after = render_html(told.run, told.known, told.places, lambda _: None, now=NOW, confirmed=said)

    assert "not yet confirmed by you" in before
    assert "confirmed by you: 1 of" in after
    assert "confirmed by Ann on" in after


def test_the_command_leads_to_the_account(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`checker confirm ALIAS` says where; an unknown alias is named with those there are."""
    listen: Callable[..., None] = lambda *_: None  # noqa: E731 - takes whatever it is given
    monkeypatch.setattr(listening, "listen", listen)

    assert main(["confirm", "main", "--port", "0", "--config", str(seller.config)]) == Exit.OK
    assert "/confirm?account=main" in capsys.readouterr().err
    assert main(["confirm", "nobody", "--port", "0", "--config", str(seller.config)]) == Exit.USAGE
    assert "bay, main" in capsys.readouterr().err
