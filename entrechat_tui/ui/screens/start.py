"""The first screen: host or join, under which name, and what that does and does not do."""

from enum import Enum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static

from ...protocol.errors import LocalProtocolError
from ...protocol.identity import make_identity
from ..sanitise import sanitise_name
from ..unlocked import Unlocked
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


class Way(Enum):
    """How to meet."""

    CALL = "call"
    HOST = "host"
    JOIN = "join"


_LABELS = {
    Way.CALL: "Call: somebody you know",
    Way.HOST: "Host: a new phrase",
    Way.JOIN: "Join: type a phrase",
}


class StartScreen(PagedScreen[None]):
    """Nothing has touched the network here."""

    class Chosen(Message):
        """Meet in this way, under this name (empty if the person gave none)."""

        def __init__(self, way: Way, name: str) -> None:
            super().__init__()
            self.way = way
            self.name = name

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.leave")]

    def __init__(self, name: str, unlocked: Unlocked | None = None, trouble: str = "") -> None:
        super().__init__()
        self._own_name = name
        self._own = unlocked.own if unlocked else None
        self._trouble = trouble
        callable_ = bool(unlocked and self._own and unlocked.keyring.contacts)
        self._ways = [way for way in Way if way is not Way.CALL or callable_]

    def compose(self) -> ComposeResult:
        yield Static(Content("Entrechat"), classes="title")
        with VerticalScroll(can_focus=False):
            labels = [_LABELS[way] for way in self._ways]
            yield OptionList(*labels, markup=False, compact=True)
            yield from self._naming()
            yield Static(id="trouble")
            yield Static(_HAPPENS, classes="paragraph")
            yield Static(_LIMITS, classes="paragraph")
        naming = () if self._own else (("Tab", "name"),)
        yield Keys(("Enter", "go on"), ("↑↓", "choose"), *naming, ("Esc", "leave"))

    def _naming(self) -> ComposeResult:
        if self._own is not None:
            name = sanitise_name(self._own.identity.username)
            yield Static(Content(f"You are “{name}”, by the identity in your keyring."))
            return
        yield Static(Content("Your name, if you like:"))
        yield Field(self._own_name, "the other side sees it")

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
        name = "" if self._own else self.query_one(Field).value.strip()
        if not _fault_of(name):
            self.post_message(self.Chosen(self._ways[index], name))


def _fault_of(name: str) -> str:
    """Why no identity can carry this name, or nothing."""
    try:
        make_identity(name or "nobody", bytes(96), 0)
    except LocalProtocolError as error:
        return str(error)
    return ""
