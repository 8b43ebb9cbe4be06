"""Shopee Seller Centre: the shops of a login and their account health; sources stand in README.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from checker.errors import Stop
from checker.flow import (
    Console,
    Document,
    Flow,
    Page,
    Recorder,
    dig,
    number,
    page_claims,
    switches,
    there,
    words_in,
)
from checker.flow.shown_place import shown_shop
from checker.model import (
    Claim,
    Comparator,
    Kind,
    Level,
    Origin,
    Outcome,
    Rank,
    Scope,
    Site,
    Target,
    TargetOrigin,
    Unit,
)
from checker.model.dates import moment

__all__ = ["ShopeeFlow", "quarter_began"]

_SHOP: Final = ("shop_id", "shopid")
_SWITCH: Final = "cnsc_shop_id"
_REGION: Final = ("region", "country", "shop_region")
# S: the types of metrics, by what their missed targets are counted as.
_TYPES: Final = {"1": "fulfilment", "2": "listing", "3": "service"}
_ENDED: Final = "2"
_MONTHS: Final = (10, 7, 4, 1)


class ShopeeFlow(Flow):
    """Reads the account health of every shop of a login."""

    marketplace = "shopee"
    proofs = ("account.level",)

    _several: bool = False
    _shops: Sequence[Site] = ()
    _unlisted: str = ""

    def sites(self, console: Console) -> Sequence[Site]:
        """List every shop the console names; the country of its host where no answer names one."""
        home = console.open("home")
        found: dict[str, Site] = {}
        for doc in console.documents("shop"):
            shop = words_in(there(doc.value, _SHOP))[:40]
            region = words_in(there(doc.value, _REGION))[:40]
            if shop and region:
                name = words_in(dig(doc.value, "shop_name"))[:80]
                listed = found.get(shop)
                found[shop] = self._site(shop, region, name or (listed.label if listed else ""))
        # A shop that only the console's own switch names is in the country of its host, if that has one.
        offered = [one for one in switches(home, (_SWITCH,)) if one.value not in found]
        row = next((row for row in self.toml.sites if row.host and row.host == console.host), None)
        if row is not None:
            found |= {one.value: self._site(one.value, row.code, one.label[:80]) for one in offered}
        self._unlisted = "" if row is not None else ", ".join(one.label or one.value for one in offered)
        self._shops = list(found.values())
        self._several = len(found) > 1
        return list(found.values()) or [self._by_host(console)]

    def read(self, console: Console, site: Site) -> Iterator[Claim]:
        """Read the account health page of a shop: everything is on that one."""
        page = console.open("health", **({_SWITCH: site.shop} if self._several else {}))
        self._prove(console, site, page)
        recorder = console.recorder(site, page)
        if self._unlisted:
            why = f"the console offers shops of a country that nothing names: {self._unlisted}"[:300]
            yield recorder.unreadable(recorder.key("policy.list", "shops"), why, scope=Scope.LIST)
        quarter = quarter_began(recorder.now(), site.zone)

        def documents(name: str) -> Sequence[Document]:
            found = [doc for doc in console.documents(name) if doc.query.get("punishment_status") != _ENDED]
            return [_stated(doc, quarter) for doc in found]

        yield from page_claims(recorder, self.toml, page, documents)
        yield from self._missed(recorder, documents)
        yield from self._tiers(recorder, documents)

    def _site(self, shop: str, region: str, name: str) -> Site:
        """Return a shop's site; a country that site.toml does not know is a site all the same."""
        code = region.upper()
        row = next((row for row in self.toml.sites if row.code == code), None)
        if row is None:
            return Site(code, region, name or code, shop=shop, sources=("shops",))
        return replace(row.site(), label=name or row.label, shop=shop, sources=("shops", "site.toml"))

    def _by_host(self, console: Console) -> Site:
        row = next((row for row in self.toml.sites if row.host and row.host == console.host), None)
        if row is None:
            raise Stop(
                Outcome.UNKNOWN_PAGE,
                "the console does not say which shop and country it shows; set `home` of the account",
            )
        return replace(row.site(), sources=("home",))

    def _prove(self, console: Console, site: Site, page: Page) -> None:
        """Raise Stop unless something says that the page shows this shop, or the login has no other.

        The user's own answer, what holds the numbers in theirs, or the page's head and switch; each that
        names another shop is believed, whatever the others say.
        """
        docs = console.documents("shop")
        own = [doc for doc in docs if doc.path.rstrip("/").endswith("user_info")] or docs
        shown = {words_in(there(doc.value, _SHOP)) for doc in own} - {""}
        stated = _stated_beside_numbers(console)
        for said in (shown, stated) if site.shop else ():
            if len(said) == 1 and site.shop not in said:
                other = next(iter(said))[:40]
                raise Stop(Outcome.WRONG_PLACE, f"asked for shop {site.shop}, the page shows {other}")
        if not self._several or len(shown) == 1 or stated == {site.shop}:
            return
        headed = shown_shop(page, self._shops, site)
        if headed.others:
            others = ", ".join(headed.others)[:80]
            raise Stop(Outcome.WRONG_PLACE, f"asked for shop {site.shop}, the page shows {others}")
        if not headed.is_ours:
            raise Stop(Outcome.UNKNOWN_PAGE, f"nothing on the page says that it shows shop {site.shop}")

    def _missed(self, recorder: Recorder, documents: Any) -> Iterator[Claim]:
        """Claim how many targets the list itself shows as missed: the console's own count may say otherwise.

        It is counted over the entries of a list, which no declared row can say.
        """
        for doc in documents("performance"):
            listed: dict[str, int] = {}
            for row in _rows(doc.value, "metric_list"):
                variant = _TYPES.get(words_in(dig(row, "metric_type")), "")
                missed = _is_missed(row, self.toml.conditions)
                if variant and missed is not None and words_in(dig(row, "parent_metric_id")) in ("", "0"):
                    listed[variant] = listed.get(variant, 0) + missed
            for variant, count in listed.items():
                yield recorder.shown(
                    recorder.key("shopee.missed_targets", variant),
                    rank=Rank.OTHER,
                    kind=Kind.COUNT,
                    unit=Unit.COUNT,
                    value=Decimal(count),
                    target=Target(Decimal(0), Comparator.EQ, TargetOrigin.TABLE),
                    origin=Origin("health", "the performance answer", "metric_list[].target"),
                )

    def _tiers(self, recorder: Recorder, documents: Any) -> Iterator[Claim]:
        """Claim the highest tier that a punishment under way is of, by both answers that may say so.

        It is the highest entry of a list, which no declared row can say; one nobody knows is told beside it.
        That the console asks for both is inferred: where the punishments came, the other may be missing.
        """
        key, codes, now = recorder.key("account.penalty_tier"), self.toml.codes["tier"], recorder.now()
        before = len(docs := documents("penalty"))
        for doc in docs:
            origin = Origin("health", "the penalty answer", "ongoing_punishment")
            rows = dig(doc.value, "ongoing_punishment")
            if not isinstance(rows, list):
                yield recorder.unreadable(
                    key, "its punishments are no list", scope=Scope.ACCOUNT, origin=origin
                )
                continue
            for tier in _highest([words_in(dig(row, "punishment_tier")) for row in rows] or ["0"], codes):
                yield recorder.word(key, tier, codes.get(tier), scope=Scope.ACCOUNT, origin=origin)
        for doc in (punished := documents("punishments")):
            origin = Origin("health", "the punishments answer", "reason")
            rows = dig(doc.value, "punishment_list")
            running: list[str] = []
            for row in rows if isinstance(rows, list) else []:
                end, tier = moment(dig(row, "end_time")), words_in(dig(row, "reason"))
                if tier in codes and (end is None or end > now):
                    running.append(tier)
            for tier in _highest(running, codes):
                yield recorder.word(key, tier, codes[tier], scope=Scope.ACCOUNT, origin=origin)
        if not before and not punished:
            yield recorder.unreadable(key, "the penalty answer did not come", scope=Scope.ACCOUNT)


