"""What a flow is: its contract, its site.toml, a page as it was seen, and the registry."""

from checker.flow.contract import CONTRACT, Answer, Console, Flow, Imported, Importer
from checker.flow.crosscheck import amounts_in, cross_checked, cross_checked_word, doubted
from checker.flow.declared import ItemRows, MetricRow, StatusRow
from checker.flow.documents import NOT_THERE, Document, Heard, Shape, documents_of, reach
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
from checker.flow.switches import Link, Switch, links_named, switches
from checker.flow.units import UnitRow
from checker.flow.verbatim import verbatim

__all__ = [
    "CONTRACT",
    "NOT_THERE",
    "Ambiguous",
    "Answer",
    "Beside",
    "Console",
    "Document",
    "Element",
    "Flow",
    "Found",
    "Heard",
    "Imported",
    "Importer",
    "ItemRows",
    "Link",
    "Listed",
    "Measured",
    "MetricRow",
    "Missing",
    "Page",
    "Recorder",
    "Rule",
    "Shape",
    "SiteToml",
    "StatusRow",
    "Switch",
    "UnitRow",
    "amounts_in",
    "body_of",
    "cross_checked",
    "cross_checked_word",
    "declared_readings",
    "dig",
    "documents_of",
    "doubted",
    "entry_of",
    "flow_named",
    "installed",
    "item_readings",
    "links_named",
    "load_site_toml",
    "metric_reading",
    "notice_on",
    "number",
    "reach",
    "status_reading",
    "switches",
    "target",
    "there",
    "unanswered",
    "verbatim",
]
