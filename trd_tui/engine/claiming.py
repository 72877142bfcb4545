"""Claiming a batch: every rule that may stop a message is asked in the transaction that writes its intent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from trd_tui.carriers.protocol import SendRequest
from trd_tui.domain.allowance import USED_UP, Allowance, day_of
from trd_tui.domain.clearance import Clearance, End, Hold, Later, OverBudget, Send, clear
from trd_tui.domain.due import CampaignTerms, DueRow
from trd_tui.domain.fairness import Queue, share
from trd_tui.domain.frequency import USUAL_CAPS, Caps
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.domain.place import place_of
from trd_tui.domain.prices import PriceTable
from trd_tui.engine.automatic import complete_campaigns, pause_campaign
from trd_tui.engine.buckets import Bucket, ready_buckets
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.ready import Ready
from trd_tui.store import control, counters, exits, lease, queue
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.downtime import USUAL, DowntimeRule, Silence, notice
from trd_tui.store.purses import BudgetTakenError, Purses, overdrawn
from trd_tui.store.recover import attempt_id
from trd_tui.store.sequences import Compiled, SequenceCache
from trd_tui.store.spending import DayBook

Watch = Callable[[str, DueRow, Clearance], None]
"""Told which campaign's message the rules were asked about, and what they decided."""


@dataclass(slots=True)
class Claim:
    """What one claim brought.

    Attributes:
        batch: messages whose intent is now committed.
        next_at: campaign instant at which something more may be due; ``None`` when nothing waits.
        stopped: whether the emergency stop is on.
        moved: whether rows were re-dated, held or cancelled although none was claimed.
        spent: whether every sender of what is due is at the end of its rate: nothing goes before `next_at`.
        silence: nobody had sent for so long that campaigns go on as after a pause.
    """

    batch: list[Ready] = field(default_factory=list)
    next_at: int | None = None
    stopped: bool = False
    moved: bool = False
    spent: bool = False
    silence: Silence | None = None


class Claimer:
    """Puts batches together for one sending machine; holds what is worth keeping between them.

    Args:
        downtime: when a silence of the sender counts as a pause.
        caps: most texts to one contact over all campaigns.
        prices: the price table; the package's own when none is given.
        daily_budget: micro-dollars that all campaigns may spend on a day; ``None`` is no limit.
    """

    watch: Watch | None = None

    def __init__(
        self,
        downtime: DowntimeRule = USUAL,
        caps: Caps = USUAL_CAPS,
        *,
        prices: PriceTable | None = None,
        daily_budget: int | None = None,
    ) -> None:
        self.sequences = SequenceCache(caps) if prices is None else SequenceCache(caps, prices)
        self._downtime = downtime
        self._daily_budget = daily_budget
        self._served: dict[str, int] = {}
        self._round = 0

    @classmethod
    def of(cls, options: EngineOptions, watch: Watch | None = None) -> Claimer:
        """The claimer of a machine with these options; ``watch`` is told what the rules decide."""
        made = cls(
            options.downtime,
            options.caps,
            prices=options.prices,
            daily_budget=options.daily_budget_micros,
        )
        made.watch = watch
        return made

    def claim(
        self, connection: Connection, *, token: int, now: int, real: int, slots: int, horizon_ms: int
    ) -> Claim:
        """Claim up to ``slots`` messages that may be sent now.

        Args:
            connection: a writing transaction.
            token: our fencing token.
            now: campaign instant.
            real: real instant.
            slots: free places among the concurrent calls.
            horizon_ms: campaign milliseconds of a sender's rate that one claim may start at once.

        Raises:
            LeaseLostError: another process sends by now.
            BudgetTakenError: somebody spent by hand what this claim was about to promise.
        """
        lease.check(connection, token)
        state = control.read_control(connection)
        if state.stopped:
            return Claim(stopped=True)
        silence = notice(connection, state, self._downtime, now=now, real=real)
        if silence is not None:
            return Claim(moved=True, silence=silence if silence.campaigns else None)
        due = queue.due_campaigns(connection, now)
        if not due:
            return Claim(next_at=queue.next_due(connection, now))
        buckets, wakes = ready_buckets(connection, now, horizon_ms)
        queues = [
            Queue(campaign.id, campaign.priority, self._served.get(campaign.id, 0))
            for campaign in due
            if campaign.sender in buckets
        ]
        self._round += 1
        shares = share(slots, queues, turn=self._round)
        later = queue.next_due(connection, now)
        if not shares:
            return Claim(next_at=min([at for at in (*wakes, later) if at is not None], default=None))
        work = _Batch(connection, token=token, now=now, real=real, daily_budget=self._daily_budget)
        work.watch = self.watch
        compiled = self.sequences.load(connection, [id_ for id_, _ in shares])
        for id_, quota in shares:
            self._served[id_] = self._round
            work.take_from(compiled[id_], buckets[compiled[id_].terms.sender], quota)
        work.write(buckets)
        used = {campaign.sender: buckets[campaign.sender] for campaign in due if campaign.sender in buckets}
        spent = all(bucket_.is_spent for bucket_ in used.values())
        refilled = [bucket_.ready_at() for bucket_ in used.values()] if spent else work.wakes
        empty = [at for at in (*wakes, *refilled, later) if at is not None]
        return Claim(work.batch, min(empty, default=None), moved=bool(work.deltas), spent=spent)


