"""Fuzzing guided by coverage: `python -m tests.fuzz TARGET [--seconds S] [--keep]`; see `__main__`."""
