"""Beginning work that waits: in a worker, never on a key; and keys that wait for what was begun before them.

Keys may come several in one read, as over a slow line: each goes where the one before it has led.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol, cast

from textual import on
from textual.app import App
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.events import Event, Key
from textual.message import Message
from textual.timer import Timer

Work = Callable[[], Coroutine[Any, Any, None]]
"""What a worker runs: called only when it begins, so that one replaced before leaves nothing behind."""

STUCK_S = 1.0
"""Seconds after which the next key no longer waits for the last: what it went to has gone."""

HELD_S = 5.0
"""Seconds that keys wait for a question or a row; then they are forgotten: who knows what they would do?"""

ROUNDS = 2
"""Ways from where a key went up to the app: one behind the key, one behind what the key has brought about."""


class Reporter(Protocol):
    """An app that tells people of a fault."""

    def complain(self, error: Exception) -> None:
        """Say it."""
        ...


def begin(node: DOMNode, work: Work, *, group: str, exclusive: bool = False) -> None:
    """Run in a worker of this node; a fault becomes a toast instead of the end of the app.

    Args:
        node: whose worker it is; it ends with its node.
        work: what it runs.
        group: its name.
        exclusive: a newer one of the same name cancels it.
    """

    async def guarded() -> None:
        try:
            await work()
        except Exception as error:
            # What was to be shown on a screen that is not there any more is nobody's concern.
            if not (isinstance(error, NoMatches) and _was_left(node)):
                cast("Reporter", node.app).complain(error)

    node.run_worker(cast("Any", guarded), group=group, exclusive=exclusive)


def _was_left(node: DOMNode) -> bool:
    """Whether a node's screen has been left."""
    try:
        return node is not node.app and node.screen not in node.app.screen_stack
    except NoScreen:
        return True


class Opened(Message):
    """A question is open and has the keys."""


class TypingApp(App[None]):
    """An app that hands on a key when the one before has been answered, and its question has opened."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Key | None] = deque()
        """Keys that wait; ``None`` where the stop comes once more, after what was typed before it."""
        self._key = 0
        self._key_under_way = False
        self.pressed_at: float | None = None
        """The moment at which the key came that is under way; ``None`` while there is none."""
        self._holds: dict[object, Timer] = {}
        """What keys wait for, each with the end of that."""

    def action_emergency(self) -> None:
        """The stop; it waits for no question."""

    def key_answered(self) -> None:
        """What a key has begun has been done; the next one has not begun."""

    async def on_event(self, event: Event) -> None:
        """Keys wait for those before them."""
        if isinstance(event, Key) and self._is_over:
            return
        if not isinstance(event, Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._holds and event.character == "!":
            self.action_emergency()
            self._stop_again()
        else:
            if self._key_under_way and not self._typed:
                self.set_timer(STUCK_S, partial(self._answered, self._key))
            self._typed.append(event)  # behind those that wait, also where none is under way any more
            await self._next_key()

    @property
    def _is_over(self) -> bool:
        """The app is closing: nobody is there to take a key, or its screens are being taken apart."""
        return not self.screen_stack or self.screen._pruning

    async def _hand_on(self, key: Key) -> None:
        self._key += 1
        self._key_under_way, self.pressed_at = True, key.time
        target: DOMNode = self.focused or self.screen
        await super().on_event(key)
        self._follow(self._key, target, target, ROUNDS)

    def _follow(self, key: int, target: DOMNode, at: DOMNode, rounds: int) -> None:
        """Go the key's way, behind it, through the queues of all that it passes."""
        if not at.call_later(self._followed, key, target, at, rounds):
            self.call_later(self._answered, key)

    async def _followed(self, key: int, target: DOMNode, at: DOMNode, rounds: int) -> None:
        if at is not self:
            self._follow(key, target, at.parent or self, rounds)
        elif rounds > 1:
            self._follow(key, target, target, rounds - 1)
        else:
            await self._answered(key)

    async def _answered(self, key: int) -> None:
        if key == self._key:
            self._key_under_way, self.pressed_at = False, None
            self.key_answered()
            await self._next_key()

    def _stop_again(self) -> None:
        """The stop has come before keys that wait, and is behind them: what they release, it stops again."""
        if self._typed:
            self._typed.append(None)

    async def _next_key(self) -> None:
        if self._typed and not (self._holds or self._key_under_way or self._is_over):
            key = self._typed.popleft()
            if key is None:
                self.action_emergency()
                await self._next_key()
                return
            await self._hand_on(key)
            if self._typed:
                self.set_timer(STUCK_S, partial(self._answered, self._key))

    # What keys wait for

    def hold(self) -> object:
        """Let the keys wait until what this answers is released, or too long; the stop waits for nothing."""
        hold = object()
        self._holds[hold] = self.set_timer(HELD_S, partial(self._forget, hold))
        typed, self._typed = self._typed, deque()
        for key in typed:
            if key is None or key.character != "!":
                self._typed.append(key)
            else:
                self.action_emergency()
                self._stop_again()
        return hold

    def release(self, hold: object) -> None:
        """Let the keys go on that have waited for this; again does nothing."""
        forgetting = self._holds.pop(hold, None)
        if forgetting is not None:
            forgetting.stop()
            self.call_later(self._next_key)

    def begin_question(self, node: DOMNode, work: Work, *, group: str, exclusive: bool = False) -> None:
        """Begin work that may ask: keys wait until its question is open, or until it ends without one."""
        hold = self.hold()

        async def asking() -> None:
            try:
                await work()
            finally:
                self.release(hold)

        begin(node, asking, group=group, exclusive=exclusive)

    @on(Opened)
    async def _question_opened(self) -> None:
        for hold in list(self._holds):
            self.release(hold)
        await self._next_key()

    def _forget(self, hold: object) -> None:
        if self._holds.pop(hold, None) is None:
            return
        if any(key is not None for key in self._typed):
            self.notify(
                "The database takes long to answer: the keys that were typed meanwhile did nothing.",
                severity="warning",
            )
        self._typed.clear()
