"""A child on a pseudo-terminal, its screen drawn by pyte."""

import os
import pty
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pyte
import trio

from entrechat_tui.ui.children import environment

ROOT = Path(__file__).parents[2]
_SHOWN_WITHIN = 60


class Terminal:
    """A child on a pseudo-terminal of 80 columns and 24 rows, its screen drawn by pyte."""

    def __init__(self, process: trio.Process, descriptor: int) -> None:
        self.process = process
        self.seen = b""
        self._descriptor = descriptor
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = trio.Event()

    async def listen(self) -> None:
        while True:
            try:
                data = await trio.to_thread.run_sync(
                    os.read, self._descriptor, 65536, abandon_on_cancel=True
                )
            except OSError:
                return
            self.seen += data
            self._stream.feed(data)
            self._changed.set()
            self._changed = trio.Event()

    @property
    def rows(self) -> list[str]:
        return list(self._screen.display)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.rows).split())

    async def shows(self, text: str) -> None:
        with trio.move_on_after(_SHOWN_WITHIN):
            while text not in self.text:
                await self._changed.wait()
        assert text in self.text, self.text

    def type(self, data: bytes) -> None:
        os.write(self._descriptor, data)

    def hang_up(self) -> None:
        os.close(self._descriptor)


@asynccontextmanager
async def terminal(command: Sequence[str], piped: bool = False) -> AsyncIterator[Terminal]:
    """``command`` on a terminal; it must have ended by itself at the end."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, True)
    subprocess.run(["stty", "rows", "24", "cols", "80"], stdin=theirs, check=True)
    async with trio.open_nursery() as nursery:
        process = await trio.lowlevel.open_process(
            command,
            stdin=theirs,
            stdout=subprocess.PIPE if piped else theirs,
            stderr=theirs,
            cwd=ROOT,
            env=environment() | {"TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(theirs)
        child = Terminal(process, ours)
        nursery.start_soon(child.listen)
        try:
            yield child
            await process.wait()
        finally:
            process.kill()
            with trio.CancelScope(shield=True):
                await process.wait()
            nursery.cancel_scope.cancel()
    with suppress(OSError):
        os.close(ours)
