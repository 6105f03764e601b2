"""How long things may take, in seconds (protocol.md section 7, DESIGN section 2)."""

from .states import State

HEARTBEAT_AFTER = 5.0
SILENT_AFTER = 30.0
MESSAGE_WHOLE_WITHIN = 60.0
HANDSHAKE_WITHIN = 30.0
CLOSING_WITHIN = 5.0

# tor's scheduler sends what it was given within 10 ms (KISTSchedRunInterval); a tor that is ended
# at once takes the last frame with it, and the peer would wait for it until its clock runs out.
LINGER = 0.1

BOOTSTRAP_STALLS_AFTER = 120.0
PUBLISH_WITHIN = 60.0

BOUNDS = {
    State.STARTING: BOOTSTRAP_STALLS_AFTER,
    State.OPENING: PUBLISH_WITHIN,
    State.HANDSHAKE: HANDSHAKE_WITHIN,
    State.CLOSING: CLOSING_WITHIN,
}
"""The states whose bound does not depend on what a person chose."""

# The dialer's pauses between attempts: quick at first, for both people often start together.
FIRST_PAUSE = 0.5
PAUSE_GROWTH = 1.5
LONGEST_PAUSE = 8.0

# An attempt over live Tor takes a few seconds, rarely more than ten.
ASK_BESIDE_AFTER = 10.0
