"""The cryptographic functions of the protocol, in the only file that imports them.

Each is a published function under its published name. Keys, digests and points are raw bytes.
libsodium's bindings read past a short buffer in silence, so every length is checked here: a wrong
one is a LocalProtocolError if it is ours, a RemoteProtocolError if it came from the peer.
"""

import hashlib
import hmac

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

from .errors import LocalProtocolError, RemoteProtocolError

KEY_SIZE = 32
TAG_SIZE = 16
NONCE_SIZE = 12
SIGNATURE_SIZE = 64

XNONCE_SIZE = 24
SALT_SIZE = 16
ARGON2ID_PASSES = 3
ARGON2ID_MEMORY = 256 << 20

_HKDF_SHA256_MAX = 255 * 32
_BLAKE2S_BLOCK = 64
_INNER_PAD = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD = bytes(byte ^ 0x5C for byte in range(256))


def _require(value: bytes, size: int, name: str) -> None:
    if len(value) != size:
        raise LocalProtocolError(f"{name} has {size} bytes, not {len(value)}")


# --- hashes ---


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def sha512(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def sha3_256(data: bytes) -> bytes:
    return hashlib.sha3_256(data).digest()


def blake2s(data: bytes) -> bytes:
    """BLAKE2s with 32 bytes of output (RFC 7693)."""
    return hashlib.blake2s(data).digest()


def equal(left: bytes, right: bytes) -> bool:
    """Compare two secrets or tags; the time taken does not depend on where they differ."""
    return hmac.compare_digest(left, right)


# --- key derivation ---


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def hkdf_sha256_extract(salt: bytes, ikm: bytes) -> bytes:
    """The pseudorandom key, 32 bytes (RFC 5869, 2.2)."""
    return hmac_sha256(salt, ikm)


def hkdf_sha256_expand(prk: bytes, info: bytes, length: int) -> bytes:
    """``length`` bytes of output, at most 8,160 (RFC 5869, 2.3)."""
    if not 0 < length <= _HKDF_SHA256_MAX:
        raise LocalProtocolError(f"HKDF-SHA-256 gives 1 to {_HKDF_SHA256_MAX} bytes")
    output = block = b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac_sha256(prk, block + info + bytes((counter,)))
        output += block
    return output[:length]


def noise_hkdf(chaining_key: bytes, ikm: bytes, outputs: int) -> tuple[bytes, ...]:
    """The HKDF of Noise (section 4.3) over HMAC-BLAKE2s: 2 or 3 outputs of 32 bytes.

    HMAC (RFC 2104) is spelt out: a handshake asks for some thirty of these small hashes, and
    ``hmac.digest`` costs twice as much, since it can neither keep the padded key from one output
    to the next nor use the one-shot BLAKE2s.
    """
    _require(chaining_key, 32, "a chaining key")
    if outputs not in (2, 3):
        raise LocalProtocolError("the HKDF of Noise has 2 or 3 outputs")
    temporary = _hmac_blake2s(*_padded(chaining_key), ikm)
    inner, outer = _padded(temporary)
    first = _hmac_blake2s(inner, outer, b"\x01")
    second = _hmac_blake2s(inner, outer, first + b"\x02")
    if outputs == 2:
        return first, second
    return first, second, _hmac_blake2s(inner, outer, second + b"\x03")


def _padded(key: bytes) -> tuple[bytes, bytes]:
    block = key.ljust(_BLAKE2S_BLOCK, b"\0")
    return block.translate(_INNER_PAD), block.translate(_OUTER_PAD)


def _hmac_blake2s(inner: bytes, outer: bytes, data: bytes) -> bytes:
    return hashlib.blake2s(outer + hashlib.blake2s(inner + data).digest()).digest()


def argon2id(
    password: bytes, salt: bytes, passes: int = ARGON2ID_PASSES, memory: int = ARGON2ID_MEMORY
) -> bytes:
    """32 bytes from a password and 16 bytes of salt; ``memory`` in bytes, a multiple of 1024.

    Unless told otherwise it has libsodium's MODERATE cost, 256 MiB and the better part of a
    second: run it outside of the event loop. Raises MemoryError where there is less.
    """
    _require(salt, SALT_SIZE, "a salt of Argon2id")
    try:
        return sodium.crypto_pwhash_alg(
            KEY_SIZE, password, salt, passes, memory, sodium.crypto_pwhash_ALG_ARGON2ID13
        )
    except CryptoError:
        # libsodium does not say why, but memory is all that is left to fail.
        raise MemoryError(f"Argon2id needs {memory >> 20} MiB") from None


# --- X25519 (RFC 7748) ---


def x25519_public(private: bytes) -> bytes:
    _require(private, KEY_SIZE, "an X25519 private key")
    return sodium.crypto_scalarmult_base(private)


def x25519(private: bytes, public: bytes) -> bytes:
    """The shared secret of our private key and the peer's public key.

    RemoteProtocolError if the public key is of the wrong length or of small order: the secret
    would be zero, whatever our key is.
    """
    _require(private, KEY_SIZE, "an X25519 private key")
    if len(public) != KEY_SIZE:
        raise RemoteProtocolError("an X25519 public key is not 32 bytes")
    try:
        return sodium.crypto_scalarmult(private, public)
    except CryptoError:
        raise RemoteProtocolError("an X25519 shared secret is zero") from None


# --- Ed25519 (RFC 8032); a private key is its 32 byte seed ---


def ed25519_public(seed: bytes) -> bytes:
    _require(seed, KEY_SIZE, "an Ed25519 seed")
    return sodium.crypto_sign_seed_keypair(seed)[0]


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """The signature, 64 bytes."""
    _require(seed, KEY_SIZE, "an Ed25519 seed")
    secret = sodium.crypto_sign_seed_keypair(seed)[1]
    return sodium.crypto_sign(message, secret)[:SIGNATURE_SIZE]


def ed25519_verify_untrusted(public: bytes, message: bytes, signature: bytes) -> None:
    """Return if the signature is good, else RemoteProtocolError."""
    if len(public) != KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        raise RemoteProtocolError("an Ed25519 key or signature is of the wrong length")
    try:
        sodium.crypto_sign_open(signature + message, public)
    except CryptoError:
        raise RemoteProtocolError("a signature is wrong") from None


# --- ChaCha20-Poly1305 (RFC 8439) ---


def seal(key: bytes, nonce: bytes, ad: bytes, plaintext: bytes) -> bytes:
    """The ciphertext, 16 bytes longer than the plaintext. A nonce is 12 bytes, used once."""
    _require(key, KEY_SIZE, "a ChaCha20-Poly1305 key")
    _require(nonce, NONCE_SIZE, "a ChaCha20-Poly1305 nonce")
    return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, ad, nonce, key)


