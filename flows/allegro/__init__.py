"""Allegro."""

from flows.allegro.flow import AllegroFlow

__all__ = ["AllegroFlow"]
