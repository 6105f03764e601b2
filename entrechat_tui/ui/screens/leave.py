"""The way out is asked about, so that no key pressed by mistake ends a conversation."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ..widgets.keys import Keys
from .dialog import DialogScreen


class LeaveScreen(DialogScreen[bool]):
    """Only ``y`` leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "leave(True)"),
        Binding("n,escape,enter", "leave(False)"),
    ]

    def __init__(self, what_ends: str) -> None:
        super().__init__()
        self._what_ends = what_ends

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static(Content("Leave?"), classes="title")
            yield Static(Content(self._what_ends), classes="paragraph")
            yield Keys(("y", "leave"), ("n", "stay"))

    def action_leave(self, leave: bool) -> None:
        self.answer(leave)
