"""TikTok Shop Seller Center."""

from flows.tiktok_shop.flow import TiktokShopFlow

__all__ = ["TiktokShopFlow"]
