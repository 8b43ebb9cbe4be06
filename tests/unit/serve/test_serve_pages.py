"""What the pages show: the same rollup as every report, both sides of a dispute, and nothing a page wrote."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from checker.evidence.ledger import Ledger
from checker.evidence.showing import shown_file
from checker.model import Key, Level
from checker.notify.outbox import Outbox, Waiting
from checker.report.lists import short_id
from checker.report.rollup import roll_up_state
from checker.run.acting import acknowledging
from checker.run.knowledge import places_in
from checker.store import open_store
from tests.unit.report.samples import png
from tests.unit.serve.story import (
    FOLDER,
    HOSTILE,
    ITEM,
    LOST,
    NOW,
    RATE,
    STATUS,
    Seller,
    record,
    shown,
    visited,
)

PAGES = (
    "/",
    "/findings",
    f"/finding/{short_id(STATUS)}",
    f"/finding/{short_id(ITEM)}",
    f"/finding/{short_id(RATE)}",
    f"/history?key={RATE}",
    f"/history?key={ITEM}",
    f"/history?key={LOST}",
    "/shop?at=amazon/main/US",
    "/shop?at=ebay/bay/PROGRAM_UK",
    "/deadlines",
    "/coverage",
    "/runs",
    "/run?name=run-2",
    "/evidence",
    f"/bundle?name={FOLDER}",
    "/messages",
    "/confirm",
    "/confirm?at=amazon/main/US",
    "/confirm?at=ebay/bay/PROGRAM_UK",
)

NOWHERE = (
    "/finding/0000000",
    "/finding/%3Cscript%3E",
    "/shop?at=x",
    "/shop?at=amazon/main/XX",
    "/shop",
    "/history?key=nothing",
    f"/history?key={Key('amazon', 'main', 'US', 'never.heard')}",
    "/run?name=none",
    "/bundle?name=../../etc",
    "/bundle?name=a%00/b/c",
    "/static/../app.py",
    "/static/none.css",
    "/nowhere",
)
NO_PICTURES = (
    "",
    "../checker.toml",
    f"{FOLDER}/../../../../checker.toml",
    f"/{FOLDER}/account.status-1.png",
    f"{FOLDER}//account.status-1.png",
    f"{FOLDER}/manifest.json",
    f"{FOLDER}/page-health-2.html",
    f"{FOLDER}/none.png",
    f"{FOLDER}/account.status-1.png\x00",
    "ledger.jsonl",
)


def parsed(visitor: TestClient, address: str, status: int = 200) -> LexborHTMLParser:
    """Return a page, parsed."""
    answer = visitor.get(address)
    assert answer.status_code == status, address
    return LexborHTMLParser(answer.text)


def texts(page: LexborHTMLParser, css: str) -> list[str]:
    """Return the texts of what matches, spaces folded."""
    return [" ".join(node.text(separator=" ").split()) for node in page.css(css)]


class TestEveryPage:
    """What holds for each of them."""

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_is_drawn_in_both_languages(self, visitor: TestClient, language: str) -> None:
        """Each page answers, and says which language it is in."""
        visitor.get(f"/?lang={language}")

        for address in PAGES:
            root = parsed(visitor, address).css_first("html")
            assert root is not None
            assert (root.attributes["lang"] or "").startswith(language), address

    def test_nothing_a_console_wrote_becomes_markup(self, visitor: TestClient) -> None:
        """No element, attribute, script, link or template of hostile text comes to life."""
        for address in PAGES:
            text = visitor.get(address).text
            page = LexborHTMLParser(text)

            assert not page.css("img[src=x], [onerror], script:not([src])"), address
            links = [node.attributes["href"] or "" for node in page.css("a[href]")]
            assert all(link.startswith(("/", "#", "https://console.example/")) or not link for link in links)
            assert "\u202e" not in text, address

    def test_what_a_console_wrote_is_shown_as_it_is(self, visitor: TestClient) -> None:
        """Escaped, not dropped: a template in it is not worked out."""
        said = texts(parsed(visitor, f"/finding/{short_id(ITEM)}"), "bdi")

        assert any("<img src=x" in text and "{{7*7}}" in text for text in said)

    def test_nothing_in_it_needs_what_the_policy_forbids(self, visitor: TestClient) -> None:
        """No inline style, no inline script, nothing from elsewhere."""
        for address in PAGES:
            page = parsed(visitor, address)

            assert not page.css("style, [style], [onclick], iframe, object, embed, base"), address
            sources = [node.attributes["src"] for node in page.css("[src]")]
            assert all((source or "").startswith("/") for source in sources), address

    def test_a_get_changes_nothing(self, seller: Seller, visitor: TestClient) -> None:
        """Neither the store nor any other file of the data folder is written by looking."""
        visitor.get("/")
        before = _files(seller.data)

        for address in PAGES:
            visitor.get(address)

        assert _files(seller.data) == before


def _files(data: Path) -> dict[str, tuple[int, int]]:
    """Return every file but the side files SQLite keeps while a store is open."""
    found = (path for path in sorted(data.rglob("*")) if path.suffix not in (".db-shm", ".db-wal"))
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in found if path.is_file()}


class TestOverview:
    """One line for each site, red first."""

    def test_shows_the_rollup_of_every_report(self, seller: Seller, visitor: TestClient) -> None:
        """Each site stands as `roll_up_state` says, and the reds are in front."""
        settings = seller.settings
        with open_store(settings.store.url) as store:
            lines = roll_up_state(store.all_known(), places_in(store, settings), NOW)
        badges = [text.split()[-1].lower() for text in texts(parsed(visitor, "/"), ".shops .badge")]

        assert sorted(badges) == sorted(line.standing.value for line in lines)
        assert badges == ["critical", "critical", "unknown"]

    @pytest.mark.parametrize(
        ("query", "sites"),
        [
            ("account=bay", ["United Kingdom (PROGRAM_UK)"]),
            ("marketplace=amazon", ["Canada (CA)", "United States (US)"]),
            ("owner=Tom", ["United Kingdom (PROGRAM_UK)"]),
            ("owner=Li+Na", ["Canada (CA)", "United States (US)"]),
            ("level=red", ["Canada (CA)", "United States (US)"]),
            ("level=unknown", ["United Kingdom (PROGRAM_UK)"]),
            ("q=canada", ["Canada (CA)"]),
            ("q=极光+states", ["United States (US)"]),
            ("q=nowhere", []),
            (
                "level=nonsense&page=99999999",
                ["Canada (CA)", "United States (US)", "United Kingdom (PROGRAM_UK)"],
            ),
        ],
    )
    def test_is_filtered(self, visitor: TestClient, query: str, sites: list[str]) -> None:
        """By account, marketplace, owner, level and words of any script."""
        assert texts(parsed(visitor, f"/?{query}"), ".shops th a") == sites

    def test_has_what_was_asked_for_still_in_the_form(self, visitor: TestClient) -> None:
        """A search, hostile or not, stands in its box as it was typed."""
        page = parsed(visitor, f"/?q={quote(HOSTILE)}")

        box = page.css_first("input[name=q]")
        assert box is not None
        assert box.attributes["value"] == HOSTILE


class TestFinding:
    """One finding."""

    def test_shows_both_sides_of_a_dispute(self, visitor: TestClient) -> None:
        """Each claim's source, its level and its own words; the graver first."""
        rows = texts(parsed(visitor, f"/finding/{short_id(STATUS)}"), ".sides tbody tr")

        assert rows[0].startswith("page health, the pill ✖ Critical <img src=x")
        assert rows[1] == "page health, data status ✔ OK NORMAL"

    def test_shows_sealed_pictures_that_open_whole(self, visitor: TestClient) -> None:
        """Each thumbnail leads to the picture itself, which is what was sealed."""
        page = parsed(visitor, f"/finding/{short_id(STATUS)}")

        addresses = [node.attributes["href"] or "" for node in page.css(".thumbs a")]
        answers = [visitor.get(address) for address in addresses]
        assert [answer.headers["content-type"] for answer in answers] == ["image/png"] * 2
        assert answers[0].content == png(60, 20, 40)

    def test_draws_the_trend_against_the_limit_with_the_numbers_beside(self, visitor: TestClient) -> None:
        """A point for each reading, the limit as a line, and the same in a table."""
        page = parsed(visitor, f"/finding/{short_id(RATE)}")

        assert len(page.css(".chart circle")) == 3
        assert texts(page, ".chart .limit-text") == ["Target 4%"]
        assert [text for text in texts(page, "td[data-label=Value] bdi") if text][-1] == "1%, target < 4%"

    def test_counts_down_to_the_deadline(self, visitor: TestClient) -> None:
        """By days and hours, and never more than is left."""
        assert texts(parsed(visitor, f"/finding/{short_id(ITEM)}"), ".due .left") == ["8 days 21 hours left"]

    def test_leads_to_the_console_without_telling_it_where_from(self, visitor: TestClient) -> None:
        """A plain address is a link that tells nothing; a script in its place is none."""
        link = parsed(visitor, f"/finding/{short_id(STATUS)}").css_first("a[target=_blank]")
        assert link is not None
        assert link.attributes["href"] == "https://console.example/health"
        assert link.attributes["referrerpolicy"] == "no-referrer"
        assert not parsed(visitor, f"/finding/{short_id(ITEM)}").css("a[target=_blank]")

    def test_what_is_not_there_says_so(self, visitor: TestClient) -> None:
        """With a page, a way back, and nothing of what was asked for in it as markup."""
        for address in NOWHERE:
            page = parsed(visitor, address, 404)

            assert texts(page, "h1") != [""], address
            assert not page.css("main script"), address


