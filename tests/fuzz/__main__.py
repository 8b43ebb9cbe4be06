"""Fuzzing guided by coverage of whatever reads what comes from outside: `python -m tests.fuzz TARGET`.

    python -m tests.fuzz                                # the names of the targets
    python -m tests.fuzz strict_json --seconds 60       # one of them; ends at what breaks it
    python -m tests.fuzz strict_json --keep             # ten minutes; what it learnt becomes seeds

Atheris is no dependency: `pip install atheris` into an environment of its own. What breaks a target is kept
in `seeds/TARGET.json`, and `tests/unit/test_fuzz_seeds.py` tries it from then on.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from tests.fuzz.seeds import MOST, by_length, keep, seeds_of

_LIMITS = ("-timeout=30", "-rss_limit_mb=3000", "-max_len=4096", "-verbosity=0", "-print_final_stats=1")
_INSTRUMENTED = ["checker", "flows", "tomllib", "dateparser", "babel", "graphql.language"]


def _inside(name: str, options: list[str]) -> None:
    """Fuzz in this process, which libFuzzer ends."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=_INSTRUMENTED):
        targets = import_module("tests.fuzz.targets")
    atheris.Setup([sys.argv[0], *options], targets.TARGETS[name])
    atheris.Fuzz()


def _outside(name: str, seconds: int, *, kept: bool) -> int:
    """Fuzz in a child, tell what came of it, and keep what broke the target."""
    with tempfile.TemporaryDirectory(prefix="corpus") as folder:
        corpus, smallest, broken = (Path(folder) / part for part in ("corpus", "smallest", "broken"))
        for part in (corpus, smallest, broken):
            part.mkdir()
        for number, seed in enumerate(seeds_of(name)):
            (corpus / f"seed{number}").write_bytes(seed)
        child = [sys.executable, "-m", "tests.fuzz", name, "--inside"]
        began = time.monotonic()
        limits = [*_LIMITS, f"-max_total_time={seconds}", f"-artifact_prefix={broken}/"]
        done = subprocess.run([*child, *limits, str(corpus)], check=False)
        found = [path.read_bytes() for path in sorted(broken.iterdir())]
        minutes = (time.monotonic() - began) / 60
        sys.stdout.write(
            f"{name}: {minutes:.1f} minutes, {len(list(corpus.iterdir()))} inputs"
            f" that reach something new, {len(found)} that break it\n"
            + "".join(f"  {one!r}\n" for one in found)
        )
        if kept:
            subprocess.run([*child, "-merge=1", str(smallest), str(corpus)], check=False, capture_output=True)
            learnt = sorted((path.read_bytes() for path in smallest.iterdir()), key=by_length)[:MOST]
            keep(name, learnt)
        keep(name, found)
    return done.returncode


def main() -> int:
    """Fuzz what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", nargs="?")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given, options = parser.parse_known_args()
    if given.inside:
        _inside(given.target, options)
    if given.target is None:
        from tests.fuzz.targets import TARGETS

        sys.stdout.write("\n".join(TARGETS) + "\n")
        return 0
    return _outside(given.target, given.seconds, kept=given.keep)


if __name__ == "__main__":
    sys.exit(main())
