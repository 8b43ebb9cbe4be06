"""What a page shows and nothing declared reads: alerts, reds, and what nobody understood."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checker.flow import Heard, Page, account_code_claims, whole_page_claims
from checker.model import Claim, Key, Kind, Level, Presence, Rank, Reading, Says, Scope, settle, settle_all
from flows.temu import TemuFlow
from tests.unit.flow.declaring import claims_of, doc, page, recorder, toml_of

DECLARED = """
[[statuses]]
metric = "account.status"
answer = "profile"
path = ["state"]
codes = "verdict"
labels = ["Account health"]
words = "level"
"""
RED = "data-checker-tone=red"
REST = "<main><p>" + "Here you see how your account is doing on this marketplace. " * 12 + "</p></main>"
DAY = datetime(2026, 12, 20, 23, 59, 59, tzinfo=UTC)
EARLIER = datetime(2026, 12, 5, tzinfo=UTC)
ALERT = "Something about your shop was changed by us"


def seen(body: str, *, ready: bool = True) -> Page:
    """Return a health page with that in it."""
    return page(body + REST, ready=ready)


def whole(shown: Page, claims: list[Claim] | None = None, *, harmless: tuple[str, ...] = ()) -> list[Claim]:
    """Return what the page shows besides what was claimed."""
    data = toml_of(DECLARED).model_copy(update={"harmless": harmless})
    return list(whole_page_claims(recorder(), data, shown, claims or []))


def settled(shown: Page, *states: str, harmless: tuple[str, ...] = ()) -> dict[str, Reading]:
    """Return the readings of the page and of an answer, by metric."""
    claims = claims_of(DECLARED, *(doc({"state": state}) for state in states), shown=shown)
    claims += whole(shown, claims, harmless=harmless)
    return {str(reading.key.metric): reading for reading in settle_all(claims)}


def test_a_page_with_nothing_else_on_it_was_read_to_its_end() -> None:
    """What it named in earlier runs and does not name now is no longer there."""
    (read,) = whole(seen(""))

    assert (read.key.metric, read.key.variant) == ("coverage.read", "health")
    assert (read.says, read.scope, read.covers) == (Says.NONE, Scope.LIST, "page:health")


def test_a_page_that_did_not_finish_was_not_read_to_its_end() -> None:
    """It proves nothing gone."""
    assert whole(seen("", ready=False)) == []


def test_an_alert_nobody_understands_makes_the_status_unknown() -> None:
    """Whatever the code says: it is never fine beside it, and the alert is quoted."""
    shown = seen(f"<div role=alert>{ALERT}</div>")

    (claim, *_) = whole(shown)
    status = settled(shown, "GOOD")["account.status"]

    assert (claim.says, claim.native, claim.rank, claim.scope) == (
        Says.UNKNOWN,
        ALERT,
        Rank.OTHER,
        Scope.ACCOUNT,
    )
    assert claim.origin.picture
    assert (status.presence, status.native) == (Presence.UNREADABLE, ALERT)


def test_an_alert_that_states_a_rule_is_told_and_is_no_red() -> None:
    """What would happen to the account is not what happened to it; nobody understands it all the same."""
    rule = "If your order defect rate is above 1%, your account may be suspended."

    status = settled(seen(f"<div role=alert>{rule}</div>"), "GOOD")["account.status"]
    both = settled(seen(f"<div role=alert>{rule} Your account was suspended.</div>"), "GOOD")

    assert (status.presence, status.level) == (Presence.UNREADABLE, Level.UNKNOWN)
    assert (both["account.status"].level, both["account.status"].disputed) == (Level.CRITICAL, True)


def test_stopped_listings_are_told_and_are_no_status_of_the_account() -> None:
    """How many there are is listed as not understood."""
    readings = settled(seen("<div><p>Suspended listings</p><b>3</b></div>"), "GOOD")

    assert readings["account.status"].level is Level.OK
    assert any("Suspended listings" in text for _, text in readings["coverage.not_understood"].details)


def test_an_alert_that_is_red_is_a_disputed_red() -> None:
    """It may be about something else: it is told, and said to be in doubt."""
    shown = seen("<div role=alert>Your account has been deactivated</div>")

    status = settled(shown, "GOOD")["account.status"]

    assert (status.level, status.disputed) == (Level.CRITICAL, True)
    assert "deactivated" in status.contradicts
    assert status.reason.startswith("nothing declared reads")


def test_a_red_alert_beside_a_red_code_is_a_firm_red() -> None:
    """They agree."""
    shown = seen("<div role=alert>Your account has been deactivated</div>")

    status = settled(shown, "BAD")["account.status"]

    assert (status.level, status.disputed) == (Level.CRITICAL, False)


@pytest.mark.parametrize(
    ("body", "harmless"),
    [
        ("<div role=alert>We use cookies to make this site better</div>", ()),
        ("<div role=alert>See the new HOLIDAY calendar for sellers</div>", ("holiday calendar",)),
        ("<div role=alert hidden data-checker-hidden=''>Something of no matter</div>", ()),
    ],
)
def test_an_alert_that_is_known_as_harmless_says_nothing(body: str, harmless: tuple[str, ...]) -> None:
    """To all consoles, or to this one."""
    assert settled(seen(body), "GOOD", harmless=harmless)["account.status"].level is Level.OK


def test_an_alert_that_a_claim_has_read_is_not_told_twice() -> None:
    """Its own claim says what it means."""
    shown = seen(f"<div role=alert>{ALERT}</div>")
    key = Key("shop", "main", "MY", "account.notice")
    read = recorder().shown(key, Level.WARNING, native=ALERT)

    assert [claim.key.metric for claim in whole(shown, [read])] == ["coverage.read"]


@pytest.mark.parametrize(
    ("level", "own", "due"),
    [(Level.CRITICAL, None, DAY), (Level.CRITICAL, EARLIER, EARLIER)],
)
def test_the_day_on_another_line_of_a_known_alert_is_its_deadline(
    level: Level, own: datetime | None, due: datetime | None
) -> None:
    """A rule knows the alert by its heading; the day stands below, what names a day itself keeps it."""
    words = "Your account is at risk of deactivation"
    body = f"<div role=alert><h2>{words}</h2><p>Provide the documents by 20 December 2026.</p></div>"
    writes = recorder("en")
    read = writes.word(writes.key("account.status"), words, level, scope=Scope.ACCOUNT, deadline=own)

    reading = settle([read, *(one for one in whole(seen(body), [read]) if one.key == read.key)])

    assert (reading.level, reading.deadline) == (level, due)


def test_a_short_word_of_a_claim_does_not_explain_an_alert() -> None:
    """`us` stands in every text."""
    shown = seen(f"<div role=alert>{ALERT}</div>")
    short = recorder().shown(recorder().key("x"), Level.OK, native="us")

    assert whole(shown, [short])[0].native == ALERT


def test_a_red_status_that_no_rule_read_is_a_disputed_red() -> None:
    """A5: five of five widgets say so on a page built otherwise."""
    shown = seen("<div><p>Shop standing</p><b class=pill>Suspended</b></div>")

    claims = whole(shown)
    status = settled(shown, "GOOD")["account.status"]

    assert claims[0].doubtful
    assert (status.level, status.disputed) == (Level.CRITICAL, True)
    assert "Suspended" in status.contradicts


def test_what_stands_on_a_page_that_shows_another_site_is_not_ours() -> None:
    """A red of that one is none of this; what an alert says may be of the whole account."""
    chosen = "<select><option>Malaysia<option selected>Singapore</select>"
    pill = f"<div><span>Shop standing</span> <span class=pill-danger {RED}>Suspended</span></div>"
    alert = "<div role=alert>Your account has been suspended</div>"

    (theirs,) = whole(seen(chosen + pill))
    both = {claim.says for claim in whole(seen(chosen + pill + alert)) if claim.key == theirs.key}

    assert (theirs.says, theirs.level) == (Says.UNREADABLE, Level.UNKNOWN)
    assert "the page shows Singapore" in theirs.reason
    assert Says.SHOWN in both


def test_a_red_status_that_a_rule_has_read_is_not_told_again() -> None:
    """The declared label with its declared word."""
    shown = seen("<div><p>Account health</p><b class=pill>At risk</b></div>")

    claims = claims_of(DECLARED, doc({"state": "BAD"}), shown=shown)

    assert [c.key.metric for c in whole(shown, claims)] == ["coverage.read"]


@pytest.mark.parametrize(
    ("language", "body"),
    [("zh", "<ul><li><label>违规数</label><em>3</em></li></ul>"), ("es", "<p>Número de infracciones: 2</p>")],
)
def test_how_many_violations_temu_counts_is_no_red_beside_the_violations(language: str, body: str) -> None:
    """Each open one is judged by itself; the number beside them may count those that are over."""
    shown = Page("violations", "/v", 200, f"<html lang={language}><body>{body}{REST}</body></html>")

    claims = whole_page_claims(recorder(), TemuFlow().toml, shown, [])

    assert [claim for claim in claims if claim.level is Level.CRITICAL] == []


def test_what_else_nobody_reads_is_listed_once_and_judged_by_nobody() -> None:
    """With its texts, for the operator."""
    shown = seen("<div><p>Parcels lost</p><b>3%</b></div><div><p>Answers in time</p><b>97%</b></div>")

    listed = next(c for c in whole(shown) if c.key.metric == "coverage.not_understood")

    assert (listed.says, listed.level, listed.kind) == (Says.SHOWN, Level.UNKNOWN, Kind.STATUS)
    assert any("Parcels lost" in text for _, text in listed.details)
    assert len({name for name, _ in listed.details}) == len(listed.details)


def test_what_could_not_be_read_explains_nothing() -> None:
    """A claim that was unreadable has read no text."""
    shown = seen("<div><p>Shop standing</p><b class=pill>Suspended</b></div>")
    lost = recorder().unreadable(
        recorder().key("x"), "why", native="Suspended", details=(("a", "Shop standing"),)
    )

    assert [c.level for c in whole(shown, [lost])][:1] == [Level.CRITICAL]


def test_a_text_of_a_page_is_bounded() -> None:
    """However long an alert is."""
    shown = seen(f"<div role=alert>{'Something was changed by us ' * 60}</div>")

    assert all(len(claim.native) <= 300 for claim in whole(shown))


def test_a_rate_that_nobody_knows_and_breaks_its_own_limit_is_never_fine() -> None:
    """In whatever language it is named; one that meets its limit is only listed."""
    card = "<div class=card><h3>Tỷ lệ gửi hàng trễ</h3><div>{}</div><div>Mục tiêu: &lt; 4%</div></div>"

    broken = settled(seen(card.format("6.2%")), "GOOD")["account.status"]
    met = settled(seen(card.format("1.2%")), "GOOD")["account.status"]

    assert (broken.presence, "6.2%" in broken.native) == (Presence.UNREADABLE, True)
    assert met.level is Level.OK


def coded(state: str, *heard: object) -> Reading:
    """Return the account's status, where a rule reads a state and answers hold more."""
    shown = seen("")
    claims = claims_of(DECLARED, doc({"state": state}), shown=shown)
    given = [Heard("/api/overview", {}, 200, "https://console.test/api/overview", body) for body in heard]
    claims += account_code_claims(recorder(), toml_of(DECLARED), shown, claims, given)
    return {str(reading.key.metric): reading for reading in settle_all(claims)}["account.status"]


