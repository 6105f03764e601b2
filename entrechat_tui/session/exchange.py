"""What two people give each other besides text: words that are compared, cards, a keyring."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from ..protocol import events as wire
from ..protocol.connection import Connection
from ..protocol.errors import LocalProtocolError
from ..protocol.verification import Words
from . import commands as asked
from . import events
from .endings import Reason

ExchangeCommand = (
    asked.TypedWords | asked.OfferCard | asked.AcceptCard | asked.OfferKeyring | asked.AnswerKeyring
)
_REFUSALS: dict[type[ExchangeCommand], str] = {
    asked.TypedWords: "The words were not checked: they are there to be checked once, while the "
    "conversation is open.",
    asked.OfferCard: "Your card was not offered: it can be offered once, while the conversation "
    "is open.",
    asked.AcceptCard: "The other side was not told that you took its card: it can be told once, "
    "behind its card, while the conversation is open.",
    asked.OfferKeyring: "The keyring was not offered: one at a time, of at most 1 MiB, while the "
    "conversation is open.",
    asked.AnswerKeyring: "There is no keyring to answer for: none is offered, or the conversation "
    "is not open.",
}
_TOLD: dict[type[wire.Event], Callable[..., events.Event]] = {
    wire.CardOffered: events.CardOffered,
    wire.CardAccepted: events.CardAccepted,
    wire.KeyringOffered: events.KeyringOffered,
    wire.KeyringAnswered: events.KeyringAnswered,
    wire.KeyringArrived: events.KeyringArrived,
    wire.ParcelArrived: events.KeyringDelivered,
}


def refusal(command: ExchangeCommand) -> events.Notice:
    """What a person is told whose wish comes at a wrong time."""
    return events.Notice(_REFUSALS[type(command)])


class Exchange:
    """Of one conversation. ``alarm`` is called when somebody's words were not the right ones."""

    def __init__(
        self,
        connection: Connection,
        emit: Callable[[events.Event], None],
        alarm: Callable[[Reason], None],
    ) -> None:
        self._connection = connection
        self._emit = emit
        self._alarm = alarm
        self._peers_words: Words | None = None
        self._ours: bool | None = None
        self._peers: bool | None = None

    def take(self, event: wire.Event) -> None:
        """Act on what came from the peer; an event of another kind changes nothing."""
        match event:
            case wire.WordsReady(own, peers):
                self._peers_words = peers
                self._emit(events.WordsKnown(own))
            case wire.PeerVerified(matched):
                self._peers = matched
                self._tell_checked(matched, Reason.PEER_WORDS_DIFFER)
            case _ if told := _TOLD.get(type(event)):
                self._emit(told(*vars(event).values()))

    def obey(self, command: ExchangeCommand) -> None:
        """Do what our person wants; a Notice if it cannot be done now."""
        try:
            self._obey(command)
        except LocalProtocolError:
            self._emit(refusal(command))

    def _obey(self, command: ExchangeCommand) -> None:
        match command:
            case asked.TypedWords(readings):
                self._check(readings)
            case asked.OfferCard(user):
                self._connection.offer_card(user)
            case asked.AcceptCard():
                self._connection.accept_card()
            case asked.OfferKeyring(sealed, contacts):
                self._connection.offer_keyring(sealed, contacts)
            case asked.AnswerKeyring(take):
                self._connection.answer_keyring(take)

    def _check(self, readings: Sequence[Words]) -> None:
        if self._peers_words is None or self._ours is not None:
            raise LocalProtocolError("there are no words to check")
        self._ours = self._peers_words in readings
        # A peer that said goodbye meanwhile is not told; our own person is in any case.
        with suppress(LocalProtocolError):
            self._connection.send_verified(self._ours)
        self._tell_checked(self._ours, Reason.WORDS_DIFFER)

    def _tell_checked(self, matched: bool, otherwise: Reason) -> None:
        self._emit(events.WordsChecked(self._ours, self._peers))
        if not matched:
            self._alarm(otherwise)
