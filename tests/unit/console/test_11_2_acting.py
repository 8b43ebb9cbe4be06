"""11.2: what an address does is told by its words, and a console is read all the same."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import entry_points
from typing import Final
from urllib.parse import quote

import pytest

from checker.console.acting import acting_word, is_file
from checker.console.policy import Phase, Policy, Verdict
from checker.flow import SiteToml
from tests.guard.attempts import TOML

HOME: Final = "https://console.example"
POLICY: Final = Policy(TOML)
FLOWS: Final = {point.name: point for point in entry_points(group="checker.flows")}


@cache
def _toml(name: str) -> SiteToml:
    toml: SiteToml = FLOWS[name].load()().toml
    return toml


ACTS: Final = [
    "/createAppeal",
    "/sendAppeal",
    "/violation/ack",
    "/plan_submit",
    "/x?op=acknowledge",
    "/violation/7/update?status=acknowledged",
    "/banner/dismiss",
    "/terms/agree",
    "/gp/sign-out.html",
    "/performance/account/health/reactivate-your-account",
    "/performance/account/appeals",
    # Brothers that nobody listed.
    "/api/v1/violations/12/markAsRead",
    "/api/order/cancelOrder",
    "/api/closeaccount",
    "/account/close",
    "/x/accept-terms",
    "/x?acceptTerms=1",
    "/x?confirm=true&id=3",
    "/programme/enrollNow",
    "/x.do?method=plan.submit",
    "/mtop.lazada.seller.order.create/1.0/",
    "/users/me/logOut",
    "/session/logoff",
    "/cerrar-sesi%C3%B3n",
    "/api/excluir",
    "/shensu/tijiao",
    "/%E7%94%B3%E8%AF%89",
    "/gateway?payload=" + quote('{"action":"acknowledge"}'),
    "/gateway?path=%252Fviolation%252Fack",
    "/gateway?operationName=UpdateStatus",
    "/%61%63%6b",
    "/a/..%2fack",
    "/ａｃｋ",
    "/ACK;jsessionid=1",
    "/x/delete2",
    "/subscription/unsubscribe",
    "/fees/payNow",
    "/fees/pay",
    "/refund/7",
    "/file/upload",
    "/preferences/saveAll",
    "/dispute/7/escalate",
    "/getOrSubmitAppeal",
    # In odd capitals, with what cannot be seen between the letters, and encoded again and again.
    "/violation/acK",
    "/violation/DeLeTe",
    "/violation/dElEtEaLl",
    "/x?action=DeLeTe",
    "/violation/a%E2%80%8Bck",
    "/violation/a%C2%ADck",
    "/violation/a%CD%8Fck",
    "/violation/%u0061%u0063%u006b",
    "/violation/" + "%25" * 5 + "61ck",
    "/violation/" + "%25" * 30 + "61ck",
    "/x?v=" + "%25" * 30 + "61ck",
    "/violation/12;op=acknowledge/view",
    "/%E3%83%AD%E3%82%B0%E3%82%A2%E3%82%A6%E3%83%88",
    "/%D0%B2%D1%8B%D0%B9%D1%82%D0%B8",
    # Inside what a query wraps.
    "/x?data[op]=confirm",
    "/x?data.op=confirm",
    "/x?op[]=confirm",
    "/x?op[0]=confirm",
    "/x?params=" + quote('{"op": "confirm"}'),
    "/x?params=" + quote('{"a": [{"b": {"op": "confirm"}}]}'),
    "/x?params=" + quote(json.dumps({"a": json.dumps({"op": "confirm"})})),
    "/x?params=" + quote('{"op": "list", "op": "confirm"}'),
    "/x?params=eyJvcCI6ImNvbmZpcm0ifQ==",
    "/x?params=eyJvcCI6ImNvbmZpcm0ifQ",
    # Run together, either way round.
    "/itemdelete",
    "/ackall",
    "/violationack",
    "/hidebanner",
    "/removebanner",
    "/termsagree",
    "/agreetoterms",
    "/noticeclose",
    "/policyaccept",
    "/optout",
    "/turnoff",
    # Deeds in other words.
    "/notice/readAll",
    "/shop/goOffline",
    "/shop/vacation-on",
    "/shop/suspend",
    "/alert/snooze",
    "/alert/ignore",
    "/campaign/join",
    "/programme/leave",
    "/fee/waive",
    "/cart/buyNow",
    "/order/placeOrder",
    "/api/requestReview",
    "/api/undo",
    "/item/trash",
    "/plan/upgrade",
]

READS: Final = [
    "/accounthealth/getriskbanner",
    "/performance/api/getriskbanner/",
    "/sh/performance/closed-cases",
    "/list-appeals",
    "/api/getAppealStatus",
    "/violations?appeal_status=1&sort=create_time&order_by=updateTime",
    "/orders?status=closed&state=cancelled",
    "/insights/performance/refunds/summary",
    "/insights/performance/cancellations/summary",
    "/metrics/get_cancel_rate",
    "/metrics/orderCancelRate",
    "/account/deactivated",
    "/account-switcher/default/merchantMarketplace",
    "/home?mons_redirect=change_merchant&mons_sel_mkid=A1",
    "/list?start=0&end=20&requestId=12&offset=4",
    "/ap/signin?openid.return_to=https%3A%2F%2Fconsole.example%2Fhome&openid.mode=checkid_setup",
    "/ws/eBayISAPI.dll?SignIn&ru=https%3A%2F%2Fconsole.example%2Fsh%2Fovw",
    "/api/updates",
    "/catalog-offers",
    "/seller/payments",
    "/settings/address-book",
    "/offset/charset",
    "/i18n/locale?accept-language=de",
    "/x?token=Aa1ackBb2payCc3ackDd4ackEe5agreeFf6",
    "/x?params=" + quote('{"status": "CLOSED", "sort": "create_time", "filter": {"op": "eq"}}'),
    "/x?payment[method]=card&skip=20&limit=10&ignoreCache=1",
    "/x?returnTo=" + quote(quote(quote(quote(quote("https://console.example/home?a=b"))))),
    "/x?sign=3f2a&commit=9a1b&state=eyJub25jZSI6ImFiYyJ9",
    "/x?q=how+mutation+works",
    "/productset/storefront",
    "/promotions",
    "/leaverequests",
    # What refuses an offer.
    "/merchant-picker/status/skip-2sv",
    "/ap/accountfixup/skip?openid.mode=checkid_setup",
    "/passkey/remindMeLater",
    "/nudge/not-now",
    "/unlockables",
]


@pytest.mark.parametrize("phase", [Phase.READ, Phase.SIGN_IN])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_11_2_an_address_that_acts_by_its_words_is_turned_away(phase: Phase, method: str) -> None:
    """In path, key and value, however joined and encoded, whatever the method and in either phase."""
    judged = {address: POLICY.judge(phase, method, HOME + address) for address in ACTS}

    assert judged == dict.fromkeys(ACTS, Verdict.BLOCK)


@pytest.mark.parametrize("address", READS)
def test_11_2_what_a_console_reads_goes_through(address: str) -> None:
    """Nouns, participles, rates, times, tokens: words that look like deeds and are none."""
    judged = POLICY.examine(Phase.READ, "GET", HOME + address, headers={}, resource_type="XHR")

    assert judged.verdict is Verdict.ALLOW, judged.why


@pytest.mark.parametrize(
    ("is_one", "address", "kind"),
    [
        (True, "/submit-button.3f2a.js", "Script"),
        (True, "/static/js/appeal/index.1a.js?v=3", "Script"),
        (True, "/icons/close.svg", "Image"),
        (True, "/assets/delete.css", "Stylesheet"),
        (True, "/fonts/save.woff2", "Font"),
        (False, "/submit-button.3f2a.js", "XHR"),
        (False, "/submit-button.3f2a.js", "Document"),
        (False, "/submit-button.3f2a.js", "Ping"),
        (False, "/violation/ack", "Image"),
        (False, "/ack.gif", "Image"),
        (False, "/x/ack.gif?id=1", "Image"),
        (False, "/static/ack.gif?op=dismiss", "Image"),
        (False, "/dismiss/all.js?callback=done", "Script"),
        (False, "/dismiss.js", "Script"),
        (False, "/icons/close.svg", "Script"),
    ],
)
def test_11_2_a_file_is_told_from_a_deed(address: str, kind: str, *, is_one: bool) -> None:
    """By what it is asked for as, its ending, its folder and its query: a picture may act like a call."""
    judged = POLICY.examine(Phase.READ, "GET", HOME + address, headers={}, resource_type=kind)

    assert is_file(HOME + address, kind, content_host=False) is is_one
    assert (judged.verdict is Verdict.ALLOW) is is_one


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("", {"X-HTTP-Method-Override": "DELETE"}, None),
        ("", {"x-method-override": "put"}, None),
        ("", {"X-HTTP-Method": "PATCH"}, None),
        ("", {"X-HTTP-Method-Override": ""}, None),
        ("", {"X-Original-URL": "/appeal/start"}, None),
        ("", {"X-Rewrite-URL": "/"}, None),
        ("?_method=DELETE", {}, None),
        ("?%5Fmethod=put", {}, None),
        ("?_method=anything", {}, None),
        ("?method=POST", {}, None),
        ("?_METHOD=delete", {}, None),
        ("?%255fmethod=delete", {}, None),
        ("?_method%5B%5D=PUT", {}, None),
        ("?form[_method]=PUT", {}, None),
        ("?_http_method=POST", {}, None),
        ("?http.method=PUT", {}, None),
        ("?requestMethod=DELETE", {}, None),
        ("?p=" + quote('{"_method": "PUT"}'), {}, None),
        ("", {}, "_method=delete&x=1"),
        ("", {}, '{"x": {"_method": "PATCH"}}'),
        ("", {}, "form[_method]=PUT"),
        ("", {}, 'data={"_method": "PUT"}'),
        ("", {}, '{"_method": "GET", "_method": "PUT"}'),
        ("", {}, '--b\r\nContent-Disposition: form-data; name="_method"\r\n\r\nPUT\r\n--b--'),
    ],
)
@pytest.mark.parametrize("phase", list(Phase))
def test_11_2_a_method_in_disguise_is_turned_away(
    phase: Phase, query: str, headers: dict[str, str], body: str | None
) -> None:
    """In a header, the query or what is sent: also at an address whose POST is listed."""
    told = {"Content-Type": "text/plain", **headers}
    method = "GET" if body is None else "POST"
    judged = POLICY.examine(phase, method, f"{HOME}/read/listed{query}", body, headers=told)

    assert judged.verdict is Verdict.BLOCK
    assert "nothing allows it" in judged.why


def test_11_2_a_method_that_is_only_repeated_changes_nothing() -> None:
    """A form that says it is a POST, and a read that says it is a GET, are what they say."""
    get = POLICY.examine(Phase.READ, "GET", f"{HOME}/x?_method=get", headers={"X-HTTP-Method": "GET"})
    post = POLICY.examine(Phase.SIGN_IN, "POST", f"{HOME}/login", "_method=post&user=x", headers={})

    assert (get.verdict, post.verdict) == (Verdict.ALLOW, Verdict.ALLOW)


def test_11_2_a_ticked_box_of_a_form_that_signs_in_is_no_deed() -> None:
    """Nor is the name of its button: what it says beside the secrets is the form's own affair."""
    body = "user=x&password=y&agree=on&submit=1"

    assert POLICY.judge(Phase.SIGN_IN, "POST", f"{HOME}/x/4711", body) is Verdict.ALLOW
    assert POLICY.judge(Phase.READ, "POST", f"{HOME}/read/listed", body) is Verdict.BLOCK


