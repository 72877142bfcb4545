"""``trd run``: the scheduler without a screen."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from trd_tui.cli import logs, times
from trd_tui.cli.errors import CliError, UsageError
from trd_tui.cli.output import iso
from trd_tui.cli.session import must_exist
from trd_tui.clock import Anchor, SystemClock, VirtualClock, real_now
from trd_tui.domain.sentences import part
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.engine.state import EngineState
    from trd_tui.wiring import Product

log = logging.getLogger(__name__)

DRAIN_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser(
        "run",
        help="send without a screen, until a signal drains and ends it",
        description="The scheduler without a screen. SIGTERM, SIGINT and SIGHUP await and record the sends"
        " under way; then it exits 0. It waits while another process holds the lease of this database.",
    )
    parser.add_argument(
        "--until-idle", action="store_true", help="exit when no active campaign has anything left"
    )
    parser.add_argument(
        "--speed",
        metavar="N",
        type=times.speed,
        help="virtual clock: N times as fast as real time; it is kept with the database and runs on while"
        " nobody sends",
    )
    parser.add_argument(
        "--start",
        metavar="ISO",
        type=times.instant,
        help="virtual clock: where it starts, in UTC unless it says otherwise (2026-03-02T09:00-05:00)",
    )
    parser.add_argument(
        "--real-time",
        action="store_true",
        help="leave the virtual clock that --speed or --start has set: dates stay as they are; refused while"
        " that would make touches of active campaigns overdue at once",
    )
    parser.add_argument("--takeover", action="store_true", help="ask the process that sends now to give way")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Send until a signal or, with ``--until-idle``, until there is nothing left."""
    if options.real_time and (options.start is not None or options.speed is not None):
        raise UsageError(
            "--real-time leaves the virtual clock that --start and --speed set; drop one of them"
        )
    must_exist(settings)
    logs.log_to_stderr(settings)
    from trd_tui.wiring import open_product

    if options.real_time:
        _leave_virtual_time(settings)
    product = open_product(settings)
    stored = product.clock if isinstance(product.clock, VirtualClock) else None
    clock = times.chosen_clock(settings, options.start, options.speed, stored, jumps=options.until_idle)
    if clock is not None:
        product.clock = clock
    asyncio.run(_serve(product, options))
    return 0


def _leave_virtual_time(settings: Settings) -> None:
    """Let campaign time be real time from now on, and log what that means.

    Raises:
        RealTimeRefusedError: touches would be overdue all at once, or another process sends.
    """
    from trd_tui.services.actor import Actor
    from trd_tui.services.real_time import return_to_real_time
    from trd_tui.wiring import open_product

    product = open_product(settings, clock=SystemClock())

    async def leave() -> None:
        try:
            done = await return_to_real_time(product.db, real_now(), Actor.local(settings.actor))
        finally:
            await product.close()
        said = "it was already" if done.was is None else f"the virtual clock stood at {iso(done.was)}"
        waits = "" if done.next_due_at is None else f"; the next message goes at {iso(done.next_due_at)}"
        log.info("campaign time is real time: %s%s", said, waits)

    asyncio.run(leave())


async def _serve(product: Product, options: argparse.Namespace) -> None:
    from trd_tui.store import control, lease

    fresh = options.start is not None or options.speed is not None
    start = ClockStart(product) if fresh else None
    try:
        # Later on a full disk is waited for; a run that could not even begin says so and ends.
        await product.db.write(control.bump_fence)
        if options.start is not None:
            await _warn_of_the_clock(product, options.start)
        if options.takeover and await product.db.write(lease.ask_to_yield, "trd run --takeover"):
            log.info("asked the process that sends now to give way")
        with drain_on_signal() as stop:
            state = await serve(product, stop, face="run", until_idle=options.until_idle, on_sending=start)
        if start is not None:
            await start.stored()
        if state.sent or (start is not None and start.begun):
            await leave_clock(product)
        if options.until_idle and state.stopped:
            await _refuse_to_call_it_done(product)
    finally:
        await product.close()


async def _warn_of_the_clock(product: Product, at: int) -> None:
    """Say what campaigns make of a clock that is set to ``at``: their dates stay as they are."""
    from trd_tui.services.virtual_time import warnings_of

    for said in await product.db.read(warnings_of, at):
        log.warning("%s", said)


