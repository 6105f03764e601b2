"""Keys, identities, cards and keyrings of the second peer, from the document alone."""

import base64
import hashlib
import unicodedata
from typing import Any

import msgpack
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt

IDENTITY = [[str, bytes, bytes, [bool] * 4, [type(None), dict], int, int], bytes]
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def check(kept: object, rule: str) -> None:
    if not kept:
        raise ValueError(rule)


def matches(value: Any, shape: Any) -> bool:
    if isinstance(shape, list) and type(value) is list:
        return len(value) == len(shape) and all(map(matches, value, shape))
    return type(value) is shape


def unpack(data: bytes) -> Any:
    value = msgpack.unpackb(data, object_pairs_hook=lambda pairs: dict(sorted(pairs)))
    check(msgpack.packb(value) == data, "canonical MessagePack")
    return value


def pad(body: bytes, size: int) -> bytes:
    return (len(body).to_bytes(2, "little") + body).ljust(size, b"\0")


def unpad(plain: bytes) -> bytes:
    end = 2 + int.from_bytes(plain[:2], "little")
    check(2 < end <= len(plain) and not any(plain[end:]), "padding")
    return plain[2:end]


def public(private: Ed25519PrivateKey | X25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def pair_secret(phrase: str, language: str) -> bytes:
    known = [Mnemonic.normalize_string(word) for word in Mnemonic(language).wordlist]
    words = Mnemonic.normalize_string(phrase).lower().split()
    number = sum(known.index(word) << 11 * (7 - place) for place, word in enumerate(words))
    raw = number.to_bytes(11, "big")
    check(len(words) == 8 and hashlib.sha256(raw[:10]).digest()[:1] == raw[10:], "a phrase")
    return stretch(" ".join(words), b"entrechat phrase", 3, 2**18)


def stretch(passphrase: str, salt: bytes, passes: int, kib: int) -> bytes:
    password = unicodedata.normalize("NFKD", passphrase).encode()
    return hash_secret_raw(password, salt, passes, kib, 1, 32, Type.ID)


def secret_of_cards(
    private: X25519PrivateKey, own: bytes, key: bytes, meeting_key: bytes, passphrase: str | None
) -> bytes:
    ids = min(own, key) + max(own, key)
    dh = private.exchange(X25519PublicKey.from_public_bytes(meeting_key))
    salt = hashlib.sha256(b"entrechat pair" + ids).digest()[:16]
    more = bytes(32) if passphrase is None else stretch(passphrase, salt, 3, 2**18)
    return HKDF(SHA256(), 32, b"entrechat 1 pair", ids).derive(dh + more)


class Meeting:
    def __init__(self, secret: bytes, slot: int) -> None:
        def derive(label: bytes) -> bytes:
            info = b"entrechat 1 " + label + slot.to_bytes(8, "little")
            return HKDF(SHA256(), 32, b"entrechat 1 meeting", info).derive(secret)

        seed, self.auth_private = derive(b"onion seed"), derive(b"client auth")
        self.psk, self.header_key = derive(b"psk"), derive(b"header")
        key = public(Ed25519PrivateKey.from_private_bytes(seed))
        checksum = hashlib.sha3_256(b".onion checksum" + key + b"\3").digest()[:2]
        self.address = base64.b32encode(key + checksum + b"\3").decode().lower() + ".onion"
        digest = hashlib.sha512(seed).digest()
        clamped = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
        self.onion_key = clamped.to_bytes(32, "little") + digest[32:]
        self.auth_public = public(X25519PrivateKey.from_private_bytes(self.auth_private))


class Me:
    def __init__(self, name: str, created: int) -> None:
        self.signing, noise = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        self.meeting = X25519PrivateKey.generate()
        self.key, self.noise = public(self.signing), noise.private_bytes_raw()
        more = [None, {"meeting_key": public(self.meeting)}]
        verified = [name, self.key, public(noise), [False] * 4, more, 1, created]
        self.identity = msgpack.packb([verified, self.signing.sign(msgpack.packb(verified))])

    def prove(self, role: bytes, handshake: bytes) -> bytes:
        return self.signing.sign(b"entrechat 1 card" + role + handshake)

    def pair_secret(self, key: bytes, meeting_key: bytes, passphrase: str | None = None) -> bytes:
        """With the owner of these two keys."""
        return secret_of_cards(self.meeting, self.key, key, meeting_key, passphrase)

    @property
    def link(self) -> str:
        return link(len(self.identity).to_bytes(2, "big") + self.identity)

    @property
    def short_link(self) -> str:
        return link(short_body(self.key, public(self.meeting), 1))


def short_body(key: bytes, meeting_key: bytes, version: int) -> bytes:
    return (32_768 + version).to_bytes(2, "big") + key + meeting_key


def link(body: bytes) -> str:
    card = body + hashlib.sha256(b"entrechat card" + body).digest()[:4]
    bits = "".join(f"{byte:08b}" for byte in card)
    fives = [bits[at : at + 5].ljust(5, "0") for at in range(0, len(bits), 5)]
    return "entrechat:" + "".join(ALPHABET[int(five, 2)] for five in fives)


def read_link(text: str) -> bytes:
    """The body of the card that stands in the line."""
    values = [ALPHABET.index(letter) for letter in text.partition(":")[2]]
    bits = "".join(f"{value:05b}" for value in values)
    card = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))
    body, checksum = card[:-4], card[-4:]
    check(checksum == hashlib.sha256(b"entrechat card" + body).digest()[:4], "the checksum")
    return body


def identity_fields(data: bytes) -> tuple[str, bytes, bytes, bytes]:
    """The name, identity_key, noise_key and meeting_key of an identity that is well signed."""
    identity = unpack(data)
    check(len(data) <= 371 and matches(identity, IDENTITY), "the encoding of an identity")
    (name, key, noise, _, (_, metadata), version, created), signature = identity
    controls = any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in name)
    check(1 <= len(name) <= 40 and name == name.strip(" ") and not controls, "a username")
    meeting = metadata.get("meeting_key", b"")
    sizes = [len(field) for field in (key, noise, meeting, signature)]
    check(sizes == [32, 32, 32, 64] and {bytes}.issuperset(map(type, metadata.values())), "fields")
    check(version >= 1 and created >= 0, "the numbers of an identity")
    Ed25519PublicKey.from_public_bytes(key).verify(signature, msgpack.packb(identity[0]))
    return name, key, noise, meeting


def open_keyring(sealed: bytes, passphrase: str) -> Any:
    """[own, contacts, remember_times] of a sealed keyring."""
    check(sealed[:20] == b"entrechat keyring 1\n", "a keyring")
    header, salt, nonce = sealed[:68], sealed[28:44], sealed[44:68]
    passes, kib = (int.from_bytes(sealed[at : at + 4], "little") for at in (20, 24))
    check(1 <= passes <= 10 and 8192 <= kib <= 2**20 and len(sealed) <= 2**20, "the bounds")
    key = stretch(passphrase, salt, passes, kib)
    padded = crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[68:], header, nonce, key)
    check(len(padded) % 4096 == 0, "the padding of a keyring")
    unpacker = msgpack.Unpacker()
    unpacker.feed(padded)
    content = unpacker.unpack()
    check(not any(padded[unpacker.tell() :]), "the padding of a keyring")
    return content
