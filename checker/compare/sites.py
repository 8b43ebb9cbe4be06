"""Which sites came and went; a site that appears or disappears is itself a change."""

from __future__ import annotations

from collections.abc import Collection

from checker.model import Change, Key, Level, Verb

__all__ = ["compare_sites"]


def compare_sites(
    marketplace: str, account: str, before: Collection[str], now: Collection[str]
) -> tuple[Change, ...]:
    """Compare the site codes listed last time with those listed now; the first listing changes nothing."""
    if not before or not now:
        return ()
    appeared = [(Verb.SITE_APPEARED, code) for code in sorted(set(now) - set(before))]
    gone = [(Verb.SITE_GONE, code) for code in sorted(set(before) - set(now))]
    details = {
        Verb.SITE_APPEARED: "the console lists a site it did not list before",
        Verb.SITE_GONE: "the console no longer lists this site; what was known of it stays",
    }
    return tuple(
        Change(verb, Key(marketplace, account, code, "coverage"), Level.UNKNOWN, detail=details[verb])
        for verb, code in appeared + gone
    )
