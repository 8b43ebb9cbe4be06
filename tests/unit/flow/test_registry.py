"""Flows of installed packages: a broken or false one is named, and spoils nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.errors import ConfigError
from checker.flow import CONTRACT, entry_of, flow_named, installed
from checker.model import Exit

SITE = """
flow = {{ marketplace = "{name}", title = "A Shop", version = "1.0", contract = {contract} }}
hosts = {{ start = "shop.example" }}
sites = []
pages = {{ home = {{ path = "/" }} }}
states = [{{ name = "in", markers = ["#app"], act = "arrived" }}]

[signin]
start = "home"
posts = ["/in"]
user = {{ box = ["#u"], submit = ["#n"] }}
password = {{ box = ["#p"], submit = ["#n"] }}
"""
FLOW = """
from checker.flow import Flow

class ShopFlow(Flow):
    marketplace = "{name}"
    def sites(self, console): return []
    def read(self, console, site): yield from ()

class NoFlow: ...
not_even_a_class = 3
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return what installs a package with one entry point, gone again after the test."""
    before = set(sys.modules)

    def add(
        name: str,
        *,
        package: str = "",
        contract: int = CONTRACT,
        calls_itself: str = "",
        code: str = FLOW,
        attribute: str = "ShopFlow",
    ) -> None:
        module = f"plugged_{package or name}"
        folder = tmp_path / module
        folder.mkdir()
        (folder / "__init__.py").write_text("", encoding="utf-8")
        own = calls_itself or name
        (folder / "flow.py").write_text(code.format(name=own), encoding="utf-8")
        (folder / "site.toml").write_text(SITE.format(name=own, contract=contract), encoding="utf-8")
        info = tmp_path / f"{module}-2.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {module}\nVersion: 2.5\n", encoding="utf-8"
        )
        line = f"[checker.flows]\n{name} = {module}.flow:{attribute}\n"
        (info / "entry_points.txt").write_text(line, encoding="utf-8")

    monkeypatch.syspath_prepend(str(tmp_path))
    yield add
    for module in set(sys.modules) - before:
        if module.startswith("plugged_"):
            del sys.modules[module]


def problem_of(name: str) -> str:
    """Return what is said against a flow; it must be listed once."""
    (listed,) = (flow for flow in installed() if flow.name == name)
    assert listed.flow is None
    return listed.problem


def test_our_own_arrives_the_same_way() -> None:
    """Amazon is an entry point like any other."""
    (amazon,) = (flow for flow in installed() if flow.name == "amazon")

    assert (
        amazon.package,
        amazon.problem,
        amazon.title,
    ) == ("marketplace-health-checker", "", "Amazon Seller Central")


def test_a_strangers_flow_is_used(install: Install) -> None:
    """With the package and version it came from."""
    install("shop")

    (listed,) = (flow for flow in installed() if flow.name == "shop")

    assert (
        listed.package,
        listed.version,
        listed.title,
        listed.problem,
    ) == ("plugged_shop", "2.5", "A Shop", "")
    assert flow_named("shop").version == "shop 1.0"


@pytest.mark.parametrize(
    ("plugin", "problem"),
    [
        ({"code": "raise RuntimeError('no luck')"}, "RuntimeError: no luck"),
        ({"code": "import nothing_of_that_name"}, "ModuleNotFoundError"),
        ({"code": "this is no Python"}, "SyntaxError"),
        ({"code": "import sys\nsys.exit('bye')"}, "SystemExit: bye"),
        ({"attribute": "Missing"}, "AttributeError"),
        ({"attribute": "NoFlow"}, "not a Flow"),
        ({"attribute": "not_even_a_class"}, "not a Flow"),
        ({"contract": CONTRACT + 1}, f"contract {CONTRACT + 1}"),
        ({"calls_itself": "other"}, "it calls itself 'other'"),
    ],
)
def test_one_that_cannot_be_used_is_named(install: Install, plugin: dict[str, object], problem: str) -> None:
    """It is listed with its problem, it cannot be asked for, and amazon is there as before."""
    install("broken", **plugin)

    assert problem in problem_of("broken")
    with pytest.raises(ConfigError, match="plugged_broken") as caught:
        flow_named("broken")
    assert problem in caught.value.message
    assert caught.value.exit_code == Exit.CONFIG
    assert flow_named("amazon").marketplace == "amazon"


def test_a_site_toml_with_mistakes_is_a_problem(install: Install, tmp_path: Path) -> None:
    """Every one of them is told."""
    install("shop")
    (tmp_path / "plugged_shop" / "site.toml").write_text("typo = 1\n", encoding="utf-8")

    assert "typo" in problem_of("shop")


def test_a_name_two_packages_claim_is_given_to_neither(install: Install) -> None:
    """A stranger's package must not be handed the password for a name that was ours."""
    install("amazon", package="stranger")

    both = [flow for flow in installed() if flow.name == "amazon"]

    assert [flow.flow for flow in both] == [None, None]
    assert {"marketplace-health-checker", "plugged_stranger"} == {flow.package for flow in both}
    with pytest.raises(ConfigError, match="another installed package"):
        flow_named("amazon")
    assert "plugged_stranger.flow" not in sys.modules


