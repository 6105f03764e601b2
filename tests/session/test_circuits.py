"""The circuit manager with real tors on a private network."""

import os
import threading
from pathlib import Path

import pytest
import trio

from entrechat_tui.session.circuits import Patience, open_circuit_manager
from entrechat_tui.session.endings import Reason, SessionFailure
from entrechat_tui.session.events import Bootstrap, Door, Event

from .tors import (
    dial_until_there,
    echo,
    fresh_keys,
    ready_manager,
    refusal,
    with_other_auth,
)

NOT_FOUND = 0xF0
KEY_MISSING = 0xF4
KEY_WRONG = 0xF5


async def test_two_meet_and_bytes_go_both_ways(network: Path, runtime: Path) -> None:
    keys, seen = fresh_keys(), list[Event]()
    async with (
        ready_manager(network, seen.append) as host,
        ready_manager(network) as dialer,
        trio.open_nursery() as nursery,
    ):
        assert not await host.hosted(keys)
        await dialer.authorise(keys)
        await dialer.authorise(keys)
        assert await refusal(dialer, keys) == NOT_FOUND
        listener = await host.publish(keys)
        nursery.start_soon(trio.serve_listeners, echo, [listener])
        assert await dialer.circuits() == ()
        async with await dial_until_there(dialer, keys) as stream:
            for text in (b"salut", b"bonjour"):
                await stream.send_all(text)
                assert await stream.receive_some() == text
            for circuits in (await host.circuits(), await dialer.circuits()):
                # More than one where tor gave up an attempt that had reached the host already.
                assert circuits and all(len(path) >= 3 and all(path) for path in circuits)
        nursery.cancel_scope.cancel()
    bootstraps = [event.percent for event in seen if isinstance(event, Bootstrap)]
    assert bootstraps == sorted(set(bootstraps)) and bootstraps[-1] == 100
    door = [event for event in seen if isinstance(event, Door)][-1]
    assert 2 <= door.uploads <= door.uploads_started and door.introduction_points >= 1


async def test_without_the_right_key_only_the_door_is_seen(network: Path, runtime: Path) -> None:
    keys = fresh_keys()
    async with ready_manager(network) as host, ready_manager(network) as other:
        await host.publish(keys)
        while not await other.hosted(keys):
            await trio.sleep(0.2)
        assert await refusal(other, keys) == KEY_MISSING
        await other.authorise(with_other_auth(keys))
        assert await refusal(other, keys) == KEY_WRONG
        assert await other.hosted(keys)


async def test_teardown_looks_at_all_it_took_down(network: Path, runtime: Path) -> None:
    async with ready_manager(network) as manager:
        await manager.publish(fresh_keys())
        checks = await manager.close()
        assert [(check.what, check.ok) for check in checks] == [
            ("onion service", True),
            ("tor", True),
            ("control connection", True),
            ("private directory", True),
        ]
        assert not list(runtime.iterdir())
        assert await manager.close() is checks


async def test_a_service_that_cannot_be_found_in_time(network: Path, runtime: Path) -> None:
    with pytest.raises(SessionFailure) as raised:
        async with ready_manager(network, patience=Patience(publish=0)) as manager:
            await manager.publish(fresh_keys())
    assert raised.value.ending.reason is Reason.PUBLISH_FAILED


async def test_an_attempt_has_an_end(network: Path, runtime: Path) -> None:
    async with ready_manager(network, patience=Patience(dial=0)) as manager:
        assert await refusal(manager, fresh_keys()) == 0x06


async def test_what_the_body_raises_comes_out_as_it_is(network: Path, runtime: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with open_circuit_manager(lambda event: None, network):
            raise ZeroDivisionError


def held() -> tuple[int, list[str]]:
    """The number of open descriptors, and the threads that are not trio's idle workers."""
    threads = (thread.name for thread in threading.enumerate())
    workers = sorted(name for name in threads if not name.startswith("Trio"))
    return len(os.listdir("/proc/self/fd")), workers


async def test_many_sessions_in_one_process_leave_nothing(network: Path, runtime: Path) -> None:
    counts = []
    for _ in range(4):
        async with ready_manager(network) as manager:
            await manager.publish(fresh_keys())
            await refusal(manager, fresh_keys())
        counts.append(held())
    assert counts[1:] == counts[:1] * 3
