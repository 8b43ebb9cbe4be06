"""`checker notify`: whether messages arrive, what waits, and what was delivered."""

from __future__ import annotations

from typing import Annotated

import typer

from checker.cli.options import AsJson, Config, now, out_console, print_document, say, settings_of
from checker.errors import ConfigError, UsageError
from checker.model.exits import Exit

__all__ = ["app"]

app = typer.Typer(help="Messages: whether they arrive, what waits, what was delivered.", no_args_is_help=True)

_LOGGED = {"delivered": "log_delivered", "failed": "log_failed", "given_up": "log_given_up"}

Routes = Annotated[
    list[str] | None, typer.Argument(metavar="[ROUTE]...", help="Only these routes; else every one.")
]


@app.command("test")
def send_tests(routes: Routes = None, config: Config = None, as_json: AsJson = False) -> int:
    """Send a test message and show what the far end answered; 32 if one of them did not take it."""
    from checker.notify.telling import send_test
    from checker.report.notify_documents import answers_document
    from checker.report.words import words_for

    settings = settings_of(config)
    words = words_for(settings.report.language)
    known = [name for name, route in settings.notify.routes.items() if route.enabled]
    if not known:
        raise ConfigError(words.text("notify", "no_route"), hint=words.text("notify", "no_route_fix"))
    if unknown := [name for name in routes or () if name not in known]:
        raise UsageError(
            words.text("notify", "unknown_route", name=repr(unknown[0])),
            hint=words.text("notify", "unknown_route_fix", known=", ".join(known)),
        )
    answers = list(send_test(settings, routes or (), now()))
    if as_json:
        print_document(answers_document((name, answer.taken, answer.text) for name, answer in answers))
    for name, answer in () if as_json else answers:
        word = words.text("notify", "taken" if answer.taken else "refused")
        line = words.colon(name, words.colon(word, answer.text))
        out_console().print(line, markup=False, soft_wrap=True)
    return Exit.OK if all(answer.taken for _, answer in answers) else Exit.QUEUED


@app.command("send")
def send(config: Config = None, as_json: AsJson = False) -> int:
    """Deliver what waits, as every run does; 32 if something still waits after that."""
    from checker.notify.telling import deliver
    from checker.report.notify_documents import sent_document
    from checker.report.words import words_for

    settings = settings_of(config)
    done = deliver(settings, now())
    if as_json:
        print_document(sent_document(done.taken, done.failed, done.held, done.given_up))
    else:
        words = words_for(settings.report.language)
        line = words.text("notify", "sent", taken=done.taken, failed=len(done.failed), held=done.held)
        out_console().print(line, markup=False, soft_wrap=True)
        for line in (*done.failed, *done.given_up):
            say(line)
    return Exit.QUEUED if done.waits else Exit.OK


@app.command("log")
def log(
    config: Config = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the last deliveries, the newest first, with what the far end answered."""
    from checker.notify.outbox import Outbox
    from checker.report.notify_documents import DeliveryModel, deliveries_document
    from checker.report.safe import printable
    from checker.report.words import words_for

    settings = settings_of(config)
    rows = list(Outbox(settings.paths.data_dir).deliveries())[::-1][:limit]
    if as_json:
        print_document(deliveries_document(DeliveryModel.model_validate(row.model_dump()) for row in rows))
        return
    words = words_for(settings.report.language)
    if not rows:
        say(words.text("notify", "no_deliveries"))
    for row in rows:
        what = words.text("notify", _LOGGED[row.what]) if row.what in _LOGGED else row.what
        line = f"{row.at:%Y-%m-%d %H:%M}Z  {what}  {row.route}  {row.title}  {row.answer}"
        out_console().print(printable(line), markup=False, soft_wrap=True)
