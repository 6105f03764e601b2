"""The conversation: what was said, what became of it, and where the next text is written."""

import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import TextArea

from ...protocol.messages import MAX_TEXT
from ...session import events
from ...session.commands import AskCircuits, Command, SendText, Shown
from ...session.receipt import Receipt
from ..people import Peer
from ..sanitise import sanitise, sanitise_name
from ..spell import spell_clock
from ..widgets.composer import Composer
from ..widgets.keys import Keys
from ..widgets.peer_line import PeerLine
from ..widgets.status_line import StatusLine
from ..widgets.transcript import Entry, Kind, Mark, Transcript
from .exchange import Exchange
from .moving import Moving

_SCROLL = (("PgUp/PgDn", "scroll"),)
_WRITE = (("Enter", "send"), ("Esc", "leave"))
_MORE = (("Ctrl-J", "new line"), *_SCROLL, ("F2", "path"), ("F6", "send keyring"))
SILENT_AFTER = 12.0
HELD_FOR = 60.0


class ConversationScreen(Screen[None]):
    """Open, then saying goodbye, then over: the last is held for a while, to be read."""

    class Done(Message):
        """The conversation is over and was read: the receipt is next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave"),
        Binding("f2", "circuits"),
        Binding("f3", "verify"),
        Binding("f4", "give_card"),
        Binding("f5", "keep_card"),
        Binding("f6", "transfer"),
        Binding("pageup", "page(-1)"),
        Binding("pagedown", "page(1)"),
        Binding("ctrl+end", "to_end"),
    ]

    def __init__(
        self,
        peer: Peer,
        limit: int,
        tell: Callable[[Command], None],
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self._peer = peer
        self._limit = limit
        self._tell = tell
        self._clock = clock
        self._indices: dict[int, int] = {}
        self._below = 0
        self._saying_goodbye = False
        self._over_since: float | None = None
        self._exchange = Exchange(self, peer, tell, self._tell_person)
        self._moving = Moving(self, peer, tell, self._tell_person)

    def compose(self) -> ComposeResult:
        yield PeerLine(self._peer, self._limit, self._clock)
        yield Transcript()
        yield StatusLine()
        yield Composer(self._send)
        yield Keys()

    def on_mount(self) -> None:
        self.query_one(Composer).focus()
        self._greet()
        self._tick()
        self.set_interval(1.0, self._tick)

    # What the session says.

    def take(self, event: events.Event) -> None:
        """Show what the session says, and answer a text with Shown once it is there."""
        match event:
            case events.TextArrived(message_id, text):
                self._add(Kind.PEER, self._peer.name, sanitise(text))
                self._tell(Shown(message_id))
            case events.TextDelivered(ref):
                self._mark(ref, Mark.DELIVERED)
            case events.TextFailed(ref):
                self._mark(ref, Mark.FAILED)
            case events.Heard():
                self.query_one(PeerLine).heard()
            case events.Notice(text):
                self._notice(sanitise(text))
            case events.CircuitsSeen(paths):
                self._show_paths(paths)
            case events.Leaving():
                self._saying_goodbye = True
            case _:
                self._exchange.take(event)
                self._moving.take(event)
        self._tick()

    def end(self, receipt: Receipt) -> None:
        """The session is over. What was said stays in view for HELD_FOR seconds at most."""
        self._over_since = self._clock()
        self.query_one(Composer).read_only = True
        self.query_one(PeerLine).close()
        failed = f" {receipt.failed} of your messages did not arrive." if receipt.failed else ""
        self._notice(f"{sanitise(receipt.ending.sentence)}{failed}")
        self._tick()

    def leave(self) -> None:
        """The person leaves: say so until the receipt is there."""
        self._saying_goodbye = True
        self._tick()

    @property
    def over(self) -> bool:
        """The session is over."""
        return self._over_since is not None

    def _greet(self) -> None:
        name = self._peer.name
        if self._peer.contact is None:
            self._notice(f"Connected. “{name}” is the name that the other side gave itself.")
        else:
            self._notice(f"Connected with “{name}”, whose identity key you know.")
        for sentence in self._peer.warnings():
            self._notice(sentence)
        self._exchange.opened()

    def _show_paths(self, paths: tuple[tuple[str, ...], ...]) -> None:
        for number, path in enumerate(paths, 1):
            relays = " → ".join(map(sanitise_name, path))
            self._notice(f"Circuit {number} of {len(paths)}: you → {relays}")
        if not paths:
            self._notice("No circuit of this session is known to tor right now.")

    def _tell_person(self, text: str) -> None:
        self._notice(text)
        self._tick()

    def _notice(self, text: str) -> None:
        self._add(Kind.NOTICE, "", text.replace("\n", " "))

    def _add(self, kind: Kind, sender: str, text: str, mark: Mark | None = None) -> int:
        entry = Entry(kind, time.strftime("%H:%M"), sender, text, mark)
        return self.query_one(Transcript).add(entry)

    def _mark(self, ref: int, mark: Mark) -> None:
        self.query_one(Transcript).mark(self._indices[ref], mark)

    # What the person does.

    def _send(self, text: str) -> bool:
        """Send, unless something stands against it."""
        if not text.strip() or self._obstacle():
            return False
        ref = len(self._indices) + 1
        self._indices[ref] = self._add(Kind.OWN, "you", sanitise(text), Mark.SENT)
        self._tell(SendText(ref, text))
        self.query_one(Transcript).to_end()
        return True

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self._tick()

    def on_transcript_below(self, event: Transcript.Below) -> None:
        self._below = event.count
        self._tick()

    def action_page(self, direction: int) -> None:
        self.query_one(Transcript).page(direction)

    def action_to_end(self) -> None:
        self.query_one(Transcript).to_end()

    def action_circuits(self) -> None:
        self._tell(AskCircuits())

    def action_verify(self) -> None:
        if not self.over:
            self._exchange.verify()

    def action_give_card(self) -> None:
        if not self.over:
            self._exchange.give_card()

    def action_keep_card(self) -> None:
        self._exchange.keep_card()

    def action_transfer(self) -> None:
        self._moving.transfer()

    async def action_leave(self) -> None:
        if self.over:
            self.post_message(self.Done())
        else:
            await self.run_action("app.leave")

    # What is shown above the composer.

    def _tick(self) -> None:
        self.query_one(PeerLine).refresh()
        self.query_one(StatusLine).show(self._obstacle(), self._hint())
        self.query_one(Keys).show(*self._keys())
        if self._over_since is not None and self._held_for() <= 0:
            self.post_message(self.Done())

    def _keys(self) -> tuple[tuple[str, str], ...]:
        if self.over:
            return (("Esc", "receipt"), *_SCROLL)
        return (*_WRITE, *self._moving.keys, *self._exchange.keys, *_MORE)

    def _held_for(self) -> float:
        return HELD_FOR - (self._clock() - (self._over_since or 0.0))

    def _obstacle(self) -> str:
        """Why nothing can be sent now, or nothing."""
        if self.over:
            return (
                f"The session is over. Esc: receipt (by itself in {spell_clock(self._held_for())})"
            )
        if self._saying_goodbye:
            return "Saying goodbye: nothing more is sent."
        size = self.query_one(Composer).size_in_bytes
        if size > MAX_TEXT:
            return f"Too long by {size - MAX_TEXT:,} bytes of {MAX_TEXT:,}. The text stays here."
        silent = self.query_one(PeerLine).silent_for
        if silent >= SILENT_AFTER:
            since = time.strftime("%H:%M:%S", time.localtime(time.time() - silent))
            return f"Not heard since {since}. Sending is locked; your text stays."
        return ""

    def _hint(self) -> str:
        if self._below:
            return f"↓ {self._below} new below: Ctrl-End"
        lines = self.query_one(Composer).document.line_count
        return f"{lines} lines, Enter sends them" if lines > 1 else ""
