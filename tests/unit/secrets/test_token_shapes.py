"""11.13: tokens are found by what they are, wherever they stand; what a page says stays byte for byte."""

from __future__ import annotations

import json
import time
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.secrets.tokens import BLANK, TokenMask, is_secret_name

CANARY: Final = "q7Zx0Rk9TvB3nM1wLs8Yd2"
"""A token short enough to be taken for an id: only its name or its form tells what it is."""
DRAWN: Final = "mF9xQ2LpZ7rT4vKb8NcW3yHd6GsJ1uA5eX0oBi"
"""One that nothing names: only its looks tell."""

PLANTED: Final = {
    "a link's parameter": f'<a href="/orders?page=2&amp;token={CANARY}">Orders</a>',
    "a form's action": f"<form action='/save;jsessionid={CANARY}?x=1' method=post></form>",
    "a picture's source": f'<img src="https://cdn.example/a.png?sig={CANARY}&amp;w=2">',
    "an address signed by AWS": f'<a href="https://b.example/r.csv?X-Amz-Signature={CANARY}&X-Amz-Date=1">r</a>',
    "an address signed by CloudFront": f"<a href='https://b.example/r?Key-Pair-Id={CANARY}'>r</a>",
    "an address signed by Aliyun": f'<a href="https://b.example/r?OSSAccessKeyId={CANARY}&Expires=1">r</a>',
    "a fragment": f'<a href="#access_token={CANARY}&amp;state=1">in</a>',
    "a fragment behind a route": f'<a href="/app#/home?sid={CANARY}">in</a>',
    "user and password of an address": f'<a href="https://me:{CANARY}@shop.example/x">in</a>',
    "a path": f'<a href="/reset/{DRAWN}/now">in</a>',
    "an address in an address": f'<a href="/go?to=https%3A%2F%2Fx.example%2F%3Ftoken%3D{CANARY}">go</a>',
    "a set of sources": f'<img srcset="/a.png?token={CANARY} 1x, /b.png?token={CANARY} 2x">',
    "a refresh": f'<meta http-equiv="refresh" content="5;url=/next?auth_token={CANARY}">',
    "a field nobody sees": f"<input type=hidden name='_csrf' value='{CANARY}'>",
    "a meta element": f'<meta content="{CANARY}" name="csrf-token">',
    "an attribute of its name": f'<body data-session-id="{CANARY}">',
    "an element of its name": f'<code id="api-key">{CANARY}</code>',
    "a document in an attribute": f"<i data-s='{{&quot;a&quot;:{{&quot;jwt&quot;:&quot;{CANARY}&quot;}}}}'>",
    "a script": f"<script>window.__S = {{session: {{id: '{CANARY}'}}, n: 1}};</script>",
    "a script that sets a header": f'<script>headers["X-CSRF-Token"] = "{CANARY}";</script>',
    "a call": f'<script>x.setRequestHeader("X-XSRF-TOKEN", "{CANARY}")</script>',
    "a handler": f"<button onclick=\"send({{csrfToken: '{CANARY}'}})\">x</button>",
    "a document in a script": '<script>var s = "{\\"refreshToken\\":\\"' + CANARY + '\\"}";</script>',
    "words": f"<p>Authorization: Bearer {CANARY}</p>",
    "words without a name": f"<p>use bearer {CANARY} here</p>",
    "a comment": f"<!-- debug: session-token={CANARY} -->",
    "a field of JSON": json.dumps({"data": {"accessToken": CANARY}}),
    "a list of JSON": json.dumps({"tokens": ["x", CANARY, "z"]}),
    "a header as a pair": json.dumps({"headers": [["x-csrf-token", CANARY]]}),
    "a header by name and value": json.dumps({"headers": [{"name": "anti-csrf", "value": CANARY}]}),
    "escaped JSON": json.dumps({"state": json.dumps({"sessionToken": CANARY})}),
    "JSON escaped twice": json.dumps({"a": json.dumps({"b": json.dumps({"jwt": CANARY})})}),
    "JSON escaped otherwise": '{"tok\\u0065n": "' + CANARY + '"}',
    "JSON with backslashes": '{"url":"https:\\/\\/x.example\\/?token=' + CANARY + '\\/"}',
    "JSON behind a guard": ")]}',\n" + json.dumps({"csrf": CANARY}),
    "an address in JSON": json.dumps({"download": f"https://b.example/f?Signature={CANARY}&Expires=99"}),
    "a fragment in JSON": json.dumps({"next": f"/cb#id_token={CANARY}"}),
    "cookies in JSON": json.dumps({"set": f"session-id=133; session-token={CANARY}; Path=/"}),
    "a bearer text in JSON": json.dumps({"hint": f"Bearer {CANARY}"}),
    "what nothing names": json.dumps({"blob": DRAWN}),
    "a page in JSON": json.dumps({"html": f'<a href="/x?token={CANARY}">x</a>'}),
    "a JWT": f"<p>eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI{CANARY}.{CANARY}</p>",
}


@pytest.mark.parametrize("shape", PLANTED)
def test_11_13_a_planted_token_is_blanked_and_counted(shape: str) -> None:
    """Whatever shape it has: gone from the text, one or more were counted, the mark is there."""
    text = PLANTED[shape]
    mask = TokenMask()

    masked = mask.html(text) if text.lstrip().startswith("<") else mask.document(text)

    assert CANARY not in masked
    assert DRAWN not in masked
    assert mask.count >= 1
    assert mask.html(masked) == masked if text.startswith("<") else mask.document(masked) == masked


