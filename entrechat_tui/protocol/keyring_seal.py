"""A keyring as sealed bytes: what a keyring file holds, and what goes to one's own other machine.

header: "entrechat keyring 1" and a line feed; Argon2id's passes and KiB of memory (u32, little
endian); its salt, 16 bytes; the nonce, 24 bytes. Behind it, XChaCha20-Poly1305 of the content,
with the header as associated data and with Argon2id of the passphrase (NFKD, UTF-8) as the key.
The content is canonical MessagePack, and zeros up to a multiple of 4096 bytes, which hide how many
people somebody knows; since it ends with a boolean, the zeros need no length.
"""

import struct
from dataclasses import dataclass
from typing import Any, Final

from .card import decode_card_untrusted, encode_card
from .errors import LocalProtocolError, RemoteProtocolError
from .frames import MAX_PARCEL
from .identity import IDENTITY_MAX, UserIdentity, decode_identity_untrusted, encode_identity
from .keyring import PETNAME_MAX, Contact, Keyring, Trust, petname_fault, petname_key
from .passphrase import passphrase_bytes
from .primitives import (
    ARGON2ID_MEMORY,
    ARGON2ID_PASSES,
    SALT_SIZE,
    TAG_SIZE,
    XNONCE_SIZE,
    argon2id,
    ed25519_public,
    x25519_public,
    xopen_untrusted,
    xseal,
)
from .strict import Array, Binary, Boolean, Integer, Optional, Several, Text, pack, unpack_untrusted

RANDOMNESS_SIZE = SALT_SIZE + XNONCE_SIZE

_NAME = b"entrechat keyring "
_MAGIC = _NAME + b"1\n"
_HEADER = struct.Struct(f"<{len(_MAGIC)}sII{SALT_SIZE}s{XNONCE_SIZE}s")
_BLOCK = 4096
_PASSES = range(1, 11)
_KIB = range(8 << 10, (1 << 20) + 1)

_KEY = Binary(32, 32)
_CARD = Binary(1, IDENTITY_MAX)
_CONTENT = Array(
    own=Optional(
        Array(
            identity=_CARD,
            private_identity_key=_KEY,
            private_noise_key=_KEY,
            private_meeting_key=_KEY,
        )
    ),
    contacts=Several(
        Array(
            petname=Text(1, PETNAME_MAX),
            card=_CARD,
            trust=Integer(0, 2),
            first_seen=Integer(0),
            last_seen=Integer(0),
        )
    ),
    remember_times=Boolean(),
)


@dataclass(frozen=True)
class Cost:
    """What one guess at the passphrase costs: Argon2id's passes and memory in KiB."""

    passes: int = ARGON2ID_PASSES
    kib: int = ARGON2ID_MEMORY >> 10


MODERATE: Final = Cost()


def seal_keyring(
    keyring: Keyring, passphrase: str, randomness: bytes, cost: Cost = MODERATE
) -> bytes:
    """The sealed form; ``randomness`` is 40 bytes. Takes as long as Argon2id does.

    LocalProtocolError, with a sentence, for a bad passphrase and for more than 1 MiB.
    """
    if len(randomness) != RANDOMNESS_SIZE:
        raise LocalProtocolError(f"a keyring is sealed with {RANDOMNESS_SIZE} random bytes")
    salt, nonce = randomness[:SALT_SIZE], randomness[SALT_SIZE:]
    header = _HEADER.pack(_MAGIC, cost.passes, cost.kib, salt, nonce)
    content = _encode(keyring)
    padded = content + bytes(-len(content) % _BLOCK)
    if _HEADER.size + len(padded) + TAG_SIZE > MAX_PARCEL:
        raise LocalProtocolError("The keyring is full (1 MiB): forget a contact first.")
    return header + xseal(_key(passphrase, salt, cost), nonce, header, padded)


