"""What a person chose before a session starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..protocol.card import Card
from ..protocol.identity import UserIdentity
from ..protocol.keyring import Contact
from ..protocol.meeting import Role


@dataclass(frozen=True)
class SessionOptions:
    """``secret`` makes the 32-byte pair secret; it is slow and runs in a worker thread.

    ``wait`` and ``limit`` are seconds. ``check_hosted``: ask first whether somebody hosts with
    this secret already. ``expected``: the card that was called, if one was called.
    ``contacts``: whom our person knows, so that the peer is recognised, or refused.
    """

    role: Role
    secret: Callable[[], bytes] = field(repr=False)
    user: UserIdentity = field(repr=False)
    wait: float
    limit: int
    network: Path | None
    check_hosted: bool
    expected: Card | None = None
    contacts: tuple[Contact, ...] = ()
