"""The tests; `tests.unit` mirrors `checker`, `tests.e2e` drives the command line as a process."""
