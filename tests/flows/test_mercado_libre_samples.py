"""The public Mercado Libre samples read value by value, and the table of limits held against its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest

from checker.errors import Stop
from checker.flow import Console, Document, Heard, Page, Recorder, documents_of
from checker.model import Level, Presence, Reading, Registration, Site, TargetOrigin, settle_all
from checker.testing import name_of
from flows.mercado_libre import MercadoLibreFlow
from tests.samples import sample

TOML = MercadoLibreFlow().toml
NOW = datetime(2026, 3, 1, tzinfo=UTC)
BLANK = "<html lang=pt-BR><body><main></main></body></html>"
CODES = {row.native_id: row.code for row in TOML.sites}
THERMOMETER = "".join(
    f'<path fill="{fill}" fill-opacity="{{}}"></path>'  # one place for each segment
    for fill in TOML.data["colours"]
)
FIELDS = ("claims", "cancellations", "delayed_handling_time")
STATUS = {"site_status": "active", "list": {"allow": True}, "sell": {"allow": True}}


class Shown:
    """A console that shows one page, to which these answers came, whatever is opened."""

    def __init__(self, bodies: Sequence[Any], html: str = BLANK, host: str = "") -> None:
        self._heard = [Heard(f"/x/{at}", {}, 200, f"https://x/{at}", body) for at, body in enumerate(bodies)]
        self._html = html
        self.host = host

    def open(self, name: str, **_query: str) -> Page:
        """Return the page."""
        return Page(name, "https://x/", 200, self._html)

    def offered(self, name: str, **query: str) -> Page:
        """Return the page: everything is offered here."""
        return self.open(name, **query)

    def at(self, host: str) -> None:
        """Be there already."""

    def documents(self, name: str) -> Sequence[Document]:
        """Return what fits an answer of site.toml."""
        return documents_of(name, TOML.answers[name].form, self._heard)

    def recorder(self, site: Site, _page: Page | None = None) -> Recorder:
        """Return what writes claims in Portuguese."""
        return Recorder("mercado_libre", "main", site, "x 1", lambda: NOW, "pt", "pt_BR", "pt_BR")


def read(
    *bodies: Any, html: str = BLANK, code: str = "BR", shop: str = ""
) -> tuple[list[Site], dict[str, Reading]]:
    """Return the sites that answers name, and what one of them comes to."""
    console, flow = cast(Console, Shown(bodies, html)), MercadoLibreFlow()
    sites = list(flow.sites(console))
    site = next(site for site in sites if (site.code, site.shop) == (code, shop))
    return sites, {name_of(reading.key): reading for reading in settle_all(flow.read(console, site))}


def seller(**reputation: Any) -> dict[str, Any]:
    """Return an answer on a user in Brazil who may list and sell."""
    return {"id": 1, "site_id": "MLB", "seller_reputation": reputation, "status": STATUS}


def test_a_protected_seller_is_read_value_by_value() -> None:
    """The level shown is green, the one behind the protection red with its last day as deadline."""
    _, found = read({"site_id": "MLB", **sample("mercadolibre-users-seller-reputation.json")})

    real = found["account.level@protected"]
    said: dict[str, Any] = {
        name: (reading.level, reading.value, reading.numerator) for name, reading in found.items()
    }
    assert (found["account.level"].level, found["account.level"].native) == (Level.OK, "5_green")
    assert (real.level, real.native) == (Level.CRITICAL, "red")
    assert real.deadline == datetime(2019, 12, 27, 4, tzinfo=UTC)
    assert (found["account.badge"].level, found["account.badge"].native) == (Level.OK, "platinum")
    assert said["orders.claim_rate"] == (Level.OK, 0, 0)
    assert said["orders.claim_rate@real"] == (Level.WARNING, Decimal("0.0912"), 24)
    assert said["orders.late_shipment_rate"] == (Level.OK, 0, 0)
    assert said["orders.late_shipment_rate@real"] == (Level.WARNING, Decimal("0.723"), 47)
    assert said["orders.cancellation_rate"] == (Level.OK, 0, 0)
    assert said["orders.cancellation_rate@real"] == (Level.WARNING, Decimal("0.0228"), 6)
    assert dict(found["orders.claim_rate"].details) == {"period": "60 days"}
    assert said["orders.total"] == (Level.UNKNOWN, 244, None)
    assert said["orders.total@historic"] == (Level.UNKNOWN, 6211, None)


def test_a_cross_border_seller_is_read_from_the_list_alone() -> None:
    """Colour, medal and variables of each country and logistic type; countries it lacks were never opened."""
    body = sample("mercadolibre-global-seller-reputation.json")
    sites, mexico = read(body, code="MX", shop="remote")
    _, chile = read(body, code="CL", shop="remote")
    _, brazil = read(body, code="BR")

    opened = {
        (site.code, site.shop) for site in sites if site.registration is not Registration.NOT_REGISTERED
    }
    assert opened == {("MX", "remote"), ("CL", "remote")}
    assert (mexico["account.level"].level, mexico["account.badge"].native) == (Level.OK, "gold")
    assert mexico["orders.claim_rate"].level is Level.WARNING
    assert (mexico["orders.late_shipment_rate"].level, mexico["orders.late_shipment_rate"].value) == (
        Level.OK,
        Decimal("0.0877"),
    )
    assert mexico["orders.cancellation_rate"].level is Level.OK
    assert mexico["orders.total"].value == 219
    assert mexico["account.status"].presence is Presence.UNREADABLE
    assert chile["account.level"].presence is Presence.NOT_RATED
    assert chile["orders.claim_rate"].presence is Presence.NOT_RATED
    assert chile["account.badge"].presence is Presence.NONE
    assert brazil["account.level"].presence is Presence.NOT_REGISTERED


@pytest.mark.parametrize(
    ("own", "level"),
    [
        # By the user that the list names, or by country and type.
        ({"id": 5, "site_id": "MLM"}, Level.DEACTIVATED),
        ({"site_id": "MLM", "logistic_type": "fulfillment"}, Level.DEACTIVATED),
        # Of two shops in one country, one that does not say which it is is neither.
        ({"site_id": "MLM"}, Level.UNKNOWN),
        ({"id": 4, "site_id": "MLM"}, Level.UNKNOWN),
        ({"id": 5, "site_id": "MLC"}, Level.UNKNOWN),
    ],
)
def test_a_page_counts_only_for_the_shop_it_shows(own: Mapping[str, Any], level: Level) -> None:
    """A parameter of ours that the console ignores is found out by what comes back."""
    green = {"level_id": "5_green", "metrics": {}}
    shops = [
        {"user_id": 4, "site_id": "MLM", "logistic_type": "remote", "seller_reputation": green},
        {"user_id": 5, "site_id": "MLM", "logistic_type": "fulfillment", "seller_reputation": green},
    ]
    suspended = {**STATUS, "list": {"allow": False}}
    user = {**own, "seller_reputation": {"level_id": "1_red"}, "status": suspended}

    _, found = read({"seller_reputation": shops}, user, code="MX", shop="fulfillment")

    assert found["account.status"].level is level
    assert found["account.level"].level is (Level.CRITICAL if level is Level.DEACTIVATED else Level.OK)


def test_without_a_protection_nothing_is_hidden() -> None:
    """The two fields are there only while the platform protects; half of them is not believed."""
    body = sample("mercadolibre-users-seller-reputation.json")
    del body["seller_reputation"]["real_level"]
    _, half = read({"site_id": "MLB", **body})
    del body["seller_reputation"]["protection_end_date"]
    _, none = read({"site_id": "MLB", **body})

    assert half["account.level@protected"].presence is Presence.UNREADABLE
    assert none["account.level@protected"].level is Level.OK


def test_the_table_of_limits_is_the_public_one() -> None:
    """The upper edge of green of every country and variable is that of its source."""
    public = sample("mercadolibre-limits-by-site.json")["limits"]

    for field in FIELDS:
        rows = [row for row in TOML.metrics if row.rows.startswith(f"seller_reputation.metrics.{field}")]
        own = {code: edge * 100 for row in rows for code, (_, edge) in row.tables.items()}
        assert own == {CODES[site]: Decimal(str(bands[field][1])) for site, bands in public.items()}


@pytest.mark.parametrize("native", list(CODES))
def test_our_own_limit_is_never_more_than_a_warning(native: str) -> None:
    """Far beyond the last edge, and still only a warning: red is what the console colours red."""
    metrics = {name: {"period": "60 days", "rate": Decimal("0.9"), "value": 9} for name in FIELDS}
    body = {"site_id": native, "seller_reputation": {"level_id": "5_green", "metrics": metrics}}

    _, found = read(body, code=CODES[native])

    for name in ("orders.claim_rate", "orders.cancellation_rate", "orders.late_shipment_rate"):
        target = found[name].target
        assert target is not None
        assert (found[name].level, target.origin) == (Level.WARNING, TargetOrigin.TABLE)


@pytest.mark.parametrize(
    ("status", "level"),
    [
        (STATUS, Level.OK),
        (STATUS | {"list": {"allow": False}}, Level.DEACTIVATED),
        ({"site_status": "active", "list": {"allow": False}}, Level.DEACTIVATED),
        (STATUS | {"sell": {"allow": False}}, Level.CRITICAL),
        ({"site_status": "active", "sell": {"allow": False}}, Level.CRITICAL),
        # Bad by their own names, whatever else is said.
        (STATUS | {"required_action": "complete_identity"}, Level.CRITICAL),
        (STATUS | {"sell": {"allow": True, "codes": ["odd"]}}, Level.CRITICAL),
        (STATUS | {"list": {"allow": True, "codes": ["odd"]}}, Level.CRITICAL),
        (STATUS | {"billing": {"allow": False, "codes": []}}, Level.WARNING),
        (STATUS | {"list": {"allow": True, "codes": []}, "required_action": None}, Level.OK),
        (STATUS | {"site_status": "deactive"}, Level.DEACTIVATED),
        ({"site_status": "active", "list": {"allow": True}}, Level.UNKNOWN),
        (STATUS | {"list": {"allow": "true"}}, Level.UNKNOWN),
        (STATUS | {"site_status": "odd"}, Level.UNKNOWN),
        ({"list": {"allow": True}, "sell": {"allow": True}}, Level.UNKNOWN),
        (None, Level.UNKNOWN),
    ],
)
def test_only_a_status_that_is_whole_is_ok(status: Any, level: Level) -> None:
    """What forbids listing or selling counts by itself; ok needs both permissions and a known word."""
    _, found = read({**seller(level_id="5_green", metrics={}), "status": status})

    assert found["account.status"].level is level


@pytest.mark.parametrize(
    ("lit", "code", "expected"),
    [
        # In the order of the table: red, orange, yellow, light green, green.
        ("00001", "5_green", (Level.OK, False)),
        ("10000", "5_green", (Level.CRITICAL, True)),
        ("00001", "1_red", (Level.CRITICAL, True)),
        ("10000", None, (Level.CRITICAL, True)),
        ("10001", "5_green", (Level.CRITICAL, True)),
        # All of them at once are a legend.
        ("11111", "5_green", (Level.OK, False)),
    ],
)
def test_the_thermometer_speaks_beside_the_answer(
    lit: str, code: str | None, expected: tuple[Level, bool]
) -> None:
    """The lit segment is a claim of its own: a red of either is told, and disputed by the other."""
    drawing = THERMOMETER.format(*("1" if each == "1" else "0.2" for each in lit))
    html = BLANK.replace("<main>", f"<main><svg>{drawing}</svg>")

    _, found = read(seller(level_id=code, metrics={}), html=html)

    level = found["account.level"]
    assert (level.level, level.disputed) == expected


def test_a_thermometer_alone_tells_the_level() -> None:
    """Without an answer it is believed; one of which nothing is lit says that there is no level yet."""
    for lit, expected in (("10000", Presence.SHOWN), ("00000", Presence.NOT_RATED)):
        drawing = THERMOMETER.format(*("1" if each == "1" else "0.2" for each in lit))
        html = BLANK.replace("<main>", f"<main><svg>{drawing}</svg><h3>Reclamações</h3><p>0%</p>")

        _, found = read({"id": 1, "site_id": "MLB", "status": STATUS}, html=html)

        assert found["account.level"].presence is expected
        rated = found["orders.claim_rate"].presence
        assert rated is (Presence.NOT_RATED if lit == "00000" else Presence.SHOWN)


@pytest.mark.parametrize(
    ("mark", "level", "presence"),
    [
        ("Dentro do permitido", Level.OK, Presence.SHOWN),
        ("Permitido para MercadoLíder: até 1%", Level.OK, Presence.SHOWN),
        ("Fora do permitido", Level.WARNING, Presence.SHOWN),
        ("Em apuração", Level.UNKNOWN, Presence.UNREADABLE),
    ],
)
def test_the_mark_of_a_variable_is_heard_beside_its_number(
    mark: str, level: Level, presence: Presence
) -> None:
    """A good number does not outvote a mark that is bad, or that nobody knows."""
    card = f"<article><h3>Reclamações</h3><small>{mark}</small><p><b>0,3%</b> <i>2 vendas</i></p></article>"

    _, found = read(
        {"id": 1, "site_id": "MLB", "status": STATUS}, html=BLANK.replace("<main>", f"<main>{card}")
    )

    rate = found["orders.claim_rate"]
    assert (rate.level, rate.presence) == (level, presence)


def test_a_seller_without_a_colour_has_no_rates_though_the_page_has_not_one_label() -> None:
    """A new shop's page says only that there is no reputation yet: that is no rate that could not be read."""
    drawing = THERMOMETER.format(*["0.2"] * 5)
    html = BLANK.replace("<main>", f"<main><svg>{drawing}</svg><p>Você ainda não tem reputação</p>")

    _, found = read({"id": 1, "site_id": "MLB", "status": STATUS}, html=html)

    assert found["orders.claim_rate"].presence is Presence.NOT_RATED