@pytest.mark.parametrize(
    ("allowed", "path", "content", "body"),
    [
        (True, "/read/listed", "text/plain;charset=UTF-8", "x"),
        (False, "/read/listed", "application/x-www-form-urlencoded", "x=1"),
        (False, "/read/listed", "application/json", "{}"),
        (False, "/read/listed/", "text/plain", "x"),
        (False, "/read/listed2", "text/plain", "x"),
        (False, "/read/listed", "text/plain", '{"action": "acknowledge"}'),
        (False, "/read/listed", "text/plain", '{"a": [{"op": "updateStatus"}]}'),
        (False, "/read/listed", "text/plain", '{"payload": "{\\"action\\": \\"confirm\\"}"}'),
        (False, "/read/listed", "text/plain", '{"action": "list", "action": "confirm"}'),
        (False, "/read/listed", "text/plain", '{"action": "list"} // {"action": "confirm"}'),
        (False, "/read/listed", "text/plain", "data[action]=confirm"),
        (False, "/read/listed", "text/plain", '{"acknowledge": true}'),
        (False, "/read/listed", "text/plain", '{"options": {"markRead": 1}}'),
        (True, "/read/listed", "text/plain", '{"acknowledge": false, "withTotal": true}'),
        (True, "/read/listed", "text/plain", '{"action": "list", "sort": "create_time"}'),
    ],
)
def test_11_2_a_listed_post_is_matched_by_path_and_content(
    path: str, content: str, body: str, *, allowed: bool
) -> None:
    """The very path, the type that is listed, and nothing in the body that says what is to be done."""
    headers = {"content-type": content}
    judged = POLICY.examine(Phase.READ, "POST", HOME + path, body, headers=headers)

    assert (judged.verdict is Verdict.ALLOW) is allowed, judged.why


