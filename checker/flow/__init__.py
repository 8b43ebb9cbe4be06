"""What a flow is: its contract, its site.toml, a page as it was seen, and the registry."""

from checker.flow.contract import CONTRACT, Answer, Console, Flow, Imported, Importer
from checker.flow.crosscheck import amounts_in, cross_checked, cross_checked_word, doubted
from checker.flow.declared import ItemRows, MetricRow, StatusRow
from checker.flow.notices import notice_on
from checker.flow.page import Ambiguous, Beside, Element, Found, Missing, Page
from checker.flow.payload import (
    body_of,
    declared_readings,
    dig,
    item_readings,
    metric_reading,
    number,
    status_reading,
    there,
    unanswered,
)
from checker.flow.recorder import Measured, Recorder, target
from checker.flow.registry import Listed, entry_of, flow_named, installed
from checker.flow.site_toml import Rule, SiteToml, load_site_toml
from checker.flow.units import UnitRow
from checker.flow.verbatim import verbatim

__all__ = [
    "CONTRACT",
    "Ambiguous",
    "Answer",
    "Beside",
    "Console",
    "Element",
    "Flow",
    "Found",
    "Imported",
    "Importer",
    "ItemRows",
    "Listed",
    "Measured",
    "MetricRow",
    "Missing",
    "Page",
    "Recorder",
    "Rule",
    "SiteToml",
    "StatusRow",
    "UnitRow",
    "amounts_in",
    "body_of",
    "cross_checked",
    "cross_checked_word",
    "declared_readings",
    "dig",
    "doubted",
    "entry_of",
    "flow_named",
    "installed",
    "item_readings",
    "load_site_toml",
    "metric_reading",
    "notice_on",
    "number",
    "status_reading",
    "target",
    "there",
    "unanswered",
    "verbatim",
]
