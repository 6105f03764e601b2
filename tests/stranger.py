"""A second peer, written from guide/protocol.md alone, with other libraries than Entrechat's own.

Nothing of entrechat_tui is imported here. One Stranger is one stream: give it what came in with
receive(), send what take() returns, call tick() at times, close when ``closed`` is not None.
"""

import base64
import hashlib
import hmac
from collections.abc import Generator
from math import inf
from typing import Any

import msgpack
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic
from noise.connection import Keypair, NoiseConnection
from noise.exceptions import NoiseInvalidMessage

HELLO, TEXT, ACK, HEARTBEAT, GOODBYE, SETTLED = range(6)
FIELDS = {HELLO: [int], TEXT: [int, int, int, bytes], ACK: [int], GOODBYE: [int]}
GREETING, TALKING, LEAVING, DONE = range(4)
ALLOWED = ({HELLO}, {TEXT, ACK, HEARTBEAT, GOODBYE}, {ACK, HEARTBEAT, SETTLED}, set[int]())
IDENTITY = [[str, bytes, bytes, [bool] * 4, [type(None), dict], int, int], bytes]
FAULTS = (ValueError, TypeError, InvalidTag, InvalidSignature, NoiseInvalidMessage)


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
    return hash_secret_raw(" ".join(words).encode(), b"entrechat phrase", 3, 2**18, 1, 32, Type.ID)


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
        signing, noise = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        self.key, self.noise = public(signing), noise.private_bytes_raw()
        more = [None, {"meeting_key": public(X25519PrivateKey.generate())}]
        verified = [name, self.key, public(noise), [False] * 4, more, 1, created]
        self.identity = msgpack.packb([verified, signing.sign(msgpack.packb(verified))])


def verify_identity(data: bytes, static: bytes, own: bytes) -> str:
    identity = unpack(data)
    check(len(data) <= 371 and matches(identity, IDENTITY), "the encoding of an identity")
    (name, key, noise, _, (_, metadata), version, created), signature = identity
    controls = any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in name)
    check(1 <= len(name) <= 40 and name == name.strip(" ") and not controls, "a username")
    sizes = [len(field) for field in (key, noise, metadata.get("meeting_key", b""), signature)]
    check(sizes == [32, 32, 32, 64] and {bytes}.issuperset(map(type, metadata.values())), "fields")
    Ed25519PublicKey.from_public_bytes(key).verify(signature, msgpack.packb(identity[0]))
    check(noise == static and key != own and version >= 1 and created >= 0, "who it is")
    return str(name)


