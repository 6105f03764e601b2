"""The first screen: host or join, under which name, and what that does and does not do."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static

from ...protocol.errors import LocalProtocolError
from ...protocol.identity import make_identity
from ..widgets.inputs import Field
from ..widgets.keys import Keys
from .paged import PagedScreen

_HAPPENS = Content.assemble(
    ("What happens: ", "bold"),
    "your own tor starts, and you meet over an onion service made for this one time.",
)
_LIMITS = Content.assemble(
    ("Not protected: ", "bold"),
    "whoever learns the phrase can come instead; your network sees that you use Tor.",
)
_CHOICES = ("Host: a new phrase", "Join: type a phrase")


class StartScreen(PagedScreen[None]):
    """Nothing has touched the network here."""

    class Chosen(Message):
        """Host or join, under this name (empty if the person gave none)."""

        def __init__(self, host: bool, name: str) -> None:
            super().__init__()
            self.host = host
            self.name = name

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.leave")]

    def __init__(self, name: str, trouble: str = "") -> None:
        super().__init__()
        self._own_name = name
        self._trouble = trouble

    def compose(self) -> ComposeResult:
        yield Static(Content("Entrechat"), classes="title")
        with VerticalScroll(can_focus=False):
            yield OptionList(*_CHOICES, markup=False, compact=True)
            yield Static(Content("Your name, if you like:"))
            yield Field(self._own_name, "the other side sees it")
            yield Static(id="trouble")
            yield Static(_HAPPENS, classes="paragraph")
            yield Static(_LIMITS, classes="paragraph")
        yield Keys(("Enter", "go on"), ("↑↓", "choose"), ("Tab", "name"), ("Esc", "leave"))

    def on_mount(self) -> None:
        self._tell_trouble(self._trouble)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(event.option_index)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one(OptionList).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._tell_trouble(_fault_of(event.value.strip()))

    def _tell_trouble(self, sentence: str) -> None:
        trouble = self.query_one("#trouble", Static)
        trouble.update(Content(sentence))
        trouble.display = bool(sentence)

    def _choose(self, index: int) -> None:
        name = self.query_one(Field).value.strip()
        if not _fault_of(name):
            self.post_message(self.Chosen(index == 0, name))


def _fault_of(name: str) -> str:
    """Why no identity can carry this name, or nothing."""
    try:
        make_identity(name or "nobody", bytes(96), 0)
    except LocalProtocolError as error:
        return str(error)
    return ""
