"""Keyring files of people, and the program at work on them."""

import os
import subprocess
from pathlib import Path
from typing import Any

from entrechat_tui.protocol.identity import UserIdentity, make_identity
from entrechat_tui.protocol.keyring import Keyring
from entrechat_tui.protocol.keyring_seal import (
    RANDOMNESS_SIZE,
    Cost,
    open_keyring_untrusted,
    seal_keyring,
)

from .programs import run

PASSPHRASE = "five words drawn at random"
_CHEAP = Cost(passes=1, kib=8 << 10)


def person(name: str) -> UserIdentity:
    """Always the same keys for the same name."""
    return make_identity(name, name.encode()[:1] * 96, created=1_700_000_000)


def put_keyring(path: Path, keyring: Keyring) -> Path:
    sealed = seal_keyring(keyring, PASSPHRASE, os.urandom(RANDOMNESS_SIZE), _CHEAP)
    path.touch(mode=0o600)
    path.write_bytes(sealed)
    return path


def get_keyring(path: Path) -> Keyring:
    return open_keyring_untrusted(path.read_bytes(), PASSPHRASE)


def run_on(path: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """``entrechat ARGUMENTS`` on that file, with its passphrase on a descriptor."""
    reader, writer = os.pipe()
    with open(writer, "w") as file:
        file.write(f"{PASSPHRASE}\n")
    with open(reader):
        access = ("--keyring", str(path), "--passphrase-fd", str(reader))
        return run(*arguments, *access, pass_fds=(reader,), **options)
