"""marketplace-health-checker: reads a seller's own consoles, and only reads."""

from typing import TYPE_CHECKING

__all__ = ["__version__"]

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        """Return `__version__`, looked up when it is asked for: most commands need none."""
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

        try:
            return version("marketplace-health-checker")
        except PackageNotFoundError:  # a checkout put on sys.path without being installed
            return "0+unknown"
