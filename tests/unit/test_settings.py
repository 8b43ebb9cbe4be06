"""Settings: one object from file and environment, or one error that names every line to change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from checker.errors import ConfigError
from checker.settings import MINIMAL, Settings, example_toml, load
from checker.settings.places import key_lines

CANARY = "canary-Pa55word"

ACCOUNT = """\
[accounts.main]
marketplace = "amazon"
username = "you@example.com"
password_file = "amazon.password"
"""


def written(folder: Path, text: str) -> Path:
    """Return a settings file with that text."""
    file = folder / "checker.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refused(folder: Path, text: str, **environ: str) -> str:
    """Return what the user is told of settings that cannot be used."""
    with pytest.raises(ConfigError) as caught:
        load(written(folder, text), environ)
    assert caught.value.exit_code == 78
    return str(caught.value)


class TestFile:
    """Where the file is and what its paths mean."""

    def test_minimal(self, tmp_path: Path) -> None:
        """The five lines shown to a newcomer are a whole settings file."""
        settings = load(written(tmp_path, MINIMAL), {})

        assert list(settings.accounts) == ["main"]
        assert settings.accounts["main"].password_file == tmp_path / "amazon.password"
        assert settings.accounts["main"].sites == "all"
        assert settings.file == tmp_path / "checker.toml"

    def test_old_names_of_marketplaces_keep_working(self, tmp_path: Path) -> None:
        """Wherever one may stand, in the file or a variable; one line says what it is called now."""
        text = ACCOUNT.replace('amazon"', 'MercadoLibre"', 1) + (
            "[marketplaces.mercadolibre]\nback_off_hours = 3\n[flows]\nallow = ['mercadolibre', 'ebay']\n"
        )

        settings = load(written(tmp_path, text), {"CHECKER_MARKETPLACES__MERCADOLIBRE__ENABLED": "false"})

        assert settings.accounts["main"].marketplace == "mercado_libre"
        assert settings.back_off_hours("mercado_libre") == 3
        assert not settings.is_marketplace_enabled("mercado_libre")
        assert settings.flows.allow == ("mercado_libre", "ebay")
        assert len(settings.notes) == 1
        assert "mercado_libre" in settings.notes[0]
        assert load(written(tmp_path, ACCOUNT), {}).notes == ()

    def test_defaults(self, tmp_path: Path) -> None:
        """What is not said has the documented default, and the store and stop file follow data_dir."""
        settings = load(written(tmp_path, ACCOUNT + '[paths]\ndata_dir = "data"\n'), {})

        data = tmp_path / "data"
        assert settings.paths.data_dir == data
        assert settings.paths.evidence_dir == data / "evidence"
        assert settings.paths.reports_dir == data / "reports"
        assert settings.store.url == f"sqlite:///{data}/checker.db"
        assert settings.stop_file == data / "STOP"
        assert settings.browser.headless
        assert settings.limits.model_dump() == {
            "page_seconds": 30,
            "account_seconds": 900,
            "run_seconds": 7200,
            "pause_seconds": 1.0,
            "pages_per_day": 2000,
            "workers": 1,
        }
        assert (settings.report.language, settings.log.level, settings.log.as_json) == ("en", "INFO", False)
        assert settings.flows.allow is None

    @pytest.mark.parametrize(
        ("spoken", "table", "language"),
        [("zh_CN.UTF-8", "", "zh"), ("de_DE.UTF-8", "", "en"), ("zh_CN.UTF-8", "language = 'en'", "en")],
    )
    def test_the_language_is_that_of_the_locale_unless_one_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoken: str, table: str, language: str
    ) -> None:
        """Asked each time that settings are read, with and without the table."""
        monkeypatch.setenv("LC_ALL", spoken)

        assert load(written(tmp_path, f"{ACCOUNT}[report]\n{table}\n"), {}).report.language == language
        if not table:
            assert load(written(tmp_path, ACCOUNT), {}).report.language == language

    def test_paths_are_relative_to_the_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Relative paths mean the file's folder, `~` the home, whatever the current folder is."""
        (tmp_path / "conf").mkdir()
        monkeypatch.setenv("HOME", "/home/seller")
        monkeypatch.chdir(tmp_path)
        text = """\
stop_file = "halt"
[accounts.main]
marketplace = "amazon"
username = "u"
password_command = "./bin/secret 'two words'"
totp_secret_file = "~/amazon.totp"
[store]
url = "sqlite:///my.db"
[browser]
path = "/opt/chrome"
"""
        written(tmp_path / "conf", text)

        settings = load(Path("conf/checker.toml"), {})

        account = settings.accounts["main"]
        assert settings.stop_file == tmp_path / "conf/halt"
        assert account.password_command == (f"{tmp_path}/conf/bin/secret", "two words")
        assert account.totp_secret_file == Path("/home/seller/amazon.totp")
        assert settings.store.url == f"sqlite:///{tmp_path}/conf/my.db"
        assert settings.browser.path == Path("/opt/chrome")

    def test_named_by_the_environment(self, tmp_path: Path) -> None:
        """$CHECKER_CONFIG names the file when the command line does not, and loses when it does."""
        (tmp_path / "other").mkdir()
        named = written(tmp_path, ACCOUNT)
        other = written(tmp_path / "other", ACCOUNT.replace("main", "other"))

        assert list(load(None, {"CHECKER_CONFIG": str(named)}).accounts) == ["main"]
        assert list(load(other, {"CHECKER_CONFIG": str(named)}).accounts) == ["other"]

    def test_users_own_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a name the file in the user's configuration folder is taken."""
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        (tmp_path / "marketplace-health-checker").mkdir()
        file = written(tmp_path / "marketplace-health-checker", ACCOUNT)

        assert load(environ={}).file == file

    def test_no_file_at_all(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A newcomer is told where the file was looked for and how to begin."""
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

        with pytest.raises(ConfigError) as caught:
            load(environ={})

        assert str(tmp_path / "marketplace-health-checker/checker.toml") in str(caught.value)
        assert "checker demo --keep DIR" in str(caught.value)
        assert "[accounts.main]" in str(caught.value)
        assert load(environ={}, must_exist=False).accounts == {}

    def test_named_file_is_missing(self, tmp_path: Path) -> None:
        """A file that was asked for and is not there is an error, also where none is needed."""
        with pytest.raises(ConfigError, match=r"there is no settings file at .*/gone\.toml"):
            load(tmp_path / "gone.toml", {}, must_exist=False)

    def test_unreadable_files(self, tmp_path: Path) -> None:
        """A folder and a file that is not text are told as such."""
        (tmp_path / "checker.bin").write_bytes(b"a = \xff")

        with pytest.raises(ConfigError, match="Is a directory"):
            load(tmp_path, {})
        with pytest.raises(ConfigError, match="not UTF-8 at byte 4"):
            load(tmp_path / "checker.bin", {})

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ('a = 1\nb = "x\n', "checker.toml:2:7: not valid TOML: Illegal character"),
            ("a = 1\na = 2\n", "checker.toml:2:6: not valid TOML: Cannot overwrite a value"),
            ('[accounts\nusername = "u"\n', "checker.toml:1:10: not valid TOML"),
            ('a = """x\n\n', "checker.toml:3: not valid TOML"),
            ("a = " + "[" * 5000, "checker.toml: nested too deeply"),
        ],
    )
    def test_broken_toml(self, tmp_path: Path, text: str, place: str) -> None:
        """What is no TOML is told with file, line, column and what is wrong."""
        assert place in refused(tmp_path, text)


