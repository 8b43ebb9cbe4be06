"""`checker replay` from end to end: the days a spoilt rule made unreadable are mended, and told once."""

from __future__ import annotations

import shutil
import stat
from typing import Any

import jsonschema

from checker.model import Exit
from fixtures.amazon.accounts import DEMO_ACCOUNT
from fixtures.common.server import Replica
from tests.e2e.seller import Ran, Seller

# A rule that somebody spoilt: the rate is looked for where no answer has it.
_SPOILT = """
[[metrics]]
metric = "orders.late_shipment_rate"
answer = "summary"
rows = "lateShipments"
"""
_SHOP = DEMO_ACCOUNT.business_name
_RATE = "amazon/main/US/orders.late_shipment_rate"


def _run(replica: Replica, seller: Seller, scenario: str) -> Ran:
    replica.use(scenario)
    return seller.here("run", "--json")


def _holds(seller: Seller, document: dict[str, Any]) -> None:
    schema = seller.here("schema", "replay").document
    jsonschema.Draft202012Validator(schema).validate(document)


def test_a_day_made_unreadable_is_mended_and_its_red_is_told_once(replica: Replica, seller: Seller) -> None:
    """The mended flow finds that day's red: told once, known from then on, the original kept beside it."""
    seller.page_seconds = 6
    seller.settle()
    overrides = seller.home / "overrides"
    overrides.mkdir()
    (overrides / "amazon.toml").write_text(_SPOILT, encoding="utf-8")
    run_id = _run(replica, seller, "redesign-red").document["run_id"]
    shutil.rmtree(overrides)
    read = seller.here("replay", "--json")
    dry = seller.here("replay", "--repair", "--dry-run", "--json")
    repaired = seller.here("replay", "--repair", "--json")
    again = seller.here("replay", "--repair", "--json")
    history = seller.here("history", _RATE, "--json").document["points"]
    words = seller.here("history", _RATE).out
    known = {entry["key"]: entry for entry in seller.here("show", "--json").document["known"]}
    later = _run(replica, seller, "redesign-red").document

    told = {change["key"]: change["verb"] for change in repaired.document["repair"]["changes"]}
    assert _RATE in {d["key"] for d in read.document["visits"][0]["differences"] if d["mended"]}
    _holds(seller, read.document)
    _holds(seller, repaired.document)
    assert dry.document["repair"]["changes"] == repaired.document["repair"]["changes"]
    assert (repaired.code, told[_RATE]) == (Exit.NEW, "new")
    assert (again.code, again.document["repair"]) == (Exit.INCOMPLETE, None)
    # The lists were never opened that day: what was not kept stays unread.
    assert known["amazon/main/US/policy.list@authenticity"]["presence"] == "unreadable"
    assert known[_RATE]["level"] == "critical"
    assert [(point["presence"], point["level"], point["repaired"]) for point in history] == [
        ("unreadable", "unknown", None),
        ("shown", "critical", run_id),
    ]
    assert "repaired: read again from the kept visit" in " ".join(words.split())
    alarms = {"new", "worsened", "regressed"}
    assert _RATE not in {change["key"] for change in later["changes"] if change["verb"] in alarms}
    assert _RATE in {reading["key"] for reading in later["readings"] if reading["level"] == "critical"}
    files = [path for path in (seller.data / "visits").rglob("*") if path.is_file()]
    assert len(files) == 4
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in files}


def test_what_is_not_kept_is_refused_with_where_to_look(seller: Seller) -> None:
    """A run nobody kept, options that do not belong together: one message, the next step, no traceback."""
    nowhere = seller.here("replay", "20200101T000000Z-000000")
    since = seller.here("replay", "--since", "2026-11-01")

    assert (nowhere.code, "keep_days" in nowhere.err) == (Exit.USAGE, True)
    assert (since.code, "--repair" in since.err) == (Exit.USAGE, True)
    assert "Traceback" not in nowhere.err + since.err


def test_a_case_can_be_made_of_a_real_visit_and_holds_nothing_of_the_seller(
    replica: Replica, seller: Seller
) -> None:
    """It replays as the original does; a name put back into it is found, and so is a folder that is taken."""
    _run(replica, seller, "red")
    case, kept = seller.home / "case", ("capture", "main", "--run", "last", "--out")
    made = seller.here(*kept, str(case), "--keep", "account.health_rating", "--json")
    taken = seller.here(*kept, str(case))
    clean = seller.here("capture", "--audit", str(case))
    read = seller.here("replay", str(case), "--json").document
    schema = seller.here("schema", "capture").document
    page = next(case.glob("001-*.json"))
    page.write_text(page.read_text(encoding="utf-8").replace("</h1>", f" {_SHOP}</h1>", 1), encoding="utf-8")
    spoilt = seller.here("capture", "--audit", str(case), "--json")

    jsonschema.Draft202012Validator(schema).validate(made.document)
    assert (made.code, made.document["hits"], made.document["other"]) == (Exit.OK, [], 0)
    assert (taken.code, clean.code) == (Exit.USAGE, Exit.OK)
    (visit,) = read["visits"]
    assert visit["differences"] == []
    rating = next(entry for entry in visit["readings"] if entry["metric"] == "account.health_rating")
    assert (rating["level"], rating["account"]) == ("critical", "case")
    assert spoilt.code == Exit.SAFETY
    assert {"a word or name that stood in the original"} == {hit["kind"] for hit in spoilt.document["hits"]}
    assert _SHOP not in spoilt.out + spoilt.err


def test_a_capture_visits_and_leaves_nothing_but_the_case(plain: Replica, trader: Seller) -> None:
    """It signs in and reads as a run does, is no run, and what it kept meanwhile is gone."""
    plain.use("red")
    case = trader.home / "case"

    made = trader.here("capture", "main", "--site", "allegro", "--out", str(case))
    read = trader.here("replay", str(case), "--json").document
    runs = trader.here("runs", "--json").document

    assert (made.code, read["visits"][0]["outcome"]) == (Exit.OK, "read")
    assert sorted(path.name for path in case.iterdir()) == ["000-sites.json", "001-ALLEGRO.json"]
    assert runs["runs"] == []
    left = {path.name for path in trader.data.iterdir()}
    assert not {name for name in left if name.startswith("capture-")} | left & {"visits", "reports"}


def test_a_capture_that_cannot_get_in_says_why(plain: Replica, trader: Seller) -> None:
    """With what ended it, and no folder is made."""
    plain.use("captcha")

    refused = trader.here("capture", "main", "--out", str(trader.home / "case"))

    assert (refused.code, "captcha" in refused.err) == (Exit.PERSON, True)
    assert not (trader.home / "case").exists()


def test_a_capture_without_a_kept_visit_says_how_to_get_one(seller: Seller) -> None:
    """Nothing kept, no folder named, no such account: each with the next step."""
    nothing = seller.here("capture", "main", "--run", "last", "--out", str(seller.home / "case"))
    unnamed = seller.here("capture", "main")
    nobody = seller.here("capture", "other", "--out", str(seller.home / "case"))

    assert (nothing.code, "checker run --account main" in nothing.err) == (Exit.USAGE, True)
    assert (unnamed.code, "--out" in unnamed.err) == (Exit.USAGE, True)
    assert (nobody.code, "main" in nobody.err) == (Exit.CONFIG, True)
