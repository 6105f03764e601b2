"""Where somebody's card comes from: the command line, standard input, a file, a picture."""

import os
from pathlib import Path

from ..protocol.card import Card, CardError, parse_card_untrusted
from .lines import first_line, read_some, say
from .picture import picture_kind, read_codes_untrusted

_PICTURE_MAX = 32 << 20
_TEXT_MAX = 1 << 20
_TYPED_MAX = 1 << 14
_READ_SIZE = 65536


def read_card(source: str) -> Card:
    """The card that ``source`` is, or names: its text, a file, a picture, or - for standard input.

    Raises CardError, with a sentence.
    """
    if source == "-":
        return card_of_untrusted(_read_input())
    if "entrechat" in source.casefold() and not os.path.lexists(source):
        return parse_card_untrusted(source)
    return card_of_untrusted(_read_file(Path(source)))


def read_line_card() -> Card:
    """The card on the first lines of standard input; what stands behind it stays there.

    Raises CardError at the first empty line if there is no whole card by then.
    """
    if os.isatty(0):
        say("Paste the card, then press Enter.")
    text = ""
    while True:
        line = first_line(0, _TYPED_MAX).decode("utf-8", "replace")
        text += f"{line}\n"
        try:
            return parse_card_untrusted(text)
        except CardError:
            if not line or len(text) > _TYPED_MAX:
                raise


def card_of_untrusted(data: bytes) -> Card:
    """The card in a text or in a picture. Raises CardError."""
    picture = picture_kind(data) is not None
    if len(data) > (_PICTURE_MAX if picture else _TEXT_MAX):
        raise CardError("This is too long: a text may have 1 MiB, and a picture 32 MiB.")
    if picture:
        return parse_card_untrusted(read_codes_untrusted(data))
    return parse_card_untrusted(data.decode("utf-8", "replace"))


def _read_input() -> bytes:
    if os.isatty(0):
        say("Paste the card, then press Enter and Ctrl-D.")
    return _read_all(0)


def _read_file(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return _read_all(file.fileno())
    except OSError as error:
        raise CardError(
            f"{path} is not a card, and cannot be read as a file either ({error.strerror})."
        ) from None


def _read_all(descriptor: int) -> bytes:
    data = bytearray()
    while len(data) <= _PICTURE_MAX and (more := read_some(descriptor, _READ_SIZE)):
        data += more
    return bytes(data)
