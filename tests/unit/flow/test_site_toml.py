"""A flow's data is checked whole before anything is opened, with the place of every mistake."""

from __future__ import annotations

import re
import tomllib
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
name = "odd"
markers = ["#odd"]
act = "stop"
outcome = "rate_limited"

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
        ('act = "arrived"', 'act = "guess"', "states.in.act", "arrived"),
        ('outcome = "captcha"', 'outcome = "cpatcha"', "states.captcha.outcome", "captcha"),
        ('outcome = "rate_limited"', "", "states.odd", "outcome` belongs to"),
        ('act = "arrived"', 'act = "arrived"\npress = ["#x"]', "states.in", "`press` belongs to"),
        (
            'markers = ["#odd"]',
            'markers = [{ words = "nonsense" }]',
            "states.odd",
            "no phrases 'nonsense'",
        ),
        (
            'markers = ["#odd"]',
            'markers = [{ css = "p", within = "b" }]',
            "states.odd.markers.0",
            "`within` says",
        ),
        ('deny = ["(?i)/appeal"]', 'deny = ["("]', "deny", "not a regular expression"),
        ('posts = ["/login"]', 'posts = ["["]', "signin.posts", "not a regular expression"),
        ('posts = ["/login"]', 'origins = ["http://a.example"]', "signin.origins", "match"),
        ('path = "/api/health/v\\\\d"', 'path = "*"', "answers.health.path", "not a regular expression"),
        ('markers = ["#odd"]', 'markers = [{ url = "(" }]', "states.odd.markers.0.url", "not a regular"),
        ('markers = ["#odd"]', "markers = [{}]", "states.odd.markers.0", "states nothing"),
        ('markers = ["#odd"]', "markers = []", "states.odd.markers", "at least 1"),
        ('markers = ["#odd"]', 'markers = ["#a["]', "states.odd.markers.0.css", "not a CSS selector"),
        ('ready = ["#app"]', 'ready = ["div > > p"]', "pages.home.ready.0", "not a CSS selector"),
        ('chain = ["#rating"', 'chain = [":::"', "widgets.rating.chain", "not a CSS selector"),
        ('{ testid = "rating" }', '{ role = "button" }', "widgets.rating.chain", "by css or testid"),
        ('{ testid = "rating" }', '{ label = "Rating" }', "widgets.rating.chain", "by css or testid"),
        ('{ testid = "rating" }', '{ testid = "a", css = "b" }', "widgets.rating.chain.1", "exactly one of"),
        ('{ testid = "rating" }', '{ text = "a" }', "widgets.rating.chain.1", "exactly one of"),
        ('chain = ["#rating", { testid = "rating" }]', "chain = []", "widgets.rating.chain", "at least 1"),
        ('start = "seller.shop', 'start = "https://seller.shop', "hosts.start", "match pattern"),
        ('also = ["cdn.shop', 'also = ["*.shop', "hosts.also.0", "match pattern"),
        ('host = "my.shop', 'host = "My.shop', "sites.MY.host", "match pattern"),
        ('code = "MY"', 'code = "m y"', "sites.m y.code", "match pattern"),
        ('zone = "Asia/Kuala_Lumpur"', 'zone = "Asia/Nowhere"', "sites.MY.zone", "not a time zone"),
        ('zone = "Asia/Kuala_Lumpur"', 'zone = "../etc/passwd"', "sites.MY.zone", "not a time zone"),
        ('path = "/home"', 'path = "home"', "pages.home.path", "match pattern"),
        ('path = "/home"', 'path = "//evil.example/home"', "pages.home.path", "match pattern"),
        ('marketplace = "shop"', 'marketplace = "Shop"', "flow.marketplace", "match pattern"),
        ("contract = 1", 'contract = "one"', "flow.contract", "integer"),
        ('page = "home"', 'page = "hone"', "widgets.rating.page", "no page 'hone'; did you mean 'home'?"),
        (
            'answers = ["health"]',
            'answers = ["helth"]',
            "pages.home.answers",
            "no answer 'helth'; did you mean 'health'?",
        ),
        ('start = "home"', 'start = "login"', "signin.start", "no page 'login'; there are: "),
        ('code = "SG"', 'code = "MY"', "sites.MY", "MY twice"),
        ("[words.status.de]", "[words.status.de]\nbad = ['x']", "words.status.de.bad", "Extra inputs"),
    ],
)
def test_a_mistake_is_named_with_its_place(path: Path, old: str, new: str, place: str, words: str) -> None:
    """One message says where it is and what is wrong with it."""
    lines = [line for line in refused(path, (old, new)).splitlines() if line.startswith(f"  {place}")]

    (line,) = [line for line in lines if words in line]
    assert re.search(r"site\.toml, line \d+\)$", line)


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

    def test_tables_are_merged_key_by_key_and_newer_rules_go_first(self, path: Path) -> None:
        """A redesign is survived by naming what changed, and only that."""
        toml = self._with(path, '[widgets.rating]\nchain = ["#new"]\n[pages.more]\npath = "/more"\n')

        assert (Rule(css="#new"), Rule(css="#rating"), Rule(testid="rating")) == toml.widgets["rating"].chain
        assert toml.widgets["rating"].page == "home"
        assert {"home", "more"} == set(toml.pages)

    def test_rows_are_merged_by_what_names_them(self, path: Path) -> None:
        """A site by its code, a state by its name; what is not there yet is added."""
        toml = self._with(
            path,
            '[[sites]]\ncode = "SG"\nhost = "sg.shop.example"\n'
            '[[states]]\nname = "captcha"\nmarkers = ["#puzzle"]\n',
        )

        assert [(row.code, row.label, row.host) for row in toml.sites] == [
            ("MY", "Malaysia", "my.shop.example"),
            ("SG", "Singapore", "sg.shop.example"),
        ]
        captcha = next(state for state in toml.states if state.name == "captcha")
        assert {"#captcha", "#puzzle"} <= {marker.css for marker in captcha.markers}
        assert captcha.act == "stop"

    def test_words_are_added(self, path: Path) -> None:
        """One word more is one word more, and in another language too; what a page must have is replaced."""
        toml = self._with(
            path,
            '[words.status.en]\nok = ["Fine"]\n[words.status.fr]\nok = ["Bon"]\nsource = "seen"\n'
            '[pages.home]\nready = ["#root"]\n[phrases.sign_in]\nxx = ["Enter the shop"]\n',
        )

        assert toml.words["status"]["en"].ok == ("Healthy", "Fine")
        assert toml.level_of_word("status", "Bon", "fr") is Level.OK
        assert toml.pages["home"].ready == ("#root",)
        assert toml.words_of("sign_in").is_name("Enter the shop")
        assert toml.words_of("sign_in").is_name("Log in")

    def test_what_is_in_the_way_is_removed(self, path: Path) -> None:
        """A state, a word of a list, a rule of a chain, a table."""
        toml = self._with(
            path,
            '[remove]\nstates = ["odd"]\ndeny = ["(?i)/appeal"]\n"widgets.rating.chain" = ["#rating"]\n'
            '"sites" = ["SG"]\nwords = ["status"]\n"states.captcha.markers" = ["#captcha"]\n',
        )

        assert "odd" not in {state.name for state in toml.states}
        assert toml.deny == ()
        assert toml.widgets["rating"].chain == (Rule(testid="rating"),)
        assert [row.code for row in toml.sites] == ["MY"]
        assert toml.words == {}
        captcha = next(state for state in toml.states if state.name == "captcha")
        assert "#captcha" not in {marker.css for marker in captcha.markers}

    def test_what_is_not_there_cannot_be_removed(self, path: Path) -> None:
        """A name with a mistake in it is told, not passed over."""
        with pytest.raises(ConfigError, match="states has no 'capcha'"):
            self._with(path, '[remove]\nstates = ["capcha"]\n')

    def test_a_state_stands_where_it_says(self, path: Path) -> None:
        """Before or after one of a name; nowhere, if there is no such name."""
        new = '[[states]]\nname = "new"\nact = "stop"\noutcome = "captcha"\nmarkers = ["#new"]\n'

        names = [state.name for state in self._with(path, new + 'after = "password"\n').states]
        unsaid = [state.name for state in self._with(path, new).states]

        assert names.index("new") == names.index("password") + 1
        assert unsaid.index("new") < unsaid.index("locked") < unsaid.index("user name and password")
        with pytest.raises(ConfigError, match="'passwort', and there is no such state"):
            self._with(path, new + 'before = "passwort"\n')

    def test_a_mistake_is_told_with_its_line_and_the_way_out(self, path: Path) -> None:
        """In whichever of the files it stands, and what the key was probably meant to be."""
        with pytest.raises(ConfigError) as caught:
            self._with(
                path, 'deny = []\n\n[[states]]\nname = "captcha"\nmarkers = ["#x"]\noutcom = "captcha"\n'
            )

        (line,) = [line for line in caught.value.message.splitlines() if "outcom" in line]
        assert "states.captcha.outcom" in line
        assert "override.toml, line 6" in line
        assert "did you mean 'outcome'?" in line

    def test_a_mistake_of_the_flows_own_is_told_with_its_line(self, path: Path) -> None:
        """Though the override is read last."""
        text = path.read_text(encoding="utf-8").replace('act = "arrived"', 'act = "guess"')
        path.write_text(text, encoding="utf-8")
        number = text.splitlines().index('act = "guess"') + 1

        with pytest.raises(ConfigError) as caught:
            self._with(path, "deny = []\n")

        assert f"site.toml, line {number}" in caught.value.message

    @pytest.mark.parametrize(
        ("text", "number", "words"),
        [
            ('[[cards]]\nlabels = ["x"]\npage = "home"\n', 1, "metric: Field required; add it"),
            ('[[cards]]\nmetric = "a.b"\nlabels = ["x"]\npage = "hone"\n', 4, "did you mean 'home'?"),
            ('[[statuses]]\nmetric = "a.b"\nanswer = "health"\npath = "x"\n', 4, "a list is wanted"),
            (
                '[[statuses]]\nmetric = "a.b"\nanswer = "health"\npath = ["x"]\ncause = "odd: x"\n',
                5,
                "a table is wanted",
            ),
            (
                # Two rows of one name: the line is that of the one that is wrong.
                (
                    '[[statuses]]\nmetric = "a.b"\nanswer = "health"\npath = ["x"]\nflag = true\n'
                    '[[statuses]]\nmetric = "a.b"\nanswer = "reports"\npath = ["y"]\nflag = 7\n'
                ),
                10,
                "flag: Input should be a valid boolean",
            ),
            ('[[states]]\nname = "captcha"\n[[states.markers]]\ncsss = "#x"\n', 4, "did you mean 'css'?"),
        ],
    )
    def test_a_mistake_in_a_row_is_told_with_its_own_line(
        self, path: Path, text: str, number: int, words: str
    ) -> None:
        """Also in one without a name, in one of several of a name, and where a name is of nothing."""
        with pytest.raises(ConfigError) as caught:
            self._with(path, text)

        lines = [line for line in caught.value.message.splitlines() if words in line]
        assert [line for line in lines if line.endswith(f"override.toml, line {number})")], (
            caught.value.message
        )

    def test_what_the_flow_wrote_is_told_with_the_line_of_the_flow(self, path: Path) -> None:
        """Though the override has something to say of the same row."""
        text = path.read_text(encoding="utf-8").replace('act = "arrived"', 'act = "guess"')
        path.write_text(text, encoding="utf-8")
        number = text.splitlines().index('act = "guess"') + 1
        name = next(row["name"] for row in tomllib.loads(text)["states"] if row.get("act") == "guess")

        with pytest.raises(ConfigError) as caught:
            self._with(path, f'[[states]]\nname = "{name}"\nmarkers = ["#more"]\n')

        assert f"site.toml, line {number}" in caught.value.message

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


