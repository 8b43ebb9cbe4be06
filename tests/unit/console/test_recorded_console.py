"""A kept visit as a console: looked up by what is asked for, and what was not kept is never made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

import pytest

from checker.console.kept import Asked, Display, KeptAnswer, KeptPart, KeptStop, Look
from checker.console.recorded import RecordedConsole
from checker.errors import NotOffered, Stop
from checker.flow import Console, Flow, SiteToml
from checker.model import Claim, Level, Outcome, Says, Site, Visit
from checker.model.wire import dump_visit

AT = datetime(2026, 11, 24, 7, tzinfo=UTC)
MY = Site("MY", "MY", "Malaysia")

TOML: dict[str, Any] = {
    "flow": {"marketplace": "shop", "title": "Shop", "version": "1.0", "contract": 1},
    "hosts": {"start": "shop.example", "also": ["my.shop.example"]},
    "sites": [{"code": "MY", "native_id": "MY", "label": "Malaysia"}],
    "pages": {"home": {"path": "/"}, "health": {"path": "/health", "ready": ["#health"]}},
    "answers": {
        "health": {"path": "/api/health"},
        "who": {"path": "/api/who", "ask": "/api/who"},
    },
    "controls": {"next": ["button.next"], "back": ["button.back"]},
    "signin": {
        "start": "home",
        "posts": ["/login"],
        "user": {"box": ["input[name=user]"], "submit": ["button"]},
        "password": {"box": ["input[name=password]"], "submit": ["button"]},
    },
    "states": [
        {"name": "captcha", "act": "stop", "outcome": "captcha", "markers": ["#captcha"]},
        {"name": "sign-in", "act": "user", "markers": ["input[name=user]"]},
        {"name": "in", "act": "arrived", "markers": ["#in"]},
    ],
}


class ShopFlow(Flow):
    """A flow whose data a test may change."""

    marketplace = "shop"

    def __init__(self, **changed: Any) -> None:
        super().__init__()
        self._changed = changed

    @cached_property
    def toml(self) -> SiteToml:
        return SiteToml.model_validate(TOML | self._changed)

    def sites(self, console: Console) -> Sequence[Site]:
        del console
        return [MY]

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        del console, site
        yield from ()


def a_look(document: int | None, seconds: int = 0, **changed: Any) -> Look:
    """Return a look at a snapshot."""
    fields = {"at": AT + timedelta(seconds=seconds), "url": "/", "status": 200, "ready": True}
    return Look.model_validate(fields | {"document": document} | changed)


def opened(name: str, *looks: Look, path: str = "", **changed: Any) -> Display:
    """Return a display that was opened."""
    spec = TOML["pages"][name]
    fields = {
        "at": AT,
        "by": "open",
        "name": name,
        "page": name,
        "path": path or spec["path"],
        "looks": looks,
    }
    return Display.model_validate(fields | {"ready": tuple(spec.get("ready", ()))} | changed)


def a_console(*displays: Display, flow: Flow | None = None, **tables: Any) -> RecordedConsole:
    """Return a console that plays back one visit."""
    visit = Visit("shop", "main", MY, Outcome.READ, started_at=AT, finished_at=AT)
    fields: dict[str, Any] = {
        "program": "0",
        "flow": "shop 1.0",
        "marketplace": "shop",
        "account": "main",
        "run_id": "run",
        "number": 1,
        "part": "visit",
        "visit": dump_visit(visit),
        "started_at": AT,
        "finished_at": AT,
        # As every part begins: on the page that was open.
        "displays": (Display(at=AT, by="start", name=""), *displays),
        "documents": (
            "<html><body id=in><p id=health>one</p></body></html>",
            "<html><body id=in><p id=health>two</p><button class=next></button></body></html>",
            "<html><body><p id=captcha></p></body></html>",
            "<html><body id=new><p id=wellbeing>three</p></body></html>",
        ),
    }
    return RecordedConsole(flow or ShopFlow(), "main", KeptPart.model_validate(fields | tables))


def outcome_of(stopped: pytest.ExceptionInfo[Stop]) -> Outcome:
    """Return how a visit ended."""
    return stopped.value.outcome


class TestPages:
    """Pages are found by name and query, in any order."""

    def test_are_found_in_another_order_than_they_were_opened_in(self) -> None:
        """A mended flow may begin with what was opened last, and come back to it."""
        console = a_console(opened("home", a_look(0)), opened("health", a_look(1, 60)))

        assert console.open("health").has("button.next")
        assert console.now() == AT + timedelta(seconds=60)
        assert "one" in console.open("home").text
        assert "two" in console.open("health").text

    def test_of_the_same_name_come_in_their_order(self) -> None:
        """Loaded twice then, the second time shows what it showed; a third time that once more."""
        console = a_console(opened("home", a_look(0)), opened("home", a_look(1)))

        assert [console.reopen("home").text for _ in range(3)] == ["one", "two", "two"]

    def test_that_stand_on_the_screen_are_not_loaded_again(self) -> None:
        """Opened once more untouched, a page is looked at again; another look at the site loads it anew."""
        console = a_console(opened("home", a_look(0)), opened("home", a_look(1)))

        assert [console.open("home").text for _ in range(2)] == ["one", "one"]
        console.begin_look()
        assert console.open("home").text == "two"

    def test_of_the_first_form_were_loaded_each_time(self) -> None:
        """What was kept by an earlier version is gone through as it was kept."""
        form = "marketplace-health-checker kept visit 1"
        console = a_console(opened("home", a_look(0)), opened("home", a_look(1)), form=form)

        assert [console.open("home").text for _ in range(2)] == ["one", "two"]

    def test_are_looked_at_as_often_as_wanted(self) -> None:
        """Each look is the next one; after the last there is no other."""
        console = a_console(opened("home", a_look(0), a_look(1)))
        first = console.open("home").text

        assert [first, console.page().text, console.page().text] == ["one", "two", "two"]

    def test_that_were_not_kept_end_the_visit(self) -> None:
        """Another page, and the same page at another address or host, are not there."""
        console = a_console(opened("home", a_look(0)), opened("health", a_look(1), path="/elsewhere"))
        with pytest.raises(Stop) as stopped:
            console.open("health")
        console.at("my.shop.example")
        with pytest.raises(Stop) as elsewhere:
            console.open("home")

        assert {outcome_of(stopped), outcome_of(elsewhere)} == {Outcome.NOT_KEPT}

    def test_are_recognised_by_the_states_of_today(self) -> None:
        """What a mended flow calls a captcha ends the visit, what it knows at last does not."""
        unknown = KeptStop(outcome=Outcome.UNKNOWN_PAGE, detail="no page the flow knows")
        display = opened("home", a_look(3, stop=unknown, ready=False))
        with pytest.raises(Stop) as captcha:
            a_console(opened("home", a_look(2))).open("home")
        with pytest.raises(Stop) as then:
            a_console(display).open("home")
        mended = ShopFlow(states=[*TOML["states"], {"name": "new", "act": "arrived", "markers": ["#new"]}])

        assert outcome_of(captcha) is Outcome.CAPTCHA
        assert outcome_of(then) is Outcome.UNKNOWN_PAGE
        assert a_console(display, flow=mended).open("home").text == "three"

    def test_are_ready_by_the_signs_of_today(self) -> None:
        """Ready by the old sign is unfinished by a new one that is missing, and the other way round."""
        pages = TOML["pages"] | {"health": {"path": "/health", "ready": ["#wellbeing"]}}
        stricter = a_console(opened("health", a_look(0)), flow=ShopFlow(pages=pages))
        states = [{"name": "in", "act": "arrived", "markers": ["#in", "#new"]}]
        mended = a_console(
            opened("health", a_look(3, ready=False)), flow=ShopFlow(pages=pages, states=states)
        )

        assert not stricter.open("health").ready
        assert mended.open("health").ready
        assert not a_console(opened("health", a_look(0, ready=False))).open("health").ready


class TestTabs:
    """Another tab of a page that was kept stands empty, and nothing of it can be read."""

    def test_that_was_not_kept_makes_whatever_is_said_on_it_unreadable(self) -> None:
        """Even what a careless flow calls ok, or none; back on a page that was kept it is believed again."""
        console = a_console(opened("health", a_look(0)))
        page = console.open("health", t="tab")
        recorder = console.recorder(MY)
        key = recorder.key("x")
        on_tab = [
            recorder.shown(key, Level.OK),
            recorder.absent(key, Says.NONE),
            recorder.word(key, "", None),
            recorder.word(key, "Splendid", None),
        ]
        nothing = (console.answer("health"), console.ask("who"))
        console.open("health")

        assert (page.ready, page.text, nothing) == (False, "", (None, None))
        assert {(claim.says, claim.reason) for claim in on_tab} == {
            (Says.UNREADABLE, "its page was not kept")
        }
        assert recorder.shown(key, Level.OK).level is Level.OK

    def test_that_was_not_kept_has_no_claims_of_what_is_declared_but_unreadable_ones(self) -> None:
        """What must be there is missing, and says why; what was kept is read."""
        answer = KeptAnswer(
            name="health", method="GET", path="/api/health", status=200, body={"state": "GOOD"}
        )
        declared = {
            "answers": TOML["answers"] | {"health": {"path": "/api/health", "shape": ["state"]}},
            "codes": {"verdict": {"GOOD": "ok"}},
            "statuses": [
                {
                    "metric": "account.status",
                    "page": "health",
                    "answer": "health",
                    "path": ["state"],
                    "codes": "verdict",
                }
            ],
        }
        display = opened("health", a_look(0), answers=(0,), heard={"health": (1,)})
        console = a_console(display, answers=(answer,), flow=ShopFlow(**declared))

        (kept,) = console.claims(MY, console.open("health"))
        (lost,) = console.claims(MY, console.open("health", t="tab"))

        assert (kept.says, kept.level, kept.observed_at) == (Says.SHOWN, Level.OK, AT)
        assert (lost.says, lost.reason) == (Says.UNREADABLE, "its page was not kept")


class TestLeaving:
    """A page is told as left when another one is opened, as it was seen last."""

    def test_is_told_once_for_each_page(self) -> None:
        """Looked at again it is not left; pressed on, it is another page's turn at the next opening only."""
        console = a_console(opened("home", a_look(0), a_look(1)), opened("health", a_look(1)))
        left: list[str] = []
        console.seen.leaving = lambda page: left.append(f"{page.name} {page.text}")

        console.open("home")
        console.open("home")
        console.page()
        assert left == []
        console.open("health")
        console.seen.leave()
        console.seen.leave()

        assert left == ["home two", "health two"]


