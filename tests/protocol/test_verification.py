"""The words: what is committed to, and how they are made."""

import hashlib
import hmac

import pytest

from entrechat_tui.protocol.errors import RemoteProtocolError
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.protocol.verification import Verification, Words

HASH = bytes(range(32))
NONCES = {Role.DIALER: b"D" * 32, Role.HOST: b"H" * 32}


def verification(role: Role) -> Verification:
    return Verification(role, NONCES[role], HASH)


def expected_words(role: Role) -> Words:
    """By the document, with the standard library's HMAC alone."""
    ikm = NONCES[Role.DIALER] + NONCES[Role.HOST]
    prk = hmac.digest(b"entrechat 1 words", ikm, "sha256")
    output = hmac.digest(prk, role.value.encode() + HASH + b"\1", "sha256")[:5]
    bits = "".join(f"{byte:08b}" for byte in output)
    first, second, third = (int(bits[at : at + 11], 2) for at in (0, 11, 22))
    return first, second, third


@pytest.mark.parametrize("role", Role)
def test_the_commitment_and_the_words_are_the_documents(role: Role) -> None:
    ours, theirs = verification(role), verification(role.other)
    label = b"dialer" if role is Role.DIALER else b"host"
    committed = b"entrechat 1 commit" + label + HASH + NONCES[role]
    assert ours.commitment == hashlib.sha256(committed).digest()
    ours.peers_commitment = theirs.commitment
    words = ours.words_untrusted(theirs.nonce)
    assert words == (expected_words(role), expected_words(role.other))


@pytest.mark.parametrize("role", Role)
def test_another_nonce_than_the_one_committed_to(role: Role) -> None:
    ours, theirs = verification(role), verification(role.other)
    commitments = {
        "none": (b"", theirs.nonce),
        "another nonce": (theirs.commitment, b"x" * 32),
        "our own, reflected": (ours.commitment, ours.nonce),
        "of another handshake": (
            Verification(role.other, theirs.nonce, bytes(32)).commitment,
            theirs.nonce,
        ),
    }
    for commitment, nonce in commitments.values():
        ours.peers_commitment = commitment
        with pytest.raises(RemoteProtocolError):
            ours.words_untrusted(nonce)
