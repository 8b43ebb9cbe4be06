"""What a flow is: its contract, its site.toml, a page as it was seen, and the registry."""

from checker.flow.contract import CONTRACT, Answer, Console, Flow, Imported, Importer
from checker.flow.coverage import (
    Alert,
    RedStatus,
    Unclaimed,
    alerts,
    red_statuses,
    status_word_beside,
    unclaimed,
)
from checker.flow.crosscheck import amounts_in, cross_checked, cross_checked_word, doubted
from checker.flow.declared import ItemRows, MetricRow, StatusRow
from checker.flow.documents import NOT_THERE, Document, Heard, Shape, documents_of, reach
from checker.flow.labels import LabelledValue, LabelledValues
from checker.flow.lists import ListRows, has_pager, list_rows, says_empty
from checker.flow.notices import notice_on
from checker.flow.page import Ambiguous, Beside, Element, Found, Missing, Page
from checker.flow.page_language import PageLocale, page_locale
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
    "Alert",
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
    "LabelledValue",
    "LabelledValues",
    "Link",
    "ListRows",
    "Listed",
    "Measured",
    "MetricRow",
    "Missing",
    "Page",
    "PageLocale",
    "Recorder",
    "RedStatus",
    "Rule",
    "Shape",
    "SiteToml",
    "StatusRow",
    "Switch",
    "Unclaimed",
    "UnitRow",
    "alerts",
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
    "has_pager",
    "installed",
    "item_readings",
    "links_named",
    "list_rows",
    "load_site_toml",
    "metric_reading",
    "notice_on",
    "number",
    "page_locale",
    "reach",
    "red_statuses",
    "says_empty",
    "status_reading",
    "status_word_beside",
    "switches",
    "target",
    "there",
    "unanswered",
    "unclaimed",
    "verbatim",
]