class TestAnswers:
    """Answers are found by their address, as many as had come by then."""

    ONE = KeptAnswer(name="health", method="GET", path="/api/health", status=200, body={"n": 1})
    TWO = KeptAnswer(name="health", method="GET", path="/api/health", status=200, body={"n": 2})

    def test_are_as_many_as_each_call_was_given(self) -> None:
        """The first call saw one, the second both; asked once more, all there are."""
        display = opened(
            "home", a_look(0), answers=(0, 1), counted={"health": (1, 2)}, waited={"health": (1,)}
        )
        console = a_console(display, answers=(self.ONE, self.TWO))
        console.open("home")

        assert [len(console.answers("health")) for _ in range(3)] == [1, 2, 2]
        waited = [console.answer("health") for _ in range(2)]
        bodies = [answer.body["n"] for answer in waited if answer is not None]
        assert bodies == [1, 2]

    def test_have_the_name_todays_flow_gives_their_address(self) -> None:
        """An answer nobody had a name for is there once an override names its address."""
        other = KeptAnswer(method="GET", path="/v2/wellbeing", status=200, body={"n": 3})
        display = opened("home", a_look(0), answers=(0,), waited={"health": (0,)})
        answers = TOML["answers"] | {"health": {"path": "/v2/wellbeing"}}
        old, mended = (
            a_console(display, answers=(other,), flow=flow)
            for flow in (ShopFlow(), ShopFlow(answers=answers))
        )
        old.open("home")
        mended.open("home")

        found = mended.answer("health")
        assert old.answer("health") is None
        assert found is not None
        assert found.body == {"n": 3}

    def test_that_say_too_many_requests_stop_again(self) -> None:
        """429 is heeded as it was."""
        console = a_console(
            opened("home", a_look(0), answers=(0,)),
            answers=(self.ONE.model_copy(update={"status": 429}),),
        )
        console.open("home")
        with pytest.raises(Stop) as stopped:
            console.answers("health")

        assert outcome_of(stopped) is Outcome.RATE_LIMITED

    def test_that_were_asked_for_belong_to_their_page_and_query(self) -> None:
        """Where it was not asked, or of somebody else, there is no answer to borrow."""
        asked = (Asked(at=AT, name="who", query={"id": "1"}, answer=0), Asked(at=AT, name="who"))
        console = a_console(
            opened("home", a_look(0), asked=asked), opened("health", a_look(1)), answers=(self.ONE,)
        )
        console.open("home")
        mine = console.ask("who", id="1")
        none = console.ask("who")
        with pytest.raises(Stop) as other:
            console.ask("who", id="2")
        console.open("health")
        with pytest.raises(Stop) as elsewhere:
            console.ask("who", id="1")

        assert mine is not None
        assert (mine.body, none) == ({"n": 1}, None)
        assert {outcome_of(other), outcome_of(elsewhere)} == {Outcome.NOT_KEPT}


