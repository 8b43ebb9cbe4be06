"""Words a page is known by: whole words in a text, whole names, whether or not a script parts its words."""

from __future__ import annotations

import pytest

from checker.flow.phrases import Phrases
from flows.etsy import EtsyFlow

PHRASES = Phrases(["locked", "Don't have", "заблокирован*", "密码错误", "×", "Schließen"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your account is LOCKED.", "locked"),
        ("It was unlocked.", ""),
        ("a lockedout user", ""),
        ("I don’t  have\none", "don't have"),
        ("Аккаунт заблокирована", "заблокирована"),
        ("您的密码错误，请重试", "密码错误"),
        ("", ""),
    ],
)
def test_a_phrase_is_found_as_whole_words(text: str, found: str) -> None:
    """Whatever its case, its spaces and its apostrophe; inside a word only where words are not parted."""
    assert PHRASES.found_in(text) == found


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Locked", True),
        (" × ", True),
        ("SCHLIESSEN", True),
        ("Locked out", False),
        ("Close ×", False),
        ("", False),
    ],
)
def test_a_name_is_one_only_as_a_whole(name: str, *, is_one: bool) -> None:
    """With no word more."""
    assert PHRASES.is_name(name) is is_one


@pytest.mark.parametrize("table", ["refusal", "refuse_cookies", "close"])
def test_no_refusal_is_called_what_is_never_pressed(table: str) -> None:
    """A word on both lists would make a refusal that never works."""
    toml = EtsyFlow().toml
    never = toml.words_of("never")
    words = [word for words in toml.phrases[table].values() for word in words]

    assert [word for word in words if never.found_in(word)] == []


def test_every_table_speaks_every_language() -> None:
    """Of the nineteen of which consoles are known."""
    languages = {
        "en",
        "zh",
        "ja",
        "de",
        "es",
        "fr",
        "it",
        "pt",
        "nl",
        "pl",
        "cs",
        "sk",
        "hu",
        "ru",
        "vi",
        "th",
        "id",
        "ko",
        "tr",
    }

    assert {name for name, table in EtsyFlow().toml.phrases.items() if languages - table.keys()} == set()