@pytest.mark.parametrize(
    ("text", "language", "level"),
    [
        ("Healthy", "en", Level.OK),
        ("healthy as of 20 Oct 2026", "en", Level.OK),
        ("Status: At risk", "en", Level.CRITICAL),
        ("Ihr Konto: In Ordnung", "de", Level.OK),
        ("Ihr Konto: In Ordnung", "de-AT", Level.OK),
        ("Your account: Healthy", "de", Level.OK),
        ("Ihr Konto: In Ordnung", "en", None),
        ("Unhealthy", "en", None),
        ("Healthy, then At risk", "en", None),
        ("Healthy from 200 to 1000 points", "en", None),
        ("At least 200 points: Healthy", "en", None),
        ("Not healthy", "en", None),
        ("No longer healthy", "en", None),
        ("isn't healthy", "en", None),
        ("isn’t healthy", "en", None),
        ("Was healthy until May", "en", None),
        ("Previously healthy", "en", None),
        ("Nicht In Ordnung", "de", None),
        ("Healthy ではありません", "ja", None),
        ("Healthy ไม่ใช่", "th", None),
        ("不Healthy", "zh", None),
        ("无 Healthy", "zh", None),
        ("tidak Healthy", "id", None),
        ("Healthy değil", "tr", None),
        ("Healthy " + "and so on " * 9, "en", None),
        ("", "en", None),
    ],
)
def test_a_short_text_says_one_status_or_none_that_is_known(
    path: Path, text: str, language: str, level: Level | None
) -> None:
    """Whole words, one level, nothing that takes it back; prose says nothing."""
    assert load_site_toml(path).level_in_text("status", text, language) is level


