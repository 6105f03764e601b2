"""The published lists have the properties that phrases rely on."""

import unicodedata

import pytest

from entrechat_tui.session.word_lists import LANGUAGES, word_list, word_lists


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_known_by_four_letters_without_accents(language: str) -> None:
    words = word_list(language)
    assert words.language == language
    assert len(words.words) == len({word[:4] for word in words.folded}) == 2048
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words.folded)
    assert all(unicodedata.is_normalized("NFC", word) for word in words.words)


def test_the_lists_are_the_published_ones() -> None:
    english, french = word_lists()
    assert (english.words[0], english.words[-1]) == ("abandon", "zoo")
    assert (french.words[0], french.words[-1]) == ("abaisser", "zoologie")


def test_a_list_is_read_once() -> None:
    assert word_list("french") is word_list("french")
