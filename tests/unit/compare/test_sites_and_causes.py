"""Sites that come and go, and the cause a red is given."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from checker.compare import cause_of, compare_sites, settled_sites
from checker.model import (
    Cause,
    CauseKind,
    Comparator,
    Exit,
    Kind,
    Level,
    Outcome,
    Place,
    Reading,
    Registration,
    Scope,
    Site,
    Target,
    Tell,
    Verb,
    Visit,
    exit_code,
)
from tests.unit.compare.seen import CRITICAL, US, key, shown


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ([], [], []),
        ([], ["US", "CA"], []),
        (["US"], [], []),
        (["US"], ["US"], []),
        (["US"], ["US", "CA"], [(Verb.SITE_APPEARED, "CA")]),
        (["US", "CA"], ["US"], [(Verb.SITE_GONE, "CA")]),
        (["US"], ["MX", "CA"], [(Verb.SITE_APPEARED, c) for c in ("CA", "MX")] + [(Verb.SITE_GONE, "US")]),
        (["US", "US"], ["US"], []),
    ],
)
def test_sites(before: list[str], now: list[str], told: list[tuple[Verb, str]]) -> None:
    """A site that appears or disappears is a change; a first listing, or none at all, is not."""
    changes = compare_sites(_sites(before), _sites(now))

    assert told == [(change.verb, change.key.site) for change in changes]
    assert all(change.level is Level.UNKNOWN and change.detail for change in changes)


def _sites(codes: list[str]) -> dict[Place, Site]:
    return {Place("amazon", "main", code): Site(code, code, code) for code in codes}


def _shops(**registrations: Registration) -> dict[Place, Site]:
    """Return shops of one site of one account, by name."""
    return {
        Place("shopee", "main", "MY", shop): Site("MY", shop, shop, registration, shop=shop)
        for shop, registration in registrations.items()
    }


ACTIVE, DORMANT, PENDING = Registration.ACTIVE, Registration.DORMANT, Registration.PENDING
CLOSED, UNSAID = Registration.NOT_REGISTERED, Registration.UNKNOWN


def test_a_shop_that_leaves_is_noticed_beside_one_that_stays() -> None:
    """Two shops of one country are two places, and each has its own change."""
    (change,) = compare_sites(_shops(one=ACTIVE, two=ACTIVE), _shops(one=ACTIVE))

    assert (change.verb, str(change.key)) == (Verb.SITE_GONE, "shopee/main/MY/shop=two/coverage")


@pytest.mark.parametrize(
    ("before", "now", "tell"),
    [
        (ACTIVE, ACTIVE, None),
        (ACTIVE, PENDING, Tell.AT_ONCE),
        (ACTIVE, CLOSED, Tell.AT_ONCE),
        (ACTIVE, UNSAID, Tell.AT_ONCE),
        (DORMANT, CLOSED, Tell.AT_ONCE),
        (ACTIVE, DORMANT, Tell.DIGEST),
        (PENDING, ACTIVE, Tell.DIGEST),
        (PENDING, CLOSED, Tell.DIGEST),
        (UNSAID, ACTIVE, None),
        (UNSAID, CLOSED, None),
    ],
)
def test_issue11_6_a_registration_that_changes_is_told(
    before: Registration, now: Registration, tell: Tell | None
) -> None:
    """One that is lost at once, another with the digest; what nobody ever said has not changed."""
    changes = compare_sites(_shops(one=before), _shops(one=now))

    assert [(c.verb, c.tell) for c in changes] == (
        [] if tell is None else [(Verb.REGISTRATION_CHANGED, tell)]
    )
    assert all(before.value in c.detail and now.value in c.detail for c in changes)
    assert exit_code([], changes, []) == (Exit.NEW if tell is Tell.AT_ONCE else Exit.OK)


@pytest.mark.parametrize(
    ("listed", "visited", "outcome", "settled"),
    [
        (UNSAID, ACTIVE, Outcome.READ, ACTIVE),
        (ACTIVE, CLOSED, Outcome.PARTIAL, CLOSED),
        (ACTIVE, UNSAID, Outcome.READ, ACTIVE),
        (UNSAID, UNSAID, Outcome.READ, UNSAID),
        (UNSAID, UNSAID, Outcome.PARTIAL, DORMANT),
        (UNSAID, UNSAID, Outcome.DRIFT, DORMANT),
        (UNSAID, UNSAID, Outcome.TIMEOUT, DORMANT),
        (CLOSED, UNSAID, Outcome.TIMEOUT, CLOSED),
        (UNSAID, None, None, DORMANT),
        (UNSAID, PENDING, Outcome.NOT_REACHABLE, PENDING),
    ],
)
def test_issue11_6_what_a_visit_came_to_settles_the_registration(
    listed: Registration, visited: Registration | None, outcome: Outcome | None, settled: Registration
) -> None:
    """What was seen comes first, then the picker; a visit that failed is no news of it."""
    now = _shops(one=listed)
    (place,) = now
    visits = []
    if visited is not None and outcome is not None:
        visits = [Visit("shopee", "main", replace(now[place], registration=visited), outcome)]

    assert settled_sites(_shops(one=DORMANT), now, visits)[place].registration is settled


def _site(registration: Registration) -> Site:
    return Site("CA", "A2", "Canada", registration)


@pytest.mark.parametrize(
    ("fields", "site", "kind", "support"),
    [
        ({}, _site(Registration.PENDING), CauseKind.NEVER_OPENED, "never opened"),
        ({}, _site(Registration.NOT_REGISTERED), CauseKind.NEVER_OPENED, "never opened"),
        ({}, _site(Registration.DORMANT), CauseKind.DORMANT, "nothing was sold"),
        (
            {"cause": Cause(CauseKind.DORMANT, "said so")},
            _site(Registration.ACTIVE),
            CauseKind.DORMANT,
            "said so",
        ),
        ({"cause": Cause(CauseKind.POLICY)}, _site(Registration.PENDING), CauseKind.POLICY, ""),
        ({"scope": Scope.ITEM, "native": "Fake"}, US, CauseKind.POLICY, "Fake"),
        ({"scope": Scope.ITEM, "reason": "ip"}, None, CauseKind.POLICY, "ip"),
        ({"scope": Scope.ACCOUNT, "reason": "held"}, US, CauseKind.ACCOUNT_ACTION, "held"),
        (
            {"scope": Scope.ACCOUNT, "level": Level.DEACTIVATED, "native": "BLOCKED"},
            US,
            CauseKind.ACCOUNT_ACTION,
            "BLOCKED",
        ),
        ({}, US, CauseKind.UNKNOWN, ""),
        ({"kind": Kind.RATE, "native": "BAD"}, US, CauseKind.PERFORMANCE, "BAD"),
        (
            {
                "kind": Kind.RATE,
                "value": Decimal("0.014"),
                "numerator": Decimal(7),
                "denominator": Decimal(500),
                "target": Target(Decimal("0.01"), Comparator.LT),
            },
            US,
            CauseKind.PERFORMANCE,
            "0.014 (7 of 500), target < 0.01",
        ),
    ],
)
def test_causes(fields: dict[str, Any], site: Site | None, kind: CauseKind, support: str) -> None:
    """The console's own words first, then how far the site was opened, then what was read."""
    cause = cause_of(shown(key("x.metric"), **{"level": CRITICAL, **fields}), site)

    assert kind is cause.kind
    assert support in cause.support


