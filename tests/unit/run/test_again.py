"""`run --again`: what was told as one event across accounts is read again in time, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from checker.cli import main
from checker.compare import compare
from checker.model import Exit, Level, Run, Scope, Site, Visit
from checker.run.again import due
from checker.run.execute import Request
from checker.settings import Settings, load
from checker.store import open_store
from tests.unit.compare.seen import CRITICAL, OK, at, key, shown, visit

ACCOUNTS = ("s0", "s1", "s2", "s3")
CA = Site("CA", "A2", "Canada")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return settings of four accounts, one of them switched off."""
    path = tmp_path / "checker.toml"
    path.write_text(
        f'[paths]\ndata_dir = "{tmp_path}/data"\n'
        + "".join(
            f'[accounts.{alias}]\nmarketplace = "amazon"\nusername = "u"\npassword_command = ["true"]\n'
            f"enabled = {str(alias != 's3').lower()}\n"
            for alias in ACCOUNTS
        ),
        encoding="utf-8",
    )
    return path


@pytest.fixture
def red_at_once(config: Path) -> Callable[[timedelta], Settings]:
    """Return what fills the store: all accounts turned red on one widget so long ago."""

    def fill(ago: timedelta) -> Settings:
        settings, now = load(config, {}), datetime.now(UTC)
        with open_store(settings.store.url) as store:
            for number, level in enumerate((OK, CRITICAL)):
                moment = now - ago - timedelta(days=1 - number)
                visits = [at(one, moment) for one in _visits(level)]
                with store.transaction():
                    known = {k: v for alias in ACCOUNTS for k, v in store.known("amazon", alias).items()}
                    came = compare(known, visits, moment)
                    run = Run(
                        f"run-{number}", moment, moment, tuple(visits), came.changes, 10, events=came.events
                    )
                    store.record(run, came.known, {})
        return settings

    return fill


def _visits(level: Level) -> list[Visit]:
    return [
        replace(
            visit(
                shown(replace(key("account.status", site=CA), account=alias), level, scope=Scope.ACCOUNT),
                site=CA,
            ),
            account=alias,
        )
        for alias in ACCOUNTS
    ]


def test_what_is_due_is_read_where_it_was_seen(red_at_once: Callable[[timedelta], Settings]) -> None:
    """The accounts that are switched on, and of each the one site."""
    settings = red_at_once(timedelta(minutes=31))

    wanted = due(settings, Request(), datetime.now(UTC))

    assert wanted.accounts == ("s0", "s1", "s2")
    assert {wanted.codes(alias) for alias in wanted.accounts} == {("CA",)}


@pytest.mark.parametrize(
    ("request_", "accounts"),
    [
        (Request(("s1",)), ("s1",)),
        (Request(sites=("US",)), ()),
        (Request(("s0",), ("ca", "us")), ("s0",)),
    ],
)
def test_what_was_not_asked_for_is_left_out(
    red_at_once: Callable[[timedelta], Settings], request_: Request, accounts: tuple[str, ...]
) -> None:
    """Accounts and sites narrow it as they narrow any run."""
    assert due(red_at_once(timedelta(minutes=31)), request_, datetime.now(UTC)).accounts == accounts


@pytest.mark.parametrize("arguments", [(), ("--account", "s1")])
def test_where_nothing_is_due_nothing_happens(
    red_at_once: Callable[[timedelta], Settings],
    config: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    """Fit for cron: no browser, no run, not a word."""
    settings = red_at_once(timedelta(minutes=5))

    code = main(["run", "--again", *arguments, "--config", str(config)])

    assert (code, *capsys.readouterr()) == (Exit.OK, "", "")
    with open_store(settings.store.url) as store:
        assert len(store.runs()) == 2


def test_that_nothing_is_due_is_a_document_too(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run without visits, by the schema of every other."""
    assert main(["run", "--again", "--json", "--config", str(config)]) == Exit.OK
    document = json.loads(capsys.readouterr().out)
    main(["schema", "run"])
    schema = json.loads(capsys.readouterr().out)

    jsonschema.Draft202012Validator(schema).validate(document)
    assert (document["visits"], document["dry_run"], document["exit_code"]) == ([], True, 0)


def test_sites_by_account_take_the_place_of_those_of_all() -> None:
    """In capitals, as the console names them."""
    request = Request(sites=("us",), sites_of={"a": ("ca", "mx")})

    assert (request.codes("a"), request.codes("b")) == (("CA", "MX"), ("US",))
