"""The keyring file: sealed, for its owner alone, replaced whole or not at all.

What is wrong with a file is a SessionFailure, KEYRING_REFUSED, and the file is left as it was.
Opening and sealing take the better part of a second each: call these outside of the event loop.
"""

import errno
import fcntl
import os
import secrets
import shlex
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..protocol.errors import RemoteProtocolError
from ..protocol.frames import MAX_PARCEL
from ..protocol.keyring import Keyring
from ..protocol.keyring_seal import (
    RANDOMNESS_SIZE,
    check_sealed_untrusted,
    open_keyring_untrusted,
    seal_keyring,
)
from .endings import Reason, SessionFailure

_MODE = 0o600
_OTHERS = 0o077
# Of a name that is a link, the link would be replaced; of a pipe, opening would wait.
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_WHY = {
    errno.ENOENT: "is not there",
    errno.ELOOP: "is a symbolic link: name the file that it leads to",
}


def load_keyring(path: Path, passphrase: str) -> Keyring:
    """The keyring in a file."""
    with _directory(path) as directory:
        return _open(path, _read(path, directory), passphrase)


def check_keyring(path: Path) -> None:
    """Refuse, before anybody is asked for a passphrase, a file that cannot be a keyring."""
    with _directory(path) as directory, _named(path):
        check_sealed_untrusted(_read(path, directory))


def check_free(path: Path) -> None:
    """Refuse a name that a new keyring cannot have."""
    with _directory(path):
        if os.path.lexists(path):
            raise _refused(path, "is there already: name another file")


def create_keyring(path: Path, passphrase: str, keyring: Keyring) -> None:
    """A new file; one that is there already is never replaced."""
    with _directory(path) as directory:
        check_free(path)
        _write(path, directory, _seal(keyring, passphrase), new=True)


def read_sealed(path: Path) -> bytes:
    """The file as it is, sealed, for its owner's other machine."""
    with _directory(path) as directory, _named(path):
        sealed = _read(path, directory)
        check_sealed_untrusted(sealed)
        return sealed


def keep_sealed_untrusted(path: Path, sealed: bytes) -> None:
    """A new file with a sealed keyring from elsewhere; the name is refused as by create_keyring.

    What cannot be a keyring is a RemoteProtocolError, whose message follows "what came".
    """
    check_sealed_untrusted(sealed)
    with _directory(path) as directory:
        check_free(path)
        _write(path, directory, sealed, new=True)


def change_keyring(
    path: Path, passphrase: str, change: Callable[[Keyring], Keyring | None]
) -> Keyring | None:
    """Put what ``change`` makes of the keyring into the file; None removes the file.

    No other change of a file in this directory comes in between. What ``change`` raises comes
    through, with the file as it was.
    """
    with _directory(path) as directory:
        # Where a file system cannot lock a directory (NFS), two changes at once lose one.
        with suppress(OSError):
            fcntl.flock(directory, fcntl.LOCK_EX)
        keyring = _open(path, _read(path, directory), passphrase)
        changed = change(keyring)
        if changed is None:
            _remove(path, directory)
        elif changed != keyring:
            _write(path, directory, _seal(changed, passphrase), new=False)
        return changed


@contextmanager
def _directory(path: Path) -> Iterator[int]:
    """The directory of the file, so that all happens in this one, whatever is renamed."""
    try:
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _refused(path, f"has no directory to be in ({error.strerror})") from None
    try:
        yield directory
    finally:
        os.close(directory)


def _read(path: Path, directory: int) -> bytes:
    try:
        descriptor = os.open(path.name or ".", _READING, dir_fd=directory)
        try:
            _check(path, os.fstat(descriptor))
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(MAX_PARCEL + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _refused(path, _WHY.get(error.errno or 0, _cannot("read", error))) from None


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _refused(path, "is not a file")
    if status.st_uid != os.geteuid():
        raise _refused(path, "belongs to another user of this machine")
    if status.st_mode & _OTHERS:
        raise _refused(
            path, f"is open to others on this machine: chmod 600 {shlex.quote(str(path))}"
        )


def _open(path: Path, sealed: bytes, passphrase: str) -> Keyring:
    with _named(path), _enough_memory():
        return open_keyring_untrusted(sealed, passphrase)


def _seal(keyring: Keyring, passphrase: str) -> bytes:
    with _enough_memory():
        return seal_keyring(keyring, passphrase, os.urandom(RANDOMNESS_SIZE))


def _write(path: Path, directory: int, sealed: bytes, *, new: bool) -> None:
    temporary = f".entrechat-{secrets.token_hex(8)}"
    try:
        _write_whole(path, directory, temporary, sealed)
        # A link is made only where nothing of that name is; renaming would replace it.
        (os.link if new else os.replace)(
            temporary, path.name, src_dir_fd=directory, dst_dir_fd=directory
        )
        os.fsync(directory)
    except OSError as error:
        raise _refused(path, _cannot("written", error)) from None
    finally:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=directory)


def _write_whole(path: Path, directory: int, name: str, data: bytes) -> None:
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE, dir_fd=directory)
    with open(descriptor, "wb") as file:
        # The umask may have taken from the mode; some file systems ignore it.
        os.fchmod(descriptor, _MODE)
        if os.fstat(descriptor).st_mode & _OTHERS:
            raise _refused(path, "would be open to others: its file system keeps no permissions")
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _remove(path: Path, directory: int) -> None:
    try:
        os.unlink(path.name, dir_fd=directory)
        os.fsync(directory)
    except OSError as error:
        raise _refused(path, _cannot("removed", error)) from None


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except RemoteProtocolError as error:
        raise _refused(path, str(error)) from None


@contextmanager
def _enough_memory() -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise SessionFailure(Reason.NO_MEMORY) from None


def _cannot(done: str, error: OSError) -> str:
    return f"cannot be {done} ({error.strerror})"


def _refused(path: Path, why: str) -> SessionFailure:
    return SessionFailure(Reason.KEYRING_REFUSED, file=str(path), why=why)
