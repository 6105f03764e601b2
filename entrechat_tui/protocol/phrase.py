"""The phrase: eight words that two people share out of band (protocol.md, section 1).

A person types it in a hurry, from a note or by ear. So capitals, accents and whatever stands
between the words do not matter, four letters of a word are enough, and an error names the word.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from .errors import LocalProtocolError
from .primitives import sha256

ENTROPY_SIZE = 10
WORDS = 8

_BITS = 11
_HEAD = 4
_SHOWN_MAX = 20
_NEAR = 12
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class PhraseError(LocalProtocolError):
    """The phrase cannot be right. The message is a sentence for the person who typed it."""


def fold(text: str) -> str:
    """Lower case without accents, so that words compare as people type them."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@dataclass(frozen=True)
class WordList:
    """A BIP39 word list: 2,048 words, each known by its first four letters without accents."""

    language: str
    words: tuple[str, ...]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(map(fold, self.words))

    @cached_property
    def _heads(self) -> dict[str, int]:
        return {word[:_HEAD]: index for index, word in enumerate(self.folded)}

    def find(self, token: str) -> int | None:
        """The index of the word that the folded token is, or begins with four letters or more."""
        index = self._heads.get(token[:_HEAD])
        return index if index is not None and self.folded[index].startswith(token) else None

    def near(self, token: str) -> list[int]:
        """The indices of the words that are spelt most like a folded token, likeliest first."""
        return list(map(self.folded.index, get_close_matches(token, self.folded, _NEAR)))


@dataclass(frozen=True)
class Phrase:
    """A phrase whose checksum is right."""

    words: tuple[str, ...] = field(repr=False)
    language: str

    @property
    def password(self) -> bytes:
        """What Argon2id is given."""
        return unicodedata.normalize("NFKD", " ".join(self.words)).encode()


def make_phrase(entropy: bytes, word_list: WordList) -> Phrase:
    """The phrase of ten random bytes."""
    if len(entropy) != ENTROPY_SIZE:
        raise LocalProtocolError(f"a phrase is made from {ENTROPY_SIZE} random bytes")
    number = int.from_bytes(entropy + sha256(entropy)[:1], "big")
    shifts = range(_BITS * (WORDS - 1), -1, -_BITS)
    return Phrase(
        tuple(word_list.words[number >> shift & 2**_BITS - 1] for shift in shifts),
        word_list.language,
    )


def parse_phrase(text: str, word_lists: Sequence[WordList]) -> Phrase:
    """The phrase that a person typed. Raises PhraseError."""
    tokens = tokens_of(text)
    if not tokens:
        raise PhraseError("Type the eight words of the phrase.")
    if len(tokens) != WORDS:
        raise PhraseError(f"A phrase has eight words, and this has {len(tokens)}.")
    found = [[word_list.find(token) for token in tokens] for word_list in word_lists]
    for indices, word_list in zip(found, word_lists, strict=True):
        if phrase := _checked(indices, word_list):
            return phrase
    indices, word_list = min(
        zip(found, word_lists, strict=True), key=lambda each: each[0].count(None)
    )
    if None not in indices:
        raise PhraseError(
            "These eight words do not belong together: one is wrong or two are swapped."
        )
    raise PhraseError(_wrong_sentence(tokens, indices, word_list, word_lists))


def complete(prefix: str, word_lists: Iterable[WordList]) -> list[str]:
    """The words that begin so, for Tab; nothing for an empty prefix."""
    start = fold(prefix)
    words = (
        word
        for word_list in word_lists
        for word, folded in zip(word_list.words, word_list.folded, strict=True)
        if start and folded.startswith(start)
    )
    return list(dict.fromkeys(words))


def tokens_of(text: str) -> list[str]:
    """The words in ``text``, folded. Numbers before the words, as in a list, are left out."""
    tokens = _BETWEEN_WORDS.split(fold(text))
    return [token for token in tokens if token and not token.isdigit()]


def _checked(indices: Sequence[int | None], word_list: WordList) -> Phrase | None:
    """The phrase, if every word is known and the checksum is right."""
    number = 0
    for index in indices:
        if index is None:
            return None
        number = number << _BITS | index
    phrase = make_phrase((number >> 8).to_bytes(ENTROPY_SIZE, "big"), word_list)
    return phrase if phrase.words[-1] == word_list.words[number & 2**_BITS - 1] else None


def _wrong_sentence(
    tokens: Sequence[str],
    indices: Sequence[int | None],
    word_list: WordList,
    word_lists: Iterable[WordList],
) -> str:
    """Name the first wrong word and what was probably meant; say how many others are wrong."""
    at = indices.index(None)
    token = tokens[at][:_SHOWN_MAX]
    foreign = [each.language for each in word_lists if each.find(token) is not None]
    fault = (
        f"is {foreign[0].title()}, but the phrase is {word_list.language.title()}"
        if foreign
        else "is not in the word list"
    )
    sentence = f"Word {at + 1}, “{token}”, {fault}."
    if likely := _likely(token, indices, word_list):
        sentence += f" Did you mean “{likely}”?"
    if more := indices.count(None) - 1:
        sentence += f" {more} more to correct."
    return sentence


def _likely(token: str, indices: Sequence[int | None], word_list: WordList) -> str | None:
    """What the first wrong word was meant to be, if any word is near.

    Where it is the only wrong one, the checksum tells which of the near words it was.
    """
    near = word_list.near(token)
    at = indices.index(None)
    fitting = (
        index for index in near if _checked([*indices[:at], index, *indices[at + 1 :]], word_list)
    )
    likely = next(fitting, near[0] if near else None)
    return None if likely is None else word_list.words[likely]
