"""Messages: who is told what, in which order, and that it arrives or waits."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from checker.errors import ConfigError
from checker.model import Exit, Level, Outcome, Presence
from checker.notify.channels import AppriseChannel, Robot, channel_for
from checker.notify.digest import Audience, Digest, News, digest
from checker.notify.outbox import Outbox
from checker.notify.routes import accounts_of, quiet_until
from checker.notify.telling import Delivered, deliver, enqueue, send_test
from checker.report.safe import chat_text
from checker.settings import Settings, load
from tests.unit.notify.conftest import Mailbox, Receiver
from tests.unit.report.samples import (
    DAY_ONE,
    DAY_TWO,
    NOW,
    VIOLATION,
    Story,
    count,
    first_day,
    quiet,
    reading,
    status,
    story,
    two_days,
    visit,
)

SELLER, OPERATOR = Audience.SELLER, Audience.OPERATOR
PLAIN: dict[str, Any] = {"urgent": False, "picture": None}


def told(of: Story, audience: Audience = SELLER, language: str = "en", **fields: Any) -> Digest | None:
    """Return what an audience is told of a story."""
    mine = fields.pop("accounts", None)
    least = fields.pop("least", Level.WARNING)
    news = News(of.run, of.known, of.places, {"main": "旗舰店"}, **fields)
    return digest(news, audience, language, accounts=mine, least=least)


def said(of: Story, audience: Audience = SELLER, language: str = "en", **fields: Any) -> str:
    """Return the text of what an audience is told."""
    made = told(of, audience, language, **fields)
    assert made is not None
    return f"{made.title}\n{made.body}"


class TestDigest:
    """One message, the most urgent first."""

    def test_a_deadline_stands_before_a_likely_fault_of_the_platform(self) -> None:
        """The violation that must be answered in nine days' time or less, then the event of three sites."""
        near = {**VIOLATION, "deadline": DAY_TWO + timedelta(days=3)}
        before = [visit(code, [status(code, DAY_ONE)]) for code in ("US", "CA", "MX", "JP")]
        after = [
            visit("US", [status("US"), reading("US", "policy.violations.listing", item="V1", **near)]),
            *(visit(code, [status(code, level=Level.CRITICAL)]) for code in ("CA", "MX", "JP")),
        ]
        text = said(story(before, after))

        assert text.index("Listing policy violations") < text.index("sites never opened")
        assert text.count("sites never opened") == 1
        for name in ("Canada (CA)", "Mexico (MX)", "Japan (JP)"):
            assert name in text

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", ("nobody needs to act", "business", "operator", "the console's own team")),
            ("zh", ("无需处理", "业务", "运维", "平台方")),
        ],
    )
    def test_four_words_say_who_must_act(self, language: str, words: tuple[str, ...]) -> None:
        """Each item ends in who must act."""
        unopened = story(
            [visit(code, [status(code, DAY_ONE)]) for code in ("US", "CA", "MX")],
            [
                visit("US", [status("US")]),
                *(visit(c, [status(c, level=Level.CRITICAL)]) for c in ("CA", "MX")),
            ],
        )
        own = said(two_days(), language=language)
        over = _over()

        nobody, business, operator, platform = words
        assert f"→ {business}" in own
        assert f"→ {platform}" in said(unopened, language=language)
        assert f"→ {nobody}" in said(over, language=language)
        assert f"→ {operator}" in said(two_days(), OPERATOR, language)

    def test_the_seller_is_not_told_of_the_checkers_trouble_nor_the_operator_of_findings(self) -> None:
        """A widget that cannot be read is the operator's; what the business must clear is told to both."""
        seller, operator = said(two_days()), said(two_days(), OPERATOR)

        assert "two candidates" in operator
        assert "two candidates" not in seller
        assert "Unhealthy" not in operator
        assert "Picture puzzle" in seller
        assert "Picture puzzle" in operator

    def test_both_languages_in_one_message(self) -> None:
        """English first, Chinese below it."""
        text = said(two_days(), language="both")

        assert text.index("Deadline") < text.index("截止")
        assert "4 new reds / " in text

    def test_is_short_enough_for_a_phone(self) -> None:
        """Forty findings are eight items and a number."""
        many = [count("US", f"policy.{n}", 1, DAY_TWO) for n in range(40)]
        made = told(story([visit("US", many)]))

        assert made is not None
        assert len(made.body) < 2500
        assert "and 32 more" in made.body

    def test_names_the_account_as_people_call_it(self) -> None:
        """The display name of the settings, in any script, stands in the title."""
        assert said(two_days()).startswith("旗舰店: 4 new reds")

    def test_what_was_told_is_not_told_again(self) -> None:
        """A quiet run has nothing for the seller but a reminder that is due."""
        again = quiet()
        hushed = frozenset({("amazon", "main", Outcome.CAPTCHA)})
        red = status("CA").key

        assert told(again, hushed=hushed) is None
        assert "still open" in said(again, hushed=hushed, reminded=frozenset({red}))

    def test_a_route_of_one_account_gets_nothing_of_another(self) -> None:
        """Accounts nobody on the route answers for stay out of it."""
        assert told(two_days(), accounts=frozenset({"other"})) is None
        assert told(two_days(), accounts=frozenset({"main"})) is not None

    def test_a_route_from_critical_on_gets_no_warnings(self) -> None:
        """What is below the level is left out."""
        warned = story([visit("US", [status("US", level=Level.WARNING)])])

        assert told(warned, least=Level.CRITICAL) is None
        assert told(warned) is not None

    def test_the_operator_hears_that_the_store_refused(self) -> None:
        """An exit code that is the checker's own trouble is an item."""
        fine = story(first_day())
        broken = Story(replace(fine.run, exit_code=Exit.STORE), fine.known, fine.places)

        assert "the store could not take the run in" in said(broken, OPERATOR)


