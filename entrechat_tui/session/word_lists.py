"""The word lists that phrases are made of: BIP39, as the ``mnemonic`` package carries them."""

import unicodedata
from functools import cache

from ..protocol.phrase import WordList

LANGUAGES = ("english", "french")


@cache
def word_list(language: str) -> WordList:
    """The list of one of LANGUAGES, composed (NFC) as a terminal shows it. Read once, if asked."""
    from mnemonic import Mnemonic

    words = Mnemonic(language).wordlist
    return WordList(language, tuple(unicodedata.normalize("NFC", word) for word in words))


def word_lists() -> tuple[WordList, ...]:
    """The lists of all languages that a phrase may be in."""
    return tuple(map(word_list, LANGUAGES))
