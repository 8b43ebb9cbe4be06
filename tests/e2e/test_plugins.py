"""A broken plug-in, installed like any other package, spoils its own account and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Exit
from tests.e2e.seller import Seller

SITE = """
flow = { marketplace = "gadgets", title = "Gadgets", version = "1.0", contract = 2 }
hosts = { start = "gadgets.example" }
sites = []
pages = { home = { path = "/" } }
states = [{ name = "in", markers = ["body"], act = "arrived", before = "rate limited" }]

[signin]
start = "home"
posts = ["/in"]
user = { box = ["#u"], submit = ["#n"] }
password = { box = ["#p"], submit = ["#n"] }
"""
FLOW = """
from checker.flow import Flow

class GadgetsFlow(Flow):
    marketplace = "gadgets"
    def sites(self, console): raise KeyError("a word from the page")
    def read(self, console, site): yield from ()
"""
DIES = "import os\nos._exit(3)\n"


def install(seller: Seller, code: str, site_toml: str = SITE, package: str = "gadgets_flow") -> None:
    """Put a package with a flow where the seller's Python finds it, as pip would."""
    packages = seller.home / "packages"
    folder = packages / package
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(code, encoding="utf-8")
    (folder / "site.toml").write_text(site_toml, encoding="utf-8")
    info = packages / f"{package}-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.1\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        f"[checker.flows]\ngadgets = {package}:GadgetsFlow\n", encoding="utf-8"
    )
    seller.environ["PYTHONPATH"] = str(packages)


def with_gadgets(seller: Seller, allow: str = "") -> Seller:
    """Give the seller a second account, on the marketplace the plug-in is for."""
    (seller.home / "gadgets.password").write_text("secret\n", encoding="utf-8")
    (seller.home / "gadgets.password").chmod(0o600)
    seller.config.write_text(
        seller.config.read_text(encoding="utf-8")
        + f'[accounts.side]\nmarketplace = "gadgets"\nusername = "me"\norigin = "{seller.origin}"\n'
        + f'password_file = "gadgets.password"\n{allow}',
        encoding="utf-8",
    )
    return seller


@pytest.mark.parametrize(
    ("code", "site_toml", "outcome", "said"),
    [
        (DIES, SITE, "crashed", "with code 3"),
        ("raise RuntimeError('no luck')", SITE, "flow_unusable", "RuntimeError: no luck"),
        (FLOW, SITE.replace("contract = 2", "contract = 99"), "flow_unusable", "contract 99"),
        (FLOW, SITE, "crashed", "KeyError at ['gadgets_flow:6']"),
    ],
    ids=["dies", "raises", "other-contract", "fails-midway"],
)
def test_only_its_own_account_is_spoilt(
    seller: Seller, code: str, site_toml: str, outcome: str, said: str
) -> None:
    """The other account is read in full; this one says why it was not, and the run is incomplete."""
    install(seller, code, site_toml)
    with_gadgets(seller)

    ran = seller.checker("run", "--dry-run", "--json")

    accounts = {visit["account"]: visit for visit in ran.document["visits"]}
    assert accounts["main"]["outcome"] == "read"
    assert accounts["side"]["outcome"] == outcome
    assert said in accounts["side"]["detail"]
    assert "a word from the page" not in ran.out + ran.err
    assert ran.code == Exit.INCOMPLETE


def test_a_name_that_is_claimed_twice_is_handed_to_nobody(seller: Seller) -> None:
    """Neither package is loaded, so neither is given the password; the other account is read."""
    install(seller, DIES)
    install(seller, DIES, package="another_gadgets_flow")
    with_gadgets(seller)

    ran = seller.checker("run", "--dry-run", "--json")

    accounts = {visit["account"]: visit for visit in ran.document["visits"]}
    assert accounts["main"]["outcome"] == "read"
    assert "another installed package" in accounts["side"]["detail"]


def test_what_is_not_allowed_is_never_loaded(seller: Seller) -> None:
    """With `[flows] allow` a plug-in that would end the program is not even looked at."""
    install(seller, DIES)
    with_gadgets(seller, '[flows]\nallow = ["amazon"]\n')

    listed = seller.checker("flows", "list", "--json")
    ran = seller.checker("run", "--account", "side", "--json")

    assert [flow["marketplace"] for flow in listed.document["flows"]] == ["amazon"]
    assert ran.code == Exit.CONFIG
    assert "'gadgets'" in ran.document["error"]


def test_where_no_account_can_be_read_nothing_is_begun(seller: Seller, tmp_path: Path) -> None:
    """A mistake in the only account's override is told as a mistake in the settings, with its line."""
    (tmp_path / "overrides").mkdir()
    (tmp_path / "overrides" / "amazon.toml").write_text("typo = 1\n", encoding="utf-8")

    ran = seller.checker("run", "--json")

    assert ran.code == Exit.CONFIG
    assert "typo" in ran.document["error"]
    assert seller.checker("show", "--json").document["known"] == []
