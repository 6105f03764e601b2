"""The handshake: its sizes, its silence, and every way in which a peer can fail it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from entrechat_tui.protocol.card import Card, short_card
from entrechat_tui.protocol.connection import Connection
from entrechat_tui.protocol.errors import LocalProtocolError, RemoteProtocolError, VersionMismatch
from entrechat_tui.protocol.events import Ended, PeerIdentified, Step, StepDone
from entrechat_tui.protocol.handshake import OPENING, SIZES, TABLE
from entrechat_tui.protocol.header import tagged_header
from entrechat_tui.protocol.identity import (
    UserIdentity,
    encode_identity,
    make_identity,
    rotate,
)
from entrechat_tui.protocol.meeting import Role, meeting_keys
from entrechat_tui.protocol.noise import SymmetricState
from entrechat_tui.protocol.padding import pad

from .peers import ADA, KEYS, OTHER, PEOPLE, Pair, Peer, breach, end, feed, side

BOTH = pytest.mark.parametrize("role", Role)
MALLORY = make_identity("Mallory", b"m" * 96, 1)
STRANGER_KEYS = meeting_keys(b"s" * 32, KEYS.slot)


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def until_peer(role: Role, peer: Peer, **changes: Any) -> tuple[Connection, bytes]:
    """A connection, and the bytes of ``peer`` (of that role) that its identity is in."""
    connection = side(OTHER[role], **changes)
    if role is Role.HOST:
        return connection, peer.answer(connection.data_to_send())
    feed(connection, peer.opening())
    return connection, peer.answer(connection.data_to_send())


def test_the_sizes_are_those_of_the_document() -> None:
    pair = Pair()
    opening = pair.dialer.data_to_send()
    assert len(opening) == 13 + 16 + 48
    feed(pair.host, opening)
    answer = pair.host.data_to_send()
    assert len(answer) == 13 + 16 + 469
    feed(pair.dialer, answer)
    assert len(pair.dialer.data_to_send()) == 437 + 2 * 498


def test_every_part_of_the_table_is_sent_by_the_other_side_in_that_order() -> None:
    for role, other in OTHER.items():
        sent = [*OPENING[other]]
        for row in TABLE[other].values():
            sent += row.sends
        awaited = [part for part in TABLE[role] if SIZES[part]]
        assert sent == awaited


def test_the_steps_and_who_is_there() -> None:
    for role in Role:
        connection = side(OTHER[role])
        events = Peer(role).meet(connection)
        assert events == [
            StepDone(Step.VERSION),
            StepDone(Step.NOISE),
            StepDone(Step.IDENTITIES),
            PeerIdentified(PEOPLE[role].identity),
        ]
        assert connection.peer_identity == PEOPLE[role].identity


def test_the_host_says_nothing_before_a_has_verified() -> None:
    host = side(Role.HOST)
    opening = Peer(Role.DIALER).opening()
    assert feed(host, opening[:-1]) == []
    assert host.data_to_send() == b""
    assert feed(host, opening[-1:]) == [StepDone(Step.VERSION)]
    assert len(host.data_to_send()) == 498


@pytest.mark.parametrize("at", range(77))
def test_one_bit_of_the_opening_is_wrong(at: int) -> None:
    breach(side(Role.HOST), flip(Peer(Role.DIALER).opening(), at))


@pytest.mark.parametrize("at", [0, 12, 13, 28, 29, 60, 61, 108, 109, 497])
def test_one_bit_of_the_hosts_answer_is_wrong(at: int) -> None:
    dialer = side(Role.DIALER)
    breach(dialer, flip(Peer(Role.HOST).answer(dialer.data_to_send()), at))


@pytest.mark.parametrize("at", [0, 47, 48, 436])
def test_one_bit_of_c_is_wrong(at: int) -> None:
    host, c = until_peer(Role.DIALER, Peer(Role.DIALER))
    breach(host, flip(c, at))


@pytest.mark.parametrize(
    "keys",
    [
        STRANGER_KEYS,
        replace(KEYS, psk=STRANGER_KEYS.psk),
        replace(KEYS, header_key=STRANGER_KEYS.header_key),
        replace(KEYS, onion_seed=STRANGER_KEYS.onion_seed),
    ],
    ids=["all", "psk", "header key", "address"],
)
def test_a_dialer_without_the_secret_gets_no_answer(keys: Any) -> None:
    breach(side(Role.HOST), Peer(Role.DIALER, keys=keys).opening())


@pytest.mark.parametrize("noise", [b"\0" * 77, b"\xff" * 77, b"GET / HTTP/1.1\r\n\r\n" * 5])
def test_a_port_scan_gets_no_answer(noise: bytes) -> None:
    breach(side(Role.HOST), noise)


def test_our_own_opening_sent_back_gets_no_answer() -> None:
    dialer = side(Role.DIALER)
    breach(dialer, dialer.data_to_send())


def opening_with_a_zero_key() -> bytes:
    header = tagged_header(Role.DIALER, KEYS.header_key)
    state = SymmetricState(b"Noise_XXpsk0_25519_ChaChaPoly_BLAKE2s")
    state.mix_hash(header[:13] + KEYS.onion_address.encode())
    state.mix_key_and_hash(KEYS.psk)
    state.mix_hash(bytes(32))
    state.mix_key(bytes(32))
    return header + bytes(32) + state.encrypt_and_hash(b"")


def test_a_zero_key_fails_in_silence() -> None:
    assert "zero" in str(breach(side(Role.HOST), opening_with_a_zero_key()))
    b = Peer(Role.HOST).header + bytes(469)
    assert "zero" in str(breach(side(Role.DIALER), b))


@pytest.mark.parametrize("minor", [1, 127])
def test_another_minor_version_is_met(minor: int) -> None:
    for role in Role:
        peer = Peer(role, header=tagged_header(role, KEYS.header_key, (1, minor)))
        assert peer.meet(side(OTHER[role]))[-1] == PeerIdentified(PEOPLE[role].identity)


def test_the_host_answers_another_major_version_with_its_header_alone() -> None:
    header = tagged_header(Role.DIALER, KEYS.header_key, (2, 0))
    ours = tagged_header(Role.HOST, KEYS.header_key)
    for junk in (b"", b"whatever version 2 says then" * 100):
        error = breach(side(Role.HOST), header + junk, answer=ours)
        assert isinstance(error, VersionMismatch)
        assert error.theirs == (2, 0)


def test_the_dialer_has_sent_its_header_already() -> None:
    error = breach(side(Role.DIALER), tagged_header(Role.HOST, KEYS.header_key, (0, 9)))
    assert isinstance(error, VersionMismatch)


def payloads(user: UserIdentity) -> dict[str, bytes]:
    good = encode_identity(user.identity)
    other_name = encode_identity(replace(user.identity, username="Eve"))
    return {
        "no identity": bytes(373),
        "not MessagePack": pad(b"\xc1", 373),
        "cut short": pad(good[:-1], 373),
        "something behind": pad(good + b"\0", 373),
        "padding not zero": pad(good, 373)[:-1] + b"\x01",
        "signature wrong": pad(flip(good, len(good) - 1), 373),
        "changed after signing": pad(other_name, 373),
        "a stranger's identity": pad(encode_identity(MALLORY.identity), 373),
    }


@BOTH
@pytest.mark.parametrize("fault", payloads(ADA))
def test_identity_faults(role: Role, fault: str) -> None:
    peer = Peer(role, payload=payloads(PEOPLE[role])[fault])
    breach(*until_peer(role, peer))


@BOTH
def test_nothing_of_the_peer_is_told_before_its_identity_is_verified(role: Role) -> None:
    peer = Peer(role, payload=payloads(PEOPLE[role])["signature wrong"])
    connection, data = until_peer(role, peer)
    connection.receive_data(data)
    steps = [Step.NOISE] if role is Role.DIALER else [Step.VERSION, Step.NOISE]
    assert [connection.next_event() for _ in steps] == [StepDone(step) for step in steps]
    with pytest.raises(RemoteProtocolError):
        connection.next_event()
    assert connection.peer_identity is None
    assert connection.data_to_send() == b""


@BOTH
def test_our_own_identity_is_refused(role: Role) -> None:
    own = PEOPLE[OTHER[role]]
    error = breach(*until_peer(role, Peer(role, user=own)))
    assert str(error) == "the identity is our own"


CALLED: dict[str, tuple[Callable[[UserIdentity], Card], str | None]] = {
    "card": (lambda peer: peer.identity, None),
    "short card": (lambda peer: short_card(peer.identity), None),
    "an older card": (lambda peer: replace(short_card(peer.identity), version=1), None),
    "somebody else": (
        lambda peer: MALLORY.identity,
        "the identity is not the one that was called",
    ),
    "another meeting key": (
        lambda peer: replace(short_card(peer.identity), meeting_key=MALLORY.identity.meeting_key),
        "the identity is not the one that was called",
    ),
    "a newer card": (
        lambda peer: replace(peer.identity, version=3),
        "the identity is older than the one that was called",
    ),
}


@BOTH
@pytest.mark.parametrize("case", CALLED)
def test_who_was_called_is_who_must_come(role: Role, case: str) -> None:
    peer = rotate(PEOPLE[role], b"r" * 64, 1)
    make, rule = CALLED[case]
    called = make(peer)
    if rule is None:
        connection = side(OTHER[role], expected=called)
        assert PeerIdentified(peer.identity) in Peer(role, user=peer).meet(connection)
    else:
        error = breach(*until_peer(role, Peer(role, user=peer), expected=called))
        assert str(error) == rule


@BOTH
def test_junk_behind_each_part(role: Role) -> None:
    """What stands whole is taken; the junk behind it is the breach."""
    junk = b"\xa5" * 1000
    connection, data = until_peer(role, Peer(role))
    breach(connection, data + junk)
    assert connection.peer_identity == PEOPLE[role].identity
    if role is Role.DIALER:
        breach(side(Role.HOST), Peer(role).opening() + junk)


@BOTH
def test_the_stream_ends_in_every_state_of_the_handshake(role: Role) -> None:
    for count in range(0, 499, 71):
        connection, data = until_peer(role, Peer(role))
        feed(connection, data[:count])
        assert end(connection) == [Ended(clean=False)]
    host = side(Role.HOST)
    feed(host, Peer(Role.DIALER).opening()[:40])
    assert end(host) == [Ended(clean=False)]


@pytest.mark.parametrize("limit", [0, 59, 86_401])
def test_a_limit_that_no_peer_would_accept(limit: int) -> None:
    with pytest.raises(LocalProtocolError):
        side(Role.HOST, limit=limit)
