"""Who somebody is: the signed identity of SREMP 3.1 (protocol.md, section 4)."""

import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import LocalProtocolError, RemoteProtocolError
from .primitives import (
    ed25519_public,
    ed25519_sign,
    ed25519_verify_untrusted,
    x25519_public,
)
from .strict import Array, Binary, Boolean, Exactly, Integer, Map, Text, pack, unpack_untrusted

ANONYMOUS = "anonymous"
"""The name of those who give none."""

IDENTITY_MAX = 371
USERNAME_MAX = 40
RANDOMNESS_SIZE = 96
ROTATION_SIZE = 64

_KEY = Binary(32, 32)
_SHAPE = Array(
    verified=Array(
        username=Text(1, USERNAME_MAX),
        identity_key=_KEY,
        noise_key=_KEY,
        flags=Array(
            uses_relay=Boolean(),
            is_machine_account=Boolean(),
            is_relay_server=Boolean(),
            prefers_async=Boolean(),
        ),
        extensions=Array(
            profile_picture=Exactly(None),
            additional_metadata=Map({"meeting_key": _KEY}, Binary(0, IDENTITY_MAX)),
        ),
        version=Integer(1),
        created=Integer(0),
    ),
    signature=Binary(64, 64),
)
_FAULTS = {
    "Cc": "holds a control character, such as a tab or a line break",
    "Cs": "holds half of a character",
}


@dataclass(frozen=True)
class Identity:
    """The public part. ``identity_key`` (Ed25519) is who this is, whatever else changes.

    ``metadata`` is SREMP's additional_metadata as sorted pairs; ``created`` is in Unix seconds.
    The username is its owner's own claim: sanitise it before showing it.
    """

    username: str
    identity_key: bytes
    noise_key: bytes
    flags: tuple[bool, ...]
    metadata: tuple[tuple[str, bytes], ...]
    version: int
    created: int
    signature: bytes

    @property
    def meeting_key(self) -> bytes:
        """The X25519 public key that pair secrets are made with."""
        return dict(self.metadata)["meeting_key"]


@dataclass(frozen=True)
class UserIdentity:
    """Our own identity with its private keys: an Ed25519 seed and two X25519 keys."""

    identity: Identity
    private_identity_key: bytes = field(repr=False)
    private_noise_key: bytes = field(repr=False)
    private_meeting_key: bytes = field(repr=False)


def make_identity(username: str, randomness: bytes, created: int) -> UserIdentity:
    """A new identity from 96 random bytes; ``created`` is in Unix seconds.

    LocalProtocolError, with a sentence for its owner, if the username is not allowed.
    """
    if len(randomness) != RANDOMNESS_SIZE:
        raise LocalProtocolError(f"an identity is made from {RANDOMNESS_SIZE} random bytes")
    if fault := _username_fault(username):
        raise LocalProtocolError(
            f"This name {fault}. Choose one of 1 to {USERNAME_MAX} characters, on one line, "
            "without a space at either end."
        )
    seed, noise, meeting = randomness[:32], randomness[32:64], randomness[64:]
    unsigned = Identity(
        username=username,
        identity_key=ed25519_public(seed),
        noise_key=x25519_public(noise),
        flags=(False,) * 4,
        metadata=(("meeting_key", x25519_public(meeting)),),
        version=1,
        created=created,
        signature=b"",
    )
    return UserIdentity(_sign(unsigned, seed), seed, noise, meeting)


def rotate(user: UserIdentity, randomness: bytes, created: int) -> UserIdentity:
    """The same person's next version, with new noise and meeting keys from 64 random bytes.

    Who has the old card alone cannot meet this person any more, nor be met.
    """
    if len(randomness) != ROTATION_SIZE:
        raise LocalProtocolError(f"keys are rotated with {ROTATION_SIZE} random bytes")
    noise, meeting = randomness[:32], randomness[32:]
    old, seed = user.identity, user.private_identity_key
    metadata = dict(old.metadata) | {"meeting_key": x25519_public(meeting)}
    unsigned = replace(
        old,
        noise_key=x25519_public(noise),
        metadata=tuple(metadata.items()),
        version=old.version + 1,
        created=created,
    )
    return UserIdentity(_sign(unsigned, seed), seed, noise, meeting)


def newer(known: Identity, seen: Identity) -> Identity:
    """The one of two identities of one person that counts: the higher version.

    RemoteProtocolError, with a sentence, if ``seen`` is older than ``known``, is somebody else's,
    or is another one of the same version.
    """
    if seen.identity_key != known.identity_key:
        raise RemoteProtocolError("This is somebody else: the identity key is another one.")
    if seen.version < known.version:
        raise RemoteProtocolError(
            f"This is an old card, version {seen.version}: version {known.version} is known."
        )
    if seen.version == known.version and seen != known:
        raise RemoteProtocolError(
            f"There are two different cards with the version {seen.version} of one identity key: "
            "one identity is kept in two places, or somebody else has its key."
        )
    return seen


def encode_identity(identity: Identity) -> bytes:
    """The identity as it goes into a message of the handshake."""
    return pack([_verified(identity), identity.signature])


def decode_identity_untrusted(data: bytes) -> Identity:
    """The identity in ``data``, its signature verified. Raises RemoteProtocolError.

    That it belongs to this connection, and to the person who was called, is not checked here.
    """
    value = unpack_untrusted(data, max_len=IDENTITY_MAX, shape=_SHAPE, name="the identity")
    (username, identity_key, noise_key, flags, (_, metadata), version, created), signature = value
    if fault := _username_fault(username):
        raise RemoteProtocolError(f"the username {fault}")
    identity = Identity(
        username=username,
        identity_key=identity_key,
        noise_key=noise_key,
        flags=tuple(flags),
        metadata=tuple(metadata.items()),
        version=version,
        created=created,
        signature=signature,
    )
    ed25519_verify_untrusted(identity_key, _signed_bytes(identity), signature)
    return identity


def _sign(identity: Identity, seed: bytes) -> Identity:
    return replace(identity, signature=ed25519_sign(seed, _signed_bytes(identity)))


def _verified(identity: Identity) -> list[Any]:
    """SREMP's ``verified``: what the signature covers."""
    return [
        identity.username,
        identity.identity_key,
        identity.noise_key,
        identity.flags,
        [None, dict(identity.metadata)],
        identity.version,
        identity.created,
    ]


def _signed_bytes(identity: Identity) -> bytes:
    return pack(_verified(identity))


def _username_fault(username: str) -> str | None:
    """What is wrong with it, to follow "the username"; None if nothing is."""
    if not 1 <= len(username) <= USERNAME_MAX:
        return f"has {len(username)} characters"
    if username != username.strip(" "):
        return "begins or ends with a space"
    faults = (_FAULTS.get(unicodedata.category(character)) for character in username)
    return next(filter(None, faults), None)
