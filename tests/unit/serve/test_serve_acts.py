"""Acknowledging, snoozing and taking back from the page: by whom, why, and only from a page of ours."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from checker.cli.main import main
from checker.model import Exit, Key
from checker.report.lists import short_id
from checker.store import Act, open_store
from tests.unit.serve.story import HOSTILE, ITEM, NOW, RATE, STATUS, Seller, act, csrf

OWN = "http://127.0.0.1:8765"
FIELDS = {"act": "ack", "by": "Ann", "reason": "x", "until": ""}


def acts(seller: Seller, key: Key) -> list[Act]:
    """Return what people did to a finding."""
    with open_store(seller.settings.store.url) as store:
        return store.acts(key)


class TestActs:
    """What is done from the page is what the command line does."""

    def test_an_acknowledgement_is_seen_by_the_command_line(
        self, seller: Seller, visitor: TestClient, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """`checker findings` says who knows of it, and why."""
        answer = act(visitor, RATE, "ack", by="Ann", reason="the carrier is late", until="7d")

        assert answer.status_code == 303
        assert main(["findings", "--acked", "--json", "--config", str(seller.config)]) == Exit.OK
        found = json.loads(capsys.readouterr().out)["findings"]
        assert [one["key"] for one in found] == [str(RATE)]
        assert found[0]["ack"]["by"] == "Ann"
        assert found[0]["ack"]["reason"] == "the carrier is late"
        assert acts(seller, RATE)[-1].until == NOW + timedelta(days=7)

    def test_a_snooze_keeps_who_and_why(self, seller: Seller, visitor: TestClient) -> None:
        """In the journal, with its end."""
        assert act(visitor, STATUS, "snooze", by="Ann", reason="on leave", until="24h").status_code == 303

        done = acts(seller, STATUS)[-1]
        assert (done.act, done.by, done.reason, done.until) == (
            "snooze",
            "Ann",
            "on leave",
            NOW + timedelta(days=1),
        )

    def test_either_is_taken_back(self, seller: Seller, visitor: TestClient) -> None:
        """And offered only where there is something to take back."""
        address = f"/finding/{short_id(RATE)}"
        assert 'value="unack"' not in visitor.get(address).text
        act(visitor, RATE, "ack")
        page = visitor.get(f"{address}?done=ack").text
        assert 'value="unack"' in page
        assert "Acknowledged." in page

        act(visitor, RATE, "unack")

        assert [one.act for one in acts(seller, RATE)] == ["ack", "unack"]
        assert 'value="unack"' not in visitor.get(address).text

    def test_the_name_is_remembered_and_a_hostile_one_is_only_text(self, visitor: TestClient) -> None:
        """The next form has it in its box, escaped."""
        act(visitor, RATE, "ack", by=HOSTILE[:60], reason=HOSTILE)

        page = visitor.get(f"/finding/{short_id(STATUS)}").text

        assert "<img src=x" not in page
        assert 'value="&lt;img src=x' in page

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"by": "  "}, "Say who you are."),
            ({"reason": ""}, "Say why."),
            ({"by": "x" * 81}, "Say who you are."),
            ({"act": "snooze"}, "choose until when"),
            ({"act": "delete"}, "cannot be read"),
            ({"until": "2w"}, "cannot be read"),
        ],
    )
    def test_a_form_that_lacks_something_does_nothing(
        self, seller: Seller, visitor: TestClient, fields: dict[str, str], said: str
    ) -> None:
        """It comes back with what was typed, and what is missing."""
        answer = act(visitor, RATE, fields.pop("act", "ack"), **fields)

        assert answer.status_code == 400
        assert said in answer.text
        assert acts(seller, RATE) == []

    def test_what_is_not_open_any_more_is_said(self, visitor: TestClient) -> None:
        """A finding that was resolved meanwhile is no fault of the program."""
        token = csrf(visitor.get(f"/finding/{short_id(RATE)}").text)
        fields = FIELDS | {"csrf": token}

        answer = visitor.post("/finding/0000000", data=fields, headers={"origin": OWN})

        assert answer.status_code == 404


class TestForgery:
    """A form that does not come from a page of ours does nothing."""

    @pytest.mark.parametrize(
        "origin",
        [
            "",
            "null",
            "https://evil.example",
            "http://127.0.0.1:8766",
            "https://127.0.0.1:8765",
            f"{OWN}.evil.example",
        ],
    )
    def test_from_another_origin(self, seller: Seller, visitor: TestClient, origin: str) -> None:
        """Whatever token it holds."""
        address = f"/finding/{short_id(ITEM)}"
        fields = {
            "csrf": csrf(visitor.get(address).text),
            "act": "ack",
            "by": "Eve",
            "reason": "x",
            "until": "",
        }

        headers = {"origin": origin} if origin else {}
        answer = visitor.post(address, data=fields, headers=headers)

        assert answer.status_code == 403
        assert acts(seller, ITEM) == []

    def test_without_the_token_of_its_session(self, seller: Seller, visitor: TestClient) -> None:
        """None, another's, or one's own after the session is gone."""
        address = f"/finding/{short_id(ITEM)}"
        own = csrf(visitor.get(address).text)
        visitor.cookies.clear()
        other = csrf(visitor.get(address).text)
        fields = {"act": "ack", "by": "Eve", "reason": "x", "until": ""}

        for token in ("", "x", own, other[:-1], "\u00e9"):
            answer = visitor.post(address, data=fields | {"csrf": token}, headers={"origin": OWN})
            assert answer.status_code == 403, token
        visitor.cookies.clear()
        assert (
            visitor.post(address, data=fields | {"csrf": other}, headers={"origin": OWN}).status_code == 403
        )
        assert acts(seller, ITEM) == []

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("application/json", b"{}"),
            ("text/plain", b"act=ack"),
            ("multipart/form-data; boundary=x", b"--x--"),
            ("application/x-www-form-urlencoded", b"act=ack&act=snooze"),
            ("application/x-www-form-urlencoded", b"a=1&" * 10_000),
            ("application/x-www-form-urlencoded", b"\xff\xfe"),
            ("application/x-www-form-urlencoded", b"by=%ff"),
        ],
    )
    def test_what_is_no_plain_form(self, visitor: TestClient, kind: str, body: bytes) -> None:
        """Is refused before it is looked into."""
        headers = {"origin": OWN, "content-type": kind}

        answer = visitor.post(f"/finding/{short_id(ITEM)}", content=body, headers=headers)

        assert answer.status_code == 403

    def test_behind_a_proxy_the_address_of_the_settings_is_ours(self, seller: Seller) -> None:
        """What people type stands in the origin; what the proxy asks by need not be the same."""
        with seller.visitor(address="https://shop.example") as visitor:
            address = f"/finding/{short_id(RATE)}"
            fields = {
                "csrf": csrf(visitor.get(address).text),
                "act": "ack",
                "by": "Ann",
                "reason": "x",
                "until": "",
            }

            answer = visitor.post(address, data=fields, headers={"origin": "https://shop.example"})

        assert answer.status_code == 303
