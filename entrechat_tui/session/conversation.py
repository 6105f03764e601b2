"""One stream, one connection, three tasks: a reader, a writer and a clock."""

from math import inf

import trio

from ..protocol import events as wire
from ..protocol.connection import Connection
from ..protocol.errors import OldIdentity, OtherIdentity, RemoteProtocolError, VersionMismatch
from ..protocol.events import NEED_DATA, Farewell
from ..protocol.identity import Identity
from . import events
from .acquaintance import recognise
from .deadlines import Deadlines
from .endings import Ending, Reason, SessionFailure
from .exchange import Exchange, ExchangeCommand
from .ledger import Ledger
from .options import SessionOptions
from .progress import Progress
from .reach import version_failure
from .states import Input, State
from .timing import HEARTBEAT_AFTER
from .writer import Writer

_READ_SIZE = 65536
_OUR_FAREWELLS = {Reason.GOODBYE: Farewell.PERSON, Reason.TIME_LIMIT: Farewell.LIMIT}
_THEIR_FAREWELLS = {
    Farewell.PERSON: Reason.PEER_GOODBYE,
    Farewell.LIMIT: Reason.TIME_LIMIT,
    Farewell.SHUTDOWN: Reason.PEER_GOODBYE,
}


class Conversation:
    """From the first byte on the stream to both goodbyes."""

    def __init__(
        self,
        stream: trio.SocketStream,
        connection: Connection,
        options: SessionOptions,
        progress: Progress,
        ledger: Ledger,
    ) -> None:
        self._stream = stream
        self._connection = connection
        self._options = options
        self._progress = progress
        self._emit = progress.emit
        self._ledger = ledger
        self._writer = Writer(stream, connection)
        self._deadlines = Deadlines()
        self._frames = 0
        self._ending: Ending | None = None
        self._clocks_changed = trio.Event()
        self._reading = trio.CancelScope()
        self._exchange = Exchange(connection, self._emit, self._raise_alarm)
        self.alarm: Ending | None = None
        self.peer_goodbye = False

    async def run(self) -> Ending:
        """Run to the end. Raises SessionFailure for every end that is not a goodbye."""
        async with self._stream, trio.open_nursery() as nursery:
            nursery.start_soon(self._writer.run)
            nursery.start_soon(self._watch_clock)
            with self._reading:
                await self._read()
            nursery.cancel_scope.cancel()
        assert self._ending is not None
        return self._ending

    # What the screens ask for.

    def send(self, ref: int, text: str) -> None:
        """Queue a message; it fails at once unless the conversation is open."""
        if self._progress.state is State.OPEN:
            self._ledger.accept(ref, text)
            self._fill_window()
        else:
            self._ledger.refuse(ref)

    def shown(self, message_id: int) -> None:
        """The person has seen every message up to this one."""
        self._writer.acknowledge(message_id)

    def leave(self, ending: Ending) -> bool:
        """Begin the goodbye; False where there is nobody yet to say it to."""
        if self._progress.state is State.OPEN:
            self._begin_closing(ending)
            self._fill_window()
        return self._progress.state is State.CLOSING

    def exchange(self, command: ExchangeCommand) -> None:
        """Compare words, give or take a card or a keyring; a Notice where that cannot be."""
        self._exchange.obey(command)
        self._writer.wake()

    # The reader.

    async def _read(self) -> None:
        self._writer.wake()
        while not self._take_events():
            self._writer.wake()
            try:
                data = await self._stream.receive_some(_READ_SIZE)
            except trio.BrokenResourceError:
                data = b""
            self._connection.receive_data(data)
        self._writer.wake()
        await self._writer.flushed()

    def _take_events(self) -> bool:
        """Handle every event at hand; True when the conversation is over."""
        try:
            while (event := self._connection.next_event()) is not NEED_DATA:
                if self._handle(event):
                    return True
        except VersionMismatch as error:
            raise version_failure(error) from None
        except OtherIdentity:
            raise SessionFailure(Reason.PEER_OTHER_IDENTITY) from None
        except OldIdentity:
            why = "The card that you called is newer."
            raise SessionFailure(Reason.PEER_OLD_IDENTITY, why=why) from None
        except RemoteProtocolError as error:
            raise SessionFailure(self._breach(), rule=str(error)) from None
        self._hear()
        return False

    def _hear(self) -> None:
        """Only a whole frame is authentic, so nothing less is a sign of life."""
        frames, self._frames = self._frames, self._connection.frames_received
        if self._progress.state is State.OPEN:
            self._deadlines.partial(self._connection.partial)
            if self._frames > frames:
                self._deadlines.heard()
                self._emit(events.Heard())

    def _breach(self) -> Reason:
        early = self._progress.state is State.HANDSHAKE
        return Reason.HANDSHAKE_FAILED if early else Reason.PEER_BROKE_PROTOCOL

    def _handle(self, event: wire.Event) -> bool:
        match event:
            case wire.StepDone(step):
                self._emit(events.HandshakeStep(step))
            case wire.PeerIdentified(identity):
                self._identify(identity)
            case wire.Opened(limit):
                self._open(limit)
            case wire.TextReceived(message_id, text):
                self._ledger.received += 1
                self._deadlines.partial(False)
                self._emit(events.TextArrived(message_id, text))
            case wire.Delivered(message_id):
                self._ledger.resolve(message_id)
                self._fill_window()
            case wire.PeerGoodbye(farewell):
                self._peer_leaves(farewell)
            case wire.Settled():
                return True
            case wire.Ended(clean):
                return self._ended(clean)
            case _:
                self._exchange.take(event)
        return False

    def _identify(self, peer: Identity) -> None:
        known = recognise(peer, self._options)
        self._emit(events.PeerKnown(peer.username, peer.identity_key))
        if known not in (None, peer):
            self._emit(events.PeerRenewed(known, peer))

    def _open(self, limit: int) -> None:
        self._progress.bound(State.OPEN, limit)
        self._deadlines.opened(limit)
        self._clocks_changed.set()
        self._progress.advance(Input.AUTHENTICATED)
        self._emit(events.Opened(limit))

    def _ended(self, clean: bool) -> bool:
        if not clean:
            early = self._progress.state is State.HANDSHAKE
            raise SessionFailure(Reason.PEER_HUNG_UP if early else Reason.PEER_VANISHED)
        return True

    # The goodbye.

    def _peer_leaves(self, farewell: Farewell) -> None:
        self.peer_goodbye = True
        if self._progress.state is State.OPEN:
            self._begin_closing(Ending(_THEIR_FAREWELLS[farewell]))

    def _begin_closing(self, ending: Ending) -> None:
        self._ending = ending
        self._deadlines.leaving()
        self._clocks_changed.set()
        self._progress.advance(Input.GOODBYE)
        self._emit(events.Leaving(ending))

    def _raise_alarm(self, reason: Reason) -> None:
        """Somebody may stand in between: nothing more goes out but the goodbye.

        Whatever they do to the stream from here, the session has ended for this reason.
        """
        self.alarm = Ending(reason)
        self._ledger.abandon()
        self.leave(self.alarm)

    def _fill_window(self) -> None:
        """Put waiting messages on the wire and, when we leave, the goodbye behind the last."""
        while not self.peer_goodbye and not self._ledger.empty and self._connection.window:
            self._ledger.put(self._connection.send_text)
        if self._ending is not None and self._ledger.empty:
            self._say_goodbye(self._ending)
        self._writer.wake()

    def _say_goodbye(self, ending: Ending) -> None:
        if self._connection.open:
            farewell = _OUR_FAREWELLS.get(ending.reason, Farewell.SHUTDOWN)
            self._connection.send_goodbye(farewell)

    # The clock.

    async def _watch_clock(self) -> None:
        while True:
            with trio.move_on_at(min(self._deadlines.next, self._heartbeat_at)):
                await self._clocks_changed.wait()
            self._clocks_changed = trio.Event()
            self._check_clocks(trio.current_time())

    @property
    def _heartbeat_at(self) -> float:
        open_now = self._progress.state is State.OPEN
        return self._writer.spoken + HEARTBEAT_AFTER if open_now else inf

    def _check_clocks(self, now: float) -> None:
        if now >= self._deadlines.closing and self._connection.settled:
            self._reading.cancel()
            return
        self._deadlines.check(now)
        if now >= self._deadlines.limit:
            self.leave(Ending(Reason.TIME_LIMIT))
        if now >= self._heartbeat_at:
            self._connection.send_heartbeat()
            self._writer.wake()
