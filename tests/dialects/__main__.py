"""The table of all dialects, by hand.

python -m tests.dialects                                  every console, seeds 1 to 20
python -m tests.dialects --console ebay --seeds 1-500     one console, as many as the issue asks for
python -m tests.dialects --console ebay --seeds 7 --scenario red --verbose   one failure, told in full
python -m tests.dialects --console ebay --only answers    one part, all else as the replica has it
python -m tests.dialects --json                           for another program
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from checker.testing import contract_browser
from checker.testing.dialects import Played, Tally, scenarios_of
from fixtures.common.dialect import PARTS
from tests.dialects.consoles import BY_HAND, CONSOLES, IN_CI, stage, truths

_COLUMNS = (
    "console",
    "plays",
    "widgets",
    "right",
    "unreadable",
    "wrong",
    "false green",
    "missed red",
    "shut out",
)


def main() -> int:
    """Play what was asked for and print the table; 1 where anything dangerous was said."""
    asked = _arguments()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="dialects-"))
    rows: dict[str, list[Played]] = {}
    with contract_browser() as browser:
        for console in asked.console or CONSOLES:
            rows[console] = list(_played(browser, console, asked, folder))
    if asked.json:
        json.dump(
            {console: [_plain(played) for played in row] for console, row in rows.items()},
            sys.stdout,
            indent=1,
        )
    else:
        _print(rows)
    return int(any(played.tally.dangers for row in rows.values() for played in row))


def _played(browser: Browser, console: str, asked: argparse.Namespace, folder: Path) -> list[Played]:
    bounds = BY_HAND if asked.pace > 0.5 else IN_CI
    row = []
    with stage(console, browser, folder / console, bounds) as running:
        for seed in asked.seeds:
            for scenario in asked.scenario or scenarios_of(truths(console), seed, asked.others_every):
                played = running.play(seed, scenario, asked.pace, asked.only)
                row.append(played)
                if asked.verbose and (played.tally.told or played.tally.shut_out):
                    sys.stderr.write(f"{console}: {played}\n")
    return row


def _print(rows: dict[str, list[Played]]) -> None:
    sys.stdout.write("  ".join(f"{name:>12}" for name in _COLUMNS) + "\n")
    for console, row in rows.items():
        whole = sum((played.tally for played in row), Tally())
        widgets = whole.right + whole.unreadable + whole.wrong
        cells = (
            console,
            len(row),
            widgets,
            f"{whole.right} {whole.share_right:.0%}",
            whole.unreadable,
            whole.wrong,
            whole.false_greens,
            whole.missed_reds,
            whole.shut_out,
        )
        sys.stdout.write("  ".join(f"{cell:>12}" for cell in cells) + "\n")


def _plain(played: Played) -> dict[str, Any]:
    counted = {name: value for name, value in vars(played.tally).items() if name != "told"}
    return {
        "seed": played.seed,
        "scenario": played.scenario,
        "chosen": dict(played.chosen),
        **counted,
        "told": played.tally.told,
        "picture": str(played.picture or ""),
    }


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.dialects", description=__doc__)
    parser.add_argument("--console", action="append", choices=list(CONSOLES))
    parser.add_argument("--seeds", type=_seeds, default=range(1, 21), metavar="A-B")
    parser.add_argument("--scenario", action="append", help="instead of the seed's own")
    parser.add_argument(
        "--others-every", type=int, default=1, help="seeds that share a scenario without a red"
    )
    parser.add_argument("--pace", type=float, default=0.1, help="1 draws up to four seconds late")
    parser.add_argument("--only", action="append", choices=sorted(PARTS), help="leave all other parts alone")
    parser.add_argument("--folder", help="where pictures are put")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="tell of all that is not right")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
