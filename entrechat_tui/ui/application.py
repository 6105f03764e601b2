"""The screens, one after another, led by what the session says."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Protocol

from rich.console import RenderableType
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from ..protocol.errors import LocalProtocolError
from ..protocol.identity import Identity
from ..protocol.keyring import Keyring, contact_of
from ..protocol.meeting import Role
from ..session import events
from ..session.commands import Command, Leave
from ..session.endings import Ending, Reason, ending_of
from .people import Peer
from .sanitise import sanitise_name
from .screens.call import CallScreen
from .screens.called import CalledScreen
from .screens.conversation import ConversationScreen
from .screens.host import HostScreen
from .screens.join import JoinScreen
from .screens.keep import KeepScreen
from .screens.ladder import LadderScreen
from .screens.leave import LeaveScreen
from .screens.receipt import ReceiptScreen
from .screens.start import StartScreen, Way
from .screens.unlock import UnlockScreen
from .settings import Settings
from .terminal import TerminalDriver

_ENDS = {
    True: "The session ends for both of you. Text that was not sent is lost.",
    False: "Nothing was started, so nothing is left behind.",
}


class Session(Protocol):
    """The session, as the screens see it (the bridge)."""

    def preload(self) -> None: ...

    def start(
        self,
        settings: Settings,
        deliver: Callable[[events.Event], object],
        failed: Callable[[Exception], object],
    ) -> None: ...

    def tell(self, command: Command) -> None: ...

    @property
    def running(self) -> bool: ...


class SessionSays(Message):
    """An event of the session's, on its way to the screens."""

    def __init__(self, event: events.Event) -> None:
        super().__init__()
        self.event = event


