"""What the nodes of a private Tor network are told: addresses, keys, torrc lines."""

import re
import secrets
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from subprocess import STDOUT

import trio

AUTHORITIES = 2
RELAYS = 4
VOTING_INTERVAL = 20
VOTE_DELAY = 2
FIRST_VOTE = 3.0

TORRC = "network.torrc"


class NetworkFailure(Exception):
    """The private network cannot be had; the message is one sentence for a person."""


@dataclass(frozen=True)
class Node:
    """One authority or relay. ``dir_port`` is 0 for a relay."""

    name: str
    directory: Path
    address: str
    or_port: int
    dir_port: int

    @property
    def is_authority(self) -> bool:
        """Whether it votes."""
        return self.dir_port != 0


def lay_out(directory: Path) -> tuple[Node, ...]:
    """Two authorities and four relays, with free ports, their directories made.

    Each network has a loopback address of its own. Outgoing connections come from 127.0.0.1, so
    none of them can sit on the port of a node that is being started again.
    """
    address = ".".join(["127", *(str(secrets.randbelow(254) + 1) for _ in range(3))])
    ports = iter(_free_ports(address, 2 * AUTHORITIES + RELAYS))
    nodes = [
        Node(f"authority{i + 1}", directory / f"a{i + 1}", address, next(ports), next(ports))
        for i in range(AUTHORITIES)
    ] + [
        Node(f"relay{i + 1}", directory / f"r{i + 1}", address, next(ports), 0)
        for i in range(RELAYS)
    ]
    for node in nodes:
        node.directory.mkdir(mode=0o700)
    return tuple(nodes)


def _free_ports(address: str, count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((address, 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def find_gencert(tor: Path) -> Path:
    """The tor-gencert that came with ``tor``, or the one on PATH."""
    beside = tor.with_name("tor-gencert")
    found = str(beside) if beside.exists() else shutil.which("tor-gencert")
    if found is None:
        raise NetworkFailure(
            "There is no tor-gencert on this machine. It comes with tor (Debian's package has "
            "it); put it beside tor or on PATH."
        )
    return Path(found)


async def make_authority(tor: Path, gencert: Path, node: Node) -> str:
    """Make the keys of one authority; its DirAuthority line (tor manual, DirAuthority)."""
    keys = node.directory / "keys"
    keys.mkdir(mode=0o700)
    await _run(
        [
            gencert, "--create-identity-key", "--passphrase-fd", "0", "-m", "1",
            "-a", f"{node.address}:{node.dir_port}",
            "-i", keys / "authority_identity_key",
            "-s", keys / "authority_signing_key",
            "-c", keys / "authority_certificate",
        ],
        "unused\n",
    )  # fmt: skip
    v3ident = _only(r"^fingerprint (\w+)$", (keys / "authority_certificate").read_text())
    await _run(
        [tor, "--defaults-torrc", "/dev/null", "-f", "-", "--list-fingerprint"],
        "".join(f"{line}\n" for line in _relay_lines(node)),
    )
    fingerprint = _only(r"^\w+ (\w+)$", (node.directory / "fingerprint").read_text())
    return (
        f"DirAuthority {node.name} orport={node.or_port} v3ident={v3ident} "
        f"{node.address}:{node.dir_port} {fingerprint}"
    )


async def _run(command: list[str | Path], given: str) -> str:
    done = await trio.run_process(
        command, stdin=given.encode(), capture_stdout=True, stderr=STDOUT, check=False
    )
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise NetworkFailure(f"{Path(command[0]).name} failed: {said.strip().splitlines()[-1]}")
    return said


def _only(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise NetworkFailure("tor's key files do not look as expected. Use tor 0.4.8 or later.")
    return found[1]


def client_lines(authorities: list[str]) -> list[str]:
    """What a client of the network includes, and every node too."""
    return [
        "TestingTorNetwork 1",
        "PathsNeededToBuildCircuits 0.67",
        *authorities,
    ]


def first_vote_offset() -> int:
    """The voting schedule's phase that makes the first vote FIRST_VOTE seconds from now."""
    return int(time.time() + FIRST_VOTE + 2 * VOTE_DELAY) % VOTING_INTERVAL


def node_lines(node: Node, offset: int) -> list[str]:
    """The torrc of one node without the client's lines. ``offset``: seconds."""
    return _relay_lines(node) + (_authority_lines(node, offset) if node.is_authority else [])


def _relay_lines(node: Node) -> list[str]:
    return [
        f"Nickname {node.name}",
        f"DataDirectory {node.directory}",
        f"Address {node.address}",
        f"ORPort {node.address}:{node.or_port}",
        "SocksPort 0",
        "AssumeReachable 1",
        "ExitPolicy reject *:*",
        "AvoidDiskWrites 1",
        "NumCPUs 1",
        "ShutdownWaitLength 0",
        "ContactInfo none",
        "Log notice stdout",
    ]


def _authority_lines(node: Node, offset: int) -> list[str]:
    return [
        f"DirPort {node.address}:{node.dir_port}",
        "AuthoritativeDirectory 1",
        "V3AuthoritativeDirectory 1",
        f"V3AuthVotingInterval {VOTING_INTERVAL}",
        f"V3AuthVoteDelay {VOTE_DELAY}",
        f"V3AuthDistDelay {VOTE_DELAY}",
        "V3AuthNIntervalsValid 2",
        f"TestingV3AuthInitialVotingInterval {VOTING_INTERVAL}",
        f"TestingV3AuthInitialVoteDelay {VOTE_DELAY}",
        f"TestingV3AuthInitialDistDelay {VOTE_DELAY}",
        f"TestingV3AuthVotingStartOffset {offset}",
        "TestingDirAuthVoteExit *",
        "TestingDirAuthVoteGuard *",
        "TestingDirAuthVoteHSDir *",
        "TestingMinExitFlagThreshold 0",
        "MinUptimeHidServDirectoryV2 0",
    ]
