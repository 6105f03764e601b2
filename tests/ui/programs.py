"""The program as a child with lines in and out, for tests that wait on what it says."""

import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import trio

from entrechat_tui.ui.children import ended, environment, program


class Program:
    """A running child: every line that it wrote so far, and its exit status when it is gone."""

    def __init__(self, process: trio.Process) -> None:
        self.process = process
        self.out: list[str] = []
        self.err: list[str] = []
        self.status: int | None = None
        self._changed = trio.Event()

    async def listen(self) -> None:
        async with trio.open_nursery() as nursery:
            if self.process.stdout is not None:
                nursery.start_soon(self._read, self.process.stdout, self.out)
            if self.process.stderr is not None:
                nursery.start_soon(self._read, self.process.stderr, self.err)
        self.status = await self.process.wait()
        self._changed.set()

    async def _read(self, stream: Any, lines: list[str]) -> None:
        buffer = b""
        async for data in stream:
            *whole, buffer = (buffer + data).split(b"\n")
            lines += [line.decode() for line in whole]
            self._changed.set()

    async def says(self, beginning: str) -> str:
        """The first line of standard error that begins so."""
        return await self._line(self.err, beginning)

    async def shows(self, beginning: str) -> str:
        """The first line of standard output that begins so."""
        return await self._line(self.out, beginning)

    async def _line(self, lines: list[str], beginning: str) -> str:
        while True:
            for line in lines:
                if line.startswith(beginning):
                    return line
            assert self.status is None, f"it ended without {beginning!r}: {self.err}"
            await self._wait()

    async def until(self, said: Callable[[list[str]], bool]) -> None:
        """Wait until something is true of what standard error has."""
        while not said(self.err):
            assert self.status is None, f"it ended before: {self.err}"
            await self._wait()

    async def ended(self) -> int:
        while self.status is None:
            await self._wait()
        return self.status

    async def _wait(self) -> None:
        self._changed = trio.Event()
        await self._changed.wait()

    async def type(self, data: bytes) -> None:
        assert self.process.stdin is not None
        await self.process.stdin.send_all(data)

    async def end_input(self) -> None:
        assert self.process.stdin is not None
        await self.process.stdin.aclose()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@asynccontextmanager
async def running(*arguments: str, **options: Any) -> AsyncIterator[Program]:
    """``entrechat ARGUMENTS`` with pipes unless ``options`` say otherwise; ended at the end."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    async with trio.open_nursery() as nursery:
        process = await trio.lowlevel.open_process(
            program(*arguments), **(pipes | {"env": environment()} | options)
        )
        child = Program(process)
        nursery.start_soon(child.listen)
        async with ended(process):
            yield child


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """``entrechat ARGUMENTS`` to its end, without input unless ``options`` say otherwise."""
    defaults: dict[str, Any] = {"stdin": subprocess.DEVNULL, "env": environment()}
    return subprocess.run(
        program(*arguments),
        capture_output="stdout" not in options,
        text=True,
        timeout=60,
        check=False,
        **(defaults | options),
    )


def meeting(network: object, *options: str) -> Sequence[str]:
    """The arguments of a plain session on a private network."""
    return ("meet", "--plain", "--network", str(network), *options)
