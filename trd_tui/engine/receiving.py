"""Receiving: delivery states and replies, in one transaction a batch; late, double and out of order alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from trd_tui.carriers.error_codes import failure_of, reason_of
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.consent import OPTED_IN
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.message import EnrolmentStatus, MessageState, merge_state, state_of_carrier_status
from trd_tui.domain.optout import read
from trd_tui.domain.webhook import Event, inbound, refused_by_carrier
from trd_tui.engine.automatic import complete_campaigns, pause_sender, stop_everything
from trd_tui.store import audit, consents, control, counters, doubts, exits, receive, suppressions, webhooks
from trd_tui.store.counters import CampaignDelta, TouchDelta

SOFT_FAILURES_IN_A_ROW = 3
"""After so many the number counts as bad."""


@dataclass(slots=True)
class Received:
    """What a batch of carrier reports brought about.

    Attributes:
        changes: how many rows were new or changed.
        known: the carrier's ids that need not be looked at again until they change.
        completed: campaigns that are completed by this.
    """

    changes: int = 0
    known: set[str] = field(default_factory=set)
    completed: list[str] = field(default_factory=list)


def receive_batch(
    connection: Connection, messages: Sequence[CarrierMessage], now: int, real: int
) -> Received:
    """Merge what the carrier reports; the same report twice changes nothing."""
    work = _Receive(connection, now, real)
    outbound = [message for message in messages if not message.inbound]
    rows = receive.by_sid(connection, [message.sid for message in outbound]) if outbound else {}
    for message in outbound:
        row = rows.get(message.sid)
        if row is not None:
            work.status(row, message)
            work.result.known.add(message.sid)
    inbound = sorted(
        (message for message in messages if message.inbound), key=lambda message: message.created_at
    )
    known = receive.known_replies(connection, [message.sid for message in inbound]) if inbound else set()
    work.result.known.update(message.sid for message in inbound)
    for message in inbound:
        if message.sid not in known:
            work.reply(message)
    webhooks.emit(connection, work.events, real)
    if work.deltas:
        counters.apply(connection, work.deltas, now, touches=work.touches)
        work.result.completed = complete_campaigns(connection, sorted(work.deltas), now, real)
    # The control row comes last in every transaction, so that two of them cannot wait for each other.
    if work.fences:
        control.bump_fence(connection)
    if work.stop_reason is not None:
        stop_everything(connection, work.stop_reason, real)
    return work.result


class _Receive:
    """One batch of reports."""

    def __init__(self, connection: Connection, now: int, real: int) -> None:
        self.connection = connection
        self.now = now
        self.real = real
        self.result = Received()
        self.deltas: dict[str, CampaignDelta] = {}
        self.touches: dict[tuple[str, int], TouchDelta] = {}
        self.events: list[Event] = []
        self.fences = False
        self.stop_reason: str | None = None
        self._moved: dict[str, MessageState] = {}

    def _delta(self, campaign_id: str) -> CampaignDelta:
        return self.deltas.setdefault(campaign_id, CampaignDelta())

    def _touch(self, campaign_id: str, touch: int) -> TouchDelta:
        return self.touches.setdefault((campaign_id, touch), TouchDelta())

    def status(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """Merge the state of one outbound message."""
        self._price(row, message)
        if not receive.keep_event(self.connection, message.sid, message.status, message.error_code, self.now):
            return
        self.result.changes += 1
        current = self._moved.get(row.sid, MessageState(row.state))
        state = merge_state(current, state_of_carrier_status(message.status))
        if state is current:
            return
        code = message.error_code
        reason = None if code is None else f"{code}: {reason_of(code)}"
        receive.set_state(self.connection, row.id, state, code, reason, self.now)
        self._moved[row.sid] = state
        delta, touch = self._delta(row.campaign_id), self._touch(row.campaign_id, row.touch)
        if state is MessageState.DELIVERED:
            delta.delivered_count += 1
            touch.delivered_count += 1
            receive.soft_failure(self.connection, row.contact_id, failed=False)
            return
        delta.failed_count += 1
        touch.failed_count += 1
        if code is not None:
            self._failed(row, message, failure_of(code), reason or "")

    def _price(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """Replace the estimate by what the carrier billed."""
        cost = row.cost_micros if message.price_micros is None else message.price_micros
        segments = message.segments or row.segments
        if (segments, cost) == (row.segments, row.cost_micros):
            return
        if not receive.set_price(self.connection, row, segments, cost, self.now):
            return
        delta = self._delta(row.campaign_id)
        delta.segment_count += segments - row.segments
        delta.cost_micros += cost - row.cost_micros

    def _failed(
        self, row: receive.SentRow, message: CarrierMessage, failure: FailureClass, reason: str
    ) -> None:
        """What a failure after acceptance means. The touch is never sent again: it was accepted once."""
        match failure:
            case FailureClass.BAD_NUMBER:
                self._end(row.contact_id, EnrolmentStatus.FAILED, reason)
            case FailureClass.OPTED_OUT | FailureClass.LITIGATOR | FailureClass.SOFT_OPTOUT:
                exits.suppress_contacts(self.connection, [row.contact_id], reason, "carrier", self.now)
                self.events.append(refused_by_carrier(message.to, reason, row.campaign_id))
                self._end(row.contact_id, EnrolmentStatus.OPTED_OUT, reason)
            case FailureClass.SOFT:
                count = receive.soft_failure(self.connection, row.contact_id, failed=True)
                if count >= SOFT_FAILURES_IN_A_ROW:
                    self._end(row.contact_id, EnrolmentStatus.FAILED, f"{reason} ({count} times in a row)")
            case FailureClass.SENDER if message.sender:
                pause_sender(self.connection, message.service or message.sender, reason, self.real)
                self.fences = True
            case FailureClass.ACCOUNT | FailureClass.TRIAL:
                self.stop_reason = reason
            case _:
                pass

    def _end(self, contact_id: int, status: EnrolmentStatus, reason: str) -> None:
        if status is EnrolmentStatus.FAILED:
            exits.mark_bad(self.connection, contact_id, reason, self.now)
        exits.end_contact(self.connection, contact_id, status, reason, self.now, self.deltas)
        self.fences = True

    def reply(self, message: CarrierMessage) -> None:
        """Keep a reply, credit it to the touch that it answers, and end the contact's sequences.

        A machine's answer and a call for help end nothing; what may be an opt-out waits for a person.
        """
        number = message.sender or ""
        kind = read(message.body).kind
        contact = receive.contact_of(self.connection, number)
        answered = None if contact is None else receive.latest_touch(self.connection, contact[0], message.to)
        # YES lifts an opt-out; from somebody who never opted out it is an answer like any other.
        lifted = (
            kind == "opt_in" and contact is not None and receive.lift(self.connection, contact[1], number)
        )
        if kind == "opt_in" and not lifted:
            kind = "reply"
        workspace = 1 if contact is None else contact[1]
        kept = receive.keep_reply(
            self.connection,
            workspace_id=workspace,
            sid=message.sid,
            sender=number,
            recipient=message.to,
            body=message.body,
            kind=str(kind),
            contact_id=None if contact is None else contact[0],
            campaign_id=None if answered is None else answered.campaign_id,
            message_id=None if answered is None else answered.message_id,
            now=self.now,
            carrier_at=message.created_at,
        )
        if not kept:
            return
        self.result.changes += 1
        campaign = None if answered is None else answered.campaign_id
        self.events += inbound(number, message.body, str(kind), message.sid, campaign)
        if kind == "opt_out" and number.startswith("+"):  # whoever says it, a contact or not yet
            suppressions.put(self.connection, [number], "opted out by text", "reply", self.now, workspace)
        if contact is None:
            return
        contact_id = contact[0]
        if lifted:
            doubts.settle(self.connection, [contact_id])
            consents.add(self.connection, contact_id, OPTED_IN, audit.SYSTEM, self.now, workspace)
            return
        if kind == "opt_out":
            self._end(contact_id, EnrolmentStatus.OPTED_OUT, "opted out")
            if answered is not None and answered.opted_out_at is None:
                receive.count_opt_out(self.connection, answered.enrolment_id, self.now)
                delta = self._delta(answered.campaign_id)
                delta.opted_out_count += 1
                delta.active_at(self.now)
                self._touch(answered.campaign_id, answered.touch).opted_out_count += 1
        elif kind == "unclear":
            reason = f"perhaps an opt-out: {_shortened(message.body)}"
            doubts.doubt(self.connection, contact_id, reason, self.now, self.deltas)
            self.fences = True
        elif kind == "reply":
            self._end(contact_id, EnrolmentStatus.REPLIED, "replied")
            if answered is not None and answered.replied_at is None:
                receive.count_reply(self.connection, answered.enrolment_id, self.now)
                delta = self._delta(answered.campaign_id)
                delta.replied_count += 1
                delta.active_at(self.now)
                self._touch(answered.campaign_id, answered.touch).replied_count += 1


def _shortened(body: str) -> str:
    """A text on one line, as a reason shows it."""
    line = " ".join(body.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
