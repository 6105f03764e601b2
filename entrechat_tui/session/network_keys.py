"""The keys of a private Tor network's nodes, made by tor's own programs."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from subprocess import STDOUT

import trio

from .endings import Reason, SessionFailure
from .network_config import Node, own_lines


def find_gencert(tor: Path) -> Path:
    """The tor-gencert beside ``tor``, or on PATH. Raises SessionFailure NO_GENCERT."""
    beside = shutil.which("tor-gencert", path=str(tor.parent))
    found = beside or shutil.which("tor-gencert")
    if found is None:
        raise SessionFailure(Reason.NO_GENCERT)
    return Path(found)


async def make_keys(tor: Path, nodes: Sequence[Node]) -> tuple[str, ...]:
    """Make every node's keys, so that a node's start takes a short and steady time.

    Returns the DirAuthority lines (tor manual). Raises SessionFailure: NO_GENCERT, KEYS_FAILED.
    """
    gencert = find_gencert(tor)
    authorities: dict[str, str] = {}

    async def make(node: Node) -> None:
        await _make_own_keys(tor, node)
        if node.is_authority:
            await _make_voting_keys(gencert, node)
            authorities[node.name] = _authority_line(node)

    async with trio.open_nursery() as nursery:
        for node in nodes:
            nursery.start_soon(make, node)
    return tuple(line for _, line in sorted(authorities.items()))


async def _make_own_keys(tor: Path, node: Node) -> None:
    # Asked for its fingerprint, tor makes what it lacks for it, and ends.
    command: list[str | Path] = [
        tor,
        "--defaults-torrc",
        "/dev/null",
        "-f",
        "-",
        "--list-fingerprint",
    ]
    await _run(command, "".join(f"{line}\n" for line in own_lines(node)), node)


async def _make_voting_keys(gencert: Path, node: Node) -> None:
    command: list[str | Path] = [
        gencert,
        "--create-identity-key",
        "--passphrase-fd",
        "0",
        "-m",
        "12",
    ]
    command += ["-a", f"{node.address}:{node.dir_port}"]
    command += ["-i", "keys/authority_identity_key", "-s", "keys/authority_signing_key"]
    command += ["-c", "keys/authority_certificate"]
    await _run(command, "for an hour\n", node)


def _authority_line(node: Node) -> str:
    certificate = (node.directory / "keys" / "authority_certificate").read_text()
    v3ident = _only(r"^fingerprint (\w+)$", certificate)
    fingerprint = _only(r"^\w+ (\w+)$", (node.directory / "fingerprint").read_text())
    return (
        f"DirAuthority {node.name} orport={node.or_port} v3ident={v3ident} "
        f"{node.address}:{node.dir_port} {fingerprint}"
    )


async def _run(command: Sequence[str | Path], given: str, node: Node) -> None:
    done = await trio.run_process(
        command,
        stdin=given.encode(),
        capture_stdout=True,
        stderr=STDOUT,
        check=False,
        cwd=node.directory,
    )
    if done.returncode:
        program = Path(command[0]).name
        raise SessionFailure(Reason.KEYS_FAILED, program=program, status=done.returncode)


def _only(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    assert found is not None, pattern
    return found[1]
