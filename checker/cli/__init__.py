"""The command line: one module per command group, imported when its command is called."""

from checker.cli.main import main

__all__ = ["main"]
