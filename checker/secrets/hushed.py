"""Records without the secrets that a page brought into them; pure.

What is a record's own (which shop, which metric, which level, which file) stays as it is: only what a console
said is text that a secret could stand in, and the item of a key, which is a name the console gave.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar, cast

from checker.secrets.scrub import Scrubber

__all__ = ["hushed"]

_Record = TypeVar("_Record")

_OWN: Final = frozenset(
    {
        "account", "bundle", "code", "covers", "evidence", "flow", "host", "language", "locale",
        "marketplace", "metric", "repaired", "shop", "site", "structure", "variant", "zone",
    }
)  # fmt: skip
"""What names a record's place, kind or files: never a text of a page."""


def hushed(record: _Record, secrets: Scrubber) -> _Record:
    """Return a record in which every text of the console's is without these secrets."""
    return cast("_Record", _hushed(record, secrets))


def _hushed(value: Any, secrets: Scrubber) -> Any:
    # A closed word is a text of its own type.
    if type(value) is str:
        return secrets.scrub(value)
    if isinstance(value, tuple):
        return tuple(_hushed(inner, secrets) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        # A site is a record within a visit, and the name of one within a key.
        named = {name: inner for name, inner in named.items() if name not in _OWN or is_dataclass(inner)}
        changed = {name: new for name, old in named.items() if (new := _hushed(old, secrets)) != old}
        return replace(value, **changed) if changed else value
    return value
