"""The QR codes in a picture that somebody took or was sent."""

import io
import struct
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

from ..protocol.card import CardError

if TYPE_CHECKING:
    from PIL.Image import Image

_KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
# What a telephone takes, and not what a small file may unfold to.
_PIXELS_MAX = 64_000_000


def picture_kind(data: bytes) -> str | None:
    """PNG or JPEG, if ``data`` begins as one does."""
    return next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), None)


def read_codes_untrusted(data: bytes) -> str:
    """The text of each QR code in a picture, a line each. Raises CardError if there is none."""
    import zxingcpp

    image = _gray_untrusted(data)
    codes = zxingcpp.read_barcodes(image, zxingcpp.barcode_formats_from_str("QRCode"))
    if not codes:
        raise CardError(
            "No QR code can be read in this picture. Take it straight from the front, sharp, "
            "without glare, and with a white edge around the code."
        )
    return "\n".join(code.text for code in codes)


def _gray_untrusted(data: bytes) -> "Image":
    from PIL import Image

    # The library has many ways to say that a file is broken, and it warns of a large one.
    broken = (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError)
    with warnings.catch_warnings(action="ignore"), suppress(*broken):
        image = Image.open(io.BytesIO(data), formats=tuple(_KINDS.values()))
        if image.width * image.height <= _PIXELS_MAX:
            return image.convert("L")
    raise CardError("This picture is damaged, or has more than 64 million pixels.")
