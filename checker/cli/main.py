"""The command tree, and how every command ends."""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from checker import __version__
from checker.cli import (
    beginning,
    browser,
    capture,
    checkup,
    data,
    demo,
    evidence,
    exporting,
    findings,
    flows,
    forgetting,
    importing,
    login,
    notifying,
    replay,
    run,
    runs,
    scheduling,
    serving,
    store,
)
from checker.cli.streams import OutputError, checked_output, complain, hush, open_streams
from checker.errors import CheckerError
from checker.model.exits import Exit
from checker.secrets.memory import keep_memory_private

__all__ = ["app", "main"]

_INTERRUPTED = 130
# What a machine answers when it has no more to give, or its disk no longer takes anything.
_MACHINE = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.EFBIG,
    }
)

# Typer brings its own copy of click, or uses the installed one, by its version: asked for by name.
_REFUSED: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)

app = typer.Typer(
    name="checker",
    help=(
        "Visits every site of your marketplace seller consoles, reads account health, and tells you what "
        "is newly red. It only reads.\n\n"
        "Try it without an account: checker demo"
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("init")(beginning.init)
app.command("run")(run.run)
app.command("login")(login.login)
app.command("show")(data.show)
app.command("history")(data.history)
app.command("findings")(findings.findings)
app.command("ack")(findings.ack)
app.command("snooze")(findings.snooze)
app.command("unack")(findings.unack)
app.command("doctor")(checkup.doctor)
app.command("serve")(serving.serve)
app.command("confirm")(serving.confirm)
app.command("status")(exporting.status)
app.command("export")(exporting.export)
app.command("runs")(runs.runs)
app.command("diff")(runs.diff)
app.command("import")(importing.import_document)
app.command("forget")(forgetting.forget)
app.command("capture")(capture.capture)
app.command("replay")(replay.replay)
app.command("schema")(data.schema)
app.add_typer(browser.app, name="browser")
app.add_typer(evidence.app, name="evidence")
app.add_typer(flows.app, name="flows")
app.add_typer(store.app, name="store")
app.add_typer(notifying.app, name="notify")
app.add_typer(scheduling.app, name="schedule")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"marketplace-health-checker {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a foreseeable fault is one message and a next step."""
    # Whatever is written from here on, by us or by a library, is its owner's alone.
    os.umask(0o077)
    open_streams()
    if arguments is None:
        # A process of our own: `login` and `capture` hold secrets as workers do.
        keep_memory_private()
    given = list(sys.argv[1:] if arguments is None else arguments)
    with checked_output():
        code = _ended(given)
        try:
            sys.stdout.flush()
        except OSError as error:
            hush()
            return code if isinstance(error, BrokenPipeError) else _unsaid(error, code)
    return code


def _ended(given: Sequence[str]) -> int:
    """Run one command; return its exit code, whatever became of it."""
    try:
        result = app(args=given, prog_name="checker", standalone_mode=False)
    except CheckerError as error:
        _tell(given, error)
        return error.exit_code
    except _REFUSED as error:
        error.show()  # type: ignore[attr-defined]  # every click exception shows itself
        return Exit.USAGE
    except (typer.Abort, KeyboardInterrupt):
        complain("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`checker show | head`): that is their right.
        hush()
        return Exit.OK
    except OutputError as error:
        hush()
        return _unsaid(error, Exit.OK)
    except OSError as error:
        if error.errno not in _MACHINE:
            _bug()
            return Exit.BUG
        _tell(given, _refused_by_the_machine(error))
        return Exit.STORE
    except Exception:  # noqa: BLE001 - the last line of defence: named as a bug, never swallowed
        _bug()
        return Exit.BUG
    return result if isinstance(result, int) else Exit.OK


def _unsaid(error: OSError, code: int) -> int:
    """Say that the output is lost; return the exit code: that of what was found, if anything was."""
    complain(f"standard output could not be written to ({error.strerror}): what was asked for is not in it")
    return code if code != Exit.OK else Exit.QUEUED


def _tell(given: Sequence[str], error: CheckerError) -> None:
    from checker.log import shown

    if "--json" in given:
        fault = {"error": error.message, "hint": error.hint, "exit_code": error.exit_code}
        try:
            sys.stdout.write(json.dumps(fault, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        except OSError:
            hush()
    for line in str(error).splitlines():
        complain(shown(line))


def _refused_by_the_machine(error: OSError) -> CheckerError:
    where = "" if error.filename is None else f"{error.filename}: "
    return CheckerError(
        f"the machine refused to go on: {where}{error.strerror}",
        exit_code=Exit.STORE,
        hint="free some space, or check the disk and the limits of the process, then run it again",
    )


def _bug() -> None:
    """Say that it is our fault, where it happened, and nothing that was in a variable."""
    from checker.log import shown

    kind, _, trace = sys.exc_info()
    frames = "".join(traceback.format_tb(trace)[-4:])
    name = kind.__name__ if kind is not None else "?"
    complain(
        f"This is a bug in marketplace-health-checker {__version__}: {name}\n"
        + "\n".join(shown(line) for line in frames.splitlines())
        + "\nNothing was changed on any account. Please report the lines above."
    )
