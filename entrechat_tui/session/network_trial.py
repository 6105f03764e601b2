"""Trying a private network: one client publishes an onion service, another one reaches it."""

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import trio

from ..protocol.meeting import MeetingKeys, meeting_keys
from .circuits import CircuitManager, NotYet, open_circuit_manager
from .events import Event

_PAUSE = 0.3


async def try_network(
    torrc: Path, worth_trying: Callable[[], Awaitable[None]], tell: Callable[[Event], None]
) -> None:
    """Return once a fresh service on the network was reached; ``tell`` hears of the host's steps.

    The two tors are started, and turn to the network when ``worth_trying`` returns: what a client
    cannot get at once it asks for again only after ten seconds.
    Raises SessionFailure as a session would.
    """
    keys = meeting_keys(secrets.token_bytes(32), 0)
    async with (
        open_circuit_manager(tell, torrc) as host,
        open_circuit_manager(_say_nothing, torrc) as dialer,
    ):
        await worth_trying()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(host.bootstrap)
            nursery.start_soon(dialer.bootstrap)
        async with await host.publish(keys):
            await dialer.authorise(keys)
            await trio.aclose_forcefully(await _reach(dialer, keys))


async def _reach(dialer: CircuitManager, keys: MeetingKeys) -> trio.SocketStream:
    while True:
        try:
            return await dialer.dial(keys)
        except NotYet:
            await trio.sleep(_PAUSE)


def _say_nothing(event: Event) -> None:
    pass
