"""The Noise interpreter: every pattern with itself, every misuse, every kind of bad message.

That it speaks as others do is shown by the published vectors (tests/test_vectors.py).
"""

from collections.abc import Callable

import pytest

from entrechat_tui.protocol.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from entrechat_tui.protocol.noise import MAX_MESSAGE, CipherState, HandshakeState
from entrechat_tui.protocol.patterns import PATTERNS, find_pattern
from entrechat_tui.protocol.primitives import x25519_public

STATIC = {True: b"\x11" * 32, False: b"\x22" * 32}
EPHEMERAL = {True: b"\x33" * 32, False: b"\x44" * 32}
PSK = b"\x55" * 32
LAST = 2**64 - 2


def side(
    name: str, initiator: bool, psk: bytes = PSK, prologue: bytes = b"prologue"
) -> HandshakeState:
    """One side with the keys that its pattern takes; True is the initiator."""
    pattern = find_pattern(name)
    keys = {
        "s": STATIC[initiator],
        "e": EPHEMERAL[initiator],
        "rs": x25519_public(STATIC[not initiator]),
    }
    needed = {key: keys[key] for key in pattern.needs(initiator)}
    return HandshakeState(name, initiator, prologue, psks=[psk] * pattern.psks, **needed)


def both(name: str) -> tuple[HandshakeState, HandshakeState]:
    return side(name, True), side(name, False)


def shake(sender: HandshakeState, receiver: HandshakeState) -> None:
    """Carry out the whole handshake, the payload of each message being its number."""
    number = 0
    while not sender.complete:
        payload = b"%d" % number
        assert receiver.read_message_untrusted(sender.write_message(payload)) == payload
        if receiver.complete and sender.complete:
            return
        sender, receiver, number = receiver, sender, number + 1


def names() -> list[str]:
    """Each pattern, alone, with each psk modifier that it has room for, and with two."""
    psks = [
        f"{name}psk{place}" for name, row in PATTERNS.items() for place in range(len(row[2:]) + 1)
    ]
    return [*PATTERNS, *psks, "NNpsk0+psk2"]


@pytest.mark.parametrize("name", names())
def test_both_sides_of_every_pattern_agree(name: str) -> None:
    initiator, responder = both(name)
    shake(initiator, responder)
    assert initiator.complete
    assert responder.complete
    assert initiator.handshake_hash == responder.handshake_hash
    for sender, receiver in ((initiator, responder), (responder, initiator)):
        ciphertext = sender.split()[0].encrypt(b"ad", b"text")
        assert receiver.split()[1].decrypt_untrusted(b"ad", ciphertext) == b"text"


@pytest.mark.parametrize("name", names())
def test_a_flipped_bit_anywhere_never_ends_well(name: str) -> None:
    """Each message in turn has each of its ends flipped; some later message cannot verify."""
    for number in range(len(find_pattern(name).messages)):
        for place in (0, -1):
            pair = both(name)
            with pytest.raises(RemoteProtocolError):
                shake_with_flip(*pair, number, place)


def shake_with_flip(
    initiator: HandshakeState, responder: HandshakeState, number: int, place: int
) -> None:
    """A handshake with one bit flipped on the way, and one message each way after it."""
    sender, receiver = initiator, responder
    count = 0
    while not (initiator.complete and responder.complete):
        message = bytearray(sender.write_message(b"payload"))
        if count == number:
            message[place] ^= 1
        receiver.read_message_untrusted(bytes(message))
        sender, receiver, count = receiver, sender, count + 1
    sealed = initiator.split()[0].encrypt(b"", b"")
    responder.split()[1].decrypt_untrusted(b"", sealed)


def test_static_keys_are_known_when_they_have_been_read() -> None:
    initiator, responder = both("XX")
    assert initiator.remote_static is None
    shake(initiator, responder)
    assert initiator.remote_static == x25519_public(STATIC[False])
    assert responder.remote_static == x25519_public(STATIC[True])
    assert side("KK", True).remote_static == x25519_public(STATIC[False])
    shake(*(pair := both("NN")))
    assert pair[0].remote_static is None


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("XXpsk0", {"psk": bytes(32)}),
        ("XXpsk0", {"prologue": b"another"}),
        ("XX", {"prologue": b"another"}),
    ],
)
def test_sides_that_differ_do_not_meet(name: str, other: dict[str, bytes]) -> None:
    initiator, responder = side(name, True), side(name, False, **other)
    with pytest.raises(RemoteProtocolError):
        shake(initiator, responder)


@pytest.mark.parametrize("length", [*range(48), 49])
def test_a_host_reads_no_first_message_of_another_length(length: int) -> None:
    """The first message of XXpsk0 with an empty payload has 48 bytes."""
    message = side("XXpsk0", True).write_message(b"") + b"\0"
    responder = side("XXpsk0", False)
    with pytest.raises(RemoteProtocolError):
        responder.read_message_untrusted(message[:length])


def test_a_static_key_that_is_cut_short_is_refused() -> None:
    initiator, responder = both("XX")
    responder.read_message_untrusted(initiator.write_message(b""))
    message = responder.write_message(b"")
    with pytest.raises(RemoteProtocolError):
        initiator.read_message_untrusted(message[: 32 + 47])