class TestPictures:
    """Only pictures, only of sealed evidence, only as they were sealed."""

    def test_nothing_else_is_given(self, visitor: TestClient) -> None:
        """No path leads out of a bundle, and nothing but a picture comes out of one."""
        for name in NO_PICTURES:
            answer = visitor.get("/picture", params={"name": name})

            assert answer.status_code == 404, name
            assert answer.headers["content-type"].startswith("text/html"), name

    def test_a_picture_that_was_changed_is_not_shown(self, seller: Seller, visitor: TestClient) -> None:
        """Its bytes are held against the seal each time."""
        path = seller.data / "evidence" / FOLDER / "account.status-1.png"
        path.unlink()
        path.write_bytes(png(60, 20, 41))

        assert visitor.get("/picture", params={"name": f"{FOLDER}/{path.name}"}).status_code == 404

    @pytest.mark.parametrize("depth", [0, 1, 2, 3])
    def test_no_link_is_followed(self, seller: Seller, depth: int) -> None:
        """Neither a file nor a folder on the way to it may be a link."""
        root = seller.data / "evidence"
        name = FOLDER / "account.status-1.png"
        where = root.joinpath(*name.parts[: depth + 1])
        keys = Ledger(root, lambda: NOW, seller.data / "keys").trusted()
        assert shown_file(root, name.as_posix(), keys) is not None
        shutil.move(where, seller.home / "moved")
        where.symlink_to(seller.home / "moved")

        assert shown_file(root, name.as_posix(), keys) is None

    def test_a_bundle_that_was_never_sealed_shows_nothing(self, seller: Seller, visitor: TestClient) -> None:
        """Without a manifest there is no evidence."""
        folder = seller.data / "evidence" / FOLDER
        (folder / "manifest.json").unlink()

        answer = visitor.get("/picture", params={"name": f"{FOLDER}/account.status-1.png"})
        assert answer.status_code == 404
        assert "verified" not in visitor.get("/evidence").text

    def test_a_key_that_lies_beside_the_evidence_is_not_trusted(self, seller: Seller) -> None:
        """What another key sealed is not shown."""
        name = f"{FOLDER}/account.status-1.png"

        assert shown_file(seller.data / "evidence", name, {}) is None


