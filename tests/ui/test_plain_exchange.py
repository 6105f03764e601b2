"""Calls, words, cards and keyrings in plain mode, over real Tor."""

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from entrechat_tui.protocol.card import card_link, short_card
from entrechat_tui.protocol.identity import UserIdentity, rotate
from entrechat_tui.protocol.keyring import Contact, Keyring, Trust, contact_of
from entrechat_tui.session.word_lists import word_list

from .keyrings import PASSPHRASE, get_keyring, person, put_keyring
from .programs import Program, run, running

ADA, BOB = person("Ada"), person("Bob")


def _keyring(path: Path, own: UserIdentity, *contacts: Contact, **changes: Any) -> Path:
    return put_keyring(path, Keyring(own, contacts, **changes))


@asynccontextmanager
async def _secrets(*lines: str) -> AsyncIterator[str]:
    """A descriptor to read these lines from."""
    reader, writer = os.pipe()
    with open(writer, "w") as file:
        file.writelines(f"{line}\n" for line in lines)
    try:
        yield str(reader)
    finally:
        os.close(reader)


@asynccontextmanager
async def _plain(
    network: Path, *arguments: str, keyring: Path, secrets: Iterable[str] = ()
) -> AsyncIterator[Program]:
    """``entrechat ARGUMENTS --plain --commands`` with that keyring, its passphrase given."""
    async with _secrets(PASSPHRASE, *secrets) as descriptor:
        options = ("--plain", "--commands", "--network", str(network), "--wait", "60")
        access = ("--keyring", str(keyring), "--passphrase-fd", descriptor)
        extra = ("--secret-fd", descriptor) if secrets else ()
        child = running(*arguments, *options, *access, *extra, pass_fds=[int(descriptor)])
        async with child as program:
            yield program


@asynccontextmanager
async def _met(network: Path, first: Path, second: Path) -> AsyncIterator[tuple[Program, Program]]:
    """Two who met by phrase, each with a keyring."""
    async with _plain(network, "meet", keyring=first) as host:
        phrase = (await host.says("* phrase: ")).partition(": ")[2]
        async with _plain(network, "meet", "-", keyring=second) as dialer:
            await dialer.type(f"{phrase}\n".encode())
            await _ready(host, dialer)
            yield host, dialer


@asynccontextmanager
async def _called(
    network: Path, *calls: tuple[str, Path], secrets: Iterable[str] = ()
) -> AsyncIterator[list[Program]]:
    async with AsyncExitStack() as stack:
        people = [
            await stack.enter_async_context(
                _plain(network, "call", name, keyring=keyring, secrets=secrets)
            )
            for name, keyring in calls
        ]
        await _ready(*people)
        yield people


async def _ready(*people: Program) -> None:
    for each in people:
        await each.says("* words: ")


async def _words(program: Program) -> str:
    return (await program.says("* words: ")).rpartition(": ")[2]


async def _do(program: Program, *lines: str) -> None:
    await program.type("".join(f"{line}\n" for line in lines).encode())


async def _done(*people: Program) -> list[int]:
    await people[0].end_input()
    return [await each.ended() for each in people]


