"""A peer that was written from the protocol document alone talks with ours, in both roles."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import pytest
import trio
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from entrechat_tui import guide
from entrechat_tui.protocol.card import card_link, parse_card_untrusted, short_card
from entrechat_tui.protocol.events import (
    CardAccepted,
    CardOffered,
    Delivered,
    Ended,
    Event,
    Farewell,
    HeartbeatReceived,
    KeyringAnswered,
    KeyringArrived,
    KeyringOffered,
    Opened,
    ParcelArrived,
    PeerGoodbye,
    PeerIdentified,
    PeerVerified,
    Settled,
    StepDone,
    TextReceived,
    WordsReady,
)
from entrechat_tui.protocol.identity import Identity, encode_identity, make_identity
from entrechat_tui.protocol.keyring import Contact, Keyring
from entrechat_tui.protocol.keyring_seal import Cost, seal_keyring
from entrechat_tui.protocol.meeting import Role, meeting_keys, phrase_secret, slot_of
from entrechat_tui.protocol.pair import card_secret
from entrechat_tui.protocol.phrase import make_phrase
from entrechat_tui.session.circuits import CircuitManager, NotYet, open_circuit_manager
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.word_lists import LANGUAGES, word_list

from .protocol.peers import acknowledge_all, feed, side
from .session.people import options, start
from .stranger import ACCEPTED, TALKING, TEXT, VERIFIED, Stranger
from .stranger_keys import (
    Me,
    Meeting,
    identity_fields,
    link,
    open_keyring,
    pair_secret,
    public,
    read_link,
    secret_of_cards,
    short_body,
)

SECRET, SLOT = bytes(range(32)), 1_900_000
TEXTS = (
    "plain",
    "Où êtes-vous ? À bientôt !",
    "مرحبا بالعالم and שלום עולם",
    "👩‍👩‍👧‍👦 e\u0301 \u202eevil\u202c \x1b[31mred\x00 \n\t ",
    "x" * 65_536,
    "é" * 32_768,
    "न" * 21_845,
    "🦊" * 16_384,
)
ROLES = pytest.mark.parametrize("dialer", [True, False], ids=["dialer", "host"])


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


class Pair:
    """The stranger in one role, ours in the other, and the events of ours."""

    def __init__(self, dialer: bool, meeting: Meeting, *, size: int = 65_536, **ours: object):
        self.stranger = Stranger(Me("Étranger", 1_700_000_000), meeting, dialer, 0.0, 900)
        self.ours = side(Role.HOST if dialer else Role.DIALER, limit=600, **ours)
        self.events: list[Event] = []
        self._size = size

    def exchange(self) -> None:
        """Carry bytes, and acknowledge every message, until both are silent."""
        while self.to_ours() or self.to_stranger():
            pass

    def to_ours(self) -> bool:
        data = self.stranger.take()
        events = feed(self.ours, data, lambda data: pieces(data, self._size)) if data else []
        acknowledge_all(self.ours, events)
        self.events += events
        return bool(data)

    def to_stranger(self) -> bool:
        data = self.ours.data_to_send()
        for piece in pieces(data, self._size):
            self.stranger.receive(piece)
        return bool(data)

    @property
    def heard(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, TextReceived)]


def open_pair(dialer: bool, **changes: object) -> Pair:
    keys = meeting_keys(SECRET, SLOT)
    pair = Pair(dialer, Meeting(SECRET, SLOT), keys=keys, **changes)
    pair.exchange()
    return pair


def vectors() -> dict[str, str]:
    page = files(guide).joinpath("protocol.md").read_text("utf-8").partition("Test vectors")[2]
    return dict(re.findall(r"^ {4}(\S+)\s+(.+)$", page, re.MULTILINE))


def vectors_of_the_phrase() -> dict[str, str]:
    phrase = " ".join(make_phrase(bytes(range(10)), word_list("english")).words)
    secret = pair_secret(phrase, "english")
    meeting = Meeting(secret, SLOT)
    opening = Stranger(Me("Étranger", 0), meeting, True, 0.0, 900).take()
    return {
        "phrase": phrase,
        "pair_secret": secret.hex(),
        "address": meeting.address,
        "auth_public": meeting.auth_public.hex(),
        "psk": meeting.psk.hex(),
        "header_key": meeting.header_key.hex(),
        "header_d": opening[:13].hex(),
        "tag_d": opening[13:29].hex(),
    }


def vectors_of_the_cards() -> dict[str, str]:
    private = X25519PrivateKey.from_private_bytes(bytes(range(32)))
    others = public(X25519PrivateKey.from_private_bytes(bytes(range(32, 64))))
    own, other = b"\1" * 32, b"\2" * 32
    return {
        "pair_secret_without": secret_of_cards(private, own, other, others, None).hex(),
        "pair_secret_with": secret_of_cards(private, own, other, others, "été").hex(),
        "short_card": link(short_body(other, others, 7)),
    }


def vectors_of_the_words() -> dict[str, str]:
    stranger = Stranger(Me("Étranger", 0), Meeting(SECRET, SLOT), True, 0.0, 900, b"D" * 32)
    exchange = stranger.exchange
    commitment = exchange.begin(b"h" * 32)
    exchange.committed = exchange.commitment(b"host", b"H" * 32)
    exchange.take_nonce(b"H" * 32)
    return {
        "commitment_d": commitment.hex(),
        "words_d": " ".join(map(str, exchange.words)),
        "words_h": " ".join(map(str, exchange.peers_words)),
    }


def test_the_documents_vectors() -> None:
    made = vectors_of_the_phrase() | vectors_of_the_cards() | vectors_of_the_words()
    assert vectors() == made


@ROLES
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_phrase_to_settled(dialer: bool, language: str) -> None:
    phrase = make_phrase(os.urandom(10), word_list(language))
    secret = pair_secret(" ".join(phrase.words), language)
    assert secret == phrase_secret(phrase)
    meeting, keys = Meeting(secret, SLOT), meeting_keys(secret, SLOT)
    assert meeting.address == keys.onion_address
    assert meeting.onion_key == keys.expanded_onion_key
    assert meeting.auth_public == keys.auth_public
    assert meeting.auth_private == keys.auth_private
    pair = Pair(dialer, meeting, keys=keys)
    pair.stranger.say("hello")
    pair.exchange()
    *steps, identified, opened, text, words = pair.events
    assert [step.step for step in steps if isinstance(step, StepDone)] == [1, 2, 3]
    assert isinstance(identified, PeerIdentified)
    assert identified.identity.username == "Étranger"
    assert (opened, text) == (Opened(600), TextReceived(1, "hello"))
    assert isinstance(words, WordsReady)
    assert pair.stranger.name == ("Bob" if dialer else "Ada")
    pair.stranger.leave()
    pair.exchange()
    assert pair.events[-2:] == [PeerGoodbye(Farewell.PERSON), Settled()]
    assert pair.stranger.closed == ""


@ROLES
@pytest.mark.parametrize("size", [97, 65_536])
def test_texts_of_every_kind(dialer: bool, size: int) -> None:
    pair = open_pair(dialer, size=size)
    pair.stranger.say(*TEXTS)
    for text in reversed(TEXTS):
        pair.ours.send_text(text)
    pair.exchange()
    assert pair.heard == list(TEXTS)
    assert pair.stranger.heard == list(reversed(TEXTS))
    assert Delivered(len(TEXTS)) in pair.events
    assert pair.stranger.delivered == len(TEXTS)


@ROLES
def test_a_full_window_in_flight_each_way(dialer: bool) -> None:
    pair = open_pair(dialer)
    texts = [f"message {number}" for number in range(1, 601)]
    pair.stranger.say(*texts)
    for text in texts[: pair.ours.window]:
        pair.ours.send_text(text)
    pair.exchange()
    assert pair.heard == texts
    assert pair.stranger.heard == texts[:256]
    assert pair.stranger.delivered == 600
    assert pair.ours.window == 256


@ROLES
def test_who_sent_hello_need_not_wait_for_the_others(dialer: bool) -> None:
    pair = Pair(dialer, Meeting(SECRET, SLOT), keys=meeting_keys(SECRET, SLOT))
    while pair.stranger.mine < TALKING:
        pair.to_ours()
        pair.to_stranger()
    pair.stranger.said += 1
    pair.stranger.send(TEXT, 1, 0, 1, b"early")
    pair.exchange()
    assert pair.heard == ["early"]
    assert pair.stranger.delivered == 1


@ROLES
@pytest.mark.parametrize("farewell", Farewell)
@pytest.mark.parametrize("leaver", ["stranger", "ours", "both"])
def test_goodbye_from_either_side(dialer: bool, farewell: Farewell, leaver: str) -> None:
    pair = open_pair(dialer)
    pair.stranger.say("theirs")
    pair.ours.send_text("ours")
    if leaver != "ours":
        pair.stranger.leave(farewell)
    if leaver != "stranger":
        pair.ours.send_goodbye(farewell)
    pair.exchange()
    assert pair.stranger.closed == ""
    assert (pair.heard, pair.stranger.heard) == (["theirs"], ["ours"])
    assert pair.events[-1] == Settled()
    assert pair.stranger.farewell == (farewell if leaver != "stranger" else Farewell.PERSON)
    assert PeerGoodbye(farewell if leaver != "ours" else Farewell.PERSON) in pair.events


@ROLES
def test_signs_of_life_and_the_limit(dialer: bool) -> None:
    pair = open_pair(dialer)
    pair.stranger.tick(5.0)
    pair.exchange()
    assert pair.events[-1] == HeartbeatReceived()
    pair.ours.send_heartbeat()
    pair.stranger.tick(600.0)
    pair.exchange()
    assert pair.events[-2:] == [PeerGoodbye(Farewell.LIMIT), Settled()]
    assert pair.stranger.closed == ""


@ROLES
def test_a_lost_stream(dialer: bool) -> None:
    pair = open_pair(dialer)
    pair.stranger.leave()
    pair.stranger.receive(b"")
    assert pair.stranger.closed == "lost"
    assert feed(pair.ours, b"", lambda data: [data]) == [Ended(clean=False)]


# Words, cards and keyrings.


@ROLES
@pytest.mark.parametrize("matched", [True, False])
def test_the_same_words_on_both_sides(dialer: bool, matched: bool) -> None:
    pair = open_pair(dialer)
    (words,) = (event for event in pair.events if isinstance(event, WordsReady))
    exchange = pair.stranger.exchange
    assert (words.own, words.peers) == (exchange.peers_words, exchange.words)
    pair.ours.send_verified(matched)
    pair.exchange()
    assert exchange.matched is matched
    if matched:
        pair.stranger.send(VERIFIED, True)
        pair.exchange()
        assert pair.events[-1] == PeerVerified(True)
    else:
        assert pair.events[-1] == Settled()
        assert pair.stranger.closed == ""


@ROLES
def test_cards_are_exchanged_and_make_one_pair_secret(dialer: bool) -> None:
    pair, kept = open_pair(dialer), make_identity("Kept", b"k" * 96, 1)
    pair.stranger.exchange.give_card(pair.stranger.me)
    pair.ours.offer_card(kept)
    pair.exchange()
    card = pair.events[-1]
    assert isinstance(card, CardOffered)
    assert pair.stranger.exchange.card == encode_identity(kept.identity)
    pair.stranger.send(ACCEPTED)
    pair.ours.accept_card()
    pair.exchange()
    assert pair.events[-1] == CardAccepted()
    assert pair.stranger.exchange.accepted
    name, key, _, meeting_key = identity_fields(pair.stranger.exchange.card)
    assert name == "Kept"
    for passphrase in (None, "été"):
        theirs = pair.stranger.me.pair_secret(key, meeting_key, passphrase)
        assert theirs == card_secret(kept, card.identity, passphrase)


@ROLES
def test_a_sealed_keyring_moves_and_opens(dialer: bool) -> None:
    passphrase = "été"
    pair, user = open_pair(dialer), make_identity("Kept", b"k" * 96, 1)
    keyring = Keyring(user, (Contact("Léa", short_card(pair.ours.peer_identity)),), True)
    sealed = seal_keyring(keyring, passphrase, os.urandom(40), Cost(1, 8192))
    pair.ours.offer_keyring(sealed, 1)
    pair.exchange()
    assert pair.stranger.exchange.offered == (len(sealed), 1)
    pair.stranger.exchange.answer(True)
    pair.exchange()
    assert pair.events[-2:] == [KeyringAnswered(True), ParcelArrived()]
    own, contacts, remember_times = open_keyring(pair.stranger.exchange.keyring, passphrase)
    keys = [user.private_identity_key, user.private_noise_key, user.private_meeting_key]
    assert own == [encode_identity(user.identity), *keys]
    card = read_link(pair.stranger.me.short_link)
    assert (contacts, remember_times) == ([["Léa", card, 0, 0, 0]], True)
    pair.stranger.exchange.offer(sealed, 1)
    pair.exchange()
    assert pair.events[-1] == KeyringOffered(len(sealed), 1)
    pair.ours.answer_keyring(True)
    pair.exchange()
    assert pair.events[-1] == KeyringArrived(sealed)
    assert pair.stranger.exchange.arrived


def test_cards_as_text() -> None:
    me, kept = Me("Étranger", 1_700_000_000), make_identity("Kept", b"k" * 96, 1)
    card = parse_card_untrusted(me.link)
    assert isinstance(card, Identity)
    assert (card.username, card.identity_key) == ("Étranger", me.key)
    assert parse_card_untrusted(me.short_link) == short_card(card)
    assert read_link(card_link(kept.identity))[2:] == encode_identity(kept.identity)
    short = short_card(kept.identity)
    body = short_body(short.identity_key, short.meeting_key, 1)
    assert read_link(card_link(short)) == body


# Over Tor: Entrechat's own tor carries the stranger's bytes, to the stranger's address, under the
# stranger's keys; on the other side is a whole session.


def carried(meeting: Meeting) -> SimpleNamespace:
    """The stranger's keys, under the names that the transport knows them by."""
    return SimpleNamespace(
        onion_address=meeting.address,
        expanded_onion_key=meeting.onion_key,
        auth_public=meeting.auth_public,
        auth_private=meeting.auth_private,
    )


