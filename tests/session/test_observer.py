"""What somebody learns who stores, fetches and compares all descriptors: nothing that links two.

The descriptors are real: published by real tors to the directories of a private network, and
fetched from them by one more tor.
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import combinations
from pathlib import Path

from entrechat_tui.protocol.identity import UserIdentity
from entrechat_tui.protocol.meeting import MeetingKeys, meeting_keys, slot_of
from entrechat_tui.protocol.pair import card_secret
from entrechat_tui.protocol.primitives import hkdf_sha256_extract, sha256

from .callers import somebody
from .observers import Seen, observer
from .tors import ready_manager

# The format's own lines, the same in every descriptor of every onion service (rend-spec-v3, 2.4).
FORMAT = {
    "hs-descriptor 3",
    "descriptor-lifetime 180",
    "descriptor-signing-key-cert",
    "-----BEGIN ED25519 CERT-----",
    "-----END ED25519 CERT-----",
    "superencrypted",
    "-----BEGIN MESSAGE-----",
    "-----END MESSAGE-----",
}
AUTHORISATION_FORMAT = {
    "desc-auth-type x25519",
    "encrypted",
    "-----BEGIN MESSAGE-----",
    "-----END MESSAGE-----",
}


def _keys(own: UserIdentity, peer: UserIdentity, later: int = 0) -> MeetingKeys:
    return meeting_keys(card_secret(own, peer.identity, None), slot_of(time.time()) + later)


@asynccontextmanager
async def _published(network: Path, meetings: Sequence[MeetingKeys]) -> AsyncIterator[None]:
    """Each by a tor of its own, as each session has one."""
    async with AsyncExitStack() as stack:
        for keys in meetings:
            manager = await stack.enter_async_context(ready_manager(network))
            await stack.enter_async_context(await manager.publish(keys))
        yield


async def test_no_two_sessions_can_be_linked_by_their_descriptors(network: Path) -> None:
    """The same pair in two slots, and pairs that have one person in common, at one time."""
    ada, bob, carol = somebody("Ada"), somebody("Bob"), somebody("Carol")
    meetings = (_keys(ada, bob), _keys(ada, bob, later=1), _keys(ada, carol), _keys(bob, carol))
    async with _published(network, meetings), observer(network) as watching:
        seen = [await watching.look(keys) for keys in meetings]
        all_seen = [each for each in seen if each is not None]
        assert len(all_seen) == len(meetings)
        _share_nothing(all_seen, meetings)


def _share_nothing(seen: Sequence[Seen], meetings: Sequence[MeetingKeys]) -> None:
    descriptors = list(zip(seen, meetings, strict=True))
    for (one, its_keys), (other, others_keys) in combinations(descriptors, 2):
        assert its_keys.onion_address != others_keys.onion_address
        assert its_keys.auth_public != others_keys.auth_public
        assert one.blinded_key != other.blinded_key
        assert one.lines & other.lines == FORMAT
        # Even to who has got both addresses, and so reads what is said about authorised clients.
        its, others = one.authorisation(its_keys), other.authorisation(others_keys)
        assert any(line.startswith("auth-client ") for line in its)
        assert its & others == AUTHORISATION_FORMAT
        assert len(one.text) - len(other.text) in range(-20, 21)


async def test_one_card_tells_neither_address_nor_presence(network: Path) -> None:
    """Mallory has the card of Ada, who waits for Bob, and keys of their own."""
    ada, bob, mallory = somebody("Ada"), somebody("Bob"), somebody("Mallory")
    waiting = _keys(bob, ada)
    async with _published(network, [waiting]), observer(network) as watching:
        assert await watching.look(waiting) is not None
        for guess in _guesses(ada, mallory):
            keys = meeting_keys(guess, waiting.slot)
            assert keys.onion_address != waiting.onion_address
            assert await watching.look(keys) is None


def _guesses(called: UserIdentity, mallory: UserIdentity) -> Sequence[bytes]:
    """Pair secrets that can be made with a card alone."""
    card = called.identity
    return (
        card_secret(mallory, card, None),
        hkdf_sha256_extract(b"entrechat 1 pair", card.meeting_key),
        sha256(card.identity_key + card.meeting_key),
    )
