"""The keyring file: what is refused is left as it was, what is written is whole and private."""

import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from entrechat_tui.protocol.card import ShortCard
from entrechat_tui.protocol.errors import LocalProtocolError
from entrechat_tui.protocol.identity import make_identity
from entrechat_tui.protocol.keyring import Keyring, add_contact
from entrechat_tui.session.endings import Reason, SessionFailure
from entrechat_tui.session.keyring_file import (
    change_keyring,
    check_free,
    check_keyring,
    create_keyring,
    load_keyring,
)

RING = Keyring(make_identity("Zoé", bytes(96), created=1))
PASSPHRASE = "a passphrase for tests"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sealed") / "ring"
    create_keyring(path, PASSPHRASE, RING)
    return path.read_bytes()


@pytest.fixture
def file(tmp_path: Path, sealed: bytes) -> Path:
    return private(tmp_path / "ring", sealed)


def private(path: Path, data: bytes) -> Path:
    path.touch(0o600)
    path.write_bytes(data)
    return path


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(SessionFailure) as caught:
        do()
    assert caught.value.ending.reason is Reason.KEYRING_REFUSED
    assert caught.value.ending.status == 2
    return str(caught.value)


@contextmanager
def limited(kind: int, amount: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (amount, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


def with_contact(petname: str) -> Callable[[Keyring], Keyring]:
    key = petname.encode().ljust(32, b".")
    return lambda keyring: add_contact(keyring, petname, ShortCard(key, key, 1))


@pytest.mark.parametrize("umask", [0, 0o777])
def test_what_was_written_is_read_and_its_owners_alone(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "ring"
    before = os.umask(umask)
    try:
        create_keyring(path, PASSPHRASE, RING)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keyring(path, PASSPHRASE) == RING
    assert os.listdir(tmp_path) == ["ring"]


def test_a_change_replaces_the_whole_file(file: Path, sealed: bytes) -> None:
    before = file.stat().st_ino
    changed = change_keyring(file, PASSPHRASE, with_contact("Alice"))
    assert changed == load_keyring(file, PASSPHRASE) == with_contact("Alice")(RING)
    assert file.stat().st_ino != before
    assert file.stat().st_mode & 0o777 == 0o600
    # Salt and nonce are new too.
    assert file.read_bytes()[28:68] != sealed[28:68]
    assert os.listdir(file.parent) == ["ring"]


def test_no_change_is_not_written(file: Path) -> None:
    before = file.stat()
    assert change_keyring(file, PASSPHRASE, replace) == RING
    assert file.stat() == before


def test_a_change_that_cannot_be_made_leaves_the_file(file: Path, sealed: bytes) -> None:
    with pytest.raises(LocalProtocolError):
        change_keyring(file, PASSPHRASE, with_contact(""))
    assert file.read_bytes() == sealed


def test_nothing_more_to_keep_removes_the_file(file: Path) -> None:
    assert change_keyring(file, PASSPHRASE, lambda keyring: None) is None
    assert os.listdir(file.parent) == []


def test_changes_at_once_are_all_kept(file: Path) -> None:
    names = ["Alice", "Bob", "Carol"]
    threads = [
        Thread(target=change_keyring, args=(file, PASSPHRASE, with_contact(name))) for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    contacts = load_keyring(file, PASSPHRASE).contacts
    assert sorted(contact.petname for contact in contacts) == names


def test_a_relative_name(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    assert load_keyring(Path("ring"), PASSPHRASE) == RING


def test_a_wrong_passphrase_is_not_told_from_damage(file: Path, sealed: bytes) -> None:
    sentence = f"{file} does not open: the passphrase is wrong, or the file is damaged"
    assert refused(lambda: load_keyring(file, "another")).startswith(sentence)
    assert refused(lambda: change_keyring(file, "another", replace)).startswith(sentence)
    assert file.read_bytes() == sealed
    file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert refused(lambda: load_keyring(file, PASSPHRASE)).startswith(sentence)


def link(path: Path, sealed: bytes) -> None:
    path.symlink_to(private(path.parent / "other", sealed))


def opened(mode: int) -> Callable[[Path, bytes], None]:
    return lambda path, sealed: private(path, sealed).chmod(mode)


def listening(path: Path, sealed: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    path.chmod(0o600)


def of_another(path: Path, sealed: bytes) -> None:
    os.chown(private(path, sealed), 12345, -1)


REFUSED: dict[str, tuple[Callable[[Path, bytes], object], str]] = {
    "nothing": (lambda path, sealed: None, "is not there"),
    "a directory": (lambda path, sealed: path.mkdir(0o700), "is not a file"),
    "a pipe": (lambda path, sealed: os.mkfifo(path, 0o600), "is not a file"),
    "a socket": (listening, "cannot be read"),
    "a link": (link, "is a symbolic link: name the file that it leads to"),
    "a link to itself": (lambda path, sealed: path.symlink_to(path), "is a symbolic link"),
    "read by a group": (opened(0o640), "is open to others on this machine: chmod 600 "),
    "read by all": (opened(0o604), "is open to others on this machine: chmod 600 "),
    "written by all": (opened(0o602), "is open to others on this machine: chmod 600 "),
    "an empty file": (lambda path, sealed: private(path, b""), "is not a keyring of Entrechat"),
    "another file": (lambda path, sealed: private(path, b"-----BEGIN"), "is not a keyring of"),
    "cut short": (lambda path, sealed: private(path, sealed[:999]), "is damaged: it was cut short"),
    "too long": (lambda path, sealed: private(path, sealed + bytes(2**20)), "is damaged"),
    "a later version": (
        lambda path, sealed: private(path, sealed.replace(b" 1\n", b" 2\n", 1)),
        "is a keyring of a version that this program does not know",
    ),
    "absurd parameters": (
        lambda path, sealed: private(path, sealed[:24] + b"\xff" * 4 + sealed[28:]),
        "is damaged: no keyring has such parameters of Argon2id",
    ),
    "a file of another user": (of_another, "belongs to another user of this machine"),
}


@pytest.mark.parametrize(("make", "why"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_will_not_do(
    make: Callable[[Path, bytes], object], why: str, tmp_path: Path, sealed: bytes
) -> None:
    if make is of_another and os.geteuid():
        pytest.skip("only root can give a file away")
    path = tmp_path / "ring"
    make(path, sealed)
    before = path.lstat() if os.path.lexists(path) else None
    for use in (
        lambda: check_keyring(path),
        lambda: load_keyring(path, PASSPHRASE),
        lambda: change_keyring(path, PASSPHRASE, with_contact("Alice")),
    ):
        assert refused(use).startswith(f"{path} {why}")
    after = path.lstat() if os.path.lexists(path) else None
    assert (after and after.st_mtime_ns) == (before and before.st_mtime_ns)


@pytest.mark.parametrize("directory", ["missing", "ring"])
def test_a_directory_that_will_not_do(directory: str, file: Path) -> None:
    path = file.parent / directory / "new"
    for use in (
        lambda: check_keyring(path),
        lambda: check_free(path),
        lambda: create_keyring(path, PASSPHRASE, RING),
        lambda: load_keyring(path, PASSPHRASE),
    ):
        assert refused(use).startswith(f"{path} has no directory to be in (N")


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_what_names_a_directory(name: str) -> None:
    assert refused(lambda: check_keyring(Path(name))).endswith(" is not a file.")
    assert "is there already" in refused(lambda: check_free(Path(name)))


def test_the_command_against_an_open_file_can_be_pasted(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "Zoé's ring"
    opened(0o644)(path, sealed)
    command = refused(lambda: check_keyring(path)).partition("machine: ")[2].removesuffix(".")
    assert os.system(command) == 0
    check_keyring(path)


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, dangling])
def test_a_new_file_never_takes_the_place_of_another(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "ring"
    make(path)
    for use in (lambda: check_free(path), lambda: create_keyring(path, PASSPHRASE, RING)):
        assert refused(use) == f"{path} is there already: name another file."
    assert os.listdir(tmp_path) == ["ring"]
    assert path.lstat().st_size < 4096 or path.is_dir()


def test_a_full_disk_leaves_the_file_as_it_was(file: Path, sealed: bytes) -> None:
    ignored = signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with limited(resource.RLIMIT_FSIZE, 1000):
        change = refused(lambda: change_keyring(file, PASSPHRASE, with_contact("Alice")))
        create = refused(lambda: create_keyring(file.with_name("new"), PASSPHRASE, RING))
    signal.signal(signal.SIGXFSZ, ignored)
    assert change == f"{file} cannot be written (File too large)."
    assert create == f"{file.with_name('new')} cannot be written (File too large)."
    assert file.read_bytes() == sealed
    assert os.listdir(file.parent) == ["ring"]


def test_where_no_file_can_be_made() -> None:
    sentence = refused(lambda: create_keyring(Path("/proc/ring"), PASSPHRASE, RING))
    assert sentence.startswith("/proc/ring cannot be written (")


def test_too_little_memory_to_open_or_to_seal(file: Path) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    with limited(resource.RLIMIT_AS, pages * resource.getpagesize() + 2**27):
        for use in (
            lambda: load_keyring(file, PASSPHRASE),
            lambda: create_keyring(file.with_name("new"), PASSPHRASE, RING),
        ):
            with pytest.raises(SessionFailure) as caught:
                use()
            assert caught.value.ending.reason is Reason.NO_MEMORY
    assert os.listdir(file.parent) == ["ring"]
