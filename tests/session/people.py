"""Two people in one process: real sessions over a real network, their events written down."""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import trio

from entrechat_tui.protocol.identity import make_identity
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.session.commands import Command, Leave, SendText, Shown
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.events import (
    Closed,
    Event,
    Opened,
    StateEntered,
    TextArrived,
    TextDelivered,
    TextFailed,
)
from entrechat_tui.session.options import SessionOptions
from entrechat_tui.session.receipt import Receipt
from entrechat_tui.session.session import run_session
from entrechat_tui.session.states import State

T = TypeVar("T")


def options(network: Path, role: Role, secret: bytes, **changes: object) -> SessionOptions:
    """What a person chose; the secret is ready made, for stretching is tested on its own."""
    chosen = {
        "role": role,
        "secret": lambda: secret,
        "user": make_identity(role.name.lower(), os.urandom(96), int(time.time())),
        "wait": 60.0,
        "limit": 3600,
        "network": network,
        "check_hosted": False,
    } | changes
    return SessionOptions(**chosen)


@dataclass
class Person:
    """A session under way: what came out of it, and a way to tell it things."""

    commands: trio.MemorySendChannel[Command]
    shows: bool = True
    said: int = 0
    events: list[Event] = field(default_factory=list)
    _news: trio.Event = field(default_factory=trio.Event)

    def emit(self, event: Event) -> None:
        """Write an event down; a text is shown at once."""
        self.events.append(event)
        if isinstance(event, TextArrived) and self.shows:
            self.commands.send_nowait(Shown(event.message_id))
        self._news.set()
        self._news = trio.Event()

    async def until(self, happened: Callable[["Person"], bool]) -> None:
        """Wait until something is true of the events."""
        while not happened(self):
            await self._news.wait()

    async def opened(self) -> None:
        """Wait for the open conversation."""
        await self.until(lambda person: bool(person.of(Opened)))

    async def entered(self, state: State) -> None:
        """Wait for a state."""
        await self.until(lambda person: state in [e.state for e in person.of(StateEntered)])

    def of(self, kind: type[T]) -> list[T]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def say(self, *texts: str) -> None:
        """Send texts, with refs 1, 2, 3, …"""
        for text in texts:
            self.said += 1
            self.commands.send_nowait(SendText(self.said, text))

    def leave(self, reason: Reason = Reason.GOODBYE) -> None:
        """End the session."""
        self.commands.send_nowait(Leave(reason))

    @property
    def heard(self) -> list[str]:
        """The texts that arrived."""
        return [event.text for event in self.of(TextArrived)]

    @property
    def delivered(self) -> list[int]:
        """The refs that were acknowledged."""
        return [event.ref for event in self.of(TextDelivered)]

    @property
    def failed(self) -> list[int]:
        """The refs that failed."""
        return [event.ref for event in self.of(TextFailed)]

    async def receipt(self) -> Receipt:
        """Wait for the end."""
        await self.until(lambda person: bool(person.of(Closed)))
        return self.of(Closed)[0].receipt


def start(nursery: trio.Nursery, chosen: SessionOptions, *, shows: bool = True) -> Person:
    """Start a session in the nursery."""
    send, receive = trio.open_memory_channel[Command](100_000)
    person = Person(send, shows)
    nursery.start_soon(run_session, chosen, person.emit, receive)
    return person


@asynccontextmanager
async def pair(network: Path, **changes: object) -> AsyncIterator[tuple[Person, Person]]:
    """A host and a dialer with one fresh secret; on the way out both sessions must have ended."""
    secret = os.urandom(32)
    async with trio.open_nursery() as nursery:
        host = start(nursery, options(network, Role.HOST, secret, **changes))
        dialer = start(nursery, options(network, Role.DIALER, secret, **changes))
        yield host, dialer
        await host.receipt()
        await dialer.receipt()