def test_of_two_words_in_one_another_the_longer_counts(path: Path) -> None:
    """`Not At risk yet` may be a word of its own."""
    words = 'critical = ["At risk"]\nwarning = ["At risk soon"]'
    path.write_text(GOOD.replace('critical = ["At risk"]', words), encoding="utf-8")

    assert load_site_toml(path).level_in_text("status", "Today: At risk soon", "en") is Level.WARNING


def test_a_word_of_a_script_without_spaces_stands_anywhere(path: Path) -> None:
    """Its edges are no spaces."""
    path.write_text(GOOD.replace('ok = ["In Ordnung"]', 'ok = ["良好"]'), encoding="utf-8")

    toml = load_site_toml(path)

    assert toml.level_in_text("status", "当前状态良好", "de") is Level.OK
    assert toml.level_in_text("status", "状态不良好", "de") is None


ROWS = """
[answers.elsewhere]
path = "/api/elsewhere"

[metric_maps.all]
LATE = { metric = "orders.late" }
CHAT = { metric = "chat.rate", labels = ["Chat"] }
"""


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (
            '[[statuses]]\nmetric = "a"\nanswer = "elsewhere"\npath = ["x"]\n',
            "statuses.a.answer: no page fetches 'elsewhere'; name it in the answers of a page, or give",
        ),
        (
            '[[metrics]]\nmetric = "a"\nanswer = "elsewhere"\nvalue = ["x"]\n',
            "metrics.a.answer: no page fetches",
        ),
        (
            '[[coded]]\nanswer = "elsewhere"\ncode = ["c"]\nvalue = ["v"]\nmap = "all"\n',
            "coded.0.answer: no page fetches",
        ),
        (
            '[[items]]\nmetric = "a"\nlist = "l"\nanswer = "elsewhere"\nrows = "r"\nid = ["i"]\n',
            "items.a.answer: no page fetches",
        ),
        ('[[cards]]\nmetric = "a"\npage = "nowhere"\n', "cards.a.page: no page 'nowhere'; there are: "),
        (
            '[[statuses]]\nmetric = "a"\nanswer = "health"\npage = "nowhere"\npath = ["x"]\n',
            "statuses.a.page: no page 'nowhere'",
        ),
        (
            '[[coded]]\nanswer = "health"\ncode = ["c"]\nvalue = ["v"]\nmap = "none"\n',
            "coded.0.map: no metric_maps 'none'",
        ),
        (
            '[[statuses]]\nmetric = "a"\nanswer = "health"\npath = ["x"]\ncodes = "odd"\n',
            "statuses.a.codes: no codes 'odd'",
        ),
        (
            '[[metrics]]\nmetric = "a"\nanswer = "nowhere"\nvalue = ["x"]\nverdict = ["v"]\ncodes = "odd"\n',
            "metrics.a.answer: no answer 'nowhere'",
        ),
        (
            '[[metrics]]\nmetric = "a"\nanswer = "health"\nvalue = ["x"]\ntrend = ["t"]\ntrends = "odd"\n',
            "metrics.a.trends: no trends 'odd'",
        ),
    ],
)
def test_a_declared_row_that_nobody_would_read_is_refused(path: Path, row: str, complaint: str) -> None:
    """Before a page is opened: what it names is not there, or no page is read for it."""
    path.write_text(GOOD + ROWS + row, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_site_toml(path)

    assert complaint in caught.value.message


def test_an_unknown_key_of_a_declared_row_is_told_with_what_was_meant(path: Path) -> None:
    """A typing mistake never switches a check off."""
    path.write_text(GOOD + ROWS + '[metric_maps.more]\nX = { metric = "x", requird = false }\n', "utf-8")

    with pytest.raises(ConfigError) as caught:
        load_site_toml(path)

    assert "metric_maps.more.X.requird" in caught.value.message


def test_what_is_declared_of_a_page_says_which_pages_are_read(path: Path) -> None:
    """In the order of the file, with the labels that must be on them."""
    rows = (
        '[pages.quiet]\npath = "/q"\n[pages.cards]\npath = "/c"\n'
        '[[coded]]\nanswer = "health"\ncode = ["c"]\nvalue = ["v"]\nmap = "all"\n'
        '[[cards]]\nmetric = "b"\npage = "cards"\nlabels = ["B", "Be"]\n'
        '[[cards]]\nmetric = "c"\npage = "cards"\nlabels = ["C"]\nrequired = false\n'
    )
    path.write_text(GOOD + ROWS + rows, encoding="utf-8")

    toml = load_site_toml(path)

    assert toml.read_pages == ("home", "cards")
    assert [row.metric for row in toml.widgets_on("home")] == ["orders.late", "chat.rate"]
    assert toml.labels_on("cards") == (frozenset({"b", "be"}),)
    assert toml.widgets_on("quiet") == ()