async def _refuse_to_call_it_done(product: Product) -> None:
    """A person who stops everything knows; that the carrier's account did is an error.

    Raises:
        CliError: the emergency stop was set by the scheduler itself.
    """
    from trd_tui.store import audit, control

    state = await product.db.read(control.read_control)
    if state.stopped and state.by == audit.SYSTEM.name:
        reason = part(state.reason or "")
        remedy = "" if "trd start" in reason else "; mend that, then run `trd start`"
        raise CliError(f"all sending was stopped: {reason}{remedy}")


class ClockStart:
    """Lets a virtual clock that was asked for begin when this process begins to send.

    Not before: imports and the wait for the lease would else eat virtual hours, and while another process
    sends, the database runs on that one's clock.
    """

    def __init__(self, product: Product) -> None:
        self._product = product
        self._task: asyncio.Task[None] | None = None
        self._virtual = product.clock.now()
        if isinstance(product.clock, VirtualClock):
            self._virtual = product.clock.anchor.virtual

    @property
    def begun(self) -> bool:
        """Whether this process has become the sender."""
        return self._task is not None

    def __call__(self) -> None:
        """Set the clock and store its anchor; only the first time."""
        from trd_tui.store import control

        clock = self._product.clock
        if self._task is None and isinstance(clock, VirtualClock):
            clock.anchor = Anchor(clock.real(), self._virtual, clock.speed)
            self._task = asyncio.create_task(self._product.db.write(control.set_anchor, clock.anchor))

    async def stored(self) -> None:
        """Wait until the anchor is stored."""
        if self._task is not None:
            await self._task


async def leave_clock(product: Product, *, speed: float | None = None) -> None:
    """Store where a virtual clock has come to, so that whoever comes next goes on from there."""
    from trd_tui.store import control

    clock = product.clock
    if isinstance(clock, VirtualClock):
        anchor = Anchor(clock.real(), clock.now(), clock.speed if speed is None else speed)
        await product.db.write(control.set_anchor, anchor)


async def serve(
    product: Product,
    stop: asyncio.Event,
    *,
    face: str,
    until_idle: bool = False,
    until: int | None = None,
    on_sending: Callable[[], None] | None = None,
) -> EngineState:
    """Run an engine in this loop and log what it says; returns its last state."""
    from trd_tui.wiring import make_engine

    engine = make_engine(product, face=face, publish=Narrator(on_sending))
    await engine.run(stop, until_idle=until_idle, until=until)
    return engine.state


class Narrator:
    """Turns the engine's states into log lines: what changed, once."""

    def __init__(self, on_sending: Callable[[], None] | None = None) -> None:
        self._said: tuple[object, ...] = ()
        self._on_sending = on_sending
        self._own_time = on_sending is None
        """The clock of this process is the one that holds; one that was asked for begins with the sending."""
        self._clock_told = False

    def __call__(self, state: EngineState) -> None:
        """Log a new role, a stop, its release, or a fault."""
        if state.role == "sending" and self._on_sending is not None:
            self._own_time = True
            self._on_sending()
        elif state.role == "watching" and not self._own_time and not self._clock_told:
            self._clock_told = True
            log.warning(
                "%s sends, and its clock holds: the one that --start or --speed asks for begins when this"
                " process begins to send",
                state.holder or "another process",
            )
        said = (state.role, state.holder, state.stopped, state.last_error, state.notice)
        if said == self._said:
            return
        before, self._said = self._said, said
        if state.last_error is not None and (not before or before[3] != state.last_error):
            log.warning(state.last_error)
        if state.notice is not None and (not before or before[4] != state.notice):
            log.warning(state.notice)
        if not before or before[:3] != said[:3]:
            log.info(
                "scheduler is %s%s",
                state.role,
                ", the emergency stop is set" if state.stopped else "",
                extra={
                    "holder": state.holder,
                    "sent": state.sent,
                    **({"campaign_time": iso(state.now)} if self._own_time else {}),
                },
            )


@contextmanager
def drain_on_signal(what: str = "draining what is being sent") -> Iterator[asyncio.Event]:
    """An event that SIGTERM, SIGINT and SIGHUP set; nothing under way is dropped by them."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def received(number: signal.Signals) -> None:
        log.info("%s: %s", number.name, what)
        stop.set()

    for number in DRAIN_SIGNALS:
        loop.add_signal_handler(number, received, number)
    try:
        yield stop
    finally:
        for number in DRAIN_SIGNALS:
            loop.remove_signal_handler(number)
