"""A page as it was seen: what a person could read, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.flow import Ambiguous, Found, Missing, Page, Rule

HID = 'data-checker-hidden=""'


def page(html: str, *, title: str = "") -> Page:
    """Return a page of that body."""
    return Page("p", "/p", 200, f"<!doctype html><html lang='de'><body>{html}</body></html>", title)


def chain(*rules: str | Rule) -> list[Rule]:
    """Return a chain of CSS rules."""
    return [Rule(css=rule) if isinstance(rule, str) else rule for rule in rules]


class TestText:
    """The text of a page or an element as a person reads it."""

    @pytest.mark.parametrize(
        ("html", "text"),
        [
            ("<p>a</p><p>b</p>", "a b"),
            ("<b>a</b><i>b</i>", "ab"),
            ("1<sup>st</sup> place", "1st place"),
            ("<div>98<span>.5</span>%</div>", "98.5%"),
            ("a<br>b", "a b"),
            ("<ul><li>a</li><li>b</li></ul>", "a b"),
            ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
            ("  a \n\t b&nbsp;c\u2003d ", "a b c d"),
            ("&lt;script&gt;x&lt;/script&gt;", "<script>x</script>"),
            ("&amp;amp; &eacute;&#x4fb5;", "&amp; é侵"),
            ("<!-- Account is healthy -->a", "a"),
            (f"a<span {HID}> healthy</span>", "a"),
            (f"<div {HID}><p>deep <b>green</b></p></div>b", "b"),
            (f"<div>a<div {HID}><div><i>x</i></div></div>c</div>", "a c"),
            ("<custom-pill>Good</custom-pill>standing", "Good standing"),
            ("", ""),
            ("<p></p>", ""),
        ],
    )
    def test_of_a_page(self, html: str, text: str) -> None:
        """Blocks end words, inline elements do not, hidden things and comments are not read."""
        assert text == page(html).text

    def test_of_a_page_without_a_body(self) -> None:
        """An answer of nothing is a page without text."""
        assert (Page("p", "/p", 200, "").text, Page("p", "/p", 200, "").language) == ("", "")

    def test_of_an_element_without_its_buttons(self) -> None:
        """What is pressed is not what is said; the hidden stays out as well."""
        html = f"<td>Appeal by 3 May<button>Appeal</button><button>Hide</button><i {HID}>x</i> or call</td>"
        (cell,) = page(f"<table><tr>{html}</tr></table>").all("td")

        assert cell.text_without("button") == "Appeal by 3 May or call"
        assert cell.text == "Appeal by 3 May Appeal Hide or call"

    def test_leaving_out_goes_by_the_element_not_by_its_words(self) -> None:
        """An element that reads the same as one left out stays, if the selector is not about it."""
        (box,) = page("<div id=b><p><b>x</b></p><b>x</b></div>").all("#b")

        assert box.text_without("p > b") == "x"

    @given(words=st.lists(st.text("abc<>&\"'é侵", min_size=1, max_size=5), max_size=6))
    def test_what_is_escaped_is_read_as_it_was(self, words: list[str]) -> None:
        """Any words come back, each in its block."""
        import html

        body = "".join(f"<p>{html.escape(word)}</p>" for word in words)

        assert " ".join(words) == page(body).text


class TestFind:
    """Walking a chain."""

    def test_the_first_rule_that_sees_anything_decides(self) -> None:
        """A fallback is used only if nothing newer is there, and its place is told."""
        html = "<p class=old>1</p><p class=new>2</p>"

        found = page(html).find(chain(".newest", ".new", ".old"))

        assert isinstance(found, Found)
        assert (found.text, found.rule, found.place) == ("2", ".new", 1)

    def test_several_candidates_are_none(self) -> None:
        """Two elements for one rule cannot be believed, nor is an older rule asked instead."""
        found = page("<p class=a>ok</p><p class=a>bad</p><p id=b>ok</p>").find(chain(".a", "#b"))

        assert isinstance(found, Ambiguous)
        assert (found.texts, found.reason) == (("ok", "bad"), "2 candidates for .a")

    def test_a_candidate_inside_a_candidate_is_a_second_one(self) -> None:
        """Nested matches are as ambiguous as neighbours."""
        assert isinstance(page("<p><b class=a><i class=a>x</i></b></p>").find(chain(".a")), Ambiguous)

    @pytest.mark.parametrize(
        "html",
        [
            "",
            f"<p class=a {HID}>ok</p>",
            f"<div {HID}><p class=a>ok</p></div>",
            f"<div {HID}><div><div><p class=a>ok</p></div></div></div>",
            "<!-- <p class=a>ok</p> -->",
        ],
    )
    def test_d10_what_nobody_sees_is_missing(self, html: str) -> None:
        """Hidden itself, or by any box around it: case D10."""
        assert Missing() == page(html).find(chain(".a"))

    def test_d10_a_hidden_twin_does_not_make_it_ambiguous(self) -> None:
        """The one a person sees is the one."""
        found = page(f"<p class=a {HID}>ok</p><p class=a>bad</p>").find(chain(".a"))

        assert isinstance(found, Found)
        assert found.text == "bad"

    def test_words_narrow_a_rule(self) -> None:
        """`text` keeps the elements that hold it, in any case."""
        html = "<p>Order Defect Rate 1%</p><p>Late Shipment Rate 2%</p>"

        found = page(html).find([Rule(css="p", text="late shipment")])

        assert isinstance(found, Found)
        assert (found.text, found.rule) == ("Late Shipment Rate 2%", "p[late shipment]")

    @pytest.mark.parametrize("identity", ["row", 'a"b', "a\\b", "a]b"])
    def test_a_test_id_is_taken_as_it_stands(self, identity: str) -> None:
        """Quotes in it are no way out of the selector."""
        import html

        found = page(f'<p data-testid="{html.escape(identity)}">x</p>').find([Rule(testid=identity)])

        assert isinstance(found, Found)

    @pytest.mark.parametrize("rule", [Rule(role="button", name="x"), Rule(label="x")])
    def test_rules_for_pressing_find_nothing(self, rule: Rule) -> None:
        """A snapshot has no roles or labels; least of all does such a rule find an empty test id."""
        assert Missing() == page('<button data-testid="" aria-label="x">x</button>').find([rule])

    def test_an_empty_chain_finds_nothing(self) -> None:
        """Nothing was asked for."""
        assert getattr(page("<p>x</p>").find([]), "reason", None) == "not on the page"


class TestElements:
    """What lies in an element, and what it is."""

    def test_inside_is_below_not_itself(self) -> None:
        """An element is not inside itself, and what is hidden is not inside at all."""
        (outer,) = page(f"<div id=o class=a><p class=a>1</p><p class=a {HID}>2</p></div>").all("#o")

        assert [element.text for element in outer.inside(".a")] == ["1"]
        assert outer.hidden_inside("p")
        assert not outer.hidden_inside("b")

    def test_nested_hidden_counts_as_hidden_inside(self) -> None:
        """By any box around it."""
        (outer,) = page(f"<div id=o><div {HID}><b>x</b></div></div>").all("#o")

        assert outer.hidden_inside("b")
        assert outer.inside("b") == ()

    def test_attributes_and_classes(self) -> None:
        """As the page has them; one without a value is empty."""
        (element,) = page('<p class="a  b" disabled title="x &amp; y">z</p>').all("p")

        assert frozenset({"a", "b"}) == element.classes
        assert (element.attributes["disabled"], element.attributes["title"]) == ("", "x & y")

    def test_all_are_in_document_order(self) -> None:
        """As a person reads them."""
        assert [e.text for e in page("<p>1</p><div><p>2</p></div><p>3</p>").all("p")] == ["1", "2", "3"]

    def test_the_language_is_the_documents_own(self) -> None:
        """As its root says."""
        assert page("").language == "de"

    @pytest.mark.parametrize(
        ("html", "seen", "there"),
        [("<p>x</p>", True, True), (f"<p {HID}>x</p>", False, True), ("<b>x</b>", False, False)],
    )
    def test_has(self, html: str, seen: bool, there: bool) -> None:
        """Hidden things count only when asked for."""
        assert (seen, there) == (page(html).has("p"), page(html).has("p", visible=False))


class TestUnder:
    """What stands under a heading."""

    def test_the_nearest_box_decides(self) -> None:
        """Each heading has its own table."""
        rates = "<section><h2>Rates</h2><table id=a></table></section>"
        html = f"{rates}<section><h2>Policy</h2><table id=b></table></section>"

        assert [e.attributes["id"] for e in page(html).under({"policy"}, "table")] == ["b"]

    def test_the_box_may_be_further_out(self) -> None:
        """A heading in boxes of its own, with the rows beside them."""
        html = "<main><div><div><span>Policy</span></div></div><ul><li>1</li><li>2</li></ul></main><li>3</li>"

        assert [e.text for e in page(html).under({"policy"}, "li")] == ["1", "2"]

    @pytest.mark.parametrize(
        "html",
        [
            f"<h2 {HID}>Policy</h2><table></table>",
            f"<h2>Policy</h2><table {HID}></table>",
            "<h2>Policy rules</h2><table></table>",
            "<h2>Policy</h2>",
            "<table></table>",
        ],
    )
    def test_nothing_stands_there(self, html: str) -> None:
        """A hidden heading, a hidden table, another heading, none at all."""
        assert page(html).under({"policy"}, "table") == ()

    def test_what_lies_in_the_heading_or_around_it_counts(self) -> None:
        """The distance is that of the box both are in."""
        (inner,) = page("<div class=t><h2>Policy <b class=t>3</b></h2></div>").under({"policy 3"}, "b.t")

        assert inner.text == "3"


class TestHostilePages:
    """Pages made to exhaust whoever reads them: cases D9 and D11."""

    DEEP = "<div class=d>" * 10_000 + "<p class=a>x</p>"

    def test_d9_ten_thousand_deep(self) -> None:
        """No recursion, and nothing done once per element and level."""
        deep = page(self.DEEP)

        assert deep.text == "x"
        assert isinstance(deep.find(chain(".a")), Found)
        assert isinstance(deep.find(chain(".d")), Ambiguous)
        assert deep.under({"policy"}, ".a") == ()
        assert len(deep.all(".d")) == 10_000

    def test_ten_thousand_deep_and_hidden_at_the_top(self) -> None:
        """What hides the outermost box hides the innermost word."""
        deep = page(f"<div {HID}>{self.DEEP}</div>")

        assert deep.text == ""
        assert Missing() == deep.find(chain(".a"))

    def test_a_heading_ten_thousand_deep(self) -> None:
        """Going out from it box by box is linear."""
        deep = page("<table id=t></table>" + "<div>" * 10_000 + "<h2>Policy</h2>")

        assert len(deep.under({"policy"}, "table")) == 1

    def test_d9_a_hundred_thousand_rows(self) -> None:
        """Read once each."""
        rows = page("<ul>" + "<li>Policy</li>" * 100_000 + "</ul>")

        assert len(rows.all("li")) == 100_000
        assert getattr(rows.find(chain("li")), "reason", None) == "100000 candidates for li"
        assert 100_000 * len("Policy ") - 1 == len(rows.text)
        assert rows.under({"policy"}, "table") == ()

    def test_a_hundred_thousand_buttons_are_left_out(self) -> None:
        """As one set, not by comparing each with each."""
        (row,) = page("<div id=r>" + "<i>x</i>" * 50_000 + "<b>y</b>" * 50_000 + "</div>").all("#r")

        assert row.text_without("i") == "y" * 50_000

    def test_broken_markup(self) -> None:
        """Whatever a parser can make of it, it is text and not a fault."""
        broken = page("<p class='a>x<table><p>y</ul></b><![CDATA[z]]><a href=javascript:1>\x00\ud7ff</a")

        assert isinstance(broken.text, str)
