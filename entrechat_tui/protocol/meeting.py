"""Where and when two people who share a secret meet (protocol.md, section 2)."""

import base64
from dataclasses import dataclass, field
from enum import Enum

from .errors import LocalProtocolError
from .phrase import Phrase
from .primitives import (
    argon2id,
    ed25519_public,
    hkdf_sha256_expand,
    hkdf_sha256_extract,
    sha3_256,
    sha512,
    x25519_public,
)

SLOT_SECONDS = 900
ONION_PORT = 5222


class Role(Enum):
    """Who publishes the onion service, and who connects to it."""

    HOST = "host"
    DIALER = "dialer"

    @property
    def label(self) -> bytes:
        """The role in what is hashed, keyed or signed."""
        return self.value.encode()

    @property
    def other(self) -> "Role":
        """The peer's role."""
        return Role.HOST if self is Role.DIALER else Role.DIALER


@dataclass(frozen=True)
class MeetingKeys:
    """All that one slot's meeting needs, 32 bytes each; whoever has them can be either side."""

    onion_seed: bytes = field(repr=False)
    auth_private: bytes = field(repr=False)
    psk: bytes = field(repr=False)
    header_key: bytes = field(repr=False)
    slot: int

    @property
    def onion_public(self) -> bytes:
        """The Ed25519 public key of the onion service."""
        return ed25519_public(self.onion_seed)

    @property
    def onion_address(self) -> str:
        """The v3 address, 62 characters with ``.onion`` (rend-spec-v3, section 6)."""
        version = b"\x03"
        checksum = sha3_256(b".onion checksum" + self.onion_public + version)[:2]
        name = base64.b32encode(self.onion_public + checksum + version).decode().lower()
        return f"{name}.onion"

    @property
    def expanded_onion_key(self) -> bytes:
        """64 bytes, of which ADD_ONION takes the base64 as ``ED25519-V3`` (RFC 8032, 5.1.5)."""
        expanded = bytearray(sha512(self.onion_seed))
        expanded[0] &= 0b1111_1000
        expanded[31] &= 0b0111_1111
        expanded[31] |= 0b0100_0000
        return bytes(expanded)

    @property
    def auth_public(self) -> bytes:
        """The X25519 key of client authorisation; ADD_ONION takes its base32 without padding."""
        return x25519_public(self.auth_private)


def slot_of(unix_seconds: float) -> int:
    """The slot that a moment lies in."""
    return int(unix_seconds // SLOT_SECONDS)


def phrase_secret(phrase: Phrase) -> bytes:
    """The pair secret of a phrase, 32 bytes. Slow on purpose: run it outside of the event loop."""
    return argon2id(phrase.password, b"entrechat phrase")


def meeting_keys(pair_secret: bytes, slot: int) -> MeetingKeys:
    """The keys of the meeting in ``slot`` of two people who share ``pair_secret``."""
    if len(pair_secret) != 32:
        raise LocalProtocolError("a pair secret is 32 bytes")
    prk = hkdf_sha256_extract(b"entrechat 1 meeting", pair_secret)

    def derive(label: bytes) -> bytes:
        return hkdf_sha256_expand(prk, label + slot.to_bytes(8, "little"), 32)

    return MeetingKeys(
        onion_seed=derive(b"entrechat 1 onion seed"),
        auth_private=derive(b"entrechat 1 client auth"),
        psk=derive(b"entrechat 1 psk"),
        header_key=derive(b"entrechat 1 header"),
        slot=slot,
    )
