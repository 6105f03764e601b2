"""Words as a person reads them aloud and types them: shown from one list, taken from any."""

import os
from collections.abc import Iterable, Sequence

from ..protocol.errors import LocalProtocolError
from ..protocol.phrase import WordList, fold, tokens_of
from ..protocol.verification import Words
from ..session.word_lists import word_lists

SPOKEN = 3
_SHOWN_MAX = 20
_LANGUAGES = {"fr": "french"}
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


class WordsError(LocalProtocolError):
    """These are not three words that can be compared. The message is for whoever typed them."""


def preferred_lists() -> tuple[WordList, ...]:
    """All lists, the one of the person's own language first, as the environment tells it."""
    locale = next((value for name in _LOCALE if (value := os.environ.get(name))), "")
    own = _LANGUAGES.get(locale[:2].lower(), "english")
    return tuple(sorted(word_lists(), key=lambda each: each.language != own))


def spoken(words: Words, word_list: WordList) -> tuple[str, ...]:
    """The words of this list in those places."""
    return tuple(word_list.words[index] for index in words)


def heard(text: str, lists: Sequence[WordList]) -> tuple[tuple[Words, WordList], ...]:
    """The places of three typed words, with the list: one reading for each that has all three.

    Raises WordsError, also for words that are in no list, so that a slip of the finger is no
    wrong word.
    """
    tokens = tokens_of(text)
    if len(tokens) != SPOKEN:
        raise WordsError(f"There are three words to type, and this has {len(tokens)}.")
    if wrong := first_wrong(tokens, lists):
        raise WordsError(wrong)
    readings = []
    for each in lists:
        first, second, third = (each.find(token) for token in tokens)
        if first is not None and second is not None and third is not None:
            readings.append(((first, second, third), each))
    if not readings:
        raise WordsError("These three words are not of one language: one of them was misheard.")
    return tuple(readings)


def first_wrong(words: Iterable[str], lists: Sequence[WordList]) -> str:
    """A sentence about the first word that no list has, with the likely one; or nothing."""
    for number, word in enumerate(words, 1):
        token = fold(word)
        if all(each.find(token) is None for each in lists):
            near = dict.fromkeys(each.words[i] for each in lists for i in each.near(token)[:1])
            likely = f" Did you mean “{'” or “'.join(near)}”?" if near else ""
            return f"Word {number}, “{word[:_SHOWN_MAX]}”, is not in the word list.{likely}"
    return ""
