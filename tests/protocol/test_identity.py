"""Identities: what is signed is what is read, and nothing else gets through."""

from dataclasses import replace
from typing import Any

import pytest

from entrechat_tui.protocol.errors import LocalProtocolError, RemoteProtocolError
from entrechat_tui.protocol.identity import (
    IDENTITY_MAX,
    Identity,
    decode_identity_untrusted,
    encode_identity,
    make_identity,
    newer,
    rotate,
)
from entrechat_tui.protocol.primitives import ed25519_public, ed25519_sign, x25519_public
from entrechat_tui.protocol.strict import U64, pack

RANDOMNESS = bytes(range(96))
SEED, NOISE, MEETING = RANDOMNESS[:32], RANDOMNESS[32:64], RANDOMNESS[64:]
IDENTITY_KEY, NOISE_KEY = ed25519_public(SEED), x25519_public(NOISE)
KEYS = {"meeting_key": x25519_public(MEETING)}
FLAGS = [False] * 4


def signed(
    username: Any = "Zoé",
    identity_key: Any = IDENTITY_KEY,
    noise_key: Any = NOISE_KEY,
    flags: Any = FLAGS,
    extensions: Any = (None, KEYS),
    version: Any = 1,
    created: Any = 1_700_000_000,
) -> bytes:
    """An identity written out after protocol.md, with a good signature over whatever it holds."""
    verified = [username, identity_key, noise_key, flags, extensions, version, created]
    return pack([verified, ed25519_sign(SEED, pack(verified))])


def test_an_identity_is_encoded_as_the_document_says() -> None:
    user = make_identity("Zoé", RANDOMNESS, created=1_700_000_000)
    assert encode_identity(user.identity) == signed()
    assert decode_identity_untrusted(signed()) == user.identity
    assert user.identity.meeting_key == x25519_public(MEETING)
    assert (user.private_identity_key, user.private_noise_key) == (SEED, NOISE)
    assert user.private_meeting_key == MEETING


def test_what_this_side_does_not_use_is_kept_as_it_was_signed() -> None:
    data = signed(flags=[True, False, True, False], extensions=[None, KEYS | {"a": b"", "é": b"1"}])
    identity = decode_identity_untrusted(data)
    assert identity.flags == (True, False, True, False)
    assert dict(identity.metadata) == KEYS | {"a": b"", "é": b"1"}
    assert encode_identity(identity) == data


def test_no_private_key_is_in_a_repr() -> None:
    shown = repr(make_identity("Zoé", RANDOMNESS, created=0))
    assert not any(repr(secret) in shown for secret in (SEED, NOISE, MEETING))


def test_the_largest_identity_fits() -> None:
    data = signed(username="\U0001f600" * 40, version=U64, created=U64)
    assert len(data) <= IDENTITY_MAX
    assert decode_identity_untrusted(data).version == U64


def test_every_changed_byte_is_refused() -> None:
    data = signed()
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(RemoteProtocolError):
            decode_identity_untrusted(bytes(changed))


def test_a_signature_by_another_key_is_refused() -> None:
    with pytest.raises(RemoteProtocolError, match="signature"):
        decode_identity_untrusted(signed(identity_key=ed25519_public(NOISE)))


LONG = {f"{number:02}": bytes(16) for number in range(9)}
REFUSED: list[tuple[bytes, str]] = [
    (signed(username=""), "username is not a str of 1 to 40 code points"),
    (signed(username="a" * 41), "username is not a str of 1 to 40 code points"),
    (signed(username=b"Zoe"), "username is not a str of 1 to 40 code points"),
    (signed(username=" Zoe"), "the username begins or ends with a space"),
    (signed(username="Zoe "), "the username begins or ends with a space"),
    (
        signed(username="Z\x1boe"),
        "the username holds a control character, such as a tab or a line break",
    ),
    (
        signed(username="Zo\x85e"),
        "the username holds a control character, such as a tab or a line break",
    ),
    (signed(noise_key=bytes(31)), "noise_key is not a bin of 32 to 32 bytes"),
    (signed(flags=[False] * 3), "flags is not an array of 4"),
    (signed(flags=[0, False, False, False]), "uses_relay is not a boolean"),
    (signed(extensions=[b"", KEYS]), "profile_picture is not the value None"),
    (signed(extensions=[None, {}]), "meeting_key is not a bin of 32 to 32 bytes"),
    (signed(extensions=[None, KEYS | {"a": 1}]), "a value in additional_metadata is not a bin"),
    (signed(extensions=[None, KEYS | LONG]), "the identity is longer than 371 bytes"),
    (signed(version=0), "version is not an integer from 1 to"),
    (signed(version=True), "version is not an integer from 1 to"),
    (signed(created=-1), "created is not an integer from 0 to"),
    (pack([1, bytes(64)]), "verified is not an array of 7"),
    (signed() + b"\x00", "the identity is not one MessagePack value"),
    (signed()[:-1], "the identity is not one MessagePack value"),
]


