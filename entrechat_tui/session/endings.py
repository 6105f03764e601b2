"""Every way a session can end: one name, one sentence that a person can act on, one exit status."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Reason(Enum):
    """A named reason: (exit status, sentence). Braces are filled from the ending's details."""

    GOODBYE = (0, "You said goodbye.")
    PEER_GOODBYE = (0, "The other side said goodbye.")
    TIME_LIMIT = (0, "The time that both of you agreed on is over.")
    NO_TOR = (3, "There is no tor on this machine. Install tor 0.4.8 or later, then start again.")
    TOR_TOO_OLD = (
        3,
        "tor {found} is too old. Install 0.4.8 or later, then start again.",
    )
    NO_PRIVATE_DIRECTORY = (
        3,
        "There is no memory-backed directory for tor's files. Set XDG_RUNTIME_DIR to one.",
    )
    NO_GENCERT = (
        3,
        "There is no tor-gencert beside tor or on PATH. A private network needs it; it is part of "
        "tor's full package.",
    )
    DIRECTORY_REFUSED = (
        2,
        "{directory} {why}. Name a directory that is empty or that can be made.",
    )
    KEYRING_REFUSED = (2, "{file} {why}.")
    NO_MEMORY = (3, "Not enough memory to stretch a phrase or passphrase: 256 MiB must be free.")
    TOR_REFUSED = (3, "tor did not accept its configuration: {line}")
    TOR_DIED = (4, "tor stopped unexpectedly ({status}). Start a new session.")
    TOR_STUCK = (4, "tor does not answer any more. It was ended; start a new session.")
    NO_NETWORK = (
        4,
        "tor made no progress for {seconds} s at {percent} % ({phase}). "
        "Check the network connection; where Tor is blocked, a bridge may help.",
    )
    CLOCK_WRONG = (
        4,
        "This machine's clock is off by {skew}, so tor cannot work. "
        "Set the clock, then start again.",
    )
    PUBLISH_FAILED = (
        4,
        "The onion service could not be published: {uploads} of the 2 uploads needed "
        "in {seconds} s. Start again.",
    )
    ALREADY_HOSTED = (
        5,
        "Someone hosts with this phrase, or did within the last quarter of an hour. "
        "One of you hosts, the other joins; to host anew, make a new phrase.",
    )
    PEER_NEVER_CAME = (
        5,
        "Nobody came in {waited}. Check that both use the same phrase, that one hosts and "
        "the other joins, and that both clocks are right.",
    )
    NOT_ANSWERED = (
        5,
        "No call met yours in {waited}. Check that both of you call at the same time, with each "
        "other's present cards and the same passphrase or none, and that both clocks are right.",
    )
    HANDSHAKE_TIMEOUT = (6, "The other side fell silent during the handshake. Start again.")
    HANDSHAKE_FAILED = (
        6,
        "The other side did not prove that it knows the same secret: {rule}. "
        "Nothing was shown or sent. Agree on a new phrase, or exchange new cards.",
    )
    PEER_OTHER_IDENTITY = (
        6,
        "Whoever answered does not hold the identity that you called. Nothing was shown or sent.",
    )
    PEER_OLD_IDENTITY = (
        6,
        "Whoever came holds an identity that you know, but shows an outdated one. {why} "
        "Nothing was shown or sent.",
    )
    PEER_REJECTED = (
        6,
        "Whoever came holds an identity key that you rejected. Nothing was shown or sent.",
    )
    PEER_IMPERSONATES = (
        6,
        "Whoever came takes the name of “{name}”, whom you know, and holds another identity key. "
        "Nothing was shown or sent. To meet somebody else of that name, meet without the keyring.",
    )
    PEER_VERSION = (
        6,
        "The other side's program speaks protocol {theirs}, this one speaks {ours}. "
        "Use the same version on both sides.",
    )
    PEER_HUNG_UP = (
        6,
        "The other side hung up during the handshake. It may be talking to someone already; "
        "start again on both sides.",
    )
    PEER_VANISHED = (7, "The connection to the other side broke without a goodbye.")
    PEER_SILENT = (7, "Nothing was heard from the other side for {seconds} s.")
    PEER_BROKE_PROTOCOL = (8, "The other side's program broke the protocol: {rule}.")
    CLOSING_TIMEOUT = (
        7,
        "The other side did not answer the goodbye within {seconds} s.",
    )
    WORDS_DIFFER = (
        9,
        "The words that you typed are not the other side's. Somebody may stand between you and "
        "read along, or the words were misheard. Believe nothing of this session; meet again, "
        "with a secret that you agree on in another way.",
    )
    PEER_WORDS_DIFFER = (
        9,
        "The other person typed other words than yours. Somebody may stand between you and read "
        "along, or the words were misheard. Believe nothing of this session; meet again, with a "
        "secret that you agree on in another way.",
    )
    KEYS_FAILED = (
        4,
        "{program} could not make the private network's keys (exit status {status}). "
        "Check that the directory has room.",
    )
    NETWORK_NOT_READY = (
        4,
        "The private network was not ready within {seconds} s. Free some processor time and "
        "memory (about 450 MB), then start again.",
    )
    INTERNAL = (70, "Entrechat failed by its own fault: {error}. Please report it.")
    HANGUP = (129, "The terminal went away.")
    INTERRUPTED = (130, "Interrupted.")
    TERMINATED = (143, "The program was told to stop.")

    @property
    def status(self) -> int:
        """The exit status of the command line."""
        return self.value[0]


@dataclass(frozen=True)
class Ending:
    """A reason with what its sentence needs. Details never hold a secret or a peer's text."""

    reason: Reason
    details: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """One sentence (sometimes two) for a person."""
        return self.reason.value[1].format(**self.details)

    @property
    def status(self) -> int:
        """The exit status of the command line."""
        return self.reason.status


class SessionFailure(Exception):
    """Raised anywhere below the session to end it for a named reason."""

    def __init__(self, reason: Reason, **details: str | int) -> None:
        self.ending = Ending(reason, details)
        super().__init__(self.ending.sentence)


def ending_of(error: Exception) -> Ending:
    """The ending that an exception, or a group of them, stands for."""
    leaves = list(_leaves(error))
    for leaf in leaves:
        if isinstance(leaf, SessionFailure):
            return leaf.ending
    return Ending(Reason.INTERNAL, {"error": type(leaves[0]).__name__})


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
