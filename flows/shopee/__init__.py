"""Shopee Seller Centre."""

from flows.shopee.flow import ShopeeFlow

__all__ = ["ShopeeFlow"]
