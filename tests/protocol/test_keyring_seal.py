"""A sealed keyring: every byte counts, and what is wrong with one is said."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrechat_tui.protocol import keyring_seal
from entrechat_tui.protocol.card import ShortCard
from entrechat_tui.protocol.errors import LocalProtocolError, RemoteProtocolError
from entrechat_tui.protocol.frames import MAX_PARCEL
from entrechat_tui.protocol.identity import encode_identity, make_identity, rotate
from entrechat_tui.protocol.keyring import Contact, Keyring, Trust, add_contact
from entrechat_tui.protocol.keyring_seal import (
    MODERATE,
    Cost,
    check_sealed_untrusted,
    open_keyring_untrusted,
    seal_keyring,
)
from entrechat_tui.protocol.passphrase import passphrase_bytes
from entrechat_tui.protocol.primitives import argon2id, xseal
from entrechat_tui.protocol.strict import pack

LEAST = Cost(passes=1, kib=8192)
RANDOMNESS = bytes(range(40))
SALT, NONCE = RANDOMNESS[:16], RANDOMNESS[16:]
HEADER_SIZE = 68

OWN = make_identity("Zoé", bytes(96), created=1)
ALICE = make_identity("alice", bytes([1]) * 96, created=1).identity
RING = Keyring(
    own=OWN,
    contacts=(
        Contact("Alice", ALICE, Trust.TRUSTED, 5, 9),
        Contact("Bob", ShortCard(bytes([2]) * 32, bytes([3]) * 32, 7), Trust.REJECTED),
    ),
    remember_times=True,
)
SEALED = seal_keyring(RING, "pass", RANDOMNESS, LEAST)


def refused(sealed: bytes, passphrase: str = "pass") -> str:
    with pytest.raises(RemoteProtocolError) as caught:
        open_keyring_untrusted(sealed, passphrase)
    # A traceback prints what hangs on an error.
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.mark.parametrize("ring", [Keyring(), RING, replace(RING, own=None), Keyring(OWN)])
def test_round_trip(ring: Keyring) -> None:
    assert open_keyring_untrusted(seal_keyring(ring, "pass", RANDOMNESS, LEAST), "pass") == ring


def test_the_header_is_as_the_document_says() -> None:
    assert SEALED.startswith(b"entrechat keyring 1\n\x01\0\0\0\x00\x20\0\0" + RANDOMNESS)
    assert seal_keyring(Keyring(), "pass", RANDOMNESS)[20:28] == b"\x03\0\0\0\0\0\x04\0"
    assert Cost(3, 262_144) == MODERATE


def test_nothing_of_what_is_in_it_shows() -> None:
    for secret in (OWN.private_identity_key, ALICE.identity_key, b"Alice", b"alice"):
        assert secret not in SEALED
    assert len(SEALED) == len(seal_keyring(Keyring(), "pass", RANDOMNESS, LEAST)) == 68 + 4096 + 16


def test_it_grows_by_blocks() -> None:
    ring = RING
    for number in range(100):
        ring = add_contact(ring, f"n{number}", ShortCard(bytes([number]) * 31 + b"x", bytes(32), 1))
    sealed = seal_keyring(ring, "pass", RANDOMNESS, LEAST)
    assert (len(sealed) - HEADER_SIZE - 16) % 4096 == 0
    assert open_keyring_untrusted(sealed, "pass") == ring


@pytest.mark.parametrize("passphrase", ["Zoe\u0301", "Zoé", "\u1e9bé", "x" * 1000])
def test_a_passphrase_is_the_same_however_it_is_typed(passphrase: str) -> None:
    assert passphrase_bytes("Zoe\u0301") == passphrase_bytes("Zo\u00e9")
    sealed = seal_keyring(RING, passphrase, RANDOMNESS, LEAST)
    assert open_keyring_untrusted(sealed, passphrase) == RING


@pytest.mark.parametrize(
    ("passphrase", "sentence"),
    [("", "An empty passphrase protects nothing"), ("a\udce9", "holds half of a character")],
)
def test_what_is_no_passphrase(passphrase: str, sentence: str) -> None:
    for use in (
        lambda: seal_keyring(RING, passphrase, RANDOMNESS, LEAST),
        lambda: open_keyring_untrusted(SEALED, passphrase),
    ):
        with pytest.raises(LocalProtocolError, match=sentence) as caught:
            use()
        assert caught.value.__context__ is None


@pytest.mark.parametrize("size", [0, 39, 41])
def test_randomness_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(LocalProtocolError):
        seal_keyring(RING, "pass", bytes(size), LEAST)


WRONG = {
    "nothing": (b"", "is not a keyring"),
    "another format": (b"-----BEGIN PGP MESSAGE-----" + SEALED, "is not a keyring"),
    "a line end of another system": (SEALED.replace(b"\n", b"\r\n"), "of a version that"),
    "a later version": (SEALED.replace(b" 1\n", b" 2\n", 1), "of a version that this program"),
    "a much later version": (SEALED.replace(b" 1\n", b" 10\n", 1), "of a version that this"),
    "cut short in the first word": (SEALED[:5], "is damaged: it was cut short"),
    "cut short in the header": (SEALED[:67], "is damaged: it was cut short"),
    "the header alone": (SEALED[:68], "is damaged: it was cut short"),
    "no content": (SEALED[: 68 + 16], "does not open"),
    "cut short": (SEALED[:-1], "is damaged: it was cut short"),
    "something behind it": (SEALED + b"\n", "is damaged: it was cut short, or something was added"),
    "a block behind it": (SEALED + bytes(4096), "does not open"),
    "too long": (SEALED + bytes(MAX_PARCEL), "is damaged"),
    "no passes": (SEALED[:20] + bytes(4) + SEALED[24:], "no keyring has such parameters"),
    "too many passes": (SEALED[:20] + b"\x0b\0\0\0" + SEALED[24:], "no keyring has such"),
    "too little memory": (SEALED[:24] + b"\xff\x1f\0\0" + SEALED[28:], "no keyring has such"),
    "too much memory": (SEALED[:24] + b"\x01\0\x10\0" + SEALED[28:], "no keyring has such"),
    "other passes": (SEALED[:20] + b"\x02\0\0\0" + SEALED[24:], "does not open"),
}


@pytest.mark.parametrize(("sealed", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_it_is_said(sealed: bytes, sentence: str) -> None:
    assert sentence in refused(sealed)


def test_a_wrong_passphrase() -> None:
    assert refused(SEALED, "Pass") == (
        "does not open: the passphrase is wrong, or the file is damaged (nobody can tell which)"
    )


@given(st.integers(0, 8 * len(SEALED) - 1))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_anywhere_is_noticed(bit: int) -> None:
    flipped = bytearray(SEALED)
    flipped[bit // 8] ^= 1 << bit % 8
    # Of the parameters, a flip may ask for more time than a test has: the bounds are tried above.
    if 160 <= bit < 224:
        flipped[20:28] = bytes(8)
    assert refused(bytes(flipped))


def test_what_can_be_said_without_the_passphrase() -> None:
    check_sealed_untrusted(SEALED)
    with pytest.raises(RemoteProtocolError):
        check_sealed_untrusted(SEALED[:-1])


def sealed_as_is(content: bytes) -> bytes:
    """Content that this program would not write, sealed as it should be."""
    header = SEALED[:HEADER_SIZE]
    key = argon2id(b"pass", SALT, LEAST.passes, LEAST.kib << 10)
    return header + xseal(key, NONCE, header, content + bytes(-len(content) % 4096))


def own(**changes: bytes) -> list[bytes]:
    keys = {
        "identity": encode_identity(OWN.identity),
        "seed": OWN.private_identity_key,
        "noise": OWN.private_noise_key,
        "meeting": OWN.private_meeting_key,
    }
    return list((keys | changes).values())


CARD = encode_identity(ALICE)
NEWER = encode_identity(rotate(OWN, bytes([6]) * 64, 2).identity)
BOB = encode_identity(make_identity("bob", bytes([4]) * 96, created=1).identity)
FORGED = CARD.replace(b"alice", b"alicf")
CONTACT = ["Alice", CARD, 0, 0, 0]
BAD = {
    "nothing": (None, "the content is not an array of 3"),
    "too few": ([None, []], "the content is not an array of 3"),
    "no boolean": ([None, [], 1], "remember_times is not a boolean"),
    "no contacts": ([None, None, True], "contacts is not an array"),
    "an own identity of one": ([[CARD], [], True], "own is not an array of 4"),
    "other own keys": ([own(seed=bytes([1]) * 32), [], True], "the private keys are not those"),
    "another noise key": ([own(noise=bytes([1]) * 32), [], True], "the private keys are not"),
    "another meeting key": ([own(meeting=bytes([1]) * 32), [], True], "the private keys are not"),
    "another version": ([own(identity=NEWER), [], True], "the private keys are not those"),
    "a forged own identity": ([own(identity=FORGED), [], True], "a signature is wrong"),
    "a contact of one": ([None, [["Alice"]], True], "an element of contacts is not an array of 5"),
    "no trust state": ([None, [["Alice", CARD, 3, 0, 0]], True], "trust is not an integer"),
    "no time": ([None, [["Alice", CARD, 0, -1, 0]], True], "first_seen is not an integer"),
    "a forged card": ([None, [["Alice", FORGED, 0, 0, 0]], True], "a signature is wrong"),
    "a name that acts": ([None, [["\x1b[2J", CARD, 0, 0, 0]], True], "a contact's name holds"),
    "a card twice": ([None, [CONTACT, ["B", CARD, 0, 0, 0]], True], "two contacts have one name"),
    "a name twice": ([None, [CONTACT, ["ALICE", BOB, 0, 0, 0]], True], "two contacts have"),
    "the owner": ([own(), [["Me", own()[0], 0, 0, 0]], True], "two contacts have one name"),
}


@pytest.mark.parametrize(("value", "rule"), BAD.values(), ids=BAD)
def test_what_it_holds_is_checked_all_the_same(value: Any, rule: str) -> None:
    sentence = refused(sealed_as_is(pack(value)))
    assert sentence.startswith("opens, but what it holds breaks a rule: ")
    assert rule in sentence


def test_the_canonical_form_alone() -> None:
    content = pack([None, [], True])
    assert open_keyring_untrusted(sealed_as_is(content), "pass") == Keyring(remember_times=True)
    for other in (b"\xdc\x00\x03" + content[1:], content + b"\x01", b"", content[:-1]):
        assert "breaks a rule" in refused(sealed_as_is(other))


def test_a_keyring_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_seal, "MAX_PARCEL", len(SEALED))
    seal_keyring(RING, "pass", RANDOMNESS, LEAST)
    monkeypatch.setattr(keyring_seal, "MAX_PARCEL", len(SEALED) - 1)
    with pytest.raises(LocalProtocolError, match="The keyring is full"):
        seal_keyring(RING, "pass", RANDOMNESS, LEAST)
