"""A passphrase that people make up, as the bytes that Argon2id stretches."""

import unicodedata
from contextlib import suppress

from .errors import LocalProtocolError


def passphrase_bytes(passphrase: str) -> bytes:
    """The same bytes whichever way a keyboard composes its accents: NFKD, in UTF-8.

    LocalProtocolError, with a sentence, if it is empty or not text.
    """
    if not passphrase:
        raise LocalProtocolError("An empty passphrase protects nothing: choose another one.")
    # The library's error holds the passphrase: it must not travel along with ours.
    with suppress(UnicodeEncodeError):
        return unicodedata.normalize("NFKD", passphrase).encode()
    raise LocalProtocolError("The passphrase holds half of a character: type it again.")
