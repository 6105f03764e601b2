"""A keyring that goes to its owner's other machine, as the conversation sees it."""

from collections.abc import Callable
from pathlib import Path

from textual.screen import Screen

from ...protocol.errors import RemoteProtocolError
from ...session import events
from ...session.commands import AnswerKeyring, Command, OfferKeyring
from ...session.endings import SessionFailure
from ...session.keyring_file import keep_sealed_untrusted
from ..people import Peer
from ..sanitise import sanitise
from ..unlocked import ONE_PLACE, Unlocked
from .exchange import NO_KEYRING
from .transfer import GiveKeyringScreen, TakeKeyringScreen, Taken, count

_COMING = "The keyring is on its way."


class Moving:
    """Of one conversation. ``notice`` puts a sentence into the transcript."""

    def __init__(
        self,
        screen: Screen[None],
        peer: Peer,
        tell: Callable[[Command], None],
        notice: Callable[[str], None],
    ) -> None:
        self._screen = screen
        self._peer = peer
        self._tell = tell
        self._notice = notice
        self._offer: events.KeyringOffered | None = None
        self._path: Path | None = None
        self._arrived: bytes | None = None

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The key of what waits for an answer."""
        return (("F6", "their keyring"),) if self._offer and self._path is None else ()

    def take(self, event: events.Event) -> None:
        """Take note of what came, and say it."""
        match event:
            case events.KeyringOffered(size, contacts):
                self._offer, self._path = event, None
                self._notice(
                    f"“{self._peer.name}” offers a sealed keyring, {size:,} bytes with "
                    f"{count(contacts)}. F6 takes or declines it."
                )
            case events.KeyringAnswered(taken):
                self._notice("They take the keyring." if taken else "They do not take the keyring.")
            case events.KeyringArrived(sealed):
                self._arrived = sealed
                self._keep()
            case events.KeyringDelivered():
                self._notice(f"The other machine has all of the keyring. {ONE_PLACE}")

    def transfer(self) -> None:
        """Answer the keyring that is offered, or offer one's own."""
        if self._offer is not None:
            self._answer(self._offer)
        elif self._peer.unlocked is not None:
            self._give(self._peer.unlocked)
        else:
            self._notice(NO_KEYRING)

    def _give(self, unlocked: Unlocked) -> None:
        try:
            sealed = unlocked.sealed()
        except SessionFailure as failure:
            self._notice(sanitise(failure.ending.sentence))
            return

        def give(confirmed: bool | None) -> None:
            if confirmed:
                self._tell(OfferKeyring(sealed, len(unlocked.keyring.contacts)))
                self._notice("You offered your keyring. They take or decline it with F6.")

        self._screen.app.push_screen(GiveKeyringScreen(unlocked, self._peer, len(sealed)), give)

    def _answer(self, offer: events.KeyringOffered) -> None:
        if self._path is not None:
            self._notice(_COMING)
            return
        dialog = TakeKeyringScreen(self._peer, offer.size, offer.contacts)
        self._screen.app.push_screen(dialog, self._take_if)

    def _take_if(self, taken: Taken | None) -> None:
        if taken is None:
            return
        self._path = taken.path
        if self._arrived is None:
            self._tell(AnswerKeyring(taken.path is not None))
        if taken.path is None:
            self._offer = self._arrived = None
        self._keep()

    def _keep(self) -> None:
        """Write what has arrived; another file may be named if it cannot be written there."""
        if self._arrived is None or self._path is None:
            return
        try:
            keep_sealed_untrusted(self._path, self._arrived)
        except SessionFailure as failure:
            self._path = None
            self._notice(f"{sanitise(failure.ending.sentence)} Name another file: F6.")
            return
        except RemoteProtocolError as error:
            self._notice(f"What came {error}. Nothing was written.")
        else:
            self._notice(
                f"The keyring is in {sanitise(str(self._path))}, sealed with the passphrase that "
                f"it has on the other machine. {ONE_PLACE}"
            )
        self._offer = self._arrived = None
