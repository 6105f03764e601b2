"""Somebody with a tor of their own who asks the directories for descriptors, and reads them.

A directory answers whoever knows a blinded key with the very bytes that were uploaded to it, so
this is what the relays that store them see. An address stands in for the blinded key, which tor
makes of it; an observer who is no relay has neither.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trio
from stem.descriptor.hidden_service import HiddenServiceDescriptorV3, OuterLayer

from entrechat_tui.protocol.meeting import MeetingKeys

from .tors import ready_manager


@dataclass(frozen=True)
class Seen:
    """A descriptor as it was uploaded."""

    text: str

    @property
    def blinded_key(self) -> bytes:
        """What the directory knows the service by: its descriptor id."""
        return bytes(self._descriptor.signing_cert.signing_key())

    @property
    def lines(self) -> frozenset[str]:
        return frozenset(self.text.splitlines())

    def authorisation(self, keys: MeetingKeys) -> frozenset[str]:
        """What it says about authorised clients, to somebody who has even got the address."""
        descriptor = self._descriptor
        public = HiddenServiceDescriptorV3.identity_key_from_address(
            keys.onion_address.removesuffix(".onion")
        )
        subcredential = HiddenServiceDescriptorV3._subcredential(public, self.blinded_key)
        layer: OuterLayer = OuterLayer._decrypt(
            descriptor.superencrypted, descriptor.revision_counter, subcredential, self.blinded_key
        )
        return frozenset(str(layer).splitlines())

    @property
    def _descriptor(self) -> HiddenServiceDescriptorV3:
        return HiddenServiceDescriptorV3(self.text.encode(), validate=True)


class Observer:
    """Made by ``observer``."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._rest = b""

    async def ask(self, command: str) -> list[str]:
        """One command; the lines of its answer."""
        await self._stream.send_all(f"{command}\r\n".encode())
        lines = []
        while True:
            lines.append(await self._line())
            if lines[-1][3:4] == " " and lines[-1].startswith(("2", "5")):
                return lines

    async def look(self, keys: MeetingKeys) -> Seen | None:
        """The descriptor for these keys, from whichever directory has it; None from none."""
        service = keys.onion_address.removesuffix(".onion")
        assert (await self.ask(f"HSFETCH {service}"))[-1] == "250 OK"
        failed = requested = 0
        while True:
            words = (await self._line()).split()
            match words[:4]:
                case ["650", "HS_DESC", "REQUESTED", _]:
                    requested += 1
                case ["650", "HS_DESC", "FAILED", _]:
                    failed += 1
                case ["650+HS_DESC_CONTENT", *_]:
                    text = await self._data()
                    if text:
                        return Seen(text)
            if "REASON=QUERY_NO_HSDIR" in words or (failed and failed == requested):
                return None

    async def _data(self) -> str:
        lines = []
        while (line := await self._line()) != ".":
            lines.append(line)
        await self._line()
        return "\n".join(lines)

    async def _line(self) -> str:
        while b"\r\n" not in self._rest:
            data = await self._stream.receive_some(65536)
            assert data
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\r\n")
        return line.decode()


@asynccontextmanager
async def observer(network: Path) -> AsyncIterator[Observer]:
    """A tor that belongs to neither side, and a second control connection to it."""
    async with ready_manager(network) as manager:
        paths = manager._paths
        async with await trio.open_unix_socket(str(paths.control)) as stream:
            watching = Observer(stream)
            await watching.ask(f"AUTHENTICATE {paths.cookie.read_bytes().hex()}")
            await watching.ask("SETEVENTS HS_DESC HS_DESC_CONTENT")
            yield watching
