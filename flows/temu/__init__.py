"""Temu."""

from flows.temu.flow import TemuFlow

__all__ = ["TemuFlow"]
