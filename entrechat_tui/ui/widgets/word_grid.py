"""Words, large enough to read aloud: a few to a row, and nothing else among them."""

from textual.content import Content
from textual.widget import Widget

from ...protocol.phrase import Phrase

_COLUMN = 9
_PER_ROW = (4, 2, 1)


class WordGrid(Widget):
    """The words in rows of four, two or one. Copied, they can be typed as they are."""

    def __init__(self, words: tuple[str, ...], *, roomy: bool) -> None:
        super().__init__()
        self._words = words
        self._roomy = roomy

    def show_words(self, words: tuple[str, ...]) -> None:
        """Show other words."""
        self._words = words
        self.refresh(layout=True)

    def on_resize(self) -> None:
        self.refresh(layout=True)

    def render(self) -> Content:
        per_row = next((n for n in _PER_ROW if n * _COLUMN <= self.size.width), 1)
        words = [word.ljust(_COLUMN) for word in self._words]
        rows = ["".join(words[i : i + per_row]).rstrip() for i in range(0, len(words), per_row)]
        roomy = self._roomy and per_row > 1 and self.screen.size.height >= 20
        return Content.styled(("\n\n" if roomy else "\n").join(rows), "bold")


class PhraseGrid(WordGrid):
    """The eight words of a phrase."""

    def __init__(self, phrase: Phrase, *, roomy: bool) -> None:
        super().__init__(phrase.words, roomy=roomy)
        self.phrase = phrase

    def show(self, phrase: Phrase) -> None:
        """Show another phrase."""
        self.phrase = phrase
        self.show_words(phrase.words)
