"""Receiving: delivery states and replies, in one transaction a batch; late, double and out of order alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from trd_tui.carriers.error_codes import failure_of, reason_of
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.consent import OPTED_IN
from trd_tui.domain.endings import EVERYTHING, Endings
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.message import EnrolmentStatus, MessageState, merge_state, state_of_carrier_status
from trd_tui.domain.money import share_up
from trd_tui.domain.optout import read
from trd_tui.domain.prices import PriceTable
from trd_tui.domain.purse import dearness
from trd_tui.domain.webhook import Event, inbound, refused_by_carrier
from trd_tui.engine.answering import merge_status
from trd_tui.engine.automatic import complete_campaigns, pause_sender, stop_everything
from trd_tui.price_files import usual_prices
from trd_tui.store import (
    answers,
    audit,
    by_hand,
    consents,
    control,
    counters,
    doubts,
    exits,
    outlays,
    receive,
    suppressions,
    webhooks,
)
from trd_tui.store.answers import AnswerRow
from trd_tui.store.counters import CampaignDelta, TouchDelta, TouchKey
from trd_tui.store.outlays import Outlay
from trd_tui.store.spending import DayBook

SOFT_FAILURES_IN_A_ROW = 3
"""After so many the number counts as bad."""


def by_sending(message: CarrierMessage) -> tuple[int, bool]:
    """Sorts reports by when the carrier took the texts; a webhook does not say: by when it came.

    Of texts of one instant what was delivered comes last: the number can be reached.
    """
    return message.created_at, state_of_carrier_status(message.status) is MessageState.DELIVERED


def why_after_acceptance(code: int) -> str:
    """Why an accepted text did not arrive, for people.

    One that expired was accepted once, and is therefore not planned again: its contact has gone on to the
    next touch, and a state never goes back.
    """
    if failure_of(code) is FailureClass.EXPIRED:
        return (
            "it expired at the carrier, so that it cannot come in quiet hours, and was not delivered; it was"
            " accepted once and is not sent again, what follows it stays as planned"
        )
    return reason_of(code)


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
    connection: Connection,
    messages: Sequence[CarrierMessage],
    now: int,
    real: int,
    endings: Endings = EVERYTHING,
    prices: PriceTable | None = None,
) -> Received:
    """Merge what the carrier reports; the same report twice changes nothing.

    Args:
        connection: a writing transaction.
        messages: reports and answers, in any order.
        now: campaign instant.
        real: real instant.
        endings: what a reply and an opt-out end.
        prices: the price table, for what failed messages cost; the package's own when none is given.
    """
    work = _Receive(connection, now, real, endings, prices or usual_prices())
    outbound = [message for message in messages if not message.inbound]
    rows = receive.by_sid(connection, [(message.sid, message.to) for message in outbound])
    ours = [(row, message) for message in outbound if (row := rows.get(message.sid)) is not None]
    # By the rows' order: a poll and a webhook that merge the same ones then never wait for each other.
    for row, message in sorted(ours, key=lambda each: each[0].id):
        work.status(row, message)
        work.result.known.add(message.sid)
    work.count_soft()
    others = {message.sid: message for message in outbound if message.sid not in rows}
    own = answers.by_sid(connection, others) if others else {}
    for answer in sorted(own.values()):
        message = others[answer.sid or ""]
        work.answer(answer, message)
        work.result.known.add(message.sid)
    for sid, outlay in sorted(outlays.by_sid(connection, list(others)).items()):
        work.outlay(outlay, others[sid])
        work.result.known.add(sid)
    inbound = sorted(
        (message for message in messages if message.inbound), key=lambda message: message.created_at
    )
    known = receive.known_replies(connection, [message.sid for message in inbound]) if inbound else set()
    work.result.known.update(message.sid for message in inbound)
    for message in inbound:
        if message.sid not in known:
            work.reply(message)
        elif message.opt_out_type is not None:
            work.told_later(message)
    webhooks.emit(connection, work.events, real)
    if work.deltas:
        counters.apply(connection, work.deltas, now, touches=work.touches)
        work.days.write(connection)
        work.result.completed = complete_campaigns(connection, sorted(work.deltas), now, real)
    # The control row comes last in every transaction, so that two of them cannot wait for each other.
    if work.fences:
        control.bump_fence(connection)
    work.days.write_last(connection)
    if work.stop_reason is not None:
        stop_everything(connection, work.stop_reason, real)
    return work.result


class _Receive:
    """One batch of reports."""

    def __init__(
        self, connection: Connection, now: int, real: int, endings: Endings, prices: PriceTable
    ) -> None:
        self.connection = connection
        self.prices = prices
        self.now = now
        self.real = real
        self.endings = endings
        self.result = Received()
        self.deltas: dict[str, CampaignDelta] = {}
        self.touches: dict[TouchKey, TouchDelta] = {}
        self.events: list[Event] = []
        self.fences = False
        self.stop_reason: str | None = None
        self.days = DayBook()
        self._moved: dict[str, MessageState] = {}
        self._costs: dict[str, receive.SentRow] = {}
        self._soft: list[tuple[int, tuple[int, bool], str | None]] = []

    def _delta(self, campaign_id: str) -> CampaignDelta:
        return self.deltas.setdefault(campaign_id, CampaignDelta())

    def _touch(self, row: receive.SentRow | receive.Answered) -> TouchDelta:
        return self.touches.setdefault((row.campaign_id, row.touch, row.variant), TouchDelta())

    def status(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """Merge the state of one outbound message."""
        self._price(row, message)
        self._fail_cheaply(row, message)
        if not receive.keep_event(self.connection, message.sid, message.status, message.error_code, self.now):
            return
        self.result.changes += 1
        current = self._moved.get(row.sid, MessageState(row.state))
        state = merge_state(current, state_of_carrier_status(message.status))
        if state is current:
            return
        code = message.error_code
        reason = None if code is None else f"{code}: {why_after_acceptance(code)}"
        self._moved[row.sid] = state
        # On PostgreSQL a poll and a webhook may merge two reports of it in the same moment: one counts.
        if not receive.set_state(self.connection, row.id, state, code, reason, self.now):
            return
        delta, touch = self._delta(row.campaign_id), self._touch(row)
        if state is MessageState.DELIVERED:
            delta.delivered_count += 1
            touch.delivered_count += 1
            self._soft.append((row.contact_id, by_sending(message), None))
            return
        delta.failed_count += 1
        touch.failed_count += 1
        if code is not None and failure_of(code) is FailureClass.SOFT:
            self._soft.append((row.contact_id, by_sending(message), reason or ""))
        elif code is not None:
            self._failed(
                row.contact_id, row.campaign_id, message.to, row.sender, failure_of(code), reason or ""
            )

    def count_soft(self) -> None:
        """Count failures in a row by when the texts were sent: rows stand in the order of their planning."""
        for contact_id, _, reason in sorted(self._soft, key=lambda each: each[:2]):
            if reason is None:
                receive.soft_failure(self.connection, contact_id, failed=False)
            else:
                self._fail_softly(contact_id, reason)

    def _fail_softly(self, contact_id: int, reason: str) -> None:
        count = receive.soft_failure(self.connection, contact_id, failed=True)
        if count >= SOFT_FAILURES_IN_A_ROW:
            self._end(contact_id, EnrolmentStatus.FAILED, f"{reason} ({count} times in a row)")

    def answer(self, row: AnswerRow, message: CarrierMessage) -> None:
        """Merge the state of a person's own answer. What it costs is an outlay."""
        news, reason = merge_status(self.connection, row, message, self.now)
        self.result.changes += news
        if reason is not None and message.error_code is not None:
            sender = message.service or message.sender or ""
            failure = failure_of(message.error_code)
            self._failed(row.contact_id, row.campaign_id, message.to, sender, failure, reason)

    def _price(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """Replace the estimate by what the carrier billed; until then it follows the carrier's segments."""
        known = self._costs.get(row.sid, row)
        segments = message.segments or known.segments
        if message.price_micros is not None:
            new = known._replace(segments=segments, cost_micros=message.price_micros, priced=1)
            if not known.priced and known.cost_micros:
                self._learn(known, message.price_micros)
        elif known.priced or segments == known.segments:
            new = known._replace(segments=segments)
        else:
            cost = share_up(known.cost_micros, segments, known.segments or segments)
            self._learn(known, cost)
            new = known._replace(segments=segments, cost_micros=cost)
        self._cost(known, new)

    def _learn(self, row: receive.SentRow, cost: int) -> None:
        # What failed is estimated by its fee: that says nothing of what a text costs.
        if self._moved.get(row.sid, row.state) not in (MessageState.FAILED, "failed"):
            self.days.learn(row.campaign_id, dearness(row.cost_micros, cost))

    def _fail_cheaply(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """What the carrier took and could not send costs a fee, or nothing, until it says otherwise."""
        known = self._costs.get(row.sid, row)
        if not known.priced and state_of_carrier_status(message.status) is MessageState.FAILED:
            self._cost(known, known._replace(cost_micros=self.prices.failed_fee(message.error_code)))

    def _cost(self, old: receive.SentRow, new: receive.SentRow) -> None:
        if new == old or not receive.set_price(self.connection, old, new, self.now):
            return
        self._costs[old.sid] = new
        cost = new.cost_micros - old.cost_micros
        priced = new.priced * new.cost_micros - old.priced * old.cost_micros
        delta = self._delta(old.campaign_id)
        delta.segment_count += new.segments - old.segments
        delta.cost_micros += cost
        delta.priced_micros += priced
        self.days.add(old.workspace_id, old.campaign_id, old.spend_day, spent=cost, priced=priced)

    def outlay(self, row: Outlay, message: CarrierMessage) -> None:
        """Merge what a text costs that was sent by hand."""
        by_hand.reported(
            self.connection,
            row,
            self.now,
            segments=message.segments,
            price=message.price_micros,
            state=state_of_carrier_status(message.status),
            failed_fee=self.prices.failed_fee(message.error_code),
        )

    def _failed(
        self,
        contact_id: int | None,
        campaign_id: str | None,
        to: str,
        sender: str,
        failure: FailureClass,
        reason: str,
    ) -> None:
        """What a failure after acceptance means. The text is never sent again: it was accepted once.

        An answer may have gone to somebody who is no contact.
        """
        match failure:
            case FailureClass.OPTED_OUT | FailureClass.LITIGATOR | FailureClass.SOFT_OPTOUT:
                self.events.append(refused_by_carrier(to, reason, campaign_id))
                if contact_id is None:
                    suppressions.put(self.connection, [to], reason, "carrier", self.now)
                else:
                    exits.suppress_contacts(self.connection, [contact_id], reason, "carrier", self.now)
                    self._end(contact_id, EnrolmentStatus.OPTED_OUT, reason)
            case FailureClass.BAD_NUMBER if contact_id is not None:
                self._end(contact_id, EnrolmentStatus.FAILED, reason)
            case FailureClass.SOFT if contact_id is not None:
                self._fail_softly(contact_id, reason)
            case FailureClass.SENDER if sender:
                pause_sender(self.connection, sender, reason, self.real)
                self.fences = True
            case FailureClass.ACCOUNT | FailureClass.TRIAL:
                self.stop_reason = reason
            case _:
                pass

    def _end(
        self, contact_id: int, status: EnrolmentStatus, reason: str, campaign_id: str | None = None
    ) -> None:
        if status is EnrolmentStatus.FAILED:
            exits.mark_bad(self.connection, contact_id, reason, self.now)
        exits.end_contact(self.connection, contact_id, status, reason, self.now, self.deltas, campaign_id)
        self.fences = True

    def reply(self, message: CarrierMessage) -> None:
        """Keep a reply, credit it to the touch that it answers, and end the contact's sequences.

        A machine's answer and a call for help end nothing; what may be an opt-out waits for a person.
        """
        number = message.sender or ""
        reading = read(message.body, message.opt_out_type)
        kind = reading.kind
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
            opt_out_type=message.opt_out_type,
        )
        if not kept:  # a poll and a webhook brought it in the same moment
            self.told_later(message)
            return
        self.result.changes += 1
        # Where nobody knows which campaign is meant, all are.
        only = None if answered is None else answered.campaign_id
        narrow = self.endings.opt_out == "campaign" and not reading.by_carrier and only is not None
        self.events += inbound(number, message.body, str(kind), message.sid, only)
        # whoever says it, a contact or not yet
        if kind == "opt_out" and not narrow and number.startswith("+"):
            suppressions.put(self.connection, [number], "opted out by text", "reply", self.now, workspace)
        if contact is None:
            return
        contact_id = contact[0]
        if lifted:
            doubts.settle(self.connection, [contact_id])
            consents.add(self.connection, contact_id, OPTED_IN, audit.SYSTEM, self.now, workspace)
            return
        if kind == "opt_out":
            self._opt_out(contact_id, answered, self.now, only if narrow else None)
        elif kind == "unclear":
            reason = f"perhaps an opt-out: {_shortened(message.body)}"
            doubts.doubt(self.connection, contact_id, reason, self.now, self.deltas)
            self.fences = True
        elif kind == "reply":
            narrow = self.endings.reply == "campaign"
            self._end(contact_id, EnrolmentStatus.REPLIED, "replied", only if narrow else None)
            if (
                answered is not None
                and answered.replied_at is None
                and receive.count_reply(self.connection, answered.enrolment_id, self.now)
            ):
                delta = self._delta(answered.campaign_id)
                delta.replied_count += 1
                delta.active_at(self.now)
                self._touch(answered).replied_count += 1

    def _opt_out(
        self, contact_id: int, answered: receive.Answered | None, at: int, only: str | None = None
    ) -> None:
        """End everything for a contact, or ``only`` one campaign; count it in the one that was answered."""
        self._end(contact_id, EnrolmentStatus.OPTED_OUT, "opted out", only)
        if (
            answered is not None
            and answered.opted_out_at is None
            and receive.count_opt_out(self.connection, answered.enrolment_id, at)
        ):
            delta = self._delta(answered.campaign_id)
            delta.opted_out_count += 1
            delta.active_at(self.now)
            self._touch(answered).opted_out_count += 1

    def told_later(self, message: CarrierMessage) -> None:
        """The carrier's own reading of a text comes after the text: a poll was faster than the webhook.

        It has the last word in what it does. Only a text that was counted as a reply stays counted as one.
        """
        if message.opt_out_type is None:
            return
        kept = receive.told_later(self.connection, message.sid, message.opt_out_type)
        if kept is None:
            return
        self.result.changes += 1
        kind = read(message.body, message.opt_out_type).kind
        if kind == "opt_in":
            if receive.lift(self.connection, kept.workspace_id, kept.sender) and kept.contact_id is not None:
                doubts.settle(self.connection, [kept.contact_id])
        elif kind == "opt_out" and kept.kind != "opt_out":
            if kept.sender.startswith("+"):
                told = "opted out by text"
                suppressions.put(self.connection, [kept.sender], told, "reply", self.now, kept.workspace_id)
                self.fences = True
            counted = kept.kind == "reply"
            if not counted:
                receive.read_as(self.connection, kept.id, kind)
            if kept.contact_id is not None:
                answers = None if counted or kept.message_id is None else kept.message_id
                answered = None if answers is None else receive.answered_by(self.connection, answers)
                self._opt_out(kept.contact_id, answered, kept.received_at)


def _shortened(body: str) -> str:
    """A text on one line, as a reason shows it."""
    line = " ".join(body.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
