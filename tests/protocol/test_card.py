"""Cards: what a mail does to them does not matter, and what is wrong with one is said."""

import hashlib
import textwrap
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.protocol.card import (
    LINK,
    SHORT_SIZE,
    SHORT_VERSION_MAX,
    Card,
    CardError,
    ShortCard,
    card_link,
    decode_card_untrusted,
    encode_card,
    parse_card_untrusted,
    short_card,
)
from entrechat_tui.protocol.errors import RemoteProtocolError
from entrechat_tui.protocol.identity import encode_identity, make_identity
from entrechat_tui.protocol.strict import U64

ZOE = make_identity("Zoé", bytes(range(96)), created=1_700_000_000).identity
ADA = make_identity("Ada", bytes(range(1, 97)), created=1_700_000_000).identity
LONG = make_identity("\U0001f600" * 40, bytes(range(2, 98)), created=U64).identity
SHORT = short_card(ZOE)
CARDS = [ZOE, ADA, LONG, SHORT, ShortCard(bytes(32), bytes(32), SHORT_VERSION_MAX)]
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def link_of(body: bytes) -> str:
    """A link written out after protocol.md, with a good checksum over whatever it holds."""
    data = body + hashlib.sha256(b"entrechat card" + body).digest()[:4]
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return LINK + "".join(LETTERS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


def fault(text: str) -> str:
    with pytest.raises(CardError) as caught:
        parse_card_untrusted(text)
    return str(caught.value)


def test_a_card_is_written_as_the_document_says() -> None:
    data = encode_identity(ZOE)
    assert card_link(ZOE) == link_of(len(data).to_bytes(2, "big") + data)
    assert card_link(SHORT) == link_of(b"\x80\x01" + ZOE.identity_key + ZOE.meeting_key)


@pytest.mark.parametrize("card", CARDS)
def test_every_card_is_read_back(card: Card) -> None:
    assert parse_card_untrusted(card_link(card)) == card
    assert decode_card_untrusted(encode_card(card)) == card


def test_a_short_card_fits_a_qr_code_of_45_modules() -> None:
    """Version 5, error correction M, holds 122 characters of the alphanumeric set."""
    assert len(card_link(SHORT)) == 122
    assert len(encode_card(SHORT)) == SHORT_SIZE


def quoted(link: str) -> str:
    return "\r\n".join(f"> > {line}" for line in textwrap.wrap(link, 60))


DAMAGE = {
    "capitals": card_link(ZOE).upper(),
    "wrapped": "\n".join(textwrap.wrap(card_link(ZOE), 20)),
    "wrapped within the first word": card_link(ZOE).replace("entrechat", "entre\n  chat"),
    "quoted": quoted(card_link(ZOE)),
    "quoted-printable": "=\n".join(textwrap.wrap(card_link(ZOE), 75)),
    "spaces": " ".join(card_link(ZOE)),
    "no-break spaces": "\u00a0".join(textwrap.wrap(card_link(ZOE), 5)),
    "soft hyphens": "\u00ad".join(textwrap.wrap(card_link(ZOE), 5)),
    "zero-width spaces": "\u200b".join(card_link(ZOE)),
    "angle brackets": f"<{card_link(ZOE)}>",
    "a full stop": f"My card is {card_link(ZOE)}.",
    "a comma": f"{card_link(ZOE)}, and yours?",
    "a sentence behind it": f"{card_link(ZOE)}\n\nBest regards\nZoé",
    "the word in a sentence": f"Start Entrechat: then\n\n{card_link(ZOE)} I call at entrechat: 8",
    "made a web address": card_link(ZOE).replace(LINK, "Entrechat://"),
    "emphasis": f"**{card_link(ZOE)}**",
    "fullwidth": "".join(chr(ord(char) + 0xFEE0) for char in card_link(ZOE)),
    "letters taken for digits": LINK
    + card_link(ZOE).removeprefix(LINK).replace("1", "l").replace("0", "O"),
    "twice": f"{card_link(ZOE)}\n{card_link(ZOE)}",
    "a comment before it": f"# {LINK} the card of Zoé\n{card_link(ZOE)}\n",
    "a cut one before it": f"{card_link(ADA)[:50]}, no: {card_link(ZOE)}",
}


@pytest.mark.parametrize("text", DAMAGE.values(), ids=DAMAGE)
def test_what_a_card_goes_through_does_not_matter(text: str) -> None:
    assert parse_card_untrusted(text) == ZOE


@given(
    st.lists(st.integers(0, 400), max_size=20),
    st.sampled_from(["\n", "\r\n> ", " ", "\u00ad", "-", "|\n| "]),
    st.text(max_size=30).map(lambda text: text.replace(":", "")),
    st.text(max_size=30).map(lambda text: text.replace(":", "")),
)
def test_a_card_survives_any_break(
    breaks: list[int], between: str, before: str, after: str
) -> None:
    link = card_link(ZOE)
    for at in sorted(breaks, reverse=True):
        link = link[:at] + between + link[at:]
    assert parse_card_untrusted(f"{before} {link} {after}") == ZOE


CUT = card_link(ZOE)[:100]
LENGTH = len(card_link(ZOE)) - len(LINK)
FORGED = encode_identity(replace(ZOE, version=2))
FAULTS = {
    "nothing": ("", "There is no card in this: a card begins with entrechat:"),
    "no card": ("Hello, Zoé!", "There is no card in this"),
    "the word alone": (LINK, "This card is cut short: there is next to nothing of it."),
    "cut": (CUT, f"This card is cut short: 90 of its {LENGTH} characters are there."),
    "cut by one": (card_link(SHORT)[:-1], "cut short: 111 of its 112 characters are there."),
    "cut, then a sentence": (
        f"{CUT}. Until then!",
        f"stops after 90 of its {LENGTH} characters, at “u”",
    ),
    "mistyped": (card_link(SHORT)[:-9] + "7" + card_link(SHORT)[-8:], "The checksum"),
    "a mistyped beginning": (LINK + "7" + card_link(ZOE)[11:], "begins as none does"),
    "a longer identity than any": (
        link_of((372).to_bytes(2, "big") + bytes(372)),
        "begins as none",
    ),
    "a changed identity": (
        link_of(len(FORGED).to_bytes(2, "big") + FORGED),
        "This card is as it was made, but not a good one: a signature is wrong.",
    ),
    "no identity": (link_of(b"\x00\x00"), "the identity is not one MessagePack value."),
    "version 0": (link_of(b"\x80\x00" + bytes(64)), "is not a number from 1 on."),
    "two people": (
        f"{card_link(ZOE)} {card_link(ADA)}",
        "There are 2 different cards in this: take one of them.",
    ),
    "the longest candidate": (f"{LINK} and {CUT}", "cut short: 90 of"),
}


@pytest.mark.parametrize(("text", "sentence"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_said(text: str, sentence: str) -> None:
    assert sentence in fault(text)


@pytest.mark.parametrize("card", [ZOE, SHORT])
def test_every_changed_character_is_noticed(card: Card) -> None:
    link = card_link(card)
    # The last character of a card may hold bits that mean nothing.
    for at in range(len(LINK), len(link) - 1):
        changed = LETTERS[LETTERS.index(link[at]) ^ 1]
        assert fault(link[:at] + changed + link[at + 1 :])


def test_two_characters_that_changed_places_are_noticed() -> None:
    link = card_link(SHORT)
    for at in range(len(LINK), len(link) - 1):
        if link[at] != link[at + 1]:
            assert fault(link[:at] + link[at + 1] + link[at] + link[at + 2 :])


def test_a_short_card_that_a_keyring_cannot_hold() -> None:
    with pytest.raises(RemoteProtocolError):
        decode_card_untrusted(bytes(SHORT_SIZE))


def test_a_version_beyond_the_short_ones_is_told_as_the_highest() -> None:
    assert short_card(replace(ZOE, version=U64)).version == SHORT_VERSION_MAX
