"""A second peer, written from guide/protocol.md alone, with other libraries than Entrechat's own.

Nothing of entrechat_tui is imported here. One Stranger is one stream: give it what came in with
receive(), send what take() returns, call tick() at times, close when ``closed`` is not None.
"""

import hashlib
import hmac
from collections.abc import Generator
from math import inf
from typing import Any

import msgpack
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from noise.connection import Keypair, NoiseConnection
from noise.exceptions import NoiseInvalidMessage

from .stranger_keys import Me, Meeting, check, identity_fields, matches, pad, unpack, unpad

HELLO, TEXT, ACK, HEARTBEAT, GOODBYE, SETTLED, COMMIT, REVEAL = range(8)
VERIFIED, CARD, ACCEPTED, OFFER, ANSWER, PARCEL, ARRIVED = range(8, 15)
FIELDS = {
    HELLO: [int],
    TEXT: [int, int, int, bytes],
    ACK: [int],
    GOODBYE: [int],
    COMMIT: [bytes],
    REVEAL: [bytes],
    VERIFIED: [bool],
    CARD: [bytes, bytes],
    OFFER: [int, int],
    ANSWER: [bool],
    PARCEL: [int, int, bytes],
}
GREETING, COMMITTING, TALKING, LEAVING, DONE = range(5)
MORE = {REVEAL, VERIFIED, CARD, ACCEPTED, OFFER, ANSWER, PARCEL, ARRIVED}
ALLOWED = (
    {HELLO},
    {COMMIT},
    {TEXT, ACK, HEARTBEAT, GOODBYE} | MORE,
    {ACK, HEARTBEAT, SETTLED},
    set[int](),
)
STEPS = {HELLO, COMMIT, GOODBYE, SETTLED}  # each leads to the next state
FAULTS = (ValueError, TypeError, InvalidTag, InvalidSignature, NoiseInvalidMessage)


class Stranger:
    def __init__(
        self, me: Me, meeting: Meeting, dialer: bool, now: float, limit: int, nonce: bytes = b"?"
    ) -> None:
        self.me, self.meeting, self.dialer, self.now, self.limit = me, meeting, dialer, now, limit
        self.buffer, self.out = bytearray(), bytearray()
        self.mine = self.theirs = GREETING
        self.closed: str | None = None  # why, once it is; "" after both goodbyes
        self.heard: list[str] = []
        self.waiting, self.chunks = list[bytes](), list[bytes]()
        self.total = self.said = self.delivered = 0
        self.name, self.farewell = "", -1  # theirs; the code in their GOODBYE
        self.roles = (b"dialer", b"host") if dialer else (b"host", b"dialer")  # ours, theirs
        self.exchange = Exchange(self, nonce.ljust(32, b"?"))
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
        opened = self.mine == TALKING and COMMITTING <= self.theirs <= TALKING
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
        mine, theirs = self.roles
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
        self.name, key, noise, _ = identity_fields(identity)
        check(noise == state.rs.public_bytes and key != self.me.key, "who it is")
        if self.dialer:
            self.out += self.noise.write_message(payload)
        self.send(HELLO, self.limit)
        self.send(COMMIT, self.exchange.begin(self.noise.get_handshake_hash()))
        while True:
            self.take_frame(unpack(unpad(self.noise.decrypt((yield 498)))))

    def send(self, kind: int, *fields: int | bytes) -> None:
        self.mine += kind in STEPS
        self.out += self.noise.encrypt(pad(msgpack.packb([kind, *fields]), 482))
        self.spoke_at = self.now

    def take_frame(self, frame: Any) -> None:
        check(isinstance(frame, list) and frame and type(frame[0]) is int, "a frame")
        kind, *fields = frame
        check(kind in ALLOWED[self.theirs], f"frame {kind} in state {self.theirs}")
        check(matches(fields, FIELDS.get(kind, [])), "the fields of a frame")
        self.theirs += kind in STEPS
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
        elif kind != HEARTBEAT:
            self.exchange.take(kind, *fields)
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


