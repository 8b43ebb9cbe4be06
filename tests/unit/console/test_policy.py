"""What the guard lets through, as a table: C2 (whose page is it), C3 (denied paths), C4 (GraphQL)."""

from __future__ import annotations

import json

import pytest

from checker.console.operations import asks_only, may_write
from checker.console.policy import Phase, Policy, Verdict
from checker.console.retry_after import seconds_asked
from tests.guard.attempts import TOML
from tests.unit.report.samples import NOW

HOME = "https://console.example"
POLICY = Policy(TOML)


@pytest.mark.parametrize(
    "url",
    [
        "http://console.example/signin",
        "https://console.example:8443/signin",
        "https://console.example.evil.example/signin",
        "https://evil-console.example/signin",
        "https://xn--cnsole-wxa.example/signin",
        "https://console.example./signin",
        "https://console.example@evil.example/signin",
        "https://user@console.example/signin",
        "https://evil.example/console.example/signin",
        "https://127.0.0.1/signin",
        "https://[::1/signin",
        "ftp://console.example/signin",
        "javascript:alert(1)",
    ],
)
def test_c2_a_page_that_is_not_the_consoles_gets_no_secret(url: str) -> None:
    """Another scheme, port, sub-domain, script, spelling or user: not at home, and nothing goes there."""
    assert not POLICY.may_post_secret(url)
    assert POLICY.judge(Phase.SIGN_IN, "POST", url) is Verdict.BLOCK
    assert POLICY.judge(Phase.READ, "GET", url) is Verdict.BLOCK


def test_c2_the_consoles_own_form_gets_it_in_one_phase() -> None:
    """A listed address of a listed host by HTTPS takes the form while we sign in, and never after."""
    assert POLICY.may_post_secret(f"{HOME}/signin")
    assert POLICY.judge(Phase.SIGN_IN, "POST", f"{HOME}/signin") is Verdict.ALLOW
    assert POLICY.judge(Phase.READ, "POST", f"{HOME}/signin") is Verdict.BLOCK


@pytest.mark.parametrize(
    "path",
    [
        "/deny/x",
        "/DENY/x",
        "//deny/x",
        "/a/../deny/x",
        "/a/%2e%2e/deny/x",
        "/%64eny/x",
        "/%2564eny/x",
        "/%252564eny/x",
        "/a/..%2fdeny/x",
        "/a\\..\\deny/x",
        "/./deny",
        "/deny;jsessionid=1/x",
        "/;a/deny",
        "/deny%00",
        "/%09deny",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_c3_a_denied_path_is_denied_however_it_is_spelt(path: str, method: str) -> None:
    """Percent signs, slashes, dots, case, parameters and controls change nothing, nor does the method."""
    assert POLICY.judge(Phase.READ, method, HOME + path) is Verdict.BLOCK
    assert POLICY.judge(Phase.SIGN_IN, method, HOME + path) is Verdict.BLOCK


@pytest.mark.parametrize("path", ["/read//listed", "/read/./listed", "/read/%6cisted", "/read/listed;a"])
def test_c3_a_listed_path_is_listed_in_one_spelling_only(path: str) -> None:
    """What a server would have to tidy up first is not what the list says."""
    assert POLICY.judge(Phase.READ, "POST", f"{HOME}/read/listed") is Verdict.ALLOW
    assert POLICY.judge(Phase.READ, "POST", HOME + path) is Verdict.BLOCK


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "POST "])
def test_c3_only_what_reads_and_the_listed_posts_exist(method: str) -> None:
    """Every other method is turned away, at listed addresses too."""
    assert POLICY.judge(Phase.READ, method, f"{HOME}/read/listed") is Verdict.BLOCK


QUERY = {"operationName": "Health", "query": "query Health($a: ID) { health(id: $a) { status } }"}
CALLS = [
    ("a query", QUERY, True),
    (
        "a query with a fragment",
        {**QUERY, "query": "fragment F on H { a } query Health { h { ...F } }"},
        True,
    ),
    ("a batch of queries", [QUERY, QUERY], True),
    ("a field that is called mutation", {**QUERY, "query": "query Health { mutation }"}, True),
    ("a query and the hash of it", {**QUERY, "extensions": {"persistedQuery": {"sha256Hash": "0"}}}, True),
    ("a mutation", {"operationName": "Do", "query": "mutation Do { a }"}, False),
    ("a mutation named like the query", {**QUERY, "query": "mutation Health { a }"}, False),
    ("a subscription named like it", {**QUERY, "query": "subscription Health { a }"}, False),
    ("a mutation behind a comment", {**QUERY, "query": "# query Health { a }\nmutation Health { a }"}, False),
    ("a second operation", {**QUERY, "query": "query Health { a } mutation Do { b }"}, False),
    ("another name asked for", {**QUERY, "operationName": "Do"}, False),
    ("no name", {"query": "query Health { a }"}, False),
    ("the one query, unnamed", {**QUERY, "query": "{ health }"}, True),
    ("two of them", {**QUERY, "query": "{ health } { health }"}, False),
    ("an unnamed mutation", {**QUERY, "query": "mutation { health }"}, False),
    ("a batch with one mutation", [QUERY, {**QUERY, "query": "mutation Health { a }"}], False),
    ("an empty batch", [], False),
    (
        "a hash alone",
        {"operationName": "Health", "extensions": {"persistedQuery": {"sha256Hash": "0"}}},
        False,
    ),
    ("no GraphQL", {**QUERY, "query": "query Health {"}, False),
    ("something deep", {**QUERY, "query": "query Health " + "{ a " * 6000 + "}" * 6000}, False),
    ("a number", 1, False),
    ("nothing", None, False),
]


