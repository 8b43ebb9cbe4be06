"""One check, and how it is worded: by its English name for programs, in the reader's language for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from checker.errors import CheckerError
from checker.report.words import Words, words_for

__all__ = ["Check", "State", "Teller"]

_TABLE = "doctor"


class State(StrEnum):
    """How a check went: `failed` keeps a run from being whole, `warned` does not."""

    OK = "ok"
    WARNED = "warned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    name: the same in every language. label: the same for a person. fix: what to type or do, where something
    is wrong.
    """

    name: str
    label: str
    state: State
    text: str
    fix: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Teller:
    """Words checks in one language; a sentence `x` has its next step in `x_fix`."""

    words: Words

    def ok(self, name: str, sentence: str, subject: str = "", /, **parts: object) -> Check:
        """Return a check that went well."""
        return self._made(name, subject, State.OK, self.say(sentence, **parts))

    def warned(self, name: str, sentence: str, subject: str = "", /, **parts: object) -> Check:
        """Return one that went well enough for a run, with what would be better."""
        text, fix = self.say(sentence, **parts), self.say(f"{sentence}_fix", **parts)
        return self._made(name, subject, State.WARNED, text, fix)

    def failed(self, name: str, sentence: str, code: int, subject: str = "", /, **parts: object) -> Check:
        """Return one that keeps a run from being whole; `code` is what such a run would end in."""
        text, fix = self.say(sentence, **parts), self.say(f"{sentence}_fix", **parts)
        return self._made(name, subject, State.FAILED, text, fix, code)

    def fault(self, name: str, error: CheckerError, subject: str = "") -> Check:
        """Return the failed check a foreseeable fault is, with the fault's own next step."""
        fix = error.hint or self.say("fault_fix")
        return self._made(name, subject, State.FAILED, error.message, fix, error.exit_code)

    def guarded(self, name: str, look: Callable[[], Check], subject: str = "") -> Check:
        """Return a check, or the failed one that its fault is."""
        try:
            return look()
        except CheckerError as error:
            return self.fault(name, error, subject)

    def say(self, sentence: str, /, **parts: object) -> str:
        """Return a sentence of the checks."""
        return self.words.text(_TABLE, sentence, **parts)

    def _made(self, name: str, subject: str, state: State, text: str, fix: str = "", code: int = 0) -> Check:
        key = f"name_{name}"
        plain = words_for("en").text(_TABLE, key, subject=subject)
        return Check(plain, self.words.text(_TABLE, key, subject=subject), state, text, fix, code)
