"""The single checks of `checker doctor`, by what they look at; `checker.run.checkup` puts them in order."""
