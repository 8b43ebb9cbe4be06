"""What a flow is: its contract, its site.toml, a page as it was seen, and the registry."""

from checker.flow.contract import CONTRACT, Answer, Console, Flow, Imported, Importer
from checker.flow.page import Ambiguous, Element, Found, Missing, Page
from checker.flow.recorder import Measured, Recorder, target
from checker.flow.registry import Listed, entry_of, flow_named, installed
from checker.flow.site_toml import Rule, SiteToml, load_site_toml

__all__ = [
    "CONTRACT",
    "Ambiguous",
    "Answer",
    "Console",
    "Element",
    "Flow",
    "Found",
    "Imported",
    "Importer",
    "Listed",
    "Measured",
    "Missing",
    "Page",
    "Recorder",
    "Rule",
    "SiteToml",
    "entry_of",
    "flow_named",
    "installed",
    "load_site_toml",
    "target",
]
