"""C5: what the outside says of a proxy's exit, against what the seller wants."""

from __future__ import annotations

import pytest

from checker.browser.proxy_exit import exit_problem, heed_exit
from checker.errors import Stop
from checker.model import Outcome


@pytest.mark.parametrize(
    ("answer", "wanted", "problem"),
    [
        ("203.0.113.7\n", "203.0.113.7", ""),
        (" 203.0.113.9 ", "203.0.113.0/24", ""),
        ("2001:db8::7", "2001:db8::/32", ""),
        ("198.51.100.9", "203.0.113.7", "it is 198.51.100.9"),
        # Another family is another exit.
        ("2001:db8::7", "203.0.113.7", "it is 2001:db8::7"),
        ("", "203.0.113.7", "the page that should tell it said ''"),
        ("<html>sign in to this hotel", "203.0.113.7", "said '<html>sign in to this hotel'"),
    ],
)
def test_the_exit_is_the_one_wanted_or_what_it_is_instead(answer: str, wanted: str, problem: str) -> None:
    """Only an address, and only one that is wanted, is no problem."""
    found = exit_problem(answer, wanted)

    assert found == problem or (problem and found.endswith(problem))


def test_another_exit_stops_the_account() -> None:
    """The words say which exit it is, which it should be, and that nothing was sent."""
    with pytest.raises(Stop) as stop:
        heed_exit("http://127.0.0.1:9", "203.0.113.7", "https://outside.example", lambda *_: "198.51.100.9")

    assert stop.value.outcome is Outcome.UNREACHABLE
    assert "198.51.100.9" in stop.value.detail
    assert "nothing was sent to the console" in stop.value.detail
