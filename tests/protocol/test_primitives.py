"""The primitives, held to published vectors and to what they must refuse."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from entrechat_tui.protocol import primitives
from entrechat_tui.protocol.errors import LocalProtocolError, RemoteProtocolError

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
KEY, SHORT, NONCE, TAG = bytes(32), bytes(31), bytes(12), bytes(16)
XNONCE = bytes(24)


def wycheproof(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each test of the file with its group; the file's own count tells that none is left out."""
    content = json.loads((VECTORS / f"{name}_test.json").read_text("utf-8"))
    tests = [(group, test) for group in content["testGroups"] for test in group["tests"]]
    assert len(tests) == content["numberOfTests"]
    yield from tests


def unhex(test: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(test[name]) for name in names]


def test_x25519_wycheproof() -> None:
    zero_secrets = 0
    for _, test in wycheproof("x25519"):
        private, public, shared = unhex(test, "private", "public", "shared")
        if shared == bytes(32):
            zero_secrets += 1
            with pytest.raises(RemoteProtocolError):
                primitives.x25519(private, public)
        else:
            assert primitives.x25519(private, public) == shared, test["tcId"]
    assert zero_secrets == 31


def test_ed25519_wycheproof() -> None:
    for group, test in wycheproof("ed25519"):
        public = bytes.fromhex(group["publicKey"]["pk"])
        message, signature = unhex(test, "msg", "sig")
        if test["result"] == "valid":
            primitives.ed25519_verify_untrusted(public, message, signature)
        else:
            with pytest.raises(RemoteProtocolError):
                primitives.ed25519_verify_untrusted(public, message, signature)


def test_chacha20_poly1305_wycheproof() -> None:
    for _, test in wycheproof("chacha20_poly1305"):
        key, nonce, ad, plaintext, ciphertext, tag = unhex(
            test, "key", "iv", "aad", "msg", "ct", "tag"
        )
        sealed = ciphertext + tag
        if test["result"] == "valid":
            assert primitives.seal(key, nonce, ad, plaintext) == sealed, test["tcId"]
            assert primitives.open_untrusted(key, nonce, ad, sealed) == plaintext, test["tcId"]
        else:
            wrong_nonce = len(nonce) != 12
            with pytest.raises(LocalProtocolError if wrong_nonce else RemoteProtocolError):
                primitives.open_untrusted(key, nonce, ad, sealed)


def test_xchacha20_poly1305_as_the_draft() -> None:
    """draft-irtf-cfrg-xchacha-03, appendix A.3.1."""
    key = bytes(range(0x80, 0xA0))
    nonce = bytes(range(0x40, 0x58))
    ad = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    plaintext = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        b"future, sunscreen would be it."
    )
    sealed = bytes.fromhex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f"
        "4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f"
        "76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"
        "c0875924c1c7987947deafd8780acf49"
    )
    assert primitives.xseal(key, nonce, ad, plaintext) == sealed
    assert primitives.xopen_untrusted(key, nonce, ad, sealed) == plaintext


