"""One attempt to reach the peer, which asks once more beside itself while it takes long.

Of an earlier meeting in the same slot a descriptor may be left, whose introduction points are
gone. tor can wait for one of them for a minute, and would not see that there is a newer one.
"""

import trio

from ..protocol.meeting import MeetingKeys
from .circuits import CircuitManager, NotYet
from .timing import ASK_BESIDE_AFTER


class Attempt:
    """Made for one call of ``stream``."""

    def __init__(self, manager: CircuitManager, keys: MeetingKeys) -> None:
        self._manager = manager
        self._keys = keys
        self._under_way = 0
        self._outcome: trio.SocketStream | NotYet | None = None

    async def stream(self) -> trio.SocketStream:
        """The stream that is there first. Raises NotYet when nothing is under way any more."""
        async with trio.open_nursery() as nursery:
            while True:
                self._under_way += 1
                nursery.start_soon(self._dial, nursery.cancel_scope)
                await trio.sleep(ASK_BESIDE_AFTER)
                await self._manager.refresh(self._keys)
        assert self._outcome is not None
        if isinstance(self._outcome, NotYet):
            raise self._outcome
        return self._outcome

    async def _dial(self, all_of_them: trio.CancelScope) -> None:
        try:
            stream = await self._manager.dial(self._keys)
        except NotYet as error:
            self._under_way -= 1
            if self._under_way or self._outcome is not None:
                return
            self._outcome = error
        else:
            if isinstance(self._outcome, trio.SocketStream):
                await trio.aclose_forcefully(stream)
                return
            self._outcome = stream
        all_of_them.cancel()
