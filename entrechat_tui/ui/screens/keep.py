"""Somebody's card, about to be put into the keyring file."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from ...protocol.errors import LocalProtocolError, RemoteProtocolError
from ...protocol.identity import Identity
from ...protocol.keyring import (
    Contact,
    Keyring,
    add_contact,
    contact_of,
    petname_fault,
    update_card,
)
from ..lookalikes import contact_warnings
from ..sanitise import sanitise, sanitise_name
from ..status import spell_key
from ..unlocked import Unlocked
from ..widgets.inputs import Field
from ..widgets.keys import Keys
from .dialog import DialogScreen

_ASK = "Your name for them:"


def put_card(keyring: Keyring, petname: str, card: Identity) -> Keyring:
    """With that card: of somebody known instead of the one that was there, else as a new contact.

    Raises LocalProtocolError or RemoteProtocolError, with a sentence.
    """
    if contact_of(keyring, card.identity_key):
        return update_card(keyring, card)
    return add_contact(keyring, petname, card)


class KeepScreen(DialogScreen[str | None]):
    """Closes with the name that the card is to be kept under; with None if it is not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close"),
        Binding("enter", "keep"),
    ]

    def __init__(self, card: Identity, unlocked: Unlocked) -> None:
        super().__init__()
        self._card = card
        self._unlocked = unlocked
        self._known = unlocked.contact(card.identity_key)

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static(Content("Keep their card"), classes="title")
            if self._known is None:
                yield Static(Content(_ASK))
                yield Field(self._suggestion(), "the name that you choose")
            yield Static(id="trouble")
            yield Static(Content("\n").join(map(Content, self._lines())))
        yield Keys(("Enter", "keep"), ("Esc", "back"))

    def on_mount(self) -> None:
        self._say(self._petname)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._say(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_keep()

    def action_keep(self) -> None:
        if isinstance(self._outcome(self._petname), Contact):
            self.answer(self._petname)

    def action_close(self) -> None:
        self.answer(None)

    @property
    def _petname(self) -> str:
        return self._known.petname if self._known else self.query_one(Field).value.strip()

    def _lines(self) -> Iterator[str]:
        card = self._card
        if self._known:
            yield self._change(self._known)
        yield f"They call themselves “{sanitise_name(card.username)}”. Their identity key:"
        yield spell_key(card.identity_key)
        if self._known and self._known.card == card:
            yield "Enter tells them that you have it. Nothing is written."
        else:
            yield f"Enter writes it to {sanitise(str(self._unlocked.path))}."

    def _change(self, known: Contact) -> str:
        name = sanitise_name(known.petname)
        if known.card == self._card:
            return f"You have this card of {name} already."
        if known.card.version == self._card.version:
            return f"This is the signed card of {name}, for the short one that you have."
        return (
            f"The keys of {name} are new (version {self._card.version}, you have "
            f"{known.card.version}), signed with the same identity key."
        )

    def _suggestion(self) -> str:
        """Their own name for themselves, if the owner could have chosen it."""
        name = self._card.username
        free = petname_fault(name) is None and isinstance(self._outcome(name), Contact)
        return name if free and sanitise_name(name) == name else ""

    def _outcome(self, petname: str) -> Contact | str:
        """The contact as it would be, or why it cannot be."""
        try:
            keyring = put_card(self._unlocked.keyring, petname, self._card)
        except (LocalProtocolError, RemoteProtocolError) as error:
            return str(error)
        contact = contact_of(keyring, self._card.identity_key)
        assert contact is not None
        return contact

    def _say(self, petname: str) -> None:
        """What is wrong with the name, or may mislead."""
        outcome = self._outcome(petname.strip())
        if isinstance(outcome, Contact):
            outcome = " ".join(contact_warnings(self._unlocked.keyring, outcome))
        self.query_one("#trouble", Static).update(Content(sanitise(outcome)))
