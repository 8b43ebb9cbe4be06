"""What a console's pages say beside their readings: how they are built, and if they own up to trouble."""

from __future__ import annotations

from checker.compare.signals import is_rebuilt
from checker.model import Level
from checker.testing import Driver, Profile, Story

PAGES = ("dashboard", "policies")


def _marks(story: Story) -> dict[str, str]:
    origins = [reading.origin for reading in story.readings("US").values()]
    return {origin.page: origin.structure for origin in origins if origin.structure}


def test_reds_and_a_notice_leave_a_page_what_it_was_and_a_redesign_does_not(
    amazon: Driver, profile: Profile
) -> None:
    """A page full of reds with a banner is built as the healthy one; the next design is another (S4, S6)."""
    healthy, red, redesign = (
        amazon.play(scenario, {"US"}, profile=profile)
        for scenario in ("healthy", "incident-notice", "redesign-red")
    )
    before, bad, other = map(_marks, (healthy, red, redesign))

    assert set(PAGES) <= before.keys() & bad.keys() & other.keys()
    assert not any(is_rebuilt(before[page], bad[page]) for page in before)
    assert all(is_rebuilt(before[page], other[page]) for page in PAGES)
    assert red.reading("US", "account.health_rating").level is Level.CRITICAL
    assert red.visit("US").notice.startswith("We are aware of an issue with Account Health.")
    assert (healthy.visit("US").notice, redesign.visit("US").notice) == ("", "")
