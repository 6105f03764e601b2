"""A call: a session with somebody whose card one has."""

from functools import partial
from pathlib import Path

from ..protocol.card import Card
from ..protocol.errors import LocalProtocolError, RemoteProtocolError
from ..protocol.identity import UserIdentity
from ..protocol.keyring import Contact, Trust
from ..protocol.pair import card_role, card_secret
from ..protocol.passphrase import passphrase_bytes
from .options import SessionOptions


def call_options(
    own: UserIdentity,
    card: Card,
    passphrase: str | None = None,
    *,
    contacts: tuple[Contact, ...] = (),
    wait: float,
    limit: int,
    network: Path | None,
) -> SessionOptions:
    """The options of a session with the owner of ``card``, who has to call at the same time.

    ``passphrase``: what both know besides. ``contacts``: whom the keyring knows. Raises
    LocalProtocolError, with a sentence, for one's own card, one that cannot be called, the card
    of somebody rejected, and an empty passphrase.
    """
    for contact in contacts:
        if contact.identity_key == card.identity_key and contact.trust is Trust.REJECTED:
            raise LocalProtocolError(
                f"You rejected {contact.petname}: there is no session with whoever holds that "
                "identity key. If you were wrong, entrechat card trust takes it back."
            )
    try:
        card_secret(own, card, None)
    except RemoteProtocolError:
        raise LocalProtocolError(
            "This card cannot be called: its meeting key is not a good one."
        ) from None
    if passphrase is not None:
        passphrase_bytes(passphrase)
    return SessionOptions(
        role=card_role(own, card),
        secret=partial(card_secret, own, card, passphrase),
        user=own,
        wait=wait,
        limit=limit,
        network=network,
        # What is left of an earlier call in the same slot would look like somebody else.
        check_hosted=False,
        expected=card,
        contacts=contacts,
    )