def open_untrusted(key: bytes, nonce: bytes, ad: bytes, ciphertext: bytes) -> bytes:
    """The plaintext, or RemoteProtocolError if a bit of ciphertext or ``ad`` was changed."""
    _require(key, KEY_SIZE, "a ChaCha20-Poly1305 key")
    _require(nonce, NONCE_SIZE, "a ChaCha20-Poly1305 nonce")
    if len(ciphertext) < TAG_SIZE:
        raise RemoteProtocolError("a ciphertext is shorter than its tag")
    try:
        return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(ciphertext, ad, nonce, key)
    except CryptoError:
        raise RemoteProtocolError("a ciphertext does not verify") from None


# --- XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): a random nonce may be used ---


def xseal(key: bytes, nonce: bytes, ad: bytes, plaintext: bytes) -> bytes:
    """The ciphertext, 16 bytes longer than the plaintext. A nonce is 24 bytes, used once."""
    _require(key, KEY_SIZE, "an XChaCha20-Poly1305 key")
    _require(nonce, XNONCE_SIZE, "an XChaCha20-Poly1305 nonce")
    return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, ad, nonce, key)


def xopen_untrusted(key: bytes, nonce: bytes, ad: bytes, ciphertext: bytes) -> bytes:
    """The plaintext, or RemoteProtocolError if a bit of ciphertext or ``ad`` was changed."""
    _require(key, KEY_SIZE, "an XChaCha20-Poly1305 key")
    _require(nonce, XNONCE_SIZE, "an XChaCha20-Poly1305 nonce")
    if len(ciphertext) < TAG_SIZE:
        raise RemoteProtocolError("a ciphertext is shorter than its tag")
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, ad, nonce, key)
    except CryptoError:
        raise RemoteProtocolError("a ciphertext does not verify") from None