class TestDocuments:
    """What fits a shape of today's flow is found in what had come by then."""

    SHAPED: ClassVar[dict[str, Any]] = {
        "answers": {"level": {"shape": ["level"]}, "who": TOML["answers"]["who"]}
    }
    ONE = KeptAnswer(method="POST", host="shop.example", path="/x", status=200, body={"data": [{"level": 1}]})
    TWO = KeptAnswer(method="GET", path="/", status=200, body={"level": 2}, embedded=True)

    def test_are_found_by_the_shapes_of_today(self) -> None:
        """An answer nobody had a name for then, and what lay in the document, as many as had come."""
        display = opened("home", a_look(0), answers=(0, 1), heard={"level": (1,)})
        console = a_console(display, answers=(self.ONE, self.TWO), flow=ShopFlow(**self.SHAPED))
        console.open("home")

        first, second = console.documents("level"), console.documents("level")
        assert [one.value["level"] for one in first] == [1]
        assert (first[0].url, first[0].keys) == ("https://shop.example/x", ("data", 0))
        assert [one.value["level"] for one in second] == [1, 2]
        found = console.answer("level")
        assert found is not None
        assert found.body == {"level": 2}

    def test_that_were_asked_for_say_so(self) -> None:
        """They are there once they were asked for on their page."""
        asked = (Asked(at=AT, name="who", answer=0),)
        answer = KeptAnswer(name="who", method="GET", path="/api/who", status=200, body={"id": 1})
        display = opened("home", a_look(0), asked=asked)
        console = a_console(display, answers=(answer,), flow=ShopFlow(**self.SHAPED))
        console.open("home")

        assert console.documents("who") == ()
        console.ask("who")
        assert [(one.value, one.asked) for one in console.documents("who")] == [({"id": 1}, True)]


