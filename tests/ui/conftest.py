"""The keyring of Dominique, who knows four people."""

from pathlib import Path

import pytest

from entrechat_tui.protocol.card import short_card
from entrechat_tui.protocol.keyring import (
    Keyring,
    Trust,
    add_contact,
    set_trust,
)

from .keyrings import person, put_keyring


@pytest.fixture
def keyring() -> Keyring:
    """One of the four stands under a name in Cyrillic letters, one was rejected."""
    keyring = Keyring(own=person("Dominique"))
    keyring = add_contact(keyring, "Mum", person("Camille").identity)
    keyring = set_trust(keyring, "Mum", Trust.TRUSTED)
    keyring = add_contact(keyring, "Bob", short_card(person("Bob").identity))
    keyring = add_contact(keyring, "Вob", person("Zoe").identity)
    keyring = add_contact(keyring, "Old", person("old").identity)
    return set_trust(keyring, "Old", Trust.REJECTED)


@pytest.fixture
def file(tmp_path: Path, keyring: Keyring) -> Path:
    return put_keyring(tmp_path / "keyring", keyring)
