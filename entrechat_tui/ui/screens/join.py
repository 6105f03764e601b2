"""Typing the phrase that the other side made: each word is checked as it is typed."""

import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from ...protocol.phrase import WORDS, Phrase, PhraseError, parse_phrase
from ...session.word_lists import word_lists
from ..widgets.inputs import WordsInput
from ..widgets.keys import Keys
from ..words import first_wrong
from .paged import PagedScreen

_ASK = "Type the eight words that the other side made. Four letters of each are enough."
_WHOLE = "The phrase is whole. Enter joins: only then does anything touch the network."
_WORD = re.compile(r"[^\W_]+")


class JoinScreen(PagedScreen[None]):
    """The phrase field, and beneath it what is wrong or what may come next."""

    class Confirmed(Message):
        """The person joins with this phrase, now."""

        def __init__(self, phrase: Phrase) -> None:
            super().__init__()
            self.phrase = phrase

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.back")]

    def __init__(self) -> None:
        super().__init__()
        self._word_lists = word_lists()

    def compose(self) -> ComposeResult:
        yield Static(Content("Join"), classes="title")
        with VerticalScroll(can_focus=False):
            yield Static(Content(_ASK), classes="paragraph")
            yield WordsInput(self._word_lists, "eight words")
            yield Static(Content(""), id="check", classes="paragraph")
        yield Keys(("Tab", "complete"), ("Enter", "join"), ("Esc", "back"))

    def on_input_changed(self, event: Input.Changed) -> None:
        self._say(self._check(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            self.post_message(self.Confirmed(parse_phrase(event.value, self._word_lists)))
        except PhraseError as error:
            self._say(str(error))

    def _say(self, sentence: str) -> None:
        self.query_one("#check", Static).update(Content(sentence))

    def _check(self, text: str) -> str:
        words = _WORD.findall(text)
        finished = words[:-1] if text[-1:].isalnum() else words
        if wrong := first_wrong(finished, self._word_lists):
            return wrong
        try:
            parse_phrase(text, self._word_lists)
        except PhraseError as error:
            unfinished = len(words) <= WORDS and len(finished) < WORDS
            progress = self.query_one(WordsInput).progress(len(finished), WORDS)
            return progress if unfinished else str(error)
        return _WHOLE