async def reach(
    manager: CircuitManager, secret: bytes, dialer: bool
) -> tuple[trio.SocketStream, Meeting, bytes]:
    """A stream to the session, the slot's meeting where it is, and what came already."""
    if not dialer:
        meeting = Meeting(secret, slot_of(time.time()))
        listener = await manager.publish(carried(meeting))
        while True:
            stream = await listener.accept()
            # An attempt that the dialer's tor gave up ends without a byte.
            if first := await stream.receive_some(65_536):
                return stream, meeting, first
            await stream.aclose()
    while True:
        for neighbour in (0, -1, 1):
            meeting = Meeting(secret, slot_of(time.time()) + neighbour)
            await manager.authorise(carried(meeting))
            try:
                return await manager.dial(carried(meeting)), meeting, b""
            except NotYet:
                continue


async def converse(stream: trio.SocketStream, stranger: Stranger, leaves: bool) -> None:
    """Carry the stranger's bytes to the end; it leaves, if it does, when all is said."""
    async with stream:
        while stranger.closed is None:
            await stream.send_all(stranger.take())
            with trio.move_on_after(1):
                stranger.receive(await stream.receive_some(65_536))
            stranger.tick(trio.current_time())
            if leaves and len(stranger.heard) == stranger.delivered == len(TEXTS):
                stranger.leave()
        await stream.send_all(stranger.take())