def _over() -> Story:
    """Return a story in which a red ended."""
    red = visit("US", [status("US", DAY_ONE - timedelta(days=3), level=Level.CRITICAL)])
    fine = visit("US", [status("US", DAY_ONE)])
    return story([red], [fine], [visit("US", [status("US")])])


HOSTILE = (
    "@everyone <!channel> <@U1> [free](https://evil.example) **bold** `code` # head\r\n"
    "Bcc: x@evil.example\r\n\r\n<script>alert(1)</script> \x1b[31m \u202e ~~gone~~ ||spoiler|| &lt; ![x](http://evil.example/p.png)"
)


class TestHostile:
    """Whatever a page says is only looked at."""

    @pytest.mark.parametrize("language", ["en", "zh", "both"])
    def test_d5_page_text_is_inert_in_every_message(self, language: str) -> None:
        """No mention, no link, no layout, no second header, no control character."""
        bad = reading(
            "US", "policy.violations.listing", item=HOSTILE,
            **{**VIOLATION, "native": HOSTILE, "reason": HOSTILE, "details": (("asin", HOSTILE),)},
        )  # fmt: skip
        lost = reading("US", "x", presence=Presence.UNREADABLE, reason=HOSTILE)
        of = story([visit("US", [bad, lost])])
        for audience in (SELLER, OPERATOR):
            text = said(of, audience, language)
            assert "everyone" in text or "alert" in text
            for mark in ("@", "](", "**", "`", "<!", "<@", "<s", "://", "~~", "||", "\r", "\x1b", "\u202e"):
                assert mark not in text, mark

    def test_d5_a_megabyte_stays_short(self) -> None:
        """One field of a million characters does not make a long message."""
        bad = reading(
            "US", "policy.violations.listing", item="V1", **{**VIOLATION, "native": "x" * 1_000_000}
        )
        made = told(story([visit("US", [bad])]))

        assert made is not None
        assert len(made.title) + len(made.body) < 2500

    def test_numbers_and_codes_stay_readable(self) -> None:
        """What is no markup is left alone."""
        assert (
            chat_text("1.4% (7 of 500), target < 1% AT_RISK #3") == "1.4% (7 of 500), target < 1% AT_RISK #3"
        )


