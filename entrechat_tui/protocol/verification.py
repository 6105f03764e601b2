"""Words that two people compare to rule out anybody in between (protocol.md, section 6).

Each side commits to a nonce before it knows the other's, so nobody can choose a handshake until
its words fit: one guess in 2**33 is all that an attacker has.
"""

from .errors import RemoteProtocolError
from .meeting import Role
from .primitives import equal, hkdf_sha256_expand, hkdf_sha256_extract, sha256

NONCE_SIZE = 32
_WORD_BITS = 11
_OUTPUT_SIZE = 5

Words = tuple[int, int, int]


class Verification:
    """One side's part. Send ``commitment``; send ``nonce`` once the peer's commitment is here."""

    def __init__(self, role: Role, nonce: bytes, handshake_hash: bytes) -> None:
        self.nonce = nonce
        self.peers_commitment = b""
        self._role = role
        self._hash = handshake_hash

    @property
    def commitment(self) -> bytes:
        """What binds this side to its nonce, 32 bytes."""
        return self._commitment(self._role, self.nonce)

    def words_untrusted(self, peers_nonce: bytes) -> tuple[Words, Words]:
        """Our words and the peer's: places in a list of 2,048, counted from 0.

        RemoteProtocolError if the peer committed to another nonce.
        """
        peer = self._role.other
        if not equal(self._commitment(peer, peers_nonce), self.peers_commitment):
            raise RemoteProtocolError("the REVEAL is not what the COMMIT was made for")
        nonces = {self._role: self.nonce, peer: peers_nonce}
        both = nonces[Role.DIALER] + nonces[Role.HOST]
        prk = hkdf_sha256_extract(b"entrechat 1 words", both)
        return self._words(self._role, prk), self._words(peer, prk)

    def _commitment(self, role: Role, nonce: bytes) -> bytes:
        return sha256(b"entrechat 1 commit" + role.label + self._hash + nonce)

    def _words(self, role: Role, prk: bytes) -> Words:
        output = hkdf_sha256_expand(prk, role.label + self._hash, _OUTPUT_SIZE)
        bits = int.from_bytes(output, "big") >> 8 * _OUTPUT_SIZE - 3 * _WORD_BITS
        first, second, third = (bits >> shift & 0x7FF for shift in (22, 11, 0))
        return first, second, third
