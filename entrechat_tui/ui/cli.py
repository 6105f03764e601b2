"""The ``entrechat`` program: what each command does, and one line for each thing that is wrong."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from ..protocol.errors import LocalProtocolError
from ..session.endings import Ending, Reason, ending_of
from .arguments import UsageError, parse_arguments
from .lines import say
from .process import closed_descriptors, harden, hide_arguments, silence_tracebacks

_USAGE = 2
_BROKEN_PIPE = 141
_SESSIONS = ("meet", "call")
_ITS_OWN = ("-h", "--help", "--version")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line (``sys.argv`` unless given); the exit status."""
    closed = closed_descriptors()
    harden()
    silence_tracebacks()
    if argv is None:
        argv = sys.argv[1:]
        # Behind these stand secrets, or the name of a person.
        if argv and argv[0] in _SESSIONS:
            hide_arguments(len(argv) - 1)
    try:
        return _dispatch(argv, closed)
    except (UsageError, LocalProtocolError) as error:
        return _fail(str(error), _USAGE)
    except BrokenPipeError:
        return _BROKEN_PIPE
    except SystemExit as done:
        return int(done.code or 0)
    except Exception as error:
        return _end(ending_of(error))
    except BaseException:
        return _end(Ending(Reason.INTERRUPTED))


def _dispatch(argv: Sequence[str], closed: frozenset[int]) -> int:
    arguments = parse_arguments(_with_command(argv))
    if 0 in closed and arguments.command in _SESSIONS:
        raise UsageError("standard input is closed, so nothing could be typed")
    return _COMMANDS[arguments.command](arguments)


def _with_command(argv: Sequence[str]) -> Sequence[str]:
    """Alone, or with options of ``meet``, the program meets."""
    if not argv or (argv[0].startswith("-") and argv[0] not in _ITS_OWN):
        return ["meet", *argv]
    return argv


def _meet(arguments: Namespace) -> int:
    from .meet import run

    return run(arguments)


def _call(arguments: Namespace) -> int:
    from .call import run

    return run(arguments)


def _id(arguments: Namespace) -> int:
    from .own_identity import run

    return run(arguments)


def _card(arguments: Namespace) -> int:
    from .cards import run

    return run(arguments)


def _demo(arguments: Namespace) -> int:
    from .demo import run

    return run(arguments.script)


def _testnet(arguments: Namespace) -> int:
    from .testnet import run

    return run(arguments.directory)


def _guide(arguments: Namespace) -> int:
    from .guide import run

    return run(arguments.topic)


# Each imports its floor only when it is asked for: `guide` needs no trio, `meet` no network.
_COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "meet": _meet,
    "call": _call,
    "id": _id,
    "card": _card,
    "demo": _demo,
    "testnet": _testnet,
    "guide": _guide,
}


def _end(ending: Ending) -> int:
    """Whoever told us to stop, or took the terminal away, needs no sentence about it."""
    if ending.reason in (Reason.TERMINATED, Reason.HANGUP):
        return ending.status
    return _fail(ending.sentence, ending.status)


def _fail(sentence: str, status: int) -> int:
    say("entrechat: " + " ".join(sentence.split()))
    return status
