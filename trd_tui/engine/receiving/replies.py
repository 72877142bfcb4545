"""What contacts write: kept always, credited to the touch that it answers, and what it ends."""

from __future__ import annotations

from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.consent import OPTED_IN
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.domain.optout import read
from trd_tui.domain.webhook import inbound
from trd_tui.engine.receiving.batch import Batch
from trd_tui.store import audit, consents, doubts, receive, suppressions


class Replies:
    """Merges replies; the same one twice changes nothing."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    def reply(self, message: CarrierMessage) -> None:
        """Keep a reply, credit it to the touch that it answers, and end the contact's sequences.

        A machine's answer and a call for help end nothing; what may be an opt-out waits for a person.
        """
        number = message.sender or ""
        reading = read(message.body, message.opt_out_type)
        kind = reading.kind
        contact = receive.contact_of(self.batch.connection, number)
        answered = (
            None if contact is None else receive.latest_touch(self.batch.connection, contact[0], message.to)
        )
        # YES lifts an opt-out; from somebody who never opted out it is an answer like any other.
        lifted = (
            kind == "opt_in"
            and contact is not None
            and receive.lift(self.batch.connection, contact[1], number)
        )
        if kind == "opt_in" and not lifted:
            kind = "reply"
        workspace = 1 if contact is None else contact[1]
        kept = receive.keep_reply(
            self.batch.connection,
            workspace_id=workspace,
            sid=message.sid,
            sender=number,
            recipient=message.to,
            body=message.body,
            kind=str(kind),
            contact_id=None if contact is None else contact[0],
            campaign_id=None if answered is None else answered.campaign_id,
            message_id=None if answered is None else answered.message_id,
            now=self.batch.now,
            carrier_at=message.created_at,
            opt_out_type=message.opt_out_type,
        )
        if not kept:  # a poll and a webhook brought it in the same moment
            self.told_later(message)
            return
        self.batch.result.changes += 1
        # Where nobody knows which campaign is meant, all are.
        only = None if answered is None else answered.campaign_id
        narrow = self.batch.endings.opt_out == "campaign" and not reading.by_carrier and only is not None
        self.batch.events += inbound(number, message.body, str(kind), message.sid, only)
        # whoever says it, a contact or not yet
        if kind == "opt_out" and not narrow and number.startswith("+"):
            suppressions.put(
                self.batch.connection, [number], "opted out by text", "reply", self.batch.now, workspace
            )
        if contact is None:
            return
        contact_id = contact[0]
        if lifted:
            doubts.settle(self.batch.connection, [contact_id])
            consents.add(self.batch.connection, contact_id, OPTED_IN, audit.SYSTEM, self.batch.now, workspace)
            return
        if kind == "opt_out":
            self._opt_out(contact_id, answered, self.batch.now, only if narrow else None)
        elif kind == "unclear":
            reason = f"perhaps an opt-out: {_shortened(message.body)}"
            doubts.doubt(self.batch.connection, contact_id, reason, self.batch.now, self.batch.deltas)
            self.batch.fences = True
        elif kind == "reply":
            narrow = self.batch.endings.reply == "campaign"
            self.batch.end(contact_id, EnrolmentStatus.REPLIED, "replied", only if narrow else None)
            if (
                answered is not None
                and answered.replied_at is None
                and receive.count_reply(self.batch.connection, answered.enrolment_id, self.batch.now)
            ):
                delta = self.batch.delta(answered.campaign_id)
                delta.replied_count += 1
                delta.active_at(self.batch.now)
                self.batch.touch(answered).replied_count += 1

    def told_later(self, message: CarrierMessage) -> None:
        """The carrier's own reading of a text comes after the text: a poll was faster than the webhook.

        It has the last word in what it does. Only a text that was counted as a reply stays counted as one.
        """
        if message.opt_out_type is None:
            return
        kept = receive.told_later(self.batch.connection, message.sid, message.opt_out_type)
        if kept is None:
            return
        self.batch.result.changes += 1
        kind = read(message.body, message.opt_out_type).kind
        if kind == "opt_in":
            if (
                receive.lift(self.batch.connection, kept.workspace_id, kept.sender)
                and kept.contact_id is not None
            ):
                doubts.settle(self.batch.connection, [kept.contact_id])
        elif kind == "opt_out" and kept.kind != "opt_out":
            if kept.sender.startswith("+"):
                told = "opted out by text"
                suppressions.put(
                    self.batch.connection, [kept.sender], told, "reply", self.batch.now, kept.workspace_id
                )
                self.batch.fences = True
            counted = kept.kind == "reply"
            if not counted:
                receive.read_as(self.batch.connection, kept.id, kind)
            if kept.contact_id is not None:
                answers = None if counted or kept.message_id is None else kept.message_id
                answered = None if answers is None else receive.answered_by(self.batch.connection, answers)
                self._opt_out(kept.contact_id, answered, kept.received_at)

    def _opt_out(
        self, contact_id: int, answered: receive.Answered | None, at: int, only: str | None = None
    ) -> None:
        """End everything for a contact, or ``only`` one campaign; count it in the one that was answered."""
        self.batch.end(contact_id, EnrolmentStatus.OPTED_OUT, "opted out", only)
        if (
            answered is not None
            and answered.opted_out_at is None
            and receive.count_opt_out(self.batch.connection, answered.enrolment_id, at)
        ):
            delta = self.batch.delta(answered.campaign_id)
            delta.opted_out_count += 1
            delta.active_at(self.batch.now)
            self.batch.touch(answered).opted_out_count += 1


def _shortened(body: str) -> str:
    """A text on one line, as a reason shows it."""
    line = " ".join(body.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
