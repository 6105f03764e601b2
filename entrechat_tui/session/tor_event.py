"""What tor tells by itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TorEvent:
    """An asynchronous event (control-spec 4.1): its positional words and KEY=VALUE fields."""

    kind: str
    words: tuple[str, ...]
    fields: dict[str, str]
