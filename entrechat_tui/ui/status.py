"""What plain mode says about a session, one line at a time. The demo reads these lines again."""

from collections.abc import Iterator

from ..protocol.events import Step
from ..protocol.verification import Words
from ..session import events
from ..session.receipt import Receipt
from ..session.states import State
from .sanitise import escape_controls, sanitise, sanitise_name
from .words import preferred_lists, spoken

_STAGES = {
    State.STARTING: "tor starts",
    State.OPENING: "the meeting place is made ready",
    State.WAITING: "for the other side",
    State.HANDSHAKE: "the other side is here",
    State.OPEN: "the conversation",
    State.CLOSING: "both sides say goodbye",
    State.CLOSED: "everything of this session is taken down",
}
_BOUNDED = (State.WAITING, State.HANDSHAKE, State.CLOSING)
_STEPS = {
    Step.VERSION: "the same secret",
    Step.NOISE: "keys agreed",
    Step.IDENTITIES: "identities verified",
}


def spell_seconds(seconds: float) -> str:
    """A duration for a person, whole seconds: ``45 s``, ``10 min``, ``1 h 30 min``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def spell_key(key: bytes) -> str:
    """A public key as a person compares it: hexadecimal in groups of four."""
    return key.hex(" ", 2)


def peer_lines(name: str, text: str) -> list[str]:
    """A message of the peer's: the first character of each line tells that it is one."""
    first, *others = sanitise(text).split("\n")
    return [f"< {name}: {first}", *(f"| {line}" for line in others)]


def status_lines(event: events.Event) -> Iterator[str]:
    """What there is to say about an event, without the leading ``* ``; often nothing."""
    match event:
        case events.StateEntered(state, bound):
            yield f"{state.value}: {_STAGES[state]}{_spell_bound(state, bound)}"
        case events.Bootstrap(percent, phase):
            yield f"bootstrap {percent} %: {phase}"
        case events.Door(points, uploads, started):
            yield f"door: {points} introduction points, {uploads} of {started} uploads"
        case events.Dialling(attempt, outcome, next_in):
            yield f"attempt {attempt}: {outcome}; the next in {next_in:.1f} s"
        case events.HandshakeStep(step):
            yield f"handshake {step.value} of {len(Step)}: {_STEPS[step]}"
        case events.PeerKnown(name, key):
            yield f"peer: says its name is {sanitise_name(name)}"
            yield f"peer: identity key {spell_key(key)}"
        case events.Opened(limit):
            yield f"opened: for {spell_seconds(limit)} at most"
        case events.TextDelivered(ref, seconds):
            yield f"delivered {ref} ({seconds:.3f} s)"
        case events.WordsKnown(own):
            yield words_line(own)
        case events.WordsChecked(ours, peers):
            yield f"verify: you typed {_spell_typed(ours)}, the other person {_spell_typed(peers)}"
            if ours and peers:
                yield "verify: both are right: nobody stands between you"
        case events.CardAccepted():
            yield "card: the other side keeps yours"
        case events.KeyringOffered(size, contacts):
            yield f"keyring: one of {size} bytes with {contacts} contacts is offered to you"
        case events.KeyringAnswered(taken):
            yield f"keyring: the other side {'takes yours' if taken else 'does not take yours'}"
        case events.KeyringDelivered():
            yield "keyring: the other side has all of it"
        case events.CircuitsSeen(paths):
            for path in paths:
                yield f"path: {' '.join(path)}"
        case events.Notice(text):
            yield f"notice: {text}"
        case events.Leaving(ending):
            yield f"leaving: {ending.sentence}"
        case events.Closed(receipt):
            yield from receipt_lines(receipt)


def words_line(own: Words) -> str:
    """What our person reads aloud, in their own language."""
    return f"words: read these aloud: {' '.join(spoken(own, preferred_lists()[0]))}"


def failed_lines(ref: int, text: str) -> list[str]:
    """A message of ours that did not arrive: its text is given back."""
    first, *others = escape_controls(text).split("\n")
    return [f"failed {ref}: it did not arrive and stays yours: {first}", *others]


def receipt_lines(receipt: Receipt) -> Iterator[str]:
    """The receipt, the sentence of the ending last."""
    for state, seconds in receipt.stages:
        yield f"stage {state.value}: {seconds:.3f} s"
    yield (
        f"messages: {receipt.sent} sent, {receipt.delivered} delivered, "
        f"{receipt.failed} failed, {receipt.received} received"
    )
    yield f"goodbye from the other side: {'yes' if receipt.peer_goodbye else 'no'}"
    for check in receipt.teardown:
        yield f"{'gone' if check.ok else 'STILL THERE'}: {check.what} ({check.seen})"
    yield f"receipt: {'clean' if receipt.clean else 'not clean'}"
    yield f"end: {receipt.ending.sentence}"


def _spell_typed(matched: bool | None) -> str:
    return {None: "nothing yet", True: "the right words", False: "WRONG words"}[matched]


def _spell_bound(state: State, bound: float | None) -> str:
    if bound is None or state not in _BOUNDED:
        return ""
    return f", {spell_seconds(bound)} at most"
