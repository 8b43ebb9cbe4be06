"""The thermometer: five coloured segments of a drawing, of which the lit one is the level; pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from checker.flow import Element, Page
from flows.mercado_libre.tables import Tables

__all__ = ["Thermometer", "thermometer_of"]


@dataclass(frozen=True, slots=True)
class Thermometer:
    """What the drawing says. level: the code of the lit segment, nothing where none is lit (not rated).

    there: whether it is on the page; problem: why it cannot be believed.
    """

    there: bool = False
    level: str = ""
    problem: str = ""


def thermometer_of(page: Page, tables: Tables) -> Thermometer:
    """Read the drawing: each of the five colours once, at most one of them lit."""
    segments = [
        (fill, element)
        for element in page.all("svg path")
        if (fill := element.attributes.get("fill", "").casefold()) in tables.colours
    ]
    if not segments:
        return Thermometer()
    if sorted(fill for fill, _ in segments) != sorted(tables.colours):
        return Thermometer(there=True, problem=f"the thermometer has {len(segments)} segments")
    lit = [tables.colours[fill] for fill, element in segments if _lit(element)]
    if len(lit) > 1:
        return Thermometer(there=True, problem=f"the thermometer has {len(lit)} lit segments")
    return Thermometer(there=True, level=lit[0] if lit else "")


def _lit(segment: Element) -> bool:
    # A segment that does not say how opaque it is, is as opaque as a drawing's parts are: wholly.
    try:
        return Decimal(segment.attributes.get("fill-opacity", "1").strip()) == 1
    except InvalidOperation:
        return False
