"""What a flow is: its contract, its site.toml, a page as it was seen, and the registry."""

from checker.flow.cards import card_claims
from checker.flow.contract import CONTRACT, Answer, Console, Flow, Imported, Importer, in_turn
from checker.flow.coverage import (
    Alert,
    RedStatus,
    Unclaimed,
    alerts,
    red_statuses,
    status_word_beside,
    unclaimed,
)
from checker.flow.declared import CardRow, CodedMetric, CodedRows, ItemRows, MetricRow, StatusRow
from checker.flow.documents import (
    NOT_THERE,
    Document,
    Heard,
    Shape,
    documents_of,
    entries_of,
    reach,
    same_name,
)
from checker.flow.engine import document_claims, page_claims
from checker.flow.label_files import banner_claims, page_lines, with_labels
from checker.flow.labels import LabelledValue, LabelledValues
from checker.flow.listed import item_claims
from checker.flow.lists import ListRows, has_pager, list_rows, says_empty
from checker.flow.notices import notice_on
from checker.flow.page import Ambiguous, Beside, Element, Found, Missing, Page
from checker.flow.page_language import PageLocale, page_locale
from checker.flow.payload import body_of, dig, number, scaled, texts_in, there, unanswered, words_in
from checker.flow.recorder import Fields, Measured, Recorder
from checker.flow.registry import Listed, entry_of, flow_named, installed, override_of
from checker.flow.selected import site_documents
from checker.flow.shops import shops_named, showing_shop
from checker.flow.site_toml import Rule, SiteToml, load_site_toml
from checker.flow.switches import Link, Switch, links_named, offered_addresses, shops_offered, switches
from checker.flow.units import UnitRow
from checker.flow.verbatim import verbatim
from checker.flow.whole_page import UNREAD, account_code_claims, whole_page_claims

__all__ = [
    "CONTRACT",
    "NOT_THERE",
    "UNREAD",
    "Alert",
    "Ambiguous",
    "Answer",
    "Beside",
    "CardRow",
    "CodedMetric",
    "CodedRows",
    "Console",
    "Document",
    "Element",
    "Fields",
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
    "account_code_claims",
    "alerts",
    "banner_claims",
    "body_of",
    "card_claims",
    "dig",
    "document_claims",
    "documents_of",
    "entries_of",
    "entry_of",
    "flow_named",
    "has_pager",
    "in_turn",
    "installed",
    "item_claims",
    "links_named",
    "list_rows",
    "load_site_toml",
    "notice_on",
    "number",
    "offered_addresses",
    "override_of",
    "page_claims",
    "page_lines",
    "page_locale",
    "reach",
    "red_statuses",
    "same_name",
    "says_empty",
    "scaled",
    "shops_named",
    "shops_offered",
    "showing_shop",
    "site_documents",
    "status_word_beside",
    "switches",
    "texts_in",
    "there",
    "unanswered",
    "unclaimed",
    "verbatim",
    "whole_page_claims",
    "with_labels",
    "words_in",
]