class TestProblems:
    """Everything wrong is told at once, with the place to change."""

    def test_all_at_once(self, tmp_path: Path) -> None:
        """Problems of different tables are in one message, each with its line."""
        text = """\
[accounts.main]
marketplace = "amazon"
usrname = "u"
password_file = "p"
password = "canary-Pa55word"
origin = "http://example.com"

[accounts."../../x"]
marketplace = "amazon"
username = "u"
password_command = "pass 'show"

[limits]
page_seconds = 0
pages_per_day = "many"

[log]
level = "LOUD"

[stor]
url = "x"
"""
        told = refused(tmp_path, text).splitlines()

        file = tmp_path / "checker.toml"
        assert told[0] == "10 problems in the settings:"
        assert {line.split(": ")[0].strip() for line in told[1:-1]} == {
            f"{file}:{number}" for number in (1, 3, 5, 6, 8, 11, 14, 15, 18, 20)
        }
        assert f"  {file}:3: accounts.main.usrname: unknown key; did you mean username?" in told
        assert f"  {file}:1: accounts.main.username: is required" in told
        assert f"  {file}:5: accounts.main.password: give only one of password_file, password" in told
        assert f"  {file}:20: stor: unknown key; did you mean store?" in told
        assert any("plain http is for this machine only" in line for line in told)

    def test_secrets_are_never_repeated(self, tmp_path: Path) -> None:
        """A secret with a wrong type, in a wrong key or in a URL is in no message (C1)."""
        text = f"""\
[accounts.main]
marketplace = "amazon"
username = "u"
passwrod = "{CANARY}"
password = ["{CANARY}"]
totp_secret = {{ a = "{CANARY}" }}
proxy = "http://u:{CANARY}@host/path"
origin = "https://u:{CANARY}@host"
[store]
url = "mysql://u:{CANARY}@host"
"""
        with pytest.raises(ConfigError) as caught:
            load(written(tmp_path, text), {"CHECKER_LIMITS__PAGE_SECONDS": CANARY})

        assert CANARY not in str(caught.value)
        assert caught.value.__context__ is None
        with pytest.raises(ValidationError) as direct:
            Settings.model_validate({"accounts": {"main": {"password": CANARY, "x": CANARY}}})
        assert CANARY not in str(direct.value)

    def test_secrets_are_never_described(self, tmp_path: Path) -> None:
        """Neither the settings shown to a user nor their repr hold a secret."""
        text = f"""\
[accounts.main]
marketplace = "amazon"
username = "u"
password = "{CANARY}"
totp_secret_command = ["get", "--token={CANARY}"]
proxy = "http://u:{CANARY}@proxy.example:3128"
[store]
url = "postgresql://u:{CANARY}@db.example/checker"
"""
        settings = load(written(tmp_path, text), {})

        assert CANARY not in str(settings.describe())
        assert (
            CANARY
            not in settings.accounts["main"].model_copy(update={"totp_secret_command": None}).__repr__()
        )
        assert CANARY not in repr(settings.store)
        assert settings.describe()["accounts"]["main"]["proxy"] == "http://[secret]@proxy.example:3128"
        assert settings.describe()["store"]["url"] == "postgresql://[secret]@db.example/checker"
        inline = [secret.get_secret_value() for secret in settings.accounts["main"].inline_secrets()]
        assert inline == [CANARY, f"http://u:{CANARY}@proxy.example:3128", CANARY]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('[account.main]\nusername = "u"\n', ":1: account: unknown key; did you mean accounts?"),
            ("[log]\nstop_file = 'x'\n", ":2: log.stop_file: unknown key here; it belongs at the top"),
            ("data_dir = 'x'\n", ":1: data_dir: unknown key here; it belongs under [paths]"),
            ("[limits]\nzzz = 1\n", ":2: limits.zzz: unknown key; here may stand: page_seconds,"),
            ("accounts = 3\n", ":1: accounts: must be a table"),
            ("log = 3\n", ":1: log: must be a table"),
            ("[accounts]\nmain = 3\n", ":2: accounts.main: must be a table"),
            ("[[accounts]]\nmain = 3\n", ":1: accounts: must be a table"),
            ("[limits]\npage_seconds = inf\n", ":2: limits.page_seconds: should be a finite number"),
            (
                "[limits]\npause_seconds = -1\n",
                ":2: limits.pause_seconds: should be greater than or equal to 0",
            ),
            ("[log]\nlevel = 'LOUD'\n", ":2: log.level: should be 'TRACE'"),
            ("[report]\nlanguage = 'fr'\n", ":2: report.language: should be 'en' or 'zh'"),
            (
                "[marketplaces.amazon]\nenabled = 'perhaps'\n",
                ":2: marketplaces.amazon.enabled: should be a valid",
            ),
        ],
    )
    def test_lines(self, tmp_path: Path, text: str, told: str) -> None:
        """Each mistake is told with its line and the way out."""
        assert f"{tmp_path}/checker.toml{told}" in refused(tmp_path, text)

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ('sites = "US,"', "holds something that is not a site code"),
            ("sites = []", "names no site"),
            ('home = "??"', "is not a site code"),
            ('sites = ["all", "US"]', "holds something that is not a site code"),
            ("sites = 3", 'must be "all" or a list'),
            ('locale = "english please"', "must be a language tag"),
            ('proxy = "proxy.example:3128"', "is not a URL with a host"),
            ('proxy = "http://proxy.example"', "must name a port"),
            ('proxy = "ftp://proxy.example:1"', "must begin with http://"),
            ('origin = "https://console.example/path"', "no path"),
            ('origin = "https://console.example:99999"', "is not a URL"),
            ('origin = "http://127.0.0.1.example.com"', "plain http is for this machine only"),
            ('origin = "http://localhost.example.com:80"', "plain http is for this machine only"),
            ('origin = "http://10.0.0.1:80"', "plain http is for this machine only"),
            ('origin = "file:///etc/passwd"', "is not a URL with a host"),
            ("totp_secret_command = []", "names no program"),
            ('username = ""', "is empty"),
            ('totp_secret = ""', "is empty"),
            ('totp_secret = "A"\ntotp_secret_file = "b"', "give only one of totp_secret_file, totp_secret"),
        ],
    )
    def test_account_values(self, tmp_path: Path, line: str, told: str) -> None:
        """What an account may not be is refused in words."""
        text = ACCOUNT if not line.startswith("username") else ACCOUNT.replace("username", "# username")

        assert told in refused(tmp_path, text + line + "\n")

    @pytest.mark.parametrize(
        "alias", ["", "A", "../../x", "-rf", ".hidden", "a" * 41, "a\\u0000b", "a b", "a/b", "a\\n"]
    )
    def test_d6_hostile_aliases(self, tmp_path: Path, alias: str) -> None:
        """An alias that could be taken for a path or an option is refused (D6)."""
        assert "an alias is 1 to 40 of" in refused(tmp_path, ACCOUNT.replace("main", f'"{alias}"'))

    def test_no_password(self, tmp_path: Path) -> None:
        """An account without a password is told, unless systemd hands one over or it is switched off."""
        text = '[accounts.main]\nmarketplace = "amazon"\nusername = "u"\n'
        (tmp_path / "credentials").mkdir()
        (tmp_path / "credentials/main.password").write_text("x", encoding="utf-8")
        credentials = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}

        told = refused(tmp_path, text + "locale = 3\n")

        assert (
            ":1: accounts.main: has no password: give one of password_file, password_command, password"
            in told
        )
        assert ":4: accounts.main.locale: should be a valid string" in told
        assert load(written(tmp_path, text), credentials).accounts["main"].password_file is None
        assert not load(written(tmp_path, text + "enabled = false\n"), {}).accounts["main"].enabled


