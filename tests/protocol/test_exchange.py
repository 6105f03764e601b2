"""Words, cards and keyrings between two real sides, and what a dishonest peer may try."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from entrechat_tui.protocol.connection import Connection
from entrechat_tui.protocol.errors import LocalProtocolError
from entrechat_tui.protocol.events import (
    CardAccepted,
    CardOffered,
    Farewell,
    KeyringAnswered,
    KeyringArrived,
    KeyringOffered,
    ParcelArrived,
    PeerGoodbye,
    PeerVerified,
    Settled,
    TextReceived,
    WordsReady,
)
from entrechat_tui.protocol.frames import (
    CHUNK_SIZE,
    FRAME_SIZE,
    Answer,
    Card,
    Commit,
    Frame,
    Goodbye,
    Hello,
    Offer,
    Parcel,
    Reveal,
)
from entrechat_tui.protocol.identity import make_identity, rotate
from entrechat_tui.protocol.meeting import Role

from .peers import (
    ADA,
    BOB,
    NONCES,
    OTHER,
    PEOPLE,
    Pair,
    Peer,
    assert_over,
    breach,
    end,
    feed,
    met,
    open_pair,
    side,
)

BOTH = pytest.mark.parametrize("role", Role)
KEPT = make_identity("Ada, as kept", b"k" * 96, 1_700_000_002)


# --- words ---


def words(pair: Pair) -> list[WordsReady]:
    pair.exchange()
    both = [*pair.dialer_events, *pair.host_events]
    return [event for event in both if isinstance(event, WordsReady)]


def test_each_side_knows_both_sides_words() -> None:
    dialers, hosts = words(Pair())
    assert (dialers.own, dialers.peers) == (hosts.peers, hosts.own)
    assert dialers.own != dialers.peers


def test_the_words_depend_on_either_nonce_and_on_the_handshake() -> None:
    changes = {"nonce": b"n" * 32, "ephemeral": b"e" * 32, "user": KEPT}
    seen = {words(Pair())[0].own}
    for name, value in changes.items():
        for who in ("dialer", "host"):
            pair = Pair()
            setattr(pair, who, side(Role(who), **{name: value}))
            seen.add(words(pair)[0].own)
    assert len(seen) == 1 + 2 * len(changes)


@BOTH
def test_commit_stands_behind_hello_and_reveal_answers_commit(role: Role) -> None:
    connection = side(OTHER[role], limit=600)
    peer = Peer(role)
    peer.meet(connection)
    hello, commit = peer.greeting
    assert (hello, type(commit)) == (Hello(600), Commit)
    feed(connection, peer.frames(Hello(600)))
    assert connection.data_to_send() == b""
    feed(connection, peer.frames(Commit(bytes(32))))
    assert peer.read(connection.data_to_send()) == [Reveal(NONCES[OTHER[role]])]


@BOTH
def test_whoever_left_reveals_nothing(role: Role) -> None:
    peer, connection = Peer(role), side(OTHER[role])
    peer.meet(connection)
    feed(connection, peer.frames(Hello(600)))
    connection.send_goodbye(Farewell.PERSON)
    connection.data_to_send()
    feed(connection, peer.frames(Commit(bytes(32))))
    assert connection.data_to_send() == b""


def test_the_words_were_typed_and_are_right() -> None:
    pair = open_pair()
    pair.dialer.send_verified(True)
    pair.exchange()
    assert (pair.dialer_events, pair.host_events) == ([], [PeerVerified(True)])
    pair.host.send_verified(True)
    pair.exchange()
    assert pair.dialer_events == [PeerVerified(True)]
    assert pair.dialer.open and pair.host.open


def test_the_words_were_typed_and_are_wrong() -> None:
    pair = open_pair()
    pair.dialer.send_verified(False)
    assert not pair.dialer.open
    pair.exchange()
    assert pair.host_events == [PeerVerified(False), PeerGoodbye(Farewell.PERSON), Settled()]
    assert pair.dialer_events == [PeerGoodbye(Farewell.PERSON), Settled()]


# --- cards ---


def test_cards_are_exchanged() -> None:
    pair = open_pair()
    pair.dialer.offer_card(KEPT)
    pair.exchange()
    assert pair.host_events == [CardOffered(KEPT.identity)]
    pair.host.accept_card()
    pair.host.offer_card(BOB)
    pair.exchange()
    assert pair.dialer_events == [CardAccepted(), CardOffered(BOB.identity)]


@BOTH
def test_a_card_of_somebody_else_is_refused(role: Role) -> None:
    """It was given to the peer, in an earlier session or by its own giver in this one."""
    ours = OTHER[role]
    earlier = side(ours, ephemeral=b"x" * 32)
    other_peer = Peer(role)
    other_peer.meet(earlier)
    feed(earlier, other_peer.frames(Hello(600), Commit(bytes(32))))
    other_peer.read(earlier.data_to_send())
    earlier.offer_card(KEPT)
    (from_earlier,) = other_peer.read(earlier.data_to_send())

    peer, connection = met(role)
    connection.offer_card(KEPT)
    (reflected,) = peer.read(connection.data_to_send())
    breach(connection, peer.frames(reflected))

    peer, connection = met(role)
    assert from_earlier != reflected
    breach(connection, peer.frames(from_earlier))


@BOTH
def test_a_card_with_one_wrong_bit_is_refused(role: Role) -> None:
    def offered() -> Card:
        giver, taker = side(role), Peer(OTHER[role], ephemeral=b"y" * 32)
        taker.meet(giver)
        feed(giver, taker.frames(Hello(600), Commit(bytes(32))))
        taker.read(giver.data_to_send())
        giver.offer_card(KEPT)
        (card,) = taker.read(giver.data_to_send())
        assert isinstance(card, Card)
        return card

    card = offered()
    for changed in (
        replace(card, identity=card.identity[:-1] + bytes([card.identity[-1] ^ 1])),
        replace(card, proof=card.proof[:-1] + bytes([card.proof[-1] ^ 1])),
    ):
        peer, connection = met(role)
        breach(connection, peer.frames(changed))


# --- keyrings ---

SIZES = (1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 4096, 100 * CHUNK_SIZE, 2**20)


def sealed(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_a_keyring_moves(size: int) -> None:
    pair = open_pair()
    pair.dialer.offer_keyring(sealed(size), contacts=7)
    pair.exchange()
    assert pair.host_events == [KeyringOffered(size, 7)]
    pair.host.answer_keyring(True)
    pair.exchange()
    assert pair.host_events[1:] == [KeyringArrived(sealed(size))]
    assert pair.dialer_events == [KeyringAnswered(True), ParcelArrived()]


def test_a_keyring_both_ways_at_once_and_then_another_one() -> None:
    pair = open_pair()
    for data in (b"first", b"second"):
        pair.forget()
        pair.dialer.offer_keyring(data + b", the dialer's", 0)
        pair.host.offer_keyring(data + b", the host's", 65_535)
        pair.exchange()
        pair.dialer.answer_keyring(True)
        pair.host.answer_keyring(True)
        pair.exchange()
        assert KeyringArrived(data + b", the dialer's") in pair.host_events
        assert KeyringArrived(data + b", the host's") in pair.dialer_events


def test_a_keyring_that_is_not_wanted_does_not_move() -> None:
    pair = open_pair()
    pair.dialer.offer_keyring(sealed(4096), 1)
    pair.exchange()
    pair.host.answer_keyring(False)
    pair.exchange()
    assert pair.dialer_events == [KeyringAnswered(False)]
    assert pair.host_events == [KeyringOffered(4096, 1)]
    pair.dialer.offer_keyring(b"another", 1)
    pair.exchange()
    assert pair.host_events[-1] == KeyringOffered(7, 1)


def test_an_offer_that_is_refused_leaves_the_open_one_as_it_is() -> None:
    pair = open_pair()
    pair.dialer.offer_keyring(b"the first", 1)
    with pytest.raises(LocalProtocolError):
        pair.dialer.offer_keyring(b"the other", 1)
    pair.exchange()
    pair.host.answer_keyring(True)
    pair.exchange()
    assert pair.host_events[-1] == KeyringArrived(b"the first")


def taken(size: int) -> tuple[Peer, Connection]:
    """The peer takes a keyring that we offer."""
    peer, connection = met(Role.DIALER)
    connection.offer_keyring(sealed(size), 1)
    connection.data_to_send()
    feed(connection, peer.frames(Answer(True)))
    return peer, connection


def test_text_and_goodbye_do_not_wait_for_the_keyring() -> None:
    _, connection = taken(2**20)
    piece = connection.data_to_send()
    assert FRAME_SIZE < len(piece) < 2**15
    connection.send_text("meanwhile")
    assert len(connection.data_to_send()) == len(piece) + FRAME_SIZE
    connection.send_goodbye(Farewell.PERSON)
    assert len(connection.data_to_send()) == FRAME_SIZE
    assert connection.data_to_send() == b""


def test_text_comes_between_the_pieces() -> None:
    pair = open_pair()
    pair.dialer.offer_keyring(sealed(2**20), 1)
    pair.exchange()
    pair.host.answer_keyring(True)
    pair.to_dialer()
    pair.to_host()
    pair.dialer.send_text("meanwhile")
    pair.exchange()
    texts = [type(event) for event in pair.host_events]
    assert texts.index(TextReceived) < texts.index(KeyringArrived)


@pytest.mark.parametrize("ends", [True, False], ids=["end", "breach"])
def test_a_keyring_on_its_way_stops_when_the_connection_is_over(ends: bool) -> None:
    _, connection = taken(2**20)
    connection.data_to_send()
    if ends:
        end(connection)
        assert_over(connection)
    else:
        breach(connection, bytes(FRAME_SIZE))


def test_what_is_taken_after_our_goodbye_does_not_go_out() -> None:
    peer, connection = met(Role.DIALER)
    connection.offer_keyring(b"keyring", 1)
    connection.send_goodbye(Farewell.PERSON)
    connection.data_to_send()
    assert feed(connection, peer.frames(Answer(True))) == [KeyringAnswered(True)]
    assert connection.data_to_send() == b""


def test_what_arrives_after_our_goodbye_is_not_confirmed() -> None:
    peer, connection = met(Role.DIALER, Offer(1, 0))
    connection.answer_keyring(True)
    connection.send_goodbye(Farewell.PERSON)
    connection.data_to_send()
    assert feed(connection, peer.frames(Parcel(0, 1, b"x"))) == [KeyringArrived(b"x")]
    assert connection.data_to_send() == b""


FULL = bytes(CHUNK_SIZE)
BAD_PARCELS: dict[str, tuple[int, tuple[Parcel, ...]]] = {
    "begins at 1": (2 * CHUNK_SIZE, (Parcel(1, 2, FULL),)),
    "index repeated": (3 * CHUNK_SIZE, (Parcel(0, 3, FULL), Parcel(0, 3, FULL))),
    "index skipped": (3 * CHUNK_SIZE, (Parcel(0, 3, FULL), Parcel(2, 3, FULL))),
    "total is not the offer's": (2 * CHUNK_SIZE, (Parcel(0, 3, FULL),)),
    "total changed": (2 * CHUNK_SIZE, (Parcel(0, 2, FULL), Parcel(1, 3, FULL))),
    "short before the last": (2 * CHUNK_SIZE, (Parcel(0, 2, FULL[1:]),)),
    "last one short": (CHUNK_SIZE + 2, (Parcel(0, 2, FULL), Parcel(1, 2, b"x"))),
    "last one long": (CHUNK_SIZE + 2, (Parcel(0, 2, FULL), Parcel(1, 2, b"xyz"))),
    "more than all": (1, (Parcel(0, 1, b"x"), Parcel(0, 1, b"x"))),
}


@pytest.mark.parametrize("case", BAD_PARCELS)
def test_parcels_that_are_not_what_was_offered(case: str) -> None:
    size, parcels = BAD_PARCELS[case]
    peer, connection = met(Role.DIALER, Offer(size, 0))
    connection.answer_keyring(True)
    feed(connection, peer.frames(*parcels[:-1]))
    breach(connection, peer.frames(parcels[-1]))


# --- our own mistakes ---

MISTAKES: dict[str, tuple[Callable[[Connection], object], tuple[Frame, ...]]] = {
    "verified before reveal": (lambda one: one.send_verified(True), ()),
    "accepted without a card": (lambda one: one.accept_card(), ()),
    "answer without an offer": (lambda one: one.answer_keyring(True), ()),
    "empty keyring": (lambda one: one.offer_keyring(b"", 0), ()),
    "large keyring": (lambda one: one.offer_keyring(bytes(2**20 + 1), 0), ()),
    "too many contacts": (lambda one: one.offer_keyring(b"x", 65_536), ()),
    "card after goodbye": (lambda one: one.offer_card(KEPT), (Goodbye(0),)),
    "keyring after goodbye": (lambda one: one.offer_keyring(b"x", 0), (Goodbye(0),)),
    "answer after goodbye": (lambda one: one.answer_keyring(True), (Offer(1, 0), Goodbye(0))),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_ours_sends_nothing(name: str) -> None:
    attempt, frames = MISTAKES[name]
    _, connection = met(Role.DIALER, *frames)
    connection.data_to_send()
    with pytest.raises(LocalProtocolError):
        attempt(connection)
    assert connection.data_to_send() == b""


def test_nothing_is_given_before_the_peer_is_there() -> None:
    attempts: list[Callable[[Connection], object]] = [
        lambda one: one.offer_card(KEPT),
        lambda one: one.offer_keyring(b"x", 0),
        lambda one: one.send_verified(True),
    ]
    for attempt in attempts:
        connection = side(Role.HOST)
        with pytest.raises(LocalProtocolError):
            attempt(connection)
        assert connection.data_to_send() == b""


def test_twice_is_a_mistake() -> None:
    pair = open_pair()
    pair.host.offer_card(BOB)
    pair.exchange()
    acts: list[Callable[[], object]] = [
        lambda: pair.dialer.offer_card(ADA),
        pair.dialer.accept_card,
        lambda: pair.dialer.send_verified(True),
    ]
    for act in acts:
        act()
        with pytest.raises(LocalProtocolError):
            act()


def test_a_nonce_has_32_bytes() -> None:
    for size in (0, 31, 33):
        with pytest.raises(LocalProtocolError):
            side(Role.HOST, nonce=bytes(size))


def test_no_repr_shows_what_is_sealed() -> None:
    assert "sealed" not in repr(KeyringArrived(b"sealed"))


def test_a_rotated_card_may_be_given_to_whoever_has_the_old_one() -> None:
    pair = open_pair()
    pair.dialer.offer_card(rotate(PEOPLE[Role.DIALER], b"r" * 64, 1_700_000_003))
    pair.exchange()
    (event,) = pair.host_events
    assert isinstance(event, CardOffered)
    assert event.identity.identity_key == ADA.identity.identity_key
    assert event.identity.version == 2


def test_whatever_is_exchanged_has_one_size_on_the_wire() -> None:
    pair = open_pair()
    acts: list[Callable[[], object]] = [
        lambda: pair.dialer.offer_card(ADA),
        lambda: pair.dialer.offer_keyring(b"x", 0),
        lambda: pair.dialer.send_verified(True),
    ]
    for act in acts:
        act()
        assert len(pair.dialer.data_to_send()) == FRAME_SIZE
