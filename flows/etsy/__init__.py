"""Etsy Shop Manager."""

from flows.etsy.flow import EtsyFlow

__all__ = ["EtsyFlow"]