class _Batch:
    """One claim's rows on their way through the rules."""

    watch: Watch | None = None

    def __init__(
        self, connection: Connection, *, token: int, now: int, real: int, daily_budget: int | None
    ) -> None:
        self.connection = connection
        self.daily_budget = daily_budget
        self.token = token
        self.now = now
        self.real = real
        self.batch: list[Ready] = []
        self.wakes: list[int] = []
        self.deltas: dict[str, CampaignDelta] = {}
        self._intents: list[dict[str, Any]] = []
        self._redated: list[dict[str, Any]] = []
        self._held: list[dict[str, Any]] = []
        self._caps: list[dict[str, Any]] = []
        self._gone: set[int] = set()
        self._texted: Counter[int] = Counter()
        self._over_budget: list[str] = []
        self._purses = Purses(connection, daily_budget)
        self._days = DayBook()
        self._limited: dict[str, int] = {}

    def take_from(self, compiled: Compiled, bucket_: Bucket, quota: int) -> None:
        """Let up to ``quota`` of a campaign's due messages through, as far as rules and bucket allow."""
        terms = compiled.terms
        if bucket_.row.rate_milli:
            quota = min(quota, bucket_.room())
        day = day_of(self.now, terms.timezone)
        own, shared = self._purses.own_day(terms, day), self._purses.shared_day(terms.workspace_id, day)
        allowance = Allowance(terms, self.now, own, shared)
        reserved = 0
        for row in queue.due_rows(self.connection, terms.id, terms.plan_version, self.now, quota):
            if row.contact_id in self._gone:
                continue
            # What other campaigns send them in this very batch is not yet written.
            known = row.also_texted(self.now, self._texted[row.contact_id])
            decision = clear(known, compiled.rules, allowance, self.now)
            if self.watch is not None:
                self.watch(terms.id, row, decision)
            match decision:
                case Send() as send:
                    if not bucket_.take(send.segments):
                        self.wakes.append(self.now)
                        break
                    allowance.use(send.cost_micros)
                    self._texted[row.contact_id] += 1
                    reserved += send.cost_micros
                    self._intend(row, terms, send, day)
                case Later(_, at, reason):
                    self._redate(row, terms.id, at, reason)
                case Hold(_, reason):
                    self._hold(row, terms.id, reason)
                case End(_, status, reason):
                    self._end(row, status, reason)
                case OverBudget():
                    # What is on its way fits, and shall not be called back by the pause: it waits for that.
                    if not (allowance.changed or terms.reserved_micros):
                        self._over_budget.append(terms.id)
                    break
        if terms.daily_cap is not None and allowance.changed:
            self._caps.append({"campaign": terms.id, "day": allowance.day, "used": allowance.used})
        self._days.add(terms.workspace_id, terms.id, day, reserved=reserved)
        if allowance.limited and allowance.changed:
            self._limited[terms.id] = day

    def _intend(self, row: DueRow, terms: CampaignTerms, send: Send, day: int) -> None:
        attempt = attempt_id(self.token, row.id, row.attempts + 1)
        self._intents.append(
            {
                "message_id": row.id,
                "attempt_id": attempt,
                "token": self.token,
                "real": self.real,
                "sender": terms.sender,
                "recipient": row.number,
                "body": send.body,
                "segments": send.segments,
                "cost": send.cost_micros,
                "variant": send.variant,
                "day": day,
                "now": self.now,
            }
        )
        self.batch.append(
            Ready(
                message_id=row.id,
                workspace_id=terms.workspace_id,
                campaign_id=terms.id,
                enrolment_id=row.enrolment_id,
                contact_id=row.contact_id,
                touch=row.touch,
                attempts=row.attempts + 1,
                segments=send.segments,
                cost_micros=send.cost_micros,
                zone=row.timezone or terms.timezone,
                place=place_of(row.number, row.state, row.zip, row.timezone),
                enrolled_on=row.enrolled_on,
                shift_days=row.shift_days,
                request=SendRequest(attempt, terms.sender, row.number, send.body, send.validity_s),
                variant=send.variant,
                spend_day=day,
            )
        )
        delta = self._delta(terms.id)
        delta.waiting_count -= 1
        delta.in_flight_count += 1
        delta.reserved_micros += send.cost_micros

    def _delta(self, campaign_id: str) -> CampaignDelta:
        delta = self.deltas.get(campaign_id)
        if delta is None:
            delta = self.deltas[campaign_id] = CampaignDelta()
        delta.recompute_next_due = True
        return delta

    def _redate(self, row: DueRow, campaign_id: str, at: int, reason: str) -> None:
        self._redated.append({"message_id": row.id, "at": at, "reason": reason, "now": self.now})
        self._delta(campaign_id)

    def _hold(self, row: DueRow, campaign_id: str, reason: str) -> None:
        self._held.append(
            {"message_id": row.id, "enrolment_id": row.enrolment_id, "reason": reason, "now": self.now}
        )
        delta = self._delta(campaign_id)
        delta.waiting_count -= 1
        delta.held_count += 1

    def _end(self, row: DueRow, status: EnrolmentStatus, reason: str) -> None:
        self._gone.add(row.contact_id)
        exits.end_contact(self.connection, row.contact_id, status, reason, self.now, self.deltas)

    def write(self, buckets: Mapping[str, Bucket]) -> None:
        """Write intents, re-dated and held rows, buckets, caps and counters."""
        queue.intend(self.connection, self._intents)
        queue.redate(self.connection, self._redated)
        queue.hold(self.connection, self._held)
        queue.use_cap(self.connection, self._caps)
        queue.set_buckets(
            self.connection,
            [
                {"id": bucket_.row.id, "tokens": bucket_.tokens, "at": bucket_.credited_at}
                for bucket_ in buckets.values()
                if bucket_.taken
            ],
        )
        counters.apply(self.connection, self.deltas, self.now)
        self._days.write(self.connection)
        if self._gone:  # with whom a campaign's last contact may have gone: nothing else would notice
            complete_campaigns(self.connection, sorted(self.deltas), self.now, self.real)
        # SQLite has one writer: nobody can have spent meanwhile.
        several = self.connection.dialect.name != "sqlite"
        if several and self._limited and overdrawn(self.connection, self.daily_budget, self._limited.items()):
            raise BudgetTakenError("a budget was used by hand in the same moment; the claim is made again")
        # The control row comes last in every transaction, so that two of them cannot wait for each other.
        for campaign_id in self._over_budget:
            pause_campaign(self.connection, campaign_id, USED_UP, self.now, self.real)
        if self._gone:
            control.bump_fence(self.connection)