def test_one_that_is_not_installed_is_refused_with_those_there_are() -> None:
    """A typing mistake in the settings is easily seen."""
    with pytest.raises(ConfigError, match=r"'amazn'.*installed: .*amazon"):
        flow_named("amazn")


def test_what_is_not_allowed_is_not_even_loaded(install: Install) -> None:
    """A stranger's module runs only if the user lets it."""
    install("shop", code="raise RuntimeError('it ran')")

    assert [flow.name for flow in installed(["amazon"])] == ["amazon"]
    assert installed([]) == ()
    with pytest.raises(ConfigError, match="no flow for marketplace 'shop'"):
        flow_named("shop", allowed=["amazon"])


def test_an_override_is_merged(install: Install, tmp_path: Path) -> None:
    """`overrides/<marketplace>.toml` beside the settings."""
    install("shop")
    (tmp_path / "shop.toml").write_text('[pages.more]\npath = "/more"\n', encoding="utf-8")

    assert "more" in flow_named("shop", tmp_path).toml.pages
    assert "more" not in flow_named("shop", tmp_path / "elsewhere").toml.pages


@pytest.mark.parametrize(
    ("text", "problem"),
    [("[pages.more]\npth = 3\n", "pages.more.pth"), ('[flow]\nmarketplace = "other"\n', "about 'other'")],
)
def test_an_override_with_a_mistake_stops_before_anything_starts(
    install: Install, tmp_path: Path, text: str, problem: str
) -> None:
    """A flow that is handed out is ready for use."""
    install("shop")
    (tmp_path / "shop.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=problem):
        flow_named("shop", tmp_path)


def test_the_data_lies_beside_the_class_wherever_that_is(install: Install, tmp_path: Path) -> None:
    """A class in the package itself finds its site.toml as one in a module of it does."""
    install("shop", attribute="flow.ShopFlow")
    (tmp_path / "plugged_shop" / "__init__.py").write_text(FLOW.format(name="shop"), encoding="utf-8")
    line = "[checker.flows]\nshop = plugged_shop:ShopFlow\n"
    (tmp_path / "plugged_shop-2.5.dist-info" / "entry_points.txt").write_text(line, encoding="utf-8")

    assert flow_named("shop").toml.flow.title == "A Shop"


def test_a_module_outside_of_a_package_is_told_where_to_go(install: Install, tmp_path: Path) -> None:
    """It can have no site.toml beside it, and the problem says what to do."""
    install("shop")
    (tmp_path / "plugged_alone.py").write_text(FLOW.format(name="shop"), encoding="utf-8")
    line = "[checker.flows]\nshop = plugged_alone:ShopFlow\n"
    (tmp_path / "plugged_shop-2.5.dist-info" / "entry_points.txt").write_text(line, encoding="utf-8")

    assert "not in a package" in problem_of("shop")


def test_only_the_flow_asked_for_is_loaded(install: Install) -> None:
    """A plug-in that would end the program has no part in another account's run."""
    install("shop", code="import os\nos._exit(3)\n")

    assert flow_named("amazon").marketplace == "amazon"
    assert entry_of("shop").name == "shop"


def test_a_file_under_an_old_name_is_still_read(tmp_path: Path) -> None:
    """The marketplace was renamed: what a user wrote before counts until there is a file of the new name."""
    (tmp_path / "mercadolibre.toml").write_text('[flow]\ntitle = "Mine"\n', encoding="utf-8")

    assert flow_named("mercadolibre", tmp_path).toml.flow.title == "Mine"

    (tmp_path / "mercado_libre.toml").write_text('[flow]\ntitle = "Newer"\n', encoding="utf-8")

    assert flow_named("mercado_libre", tmp_path).toml.flow.title == "Newer"