class TestNotOffered:
    """What the console did not offer then, it does not offer in a replay."""

    def test_is_what_it_was(self) -> None:
        """A flow that asks whether it is offered is told that it is not."""
        stop = KeptStop.of(NotOffered(Outcome.UNKNOWN_PAGE, "404"))
        console = a_console(opened("health", a_look(None, stop=stop, ready=False)))

        assert console.offered("health") is None
        with pytest.raises(NotOffered):
            console.reopen("health")


class TestPressing:
    """A press leads where it led on that display."""

    def test_leads_on_from_the_display_it_was_pressed_on(self) -> None:
        """Not pressed then, or pressed elsewhere, it leads nowhere; one that is missing does nothing."""
        pressed = Display(at=AT, by="press", name="next", after=1, page="home", path="/", looks=(a_look(1),))
        console = a_console(opened("home", a_look(0)), pressed, opened("health", a_look(1)))
        console.open("home")
        after = console.press("next").text
        back = console.press("back").text
        console.open("health")
        with pytest.raises(Stop) as stopped:
            console.press("next")

        assert (after, back) == ("two", "two")
        assert outcome_of(stopped) is Outcome.NOT_KEPT


def test_words_are_known_as_far_as_they_had_been_learnt() -> None:
    """A label file that came later is not known earlier; looked at once more, everything learnt is."""
    display = opened("home", a_look(0), labels=2, labelled=(1,))
    console = a_console(display, labels=(("a", "old"), ("a", "new"), ("b", "later")))
    console.open("home")

    assert [dict(console.labels), dict(console.labels)] == [{"a": "old"}, {"a": "new"}]
