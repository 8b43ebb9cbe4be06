"""What every scenario of the Amazon replica must come to, from its description and the facts it plays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from checker.console import Bounds
from checker.model import Level, Outcome, Presence, Registration
from checker.testing import Expect, Said, Seen

__all__ = ["COUNTERS", "EXPECTED", "LISTS", "RATES"]

_OK, _WARNING, _CRITICAL, _DEACTIVATED = Level.OK, Level.WARNING, Level.CRITICAL, Level.DEACTIVATED
_ACTIVE, _PENDING = Registration.ACTIVE, Registration.PENDING
_BESIDE: Final = Registration.NOT_REGISTERED
_PATIENT: Final = Bounds(page=2.5, answer=1.0, steady=0.3)
"""Of what is withheld altogether every wait is in vain, and need not be long."""

RATES: Final = (
    "orders.defect_rate@mfn",
    "orders.defect_rate@afn",
    "orders.late_shipment_rate",
    "orders.cancellation_rate",
    "orders.valid_tracking_rate",
    "orders.on_time_delivery_rate",
)
COUNTERS: Final = (
    "policy.violations.ip@suspected",
    "policy.violations.ip@received",
    "policy.violations.authenticity",
    "policy.violations.condition",
    "policy.violations.safety@food",
    "policy.violations.safety@product",
    "policy.violations.listing",
    "policy.violations.prohibited",
    "policy.violations.reviews",
    "policy.violations.regulatory@compliance",
    "amazon.repeat_violator",
    "amazon.positive_customer_experience",
)
LISTS: Final = tuple(
    f"policy.list@{name}"
    for name in (
        "ip.*",
        "authenticity",
        "condition",
        "safety.*",
        "listing",
        "prohibited",
        "reviews",
        "regulatory.*",
        "amazon.*",
    )
)

_STANDING: Final[dict[str, Said | tuple[Said, ...]]] = {
    "account.status": (_OK, "NORMAL"),
    "account.health_rating": _OK,
    "account.funds_hold": _OK,
    "amazon.seller_fulfilled_block": _OK,
}
_WELL: Final = Seen(
    reads={
        **_STANDING,
        **dict.fromkeys(RATES, _OK),
        **dict.fromkeys(COUNTERS, (_OK, 0)),
        **dict.fromkeys(LISTS, Presence.NONE),
    },
    unreadable=(),
    disputed=(),
)
"""A trading store in which nothing is wrong."""

_UNRATED: Final = Seen(
    reads={
        "account.status": _OK,
        "account.health_rating": Presence.NOT_RATED,
        **dict.fromkeys(RATES, Presence.NOT_RATED),
        **dict.fromkeys(COUNTERS, (_OK, 0)),
    },
    unreadable=(),
)
"""A store without a single order: Amazon says GOOD of rates that rest on nothing, and that is not ok."""

_RED: Final = Seen(
    reads={
        "account.status": (_WARNING, "AT_RISK"),
        "account.health_rating": (_CRITICAL, 62),
        "orders.defect_rate@mfn": _CRITICAL,
        "orders.late_shipment_rate": _CRITICAL,
        "orders.valid_tracking_rate": _CRITICAL,
        "policy.violations.authenticity": (_CRITICAL, 1),
        "policy.violations.authenticity:PV-*": _CRITICAL,
        "policy.violations.prohibited:PV-*": _CRITICAL,
    },
    unreadable=(),
)
_AT_RISK: Final = Seen(
    reads={
        "account.status": _WARNING,
        "account.health_rating": (_WARNING, 164),
        "policy.violations.ip@received": (_CRITICAL, 2),
        "policy.violations.ip@received:PV-*": _CRITICAL,
    },
    unreadable=(),
)
_UNOPENED_RED: Final = Seen(
    reads={
        "account.status": _WARNING,
        "account.health_rating": (_CRITICAL, 0),
        **dict.fromkeys(RATES, Presence.NOT_RATED),
    },
    unreadable=(),
)
_LISTING_VIOLATION: Final = Seen(
    reads={
        "account.status": _OK,
        "policy.violations.listing": (_CRITICAL, 1),
        "policy.violations.listing:PV-*": _CRITICAL,
        "policy.list@listing": 1,
        **dict.fromkeys(RATES, _OK),
    },
    unreadable=(),
)

_BASE: Final = {
    "US": _ACTIVE,
    "CA": _PENDING,
    "MX": _PENDING,
    "BR": _PENDING,
    "JP": _BESIDE,
    "AU": _BESIDE,
    "UK": _BESIDE,
    "DE": _BESIDE,
}
_DEMO: Final = {"US": _ACTIVE, "CA": _PENDING, "MX": _PENDING, "JP": _PENDING, "UK": _BESIDE}
_NA: Final = {**_BASE, "CA": _ACTIVE, "MX": _ACTIVE}


def _signed_in(**sites: Seen) -> Expect:
    """What a sign-in that goes well comes to: every site listed, for one password."""
    return Expect(sites, listed=_BASE, registered=_BASE, passwords=1)


def _refused(outcome: Outcome, detail: str, passwords: int = 1) -> Expect:
    """A sign-in that ends before anything is read."""
    return Expect(ended=outcome, detail=detail, passwords=passwords, listed=())


def _us(seen: Seen, **more: Seen) -> Expect:
    return Expect({"US": seen, **more}, listed=_BASE, passwords=1)


def _cut(outcome: Outcome, detail: str) -> Seen:
    """A visit that ended at the account health pages: what the home page said is all there is."""
    return Seen(
        outcome, {"amazon.breakdown_status": _OK}, detail=detail, lacks=("account.*", "orders.*", "policy.*")
    )


SIGN_IN: Final = {
    "unified": _signed_in(),
    "passkey-offer": _signed_in(),
    "unified-passkey-offer": _signed_in(),
    "no-otp": _signed_in(),
    "otp": _signed_in(),
    "otp-refused-once": _signed_in(),
    "otp-refused-always": _refused(Outcome.CODE_REFUSED, "codes of different times were refused"),
    "otp-replay": _signed_in(),
    "otp-by-sms": _refused(Outcome.CODE_NEEDED, "sent a code to a person"),
    "otp-choose-device": _refused(Outcome.CODE_NEEDED, "never triggered unattended"),
    "approval": _refused(Outcome.APPROVAL_NEEDED, "approval on another device"),
    "captcha": _refused(Outcome.CAPTCHA, "never solves"),
    "captcha-old": _refused(Outcome.CAPTCHA, "never solves", passwords=0),
    "captcha-widget": _refused(Outcome.CAPTCHA, "never solves"),
    "waf": _refused(Outcome.CAPTCHA, "never solves", passwords=0),
    "invisible-captcha": _signed_in(US=_WELL),
    "cvf-code": _refused(Outcome.CODE_NEEDED, "sent a code to a person"),
    "wrong-password": _refused(Outcome.CREDENTIALS_REFUSED, "password is wrong"),
    "wrong-password-unified": _refused(Outcome.CREDENTIALS_REFUSED, "password is wrong"),
    "unknown-email": _refused(Outcome.UNKNOWN_USER, "does not know this user name", passwords=0),
    "unknown-email-classic": _refused(Outcome.UNKNOWN_USER, "does not know this user name", passwords=0),
    "locked": _refused(Outcome.LOCKED, "locked"),
    "password-expired": _refused(Outcome.PASSWORD_EXPIRED, "demands a new password"),
    # The console itself redirects to an address that is denied to us: it may be seen, and nothing is sent.
    "password-reverification": replace(
        _refused(Outcome.PASSWORD_EXPIRED, "demands a new password"),
        led_to={"/ap/forgotpassword/reverification"},
    ),
    "terms": _refused(Outcome.ACTION_NEEDED, "only the seller can do that"),
    "add-phone": _signed_in(),
    "add-phone-newer": _signed_in(),
    "passkey-nudge": _signed_in(),
    "passkey-nudge-newer": _signed_in(),
    "enrol-2sv": _signed_in(),
    "switch-accounts": _refused(Outcome.ACTION_NEEDED, "only a person can choose", passwords=0),
    "form-elsewhere": _refused(Outcome.UNSAFE_PAGE, "collector.replica-elsewhere.example", passwords=0),
    "form-insecure": _refused(Outcome.UNSAFE_PAGE, "sellercentra1.amazon.example", passwords=0),
    "picker-demanded": Expect({"US": _WELL, "CA": _WELL}, listed=_NA, registered=_NA, passwords=1),
    "session-expired-midway": Expect(
        {
            "US": Seen(Outcome.SESSION_EXPIRED, green=True, lacks=("orders.*", "account.*")),
            "CA": Seen(Outcome.SKIPPED, green=False, detail="session_expired on US"),
        },
        passwords=1,
    ),
    "login-200": _us(_cut(Outcome.SESSION_EXPIRED, "the sign-in form stood where policies should be")),
    "session-short": _signed_in(),
    "step-up": _us(_cut(Outcome.STEP_UP, "asks for the password again")),
    # Nothing tells a first visit that a business is somebody else's; a later one knows the account it had.
    "other-account": _signed_in(),
    "too-many-requests-everywhere": _refused(Outcome.RATE_LIMITED, "Too Many Requests", passwords=0),
    # What every console has (fixtures/common/console/scenarios).
    "captcha-before": _refused(Outcome.CAPTCHA, "never solves", passwords=0),
    "unknown-user": _refused(Outcome.UNKNOWN_USER, "does not know this user name", passwords=0),
    "offer": _signed_in(),
    "session-saved": _signed_in(),
}

FAULTS: Final = {
    "blocked-403": _us(_cut(Outcome.BLOCKED, "403"), CA=Seen(Outcome.SKIPPED, detail="blocked on US")),
    "http-429": _us(
        _cut(Outcome.RATE_LIMITED, "Too Many Requests"), CA=Seen(Outcome.SKIPPED, detail="rate_limited on US")
    ),
    "too-many-requests-200": _us(_cut(Outcome.RATE_LIMITED, "Too Many Requests")),
    "http-500": _us(_cut(Outcome.SITE_DOWN, "server error")),
    "http-503-everywhere": _refused(Outcome.SITE_DOWN, "server error", passwords=0),
    "maintenance": _refused(Outcome.SITE_DOWN, "maintenance", passwords=0),
    "not-authorized": _us(_cut(Outcome.FORBIDDEN, "no right")),
    "redirect-off-host": _us(_cut(Outcome.UNREACHABLE, "not one of this console's")),
    "answers-500": replace(
        _us(
            Seen(
                Outcome.PARTIAL,
                # The dashboard's own rows, judged by our table.
                {"account.health_rating": _OK, **dict.fromkeys(RATES, _OK)},
                unreadable=(
                    "account.status",
                    "account.funds_hold",
                    "amazon.*",
                    "policy.*",
                    "orders.*_part@*",
                ),
            )
        ),
        bounds=_PATIENT,
    ),
    "answers-never-come": replace(
        _us(
            Seen(
                Outcome.PARTIAL,
                {"account.health_rating": _OK, **dict.fromkeys(RATES, _OK)},
                lacks=("amazon.notice@*",),
            )
        ),
        bounds=_PATIENT,
    ),
    "connection-reset": replace(_us(_cut(Outcome.UNREACHABLE, "broke off")), bounds=_PATIENT),
    "endless-redirect": _us(_cut(Outcome.UNREACHABLE, "ERR_TOO_MANY_REDIRECTS")),
    # Whether it is the size or the time that ends it is a matter of the machine.
    "flood": replace(
        _us(
            Seen(
                (Outcome.TIMEOUT, Outcome.UNKNOWN_PAGE),
                {"amazon.breakdown_status": _OK},
                lacks=("account.*", "orders.*"),
            )
        ),
        bounds=_PATIENT,
    ),
    "slow": _us(_WELL),
    "never-loads": replace(
        _us(Seen(Outcome.TIMEOUT, green=False, lacks=("orders.*",), detail="did not load")),
        bounds=_PATIENT,
    ),
    "blank-200": replace(_us(_cut(Outcome.UNKNOWN_PAGE, "no page the flow knows")), bounds=_PATIENT),
    "switch-ignored": Expect(
        {"US": _WELL, "CA": Seen(Outcome.NOT_REACHABLE, green=False), "BR": Seen(Outcome.NOT_REACHABLE)}
    ),
    "wrong-store": Expect(
        {"US": Seen(Outcome.WRONG_PLACE, green=False), "CA": Seen(Outcome.SKIPPED, green=False)}
    ),
    "mixed-store": Expect(
        {"US": Seen(Outcome.WRONG_PLACE, green=False), "CA": Seen(Outcome.SKIPPED, green=False)}
    ),
    "page-2-missing": replace(
        _us(
            Seen(
                Outcome.PARTIAL,
                {"policy.violations.listing": (_CRITICAL, 29), "policy.list@ip.received": 12},
                unreadable={"policy.list@listing"},
            )
        ),
    ),
}

FURNITURE: Final = {
    "decoys": _us(_RED),
    "guard-vectors": Expect({"US": _LISTING_VIOLATION}, passwords=1),
    **{
        name: _us(_WELL)
        for name in ("beforeunload", "popup", "alert", "download", "cookie-banner", "tour-overlay")
    },
}

_STOPPED: Final = Seen(
    reads={
        "account.status": (_DEACTIVATED, "DEACTIVATED"),
        "account.health_rating": (_CRITICAL, 0),
        "account.funds_hold": _CRITICAL,
    },
    unreadable=(),
)
_PENDING_HD: Final = Seen(
    reads={
        "account.status": _CRITICAL,
        "account.health_rating": (_CRITICAL, 0),
        "account.funds_hold": _CRITICAL,
    },
    unreadable=(),
)
_NEVER_OPENED: Final = Seen(
    reads={"account.health_rating": (_CRITICAL, 0), **dict.fromkeys(RATES, Presence.NOT_RATED)}, unreadable=()
)
_ASKED: Final = Seen(reads={"account.status": _WARNING, "amazon.identity_check": _WARNING}, unreadable=())

# How an account stands in the console's own words, and what only looks like it.
STANDINGS: Final = {
    "stacked-enforcement": _us(_STOPPED),
    "funds-on-hold": _us(replace(_WELL, reads={**_WELL.reads, "account.funds_hold": _CRITICAL})),
    "at-risk-funds-on-hold": _us(
        replace(_AT_RISK, reads={**_AT_RISK.reads, "account.funds_hold": _CRITICAL})
    ),
    "pending-funds-on-hold": _us(_PENDING_HD),
    "becomes-critical": _us(_AT_RISK),
    "canada-identity-due": _us(_WELL, CA=_ASKED),
    "brazil-identity-check": _us(_WELL, BR=_ASKED),
    "brazil-identity-deactivated": _us(
        _WELL, BR=Seen(reads={"account.status": (_DEACTIVATED, "DEACTIVATED")}, unreadable=())
    ),
    "beneficial-owner": _us(
        Seen(reads={"account.status": _WARNING, "account.health_rating": _WARNING}, unreadable=())
    ),
    "beneficial-owner-deactivated": _us(_STOPPED),
    "tax-interview": _us(_STOPPED),
    "repeat-violator": _us(_AT_RISK),
    "repeat-violator-deactivated": _us(_STOPPED),
    "related-account": _us(_STOPPED),
    # What is red in one place and NORMAL in another is told.
    "never-opened-normal": _us(_WELL, CA=_NEVER_OPENED, MX=_NEVER_OPENED, JP=_NEVER_OPENED),
    "normal-blocked-reason": _us(Seen(reads={"account.status": _CRITICAL}, unreadable=())),
    "normal-appeal-rejected": _us(Seen(reads={"account.status": _CRITICAL}, unreadable=())),
    "normal-selling-blocked": _us(Seen(reads={"account.status": _CRITICAL}, unreadable=())),
    "funds-hold-as-text": _us(
        Seen(reads={"account.status": _OK, "account.funds_hold": _CRITICAL}, unreadable=())
    ),
    "dormancy-unsaid": Expect({"US": _WELL, "CA": _WELL}, registered=_NA),
    **dict.fromkeys(("weee-notice", "earthquake-notice", "strike-notice", "enrolment-card"), _us(_WELL)),
}

HEALTH: Final = {
    **STANDINGS,
    "healthy": Expect(
        {"US": _WELL, "CA": _UNRATED, "JP": _UNRATED}, listed=_BASE, registered=_BASE, passwords=1
    ),
    "demo-day-1": Expect({"US": _WELL, "CA": _UNRATED}, listed=_DEMO, registered=_DEMO, passwords=1),
    "demo-day-2": Expect(
        {
            "US": _LISTING_VIOLATION,
            "CA": _UNOPENED_RED,
            "MX": Seen(reads={"account.status": (_DEACTIVATED, "DEACTIVATED")}, unreadable=()),
            "JP": _UNOPENED_RED,
            "UK": _UNRATED,
        },
        listed=_DEMO,
        registered=_DEMO,
    ),
    "demo-day-3": Expect({"US": _LISTING_VIOLATION, "CA": _UNOPENED_RED}, listed=_DEMO),
    "trading-na": Expect({"US": _WELL, "CA": _WELL, "MX": _WELL, "BR": _UNRATED}, registered=_NA),
    "red": _us(_RED),
    "at-risk": _us(_AT_RISK),
    "pending-deactivation": _us(
        Seen(
            reads={
                # The banner tells it from "at risk", which the code does not.
                "account.status": _CRITICAL,
                "account.health_rating": (_CRITICAL, 0),
                "policy.violations.prohibited:PV-*": _CRITICAL,
            },
            unreadable=(),
        )
    ),
    "deactivated": _us(
        Seen(
            reads={
                "account.status": (_DEACTIVATED, "DEACTIVATED"),
                "account.funds_hold": _CRITICAL,
                "amazon.reserve_notice": _WARNING,
                "account.health_rating": (_CRITICAL, 0),
                "orders.defect_rate@afn": Presence.NOT_RATED,
            },
            unreadable=(),
        )
    ),
    "red-second-store": Expect({"US": _WELL, "CA": _RED, "MX": _WELL}, registered=_NA),
    "red-never-opened": _us(_WELL, CA=replace(_UNOPENED_RED, registration=_PENDING), MX=_UNRATED),
    "red-reachable": _us(_WELL, JP=replace(_UNOPENED_RED, registration=_BESIDE)),
    "dormant-suspended": Expect(
        {
            "US": _WELL,
            "CA": Seen(
                # A red pill beside a rating in the green band is a contradiction, whoever is dormant.
                reads={
                    "account.status": (_DEACTIVATED, "DEACTIVATED"),
                    "account.health_rating": _CRITICAL,
                    **dict.fromkeys(RATES, Presence.NOT_RATED),
                },
                unreadable=(),
                disputed={"account.health_rating"},
                registration=Registration.DORMANT,
            ),
        },
    ),
    "canada-identity-check": _us(
        _WELL,
        CA=Seen(
            reads={
                "account.status": _WARNING,
                "amazon.identity_check": _WARNING,
                "account.health_rating": _WARNING,
            },
            unreadable=(),
            # A pill without its number is half a page.
            disputed={"account.health_rating"},
            registration=_PENDING,
        ),
    ),
    "not-rated": _us(replace(_UNRATED, registration=Registration.DORMANT)),
    "low-volume": _us(
        Seen(
            reads={
                # The console's verdict at low volume stands, beside a value that misses its target.
                "orders.on_time_delivery_rate": (_OK, "GOOD", Decimal("0.428571")),
                "orders.defect_rate@afn": Presence.NOT_RATED,
            },
            unreadable=(),
        )
    ),
    "value-zero": _us(
        Seen(
            reads={
                "orders.late_shipment_rate": (_OK, 0),
                "orders.defect_rate@mfn": (_OK, 0),
                "orders.cancellation_rate": (_OK, 0),
                "account.health_rating": (_OK, 200),
            },
            unreadable=(),
        )
    ),
    "breach": _us(Seen(reads={**_STANDING, "orders.late_shipment_rate": (_CRITICAL, "BAD")}, unreadable=())),
    "reserve": _us(
        Seen(
            reads={
                "account.status": _OK,
                "account.funds_hold": _CRITICAL,
                "amazon.reserve_notice": _WARNING,
            },
            unreadable=(),
        )
    ),
}

_ALL: Final = {
    **dict.fromkeys(["US", "CA", "MX", "UK", "DE", "FR", "IT", "ES", "NL", "SE", "PL", "JP"], _ACTIVE),
    **dict.fromkeys(["BR", "IE", "BE", "TR", "AU"], _PENDING),
    **dict.fromkeys(["AE", "SA", "EG", "ZA", "IN", "SG"], _BESIDE),
}

PAGES: Final = {
    "all-23": Expect(
        {
            "US": _WELL,
            "UK": _AT_RISK,
            "IT": Seen(reads={"account.status": _OK}, registration=Registration.DORMANT),
            "NL": Seen(
                reads={"account.status": _DEACTIVATED},
                disputed={"account.health_rating"},
                registration=Registration.DORMANT,
            ),
            "JP": Seen(reads={"orders.on_time_delivery_rate": _OK}, unreadable=()),
            "SG": _UNRATED,
        },
        listed=_ALL,
        registered=_ALL,
        passwords=1,
    ),
    "two-accounts": Expect({"US": _WELL, "UK": _AT_RISK}, listed=_ALL, registered=_ALL),
    "unknown-marketplace": Expect(
        {"A9REPLICANEW01": _AT_RISK, "US": _WELL}, registered={"A9REPLICANEW01": _ACTIVE}
    ),
    # Answers are known by what they hold: only what the page alone says is not found there.
    "redesign": replace(
        _us(
            Seen(
                Outcome.PARTIAL,
                {**_STANDING, **dict.fromkeys(RATES, _OK), "account.health_rating": Presence.UNREADABLE},
                unreadable={"account.health_rating"},
                disputed=(),
            )
        ),
        bounds=_PATIENT,
    ),
    "old-layout": _us(_WELL),
    "old-layout-red": _us(_RED),
    "kat-layout": _us(_WELL),
    "kat-layout-at-risk": _us(_AT_RISK),
    "defects-shape": Expect({"US": _LISTING_VIOLATION}),
    "widget-missing": _us(
        Seen(
            Outcome.PARTIAL,
            {**_STANDING, "orders.defect_rate@afn": _OK, "orders.late_shipment_rate": _OK},
            unreadable={"orders.defect_rate@mfn", "orders.*_part@mfn"},
        )
    ),
    "widget-blank": _us(
        Seen(
            Outcome.PARTIAL,
            dict.fromkeys(RATES, _OK),
            unreadable={"account.status", "account.health_rating"},
        )
    ),
    # What says that something is wrong is never dropped for what says otherwise.
    "contradiction": _us(
        Seen(
            reads={"account.status": _OK, "account.health_rating": (_CRITICAL, 40)},
            unreadable=(),
            disputed={"account.health_rating"},
        )
    ),
    "contradiction-codes": _us(
        Seen(
            reads={"account.status": _OK, "account.health_rating": (_CRITICAL, 40)},
            unreadable=(),
            disputed={"account.health_rating"},
        )
    ),
    "unknown-word": _us(
        Seen(
            Outcome.PARTIAL,
            {**dict.fromkeys(RATES, _OK), "account.status": "SHIMMERING"},
            unreadable={"account.status", "account.health_rating"},
        )
    ),
    "unknown-category": _us(
        Seen(
            reads={
                "amazon.policy_violations@QuantumEntanglement": (_CRITICAL, 1),
                "amazon.unattributed_violation:PV-*": _CRITICAL,
                **_STANDING,
            },
            unreadable=(),
        )
    ),
    "german": Expect(
        {
            "US": replace(_WELL, reads={**_WELL.reads, "orders.defect_rate@mfn": (_OK, Decimal("0.004802"))}),
            "DE": _AT_RISK,
        },
        registered={**_NA, "DE": _ACTIVE},
    ),
    "chinese": Expect({"US": _WELL, "CA": _RED}, registered=_NA),
    "japanese": Expect({"US": _WELL, "JP": _AT_RISK}, registered={**_NA, "JP": _ACTIVE}),
    # No public source has Spanish status words: codes, classes and the label keys of the badges are read.
    "spanish": Expect({"US": _WELL, "MX": _RED}, registered=_NA),
    "demo-day-2-german": Expect({"US": _LISTING_VIOLATION, "CA": _UNOPENED_RED}, registered=_DEMO),
    "demo-day-2-chinese": Expect({"US": _LISTING_VIOLATION, "CA": _UNOPENED_RED}, registered=_DEMO),
    "pending-bare-key": _signed_in(),
    "list-zero-marker": _us(_WELL),
    # The counter says none in words of its own: the empty list beside it needs none.
    "list-zero-no-marker": _us(_WELL),
    "many-violations": _us(
        Seen(
            reads={
                "policy.violations.listing": (_CRITICAL, 29),
                "policy.list@listing": 29,
                "policy.list@ip.received": 12,
                "policy.list@condition": 10,
                "policy.list@ip.suspected": 9,
            },
            unreadable=(),
        )
    ),
    "count-disagrees": Expect(
        {
            "US": Seen(
                Outcome.PARTIAL,
                {"policy.violations.listing": (_CRITICAL, 3), "policy.violations.listing:PV-*": _CRITICAL},
                unreadable={"policy.list@listing"},
            )
        }
    ),
    "hostile-text": Expect(
        {
            "US": Seen(
                reads={
                    "policy.violations.listing:PV-*": _CRITICAL,
                    "policy.violations.condition:PV-*": _CRITICAL,
                    "policy.violations.authenticity:PV-*": _CRITICAL,
                    "policy.violations.prohibited:PV-*": _CRITICAL,
                },
                unreadable=(),
            )
        }
    ),
}

EXPECTED: Final[dict[str, Expect]] = {**SIGN_IN, **FAULTS, **FURNITURE, **HEALTH, **PAGES}
"""Every scenario but `frozen`, whose page hangs whoever waits for it: a worker's process plays that one."""
