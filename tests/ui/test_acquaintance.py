"""Two people with screens over a real private network: they meet by phrase, exchange cards, call
each other from the list and verify each other; and one moves a keyring to another machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from entrechat_tui.protocol.keyring import Keyring, Trust, find_contact
from entrechat_tui.ui.children import program

from .keyrings import PASSPHRASE, get_keyring, person, put_keyring
from .terminals import Terminal, terminal

F3, F4, F5, F6 = b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~"
DOWN = b"\x1b[B"


@asynccontextmanager
async def at_start(network: Path, keyring: Path | None) -> AsyncIterator[Terminal]:
    """A person at the start screen, with the keyring open if there is one."""
    options = ["--keyring", str(keyring)] if keyring else []
    async with terminal(program("meet", "--network", str(network), *options)) as child:
        if keyring:
            await child.shows("The passphrase of")
            child.type(f"{PASSPHRASE}\r".encode())
        await child.shows("Host: a new phrase")
        yield child


@asynccontextmanager
async def met(
    network: Path, ours: Path | None, theirs: Path | None
) -> AsyncIterator[tuple[Terminal, Terminal]]:
    """Two people who met by phrase."""
    async with at_start(network, ours) as host, at_start(network, theirs) as dialer:
        await choose(host, "Host: a new phrase")
        await host.shows("Enter begins hosting")
        host.type(b"\r")
        await host.shows("Hosting")
        await choose(dialer, "Join: type a phrase")
        await dialer.shows("Type the eight words")
        dialer.type(" ".join(" ".join(host.rows[2:4]).split()).encode())
        await dialer.shows("The phrase is whole")
        dialer.type(b"\r")
        for child in (host, dialer):
            await child.shows("Connected")
        yield host, dialer


async def choose(child: Terminal, label: str) -> None:
    """Choose on the start screen, where the rows from the third on are the ways to meet."""
    at = next(row for row, text in enumerate(child.rows) if label in text)
    child.type(DOWN * (at - 2) + b"\r")


async def leave(*people: Terminal) -> None:
    """The first says goodbye, and all read their receipts."""
    first, *others = people
    first.type(b"\x03")
    await first.shows("Leave?")
    first.type(b"y")
    for child in others:
        await child.shows("The other side said goodbye.")
        child.type(b"\x1b")
    for child in people:
        await child.shows("any key closes")
        child.type(b" ")


async def read_words(child: Terminal) -> str:
    """Open the dialog of the words; those that this person reads aloud."""
    child.type(F3)
    await child.shows("Read these three words")
    rows = [row.strip(" │") for row in child.rows]
    at = next(row for row, text in enumerate(rows) if text.startswith("Type the three words"))
    return next(text for text in reversed(rows[:at]) if text)


async def call(child: Terminal, name: str) -> None:
    """Call somebody from the list, found by a part of the name."""
    await choose(child, "Call: somebody you know")
    await child.shows("part of a name")
    child.type(name[:3].encode())
    await child.shows("verify each other in the call")
    child.type(b"\r")
    await child.shows("Both of you call")
    child.type(b"\r")
    await child.shows(f"Calling {name}")


async def keep_card(child: Terminal, name: str) -> None:
    """Keep the card that is offered, under this name."""
    await child.shows("offers a card. F5 keeps it.")
    child.type(F5)
    await child.shows("Your name for them")
    child.type(b"\x15")
    await child.shows("the name that you choose")
    child.type(f"{name}\r".encode())
    await child.shows("was written")


async def test_from_a_phrase_to_a_verified_call(network: Path, tmp_path: Path) -> None:
    for name in ("anna", "bert"):
        (tmp_path / name).mkdir()
    anna = put_keyring(tmp_path / "anna" / "keyring", Keyring(own=person("Anna")))
    bert = put_keyring(tmp_path / "bert" / "keyring", Keyring(own=person("Bert")))

    async with met(network, anna, bert) as (host, dialer):
        host.type(F4)
        dialer.type(F4)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(keep_card, host, "Bertie")
            nursery.start_soon(keep_card, dialer, "Annie")
        await host.shows("keeps your card")
        await dialer.shows("keeps your card")
        await leave(host, dialer)

    async with at_start(network, anna) as host, at_start(network, bert) as dialer:
        await call(host, "Bertie")
        await call(dialer, "Annie")
        await host.shows("Bertie (says “Bert”) · not verified")
        await dialer.shows("Annie (says “Anna”) · not verified")
        of_anna, of_bert = await read_words(host), await read_words(dialer)
        host.type(f"{of_bert}\r".encode())
        await host.shows("✓ You typed their words, and they are right.")
        await dialer.shows("✓ They typed your words, and they are right.")
        dialer.type(f"{of_anna}\r".encode())
        for child in (host, dialer):
            await child.shows("Nobody stands between you")
            child.type(b"t")
            await child.shows("is marked as trusted")
            await child.shows("· verified ·")
        await leave(dialer, host)

    for file, name in ((anna, "Bertie"), (bert, "Annie")):
        contact = find_contact(get_keyring(file), name)
        assert contact is not None and contact.trust is Trust.TRUSTED


async def test_other_words_end_it_for_both(network: Path) -> None:
    async with met(network, None, None) as (host, dialer):
        await read_words(host)
        host.type(b"abandon abandon abandon\r")
        await host.shows("The words that you typed are not the other side's.")
        await dialer.shows("The other person typed other words than yours.")
        for child in (host, dialer):
            child.type(b"\x1b")
            await child.shows("any key closes")
            child.type(b" ")
    assert (host.process.returncode, dialer.process.returncode) == (9, 9)


async def test_a_keyring_moves_to_another_machine(network: Path, tmp_path: Path) -> None:
    old = put_keyring(tmp_path / "old", Keyring(own=person("Anna")))
    new = tmp_path / "new"
    async with met(network, old, None) as (host, dialer):
        host.type(F6)
        await host.shows("Send your keyring?")
        host.type(b"y")
        await dialer.shows("offers a sealed keyring")
        dialer.type(F6)
        await dialer.shows("Take a keyring?")
        dialer.type(f"{new}\r".encode())
        await dialer.shows("The keyring is in")
        await host.shows("The other machine has all of the keyring.")
        await leave(host, dialer)
    assert get_keyring(new) == get_keyring(old)
