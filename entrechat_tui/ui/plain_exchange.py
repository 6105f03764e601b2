"""Words, cards and keyrings in plain mode: what a line that begins with / does, and what is said.

Whatever takes time (a keyring file) runs one after the other beside the session. Nothing is
written but what a command names, and the times of meetings if the keyring's owner keeps them.
"""

import math
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import trio

from ..protocol.errors import ProtocolError, RemoteProtocolError
from ..protocol.identity import Identity
from ..protocol.keyring import (
    Keyring,
    add_contact,
    contact_of,
    saw_contact,
    update_card,
)
from ..protocol.verification import Words
from ..session import events
from ..session.commands import (
    AcceptCard,
    AnswerKeyring,
    AskCircuits,
    Command,
    OfferCard,
    OfferKeyring,
    TypedWords,
)
from ..session.endings import SessionFailure
from ..session.keyring_file import check_free, keep_sealed_untrusted
from .lookalikes import contact_warnings
from .people import Peer
from .sanitise import sanitise_name
from .status import spell_key, words_line
from .unlocked import Unlocked
from .words import heard, preferred_lists

_UNKNOWN = (
    "not sent: there is no such command. There are /words, /typed, /card, /accept, /keyring, "
    "/take, /refuse, /path and /bye; // at the beginning stands for a /"
)
_NO_KEYRING = "no keyring is open; start with --keyring FILE"
_BAD = "the name of a file stands behind it: /take FILE"


class Refused(Exception):
    """The command cannot be obeyed; the message says why."""


