"""A report of many shops is as small as one of few: pictures give way, then what was read of calm ones."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from selectolax.lexbor import LexborHTMLParser

from checker.compare import compare
from checker.model import Key, Level, Presence, Reading, Run, Scope, Visit
from checker.model.outcomes import Outcome
from checker.report import html
from checker.report._shrinking import Embedded, Wanted, embedded_size, fitting, thumbnail
from checker.report.html import render_html
from checker.report.rollup import Place
from tests.unit.report.page import texts
from tests.unit.report.samples import DAY_TWO, NOW, SITES, Story, png

_ROOM = 400_000


def noise(width: int, height: int, seed: int) -> bytes:
    """Return a picture that no compression makes small."""
    dice = random.Random(seed)  # noqa: S311 - a picture, not a secret
    rows = b"".join(b"\0" + dice.randbytes(width * 3) for _ in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def crowd(accounts: int, reds: int, widgets: int = 20) -> Story:
    """Return a run of many accounts with two sites each, some of which are red, with a picture each."""
    visits, red = [], 0
    for number in range(accounts):
        for code in ("US", "CA"):
            keys = [Key("amazon", f"shop{number}", code, f"policy.m{n}") for n in range(widgets)]
            read = [Reading(of, Presence.SHOWN, DAY_TWO, Level.OK, native="GOOD") for of in keys]
            status = Key("amazon", f"shop{number}", code, "account.status")
            read.append(Reading(status, Presence.SHOWN, DAY_TWO, Level.OK, scope=Scope.ACCOUNT))
            if red < reds:
                read[0] = replace(
                    read[0], level=Level.CRITICAL, evidence=(f"a/{red}.png", f"a/page-x-{red}.png")
                )
                red += 1
            visits.append(Visit("amazon", f"shop{number}", SITES[code], Outcome.READ, readings=tuple(read)))
    found = compare({}, visits, DAY_TWO)
    run = Run("run", DAY_TWO, DAY_TWO, tuple(visits), found.changes, 10, events=found.events)
    places = tuple(Place(one.marketplace, one.account, one.site) for one in visits)
    return Story(run, dict(found.known), places)


def _drawn(told: Story) -> str:
    def picture(name: str) -> bytes:
        return noise(300, 200, zlib.crc32(name.encode()))

    return render_html(told.run, told.known, told.places, picture, now=NOW)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a page so little room that a small story fills it."""
    monkeypatch.setattr(html, "_PAGE", _ROOM)
    monkeypatch.setattr(html, "_LEAST_FOR_PICTURES", 0)


@pytest.mark.usefixtures("small")
def test_a_page_is_no_larger_than_it_may_be() -> None:
    """However many reds have however large pictures; every red and every shop has its line all the same."""
    page = _drawn(crowd(40, 15))
    drawn = LexborHTMLParser(page)

    assert len(page.encode()) <= _ROOM
    assert len(drawn.css("article.card")) == 15
    assert len(drawn.css(".site")) == 80
    assert drawn.css("img[src^='data:image/jpeg']")
    assert len(drawn.css("details.site")) < 80


@pytest.mark.usefixtures("small")
def test_what_was_left_out_is_said_and_the_worst_keeps_its_detail() -> None:
    """The shops with a red are told in full; of the others is said how many there are and where they are."""
    drawn = LexborHTMLParser(_drawn(crowd(40, 5)))
    kept = drawn.css("details.site")
    (said,) = [text for text in texts(drawn, ".section-coverage .lead") if "export csv" in text]

    assert sum(bool(site.css(".c-status .critical")) for site in kept) == 5
    assert f"{80 - len(kept)} sites" in said
    assert not drawn.css("div.site .c-status .critical")


def test_with_room_nothing_is_left_out_and_no_picture_is_small() -> None:
    """A seller of a few shops has everything in the page, as it was photographed."""
    drawn = LexborHTMLParser(_drawn(crowd(2, 2, widgets=5)))

    assert len(drawn.css("details.site")) == 4
    assert not drawn.css("div.site")
    assert drawn.css("img[src^='data:image/png']")
    assert not drawn.css("img[src^='data:image/jpeg']")
    assert "export csv" not in " ".join(texts(drawn, ".lead"))


