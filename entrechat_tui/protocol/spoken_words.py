"""The words of a verification as a person says, hears and types them (protocol.md, section 6)."""

from collections.abc import Sequence

from .phrase import PhraseError, WordList, tokens_of
from .verification import Words

_SHOWN_MAX = 20


def spoken(words: Words, word_list: WordList) -> tuple[str, ...]:
    """The words in one's own language."""
    return tuple(word_list.words[index] for index in words)


def heard(text: str, words: Words, word_lists: Sequence[WordList]) -> bool:
    """Whether ``text``, as a person typed it, is these words in any one of the lists.

    PhraseError, with a sentence, if it is not three words of one list at all. No sentence says
    which words are the right ones.
    """
    tokens = tokens_of(text)
    if len(tokens) != len(words):
        raise PhraseError(f"Type the three words that you hear; this has {len(tokens)}.")
    found = [tuple(map(word_list.find, tokens)) for word_list in word_lists]
    if any(None not in indices for indices in found):
        return words in found
    indices, word_list = min(
        zip(found, word_lists, strict=True), key=lambda each: each[0].count(None)
    )
    raise PhraseError(_wrong_sentence(tokens, indices.index(None), word_list))


def _wrong_sentence(tokens: Sequence[str], at: int, word_list: WordList) -> str:
    token = tokens[at][:_SHOWN_MAX]
    sentence = f"Word {at + 1}, “{token}”, is not in the word list."
    near = word_list.near(token)
    return f"{sentence} Did you mean “{word_list.words[near[0]]}”?" if near else sentence
