"""Allegro: the sales quality of an account; site.toml says all of it, README.md where it comes from."""

from __future__ import annotations

from checker.flow import Flow

__all__ = ["AllegroFlow"]


class AllegroFlow(Flow):
    """Reads the sales quality of the last day that has a result: grade, points and what they are made of."""

    marketplace = "allegro"
