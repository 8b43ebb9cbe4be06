"""Mercado Libre and Mercado Livre."""

from flows.mercado_libre.flow import MercadoLibreFlow

__all__ = ["MercadoLibreFlow"]
