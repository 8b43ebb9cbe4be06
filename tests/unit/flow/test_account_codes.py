"""What answers say of an account's standing in fields that nobody has published."""

from __future__ import annotations

from typing import Any

import pytest

from checker.flow import Heard
from checker.flow.account_codes import account_codes
from checker.model import Site

HERE = Site("MY", "MY", "Malaysia", country="MY", shop="20001")
OTHERS = ("MY", "SG", "ID", "TH")


def codes(body: Any, path: str = "/api/v3/overview") -> list[tuple[str, bool]]:
    """Return what is said, and whether it is red."""
    heard = [Heard(path, {}, 200, f"https://console.test{path}", body)]
    return [(code.native, code.is_red) for code in account_codes(heard, HERE, OTHERS)]


@pytest.mark.parametrize(
    "body",
    [
        {"accountStatus": "SUSPENDED"},
        {"account_status": "suspended"},
        {"data": {"seller": {"status": "DEACTIVATED"}}},
        {"data": {"shop": {"info": {"state": "FROZEN"}}}},
        {"result": {"shopStatus": "BANNED"}},
        {"result": {"shopstatus": "BANNED"}},
        {"sellerStanding": "BELOW_STANDARD"},
        {"account": {"health": "AtRisk"}},
        {"accountHealth": {"level": "CRITICAL"}},
        {"merchant": {"operationStatus": "RESTRICTED"}},
        {"store": {"statusName": "已停用"}},
        {"shops": [{"shopId": 20001, "status": "BLOCKED"}, {"shopId": 20002, "status": "NORMAL"}]},
        {"seller": {"sites": {"MY": {"accountStatus": "BLOCKED"}, "SG": {"accountStatus": "OK"}}}},
        {"shops": [{"id": 1, "status": "TERMINATED"}]},
        {"fields": [{"key": "accountStatus", "value": "SUSPENDED"}, {"key": "name", "value": "One"}]},
        {"user": '{"account": {"status": "SUSPENDED"}}'},
    ],
)
def test_a_code_of_the_accounts_own_standing_is_red(body: Any) -> None:
    """Whatever it is called, wherever it lies, however it is spelt."""
    assert [is_red for _, is_red in codes(body)] == [True]


@pytest.mark.parametrize(
    "body",
    [
        {"account": {"isSuspended": True}},
        {"sellerBlocked": 1},
        {"shop": {"frozen": "true"}},
        {"is_seller_banned": True},
    ],
)
def test_a_flag_that_an_account_is_stopped_is_red(body: Any) -> None:
    """True, in any of the ways consoles write it."""
    assert [is_red for _, is_red in codes(body)] == [True]


def test_the_call_says_whose_a_bare_status_is() -> None:
    """Wrappers say nothing, so the address does."""
    assert codes({"data": {"status": "SUSPENDED"}}, "/seller/api/account/status.json") == [
        ("SUSPENDED", True)
    ]
    assert codes({"data": {"status": "SUSPENDED"}}, "/seller/api/campaigns") == []


@pytest.mark.parametrize(
    "body",
    [
        {"accountStatus": "ACTIVE"},
        {"accountStatus": "NOT_SUSPENDED"},
        {"account": {"isSuspended": False}},
        {"account": {"isSuspended": "false"}},
        {"account": {"isSuspended": None}},
        {"listings": [{"status": "BLOCKED"}]},
        {"shop": {"listings": [{"status": "BLOCKED"}, {"status": "OK"}]}},
        {"seller": {"products": {"status": "SUSPENDED"}}},
        {"buyer": {"account": {"status": "SUSPENDED"}}},
        {"i18n": {"accountStatus": "Suspended"}},
        {"filters": {"accountStatus": "SUSPENDED"}},
        {"notifications": {"accountSuspended": True}},
        {"features": {"accountSuspended": True}},
        {"settings": {"store": {"restricted": True}}},
        {"accountStatuses": ["ACTIVE", "SUSPENDED"]},
        {"account": {"status": "An account is suspended where its owner does not answer within three days"}},
        {"shop": {"status": 3, "level": 0.5, "state": None}},
        {"shops": [{"shopId": 20001, "status": "NORMAL"}, {"shopId": 20002, "status": "BANNED"}]},
        {"seller": {"sites": {"MY": {"accountStatus": "OK"}, "SG": {"accountStatus": "BLOCKED"}}}},
        {"status": "SUSPENDED"},
        [{"status": "SUSPENDED"}],
        "SUSPENDED",
        None,
    ],
)
def test_what_is_good_or_of_something_else_is_none(body: Any) -> None:
    """Of listings, buyers, other shops, choices, words and settings nothing is said."""
    assert codes(body) == []


@pytest.mark.parametrize(
    "body",
    [
        {"accountStatus": "CLOSED"},
        {"sellerPayoutStatus": "BLOCKED"},
        {"account": {"country": "SG", "status": "SUSPENDED"}},
        {"shops": [{"name": "One", "status": "NORMAL"}, {"name": "Two", "status": "BANNED"}]},
    ],
)
def test_what_may_be_bad_is_told_as_not_understood(body: Any) -> None:
    """A code that may mean either, a part of the account, a place that is not sure."""
    assert [is_red for _, is_red in codes(body)] == [False]


def test_a_flood_is_bounded() -> None:
    """Twenty are enough to be told that somebody must look."""
    assert len(codes({f"k{n}": {"account": {"status": "SUSPENDED"}} for n in range(500)})) == 20


def test_what_is_surely_of_the_shop_goes_before_the_same_of_nobody_knows_whom() -> None:
    """In whatever order they come."""
    unsure = {"account": {"country": "SG", "status": "SUSPENDED"}}
    sure = {"account": {"country": "MY", "status": "SUSPENDED"}}

    for bodies in ((unsure, sure), (sure, unsure)):
        heard = [Heard("/api/v3/overview", {}, 200, "https://console.test/api", body) for body in bodies]
        assert [code.is_red for code in account_codes(heard, HERE, OTHERS)] == [True]
