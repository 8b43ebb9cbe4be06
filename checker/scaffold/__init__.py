"""A new flow's package: its flow, site.toml, replica and tests, which run at once."""

from checker.scaffold.new import scaffold

__all__ = ["scaffold"]
