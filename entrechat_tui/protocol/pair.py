"""From two cards to a pair secret (protocol.md, section 1)."""

from .card import Card
from .errors import LocalProtocolError
from .identity import UserIdentity
from .meeting import Role
from .passphrase import passphrase_bytes
from .primitives import argon2id, hkdf_sha256_expand, hkdf_sha256_extract, sha256, x25519

_NO_PASSPHRASE = bytes(32)


def card_role(own: UserIdentity, peer: Card) -> Role:
    """Our part in a call: the lower identity key hosts. LocalProtocolError if the card is ours."""
    ours, theirs = own.identity.identity_key, peer.identity_key
    if ours == theirs:
        raise LocalProtocolError("That card is your own.")
    return Role.HOST if ours < theirs else Role.DIALER


def card_secret(own: UserIdentity, peer: Card, passphrase: str | None) -> bytes:
    """The pair secret of two people who have each other's card, 32 bytes.

    ``passphrase``: what both know besides, if anything; with one this is slow on purpose: run it
    outside of the event loop. LocalProtocolError if the card is our own, or the passphrase empty
    or not text; RemoteProtocolError if the card's meeting key is of small order.
    """
    card_role(own, peer)
    ids = b"".join(sorted((own.identity.identity_key, peer.identity_key)))
    shared = x25519(own.private_meeting_key, peer.meeting_key)
    stretched = _NO_PASSPHRASE if passphrase is None else _stretch(passphrase, ids)
    prk = hkdf_sha256_extract(b"entrechat 1 pair", shared + stretched)
    return hkdf_sha256_expand(prk, ids, 32)


def _stretch(passphrase: str, ids: bytes) -> bytes:
    return argon2id(passphrase_bytes(passphrase), sha256(b"entrechat pair" + ids)[:16])
