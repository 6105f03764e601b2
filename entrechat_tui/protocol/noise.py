"""The Noise framework (revision 34) with 25519, ChaChaPoly and BLAKE2s, for every pattern.

The objects and their methods are those of the specification's section 5; the patterns are data.
Whatever the peer sent that does not verify raises RemoteProtocolError and ends the handshake: the
state takes and makes no message after it.
"""

from collections.abc import Sequence

from . import primitives
from .errors import LocalProtocolError, RemoteProtocolError
from .patterns import find_pattern

MAX_MESSAGE = 65_535
KEY_SIZE = primitives.KEY_SIZE
TAG_SIZE = primitives.TAG_SIZE

_LAST_NONCE = 2**64 - 1  # reserved (section 5.1): no message may use it
_CIPHER_SUITE = "25519_ChaChaPoly_BLAKE2s"


class CipherState:
    """One direction's key and its count of messages."""

    __slots__ = ("_key", "_nonce")

    def __init__(self, key: bytes, nonce: int = 0) -> None:
        self._key = key
        self._nonce = nonce

    def encrypt(self, ad: bytes, plaintext: bytes) -> bytes:
        """The ciphertext, 16 bytes longer; a plaintext has 65,519 bytes at most."""
        if len(plaintext) > MAX_MESSAGE - TAG_SIZE:
            raise LocalProtocolError("a Noise message is longer than 65,535 bytes")
        if self._nonce == _LAST_NONCE:
            raise LocalProtocolError("a Noise key has sealed all the messages that it may")
        ciphertext = primitives.seal(self._key, self._nonce_bytes(), ad, plaintext)
        self._nonce += 1
        return ciphertext

    def decrypt_untrusted(self, ad: bytes, ciphertext: bytes) -> bytes:
        """The plaintext; after a RemoteProtocolError the same message is still awaited."""
        if len(ciphertext) > MAX_MESSAGE:
            raise RemoteProtocolError("a Noise message is longer than 65,535 bytes")
        if self._nonce == _LAST_NONCE:
            raise RemoteProtocolError("a Noise key has opened all the messages that it may")
        plaintext = primitives.open_untrusted(self._key, self._nonce_bytes(), ad, ciphertext)
        self._nonce += 1
        return plaintext

    def _nonce_bytes(self) -> bytes:
        return b"\0\0\0\0" + self._nonce.to_bytes(8, "little")


class SymmetricState:
    """The chaining key, the handshake hash, and the cipher once there is a key (section 5.2)."""

    __slots__ = ("_chaining_key", "_cipher", "hash")

    def __init__(self, protocol_name: bytes) -> None:
        fits = len(protocol_name) <= 32
        self.hash = protocol_name.ljust(32, b"\0") if fits else primitives.blake2s(protocol_name)
        self._chaining_key = self.hash
        self._cipher: CipherState | None = None

    @property
    def overhead(self) -> int:
        """How many bytes ``encrypt_and_hash`` adds."""
        return 0 if self._cipher is None else TAG_SIZE

    def mix_key(self, key_material: bytes) -> None:
        self._chaining_key, key = primitives.noise_hkdf(self._chaining_key, key_material, 2)
        self._cipher = CipherState(key)

    def mix_hash(self, data: bytes) -> None:
        self.hash = primitives.blake2s(self.hash + data)

    def mix_key_and_hash(self, psk: bytes) -> None:
        self._chaining_key, for_hash, key = primitives.noise_hkdf(self._chaining_key, psk, 3)
        self.mix_hash(for_hash)
        self._cipher = CipherState(key)

    def encrypt_and_hash(self, plaintext: bytes) -> bytes:
        ciphertext = plaintext
        if self._cipher is not None:
            ciphertext = self._cipher.encrypt(self.hash, plaintext)
        self.mix_hash(ciphertext)
        return ciphertext

    def decrypt_and_hash_untrusted(self, ciphertext: bytes) -> bytes:
        plaintext = ciphertext
        if self._cipher is not None:
            plaintext = self._cipher.decrypt_untrusted(self.hash, ciphertext)
        self.mix_hash(ciphertext)
        return plaintext

    def split(self) -> tuple[CipherState, CipherState]:
        """The ciphers of the initiator's direction and of the responder's."""
        first, second = primitives.noise_hkdf(self._chaining_key, b"", 2)
        return CipherState(first), CipherState(second)


