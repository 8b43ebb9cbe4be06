"""Lazada Seller Center."""

from flows.lazada.flow import LazadaFlow

__all__ = ["LazadaFlow"]
