"""What every part of the real desk needs: the product, who acts, and the loop that asks the services."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from trd_tui.services.actor import Actor
from trd_tui.services.views import ActCancelledError
from trd_tui.tui.loop_thread import LoopThread

if TYPE_CHECKING:
    from trd_tui.tui.desk.new_campaign import Watch
    from trd_tui.wiring import Product

T = TypeVar("T")


class Watched:
    """For services that ask whether they are called off, instead of being told."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def __call__(self, done: int, total: int) -> None:
        """How far it is."""
        with suppress(ActCancelledError):
            self._watch.report(done, total)

    def cancelled(self) -> bool:
        """Whether it is called off."""
        return self._watch.cancelled


@dataclass(frozen=True)
class Asking:
    """One for all parts of a desk.

    Attributes:
        product: the opened product.
        person: who acts.
        zone: IANA zone in which instants are shown and days begin.
        thread: the loop of the services.
        touch: tells this process's scheduler to look for work now.
        foreign: senders that were no numbers of the account when the carrier was asked last, in this app. It
            outlives the storing of another account: that holds from the next start, and this app goes on with
            the one that was asked.
    """

    product: Product
    person: Actor
    zone: str
    thread: LoopThread
    touch: Callable[[], None]
    foreign: set[str] = field(default_factory=set)

    async def ask(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Await something on the services' loop, whoever asks."""
        return await self.thread.call(work)