async def test_meet_exchange_cards_then_call_by_name_and_verify(
    network: Path, tmp_path: Path
) -> None:
    first, second = _keyring(tmp_path / "a", ADA), _keyring(tmp_path / "b", BOB)
    async with _met(network, first, second) as (ada, bob):
        await _do(ada, "/card")
        assert "claims the name Ada" in await bob.says("* card: offered")
        await _do(bob, "/accept", "/accept Ada L.", "/card")
        assert await bob.says("* not done: ") == "* not done: say what you call them: /accept NAME"
        assert await bob.says("* kept: ") == f"* kept: Ada L., in {second}"
        await ada.says("* card: the other side keeps yours")
        await ada.says("* card: offered")
        await _do(ada, "/accept Bobby")
        await bob.says("* card: the other side keeps yours")
        await _do(ada, "/bye")
        assert await _done(ada, bob) == [0, 0]
    assert get_keyring(first) == Keyring(ADA, (Contact("Bobby", BOB.identity),))
    assert get_keyring(second) == Keyring(BOB, (Contact("Ada L.", ADA.identity),))

    async with _called(network, ("bobby", first), ("ADA L.", second)) as (ada, bob):
        assert "* peer: you know this identity key as Bobby, trust: unknown" in ada.err
        heard = [await _words(each) for each in (bob, ada)]
        await _do(
            ada, f"/typed {heard[0]}", "//words", "/words", "/typed one two", "/typed zzz a b"
        )
        await _do(bob, f"/typed {heard[1].upper()}", "/typed a a a", "/typed zoo zoo zoo")
        for each in (ada, bob):
            await each.says("* verify: both are right")
        assert await bob.shows("< ") == "< Ada L.: /words"
        await bob.says("* not done: you typed the words already")
        await ada.says("* not done: Word 1, “zzz”, is not in the word list.")
        assert any(line.startswith("* not done: There are three words") for line in ada.err)
        assert await _done(ada, bob) == [0, 0]
        assert not any(line.startswith("* kept") for line in ada.err)


async def test_wrong_words_end_both_with_a_warning(network: Path, tmp_path: Path) -> None:
    """And nothing of that session is kept: neither a card nor the time."""
    bob_then = Contact("Bob", short_card(BOB.identity))
    first = _keyring(tmp_path / "a", ADA, bob_then, remember_times=True)
    second = _keyring(tmp_path / "b", BOB, Contact("Ada", short_card(ADA.identity)))
    async with _called(network, ("Bob", first), ("Ada", second)) as (ada, bob):
        french = word_list("french").words
        await _do(ada, f"/typed {french[5]} {french[6]} {french[7]}", "/accept")
        assert [await ada.ended(), await bob.ended()] == [9, 9]
        assert ada.err[-1].startswith("* end: The words that you typed are not the other side's.")
        assert bob.err[-1].startswith("* end: The other person typed other words than yours.")
        assert "* verify: you typed WRONG words, the other person nothing yet" in ada.err
        assert any("nothing of this session is kept" in line for line in ada.err)
    assert get_keyring(first).contacts == (bob_then,)


async def test_a_keyring_moves_to_another_machine(network: Path, tmp_path: Path) -> None:
    """The end of input waits until it is there; a name that is taken is refused before."""
    first = _keyring(tmp_path / "a", ADA, Contact("Bob", BOB.identity))
    second, moved = _keyring(tmp_path / "b", BOB), tmp_path / "moved"
    async with _met(network, first, second) as (old, new):
        await _do(new, f"/take {moved}", "/refuse")
        assert await new.says("* not done: ") == "* not done: no keyring is offered"
        await _do(old, "/keyring")
        assert "with 1 contacts" in await new.says("* keyring: ")
        await _do(new, f"/take {second}", "/take", "/refuse")
        await old.says("* keyring: the other side does not take yours")
        await _do(old, "/keyring")
        await old.end_input()
        await new.until(lambda lines: sum("is offered to you" in line for line in lines) == 2)
        await _do(new, f"/take {moved}")
        assert [await old.ended(), await new.ended()] == [0, 0]
        assert f"* kept: the keyring, sealed as it was, in {moved}" in new.err
        assert any(f"{second} is there already" in line for line in new.err)
    assert moved.read_bytes() == first.read_bytes()
    assert moved.stat().st_mode & 0o777 == 0o600


async def test_newer_keys_are_shown_and_kept_only_if_asked_for(
    network: Path, tmp_path: Path
) -> None:
    """And the day of the meeting, if the owner of the keyring keeps times."""
    renewed = rotate(BOB, b"n" * 32 + BOB.private_meeting_key, 1_800_000_000)
    known = Contact("Bob", BOB.identity, Trust.TRUSTED)
    first = _keyring(tmp_path / "a", ADA, known, remember_times=True)
    second = _keyring(tmp_path / "b", renewed, Contact("Ada", ADA.identity))
    for keeps in (False, True):
        async with _called(network, ("Bob", first), ("Ada", second)) as (ada, bob):
            assert "version 2, known was 1" in await ada.says("* card: THEIR KEYS ARE NEW")
            if keeps:
                await _do(ada, "/accept")
                await ada.says("* kept: Bob, in ")
            assert await _done(ada, bob) == [0, 0]
            assert f"* kept: that you met Bob today, in {first}" in ada.err
        contact = contact_of(get_keyring(first), BOB.identity.identity_key)
        assert contact is not None and contact.trust is Trust.TRUSTED and contact.last_seen
        assert (contact.card == renewed.identity) is keeps
    seen = contact_of(get_keyring(second), ADA.identity.identity_key)
    assert seen is not None and not seen.last_seen


