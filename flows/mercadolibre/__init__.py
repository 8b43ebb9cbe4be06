"""Mercado Libre and Mercado Livre."""

from flows.mercadolibre.flow import MercadoLibreFlow

__all__ = ["MercadoLibreFlow"]
