"""A question above the present screen."""

from textual.screen import ModalScreen, ScreenResultType

from .paged import PagedScreen


class DialogScreen(PagedScreen[ScreenResultType], ModalScreen[ScreenResultType]):
    """Only the first answer counts: keys may come twice before a screen is gone."""

    def __init__(self) -> None:
        super().__init__()
        self._answered = False

    def answer(self, result: ScreenResultType) -> None:
        """Close, with this answer."""
        if not self._answered:
            self._answered = True
            self.dismiss(result)
