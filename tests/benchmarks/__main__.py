"""Run a measurement by its name: `python -m tests.benchmarks NAME [ARGUMENTS]`; without a name, list them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Final

from tests.benchmarks import evidence_cost, guard_overhead, many_accounts


def _evidence(arguments: Sequence[str]) -> None:
    evidence_cost.main(int(arguments[0]) if arguments else 20)


NAMES: Final[dict[str, Callable[[Sequence[str]], object]]] = {
    "evidence_cost": _evidence,
    "guard_overhead": guard_overhead.main,
    "many_accounts": many_accounts.main,
}


def main() -> int:
    """Run the one that is named."""
    name, *arguments = sys.argv[1:] or [""]
    if name not in NAMES:
        sys.stderr.write(f"{__doc__}\n\n" + "".join(f"  {known}\n" for known in NAMES))
        return 64
    NAMES[name](arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