class Exchange:
    """Words, cards and keyrings: sections 6 and 10."""

    def __init__(self, stranger: Stranger, nonce: bytes) -> None:
        self.stranger, self.nonce = stranger, nonce
        self.ours, self.theirs = stranger.roles
        self.seen = set[int]()
        self.words = self.peers_words = ()
        self.matched: bool | None = None
        self.card, self.offered, self.keyring = b"", (0, 0), b""
        self.leaving = b""  # the keyring that we offer
        self.accepted = self.arrived = self.taking = False

    def begin(self, handshake: bytes) -> bytes:
        self.handshake = handshake
        return self.commitment(self.ours, self.nonce)

    def commitment(self, role: bytes, nonce: bytes) -> bytes:
        return hashlib.sha256(b"entrechat 1 commit" + role + self.handshake + nonce).digest()

    def say(self, role: bytes, nonces: bytes) -> tuple[int, ...]:
        info = role + self.handshake
        output = HKDF(SHA256(), 5, b"entrechat 1 words", info).derive(nonces)
        bits = "".join(f"{byte:08b}" for byte in output)
        return tuple(int(bits[at : at + 11], 2) for at in (0, 11, 22))

    def give_card(self, me: Me) -> None:
        self.stranger.send(CARD, me.identity, me.prove(self.ours, self.handshake))

    def offer(self, sealed: bytes, contacts: int) -> None:
        self.leaving = sealed
        self.stranger.send(OFFER, len(sealed), contacts)

    def answer(self, taken: bool) -> None:
        self.taking = taken
        self.stranger.send(ANSWER, taken)

    def take(self, kind: int, *fields: Any) -> None:
        if kind in (COMMIT, REVEAL, VERIFIED, CARD, ACCEPTED):
            check(kind not in self.seen, f"frame {kind} twice")
            self.seen.add(kind)
        if kind == COMMIT:
            check(len(fields[0]) == 32, "COMMIT")
            self.committed = fields[0]
            if self.stranger.mine == TALKING:
                self.stranger.send(REVEAL, self.nonce)
        elif kind == REVEAL:
            self.take_nonce(*fields)
        elif kind == VERIFIED:
            check(REVEAL in self.seen, "VERIFIED")
            self.matched = fields[0]
        elif kind == CARD:
            self.take_card(*fields)
        elif kind == ACCEPTED:
            self.accepted = True
        elif kind == OFFER:
            check(1 <= fields[0] <= 2**20 and 0 <= fields[1] <= 65_535, "OFFER")
            self.offered = fields
        elif kind == ANSWER:
            check(self.leaving, "ANSWER")
            if fields[0]:
                self.send_keyring()
        elif kind == PARCEL:
            self.take_chunk(*fields)
        elif kind == ARRIVED:
            self.arrived = True

    def take_nonce(self, nonce: bytes) -> None:
        check(self.commitment(self.theirs, nonce) == self.committed, "REVEAL")
        ours_first = self.ours == b"dialer"
        nonces = self.nonce + nonce if ours_first else nonce + self.nonce
        self.words, self.peers_words = self.say(self.ours, nonces), self.say(self.theirs, nonces)

    def take_card(self, card: bytes, proof: bytes) -> None:
        _, key, *_ = identity_fields(card)
        proven = b"entrechat 1 card" + self.theirs + self.handshake
        Ed25519PublicKey.from_public_bytes(key).verify(proof, proven)
        self.card = card

    def send_keyring(self) -> None:
        chunks = [self.leaving[at : at + 460] for at in range(0, len(self.leaving), 460)]
        for index, chunk in enumerate(chunks):
            self.stranger.send(PARCEL, index, len(chunks), chunk)

    def take_chunk(self, index: int, total: int, chunk: bytes) -> None:
        size = self.offered[0]
        check(
            self.taking and total == -(-size // 460) and index * 460 == len(self.keyring), "chunk"
        )
        check(len(chunk) == min(460, size - len(self.keyring)), "the size of a chunk")
        self.keyring += chunk
        if len(self.keyring) == size:
            self.taking = False
            self.stranger.send(ARRIVED)
