"""Draws the guide's states.md: every state machine of the program, from its own table."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from entrechat_tui import guide
from entrechat_tui.protocol import direction, handshake, parcel
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.session import states

TARGET = Path(next(iter(guide.__path__)), "states.md")
INTRODUCTION = """\
# The states

Four machines and their rules, drawn from the tables that the program runs on. The blocks are
Mermaid diagrams; read as text, `a --> b : c` means that in state *a*, *c* leads to *b*, and `[*]`
is where a machine begins and ends. What is not drawn is not allowed.
"""

Edge = tuple[str, str, str]
BORDER = "[*]"


def session_edges() -> Iterator[Edge]:
    yield BORDER, states.State.STARTING.name, "a person starts a session"
    for state, row in states.TABLE.items():
        for given, following in row.items():
            yield state.name, following.name, given.value
        if not row:
            yield state.name, BORDER, "the receipt is shown"


def handshake_edges(role: Role) -> Iterator[Edge]:
    first, *_ = handshake.TABLE[role]
    yield BORDER, first.name, sends(handshake.OPENING[role]) or "a stream"
    for part, row in handshake.TABLE[role].items():
        size = handshake.SIZES[part]
        heard = f"{part.value} ({size} bytes)" if size else f"{part.value} verified"
        label = ", ".join(filter(None, [heard, sends(row.sends)]))
        yield part.name, row.then.name if row.then else BORDER, label


def sends(parts: Sequence[handshake.Part]) -> str:
    return "sends " + ", ".join(part.value for part in parts) if parts else ""


def direction_edges() -> Iterator[Edge]:
    yield BORDER, direction.State.GREETING.name, "handshake complete"
    for state, row in direction.TABLE.items():
        for frame, following in row.items():
            yield state.name, following.name, frame.__name__.upper()
        if not row:
            yield state.name, BORDER, "end of the stream"


def offer_edges() -> Iterator[Edge]:
    yield BORDER, parcel.Stage.IDLE.name, "both directions are in TALKING"
    for stage, row in parcel.TABLE.items():
        for move, following in row.items():
            yield stage.name, following.name, move.value


def rules(module: ModuleType) -> str:
    """The list of rules in a module's docstring."""
    return str(module.__doc__).partition("Rules:\n")[2].partition("\n\n")[0].strip()


def diagram(edges: Iterator[Edge]) -> str:
    lines = [f"    {source} --> {target} : {label}" for source, target, label in edges]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def document() -> str:
    blocks = [
        INTRODUCTION,
        "## The session\n",
        rules(states) + "\n",
        diagram(session_edges()) + "\n",
        "## The handshake\n",
        rules(handshake) + "\n",
        "The dialer, by what it awaits:\n",
        diagram(handshake_edges(Role.DIALER)) + "\n",
        "The host:\n",
        diagram(handshake_edges(Role.HOST)) + "\n",
        "## The frames of one direction\n",
        rules(direction) + "\n",
        diagram(direction_edges()) + "\n",
        "## What one side offers\n",
        rules(parcel) + "\n",
        diagram(offer_edges()) + "\n",
    ]
    return "\n".join(blocks)


def main(arguments: Sequence[str]) -> int:
    if arguments == ["--check"]:
        if TARGET.exists() and TARGET.read_text("utf-8") == document():
            return 0
        sys.stderr.write(f"{TARGET.name} is stale: run ./scripts/diagrams\n")
        return 1
    if arguments:
        sys.stderr.write("usage: ./scripts/diagrams [--check]\n")
        return 2
    TARGET.write_text(document(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
