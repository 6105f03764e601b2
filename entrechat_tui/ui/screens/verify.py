"""Verifying each other: three words read aloud, three words typed as they are heard.

Nothing here can be confirmed without them: what is typed is compared, and wrong words end the
session.
"""

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from ...protocol.phrase import fold, tokens_of
from ...protocol.verification import Words
from ...session.commands import Command, TypedWords
from ..people import Peer
from ..widgets.inputs import WordsInput
from ..widgets.keys import Keys
from ..widgets.word_grid import WordGrid
from ..words import SPOKEN, WordsError, first_wrong, heard, preferred_lists, spoken
from .dialog import DialogScreen

_READ = "Read these three words to them, in a call or face to face, so that you know the voice:"
_TYPE = "Type the three words that they read to you:"
_OURS = {
    None: "· You have not typed their words yet.",
    True: "✓ You typed their words, and they are right.",
    False: "✗ The words that you typed are not theirs.",
}
_PEERS = {
    None: "· They have not typed your words yet.",
    True: "✓ They typed your words, and they are right.",
    False: "✗ The words that they typed are not yours.",
}
_BETWEEN = "Nobody stands between you: whom you hear is whom you write to."
_MARK = "t marks {name} as trusted, in your keyring file."
_TRUSTED = "{name} is marked as trusted."
_STRANGER = "Keep their card (F5) to mark them as trusted."


class VerifyScreen(DialogScreen[bool]):
    """Closes with True if the person marks the peer as trusted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close"),
        Binding("f3", "language"),
        Binding("t", "trust"),
    ]

    AUTO_FOCUS = ""

    def __init__(self, words: Words, peer: Peer, tell: Callable[[Command], None]) -> None:
        super().__init__()
        self._words = words
        self._peer = peer
        self._tell = tell
        self._lists = preferred_lists()
        self._typed = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static(Content("Verify each other"), classes="title")
            yield Static(Content(_READ), classes="asked")
            yield WordGrid(spoken(self._words, self._lists[0]), roomy=False)
            yield Static(Content(_TYPE), classes="asked")
            yield WordsInput(self._lists, "three words")
            yield Static(id="check")
            yield Static(id="state")
        yield Keys()

    def on_mount(self) -> None:
        self._check("")
        if self._peer.checked.ours is None:
            self.query_one(WordsInput).focus()
        self.update()

    def update(self) -> None:
        """Show what has been typed on both sides by now."""
        checked = self._peer.checked
        over = self._typed or checked.ours is not None
        for each in (*self.query(".asked"), *self.query(WordsInput), *self.query("#check")):
            each.display = not over
        if over:
            self.set_focus(None)
        # Theirs to be typed still: our words stay, to be read again.
        self.query_one(".asked").display = checked.peers is None
        self.query_one(WordGrid).display = checked.peers is None
        self.query_one("#state", Static).update(Content("\n").join(map(Content, self._state())))
        self._show_keys(over=over)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._check(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._typed:
            return
        try:
            readings = heard(event.value, self._lists)
        except WordsError as error:
            self._say(str(error))
            return
        self._typed = True
        self._tell(TypedWords(tuple(words for words, _ in readings)))
        self.update()

    def action_close(self) -> None:
        self.answer(False)

    def action_trust(self) -> None:
        if self._may_trust:
            self.answer(True)

    def action_language(self) -> None:
        """Show, and read first, the words of the next list."""
        self._lists = (*self._lists[1:], self._lists[0])
        self.query_one(WordGrid).show_words(spoken(self._words, self._lists[0]))
        self._check(self.query_one(WordsInput).value)
        self.update()

    @property
    def _may_trust(self) -> bool:
        known = self._peer.contact is not None
        return self._peer.verified and known and not self._peer.trusted

    def _state(self) -> Iterator[str]:
        checked = self._peer.checked
        yield "Comparing…" if self._typed and checked.ours is None else _OURS[checked.ours]
        yield _PEERS[checked.peers]
        if self._peer.verified:
            yield _BETWEEN
            yield self._what_next().format(name=self._peer.name)

    def _what_next(self) -> str:
        if self._may_trust:
            return _MARK
        return _TRUSTED if self._peer.trusted else _STRANGER

    def _show_keys(self, *, over: bool) -> None:
        other = ("F3", f"in {self._lists[1].language.title()}")
        typing = (("Enter", "compare"), ("Tab", "complete"))
        trusting = (("t", "trust"),) if self._may_trust else ()
        seen = (other,) if self._peer.checked.peers is None else ()
        self.query_one(Keys).show(*(trusting if over else typing), ("Esc", "back"), *seen)

    def _check(self, text: str) -> None:
        tokens = tokens_of(text)
        finished = tokens if not text[-1:].isalnum() else tokens[:-1]
        if wrong := first_wrong(finished, self._lists):
            self._say(wrong)
        elif len(tokens) < SPOKEN:
            self._say(self.query_one(WordsInput).progress(len(finished), SPOKEN))
        else:
            self._say(self._reading(text))

    def _reading(self, text: str) -> str:
        """The words as they are understood, so that no slip of the finger ends the session."""
        try:
            words, word_list = heard(text, self._lists)[0]
        except WordsError as error:
            return str(error)
        whole = " ".join(spoken(words, word_list))
        same = fold(whole) == " ".join(tokens_of(text))
        understood = "" if same else f"Understood as {whole}. "
        return f"{understood}Enter compares; if one is wrong, the session ends."

    def _say(self, sentence: str) -> None:
        self.query_one("#check", Static).update(Content(sentence))
