"""Onion services over the control connection: publish, authorise, remove (control-spec 3)."""

from base64 import b32encode, b64encode
from collections.abc import Callable
from pathlib import Path

import trio

from ..protocol.meeting import ONION_PORT, MeetingKeys
from .control import Control, ControlRefused
from .endings import Reason, SessionFailure
from .events import Door
from .tor_event import TorEvent

_UPLOADS_NEEDED = 2
_INTRODUCING = ("HS_SERVICE_INTRO", "HSSI_ESTABLISHED")
_JOINED = frozenset({"HSCR_JOINED", "HSSR_JOINED"})


class _Progress:
    """What the events tell of one service: introduction circuits and descriptor uploads."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._introducing: set[str] = set()
        self._started: set[tuple[str, ...]] = set()
        self._done: set[tuple[str, ...]] = set()

    def take(self, event: TorEvent) -> None:
        """Count one event."""
        if event.kind == "HS_DESC":
            self._take_upload(*event.words[:4])
        else:
            self._take_circuit(event)

    def _take_upload(self, action: str, service: str, _auth: str, directory: str) -> None:
        if service == self._service:
            counted = {"UPLOAD": self._started, "UPLOADED": self._done}.get(action)
            if counted is not None:
                counted.add((directory,))

    def _take_circuit(self, event: TorEvent) -> None:
        circuit, status = event.words[:2]
        state = (event.fields.get("PURPOSE"), event.fields.get("HS_STATE"))
        if status not in ("CLOSED", "FAILED") and state == _INTRODUCING:
            self._introducing.add(circuit)
        else:
            self._introducing.discard(circuit)

    @property
    def door(self) -> Door:
        """The counts as an event."""
        return Door(len(self._introducing), len(self._done), len(self._started))


async def publish(
    control: Control, keys: MeetingKeys, door: Path, emit: Callable[[Door], None], within: float
) -> None:
    """Publish the service onto the unix socket ``door``; return when it can be found.

    Raises SessionFailure PUBLISH_FAILED after ``within`` seconds.
    """
    progress = _Progress(_service(keys))
    seen = progress.door
    emit(seen)
    with control.events("HS_DESC", "CIRC", "CIRC_MINOR") as events:
        await control.ask(_add_onion(keys, door))
        with trio.move_on_after(within):
            async for event in events:
                progress.take(event)
                if progress.door != seen:
                    seen = progress.door
                    emit(seen)
                if seen.uploads >= _UPLOADS_NEEDED:
                    return
    raise SessionFailure(Reason.PUBLISH_FAILED, uploads=seen.uploads, seconds=round(within))


def _add_onion(keys: MeetingKeys, door: Path) -> str:
    # One stream a circuit, and the circuit goes with a second one: a scan costs a circuit each.
    return (
        f"ADD_ONION ED25519-V3:{b64encode(keys.expanded_onion_key).decode()} "
        "Flags=DiscardPK,V3Auth,MaxStreamsCloseCircuit MaxStreams=1 "
        f"Port={ONION_PORT},unix:{door} "
        f"ClientAuthV3={b32encode(keys.auth_public).decode().rstrip('=')}"
    )


async def remove(control: Control, keys: MeetingKeys) -> bool:
    """Remove the service; whether tor had it and agreed."""
    try:
        await control.ask(f"DEL_ONION {_service(keys)}")
    except (ControlRefused, SessionFailure):
        return False
    return True


async def authorise(control: Control, keys: MeetingKeys) -> None:
    """Give tor the client authorisation key of the peer's service; again changes nothing."""
    key = b64encode(keys.auth_private).decode()
    await control.ask(f"ONION_CLIENT_AUTH_ADD {_service(keys)} x25519:{key}")


async def refresh(control: Control, keys: MeetingKeys) -> None:
    """Have tor fetch the newest descriptor, though it has one; does not wait for it."""
    await control.ask(f"HSFETCH {_service(keys)}")


async def joined_circuits(control: Control) -> tuple[tuple[str, ...], ...]:
    """The relay nicknames of the circuits that are joined with the peer's, newest first."""
    *answer, _ok = await control.ask("GETINFO circuit-status")
    lines = "\n".join(answer).removeprefix("circuit-status=").strip().splitlines()
    paths = (_joined_path(line) for line in sorted(lines, key=_circuit_id, reverse=True))
    return tuple(path for path in paths if path)


def _circuit_id(line: str) -> int:
    return int(line.split()[0])


def _joined_path(line: str) -> tuple[str, ...]:
    """The path of one line ``ID STATUS $FP~NAME,… KEY=VALUE…``, empty if it is not joined."""
    _, status, *rest = line.split()
    states = {word.removeprefix("HS_STATE=") for word in rest if word.startswith("HS_STATE=")}
    if status != "BUILT" or not states & _JOINED:
        return ()
    return tuple(hop.partition("~")[2] for hop in rest[0].split(","))


def _service(keys: MeetingKeys) -> str:
    return keys.onion_address.removesuffix(".onion")
