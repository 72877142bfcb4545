"""Delivery states: of campaigns' messages and of persons' own answers, and what a failure means."""

from __future__ import annotations

from trd_tui.carriers.error_codes import failure_of, reason_of
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.message import EnrolmentStatus, MessageState, merge_state, state_of_carrier_status
from trd_tui.domain.webhook import refused_by_carrier
from trd_tui.engine.answering import merge_status
from trd_tui.engine.automatic import pause_sender
from trd_tui.engine.receiving.batch import Batch
from trd_tui.store import exits, receive, suppressions
from trd_tui.store.answers import AnswerRow
from trd_tui.store.personal import is_alias

SOFT_FAILURES_IN_A_ROW = 3
"""After so many the number counts as bad."""

_OF_THE_SENDER = (FailureClass.SENDER, FailureClass.CREDENTIALS, FailureClass.ACCOUNT, FailureClass.TRIAL)
"""What such failures mean does not concern the contact."""


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


class States:
    """Merges states; failures in a row are counted when all of a batch are known."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._soft: list[tuple[int, tuple[int, bool], str | None]] = []

    def message(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """Merge the state of one outbound message."""
        if not receive.keep_event(
            self.batch.connection, message.sid, message.status, message.error_code, self.batch.now
        ):
            return
        self.batch.result.changes += 1
        current = self.batch.moved.get(row.sid, MessageState(row.state))
        state = merge_state(current, state_of_carrier_status(message.status))
        if state is current:
            return
        code = message.error_code
        reason = None if code is None else f"{code}: {why_after_acceptance(code)}"
        self.batch.moved[row.sid] = state
        # On PostgreSQL a poll and a webhook may merge two reports of it in the same moment: one counts.
        if not receive.set_state(self.batch.connection, row.id, state, code, reason, self.batch.now):
            return
        delta, touch = self.batch.delta(row.campaign_id), self.batch.touch(row)
        if state is MessageState.DELIVERED:
            delta.delivered_count += 1
            touch.delivered_count += 1
            if row.erased:
                return
            self._soft.append((row.contact_id, by_sending(message), None))
            return
        delta.failed_count += 1
        touch.failed_count += 1
        if row.erased and (code is None or failure_of(code) not in _OF_THE_SENDER):
            return  # it counts, and nothing is written down of somebody of whom nothing is kept
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
                receive.soft_failure(self.batch.connection, contact_id, failed=False)
            else:
                self._fail_softly(contact_id, reason)

    def answer(self, row: AnswerRow, message: CarrierMessage) -> None:
        """Merge the state of a person's own answer. What it costs is an outlay."""
        news, reason = merge_status(self.batch.connection, row, message, self.batch.now)
        self.batch.result.changes += news
        if reason is not None and message.error_code is not None:
            sender = message.service or message.sender or ""
            failure = failure_of(message.error_code)
            if is_alias(row.number) and failure not in _OF_THE_SENDER:
                return
            self._failed(row.contact_id, row.campaign_id, message.to, sender, failure, reason)

    def _fail_softly(self, contact_id: int, reason: str) -> None:
        count = receive.soft_failure(self.batch.connection, contact_id, failed=True)
        if count >= SOFT_FAILURES_IN_A_ROW:
            self.batch.end(contact_id, EnrolmentStatus.FAILED, f"{reason} ({count} times in a row)")

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
                self.batch.events.append(refused_by_carrier(to, reason, campaign_id))
                if contact_id is None:
                    suppressions.put(self.batch.connection, [to], reason, "carrier", self.batch.now)
                else:
                    exits.suppress_contacts(
                        self.batch.connection, [contact_id], reason, "carrier", self.batch.now
                    )
                    self.batch.end(contact_id, EnrolmentStatus.OPTED_OUT, reason)
            case FailureClass.BAD_NUMBER if contact_id is not None:
                self.batch.end(contact_id, EnrolmentStatus.FAILED, reason)
            case FailureClass.SOFT if contact_id is not None:
                self._fail_softly(contact_id, reason)
            case FailureClass.SENDER if sender:
                pause_sender(self.batch.connection, sender, reason, self.batch.real)
                self.batch.fences = True
            case FailureClass.CREDENTIALS | FailureClass.ACCOUNT | FailureClass.TRIAL:
                self.batch.stop_reason = reason
            case _:
                pass
