"""What the demo prints: transcripts, times, receipts, and whether all was well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from statistics import median

_STAGE = re.compile(r"\* stage (\w+): ([\d.]+) s")
_DELIVERED = re.compile(r"\* delivered \d+ \(([\d.]+) s\)")
_OPENED = "* opened:"
_RECEIPT = re.compile(r"\* (messages|goodbye from the other side|gone|STILL THERE|receipt|end): ")
_CLEAN = "receipt: clean"


@dataclass
class PeerReport:
    """One plain peer as the demo saw it. ``expected``: the lines that it should have shown.

    ``round_trips``: seconds from each message to its acknowledgement; ``stages``: seconds that
    each took; ``said_last``: its receipt, or why it never came to one.
    """

    name: str
    status: int | None = None
    spoken: int = 0
    is_open: bool = False
    expected: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    round_trips: list[float] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    said_last: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        """Take in a line of its standard error."""
        if match := _DELIVERED.match(line):
            self.round_trips.append(float(match[1]))
        elif match := _STAGE.match(line):
            self.stages[match[1]] = float(match[2])
        elif _RECEIPT.match(line):
            self.said_last.append(line[2:])
        elif line.startswith(_OPENED):
            self.is_open = True
        elif not line.startswith("* "):
            self.said_last.append(line)

    @property
    def has_ended(self) -> bool:
        """Its process is gone."""
        return self.status is not None

    @property
    def has_heard_all(self) -> bool:
        """As many lines as were expected so far were shown."""
        return len(self.heard) >= len(self.expected)

    @property
    def is_acknowledged(self) -> bool:
        """All that it said so far was delivered."""
        return len(self.round_trips) >= self.spoken

    @property
    def is_clean(self) -> bool:
        """The receipt says so, and so does the exit status."""
        return self.status == 0 and _CLEAN in self.said_last


def report(peers: tuple[PeerReport, PeerReport], lines: int) -> tuple[str, int]:
    """The text, and 0 if every line arrived and both receipts are clean, else 1."""
    arrived = all(peer.heard == peer.expected for peer in peers)
    spoken = sum(len(peer.round_trips) for peer in peers)
    whole = arrived and spoken == lines
    clean = all(peer.is_clean for peer in peers)
    text = [
        *_transcripts(peers),
        *_times(peers),
        *_round_trips(peers),
        *_receipts(peers),
        "",
        f"All {lines} lines arrived, both ways, exactly as they were said."
        if whole
        else f"NOT ALL ARRIVED: {spoken} of {lines} lines were delivered.",
        "Both receipts are clean." if clean else "NOT BOTH RECEIPTS ARE CLEAN.",
        "",
    ]
    return "\n".join(text), 0 if whole and clean else 1


def _heading(text: str) -> list[str]:
    return ["", text, "-" * len(text)]


def _transcripts(peers: tuple[PeerReport, PeerReport]) -> Iterator[str]:
    for peer in peers:
        yield from _heading(f"{peer.name}'s side (> said, < heard)")
        yield from peer.transcript


def _times(peers: tuple[PeerReport, PeerReport]) -> Iterator[str]:
    yield from _heading("Time of each stage in seconds")
    first, second = (peer.stages for peer in peers)
    yield f"{'':10}" + "".join(f"{peer.name:>12}" for peer in peers)
    for stage in first | second:
        yield f"{stage:10}" + "".join(
            f"{times[stage]:12.3f}" if stage in times else f"{'-':>12}" for times in (first, second)
        )


def _round_trips(peers: tuple[PeerReport, PeerReport]) -> Iterator[str]:
    yield from _heading("From a message to its acknowledgement")
    times = sorted(time for peer in peers for time in peer.round_trips)
    if times:
        most = times[ceil(0.95 * len(times)) - 1]
        yield f"{len(times)} messages, median {median(times):.3f} s, 95th percentile {most:.3f} s"
    else:
        yield "no message was delivered"


def _receipts(peers: tuple[PeerReport, PeerReport]) -> Iterator[str]:
    for peer in peers:
        yield from _heading(f"{peer.name}'s receipt")
        yield from peer.said_last
