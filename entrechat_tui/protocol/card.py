"""A card: who somebody is, as one line of text that any channel can carry (protocol.md).

It is copied out of mails and messages, so whatever stands between its characters does not matter:
spaces, line breaks, quoting marks, brackets, soft hyphens. It says how long it is, so that its end
is found in a sentence, and one that was cut is told apart from one that was mistyped.
"""

import re
from dataclasses import dataclass

from .errors import LocalProtocolError, RemoteProtocolError
from .identity import IDENTITY_MAX, Identity, decode_identity_untrusted, encode_identity
from .phrase import fold
from .primitives import KEY_SIZE, sha256

LINK = "entrechat:"
SHORT_SIZE = 66
SHORT_VERSION_MAX = 2**15 - 1

_HEAD_SIZE = 2
_CHECKSUM_SIZE = 4
_LABEL = b"entrechat card"
_SHORT = 2**15
# Crockford's base32, and his reading of the letters that are left out.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)} | {"i": 1, "l": 1, "o": 0}
_HEAD_LETTERS = 4
_NOISE = re.compile(r"[\W_]+")
_MARK = re.compile(r"[\W_]*".join("entrechat") + r"[^\w:]*:")


class CardError(LocalProtocolError):
    """No card can be had from this. The message is a sentence for the person who brought it."""


@dataclass(frozen=True)
class ShortCard:
    """What is needed to call somebody and to know who answers, small enough for a QR code.

    It has no name and is not signed: the identity that comes in the first handshake is. That has
    this version or a higher one.
    """

    identity_key: bytes
    meeting_key: bytes
    version: int


Card = Identity | ShortCard


def short_card(card: Card) -> ShortCard:
    """The short form of a card."""
    version = min(card.version, SHORT_VERSION_MAX)
    return ShortCard(card.identity_key, card.meeting_key, version)


def encode_card(card: Card) -> bytes:
    """The card as a keyring keeps it; only a short one has SHORT_SIZE bytes."""
    if isinstance(card, Identity):
        return encode_identity(card)
    return _head(_SHORT | card.version) + card.identity_key + card.meeting_key


def decode_card_untrusted(data: bytes) -> Card:
    """The card in ``data``, its signature verified if it has one. Raises RemoteProtocolError."""
    if len(data) != SHORT_SIZE:
        return decode_identity_untrusted(data)
    version = int.from_bytes(data[:_HEAD_SIZE], "big") - _SHORT
    if version < 1:
        raise RemoteProtocolError("the version of the short card is not a number from 1 on")
    keys = data[_HEAD_SIZE:]
    return ShortCard(keys[:KEY_SIZE], keys[KEY_SIZE:], version)


def card_link(card: Card) -> str:
    """The card as text: one line without spaces."""
    data = encode_card(card)
    body = _head(len(data)) + data if isinstance(card, Identity) else data
    return LINK + _letters(body + _checksum(body))


def parse_card_untrusted(text: str) -> Card:
    """The one card in ``text``, which may hold much else. Raises CardError."""
    pieces = [_NOISE.sub("", piece) for piece in _MARK.split(fold(text))[1:]]
    if not pieces:
        raise CardError(f"There is no card in this: a card begins with {LINK}")
    # The word may also stand in a sentence; what is wrong is said of the longest candidate.
    cards, fault = [], None
    for piece in sorted(pieces, key=len, reverse=True):
        try:
            cards.append(_read_untrusted(piece))
        except CardError as error:
            fault = fault or error
    match list(dict.fromkeys(cards)):
        case [card]:
            return card
        case []:
            assert fault is not None
            raise fault
        case several:
            raise CardError(f"There are {len(several)} different cards in this: take one of them.")


def _read_untrusted(piece: str) -> Card:
    """The card whose letters ``piece`` begins with."""
    letters = next((piece[:at] for at, char in enumerate(piece) if char not in _DIGITS), piece)
    size = _size_untrusted(letters)
    length = _length(size)
    if len(letters) < length:
        raise CardError(_cut_sentence(piece, len(letters), length))
    data = _data(letters[:length], size)
    body, checksum = data[:-_CHECKSUM_SIZE], data[-_CHECKSUM_SIZE:]
    if checksum != _checksum(body):
        raise CardError(
            "The checksum of this card is wrong: a character of it was changed, added or lost."
        )
    try:
        return decode_card_untrusted(body if len(body) == SHORT_SIZE else body[_HEAD_SIZE:])
    except RemoteProtocolError as error:
        raise CardError(f"This card is as it was made, but not a good one: {error}.") from None


def _size_untrusted(letters: str) -> int:
    """How many bytes the card has, with its checksum, as its first letters say."""
    if len(letters) < _HEAD_LETTERS:
        raise CardError("This card is cut short: there is next to nothing of it.")
    head = int.from_bytes(_data(letters[:_HEAD_LETTERS], _HEAD_SIZE), "big")
    if head & _SHORT:
        return SHORT_SIZE + _CHECKSUM_SIZE
    if head > IDENTITY_MAX:
        raise CardError(
            "This card begins as none does: a character was changed there, or it was made by a "
            "later version of Entrechat."
        )
    return _HEAD_SIZE + head + _CHECKSUM_SIZE


def _cut_sentence(piece: str, at: int, length: int) -> str:
    if at == len(piece):
        return f"This card is cut short: {at} of its {length} characters are there."
    return (
        f"This card stops after {at} of its {length} characters, at “{piece[at]}”, which stands "
        "in no card: it was cut short or mistyped."
    )


def _head(number: int) -> bytes:
    return number.to_bytes(_HEAD_SIZE, "big")


def _checksum(body: bytes) -> bytes:
    return sha256(_LABEL + body)[:_CHECKSUM_SIZE]


def _length(size: int) -> int:
    """How many letters of five bits hold ``size`` bytes."""
    return -(-8 * size // 5)


def _letters(data: bytes) -> str:
    length = _length(len(data))
    number = int.from_bytes(data, "big") << 5 * length - 8 * len(data)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * length - 5, -1, -5))


def _data(letters: str, size: int) -> bytes:
    number = 0
    for letter in letters:
        number = number << 5 | _DIGITS[letter]
    return (number >> 5 * len(letters) - 8 * size).to_bytes(size, "big")