@pytest.mark.parametrize("public", [bytes(32), b"\1" + bytes(31)])
def test_a_zero_shared_secret_ends_the_handshake(public: bytes) -> None:
    responder = side("NN", False)
    responder.read_message_untrusted(public)
    with pytest.raises(RemoteProtocolError):
        responder.write_message(b"")


def test_nothing_is_possible_after_a_failure() -> None:
    initiator, responder = both("XXpsk0")
    message = initiator.write_message(b"")
    with pytest.raises(RemoteProtocolError):
        responder.read_message_untrusted(message[:-1] + b"\0")
    calls: list[Callable[[], object]] = [
        lambda: responder.read_message_untrusted(message),
        lambda: responder.write_message(b""),
        responder.split,
        lambda: responder.handshake_hash,
    ]
    for call in calls:
        with pytest.raises(LocalProtocolError):
            call()


def test_messages_have_an_order_and_an_end() -> None:
    initiator, responder = both("NN")
    with pytest.raises(LocalProtocolError):
        responder.write_message(b"")
    with pytest.raises(LocalProtocolError):
        initiator.read_message_untrusted(b"")
    shake(initiator, responder)
    for state in (initiator, responder):
        with pytest.raises(LocalProtocolError):
            state.write_message(b"")
        with pytest.raises(LocalProtocolError):
            state.read_message_untrusted(b"")


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"s": PSK},
        {"e": PSK},
        {"s": PSK, "e": PSK, "rs": PSK},
        {"s": PSK[1:], "e": PSK},
        {"s": PSK, "e": PSK + b"\0"},
    ],
)
def test_xx_takes_its_two_keys_and_no_other(keys: dict[str, bytes]) -> None:
    with pytest.raises(LocalProtocolError):
        HandshakeState("XX", True, b"", psks=(), **keys)


@pytest.mark.parametrize("psks", [[], [PSK, PSK], [PSK[1:]]])
def test_xxpsk0_takes_one_psk(psks: list[bytes]) -> None:
    with pytest.raises(LocalProtocolError):
        HandshakeState("XXpsk0", True, b"", s=PSK, e=PSK, psks=psks)


@pytest.mark.parametrize(
    "name", ["", "ZZ", "xx", "XXpsk4", "XXfallback", "XXpsk", "XX psk0", "NNhfs"]
)
def test_what_is_no_pattern(name: str) -> None:
    with pytest.raises(LocalProtocolError):
        find_pattern(name)


def test_no_message_is_longer_than_noise_allows() -> None:
    longest = bytes(MAX_MESSAGE - 32)
    initiator, responder = both("NN")
    assert responder.read_message_untrusted(initiator.write_message(longest)) == longest
    with pytest.raises(LocalProtocolError):
        side("NN", True).write_message(longest + b"\0")
    with pytest.raises(LocalProtocolError):
        side("NNpsk0", True).write_message(longest)
    with pytest.raises(RemoteProtocolError):
        side("NN", False).read_message_untrusted(bytes(MAX_MESSAGE + 1))


def test_no_transport_message_is_longer_than_noise_allows() -> None:
    longest = bytes(MAX_MESSAGE - 16)
    sealed = CipherState(PSK).encrypt(b"", longest)
    assert len(sealed) == MAX_MESSAGE
    assert CipherState(PSK).decrypt_untrusted(b"", sealed) == longest
    with pytest.raises(LocalProtocolError):
        CipherState(PSK).encrypt(b"", longest + b"\0")
    with pytest.raises(RemoteProtocolError):
        CipherState(PSK).decrypt_untrusted(b"", sealed + b"\0")


def test_the_last_nonce_is_never_used() -> None:
    sender, receiver = CipherState(PSK, LAST), CipherState(PSK, LAST)
    sealed = sender.encrypt(b"", b"text")
    assert receiver.decrypt_untrusted(b"", sealed) == b"text"
    for _ in range(2):
        with pytest.raises(LocalProtocolError):
            sender.encrypt(b"", b"text")
        with pytest.raises(RemoteProtocolError):
            receiver.decrypt_untrusted(b"", sealed)


def test_a_cipher_that_refused_still_awaits_the_same_message() -> None:
    sender, receiver = CipherState(PSK), CipherState(PSK)
    first, second = sender.encrypt(b"", b"1"), sender.encrypt(b"", b"2")
    for wrong in (second, first[:-1], b""):
        with pytest.raises(ProtocolError):
            receiver.decrypt_untrusted(b"", wrong)
    with pytest.raises(RemoteProtocolError):
        receiver.decrypt_untrusted(b"other", first)
    assert receiver.decrypt_untrusted(b"", first) == b"1"
    assert receiver.decrypt_untrusted(b"", second) == b"2"
    with pytest.raises(RemoteProtocolError):
        receiver.decrypt_untrusted(b"", second)


def test_nothing_shows_a_key() -> None:
    state = side("XXpsk0", True)
    for shown in (repr(state), str(state), repr(CipherState(PSK))):
        assert "5555" not in shown
        assert "U" * 8 not in shown
