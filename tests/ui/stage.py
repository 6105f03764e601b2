"""An application without a session: events are delivered by hand, commands are kept."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.events import Paste
from textual.pilot import Pilot

from entrechat_tui.protocol.events import Step
from entrechat_tui.protocol.meeting import Role
from entrechat_tui.protocol.phrase import make_phrase
from entrechat_tui.session import events
from entrechat_tui.session.commands import Command
from entrechat_tui.session.endings import Ending, Reason
from entrechat_tui.session.receipt import Check, Receipt
from entrechat_tui.session.states import State
from entrechat_tui.session.word_lists import word_list
from entrechat_tui.ui.application import EntrechatApp
from entrechat_tui.ui.settings import Settings

PHRASE = make_phrase(bytes(10), word_list("english"))
UNDECIDED = Settings(None, 600.0, 3600, "", None, None, False)
HOSTING = Settings(None, 600.0, 3600, "", PHRASE, Role.HOST, True)
SIZES = [(80, 24), (40, 12), (20, 10)]


class Session:
    """What the application asks of a session, kept."""

    def __init__(self) -> None:
        self.started: list[Settings] = []
        self.told: list[Command] = []

    def preload(self) -> None:
        pass

    def start(self, settings: Settings, deliver: object, failed: object) -> None:
        self.started.append(settings)

    def tell(self, command: Command) -> None:
        self.told.append(command)

    @property
    def running(self) -> bool:
        return bool(self.started)


class Stage:
    """An application at a given size, its clock in our hands."""

    def __init__(self, settings: Settings) -> None:
        self.now = 100.0
        self.session = Session()
        self.app = EntrechatApp(settings, self.session, clock=lambda: self.now)
        self.pilot: Pilot[None]

    async def say(self, *said: events.Event) -> None:
        """Deliver events, and wait until all that follows from them has happened."""
        for event in said:
            self.app.deliver(event)
        await self.settle()

    async def type(self, text: str) -> None:
        await self.pilot.press(*(_key(character) for character in text))
        await self.settle()

    async def paste(self, text: str) -> None:
        """As the terminal hands it over."""
        self.app.post_message(Paste(text))
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await self.pilot.pause()

    @property
    def rows(self) -> list[str]:
        """The screen's rows as text."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """All words on the screen, wherever the rows break, without the frame around them."""
        return " ".join(" ".join(self.rows).replace("│", " ").split())

    async def converse(self, name: str = "Camille") -> None:
        """Go to the conversation."""
        await self.say(
            events.StateEntered(State.HANDSHAKE, 30.0),
            events.HandshakeStep(Step.IDENTITIES),
            events.PeerKnown(name, bytes(32)),
            events.StateEntered(State.OPEN, None),
            events.Opened(3600),
        )


def _key(character: str) -> str:
    return {" ": "space", "\n": "ctrl+j"}.get(character, character)


def play(
    scene: Callable[[Stage], Awaitable[Any]],
    settings: Settings = HOSTING,
    size: tuple[int, int] = (80, 24),
) -> Stage:
    """Run a scene on its stage."""
    stage = Stage(settings)

    async def run() -> None:
        async with stage.app.run_test(size=size) as stage.pilot:
            await stage.settle()
            await scene(stage)

    asyncio.run(run())
    return stage


def receipt(reason: Reason = Reason.GOODBYE, delivered: int = 1) -> Receipt:
    return Receipt(
        ending=Ending(reason),
        stages=((State.STARTING, 2.1), (State.OPEN, 61.0)),
        sent=1,
        delivered=delivered,
        received=2,
        peer_goodbye=True,
        teardown=(Check("tor", True, "it ended"), Check("private directory", False, "3 files")),
    )