@pytest.mark.parametrize("shape", [shape for shape, text in PLANTED.items() if text.startswith("{")])
def test_11_13_a_document_stays_one(shape: str) -> None:
    """JSON without its tokens is JSON of the same build; a document read already is masked alike."""
    before = json.loads(PLANTED[shape])
    after = json.loads(TokenMask().document(PLANTED[shape]))
    mask = TokenMask()

    assert _build(after) == _build(before)
    assert CANARY not in json.dumps(mask.json(before))
    assert mask.count >= 1


def _build(value: object) -> object:
    if isinstance(value, dict):
        return {key: _build(inner) for key, inner in value.items()}
    return [_build(inner) for inner in value] if isinstance(value, list) else type(value)


@pytest.mark.parametrize(
    "text",
    [
        "<p>Your account is at risk of deactivation. Value: 0.35%, authorization: required</p>",
        '<a class="btn primary" href="/dashboard?ref=nav&amp;mons_sel_mkid=amzn1.mp.o.ATVPDKIKX0DER">x</a>',
        '<script src="/static/js/main.3f9c2b1a.chunk.js"></script><style>a{color:red}</style>',
        '<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk">',
        '<div id="css-1q2w3e4r5t" data-testid="ahr-score" aria-label="Account Health Rating: 204">204</div>',
        '<script>if (session.active && token === null) { render("SellerAccountHealth2Dashboard"); }</script>',
        '{"tokenized":true,"status":"AT_RISK_OF_DEACTIVATION","authorization":"REQUIRED","session":"ACTIVE"}',
        '{"orderId":"113-1234567-7654321","asin":"B0ABCDEF12","uuid":"0b5e1c1e-7d5e-4c58-9c8f-1f0a4c1de001"}',
        '{"nodeId":"U2VsbGVyUGVyZm9ybWFuY2U6MTIzNDU2Nzg5MA","sha256":"' + "ab12" * 16 + '"}',
        '["GET 127.0.0.1/appeal/appeals/csrf","POST 127.0.0.1/case/submit","token expired","2 days"]',
        "<p>Basic information, token authentication, bearer instruments; time 12:30, ratio 3:1</p>",
    ],
)
def test_11_13_what_a_page_says_is_not_touched(text: str) -> None:
    """Words, numbers, ids, digests, pictures, addresses of pages, programs: byte for byte."""
    mask = TokenMask()

    assert (mask.html(text) if text.startswith("<") else mask.document(text)) == text
    assert mask.count == 0


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        *(
            (name, True)
            for name in ("csrfToken", "anti-csrftoken-a2z", "X-Amz-Security-Token", "SESSION_ID", "sig")
        ),
        *(
            (name, True)
            for name in ("msToken", "_m_h5_tk", "SPC_EC", "apiKey", "refresh_token", "password", "sid")
        ),
        *(
            (name, False)
            for name in ("status", "tokenized", "sessionCount", "author", "design", "assignee", "key")
        ),
    ],
)
def test_11_13_a_name_says_whether_it_holds_a_secret(name: str, is_secret: bool) -> None:
    """By its words, whatever the case and the marks between them; a part of a word is no word."""
    assert is_secret_name(name) == is_secret


@given(st.text(alphabet="<>\"'\\/=&;:?#{}[]()!- \n\tabtokenSID0%", max_size=200))
def test_11_13_any_text_is_gone_through(text: str) -> None:
    """No text breaks it, and one in which nothing was blanked comes back as it was."""
    for way in ("html", "document", "script", "text", "url"):
        masked = getattr(TokenMask(), way)(text)
        assert isinstance(masked, str)
        assert BLANK in masked or masked == text


@pytest.mark.parametrize(
    "odd", ["\ud800", b"caf\xe9".decode("utf-8", "surrogateescape")], ids=["half", "latin"]
)
@pytest.mark.parametrize("way", ["html", "document", "text", "url"])
def test_what_is_no_utf_8_beside_a_token_costs_no_evidence(way: str, odd: str) -> None:
    """A page of another encoding, or a text with half a character: the token is blanked all the same."""
    token = "aB3dE5fG7hI9jK1mN2pQ"
    address = f"https://x.example/a?next={odd}/?token={token}"

    masked = str(getattr(TokenMask(), way)(address))

    assert token not in masked


@pytest.mark.parametrize(
    "hostile",
    [
        "<input " + 'a="' * 50_000 + "token" * 50_000 + "<textarea" * 20_000,
        '"\\' * 60_000,
        "<!--" * 40_000,
        "<script>" * 20_000,
        "token=" * 40_000,
        '{"a":' * 30_000,
        "?a=?" * 40_000,
        "<a x='" * 30_000,
        "-----BEGIN PRIVATE KEY-----" * 5_000,
    ],
    ids=lambda text: text[:12],
)
def test_d11_a_text_made_to_be_slow_is_gone_through_in_time(hostile: str) -> None:
    """A hundred kilobytes of what patterns stumble over take seconds of the processor at most."""
    began = time.process_time()

    for way in ("html", "document", "script", "text", "url"):
        getattr(TokenMask(), way)(hostile)

    assert time.process_time() - began < 10
