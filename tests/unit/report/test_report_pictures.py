"""Screenshots on the page: beside what they prove, each embedded once."""

from __future__ import annotations

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from checker.model import Level
from checker.report import _pictures
from checker.report.html import write_html
from tests.unit.report.page import PICTURES, page_of
from tests.unit.report.samples import NOW, png, status, story, two_days, visit


class TestPictures:
    """Screenshots beside what they prove."""

    def test_the_close_picture_stands_beside_and_the_page_folds_out(self) -> None:
        """Canada shows its crop, and its full page under a fold."""
        page = page_of(two_days())

        assert len(page.css("#red-1 .shot-beside img")) == 1
        assert len(page.css("#red-1 details.page img")) == 1

    def test_every_distinct_page_is_embedded_once(self) -> None:
        """However many findings and names point to the same bytes."""
        pages = [name for name in PICTURES if "/page-" in name]
        page = page_of(two_days(), {name: png(60, 40, 7) for name in pages})

        assert len(page.css("img")) == 1
        assert len(page.css("p.see a")) >= 2

    def test_a_small_close_up_stands_beside_every_finding_it_proves(self) -> None:
        """Two sites that look the same each show what they look like."""
        page = page_of(two_days(), {name: png(60, 40, 7) for name in PICTURES if "crop" in name})

        assert len(page.css(".shot-beside img")) == 2

    def test_a_page_that_findings_share_is_in_the_gallery(self) -> None:
        """Those with pictures of their own point there."""
        shared = {**PICTURES, "run2/US/page-policies-d2.png": PICTURES["run2/CA/page-dashboard-d1.png"]}
        page = page_of(two_days(), shared)
        target = page.css_first("#red-1 p.see a").attributes["href"]

        assert len(page.css(".gallery img")) == 1
        assert page.css(f".gallery {target}")

    def test_every_picture_says_what_it_shows(self) -> None:
        """Alternative texts name the metric, the site and the time."""
        alts = [node.attributes["alt"] for node in page_of(two_days()).css("img")]

        assert "Screenshot of Account status, Canada (CA), 24 Nov 2025, 04:12 UTC" in alts
        assert all(alts)

    def test_a_close_up_is_called_one_where_it_folds_out_too(self) -> None:
        """Only a whole page is called a full page."""
        red = status(
            "US", level=Level.CRITICAL, evidence=("a/status-1.png", "a/status-2.png", "a/page-home-3.png")
        )
        page = page_of(
            story([visit("US", [red])]), {name: png(40 + n, 20, n) for n, name in enumerate(red.evidence)}
        )
        folded = {
            one.css_first("summary").text().partition(":")[0]: one.css_first("img").attributes["alt"] or ""
            for one in page.css("#red-1 details.page")
        }

        assert folded["Full page"].startswith("Full page with")
        assert folded["Close-up"].startswith("Screenshot of")

    def test_a_large_picture_is_pointed_to(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Past the limit there is a relative link instead of data."""
        monkeypatch.setattr(_pictures, "EMBED_LIMIT", 10)
        told, out = two_days(), tmp_path / "reports" / "run.html"
        write_html(
            out, told.run, told.known, told.places, PICTURES.get, now=NOW, evidence_root=tmp_path / "evidence"
        )
        page = LexborHTMLParser(out.read_text())

        assert not page.css("img")
        assert (
            page.css_first(".too-big a").attributes["href"] == "./../evidence/run2/CA/page-dashboard-d1.png"
        )

    @pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"", b"\x89PN", b"<html>", b"GIF"])
    def test_what_is_not_a_picture_is_not_embedded(self, data: bytes) -> None:
        """Markup under a picture's name is left out, and nothing breaks."""
        page = page_of(two_days(), dict.fromkeys(PICTURES, data))

        assert not page.css("img")

    @pytest.mark.parametrize(
        ("data", "media"),
        [
            (png(), "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ],
    )
    def test_pictures_are_known_by_their_first_bytes(self, data: bytes, media: str) -> None:
        """Names prove nothing."""
        assert _pictures.media_type(data) == media

    def test_evidence_outside_its_folder_is_never_linked(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """Names that climb, or start at the root, stay text."""
        monkeypatch.setattr(_pictures, "EMBED_LIMIT", 10)
        red = status("US", level=Level.CRITICAL, evidence=("../../etc/a.png", "/etc/b.png", "x:y.png"))
        told = story([visit("US", [red])])
        shots = {name: png(9, 9, n) for n, name in enumerate(red.evidence)}
        write_html(
            tmp_path / "r.html", told.run, told.known, told.places, shots.get, now=NOW, evidence_root=tmp_path
        )

        assert not LexborHTMLParser((tmp_path / "r.html").read_text()).css(".too-big a")
