"""The composer: several lines, sent by Enter alone, never by a paste, never lost."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult, Location

from ..sanitise import escape_controls

_BREAKS_LINE = ("ctrl+j", "alt+enter", "shift+enter")


class Composer(TextArea, inherit_bindings=False):
    """A text area with the keys that neither a terminal nor tmux or screen keeps for itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up"),
        Binding("down", "cursor_down"),
        Binding("left", "cursor_left"),
        Binding("right", "cursor_right"),
        Binding("ctrl+left", "cursor_word_left"),
        Binding("ctrl+right", "cursor_word_right"),
        Binding("home", "cursor_line_start"),
        Binding("end,ctrl+e", "cursor_line_end"),
        Binding("shift+up", "cursor_up(True)"),
        Binding("shift+down", "cursor_down(True)"),
        Binding("shift+left", "cursor_left(True)"),
        Binding("shift+right", "cursor_right(True)"),
        Binding("shift+home", "cursor_line_start(True)"),
        Binding("shift+end", "cursor_line_end(True)"),
        Binding("backspace", "delete_left"),
        Binding("delete,ctrl+d", "delete_right"),
        Binding("ctrl+w,alt+backspace", "delete_word_left"),
        Binding("alt+delete", "delete_word_right"),
        Binding("ctrl+u", "delete_to_start_of_line"),
        Binding("ctrl+k", "delete_to_end_of_line_or_delete_line"),
        Binding("ctrl+underscore", "undo"),
        Binding("ctrl+y", "redo"),
    ]

    def __init__(self, send: Callable[[str], bool]) -> None:
        """``send`` takes the text, or returns False: then it stays here.

        It is called at once, not by a message: keys typed meanwhile belong to the next text.
        """
        super().__init__(
            compact=True, highlight_cursor_line=False, placeholder="Write here, Enter sends"
        )
        self.cursor_blink = False
        self._send = send

    @property
    def size_in_bytes(self) -> int:
        """How long the text is on the wire."""
        return len(self.text.encode())

    def on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self._send(self.text):
                self.clear()
        elif event.key in _BREAKS_LINE:
            event.stop()
            event.prevent_default()
            self._replace_via_keyboard("\n", *self.selection)

    def _replace_via_keyboard(
        self, insert: str, start: Location, end: Location
    ) -> EditResult | None:
        # Keys and pastes both come through here: nothing enters that a terminal would act on.
        return super()._replace_via_keyboard(escape_controls(insert), start, end)
