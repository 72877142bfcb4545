"""The machine on which engines run, one after the other, each as a process that may die at any step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from sqlalchemy import Connection, text

from tests.simulation.carrier import Fate
from tests.simulation.loop import CrashError, Process, process, simulated_time
from tests.simulation.watch import Watch
from trd_tui.carriers.protocol import SendRequest
from trd_tui.engine import checkpoints
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.scheduler import Engine
from trd_tui.store import control as control_row
from trd_tui.store.downtime import USUAL

STEP_S = 0.5
"""How far time moves at once while something is to be done but nothing is on its way."""

TURNS = 40_000
"""Turns of the loop after which a simulation has evidently lost its way."""

_STANDING = text(
    "SELECT (SELECT count(*) FROM scheduled_messages WHERE state IN ('sending','unknown')),"
    " (SELECT count(*) FROM campaigns WHERE plan_kind IS NOT NULL AND status = 'active'),"
    " (SELECT min(next_due_at) FROM campaigns WHERE status = 'active' AND deleted_at IS NULL),"
    " coalesce((SELECT stopped FROM control WHERE id = 1), 0)"
)
_FREE_LEASE = text("UPDATE leases SET expires_at = 0")


class Host(Watch):
    """Runs engines, and the loop itself.

    Args:
        url: a database with this version's tables.
        start: the first instant, epoch milliseconds.
        seed: draws how tasks interleave.
        fate: what becomes of each call to the carrier.
        crash: asked at each checkpoint of the send path whether the process dies there.
        options: of the engine.
    """

    def __init__(
        self,
        url: str,
        start: int,
        seed: int,
        fate: Callable[[SendRequest, int], Fate],
        crash: Callable[[str], bool],
        options: EngineOptions,
    ) -> None:
        super().__init__(url, start, seed, fate)
        self.options = options
        self.crash = crash
        self.loop.goal = self._goal
        self.engine: Process | None = None
        self.quiet = asyncio.Event()
        self.died = asyncio.Event()
        self._ending = asyncio.Event()
        self._engine_task: asyncio.Task[None] | None = None
        self._machine: Engine | None = None
        self._engines = 0
        self._up_at = 0
        self._off_until = 0
        self._turns = 0
        self._between: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {}

    def run(self, work: Any) -> Any:
        """Run something to its end in the simulated loop."""
        checkpoints.hook = self._reached
        try:
            with simulated_time(self.loop):
                return self.loop.run_until_complete(work)
        finally:
            checkpoints.hook = None

    def close(self) -> None:
        """Give files back."""
        self.run(self._raze())
        self.loop.close()

    async def _raze(self) -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        if self.engine is not None:
            self.kill()
            await self.bury()
        await self.db.close()

    def _goal(self) -> float:
        """Up to which instant of the loop nothing can happen."""
        self._turns += 1
        if self._turns > TURNS:
            raise AssertionError("the simulation does not come to rest")
        now = self.loop.seconds
        if self.carrier.open:
            return now
        flying, planning, due, stopped = self.db.sync.read(_read_standing)
        running = self.engine is not None
        if running and (flying or planning):
            return now + STEP_S
        wanted = list(self.appointments[:1])
        line = self.carrier.next_at()
        if running and line is not None:
            wanted.append(self.clock.seconds_at(line))
        if running and due is not None and not stopped:
            wanted.append(self.clock.seconds_at(due))
        if not wanted:
            self.quiet.set()
            return now
        return max(min(wanted), now + STEP_S) if min(wanted) <= now else min(wanted)

    def launch(self) -> None:
        """Start an engine, as a process of its own."""
        self._engines += 1
        own = self.engine = Process(f"engine {self._engines}")
        self._ending = asyncio.Event()
        self.died.clear()
        engine = Engine(self.url, lambda: self.carrier, self.clock, self.options, description=own.name)
        self._machine = engine
        self._engine_task = self.loop.begin(own, engine.run(self._ending))
        self._up_at = self.clock.now()
        self.note("up")

    async def end_gracefully(self) -> bool:
        """Let the engine end as on SIGTERM; whether it did, or died on the way."""
        assert self._engine_task is not None
        self._ending.set()
        await self._over()
        if self.died.is_set():
            await self.bury()
            return False
        self.sign_of_life()
        self.engine = None
        self.note("down")
        if self.count("state = 'sending'"):
            self.faults.append("an engine that ended gracefully has left messages in sending")
        return True

    async def _over(self) -> None:
        """Wait until the engine's process has died or its run is over."""
        assert self._engine_task is not None
        died = asyncio.ensure_future(self.died.wait())
        await asyncio.wait({died, self._engine_task}, return_when=asyncio.FIRST_COMPLETED)
        died.cancel()
        if not self.died.is_set() and (error := self._engine_task.exception()) is not None:
            raise AssertionError("the engine has ended by an error of its own") from error

    def check_engine(self) -> None:
        """Make sure that the engine is still at work.

        Raises:
            AssertionError: it has ended by itself.
        """
        if self._engine_task is not None and self._engine_task.done():
            raise AssertionError("the engine has ended by itself") from self._engine_task.exception()

    async def keep_running(self, over: asyncio.Event, rests: Iterator[int]) -> None:
        """Keep an engine running.

        Args:
            over: ends it gracefully.
            rests: how many milliseconds it stays away after one crash after the other.
        """
        while True:
            self.launch()
            ends = asyncio.ensure_future(over.wait())
            lives = asyncio.ensure_future(self._over())
            await asyncio.wait({ends, lives}, return_when=asyncio.FIRST_COMPLETED)
            ends.cancel()
            if not lives.done():
                lives.cancel()
                if await self.end_gracefully():
                    return
            else:
                await lives
                await self.bury()
            await self.until(self.clock.now() + next(rests))
            while self.clock.now() < self._off_until:
                await self.until(self._off_until)

    async def switch_off(self, until: int) -> None:
        """Take the machine's power away until an instant; ``keep_running`` starts an engine after it."""
        self._off_until = until
        if self.engine is not None:
            self.note("crash", "power")
            self.kill()
            await self._over()

    def sign_of_life(self) -> None:
        """The last one of the signs that a living engine leaves every few seconds; time leaps over them.

        Who has only just begun leaves none of its own accord: its first claim does.
        """
        now = self.clock.now()
        if self.engine is not None and not self.stopped and now - self._up_at > USUAL.downtime_ms:
            self.db.sync.write(control_row.beat, now)

    async def bury(self) -> None:
        """What is left after a crash: the lease, which runs out, and whatever was committed."""
        assert self.engine is not None
        self.sign_of_life()
        await self.engine.bury()
        # The system lets go of a dead process's files, and with them of the lock on its call journal.
        if (journal := getattr(self._machine, "journal", None)) is not None:
            journal.close()
        self.engine = None
        self.carrier.listed = []
        self.db.sync.write(lambda connection: connection.execute(_FREE_LEASE).rowcount)
        self.note("down")

    def kill(self) -> None:
        """Crash the engine from outside, wherever its tasks are."""
        assert self.engine is not None
        self.engine.die()
        self.died.set()

    def _reached(self, point: str) -> None:
        own = process.get()
        if own is None or own is not self.engine:
            return
        if own.dead:
            raise CrashError
        if point == "changes merged":
            self.merged()
        if point in self._between:
            self._act_now(self._between.pop(point))
        if self.crash(point):
            self.note("crash", point)
            self.kill()
            raise CrashError

    def between(self, point: str, act: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Let somebody act, in another process, when the engine next reaches a point of the send path."""
        self._between[point] = act

    def _act_now(self, act: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self.db.at_once = True
        try:
            act().send(None)
        except StopIteration:
            return
        finally:
            self.db.at_once = False
        raise AssertionError("an act between two steps of the engine must not wait")


def _read_standing(connection: Connection) -> tuple[int, int, int | None, int]:
    flying, planning, due, stopped = connection.execute(_STANDING).one()
    return flying, planning, due, stopped