@pytest.mark.parametrize("name", FLOWS)
def test_11_2_no_address_that_a_flow_declares_is_denied(name: str) -> None:
    """Every page, and every answer that is asked for or known by a plain path, may be read."""
    toml = _toml(name)
    policy = Policy(toml)
    home = f"https://{toml.hosts.start}"
    answers = [_sample(answer.path) for answer in toml.answers.values() if answer.method == "GET"]
    asked = [answer.ask for answer in toml.answers.values() if answer.ask is not None]
    pages = [path for page in toml.pages.values() for path in page.all_paths]
    for path in (*pages, *asked, *answers):
        judged = policy.examine(Phase.READ, "GET", home + path, headers={}, resource_type="Document")
        assert judged.verdict is Verdict.ALLOW, (path, judged.why)


@pytest.mark.parametrize("name", FLOWS)
def test_11_2_no_flow_can_do_a_deed(name: str) -> None:
    """What acts on one console is turned away on each, whatever its own list of denied paths says."""
    toml = _toml(name)
    policy, home = Policy(toml), f"https://{toml.hosts.start}"

    judged = {address: policy.judge(Phase.READ, "GET", home + address) for address in ACTS}
    assert judged == dict.fromkeys(ACTS, Verdict.BLOCK)


def _sample(pattern: str) -> str:
    """Return a path that a pattern of an answer fits: each optional part left out, each choice its first."""
    text = re.sub(r"\(\?:[^()]*\)[*?]\??", "", re.sub(r"\(\?:[^()]*\([^()]*\)[^()]*\)[*?]\??", "", pattern))
    text = re.sub(r"\(\?:([^()|]*)[^()]*\)", r"\1", text)
    text = re.sub(r"/\?|\w\?", "", text) if re.search(r"/\?|\w\?", text) else text
    text = re.sub(r"\[[^\]]*\][+*]?|\\w\+?", "abc", text)
    path = re.sub(r"\\d\+?", "7", text).replace("\\.", ".").replace("\\", "")
    assert re.fullmatch(pattern, path), (pattern, path)
    return path


