"""The phrase that was just made, to be read aloud or copied before hosting begins."""

import os
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from ...protocol.phrase import ENTROPY_SIZE, Phrase, make_phrase
from ...session.word_lists import word_list
from ..widgets.keys import Keys
from ..widgets.word_grid import PhraseGrid
from .paged import PagedScreen

_SHARE = (
    "Read these eight words to the other side, or hand them over in a way that you trust. "
    "Whoever has them can come."
)
_NEXT = "Enter begins hosting: only then does anything touch the network. The phrase stays in view."


class HostScreen(PagedScreen[None]):
    """A phrase, and another one for the asking."""

    class Confirmed(Message):
        """The person hosts with this phrase, now."""

        def __init__(self, phrase: Phrase) -> None:
            super().__init__()
            self.phrase = phrase

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm"),
        Binding("n", "another"),
        Binding("escape", "app.back"),
    ]

    def compose(self) -> ComposeResult:
        yield Static(Content("Your phrase"), classes="title")
        with VerticalScroll(can_focus=False):
            yield Static(Content(_SHARE), classes="paragraph")
            yield PhraseGrid(_new_phrase(), roomy=True)
            yield Static(Content(_NEXT), classes="paragraph")
        yield Keys(("Enter", "host"), ("n", "another phrase"), ("Esc", "back"))

    def action_confirm(self) -> None:
        self.post_message(self.Confirmed(self.query_one(PhraseGrid).phrase))

    def action_another(self) -> None:
        self.query_one(PhraseGrid).show(_new_phrase())


def _new_phrase() -> Phrase:
    return make_phrase(os.urandom(ENTROPY_SIZE), word_list("english"))
