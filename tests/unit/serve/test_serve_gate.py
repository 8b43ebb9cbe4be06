"""Who may see the pages, by which name, and what the browser may do with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from checker.cli.main import main
from checker.errors import CheckerError, ConfigError
from checker.model import Exit
from checker.report.lists import short_id
from checker.serve import listening
from checker.serve.gate import Door
from checker.serve.listening import door_of, listener_at
from checker.settings import load
from tests.unit.serve.story import STATUS, Seller

TOKEN = "correct-horse-battery-staple"
ENTRY = "checker_entry"


@pytest.fixture
def guarded(seller: Seller) -> Door:
    """Return a door that opens to a token only."""
    file = seller.home / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    file.chmod(0o600)
    seller.extra = '\n[serve]\ntoken_file = "token"\n'
    seller.config.write_text(seller.config.read_text(encoding="utf-8") + seller.extra, encoding="utf-8")
    return door_of(seller.settings, "0.0.0.0", _unheard, {})


def _unheard(text: str) -> None:
    raise AssertionError(text)


class TestHeaders:
    """What stands on every answer, whatever it is."""

    @pytest.mark.parametrize(
        "address", ["/", "/nowhere", "/live", "/calendar.ics", "/static/serve.css", "/picture", "/?lang=zh"]
    )
    def test_are_strict(self, visitor: TestClient, address: str) -> None:
        """No script but ours, no frame, no guessing, nothing kept, nothing told to others."""
        headers = visitor.get(address).headers

        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers

    def test_a_page_with_a_form_says_to_us_alone_where_it_comes_from(self, visitor: TestClient) -> None:
        """Otherwise a browser would send no origin with the form."""
        headers = visitor.get(f"/finding/{short_id(STATUS)}").headers

        assert headers["referrer-policy"] == "same-origin"

    def test_cookies_are_kept_from_scripts_and_other_sites(self, visitor: TestClient) -> None:
        """Every one of them."""
        answer = visitor.get("/?lang=zh")

        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 2
        assert all("HttpOnly" in cookie and "SameSite=Strict" in cookie for cookie in cookies)

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
    def test_no_other_method_is_answered(self, visitor: TestClient, method: str) -> None:
        """Pages are read, and forms are sent."""
        assert visitor.request(method, "/").status_code == 405

    def test_a_form_is_taken_where_there_is_one_only(self, visitor: TestClient) -> None:
        """Nowhere else does a POST reach anything."""
        assert visitor.post("/").status_code == 405

    def test_a_fault_shows_nothing_of_itself(self, seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
        """A bug is a line in the log, and a page that says so."""

        def broken(*_: object) -> None:
            raise RuntimeError("secret words of a page")

        monkeypatch.setattr("checker.serve.past.runs", broken)
        with seller.visitor() as visitor:
            answer = visitor.get("/runs")

        assert answer.status_code == 500
        assert "secret words" not in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


class TestHost:
    """A foreign name that leads to this machine is DNS rebinding."""

    @pytest.mark.parametrize(
        "host", ["127.0.0.1:8765", "localhost", "LOCALHOST:1", "[::1]:8765", "127.1.2.3:80"]
    )
    def test_names_of_this_machine_are_known(self, visitor: TestClient, host: str) -> None:
        """By whatever port they came: it may be forwarded."""
        assert visitor.get("/live", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            "",
            "evil.example",
            "evil.example:8765",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.0.2.7:8765",
            "localhost@evil.example",
            "evil.example/localhost",
            "localhost:99999999",
            "localhost:x",
            "[::1",
        ],
    )
    def test_others_are_turned_away(self, visitor: TestClient, host: str) -> None:
        """Before anything is looked up, and with nothing of what is known."""
        answer = visitor.get("/", headers={"host": host})

        assert answer.status_code == 421
        assert "Canada" not in answer.text

    def test_an_address_in_figures_will_do_where_every_interface_is_listened_at(self) -> None:
        """Rebinding needs a name; the address people use is not known from inside."""
        door = Door(frozenset({"localhost", "shop.example"}), any_address=True)

        assert door.knows("192.0.2.7:8765")
        assert door.knows("shop.example")
        assert not door.knows("evil.example")


class TestToken:
    """Where one is set, nothing is shown without it."""

    @pytest.mark.parametrize("address", ["/", "/live", "/calendar.ics", "/picture?name=x", "/static/live.js"])
    def test_nothing_is_shown_without_it(self, seller: Seller, guarded: Door, address: str) -> None:
        """Only a page that asks for it."""
        with seller.visitor(door=guarded) as visitor:
            answer = visitor.get(address)

        assert answer.status_code == 401
        assert "Canada" not in answer.text
        assert 'name="token"' in answer.text

    def test_is_kept_as_a_cookie_that_is_not_the_token(self, seller: Seller, guarded: Door) -> None:
        """After the first visit with it, from an address it then no longer stands in."""
        with seller.visitor(door=guarded) as visitor:
            first = visitor.get(f"/findings?token={TOKEN}&x=1")
            again = visitor.get("/findings")

        assert first.status_code == 303
        assert first.headers["location"] == "/findings?x=1"
        cookie = next(line for line in first.headers.get_list("set-cookie") if line.startswith(ENTRY))
        assert "HttpOnly; SameSite=Strict" in cookie
        assert TOKEN not in cookie
        assert again.status_code == 200

    @pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "\u00e9"])
    def test_another_opens_nothing(self, seller: Seller, guarded: Door, token: str) -> None:
        """However near it comes; as token, and as cookie."""
        with seller.visitor(door=guarded) as visitor:
            assert visitor.get("/", params={"token": token}).status_code == 401
            visitor.cookies.set(ENTRY, token.encode().hex())
            assert visitor.get("/").status_code == 401

    def test_a_calendar_program_has_it_in_the_address(self, seller: Seller, guarded: Door) -> None:
        """It keeps no cookie."""
        with seller.visitor(door=guarded) as visitor:
            answer = visitor.get(f"/calendar.ics?token={TOKEN}")

        assert answer.text.startswith("BEGIN:VCALENDAR")
        assert ENTRY not in answer.headers.get("set-cookie", "")

    @pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "///evil.example/x"])
    def test_it_never_leads_elsewhere(self, seller: Seller, guarded: Door, path: str) -> None:
        """An address that begins like another host stays on ours."""
        with seller.visitor(door=guarded) as visitor:
            answer = visitor.get(f"http://127.0.0.1:8765{path}?token={TOKEN}")

        assert answer.headers["location"].startswith("/evil.example")

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "shop.example"])
    def test_is_demanded_anywhere_but_on_this_machine(self, seller: Seller, host: str) -> None:
        """Without one it does not begin."""
        with pytest.raises(ConfigError, match="needs a token"):
            door_of(seller.settings, host, _unheard, {})

    @pytest.mark.usefixtures("guarded")
    def test_one_that_can_be_guessed_is_refused(self, seller: Seller) -> None:
        """It is as long as a secret must be."""
        (seller.home / "token").write_text("short", encoding="utf-8")

        with pytest.raises(ConfigError, match="shorter than 16"):
            door_of(seller.settings, "0.0.0.0", _unheard, {})

    @pytest.mark.usefixtures("guarded")
    def test_one_that_others_can_read_is_refused(self, seller: Seller) -> None:
        """As every secret of the settings."""
        (seller.home / "token").chmod(0o644)

        with pytest.raises(CheckerError, match="others can read"):
            door_of(seller.settings, "127.0.0.1", _unheard, {})


class TestCommand:
    """`checker serve` itself."""

    def test_listens_on_this_machine_and_says_where(
        self, seller: Seller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """By default, at the port of the settings or any free one."""
        found: list[tuple[str, Door]] = []

        def listen(_settings: object, door: Door, listener: object, _clock: Callable[[], object]) -> None:
            found.append((listener.getsockname()[0], door))  # type: ignore[attr-defined]

        monkeypatch.setattr(listening, "listen", listen)

        assert main(["serve", "--port", "0", "--config", str(seller.config)]) == Exit.OK

        assert found[0][0] == "127.0.0.1"
        assert found[0][1].token == ""
        assert "http://127.0.0.1:" in capsys.readouterr().err

    def test_refuses_another_host_without_a_token(
        self, seller: Seller, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """With what to type."""
        code = main(["serve", "--host", "0.0.0.0", "--port", "0", "--config", str(seller.config)])

        assert code == Exit.CONFIG
        assert "token_file" in capsys.readouterr().err

    def test_a_port_that_is_taken_is_said(self) -> None:
        """By one message, and what to do."""
        with listener_at("127.0.0.1", 0) as taken, pytest.raises(ConfigError, match="cannot listen"):
            listener_at("127.0.0.1", taken.getsockname()[1])

    def test_the_token_has_one_source_and_is_never_described(self, tmp_path: Path) -> None:
        """Two are a mistake in the settings; one in the settings is hidden."""
        path = tmp_path / "checker.toml"
        path.write_text(f'[serve]\ntoken = "{TOKEN}"\ntoken_file = "x"\n', encoding="utf-8")
        with pytest.raises(ConfigError, match="only one of"):
            load(path)
        path.write_text(f'[serve]\ntoken = "{TOKEN}"\n', encoding="utf-8")

        assert TOKEN not in str(load(path).describe())
