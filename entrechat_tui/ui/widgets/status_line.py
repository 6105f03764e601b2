"""The row between transcript and composer: why nothing can be sent, or a hint, or just a rule."""

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from ..wrap import wrap


class StatusLine(Widget):
    """A rule with a hint in it; an obstacle takes as many rows as it needs."""

    def __init__(self) -> None:
        super().__init__()
        self._obstacle = ""
        self._hint = ""

    def show(self, obstacle: str, hint: str) -> None:
        """An obstacle goes before a hint."""
        if (obstacle, hint) != (self._obstacle, self._hint):
            self._obstacle, self._hint = obstacle, hint
            self.refresh(layout=True)

    def on_resize(self) -> None:
        self.refresh(layout=True)

    def render(self) -> Content:
        width = self.size.width
        if self._obstacle:
            rows = [row.ljust(width) for row in wrap(self._obstacle, width)] if width else [""]
            return Content.styled("\n".join(rows), "$warning reverse")
        text = f"── {self._hint} " if self._hint else ""
        return Content.styled((text + "─" * (width - cell_len(text)))[: max(0, width)], "dim")
