"""What is blanked in text before it is kept, and what is not."""

from __future__ import annotations

import quopri

import pytest

from checker.evidence.masks import HIDDEN, Masks, kept_headers, mhtml_texts
from checker.evidence.wacz import sort_key

COOKIE = "133-9876543-1234567"
MASKS = Masks.of_cookies([COOKIE, "en_US", "1"])


@pytest.mark.parametrize(
    ("page", "gone"),
    [
        ('<input type="hidden" name="anti" value="canary-1">', "canary-1"),
        ('<input value="canary>1" name="a>b">', "canary"),
        ('<INPUT TYPE="TEXT" VALUE="canary-1"/>', "canary-1"),
        ('<textarea name="note">canary-1</textarea>', "canary-1"),
        ('<meta name="csrf-token" content="canary-1">', "canary-1"),
        ('<div data-csrf-token="canary-1"></div>', "canary-1"),
        ('<script>window.csrfToken = "canary-1";</script>', "canary-1"),
        ("<script>var o = {'sessionId': 'canary-1'}</script>", "canary-1"),
        ('{"anti-csrftoken-a2z":"canary-1","ok":true}', "canary-1"),
        (f"<p>session {COOKIE}</p>", COOKIE),
        ('<option value="canary-1" selected="">one</option>', "canary-1"),
    ],
)
def test_what_was_typed_tokens_and_cookies_are_blanked(page: str, gone: str) -> None:
    """The value is gone, something was counted, and the rest of the element is still there."""
    masked, count = MASKS.html(page.encode())

    assert gone.encode() not in masked
    assert count >= 1
    assert masked[:4] == page.encode()[:4]


@pytest.mark.parametrize(
    "page",
    [
        '<input type="submit" value="Submit an appeal">',
        '<meta name="viewport" content="width=device-width">',
        "<p>Your account is at risk of deactivation. Value: 0.35%</p>",
        '{"tokenized":true,"status":"AT_RISK_OF_DEACTIVATION"}',
        "<p>en_US 1</p>",
    ],
)
def test_what_the_page_says_is_untouched(page: str) -> None:
    """Words, numbers, labels of buttons and short settings stay byte for byte."""
    assert (page.encode(), 0) == MASKS.html(page.encode())


def test_an_mhtml_is_blanked_in_its_text_parts_only() -> None:
    """A token broken over two lines of the transfer encoding is found; pictures stay as they were."""
    html = f'<p>{"x" * 60}{COOKIE}{"y" * 60}</p>\n<input type="text" value="canary-1">\n'
    body = quopri.encodestring(html.encode()).replace(b"\n", b"\r\n")
    picture = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    head = b'Content-Type: multipart/related; boundary="--B--"\r\n\r\n'
    page = b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    data = head + b"----B--\r\n" + page + body + b"----B--\r\n" + picture + b"----B----\r\n"

    masked, count = MASKS.mhtml(data)

    texts = mhtml_texts(masked)
    assert COOKIE.encode() in mhtml_texts(data)
    assert COOKIE.encode() not in texts
    assert b"canary-1" not in texts
    assert HIDDEN.encode() in texts
    assert (picture in masked, count) == (True, 2)


def test_headers_that_carry_secrets_are_left_out() -> None:
    """Only headers of a list of harmless ones are kept; tokens in addresses are blanked."""
    headers = {
        "Set-Cookie": "a=b", "Authorization": "Bearer x", "X-Csrf": "y", "Content-Type": "text/html",
        "Location": "https://u:p@shop.example/a?token=canary-1&page=2#frag",
    }  # fmt: skip

    kept = kept_headers(headers, MASKS)

    assert kept == {
        "content-type": "text/html",
        "location": "https://shop.example/a?token=%5Bmasked%5D&page=2",
    }


def test_a_page_made_to_be_slow_is_masked_in_time() -> None:
    """D11: a megabyte of unfinished tags, quotes and token words is gone through once."""
    hostile = (b"<input " + b'a="' * 100_000) + b"token" * 100_000 + b"<textarea" * 50_000

    masked, _ = MASKS.html(hostile)

    assert len(masked) == len(hostile)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.shop.example/B?z=1&A=2", "example,shop)/b?a=2&z=1"),
        ("http://127.0.0.1:8000/x", "1,0,0,127:8000)/x"),
        ("https://shop.example:443", "example,shop)/"),
    ],
)
def test_addresses_are_sorted_as_web_archives_sort_them(url: str, key: str) -> None:
    """The keys are those a replay viewer looks for."""
    assert key == sort_key(url)
