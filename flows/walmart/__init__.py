"""Walmart Seller Center."""

from flows.walmart.flow import WalmartFlow

__all__ = ["WalmartFlow"]
