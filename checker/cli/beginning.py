"""`checker init`: a few questions, a commented settings file, and secrets where they belong."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from checker.cli.options import AsJson, Config, say
from checker.errors import CheckerError, ConfigError, UsageError
from checker.model.exits import Exit

if TYPE_CHECKING:
    from pydantic import SecretStr

    from checker.report.words import Words

__all__ = ["Keep", "init"]


class Keep(StrEnum):
    """Where the secrets go."""

    FILE = "file"
    KEYRING = "keyring"
    COMMAND = "command"


_KEPT: Final = {Keep.FILE: "keep_file", Keep.KEYRING: "keep_keyring", Keep.COMMAND: "keep_command"}


class Language(StrEnum):
    """The language of what the program says."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the settings are made of."""

    marketplace: str
    alias: str
    username: str
    keep: Keep
    password: SecretStr | None
    totp: SecretStr | None
    password_command: tuple[str, ...] | None
    totp_command: tuple[str, ...] | None


def init(
    config: Config = None,
    *,
    marketplace: Annotated[
        str | None, typer.Option("--marketplace", metavar="NAME", help="Which console, e.g. amazon.")
    ] = None,
    alias: Annotated[
        str | None, typer.Option("--alias", metavar="ALIAS", help="What the account is called; else main.")
    ] = None,
    username: Annotated[
        str | None, typer.Option("--username", metavar="NAME", help="Who signs in: e-mail or user name.")
    ] = None,
    secrets: Annotated[
        Keep | None,
        typer.Option("--secrets", help="A file of mode 0600, the desktop's keyring, or a command's output."),
    ] = None,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help="Read the password from the first line of standard input, an authenticator's key from"
            " the second.",
        ),
    ] = False,
    password_command: Annotated[
        str | None,
        typer.Option("--password-command", metavar="COMMAND", help='E.g. "pass show amazon"; no shell.'),
    ] = None,
    totp_command: Annotated[
        str | None,
        typer.Option("--totp-command", metavar="COMMAND", help="What prints an authenticator's key."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help="en or zh; else that of your locale.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; what is not given is as usual.")] = False,
    as_json: AsJson = False,
) -> int:
    """Ask a few questions, and write a commented settings file with the secrets where they belong.

    Nothing that is there is overwritten, and no secret is shown. Without a terminal the options answer.
    """
    from checker.report.words import words_for
    from checker.settings import language_of

    spoken = language.value if language is not None else language_of(os.environ)
    words = words_for(spoken)
    path = _path(config)
    _require_new(path, words, "exists")
    with_person = not yes and not password_stdin and _is_attended()
    given = _Given(marketplace, alias, username, secrets, password_command, totp_command)
    if with_person:
        answers = _ask(given, words)
    else:
        answers = _take(given, words, sys.stdin.readline if password_stdin else None)
    made = _secret_files(path.parent, answers)
    for secret in made:
        _require_new(secret, words, "secret_exists")
    text = _settings(answers, made, spoken)
    if with_person:
        say(words.text("init", "would_write", path=path))
        say("\n".join(f"    {line}" for line in text.splitlines()))
        if not _confirm(words.text("init", "ask_write")):
            raise typer.Abort
    _write(path, text, made, answers, words)
    then = _next(path, answers)
    if as_json:
        written = [str(one) for one in (path, *made)]
        sys.stdout.write(json.dumps({"config": str(path), "written": written, "next": then}) + "\n")
    else:
        _tell(path, answers, then, made, words)
    if with_person and answers.password is not None and _confirm(words.text("init", "ask_login")):
        return _log_in(path, answers.alias)
    return Exit.OK


@dataclass(frozen=True, slots=True)
class _Given:
    """What the options said."""

    marketplace: str | None
    alias: str | None
    username: str | None
    keep: Keep | None
    password_command: str | None
    totp_command: str | None


def _is_attended() -> bool:
    return sys.stdin.isatty()


def _path(config: Path | None) -> Path:
    from checker.settings import default_file

    named = config or (Path(os.environ["CHECKER_CONFIG"]) if os.environ.get("CHECKER_CONFIG") else None)
    return default_file() if named is None else Path.cwd() / named.expanduser()


def _require_new(path: Path, words: Words, sentence: str) -> None:
    if os.path.lexists(path):
        raise ConfigError(
            words.text("init", sentence, path=path), hint=words.text("init", f"{sentence}_fix", path=path)
        )


def _flows() -> dict[str, str]:
    """Return the marketplaces that can be read, with the names of their consoles."""
    from checker.flow import installed

    return {entry.name: entry.title or entry.name for entry in installed(None) if not entry.problem}


