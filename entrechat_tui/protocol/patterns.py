"""The handshake patterns of Noise (revision 34, sections 7 and 18) as data."""

import re
from dataclasses import dataclass
from functools import cache

from .errors import LocalProtocolError

# Each row: the static key that the responder knows beforehand (the initiator's pre-message), the
# one that the initiator knows (the responder's), then the messages, the initiator's first.
PATTERNS: dict[str, tuple[str, ...]] = {
    # 7.4: one-way
    "N": ("", "s", "e es"),
    "K": ("s", "s", "e es ss"),
    "X": ("", "s", "e es s ss"),
    # 7.5: interactive, fundamental
    "NN": ("", "", "e", "e ee"),
    "NK": ("", "s", "e es", "e ee"),
    "NX": ("", "", "e", "e ee s es"),
    "KN": ("s", "", "e", "e ee se"),
    "KK": ("s", "s", "e es ss", "e ee se"),
    "KX": ("s", "", "e", "e ee se s es"),
    "XN": ("", "", "e", "e ee", "s se"),
    "XK": ("", "s", "e es", "e ee", "s se"),
    "XX": ("", "", "e", "e ee s es", "s se"),
    "IN": ("", "", "e s", "e ee se"),
    "IK": ("", "s", "e es s ss", "e ee se"),
    "IX": ("", "", "e s", "e ee se s es"),
    # 18.1: interactive, deferred
    "NK1": ("", "s", "e", "e ee es"),
    "NX1": ("", "", "e", "e ee s", "es"),
    "K1N": ("s", "", "e", "e ee", "se"),
    "K1K": ("s", "s", "e es", "e ee", "se"),
    "KK1": ("s", "s", "e", "e ee se es"),
    "K1K1": ("s", "s", "e", "e ee es", "se"),
    "K1X": ("s", "", "e", "e ee s es", "se"),
    "KX1": ("s", "", "e", "e ee se s", "es"),
    "K1X1": ("s", "", "e", "e ee s", "se es"),
    "X1N": ("", "", "e", "e ee", "s", "se"),
    "X1K": ("", "s", "e es", "e ee", "s", "se"),
    "XK1": ("", "s", "e", "e ee es", "s se"),
    "X1K1": ("", "s", "e", "e ee es", "s", "se"),
    "X1X": ("", "", "e", "e ee s es", "s", "se"),
    "XX1": ("", "", "e", "e ee s", "es s se"),
    "X1X1": ("", "", "e", "e ee s", "es s", "se"),
    "I1N": ("", "", "e s", "e ee", "se"),
    "I1K": ("", "s", "e es s", "e ee", "se"),
    "IK1": ("", "s", "e s", "e ee se es"),
    "I1K1": ("", "s", "e s", "e ee es", "se"),
    "I1X": ("", "", "e s", "e ee s es", "se"),
    "IX1": ("", "", "e s", "e ee se s", "es"),
    "I1X1": ("", "", "e s", "e ee s", "se es"),
}

_NAME = re.compile(r"([A-Z0-9]+)((?:psk[0-9](?:\+psk[0-9])*)?)")


@dataclass(frozen=True)
class Pattern:
    """The static keys known beforehand, each message's tokens, and how many of those are psk."""

    name: str
    initiator_known: bool
    responder_known: bool
    messages: tuple[tuple[str, ...], ...]
    psks: int

    def needs(self, initiator: bool) -> frozenset[str]:
        """The keys that a side brings: of its own ``s`` and ``e``, and the peer's ``rs``."""
        sent = {token for tokens in self.messages[not initiator :: 2] for token in tokens}
        known = (self.initiator_known, self.responder_known)
        own_known, peer_known = known if initiator else known[::-1]
        keys = sent & {"s", "e"}
        return frozenset(keys | ({"s"} if own_known else set()) | ({"rs"} if peer_known else set()))


@cache
def find_pattern(name: str) -> Pattern:
    """The pattern of a name like ``XX``, ``XK1`` or ``NNpsk0+psk2``; LocalProtocolError if none."""
    match = _NAME.fullmatch(name)
    if match is None or match[1] not in PATTERNS:
        raise LocalProtocolError(f"{name} is not a pattern of the table")
    initiator_pre, responder_pre, *rows = PATTERNS[match[1]]
    messages = [row.split() for row in rows]
    places = [int(digit) for digit in re.findall("[0-9]", match[2])]
    for place in places:
        _add_psk(messages, place, name)
    known = bool(initiator_pre), bool(responder_pre)
    return Pattern(name, *known, tuple(map(tuple, messages)), len(places))


def _add_psk(messages: list[list[str]], place: int, name: str) -> None:
    """psk0 opens the first message; psk1, psk2, … close the first, second, … (section 9.4)."""
    if place > len(messages):
        raise LocalProtocolError(f"{name} has no message {place}")
    if place == 0:
        messages[0].insert(0, "psk")
    else:
        messages[place - 1].append("psk")