def test_a_code_of_the_accounts_standing_that_no_rule_reads_is_a_disputed_red() -> None:
    """What the rules read is fine, and it is told all the same; both are quoted."""
    status = coded("GOOD", {"data": {"seller": {"accountStatus": "SUSPENDED"}}})

    assert (status.level, status.disputed) == (Level.CRITICAL, True)
    assert {said.native for said in status.claims} == {"GOOD", "SUSPENDED"}
    assert "data.seller.accountStatus" in status.reason


def test_a_code_that_may_be_bad_is_never_outvoted() -> None:
    """Nobody knows what it means, so nobody says that all is well."""
    status = coded("GOOD", {"accountStatus": "CLOSED"})

    assert (status.presence, status.native) == (Presence.UNREADABLE, "accountStatus: CLOSED")


def test_a_code_that_a_rule_has_read_is_judged_by_that_rule() -> None:
    """However it is spelt elsewhere in what the page was given."""
    status = coded("GOOD", {"accountStatus": "good"}, {"account": {"status": "ACTIVE"}})

    assert (status.level, len(status.claims)) == (Level.OK, 1)


@pytest.mark.parametrize(
    ("text", "level", "source"),
    [
        ("Shop closed by the operations team", Level.DEACTIVATED, "health: the page's banner"),
        (
            "Standing: fine, while your account has been suspended",
            Level.CRITICAL,
            "health: what no rule reads",
        ),
    ],
)
def test_a_consoles_own_words_say_how_bad_an_alert_is_and_none_makes_it_harmless(
    text: str, level: Level, source: str
) -> None:
    """What is declared as fine takes no red away."""
    words = """
[words.banner.en]
ok = ["Standing: fine"]
deactivated = ["Shop closed by the operations team"]
source = "S"
"""
    shown = seen(f"<div role=alert>{text}</div>")
    claims = list(whole_page_claims(recorder(), toml_of(DECLARED + words), shown, []))
    worst = [claim for claim in claims if claim.key.metric == "account.status" and claim.level is level]

    assert source in {claim.source for claim in worst}
    assert all(claim.level is not Level.OK for claim in claims)
