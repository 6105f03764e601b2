"""Scenes with people that one knows: the keyring of Dominique, and what is played with it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from entrechat_tui.protocol.card import ShortCard
from entrechat_tui.protocol.identity import Identity
from entrechat_tui.session import events
from entrechat_tui.session.states import State
from entrechat_tui.ui.unlocked import Unlocked

from .keyrings import PASSPHRASE
from .stage import HOSTING, SIZES, UNDECIDED, Stage, play

ROOMY = SIZES[:2]
READ_WITHIN = 20.0
WORDS = (1, 500, 2000)
Scene = Callable[[Stage], Awaitable[None]]


def play_open(scene: Scene, file: Path, size: tuple[int, int] = (80, 24)) -> Stage:
    """A scene before a session, the keyring open."""
    unlocked = Unlocked.unlock(file, PASSPHRASE)
    return play(scene, replace(UNDECIDED, unlocked=unlocked), size)


def play_talk(
    scene: Scene,
    file: Path | None,
    peer: Identity,
    size: tuple[int, int] = (80, 24),
    known: ShortCard | Identity | None = None,
) -> Stage:
    """A scene in a conversation with that peer, the words known."""

    async def talk(stage: Stage) -> None:
        await stage.say(events.PeerKnown(peer.username, peer.identity_key))
        if known is not None:
            await stage.say(events.PeerRenewed(known, peer))
        await stage.say(
            events.StateEntered(State.OPEN, None), events.Opened(3600), events.WordsKnown(WORDS)
        )
        await scene(stage)

    unlocked = Unlocked.unlock(file, PASSPHRASE) if file else None
    return play(talk, replace(HOSTING, unlocked=unlocked), size)


async def reads(stage: Stage, text: str) -> None:
    """Wait until a text stands on the screen: a file is opened and written in a thread."""
    with suppress(TimeoutError):
        async with asyncio.timeout(READ_WITHIN):
            while text not in stage.text:
                await stage.pilot.pause(0.01)
    assert text in stage.text, stage.text