class TestEnvironment:
    """Variables win over the file."""

    def test_wins(self, tmp_path: Path) -> None:
        """A variable replaces one value and leaves its neighbours."""
        environ = {
            "CHECKER_STORE__URL": "postgresql://db.example/checker",
            "CHECKER_ACCOUNTS__MAIN__USERNAME": "other@example.com",
            "CHECKER_ACCOUNTS__MAIN__SITES": "us, ca",
            "CHECKER_LIMITS__PAGES_PER_DAY": "7",
            "CHECKER_BROWSER__HEADLESS": "false",
            "CHECKER_FLOWS__ALLOW": "amazon,ebay",
            "CHECKER_LOG__JSON": "1",
            "CHECKER_STOP_FILE": "/run/stop",
            "CHECKER_BROWSER": "/opt/chrome",
            "CHECKER_CONFIG": "elsewhere",
            "CHECKER_REPORT__LANGUAGE": "",
        }

        settings = load(written(tmp_path, ACCOUNT + "[limits]\npage_seconds = 5\n"), environ)

        account = settings.accounts["main"]
        assert (account.username, account.sites) == ("other@example.com", ("US", "CA"))
        assert account.marketplace == "amazon"
        assert settings.store.url == "postgresql://db.example/checker"
        assert (settings.limits.pages_per_day, settings.limits.page_seconds) == (7, 5)
        assert not settings.browser.headless
        assert settings.flows.allow == ("amazon", "ebay")
        assert settings.log.as_json
        assert settings.stop_file == Path("/run/stop")

    def test_alias_with_a_hyphen(self, tmp_path: Path) -> None:
        """A variable's name, which cannot hold a hyphen, still finds the account that has one."""
        text = ACCOUNT.replace("main", "my-shop")

        settings = load(written(tmp_path, text), {"CHECKER_ACCOUNTS__MY_SHOP__USERNAME": "other"})

        assert {alias: account.username for alias, account in settings.accounts.items()} == {
            "my-shop": "other"
        }

    def test_replaces_the_source_of_a_secret(self, tmp_path: Path) -> None:
        """A secret given by a variable replaces the file's source of another kind."""
        settings = load(written(tmp_path, ACCOUNT), {"CHECKER_ACCOUNTS__MAIN__PASSWORD": CANARY})

        account = settings.accounts["main"]
        assert account.password is not None
        assert account.password.get_secret_value() == CANARY
        assert account.password_file is None

    def test_account_from_variables_alone(self) -> None:
        """A container needs no file with accounts in it."""
        environ = {
            "CHECKER_ACCOUNTS__MAIN__MARKETPLACE": "Amazon",
            "CHECKER_ACCOUNTS__MAIN__USERNAME": "u",
            "CHECKER_ACCOUNTS__MAIN__PASSWORD_FILE": "/run/secrets/p",
        }

        assert load(Path(os.devnull), environ).accounts["main"].marketplace == "amazon"

    def test_problems_name_the_variable(self, tmp_path: Path) -> None:
        """What a variable got wrong is told with its name."""
        told = refused(
            tmp_path,
            ACCOUNT,
            CHECKER_LIMITS__PAGE_SECONDS="-3",
            CHECKER_STOER__URL="x",
            CHECKER_ACCOUNTS__NEW__USERNAME="u",
            CHECKER_ACCOUNTS__MAIN="x",
            CHECKER_LOG__LEVEL__DEEP="x",
        )

        assert "$CHECKER_LIMITS__PAGE_SECONDS: limits.page_seconds: should be greater than 0" in told
        assert "$CHECKER_STOER__URL: stoer: unknown key; did you mean store?" in told
        assert "$CHECKER_ACCOUNTS__NEW__USERNAME: accounts.new.marketplace: is required" in told
        assert "$CHECKER_ACCOUNTS__NEW__USERNAME: accounts.new: has no password" in told
        assert "$CHECKER_ACCOUNTS__MAIN: accounts.main: must be a table" in told
        assert "$CHECKER_LOG__LEVEL__DEEP: log.level: " in told


