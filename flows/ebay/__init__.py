"""eBay Seller Hub."""

from flows.ebay.flow import EbayFlow

__all__ = ["EbayFlow"]
