"""Recording a batch: result, counters and next touch in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from trd_tui.carriers.protocol import Accepted, Rejected, Unknown
from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.domain.failures import Decision, FailureClass, Verdict, decide, jitter_of
from trd_tui.domain.frequency import recent_sends
from trd_tui.domain.message import OPEN_ENROLMENTS, EnrolmentStatus, MessageState
from trd_tui.domain.money import share_up
from trd_tui.domain.phone import sender_kind
from trd_tui.domain.purse import dearness
from trd_tui.domain.schedule import next_allowed, next_touch_instant
from trd_tui.domain.sentences import part
from trd_tui.domain.webhook import Event, refused_by_carrier
from trd_tui.engine.automatic import complete_campaigns, note_trouble, pause_sender, stop_everything
from trd_tui.engine.ready import Done, NotCalled, NotSent, NotTaken, Ready, Unclear
from trd_tui.store import by_hand, control, counters, exits, queue, webhooks
from trd_tui.store.counters import CampaignDelta, TouchDelta, TouchKey
from trd_tui.store.outlays import Attempt
from trd_tui.store.sequences import Compiled, SequenceCache
from trd_tui.store.spending import DayBook


@dataclass(slots=True)
class Recorded:
    """What recording brought about beyond the rows.

    Attributes:
        accepted: how many messages the carrier had accepted.
        completed: campaigns that are completed by this.
    """

    accepted: int = 0
    completed: list[str] = field(default_factory=list)


def record_batch(
    connection: Connection, sequences: SequenceCache, batch: Sequence[Done], now: int, real: int
) -> Recorded:
    """Write what became of a batch of messages.

    A row that has left our hands meanwhile (another process recovered it) is left as it is: the update
    is guarded by the attempt id. There is deliberately no lease check: what the carrier has accepted is
    true whoever sends now.
    """
    standing = queue.standing(connection, [done.ready.message_id for done in batch])
    mine = [
        done
        for done in _one_each(batch)
        if (row := standing.get(done.ready.message_id)) is not None
        and row.attempt_id == done.ready.request.attempt_id
    ]
    work = _Record(connection, sequences, mine, standing, now, real)
    for done in mine:
        work.take(done)
    return work.write()


def _one_each(batch: Sequence[Done]) -> list[Done]:
    """One result a message, for each is counted: what the carrier accepted stands, else the latest.

    While the database is slow, a message that is looked for may be looked for again before what the first
    look found has been recorded.
    """
    latest: dict[int, Done] = {}
    for done in batch:
        known = latest.get(done.ready.message_id)
        if known is None or not isinstance(known.outcome, Accepted):
            latest[done.ready.message_id] = done
    return list(latest.values())


class _Record:
    """One batch's rows on their way to where they belong."""

    def __init__(
        self,
        connection: Connection,
        sequences: SequenceCache,
        batch: Sequence[Done],
        standing: Mapping[int, queue.Standing],
        now: int,
        real: int,
    ) -> None:
        self.connection = connection
        self.now = now
        self.real = real
        self.result = Recorded()
        self.deltas: dict[str, CampaignDelta] = {}
        self.touches: dict[TouchKey, TouchDelta] = {}
        campaigns = sorted({done.ready.campaign_id for done in batch})
        self.compiled: dict[str, Compiled] = sequences.load(connection, campaigns)
        self.standing = standing
        self._accepted: list[dict[str, Any]] = []
        self._left: list[dict[str, Any]] = []
        self._unknown: list[dict[str, Any]] = []
        self._next: list[dict[str, Any]] = []
        self._sent: list[dict[str, Any]] = []
        self._resolved: list[dict[str, Any]] = []
        self._held: list[dict[str, Any]] = []
        self._ends: list[tuple[Ready, EnrolmentStatus, str]] = []
        self._paused: dict[str, str] = {}
        self._stop_reason: str | None = None
        self._refused: str | None = None
        self._days = DayBook()
        self._unseen: list[Ready] = []

    def take(self, done: Done) -> None:
        """Sort one result."""
        outcome = done.outcome
        if isinstance(outcome, Accepted):
            self._accept(done.ready, outcome)
        elif isinstance(outcome, Unknown):
            self._unknown.append({**self._key(done.ready), "reason": outcome.reason})
        elif isinstance(outcome, NotCalled):
            self._return(done.ready, self.now, None, outcome.reason, uncalled=1)
        elif isinstance(outcome, NotTaken):
            self._refused = outcome.reason
            self._return(done.ready, self.now, outcome.code, f"{outcome.code}: {outcome.reason}")
        elif isinstance(outcome, NotSent) and outcome.retry:
            self._return(done.ready, self.now, None, outcome.reason)
            if self.standing[done.ready.message_id].status not in OPEN_ENROLMENTS:
                self._unseen.append(done.ready)  # nobody tries it again, so that nobody ever knows
        elif isinstance(outcome, NotSent | Unclear):
            self._hold(done.ready, None, outcome.reason)
            # That a list does not show it proves nothing: it counts for caps and budgets.
            self._unseen.append(done.ready)
        else:
            self._reject(done.ready, outcome)

    def _key(self, ready: Ready) -> dict[str, Any]:
        return {
            "message_id": ready.message_id,
            "attempt_id": ready.request.attempt_id,
            "enrolment_id": ready.enrolment_id,
            "now": self.now,
        }

    def _delta(self, ready: Ready) -> CampaignDelta:
        delta = self.deltas.get(ready.campaign_id)
        if delta is None:
            delta = self.deltas[ready.campaign_id] = CampaignDelta()
        return delta

    def _touch(self, ready: Ready) -> TouchDelta:
        key = (ready.campaign_id, ready.touch, ready.variant)
        delta = self.touches.get(key)
        if delta is None:
            delta = self.touches[key] = TouchDelta()
        return delta

    def _landed(self, ready: Ready, *, spent: int = 0, priced: int = 0) -> CampaignDelta:
        """The delta of a message that is no longer in flight, with the micro-dollars that it has cost."""
        delta = self._delta(ready)
        delta.in_flight_count -= 1
        delta.reserved_micros -= ready.cost_micros
        delta.cost_micros += spent
        delta.priced_micros += priced
        self._days.add(
            ready.workspace_id,
            ready.campaign_id,
            ready.spend_day,
            spent=spent,
            reserved=-ready.cost_micros,
            priced=priced,
        )
        return delta

    def _accept(self, ready: Ready, outcome: Accepted) -> None:
        count = outcome.segments or ready.segments
        price = outcome.price_micros
        cost = share_up(ready.cost_micros, count, ready.segments or count or 1) if price is None else price
        real = 0 if price is None else price
        self._accepted.append(
            {
                **self._key(ready),
                "sid": outcome.sid,
                "segments": count,
                "cost": cost,
                "priced": int(price is not None),
            }
        )
        delta = self._landed(ready, spent=cost, priced=real)
        if cost > ready.cost_micros:
            self._days.learn(ready.campaign_id, dearness(ready.cost_micros, cost))
        delta.sent_count += 1
        delta.segment_count += count
        delta.active_at(self.now)
        self._touch(ready).sent_count += 1
        standing = self.standing[ready.message_id]
        if standing.sent_count == 0:
            delta.texted_count += 1
        status, ended, resolved = self._advance(ready, delta, sent_at=self.now)
        self._sent.append(
            {
                "enrolment_id": ready.enrolment_id,
                "resolved": resolved,
                "status": status,
                "ended_touch": ended,
                "recent": recent_sends(standing.recent_sends, self.now),
                "now": self.now,
            }
        )

    def _advance(
        self, ready: Ready, delta: CampaignDelta, sent_at: int | None
    ) -> tuple[str, int | None, int]:
        """Schedule the next touch, or finish; returns status, ended touch and touches resolved."""
        standing = self.standing[ready.message_id]
        if standing.status not in OPEN_ENROLMENTS:
            return standing.status, standing.ended_touch, 0
        delta.touches_resolved += 1
        compiled = self.compiled[ready.campaign_id]
        following = compiled.sequence.next_after(ready.touch)
        if following is None:
            delta.open_count -= 1
            return EnrolmentStatus.FINISHED, ready.touch, 1
        terms = compiled.terms
        last = sent_at if sent_at is not None else standing.last_sent_at
        at = next_touch_instant(
            date.fromordinal(ready.enrolled_on),
            following.day,
            ready.shift_days,
            terms.send_time,
            ready.zone,
            compiled.rules.window,
            last,
            ready.place,
        )
        self._next.append(
            {
                "workspace_id": ready.workspace_id,
                "campaign": ready.campaign_id,
                "enrolment_id": ready.enrolment_id,
                "contact_id": ready.contact_id,
                "touch": following.position,
                "plan_version": terms.plan_version,
                "at": at,
                "now": self.now,
            }
        )
        delta.waiting_count += 1
        delta.due(at)
        return EnrolmentStatus.ACTIVE, None, 1

    def _reject(self, ready: Ready, outcome: Rejected) -> None:
        verdict: Verdict = decide(
            outcome.failure,
            ready.attempts,
            outcome.retry_after_s,
            self.now,
            jitter=jitter_of(ready.request.attempt_id, ready.attempts),
            toll_free=sender_kind(ready.request.sender) == "toll_free",
        )
        reason = f"{outcome.code}: {outcome.reason}"
        match verdict.decision:
            case Decision.RETRY:
                # A text that is tried again, an expired one, too, waits for the hours to open.
                window = self.compiled[ready.campaign_id].rules.window
                at = next_allowed(self.now + (verdict.delay_ms or 0), ready.zone, window, ready.place)
                self._return(ready, at, outcome.code, reason)
            case Decision.HOLD:
                self._hold(ready, outcome.code, reason)
            case Decision.PAUSE_SENDER:
                self._paused[ready.request.sender] = reason
                self._return(ready, self.now, outcome.code, reason)
            case Decision.PAUSE_ALL:
                only_read = outcome.failure is FailureClass.CREDENTIALS
                self._stop_reason = (
                    f"{part(reason)}: these credentials may read only" if only_read else reason
                )
                self._return(ready, self.now, outcome.code, reason)
            case Decision.FAIL_TOUCH:
                delta = self._fail(ready, outcome.code, reason)
                status, ended, resolved = self._advance(ready, delta, sent_at=None)
                self._resolved.append(
                    {
                        "enrolment_id": ready.enrolment_id,
                        "resolved": resolved,
                        "status": status,
                        "ended_touch": ended,
                        "now": self.now,
                    }
                )
            case Decision.FAIL_CONTACT:
                self._fail(ready, outcome.code, reason)
                self._ends.append((ready, EnrolmentStatus.FAILED, reason))
            case Decision.SUPPRESS:
                self._fail(ready, outcome.code, reason)
                self._ends.append((ready, EnrolmentStatus.OPTED_OUT, reason))

    def _fail(self, ready: Ready, code: int, reason: str) -> CampaignDelta:
        self._leave(ready, MessageState.FAILED, None, code, reason)
        delta = self._landed(ready)
        delta.failed_count += 1
        delta.active_at(self.now)
        self._touch(ready).failed_count += 1
        return delta

    def _hold(self, ready: Ready, code: int | None, reason: str) -> None:
        if self.standing[ready.message_id].status not in OPEN_ENROLMENTS:
            self._cancel(ready, code)
            return
        self._leave(ready, MessageState.HELD, None, code, reason)
        self._held.append({**self._key(ready), "reason": reason})
        self._landed(ready).held_count += 1

    def _return(self, ready: Ready, at: int, code: int | None, reason: str, *, uncalled: int = 0) -> None:
        """Back to scheduled; cancelled when the contact's sequence has ended meanwhile."""
        if self.standing[ready.message_id].status not in OPEN_ENROLMENTS:
            self._cancel(ready, code)
            return
        self._leave(ready, MessageState.SCHEDULED, at, code, reason, uncalled=uncalled)
        delta = self._landed(ready)
        delta.waiting_count += 1
        delta.due(at)

    def _cancel(self, ready: Ready, code: int | None) -> None:
        self._leave(ready, MessageState.CANCELLED, None, code, "the contact's sequence has ended")
        self._landed(ready)

    def _leave(
        self,
        ready: Ready,
        state: MessageState,
        at: int | None,
        code: int | None,
        reason: str,
        *,
        uncalled: int = 0,
    ) -> None:
        self._left.append(
            {
                **self._key(ready),
                "state": str(state),
                "at": at,
                "code": code,
                "reason": reason,
                "uncalled": uncalled,
                # a resume may have made a new plan while it was in flight
                "plan_version": self.compiled[ready.campaign_id].terms.plan_version,
            }
        )

    def write(self) -> Recorded:
        """Write everything that was sorted."""
        connection = self.connection
        self.result.accepted = len(self._accepted)
        queue.accepted(connection, self._accepted)
        queue.left_flight(connection, self._left)
        queue.unknown(connection, self._unknown)
        queue.enrolments_sent(connection, self._sent)
        queue.enrolments_resolved(connection, self._resolved)
        queue.hold_enrolments(connection, self._held)
        queue.schedule_next(connection, self._next)
        events: list[Event] = []
        for ready, status, reason in self._ends:
            if status is EnrolmentStatus.FAILED:
                exits.mark_bad(connection, ready.contact_id, reason, self.now)
            else:
                exits.suppress_contacts(connection, [ready.contact_id], reason, "carrier", self.now)
                events.append(refused_by_carrier(ready.request.to, reason, ready.campaign_id))
            exits.end_contact(connection, ready.contact_id, status, reason, self.now, self.deltas)
        for address, reason in self._paused.items():
            pause_sender(connection, address, reason, self.real)
        webhooks.emit(connection, events, self.real)
        counters.apply(connection, self.deltas, self.now, touches=self.touches)
        self._days.write(connection)
        for ready in self._unseen:
            tried_at = self.standing[ready.message_id].tried_at
            by_hand.unclear(
                connection,
                workspace_id=ready.workspace_id,
                campaign_id=ready.campaign_id,
                day=ready.spend_day,
                segments=ready.segments,
                cost=ready.cost_micros,
                attempt=Attempt(ready.contact_id, ready.message_id, ready.request.attempt_id, tried_at),
                now=self.now,
            )
        self.result.completed = complete_campaigns(connection, sorted(self.deltas), self.now, self.real)
        # The control row comes last in every transaction, so that two of them cannot wait for each other.
        if self._ends or self._paused:
            control.bump_fence(connection)
        self._days.write_last(connection)
        if self._refused is not None:
            note_trouble(connection, CarrierTrouble("refused", self._refused, self.real), self.real)
        if self._stop_reason is not None:
            stop_everything(connection, self._stop_reason, self.real)
        return self.result
