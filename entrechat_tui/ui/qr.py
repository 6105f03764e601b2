"""Cards as QR codes: drawn in a terminal of 80x24, or written as pictures.

In a terminal a module is half a character: one character is two of them, one above the other. So
24 rows hold a code of 45 modules with its quiet zone, and a line for the prompt: enough for a short
card (version 5 of the code, error correction M). A picture has room for any card.
"""

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..protocol.card import Card, card_link, short_card
from .arguments import UsageError

if TYPE_CHECKING:
    from segno import QRCode

CODE_WIDTH, CODE_ROWS = 45, 23

_QUIET = 4
_PIXELS = 8
# By the upper module and the lower one, 1 being a dark one.
_DARK_INK, _LIGHT_INK = (" ▄", "▀█"), ("█▀", "▄ ")


def code_rows(card: Card, *, light_ink: bool = False) -> list[str]:
    """The short card in CODE_ROWS rows of CODE_WIDTH characters, to be shown black on white.

    With ``light_ink`` for a terminal that has no colours: bright characters on a dark ground.
    """
    ink = _LIGHT_INK if light_ink else _DARK_INK
    rows = [list(row) for row in _code(short_card(card)).matrix_iter(border=_QUIET)]
    rows.append([0] * CODE_WIDTH)
    return [
        "".join(ink[upper][lower] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]


def write_picture(card: Card, path: Path, kind: Literal["png", "svg"]) -> None:
    """A picture of the card in a new file. Raises UsageError if there is a file, or can be none."""
    picture = io.BytesIO()
    _code(card).save(picture, kind=kind, scale=_PIXELS, border=_QUIET, dark="#000", light="#fff")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        raise UsageError(f"{path} is there already: choose another name, or remove it") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    with open(descriptor, "wb") as file:
        file.write(picture.getvalue())


def _code(card: Card) -> "QRCode":
    import segno

    # In capitals a code has a denser alphabet.
    return segno.make_qr(card_link(card).upper())
