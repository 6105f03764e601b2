"""The footer: the keys that work here, the most needed first, as many as there is room for."""

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

_GAP = "  "


class Keys(Widget):
    """One row of keys, each with what it does."""

    def __init__(self, *keys: tuple[str, str]) -> None:
        super().__init__()
        self._shown = keys

    def show(self, *keys: tuple[str, str]) -> None:
        """Other keys work now."""
        if keys != self._shown:
            self._shown = keys
            self.refresh()

    def render(self) -> Content:
        room = self.size.width
        shown: list[Content] = []
        for key, does in self._shown:
            size = cell_len(f"{key} {does}{_GAP}")
            if size - len(_GAP) > room:
                break
            room -= size
            shown.append(Content.assemble((key, "bold"), f" {does}{_GAP}"))
        return Content("").join(shown)