@ROLES
async def test_over_tor(network: Path, dialer: bool) -> None:
    phrase = make_phrase(os.urandom(10), word_list("english"))
    role = Role.HOST if dialer else Role.DIALER
    chosen = replace(options(network, role, b""), secret=lambda: phrase_secret(phrase))
    async with (
        open_circuit_manager(lambda event: None, network) as manager,
        trio.open_nursery() as nursery,
    ):
        person = start(nursery, chosen)
        await manager.bootstrap()
        words = " ".join(phrase.words)
        secret = await trio.to_thread.run_sync(pair_secret, words, phrase.language)
        stream, meeting, first = await reach(manager, secret, dialer)
        me = Me("Étranger", int(time.time()))
        stranger = Stranger(me, meeting, dialer, trio.current_time(), 600)
        stranger.say(*TEXTS)
        if first:
            stranger.receive(first)
        nursery.start_soon(converse, stream, stranger, dialer)
        await person.opened()
        person.say(*TEXTS)
        if not dialer:
            await person.until(lambda person: len(person.heard) == len(TEXTS))
            person.leave()
        receipt = await person.receipt()
    assert stranger.closed == ""
    assert person.heard == stranger.heard == list(TEXTS)
    assert len(person.delivered) == stranger.delivered == len(TEXTS)
    assert receipt.clean, receipt
    assert receipt.ending.reason is (Reason.PEER_GOODBYE if dialer else Reason.GOODBYE)
