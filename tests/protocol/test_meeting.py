"""Meetings: what two programs must derive alike, held to tor, to RFCs and to the document."""

import base64
import hashlib
import hmac
import resource
from pathlib import Path

import pytest

from entrechat_tui.protocol.errors import LocalProtocolError
from entrechat_tui.protocol.meeting import MeetingKeys, meeting_keys, phrase_secret, slot_of
from entrechat_tui.protocol.phrase import make_phrase
from entrechat_tui.session.word_lists import word_list

SECRET = bytes(range(32))
SLOT = 1_900_000


def test_the_onion_address_and_key_of_a_published_pair() -> None:
    """RFC 8032, 7.1, test 1; the address of its public key stands in tor's own unit tests."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    keys = MeetingKeys(seed, b"", b"", b"", 0)
    assert keys.onion_public.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert keys.onion_address == "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid.onion"
    assert keys.expanded_onion_key.hex() == (
        "307c83864f2833cb427a2ef1c00a013cfdff2768d980c0a3a520f006904de94f"
        "9b4f0afe280b746a778684e75442502057b7473a03f08f96f5a38e9287e01f8f"
    )


def test_the_keys_of_a_meeting_that_tor_knows() -> None:
    """tor 0.4.9.11 answered ADD_ONION with this ServiceID and this ClientAuthV3."""
    keys = meeting_keys(SECRET, SLOT)
    assert keys.onion_address == "zxresvc3vl2m4exq4vq3uuf7hu2idbcdi7sqvenngdggnqdjyzynzrad.onion"
    client_auth = base64.b32encode(keys.auth_public).decode().rstrip("=")
    assert client_auth == "5FPC2EJP5LI7VPOCF2AWCMMVIH3KRUPKKDTNSUFQEOND3PI5SNVQ"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        (b"entrechat 1 onion seed", "onion_seed"),
        (b"entrechat 1 client auth", "auth_private"),
        (b"entrechat 1 psk", "psk"),
        (b"entrechat 1 header", "header_key"),
    ],
)
def test_each_key_is_hkdf_written_out(label: bytes, key: str) -> None:
    """One block of HKDF is two HMACs (RFC 5869)."""
    prk = hmac.digest(b"entrechat 1 meeting", SECRET, hashlib.sha256)
    info = label + bytes.fromhex("e0fd1c0000000000")
    expected = hmac.digest(prk, info + b"\x01", hashlib.sha256)
    assert getattr(meeting_keys(SECRET, SLOT), key) == expected


def test_another_slot_or_secret_shares_nothing() -> None:
    meetings = [meeting_keys(SECRET, SLOT), meeting_keys(SECRET, SLOT + 1)]
    meetings.append(meeting_keys(bytes(32), SLOT))
    keys = {
        key
        for meeting in meetings
        for key in (meeting.onion_seed, meeting.auth_private, meeting.psk, meeting.header_key)
    }
    assert len(keys) == 12


def test_a_repr_shows_the_slot_alone() -> None:
    assert repr(meeting_keys(SECRET, SLOT)) == f"MeetingKeys(slot={SLOT})"


@pytest.mark.parametrize(
    ("moment", "slot"),
    [(0, 0), (899.9, 0), (900, 1), (1_710_000_899.5, SLOT), (1_710_000_900, SLOT + 1)],
)
def test_a_slot_is_a_quarter_of_an_hour(moment: float, slot: int) -> None:
    assert slot_of(moment) == slot


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_pair_secret_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(LocalProtocolError):
        meeting_keys(bytes(size), SLOT)


@pytest.mark.parametrize(
    ("language", "secret"),
    [
        ("english", "7c32afee4d8de70f53a35f775e9c49a9a827f85a71203a9d020e379848f64e9f"),
        ("french", "3ce4ba47a3057207ad6fb00a07ef2fccf739825e47ad6426e34da135de1969ee"),
    ],
)
def test_the_secret_of_a_phrase(language: str, secret: str) -> None:
    """As argon2-cffi, another implementation, gives it for the words of these ten bytes."""
    phrase = make_phrase(bytes(range(10)), word_list(language))
    assert phrase_secret(phrase).hex() == secret


def test_too_little_memory_for_a_phrase_is_a_memory_error() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**27, hard))
    try:
        with pytest.raises(MemoryError, match="256 MiB"):
            phrase_secret(make_phrase(bytes(10), word_list("english")))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
