"""Cards as QR codes: drawn in a terminal of 80x24, or written as pictures.

In a terminal a module is half a character: one character is two of them, one above the other. So
24 rows hold a code of 45 modules with its quiet zone, and a line for the prompt: enough for a short
card (version 5 of the code, error correction M). A picture has room for any card.
"""

import io
import os
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..protocol.card import Card, card_link, short_card
from .arguments import UsageError

if TYPE_CHECKING:
    from segno import QRCode

CODE_WIDTH, CODE_ROWS = 45, 23

_QUIET = 4
_PIXELS = 8
# By the upper module and the lower one, 1 being a dark one: ink is bright.
_INK = ("█▀", "▄ ")
# Of xterm's 256, white and black that no theme changes.
_COLOURS = (231, 16)
_END = "\x1b[m"


def code_rows(card: Card, *, coloured: bool) -> list[str]:
    """The short card in CODE_ROWS rows of CODE_WIDTH characters.

    With ``coloured``, black on white, by SGR sequences (xterm's 256 colours). Else in the
    terminal's own ink, which is taken to be the brighter one of its two.
    """
    rows = [list(row) for row in _code(short_card(card)).matrix_iter(border=_QUIET)]
    rows.append([0] * CODE_WIDTH)
    draw = _coloured if coloured else _plain
    return [draw(zip(*pair, strict=True)) for pair in zip(rows[::2], rows[1::2], strict=True)]


def _plain(modules: Iterable[tuple[int, int]]) -> str:
    return "".join(_INK[upper][lower] for upper, lower in modules)


def _coloured(modules: Iterable[tuple[int, int]]) -> str:
    # The lower module is always ground, which a terminal extends into the space between its
    # lines: stripes there would make a code unreadable.
    cells = (
        f"\x1b[38;5;{_COLOURS[upper]};48;5;{_COLOURS[lower]}m"
        + " ▀"[upper != lower] * len(list(run))
        for (upper, lower), run in groupby(modules)
    )
    return "".join(cells) + _END


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
