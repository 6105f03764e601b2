"""The transcript. Only its visible rows are drawn, and a delivery mark changes in its place.

Whose a row is shows in its first two columns, without colour too: own text stands behind a
delivery mark, the peer's behind a bar, and a local notice begins in the very first column, where
nothing that a peer sends can stand.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ..spell import crop
from ..wrap import wrap

_MARGIN = 2
_NOTICE = "══ "
_WORD_COLUMN = 11
_WORDS_FROM = 60


class Kind(Enum):
    """Whose an entry is; the value is its style."""

    OWN = Style(color="cyan")
    PEER = Style(color="green")
    NOTICE = Style(color="yellow", reverse=True)


class Mark(Enum):
    """What became of a message of ours: a sign, a word, and its style."""

    SENT = ("…", "sent", Style(dim=True))
    DELIVERED = ("✓", "delivered", Style(color="green"))
    FAILED = ("✗", "failed", Style(color="red", bold=True))


@dataclass
class Entry:
    """One message or notice. ``text`` is fit to be shown; ``sender`` is empty for a notice."""

    kind: Kind
    time: str
    sender: str
    text: str
    mark: Mark | None = None


class Transcript(ScrollView, can_focus=False):
    """Entries under each other, scrolled to the end unless a person scrolled up."""

    class Below(Message):
        """``count`` entries have come since the person scrolled up."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self._blocks: list[list[Strip]] = []
        self._tops: list[int] = []
        self._rows = 0
        self._below = 0

    def add(self, entry: Entry) -> int:
        """Append an entry; its index."""
        at_end = self.at_end
        self.entries.append(entry)
        self._append(entry)
        if at_end:
            self.scroll_end(animate=False, immediate=True, force=True)
        else:
            self._tell_below(self._below + 1)
        self.refresh()
        return len(self.entries) - 1

    def mark(self, index: int, mark: Mark) -> None:
        """Change the delivery mark of an own message where it stands."""
        entry = self.entries[index]
        entry.mark = mark
        self._blocks[index] = self._lay(index)
        self.refresh()

    @property
    def at_end(self) -> bool:
        """The last row is in view."""
        return self.scroll_offset.y >= self._rows - self.size.height

    def to_end(self) -> None:
        """Show the last row."""
        self.scroll_end(animate=False, immediate=True, force=True)
        self._tell_below(0)

    def page(self, direction: int) -> None:
        """Scroll by nearly a page, up (-1) or down (1)."""
        step = max(1, self.size.height - 1)
        self.scroll_to(
            y=self.scroll_offset.y + direction * step, animate=False, immediate=True, force=True
        )
        if self.at_end:
            self._tell_below(0)

    def on_resize(self, event: Resize) -> None:
        at_end = self._below == 0
        self._blocks, self._tops, self._rows = [], [], 0
        for entry in self.entries:
            self._append(entry)
        if at_end:
            self.scroll_end(animate=False, immediate=True, force=True)

    def render_line(self, y: int) -> Strip:
        row = self.scroll_offset.y + y
        if row >= self._rows:
            return Strip.blank(self.size.width)
        index = bisect_right(self._tops, row) - 1
        return self._blocks[index][row - self._tops[index]]

    def _tell_below(self, count: int) -> None:
        if count != self._below:
            self._below = count
            self.post_message(self.Below(count))

    def _append(self, entry: Entry) -> None:
        block = self._lay(len(self._blocks))
        self._tops.append(self._rows)
        self._blocks.append(block)
        self._rows += len(block)
        self.virtual_size = Size(self.size.width, self._rows)

    def _lay(self, index: int) -> list[Strip]:
        entry, width = self.entries[index], self.size.width
        if entry.kind is Kind.NOTICE:
            return list(_notice(entry, width))
        return [*self._head(index, width), *_body(entry, width)]

    def _head(self, index: int, width: int) -> Iterator[Strip]:
        entry = self.entries[index]
        before = self.entries[index - 1] if index else None
        if before is None or (before.time, before.sender) != (entry.time, entry.sender):
            row = crop(f"{entry.time} {entry.sender}", width)
            yield _strip(width, Segment(row, entry.kind.value + Style(bold=True)))


def _notice(entry: Entry, width: int) -> Iterator[Strip]:
    room = width - len(_NOTICE)
    for number, row in enumerate(wrap(entry.text, room)):
        margin = _NOTICE if number == 0 else " " * len(_NOTICE)
        text = f"{margin}{row}{' ' * (room - cell_len(row))}"
        yield _strip(width, Segment(text, entry.kind.value))


def _body(entry: Entry, width: int) -> Iterator[Strip]:
    words = entry.mark is not None and width >= _WORDS_FROM
    room = width - _MARGIN - (_WORD_COLUMN if words else 0)
    rows = [row for line in entry.text.split("\n") for row in wrap(line, room)]
    sign, word, style = entry.mark.value if entry.mark else ("▎", "", entry.kind.value)
    for number, row in enumerate(rows):
        first = number == 0
        margin = sign if first or entry.mark is None else " "
        segments = [Segment(f"{margin} ", style), Segment(row)]
        if first and words:
            gap = width - _MARGIN - cell_len(row) - len(word)
            segments += [Segment(" " * gap), Segment(word, style)]
        yield _strip(width, *segments)


def _strip(width: int, *segments: Segment) -> Strip:
    return Strip(segments).adjust_cell_length(width)
