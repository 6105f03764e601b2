"""Peers driven by hand: real tors, real streams, and bytes that a test chooses."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import trio

from entrechat_tui.protocol.connection import Connection
from entrechat_tui.protocol.events import NEED_DATA, Event
from entrechat_tui.protocol.identity import UserIdentity, make_identity
from entrechat_tui.protocol.meeting import MeetingKeys, Role, meeting_keys, slot_of
from entrechat_tui.session.circuits import CircuitManager, NotYet, open_circuit_manager

from .people import Person, options, start


def keys_now(secret: bytes) -> MeetingKeys:
    """The meeting keys of this moment's slot."""
    return meeting_keys(secret, slot_of(time.time()))


def anyone() -> UserIdentity:
    """A fresh identity."""
    return make_identity("stranger", os.urandom(96), int(time.time()))


@asynccontextmanager
async def bare_manager(network: Path) -> AsyncIterator[CircuitManager]:
    """A tor of one's own, bootstrapped, without a session around it."""
    async with open_circuit_manager(lambda event: None, network) as manager:
        await manager.bootstrap()
        yield manager


@asynccontextmanager
async def knock(manager: CircuitManager, keys: MeetingKeys) -> AsyncIterator[trio.SocketStream]:
    """A stream to the host, dialled until it is there."""
    await manager.authorise(keys)
    async with await _dial(manager, keys) as stream:
        yield stream


async def _dial(manager: CircuitManager, keys: MeetingKeys) -> trio.SocketStream:
    while True:
        try:
            return await manager.dial(keys)
        except NotYet:
            await trio.sleep(0.3)


class Hand:
    """A connection on a stream, one step at a time."""

    def __init__(
        self,
        stream: trio.SocketStream,
        role: Role,
        keys: MeetingKeys,
        *,
        user: UserIdentity | None = None,
        psk: bytes | None = None,
    ) -> None:
        self.stream = stream
        self.keys = keys
        self.connection = Connection(
            role,
            keys if psk is None else replace(keys, psk=psk),
            user or anyone(),
            ephemeral=os.urandom(32),
            nonce=os.urandom(32),
            limit=3600,
        )

    async def flush(self) -> None:
        """Send what is ready."""
        await self.stream.send_all(self.connection.data_to_send())

    async def until(self, kind: type[Event]) -> Event:
        """Send and receive until an event of this kind."""
        await self.flush()
        while True:
            self.connection.receive_data(await self.stream.receive_some(65536))
            while (event := self.connection.next_event()) is not NEED_DATA:
                await self.flush()
                if isinstance(event, kind):
                    return event


@asynccontextmanager
async def by_hand(network: Path, **changes: object) -> AsyncIterator[tuple[Person, Hand]]:
    """A hosting session and a dialer's hand on a stream to it; ``changes`` to its options.

    The hand has the host's own identity if that is among the changes.
    """
    secret = os.urandom(32)
    async with trio.open_nursery() as nursery:
        host = start(nursery, options(network, Role.HOST, secret, **changes))
        async with bare_manager(network) as manager:
            keys = keys_now(secret)
            async with knock(manager, keys) as stream:
                yield host, Hand(stream, Role.DIALER, keys, user=changes.get("user"))