class TestTheRest:
    """Coverage, evidence, runs, messages."""

    def test_coverage_counts_what_was_read(self, visitor: TestClient) -> None:
        """How many of all sites, and why the rest was not."""
        page = parsed(visitor, "/coverage")

        assert texts(page, "h1") == ["2 of 3 sites read"]
        assert "two candidates" in texts(page, ".section-unread h3")[0]

    def test_evidence_says_whether_it_still_holds(self, seller: Seller, visitor: TestClient) -> None:
        """A bundle is verified as its page is drawn; a changed byte is named."""
        assert texts(parsed(visitor, f"/bundle?name={FOLDER}"), "h1") == ["As it was sealed"]
        path = seller.data / "evidence" / FOLDER / "page-health-2.html"
        path.unlink()
        path.write_text("<script>alert(5)</script>", encoding="utf-8")

        page = parsed(visitor, f"/bundle?name={FOLDER}")

        assert texts(page, "h1") == ["Not as it was sealed"]
        assert "page-health-2.html" in texts(page, ".lost li")[0]

    def test_evidence_that_is_gone_is_missed(self, seller: Seller, visitor: TestClient) -> None:
        """The ledger remembers what was captured."""
        shutil.rmtree(seller.data / "evidence" / FOLDER)

        page = parsed(visitor, "/evidence")

        assert texts(page, "h1") == ["Something is wrong with the evidence"]
        assert len(page.css(".lost li")) == 1

    def test_a_run_shows_what_it_visited_and_changed(self, visitor: TestClient) -> None:
        """Each site with how the visit ended, each change with its verb."""
        page = parsed(visitor, "/run?name=run-2")

        assert len(page.css("section:nth-of-type(1) .row")) == 3
        assert any("new" in text for text in texts(page, "section:nth-of-type(2) .row-when"))

    def test_messages_that_wait_and_what_the_far_end_said(self, seller: Seller, visitor: TestClient) -> None:
        """Both lists, the newest first, hostile answers and all."""
        outbox = Outbox(seller.data)
        waiting = Waiting(
            name="a" * 20, route="team", title="1 new red", body="", urgent=True, created_at=NOW, attempts=2
        )
        outbox.put(waiting)
        outbox.done(waiting.model_copy(update={"name": "b" * 20, "answer": HOSTILE}), "delivered", NOW)

        rows = texts(parsed(visitor, "/messages"), ".row")

        assert rows[0].startswith("? waits 1 new red")
        assert "delivered 1 new red" in rows[1]
        assert "<img src=x onerror=alert(1)>" in rows[1]


