"""What the nodes of a private Tor network are told: addresses, schedule, torrc lines."""

import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

AUTHORITIES = 2
RELAYS = 4

# Seconds. One voting interval from the first vote on: an onion service's time period is 24 of
# them, and must not change under a service that is up. An interval of 5 crashes authorities, and
# tor takes no delay under 2.
VOTING_INTERVAL = 20
VOTE_DELAY = 2
# A node uploads its descriptor 1.4 to 2.2 s after its start, later on a busy machine. If that is
# after the vote, the network is complete with the next one only.
_UPLOADED_WITHIN = 3.0
_UPLOADED_AT_LAST = 8.0

# Bytes a second that each node claims, whatever it carries: the paths are to be mixed evenly.
_BANDWIDTH = 100_000

# Relative to each node's working directory, so that no path needs to be quoted.
_DATA_DIRECTORY = "."


@dataclass(frozen=True)
class Node:
    """One authority or relay, and where it listens. ``dir_port`` is 0 for a relay."""

    name: str
    directory: Path
    address: str
    or_port: int
    dir_port: int = 0

    @property
    def is_authority(self) -> bool:
        """Whether it votes."""
        return self.dir_port != 0


def lay_out(directory: Path) -> tuple[Node, ...]:
    """The nodes of a new network, each with a directory and ports that are free now.

    The network has a loopback address of its own, and connections come from 127.0.0.1: so no
    connection can sit on the port of a node that is to be started again.
    """
    address = ".".join(["127", *(str(1 + secrets.randbelow(254)) for _ in range(3))])
    ports = iter(_free_ports(address, 2 * AUTHORITIES + RELAYS))
    authorities = [f"authority{number}" for number in range(1, AUTHORITIES + 1)]
    relays = [f"relay{number}" for number in range(1, RELAYS + 1)]
    nodes = [
        *(Node(name, directory / name, address, next(ports), next(ports)) for name in authorities),
        *(Node(name, directory / name, address, next(ports)) for name in relays),
    ]
    for node in nodes:
        node.directory.mkdir(mode=0o700)
    return tuple(nodes)


def _free_ports(address: str, count: int) -> list[int]:
    sockets = [socket.create_server((address, 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def consensus_after(keys_took: float) -> float:
    """Seconds from the nodes' start to their first consensus.

    The seconds that their keys took (1.5 on an idle machine) tell how busy this one is.
    """
    return min(max(_UPLOADED_WITHIN, keys_took / 2), _UPLOADED_AT_LAST) + 2 * VOTE_DELAY


def client_lines(authorities: Sequence[str]) -> list[str]:
    """What a client of the network is told, and every node. ``authorities``: DirAuthority lines."""
    return ["TestingTorNetwork 1", "PathsNeededToBuildCircuits 0.67", *authorities]


def node_lines(node: Node, first_consensus: int) -> list[str]:
    """What a node is told besides."""
    return own_lines(node) + (_voting_lines(node, first_consensus) if node.is_authority else [])


def own_lines(node: Node) -> list[str]:
    """What makes a relay of it. No traffic leaves the machine through it."""
    return [
        f"Nickname {node.name}",
        f"Address {node.address}",
        f"ORPort {node.address}:{node.or_port}",
        f"DataDirectory {_DATA_DIRECTORY}",
        "SocksPort 0",
        "ExitPolicy reject *:*",
        "AssumeReachable 1",
        f"MaxAdvertisedBandwidth {_BANDWIDTH}",
        "AvoidDiskWrites 1",
        "NumCPUs 1",
        "ContactInfo none",
        "ShutdownWaitLength 0",
        "Log err stdout",
        # SIGHUP makes tor fetch now what it would fetch after a pause. Its lines came on a pipe,
        # which cannot be read again.
        "__ReloadTorrcOnSIGHUP 0",
    ]


def history(now: datetime) -> str:
    """The ``state`` file of a relay that has carried its bandwidth; ``now`` is in UTC.

    A new relay has carried nothing, so it weighs nothing: once one of the others weighs something,
    every circuit begins and ends there, and tor refuses those that pass it twice.
    """
    ends = f"Ends {now:%Y-%m-%d %H:%M:%S}"
    fields = (ends, "Interval 10", f"Values {10 * _BANDWIDTH}", f"Maxima {_BANDWIDTH}")
    return "".join(f"BWHistory{way}{field}\n" for way in ("Read", "Write") for field in fields)


def _voting_lines(node: Node, first_consensus: int) -> list[str]:
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
        # tor counts the intervals from midnight.
        f"TestingV3AuthVotingStartOffset {first_consensus % VOTING_INTERVAL}",
        "TestingDirAuthVoteExit *",
        "TestingDirAuthVoteGuard *",
        "TestingDirAuthVoteHSDir *",
        "TestingMinExitFlagThreshold 0",
        "MinUptimeHidServDirectoryV2 0",
    ]
