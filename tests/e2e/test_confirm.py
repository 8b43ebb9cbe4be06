"""The seller proves the reader after a first visit: close-ups, the place on the picture, a rule, a case."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page

from checker.model import Exit, Key
from checker.report.words import words_for
from checker.run.confirming import Confirmations
from checker.run.proposing import Asked, propose
from checker.serve.app import make_app
from checker.serve.desk import Desk
from checker.serve.listening import door_of, listener_at
from checker.settings import load
from checker.store import open_store
from fixtures.common.server import Replica
from tests.e2e.seller import Seller

_SCORE = "allegro/main/ALLEGRO/allegro.sales_quality_score"
_LEVEL = "allegro/main/ALLEGRO/account.level"
_AT = "/confirm?at=allegro/main/ALLEGRO"
# A redesign: the answer has the number elsewhere, and the page's name for it is one nobody knows.
_REDESIGNED = """
[remove]
'metrics."allegro.sales_quality_score".value' = ["score"]
[[metrics]]
metric = "allegro.sales_quality_score"
answer = "quality"
value = ["nowhere"]
labels = ["Nowhere"]
required = true
"""


@contextmanager
def served(seller: Seller) -> Iterator[str]:
    """Serve what a seller's runs made, and give the address."""
    settings = load(seller.config)
    desk = Desk(settings, lambda: datetime.now(UTC).replace(microsecond=0))
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
def opened(browser: Browser, width: int, height: int) -> Iterator[tuple[Page, list[str]]]:
    """Open a page of a size, and give it with what its console complained of."""
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.set_default_timeout(180_000)  # a proposal is a program of its own, on a busy machine
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints


def point_at_the_score(page: Page, address: str) -> None:
    """Go from the site's page to the picture, and tap the number on it."""
    page.goto(address + _AT)
    row = page.locator("li.row", has=page.locator(f"a[href*='{_SCORE.rpartition('.')[2]}']"))
    row.locator(".pick", has=page.locator("[value=wrong]")).click()
    row.locator(".point a").click()
    page.wait_for_url("**/confirm/place?key=*")
    page.wait_for_load_state("load")
    page.locator("input[type=image]").click(position={"x": 145, "y": 147})
    page.locator("#proposed").wait_for()


def _what_cannot_be_proposed(seller: Seller, overrides: Path) -> None:
    """Ask for places of the kept visit of which no rule is to come, and hear why."""
    settings = load(seller.config)
    with open_store(settings.store.url) as store:
        known = {str(key): state.last for key, state in store.all_known().items()}

    def why(key: str, text: str, level: str = "", x: int = -1, earlier: int = 0) -> str:
        at = known[key].observed_at - timedelta(seconds=earlier)
        said = {"key": key, "observed_at": at, "text": text, "x": x, "y": 5, "level": level}
        folders = {"visits": settings.paths.visits_dir, "overrides": overrides, "allow": None}
        made = propose(Asked.model_validate(said | folders))
        assert bool(made.rule) is not bool(made.why)
        return made.why

    assert why(_LEVEL, "Super") == "same"
    assert why(_LEVEL, "nowhere on it") == "nothing"
    assert why(_LEVEL, "", x=90_000) == "nothing"
    assert why(_SCORE, "My sales quality") == "several"
    assert why(_LEVEL, "Fast dispatch") == "level"
    # What stands beside another widget's name is that one's.
    assert why(_SCORE, "150") == "none"
    (overrides / "allegro").mkdir()
    word = overrides / "allegro" / "word.toml"
    word.write_text('[words.grade.en]\ncritical = ["Fast dispatch"]\n', encoding="utf-8")
    assert why(_LEVEL, "Fast dispatch", "ok") == "milder"
    word.unlink()
    word.parent.rmdir()
    assert why(_LEVEL, "Super", earlier=1) == "kept"


def test_a_seller_points_at_the_place_keeps_the_rule_and_the_next_run_reads_by_it(
    plain: Replica, trader: Seller, shared_browser: Browser
) -> None:
    """On a phone in Chinese and on a desk in English; nothing is kept before it was seen and kept."""
    overrides = trader.home / "overrides"
    overrides.mkdir()
    (overrides / "allegro.toml").write_text(_REDESIGNED, encoding="utf-8")
    first = {one["key"]: one for one in trader.here("run", "--json").document["readings"]}
    asked_before = len(plain.log)
    assert first[_SCORE]["presence"] == "unreadable"

    _what_cannot_be_proposed(trader, overrides)

    with served(trader) as address:
        with opened(shared_browser, 390, 844) as (page, complaints):
            page.goto(f"{address}/?lang=zh")
            point_at_the_score(page, address)
            words = words_for("zh")
            assert "410" in page.locator(".reads-now").inner_text()
            assert words.page("rule_keep") in page.locator("#proposed").inner_text()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            assert complaints == []
        assert list(overrides.rglob("*")) == [overrides / "allegro.toml"]

        with opened(shared_browser, 1280, 900) as (page, complaints):
            page.goto(f"{address}/?lang=en")
            page.goto(address + _AT)
            # Of what is well there is a close-up as well, after the first visit.
            shots = page.locator("li.row.ok .c-shot img")
            shots.first.scroll_into_view_if_needed()
            assert shots.first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
            point_at_the_score(page, address)
            assert 'labels = ["Points collected"]' in (page.locator(".rule").text_content() or "")
            assert page.locator(".spot rect").count() == 1
            page.locator("input[name=by]").fill("Ann")
            page.locator("button[value=keep]").click()
            page.wait_for_url("**ruled=1#content")
            assert "The rule is kept" in page.locator("[role=status]").inner_text()

            page.goto(f"{address}/confirm/place?key={_SCORE}")
            page.locator("form[action*='/confirm/case'] button").click()
            page.locator("[role=status] code").wait_for()
            case = Path(page.locator("[role=status] code").inner_text())
            assert complaints == []

    said = Confirmations(trader.data).read()[Key.parse(_SCORE)]
    assert (said.answer.value, said.by, said.says) == ("wrong", "Ann", "410")
    (rule,) = (overrides / "allegro").glob("*.toml")
    assert 'by "Ann"' in rule.read_text(encoding="utf-8")
    assert trader.here("capture", "--audit", str(case)).code == Exit.OK
    # It only looked: nothing was asked of the console meanwhile.
    assert len(plain.log) == asked_before

    plain.state.used_totp_steps.clear()
    again = {one["key"]: one for one in trader.here("run", "--json").document["readings"]}
    assert (again[_SCORE]["presence"], again[_SCORE]["value"]) == ("shown", "410")
    # What is well was photographed once for this layout, and is shown from there.
    assert again["allegro/main/ALLEGRO/account.level"]["evidence"] == []
    with served(trader) as address, opened(shared_browser, 1280, 900) as (page, _):
        page.goto(address + _AT)
        assert page.locator("li.row.ok .c-shot img").count()
