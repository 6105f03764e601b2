"""Whom to call: the people of the keyring, filtered as a name is typed."""

from collections.abc import Iterator
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from ...protocol.keyring import Contact, Keyring, Trust, petname_key
from ...protocol.phrase import fold
from ..people import about, claim
from ..sanitise import sanitise_name
from ..spell import crop
from ..widgets.inputs import Field
from ..widgets.keys import Keys

_NAME_SHARE = 0.4
_TRUST_COLUMN = 10


class CallScreen(Screen[None]):
    """The field has the keys; the arrows move in the list beneath it."""

    class Chosen(Message):
        """The person wants to call this contact."""

        def __init__(self, contact: Contact) -> None:
            super().__init__()
            self.contact = contact

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.back"),
        Binding("up", "move('cursor_up')"),
        Binding("down", "move('cursor_down')"),
        Binding("pageup", "move('page_up')"),
        Binding("pagedown", "move('page_down')"),
    ]

    def __init__(self, keyring: Keyring) -> None:
        super().__init__()
        self._keyring = keyring
        self._people = sorted(keyring.contacts, key=lambda each: petname_key(each.petname))
        self._shown = self._people

    def compose(self) -> ComposeResult:
        yield Static(Content("Call"), classes="title")
        yield Field(placeholder="part of a name")
        people = OptionList(markup=False, compact=True, id="people")
        people.can_focus = False
        yield people
        yield Static(id="about")
        yield Keys(("Enter", "choose"), ("↑↓", "move"), ("Esc", "back"))

    def on_mount(self) -> None:
        self._list()

    def on_resize(self) -> None:
        self._list()

    def on_input_changed(self, event: Input.Changed) -> None:
        sought = fold(event.value.strip())
        self._shown = [each for each in self._people if any(sought in n for n in _names(each))]
        self._list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        contact = self._highlighted
        if contact is not None and contact.trust is not Trust.REJECTED:
            self.post_message(self.Chosen(contact))

    def on_option_list_option_highlighted(self) -> None:
        self._tell()

    def action_move(self, how: str) -> None:
        getattr(self.query_one(OptionList), f"action_{how}")()

    @property
    def _highlighted(self) -> Contact | None:
        at = self.query_one(OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def _list(self) -> None:
        people = self.query_one(OptionList)
        before = self._highlighted
        width = self.size.width - 2
        people.clear_options()
        people.add_options([_row(each, width) for each in self._shown])
        if self._shown:
            people.highlighted = self._shown.index(before) if before in self._shown else 0
        self._tell()

    def _tell(self) -> None:
        contact = self._highlighted
        sentences = about(self._keyring, contact) if contact else ["Nobody is called so."]
        self.query_one("#about", Static).update(Content(" ".join(sentences)))


def _names(contact: Contact) -> Iterator[str]:
    yield fold(contact.petname)
    yield fold(contact.claimed_name or "")


def _row(contact: Contact, width: int) -> Content:
    """The owner's name for them, the trust state, and their claim where there is room."""
    trust = contact.trust.name.lower()
    room = max(8, int(width * _NAME_SHARE))
    name = crop(sanitise_name(contact.petname), room)
    gap = " " * (room - cell_len(name) + 2)
    style = "$error" if contact.trust is Trust.REJECTED else ""
    tail = crop(f"{trust:<{_TRUST_COLUMN}}{claim(contact)}", width - room - 2)
    return Content.assemble(name, gap, (tail, style))
