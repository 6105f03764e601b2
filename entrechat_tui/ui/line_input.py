"""Lines of standard input, read without blocking trio."""

from collections.abc import AsyncIterator, Iterator

import trio

from .lines import read_some

_READ_SIZE = 65536


class LineSplitter:
    """Cuts a byte stream into lines. Of a line, ``limit`` + 1 bytes at most are kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that ``data`` completes, without their ends; b"" ends the last one."""
        *whole, rest = data.split(b"\n") if data else (b"", b"")
        for line in whole:
            yield self._rest + line[: self._room()]
            self._rest = b""
        self._rest += rest[: self._room()]

    def _room(self) -> int:
        return self._limit + 1 - len(self._rest)


async def read_lines(descriptor: int, limit: int) -> AsyncIterator[bytes]:
    """Every line of a terminal, a pipe or a file, until it ends; empty ones are left out.

    A line longer than ``limit`` bytes comes with ``limit`` + 1 of them. The read runs in a thread
    that is left behind on cancellation: no file is asked to be non-blocking, for a terminal is
    shared with the shell.
    """
    splitter = LineSplitter(limit)
    data = b"\n"
    while data:
        try:
            data = await trio.to_thread.run_sync(
                read_some, descriptor, _READ_SIZE, abandon_on_cancel=True
            )
        except OSError:
            data = b""
        for line in splitter.feed(data):
            if line:
                yield line
