"""Meeting: the host takes the first stream that proves the secret, the dialer keeps asking."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import trio

from ..protocol.connection import Connection
from ..protocol.errors import RemoteProtocolError, VersionMismatch
from ..protocol.events import NEED_DATA, Step, StepDone
from ..protocol.meeting import MeetingKeys, meeting_keys, slot_of
from .attempt import Attempt
from .circuits import CircuitManager, NotYet
from .endings import Reason, SessionFailure
from .events import Dialling, Event, Notice
from .timing import CLOSING_WITHIN, FIRST_PAUSE, HANDSHAKE_WITHIN, LONGEST_PAUSE, PAUSE_GROWTH

Reached = tuple[trio.SocketStream, Connection]
Connect = Callable[[MeetingKeys], Connection]
_AT_ONCE = 8
_READ_SIZE = 65536
_AROUND = (0, -1, 1)


def version_failure(error: VersionMismatch) -> SessionFailure:
    """The ending for a peer of another major version."""
    theirs = ".".join(map(str, error.theirs))
    return SessionFailure(Reason.PEER_VERSION, theirs=theirs, ours="1.0")


async def answer_version(stream: trio.SocketStream, connection: Connection) -> None:
    """Send our header, and stay until the peer has read it: tor would drop it otherwise."""
    with trio.move_on_after(CLOSING_WITHIN), suppress(trio.BrokenResourceError):
        await stream.send_all(connection.data_to_send())
        while await stream.receive_some(_READ_SIZE):
            pass


class Porch:
    """The host's listener: streams knock, the first whose message A verifies comes in."""

    def __init__(self, connect: Callable[[], Connection], emit: Callable[[Event], None]) -> None:
        self._connect = connect
        self._emit = emit
        self._strays = 0
        self._reached: Reached | None = None

    async def first(self, listener: trio.SocketListener) -> Reached:
        """Wait for the peer; every other stream is closed without a byte."""
        room = trio.Semaphore(_AT_ONCE)
        async with listener, trio.open_nursery() as nursery:
            while self._reached is None:
                await room.acquire()
                stream = await listener.accept()
                nursery.start_soon(self._knock, stream, room, nursery.cancel_scope)
        assert self._reached is not None
        return self._reached

    async def _knock(
        self, stream: trio.SocketStream, room: trio.Semaphore, others: trio.CancelScope
    ) -> None:
        connection = self._connect()
        try:
            if await self._proves_itself(stream, connection):
                self._reached = self._reached or (stream, connection)
                others.cancel()
        finally:
            room.release()
            if self._reached is None or self._reached[0] is not stream:
                await trio.aclose_forcefully(stream)

    async def _proves_itself(self, stream: trio.SocketStream, connection: Connection) -> bool:
        with trio.move_on_after(HANDSHAKE_WITHIN), suppress(trio.BrokenResourceError):
            data = await stream.receive_some(_READ_SIZE)
            if not data:
                # An attempt of the dialer's that its tor gave up: nobody to speak of.
                return False
            if await self._verifies(data, stream, connection):
                return True
        self._stray()
        return False

    async def _verifies(
        self, data: bytes, stream: trio.SocketStream, connection: Connection
    ) -> bool:
        try:
            while True:
                connection.receive_data(data)
                event = connection.next_event()
                if event is not NEED_DATA:
                    return event == StepDone(Step.VERSION)
                data = await stream.receive_some(_READ_SIZE)
        except VersionMismatch as error:
            await answer_version(stream, connection)
            raise version_failure(error) from None
        except RemoteProtocolError:
            return False

    def _stray(self) -> None:
        self._strays += 1
        self._emit(
            Notice(
                "A connection that did not prove the secret was dropped without an answer "
                f"({self._strays} so far). Still waiting."
            )
        )


class Dialler:
    """The dialer's attempts: three time slots side by side, each on its own short schedule."""

    def __init__(
        self, manager: CircuitManager, secret: bytes, emit: Callable[[Event], None]
    ) -> None:
        self._manager = manager
        self._secret = secret
        self._emit = emit
        self._attempts = 0
        self._reached: tuple[trio.SocketStream, MeetingKeys] | None = None

    def keys_around(self, around: int) -> MeetingKeys:
        """The meeting keys of the present slot or a neighbour of it."""
        return meeting_keys(self._secret, slot_of(int(time.time())) + around)

    async def authorise(self) -> None:
        """Give tor the client authorisation of the present slot and its neighbours."""
        for around in _AROUND:
            await self._manager.authorise(self.keys_around(around))

    async def first(self) -> tuple[trio.SocketStream, MeetingKeys]:
        """Dial until one answers."""
        async with trio.open_nursery() as nursery:
            for around in _AROUND:
                nursery.start_soon(self._keep_asking, around, nursery.cancel_scope)
        assert self._reached is not None
        return self._reached

    async def _keep_asking(self, around: int, others: trio.CancelScope) -> None:
        pause = FIRST_PAUSE
        while True:
            keys = self.keys_around(around)
            try:
                await self._manager.authorise(keys)
                stream = await Attempt(self._manager, keys).stream()
            except NotYet as error:
                if around == 0:
                    self._attempts += 1
                    self._emit(Dialling(self._attempts, error.outcome, pause))
                await trio.sleep(pause)
                pause = min(pause * PAUSE_GROWTH, LONGEST_PAUSE)
                continue
            await self._won(stream, keys)
            others.cancel()
            return

    async def _won(self, stream: trio.SocketStream, keys: MeetingKeys) -> None:
        if self._reached is None:
            self._reached = (stream, keys)
        else:
            await trio.aclose_forcefully(stream)


async def host(
    manager: CircuitManager,
    keys: MeetingKeys,
    connect: Connect,
    opened: Callable[[], None],
    emit: Callable[[Event], None],
) -> Reached:
    """Publish, call ``opened``, and wait for the peer."""
    listener = await manager.publish(keys)
    opened()
    return await Porch(partial(connect, keys), emit).first(listener)


async def dial(
    manager: CircuitManager,
    secret: bytes,
    connect: Connect,
    opened: Callable[[], None],
    emit: Callable[[Event], None],
) -> Reached:
    """Authorise, call ``opened``, and ask until the peer is there."""
    dialler = Dialler(manager, secret, emit)
    await dialler.authorise()
    opened()
    stream, keys = await dialler.first()
    return stream, connect(keys)