@pytest.mark.parametrize(("data", "rule"), REFUSED, ids=[rule for _, rule in REFUSED])
def test_a_peer_that_breaks_a_rule_is_told_apart_by_the_rule(data: bytes, rule: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode_identity_untrusted(data)
    assert str(caught.value).startswith(rule)


@pytest.mark.parametrize("username", ["a", "Zoé de l'Étang", "\u00a0", "日本", "a" * 40])
def test_a_name_that_is_allowed_comes_through(username: str) -> None:
    identity: Identity = make_identity(username, RANDOMNESS, created=0).identity
    assert decode_identity_untrusted(encode_identity(identity)).username == username


@pytest.mark.parametrize(
    ("username", "fault"),
    [
        ("", "This name has 0 characters."),
        ("a" * 41, "This name has 41 characters."),
        (" a", "This name begins or ends with a space."),
        ("a\tb", "This name holds a control character, such as a tab or a line break."),
        ("a\udce9", "This name holds half of a character."),
    ],
)
def test_a_name_of_our_own_is_refused_with_what_to_do(username: str, fault: str) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        make_identity(username, RANDOMNESS, created=0)
    advice = "Choose one of 1 to 40 characters, on one line, without a space at either end."
    assert str(caught.value) == f"{fault} {advice}"


@pytest.mark.parametrize("size", [0, 95, 97])
def test_randomness_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(LocalProtocolError):
        make_identity("Zoé", bytes(size), created=0)


def test_rotation_changes_the_keys_and_keeps_who_it_is() -> None:
    old = make_identity("Zoé", RANDOMNESS, created=1_700_000_000)
    extra = replace(old.identity, metadata=(("a", b"1"), *old.identity.metadata, ("z", b"2")))
    new = rotate(replace(old, identity=extra), bytes(range(96, 160)), created=1_800_000_000)
    identity = new.identity
    assert decode_identity_untrusted(encode_identity(identity)) == identity
    assert (identity.username, identity.identity_key) == ("Zoé", IDENTITY_KEY)
    assert (identity.version, identity.created) == (2, 1_800_000_000)
    assert new.private_identity_key == SEED
    assert identity.noise_key == x25519_public(new.private_noise_key)
    assert identity.meeting_key == x25519_public(new.private_meeting_key)
    assert dict(identity.metadata).keys() == {"a", "meeting_key", "z"}
    keys = {new.private_noise_key, new.private_meeting_key, NOISE, MEETING}
    assert len(keys) == 4


@pytest.mark.parametrize("size", [0, 63, 96])
def test_rotation_with_randomness_of_another_length(size: int) -> None:
    with pytest.raises(LocalProtocolError):
        rotate(make_identity("Zoé", RANDOMNESS, created=0), bytes(size), created=0)


def test_of_two_versions_the_higher_one_counts() -> None:
    first = make_identity("Zoé", RANDOMNESS, created=0)
    second = rotate(first, bytes(64), created=1)
    assert newer(first.identity, second.identity) == second.identity
    same = decode_identity_untrusted(encode_identity(first.identity))
    assert newer(first.identity, same) == first.identity


def test_what_is_no_newer_version_is_refused_with_a_sentence() -> None:
    first = make_identity("Zoé", RANDOMNESS, created=0)
    second, fork = rotate(first, bytes(64), created=1), rotate(first, bytes(64), created=2)
    stranger = make_identity("Zoé", bytes(96), created=0)
    for known, seen, sentence in (
        (second, first, "This is an old card, version 1: version 2 is known."),
        (second, fork, "There are two different cards with the version 2 of one identity key"),
        (first, stranger, "This is somebody else: the identity key is another one."),
    ):
        with pytest.raises(RemoteProtocolError) as caught:
            newer(known.identity, seen.identity)
        assert str(caught.value).startswith(sentence)
