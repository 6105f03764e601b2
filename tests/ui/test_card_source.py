"""Where a card comes from: its text, a file, a picture, input; and what is wrong with each."""

import os
from pathlib import Path

import pytest

from entrechat_tui.protocol.card import Card, CardError, card_link, short_card
from entrechat_tui.ui.card_source import card_of_untrusted, read_card
from entrechat_tui.ui.qr import write_picture

from .keyrings import person

ZOE = person("Zoé").identity
LINK = card_link(ZOE)


@pytest.mark.parametrize("card", [ZOE, short_card(ZOE)])
def test_a_link(card: Card) -> None:
    assert read_card(card_link(card)) == card
    assert read_card(f"<{card_link(card).upper()}>") == card


TEXTS = {
    "a line": LINK.encode(),
    "a mail": f"Dear Ada,\r\n\r\n> {LINK[:70]}\r\n> {LINK[70:]}.\r\n\r\nZoé".encode("latin-1"),
    "UTF-8 with a mark": LINK.encode("utf-8-sig"),
    "UTF-16": LINK.encode("utf-16"),
}


@pytest.mark.parametrize("data", TEXTS.values(), ids=TEXTS)
def test_a_text_file(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "zoe.card").write_bytes(data)
    assert read_card(str(tmp_path / "zoe.card")) == ZOE


def test_a_file_whose_name_is_like_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("entrechat:zoe").write_text(LINK)
    assert read_card("entrechat:zoe") == ZOE


def test_a_picture(tmp_path: Path) -> None:
    write_picture(ZOE, tmp_path / "zoe", "png")
    assert read_card(str(tmp_path / "zoe")) == ZOE


def read_from_input(data: bytes, tmp_path: Path) -> Card:
    (tmp_path / "input").write_bytes(data)
    before = os.dup(0)
    with open(tmp_path / "input", "rb") as file:
        os.dup2(file.fileno(), 0)
    try:
        return read_card("-")
    finally:
        os.dup2(before, 0)
        os.close(before)


def test_input(tmp_path: Path) -> None:
    assert read_from_input(TEXTS["a mail"], tmp_path) == ZOE


def test_a_picture_on_input(tmp_path: Path) -> None:
    write_picture(ZOE, tmp_path / "zoe", "png")
    assert read_from_input((tmp_path / "zoe").read_bytes(), tmp_path) == ZOE


WRONG = {
    "neither": ("Zoe", "Zoe is not a card, and cannot be read as a file either"),
    "a directory": ("/", "Is a directory"),
    "a link that is cut": (LINK[:90], "This card is cut short: 80 of its"),
    "an empty file": ("/dev/null", "There is no card in this"),
    "no end": ("/dev/zero", "This is too long"),
}


@pytest.mark.parametrize(("source", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_no_card(source: str, sentence: str) -> None:
    with pytest.raises(CardError, match=sentence):
        read_card(source)


def test_a_text_that_is_too_long() -> None:
    with pytest.raises(CardError, match="a text may have 1 MiB"):
        card_of_untrusted(LINK.encode() + bytes(1 << 20))
