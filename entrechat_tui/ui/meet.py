"""``entrechat meet``: who hosts, with which phrase, and whether with screens or with lines."""

import os
import time
from argparse import Namespace
from functools import partial
from pathlib import Path

from ..protocol.identity import make_identity
from ..protocol.meeting import Role, phrase_secret
from ..protocol.phrase import Phrase, make_phrase, parse_phrase
from ..session.options import SessionOptions
from ..session.torrc import network_lines
from ..session.word_lists import word_list, word_lists
from .arguments import UsageError
from .lines import say
from .phrase_input import read_phrase


def run(arguments: Namespace) -> int:
    """Meet as asked; the exit status. Raises UsageError or PhraseError before anything starts."""
    _check_network(arguments.network)
    if not arguments.plain and not (os.isatty(0) and os.isatty(1)):
        raise UsageError("this is not a terminal; `entrechat meet --plain` works with lines")
    typed = read_phrase(arguments.words, arguments.phrase_fd)
    if typed is None and arguments.host:
        raise UsageError("--host needs a phrase that you both know; without it one is made")
    phrase = None if typed is None else parse_phrase(typed, word_lists())
    if arguments.plain:
        return _plain(arguments, phrase)
    raise UsageError("screens come")


def _plain(arguments: Namespace, phrase: Phrase | None) -> int:
    from .plain import run as run_plain

    made = phrase or make_phrase(os.urandom(10), word_list("english"))
    if phrase is None:
        say(f"* phrase: {' '.join(made.words)}")
    role = Role.HOST if phrase is None or arguments.host else Role.DIALER
    return run_plain(
        SessionOptions(
            role=role,
            secret=partial(phrase_secret, made),
            user=make_identity(arguments.name, os.urandom(96), int(time.time())),
            wait=arguments.wait,
            limit=arguments.limit,
            network=arguments.network,
            check_hosted=phrase is not None,
        )
    )


def _check_network(network: Path | None) -> None:
    try:
        if network is not None:
            network_lines(network)
    except ValueError as error:
        raise UsageError(str(error)) from None
