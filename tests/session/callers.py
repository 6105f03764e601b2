"""People with identities that they keep, and calls between them."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import trio

from entrechat_tui.protocol.identity import UserIdentity, make_identity, rotate
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.session.calling import call_options
from entrechat_tui.session.options import SessionOptions
from entrechat_tui.session.receipt import Receipt

from .people import Person, start


def somebody(name: str = "somebody") -> UserIdentity:
    """A fresh identity."""
    return make_identity(name, os.urandom(96), int(time.time()))


def two_people() -> dict[Role, UserIdentity]:
    """Two fresh identities by the part that each has in a call."""
    low, high = sorted((somebody("Ada"), somebody("Bob")), key=lambda u: u.identity.identity_key)
    return {Role.HOST: low, Role.DIALER: high}


def renewed(user: UserIdentity) -> UserIdentity:
    """The next version of an identity that kept its meeting key."""
    return rotate(user, os.urandom(32) + user.private_meeting_key, int(time.time()))


def call(network: Path, own: UserIdentity, peer: object, **changes: object) -> SessionOptions:
    """What a person chose who calls; ``peer`` is an identity with its keys, or a card."""
    card = peer.identity if isinstance(peer, UserIdentity) else peer
    chosen = {"wait": 60.0, "limit": 3600, "network": network} | changes
    return call_options(own, card, **chosen)


def answer(
    network: Path, caller: UserIdentity, card: UserIdentity, shown: UserIdentity, **changes: object
) -> SessionOptions:
    """``card`` is called back by somebody who knows its secret and shows another identity."""
    return replace(call(network, card, caller, **changes), user=shown, expected=None)


@asynccontextmanager
async def both(*chosen: SessionOptions) -> AsyncIterator[list[Person]]:
    """Two sessions side by side; on the way out both must have ended."""
    async with trio.open_nursery() as nursery:
        people = [start(nursery, each) for each in chosen]
        yield people
        for person in people:
            await person.receipt()


async def receipts(*people: Person) -> list[Receipt]:
    """How their sessions ended."""
    return [await person.receipt() for person in people]
