"""Every way a meeting or a conversation goes wrong: one named reason, and nothing left behind."""

import os
import signal
from pathlib import Path

import pytest
import trio

from entrechat_tui.protocol import header
from entrechat_tui.protocol.errors import RemoteProtocolError
from entrechat_tui.protocol.events import Opened as WireOpened
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.events import Bootstrap, Closed, HandshakeStep, Notice, TextArrived
from entrechat_tui.session.receipt import Receipt
from entrechat_tui.session.states import State

from .people import Person, options, pair, start
from .strangers import Hand, anyone, bare_manager, by_hand, keys_now, knock


def ended(receipt: Receipt, *reasons: Reason) -> None:
    """It ended for this reason, and everything is gone."""
    assert receipt.ending.reason in reasons, receipt
    assert receipt.ending.sentence
    assert receipt.teardown and all(check.ok for check in receipt.teardown), receipt


def tors() -> set[int]:
    """The pids of the tors that this process started."""
    children = map(int, Path("/proc/thread-self/children").read_text().split())
    return {pid for pid in children if b"tor" in Path(f"/proc/{pid}/comm").read_bytes()}


async def test_a_peer_that_never_comes(network: Path) -> None:
    async with trio.open_nursery() as nursery:
        people = [start(nursery, options(network, role, os.urandom(32), wait=5.0)) for role in Role]
        for person in people:
            receipt = await person.receipt()
            ended(receipt, Reason.PEER_NEVER_CAME)
            assert "5 s" in receipt.ending.sentence


async def test_the_same_phrase_hosted_twice(network: Path) -> None:
    secret = os.urandom(32)
    async with trio.open_nursery() as nursery:
        first = start(nursery, options(network, Role.HOST, secret))
        await first.entered(State.WAITING)
        second = start(nursery, options(network, Role.HOST, secret, check_hosted=True))
        ended(await second.receipt(), Reason.ALREADY_HOSTED)
        dialer = start(nursery, options(network, Role.DIALER, secret))
        await dialer.opened()
        await first.opened()
        first.leave()
        assert (await dialer.receipt()).clean


async def test_strays_get_no_answer_and_the_peer_still_comes_in(network: Path) -> None:
    secret = os.urandom(32)
    async with trio.open_nursery() as nursery:
        host = start(nursery, options(network, Role.HOST, secret))
        async with bare_manager(network) as manager:
            keys = keys_now(secret)
            for junk in (b"GET / HTTP/1.1\r\n\r\n" * 5, os.urandom(200)):
                async with knock(manager, keys) as stream:
                    await stream.send_all(junk)
                    assert await stream.receive_some(1) == b""
            async with knock(manager, keys) as stream:
                hand = Hand(stream, Role.DIALER, keys, psk=os.urandom(32))
                await hand.flush()
                assert await stream.receive_some(1) == b""
            async with knock(manager, keys) as silent:
                await host.until(lambda person: len(person.of(Notice)) >= 3)
                dialer = start(nursery, options(network, Role.DIALER, secret))
                await host.opened()
                await dialer.opened()
                assert await silent.receive_some(1) == b""
            dialer.leave()
            assert (await host.receipt()).clean


async def test_a_peer_of_another_version(network: Path) -> None:
    async with by_hand(network) as (host, hand):
        key = hand.keys.header_key
        await hand.stream.send_all(header.tagged_header(Role.DIALER, key, (2, 0)))
        answer = await hand.stream.receive_some(65536)
        assert answer == header.tagged_header(Role.HOST, key)
    receipt = host.of(Closed)[0].receipt
    ended(receipt, Reason.PEER_VERSION)
    assert "2.0" in receipt.ending.sentence


async def test_the_right_secret_and_no_honest_identity(network: Path) -> None:
    async with by_hand(network, user=anyone()) as (host, hand):
        with pytest.raises(RemoteProtocolError, match="our own"):
            await hand.until(WireOpened)
    ended(host.of(Closed)[0].receipt, Reason.PEER_HUNG_UP)
    assert not host.of(TextArrived)


