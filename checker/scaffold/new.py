"""Writing a new flow's package from the templates in `package/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from checker import __version__
from checker.errors import UsageError
from checker.flow import CONTRACT

__all__ = ["scaffold"]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST: Final = 40
_FOLDERS: Final = {"flow": "{name}_flow", "replica": "{name}_replica"}


def scaffold(name: str, parent: Path) -> tuple[Path, ...]:
    """Write a package for marketplace `name` into a new folder of `parent`; return the folder and its files.

    Raises UsageError if the name cannot be one, or if the folder is there already: nothing is overwritten.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise UsageError(
            f"{name!r} cannot be the name of a marketplace",
            hint="use lower-case letters, digits and _, beginning with a letter: my_shop",
        )
    folder = parent / f"checker-flow-{name.replace('_', '-')}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        return folder, *_written(name, folder)
    except FileExistsError as error:
        raise UsageError(
            f"{error.filename} is there already", hint="choose another --dir, or move it away first"
        ) from None
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be written: {error.strerror}", hint="choose another --dir"
        ) from None


def _written(name: str, folder: Path) -> Iterator[Path]:
    values = {
        "name": name,
        "dashed": name.replace("_", "-"),
        "title": name.replace("_", " ").title(),
        "klass": f"{name.title().replace('_', '')}Flow",
        "contract": CONTRACT,
        "program": __version__,
    }
    with as_file(files("checker.scaffold") / "package") as root:
        templates = _environment(root)
        for template in sorted(templates.list_templates(extensions=["j2"])):
            first, _, rest = template.removesuffix(".j2").partition("/")
            path = folder / _FOLDERS.get(first, first).format(name=name) / rest
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(templates.get_template(template).render(values), encoding="utf-8")
            yield path


def _environment(root: Path) -> Environment:
    # Marks of their own: what is written holds TOML tables, and templates of the replica's pages.
    return Environment(
        loader=FileSystemLoader(root),
        variable_start_string="\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
        variable_end_string="\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
        block_start_string="\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}%",
        block_end_string="%\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
        comment_start_string="\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}#",
        comment_end_string="#\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
        autoescape=False,  # noqa: S701 - source code is written, from a name that was checked
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
