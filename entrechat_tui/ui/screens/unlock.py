"""The passphrase of the keyring file, asked for before anything else."""

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from ...protocol.errors import LocalProtocolError
from ...session.endings import SessionFailure
from ..sanitise import sanitise
from ..unlocked import Unlocked
from ..widgets.inputs import Field
from ..widgets.keys import Keys
from .paged import PagedScreen

_STAYS = "The file is only read now. It is written when you keep a card, and that is said."
_OPENING = "Opening it: this is slow on purpose."


class UnlockScreen(PagedScreen[None]):
    """Asks until the file opens."""

    class Opened(Message):
        """The file is open."""

        def __init__(self, unlocked: Unlocked) -> None:
            super().__init__()
            self.unlocked = unlocked

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.leave")]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._opening = False

    def compose(self) -> ComposeResult:
        yield Static(Content("Your keyring"), classes="title")
        with VerticalScroll(can_focus=False):
            yield Static(Content(f"The passphrase of {sanitise(str(self._path))}:"))
            yield Field(placeholder="not shown", secret=True)
            yield Static(id="trouble")
            yield Static(Content(_STAYS), classes="paragraph")
        yield Keys(("Enter", "open"), ("Esc", "leave"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value and not self._opening:
            self._opening = True
            self._say(_OPENING)
            self.query_one(Field).clear()
            self.run_worker(self._open(event.value))

    async def _open(self, passphrase: str) -> None:
        try:
            self.post_message(
                self.Opened(await asyncio.to_thread(Unlocked.unlock, self._path, passphrase))
            )
        except SessionFailure as failure:
            self._say(failure.ending.sentence)
        except LocalProtocolError as error:
            self._say(str(error))
        self._opening = False

    def _say(self, sentence: str) -> None:
        self.query_one("#trouble", Static).update(Content(sanitise(sentence)))