def _ask(given: _Given, words: Words) -> _Answers:
    """Ask a person for what the options did not say."""
    import questionary

    def ask(question: questionary.Question) -> Any:
        # An interrupt ends it: nothing was written yet.
        return question.unsafe_ask()

    def text(sentence: str, check: Callable[[str], str], default: str = "") -> str:
        def problem(answer: str) -> bool | str:
            return check(answer.strip()) or True

        message = words.text("init", sentence)
        return str(ask(questionary.text(message, default=default, validate=problem))).strip()

    def secret(sentence: str, check: Callable[[str], str]) -> SecretStr:
        from pydantic import SecretStr

        def problem(answer: str) -> bool | str:
            return check(answer) or True

        return SecretStr(ask(questionary.password(words.text("init", sentence), validate=problem)))

    checks = _Checks(words)
    flows = _flows()
    marketplace = given.marketplace or ask(
        questionary.select(
            words.text("init", "ask_marketplace"),
            [questionary.Choice(f"{title} ({name})", name) for name, title in flows.items()],
        )
    )
    checks.require("--marketplace", checks.marketplace(marketplace, flows))
    alias = given.alias or text("ask_alias", checks.alias, "main")
    username = given.username or text("ask_username", checks.username)
    keep = given.keep or (Keep.COMMAND if given.password_command else None)
    if keep is None:
        choices = [questionary.Choice(words.text("init", _KEPT[one]), one) for one in _places()]
        keep = Keep(ask(questionary.select(words.text("init", "ask_keep"), choices)))
    checks.require("--alias", checks.alias(alias))
    checks.require("--username", checks.username(username))
    password = totp = None
    command, totp_command = given.password_command, given.totp_command
    if keep is Keep.COMMAND:
        command = command or text("ask_command", checks.command)
        totp_command = totp_command or text(
            "ask_totp_command", lambda answer: answer and checks.command(answer)
        )
    else:
        password = secret("ask_password", checks.password)
        if ask(questionary.confirm(words.text("init", "ask_has_totp"), default=False)):
            totp = secret("ask_totp", checks.totp)
    return _Answers(
        marketplace, alias, username, keep, password, totp, _argv(command, words), _argv(totp_command, words)
    )


def _take(given: _Given, words: Words, read: Callable[[], str] | None) -> _Answers:
    """Take the options' answers; where something needed is missing, raise UsageError with its name."""
    from pydantic import SecretStr

    checks = _Checks(words)
    flows = _flows()
    missing = [
        name
        for name, value in (("--marketplace", given.marketplace), ("--username", given.username))
        if not value
    ]
    keep = given.keep or (Keep.COMMAND if given.password_command else Keep.FILE)
    if keep is Keep.COMMAND and not given.password_command:
        missing.append("--password-command")
    if keep is Keep.KEYRING and read is None:
        missing.append("--password-stdin")
    if missing:
        raise UsageError(
            words.text("init", "missing", names=", ".join(missing)), hint=words.text("init", "missing_fix")
        )
    marketplace, username = given.marketplace or "", given.username or ""
    alias = given.alias or "main"
    checks.require("--marketplace", checks.marketplace(marketplace, flows))
    checks.require("--alias", checks.alias(alias))
    checks.require("--username", checks.username(username))
    lines = ["", ""] if read is None else [read().rstrip("\r\n"), read().rstrip("\r\n")]
    if read is not None:
        checks.require("--password-stdin", checks.password(lines[0]))
    if lines[1]:
        checks.require("--password-stdin", checks.totp(lines[1]))
    return _Answers(
        marketplace,
        alias,
        username,
        keep,
        SecretStr(lines[0]) if lines[0] else None,
        SecretStr(lines[1]) if lines[1] else None,
        _argv(given.password_command, words),
        _argv(given.totp_command, words),
    )


def _places() -> list[Keep]:
    from checker.secrets.keyrings import has_keyring

    return [Keep.FILE, *([Keep.KEYRING] if has_keyring() else []), Keep.COMMAND]


@dataclass(frozen=True, slots=True)
class _Checks:
    """What is wrong with an answer, in the reader's words; empty where it will do, and never the answer."""

    words: Words

    def require(self, option: str, problem: str) -> None:
        """Raise UsageError if there is a problem."""
        if problem:
            raise UsageError(f"{option}: {problem}", hint=self.words.text("init", "correct"))

    def marketplace(self, answer: str, known: dict[str, str]) -> str:
        return "" if answer in known else self.words.text("init", "no_flow", known=", ".join(known))

    def alias(self, answer: str) -> str:
        from pydantic import TypeAdapter, ValidationError

        from checker.settings.fields import Alias

        try:
            TypeAdapter(Alias).validate_python(answer)
        except ValidationError:
            return self.words.text("init", "bad_alias")
        return ""

    def username(self, answer: str) -> str:
        good = answer.strip() and answer.isprintable()
        return "" if good else self.words.text("init", "bad_username")

    def password(self, answer: str) -> str:
        from checker.secrets.sources import LARGEST

        good = answer.strip() and "\0" not in answer and len(answer.encode("utf-8", "replace")) < LARGEST
        return "" if good else self.words.text("init", "bad_password")

    def totp(self, answer: str) -> str:
        from pydantic import SecretStr

        from checker.secrets import SecretError, variants

        try:
            variants(SecretStr(answer))
        except SecretError:
            return self.words.text("init", "bad_totp")
        return ""

    def command(self, answer: str) -> str:
        try:
            return "" if shlex.split(answer) else self.words.text("init", "bad_command")
        except ValueError:
            return self.words.text("init", "bad_command")


