"""The sequence: the ordered touches that every contact of a campaign gets, until they answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from trd_tui.domain.variants import Variant, problem_with

MAX_TOUCHES = 60
MAX_DAY = 3_650
"""Ten years; a later day is a slip of the finger."""


class SequenceError(ValueError):
    """A sequence that cannot be; the message names the touch.

    Attributes:
        position: position of the touch that is wrong; ``None`` when it is the sequence as a whole.
    """

    def __init__(self, problem: str, position: int | None = None) -> None:
        super().__init__(problem if position is None else f"touch {position}: {problem}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Touch:
    """One step of a sequence.

    Attributes:
        position: its place in the sequence, from 1.
        day: the day it is due; day 1 is the contact's local date of enrolment.
        body: the template of its text; with variants, that of the first.
        active: whether it is sent; one that is not is passed over.
        kind: what is done; ``sms`` is all there is yet.
        removed: taken out of a running campaign; it keeps its place because messages of it exist.
        variants: its texts, of which each contact gets one; empty when it has one text.
    """

    position: int
    day: int
    body: str
    active: bool = True
    kind: str = "sms"
    removed: bool = False
    variants: tuple[Variant, ...] = ()

    @property
    def texts(self) -> tuple[tuple[str | None, str], ...]:
        """Every text that it may send, with the variant's name; ``None`` where there is one text."""
        return tuple((each.name, each.body) for each in self.variants) or ((None, self.body),)


@dataclass(frozen=True, slots=True)
class Sequence:
    """One to sixty touches, days strictly ascending, at least one of them active.

    A position is a touch's name for good: one that was put in later may be higher than that of the touch
    after it. Removed touches may share a day.

    Raises:
        SequenceError: they are not; the message names the touch.
    """

    touches: tuple[Touch, ...]
    active: tuple[Touch, ...] = field(init=False, repr=False, compare=False)
    """The touches that are sent, in order."""
    _following: tuple[Touch | None, ...] = field(init=False, repr=False, compare=False)
    # By position, because every message that was sent asks what comes next.

    def __post_init__(self) -> None:
        for problem in problems(self.touches):
            raise problem
        active = tuple(touch for touch in self.touches if touch.active)
        # behind a position that no touch has, the nearest active touch of a higher one follows
        following: list[Touch | None] = []
        for touch in sorted(active, key=lambda each: each.position):
            following += [touch] * (touch.position - len(following))
        following += [None] * (MAX_TOUCHES + 1 - len(following))
        behind: Touch | None = None
        for touch in reversed(self.touches):
            following[touch.position] = behind
            behind = touch if touch.active else behind
        object.__setattr__(self, "active", active)
        object.__setattr__(self, "_following", tuple(following))

    @property
    def planned(self) -> int:
        """How many touches each contact gets."""
        return len(self.active)

    def first(self) -> Touch:
        """The first active touch."""
        return self.active[0]

    def next_after(self, position: int) -> Touch | None:
        """The active touch that follows a position; ``None`` after the last. Position 0 stands before all."""
        if position < 0:
            raise ValueError("a position is 0 or more")
        return self._following[position] if position <= MAX_TOUCHES else None

    def at(self, position: int) -> Touch | None:
        """The touch at a position, active or not; ``None`` where there is none."""
        return next((touch for touch in self.touches if touch.position == position), None)


def problems(touches: tuple[Touch, ...]) -> Iterator[SequenceError]:
    """Everything that keeps touches from being a sequence, in their order."""
    if not touches:
        yield SequenceError("a sequence needs at least one touch")
    if len(touches) > MAX_TOUCHES:
        yield SequenceError(f"a sequence has at most {MAX_TOUCHES} touches, this one has {len(touches)}")
    before: Touch | None = None
    places: set[int] = set()
    for touch in touches:
        if (problem := _problem(touch, places, before)) is not None:
            yield SequenceError(problem, touch.position)
        places.add(touch.position)
        before = before if touch.removed else touch
    if touches and not any(touch.active for touch in touches):
        yield SequenceError("at least one touch must be active")


def _problem(touch: Touch, places: set[int], before: Touch | None) -> str | None:
    """What is wrong with one touch behind others; ``None`` when nothing is."""
    if not 1 <= touch.position <= MAX_TOUCHES:
        return f"a position is a number from 1 to {MAX_TOUCHES}"
    if touch.position in places:
        return "the position is given twice"
    if touch.removed:
        return None  # its day is only its place among the others
    if not 1 <= touch.day <= MAX_DAY:
        return f"day {touch.day} must be a number from 1 to {MAX_DAY}"
    if before is not None and touch.day <= before.day:
        return f"day {touch.day} must be later than day {before.day} of touch {before.position}"
    if touch.kind != "sms":
        return f"kind {touch.kind!r} is not known; the only kind is sms"
    if not all(body.strip() for _, body in touch.texts):
        return "the text is empty"
    return problem_with(touch.variants) if touch.variants else None


DEFAULT_DAYS = (1, 3, 5, 7, 9, 11, 13, 15, 17)

# One segment each with usual names, plain GSM-7, and no promise that a campaign might not keep.
_DEFAULT_BODIES = (
    "Hi {{first_name|there}}, this is {{agent|our team}}. You asked us about property in your area. "
    "Is that still of interest? Reply STOP to opt out.",
    "Hi {{first_name|there}}, {{agent|our team}} again. Are you looking to buy, to sell, or just "
    "keeping an eye on the market?",
    "Hello {{first_name|there}}, what matters most to you in a place: location, size or price? "
    "One word is enough.",
    "Hi {{first_name|there}}, several places have come up that may suit you. Shall I send you the details?",
    "{{first_name|Hello}}, many people ask what their place is worth today. Would you like a free estimate?",
    "Hi {{first_name|there}}, is there a good time this week for a short call with {{agent|our team}}?",
    "Hi {{first_name|there}}, plans change. Are you thinking of the next few months, or later this year?",
    "Hello {{first_name|there}}, is there a question about property that {{agent|our team}} can answer?",
    "Hi {{first_name|there}}, this is our last note for now. If you would like to talk later, just reply "
    "to this number. All the best, {{agent|our team}}",
)

BUILT_IN_BODIES = frozenset(_DEFAULT_BODIES)
"""Their texts may name a field that nobody has: they say what stands there then."""


def default_sequence() -> Sequence:
    """The nine touches that a campaign gets when its definition names none."""
    return Sequence(
        tuple(
            Touch(position, day, body)
            for position, (day, body) in enumerate(zip(DEFAULT_DAYS, _DEFAULT_BODIES, strict=True), start=1)
        )
    )
