"""The way to the conversation: each stage, how long it takes, and what a person can do."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ...protocol.meeting import Role
from ...protocol.phrase import Phrase
from ...session import events
from ...session.states import State
from ..sanitise import sanitise
from ..widgets.keys import Keys
from ..widgets.stages import Stages
from ..widgets.word_grid import PhraseGrid
from .paged import PagedScreen

_SLOW = {
    State.STARTING: "This takes long. Is the network up? Where Tor is blocked, try another one.",
    State.OPENING: "This takes long, as it may on a slow network. Leaving and starting anew helps.",
    State.HANDSHAKE: "This takes long. If it fails, both of you start again.",
}
_WAITING = {
    Role.HOST: "The other side joins with the phrase above. Stay here until they come.",
    Role.DIALER: "The other side must host with this phrase, now. Are they there?",
}
_CALLING = "They must call you too, now: who comes first waits. Have you asked them?"


class LadderScreen(PagedScreen[None]):
    """Four stages; a host's phrase stays in view, for people read it out while tor starts.

    Without a phrase it is a call, of ``called``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.leave")]

    def __init__(
        self, role: Role, phrase: Phrase | None, called: str, clock: Callable[[], float]
    ) -> None:
        super().__init__()
        self._role = role
        self._phrase = phrase
        self._called = called
        self._clock = clock
        self._leaving = False

    def compose(self) -> ComposeResult:
        hosting = self._role is Role.HOST
        title = "Hosting" if hosting else "Joining"
        yield Static(Content(title if self._phrase else f"Calling {self._called}"), classes="title")
        with VerticalScroll(can_focus=False):
            if hosting and self._phrase:
                yield PhraseGrid(self._phrase, roomy=False)
            yield Stages(self._clock, "the phrase" if self._phrase else "the secret of both cards")
            yield Static(Content(""), id="advice")
            yield Static(Content(""), id="notice")
        yield Keys(("Esc", "leave"))

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)

    def take(self, event: events.Event) -> None:
        """Show what the session says."""
        if isinstance(event, events.Notice):
            self.query_one("#notice", Static).update(Content(sanitise(event.text)))
        else:
            self.query_one(Stages).take(event)
        self._advise()

    def leave(self) -> None:
        """The person leaves: say so until the receipt is there."""
        self._leaving = True
        self._advise()

    def _tick(self) -> None:
        self.query_one(Stages).refresh()
        self._advise()

    def _advise(self) -> None:
        self.query_one("#advice", Static).update(Content(self._advice()))

    def _advice(self) -> str:
        stages = self.query_one(Stages)
        if self._leaving:
            return "Leaving: everything of this session is being taken down."
        if stages.state is State.WAITING:
            return _WAITING[self._role] if self._phrase else _CALLING
        return _SLOW.get(stages.state, "") if stages.takes_long else ""