class HandshakeState:
    """One side of one handshake.

    ``pattern`` is a name like ``XXpsk0``. ``s`` and ``e`` are our private keys, ``rs`` is the
    peer's public one where the pattern has it known beforehand, ``psks`` are in the order of use;
    all have 32 bytes. A key that is missing, or that the pattern has no use for, is a
    LocalProtocolError: a caller that gives ``rs`` to XX expects a check that XX does not make.
    """

    def __init__(
        self,
        pattern: str,
        initiator: bool,
        prologue: bytes,
        *,
        s: bytes | None = None,
        e: bytes | None = None,
        rs: bytes | None = None,
        psks: Sequence[bytes] = (),
    ) -> None:
        self._pattern = find_pattern(pattern)
        self._initiator = initiator
        self._own, self._theirs = self._take_keys({"s": s, "e": e, "rs": rs}, psks)
        self._psks = iter(psks)
        self._due = self._pattern.messages
        self._ciphers: tuple[CipherState, CipherState] | None = None
        self._symmetric = SymmetricState(f"Noise_{pattern}_{_CIPHER_SUITE}".encode())
        self._symmetric.mix_hash(prologue)
        self._mix_known_keys()

    def _take_keys(
        self, given: dict[str, bytes | None], psks: Sequence[bytes]
    ) -> tuple[dict[str, bytes], dict[str, bytes]]:
        keys = {name: key for name, key in given.items() if key is not None}
        needs = self._pattern.needs(self._initiator)
        if keys.keys() != needs or len(psks) != self._pattern.psks:
            wanted = ", ".join([*sorted(needs), *["psk"] * self._pattern.psks])
            raise LocalProtocolError(f"{self._pattern.name} takes these keys: {wanted}")
        if any(len(key) != KEY_SIZE for key in (*keys.values(), *psks)):
            raise LocalProtocolError(f"a key of Noise has {KEY_SIZE} bytes")
        theirs = {"s": keys.pop("rs")} if "rs" in keys else {}
        return keys, theirs

    def _mix_known_keys(self) -> None:
        known = (self._pattern.initiator_known, self._pattern.responder_known)
        for is_known, is_own in zip(known, (self._initiator, not self._initiator), strict=True):
            if is_known:
                static = self._own_public("s") if is_own else self._theirs["s"]
                self._symmetric.mix_hash(static)

    def _own_public(self, name: str) -> bytes:
        return primitives.x25519_public(self._own[name])

    @property
    def complete(self) -> bool:
        return self._ciphers is not None

    @property
    def handshake_hash(self) -> bytes:
        """32 bytes that name this handshake for both sides alike (section 11.2)."""
        self.split()
        return self._symmetric.hash

    @property
    def remote_static(self) -> bytes | None:
        """The peer's static public key, once it is known."""
        return self._theirs.get("s")

    def split(self) -> tuple[CipherState, CipherState]:
        """Our sending cipher and our receiving one; LocalProtocolError before the end.

        After a one-way pattern the responder must not send.
        """
        if self._ciphers is None:
            raise LocalProtocolError("the Noise handshake is not over")
        return self._ciphers if self._initiator else self._ciphers[::-1]

    def write_message(self, payload: bytes) -> bytes:
        """The next message, which must be ours. A failure ends the handshake."""
        tokens, later = self._begin(writing=True)
        parts = [self._write_token(token) for token in tokens]
        message = b"".join((*parts, self._symmetric.encrypt_and_hash(payload)))
        if len(message) > MAX_MESSAGE:
            raise LocalProtocolError("a Noise message is longer than 65,535 bytes")
        self._end(later)
        return message

    def read_message_untrusted(self, message: bytes) -> bytes:
        """The payload of the next message, which must be the peer's."""
        tokens, later = self._begin(writing=False)
        if len(message) > MAX_MESSAGE:
            raise RemoteProtocolError("a Noise message is longer than 65,535 bytes")
        rest = message
        for token in tokens:
            rest = self._read_token(token, rest)
        payload = self._symmetric.decrypt_and_hash_untrusted(rest)
        self._end(later)
        return payload

    def _begin(self, *, writing: bool) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """The tokens of this message, and the messages after it.

        Until ``_end`` none is due, so that a failure on the way leaves the state unusable.
        """
        initiators_turn = (len(self._pattern.messages) - len(self._due)) % 2 == 0
        if not self._due or writing != (initiators_turn == self._initiator):
            raise LocalProtocolError("this handshake message is not due")
        tokens, *later = self._due
        self._due = ()
        return tokens, tuple(later)

    def _end(self, later: tuple[tuple[str, ...], ...]) -> None:
        self._due = later
        if not later:
            self._ciphers = self._symmetric.split()
            self._own.clear()  # the ephemeral key must not outlive the handshake

    def _write_token(self, token: str) -> bytes:
        if token == "e":
            public = self._own_public("e")
            self._mix_ephemeral(public)
            return public
        if token == "s":
            return self._symmetric.encrypt_and_hash(self._own_public("s"))
        self._mix_secret(token)
        return b""

    def _read_token(self, token: str, rest: bytes) -> bytes:
        if token not in ("e", "s"):
            self._mix_secret(token)
            return rest
        size = KEY_SIZE + (self._symmetric.overhead if token == "s" else 0)
        if len(rest) < size:
            raise RemoteProtocolError("a Noise message is too short")
        field, rest = rest[:size], rest[size:]
        if token == "e":
            self._theirs["e"] = field
            self._mix_ephemeral(field)
        else:
            self._theirs["s"] = self._symmetric.decrypt_and_hash_untrusted(field)
        return rest

    def _mix_ephemeral(self, public: bytes) -> None:
        self._symmetric.mix_hash(public)
        if self._pattern.psks:  # section 9.2: under a psk alone, each handshake has the same key
            self._symmetric.mix_key(public)

    def _mix_secret(self, token: str) -> None:
        if token == "psk":
            self._symmetric.mix_key_and_hash(next(self._psks))
        else:  # ee, es, se, ss: the initiator's key, then the responder's
            own, theirs = (token[0], token[1]) if self._initiator else (token[1], token[0])
            self._symmetric.mix_key(primitives.x25519(self._own[own], self._theirs[theirs]))
