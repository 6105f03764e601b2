"""Two people with screens over a real private network: the session runs beside the screens."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from entrechat_tui.ui.children import program

from .terminals import Terminal, terminal


@asynccontextmanager
async def met(network: Path) -> AsyncIterator[tuple[Terminal, Terminal]]:
    """A host and a dialer in conversation."""
    meet = program("meet", "--network", str(network), "--name")
    async with terminal([*meet, "Host"]) as host:
        await host.shows("Host: a new phrase")
        host.type(b"\r")
        await host.shows("Enter begins hosting")
        host.type(b"\r")
        await host.shows("· handshake")
        words = " ".join(host.rows[2:4]).split()
        async with terminal([*meet, "[/nope]"]) as dialer:
            await dialer.shows("Host: a new phrase")
            dialer.type(b"\x1b[B\r")
            await dialer.shows("Type the eight words")
            dialer.type(" ".join(words).encode())
            await dialer.shows("The phrase is whole")
            dialer.type(b"\r")
            await host.shows("[/nope] (so they say)")
            await dialer.shows("Host (so they say)")
            yield host, dialer


async def test_two_people_talk_and_leave(network: Path) -> None:
    async with met(network) as (host, dialer):
        host.type("Salut, ça va ? 👋\r".encode())
        await dialer.shows("▎ Salut, ça va ? 👋")
        dialer.type(b"yes\r")
        await host.shows("▎ yes")
        await dialer.shows("delivered")
        host.type(b"\x1bOQ")
        # More than one where tor gave up an attempt that had reached the host already.
        await host.shows("Circuit 1 of")
        await host.shows(": you →")
        host.type(b"\x03")
        await host.shows("Leave?")
        host.type(b"y")
        await host.shows("1 sent, 1 of them delivered, none failed; 1 received")
        await host.shows("✓ gone: private directory")
        await dialer.shows("The other side said goodbye.")
        host.type(b" ")
        dialer.type(b"\x1b")
        await dialer.shows("any key closes")
        dialer.type(b" ")
    assert (host.process.returncode, dialer.process.returncode) == (0, 0)


async def test_a_signal_ends_it_for_both(network: Path) -> None:
    async with met(network) as (host, dialer):
        host.process.send_signal(signal.SIGTERM)
        await dialer.shows("The other side said goodbye.")
        dialer.hang_up()
    assert (host.process.returncode, dialer.process.returncode) == (143, 0)
