"""What a site.toml is told beyond its schema."""

from __future__ import annotations

import pytest

from checker.flow import SiteToml, installed
from checker.flow.lint import remarks

WELL = {
    "flow": {"marketplace": "shop", "title": "Shop", "version": "1", "contract": 1},
    "hosts": {"start": "shop.example"},
    "sites": [],
    "deny": ["/appeal"],
    "pages": {"home": {"path": "/", "ready": ["#app"]}},
    "signin": {
        "start": "home",
        "posts": ["/login"],
        "user": {"box": ["#u"], "submit": ["#n"]},
        "password": {"box": ["#p"], "submit": ["#n"]},
    },
    "states": [
        *(
            {"name": name, "act": "stop", "outcome": name, "markers": [f"#{name}"]}
            for name in (
                "captcha",
                "credentials_refused",
                "locked",
                "password_expired",
                "rate_limited",
                "blocked",
                "site_down",
            )
        ),
        {"name": "sign-in", "act": "credentials", "markers": ["#p"]},
        {"name": "in", "act": "arrived", "markers": ["#app"]},
    ],
    "widgets": {"status": {"page": "home", "chain": ["#status"]}},
    "words": {"status": {"en": {"ok": ["Good"], "critical": ["Bad"], "source": "help page"}}},
}


def told(**changes: object) -> list[tuple[bool, str]]:
    """Return what is said of a file that differs from a good one."""
    return [(r.problem, f"{r.where}: {r.text}") for r in remarks(SiteToml.model_validate(WELL | changes))]


def test_a_good_file_is_told_nothing() -> None:
    """No noise, or nobody would read it."""
    assert told() == []


def test_ours_have_no_problems() -> None:
    """What we ask of a stranger holds for every flow of ours."""
    tomls = [listed.flow().toml for listed in installed() if listed.flow is not None]

    assert [remark for toml in tomls for remark in remarks(toml) if remark.problem] == []


def words(**table: object) -> dict[str, object]:
    """Return a word table for German."""
    return {"words": {"status": {"de": {"source": "seen", **table}}}}


def states(*changed: dict[str, object]) -> dict[str, object]:
    """Return the good states with others before them."""
    return {"states": [*changed, *WELL["states"]]}  # type: ignore[misc]  # a list, as above


SENDS = {
    "start": "home",
    "user": {"box": ["#u"], "submit": ["#n"]},
    "password": {"box": ["#p"], "submit": ["#n"]},
}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (words(ok=["Gut"], warning=["GUT"]), "'GUT' means both ok and warning"),
        (words(ok=["Sehr  gut"]), "can never match"),
        (words(ok=[""]), "can never match"),
        ({"words": {"status": {"klingon": {"source": "x"}}}}, "'klingon' is no language"),
        ({"words": {"status": {"en": {"source": " "}}}}, "the source is empty"),
        ({"states": WELL["states"][:-1]}, "act = 'arrived'"),  # type: ignore[index]
        ({"states": [WELL["states"][-1]]}, "no state types the password"),  # type: ignore[index]
        (states({"name": "early", "act": "wait", "markers": ["#app"]}), "an earlier state"),
        ({"widgets": {"status": {"page": "home", "chain": ["#a", "#b", "#a"]}}}, "#a is in the chain twice"),
        ({"signin": {**SENDS, "posts": ["/.*"]}}, "send anywhere"),
        ({"reads": [{"path": ".*"}]}, "lets anything be sent"),
        ({"reads": [{"path": "/graphql"}]}, "every GraphQL operation"),
    ],
)
def test_what_would_be_read_wrong_is_a_problem(changes: dict[str, object], problem: str) -> None:
    """Each is one line that says where and why."""
    found = [text for is_problem, text in told(**changes) if is_problem]

    assert [text for text in found if problem in text]


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"states": WELL["states"][1:]}, "outcome = 'captcha'"),  # type: ignore[index]
        ({"deny": []}, "no path is denied"),
        ({"pages": {"home": {"path": "/"}}}, "no `ready`"),
    ],
)
def test_what_a_console_will_do_one_day_is_advice(changes: dict[str, object], advice: str) -> None:
    """It fails nothing."""
    found = told(**changes)

    assert [text for is_problem, text in found if advice in text and not is_problem]
    assert not any(is_problem for is_problem, _ in found)