def open_keyring_untrusted(sealed: bytes, passphrase: str) -> Keyring:
    """The keyring in ``sealed``. Takes as long as Argon2id does, with at most 1 GiB.

    Raises RemoteProtocolError, whose message follows the name of what was opened;
    LocalProtocolError for a passphrase that is none; MemoryError.
    """
    check_sealed_untrusted(sealed)
    header, ciphertext = sealed[: _HEADER.size], sealed[_HEADER.size :]
    _, passes, kib, salt, nonce = _HEADER.unpack(header)
    key = _key(passphrase, salt, Cost(passes, kib))
    try:
        padded = xopen_untrusted(key, nonce, header, ciphertext)
    except RemoteProtocolError:
        raise RemoteProtocolError(
            "does not open: the passphrase is wrong, or the file is damaged (nobody can tell which)"
        ) from None
    try:
        return _decode_untrusted(padded)
    except RemoteProtocolError as error:
        raise RemoteProtocolError(f"opens, but what it holds breaks a rule: {error}") from None


def check_sealed_untrusted(sealed: bytes) -> None:
    """What can be said without the passphrase: RemoteProtocolError as open_keyring_untrusted."""
    if not sealed or not sealed.startswith(_NAME[: len(sealed)]):
        raise RemoteProtocolError("is not a keyring of Entrechat")
    if not sealed.startswith(_MAGIC[: len(sealed)]):
        raise RemoteProtocolError("is a keyring of a version that this program does not know")
    if len(sealed) > MAX_PARCEL or (len(sealed) - _HEADER.size) % _BLOCK != TAG_SIZE:
        raise RemoteProtocolError("is damaged: it was cut short, or something was added to it")
    _, passes, kib, _, _ = _HEADER.unpack_from(sealed)
    if passes not in _PASSES or kib not in _KIB:
        raise RemoteProtocolError("is damaged: no keyring has such parameters of Argon2id")


def _key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return argon2id(passphrase_bytes(passphrase), salt, cost.passes, cost.kib << 10)


def _encode(keyring: Keyring) -> bytes:
    contacts = [
        [c.petname, encode_card(c.card), c.trust.value, c.first_seen, c.last_seen]
        for c in keyring.contacts
    ]
    return pack([_own(keyring.own), contacts, keyring.remember_times])


def _own(own: UserIdentity | None) -> list[bytes] | None:
    if own is None:
        return None
    return [
        encode_identity(own.identity),
        own.private_identity_key,
        own.private_noise_key,
        own.private_meeting_key,
    ]


def _decode_untrusted(padded: bytes) -> Keyring:
    own, contacts, remember = unpack_untrusted(
        padded.rstrip(b"\0"), max_len=MAX_PARCEL, shape=_CONTENT, name="the content"
    )
    keyring = Keyring(
        own=own and _decode_own_untrusted(*own),
        contacts=tuple(_decode_contact_untrusted(*contact) for contact in contacts),
        remember_times=remember,
    )
    _check_distinct_untrusted(keyring)
    return keyring


def _decode_own_untrusted(data: bytes, seed: bytes, noise: bytes, meeting: bytes) -> UserIdentity:
    own = decode_identity_untrusted(data)
    public = ed25519_public(seed), x25519_public(noise), x25519_public(meeting)
    if public != (own.identity_key, own.noise_key, own.meeting_key):
        raise RemoteProtocolError("the private keys are not those of the identity")
    return UserIdentity(own, seed, noise, meeting)


def _decode_contact_untrusted(petname: str, card: bytes, trust: int, *seen: Any) -> Contact:
    if fault := petname_fault(petname):
        raise RemoteProtocolError(f"a contact's name {fault}")
    return Contact(petname, decode_card_untrusted(card), Trust(trust), *seen)


def _check_distinct_untrusted(keyring: Keyring) -> None:
    owner = [keyring.own.identity.identity_key] if keyring.own else []
    keys = owner + [contact.identity_key for contact in keyring.contacts]
    names = [petname_key(contact.petname) for contact in keyring.contacts]
    if len(set(keys)) < len(keys) or len(set(names)) < len(names):
        raise RemoteProtocolError("two contacts have one name or one identity key")
