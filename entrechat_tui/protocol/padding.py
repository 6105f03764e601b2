"""Padding: what is sealed has one size, whatever it holds (protocol.md, section 5)."""

from .errors import RemoteProtocolError

LENGTH_SIZE = 2


def pad(content: bytes, size: int) -> bytes:
    """``size`` bytes: the length as 2 bytes, the content, zeros. 1 to ``size`` - 2 bytes fit."""
    return (len(content).to_bytes(LENGTH_SIZE, "little") + content).ljust(size, b"\0")


def unpad_untrusted(padded: bytes) -> bytes:
    """The content. RemoteProtocolError if it is empty or too long, or the rest is not zero."""
    length = int.from_bytes(padded[:LENGTH_SIZE], "little")
    end = LENGTH_SIZE + length
    if length == 0 or end > len(padded):
        raise RemoteProtocolError("the length before the padding is out of range")
    if any(padded[end:]):
        raise RemoteProtocolError("the padding is not zero")
    return padded[LENGTH_SIZE:end]
