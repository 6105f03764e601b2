"""What a person of a conversation does besides writing: verify the other, give and keep cards.

The dialogs are opened from here, and what they answer is done here. A keyring file is written only
behind an answer of the person's, in a thread, and a notice says so.
"""

import asyncio
import time
from collections.abc import Callable

from textual.screen import Screen

from ...protocol.card import ShortCard
from ...protocol.errors import LocalProtocolError, RemoteProtocolError
from ...protocol.identity import Identity
from ...protocol.keyring import Keyring, Trust, saw_contact, set_trust
from ...protocol.verification import Words
from ...session import events
from ...session.commands import AcceptCard, Command, OfferCard
from ...session.endings import SessionFailure
from ..people import Peer
from ..sanitise import sanitise
from ..unlocked import Unlocked
from .keep import KeepScreen, put_card
from .verify import VerifyScreen

NO_KEYRING = "There is no keyring open: start with --keyring FILE (entrechat id new makes one)."
_NO_OWN = "Your keyring holds no identity, so there is no card to give: entrechat id new makes one."
_NO_WORDS = "The words are not there yet: they come when both programs have spoken."
_SIGNED = "Their signed card came with this call: until now you had their short one."
_NEW_KEYS = "Their keys are new, signed with the identity key that you know."
_UNMASKED = "The words were not the right ones: nothing of this session is kept."
_NO_CARD = "They have not offered a card. They press F4 for that."


class Exchange:
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
        self._unlocked = peer.unlocked
        self._tell = tell
        self._notice = notice
        self._words: Words | None = None
        self._verifying: VerifyScreen | None = None
        self._card: Identity | None = peer.renewed.identity if peer.renewed else None
        self._card_is_offered = False
        self._card_given = False

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys that do something now, what waits for an answer first."""
        keeping = (("F5", "keep card"),) if self._card and self._unlocked else ()
        giving = (("F4", "give card"),) if self._unlocked and not self._card_given else ()
        return (*keeping, ("F3", "verify"), *giving)

    def take(self, event: events.Event) -> None:
        """Take note of what came, and say it."""
        match event:
            case events.WordsKnown(own):
                self._words = own
            case events.WordsChecked():
                self._peer.checked = event
                self._tell_checked()
            case events.CardOffered(identity):
                self._card, self._card_is_offered = identity, True
                self._notice(f"“{self._peer.name}” offers a card. {self._how_to_keep()}")
            case events.CardAccepted():
                self._notice(f"“{self._peer.name}” keeps your card, and can call you from now on.")

    def opened(self) -> None:
        """Say that the peer's card is a newer one; keep the time, if the owner wants times kept."""
        if self._peer.renewed is not None:
            short = isinstance(self._peer.renewed.known, ShortCard)
            self._notice(f"{_SIGNED if short else _NEW_KEYS} {self._how_to_keep()}")
        contact, unlocked = self._peer.contact, self._unlocked
        if unlocked is not None and contact is not None and unlocked.keyring.remember_times:
            key, now = contact.identity_key, int(time.time())
            self._write(lambda keyring: saw_contact(keyring, key, now), "The time is noted")

    # Words.

    def verify(self) -> None:
        """Open the dialog of the words."""
        if self._words is None:
            self._notice(_NO_WORDS)
            return
        self._verifying = VerifyScreen(self._words, self._peer, self._tell)
        self._screen.app.push_screen(self._verifying, self._trust_if)

    def _tell_checked(self) -> None:
        if self._verifying is not None and self._verifying.is_attached:
            self._verifying.update()
        checked = self._peer.checked
        if self._peer.verified:
            self._notice("Verified on both sides: nobody stands between you.")
        elif checked.peers and checked.ours is None:
            self._notice("They typed your words, and they are right. Type theirs: F3.")

    def _trust_if(self, trust: bool | None) -> None:
        contact = self._peer.contact
        if trust and contact is not None:
            name = contact.petname
            self._write(
                lambda keyring: set_trust(keyring, name, Trust.TRUSTED),
                f"{self._peer.name} is marked as trusted",
            )

    # Cards.

    def give_card(self) -> None:
        """Offer the owner's card to the peer."""
        own = self._unlocked.own if self._unlocked else None
        if own is None:
            self._notice(_NO_OWN if self._unlocked else NO_KEYRING)
        elif self._card_given:
            self._notice("You gave them your card already.")
        else:
            self._card_given = True
            self._tell(OfferCard(own))
            self._notice("You offered your card. They keep it with F5.")

    def keep_card(self) -> None:
        """Ask under which name the peer's card is to be kept."""
        if self._unlocked is None:
            self._notice(NO_KEYRING)
        elif self._peer.unmasked:
            self._notice(_UNMASKED)
        elif self._card is None:
            self._notice(_NO_CARD)
        else:
            self._screen.app.push_screen(KeepScreen(self._card, self._unlocked), self._keep_if)

    def _how_to_keep(self) -> str:
        return "F5 keeps it." if self._unlocked else f"It cannot be kept. {NO_KEYRING}"

    def _keep_if(self, petname: str | None) -> None:
        card = self._card
        if petname is None or card is None or self._unlocked is None:
            return
        known = self._unlocked.contact(card.identity_key)
        if self._peer.unmasked:
            self._notice(_UNMASKED)
        elif known is not None and known.card == card:
            self._card_kept()
            self._notice("They know now that you have their card.")
        else:
            self._write(
                lambda keyring: put_card(keyring, petname, card),
                f"The card of “{sanitise(petname)}” is kept",
                self._card_kept,
            )

    def _card_kept(self) -> None:
        self._card = None
        if self._card_is_offered:
            self._card_is_offered = False
            self._tell(AcceptCard())

    # The file.

    def _write(
        self,
        make: Callable[[Keyring], Keyring],
        done: str,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        assert self._unlocked is not None
        self._screen.run_worker(self._change(self._unlocked, make, done, then))

    async def _change(
        self,
        unlocked: Unlocked,
        make: Callable[[Keyring], Keyring],
        done: str,
        then: Callable[[], None],
    ) -> None:
        path = sanitise(str(unlocked.path))
        try:
            await asyncio.to_thread(unlocked.change, make)
        except SessionFailure as failure:
            self._notice(f"Nothing was kept. {sanitise(failure.ending.sentence)}")
        except (LocalProtocolError, RemoteProtocolError) as error:
            self._notice(f"Nothing was kept. {sanitise(str(error))}")
        else:
            then()
            self._notice(f"{done}: {path} was written.")
