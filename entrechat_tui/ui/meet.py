"""``entrechat meet``: who hosts, with which phrase, and whether with screens or with lines."""

import os
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from ..protocol.meeting import Role
from ..protocol.phrase import ENTROPY_SIZE, Phrase, make_phrase, parse_phrase
from ..session.torrc import network_lines
from ..session.word_lists import word_list, word_lists
from .arguments import UsageError
from .keyring_access import ask_passphrase
from .lines import say
from .phrase_input import read_phrase
from .settings import Settings, session_options
from .unlocked import Unlocked


def run(arguments: Namespace) -> int:
    """Meet as asked; the exit status. Raises UsageError or PhraseError before anything starts."""
    check_session(arguments)
    typed = read_phrase(arguments.words, arguments.phrase_fd)
    if typed is None and arguments.host:
        raise UsageError("--host needs a phrase that you both know; without it one is made")
    phrase = None if typed is None else parse_phrase(typed, word_lists())
    if arguments.plain:
        return _in_lines(arguments, phrase)
    return _on_screens(arguments, phrase)


def _in_lines(arguments: Namespace, phrase: Phrase | None) -> int:
    from .plain import run as run_plain

    made = phrase or make_phrase(os.urandom(ENTROPY_SIZE), word_list("english"))
    role = Role.DIALER if phrase and not arguments.host else Role.HOST
    settings = _settings(arguments, made, role, fresh=phrase is None)
    if arguments.keyring:
        settings = replace(settings, unlocked=unlock(arguments))
    options = session_options(settings)
    if phrase is None:
        say(f"* phrase: {' '.join(made.words)}")
    return run_plain(options, settings.unlocked, commands=arguments.commands)


def _on_screens(arguments: Namespace, phrase: Phrase | None) -> int:
    from .app import run_app

    role = (Role.HOST if arguments.host else Role.DIALER) if phrase else None
    settings = _settings(arguments, phrase, role, fresh=False)
    if arguments.keyring:
        # Its passphrase is asked for on a screen, unless it comes from elsewhere.
        elsewhere = arguments.passphrase_fd is not None
        unlocked = unlock(arguments) if elsewhere else None
        settings = replace(settings, keyring=arguments.keyring, unlocked=unlocked)
    return run_app(settings)


def _settings(
    arguments: Namespace, phrase: Phrase | None, role: Role | None, *, fresh: bool
) -> Settings:
    return Settings(
        network=arguments.network,
        wait=arguments.wait,
        limit=arguments.limit,
        name=arguments.name,
        phrase=phrase,
        role=role,
        fresh=fresh,
    )


def check_session(arguments: Namespace) -> None:
    """Refuse what no session can be held with. Raises UsageError."""
    _check_network(arguments.network)
    if not arguments.plain and not (os.isatty(0) and os.isatty(1)):
        command = arguments.command
        raise UsageError(f"this is not a terminal; `entrechat {command} --plain` works with lines")
    if arguments.commands and not arguments.plain:
        raise UsageError("--commands goes with --plain; the screens have keys for all of it")


def unlock(arguments: Namespace) -> Unlocked:
    """The keyring that was named, opened. Raises UsageError or SessionFailure."""
    return Unlocked.unlock(arguments.keyring, ask_passphrase(arguments))


def _check_network(network: Path | None) -> None:
    try:
        if network is not None:
            network_lines(network)
    except ValueError as error:
        raise UsageError(str(error)) from None