@pytest.mark.parametrize("metric", ["policy.ip", "account.health_rating"])
def test_what_policy_counts(metric: str) -> None:
    """Policy counters, and the rating that is made of them."""
    assert CauseKind.POLICY is cause_of(shown(key(metric), CRITICAL), US).kind


@pytest.mark.parametrize("metric", ["account.funds_hold", "x.seller_block"])
def test_what_the_platform_holds_back_is_its_own_action(metric: str) -> None:
    """With the console's word for it."""
    held = shown(key(metric), CRITICAL, scope=Scope.ACCOUNT, native="held")

    assert cause_of(held, US) == Cause(CauseKind.ACCOUNT_ACTION, "held")


_RATE = shown(
    key("orders.defect_rate"), CRITICAL, kind=Kind.RATE, value=Decimal("0.02"),
    target=Target(Decimal("0.01"), Comparator.LT),
)  # fmt: skip
_ITEMS = [shown(key("policy.ip", item=name), CRITICAL, scope=Scope.ITEM) for name in ("B01", "B02")]
_MILD = shown(key("policy.safety", item="B03"), Level.WARNING, scope=Scope.ITEM)


@pytest.mark.parametrize(
    ("beside", "cause"),
    [
        ([], Cause(CauseKind.UNKNOWN)),
        ([shown(key("m"), Level.OK, kind=Kind.RATE)], Cause(CauseKind.UNKNOWN)),
        ([_RATE], Cause(CauseKind.PERFORMANCE, "orders.defect_rate 0.02, target < 0.01")),
        ([_RATE, *_ITEMS], Cause(CauseKind.POLICY, "policy.ip (2)")),
        ([_RATE, _MILD], Cause(CauseKind.PERFORMANCE, "orders.defect_rate 0.02, target < 0.01")),
        ([_MILD], Cause(CauseKind.POLICY, "policy.safety (1)")),
        (
            [shown(key("m"), CRITICAL), shown(key("r"), Level.WARNING, kind=Kind.RATE)],
            Cause(CauseKind.UNKNOWN),
        ),
    ],
)
def test_a_status_that_says_not_why_is_explained_by_what_is_worst_beside_it(
    beside: list[Reading], cause: Cause
) -> None:
    """Which metric, value and target, or which category and how many items."""
    status = shown(key("account.status"), CRITICAL, scope=Scope.ACCOUNT)

    assert cause_of(status, US, [status, *beside]) == cause


@pytest.mark.parametrize("comparator", Comparator)
def test_every_comparator_can_be_said(comparator: Comparator) -> None:
    """A target of any sort has its sign."""
    target = Target(Decimal(2), comparator)

    cause = cause_of(shown(key("x.rate"), CRITICAL, kind=Kind.RATE, value=Decimal(3), target=target), US)

    assert cause.support.startswith("3, target ")
    assert cause.support.endswith(" 2")
