"""Who broke the rules: this program, or the peer."""


class ProtocolError(Exception):
    """The rules of the protocol were broken."""


class LocalProtocolError(ProtocolError):
    """Our own side asked for what the state or a limit forbids; nothing was sent."""


class RemoteProtocolError(ProtocolError):
    """The peer sent what the protocol forbids. The connection is over.

    The message says which rule was broken and never repeats a byte that the peer sent.
    """


class OtherIdentity(RemoteProtocolError):
    """The peer's identity is verified, and is not the one that was called."""


class OldIdentity(RemoteProtocolError):
    """The peer's identity is the one that was called, in an older version."""


class VersionMismatch(RemoteProtocolError):
    """The peer speaks another major version; ``theirs`` is its (major, minor)."""

    def __init__(self, theirs: tuple[int, int]) -> None:
        super().__init__(f"the peer speaks protocol {theirs[0]}.{theirs[1]}")
        self.theirs = theirs
