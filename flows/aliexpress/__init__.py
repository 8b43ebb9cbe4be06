"""AliExpress."""

from flows.aliexpress.flow import AliExpressFlow

__all__ = ["AliExpressFlow"]