async def test_a_frame_that_was_touched(network: Path) -> None:
    async with by_hand(network) as (host, hand):
        await hand.until(WireOpened)
        await hand.stream.send_all(bytes(498))
        while await hand.stream.receive_some(65536):
            pass
    ended(host.of(Closed)[0].receipt, Reason.PEER_BROKE_PROTOCOL)


async def test_the_peer_vanishes_with_messages_under_way(network: Path) -> None:
    async with by_hand(network) as (host, hand):
        await hand.until(WireOpened)
        await host.opened()
        host.say("one", "two")
        await hand.stream.receive_some(1)
    receipt = host.of(Closed)[0].receipt
    ended(receipt, Reason.PEER_VANISHED)
    assert host.failed == [1, 2]
    assert (receipt.sent, receipt.failed, receipt.peer_goodbye) == (2, 2, False)


async def _tor_of(person: Person) -> int:
    """The pid of its tor, for the person who was started last."""
    await person.until(lambda person: bool(person.of(Bootstrap)))
    return max(tors())


@pytest.mark.parametrize("state", [State.STARTING, State.OPENING, State.WAITING])
async def test_tor_dies(network: Path, state: State) -> None:
    async with trio.open_nursery() as nursery:
        person = start(nursery, options(network, Role.HOST, os.urandom(32)))
        pid = await _tor_of(person)
        await person.entered(state)
        os.kill(pid, signal.SIGKILL)
        receipt = await person.receipt()
        ended(receipt, Reason.TOR_DIED)
        assert "SIGKILL" in receipt.ending.sentence


async def test_tor_hangs_in_an_open_conversation(network: Path) -> None:
    secret = os.urandom(32)
    async with trio.open_nursery() as nursery:
        host = start(nursery, options(network, Role.HOST, secret))
        pid = await _tor_of(host)
        dialer = start(nursery, options(network, Role.DIALER, secret))
        await host.opened()
        await dialer.opened()
        os.kill(pid, signal.SIGSTOP)
        ended(await host.receipt(), Reason.TOR_STUCK)
        # Which of the two comes first is up to the relays between them.
        ended(await dialer.receipt(), Reason.PEER_SILENT, Reason.PEER_VANISHED)


@pytest.mark.parametrize("reason", [Reason.INTERRUPTED, Reason.TERMINATED, Reason.HANGUP])
async def test_a_signal_says_goodbye_first(network: Path, reason: Reason) -> None:
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        host.say("last words")
        host.leave(reason)
        receipt = await host.receipt()
        ended(receipt, reason)
        assert receipt.delivered == 1
        ended(await dialer.receipt(), Reason.PEER_GOODBYE)


async def test_the_program_is_cancelled(network: Path) -> None:
    before = tors()
    with trio.CancelScope() as scope:
        async with trio.open_nursery() as nursery:
            person = start(nursery, options(network, Role.HOST, os.urandom(32)))
            await person.entered(State.WAITING)
            scope.cancel()
    assert tors() == before


async def test_the_clocks_that_run_out(network: Path) -> None:
    """The handshake's, the silence's, the limit's and the goodbye's bounds, side by side."""
    async with trio.open_nursery() as nursery:
        for scenario in (_silent_handshake, _silent_conversation, _agreed_limit):
            nursery.start_soon(scenario, network)


async def _silent_handshake(network: Path) -> None:
    async with by_hand(network) as (host, hand):
        await hand.flush()
        await host.until(lambda person: bool(person.of(HandshakeStep)))
        ended(await host.receipt(), Reason.HANDSHAKE_TIMEOUT)


async def _silent_conversation(network: Path) -> None:
    async with by_hand(network) as (host, hand):
        await hand.until(WireOpened)
        ended(await host.receipt(), Reason.PEER_SILENT)


async def _agreed_limit(network: Path) -> None:
    secret = os.urandom(32)
    async with trio.open_nursery() as nursery:
        host = start(nursery, options(network, Role.HOST, secret, limit=60))
        dialer = start(nursery, options(network, Role.DIALER, secret))
        for person in (host, dialer):
            receipt = await person.receipt()
            ended(receipt, Reason.TIME_LIMIT)
            assert receipt.clean
