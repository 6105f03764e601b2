"""Circuit managers for tests: short of patience, their events written down."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import trio

from entrechat_tui.protocol.meeting import MeetingKeys, meeting_keys
from entrechat_tui.session.circuits import (
    CircuitManager,
    NotYet,
    Patience,
    open_circuit_manager,
)
from entrechat_tui.session.events import Event
from tests.conftest import processes_that_mention

PATIENT = Patience()
HURRY = Patience(answer=1.0, between_pings=0.2)
# Authorities whose ports nobody listens on.
NOWHERE = (
    f"TestingTorNetwork 1\nDirAuthority nobody orport=1 v3ident={'A' * 40} 127.0.0.1:2 {'B' * 40}\n"
)


def ignore(_event: Event) -> None:
    """Write nothing down."""


def fresh_keys() -> MeetingKeys:
    """The keys of a meeting that nobody else knows."""
    return meeting_keys(secrets.token_bytes(32), 1)


def with_other_auth(keys: MeetingKeys) -> MeetingKeys:
    """The same onion service with the wrong key to it."""
    return replace(keys, auth_private=secrets.token_bytes(32))


def tor_in(runtime: Path) -> int:
    """The pid of the only tor that works there."""
    (pid,) = processes_that_mention(runtime)
    return pid


@asynccontextmanager
async def ready_manager(
    network: Path,
    emit: Callable[[Event], None] = ignore,
    patience: Patience = PATIENT,
) -> AsyncIterator[CircuitManager]:
    """A circuit manager that is bootstrapped."""
    async with open_circuit_manager(emit, network, patience) as manager:
        await manager.bootstrap()
        yield manager


async def refusal(manager: CircuitManager, keys: MeetingKeys) -> int:
    """The code with which one attempt to reach the peer fails."""
    try:
        stream = await manager.dial(keys)
    except NotYet as error:
        return error.code
    await stream.aclose()
    raise AssertionError("somebody was reached")


async def dial_until_there(manager: CircuitManager, keys: MeetingKeys) -> trio.SocketStream:
    """Dial again until it succeeds; the test's deadline bounds it."""
    while True:
        try:
            return await manager.dial(keys)
        except NotYet:
            await trio.sleep(0.2)


async def echo(stream: trio.SocketStream) -> None:
    """Send back what comes."""
    async for data in stream:
        await stream.send_all(data)