@pytest.mark.usefixtures("small")
def test_a_thumbnail_says_where_the_picture_itself_is() -> None:
    """Its name stands below it."""
    drawn = LexborHTMLParser(_drawn(crowd(10, 10)))
    shot = next(one for one in drawn.css("figure.shot") if one.css("img[src^='data:image/jpeg']"))

    assert "a/" in shot.css_first("figcaption").text()


def test_the_sections_are_named_at_the_top_with_how_much_is_in_them() -> None:
    """Each name leads to its section."""
    drawn = LexborHTMLParser(_drawn(crowd(3, 2, widgets=3)))

    assert texts(drawn, "nav.glance a") == ["Newly red 2", "Every site"]
    for link in drawn.css("nav.glance a"):
        assert drawn.css(link.attributes["href"] or "")


class TestFitting:
    """Which pictures there is room for."""

    def test_all_that_fit_stay_as_they_are(self) -> None:
        """To the last byte."""
        data = noise(30, 20, 1)
        room = embedded_size(data)

        assert fitting([Wanted("a", "image/png", data)], room, 10**6) == {"a": Embedded("image/png", data)}

    def test_one_too_many_makes_them_small_and_the_first_is_whole_again_if_it_can_be(self) -> None:
        """A large one costs none its place."""
        pictures = [Wanted(str(n), "image/png", noise(400, 300, n)) for n in range(4)]
        whole = embedded_size(pictures[0].data)
        found = fitting(pictures, whole * 2, 10**7)

        assert found.keys() == {"0", "1", "2", "3"}
        assert [found[one.digest].is_small for one in pictures] == [False, True, True, True]
        assert sum(embedded_size(one.data) for one in found.values()) <= whole * 2

    def test_without_room_there_is_none(self) -> None:
        """And no time is spent on it."""
        assert fitting([Wanted("a", "image/png", noise(40, 30, 1))], 0, 10**6) == {}

    def test_one_that_is_shown_often_counts_as_often(self) -> None:
        """A close-up stands beside every finding it proves."""
        data = noise(200, 100, 1)
        room = embedded_size(data) * 3

        assert not fitting([Wanted("a", "image/png", data, 3)], room, 10**6)["a"].is_small
        assert fitting([Wanted("a", "image/png", data, 4)], room, 10**6)["a"].is_small

    def test_one_past_the_limit_is_made_small_even_with_room(self) -> None:
        """It was only named before."""
        data = noise(300, 300, 1)

        assert fitting([Wanted("a", "image/png", data)], None, len(data) - 1)["a"].is_small

    @pytest.mark.parametrize(
        ("size", "small"),
        [
            ((1440, 2880), (320, 640)),
            ((1440, 1000), (360, 250)),
            ((640, 240), (360, 135)),
            ((1200, 134), (1040, 116)),
            ((88, 21), (88, 21)),
        ],
    )
    def test_a_thumbnail_is_a_small_picture_of_the_same_shape(
        self, size: tuple[int, int], small: tuple[int, int]
    ) -> None:
        """Width and height in their proportion; a row of a table can still be read."""
        made = thumbnail(png(*size, 9))
        assert made is not None
        with Image.open(BytesIO(made)) as image:
            assert image.format == "JPEG"
            assert image.size == small

    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_a_thumbnail_holds_what_is_drawn_and_nothing_else(self, kind: str) -> None:
        """No words that a file carries beside its picture; what was covered is covered."""
        picture, about, out = Image.new("RGB", (900, 600), "black"), PngInfo(), BytesIO()
        about.add_text("comment", "said besides")
        picture.save(out, kind, pnginfo=about, comment="said besides")
        made = thumbnail(out.getvalue())

        assert b"said besides" in out.getvalue()
        assert made is not None
        assert b"said besides" not in made
        with Image.open(BytesIO(made)) as image:
            assert image.getextrema() == ((0, 0),) * 3

    @pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"<svg/>", noise(20, 20, 1)[:300]])
    def test_what_is_no_picture_has_no_thumbnail(self, data: bytes) -> None:
        """Broken or none at all: the report is written all the same."""
        assert thumbnail(data) is None

    def test_a_picture_that_claims_to_be_enormous_is_not_drawn(self) -> None:
        """Its head says more than any memory holds."""
        head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))

        assert thumbnail(b"\x89PNG\r\n\x1a\n" + chunk) is None
