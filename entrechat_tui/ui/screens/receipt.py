"""The receipt: why it ended, what was delivered, what was destroyed."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import Static

from ...session.receipt import Check, Receipt
from ..sanitise import sanitise
from ..spell import spell_elapsed
from ..widgets.keys import Keys
from .paged import PagedScreen

_SCROLLS = ("pageup", "pagedown")


class ReceiptScreen(PagedScreen[None]):
    """Any key closes it, but for those that scroll."""

    class Read(Message):
        """The person has seen it."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__()
        self._receipt = receipt
        self._made_at = Message().time

    def compose(self) -> ComposeResult:
        receipt = self._receipt
        yield Static(Content("The session is over"), classes="title")
        with VerticalScroll(can_focus=False):
            yield Static(Content.styled(sanitise(receipt.ending.sentence), "bold"), id="sentence")
            yield Static(_account(receipt), classes="paragraph")
            yield Static(Content("\n").join(map(_gone, receipt.teardown)), classes="paragraph")
        yield Keys(("any key", "closes"), ("PgUp/PgDn", "scroll"))

    def on_key(self, event: Key) -> None:
        # What was typed before the receipt was there was meant for another screen.
        if event.key not in _SCROLLS and event.time >= self._made_at:
            self.post_message(self.Read())


def _account(receipt: Receipt) -> Content:
    stages = ", ".join(f"{state.value} {spell_elapsed(took)}" for state, took in receipt.stages)
    failed = f"{receipt.failed} failed" if receipt.failed else "none failed"
    goodbye = "said goodbye" if receipt.peer_goodbye else "did not say goodbye"
    return Content(
        f"Messages: {receipt.sent} sent, {receipt.delivered} of them delivered, {failed}; "
        f"{receipt.received} received. The other side {goodbye}.\nTimes: {stages}."
    )


def _gone(check: Check) -> Content:
    mark, style = ("✓ gone:", "$success") if check.ok else ("✗ STILL THERE:", "$error bold")
    return Content.assemble((mark, style), sanitise(f" {check.what} ({check.seen})"))
