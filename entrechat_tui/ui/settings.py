"""What a person chose on the command line or on the start screens."""

import os
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..protocol.meeting import Role
    from ..protocol.phrase import Phrase
    from ..session.options import SessionOptions

_NOBODY = "anonymous"


@dataclass(frozen=True)
class Settings:
    """``wait`` and ``limit`` in seconds; ``fresh``: the phrase was made just now.

    With both ``phrase`` and ``role`` a session starts at once. An empty ``name`` is a person who
    did not choose one.
    """

    network: Path | None
    wait: float
    limit: int
    name: str
    phrase: "Phrase | None"
    role: "Role | None"
    fresh: bool


def session_options(settings: Settings) -> "SessionOptions":
    """The options of a session by phrase, with an identity for this session alone.

    Raises LocalProtocolError, with a sentence, for a name that no identity can carry.
    """
    from ..protocol.identity import make_identity
    from ..protocol.meeting import phrase_secret
    from ..session.options import SessionOptions

    assert settings.phrase is not None and settings.role is not None
    name = settings.name or _NOBODY
    return SessionOptions(
        role=settings.role,
        secret=partial(phrase_secret, settings.phrase),
        user=make_identity(name, os.urandom(96), int(time.time())),
        wait=settings.wait,
        limit=settings.limit,
        network=settings.network,
        check_hosted=not settings.fresh,
    )
