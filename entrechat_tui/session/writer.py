"""The writing half of a stream: everything that is ready goes out in one write."""

import trio

from ..protocol.connection import Connection


class Writer:
    """Drains the connection's output. Small writes in flight are slow over Tor, one big one is not.

    ``spoken`` is when something was last handed to the stream (trio's clock, seconds).
    """

    def __init__(self, stream: trio.SocketStream, connection: Connection) -> None:
        self._stream = stream
        self._connection = connection
        self._wanted = trio.Event()
        self._idle = trio.Event()
        self._shown = self._acknowledged = 0
        self.spoken = trio.current_time()

    def wake(self) -> None:
        """There may be something to write."""
        self._idle = trio.Event()
        self._wanted.set()

    def acknowledge(self, message_id: int) -> None:
        """Acknowledge every message up to this one, once, with whatever is written next."""
        self._shown = max(self._shown, message_id)
        self.wake()

    async def flushed(self) -> None:
        """Wait until all that was ready has been handed to the stream, or the stream is broken."""
        await self._idle.wait()

    async def run(self) -> None:
        """Write until the stream breaks: the reader sees that too and names it."""
        try:
            while True:
                await self._wanted.wait()
                self._wanted = trio.Event()
                await self._write()
                if not self._wanted.is_set():
                    self._idle.set()
        except trio.BrokenResourceError:
            self._idle.set()

    async def _write(self) -> None:
        while data := self._ready():
            self.spoken = trio.current_time()
            await self._stream.send_all(data)

    def _ready(self) -> bytes:
        if self._shown > self._acknowledged:
            self._acknowledged = self._shown
            self._connection.acknowledge(self._shown)
        return self._connection.data_to_send()