@pytest.mark.parametrize(("call", "reads"), [row[1:] for row in CALLS], ids=[row[0] for row in CALLS])
def test_c4_a_graphql_call_is_judged_by_what_it_would_do(call: object, reads: bool) -> None:
    """By kind and name of its parsed operations; a batch goes all or nothing; unknown hashes do not go."""
    verdict = POLICY.judge(Phase.READ, "POST", f"{HOME}/graphql/x", json.dumps(call))

    assert (verdict is Verdict.ALLOW) is reads


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "query Health { a }",
        '{"operationName":"Health","query":"query Health { a }","query":"mutation Health { a }"}',
        '{"operationName":"Health","query":"query Health { a }"} {"query":"mutation { a }"}',
        "------x\r\nContent-Disposition: form-data; name=query\r\n\r\nquery Health { a }\r\n------x--",
    ],
)
def test_c4_a_body_that_two_readers_could_read_differently_does_not_go(body: str | None) -> None:
    """No body, no JSON, a name given twice, two documents, a form: all turned away."""
    assert not asks_only(body, "", "Health")


@pytest.mark.parametrize(
    ("query", "writes"),
    [
        ("query=mutation%20%7B%20a%20%7D", True),
        ("operationName=Health&query=mutation+Health+%7Ba%7D", True),
        ("query=subscription+%7Ba%7D", True),
        ("query=query+Health+%7Ba%7D", False),
        ("query=how+mutation+works", False),
        ("query=%23+mutation+%7Ba%7D%0Aquery+Health+%7Ba%7D", False),
        # Under whatever name it is sent, and whatever wraps it.
        ("q=mutation+%7Ba%7D", True),
        ("payload=%7B%22query%22%3A%22mutation+%7Ba%7D%22%7D", True),
        ("calls=%5B%7B%22gql%22%3A%22mutation+%7Ba%7D%22%7D%5D", True),
        ("p=eyJxdWVyeSI6Im11dGF0aW9ue2F9In0", True),
        ("", False),
    ],
)
def test_c4_a_get_may_be_a_mutation_too(query: str, writes: bool) -> None:
    """At any address; words that are no GraphQL are somebody's search."""
    verdict = POLICY.judge(Phase.READ, "GET", f"{HOME}/anything?{query}")

    assert may_write(query) is writes
    assert (verdict is Verdict.BLOCK) is writes


@pytest.mark.parametrize(
    "body",
    [
        '{"query": "mutation Health { a }"}',
        '[{"query": "query Health { a }"}, {"query": "mutation { a }"}]',
        '{"a": [{"document": "subscription { a }"}]}',
        '{"payload": "{\\"query\\": \\"mutation { a }\\"}"}',
        '{"query": "query { a }", "query": "mutation { a }"}',
        "mutation { a }",
        'operations={"query": "mutation { a }"}',
        '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query": "mutation {a}"}\r\n--x--',
        '{"query": "mutation { ' + "a " * 30_000 + '}"}',
        '{"query": "mutation ' + "{ a " * 6_000 + "}" * 6_000 + '"}',
    ],
    ids=lambda body: body[:40],
)
@pytest.mark.parametrize("phase", list(Phase))
def test_c4_no_listed_address_takes_graphql_that_writes(phase: Phase, body: str) -> None:
    """A POST that is listed by its path alone, and carries GraphQL all the same, is held to what it does."""
    listed = "/read/listed"
    headers = {"content-type": "text/plain"}

    assert POLICY.examine(phase, "POST", HOME + listed, "{}", headers=headers).verdict is Verdict.ALLOW
    assert POLICY.examine(phase, "POST", HOME + listed, body, headers=headers).verdict is Verdict.BLOCK


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("operationName=Health&query=query+Health+%7Ba%7D", True),
        ("operationName=Other&query=query+Other+%7Ba%7D", False),
        ("operationName=Health&extensions=%7B%22persistedQuery%22%3A%7B%7D%7D", False),
        ("operationName=Health&query=query+Health+%7Ba%7D&query=mutation+Health+%7Ba%7D", False),
    ],
)
def test_c4_a_get_at_a_listed_address_is_held_to_the_list(query: str, allowed: bool) -> None:
    """The operation must be the listed one, given once, and in words."""
    verdict = POLICY.judge(Phase.READ, "GET", f"{HOME}/graphql/x?{query}")

    assert (verdict is Verdict.ALLOW) is allowed


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        (f"{NOW:%a, %d %b %Y %H:%M:%S} GMT", 0.0),
        ("999999999999", 604_800.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 604_800.0),
        ("-5", 0.0),
        ("soon", 0.0),
        ("", 0.0),
        ("１２", 0.0),
        # An hour, then a zone, of more digits than the calendar has.
        (f"2 Oct 2026 {'9' * 60}:00 GMT", 0.0),
        (f"Fri, 31 Dec 2026 23:59:59 +{'9' * 30}", 0.0),
    ],
)
def test_how_long_a_console_asks_to_be_left_alone(header: str, seconds: float) -> None:
    """Seconds or a date, at most a week; anything else asks for nothing."""
    assert seconds_asked(header, NOW) == seconds