def _stated_beside_numbers(console: Console) -> set[str]:
    """Return the shops that the answers with the numbers say these are of, around them."""
    held = [(doc.path, doc.keys) for doc in console.documents("performance")]
    return {
        words_in(there(doc.value, _SHOP))
        for doc in console.documents("stated_shop")
        if any(doc.path == path and keys[: len(doc.keys)] == doc.keys for path, keys in held)
    } - {""}


def quarter_began(now: datetime, zone: str) -> datetime:
    """Return when the points were last reset: the first Monday of January, April, July or October."""
    here = now.astimezone(ZoneInfo(zone))
    mondays = (
        first + timedelta(days=-first.weekday() % 7)
        for year in (here.year, here.year - 1)
        for first in (datetime(year, month, 1, tzinfo=here.tzinfo) for month in _MONTHS)
    )
    return next(monday for monday in mondays if monday <= here).astimezone(UTC)


def _highest(tiers: Sequence[str], codes: Mapping[str, Level]) -> list[str]:
    """Return the highest of the tiers in the order of site.toml, and each that is not there."""
    known = [tier for tier in codes if tier in tiers]
    return known[-1:] + list(dict.fromkeys(tier for tier in tiers if tier not in codes))


def _is_missed(row: Any, conditions: Mapping[str, Comparator]) -> bool | None:
    """Tell whether an entry misses its own target; None where that cannot be told."""
    value, limit = number(dig(row, "current_period")), number(dig(row, "target.value"))
    comparator = conditions.get(words_in(dig(row, "target.comparator")))
    if value is None or limit is None or comparator is None or number(dig(row, "metric_id")) is None:
        return None
    return not Target(limit, comparator).met_by(value)


def _rows(value: Any, name: str) -> list[Any]:
    rows = dig(value, name)
    return rows if isinstance(rows, list) else []


def _stated(doc: Document, quarter: datetime) -> Document:
    """Return a list with its times as a person reads them, and whether each record of it still counts.

    Points end with the quarter they were given in.
    """
    if not isinstance(doc.value, dict):
        return doc
    value = {
        name: [_row(row, quarter) for row in rows]
        if isinstance(rows, list) and name.endswith("_list")
        else rows
        for name, rows in doc.value.items()
    }
    return replace(doc, value=value)


def _row(row: Any, quarter: datetime) -> Any:
    if not isinstance(row, dict):
        return row
    times = {
        name: when.isoformat()
        for name, value in row.items()
        if name.endswith(("_time", "_deadline")) and (when := moment(value)) is not None
    }
    counted = {"state": _state(row, quarter)} if "latest_point_num" in row else {}
    return {**row, **times, **counted}


def _state(row: Any, quarter: datetime) -> str:
    issued, points = moment(dig(row, "issue_time")), number(dig(row, "latest_point_num"))
    if issued is None or points is None or points < 0:
        return ""
    if points == 0:
        return "taken back"
    return "counts" if issued >= quarter else "expired"
