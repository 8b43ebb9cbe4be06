"""Comparing what was read with what was known; pure."""

from checker.compare.causes import cause_of
from checker.compare.compare import Comparison, compare, is_drift, with_drift
from checker.compare.sites import compare_sites

__all__ = ["Comparison", "cause_of", "compare", "compare_sites", "is_drift", "with_drift"]
