"""``entrechat id``: what each action leaves in the file, and a sentence for whatever is wrong."""

import os
import resource
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from entrechat_tui.protocol.card import short_card
from entrechat_tui.protocol.identity import UserIdentity, make_identity, rotate
from entrechat_tui.protocol.keyring import Keyring, add_contact
from entrechat_tui.session.keyring_file import load_keyring

from .keyrings import PASSPHRASE, get_keyring, person, put_keyring, run_on
from .programs import run

OTHER = "another passphrase, not short"
ZOE, BOB = person("Zoé"), person("bob")
ZOE_2, ZOE_2B = (rotate(ZOE, bytes([number]) * 64, created=2) for number in (1, 2))
RING = Keyring(ZOE)
WITH_BOB = add_contact(RING, "Bob", short_card(BOB.identity))
FDS = ("--passphrase-fd", "0")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return put_keyring(tmp_path / "ring", RING)


def told(lines: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """``entrechat id ARGUMENTS`` with these lines on standard input."""
    return run("id", *map(str, arguments), stdin=None, input=lines, start_new_session=True)


def shown(output: str) -> dict[str, str]:
    """The values of a listing, each on one line, by the name in front of them."""
    pairs = (line.split("  ", 1) for line in output.replace("\n" + " " * 14, " ").splitlines())
    return {name: value.strip() for name, value in pairs}


def failed(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("entrechat: ")
    return last.removeprefix("entrechat: ")


def test_new_makes_a_file_that_its_owner_alone_can_read(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    done = told(f"{PASSPHRASE}\n", "new", "--keyring", path, "--name", "Zoé", *FDS)
    keyring = load_keyring(path, PASSPHRASE)
    assert (done.returncode, done.stderr, path.stat().st_mode & 0o777) == (0, "", 0o600)
    assert keyring.own is not None
    key = keyring.own.identity.identity_key.hex()
    lines = shown(done.stdout)
    assert lines["identity key"].replace(" ", "") == key
    assert (lines["name"], lines["contacts"]) == ("Zoé", "0")
    assert lines["version"].startswith("1, made on 20")
    assert keyring == Keyring(keyring.own)


def test_two_identities_are_never_the_same(tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        done = told(f"{PASSPHRASE}\n", "new", "--keyring", tmp_path / name, *FDS)
        keys.add(shown(done.stdout)["identity key"])
    assert len(keys) == 2


def test_new_in_a_file_that_holds_contacts_alone(tmp_path: Path) -> None:
    path = put_keyring(tmp_path / "ring", replace(WITH_BOB, own=None))
    assert run_on(path, "id", "new").returncode == 0
    keyring = load_keyring(path, PASSPHRASE)
    assert keyring.own is not None
    assert (keyring.own.identity.username, keyring.contacts) == ("anonymous", WITH_BOB.contacts)


def test_show(file: Path) -> None:
    done = run_on(put_keyring(file, WITH_BOB), "id", "show")
    assert (done.returncode, done.stderr) == (0, "")
    assert shown(done.stdout) == {
        "name": "Zoé",
        "identity key": ZOE.identity.identity_key.hex(" ", 2),
        "version": "1, made on 2023-11-14",
        "contacts": "1",
    }
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_show_what_holds_no_identity(file: Path) -> None:
    done = run_on(put_keyring(file, Keyring()), "id", "show")
    assert (done.returncode, shown(done.stdout)) == (0, {"contacts": "0"})


def test_a_name_that_acts_on_a_terminal_is_shown_and_does_not(file: Path) -> None:
    odd = make_identity("\u202eZoé\u200b", bytes(96), created=2**64 - 1)
    lines = shown(run_on(put_keyring(file, Keyring(odd)), "id", "show").stdout)
    assert "\u202e" not in lines["name"]
    assert lines["version"] == "1, made on 9999-12-31"


def test_export_is_a_copy_with_another_passphrase(file: Path) -> None:
    put_keyring(file, WITH_BOB)
    before, copy = file.read_bytes(), file.with_name("copy")
    arguments = ("export", "--keyring", file, "--to", copy, *FDS, "--new-passphrase-fd", "0")
    done = told(f"{PASSPHRASE}\n{OTHER}\n", *arguments)
    assert done.returncode == 0
    assert done.stderr.startswith("* Use one identity in one place.")
    assert load_keyring(copy, OTHER) == WITH_BOB
    assert file.read_bytes() == before
    assert failed(told(f"{PASSPHRASE}\n{OTHER}\n", *arguments)).startswith(f"{copy} is there")


def imported(source: Path, file: Path) -> subprocess.CompletedProcess[str]:
    arguments = ("--keyring", file, "--from", source, *FDS, "--from-passphrase-fd", "0")
    return told(f"{PASSPHRASE}\n{PASSPHRASE}\n", "import", *arguments)


def test_import_into_a_new_file_takes_the_identity_alone(tmp_path: Path) -> None:
    source, path = put_keyring(tmp_path / "source", WITH_BOB), tmp_path / "ring"
    done = imported(source, path)
    assert done.returncode == 0
    assert "In two, nobody can tell" in done.stderr
    assert load_keyring(path, PASSPHRASE) == RING
    assert get_keyring(source) == WITH_BOB


TAKEN: dict[str, tuple[Keyring, Keyring]] = {
    "the higher version": (WITH_BOB, replace(WITH_BOB, own=ZOE_2)),
    "where there was none": (replace(WITH_BOB, own=None), replace(WITH_BOB, own=ZOE_2)),
    "the same": (Keyring(ZOE_2), Keyring(ZOE_2)),
}


@pytest.mark.parametrize(("before", "after"), TAKEN.values(), ids=TAKEN)
def test_import_keeps_the_contacts(before: Keyring, after: Keyring, tmp_path: Path) -> None:
    source = put_keyring(tmp_path / "source", Keyring(ZOE_2))
    path = put_keyring(tmp_path / "ring", before)
    assert imported(source, path).returncode == 0
    assert load_keyring(path, PASSPHRASE) == after


NOT_TAKEN: dict[str, tuple[UserIdentity | None, Keyring, str]] = {
    "an older version": (ZOE, Keyring(ZOE_2), "This is an old card, version 1: version 2 is"),
    "another one of the version": (ZOE_2, Keyring(ZOE_2B), "There are two different cards with"),
    "somebody else": (BOB, RING, "the two files hold different identities; nothing was changed"),
    "nobody": (None, RING, "source holds no identity; entrechat id new makes one"),
    "a contact": (BOB, replace(WITH_BOB, own=None), "This identity is that of a contact, Bob."),
}


@pytest.mark.parametrize(("own", "before", "why"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_import_refuses(
    own: UserIdentity | None, before: Keyring, why: str, tmp_path: Path
) -> None:
    source = put_keyring(tmp_path / "source", Keyring(own))
    path = put_keyring(tmp_path / "ring", before)
    sealed = path.read_bytes()
    assert why in failed(imported(source, path))
    assert path.read_bytes() == sealed


def test_rotate_keeps_who_one_is(file: Path) -> None:
    done = run_on(put_keyring(file, WITH_BOB), "id", "rotate")
    assert done.returncode == 0
    assert done.stderr.startswith("* The keys are new.")
    keyring = load_keyring(file, PASSPHRASE)
    assert keyring.own is not None
    old, new = ZOE.identity, keyring.own.identity
    assert (new.identity_key, new.username, new.version) == (old.identity_key, old.username, 2)
    assert {new.noise_key, new.meeting_key}.isdisjoint({old.noise_key, old.meeting_key})
    assert keyring.contacts == WITH_BOB.contacts


def test_forget_keeps_the_contacts(file: Path) -> None:
    done = run_on(put_keyring(file, WITH_BOB), "id", "forget", "--yes")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Zoé (version 1) will be gone" in done.stderr
    assert load_keyring(file, PASSPHRASE) == replace(WITH_BOB, own=None)


def test_forget_removes_a_file_with_nothing_else_in_it(file: Path) -> None:
    done = run_on(file, "id", "forget", "--yes")
    assert done.returncode == 0
    assert "and the file, which holds nothing else, will be gone" in done.stderr
    assert "may outlive its file" in done.stderr
    assert os.listdir(file.parent) == []


def test_forget_asks(file: Path) -> None:
    sealed = file.read_bytes()
    assert failed(run_on(file, "id", "forget")).startswith("nobody is there to be asked; --yes")
    assert file.read_bytes() == sealed


MISSING = "/nowhere/ring"
WRONG: dict[str, tuple[list[str], str]] = {
    "nothing to do": ([], "ACTION"),
    "nothing known": (["make"], "invalid choice: 'make'"),
    "no file": (["show"], "--keyring"),
    "no file to export to": (["export", "--keyring", "F"], "--to"),
    "no file to import": (["import", "--keyring", "F"], "--from"),
    "a passphrase as an argument": (["show", "--keyring", "F", "pass"], "unrecognised: pass"),
    "an option of another action": (["show", "--keyring", "F", "--yes"], "unrecognised: --yes"),
    "no number": (["show", "--keyring", "F", "--passphrase-fd", "x"], "invalid int value"),
    "a closed descriptor": (["show", "--keyring", "F", "--passphrase-fd", "77"], "descriptor 77"),
    "a negative one": (["show", "--keyring", "F", "--passphrase-fd=-1"], "descriptor -1"),
    "a huge one": (["show", "--keyring", "F", "--passphrase-fd", "9" * 20], "descriptor 999"),
    "no such file": (["show", "--keyring", "G", *FDS], "G is not there"),
    "no such directory": (["new", "--keyring", MISSING, *FDS], "has no directory to be in"),
    "no such source": (["import", "--keyring", "G", "--from", "H", *FDS], "H is not there"),
    "no room for a copy": (["export", "--keyring", "F", "--to", MISSING, *FDS], "no directory"),
    "a copy on itself": (["export", "--keyring", "F", "--to", "F", *FDS], "F is there already"),
    "a bad name": (
        ["new", "--keyring", "G", "--name", "x" * 41, *FDS],
        "This name has 41 characters.",
    ),
    "a second identity": (["new", "--keyring", "F", *FDS], "F holds an identity already, Zoé"),
    "no terminal": (["show", "--keyring", "F"], "no terminal to ask for a passphrase"),
}


@pytest.mark.parametrize(("arguments", "why"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_line_has_one_sentence(
    arguments: list[str], why: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    put_keyring(Path("F"), RING)
    sealed = Path("F").read_bytes()
    done = told(f"{PASSPHRASE}\n", *arguments)
    assert why in failed(done)
    assert len(done.stderr.splitlines()) == 1
    assert Path("F").read_bytes() == sealed
    assert sorted(os.listdir()) == ["F", "ring"]


PASSPHRASES: dict[str, tuple[bytes, str]] = {
    "none": (b"", "no passphrase was given for F; an empty one protects nothing"),
    "an empty one": (b"\n", "no passphrase was given for F; an empty one protects nothing"),
    "too long": (b"x" * 1001, "a passphrase has at most 1000 bytes"),
    "not UTF-8": (b"caf\xe9\n", "a passphrase is text in UTF-8, and this is not"),
    "wrong": (b"wrong\n", "F does not open: the passphrase is wrong, or the file is damaged"),
    "with a space": (PASSPHRASE.encode() + b" \n", "F does not open"),
}


@pytest.mark.parametrize(("line", "why"), PASSPHRASES.values(), ids=PASSPHRASES)
@pytest.mark.parametrize("action", ["show", "rotate"])
def test_a_passphrase_that_will_not_do(
    action: str, line: bytes, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sealed = put_keyring(Path("F"), RING).read_bytes()
    Path("typed").write_bytes(line)
    with open("typed", "rb") as stdin:
        done = run("id", action, "--keyring", "F", *FDS, stdin=stdin)
    assert failed(done).startswith(why)
    assert Path("F").read_bytes() == sealed


@pytest.mark.parametrize("end", ["", "\r\n", "\nsomething else\n"])
def test_a_passphrase_is_the_first_line(end: str, file: Path) -> None:
    assert told(PASSPHRASE + end, "show", "--keyring", file, *FDS).returncode == 0


def test_a_new_passphrase_that_is_short_is_called_so(tmp_path: Path) -> None:
    done = told("short\n", "new", "--keyring", tmp_path / "ring", *FDS)
    assert done.returncode == 0
    assert done.stderr.startswith("* That passphrase is short")


def test_a_closed_input_is_no_passphrase(file: Path) -> None:
    arguments = ("id", "show", "--keyring", str(file), *FDS)
    done = run(*arguments, stdin=None, preexec_fn=lambda: os.close(0))
    assert failed(done).startswith("no passphrase was given")


def test_too_little_memory(tmp_path: Path) -> None:
    def little() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))

    done = run(
        *("id", "new", "--keyring", str(tmp_path / "ring"), *FDS),
        stdin=None,
        input=f"{PASSPHRASE}\n",
        preexec_fn=little,
    )
    assert done.returncode == 3
    assert "256 MiB must be free" in done.stderr
    assert os.listdir(tmp_path) == []


def test_no_passphrase_stays_in_what_others_can_read() -> None:
    """There is no option for one, and no variable: a program's arguments are for all to see."""
    helps = [run("id", action, "--help").stdout for action in ("new", "export", "import")]
    assert not any("--passphrase " in text or "--passphrase=" in text for text in helps)