class TestSettings:
    """What commands ask of the settings."""

    def test_sites(self, tmp_path: Path) -> None:
        """Site codes are compared in capitals, each once; "all" wants every site."""
        file = written(tmp_path, ACCOUNT + 'sites = ["us", "PROGRAM_UK", "US"]\nlocale = "zh_CN"\n')

        account = load(file, {}).accounts["main"]

        assert account.sites == ("US", "PROGRAM_UK")
        assert account.wants("us")
        assert not account.wants("CA")
        assert account.locale == "zh-CN"
        assert load(written(tmp_path, ACCOUNT + 'sites = ["All"]\n'), {}).accounts["main"].wants("CA")

    @pytest.mark.parametrize(
        "origin",
        ["http://127.0.0.1:8080", "http://[::1]:80", "http://localhost:1/", "https://Replica.example"],
    )
    def test_origins(self, tmp_path: Path, origin: str) -> None:
        """This machine may be reached over plain http, others over https."""
        account = load(written(tmp_path, f'{ACCOUNT}origin = "{origin}"\n'), {}).accounts["main"]

        assert account.origin == origin.rstrip("/").lower()

    def test_require_accounts(self, tmp_path: Path) -> None:
        """Without a selection every account that is switched on is worked on, with one only those named."""
        more = ACCOUNT + ACCOUNT.replace("main", "off") + "enabled = false\n"
        more += (
            ACCOUNT.replace("main", "shop").replace("amazon", "ebay")
            + "[marketplaces.ebay]\nenabled = false\n"
        )
        settings = load(written(tmp_path, more), {})

        assert list(settings.require_accounts()) == ["main"]
        assert list(settings.require_accounts(["main"])) == ["main"]
        with pytest.raises(ConfigError, match="no account is called 'mian'") as unknown:
            settings.require_accounts(["main", "mian"])
        assert unknown.value.hint == "there are: main, off, shop"
        with pytest.raises(ConfigError, match="account off is switched off"):
            settings.require_accounts(["off"])
        with pytest.raises(ConfigError, match="account shop is on ebay, which is switched off"):
            settings.require_accounts(["shop"])

    def test_require_accounts_when_there_is_none(self, tmp_path: Path) -> None:
        """No account, or none that is switched on, is told with the way out."""
        with pytest.raises(ConfigError, match=r"no account is configured in .*checker\.toml"):
            load(written(tmp_path, ""), {}).require_accounts()
        with pytest.raises(ConfigError, match="every account is switched off"):
            load(written(tmp_path, ACCOUNT + "enabled = false\n"), {}).require_accounts()

    def test_are_the_same_everywhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Settings made in code read no environment, and cannot be changed."""
        monkeypatch.setenv("CHECKER_LOG__LEVEL", "DEBUG")
        monkeypatch.setenv("LOG", "{}")

        settings = Settings()

        assert settings.log.level == "INFO"
        with pytest.raises(ValidationError):
            settings.stop_file = Path("x")

    def test_example(self, tmp_path: Path) -> None:
        """The example is a whole settings file, whatever characters its values have."""
        text = example_toml(
            alias="demo",
            marketplace="amazon",
            username='se"ller\\卖家@example.com',
            password_file="demo.password",
            totp_secret_file="demo.totp",
            origin="http://127.0.0.1:8765",
            data_dir=tmp_path / "da ta",
        )

        settings = load(written(tmp_path, text), {})

        assert settings.accounts["demo"].username == 'se"ller\\卖家@example.com'
        assert settings.accounts["demo"].totp_secret_file == tmp_path / "demo.totp"
        assert settings.paths.data_dir == tmp_path / "da ta"
        bare = example_toml(alias="a", marketplace="amazon", username="u", password_file="p")
        assert load(written(tmp_path, bare), {}).accounts["a"].origin is None

    def test_key_lines(self) -> None:
        """Keys are found through comments, long strings, arrays, inline tables and dotted names."""
        text = '# x\r\na.b = 1\n\n[ "t.u" ] # [no]\nc = """\n[fake]\nd = 1\n"""\n'
        text += "e = [\n 1, # ]\n]\nf = {g = 1}\n[[h]]\ni = 2"

        assert key_lines(text) == {
            ("a",): 2,
            ("a", "b"): 2,
            ("t.u",): 4,
            ("t.u", "c"): 5,
            ("t.u", "e"): 9,
            ("t.u", "f"): 12,
            ("t.u", "f", "g"): 12,
            ("h",): 13,
            ("h", "i"): 14,
        }
