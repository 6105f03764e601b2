"""The ladder: the stages on the way to a conversation, how long each took and usually takes."""

from collections.abc import Callable, Iterator

from textual.content import Content
from textual.widget import Widget

from ...protocol.events import Step
from ...session import events
from ...session.states import State
from ..sanitise import sanitise_name
from ..spell import bar, crop, fitting, spell_clock, spell_elapsed

LADDER = (State.STARTING, State.OPENING, State.WAITING, State.HANDSHAKE)
_UPLOADS_NEEDED = 2
_LEAST_HEIGHT = 11
_USUAL: dict[State, float | None] = {
    State.STARTING: 30,
    State.OPENING: 20,
    State.WAITING: None,
    State.HANDSHAKE: 5,
}
_WHAT = {
    State.STARTING: "tor connects to the network",
    State.OPENING: "the meeting place opens",
    State.WAITING: "for the other side",
    State.HANDSHAKE: "each side proves that it knows {secret}",
}
_STEPS = {
    Step.VERSION: "the other side knows {secret}",
    Step.NOISE: "keys are agreed",
    Step.IDENTITIES: "identities are verified",
}


class Stages(Widget):
    """The four stages; the present one has a bar and a line of detail."""

    def __init__(self, clock: Callable[[], float], secret: str) -> None:
        """``secret``: what both sides know, in words."""
        super().__init__()
        self._clock = clock
        self._secret = secret
        self._entered: dict[State, float] = {}
        self.state = State.STARTING
        self._bound: float | None = None
        self._done = 0.0
        self._detail = ""

    def take(self, event: events.Event) -> None:
        """Bring the picture up to date."""
        match event:
            case events.StateEntered(state, bound):
                self._entered[state] = self._clock()
                self.state, self._bound, self._done, self._detail = state, bound, 0.0, ""
            case events.Bootstrap(percent, phase):
                self._done, self._detail = percent / 100, sanitise_name(phase)
            case events.Door(points, uploads, started):
                self._done = uploads / _UPLOADS_NEEDED
                self._detail = (
                    f"{uploads} of {max(started, _UPLOADS_NEEDED)} uploads, "
                    f"{points} introduction points"
                )
            case events.Dialling(attempt, outcome, next_in):
                self._detail = f"attempt {attempt}: {outcome}, again in {next_in:.0f} s"
            case events.HandshakeStep(step):
                self._done, self._detail = (
                    step / len(Step),
                    f"{step} of {len(Step)}: {_STEPS[step].format(secret=self._secret)}",
                )
        self.refresh(layout=True)

    @property
    def elapsed(self) -> float:
        """Seconds in the present stage."""
        now = self._clock()
        return now - self._entered.get(self.state, now)

    @property
    def takes_long(self) -> bool:
        """The present stage has taken longer than it usually does."""
        usual = _USUAL.get(self.state)
        return usual is not None and self.elapsed > usual

    def on_resize(self) -> None:
        self.refresh(layout=True)

    def render(self) -> Content:
        stages = LADDER if self.screen.size.height > _LEAST_HEIGHT else (self.state,)
        rows = (row for stage in stages for row in self._rows(stage, self.size.width))
        return Content("\n").join(rows)

    def _rows(self, stage: State, width: int) -> Iterator[Content]:
        if stage is self.state:
            yield Content.styled(self._row("▸", stage, self.elapsed, width), "bold")
            yield Content.styled(f"  {self._progress(width - 2)}", "$accent")
            if self._detail:
                yield Content(crop(f"  {self._detail}", width))
        elif stage in self._entered:
            yield Content.styled(self._row("✓", stage, self._took(stage), width), "$success")
        else:
            yield Content.styled(crop(f"· {stage.value}", width), "dim")

    def _took(self, stage: State) -> float:
        later = [self._entered[each] for each in self._entered if self._after(stage, each)]
        return min(later, default=self._clock()) - self._entered[stage]

    @staticmethod
    def _after(stage: State, other: State) -> bool:
        order = list(State)
        return order.index(other) > order.index(stage)

    def _row(self, mark: str, stage: State, seconds: float, width: int) -> str:
        time = spell_elapsed(seconds)
        usual = _USUAL.get(stage)
        limit = f" (usually under {usual:.0f} s)" if usual and stage is self.state else ""
        head = f"{mark} {stage.value}"
        what = _WHAT.get(stage, "").format(secret=self._secret)
        return fitting(
            width,
            [
                f"{mark} {stage.value:<10} {what}  {time}{limit}",
                f"{mark} {stage.value:<10} {time}{limit}",
                f"{mark} {stage.value:<10} {time}",
                f"{head} {time}",
                head,
            ],
        )

    def _progress(self, width: int) -> str:
        if self.state is State.WAITING:
            return crop(self._left(), width)
        percent = f" {self._done:.0%}"
        return f"{bar(self._done, min(40, max(0, width - 5)))}{percent}"

    def _left(self) -> str:
        return f"{spell_clock(self._bound - self.elapsed)} left" if self._bound else ""