def _argv(command: str | None, words: Words) -> tuple[str, ...] | None:
    if not command:
        return None
    checks = _Checks(words)
    checks.require("--password-command / --totp-command", checks.command(command))
    return tuple(shlex.split(command))


def _secret_files(folder: Path, answers: _Answers) -> dict[Path, SecretStr | None]:
    """Return the secrets' files, with what goes into each; None where a person writes it by hand."""
    if answers.keep is not Keep.FILE:
        return {}
    made: dict[Path, SecretStr | None] = {folder / f"{answers.alias}.password": answers.password}
    if answers.totp is not None:
        made[folder / f"{answers.alias}.totp"] = answers.totp
    return made


def _settings(answers: _Answers, made: dict[Path, SecretStr | None], language: str) -> str:
    from checker.settings import example_toml

    names = [path.name for path in made]
    return example_toml(
        alias=answers.alias,
        marketplace=answers.marketplace,
        username=answers.username,
        password_file=names[0] if names else None,
        totp_secret_file=names[1] if len(names) > 1 else None,
        password_command=answers.password_command if answers.keep is Keep.COMMAND else None,
        totp_secret_command=answers.totp_command if answers.keep is Keep.COMMAND else None,
        language=language,
    )


def _write(
    path: Path, text: str, made: dict[Path, SecretStr | None], answers: _Answers, words: Words
) -> None:
    """Write the secrets, then the settings; if one fails, nothing of ours stays behind."""
    from checker.files import write_new

    written: list[Path] = []
    try:
        for file, secret in made.items():
            if secret is not None:
                write_new(file, f"{secret.get_secret_value()}\n".encode())
                written.append(file)
        if answers.keep is Keep.KEYRING:
            _to_keyring(answers, words)
        write_new(path, text.encode())
    except BaseException as error:
        for file in written:
            file.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ConfigError(
                words.text("init", "unwritten", path=error.filename or path, why=error.strerror),
                hint=words.text("init", "unwritten_fix"),
            ) from None
        raise


def _to_keyring(answers: _Answers, words: Words) -> None:
    from checker.secrets.keyrings import write_keyring

    for name, secret in (("password", answers.password), ("totp", answers.totp)):
        if secret is not None and not write_keyring(f"{answers.alias}.{name}", secret):
            raise ConfigError(words.text("init", "no_keyring"), hint=words.text("init", "no_keyring_fix"))


def _next(path: Path, answers: _Answers) -> list[str]:
    """Return the commands to type next: three, and before them how to write a password nobody gave yet."""
    from checker.schedule.plan import program
    from checker.settings import default_file

    checker = "checker" if shutil.which("checker") else shlex.join(program())
    config = "" if path == default_file() else f" --config {shlex.quote(str(path))}"
    then = [f"{checker} {words}{config}" for words in ("doctor", "run --dry-run", "schedule install")]
    if answers.keep is Keep.FILE and answers.password is None:
        file = shlex.quote(str(path.parent / f"{answers.alias}.password"))
        then.insert(0, f"(umask 077; cat > {file})")
    return then


def _tell(
    path: Path,
    answers: _Answers,
    then: list[str],
    made: dict[Path, SecretStr | None],
    words: Words,
) -> None:
    say(words.text("init", "written", path=path))
    for file, secret in made.items():
        say(words.text("init", "secret_written" if secret is not None else "secret_unwritten", path=file))
    if answers.keep is Keep.KEYRING:
        say(words.text("init", "secret_in_keyring"))
    say(words.text("init", "next"))
    for command in then:
        say(f"  {command}")


def _confirm(message: str) -> bool:
    import questionary

    return bool(questionary.confirm(message, default=True).unsafe_ask())


def _log_in(path: Path, alias: str) -> int:
    """Try to sign in: in a window, or here where there is no screen; the settings stay in any case."""
    from checker.cli.login import login

    screen = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    try:
        return login(alias, path, terminal=not screen, remote_debugging=None, minutes=15, as_json=False)
    except CheckerError as error:
        for line in str(error).splitlines():
            say(line)
        return error.exit_code
