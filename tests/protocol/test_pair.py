"""Two cards make one pair secret, and nobody with fewer than one private key can make it."""

import hashlib
import hmac
import unicodedata
from dataclasses import replace
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from entrechat_tui.protocol.card import short_card
from entrechat_tui.protocol.errors import LocalProtocolError, RemoteProtocolError
from entrechat_tui.protocol.identity import make_identity, rotate
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.protocol.pair import card_role, card_secret
from entrechat_tui.protocol.primitives import argon2id

from .peers import ADA, BOB

EVE = make_identity("Eve", b"e" * 96, 0)
KEYS = sorted([ADA.identity.identity_key, BOB.identity.identity_key])


def expected(passed: bytes) -> bytes:
    """By the document, with another library's X25519."""
    private = X25519PrivateKey.from_private_bytes(ADA.private_meeting_key)
    dh = private.exchange(X25519PublicKey.from_public_bytes(BOB.identity.meeting_key))
    prk = hmac.digest(b"entrechat 1 pair", dh + passed, "sha256")
    return hmac.digest(prk, b"".join(KEYS) + b"\1", "sha256")


def test_both_sides_make_the_same_secret_and_it_is_the_documents() -> None:
    assert card_secret(ADA, BOB.identity, None) == expected(bytes(32))
    assert card_secret(BOB, ADA.identity, None) == expected(bytes(32))
    assert card_secret(BOB, short_card(ADA.identity), None) == expected(bytes(32))


def test_a_passphrase_is_stretched_and_its_accents_may_be_typed_either_way() -> None:
    salt = hashlib.sha256(b"entrechat pair" + b"".join(KEYS)).digest()[:16]
    decomposed = unicodedata.normalize("NFD", "été")
    secret = expected(argon2id(decomposed.encode(), salt))
    assert card_secret(ADA, BOB.identity, "été") == secret
    assert card_secret(BOB, ADA.identity, decomposed) == secret


def test_every_pair_and_every_version_has_a_secret_of_its_own() -> None:
    turned = rotate(BOB, b"r" * 64, 0)
    secrets = {
        card_secret(ADA, BOB.identity, None),
        card_secret(ADA, EVE.identity, None),
        card_secret(EVE, BOB.identity, None),
        card_secret(ADA, turned.identity, None),
        card_secret(ADA, replace(BOB.identity, identity_key=EVE.identity.identity_key), None),
    }
    assert len(secrets) == 5
    assert card_secret(turned, ADA.identity, None) in secrets


def test_the_lower_identity_key_hosts() -> None:
    roles = {card_role(ADA, BOB.identity), card_role(BOB, ADA.identity)}
    assert roles == set(Role)
    lower = min(ADA, BOB, key=lambda user: user.identity.identity_key)
    other = BOB if lower is ADA else ADA
    assert card_role(lower, other.identity) is Role.HOST


def test_ones_own_card() -> None:
    own = rotate(ADA, b"r" * 64, 0).identity
    for attempt in (partial(card_role, ADA, own), partial(card_secret, ADA, own, None)):
        with pytest.raises(LocalProtocolError, match="That card is your own"):
            attempt()


def test_a_card_whose_meeting_key_is_of_small_order() -> None:
    card = replace(short_card(BOB.identity), meeting_key=bytes(32))
    with pytest.raises(RemoteProtocolError):
        card_secret(ADA, card, None)


def test_a_passphrase_that_is_none() -> None:
    for passphrase in ("", "a\udce9"):
        with pytest.raises(LocalProtocolError):
            card_secret(ADA, BOB.identity, passphrase)
