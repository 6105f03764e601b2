"""Words, cards and keyrings between two people, over real tors."""

import os
from pathlib import Path

import pytest
import trio

from entrechat_tui.protocol.events import WordsReady
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.session.commands import (
    AcceptCard,
    AnswerKeyring,
    Command,
    OfferCard,
    OfferKeyring,
    TypedWords,
)
from entrechat_tui.session.endings import Reason
from entrechat_tui.session.events import (
    CardAccepted,
    CardOffered,
    KeyringAnswered,
    KeyringArrived,
    KeyringDelivered,
    KeyringOffered,
    Notice,
    PeerKnown,
    WordsChecked,
    WordsKnown,
)

from .callers import both, call, receipts, somebody
from .people import Person, options, pair, start
from .strangers import Hand, bare_manager, keys_now, knock

WRONG = (0, 0, 0)
SEALED = bytes(range(256)) * 4096


async def _happened(person: Person, kind: type) -> None:
    await person.until(lambda person: bool(person.of(kind)))


async def _words(person: Person) -> tuple[int, int, int]:
    """What this person reads aloud."""
    await _happened(person, WordsKnown)
    return person.of(WordsKnown)[0].own


def _ask(person: Person, *commands: Command) -> None:
    for command in commands:
        person.commands.send_nowait(command)


async def _notices(person: Person, count: int) -> list[str]:
    await person.until(lambda person: len(person.of(Notice)) >= count)
    return [notice.text for notice in person.of(Notice)]


async def test_both_hear_the_right_words(network: Path) -> None:
    async with pair(network) as (host, dialer):
        words = await _words(host), await _words(dialer)
        _ask(host, TypedWords((WRONG, words[1])))
        await dialer.until(lambda person: person.of(WordsChecked) == [WordsChecked(None, True)])
        _ask(dialer, TypedWords((words[0],)))
        for person in (host, dialer):
            await person.until(lambda person: WordsChecked(True, True) in person.of(WordsChecked))
        host.say("it is you")
        await host.until(lambda person: person.delivered == [1])
        _ask(host, TypedWords((WRONG,)))
        assert (await _notices(host, 1))[0].startswith("The words were not checked")
        host.leave()
        assert all(receipt.clean for receipt in await receipts(host, dialer))


@pytest.mark.parametrize("role", list(Role))
async def test_wrong_words_end_the_session_for_both(network: Path, role: Role) -> None:
    async with pair(network) as people:
        typist, other = people if role is Role.HOST else reversed(people)
        await _words(typist)
        await other.opened()
        _ask(typist, TypedWords((WRONG,)))
        typist.say("too late")
        ended = await receipts(typist, other)
    assert [receipt.ending.reason for receipt in ended] == [
        Reason.WORDS_DIFFER,
        Reason.PEER_WORDS_DIFFER,
    ]
    assert [receipt.ending.status for receipt in ended] == [9, 9]
    assert "may stand between you" in ended[0].ending.sentence
    assert all(check.ok for receipt in ended for check in receipt.teardown)
    assert typist.of(WordsChecked) == [WordsChecked(False, None)]
    assert other.of(WordsChecked) == [WordsChecked(None, False)]
    assert other.heard == []


async def test_whoever_is_in_between_cannot_hide_the_alarm(network: Path) -> None:
    """The peer hangs up, so that it looks like a lost connection."""
    secret = os.urandom(32)
    async with trio.open_nursery() as nursery:
        host = start(nursery, options(network, Role.HOST, secret))
        async with bare_manager(network) as manager:
            keys = keys_now(secret)
            async with knock(manager, keys) as stream:
                hand = Hand(stream, Role.DIALER, keys)
                await hand.until(WordsReady)
                await _words(host)
                _ask(host, TypedWords((WRONG,)))
                await _happened(host, WordsChecked)
        receipt = await host.receipt()
    assert receipt.ending.reason is Reason.WORDS_DIFFER


async def test_cards_given_after_a_meeting_by_phrase_make_a_call(network: Path) -> None:
    one, other = somebody("Ada"), somebody("Bob")
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        _ask(host, OfferCard(one))
        await _happened(dialer, CardOffered)
        _ask(dialer, AcceptCard(), OfferCard(other))
        await _happened(host, CardAccepted)
        await _happened(host, CardOffered)
        _ask(host, AcceptCard())
        await _happened(dialer, CardAccepted)
        host.leave()
        assert all(receipt.clean for receipt in await receipts(host, dialer))
    assert (dialer.of(CardOffered)[0].identity, host.of(CardOffered)[0].identity) == (
        one.identity,
        other.identity,
    )
    # What each got is all that they know of the other.
    calls = (
        call(network, one, host.of(CardOffered)[0].identity),
        call(network, other, dialer.of(CardOffered)[0].identity),
    )
    async with both(*calls) as (ada, bob):
        await ada.opened()
        await bob.opened()
        bob.leave()
        assert all(receipt.clean for receipt in await receipts(ada, bob))
    assert ada.of(PeerKnown) == [PeerKnown("Bob", other.identity.identity_key)]


async def test_a_keyring_goes_over_whole_with_words_in_between(network: Path) -> None:
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        _ask(host, OfferKeyring(b"declined", 1))
        await _happened(dialer, KeyringOffered)
        _ask(dialer, AnswerKeyring(False))
        await host.until(lambda person: person.of(KeyringAnswered) == [KeyringAnswered(False)])
        _ask(host, OfferKeyring(SEALED, 65_535))
        await dialer.until(lambda person: len(person.of(KeyringOffered)) == 2)
        _ask(dialer, AnswerKeyring(True))
        host.say("it is on its way")
        await _happened(host, KeyringDelivered)
        await host.until(lambda person: person.delivered == [1])
        host.leave()
        assert all(receipt.clean for receipt in await receipts(host, dialer))
    assert dialer.of(KeyringOffered)[1] == KeyringOffered(len(SEALED), 65_535)
    assert dialer.of(KeyringArrived) == [KeyringArrived(SEALED)]


async def test_a_goodbye_stops_a_keyring(network: Path) -> None:
    async with pair(network) as (host, dialer):
        await host.opened()
        await dialer.opened()
        _ask(host, OfferKeyring(SEALED, 1))
        await _happened(dialer, KeyringOffered)
        _ask(dialer, AnswerKeyring(True))
        dialer.leave()
        ended = await receipts(host, dialer)
    assert [receipt.ending.reason for receipt in ended] == [Reason.PEER_GOODBYE, Reason.GOODBYE]
    assert not dialer.of(KeyringArrived)


ANY = (
    TypedWords((WRONG,)),
    OfferCard(somebody()),
    AcceptCard(),
    OfferKeyring(b"k", 0),
    AnswerKeyring(True),
)


async def test_what_comes_at_a_wrong_time_is_refused_with_a_sentence(network: Path) -> None:
    async with pair(network) as (host, dialer):
        _ask(host, *ANY)
        await _notices(host, len(ANY))
        await host.opened()
        await dialer.opened()
        _ask(host, AcceptCard(), AnswerKeyring(True), OfferKeyring(b"", 0), OfferKeyring(b"k", 0))
        _ask(host, OfferKeyring(b"k", 0), OfferCard(somebody()), OfferCard(somebody()))
        said = await _notices(host, len(ANY) + 5)
        host.leave()
        assert all(receipt.clean for receipt in await receipts(host, dialer))
    assert [text.partition(":")[0] for text in said[len(ANY) :]] == [
        "The other side was not told that you took its card",
        "There is no keyring to answer for",
        "The keyring was not offered",
        "The keyring was not offered",
        "Your card was not offered",
    ]