class EntrechatApp(App[None], inherit_bindings=False):
    """One session at most: start, ladder, conversation, receipt."""

    CSS_PATH = "entrechat.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "leave", priority=True)]

    def __init__(
        self, settings: Settings, session: Session, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (36, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]
        self.theme = "ansi-dark"
        self.animation_level = "none"
        self.fault: Ending | None = None
        self.signalled: Reason | None = None
        self._settings = settings
        self._session = session
        self._clock = clock
        self._peer: Peer | None = None
        self._chose_to_leave = False
        self._receipt: events.Closed | None = None
        self._stage: Screen[None] | None = None

    async def on_mount(self) -> None:
        if self._settings.keyring is not None and self._settings.unlocked is None:
            await self._enter(UnlockScreen(self._settings.keyring))
        else:
            await self._set_out()
        self.call_after_refresh(self._session.preload)

    async def on_unlock_screen_opened(self, event: UnlockScreen.Opened) -> None:
        if isinstance(self._stage, UnlockScreen):
            self._settings = replace(self._settings, unlocked=event.unlocked)
            await self._set_out()

    async def _set_out(self) -> None:
        settings = self._settings
        if settings.called is not None or (settings.phrase is not None and settings.role):
            await self._begin()
        else:
            await self._enter(self._start())

    def _start(self, trouble: str = "") -> StartScreen:
        return StartScreen(self._settings.name, self._settings.unlocked, trouble)

    async def _enter(self, screen: Screen[None]) -> None:
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self._stage = screen
        await self.push_screen(screen)

    # From the start screens to the ladder.

    # A key pressed twice says a thing twice: only what the present screen says counts.

    async def on_start_screen_chosen(self, event: StartScreen.Chosen) -> None:
        if isinstance(self._stage, StartScreen):
            self._settings = replace(self._settings, name=event.name)
            await self._enter(self._way(event.way))

    def _way(self, way: Way) -> Screen[None]:
        match way:
            case Way.CALL:
                return CallScreen(self._keyring)
            case Way.HOST:
                return HostScreen()
            case Way.JOIN:
                return JoinScreen()

    @property
    def _keyring(self) -> Keyring:
        return self._settings.unlocked.keyring if self._settings.unlocked else Keyring()

    async def on_call_screen_chosen(self, event: CallScreen.Chosen) -> None:
        if isinstance(self._stage, CallScreen):
            await self._enter(CalledScreen(self._keyring, event.contact))

    async def on_called_screen_confirmed(self, event: CalledScreen.Confirmed) -> None:
        if isinstance(self._stage, CalledScreen):
            card, shared = event.contact.card, event.shared
            self._settings = replace(self._settings, called=card, shared=shared)
            await self._begin()

    async def on_host_screen_confirmed(self, event: HostScreen.Confirmed) -> None:
        if isinstance(self._stage, HostScreen):
            self._settings = replace(
                self._settings, phrase=event.phrase, role=Role.HOST, fresh=True
            )
            await self._begin()

    async def on_join_screen_confirmed(self, event: JoinScreen.Confirmed) -> None:
        if isinstance(self._stage, JoinScreen):
            self._settings = replace(self._settings, phrase=event.phrase, role=Role.DIALER)
            await self._begin()

    async def action_back(self) -> None:
        # Later, by the app itself: a screen cannot await its own removal.
        self.call_later(self._back)

    async def _back(self) -> None:
        if isinstance(self._stage, CalledScreen):
            await self._enter(CallScreen(self._keyring))
        elif isinstance(self._stage, HostScreen | JoinScreen | CallScreen):
            await self._enter(self._start())

    async def _begin(self) -> None:
        phrase = None if self._settings.called else self._settings.phrase
        role = self._settings.role or Role.DIALER
        await self._enter(LadderScreen(role, phrase, self._called_name(), self._clock))
        self.call_after_refresh(self._start_session)

    def _called_name(self) -> str:
        """Whom a call is for, by their owner's name for them, or else by their own."""
        card = self._settings.called
        contact = contact_of(self._keyring, card.identity_key) if card else None
        if contact is not None:
            return sanitise_name(contact.petname)
        return sanitise_name(card.username) if isinstance(card, Identity) else "this card's owner"

    async def _start_session(self) -> None:
        try:
            self._session.start(self._settings, self.deliver, self._handle_exception)
        except LocalProtocolError as error:
            self._settings = replace(self._settings, called=None, shared=None)
            await self._enter(self._start(str(error)))

    # What the session says.

    def deliver(self, event: events.Event) -> None:
        """Take an event of the session's."""
        self.post_message(SessionSays(event))

    async def on_session_says(self, message: SessionSays) -> None:
        event = message.event
        match event:
            case events.PeerKnown(claimed_name, identity_key):
                self._peer = Peer(claimed_name, identity_key, self._settings.unlocked)
            case events.PeerRenewed() if self._peer is not None:
                self._peer.renewed = event
            case events.Opened(limit) if self._peer is not None:
                await self._enter(
                    ConversationScreen(self._peer, limit, self._session.tell, self._clock)
                )
            case events.Closed():
                await self._close(event)
        if isinstance(self._stage, LadderScreen | ConversationScreen):
            self._stage.take(event)

    async def _close(self, closed: events.Closed) -> None:
        self._receipt = closed
        if self.signalled:
            self.exit()
        elif isinstance(self._stage, ConversationScreen) and not self._chose_to_leave:
            await self._uncover(self._stage)
            self._stage.end(closed.receipt)
        else:
            await self._enter(ReceiptScreen(closed.receipt))

    async def _uncover(self, conversation: Screen[None]) -> None:
        """Take away a question that has no sense any more; a card may still be kept."""
        while self.screen is not conversation and not isinstance(self.screen, KeepScreen):
            await self.pop_screen()

    async def on_conversation_screen_done(self) -> None:
        if self._receipt is not None and isinstance(self._stage, ConversationScreen):
            await self._enter(ReceiptScreen(self._receipt.receipt))

    def on_receipt_screen_read(self) -> None:
        self.exit()

    # Ways out.

    def action_leave(self) -> None:
        """Ask whether to leave; a receipt or a conversation that is over needs no asking."""
        if self._receipt is None and not isinstance(self.screen, LeaveScreen):
            self.push_screen(LeaveScreen(_ENDS[self._session.running]), self._leave_if)

    def _leave_if(self, confirmed: bool | None) -> None:
        if not confirmed:
            return
        self._chose_to_leave = True
        if not self._session.running:
            self.exit()
            return
        self._session.tell(Leave(Reason.GOODBYE))
        if isinstance(self._stage, LadderScreen | ConversationScreen):
            self._stage.leave()

    def heed(self, reason: Reason) -> None:
        """A signal came, or the terminal went away: leave without asking."""
        self.signalled = self.signalled or reason
        if self._session.running:
            self._session.tell(Leave(self.signalled))
        else:
            self.exit()

    def on_terminal_gone(self) -> None:
        self.heed(Reason.HANGUP)

    # Faults: the type's name is all that is told, for a traceback shows what was said.

    def _handle_exception(self, error: Exception) -> None:
        self.fault = self.fault or ending_of(error)
        super()._handle_exception(error)

    def _set_pointer_shape(self, shape: str) -> None:
        """Nothing: there is no mouse here, and Textual would send an OSC for it."""

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """Close without a word: Textual would print what was going on."""
        self.fault = self.fault or Ending(Reason.INTERNAL, {"error": "in the terminal"})
        self._close_messages_no_wait()
