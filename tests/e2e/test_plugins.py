"""A broken plug-in, installed like any other package, spoils its own account and nothing else."""

from __future__ import annotations

from pathlib import Path

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


def install(
    seller: Seller, code: str, marketplace: str = "gadgets", site_toml: str = SITE, package: str = ""
) -> None:
    """Put a package with a flow where the seller's Python finds it, as pip would."""
    packages = seller.home / "packages"
    package = package or f"{marketplace}_flow"
    folder = packages / package
    folder.mkdir(parents=True)
    for name, text in (("__init__.py", code), ("site.toml", site_toml)):
        (folder / name).write_text(text.replace('"gadgets"', f'"{marketplace}"'), encoding="utf-8")
    info = packages / f"{package}-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.1\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        f"[checker.flows]\n{marketplace} = {package}:GadgetsFlow\n", encoding="utf-8"
    )
    seller.environ["PYTHONPATH"] = str(packages)


def with_accounts(seller: Seller, *marketplaces: str, allow: str = "") -> None:
    """Give the seller an account on each marketplace a plug-in is for."""
    (seller.home / "side.password").write_text("secret\n", encoding="utf-8")
    (seller.home / "side.password").chmod(0o600)
    for name in marketplaces:
        seller.add(f'[accounts.{name}]\nmarketplace = "{name}"\nusername = "me"\norigin = "{seller.origin}"')
        seller.add('password_file = "side.password"')
    seller.add(allow)


BROKEN = {
    "dies": (DIES, SITE, "crashed", "with code 3"),
    "raises": ("raise RuntimeError('no luck')", SITE, "flow_unusable", "RuntimeError: no luck"),
    "other_contract": (
        FLOW,
        SITE.replace("contract = 2", "contract = 99"),
        "flow_unusable",
        "contract 99",
    ),
    "fails_midway": (FLOW, SITE, "crashed", "KeyError at ['fails_midway_flow:6']"),
}


def test_only_its_own_account_is_spoilt(trader: Seller) -> None:
    """The other account is read in full; each of these says why it was not, and the run is incomplete.

    Of a name that is claimed twice neither package is loaded, so neither is given the password.
    """
    for name, (code, site_toml, _, _) in BROKEN.items():
        install(trader, code, name, site_toml)
    install(trader, DIES, "twice")
    install(trader, DIES, "twice", package="another_flow")
    with_accounts(trader, *BROKEN, "twice")

    ran = trader.checker("run", "--dry-run", "--json")

    accounts = {visit["account"]: visit for visit in ran.document["visits"]}
    assert accounts["main"]["outcome"] == "read"
    for name, (_, _, outcome, said) in BROKEN.items():
        assert (accounts[name]["outcome"], said in accounts[name]["detail"]) == (outcome, True), name
    assert "another installed package" in accounts["twice"]["detail"]
    assert "a word from the page" not in ran.out + ran.err
    assert ran.code == Exit.INCOMPLETE


def test_what_is_not_allowed_is_never_loaded(seller: Seller) -> None:
    """With `[flows] allow` a plug-in that would end the program is not even looked at."""
    install(seller, DIES)
    with_accounts(seller, "gadgets", allow='[flows]\nallow = ["amazon"]')

    listed = seller.checker("flows", "list", "--json")
    ran = seller.checker("run", "--account", "gadgets", "--json")

    assert [flow["marketplace"] for flow in listed.document["flows"]] == ["amazon"]
    assert ran.code == Exit.CONFIG
    assert "'gadgets'" in ran.document["error"]


def test_where_no_account_can_be_read_nothing_is_begun(seller: Seller, tmp_path: Path) -> None:
    """A mistake in the only account's override is told as a mistake in the settings, with its line."""
    (tmp_path / "overrides").mkdir()
    (tmp_path / "overrides" / "amazon.toml").write_text("typo = 1\n", encoding="utf-8")

    ran = seller.here("run", "--json")

    assert ran.code == Exit.CONFIG
    assert "typo" in ran.document["error"]
    assert seller.here("show", "--json").document["known"] == []
