"""The signals that end the program, and the reason that each gives."""

import signal

from ..session.endings import Reason

ENDS_WITH = {
    signal.SIGINT: Reason.INTERRUPTED,
    signal.SIGTERM: Reason.TERMINATED,
    signal.SIGHUP: Reason.HANGUP,
}