async def test_a_card_on_standard_input_and_a_passphrase_that_both_know(
    network: Path, tmp_path: Path
) -> None:
    first, second = _keyring(tmp_path / "a", ADA), _keyring(tmp_path / "b", BOB)
    secret = ("wie ausgemacht",)
    async with _plain(network, "call", "-", keyring=first, secrets=secret) as ada:
        await _do(ada, "# a comment", card_link(BOB.identity), "hello")
        card = card_link(short_card(ADA.identity))
        async with _plain(network, "call", card, keyring=second, secrets=secret) as bob:
            assert await bob.shows("< ") == "< Ada: hello"
            assert await _done(ada, bob) == [0, 0]


async def test_a_known_name_with_another_identity_key(network: Path, tmp_path: Path) -> None:
    """Somebody comes by phrase, and their card is kept under the name of somebody else."""
    first = _keyring(tmp_path / "a", ADA, Contact("Mallory", BOB.identity))
    second = _keyring(tmp_path / "b", person("Zed"))
    async with _met(network, first, second) as (ada, other):
        await _do(other, "/card")
        await ada.says("* card: offered")
        await _do(ada, "/accept Mallory")
        assert "You know somebody else as Mallory" in await ada.says("* not done: ")
        await _do(ada, "/bye")
        assert await _done(ada, other) == [0, 0]
    assert get_keyring(first).contacts == (Contact("Mallory", BOB.identity),)


BAD = {
    "nobody": ("call", "Carol", "nobody has that name"),
    "own card": ("call", card_link(ADA.identity), "That card is your own."),
    "rejected": ("call", "Mallory", "You rejected Mallory"),
    "rejected, by card": ("call", card_link(person("Mallory").identity), "You rejected Mallory"),
    "an older card": ("call", card_link(BOB.identity), "This is an old card, version 1"),
    "a card that was cut": ("call", card_link(BOB.identity)[:60], "This card is cut short"),
    "no lines, but commands": ("call", "Bob", "this is not a terminal"),
}


@pytest.mark.parametrize("case", BAD)
def test_calls_that_are_refused(tmp_path: Path, case: str) -> None:
    newer = rotate(BOB, b"n" * 64, 1)
    contacts = (
        Contact("Bob", newer.identity),
        Contact("Mallory", person("Mallory").identity, Trust.REJECTED),
    )
    keyring = _keyring(tmp_path / "a", ADA, *contacts)
    *arguments, sentence = BAD[case]
    plain = () if case.startswith("no lines") else ("--plain",)
    reader, writer = os.pipe()
    with open(writer, "w") as file:
        file.write(f"{PASSPHRASE}\n")
    with open(reader):
        access = ("--keyring", str(keyring), "--passphrase-fd", str(reader))
        done = run(*arguments, *plain, "--commands", *access, pass_fds=(reader,))
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and done.stderr.count("\n") == 1


def test_a_call_needs_an_identity(tmp_path: Path) -> None:
    keyring = put_keyring(tmp_path / "a", Keyring(None, (Contact("Bob", BOB.identity),)))
    reader, writer = os.pipe()
    with open(writer, "w") as file:
        file.write(f"{PASSPHRASE}\n\n")
    with open(reader):
        access = ("--keyring", str(keyring), "--passphrase-fd", str(reader))
        done = run("call", "Bob", "--plain", *access, pass_fds=(reader,))
    assert done.returncode == 2 and "holds no identity" in done.stderr
