"""Whole sessions: two people, two tors, one private network."""

import os
from pathlib import Path

import pytest
import trio

from entrechat_tui.protocol.meeting import Role
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.events import Door, HandshakeStep, Opened, StateEntered, TextArrived
from entrechat_tui.session.receipt import Receipt
from entrechat_tui.session.states import State

from .people import options, pair, start

SCRIPTS = (
    "plain",
    "Où êtes-vous ? Ça va très bien, merci — à bientôt !",
    "Привет, 你好, こんにちは, 안녕하세요, नमस्ते, ជំរាបសួរ",
    "مرحبا بالعالم and שלום עולם in one line",
    "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 \u202eevil\u202c \x1b[31mred\x00",
    " \n\n\tleading and trailing white space\r\n ",
    "x" * 65_536,
    "é" * 32_768,
    "🦊" * 16_384,
)


def all_clean(*receipts: Receipt) -> bool:
    return all(receipt.clean for receipt in receipts)


async def test_text_of_every_kind_arrives_as_it_was_sent(network: Path) -> None:
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        host.say(*SCRIPTS)
        dialer.say(*reversed(SCRIPTS))
        for person in (host, dialer):
            await person.until(lambda person: len(person.delivered) == len(SCRIPTS))
        host.leave()
        receipts = await host.receipt(), await dialer.receipt()
    assert dialer.heard == list(SCRIPTS)
    assert host.heard == list(reversed(SCRIPTS))
    assert all_clean(*receipts), receipts
    assert [receipt.ending.reason for receipt in receipts] == [
        Reason.GOODBYE,
        Reason.PEER_GOODBYE,
    ]


async def test_the_states_are_told_in_order(network: Path) -> None:
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        dialer.leave()
        receipt = await host.receipt()
    for person in (host, dialer):
        assert [event.state for event in person.of(StateEntered)] == list(State)
        assert [event.step for event in person.of(HandshakeStep)] == [1, 2, 3]
        assert person.of(Opened) == [Opened(3600)]
    assert host.of(Door)[-1].uploads >= 2
    assert [state for state, _ in receipt.stages] == list(State)[:-1]


async def test_ten_thousand_messages_each_way_once_in_order_acknowledged(network: Path) -> None:
    texts = [f"message {number}" for number in range(1, 10_001)]
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        host.say(*texts)
        dialer.say(*texts)
        for person in (host, dialer):
            await person.until(lambda person: len(person.of(TextArrived)) == len(texts))
            await person.until(lambda person: len(person.delivered) == len(texts))
        dialer.leave()
        receipts = await host.receipt(), await dialer.receipt()
    for person in (host, dialer):
        assert person.heard == texts
        assert person.delivered == list(range(1, 10_001))
    assert all_clean(*receipts), receipts


async def test_a_goodbye_waits_for_what_is_under_way(network: Path) -> None:
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        host.say(*"abcdefgh")
        host.leave()
        dialer.say(*"stuvwxyz")
        receipts = await host.receipt(), await dialer.receipt()
    assert dialer.heard == list("abcdefgh")
    for person, other, receipt in ((host, dialer, receipts[0]), (dialer, host, receipts[1])):
        assert len(person.delivered) == len(other.heard)
        assert len(person.delivered) + len(person.failed) == 8
        assert receipt.delivered + receipt.failed == 8


async def test_both_may_say_goodbye_at_once(network: Path) -> None:
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        host.leave()
        dialer.leave()
        receipts = await host.receipt(), await dialer.receipt()
    assert all_clean(*receipts), receipts


async def test_delivered_means_shown(network: Path) -> None:
    async with pair(network) as (host, dialer):
        dialer.shows = False
        await host.opened()
        await dialer.opened()
        host.say("unseen")
        await dialer.until(lambda person: person.heard == ["unseen"])
        host.leave()
        receipts = await host.receipt(), await dialer.receipt()
    assert host.failed == [1]
    assert receipts[0].ending.reason is Reason.CLOSING_TIMEOUT
    assert not all_clean(*receipts)


@pytest.mark.parametrize("state", [State.STARTING, State.OPENING, State.WAITING])
async def test_a_person_may_leave_before_anyone_came(network: Path, state: State) -> None:
    async with trio.open_nursery() as nursery:
        for role in Role:
            person = start(nursery, options(network, role, os.urandom(32)))
            await person.entered(state)
            person.leave()
            receipt = await person.receipt()
            assert receipt.ending.reason is Reason.GOODBYE
            assert all(check.ok for check in receipt.teardown)


async def test_a_text_that_cannot_be_carried_fails_alone(network: Path) -> None:
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        host.say("", "x" * 65_537, "\ud800", "good")
        await host.until(lambda person: len(person.delivered) + len(person.failed) == 4)
        host.leave()
        await host.receipt()
    assert (host.failed, host.delivered) == ([1, 2, 3], [4])
    assert dialer.heard == ["good"]
