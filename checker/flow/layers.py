"""Files that lie over one another, and where in them something stands.

    base of all consoles  <  the flow's own site.toml  <  what a user kept from the page, a file for each
    rule in overrides/<marketplace>/  <  a user's overrides/<marketplace>.toml

tables           are merged key by key
lists of tables  are merged by what names them: `name`, `code`, `metric` and `variant`, `path`, `list`; a
                 row nobody has yet is added, a state where its `before` or `after` says
lists of rules   the newer ones come first, as the first that finds something decides
other lists      what is new is added
replaced whole   `ready` and `busy` of a page, for all of one must hold; numbers and texts

`[remove]` takes out what is there: `states = ["offer"]`, `deny = ["(?i)/submit"]`,
`"widgets.rating.chain" = ["#old"]`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from checker.errors import ConfigError

__all__ = ["Layer", "Loc", "merged", "named", "override_files"]

Loc = tuple[int | str, ...]
Table = Mapping[str, Any]

_CHAINS: Final = frozenset({"box", "submit", "press", "refuse", "chain"})
_WHOLE: Final = frozenset({"ready", "busy"})
_NAMES: Final = ("name", "code", "metric", "list", "path")
_FURTHER: Final = ("variant", "cycle", "operation", "answer")
_REMOVE: Final = "remove"
# Where a state of a flow's own stands that does not say it: before all that could be mistaken for it, and
# one behind the sign-in before what nobody knows.
_OWN_STATES: Final = "locked"
_OWN_ARRIVALS: Final = "door of the sign-in"


@dataclass(frozen=True)
class Layer:
    """One file: its name as people know it, and its text."""

    name: str
    text: str

    @classmethod
    def of_file(cls, path: Path) -> Layer:
        """Read a file; raise ConfigError if it cannot be read."""
        try:
            return cls(str(path), path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(str(path), error) from None

    @classmethod
    @cache
    def of_package(cls, name: str) -> Layer:
        """Read a file that ships with this package."""
        return cls(name, files("checker.flow").joinpath(name).read_text(encoding="utf-8"))

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the file says; raises ConfigError for what is no TOML."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise _unreadable(self.name, error) from None

    def place(self, loc: Loc, data: Table) -> tuple[int, str]:
        """Return the file and line where something of the merged data stands, and how near that leads to it.

        Args:
            loc: Where it stands in the merged data.
            data: The merged data.

        Returns:
            How many steps of the way the line is, and the line; 0 and nothing where it is not in this file.
        """
        steps = self._own_steps(loc, data)
        lines = self._lines
        for length in range(len(steps), 0, -1):
            if (line := lines.get(steps[:length])) is not None:
                return length, f"{self.name}, line {line}"
        return 0, ""

    def _own_steps(self, loc: Loc, data: Any) -> Loc:
        """Return where something of the merged data stands in this file, as far as it is here."""
        steps: list[int | str] = []
        own: Any = self.data
        for part in loc:
            if (
                isinstance(part, int)
                and isinstance(data, list)
                and isinstance(own, list)
                and part < len(data)
            ):
                place = _same_row(own, data, part)
                if place is None:
                    # Of a list that has no such row, nothing is in this file.
                    return () if isinstance(data[part], dict) else tuple(steps)
                steps.append(place)
                own, data = own[place], data[part]
            else:
                steps.append(part)
                own = own.get(part) if isinstance(own, dict) else None
                data = data.get(part) if isinstance(data, dict) else None
        return tuple(steps)

    @cached_property
    def _lines(self) -> dict[Loc, int]:
        """The line of every table and key, by the names and numbers that lead there."""
        found: dict[Loc, int] = {}
        counts: dict[Loc, int] = {}
        table: Loc = ()
        for number, line in enumerate(self.text.splitlines(), start=1):
            if header := re.fullmatch(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?", line):
                *outer, last = _parts(header[2])
                table = ()
                for part in outer:
                    # What is said of a list of tables is said of the last one.
                    table = (*table, part)
                    table = (*table, counts[table]) if table in counts else table
                table = (*table, last)
                if header[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    found.setdefault(table, number)
                    table = (*table, counts[table])
                found.setdefault(table, number)
            elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
                found.setdefault((*table, *_parts(key[1])), number)
        return found


def _same_row(own: Sequence[Any], merged_rows: Sequence[Any], place: int) -> int | None:
    """Return which row of a file went into a row of the merged data: the one that says nothing else."""
    row = merged_rows[place]
    if row in own:
        return own.index(row)
    name = _row_name(merged_rows, place)
    alike = [n for n, mine in enumerate(own) if isinstance(mine, dict) and _row_name(own, n) == name]
    if not isinstance(row, dict) or name == str(place):
        return None
    same = [n for n in alike if all(row.get(k) == v for k, v in own[n].items() if isinstance(v, str | int))]
    return next(iter(same or alike), None)


def merged(layers: Sequence[Layer]) -> dict[str, Any]:
    """Return what the layers say together, the last one over those before; raise ConfigError for a misfit."""
    result: dict[str, Any] = dict(layers[0].data)
    for layer in layers[1:]:
        over = dict(layer.data)
        for where, what in _removals(over.pop(_REMOVE, {}), layer):
            _take_out(result, where, what, layer)
        result = _tables(result, over, (), layer)
    return result


def override_files(override: Path) -> list[Path]:
    """Return the files a user has for a flow, in the order they lie over one another.

    Args:
        override: The file a user writes by hand, `overrides/<marketplace>.toml`. It need not be there; the
            rules that were kept from the page lie in the folder of its name, under it.
    """
    kept = sorted(path for path in override.with_suffix("").glob("*.toml") if path.is_file())
    return [*kept, override] if override.is_file() else kept


def named(loc: Loc, data: Any) -> tuple[str, ...]:
    """Return the steps of a place with the rows of lists called by their names."""
    steps: list[str] = []
    for part in loc:
        if isinstance(part, int) and isinstance(data, list) and part < len(data):
            steps.append(_row_name(data, part))
            data = data[part]
        else:
            steps.append(str(part))
            data = data.get(part) if isinstance(data, dict) else None
    return tuple(steps)


def _tables(base: Table, over: Table, path: tuple[str, ...], layer: Layer) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        mine, here = result.get(key), (*path, key)
        if isinstance(mine, dict) and isinstance(value, dict):
            result[key] = _tables(mine, value, here, layer)
        elif isinstance(value, list) and isinstance(mine, list):
            result[key] = _lists(mine, value, here, layer)
        else:
            result[key] = value
    return result


def _lists(base: list[Any], over: list[Any], path: tuple[str, ...], layer: Layer) -> list[Any]:
    if path[-1] in _WHOLE or not all(isinstance(item, (str, dict)) for item in (*base, *over)):
        return over
    if path[-1] in _CHAINS or path[0] == "controls":
        return [*over, *(item for item in base if item not in over)]
    result = list(base)
    for item in over:
        place = _match(result, item)
        if place is None:
            if item not in result or not isinstance(item, str):
                _add(result, item, path, layer)
        elif path == ("states",) and {"before", "after"} & item.keys():
            # A state may be moved as well as added to.
            _add(result, _tables(result.pop(place), item, path, layer), path, layer)
        else:
            result[place] = _tables(result[place], item, path, layer)
    return result


def _match(rows: Sequence[Any], row: Any) -> int | None:
    """Return which row another one means: the only one of its name, else the only one like it in all."""
    if not isinstance(row, dict) or not (key := next((name for name in _NAMES if name in row), "")):
        return None
    alike = [n for n, mine in enumerate(rows) if isinstance(mine, dict) and mine.get(key) == row[key]]
    for further in _FURTHER:
        if further in row or (key == "metric" and further == "variant"):
            alike = [n for n in alike if rows[n].get(further, "") == row.get(further, "")]
    return alike[0] if len(alike) == 1 else None


def _add(rows: list[Any], row: Any, path: tuple[str, ...], layer: Layer) -> None:
    if path != ("states",) or not isinstance(row, dict):
        rows.append(row)
        return
    row = dict(row)
    before, after = row.pop("before", ""), row.pop("after", "")
    names = [state.get("name") for state in rows if isinstance(state, dict)]
    wanted = before or after
    if wanted and wanted not in names:
        raise ConfigError(
            f"{layer.name}: state {row.get('name')!r} stands by {wanted!r}, and there is no such state",
            hint=f"there are: {', '.join(map(str, names))}",
        )
    if not wanted:
        wanted = _OWN_ARRIVALS if row.get("act") == "arrived" else _OWN_STATES
    place = names.index(wanted) if wanted in names else len(rows)
    rows.insert(place + bool(after), row)


def _removals(wanted: Any, layer: Layer) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(wanted, dict):
        raise ConfigError(f"{layer.name}: `remove` is a table", hint='[remove] states = ["offer"]')
    for where, what in wanted.items():
        if isinstance(what, dict):
            yield from (((where, *rest), items) for rest, items in _removals(what, layer))
            continue
        for item in what if isinstance(what, list) else [what]:
            yield _parts(where), item


def _take_out(data: dict[str, Any], where: tuple[str, ...], what: Any, layer: Layer) -> None:
    """Take one thing out of what was merged so far; raise ConfigError if it is not there."""
    held: Any = _at(data, where)
    if isinstance(held, dict) and what in held:
        kept: Any = {key: value for key, value in held.items() if key != what}
    else:
        rows = held if isinstance(held, list) else []
        kept = [row for n, row in enumerate(rows) if what not in (row, _row_name(rows, n))]
        if len(kept) == len(rows):
            raise ConfigError(
                f"{layer.name}: nothing to remove: {'.'.join(where)} has no {what!r}",
                hint="correct the name, or take the line out of [remove]",
            )
    _put(data, where, kept)


def _put(data: dict[str, Any], where: tuple[str, ...], value: Any) -> None:
    """Replace what stands somewhere, and nothing of what the layer itself holds."""
    key, *rest = where
    if not rest:
        data[key] = value
        return
    inner = data[key]
    if isinstance(inner, list):
        place = next(n for n in range(len(inner)) if _row_name(inner, n) == rest[0])
        row = dict(inner[place])
        data[key] = [*inner[:place], row, *inner[place + 1 :]]
        _put(row, tuple(rest[1:]), value)
        return
    data[key] = dict(inner)
    _put(data[key], tuple(rest), value)


def _at(data: Any, path: Sequence[str]) -> Any:
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list):
            data = next((row for n, row in enumerate(data) if _row_name(data, n) == step), None)
    return data


def _row_name(rows: Any, place: int) -> str:
    """Return what a row of a list is called: by its own name, or by its number, counted from 0."""
    row = rows[place] if isinstance(rows, list) and place < len(rows) else None
    if isinstance(row, dict):
        for key in _NAMES:
            if isinstance(row.get(key), str):
                more = [str(row[further]) for further in ("variant",) if row.get(further)]
                return ".".join([row[key], *more])
    return str(place)


def _parts(key: str) -> tuple[str, ...]:
    """Return the parts of a dotted key."""
    return tuple(bare or double or single for bare, double, single in _KEY.findall(key))


_KEY: Final = re.compile(r"""([\w-]+)|"([^"]*)"|'([^']*)'""")


def _unreadable(name: str, error: Exception) -> ConfigError:
    return ConfigError(f"{name}: {error}", hint="the file must be readable TOML in UTF-8")
