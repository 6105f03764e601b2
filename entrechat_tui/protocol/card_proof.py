"""A card given within a session, with the proof that the giver holds its key (section 6).

Without the proof anybody could hand over somebody else's card as their own.
"""

from .frames import Card
from .identity import Identity, UserIdentity, decode_identity_untrusted, encode_identity
from .meeting import Role
from .primitives import ed25519_sign, ed25519_verify_untrusted


def make_card(user: UserIdentity, role: Role, handshake_hash: bytes) -> Card:
    """``user``'s card for this one session; ``role`` is its giver's."""
    proof = ed25519_sign(user.private_identity_key, _proven(role, handshake_hash))
    return Card(encode_identity(user.identity), proof)


def read_card_untrusted(card: Card, role: Role, handshake_hash: bytes) -> Identity:
    """The identity on it; ``role`` is the giver's. RemoteProtocolError if it is not the giver's."""
    identity = decode_identity_untrusted(card.identity)
    proven = _proven(role, handshake_hash)
    ed25519_verify_untrusted(identity.identity_key, proven, card.proof)
    return identity


def _proven(role: Role, handshake_hash: bytes) -> bytes:
    return b"entrechat 1 card" + role.label + handshake_hash
