"""Whether the peer is somebody known, and still who was known."""

from collections.abc import Sequence

from ..protocol.card import Card
from ..protocol.errors import RemoteProtocolError
from ..protocol.identity import ANONYMOUS, Identity
from ..protocol.keyring import Contact, Trust, newer_card, petname_key
from .endings import Reason, SessionFailure
from .options import SessionOptions


def recognise(peer: Identity, options: SessionOptions) -> Card | None:
    """The card by which the peer, whose identity is verified, was known; None for a stranger.

    Raises SessionFailure: PEER_REJECTED for somebody whom our person rejected, PEER_OLD_IDENTITY
    for an identity that is older than what is known, or contradicts it, PEER_IMPERSONATES for a
    stranger who takes the name of somebody known.
    """
    known = [options.expected] if options.expected else []
    for contact in options.contacts:
        if contact.identity_key == peer.identity_key:
            if contact.trust is Trust.REJECTED:
                raise SessionFailure(Reason.PEER_REJECTED)
            known.append(contact.card)
    if not known:
        _check_name(peer, options.contacts)
    for card in known:
        _check_newer(card, peer)
    return known[-1] if known else None


def _check_name(stranger: Identity, contacts: Sequence[Contact]) -> None:
    name = petname_key(stranger.username)
    for contact in contacts:
        names = {petname_key(each) for each in (contact.petname, contact.claimed_name) if each}
        if name in names - {petname_key(ANONYMOUS)}:
            raise SessionFailure(Reason.PEER_IMPERSONATES, name=contact.petname)


def _check_newer(known: Card, peer: Identity) -> None:
    try:
        newer_card(known, peer)
    except RemoteProtocolError as error:
        raise SessionFailure(Reason.PEER_OLD_IDENTITY, why=str(error)) from None