class Stranger:
    def __init__(self, me: Me, meeting: Meeting, dialer: bool, now: float, limit: int) -> None:
        self.me, self.meeting, self.dialer, self.now, self.limit = me, meeting, dialer, now, limit
        self.buffer, self.out = bytearray(), bytearray()
        self.mine = self.theirs = GREETING
        self.closed: str | None = None  # why, once it is; "" after both goodbyes
        self.heard: list[str] = []
        self.waiting, self.chunks = list[bytes](), list[bytes]()
        self.total = self.said = self.delivered = 0
        self.name, self.farewell = "", -1  # theirs; the code in their GOODBYE
        self.spoke_at, self.over_at = now, inf
        self.noise = NoiseConnection.from_name(b"Noise_XXpsk0_25519_ChaChaPoly_BLAKE2s")
        self.noise.set_psks(psk=meeting.psk)
        self.noise.set_keypair_from_private_bytes(Keypair.STATIC, me.noise)
        (self.noise.set_as_initiator if dialer else self.noise.set_as_responder)()
        self.steps = self.converse()
        self.wants = next(self.steps)  # bytes

    def take(self) -> bytes:
        data = bytes(self.out)
        self.out.clear()
        return data

    def receive(self, data: bytes) -> None:
        """Take bytes from the stream; b"" is its end."""
        self.buffer += data
        try:
            while self.closed is None and len(self.buffer) >= self.wants:
                piece, self.buffer = self.buffer[: self.wants], self.buffer[self.wants :]
                self.wants = self.steps.send(bytes(piece))
        except (*FAULTS, StopIteration) as error:
            self.closed = f"{type(error).__name__} {error}"
        if not data and self.closed is None:
            self.closed = "" if self.mine == DONE else "lost"

    def say(self, *texts: str) -> None:
        """Send texts, as far as the window goes now; the others later."""
        self.waiting += [text.encode() for text in texts]
        opened = self.mine == self.theirs == TALKING
        while opened and self.waiting and self.said - self.delivered < 256:
            data = self.waiting.pop(0)
            chunks = [data[at : at + 460] for at in range(0, len(data), 460)]
            self.said += 1
            for index, chunk in enumerate(chunks):
                self.send(TEXT, self.said, index, len(chunks), chunk)

    def leave(self, code: int = 0) -> None:
        if self.mine == TALKING:
            self.waiting.clear()
            self.send(GOODBYE, code)

    def tick(self, now: float) -> None:
        self.now = now
        if now >= self.over_at:
            self.leave(1)
        elif now >= self.spoke_at + 5 and self.mine == TALKING:
            self.send(HEARTBEAT)

    def tag(self, role: bytes, header: bytes) -> bytes:
        return hmac.digest(self.meeting.header_key, role + header, "sha256")[:16]

    def start_noise(self, header: bytes) -> None:
        self.noise.set_prologue(header + self.meeting.address.encode())
        self.noise.start_handshake()

    def converse(self) -> Generator[int, bytes, None]:
        """Yields how many bytes it wants next; returns if the other side has another version."""
        mine, theirs = (b"dialer", b"host") if self.dialer else (b"host", b"dialer")
        header, payload = msgpack.packb(["entrechat", 1, 0]), pad(self.me.identity, 373)
        opening = header + self.tag(mine, header)
        if self.dialer:
            self.start_noise(header)
            self.out += opening + self.noise.write_message()
        first = yield 29
        header, tag = first[:13], first[13:]
        check(hmac.compare_digest(self.tag(theirs, header), tag), "the tag")
        version = unpack(header)
        check(matches(version, [str, int, int]) and version[0] == "entrechat", "the header")
        if version[1] != 1:
            self.out += b"" if self.dialer else opening
            return
        if not self.dialer:
            self.start_noise(header)
            self.noise.read_message((yield 48))
            self.out += opening + self.noise.write_message(payload)
        state = self.noise.noise_protocol.handshake_state  # the library drops it at the end
        identity = unpad(bytes(self.noise.read_message((yield 469 if self.dialer else 437))))
        self.name = verify_identity(identity, state.rs.public_bytes, self.me.key)
        if self.dialer:
            self.out += self.noise.write_message(payload)
        self.send(HELLO, self.limit)
        while True:
            self.take_frame(unpack(unpad(self.noise.decrypt((yield 498)))))

    def send(self, kind: int, *fields: int | bytes) -> None:
        self.mine += kind in (HELLO, GOODBYE, SETTLED)
        self.out += self.noise.encrypt(pad(msgpack.packb([kind, *fields]), 482))
        self.spoke_at = self.now

    def take_frame(self, frame: Any) -> None:
        check(isinstance(frame, list) and frame and type(frame[0]) is int, "a frame")
        kind, *fields = frame
        check(kind in ALLOWED[self.theirs], f"frame {kind} in state {self.theirs}")
        check(matches(fields, FIELDS.get(kind, [])), "the fields of a frame")
        self.theirs += kind in (HELLO, GOODBYE, SETTLED)
        if kind == HELLO:
            check(60 <= fields[0] <= 86_400, "a limit")
            self.over_at = self.now + min(self.limit, fields[0])
        elif kind == TEXT:
            self.take_chunk(*fields)
        elif kind == ACK:
            check(self.delivered < fields[0] <= self.said, "ACK")
            self.delivered = fields[0]
        elif kind == GOODBYE:
            check(fields[0] in (0, 1, 2) and not self.chunks, "GOODBYE")
            self.farewell = fields[0]
            self.leave()
        elif kind == SETTLED:
            check(self.mine >= LEAVING and self.said == self.delivered, "SETTLED")
        self.say()
        if self.mine == LEAVING <= self.theirs and self.said == self.delivered:
            self.send(SETTLED)
        if self.mine == self.theirs == DONE:
            self.closed = "something after SETTLED" if self.buffer else ""

    def take_chunk(self, ident: int, index: int, total: int, chunk: bytes) -> None:
        if index == 0:
            self.total = total
        check(1 <= total <= 143 and total == self.total, "a total")
        check(ident == len(self.heard) + 1 and index == len(self.chunks), "the order of chunks")
        self.chunks.append(chunk)
        if index + 1 < total:
            check(len(chunk) == 460, "the size of a chunk")
            return
        data = b"".join(self.chunks)
        check(0 < len(chunk) <= 460 and len(data) <= 65_536, "the size of a message")
        self.chunks = []
        self.heard.append(data.decode())
        self.send(ACK, ident)
