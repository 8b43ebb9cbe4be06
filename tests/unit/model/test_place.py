"""A place is one shop of one site of an account, with one written form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import BadKeyError, Key, Outcome, Place, Site, Visit

parts = st.text(max_size=8)


@given(marketplace=parts, account=parts, site=parts, shop=parts)
def test_it_comes_back_from_its_written_form(marketplace: str, account: str, site: str, shop: str) -> None:
    """Whatever its parts are made of."""
    place = Place(marketplace, account, site, shop)

    assert Place.parse(str(place)) == place


@given(marketplace=parts, account=parts, site=parts, shop=parts, metric=st.text(min_size=1, max_size=8))
def test_its_keys_begin_with_it(marketplace: str, account: str, site: str, shop: str, metric: str) -> None:
    """And lead back to it."""
    place = Place(marketplace, account, site, shop)
    key = place.key(metric)

    assert str(key).startswith(f"{place}/")
    assert (key.place, key.metric) == (place, metric)
    assert Key.parse(str(key)) == key


def test_a_visit_is_to_a_shop() -> None:
    """Two shops of one site are two places."""
    one, two = (
        Visit("shopee", "main", Site("MY", "1", "Satu", shop=shop), Outcome.READ) for shop in ("1", "2")
    )

    assert str(one.place) == "shopee/main/MY/shop=1"
    assert one.place != two.place
    assert sorted([two.place, one.place]) == [one.place, two.place]


@pytest.mark.parametrize(
    "text",
    ["", "amazon", "amazon/main", "amazon/main/US/metric", "amazon/main/US/shop=", "a/b/c%41", "a b/c/d"],
)
def test_what_is_none_is_refused(text: str) -> None:
    """As is another way of writing one."""
    with pytest.raises(BadKeyError, match="not a place"):
        Place.parse(text)