class TestQuietHours:
    """Nobody is woken by what can wait."""

    @pytest.mark.parametrize(
        ("local", "until"),
        [
            ("2026-03-01T21:59", None),
            ("2026-03-01T22:00", "2026-03-02T07:30"),
            ("2026-03-02T03:00", "2026-03-02T07:30"),
            ("2026-03-02T07:30", None),
        ],
    )
    def test_they_may_pass_midnight(self, local: str, until: str | None) -> None:
        """By the clock of whoever is not to be disturbed."""
        zone = ZoneInfo("Asia/Shanghai")
        hours = (datetime(1, 1, 1, 22).time(), datetime(1, 1, 1, 7, 30).time())  # noqa: DTZ001 - of no day
        now = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)

        ends = quiet_until(hours, zone, now)

        assert ends == (None if until is None else datetime.fromisoformat(until).replace(tzinfo=zone))


Make = Callable[..., Settings]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return settings with one account and the routes given as TOML."""

    def made(routes: str) -> Settings:
        path = tmp_path / "checker.toml"
        path.write_text(
            '[paths]\ndata_dir = "data"\n[report]\ntimezone = "UTC"\n'
            '[accounts.main]\nmarketplace = "amazon"\n'
            'username = "a"\npassword = "x"\nname = "旗舰店"\nowner = "ann"\ngroup = "lamps"\n' + routes,
            encoding="utf-8",
        )
        (tmp_path / "data").mkdir(mode=0o700, exist_ok=True)
        return load(path, {})

    return made


def _enqueue(settings: Settings, of: Story, *names: str) -> int:
    return enqueue(settings, of.run, of.known, of.places, names or ("one/1/new",))


def _route(url: str, to: str = "seller", more: str = "") -> str:
    return f'[notify.routes.{to}]\nto = "{to}"\nurl = "{url}"\n{more}'


class TestDelivery:
    """It arrives, or it waits and says so."""

    def test_a_mail_arrives_as_it_was_written(self, make: Make, mailbox: Mailbox) -> None:
        """Through a real mail server: a subject on one line, a text without markup."""
        settings = make(_route(mailbox.url))
        _enqueue(settings, two_days())
        done = deliver(settings, NOW, sleep=_nobody)
        (mail,) = mailbox.mails

        assert done == Delivered(taken=1)
        assert "旗舰店: 4 new reds" in mail["Subject"]
        assert "Canada (CA)" in _text_of(mail)

    def test_d5_hostile_text_adds_no_header_and_no_markup_to_a_mail(
        self, make: Make, mailbox: Mailbox
    ) -> None:
        """No Bcc, nobody else gets it, and what looks like HTML is text."""
        bad = reading("US", "x", level=Level.CRITICAL, native=HOSTILE)
        settings = make(_route(mailbox.url).replace("\n", "\n", 1))
        settings = settings.model_copy(
            update={"accounts": {"main": settings.accounts["main"].model_copy(update={"name": HOSTILE[:60]})}}
        )
        _enqueue(settings, story([visit("US", [bad])]))
        deliver(settings, NOW, sleep=_nobody)
        (mail,) = mailbox.mails

        assert mail["Bcc"] is None
        assert mail["To"] == "ann@shop.example" or "ann@shop.example" in mail["To"]
        assert b"<script" not in mailbox.raw[0]

    def test_b9_a_webhook_gets_it_once(self, make: Make, receiver: Receiver) -> None:
        """The same news on the same route is the same message, whoever tells it again."""
        settings = make(_route(f"json://{receiver.url}/hook"))
        for _ in range(2):
            _enqueue(settings, two_days(), "a", "b")
            deliver(settings, NOW, sleep=_nobody)
        ((path, body),) = receiver.got

        assert path == "/hook"
        assert "4 new reds" in body["title"]
        assert [one.what for one in Outbox(settings.paths.data_dir).deliveries()] == ["delivered"]

    def test_b9_a_refusal_is_tried_again_and_then_waits(self, make: Make, receiver: Receiver) -> None:
        """Three tries with growing pauses; then the next run, which delivers it."""
        settings = make(_route(f"json://{receiver.url}/hook"))
        receiver.answers = [(503, {}), (503, {}), (503, {}), (200, {})]
        pauses: list[float] = []
        _enqueue(settings, two_days())
        first = deliver(settings, NOW, sleep=pauses.append)
        second = deliver(settings, NOW + timedelta(hours=1), sleep=pauses.append)

        assert first.waits
        assert "503" in first.failed[0]
        assert pauses == sorted(pauses)
        assert len(pauses) == 2
        assert second == Delivered(taken=1)
        whats = [(one.what, one.attempts) for one in Outbox(settings.paths.data_dir).deliveries()]
        assert whats == [("failed", 3), ("delivered", 4)]

    def test_what_nobody_ever_takes_is_given_up_and_said(self, make: Make, receiver: Receiver) -> None:
        """After a week it waits no longer, and the log has it."""
        settings = make(_route(f"json://{receiver.url}/hook"))
        receiver.answers = [(500, {})]
        _enqueue(settings, two_days())
        done = deliver(settings, NOW + timedelta(days=8), sleep=_nobody)

        assert len(done.given_up) == 1
        assert Outbox(settings.paths.data_dir).waiting() == []

    def test_quiet_hours_hold_back_a_reminder_and_never_a_critical(
        self, make: Make, receiver: Receiver
    ) -> None:
        """The critical goes at once; the end of a red waits for the morning, and then goes."""
        quiet_now = f'[notify]\nquiet_hours = "{NOW:%H}:00-{(NOW + timedelta(hours=2)):%H}:00"\n'
        settings = make(quiet_now + _route(f"json://{receiver.url}/hook"))
        _enqueue(settings, two_days(), "red")
        over = _over()
        _enqueue(settings, Story(replace(over.run, finished_at=NOW), over.known, over.places), "over")
        night = deliver(settings, NOW, sleep=_nobody)
        morning = deliver(settings, NOW + timedelta(hours=2), sleep=_nobody)

        assert (night.taken, night.held, night.waits) == (1, 1, True)
        assert (morning.taken, morning.held) == (1, 0)

    def test_reminders_are_capped(self, make: Make) -> None:
        """One finding is mentioned again as often as the settings say, and then no more."""
        settings = make("[notify]\nreminders = 2\n" + _route("json://127.0.0.1:9/hook"))
        again = story([visit("US", [status("US", DAY_ONE, level=Level.CRITICAL)])])
        run = replace(again.run, changes=(), events=(), reminders=(status("US").key,))
        of = Story(run, again.known, again.places)

        assert [_enqueue(settings, of, f"r{n}") for n in range(4)] == [1, 1, 0, 0]

    def test_the_same_trouble_is_told_once_a_day(self, make: Make) -> None:
        """A captcha in every run is no message in every run; after a good visit it is one again."""
        settings = make(_route("json://127.0.0.1:9/hook", "operator"))
        shut = story([visit("US", [], Outcome.CAPTCHA)])
        fine = story([visit("US", [status("US")])])

        def at(of: Story, hours: int) -> int:
            run = replace(of.run, finished_at=NOW + timedelta(hours=hours))
            return _enqueue(settings, Story(run, of.known, of.places), f"{hours}")

        assert [at(shut, 0), at(shut, 12), at(shut, 25), at(fine, 26), at(shut, 27)] == [1, 0, 1, 0, 1]

    def test_the_outbox_is_private_and_whole(self, make: Make) -> None:
        """Only its owner reads it, and nothing is left beside a message."""
        settings = make(_route("json://127.0.0.1:9/hook"))
        _enqueue(settings, two_days())
        folder = settings.paths.data_dir / "outbox"

        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        files = list(folder.iterdir())
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert len([path for path in files if path.suffix == ".json"]) == 1

    def test_the_picture_goes_along_where_the_channel_takes_one(self, make: Make, receiver: Receiver) -> None:
        """A file of the evidence folder; a name that leads out of it is none."""
        settings = make(_route(f"json://{receiver.url}/hook"))
        picture = settings.paths.evidence_dir / "run2" / "CA" / "status-crop.png"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"\x89PNG\r\n\x1a\nabc")
        _enqueue(settings, two_days())
        deliver(settings, NOW, sleep=_nobody)
        ((_, body),) = receiver.got

        assert [one["filename"] for one in body["attachments"]] == ["status-crop.png"]

    def test_a_test_message_shows_what_the_far_end_answered(self, make: Make, receiver: Receiver) -> None:
        """Taken or not, with its own words, and no token of the address in them."""
        receiver.answers = [(403, {"why": "no such token sekret-token-123456"})]
        settings = make(_route(f"json://{receiver.url}/sekret-token-123456"))
        ((name, answer),) = send_test(settings, (), NOW)

        assert (name, answer.taken) == ("seller", False)
        assert "403" in answer.text
        assert "no such token" in answer.text
        assert "sekret-token-123456" not in answer.text


class TestRobots:
    """The signed forms of DingTalk and Feishu, and answers that say no with 200."""

    @pytest.mark.parametrize(
        ("url", "kind", "secret"),
        [
            ("https://oapi.dingtalk.com/robot/send?access_token=T", "dingtalk", ""),
            ("dingtalk://SEC1@T", "dingtalk", "SEC1"),
            ("https://open.feishu.cn/open-apis/bot/v2/hook/T", "feishu", ""),
            ("lark://T", "feishu", ""),
            ("wecombot://K", "wecom", ""),
        ],
    )
    def test_are_known_by_their_addresses(self, url: str, kind: str, secret: str) -> None:
        """The webhook as the group shows it, or the short form."""
        robot = channel_for(url, "", lambda: 0.0)

        assert isinstance(robot, Robot)
        assert (robot.kind, robot.secret) == (kind, secret)

    @pytest.mark.parametrize(
        "url", ["https://oapi.dingtalk.com.evil.example/robot/send?access_token=T", "json://h"]
    )
    def test_nothing_else_is_one(self, url: str) -> None:
        """A host that only looks alike is none of theirs."""
        assert isinstance(channel_for(url, "", lambda: 0.0), AppriseChannel)

    def test_dingtalk_is_signed_as_its_document_says(self, receiver: Receiver) -> None:
        """Milliseconds and secret, signed by the secret, once encoded into the query."""
        robot = Robot(
            "dingtalk", f"http://{receiver.url}/robot/send?access_token=T", "SEC+/1", lambda: 1_700_000_000.25
        )
        answer = robot.send("t", "b", urgent=True, picture=None)
        ((path, body),) = receiver.got
        query = parse_qs(urlsplit(path).query)
        digest_ = hmac.new(b"SEC+/1", b"1700000000250\nSEC+/1", hashlib.sha256).digest()

        assert answer.taken
        assert query["timestamp"] == ["1700000000250"]
        assert query["sign"] == [base64.b64encode(digest_).decode()]
        assert body["text"]["content"] == "t\nb"
        assert body["at"] == {"isAtAll": False}

    def test_feishu_is_signed_as_its_document_says(self, receiver: Receiver) -> None:
        """Seconds and secret are the key, nothing is signed, and both go in the body."""
        receiver.answers = [(200, {"code": 0, "StatusCode": 0})]
        robot = Robot(
            "feishu", f"http://{receiver.url}/open-apis/bot/v2/hook/T", "S", lambda: 1_700_000_000.0
        )
        answer = robot.send("t", "b", **PLAIN)
        ((_, body),) = receiver.got
        digest_ = hmac.new(b"1700000000\nS", b"", hashlib.sha256).digest()

        assert answer.taken
        assert (body["timestamp"], body["sign"]) == ("1700000000", base64.b64encode(digest_).decode())
        assert body["content"]["text"] == "t\nb"

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}),
            ("feishu", {"code": 19021, "msg": "sign match fail"}),
            ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}),
            ("wecom", ["what"]),
            ("wecom", {}),
        ],
    )
    def test_200_is_no_yes(self, receiver: Receiver, kind: str, body: object) -> None:
        """What the body says decides; an answer that says nothing took nothing."""
        receiver.answers = [(200, body)]
        answer = Robot(kind, f"http://{receiver.url}/x", "", lambda: 0.0).send(
            "t", "b", urgent=False, picture=None
        )

        assert not answer.taken
        assert json.dumps(body)[:10] in answer.text

    def test_a_long_text_is_cut_between_characters(self, receiver: Receiver) -> None:
        """WeCom takes 2048 bytes, and a Chinese character has three of them."""
        Robot("wecom", f"http://{receiver.url}/x", "", lambda: 0.0).send(
            "t", "严" * 2000, urgent=False, picture=None
        )
        ((_, body),) = receiver.got

        text = body["text"]["content"]
        assert len(text.encode()) <= 2048
        assert text.endswith("严…")

    def test_b9_a_far_end_that_is_not_there_is_an_answer(self) -> None:
        """No exception: it waits like everything else that was not taken."""
        answer = Robot("wecom", "http://127.0.0.1:9/x", "", lambda: 0.0).send(
            "t", "b", urgent=False, picture=None
        )

        assert not answer.taken
        assert "not reached" in answer.text


class TestSettings:
    """Routes."""

    @pytest.mark.parametrize(
        ("route", "mine"),
        [
            ("", None),
            ('accounts = ["main"]', {"main"}),
            ('owners = ["ann"]', {"main"}),
            ('groups = ["lamps", "x"]', {"main"}),
            ('owners = ["bob"]', set()),
        ],
    )
    def test_a_route_is_about_accounts_owners_or_groups(
        self, make: Make, route: str, mine: set[str] | None
    ) -> None:
        """None of them: about every account."""
        settings = make(_route("json://h", more=route))

        assert accounts_of(settings.notify.routes["seller"], settings.accounts) == mine

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ('[notify.routes.x]\nto = "seller"\n', "url_file"),
            ('[notify.routes.x]\nto = "boss"\nurl = "json://h"\n', "seller"),
            ('[notify]\nquiet_hours = "22-7"\n', "22:00-07:30"),
            ('[notify]\nquiet_hours = "25:00-07:00"\n', "22:00-07:30"),
            ('[notify]\nquiet_hours = "07:00-07:00"\n', "quiet hours"),
        ],
    )
    def test_mistakes_are_refused_in_words(self, make: Make, text: str, why: str) -> None:
        """With what it should be."""
        with pytest.raises(ConfigError) as refused:
            make(text)

        assert why in str(refused.value)

    def test_an_address_is_never_described(self, make: Make) -> None:
        """It holds tokens: neither it nor the secret is in what may be shown."""
        settings = make(_route("json://tok-canary@h", more='secret = "SEC-canary"'))

        assert "canary" not in str(settings.describe())
        assert "canary" not in repr(settings)


def _text_of(mail: Any) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    assert part is not None
    return str(part.get_content())


def _nobody(_seconds: float) -> None:
    """Wait for nothing."""