def test_an_infraction_is_told_in_words() -> None:
    """Its reason and remedy lose their HTML, the rest is kept; a list that was cut proves nothing."""
    row = {
        "id": "MOD-1",
        "date_created": "2026-02-11T10:00:00.000-03:00",
        "element_type": "REV",
        "element_id": "R1",
        "site_id": "MLB",
        "reason": "<p>It <b>breaks</b> &amp; bends</p><style>p {}</style>",
        "remedy": "<ul><li>Mend it</li></ul>",
    }
    user = seller(level_id="5_green", metrics={})

    _, found = read(user, {"infractions": [row], "paging": {"offset": 0, "limit": 50, "total": 1}})
    _, cut = read(user, {"infractions": [row], "paging": {"offset": 0, "limit": 1, "total": 20671}})

    item = found["policy.violations.listing:MOD-1"]
    assert (item.level, item.native) == (Level.WARNING, "It breaks & bends")
    assert dict(item.details) == {
        "remedy": "Mend it",
        "date_created": "2026-02-11T10:00:00.000-03:00",
        "element_type": "REV",
        "element_id": "R1",
        "site_id": "MLB",
    }
    assert found["policy.list@infractions"].presence is Presence.SHOWN
    assert cut["policy.list@infractions"].presence is Presence.UNREADABLE


@pytest.mark.parametrize(
    ("said", "codes"), [("HARBOURLANE MLB", ["BR"]), ("MLB MLM", None), ("MLBX", None), ("", None)]
)
def test_a_page_in_another_language_names_its_country_by_the_id(said: str, codes: list[str] | None) -> None:
    """The one id of a site that stands on it; of two, or none, the account's own setting is asked for."""
    console = cast("Console", Shown([], f"<html lang=de-DE><body><header>{said}</header></body></html>"))
    flow = MercadoLibreFlow()
    if codes is None:
        with pytest.raises(Stop, match="set `home`"):
            flow.sites(console)
    else:
        assert [site.code for site in flow.sites(console)] == codes
