"""Text in chunks: what is cut comes back together, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrechat_tui.protocol.errors import LocalProtocolError, RemoteProtocolError
from entrechat_tui.protocol.frames import CHUNK_SIZE, MAX_CHUNKS, Text
from entrechat_tui.protocol.messages import MAX_TEXT, Reassembler, split

SCRIPTS = {
    "ascii": "a",
    "latin": "é",
    "arabic": "ش",
    "devanagari": "क्षि",
    "cjk": "漢字",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "combining": "a\u0301\u0323",
    "controls": "\x1b[31m\u202e\x00\n",
}


def filled(script: str) -> str:
    """As much of it as fits into 64 KiB."""
    unit = SCRIPTS[script]
    count, rest = divmod(MAX_TEXT, len(unit.encode()))
    return unit * count + "." * rest


def together(chunks: list[Text]) -> str | None:
    reassembler = Reassembler()
    *early, last = [reassembler.add_untrusted(chunk) for chunk in chunks]
    assert not any(early)
    return last


@pytest.mark.parametrize("script", SCRIPTS)
def test_64_kib_of_every_script(script: str) -> None:
    text = filled(script)
    chunks = split(1, text)
    assert len(chunks) == MAX_CHUNKS
    assert together(chunks) == text


@given(st.text(min_size=1, max_size=2000))
def test_any_text(text: str) -> None:
    chunks = split(3, text)
    assert {len(chunk.chunk) for chunk in chunks[:-1]} <= {CHUNK_SIZE}
    assert together(chunks) == text


def test_the_borders_of_a_chunk() -> None:
    for size, count in ((1, 1), (460, 1), (461, 2), (920, 2), (65_320, 142), (65_321, 143)):
        assert len(split(1, "x" * size)) == count


@pytest.mark.parametrize("text", ["", "x" * 65_537, "é" * 32_769, "half \ud83d pair"])
def test_what_is_no_message(text: str) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        split(1, text)
    assert caught.value.__context__ is None


FULL = b"x" * CHUNK_SIZE
BAD_CHUNKS = {
    "does not begin at 0": [Text(1, 1, 2, b"x")],
    "index skipped": [Text(1, 0, 3, FULL), Text(1, 2, 3, b"x")],
    "index repeated": [Text(1, 0, 3, FULL), Text(1, 0, 3, FULL)],
    "total changed": [Text(1, 0, 3, FULL), Text(1, 1, 2, b"x")],
    "index beyond total": [Text(1, 1, 1, b"x")],
    "short before the last": [Text(1, 0, 2, b"x" * 459)],
    "longer than 64 KiB": [Text(1, i, 143, FULL) for i in range(142)]
    + [Text(1, 142, 143, b"x" * 217)],
    "not UTF-8": [Text(1, 0, 1, b"caf\xe9")],
    "overlong UTF-8": [Text(1, 0, 1, b"\xc0\xaf")],
    "a surrogate in UTF-8": [Text(1, 0, 1, b"\xed\xa0\x80")],
    "half a character at the end": [Text(1, 0, 2, FULL), Text(1, 1, 2, b"\xe2\x82")],
}


@pytest.mark.parametrize("chunks", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
def test_bad_chunks(chunks: list[Text]) -> None:
    reassembler = Reassembler()
    for chunk in chunks[:-1]:
        reassembler.add_untrusted(chunk)
    with pytest.raises(RemoteProtocolError) as caught:
        reassembler.add_untrusted(chunks[-1])
    assert caught.value.__context__ is None


def test_a_character_may_lie_across_two_chunks() -> None:
    text = "x" * 459 + "€"
    assert together(split(1, text)) == text
