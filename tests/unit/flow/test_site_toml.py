"""A flow's data is checked whole before anything is opened, with the place of every mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checker.errors import ConfigError
from checker.flow import Rule, SiteToml, load_site_toml
from checker.model import Exit, Level

GOOD = """
deny = ["(?i)/appeal"]

[flow]
marketplace = "shop"
title = "Shop"
version = "1.0"
contract = 1

[hosts]
start = "seller.shop.example"
also = ["cdn.shop.example"]

[[sites]]
code = "MY"
native_id = "1"
label = "Malaysia"
host = "my.shop.example"
zone = "Asia/Kuala_Lumpur"

[[sites]]
code = "SG"
native_id = "2"
label = "Singapore"

[pages.home]
path = "/home"
ready = ["#app"]
answers = ["health"]

[answers.health]
path = "/api/health/v\\\\d"

[signin]
start = "home"
posts = ["/login"]
user = { box = ["#user"], submit = ["#next"] }
password = { box = ["#password"], submit = [{ role = "button", name = "Sign in" }] }

[[states]]
name = "captcha"
markers = ["#captcha"]
act = "stop"
outcome = "captcha"

[[states]]
name = "in"
markers = [{ css = "#app" }]
act = "arrived"

[widgets.rating]
page = "home"
chain = ["#rating", { testid = "rating" }]

[words.status.en]
ok = ["Healthy"]
critical = ["At risk"]
source = "seen"

[words.status.de]
ok = ["In Ordnung"]
source = "seen"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a good site.toml lies."""
    path = tmp_path / "site.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def refused(path: Path, *changes: tuple[str, str]) -> str:
    """Return the message with which a changed file is refused."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_site_toml(path)
    assert caught.value.exit_code == Exit.CONFIG
    assert caught.value.hint
    return caught.value.message


def test_a_good_one_is_read(path: Path) -> None:
    """With its hosts gathered and a text taken for a CSS rule."""
    toml = load_site_toml(path)

    assert {"seller.shop.example", "cdn.shop.example", "my.shop.example"} == toml.allowed_hosts
    assert (Rule(css="#rating"), Rule(testid="rating")) == toml.widgets["rating"].chain


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("title =", "titel =", "flow.titel", "Extra inputs"),
        ("title =", "titel =", "flow.title", "Field required"),
        ("[widgets.rating]", "[widgets.rating]\nrequired = true", "widgets.rating.required", "Extra inputs"),
        ("[pages.home]", "[pages.home]\nwait = 3", "pages.home.wait", "Extra inputs"),
        ("deny = [", "allow = []\ndeny = [", "allow", "Extra inputs"),
        ('act = "arrived"', 'act = "guess"', "states.1.act", "arrived"),
        ('outcome = "captcha"', 'outcome = "cpatcha"', "states.0.outcome", "captcha"),
        ('outcome = "captcha"', "", "states.0", "outcome` belongs to"),
        ('act = "arrived"', 'act = "press"', "states.1", "`press` belongs to"),
        ('deny = ["(?i)/appeal"]', 'deny = ["("]', "deny", "not a regular expression"),
        ('posts = ["/login"]', 'posts = ["["]', "signin.posts", "not a regular expression"),
        ('posts = ["/login"]', 'origins = ["http://a.example"]', "signin.origins", "match"),
        ('path = "/api/health/v\\\\d"', 'path = "*"', "answers.health.path", "not a regular expression"),
        ('markers = ["#captcha"]', 'markers = [{ url = "(" }]', "states.0.markers.0.url", "not a regular"),
        ('markers = ["#captcha"]', "markers = [{}]", "states.0.markers.0", "states nothing"),
        ('markers = ["#captcha"]', "markers = []", "states.0.markers", "at least 1"),
        ('markers = ["#captcha"]', 'markers = ["#a["]', "states.0.markers.0.css", "not a CSS selector"),
        ('ready = ["#app"]', 'ready = ["div > > p"]', "pages.home.ready.0", "not a CSS selector"),
        ('chain = ["#rating"', 'chain = [":::"', "widgets.rating.chain", "not a CSS selector"),
        ('{ testid = "rating" }', '{ role = "button" }', "widgets.rating.chain", "by css or testid"),
        ('{ testid = "rating" }', '{ label = "Rating" }', "widgets.rating.chain", "by css or testid"),
        ('{ testid = "rating" }', '{ testid = "a", css = "b" }', "widgets.rating.chain.1", "exactly one of"),
        ('{ testid = "rating" }', '{ text = "a" }', "widgets.rating.chain.1", "exactly one of"),
        ('chain = ["#rating", { testid = "rating" }]', "chain = []", "widgets.rating.chain", "at least 1"),
        ('start = "seller.shop', 'start = "https://seller.shop', "hosts.start", "match pattern"),
        ('also = ["cdn.shop', 'also = ["*.shop', "hosts.also.0", "match pattern"),
        ('host = "my.shop', 'host = "My.shop', "sites.0.host", "match pattern"),
        ('code = "MY"', 'code = "m y"', "sites.0.code", "match pattern"),
        ('zone = "Asia/Kuala_Lumpur"', 'zone = "Asia/Nowhere"', "sites.0.zone", "not a time zone"),
        ('zone = "Asia/Kuala_Lumpur"', 'zone = "../etc/passwd"', "sites.0.zone", "not a time zone"),
        ('path = "/home"', 'path = "home"', "pages.home.path", "match pattern"),
        ('path = "/home"', 'path = "//evil.example/home"', "pages.home.path", "match pattern"),
        ('marketplace = "shop"', 'marketplace = "Shop"', "flow.marketplace", "match pattern"),
        ("contract = 1", 'contract = "one"', "flow.contract", "integer"),
        ('page = "home"', 'page = "hone"', "(whole file)", "widgets.rating: no page 'hone'"),
        ('answers = ["health"]', 'answers = ["helth"]', "(whole file)", "pages.home: no answer 'helth'"),
        ('start = "home"', 'start = "login"', "(whole file)", "signin.start: no page 'login'"),
        ('code = "SG"', 'code = "MY"', "(whole file)", "sites: MY twice"),
        ("[words.status.de]", "[words.status.de]\nbad = ['x']", "words.status.de.bad", "Extra inputs"),
    ],
)
def test_a_mistake_is_named_with_its_place(path: Path, old: str, new: str, place: str, words: str) -> None:
    """One message says where it is and what is wrong with it."""
    lines = [line for line in refused(path, (old, new)).splitlines() if line.startswith(f"  {place}")]

    assert [line for line in lines if words in line]