def test_11_2_a_declared_page_may_hold_the_words_of_its_own_path_alone() -> None:
    """A list of appeals that site.toml names is read; an address beside it or a deed in its query is not."""
    pages = {"home": {"path": "/"}, "appeals": {"path": "/performance/appeals"}}
    toml = SiteToml.model_validate({**TOML.model_dump(mode="python", by_alias=True), "pages": pages})
    policy = Policy(toml)

    assert policy.judge(Phase.READ, "GET", f"{HOME}/performance/appeals?page=2") is Verdict.ALLOW
    assert policy.judge(Phase.READ, "GET", f"{HOME}/performance/appeals/") is Verdict.ALLOW
    assert policy.judge(Phase.READ, "GET", f"{HOME}/performance/appeals?op=submit") is Verdict.BLOCK
    assert policy.judge(Phase.READ, "GET", f"{HOME}/performance/appeals?op=appeal") is Verdict.BLOCK
    assert policy.judge(Phase.READ, "GET", f"{HOME}/performance/appeals/7") is Verdict.BLOCK
    assert policy.judge(Phase.READ, "POST", f"{HOME}/performance/appeals") is Verdict.BLOCK


@pytest.mark.parametrize(
    ("allowed", "path"),
    [
        (True, "/auth/submit"),
        (True, "/session/create"),
        (True, "/api/login/sendCode"),
        (True, "/x/4711"),
        (False, "/plan/submit"),
        (False, "/login/appeal"),
        (False, "/login/acceptTerms"),
        (False, "/session/delete"),
        (False, "/deny/login"),
    ],
)
def test_11_2_a_form_that_signs_in_may_be_submitted(path: str, *, allowed: bool) -> None:
    """The word that sends a form is none of a deed beside one for signing in; any other deed stays one."""
    assert (POLICY.judge(Phase.SIGN_IN, "POST", HOME + path, "x=1") is Verdict.ALLOW) is allowed
    assert POLICY.judge(Phase.READ, "POST", HOME + path, "x=1") is Verdict.BLOCK


@pytest.mark.parametrize(
    ("allowed", "call"),
    [
        (True, {"operationName": "Login", "query": "mutation Login { login { ok } }"}),
        (False, {"operationName": "Ack", "query": "mutation Ack { ack { ok } }"}),
        (False, {"operationName": "Do", "query": "mutation Do { a }"}),
    ],
)
def test_11_2_graphql_that_writes_signs_in_or_goes_nowhere(call: dict[str, str], *, allowed: bool) -> None:
    """While signing in a mutation goes only if it says that it signs in."""
    body = json.dumps(call)

    assert (POLICY.judge(Phase.SIGN_IN, "POST", f"{HOME}/gateway", body) is Verdict.ALLOW) is allowed


def test_11_2_each_acting_word_is_told_with_what_would_allow_it() -> None:
    """The word, and what line of an override lets such an address be read."""
    word = POLICY.examine(Phase.READ, "GET", f"{HOME}/violation/ack")
    read = POLICY.examine(Phase.READ, "POST", f"{HOME}/api/x", "{}", headers={})

    assert "'ack'" in word.why
    assert '[[reads]] path = "/api/x"' in read.why
    assert acting_word("/violation/ack") == "ack"
