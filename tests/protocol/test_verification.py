"""The words: what is committed to, how they are made, and how a person types them."""

import hashlib
import hmac

import pytest

from entrechat_tui.protocol.errors import RemoteProtocolError
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.protocol.phrase import PhraseError, WordList
from entrechat_tui.protocol.spoken_words import heard, spoken
from entrechat_tui.protocol.verification import Verification, Words
from entrechat_tui.session.word_lists import LANGUAGES, word_list

HASH = bytes(range(32))
NONCES = {Role.DIALER: b"D" * 32, Role.HOST: b"H" * 32}
LISTS = [word_list(language) for language in LANGUAGES]


def verification(role: Role) -> Verification:
    return Verification(role, NONCES[role], HASH)


def expected_words(role: Role) -> Words:
    """By the document, with the standard library's HMAC alone."""
    ikm = NONCES[Role.DIALER] + NONCES[Role.HOST]
    prk = hmac.digest(b"entrechat 1 words", ikm, "sha256")
    output = hmac.digest(prk, role.value.encode() + HASH + b"\1", "sha256")[:5]
    bits = "".join(f"{byte:08b}" for byte in output)
    first, second, third = (int(bits[at : at + 11], 2) for at in (0, 11, 22))
    return first, second, third


@pytest.mark.parametrize("role", Role)
def test_the_commitment_and_the_words_are_the_documents(role: Role) -> None:
    ours, theirs = verification(role), verification(role.other)
    label = b"dialer" if role is Role.DIALER else b"host"
    committed = b"entrechat 1 commit" + label + HASH + NONCES[role]
    assert ours.commitment == hashlib.sha256(committed).digest()
    ours.peers_commitment = theirs.commitment
    words = ours.words_untrusted(theirs.nonce)
    assert words == (expected_words(role), expected_words(role.other))


@pytest.mark.parametrize("role", Role)
def test_another_nonce_than_the_one_committed_to(role: Role) -> None:
    ours, theirs = verification(role), verification(role.other)
    commitments = {
        "none": (b"", theirs.nonce),
        "another nonce": (theirs.commitment, b"x" * 32),
        "our own, reflected": (ours.commitment, ours.nonce),
        "of another handshake": (
            Verification(role.other, theirs.nonce, bytes(32)).commitment,
            theirs.nonce,
        ),
    }
    for commitment, nonce in commitments.values():
        ours.peers_commitment = commitment
        with pytest.raises(RemoteProtocolError):
            ours.words_untrusted(nonce)


def test_the_peers_words_are_heard_in_any_language() -> None:
    for words in ((0, 1, 2), (2047, 2047, 2047), (5, 1024, 700)):
        for one in LISTS:
            said = spoken(words, one)
            assert said == tuple(one.words[index] for index in words)
            assert heard(" ".join(said), words, LISTS)
            assert heard(f"  1. {said[0].upper()}, {said[1][:4]}\n{said[2]} ", words, LISTS)


def test_other_words_are_not_the_peers() -> None:
    english = LISTS[0]
    for other in ((0, 1, 3), (1, 0, 2), (2, 1, 0), (0, 0, 0)):
        assert not heard(" ".join(spoken(other, english)), (0, 1, 2), LISTS)


def test_words_that_both_languages_have() -> None:
    """Written alike, they are different words: the three must be right in one list."""
    lists = [
        WordList("one", ("alpha", "beta", "gamma", "common")),
        WordList("two", ("common", "delta", "eta", "theta")),
    ]
    assert heard("common beta alpha", (3, 1, 0), lists)
    assert heard("common delta eta", (0, 1, 2), lists)
    assert not heard("common delta eta", (3, 1, 2), lists)
    with pytest.raises(PhraseError):
        heard("common beta delta", (3, 1, 1), lists)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Type the three words that you hear; this has 0."),
        ("abandon ability", "Type the three words that you hear; this has 2."),
        ("abandon ability able about", "Type the three words that you hear; this has 4."),
        (
            "abandon abillity able",
            "Word 2, “abillity”, is not in the word list. Did you mean “ability”?",
        ),
        ("abandon ability 日本", "Word 3, “日本”, is not in the word list."),
        (f"{'q' * 50} able about", f"Word 1, “{'q' * 20}”, is not in the word list."),
    ],
)
def test_what_is_not_three_words(text: str, sentence: str) -> None:
    with pytest.raises(PhraseError) as caught:
        heard(text, (0, 1, 2), LISTS)
    assert str(caught.value) == sentence
