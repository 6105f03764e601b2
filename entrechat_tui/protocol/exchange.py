"""What two people give each other besides text: words, cards, a keyring (protocol.md, section 6).

That a frame may come now has been checked already (direction.py); here it is acted upon.
"""

from . import events, frames
from .card_proof import make_card, read_card_untrusted
from .errors import LocalProtocolError
from .identity import UserIdentity
from .meeting import Role
from .parcel import Shipment
from .verification import NONCE_SIZE, Verification

Outcome = tuple[events.Event | None, frames.Frame | None]


class Exchange:
    """One side's part. ``begin`` it when the handshake is complete."""

    def __init__(self, role: Role, nonce: bytes) -> None:
        if len(nonce) != NONCE_SIZE:
            raise LocalProtocolError(f"a nonce is {NONCE_SIZE} bytes")
        self._role = role
        self._nonce = nonce
        self._hash = b""
        self.shipment = Shipment()

    def begin(self, handshake_hash: bytes) -> frames.Commit:
        """What goes out behind HELLO."""
        self._hash = handshake_hash
        self._verification = Verification(self._role, self._nonce, handshake_hash)
        return frames.Commit(self._verification.commitment)

    def card(self, user: UserIdentity) -> frames.Card:
        """A card of ours, for this session alone."""
        return make_card(user, self._role, self._hash)

    def take_untrusted(self, frame: frames.Frame) -> Outcome:
        """The event that comes of the peer's frame, and our answer, where there is one."""
        match frame:
            case frames.Commit():
                self._verification.peers_commitment = frame.commitment
                return None, frames.Reveal(self._nonce)
            case frames.Reveal():
                return events.WordsReady(*self._verification.words_untrusted(frame.nonce)), None
            case frames.Card():
                card = read_card_untrusted(frame, self._role.other, self._hash)
                return events.CardOffered(card), None
            case frames.Answer():
                self.shipment.answered(frame.taken)
            case frames.Parcel():
                data = self.shipment.come(frame)
                if data is not None:
                    return events.KeyringArrived(data), frames.Arrived()
        return None, None
