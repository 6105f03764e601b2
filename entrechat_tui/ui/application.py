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
from ..protocol.meeting import Role
from ..protocol.phrase import Phrase
from ..session import events
from ..session.commands import Command, Leave
from ..session.endings import Ending, Reason, ending_of
from .screens.conversation import ConversationScreen
from .screens.host import HostScreen
from .screens.join import JoinScreen
from .screens.ladder import LadderScreen
from .screens.leave import LeaveScreen
from .screens.receipt import ReceiptScreen
from .screens.start import StartScreen
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
        self._peer = ""
        self._chose_to_leave = False
        self._receipt: events.Closed | None = None
        self._stage: Screen[None] | None = None

    async def on_mount(self) -> None:
        if self._settings.phrase is not None and self._settings.role is not None:
            await self._begin(self._settings.phrase, self._settings.role)
        else:
            await self._enter(StartScreen(self._settings.name))
            self.call_after_refresh(self._session.preload)

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
            await self._enter(HostScreen() if event.host else JoinScreen())

    async def on_host_screen_confirmed(self, event: HostScreen.Confirmed) -> None:
        if isinstance(self._stage, HostScreen):
            self._settings = replace(self._settings, fresh=True)
            await self._begin(event.phrase, Role.HOST)

    async def on_join_screen_confirmed(self, event: JoinScreen.Confirmed) -> None:
        if isinstance(self._stage, JoinScreen):
            await self._begin(event.phrase, Role.DIALER)

    async def action_back(self) -> None:
        # Later, by the app itself: a screen cannot await its own removal.
        self.call_later(self._back)

    async def _back(self) -> None:
        if isinstance(self._stage, HostScreen | JoinScreen):
            await self._enter(StartScreen(self._settings.name))

    async def _begin(self, phrase: Phrase, role: Role) -> None:
        self._settings = replace(self._settings, phrase=phrase, role=role)
        await self._enter(LadderScreen(role, phrase, self._clock))
        self.call_after_refresh(self._start_session)

    async def _start_session(self) -> None:
        try:
            self._session.start(self._settings, self.deliver, self._handle_exception)
        except LocalProtocolError as error:
            await self._enter(StartScreen(self._settings.name, str(error)))

    # What the session says.

    def deliver(self, event: events.Event) -> None:
        """Take an event of the session's."""
        self.post_message(SessionSays(event))

    async def on_session_says(self, message: SessionSays) -> None:
        event = message.event
        match event:
            case events.PeerKnown(claimed_name, _):
                self._peer = claimed_name
            case events.Opened(limit):
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
            self._stage.end(closed.receipt)
        else:
            await self._enter(ReceiptScreen(closed.receipt))

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
