"""The demo in lines: two plain peers speak in turn, and a report of all that happened."""

import os
import re
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from sys import maxsize

import trio

from ..protocol.phrase import make_phrase
from ..session.word_lists import word_list
from .children import ended, open_child, program
from .demo_report import PeerReport, report
from .line_input import LineSplitter
from .lines import say
from .status import peer_lines

NAMES = ("Alice", "Chloé")
# Longer than every bound that a session has while it is open.
_PATIENCE = 120.0
_PROGRESS = re.compile(r"\* (starting|opening|waiting|handshake|opened|closing)\b")


class _Broken(Exception):
    """A peer ended, or fell silent, before it should have."""


class _Peer:
    """One plain peer: what it is told, what it shows, what it reports."""

    def __init__(self, name: str, process: trio.Process) -> None:
        assert process.stdin is not None
        self.seen = PeerReport(name)
        self._process = process
        self._stdin = process.stdin
        self._changed = trio.Event()

    async def listen(self) -> None:
        """Read both outputs to their ends, then the exit status."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._read, self._process.stdout, self._hear)
            nursery.start_soon(self._read, self._process.stderr, self._note)
        self.seen.status = await self._process.wait()
        self._changed.set()

    async def _read(
        self, stream: trio.abc.ReceiveStream | None, take: Callable[[str], None]
    ) -> None:
        assert stream is not None
        splitter = LineSplitter(maxsize - 1)
        async for data in stream:
            for line in splitter.feed(bytes(data)):
                take(line.decode("utf-8", "replace"))
            self._changed.set()

    def _hear(self, line: str) -> None:
        self.seen.heard.append(line)
        self.seen.transcript.append(line)

    def _note(self, line: str) -> None:
        self.seen.note(line)
        if _PROGRESS.match(line):
            say(f"{self.seen.name}: {line[2:]}")

    async def until(self, met: Callable[[PeerReport], bool]) -> None:
        """Wait until it holds. Raises _Broken if it will not."""
        with trio.move_on_after(_PATIENCE):
            while not met(self.seen) and not self.seen.has_ended:
                self._changed = trio.Event()
                await self._changed.wait()
        if not met(self.seen):
            raise _Broken

    async def say(self, text: str) -> None:
        """Type a line. Raises _Broken if nobody reads it."""
        self.seen.transcript.append(f"> {text}")
        try:
            await self._stdin.send_all(f"{text}\n".encode())
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            raise _Broken from None

    async def leave(self) -> None:
        """End its input, which says goodbye, and wait for its end."""
        await self._stdin.aclose()
        await self.until(lambda seen: seen.has_ended)


async def converse(lines: Sequence[str], torrc: Path) -> tuple[str, int]:
    """Two peers say ``lines`` in turn: the report, and 0 if all was well, else 1."""
    phrase = " ".join(make_phrase(os.urandom(10), word_list("english")).words)
    async with trio.open_nursery() as nursery:
        host: _Peer = await nursery.start(_run, NAMES[0], torrc, phrase, ["--host"])
        dialer: _Peer = await nursery.start(_run, NAMES[1], torrc, phrase, [])
        with suppress(_Broken):
            await _take_turns((host, dialer), lines)
        for peer in (host, dialer):
            with suppress(_Broken):
                await peer.leave()
        nursery.cancel_scope.cancel()
    return report((host.seen, dialer.seen), len(lines))


async def _run(
    name: str,
    torrc: Path,
    phrase: str,
    options: Sequence[str],
    task_status: trio.TaskStatus[_Peer],
) -> None:
    """A peer from its start to its end. The phrase goes in on a pipe: arguments can be seen."""
    reader, writer = os.pipe()
    os.write(writer, f"{phrase}\n".encode())
    os.close(writer)
    meet = ["meet", "--plain", "--network", str(torrc), "--name", name]
    with open(reader, "rb"):
        process = await open_child(
            program(*meet, "--phrase-fd", str(reader), *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[reader],
        )
    async with ended(process):
        peer = _Peer(name, process)
        task_status.started(peer)
        await peer.listen()


async def _take_turns(peers: tuple[_Peer, _Peer], lines: Sequence[str]) -> None:
    """Each line waits until the one before has arrived and was acknowledged."""
    for peer in peers:
        await peer.until(lambda seen: seen.is_open)
    for turn, line in enumerate(lines):
        speaker, listener = peers[turn % 2], peers[1 - turn % 2]
        listener.seen.expected += peer_lines(speaker.seen.name, line)
        speaker.seen.spoken += 1
        await speaker.say(line)
        await listener.until(lambda seen: seen.has_heard_all)
        await speaker.until(lambda seen: seen.is_acknowledged)
