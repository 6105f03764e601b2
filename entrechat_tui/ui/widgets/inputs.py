"""Fields of one line, into which nothing is pasted that a terminal would act on."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.widgets import Input

from ...protocol.phrase import WordList, complete
from ..sanitise import escape_controls

_SHOWN = 6


class Field(Input):
    """One line. A paste may have had several: they are joined."""

    def __init__(self, value: str = "", placeholder: str = "", *, secret: bool = False) -> None:
        """``secret``: what is typed shows as dots."""
        super().__init__(
            value, placeholder=placeholder, password=secret, compact=True, select_on_focus=False
        )
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        if self.password:
            # It is never shown, and each of its spaces counts.
            self.insert_text_at_cursor("".join(event.text.splitlines()[:1]))
        else:
            self.insert_text_at_cursor(" ".join(escape_controls(event.text).split()))


class WordsInput(Field):
    """The field for words of the lists: Tab completes the one that is being typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", priority=True)]

    def __init__(self, word_lists: tuple[WordList, ...], placeholder: str) -> None:
        super().__init__(placeholder=placeholder)
        self._word_lists = word_lists

    @property
    def candidates(self) -> list[str]:
        """The words that the one being typed may become."""
        return complete(self._typing, self._word_lists)

    def progress(self, finished: int, of: int) -> str:
        """How many words are there, and what the one being typed may become."""
        words = self.candidates
        shown = ", ".join(words[:_SHOWN]) + (", …" if len(words) > _SHOWN else "")
        return f"{finished} of {of} words" + (f"; next: {shown}" if shown else "")

    @property
    def _typing(self) -> str:
        return "" if self.value.endswith(" ") else (self.value.split() or [""])[-1]

    def action_complete(self) -> None:
        """Complete the word as far as it is certain; a whole word gets a space."""
        words = self.candidates
        if words:
            ending = " " if len(words) == 1 else ""
            stays = self.value[: len(self.value) - len(self._typing)]
            self.value = stays + _common_start(words) + ending
            self.cursor_position = len(self.value)


def _common_start(words: list[str]) -> str:
    first, last = min(words), max(words)
    same = [a == b for a, b in zip(first, last, strict=False)]
    return first[: same.index(False) if False in same else len(first)]
