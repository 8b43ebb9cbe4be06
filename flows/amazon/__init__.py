"""Amazon Seller Central."""

from flows.amazon.flow import AmazonFlow

__all__ = ["AmazonFlow"]
