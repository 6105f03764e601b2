"""``entrechat testnet DIR``: the private Tor network alone, in the foreground."""

import os
import signal
import sys
from pathlib import Path

import trio

from ..session.network import NetworkEvent, private_network

_OWNER_CHECK = 0.5
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(directory: Path) -> int:
    """Run the network in ``directory`` until a signal or the owner's death; the exit status."""
    return trio.run(_run, directory, os.getppid())


async def _run(directory: Path, owner: int) -> int:
    with trio.open_signal_receiver(*_SIGNALS) as signals:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_serve, directory)
            nursery.start_soon(_watch_owner, owner)
            number = await anext(signals)
            nursery.cancel_scope.cancel()
    return 128 + number


async def _serve(directory: Path) -> None:
    async with private_network(directory, _report) as network:
        await network.ready()
        print("ready", flush=True)
        await trio.sleep_forever()


async def _watch_owner(owner: int) -> None:
    while os.getppid() == owner:
        await trio.sleep(_OWNER_CHECK)
    signal.raise_signal(signal.SIGHUP)


def _report(event: NetworkEvent) -> None:
    print(event, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
