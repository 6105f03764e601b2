"""Who is about to be called, and the passphrase that both may know besides."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from ...protocol.keyring import Contact, Keyring
from ..people import about
from ..sanitise import sanitise_name
from ..widgets.inputs import Field
from ..widgets.keys import Keys
from .paged import PagedScreen

_BOTH = "Both of you call: ask them to call you at the same time."
_SHARED = "A passphrase that both of you know, if you agreed on one:"
_NEXT = "Enter calls: only then does anything touch the network."


class CalledScreen(PagedScreen[None]):
    """Nothing has touched the network here."""

    class Confirmed(Message):
        """Call them now; ``shared``: what both know besides, if anything."""

        def __init__(self, contact: Contact, shared: str | None) -> None:
            super().__init__()
            self.contact = contact
            self.shared = shared

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.back")]

    def __init__(self, keyring: Keyring, contact: Contact) -> None:
        super().__init__()
        self._keyring = keyring
        self._contact = contact

    def compose(self) -> ComposeResult:
        name = sanitise_name(self._contact.petname)
        yield Static(Content(f"Call {name}"), classes="title")
        with VerticalScroll(can_focus=False):
            yield Static(Content("\n").join(map(Content, self._lines())), classes="paragraph")
            yield Static(Content(_SHARED), classes="paragraph")
            yield Field(placeholder="none", secret=True)
            yield Static(Content(_NEXT), classes="paragraph")
        yield Keys(("Enter", "call"), ("Esc", "back"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.post_message(self.Confirmed(self._contact, event.value or None))

    def _lines(self) -> Iterator[str]:
        yield _BOTH
        yield from about(self._keyring, self._contact)
