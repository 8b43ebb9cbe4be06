"""What the guard decides of one request: pure judgement, phase by phase."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.console.guard import Phase, Policy, Verdict, is_loopback
from checker.flow import SiteToml, load_site_toml

_TOML = """
deny = ["(?i)/appeal", "^/settings"]
hosts = { start = "seller.shop.example", also = ["cdn.shop.example"] }
sites = []
flow = { marketplace = "shop", title = "Shop", version = "1.0", contract = 1 }
pages = { home = { path = "/" } }
states = [{ name = "in", markers = ["#app"], act = "arrived" }]
reads = [{ path = "/api/list" }, { path = "/graphql", operation = "Health" }]

[signin]
start = "home"
posts = ["/login"]
user = { box = ["#u"], submit = ["#n"] }
password = { box = ["#p"], submit = ["#n"] }
"""
_HOME = "https://seller.shop.example"


@pytest.fixture(scope="module")
def toml(tmp_path_factory: pytest.TempPathFactory) -> SiteToml:
    """Return the data of a made-up console."""
    path: Path = tmp_path_factory.mktemp("shop") / "site.toml"
    path.write_text(_TOML, "utf-8")
    return load_site_toml(path)


def _call(operation: str, text: str) -> str:
    return json.dumps({"operationName": operation, "query": text})


@pytest.mark.parametrize(
    ("verdict", "method", "url"),
    [
        (Verdict.ALLOW, "GET", f"{_HOME}/health"),
        (Verdict.ALLOW, "HEAD", "https://cdn.shop.example/a.js"),
        (Verdict.ALLOW, "POST", f"{_HOME}/login"),
        (Verdict.ALLOW, "POST", f"{_HOME}/api/list?page=2"),
        (Verdict.ALLOW, "GET", "data:text/plain,x"),
        (Verdict.ALLOW, "POST", f"{_HOME}/login/extra"),
        (Verdict.ALLOW, "POST", f"{_HOME}/x/4711"),
        (Verdict.BLOCK, "POST", "https://cdn.shop.example/login"),
        (Verdict.BLOCK, "POST", f"{_HOME}/settings/login"),
        (Verdict.BLOCK, "POST", f"{_HOME}/api/list/delete"),
        (Verdict.BLOCK, "PUT", f"{_HOME}/api/list"),
        (Verdict.BLOCK, "DELETE", f"{_HOME}/login"),
        (Verdict.BLOCK, "GET", f"{_HOME}/Appeal/start"),
        (Verdict.BLOCK, "POST", f"{_HOME}/settings"),
        (Verdict.BLOCK, "GET", "http://seller.shop.example/health"),
        (Verdict.BLOCK, "GET", "https://seller.shop.example:8443/health"),
        (Verdict.BLOCK, "GET", "https://seller.shop.example.evil.example/"),
        (Verdict.BLOCK, "GET", "https://evil.example/"),
        (Verdict.BLOCK, "GET", "ftp://seller.shop.example/"),
        (Verdict.BLOCK, "GET", "file:///etc/passwd"),
    ],
)
def test_a_request_while_signing_in(toml: SiteToml, verdict: Verdict, method: str, url: str) -> None:
    """Reads of the console's own hosts and posts to the sign-in origin that act by no word; nothing else."""
    assert Policy(toml).judge(Phase.SIGN_IN, method, url) is verdict


def test_the_sign_in_form_may_not_be_sent_once_reading(toml: SiteToml) -> None:
    """After the sign-in, its own form is one more thing that is not sent."""
    assert Policy(toml).judge(Phase.READ, "POST", f"{_HOME}/login") is Verdict.BLOCK


@pytest.mark.parametrize(
    ("verdict", "body"),
    [
        (Verdict.ALLOW, _call("Health", "query Health { a }")),
        (Verdict.ALLOW, _call("Health", " { a }")),
        (Verdict.BLOCK, _call("Health", "mutation Health { a }")),
        (Verdict.BLOCK, _call("Other", "query Other { a }")),
        (Verdict.BLOCK, f"[{_call('Health', 'query Health { a }')}, {_call('Other', 'query Other { a }')}]"),
        (Verdict.ALLOW, f"[{_call('Health', 'query Health { a }')}]"),
        (Verdict.BLOCK, "[]"),
        (Verdict.BLOCK, "not json"),
        (Verdict.BLOCK, "[" * 100_000),
        (Verdict.BLOCK, None),
        (Verdict.BLOCK, json.dumps({"operationName": "Health"})),
    ],
)
def test_a_graphql_call_is_known_by_its_operation(toml: SiteToml, verdict: Verdict, body: str | None) -> None:
    """Only the listed query goes through; of a batch everything or nothing does."""
    assert Policy(toml).judge(Phase.READ, "POST", f"{_HOME}/graphql", body) is verdict


def test_an_account_on_a_replica_stays_there(toml: SiteToml) -> None:
    """Every host of the flow is sent to the account's origin, and nothing leaves it."""
    policy = Policy(toml, "http://127.0.0.1:9000")

    assert policy.judge(Phase.READ, "GET", "http://127.0.0.1:9000/health") is Verdict.ALLOW
    assert policy.judge(Phase.READ, "GET", "http://127.0.0.1:9001/health") is Verdict.BLOCK
    assert policy.judge(Phase.READ, "GET", f"{_HOME}/health?a=b") is Verdict.REROUTE
    assert policy.rerouted(f"{_HOME}/health?a=b") == "http://127.0.0.1:9000/health?a=b"
    assert policy.judge(Phase.SIGN_IN, "POST", f"{_HOME}/login") is Verdict.BLOCK
    assert policy.judge(Phase.READ, "GET", "https://evil.example/") is Verdict.BLOCK


@pytest.mark.parametrize(
    ("may", "url"),
    [
        (True, f"{_HOME}/login"),
        (True, f"{_HOME}/loginx"),
        (False, f"{_HOME}/settings"),
        (False, f"{_HOME}/acceptTerms"),
        (False, "https://cdn.shop.example/login"),
        (False, "http://seller.shop.example/login"),
        (False, "https://evil.example/login"),
    ],
)
def test_where_a_secret_may_go(toml: SiteToml, url: str, *, may: bool) -> None:
    """To the sign-in origin by HTTPS, on a path that is not denied, and nowhere else."""
    assert Policy(toml).may_post_secret(url) is may


@pytest.mark.parametrize(
    ("own", "host"),
    [(True, "localhost"), (True, "127.0.0.1"), (True, "::1"), (False, "127.example"), (False, "10.0.0.1")],
)
def test_what_is_this_machine(host: str, *, own: bool) -> None:
    """Loopback addresses and their name, and nothing that only looks like them."""
    assert is_loopback(host) is own
