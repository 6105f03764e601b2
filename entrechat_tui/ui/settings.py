"""What a person chose on the command line or on the start screens."""

import os
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..protocol.card import Card
    from ..protocol.identity import UserIdentity
    from ..protocol.keyring import Contact
    from ..protocol.meeting import Role
    from ..protocol.phrase import Phrase
    from ..session.options import SessionOptions
    from .unlocked import Unlocked


@dataclass(frozen=True)
class Settings:
    """``wait`` and ``limit`` in seconds; ``fresh``: the phrase was made just now.

    With both ``phrase`` and ``role``, or with ``called``, a session starts at once. An empty
    ``name`` is a person who did not choose one. ``keyring`` is a file that still has to be
    opened, ``unlocked`` one that is; the identity in it goes before ``name``. ``shared``: the
    passphrase that both sides of a call know, if they agreed on one.
    """

    network: Path | None
    wait: float
    limit: int
    name: str
    phrase: "Phrase | None"
    role: "Role | None"
    fresh: bool
    keyring: Path | None = None
    unlocked: "Unlocked | None" = None
    called: "Card | None" = None
    shared: str | None = field(default=None, repr=False)


def session_options(settings: Settings) -> "SessionOptions":
    """The options of a call or of a session by phrase.

    Raises LocalProtocolError, with a sentence, for a name that no identity can carry, and for a
    call that cannot be made.
    """
    return _call(settings) if settings.called is not None else _meeting(settings)


def _meeting(settings: Settings) -> "SessionOptions":
    from ..protocol.meeting import phrase_secret
    from ..session.options import SessionOptions

    assert settings.phrase is not None and settings.role is not None
    return SessionOptions(
        role=settings.role,
        secret=partial(phrase_secret, settings.phrase),
        user=_own(settings) or _for_this_session(settings.name),
        wait=settings.wait,
        limit=settings.limit,
        network=settings.network,
        check_hosted=not settings.fresh,
        contacts=_contacts(settings),
    )


def _call(settings: Settings) -> "SessionOptions":
    from ..protocol.errors import LocalProtocolError
    from ..session.calling import call_options

    own = _own(settings)
    if own is None or settings.called is None:
        raise LocalProtocolError("A call needs an identity of your own in the keyring file.")
    return call_options(
        own,
        settings.called,
        settings.shared,
        contacts=_contacts(settings),
        wait=settings.wait,
        limit=settings.limit,
        network=settings.network,
    )


def _contacts(settings: Settings) -> "tuple[Contact, ...]":
    return settings.unlocked.keyring.contacts if settings.unlocked is not None else ()


def _own(settings: Settings) -> "UserIdentity | None":
    return settings.unlocked.own if settings.unlocked is not None else None


def _for_this_session(name: str) -> "UserIdentity":
    from ..protocol.identity import ANONYMOUS, make_identity

    return make_identity(name or ANONYMOUS, os.urandom(96), int(time.time()))
