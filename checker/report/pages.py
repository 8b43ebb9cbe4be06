"""What the report's page and the pages of `checker serve` have in common: one look, one wording."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import BaseLoader, PackageLoader

from checker.report._parts import Badge, Table, Voice, language_tag, safe_link
from checker.report._pictures import Gallery, full_page, media_type
from checker.report._sites import AccountView, SiteView, account_views
from checker.report._view import (
    FindingView,
    UnreadView,
    finding_subject,
    finding_view,
    unread_subject,
    unread_view,
)
from checker.report.findings import Finding
from checker.report.unread import Unread

__all__ = [
    "AccountView",
    "Badge",
    "FindingView",
    "SiteView",
    "Table",
    "UnreadView",
    "Voice",
    "account_views",
    "full_page",
    "language_tag",
    "media_type",
    "safe_link",
    "stylesheet",
    "templates",
    "view_of_finding",
    "view_of_unread",
]


def view_of_finding(voice: Voice, finding: Finding, anchor: str) -> FindingView:
    """Return a finding as strings ready to be escaped, without its pictures."""
    gallery = Gallery([finding_subject(voice, finding, anchor)], lambda _name: None)
    return finding_view(voice, finding, anchor, gallery)


def view_of_unread(voice: Voice, entry: Unread, anchor: str) -> UnreadView:
    """Return a cause for which something was not read, without its pictures."""
    gallery = Gallery([unread_subject(voice, entry, anchor)], lambda _name: None)
    return unread_view(voice, entry, anchor, gallery)


def templates() -> BaseLoader:
    """Return where the parts of a page are."""
    return PackageLoader("checker.report", "templates")


def stylesheet() -> str:
    """Return how a page looks."""
    return (files("checker.report") / "templates" / "report.css").read_text(encoding="utf-8")
