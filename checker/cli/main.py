"""The command tree, and how every command ends."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.commands import Commands
from checker.cli.streams import OutputError, checked_output, complain, hush, open_streams
from checker.memory import keep_memory_private

if TYPE_CHECKING:
    from checker.errors import CheckerError

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
    cls=Commands,
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


def _version(wanted: bool) -> None:
    if wanted:
        from checker import __version__

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
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last line of defence
        return _failed(given, error)
    return result if isinstance(result, int) else 0


def _failed(given: Sequence[str], error: BaseException) -> int:
    """Say why a command failed; return the exit code. What is no foreseeable fault is named as a bug."""
    from checker.errors import CheckerError
    from checker.model.exits import Exit

    code: int = Exit.OK
    if isinstance(error, CheckerError):
        _tell(given, error)
        code = error.exit_code
    elif isinstance(error, _REFUSED):
        error.show()  # type: ignore[attr-defined]  # every click exception shows itself
        code = Exit.USAGE
    elif isinstance(error, typer.Abort | KeyboardInterrupt):
        complain("interrupted")
        code = _INTERRUPTED
    elif isinstance(error, BrokenPipeError):
        # Whoever read our output has gone (`checker show | head`): that is their right.
        hush()
    elif isinstance(error, OutputError):
        hush()
        code = _unsaid(error, Exit.OK)
    elif isinstance(error, OSError) and error.errno in _MACHINE:
        _tell(given, _refused_by_the_machine(error))
        code = Exit.STORE
    else:
        _bug(error)
        code = Exit.BUG
    return code


def _unsaid(error: OSError, code: int) -> int:
    """Say that the output is lost; return the exit code: that of what was found, if anything was."""
    from checker.model.exits import Exit

    complain(f"standard output could not be written to ({error.strerror}): what was asked for is not in it")
    return code if code != Exit.OK else Exit.QUEUED


def _tell(given: Sequence[str], error: CheckerError) -> None:
    from checker.log import shown

    if "--json" in given:
        import json

        fault = {"error": error.message, "hint": error.hint, "exit_code": error.exit_code}
        try:
            sys.stdout.write(json.dumps(fault, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        except OSError:
            hush()
    for line in str(error).splitlines():
        complain(shown(line))


def _refused_by_the_machine(error: OSError) -> CheckerError:
    from checker.errors import CheckerError
    from checker.model.exits import Exit

    where = "" if error.filename is None else f"{error.filename}: "
    return CheckerError(
        f"the machine refused to go on: {where}{error.strerror}",
        exit_code=Exit.STORE,
        hint="free some space, or check the disk and the limits of the process, then run it again",
    )


def _bug(error: BaseException) -> None:
    """Say that it is our fault, where it happened, and nothing that was in a variable."""
    import traceback

    from checker import __version__
    from checker.log import shown

    frames = "".join(traceback.format_tb(error.__traceback__)[-4:])
    name = type(error).__name__
    complain(
        f"This is a bug in marketplace-health-checker {__version__}: {name}\n"
        + "\n".join(shown(line) for line in frames.splitlines())
        + "\nNothing was changed on any account. Please report the lines above."
    )
