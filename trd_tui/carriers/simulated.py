"""The simulated carrier: takes texts, delivers them, answers for the contacts; all of it in one file."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path

from trd_tui.carriers.behaviour import AFTER_ACCEPT, Behaviour, Fate, Fault, fate_of, fault_of
from trd_tui.carriers.error_codes import failure_of, reason_of
from trd_tui.carriers.magic import magic_refusal
from trd_tui.carriers.protocol import (
    Accepted,
    Begin,
    CarrierAccount,
    CarrierListError,
    CarrierMessage,
    Outcome,
    Rejected,
    SendRequest,
    Unknown,
    at_once,
)
from trd_tui.carriers.simulated_changes import ChangeFeed
from trd_tui.carriers.simulated_contacts import SimulatedContacts, our_number
from trd_tui.carriers.simulated_ledger import SimulatedLedger
from trd_tui.carriers.simulated_rows import Entry
from trd_tui.clock import Clock
from trd_tui.domain.segments import segments
from trd_tui.domain.sentences import closed

_GROUP_WINDOW_S = 0.005
_BODY_LIMIT = 1_600


class SimulatedCarrier:
    """Speaks the carrier protocol without a network.

    A text is in the ledger, committed, before its answer is given; what was accepted is there after a
    ``kill -9``. Commits are shared by all texts that wait for an answer and fall into their waiting time.

    Args:
        ledger: file of the simulated carrier's own book.
        clock: statuses and answers appear at instants of its campaign time.
        behaviour: rates, delays and faults.

    Raises:
        CarrierListError: the ledger cannot be opened.
    """

    name = "simulated"

    def __init__(self, ledger: Path, clock: Clock, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self._clock = clock
        self._ledger = SimulatedLedger(ledger, clock.real)
        self._scripted: deque[tuple[Fault, str | None]] = deque()
        self._faulted: Counter[tuple[str, str]] = Counter()
        self._contacts = SimulatedContacts(self.behaviour.replies, self._ledger)
        self._feed = ChangeFeed(self._ledger)
        self._flush_planned = False

    def script(self, fault: Fault, *, times: int = 1, to: str | None = None) -> None:
        """Let a fault befall the next calls (to one number, or to any)."""
        self._scripted.extend([(fault, to)] * times)

    def receive(self, contact: str, ours: str, body: str, at: int | None = None) -> None:
        """Let a contact write to us, at a campaign instant (default: now)."""
        now = self._clock.now() if at is None else at
        self._ledger.add(self._contacts.write("0" * 16, contact, ours, None, body, now))
        self._ledger.flush()

    async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
        """Send one text, once. Never raises for what the carrier or the network does.

        Raises:
            NotBegunError: ``begin`` has refused.
        """
        begin()
        behaviour = self.behaviour
        fault = self._fault(request)
        seq = 0
        if fault is None or fault in AFTER_ACCEPT:
            fate = fate_of(behaviour, request.to, request.body)
            code = self._refusal(request, fate)
            if code is not None:
                await asyncio.sleep(behaviour.latency_ms / 1000)
                return Rejected(code, failure_of(code), reason_of(code))
            seq, sid, parts = self._accept(request, fate, untold=fault is not None)
        if fault is not None:
            # The carrier has it, whoever dies while waiting for the answer.
            self._try_flush()
            return await self._suffer(fault)
        await asyncio.sleep(behaviour.latency_ms / 1000)
        try:
            if seq > self._ledger.durable:
                self._ledger.flush()
        except sqlite3.Error as error:
            return Unknown(f"The simulated carrier's ledger could not be written: {closed(str(error))}")
        return Accepted(sid, parts)

    async def sent_to(self, number: str, since: int) -> Sequence[CarrierMessage]:
        """List what was sent to a number since a real instant, newest first."""
        try:
            self._ledger.flush()
            return self._ledger.sent_to(number, since)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        """Report what changed and who answered, oldest first, a thousand at a time.

        Each change is reported once, with a small overlap; see :class:`ChangeFeed` for what ``since`` does.
        What an answer has told already (an accepted text that is on its way) is not reported again.
        """
        try:
            return self._feed.poll(since, self._clock.now())
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    async def fetch(self, sid: str) -> CarrierMessage | None:
        """Read one message by its id; ``None`` when it is not known."""
        try:
            self._ledger.flush()
            return self._ledger.fetch(sid)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def next_event_at(self) -> int | None:
        """Campaign instant of the earliest status or answer that has not been reported yet."""
        now = self._clock.now()
        try:
            return self._feed.next_event_at(now)
        except sqlite3.Error:
            # The next poll meets the same fault and says it.
            return now

    async def check(self) -> CarrierAccount:
        """Say that it works, and where its ledger is."""
        return CarrierAccount(
            f"The simulated carrier answers; nothing is sent to anybody. Its ledger is {self._ledger.path}."
        )

    async def close(self) -> None:
        """Commit what waits and close the ledger."""
        self._ledger.close()

    def _fault(self, request: SendRequest) -> Fault | None:
        for number, (fault, to) in enumerate(self._scripted):
            if to is None or to == request.to:
                del self._scripted[number]
                return fault
        if not self.behaviour.faults:
            return None
        key = (request.to, request.body)
        fault_drawn = fault_of(self.behaviour, request.to, request.body, self._faulted[key])
        if fault_drawn is not None:
            self._faulted[key] += 1
        return fault_drawn

    async def _suffer(self, fault: Fault) -> Outcome:
        behaviour = self.behaviour
        if fault in (Fault.TIMEOUT_AFTER_ACCEPT, Fault.TIMEOUT_BEFORE_ACCEPT):
            await asyncio.sleep(behaviour.timeout_ms / 1000)
            return Unknown(f"No answer within {behaviour.timeout_ms / 1000:g} s.")
        await asyncio.sleep(behaviour.latency_ms / 1000)
        if fault is Fault.ERROR_AFTER_ACCEPT:
            return Unknown("The carrier answered HTTP 500 (code 20500).")
        if fault is Fault.DROP_AFTER_ACCEPT:
            return Unknown("The connection was lost before the answer.")
        code = 20003 if fault is Fault.UNAUTHORISED else 20429
        wait = behaviour.retry_after_s if fault is Fault.THROTTLE else None
        return Rejected(code, failure_of(code), reason_of(code), wait)

    def _refusal(self, request: SendRequest, fate: Fate) -> int | None:
        code = magic_refusal(request.sender, request.to)
        if code is not None:
            return code
        if not request.body or not _writable(request.body):
            return 21602
        if len(request.body) > _BODY_LIMIT:
            return 21617
        if self._contacts.opted_out(request.to, our_number(request.sender), self._clock.now()):
            return 21610
        return fate.refused

    def _accept(self, request: SendRequest, fate: Fate, *, untold: bool) -> tuple[int, str, int]:
        now = self._clock.now()
        ours = our_number(request.sender)
        service = None if ours == request.sender else request.sender
        parts = segments(request.body)
        seq, sid = self._ledger.add(
            Entry(
                mark=fate.mark,
                inbound=False,
                sender=ours,
                to=request.to,
                service=service,
                body=request.body,
                attempt_id=request.attempt_id,
                segments=parts,
                accepted_at=now,
                next_at=now + fate.delivery_ms,
                next_status=fate.status,
                next_error=fate.error_code,
                untold=untold,
            )
        )
        self._feed.behind = self._feed.behind or untold
        answer = self._contacts.answer_to(request.to, fate)
        if answer is not None:
            body, delay_ms = answer
            self._ledger.add(self._contacts.write(fate.mark, request.to, ours, service, body, now + delay_ms))
        self._plan_flush()
        return seq, sid, parts

    def _plan_flush(self) -> None:
        """Commit when a group is full, or soon; a text never waits longer than its own answer does."""
        if self._ledger.full:
            self._try_flush()
        elif not self._flush_planned and self.behaviour.latency_ms > 1000 * _GROUP_WINDOW_S:
            self._flush_planned = True
            asyncio.get_running_loop().call_later(_GROUP_WINDOW_S, self._planned_flush)

    def _planned_flush(self) -> None:
        self._flush_planned = False
        self._try_flush()

    def _try_flush(self) -> None:
        # On a fault the texts wait on: the flush before their answers meets the same fault and says it.
        with contextlib.suppress(sqlite3.Error):
            self._ledger.flush()

    def _unreadable(self, error: sqlite3.Error) -> CarrierListError:
        return CarrierListError(f"the simulated carrier's ledger {self._ledger.path} cannot be read: {error}")


def _writable(body: str) -> bool:
    """Whether a text can be written down at all; half a surrogate pair cannot."""
    try:
        body.encode()
    except UnicodeEncodeError:
        return False
    return True
