"""The version header and its tag, the first bytes of each side (protocol.md, section 3)."""

from .errors import RemoteProtocolError, VersionMismatch
from .meeting import Role
from .primitives import equal, hmac_sha256
from .strict import Array, Exactly, Integer, pack, unpack_untrusted

VERSION = (1, 0)
HEADER_SIZE = 13
TAG_SIZE = 16

_NAME = "entrechat"
_SHAPE = Array(name=Exactly(_NAME), major=Integer(0, 127), minor=Integer(0, 127))


def tagged_header(sender: Role, header_key: bytes, version: tuple[int, int] = VERSION) -> bytes:
    """The header and its tag, 29 bytes."""
    header = pack([_NAME, *version])
    return header + _tag(sender, header_key, header)


def check_header_untrusted(tagged: bytes, sender: Role, header_key: bytes) -> None:
    """Return if the peer made this and has our major version.

    Raises RemoteProtocolError, and VersionMismatch for a valid tag over another major version.
    """
    header = tagged[:HEADER_SIZE]
    if not equal(tagged[HEADER_SIZE:], _tag(sender, header_key, header)):
        raise RemoteProtocolError("the tag of the version header does not verify")
    _, *version = unpack_untrusted(
        header, max_len=HEADER_SIZE, shape=_SHAPE, name="the version header"
    )
    if version[0] != VERSION[0]:
        raise VersionMismatch((version[0], version[1]))


def _tag(sender: Role, header_key: bytes, header: bytes) -> bytes:
    return hmac_sha256(header_key, sender.label + header)[:TAG_SIZE]
