"""The pages in a real browser: on a phone and on a desk, in both languages, under their own policy."""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from checker.cli.main import main
from checker.model import Exit
from checker.report.lists import short_id
from checker.report.words import words_for
from checker.serve.app import make_app
from checker.serve.listening import door_of, listener_at
from tests.unit.serve.story import ITEM, RATE, STATUS, Seller

PAGES = (
    "/",
    "/findings",
    f"/finding/{short_id(STATUS)}",
    f"/finding/{short_id(ITEM)}",
    f"/history?key={RATE}",
    "/shop?at=amazon/main/US",
    "/deadlines",
    "/coverage",
    "/runs",
    "/run?name=run-2",
    "/evidence",
    "/messages",
    "/confirm",
    "/confirm?at=amazon/main/US",
    f"/confirm/place?key={STATUS}",
    "/nowhere",
)
SIZES = {"phone": (390, 844), "desk": (1280, 900)}


@contextmanager
def served(seller: Seller) -> Iterator[str]:
    """Serve a seller's pages, and give their address."""
    settings, desk = seller.settings, seller.desk()
    app = make_app(desk, door_of(settings, "127.0.0.1", lambda _: None, {}))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    with listener_at("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            desk.close()


@contextmanager
def opened(browser: Browser, size: str, scheme: str = "light") -> Iterator[tuple[Page, list[str]]]:
    """Open a page of that size, and give it with what its console complained of."""
    width, height = SIZES[size]
    dark = "dark" if scheme == "dark" else "light"
    with browser.new_context(viewport={"width": width, "height": height}, color_scheme=dark) as context:  # type: ignore[arg-type]
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_keeps_its_own_policy(
    seller: Seller, shared_browser: Browser, size: str, language: str
) -> None:
    """Nothing is wider than the screen, and the browser had nothing to forbid."""
    with served(seller) as address, opened(shared_browser, size, "dark") as (page, complaints):
        page.goto(f"{address}/?lang={language}")
        for path in PAGES:
            page.goto(address + path)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= SIZES[size][0], path
            assert page.locator("html").get_attribute("lang") == words_for(language).tag

    assert [text for text in complaints if "404" not in text] == []


@pytest.mark.parametrize(("size", "language"), [("phone", "zh"), ("desk", "en")])
def test_an_acknowledgement_from_the_page_is_in_checker_findings(
    seller: Seller,
    shared_browser: Browser,
    size: str,
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A real browser says where the form comes from; the page then says who knows of it."""
    words = words_for(language)
    with served(seller) as address, opened(shared_browser, size) as (page, complaints):
        page.goto(f"{address}/?lang={language}")
        page.goto(f"{address}/findings")
        page.locator(f"a[href='/finding/{short_id(RATE)}']").click()
        page.locator("input[name=by]").fill("王芳")
        page.locator("textarea[name=reason]").fill("物流延误")
        page.locator("button[value=ack]").click()
        page.wait_for_url("**/finding/*?done=ack")
        assert page.locator("[role=status]").inner_text() == words.page("done_ack")
        assert "王芳" in page.locator(".fact-ack").inner_text()
        assert complaints == []

    assert main(["findings", "--acked", "--json", "--config", str(seller.config)]) == Exit.OK
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["key"], one["ack"]["by"], one["ack"]["reason"]) for one in found] == [
        (str(RATE), "王芳", "物流延误")
    ]


def test_a_thumbnail_opens_the_whole_picture(seller: Seller, shared_browser: Browser) -> None:
    """It is drawn small on the page, and by itself as large as it was taken."""
    with served(seller) as address, opened(shared_browser, "phone") as (page, complaints):
        page.goto(f"{address}/finding/{short_id(STATUS)}")
        picture = page.locator(".thumbs .whole img")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('.thumbs .whole img').naturalWidth > 0")
        page.locator(".thumbs .whole a").click()
        page.wait_for_url("**/picture?name=*")

        assert page.evaluate("document.images[0].naturalWidth") == 90
        assert complaints == []


def test_the_end_of_a_running_check_is_told_without_loading(seller: Seller, shared_browser: Browser) -> None:
    """The script asks by itself, and what it is told is text."""
    (seller.data / "sessions").mkdir()
    with served(seller) as address, opened(shared_browser, "desk") as (page, complaints):
        page.clock.install()
        with (seller.data / "sessions" / "main.lock").open("w", encoding="utf-8") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            page.goto(address)
            assert page.locator("#live li").all_inner_texts() == ["main: begun"]
        page.clock.run_for(5000)
        page.locator("#ended").wait_for(state="visible")

        assert not page.locator("#live").is_visible()
        assert complaints == []
