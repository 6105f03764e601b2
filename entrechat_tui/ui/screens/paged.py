"""A screen whose middle scrolls, for terminals that are too small to show all of it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen, ScreenResultType


class PagedScreen(Screen[ScreenResultType]):
    """PgUp and PgDn scroll the one VerticalScroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page(-1)"),
        Binding("pagedown", "page(1)"),
    ]

    def action_page(self, direction: int) -> None:
        """Scroll by nearly a page."""
        middle = self.query_one(VerticalScroll)
        middle.scroll_relative(y=direction * max(1, middle.size.height - 1), animate=False)