class PlainExchange:
    """``ask`` passes a command to the session, ``say`` prints status lines.

    ``settled`` is called when nothing is under way any more that the end of input waits for.
    """

    def __init__(
        self,
        unlocked: Unlocked | None,
        ask: Callable[[Command], None],
        say: Callable[[str], None],
        settled: Callable[[], None],
    ) -> None:
        self._unlocked = unlocked
        self._ask = ask
        self._say = say
        self._settled = settled
        self._ready = trio.Event()
        self._checked = trio.Event()
        self._add_job, self._jobs = trio.open_memory_channel[Callable[[], Awaitable[None]]](
            math.inf
        )
        self._waiting_jobs = 0
        self._peer: Peer | None = None
        self._words: Words | None = None
        self._offered_card: Identity | None = None
        self._keyring_offered = self._keyring_goes = False
        self._destination: Path | None = None
        self._unsaved: bytes | None = None

    @property
    def busy(self) -> bool:
        """Something is under way that a goodbye would cut off."""
        return bool(self._waiting_jobs or self._keyring_goes or self._destination)

    @property
    def name(self) -> str:
        """How the peer is called in what is printed."""
        return self._peer.name if self._peer else ""

    # What the session says.

    def take(self, event: events.Event) -> None:
        """Take note of an event, and say what the keyring has to add to it."""
        match event:
            case events.PeerKnown(name, key):
                self._peer = Peer(name, key, self._unlocked)
                self._introduce(self._peer)
            case events.PeerRenewed():
                assert self._peer is not None
                self._peer.renewed = event
                self._say(_renewed_line(event))
            case events.WordsChecked():
                assert self._peer is not None
                self._peer.checked = event
                if event.ours is not None:
                    self._checked.set()
            case events.WordsKnown(own):
                self._words = own
                self._ready.set()
            case events.CardOffered(identity):
                self._offered_card = identity
                self._introduce_card(identity)
            case events.KeyringOffered():
                self._keyring_offered = True
            case events.KeyringAnswered(False) | events.KeyringDelivered():
                self._keyring_goes = False
                self._settled()
            case events.KeyringArrived(sealed) if self._destination is not None:
                self._add(partial(self._keep_keyring, sealed, self._destination))

    def _introduce(self, peer: Peer) -> None:
        if contact := peer.contact:
            trust = contact.trust.name.lower()
            self._say(f"peer: you know this identity key as {peer.name}, trust: {trust}")
        for warning in peer.warnings():
            self._say(f"WARNING: {warning}")

    def _introduce_card(self, card: Identity) -> None:
        name = sanitise_name(card.username)
        self._say(f"card: offered, version {card.version}; its owner claims the name {name}")
        self._say(f"card: identity key {spell_key(card.identity_key)}")
        peer = Peer(card.username, card.identity_key, self._unlocked)
        if peer.contact:
            self._say(f"card: you know this identity key as {peer.name}")
        for warning in peer.warnings():
            self._say(f"WARNING: {warning}")

    # What a person types.

    def obey(self, line: str) -> None:
        """Do what the line says, as soon as the conversation is open."""
        self._add(partial(self._obey, line))

    async def run(self) -> None:
        """Do one thing after the other."""
        async for job in self._jobs:
            await self._ready.wait()
            try:
                await job()
            except (Refused, ProtocolError, SessionFailure) as error:
                self._say(f"not done: {error}")
            self._waiting_jobs -= 1
            self._settled()

    def _add(self, job: Callable[[], Awaitable[None]]) -> None:
        self._waiting_jobs += 1
        self._add_job.send_nowait(job)

    async def _obey(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        match command, rest.strip():
            case "/words", "":
                self._say_words()
            case "/typed", words:
                await self._check_words(words)
            case "/card", "":
                self._offer_card()
            case "/accept", name:
                await self._accept(name)
            case "/keyring", "":
                await self._offer_keyring()
            case "/take", file:
                await self._take_keyring(file)
            case "/refuse", "":
                self._answer_keyring(take=False)
            case "/path", "":
                self._ask(AskCircuits())
            case _:
                self._say(_UNKNOWN)

    def _say_words(self) -> None:
        assert self._words is not None
        self._say(words_line(self._words))

    async def _check_words(self, typed: str) -> None:
        readings = heard(typed, preferred_lists())
        if self._checked.is_set():
            raise Refused("you typed the words already")
        self._ask(TypedWords(tuple(words for words, _ in readings)))
        # What is typed behind it may depend on it.
        await self._checked.wait()

    # Cards.

    def _offer_card(self) -> None:
        own = self._open_keyring.own
        if own is None:
            raise Refused("there is no identity in your keyring; entrechat id new makes one")
        self._ask(OfferCard(own))

    async def _accept(self, name: str) -> None:
        if self._peer is not None and self._peer.unmasked:
            raise Refused("the words were not the right ones: nothing of this session is kept")
        card = self._card_to_keep()
        await self._change(partial(_put, name, card))
        if self._offered_card is not None:
            self._offered_card = None
            self._ask(AcceptCard())
        keyring = self._open_keyring.keyring
        contact = contact_of(keyring, card.identity_key)
        assert contact is not None
        self._say(f"kept: {sanitise_name(contact.petname)}, in {self._open_keyring.path}")
        for warning in contact_warnings(keyring, contact):
            self._say(f"WARNING: {warning}")

    def _card_to_keep(self) -> Identity:
        """The card that was offered, or the newer one that somebody known has shown."""
        if self._offered_card is not None:
            return self._offered_card
        if self._peer is None or self._peer.renewed is None:
            raise Refused("no card was offered")
        return self._peer.renewed.identity

    # Keyrings.

    async def _offer_keyring(self) -> None:
        if self._keyring_goes:
            raise Refused("your keyring is offered already")
        keyring = self._open_keyring
        sealed = await trio.to_thread.run_sync(keyring.sealed)
        self._keyring_goes = True
        self._ask(OfferKeyring(sealed, len(keyring.keyring.contacts)))

    async def _take_keyring(self, file: str) -> None:
        if not file or "\0" in file:
            raise Refused(_BAD)
        path = Path(file)
        check_free(path)
        if self._unsaved is not None:
            await self._keep_keyring(self._unsaved, path)
        else:
            self._answer_keyring(take=True)
            self._destination = path

    def _answer_keyring(self, *, take: bool) -> None:
        if not self._keyring_offered:
            raise Refused("no keyring is offered")
        self._keyring_offered = False
        self._ask(AnswerKeyring(take))

    async def _keep_keyring(self, sealed: bytes, path: Path) -> None:
        # Until it is in a file: another name may serve where the first one did not.
        self._destination, self._unsaved = None, sealed
        try:
            await trio.to_thread.run_sync(keep_sealed_untrusted, path, sealed)
        except RemoteProtocolError as error:
            raise Refused(f"what came {error}") from None
        self._unsaved = None
        self._say(f"kept: the keyring, sealed as it was, in {path}")

    # The keyring file.

    @property
    def _open_keyring(self) -> Unlocked:
        if self._unlocked is None:
            raise Refused(_NO_KEYRING)
        return self._unlocked

    async def _change(self, make: Callable[[Keyring], Keyring]) -> None:
        await trio.to_thread.run_sync(self._open_keyring.change, make)

    async def keep_time(self) -> None:
        """Write down when somebody known was met, if the keyring's owner keeps times."""
        peer, unlocked = self._peer, self._unlocked
        if unlocked is None or peer is None or peer.contact is None or not self._ready.is_set():
            return
        if peer.unmasked:
            return
        if unlocked.keyring.remember_times:
            now = int(time.time())
            try:
                await self._change(partial(saw_contact, identity_key=peer.identity_key, now=now))
            except SessionFailure as error:
                self._say(f"not kept: {error}")
                return
            self._say(f"kept: that you met {peer.name} today, in {unlocked.path}")


def _put(name: str, card: Identity, keyring: Keyring) -> Keyring:
    if contact_of(keyring, card.identity_key):
        return update_card(keyring, card)
    if not name:
        raise Refused("say what you call them: /accept NAME")
    return add_contact(keyring, name, card)


def _renewed_line(event: events.PeerRenewed) -> str:
    known, now = event.known, event.identity
    if known.version == now.version:
        return "card: their name came, signed, with their identity; /accept keeps it"
    return (
        f"card: THEIR KEYS ARE NEW: version {now.version}, known was {known.version}, signed under "
        "the same identity key; /accept keeps them"
    )
