"""One session from a person's start to the receipt: one nursery, one teardown."""

import os
import time
from collections.abc import Callable

import trio

from ..protocol.connection import Connection
from ..protocol.events import Step
from ..protocol.meeting import MeetingKeys, Role, meeting_keys, slot_of
from . import commands as asked
from .circuits import CircuitManager, open_circuit_manager
from .conversation import Conversation
from .endings import Ending, Reason, SessionFailure, ending_of
from .events import CircuitsSeen, Closed, Event, HandshakeStep
from .exchange import ExchangeCommand, refusal
from .ledger import Ledger
from .options import SessionOptions
from .progress import Progress
from .reach import Reached, dial, host
from .receipt import Check, Receipt
from .states import Input, State
from .timing import BOUNDS, LINGER

Commands = trio.MemoryReceiveChannel[asked.Command]


async def run_session(
    options: SessionOptions, emit: Callable[[Event], None], commands: Commands
) -> Receipt:
    """Run one session; the last event is Closed. Every expected end is in the receipt.

    Whatever happens, a cancellation from outside included, the teardown has run by the time
    this returns or raises.
    """
    session = _Session(options, emit)
    receipt = await session.run(commands)
    emit(Closed(receipt))
    return receipt


class _Session:
    def __init__(self, options: SessionOptions, emit: Callable[[Event], None]) -> None:
        self._options = options
        self._slot = slot_of(int(time.time()))
        self._emit = emit
        self._progress = Progress(emit, {**BOUNDS, State.WAITING: options.wait})
        self._ledger = Ledger(emit)
        self._secret = b""
        self._conversation: Conversation | None = None
        self._signalled: Ending | None = None
        self._checks: tuple[Check, ...] = ()

    async def run(self, commands: Commands) -> Receipt:
        try:
            ending = await self._live(commands)
        except Exception as error:
            ending = ending_of(error)
            self._close_books()
        conversation = self._conversation
        return Receipt(
            ending=(conversation and conversation.alarm) or self._signalled or ending,
            stages=self._progress.stages,
            sent=self._ledger.sent,
            delivered=self._ledger.delivered,
            received=self._ledger.received,
            peer_goodbye=conversation is not None and conversation.peer_goodbye,
            teardown=self._checks,
        )

    async def _live(self, commands: Commands) -> Ending:
        async with open_circuit_manager(self._emit, self._options.network) as manager:
            try:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._obey, commands, manager, nursery)
                    ending = await self._meet_and_talk(manager)
                    nursery.cancel_scope.cancel()
            finally:
                self._checks = await self._tear_down(manager)
        return ending

    async def _meet_and_talk(self, manager: CircuitManager) -> Ending:
        await self._prepare(manager)
        self._progress.advance(Input.BOOTSTRAPPED)
        stream, connection = await self._reach(manager)
        self._progress.advance(Input.PEER_REACHED)
        if self._options.role is Role.HOST:
            self._emit(HandshakeStep(Step.VERSION))
        self._conversation = Conversation(
            stream, connection, self._options, self._progress, self._ledger
        )
        ending = await self._conversation.run()
        self._progress.advance(Input.SETTLED)
        return ending

    # Up to the peer.

    async def _prepare(self, manager: CircuitManager) -> None:
        """Bootstrap tor and stretch the secret side by side."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._stretch)
            await manager.bootstrap()

    async def _stretch(self) -> None:
        try:
            self._secret = await trio.to_thread.run_sync(
                self._options.secret, abandon_on_cancel=True
            )
        except MemoryError:
            raise SessionFailure(Reason.NO_MEMORY) from None

    async def _reach(self, manager: CircuitManager) -> Reached:
        wait = self._options.wait
        with trio.CancelScope() as waiting:

            def opened() -> None:
                self._progress.advance(Input.DOOR_OPEN)
                waiting.deadline = trio.current_time() + wait

            if self._options.role is Role.DIALER:
                return await dial(manager, self._secret, self._connect, opened, self._emit)
            keys = meeting_keys(self._secret, self._slot)
            if self._options.check_hosted and await manager.hosted(keys):
                raise SessionFailure(Reason.ALREADY_HOSTED)
            return await host(manager, keys, self._connect, opened, self._emit)
        waited = f"{wait / 60:.0f} min" if wait >= 60 else f"{wait:.0f} s"
        called = self._options.expected is not None
        never = Reason.NOT_ANSWERED if called else Reason.PEER_NEVER_CAME
        raise SessionFailure(never, waited=waited)

    def _connect(self, keys: MeetingKeys) -> Connection:
        options = self._options
        return Connection(
            options.role,
            keys,
            options.user,
            ephemeral=os.urandom(32),
            nonce=os.urandom(32),
            limit=options.limit,
            expected=options.expected,
        )

    # What the screens ask for.

    async def _obey(
        self, commands: Commands, manager: CircuitManager, nursery: trio.Nursery
    ) -> None:
        async for command in commands:
            match command:
                case asked.SendText(ref, text):
                    self._send(ref, text)
                case asked.Shown(message_id) if self._conversation is not None:
                    self._conversation.shown(message_id)
                case asked.Leave(reason):
                    self._leave(Ending(reason))
                case asked.AskCircuits():
                    nursery.start_soon(self._tell_circuits, manager)
                case asked.Shown():
                    pass
                case _:
                    self._exchange(command)

    def _exchange(self, command: ExchangeCommand) -> None:
        if self._conversation is None:
            self._emit(refusal(command))
        else:
            self._conversation.exchange(command)

    def _send(self, ref: int, text: str) -> None:
        if self._conversation is None:
            self._ledger.refuse(ref)
        else:
            self._conversation.send(ref, text)

    def _leave(self, ending: Ending) -> None:
        if ending.reason is not Reason.GOODBYE:
            self._signalled = ending
        if self._conversation is None or not self._conversation.leave(ending):
            raise SessionFailure(ending.reason)

    async def _tell_circuits(self, manager: CircuitManager) -> None:
        self._emit(CircuitsSeen(await manager.circuits()))

    # The one way out.

    async def _tear_down(self, manager: CircuitManager) -> tuple[Check, ...]:
        self._close_books()
        self._secret = b""
        if self._conversation is not None and manager.failure is None:
            with trio.CancelScope(shield=True):
                await trio.sleep(LINGER)
        return await manager.close()

    def _close_books(self) -> None:
        if self._progress.state is not State.CLOSED:
            self._progress.advance(Input.ENDED)
        self._ledger.close()
