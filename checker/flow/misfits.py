"""What is wrong with a site.toml: where it stands, what it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from checker.flow.layers import Layer, Loc, named

__all__ = ["Misfit", "MisfitsError", "no_such", "problems_in"]

_NAMED: Final = 8
# What pydantic calls things that a file has another word for.
_WAYS_OUT: Final = {
    "tuple_type": 'a list is wanted: ["..."]',
    "list_type": 'a list is wanted: ["..."]',
    "dict_type": "a table is wanted: { name = ... }",
    "model_type": "a table is wanted: { name = ... }",
    "model_attributes_type": "a table is wanted: { name = ... }",
    "dataclass_type": "a table is wanted: { name = ... }",
    "missing": "add it",
    "too_short": "name at least one",
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit to the rest of the file: where it stands in the merged data, and why."""

    at: Loc
    why: str


class MisfitsError(ValueError):
    """Everything of a file that does not fit to the rest of it."""

    def __init__(self, misfits: Iterable[Misfit]) -> None:
        """Keep the misfits, as a message does not say where they stand."""
        self.misfits = tuple(misfits)
        super().__init__("; ".join(misfit.why for misfit in self.misfits))


def no_such(what: str, name: str, known: Iterable[str], *at: int | str) -> Misfit:
    """Return the misfit of a name that is nowhere else in the file.

    Args:
        what: What sort of thing it names.
        name: The name.
        known: The names there are.
        at: Where it stands in the merged data.
    """
    there = sorted(known)
    like = get_close_matches(name, there, n=1)
    listed = ", ".join(there[:_NAMED]) + (", ..." if len(there) > _NAMED else "")
    way_out = f"did you mean {like[0]!r}?" if like else f"there are: {listed or 'none'}"
    return Misfit(at, f"no {what} {name!r}; {way_out}")


def problems_in(
    error: ValidationError, layers: Sequence[Layer], data: Mapping[str, Any], schema: type[BaseModel]
) -> Iterator[str]:
    """Say of every problem in one line where it is, what it is, and what to do about it.

    Args:
        error: What the schema refused.
        layers: The files, the last over those before.
        data: What they say together.
        schema: The schema.

    Yields:
        One line a problem.
    """
    for found in error.errors():
        misfits = found.get("ctx", {}).get("error")
        if isinstance(misfits, MisfitsError):
            yield from (_line(misfit.at, misfit.why, layers, data) for misfit in misfits.misfits)
            continue
        way_out = _WAYS_OUT.get(found["type"], "")
        if found["type"] == "extra_forbidden":
            like = get_close_matches(str(found["loc"][-1]), sorted(_keys_at(found["loc"][:-1], schema)), n=1)
            way_out = f"did you mean {like[0]!r}?" if like else "take it out"
        yield _line(found["loc"], found["msg"] + (f"; {way_out}" if way_out else ""), layers, data)


def _line(at: Loc, why: str, layers: Sequence[Layer], data: Mapping[str, Any]) -> str:
    # Of two files that lead as near to it, the last one decided.
    _, place = max((layer.place(at, data) for layer in reversed(layers)), key=lambda found: found[0])
    return f"{'.'.join(named(at, data)) or '(whole file)'}: {why}" + (f" ({place})" if place else "")


def _keys_at(loc: Loc, schema: type[BaseModel]) -> set[str]:
    """Return the keys a table may have, as far as that follows from where it stands."""
    kind: Any = schema
    for part in loc:
        fields = getattr(kind, "model_fields", {})
        kind = _model_in(fields[part].annotation) if part in fields else kind
    return set(getattr(kind, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    """Return the model a field is of, or holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [_model_in(inner) for inner in get_args(annotation)]
    return next((model for model in found if model is not None), None)