class TestTheStore:
    """A store that is missing or damaged: a page that says what happened, and what to do."""

    def test_before_the_first_run_it_says_how_to_begin(self, tmp_path: Path) -> None:
        """And makes no store by looking."""
        seller = Seller(tmp_path)
        seller.config.write_text('[paths]\ndata_dir = "data"\n', encoding="utf-8")
        with seller.visitor() as visitor:
            page = parsed(visitor, "/", 503)

        assert texts(page, "h1") == ["Nothing was read yet"]
        assert texts(page, "main section > p > code") == ["checker run"]
        assert not seller.data.exists()

    def test_a_damaged_store_is_named_and_left_alone(self, seller: Seller, visitor: TestClient) -> None:
        """While the pages are open; and it is shown again once it is put back."""
        path = seller.data / "checker.db"
        good = path.read_bytes()
        assert visitor.get("/").status_code == 200
        for side in ("-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        path.write_bytes(b"not a store" * 1000)
        os.utime(path, (1, 1))

        page = parsed(visitor, "/", 503)

        assert texts(page, "h1") == ["The store cannot be used as it is"]
        assert "checker.db" in texts(page, ".card")[0]
        assert path.read_bytes() == b"not a store" * 1000
        path.write_bytes(good)
        assert visitor.get("/").status_code == 200

    def test_a_store_that_is_gone_is_no_first_run(self, seller: Seller, visitor: TestClient) -> None:
        """It was there: so it is missed, and no new one is made."""
        for path in seller.data.glob("checker.db*"):
            if path.suffix != ".known":
                path.unlink()

        page = parsed(visitor, "/", 503)

        assert "is gone" in texts(page, ".card")[0]
        assert not (seller.data / "checker.db").exists()

    def test_shows_a_new_run_at_once(self, seller: Seller, visitor: TestClient) -> None:
        """What another program wrote is on the next page."""
        before = texts(parsed(visitor, "/"), "h1")

        worse = [visited("amazon", "main", "US", shown(RATE, Level.CRITICAL))]
        record(seller.settings, [(timedelta(), worse)], first=3)

        assert texts(parsed(visitor, "/"), "h1") != before

    def test_what_takes_long_to_look_at_keeps_no_page_waiting(self, seller: Seller) -> None:
        """The page shows what was known before, says so, and then shows what is new."""
        desk = seller.desk()
        before = desk.look()
        desk.quick = -1.0
        worse = [visited("amazon", "main", "US", shown(RATE, Level.CRITICAL))]
        record(seller.settings, [(timedelta(), worse)], first=3)

        assert desk.look() is before
        assert desk._beside is not None
        desk._beside.join()

        assert desk.look().known[RATE].level is Level.CRITICAL
        desk.close()

    def test_an_act_is_seen_at_once_however_long_that_takes(self, seller: Seller) -> None:
        """By whoever did it, before everything was looked at again."""
        desk = seller.desk()
        desk.look()
        desk.quick = -1.0

        desk.act([RATE], acknowledging("Ann", "seen", NOW, None))

        assert desk.look().by_id[short_id(RATE)].ack is not None
        desk.close()
