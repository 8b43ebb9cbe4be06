"""marketplace-health-checker: reads a seller's own consoles, and only reads."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("marketplace-health-checker")
except PackageNotFoundError:  # a checkout put on sys.path without being installed
    __version__ = "0+unknown"
