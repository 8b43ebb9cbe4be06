"""What is red for its looks is no red status, and nothing that may be one is taken for it."""

# ruff: noqa: E501 - a page is easier to read in one line

from __future__ import annotations

import pytest

from checker.flow import Page
from checker.flow.coverage import red_statuses, unclaimed

RED = "data-checker-tone=red"
# Something to stand beside, so that what is tested is not half of the page.
REST = "<main><p>" + "Here you see how your account is doing on this marketplace. " * 12 + "</p></main>"
HEAD = "<a href='/'>Acme</a> <a href=/orders>Orders</a>"
LINKS = "".join(f"<p><a {RED} href=/{name}>{name}</a></p>" for name in ("Orders", "Ads", "Reviews"))

LOOKS = {
    "the brand leads home": f"<header><a href='/' {RED}>Acme</a> <a href=/orders>Orders</a></header>",
    "the brand leads home by its whole address": f"<div><a href='https://acme.example/home' {RED}>Acme</a></div>",
    "the first letter of the brand": f"<header><i {RED}>A</i><i>cme</i><nav><a href=/a>Orders</a></nav></header>",
    "how many messages are unread": f"<header>{HEAD}<div class=bell><i {RED}>7</i></div></header>",
    "more than can be counted": f"<header>{HEAD}<a aria-label='Inbox'><b {RED}>99+</b></a></header>",
    "links of a console whose links are red": LINKS,
    "a window that offers to talk": f"<div data-checker-frame='Live chat'><b {RED}>Hi there</b></div>",
}

STILL_RED = {
    "a word in the head of a page": ("Suspended", f"<header>{HEAD}<b {RED}>Suspended</b></header>"),
    "a number beside what it counts": ("Account health", f"<header>{HEAD}<a>Account health</a><b {RED}>3</b></header>"),
    "a bell that names something": ("Strikes", f"<header>{HEAD}<p class=bell>Strikes <b {RED}>3</b></p></header>"),
    "a word in the bell": ("Mystery", f"<header>{HEAD}<b class=bell {RED}>Mystery</b></header>"),
    "a word in the head": ("Mystery", f"<header>{HEAD}<b {RED}>Mystery</b></header>"),
    "the first word of the head": ("Mystery", f"<header><b {RED}>Mystery</b> {HEAD}</header>"),
    "a mark in the head": ("Mystery", f"<header>{HEAD}<p>Mystery <i {RED}></i></p></header>"),
    "the head of a card": ("Mystery", f"<div class=card><header>Standing <b {RED}>Mystery</b></header></div>"),
    "the head of a section": ("Mystery", f"<main><header>{HEAD}<b {RED}>Mystery</b></header></main>"),
    "a bell out of the head": ("7", f"<div><b class=bell {RED}>7 x</b></div>"),
    "a pill with a number in the row of a bell": ("3", f"<div>Violations<b class=bell {RED}>3</b></div>"),
    "a link that leads nowhere": ("Mystery", f"<p><a {RED} href='#'>Mystery</a></p>"),
    "a link without an address": ("Mystery", f"<p><a {RED} href=''>Mystery</a></p>"),
    "a link home under a heading": ("Mystery", f"<h2>Standing</h2><p><a {RED} href='/'>Mystery</a></p>"),
    "a link home in the page itself": ("Mystery", f"<main><a {RED} href='/'>Mystery</a></main>"),
    "a card that leads home": ("Standing", f"<div><a href='/home'>Standing <b {RED}>3 x</b></a></div>"),
    "a link elsewhere": ("Mystery", f"<p><a {RED} href=/a>Mystery</a></p>"),
    "a red link in a row": ("Mystery", f"<table><tr><td>Strikes<td><a {RED} href=/a>Mystery</a></table>{LINKS}"),
    "a mark in a row": ("Mystery", f"<table><tr><td>Strikes<td>Mystery <i {RED}></i></table>{LINKS}"),
    "a red link beside a name": ("Mystery", f"<div>Strikes <a {RED} href=/a>Mystery</a></div>{LINKS}"),
    "a red link that counts": ("Strikes", f"<div>Strikes <a {RED} href=/a>3</a></div>{LINKS}"),
    "a red link that is pressed": ("Mystery", f"<p><a {RED} href='#'>Mystery</a></p>{LINKS}"),
    "no link beside red ones": ("Mystery", f"<p><b {RED}>Mystery</b></p>{LINKS}"),
    "a red one of many links": ("Mystery", f"<p><a {RED} href=/a>Mystery</a></p>" + "<p><a href=/b>B</a></p>" * 9),
    "a frame of the console": ("Mystery", f"<div data-checker-frame='notices'><b {RED}>Mystery</b></div>"),
    "a frame about chats": ("Mystery", f"<div data-checker-frame='Chat response rate'><b {RED}>Mystery</b></div>"),
    "a count in a chat": ("Strikes", f"<div data-checker-frame='Live chat'>Strikes <b {RED}>3</b></div>"),
    "a word in a chat": ("suspended", "<div data-checker-frame='Live chat'><p>Account suspended</p></div>"),
    "a sentence in a chat": (
        "suspended",
        "<div data-checker-frame='chat'><p>We are sorry. Your account has been suspended.</p></div>",
    ),
}  # fmt: skip


def _page(html: str) -> Page:
    return Page("p", "/p", 200, f"<!doctype html><html lang=en><body>{html}{REST}</body></html>")


def _red(html: str) -> list[str]:
    return [red.text for red in red_statuses(_page(html), (), "en", locale="en_US")]


@pytest.mark.parametrize("html", LOOKS.values(), ids=LOOKS)
def test_a_colour_that_is_there_for_its_looks_is_no_red(html: str) -> None:
    """The console's name, what nobody has read yet, its links, and a window that offers to talk."""
    assert _red(html) == []


@pytest.mark.parametrize(("says", "html"), STILL_RED.values(), ids=STILL_RED)
def test_whatever_may_be_a_status_stays_red(says: str, html: str) -> None:
    """A red that is hidden may cost the account, one too many costs a look."""
    assert any(says in text for text in _red(html))


def test_what_is_no_red_is_told_as_not_understood() -> None:
    """Were a status taken for decoration after all, it would not be passed over."""
    found = unclaimed(_page(LOOKS["the brand leads home by its whole address"]), (), "en")

    assert [(each.text, each.kind, each.tone) for each in found] == [("Acme", "pill", "red")]
