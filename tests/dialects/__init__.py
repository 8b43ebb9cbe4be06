"""The consoles in all their dialects: what is played, and the table by hand (`python -m tests.dialects`)."""
