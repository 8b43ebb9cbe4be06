"""The command line as a user drives it: a process, its streams, its exit code, its files."""
