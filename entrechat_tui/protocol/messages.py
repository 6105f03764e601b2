"""Text in chunks: cut for sending, put together on arrival (protocol.md, section 5)."""

from contextlib import suppress

from .errors import LocalProtocolError, RemoteProtocolError
from .frames import CHUNK_SIZE, Text

MAX_TEXT = 65_536


def split(message_id: int, text: str) -> list[Text]:
    """The chunks of one message. LocalProtocolError unless it is 1 to 65,536 bytes of UTF-8."""
    data = b""
    # Half a surrogate pair has no UTF-8. The library's error holds the text: it must not travel
    # along with ours, so ours is raised outside of the block.
    with suppress(UnicodeEncodeError):
        data = text.encode()
    if not 1 <= len(data) <= MAX_TEXT:
        raise LocalProtocolError(f"a message is not 1 to {MAX_TEXT} bytes of UTF-8")
    chunks = [data[at : at + CHUNK_SIZE] for at in range(0, len(data), CHUNK_SIZE)]
    return [Text(message_id, index, len(chunks), chunk) for index, chunk in enumerate(chunks)]


class Reassembler:
    """Puts the chunks of one message after the other together."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._total = 0

    def add_untrusted(self, frame: Text) -> str | None:
        """The whole text with its last chunk, else None. Raises RemoteProtocolError."""
        if not self._chunks:
            self._total = frame.total
        if (frame.index, frame.total) != (len(self._chunks), self._total):
            raise RemoteProtocolError("a chunk of text is out of order")
        self._chunks.append(frame.chunk)
        if frame.index + 1 == frame.total:
            return self._join_untrusted()
        if len(frame.chunk) != CHUNK_SIZE:
            raise RemoteProtocolError("a chunk of text before the last one is short")
        return None

    def _join_untrusted(self) -> str:
        data = b"".join(self._chunks)
        self._chunks.clear()
        if len(data) > MAX_TEXT:
            raise RemoteProtocolError(f"a message is longer than {MAX_TEXT} bytes")
        with suppress(UnicodeDecodeError):
            return data.decode()
        raise RemoteProtocolError("a message is not UTF-8")
