"""A child for tests of a real terminal: the conversation, open from the start.

It reads keys from standard input and draws on standard error, as the program does. What was sent
goes to standard output, a JSON string a line, when it ends.
"""

import asyncio
import json
import sys

from entrechat_tui.session import events
from entrechat_tui.session.commands import Command, Leave, SendText
from entrechat_tui.ui.application import EntrechatApp

from .stage import HOSTING, Session, receipt


class _Obeying(Session):
    app: EntrechatApp

    def tell(self, command: Command) -> None:
        super().tell(command)
        if isinstance(command, Leave):
            self.app.deliver(events.Closed(receipt()))


async def main(texts: list[str]) -> None:
    session = _Obeying()
    app = session.app = EntrechatApp(HOSTING, session, clock=lambda: 0.0)
    asyncio.get_running_loop().call_later(0.5, open_conversation, app, texts)
    await app.run_async(mouse=False)
    for command in session.told:
        if isinstance(command, SendText):
            print(json.dumps(command.text))


def open_conversation(app: EntrechatApp, texts: list[str]) -> None:
    app.deliver(events.PeerKnown("Camille", bytes(32)))
    app.deliver(events.Opened(3600))
    for number, text in enumerate(texts, 1):
        app.deliver(events.TextArrived(number, text))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
