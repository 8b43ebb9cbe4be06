"""Print the table of ways out: what arrives without the guard, and with it in each phase.

python -m tests.guard [/path/to/a/browser]
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from checker.browser import Browser, ensure_browser
from checker.browser.launch import Launch, new_context, running_browser
from checker.console import Guard, Phase, Policy
from fixtures.common import serve
from tests.guard.attempts import (
    TOML,
    VECTORS,
    Tried,
    arrived_at,
    attempt_all,
    listener,
    toml_of,
    turned_away,
)


def _browser(arguments: list[str]) -> Browser:
    if not arguments:
        return ensure_browser(None, print)
    return Browser(Path(arguments[0]), "command line", None, headless_only="headless" in arguments[0])


def _row(name: str, bare: Tried, guarded: list[Tried]) -> str:
    told = [f"{int(name in tried.arrived)} / {tried.turned_away.count(name)}" for tried in guarded]
    return f"{name:26} {int(name in bare.arrived):^13} " + " ".join(f"{text:^15}" for text in told)


def main() -> int:
    """Try everything three times and print a row for each vector."""
    with serve("hostile", "quiet") as replica, listener() as udp:
        launch = Launch(_browser(sys.argv[1:]), TOML.allowed_hosts, origin=replica.url)
        guarded = []
        with running_browser(launch, print) as browser:
            plain = browser.browser_type.launch(executable_path=launch.browser.path, args=["--no-sandbox"])
            bare = attempt_all(plain.new_page(), replica, udp, lambda: arrived_at(replica))
            plain.close()
            for phase in Phase:
                guard = Guard(Policy(toml_of(phase), replica.url), phase)
                context = new_context(browser, launch)
                guard.install(context)
                tried = attempt_all(context.new_page(), replica, udp, partial(turned_away, guard))
                context.close()
                tried.turned_away = tuple(turned_away(guard))
                guarded.append(tried)
    heads = " ".join(f"{phase.value:^15}" for phase in Phase)
    lines = [f"{'way out':26} {'no guard':^13} {heads}", f"{'':26} {'arrived':^13} " + " arrived/blocked" * 2]
    lines += [_row(name, bare, guarded) for name in VECTORS]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
