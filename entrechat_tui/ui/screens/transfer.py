"""A keyring on its way to its owner's other machine: what both sides confirm."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from ...session.endings import SessionFailure
from ...session.keyring_file import check_free
from ..people import Peer
from ..sanitise import sanitise, sanitise_name
from ..unlocked import ONE_PLACE, Unlocked
from ..widgets.inputs import Field
from ..widgets.keys import Keys
from .dialog import DialogScreen

_UNVERIFIED = (
    "You have not verified each other (F3). Whoever is there gets the sealed file, and can try "
    "passphrases for as long as they like."
)
_ONLY_YOURS = "Take it only if it comes from your own other machine, now."
_WHERE = "Keep it in this new file:"


def count(contacts: int) -> str:
    """So many people."""
    return f"{contacts} contact{'' if contacts == 1 else 's'}"


class GiveKeyringScreen(DialogScreen[bool]):
    """Only ``y`` offers it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "give(True)"),
        Binding("n,escape,enter", "give(False)"),
    ]

    def __init__(self, unlocked: Unlocked, peer: Peer, size: int) -> None:
        super().__init__()
        self._unlocked = unlocked
        self._peer = peer
        self._bytes = size

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static(Content("Send your keyring?"), classes="title")
            yield Static(Content(self._what()))
            if not self._peer.verified:
                yield Static(Content(_UNVERIFIED), id="trouble")
            yield Static(Content(ONE_PLACE), classes="paragraph")
        yield Keys(("y", "offer it"), ("n", "do not"))

    def action_give(self, give: bool) -> None:
        self.answer(give)

    def _what(self) -> str:
        own = self._unlocked.own
        name = sanitise_name(own.identity.username) if own else ""
        identity = f"your identity “{name}”" if own else "no identity"
        contacts = count(len(self._unlocked.keyring.contacts))
        return (
            f"{sanitise(str(self._unlocked.path))} ({self._bytes:,} bytes) goes to "
            f"“{self._peer.name}” as it is: {identity} and {contacts}, sealed with its passphrase. "
            "Send it to a machine of your own, and to nobody else. It is asked there too."
        )


@dataclass(frozen=True)
class Taken:
    """The answer to an offered keyring: the new file for it, or None to decline it."""

    path: Path | None


class TakeKeyringScreen(DialogScreen[Taken | None]):
    """Closes with None if the person decides later."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "later"),
        Binding("f6", "decline"),
    ]

    def __init__(self, peer: Peer, size: int, contacts: int) -> None:
        super().__init__()
        self._peer = peer
        self._bytes = size
        self._contacts = contacts

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static(Content("Take a keyring?"), classes="title")
            yield Static(Content(self._what()))
            yield Static(Content(_WHERE), classes="paragraph")
            yield Field(placeholder="a file that is not there yet")
            yield Static(id="trouble")
            yield Static(Content(ONE_PLACE), classes="paragraph")
        yield Keys(("Enter", "take it"), ("F6", "decline"), ("Esc", "later"))

    def on_input_changed(self, event: Input.Changed) -> None:
        self._say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser()
        try:
            check_free(path)
        except SessionFailure as failure:
            self._say(failure.ending.sentence)
            return
        self.answer(Taken(path))

    def action_decline(self) -> None:
        self.answer(Taken(None))

    def action_later(self) -> None:
        self.answer(None)

    def _what(self) -> str:
        return (
            f"“{self._peer.name}” ({self._peer.standing}) offers a sealed keyring: {self._bytes:,} "
            f"bytes, {count(self._contacts)} as they say. {_ONLY_YOURS}"
        )

    def _say(self, sentence: str) -> None:
        self.query_one("#trouble", Static).update(Content(sanitise(sentence)))