def test_all_mistakes_are_listed_at_once(path: Path) -> None:
    """A person corrects them in one go."""
    message = refused(path, ("title =", "titel ="), ('act = "arrived"', 'act = "x"'), ("contract = 1", ""))

    assert "4 problem(s)" in message
    assert sum(line.startswith("  ") for line in message.splitlines()) == 4
    assert str(path) in message


def test_all_dangling_names_are_listed_at_once(path: Path) -> None:
    """What refers to nothing, in one message."""
    message = refused(path, ('page = "home"', 'page = "x"'), ('start = "home"', 'start = "y"'))

    assert "no page 'x'" in message
    assert "no page 'y'" in message


@pytest.mark.parametrize("content", [b"deny = [", b"\xff\xfe", b"a = 1\na = 2"])
def test_what_is_no_toml_is_refused(path: Path, content: bytes) -> None:
    """Broken, in another encoding, or with a key twice."""
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"site\.toml"):
        load_site_toml(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(ConfigError, match=r"nothing\.toml"):
        load_site_toml(tmp_path / "nothing.toml")


class TestOverride:
    """A user's file over the flow's own."""

    def _with(self, path: Path, text: str) -> SiteToml:
        override = path.with_name("override.toml")
        override.write_text(text, encoding="utf-8")
        return load_site_toml(path, override)

    def test_tables_are_merged_key_by_key_and_lists_whole(self, path: Path) -> None:
        """A redesign is survived by naming what changed, and only that."""
        toml = self._with(path, '[widgets.rating]\nchain = ["#new"]\n[pages.more]\npath = "/more"\n')

        assert (Rule(css="#new"),) == toml.widgets["rating"].chain
        assert toml.widgets["rating"].page == "home"
        assert {"home", "more"} == set(toml.pages)

    def test_its_mistakes_are_its_own(self, path: Path) -> None:
        """A typing mistake never switches a check off, and the message names the user's file."""
        with pytest.raises(ConfigError, match=r"override\.toml") as caught:
            self._with(path, '[widgets.rating]\nchian = ["#new"]\n')

        assert "widgets.rating.chian" in caught.value.message

    def test_a_broken_one_is_refused_not_passed_over(self, path: Path) -> None:
        """Half a file is a mistake, not an empty file."""
        with pytest.raises(ConfigError, match=r"override\.toml"):
            self._with(path, "[widgets")

    def test_one_that_is_not_there_changes_nothing(self, path: Path) -> None:
        """Most users have none."""
        assert load_site_toml(path) == load_site_toml(path, path.with_name("none.toml"))


@pytest.mark.parametrize(
    ("text", "language", "level"),
    [
        ("Healthy", "en", Level.OK),
        ("healthy", "en", Level.OK),
        ("HEALTHY", "de-AT", Level.OK),
        ("in ordnung", "de-AT", Level.OK),
        ("At risk", "fr", Level.CRITICAL),
        ("In Ordnung", "en", None),
        ("Healthy!", "en", None),
        ("", "en", None),
    ],
)
def test_a_word_has_a_level_in_its_language_or_in_english(
    path: Path, text: str, language: str, level: Level | None
) -> None:
    """A word of another language, or a little more than the word, is not known."""
    assert level is load_site_toml(path).level_of_word("status", text, language)


def test_a_topic_nobody_wrote_words_for_knows_none(path: Path) -> None:
    """Unknown, not ok."""
    assert None is load_site_toml(path).level_of_word("rating", "Healthy", "en")


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ({"css": "#a"}, "#a"),
        ({"css": "p", "text": "x"}, "p[x]"),
        ({"testid": "row"}, "testid=row"),
        ({"role": "button", "name": "Go"}, "role=button[Go]"),
        ({"label": "Mail"}, "label=Mail"),
    ],
)
def test_a_rule_is_shown_as_people_write_it(rule: dict[str, Any], written: str) -> None:
    """For the record of where a reading came from."""
    assert written == str(Rule(**rule))


def test_an_account_may_begin_on_the_host_of_a_site(path: Path) -> None:
    """One that has a host of its own; another is refused with those there are."""
    toml = load_site_toml(path)

    assert (toml.host_of(None), toml.host_of("MY")) == ("", "my.shop.example")
    with pytest.raises(ConfigError, match="'SG' is no site of Shop") as caught:
        toml.host_of("SG")
    assert caught.value.hint == "there are: MY"