# RFC 5869, appendix A, 1 to 3: ikm, salt, info, prk, okm
RFC_5869 = [
    (
        "0b" * 22,
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        bytes(range(0x50)).hex(),
        bytes(range(0x60, 0xB0)).hex(),
        bytes(range(0xB0, 0x100)).hex(),
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
        "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
        "cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
    (
        "0b" * 22,
        "",
        "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
]


@pytest.mark.parametrize("vector", RFC_5869)
def test_hkdf_sha256_rfc_5869(vector: tuple[str, ...]) -> None:
    ikm, salt, info, prk, okm = map(bytes.fromhex, vector)
    assert primitives.hkdf_sha256_extract(salt, ikm) == prk
    assert primitives.hkdf_sha256_expand(prk, info, len(okm)) == okm


def test_hkdf_sha256_gives_up_to_8160_bytes() -> None:
    longest = primitives.hkdf_sha256_expand(KEY, b"", 8160)
    assert len(longest) == 8160
    assert longest.startswith(primitives.hkdf_sha256_expand(KEY, b"", 1))


@pytest.mark.parametrize(
    ("function", "digest"),
    [
        (primitives.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (primitives.sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
        (primitives.blake2s, "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"),
        (
            primitives.sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ],
)
def test_hashes_of_abc(function: Callable[[bytes], bytes], digest: str) -> None:
    """FIPS 180-4, FIPS 202 and RFC 7693 all give the digest of these three bytes."""
    assert function(b"abc").hex() == digest


def test_hmac_sha256_rfc_4231() -> None:
    digest = primitives.hmac_sha256(b"Jefe", b"what do ya want for nothing?")
    assert digest.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@pytest.mark.parametrize("ikm", [b"", b"x", bytes(range(32)), bytes(200)])
def test_noise_hkdf_is_made_of_hmac(ikm: bytes) -> None:
    chaining_key = bytes(range(32))
    temporary = hmac.digest(chaining_key, ikm, hashlib.blake2s)
    first = hmac.digest(temporary, b"\x01", hashlib.blake2s)
    second = hmac.digest(temporary, first + b"\x02", hashlib.blake2s)
    third = hmac.digest(temporary, second + b"\x03", hashlib.blake2s)
    assert primitives.noise_hkdf(chaining_key, ikm, 2) == (first, second)
    assert primitives.noise_hkdf(chaining_key, ikm, 3) == (first, second, third)


def test_argon2id_as_the_reference_implementation_does_it() -> None:
    """Made with argon2-cffi: 3 passes, 262,144 KiB, 1 lane, version 0x13."""
    assert primitives.argon2id(b"password", b"entrechat phrase").hex() == (
        "af019f7a4b56f9669ad3d6e5db6c61a1c1b020e39ffd5409184193f5eca4d9d3"
    )


def test_argon2id_at_another_cost_as_the_reference_implementation_does_it() -> None:
    """Made with argon2-cffi: 1 pass, 8,192 KiB, 1 lane, version 0x13."""
    assert primitives.argon2id(b"password", b"entrechat phrase", 1, 8192 << 10).hex() == (
        "88de218fe1bdc47b4f1edf0d8ae7fc305b41d3df47d04ad434304e4c7523e8d3"
    )


def test_ed25519_signs_as_rfc_8032() -> None:
    """Section 7.1, test 3."""
    seed = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
    public = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    signature = bytes.fromhex(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    assert primitives.ed25519_public(seed) == public
    assert primitives.ed25519_sign(seed, b"\xaf\x82") == signature
    primitives.ed25519_verify_untrusted(public, b"\xaf\x82", signature)


def test_x25519_public_as_rfc_7748() -> None:
    """Section 6.1, Alice."""
    private = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    assert primitives.x25519_public(private).hex() == (
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    )


def test_equal() -> None:
    assert primitives.equal(b"same", b"same")
    assert not primitives.equal(b"same", b"sama")
    assert not primitives.equal(b"same", b"sam")


OUR_FAULT: list[Callable[[], object]] = [
    lambda: primitives.x25519(SHORT, KEY),
    lambda: primitives.x25519_public(SHORT),
    lambda: primitives.ed25519_public(SHORT),
    lambda: primitives.ed25519_sign(SHORT, b""),
    lambda: primitives.seal(SHORT, NONCE, b"", b""),
    lambda: primitives.seal(KEY, NONCE[1:], b"", b""),
    lambda: primitives.open_untrusted(SHORT, NONCE, b"", TAG),
    lambda: primitives.open_untrusted(KEY, NONCE + b"\0", b"", TAG),
    lambda: primitives.xseal(SHORT, XNONCE, b"", b""),
    lambda: primitives.xseal(KEY, NONCE, b"", b""),
    lambda: primitives.xopen_untrusted(SHORT, XNONCE, b"", TAG),
    lambda: primitives.xopen_untrusted(KEY, NONCE, b"", TAG),
    lambda: primitives.noise_hkdf(SHORT, b"", 2),
    lambda: primitives.noise_hkdf(KEY, b"", 1),
    lambda: primitives.noise_hkdf(KEY, b"", 4),
    lambda: primitives.hkdf_sha256_expand(KEY, b"", 0),
    lambda: primitives.hkdf_sha256_expand(KEY, b"", 8161),
    lambda: primitives.argon2id(b"", TAG[1:]),
]
THEIR_FAULT: list[Callable[[], object]] = [
    lambda: primitives.x25519(KEY, SHORT),
    lambda: primitives.x25519(KEY, KEY + b"\0"),
    lambda: primitives.ed25519_verify_untrusted(SHORT, b"", bytes(64)),
    lambda: primitives.ed25519_verify_untrusted(KEY, b"", bytes(63)),
    lambda: primitives.open_untrusted(KEY, NONCE, b"", b""),
    lambda: primitives.open_untrusted(KEY, NONCE, b"", TAG[1:]),
    lambda: primitives.open_untrusted(KEY, NONCE, b"", TAG),
    lambda: primitives.xopen_untrusted(KEY, XNONCE, b"", TAG[1:]),
    lambda: primitives.xopen_untrusted(KEY, XNONCE, b"", TAG),
]


@pytest.mark.parametrize("call", OUR_FAULT)
def test_our_fault_is_a_local_error(call: Callable[[], object]) -> None:
    with pytest.raises(LocalProtocolError):
        call()


@pytest.mark.parametrize("call", THEIR_FAULT)
def test_their_fault_is_a_remote_error(call: Callable[[], object]) -> None:
    with pytest.raises(RemoteProtocolError):
        call()
