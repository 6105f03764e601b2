"""One SOCKS5 connection through tor's unix socket (RFC 1928, RFC 1929, Tor proposal 304)."""

import secrets
from pathlib import Path

import trio

_CREDENTIAL_SIZE = 16
_HELLO = b"\x05\x01\x02"
_USE_PASSWORD = b"\x05\x02"
_WELCOME = b"\x01\x00"
_GENERAL_FAILURE = 0x01
_TIMED_OUT = 0x06
_ADDRESS_SIZES = {1: 4, 4: 16}

# What a person is told; the codes from F0 on are tor's ExtendedErrors.
_OUTCOMES = {
    0x04: "the other side's onion service does not answer",
    0x05: "the other side's onion service hung up",
    _TIMED_OUT: "no answer in time",
    0xF0: "the other side is not there yet",
    0xF1: "what the onion directory holds cannot be read",
    0xF2: "the other side could not be introduced",
    0xF3: "no meeting point could be agreed on",
    0xF4: "the onion service asks for another key",
    0xF5: "the onion service asks for another key",
    0xF7: "the introduction took too long",
}


class NotYet(Exception):
    """This attempt led nowhere and a later one may: ``code`` is the SOCKS reply (0..255)."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.outcome = _OUTCOMES.get(code, "tor could not reach the other side")
        super().__init__(f"{self.outcome} ({code:02X})")


async def connect(proxy: Path, address: str, port: int, within: float) -> trio.SocketStream:
    """A stream to ``address`` through the SOCKS socket ``proxy``, isolated from any other.

    Raises NotYet if that fails or takes longer than ``within`` seconds.
    """
    with trio.move_on_after(within):
        try:
            return await _connected(proxy, address, port)
        except (OSError, trio.BrokenResourceError):
            raise NotYet(_GENERAL_FAILURE) from None
    raise NotYet(_TIMED_OUT)


async def _connected(proxy: Path, address: str, port: int) -> trio.SocketStream:
    stream = await trio.open_unix_socket(proxy)
    try:
        await _negotiate(stream, address.encode("ascii"), port)
    except BaseException:
        await trio.aclose_forcefully(stream)
        raise
    return stream


async def _negotiate(stream: trio.SocketStream, address: bytes, port: int) -> None:
    await stream.send_all(_HELLO)
    await _expect(stream, _USE_PASSWORD)
    # Fresh credentials: with IsolateSOCKSAuth no circuit of another attempt is used again.
    credential = _counted(secrets.token_hex(_CREDENTIAL_SIZE // 2).encode())
    await stream.send_all(b"\x01" + credential + credential)
    await _expect(stream, _WELCOME)
    await stream.send_all(b"\x05\x01\x00\x03" + _counted(address) + port.to_bytes(2, "big"))
    _, code, _, kind = await _read(stream, 4)
    if code:
        raise NotYet(code)
    if kind not in _ADDRESS_SIZES:
        raise NotYet(_GENERAL_FAILURE)
    await _read(stream, _ADDRESS_SIZES[kind] + 2)


def _counted(data: bytes) -> bytes:
    return bytes([len(data)]) + data


async def _expect(stream: trio.SocketStream, wanted: bytes) -> None:
    if await _read(stream, len(wanted)) != wanted:
        raise NotYet(_GENERAL_FAILURE)


async def _read(stream: trio.SocketStream, size: int) -> bytes:
    """Exactly ``size`` bytes: what follows them is the peer's."""
    data = b""
    while len(data) < size:
        more = await stream.receive_some(size - len(data))
        if not more:
            raise NotYet(_GENERAL_FAILURE)
        data += more
    return data
