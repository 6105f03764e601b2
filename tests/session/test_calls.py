"""Calls over real tors: who meets, who never does, and who is sent away with which sentence."""

import os
from pathlib import Path

import pytest
import trio

from entrechat_tui.protocol.card import ShortCard, short_card
from entrechat_tui.protocol.errors import LocalProtocolError
from entrechat_tui.protocol.identity import UserIdentity, rotate
from entrechat_tui.protocol.keyring import Contact, Trust
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.events import Opened, PeerKnown, PeerRenewed
from entrechat_tui.session.states import State

from .callers import answer, both, call, receipts, renewed, somebody, two_people
from .people import options, start

ROLES = pytest.mark.parametrize("role", list(Role))


@ROLES
@pytest.mark.parametrize("passphrase", [None, "ce que nous savons"])
async def test_two_who_have_each_others_card(
    network: Path, role: Role, passphrase: str | None
) -> None:
    people = two_people()
    one, other = people[role], people[role.other]
    first = call(network, one, other, passphrase=passphrase)
    assert first.role is role
    async with both(first, call(network, other, one, passphrase=passphrase)) as (own, peer):
        await own.opened()
        await peer.opened()
        own.say("hello")
        await own.until(lambda person: person.delivered == [1])
        own.leave()
        assert all(receipt.clean for receipt in await receipts(own, peer))
    assert own.of(PeerKnown) == [PeerKnown(other.identity.username, other.identity.identity_key)]
    assert peer.heard == ["hello"]
    assert not own.of(PeerRenewed) and not peer.of(PeerRenewed)


async def test_a_call_after_a_call(network: Path) -> None:
    """In the same slot the dialer finds what the host published for the call before."""
    people = two_people()
    own, peer = people[Role.HOST], people[Role.DIALER]
    for _ in range(3):
        async with trio.open_nursery() as nursery:
            dialer = start(nursery, call(network, peer, own))
            await dialer.entered(State.WAITING)
            host = start(nursery, call(network, own, peer))
            await host.opened()
            await dialer.opened()
            host.leave()
            assert all(receipt.clean for receipt in await receipts(host, dialer))


async def test_another_passphrase_never_meets(network: Path) -> None:
    people = two_people()
    one, other = people.values()
    calls = (
        call(network, one, other, passphrase="one", wait=10.0),
        call(network, other, one, passphrase="two", wait=10.0),
    )
    async with both(*calls) as callers:
        ended = await receipts(*callers)
    assert [receipt.ending.reason for receipt in ended] == [Reason.NOT_ANSWERED] * 2
    assert "the same passphrase" in ended[0].ending.sentence


@ROLES
async def test_another_identity_answers(network: Path, role: Role) -> None:
    """Somebody has the called person's meeting key, and not their identity key."""
    people = two_people()
    caller, called = people[role], people[role.other]
    mallory = somebody("Mallory")
    sessions = call(network, caller, called), answer(network, caller, called, mallory)
    async with both(*sessions) as (own, impostor):
        ended, theirs = await receipts(own, impostor)
    assert ended.ending.reason is Reason.PEER_OTHER_IDENTITY
    assert not own.of(PeerKnown) and not own.of(Opened)
    if role is Role.DIALER:
        assert not impostor.of(PeerKnown)
    assert not impostor.heard
    assert theirs.ending.status in (6, 7)


@ROLES
async def test_an_older_version_than_was_called(network: Path, role: Role) -> None:
    people = two_people()
    caller, old = people[role], people[role.other]
    called = renewed(old)
    sessions = call(network, caller, called), answer(network, caller, called, old)
    async with both(*sessions) as (own, peer):
        ended, _ = await receipts(own, peer)
    assert ended.ending.reason is Reason.PEER_OLD_IDENTITY
    assert not own.of(PeerKnown) and not own.of(Opened)


CARDS = {"card": lambda identity: identity, "short card": short_card}


@pytest.mark.parametrize("kind", CARDS)
async def test_a_newer_version_than_was_called(network: Path, kind: str) -> None:
    people = two_people()
    caller, called = people.values()
    known, new = CARDS[kind](called.identity), renewed(called)
    contacts = (Contact("Bobby", known),)
    sessions = call(network, caller, known, contacts=contacts), call(network, new, caller)
    async with both(*sessions) as (own, peer):
        await own.opened()
        own.leave()
        await receipts(own, peer)
    assert own.of(PeerRenewed) == [PeerRenewed(known, new.identity)]


async def test_a_short_card_gets_its_name(network: Path) -> None:
    one, other = two_people().values()
    sessions = (
        call(network, one, short_card(other.identity)),
        call(network, other, short_card(one.identity)),
    )
    async with both(*sessions) as people:
        for person in people:
            await person.opened()
        people[0].leave()
        await receipts(*people)
    for person, peer in zip(people, (other, one), strict=True):
        assert person.of(PeerRenewed) == [PeerRenewed(short_card(peer.identity), peer.identity)]


MET = {
    "another of that name": (
        lambda peer: Contact("BOB", somebody("Robert").identity),
        Reason.PEER_IMPERSONATES,
    ),
    "another who says so": (
        lambda peer: Contact("Robert", somebody("bob").identity),
        Reason.PEER_IMPERSONATES,
    ),
    "rejected": (
        lambda peer: Contact("Bobby", peer.identity, Trust.REJECTED),
        Reason.PEER_REJECTED,
    ),
    "older than known": (
        lambda peer: Contact("Bobby", rotate(peer, os.urandom(64), 1).identity, Trust.TRUSTED),
        Reason.PEER_OLD_IDENTITY,
    ),
}


@ROLES
@pytest.mark.parametrize("case", MET)
async def test_somebody_known_comes_by_phrase(network: Path, role: Role, case: str) -> None:
    """Whoever is unwelcome sees no identity of the one who joined, and no text of either."""
    secret, peer = os.urandom(32), somebody("Bob")
    make, reason = MET[case]
    sessions = (
        options(network, role, secret, contacts=(make(peer),)),
        options(network, role.other, secret, user=peer),
    )
    async with both(*sessions) as (own, other):
        ended, _ = await receipts(own, other)
    assert ended.ending.reason is reason
    assert not own.of(PeerKnown) and not own.of(Opened)
    assert role is Role.HOST or not other.of(PeerKnown)


def _refused(own: UserIdentity, card: object, sentence: str, **changes: object) -> None:
    with pytest.raises(LocalProtocolError, match=sentence):
        call(Path("unused"), own, card, **changes)


def test_calls_that_cannot_be_made() -> None:
    own, peer = somebody(), somebody()
    _refused(own, own, "That card is your own")
    rejected = Contact("Bobby", peer.identity, Trust.REJECTED)
    _refused(own, peer, "You rejected Bobby", contacts=(rejected,))
    small_order = ShortCard(peer.identity.identity_key, bytes(32), 1)
    _refused(own, small_order, "its meeting key is not a good one")
    _refused(own, peer, "An empty passphrase", passphrase="")


def test_a_rejected_contact_does_not_stop_other_calls() -> None:
    own, peer = somebody(), somebody()
    rejected = Contact("Bobby", somebody().identity, Trust.REJECTED)
    made = call(Path("unused"), own, peer, contacts=(rejected,))
    assert made.expected == peer.identity
