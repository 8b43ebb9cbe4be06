"""Ozon Seller."""

from flows.ozon.flow import OzonFlow

__all__ = ["OzonFlow"]
